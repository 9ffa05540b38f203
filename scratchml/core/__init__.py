"""core: what every algorithm needs and that knows no algorithm. See README.md in this folder."""

from .base import BaseEstimator, clone
from .errors import (
    ConvergenceWarning,
    DataConversionWarning,
    FitFailedWarning,
    NotFittedError,
    UndefinedMetricWarning,
    both,
)
from .finite import check_finite, sum_of_squares, surely_finite
from .mixins import (
    AgentMixin,
    ClassifierMixin,
    ClusterMixin,
    OneToOneFeatureMixin,
    OutlierMixin,
    PrefixedFeatureNamesMixin,
    RegressorMixin,
    SamplerMixin,
    TransformerMixin,
    input_feature_names,
)
from .parallel import chunks, map_chunks, one_blas_thread, worker_count
from .products import checked_product
from .progress import counted, progress, track
from .random import check_random_state, draw_seed
from .steps import Listener, coarse, finish, listen, pace, record, snapshot, someone_listens, unheard
from .tags import Tags, get_tags, is_classifier, is_clusterer, is_outlier_detector, is_regressor
from .validation import (
    check_array,
    check_is_fitted,
    check_labels,
    check_same_length,
    check_sample_weight,
    check_targets,
    classes_and_codes,
    column_or_1d,
    count_samples,
    feature_names,
    is_data_frame,
    is_sparse,
)
from .weights import class_weights
from .words import number_few

__all__ = [
    "AgentMixin",
    "BaseEstimator",
    "ClassifierMixin",
    "ClusterMixin",
    "ConvergenceWarning",
    "DataConversionWarning",
    "FitFailedWarning",
    "Listener",
    "NotFittedError",
    "OneToOneFeatureMixin",
    "OutlierMixin",
    "PrefixedFeatureNamesMixin",
    "RegressorMixin",
    "SamplerMixin",
    "Tags",
    "TransformerMixin",
    "UndefinedMetricWarning",
    "both",
    "check_array",
    "check_finite",
    "check_is_fitted",
    "check_labels",
    "check_random_state",
    "check_same_length",
    "check_sample_weight",
    "check_targets",
    "checked_product",
    "chunks",
    "class_weights",
    "classes_and_codes",
    "clone",
    "coarse",
    "column_or_1d",
    "count_samples",
    "counted",
    "draw_seed",
    "feature_names",
    "finish",
    "get_tags",
    "input_feature_names",
    "is_classifier",
    "is_clusterer",
    "is_data_frame",
    "is_outlier_detector",
    "is_regressor",
    "is_sparse",
    "listen",
    "map_chunks",
    "number_few",
    "one_blas_thread",
    "pace",
    "progress",
    "record",
    "snapshot",
    "someone_listens",
    "sum_of_squares",
    "surely_finite",
    "track",
    "unheard",
    "worker_count",
]
