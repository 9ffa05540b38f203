"""ensemble: many models that speak with one voice."""

from .hist_gradient_boosting import HistGradientBoostingClassifier, HistGradientBoostingRegressor

__all__ = [
    "HistGradientBoostingClassifier",
    "HistGradientBoostingRegressor",
]
