"""linear_model: predictions that are weighted sums of the columns."""

from .elastic_net import ElasticNet, Lasso
from .lasso_path import enet_path, lasso_path
from .linear_regression import LinearRegression

__all__ = ["ElasticNet", "Lasso", "LinearRegression", "enet_path", "lasso_path"]


def _warmup() -> None:
    """Compile the kernels that the examples of the room's estimators do not reach: for ``scratchml warmup``."""
    from .elastic_net import warm_up_lasso

    warm_up_lasso()
