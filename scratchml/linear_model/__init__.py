"""linear_model: predictions that are weighted sums of the columns."""

from .linear_regression import LinearRegression

__all__ = ["LinearRegression"]
