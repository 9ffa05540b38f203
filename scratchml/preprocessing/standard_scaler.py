"""Standardisation: every column is shifted to mean 0 and stretched to standard deviation 1.

Idea
----
A column in grams and one in kilometres cannot be compared, and many algorithms (those that measure distances, those
that descend a gradient, those with a penalty) would listen to whichever has the larger numbers. So each column is
measured in its own unit: how many standard deviations a value lies above the column's mean.

Maths
-----
For one column with values x_i and weights w_i (1 without `sample_weight`; a missing value has weight 0)::

    n      = sum_i w_i
    mean   = sum_i w_i x_i / n
    square = sum_i w_i (x_i - mean)^2        var = square / n        scale = sqrt(var)
    z_i    = (x_i - mean) / scale

The short formula ``sum x^2 - n mean^2`` loses every digit when the mean is large beside the spread. Here the rows
are cut into blocks; a block's mean is found first and the squares are summed about it, while the block is in the
processor's cache. Two parts a, b of the rows are then merged exactly (Chan, Golub and LeVeque, equation 1.5)::

    n      = n_a + n_b                        gap = mean_b - mean_a
    mean   = mean_a + gap n_b / n
    square = square_a + square_b + gap^2 n_a n_b / n

The same merge serves blocks, chunks worked on by different threads, and batches given to `partial_fit`. What rounding
takes from a mean is kept beside it (`rest`), so that the gap between two means of 1e8 is known to all its digits.

Cost
----
``fit`` reads X once: O(n d) time, O(d) memory for each chunk of rows. ``transform`` is one pass, O(n d).

Differences
-----------
From scikit-learn: float32 becomes float64; a spread whose square float64 cannot hold (below 1e-152 or above 1e154) is
an error, where scikit-learn returns infinity or leaves the column unscaled; negative weights are refused; a column
never seen in ``fit`` (all NaN) is an error when ``transform`` meets a number in it.

References
----------
T. F. Chan, G. H. Golub, R. J. LeVeque (1983), "Algorithms for computing the sample variance: analysis and
recommendations", The American Statistician 37(3), 242-247: equation 1.5 (merge), 1.7 (corrected two-pass), and the
error bound by which a column counts as constant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
    check_is_fitted,
    check_sample_weight,
    chunks,
    finish,
    map_chunks,
)
from ..core.jit import kernel
from ..core.rules import boolean
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .columns import CHUNK_ROWS, WIDE, check_back, map_columns, room_for_result

EPS = float(np.finfo(np.float64).eps)
BLOCK_ROWS = 64  # read twice in a row, so it should fit the first-level cache
TINY = 5e-324  # the smallest float: stands in for a divisor of 0, where what is divided is 0 too


# ---------------------------------------------------------------------------------------------------------------
# Kernels. The inner loops run over features: neighbours in memory, each with a sum of its own, so the compiler can
# work on several at once without changing the order in which any sum is added up.


@kernel
def sum_block(X: Array, weight: Array, total: Array, n: Array) -> None:
    """Add up a block's values that are there. X (m, d), weight (m,): read. total, n (d,): overwritten."""
    total[:] = 0.0
    n[:] = 0.0
    for i in range(X.shape[0]):
        w = weight[i]
        for f in range(X.shape[1]):
            x = X[i, f]
            there = x == x  # NaN alone differs from itself
            total[f] += w * x if there else 0.0
            n[f] += w if there else 0.0


@kernel
def square_block(X: Array, weight: Array, mean: Array, rest: Array, square: Array) -> None:
    """Add up deviations and their squares. X (m, d), weight (m,), mean (d,): read. rest, square (d,): overwritten."""
    rest[:] = 0.0
    square[:] = 0.0
    for i in range(X.shape[0]):
        w = weight[i]
        for f in range(X.shape[1]):
            deviation = X[i, f] - mean[f]
            deviation = deviation if deviation == deviation else 0.0
            rest[f] += w * deviation
            square[f] += w * deviation * deviation


@kernel
def merge(
    n: Array,
    mean: Array,
    rest: Array,
    square: Array,
    part_n: Array,
    part_mean: Array,
    part_rest: Array,
    part_square: Array,
) -> None:
    """Merge a part into what is known (equation 1.5), all (d,). n, mean, rest, square: overwritten. The part: read."""
    for f in range(n.shape[0]):
        if n[f] == 0.0:
            n[f], mean[f], rest[f], square[f] = part_n[f], part_mean[f], part_rest[f], part_square[f]
        elif part_n[f] > 0.0:
            share = part_n[f] / (n[f] + part_n[f])
            gap = (part_mean[f] - mean[f]) + (part_rest[f] - rest[f])
            square[f] += part_square[f] + gap * gap * (n[f] * share)
            old, step = mean[f], gap * share
            mean[f] = old + step
            taken = mean[f] - old
            rest[f] += (old - (mean[f] - taken)) + (step - taken)  # exactly what mean[f] lost (Knuth's two-sum)
            n[f] += part_n[f]


@kernel
def chunk_moments(X: Array, weight: Array, block_rows: int) -> tuple[Array, Array, Array, Array]:
    """Return (n, mean, rest, square), each (d,), of rows X (m, d), which are read with their weight (m,)."""
    d = X.shape[1]
    n, mean, rest, square = np.zeros(d), np.zeros(d), np.zeros(d), np.zeros(d)
    block_n, block_mean, block_rest, block_square = np.empty(d), np.empty(d), np.empty(d), np.empty(d)
    for start in range(0, X.shape[0], block_rows):
        rows = X[start : start + block_rows]
        weights = weight[start : start + block_rows]
        sum_block(rows, weights, block_mean, block_n)
        for f in range(d):
            block_mean[f] /= max(block_n[f], TINY)
        square_block(rows, weights, block_mean, block_rest, block_square)
        for f in range(d):  # what rounding took from the mean (equation 1.7)
            block_square[f] -= block_rest[f] * (block_rest[f] / max(block_n[f], TINY))
            block_rest[f] /= max(block_n[f], TINY)
        merge(n, mean, rest, square, block_n, block_mean, block_rest, block_square)
    return n, mean, rest, square


@kernel
def standardise(X: Array, mean: Array, scale: Array, Z: Array) -> None:
    """Write (X - mean) / scale. X (m, d), mean, scale (d,): read. Z (m, d): overwritten, may be X."""
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            Z[i, f] = (X[i, f] - mean[f]) / scale[f]


@kernel
def destandardise(Z: Array, mean: Array, scale: Array, X: Array) -> None:
    """Write Z * scale + mean. Z (m, d), mean, scale (d,): read. X (m, d): overwritten, may be Z."""
    for i in range(Z.shape[0]):
        for f in range(Z.shape[1]):
            X[i, f] = Z[i, f] * scale[f] + mean[f]


# ---------------------------------------------------------------------------------------------------------------
# The loop


class Step(NamedTuple):
    """After one more chunk of rows has been merged."""

    name: str  # "merge"
    n: FloatArray  # (d,) values seen so far in each column, or the sum of their weights
    mean: FloatArray  # (d,)
    rest: FloatArray  # (d,) what rounding took from the mean
    square: FloatArray  # (d,) sum of squared deviations from the mean


def moments(X: FloatArray, weight: FloatArray | None) -> tuple[Array, Array, Array, Array]:
    """Return (n, mean, rest, square) of one chunk of rows."""
    m, d = X.shape
    if weight is not None:
        return chunk_moments(X, weight, BLOCK_ROWS)
    # A narrow table leaves the vector unit half empty, so `lanes` rows are read as one wide row, as if
    # every lane were a column of its own; in the end the lanes are merged like any other parts.
    # plainly: return chunk_moments(X, np.ones(m), BLOCK_ROWS)
    lanes = max(1, WIDE // d)
    even = m - m % lanes
    wide = chunk_moments(X[:even].reshape(even // lanes, lanes * d), np.ones(even // lanes), BLOCK_ROWS)
    found = chunk_moments(X[even:], np.ones(m - even), BLOCK_ROWS)
    for lane in range(0, lanes * d, d):
        merge(*found, *(part[lane : lane + d] for part in wide))
    return found


def merge_chunks(X: FloatArray, weight: FloatArray | None, known: Step) -> Iterator[Step]:
    """Yield `known` again and again, each time with one more chunk of X merged into it."""

    def task(rows: slice) -> tuple[Array, Array, Array, Array]:
        return moments(X[rows], None if weight is None else weight[rows])

    for part in map_chunks(task, chunks(len(X), CHUNK_ROWS)):
        merge(*known[1:], *part)
        yield known


def check_range(X: FloatArray, weight: FloatArray | None, found: Step, with_std: bool) -> None:
    """Raise a ValueError that names the column if a sum overflowed or the square of a deviation vanished."""
    remedy = "multiply the column by a constant so that its values lie between 1e-150 and 1e150."
    bad = ~np.isfinite(found.mean) | (~np.isfinite(found.square) if with_std else False)
    if bad.any():
        raise ValueError(f"The values of column {int(bad.argmax())} are too large for a sum of squares; {remedy}")
    if not with_std:
        return
    # Squares below 1e-304 lose digits; only a mean this close to zero lets deviations be so small and not nil.
    for f in np.flatnonzero((found.square < found.n * 1e-304) & (np.abs(found.mean) < 1e-130)):
        values = X[:, f] if weight is None else X[weight > 0, f]
        if (np.abs(values - found.mean[f]) > 1e-10 * np.abs(found.mean[f])).any():  # False for NaN
            raise ValueError(f"The values of column {f} are so small that their squares vanish; {remedy}")


def is_constant(var: FloatArray, mean: FloatArray, n: FloatArray) -> Array:
    """Say for each column whether its variance is no more than rounding could have made of a constant."""
    with np.errstate(over="ignore"):
        return np.asarray(var <= n * EPS * var + (n * mean * EPS) ** 2)


# ---------------------------------------------------------------------------------------------------------------
# The estimator


class StandardScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Standardise columns: subtract the mean, divide by the standard deviation.

    NaN marks a missing value: it is left out in ``fit`` and stays NaN in ``transform``. A column that is constant, or
    as good as constant by the rounding bound of Chan, Golub and LeVeque, is only centred.

    Parameters
    ----------
    copy : False lets `transform` overwrite an X that is a C-contiguous float64 array; anything else is copied anyway
    with_mean : subtract the mean
    with_std : divide by the standard deviation (of the population: the divisor is n, not n - 1)

    Attributes
    ----------
    mean_ : array of shape (d,), or None where neither mean nor deviation is used; NaN for a column of NaN only
    var_ : array of shape (d,), or None without `with_std`
    scale_ : array of shape (d,): the square root of `var_`, 1 for a constant column; None without `with_std`
    n_samples_seen_ : int, or float (the sum of weights) with `sample_weight`; an array (d,) where columns differ by NaN
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    Examples
    --------
    >>> from scratchml.preprocessing import StandardScaler
    >>> StandardScaler().fit_transform([[1.0, 10.0], [3.0, 10.0]])
    array([[-1.,  0.],
           [ 1.,  0.]])
    """

    _rules: ClassVar = {"copy": boolean, "with_mean": boolean, "with_std": boolean}

    def __init__(self, *, copy: bool = True, with_mean: bool = True, with_std: bool = True) -> None:
        self.copy = copy
        self.with_mean = with_mean
        self.with_std = with_std

    def steps(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps, one for each chunk of rows merged.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        X = self._check_X(X, fitting=True)
        return self._steps(X, sample_weight, Step("merge", *np.zeros((4, X.shape[1]))))

    def fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Find the mean and the standard deviation of each column of X (n, d); earlier batches are forgotten.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or `sample_weight` (n,); for values whose squares float64 cannot hold.
        """
        return self._keep(finish(self.steps(X, y, sample_weight), self), weighted=sample_weight is not None)

    def partial_fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Merge one more batch of rows into the means and deviations known so far.

        Raises
        ------
        TypeError, ValueError
            As `fit` does; also where the number of columns differs from the first batch's.
        """
        if not hasattr(self, "n_samples_seen_"):
            return self.fit(X, y, sample_weight)
        self._check_params()
        X = self._check_X(X)
        n = np.full(X.shape[1], self.n_samples_seen_, dtype=np.float64)
        mean, var = (np.zeros_like(n) if a is None else np.where(n > 0, a, 0.0) for a in (self.mean_, self.var_))
        whole = sample_weight is None and np.asarray(self.n_samples_seen_).dtype.kind == "i"
        known = Step("merge", n, mean, np.zeros_like(n), var * n)
        return self._keep(finish(self._steps(X, sample_weight, known), self), weighted=not whole)

    def _steps(self, X: FloatArray, sample_weight: VectorLike | None, known: Step) -> Iterator[Step]:
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))

        def run() -> Iterator[Step]:
            yield from merge_chunks(X, weight, known)
            check_range(X, weight, known, self.with_std)

        return run()

    def _keep(self, last: Step, weighted: bool) -> Self:
        n = last.n if weighted else last.n.astype(np.int64)
        self.n_samples_seen_ = n[0] if (n == n[0]).all() else n
        empty, mean = last.n == 0, last.mean + last.rest
        self.mean_ = np.where(empty, np.nan, mean) if self.with_mean or self.with_std else None
        self.var_ = self.scale_ = None
        if self.with_std:
            var = last.square / np.where(empty, 1.0, last.n)
            self.scale_ = np.where(is_constant(var, mean, last.n), 1.0, np.sqrt(var))
            self.var_ = np.where(empty, np.nan, var)
        return self

    def transform(self, X: MatrixLike, copy: bool | None = None) -> FloatArray:
        """Return (X - mean_) / scale_, shape (n, d).

        Parameters
        ----------
        X : array of shape (n, d)
        copy : overrides the parameter `copy`

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, infinity, or numbers in a column in which ``fit`` saw only NaN.
        """
        check_is_fitted(self, "n_samples_seen_")
        return self._map(standardise, self._check_X(X, finite=False), X, copy)

    def inverse_transform(self, X: MatrixLike, copy: bool | None = None) -> FloatArray:
        """Return X * scale_ + mean_, shape (n, d): what `transform` did, undone.

        Parameters
        ----------
        X : array of shape (n, d)
        copy : overrides the parameter `copy`

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or infinity.
        """
        check_is_fitted(self, "n_samples_seen_")
        return self._map(destandardise, check_back(self, X, finite=False), X, copy)

    def _map(self, work: Any, X: FloatArray, given: MatrixLike, copy: bool | None) -> FloatArray:
        d = X.shape[1]
        mean = self.mean_ if self.with_mean and self.mean_ is not None else np.zeros(d)
        scale = self.scale_ if self.scale_ is not None else np.ones(d)
        return map_columns(work, X, mean, scale, room_for_result(X, given, bool(self.copy if copy is None else copy)))

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = True
        return tags
