"""preprocessing: bring columns to a form that a model can use: scales, shapes, codes for words."""

from .add_augmented_rows import AddAugmentedRows
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
from .random_noise import RandomNoise
from .random_rotation import RandomRotation
from .random_shift import RandomShift
from .robust_scaler import RobustScaler
from .standard_scaler import StandardScaler
from .target_encoder import TargetEncoder

__all__ = [
    "AddAugmentedRows",
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
    "RandomNoise",
    "RandomRotation",
    "RandomShift",
    "RobustScaler",
    "StandardScaler",
    "TargetEncoder",
]


def _warmup() -> None:
    """Compile what is reached by changing rows only."""
    import numpy as np

    from .column_ranks import values_of_ranks

    values_of_ranks(np.arange(16.0)[:, None], slice(0, 1), np.zeros(1), np.full(1, 15.0), np.array([3]))
    for augmenter in (RandomShift(), RandomRotation()):
        augmenter.fit_transform([[0.0, 1.0, 2.0, 3.0]])
