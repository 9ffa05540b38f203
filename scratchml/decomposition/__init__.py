"""decomposition: fewer columns that tell nearly as much.

| file | what it holds |
| --- | --- |
| `pca.py` | `PCA`: by the covariance, by the singular values, by random vectors |
| `randomized_range.py` | where a matrix sends most of its length |
| `minka.py` | how many components, by evidence |
| `incremental_pca.py` | `IncrementalPCA`: batch by batch |
| `projection.py` | what both do with rows: project, bring back, judge |
"""

from .incremental_pca import IncrementalPCA
from .pca import PCA

__all__ = ["PCA", "IncrementalPCA"]
