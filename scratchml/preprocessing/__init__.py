"""preprocessing: bring columns to a common scale before a model sees them."""

from .standard_scaler import StandardScaler

__all__ = ["StandardScaler"]
