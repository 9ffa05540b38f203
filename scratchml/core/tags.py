"""Tags: what an estimator says of itself, so that tests and meta-estimators need not guess.

Each mixin adds its own by ``tags = super()._tags()``. They hold the same facts as scikit-learn's tags, in one
flat record; `sklearn_bridge` translates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Tags:
    """Facts about an estimator. Defaults describe a plain estimator of finite numbers."""

    estimator_type: str | None = None  # "classifier", "regressor", "clusterer", "outlier_detector", None
    transformer: bool = False
    keeps_dtype: bool = True  # a transformer gives float64 for float64
    sampler: bool = False  # has fit_resample
    sample_indices: bool = False  # a sampler that says which rows it took
    requires_y: bool = False
    one_d_labels: bool = False
    two_d_labels: bool = False
    positive_y: bool = False
    multi_output: bool = False
    single_output: bool = True
    poor_score: bool = False  # too weak on purpose for the score thresholds of generic tests
    multi_class: bool = True
    multi_label: bool = False
    non_deterministic: bool = False
    requires_fit: bool = True
    no_validation: bool = False
    two_d_array: bool = True
    categorical: bool = False
    string: bool = False
    positive_only: bool = False
    allow_nan: bool = False
    pairwise: bool = False
    sparse: bool = False  # takes SciPy's sparse matrices (and hands them on)


def get_tags(estimator: Any) -> Tags:
    """Return the tags of an estimator of ours or of scikit-learn's; plain defaults for anything else."""
    if callable(getattr(estimator, "_tags", None)) and not isinstance(estimator, type):
        found = estimator._tags()
        if isinstance(found, Tags):
            return found
    if callable(getattr(estimator, "__sklearn_tags__", None)) and not isinstance(estimator, type):
        from .sklearn_bridge import from_sklearn_tags

        return from_sklearn_tags(estimator.__sklearn_tags__())
    return Tags(estimator_type=getattr(estimator, "_estimator_type", None))


def is_classifier(estimator: Any) -> bool:
    """Say whether the estimator predicts classes."""
    return get_tags(estimator).estimator_type == "classifier"


def is_regressor(estimator: Any) -> bool:
    """Say whether the estimator predicts numbers."""
    return get_tags(estimator).estimator_type == "regressor"


def is_clusterer(estimator: Any) -> bool:
    """Say whether the estimator groups samples without labels."""
    return get_tags(estimator).estimator_type == "clusterer"


def is_outlier_detector(estimator: Any) -> bool:
    """Say whether the estimator marks outliers by -1 and inliers by +1."""
    return get_tags(estimator).estimator_type == "outlier_detector"
