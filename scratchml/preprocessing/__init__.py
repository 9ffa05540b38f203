"""preprocessing: bring columns to a form that a model can use: scales, shapes, codes for words."""

from .function_transformer import FunctionTransformer
from .label_binarizer import LabelBinarizer
from .label_encoder import LabelEncoder
from .max_abs_scaler import MaxAbsScaler
from .min_max_scaler import MinMaxScaler
from .normalizer import Normalizer
from .one_hot_encoder import OneHotEncoder
from .ordinal_encoder import OrdinalEncoder
from .polynomial_features import PolynomialFeatures
from .quantile_transformer import QuantileTransformer
from .robust_scaler import RobustScaler
from .standard_scaler import StandardScaler

__all__ = [
    "FunctionTransformer",
    "LabelBinarizer",
    "LabelEncoder",
    "MaxAbsScaler",
    "MinMaxScaler",
    "Normalizer",
    "OneHotEncoder",
    "OrdinalEncoder",
    "PolynomialFeatures",
    "QuantileTransformer",
    "RobustScaler",
    "StandardScaler",
]
