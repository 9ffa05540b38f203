"""cluster: groups found without labels.

| file | what it holds |
| --- | --- |
| `kmeans.py` | `KMeans`: seeds, runs, predictions |
| `lloyd.py` | Lloyd's iteration: assign, update, until nothing changes |
| `kmeans_plusplus.py` | `kmeans_plusplus`: where to begin |
| `assign.py` | which centre is nearest: the kernels that take the time |
| `points.py` | how the rows are laid out for them |
"""

from .kmeans import KMeans
from .kmeans_plusplus import kmeans_plusplus

__all__ = ["KMeans", "kmeans_plusplus"]
