"""linear_model: predictions that are weighted sums of the columns."""

from .linear_regression import LinearRegression
from .logistic_regression import LogisticRegression
from .logistic_regression_cv import LogisticRegressionCV
from .ridge import Ridge
from .ridge_classifier import RidgeClassifier, RidgeClassifierCV
from .ridge_cv import RidgeCV

__all__ = [
    "LinearRegression",
    "LogisticRegression",
    "LogisticRegressionCV",
    "Ridge",
    "RidgeCV",
    "RidgeClassifier",
    "RidgeClassifierCV",
]
