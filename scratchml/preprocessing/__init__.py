"""preprocessing: bring columns to a form that a model can use: scales, shapes, codes for words."""

from .function_transformer import FunctionTransformer
from .k_bins_discretizer import KBinsDiscretizer
from .label_binarizer import LabelBinarizer
from .label_encoder import LabelEncoder
from .max_abs_scaler import MaxAbsScaler
from .min_max_scaler import MinMaxScaler
from .normalizer import Normalizer
from .one_hot_encoder import OneHotEncoder
from .ordinal_encoder import OrdinalEncoder
from .polynomial_features import PolynomialFeatures
from .power_transformer import PowerTransformer
from .quantile_transformer import QuantileTransformer
from .robust_scaler import RobustScaler
from .standard_scaler import StandardScaler
from .target_encoder import TargetEncoder

__all__ = [
    "FunctionTransformer",
    "KBinsDiscretizer",
    "LabelBinarizer",
    "LabelEncoder",
    "MaxAbsScaler",
    "MinMaxScaler",
    "Normalizer",
    "OneHotEncoder",
    "OrdinalEncoder",
    "PolynomialFeatures",
    "PowerTransformer",
    "QuantileTransformer",
    "RobustScaler",
    "StandardScaler",
    "TargetEncoder",
]
