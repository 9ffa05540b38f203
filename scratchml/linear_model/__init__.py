"""linear_model: predictions that are weighted sums of the columns."""

from .linear_regression import LinearRegression
from .ridge import Ridge
from .ridge_classifier import RidgeClassifier, RidgeClassifierCV
from .ridge_cv import RidgeCV

__all__ = ["LinearRegression", "Ridge", "RidgeCV", "RidgeClassifier", "RidgeClassifierCV"]
