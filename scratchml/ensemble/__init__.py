"""ensemble: many models that predict together.

| file | what it gives |
| --- | --- |
| `bootstrap.py` | samples of the rows, drawn with replacement |
| `walk.py` | rows walk down many trees; their leaves are added up |
| `forest.py` | what all forests share: the loop over trees, out of bag, importances |
| `random_forest_classifier.py`, `random_forest_regressor.py`, `extra_trees.py` | the forests |
"""

from .extra_trees import ExtraTreesClassifier, ExtraTreesRegressor
from .random_forest_classifier import RandomForestClassifier
from .random_forest_regressor import RandomForestRegressor

__all__ = [
    "ExtraTreesClassifier",
    "ExtraTreesRegressor",
    "RandomForestClassifier",
    "RandomForestRegressor",
]
