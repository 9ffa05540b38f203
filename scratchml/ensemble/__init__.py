"""ensemble: many models that speak with one voice."""

from .hist_gradient_boosting import HistGradientBoostingClassifier, HistGradientBoostingRegressor

__all__ = [
    "HistGradientBoostingClassifier",
    "HistGradientBoostingRegressor",
]


def _warmup() -> None:
    """Compile the kernels that the examples of the room's estimators do not reach: for ``scratchml warmup``."""
    from .hist_gradient_boosting import warm_up_categories

    warm_up_categories()
