"""preprocessing: bring columns to a common scale before a model sees them."""

from .polynomial_features import PolynomialFeatures
from .standard_scaler import StandardScaler

__all__ = ["PolynomialFeatures", "StandardScaler"]
