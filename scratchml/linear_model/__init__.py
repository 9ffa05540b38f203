"""linear_model: predictions that are weighted sums of the columns."""

from .linear_regression import LinearRegression
from .logistic_regression import LogisticRegression

__all__ = ["LinearRegression", "LogisticRegression"]
