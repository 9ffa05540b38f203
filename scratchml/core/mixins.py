"""The mixins: each gives an estimator of its kind the methods that kind has.

Put them before the base: ``class KMeans(ClusterMixin, BaseEstimator)``.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np

from .tags import Tags
from .typing import Array, IntArray, MatrixLike, VectorLike
from .validation import check_is_fitted, check_same_length, check_sample_weight, check_targets


class ClassifierMixin:
    """A classifier: `score` is the accuracy."""

    _estimator_type: ClassVar[str] = "classifier"

    def score(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> float:
        """Return the (weighted) share of rows of X whose predicted label equals y."""
        predicted = np.asarray(self.predict(X))  # type: ignore[attr-defined]
        truth = np.asarray(y)
        if predicted.ndim == 1 and truth.ndim == 2 and truth.shape[1] == 1:
            truth = truth.ravel()
        check_same_length(X=predicted, y=truth)
        hit = predicted == truth
        hit = hit.all(axis=1) if hit.ndim == 2 else hit
        weight = check_sample_weight(sample_weight, len(hit), allow_negative=True)
        return float(np.average(hit, weights=weight))

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.estimator_type, tags.requires_y = "classifier", True
        return tags


class RegressorMixin:
    """A regressor: `score` is the coefficient of determination R2."""

    _estimator_type: ClassVar[str] = "regressor"

    def score(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> float:
        """Return R2 = 1 - sum w (y - f(x))^2 / sum w (y - mean)^2, averaged over targets; 1.0 is the best.

        A constant y gives 1.0 if it is predicted exactly and 0.0 otherwise; fewer than two rows give NaN.
        """
        predicted = np.asarray(self.predict(X), dtype=np.float64)  # type: ignore[attr-defined]
        truth = check_targets(y, multi_output=True)
        n = check_same_length(X=predicted, y=truth)
        predicted, truth = predicted.reshape(n, -1), truth.reshape(n, -1)
        weight = check_sample_weight(sample_weight, n, allow_negative=True)
        if n < 2:
            warnings.warn("R2 is not defined for fewer than two rows; NaN is returned.", stacklevel=2)
            return float("nan")
        residual = (weight[:, None] * (truth - predicted) ** 2).sum(axis=0)
        total = (weight[:, None] * (truth - np.average(truth, axis=0, weights=weight)) ** 2).sum(axis=0)
        safe_total = np.where(total == 0, 1.0, total)
        r2 = np.where(total == 0, np.where(residual == 0, 1.0, 0.0), 1.0 - residual / safe_total)
        return float(r2.mean())

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.estimator_type, tags.requires_y = "regressor", True
        return tags


class ClusterMixin:
    """A clusterer: `fit_predict` fits and returns `labels_`."""

    _estimator_type: ClassVar[str] = "clusterer"

    def fit_predict(self, X: MatrixLike, y: Any = None, **fit_params: Any) -> IntArray:
        """Fit to X and return each row's cluster, shape (n,)."""
        fitted: Any = self.fit(X, **fit_params)  # type: ignore[attr-defined]
        labels: IntArray = fitted.labels_
        return labels

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.estimator_type = "clusterer"
        return tags


class OutlierMixin:
    """An outlier detector: `fit_predict` returns -1 for outliers and 1 for inliers."""

    _estimator_type: ClassVar[str] = "outlier_detector"

    def fit_predict(self, X: MatrixLike, y: Any = None, **fit_params: Any) -> IntArray:
        """Fit to X and return -1 for each outlier and 1 for each inlier, shape (n,)."""
        labels: IntArray = self.fit(X, **fit_params).predict(X)  # type: ignore[attr-defined]
        return labels

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.estimator_type = "outlier_detector"
        return tags


class TransformerMixin:
    """A transformer: `fit_transform` is fit, then transform."""

    def fit_transform(self, X: MatrixLike, y: VectorLike | None = None, **fit_params: Any) -> Any:
        """Fit to X (and y) and return X transformed."""
        fitted: Any = self.fit(X, y, **fit_params)  # type: ignore[attr-defined]
        return fitted.transform(X)

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.transformer = True
        return tags


class AgentMixin:
    """An agent: fitted to an environment, ``fit(env)``, not to X and y. Discovery lists agents apart."""

    _estimator_type: ClassVar[str] = "agent"

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.estimator_type = "agent"
        return tags


class SamplerMixin:
    """A sampler: `fit_resample` returns rows added or taken away, for training only."""

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.sampler, tags.requires_y = True, True
        return tags


class OneToOneFeatureMixin:
    """A transformer whose columns out are its columns in, under the same names."""

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out: `input_features`, the names seen in fit, or x0, x1, ..."""
        check_is_fitted(self, "n_features_in_")
        return input_feature_names(self, input_features)


class PrefixedFeatureNamesMixin:
    """A transformer whose columns out are new: they are named by the class, in lower case, and a number."""

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out: classname0, classname1, ..."""
        check_is_fitted(self, "n_features_in_")
        prefix = type(self).__name__.lower()
        n: int = self._n_features_out  # type: ignore[attr-defined]
        return np.asarray([f"{prefix}{i}" for i in range(n)], dtype=object)


def input_feature_names(estimator: Any, input_features: VectorLike | None = None) -> Array:
    """Return the names of the columns a fitted estimator takes, checking `input_features` against them.

    Raises
    ------
    ValueError
        If `input_features` has another length, or other names than ``fit`` saw.
    """
    fitted: Array | None = getattr(estimator, "feature_names_in_", None)
    n: int = estimator.n_features_in_
    if input_features is None:
        return fitted if fitted is not None else np.asarray([f"x{i}" for i in range(n)], dtype=object)
    names = np.asarray(input_features, dtype=object)
    if fitted is not None and not np.array_equal(fitted, names):
        raise ValueError("input_features is not equal to feature_names_in_; give the names that fit saw, or None.")
    if len(names) != n:
        raise ValueError(f"input_features should have length equal to number of features ({n}), got {len(names)}.")
    return names
