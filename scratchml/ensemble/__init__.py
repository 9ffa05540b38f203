"""ensemble: many models that predict together.

| file | what it gives |
| --- | --- |
| `bootstrap.py` | samples of the rows, drawn with replacement |
| `walk.py`, `leaf_bits.py` | rows walk down many trees, or small ones without a walk; their leaves are added up |
| `ensemble.py` | members are counted, listed and looked up |
| `forest.py` | what all forests share: the loop over trees, out of bag, importances |
| `random_forest_classifier.py`, `random_forest_regressor.py`, `extra_trees.py` | the forests |
| `boosting_losses.py` | which way to move each prediction, and how far a leaf |
| `boosting.py`, `boosting_certificate.py` | the loop over rounds; how right each leaf is |
| `gradient_boosting.py`, `..._classifier.py`, `..._regressor.py` | the estimators around it |
| `hist_*.py` | the same on features cut into 255 bins: histograms, trees leaf by leaf, `hist_gradient_boosting.py` |
| `ada_boost.py` | rows got wrong weigh more in the next round |
| `isolation_forest.py` | outliers: what a few random questions set apart |
"""

from .ada_boost import AdaBoostClassifier
from .extra_trees import ExtraTreesClassifier, ExtraTreesRegressor
from .gradient_boosting_classifier import GradientBoostingClassifier
from .gradient_boosting_regressor import GradientBoostingRegressor
from .hist_gradient_boosting import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from .isolation_forest import IsolationForest
from .random_forest_classifier import RandomForestClassifier
from .random_forest_regressor import RandomForestRegressor

__all__ = [
    "AdaBoostClassifier",
    "ExtraTreesClassifier",
    "ExtraTreesRegressor",
    "GradientBoostingClassifier",
    "GradientBoostingRegressor",
    "HistGradientBoostingClassifier",
    "HistGradientBoostingRegressor",
    "IsolationForest",
    "RandomForestClassifier",
    "RandomForestRegressor",
]


def _warmup() -> None:
    """Compile the kernels that the examples of the room's estimators do not reach: for ``scratchml warmup``."""
    from .hist_gradient_boosting import warm_up

    warm_up()
    X, y = [[float(i)] for i in range(12)], [i // 3 % 2 for i in range(12)]
    for loss in ("log_loss", "exponential"):
        GradientBoostingClassifier(loss=loss, n_estimators=1, subsample=0.9, random_state=0).fit(X, y)
