"""linear_model: predictions that are weighted sums of the columns."""

from .linear_regression import LinearRegression
from .logistic_regression import LogisticRegression
from .logistic_regression_cv import LogisticRegressionCV

__all__ = ["LinearRegression", "LogisticRegression", "LogisticRegressionCV"]
