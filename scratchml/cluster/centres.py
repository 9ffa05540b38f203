"""What all models of centres have in common: initial centres as the caller may give them, and what a model is asked.

Idea
    However centres were found, a row belongs to the nearest, its features become its distances to all of them, and the
    score is minus the inertia.
Maths
    predict(x) = argmin_j ||x - c_j||; transform(x)_j = ||x - c_j||; score(X) = -sum_i w_i min_j ||x_i - c_j||^2
Cost
    n k d multiplications for each.
References
    See `lloyd` and `mini_batch_kmeans`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    ClusterMixin,
    ConvergenceWarning,
    PrefixedFeatureNamesMixin,
    TransformerMixin,
    both,
    check_array,
    check_is_fitted,
    check_sample_weight,
)
from ..core.typing import FloatArray, IntArray, MatrixLike, VectorLike
from ..maths import all_distances, k_nearest, prepare, squared_norms
from .assign import label_rows
from .label_once import label_once
from .points import lay_out

Init = str | MatrixLike | Callable[..., MatrixLike]


class Certificate(NamedTuple):
    """How far from a fixed point of Lloyd's iteration a fitted model is; both numbers are 0 at a fixed point."""

    largest_move: float  # how far the centre that would move farthest would move in one more iteration
    misplaced: float  # share of the rows that are not in the cluster of their nearest centre


def check_places(places: Any, k: int, d: int, name: str) -> FloatArray:
    """Return initial centres as a (k, d) array.

    Raises
    ------
    ValueError
        If their shape or a value is not right.
    """
    found: FloatArray = check_array(places, name=name)
    if found.shape != (k, d):
        what = f"the number of clusters {k}" if len(found) != k else f"the number of features of the data {d}"
        raise ValueError(
            f"The shape of the initial centers {found.shape} does not match {what}; {name} must be ({k}, {d})."
        )
    return found


def check_drawable(weight: FloatArray, k: int) -> None:
    """Check that k rows can be drawn without replacement, each as likely as its weight (n,) says.

    Raises
    ------
    ValueError
        If fewer rows have a weight.
    """
    drawable = np.count_nonzero(weight / weight.max())
    if drawable < k:
        raise ValueError(
            f"init='random' draws {k} rows, but only {drawable} have a sample_weight above 0; "
            "lower n_clusters or use init='k-means++'."
        )


def warn_of_lost_clusters(labels: IntArray, k: int, stacklevel: int) -> None:
    """Warn if fewer than k labels are in use."""
    distinct = np.count_nonzero(np.bincount(labels, minlength=k))
    if distinct < k:
        warnings.warn(
            f"Number of distinct clusters ({distinct}) found smaller than n_clusters ({k}). "
            "Possibly due to duplicate points in X.",
            both(ConvergenceWarning),
            stacklevel=stacklevel,
        )


def distances_of_far_rows(rows: FloatArray, places: FloatArray) -> FloatArray:
    """Return the distance of each row (n, d) to each place (k, d), each row in a unit in which no square overflows."""
    exponent = np.frexp(np.maximum(np.abs(rows).max(axis=1), np.abs(places).max()))[1][:, None]
    rows = np.ldexp(rows, -exponent)
    squares = [squared_norms(rows - np.ldexp(place, -exponent)) for place in places]
    with np.errstate(over="ignore"):
        found: FloatArray = np.ldexp(np.sqrt(np.column_stack(squares)), exponent)
    return found


class CentreModel(PrefixedFeatureNamesMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    """A model whose `cluster_centers_` (k, d) say everything; its subclasses find them."""

    n_clusters: int
    init: Init
    n_init: int | str
    cluster_centers_: FloatArray
    labels_: IntArray

    def fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Find the centres."""
        raise NotImplementedError(f"{type(self).__name__} must say how it finds its centres.")

    def _check_count(self, n: int) -> int:
        """Return k, which n rows must be enough for."""
        k = int(self.n_clusters)
        if k > n:
            raise ValueError(f"n_samples={n} should be >= n_clusters={k}; lower n_clusters or give more rows.")
        return k

    def _init_is(self, name: str) -> bool:
        return isinstance(self.init, str) and self.init == name

    def _run_count(self, many_runs: int) -> int:
        """Return how many seedings are tried; n_init="auto" stands for `many_runs` of a random start."""
        many = self._init_is("random") or callable(self.init)
        runs = (many_runs if many else 1) if isinstance(self.n_init, str) else int(self.n_init)
        if runs > 1 and not many and not self._init_is("k-means++"):
            warnings.warn(
                "Explicit initial center position passed: performing only one init in "
                f"{type(self).__name__} instead of n_init={runs}.",
                RuntimeWarning,
                stacklevel=4,  # whoever called fit
            )
            return 1
        return runs

    def fit_predict(  # type: ignore[override]
        self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None
    ) -> IntArray:
        """Fit to X and return the cluster of each row, shape (n,)."""
        return self.fit(X, y, sample_weight).labels_

    def fit_transform(  # type: ignore[override]
        self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None
    ) -> FloatArray:
        """Fit to X and return the distance of each row to each centre, shape (n, k)."""
        return self.fit(X, y, sample_weight).transform(X)

    # ---- using

    def predict(self, X: MatrixLike) -> IntArray:
        """Return the index of the nearest centre for each row of X, shape (n,).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X of a wrong kind or shape.
        """
        check_is_fitted(self, "cluster_centers_")
        found, centres = self._check_X(X, finite=False), self.cluster_centers_
        labels = label_once(found, centres)
        return label_rows(self._check_X(X), centres)[0] if labels is None else labels

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return the distance of each row of X to each centre, shape (n, k).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X of a wrong kind or shape, or a distance too large for a float.
        """
        check_is_fitted(self, "cluster_centers_")
        found, centres = self._check_X(X), self.cluster_centers_
        sums: list[float] = []  # of some rows each: finite if all are, but for those that are nearly too far

        def note_sum(some: FloatArray) -> None:
            with np.errstate(over="ignore", invalid="ignore"):
                sums.append(float(some.sum()))

        with np.errstate(over="ignore", invalid="ignore"):
            away = all_distances(found, prepare(centres), finish=note_sum)
        if not np.isfinite(sums).all():
            far = ~np.isfinite(away).all(axis=1)
            away[far] = distances_of_far_rows(found[far], centres)
            if not np.isfinite(away).all():
                raise ValueError("X is too far from the centres for a distance in float64; divide X by a constant.")
        return away

    def score(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> float:
        """Return minus the inertia of the rows of X: the larger, the better.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X or `sample_weight` of a wrong kind or shape, or an inertia too large for a float.
        """
        check_is_fitted(self, "cluster_centers_")
        found = self._check_X(X)
        inertia = label_rows(found, self.cluster_centers_, check_sample_weight(sample_weight, len(found)))[1]
        if not np.isfinite(inertia):
            raise ValueError("X is so far from the centres that the inertia overflows float64; divide X by a constant.")
        return -inertia

    def certify(self, X: MatrixLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how far the fitted model is from a fixed point of Lloyd's iteration on X, the rows it was fitted to.

        Needs no other fit to compare with: distances are measured again, directly, and means are taken anew. At a fixed
        point both numbers are 0 up to rounding; after a fit that `tol` or `max_iter` ended, the move is what is left.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            If X or `sample_weight` is not what the model was fitted to.
        """
        check_is_fitted(self, "labels_")
        found, centres = self._check_X(X), self.cluster_centers_
        if len(found) != len(self.labels_):
            raise ValueError(
                f"X has {len(found)} rows, but {type(self).__name__} was fitted to {len(self.labels_)}; "
                "give the same rows."
            )
        points = lay_out(found, check_sample_weight(sample_weight, len(found)), also=centres)
        rows, places = points.rows(slice(None)), points.from_user(centres)
        least, indices = k_nearest(rows, prepare(places), 1)
        closest: IntArray = indices.ravel()
        own = np.sqrt(squared_norms(rows - places[self.labels_]))
        misplaced = np.mean(own > least.ravel() + 1e-9 * own)  # a tie may be rounded either way
        moves = np.zeros_like(places)
        np.add.at(moves, closest, points.weight[:, None] * (rows - places[closest]))
        mass = np.bincount(closest, weights=points.weight, minlength=len(places))
        moves[mass > 0] /= mass[mass > 0, None]
        return Certificate(float(np.ldexp(np.sqrt(squared_norms(moves)).max(), points.exponent)), float(misplaced))
