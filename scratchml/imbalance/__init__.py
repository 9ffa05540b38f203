"""imbalance: rare classes made larger, frequent ones smaller, for training only.

| file | what it holds |
| --- | --- |
| `smote.py` | `SMOTE`: new rows between rare neighbours |
| `borderline_smote.py` | `BorderlineSMOTE`: from rows in danger only |
| `smotenc.py` | `SMOTENC`: numbers and categories |
| `adasyn.py` | `ADASYN`: most where strangers are near |
| `random_over_sampler.py` | `RandomOverSampler`: copies, or a smoothed bootstrap |
| `random_under_sampler.py` | `RandomUnderSampler`: rows left out at random |
| `near_miss.py` | `NearMiss`: keep the rows near the rare class, in three versions |
| `farthest.py` | the k farthest points, by selection |
| `tomek_links.py` | `TomekLinks`: pairs of different classes that are each other's nearest |
| `edited_nearest_neighbours.py` | `EditedNearestNeighbours`: rows their neighbours disagree with |
| `cluster_centroids.py` | `ClusterCentroids`: centres stand for their clusters |
| `smote_enn.py`, `smote_tomek.py`, `combine.py` | `SMOTEENN`, `SMOTETomek`: over-sample, then clean |
| `sampler.py` | what all samplers share |
| `strategy.py` | `sampling_strategy` in all its forms |
| `containers.py` | lists and data frames in and out |
"""

from .adasyn import ADASYN
from .borderline_smote import BorderlineSMOTE
from .cluster_centroids import ClusterCentroids
from .edited_nearest_neighbours import EditedNearestNeighbours
from .near_miss import NearMiss
from .random_over_sampler import RandomOverSampler
from .random_under_sampler import RandomUnderSampler
from .smote import SMOTE
from .smote_enn import SMOTEENN
from .smote_tomek import SMOTETomek
from .smotenc import SMOTENC
from .tomek_links import TomekLinks

__all__ = [
    "ADASYN",
    "SMOTE",
    "SMOTEENN",
    "SMOTENC",
    "BorderlineSMOTE",
    "ClusterCentroids",
    "EditedNearestNeighbours",
    "NearMiss",
    "RandomOverSampler",
    "RandomUnderSampler",
    "SMOTETomek",
    "TomekLinks",
]
