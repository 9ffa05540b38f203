"""linear_model: predictions that are weighted sums of the columns."""

from .linear_regression import LinearRegression
from .perceptron import Perceptron
from .sgd_classifier import SGDClassifier
from .sgd_regressor import SGDRegressor

__all__ = [
    "LinearRegression",
    "Perceptron",
    "SGDClassifier",
    "SGDRegressor",
]
