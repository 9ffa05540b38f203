"""linear_model: predictions that are weighted sums of the columns."""

from .elastic_net import ElasticNet, Lasso
from .elastic_net_cv import ElasticNetCV
from .lasso_cv import LassoCV
from .lasso_path import enet_path, lasso_path
from .linear_regression import LinearRegression
from .logistic_regression import LogisticRegression
from .logistic_regression_cv import LogisticRegressionCV
from .ridge import Ridge
from .ridge_classifier import RidgeClassifier, RidgeClassifierCV
from .ridge_cv import RidgeCV

__all__ = [
    "ElasticNet",
    "ElasticNetCV",
    "Lasso",
    "LassoCV",
    "LinearRegression",
    "LogisticRegression",
    "LogisticRegressionCV",
    "Ridge",
    "RidgeCV",
    "RidgeClassifier",
    "RidgeClassifierCV",
    "enet_path",
    "lasso_path",
]


def _warmup() -> None:
    """Compile the kernels that the examples of the room's estimators do not reach: for ``scratchml warmup``."""
    from .elastic_net import warm_up_lasso

    warm_up_lasso()
