"""metrics: how good is a prediction? Scores of classifiers, rankings, regressors and clusterings.

Every function takes the truth first and the prediction second and returns one number, unless asked for more. Names,
defaults and values are scikit-learn's.
"""

from .area import auc, average_precision_score, roc_auc_score
from .clustering import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    completeness_score,
    contingency_matrix,
    fowlkes_mallows_score,
    homogeneity_completeness_v_measure,
    homogeneity_score,
    mutual_info_score,
    normalized_mutual_info_score,
    pair_confusion_matrix,
    rand_score,
    v_measure_score,
)
from .confusion import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    hamming_loss,
    matthews_corrcoef,
    multilabel_confusion_matrix,
    zero_one_loss,
)
from .deviance import d2_tweedie_score, mean_gamma_deviance, mean_poisson_deviance, mean_tweedie_deviance
from .explained import d2_absolute_error_score, d2_pinball_score, explained_variance_score, r2_score
from .pairwise import (
    cosine_distances,
    cosine_similarity,
    euclidean_distances,
    linear_kernel,
    manhattan_distances,
    nan_euclidean_distances,
    pairwise_distances,
    pairwise_distances_argmin,
    pairwise_distances_argmin_min,
    polynomial_kernel,
    rbf_kernel,
    sigmoid_kernel,
)
from .precision_recall import (
    f1_score,
    fbeta_score,
    jaccard_score,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
)
from .probabilistic import brier_score_loss, d2_brier_score, d2_log_loss_score, hinge_loss, log_loss
from .ranking import confusion_matrix_at_thresholds, det_curve, precision_recall_curve, roc_curve
from .regression import (
    max_error,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_pinball_loss,
    mean_squared_error,
    mean_squared_log_error,
    median_absolute_error,
    root_mean_squared_error,
    root_mean_squared_log_error,
)
from .report import classification_report
from .scorer import make_scorer
from .scoring import check_scoring, get_scorer, get_scorer_names
from .silhouette import (
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_samples,
    silhouette_score,
)
from .targets import type_of_target
from .top_k import top_k_accuracy_score

__all__ = [
    "accuracy_score",
    "adjusted_mutual_info_score",
    "adjusted_rand_score",
    "auc",
    "average_precision_score",
    "balanced_accuracy_score",
    "brier_score_loss",
    "calinski_harabasz_score",
    "check_scoring",
    "classification_report",
    "cohen_kappa_score",
    "completeness_score",
    "confusion_matrix",
    "confusion_matrix_at_thresholds",
    "contingency_matrix",
    "cosine_distances",
    "cosine_similarity",
    "d2_absolute_error_score",
    "d2_brier_score",
    "d2_log_loss_score",
    "d2_pinball_score",
    "d2_tweedie_score",
    "davies_bouldin_score",
    "det_curve",
    "euclidean_distances",
    "explained_variance_score",
    "f1_score",
    "fbeta_score",
    "fowlkes_mallows_score",
    "get_scorer",
    "get_scorer_names",
    "hamming_loss",
    "hinge_loss",
    "homogeneity_completeness_v_measure",
    "homogeneity_score",
    "jaccard_score",
    "linear_kernel",
    "log_loss",
    "make_scorer",
    "manhattan_distances",
    "matthews_corrcoef",
    "max_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_gamma_deviance",
    "mean_pinball_loss",
    "mean_poisson_deviance",
    "mean_squared_error",
    "mean_squared_log_error",
    "mean_tweedie_deviance",
    "median_absolute_error",
    "multilabel_confusion_matrix",
    "mutual_info_score",
    "nan_euclidean_distances",
    "normalized_mutual_info_score",
    "pair_confusion_matrix",
    "pairwise_distances",
    "pairwise_distances_argmin",
    "pairwise_distances_argmin_min",
    "polynomial_kernel",
    "precision_recall_curve",
    "precision_recall_fscore_support",
    "precision_score",
    "r2_score",
    "rand_score",
    "rbf_kernel",
    "recall_score",
    "roc_auc_score",
    "roc_curve",
    "root_mean_squared_error",
    "root_mean_squared_log_error",
    "sigmoid_kernel",
    "silhouette_samples",
    "silhouette_score",
    "top_k_accuracy_score",
    "type_of_target",
    "v_measure_score",
    "zero_one_loss",
]


def _warmup() -> None:
    """Compile this room's kernels by calling each function that has one (for ``scratchml warmup``)."""
    roc_auc_score([0, 1], [0.0, 1.0])
    adjusted_mutual_info_score([0, 0, 1, 1], [0, 1, 1, 0])
    silhouette_score([[0.0], [1.0], [3.0]], [0, 0, 1])
