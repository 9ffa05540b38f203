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
    import numpy as np

    from .hist_gradient_boosting import warm_up

    warm_up()
    X, y = np.arange(12.0)[:, None], np.arange(12) // 3 % 2
    for loss in ("log_loss", "exponential"):
        GradientBoostingClassifier(loss=loss, n_estimators=1, subsample=0.9, random_state=0).fit(X, y)
    for n in (400, 40_000):  # rows are counted in 16 bits, and in 32
        X = np.arange(3.0 * n).reshape(n, 3) * 0.618 % 1.0
        numbers = X[:, 0]
        for labels in (numbers > 0.5, np.floor(3 * numbers)):
            RandomForestClassifier(2, max_depth=3, random_state=0).fit(X, labels)
            AdaBoostClassifier(n_estimators=2, random_state=0).fit(X, labels)
            HistGradientBoostingClassifier(max_iter=2, random_state=0).fit(X, labels)
        RandomForestRegressor(2, max_depth=3, random_state=0).fit(X, numbers)
