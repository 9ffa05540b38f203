"""compose: estimators for columns of different kinds, and for transformed targets."""

from .column_transformer import ColumnTransformer, make_column_transformer
from .selection import make_column_selector
from .target import TransformedTargetRegressor

__all__ = ["ColumnTransformer", "TransformedTargetRegressor", "make_column_selector", "make_column_transformer"]
