"""What a fitted PCA can do with rows: project them, bring them back, say how likely they are.

Idea
    The components span a flat sheet through the middle of the data. Projecting keeps a row's shadow on the sheet. If
    what is lost is taken for noise of the same size in every direction, the data have a Gaussian model (probabilistic
    PCA), and a row has a likelihood.
Maths
    With mean m, components V (k, d), variances v (k,) along them, and noise s^2, the mean of the variances left out:

    project     z = (x - m) V^T                  whitened:  z / sqrt(v)
                z = x V^T - m V^T                the same, with no copy of the centred rows; used where m is no longer
                                                 than the data are spread, so that rounding is no larger for it
    bring back  x = z V + m
    covariance  C = V^T diag(v - s^2) V + s^2 I
    log likelihood of x = -1/2 [ (x - m)^T C^-1 (x - m) + log det C + d log 2 pi ]
Cost
    n d k for n rows; d^3 for the likelihood's determinant.
References
    Tipping, Bishop (1999), Probabilistic principal component analysis, JRSS B 61, 611-622: section 3. Bishop, Pattern
    Recognition and Machine Learning, section 12.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..core import (
    PrefixedFeatureNamesMixin,
    TransformerMixin,
    check_array,
    check_finite,
    check_is_fitted,
    chunks,
    map_chunks,
    one_blas_thread,
    rows_apart,
    surely_finite,
)
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, MatrixLike

CHUNK_ROWS = 4096  # one thread's portion of the covariance
PROJECTED_ROWS = 8192  # and of a projection
READ_AHEAD, LEAST_ROWS = 1 << 16, 32  # numbers that are read before they are multiplied, but so many rows
IN_CACHE = 1 << 21  # numbers of X that may lie in the last cache from before: there a product reads as fast as a sum
LONG = 512  # numbers of a row that is quick to go through
BLOCK = 1 << 15  # numbers centred at a time: a copy that stays in the cache
MOST = float(np.finfo(np.float64).max)
EPS = float(np.finfo(np.float64).eps)
VANISHING = 1e-290  # squares below have fewer digits than others, or none


def centred(X: FloatArray, mean: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
    """Yield (rows, X[rows] - mean) block by block; each block overwrites the one before."""
    size = rows_apart(max(1, BLOCK // X.shape[1]))
    buffer = np.empty((min(size, len(X)), X.shape[1]))
    for rows in chunks(len(X), size):
        block = buffer[: rows.stop - rows.start]
        np.subtract(X[rows], mean, out=block)
        yield rows, block


def multiply_in_cache(X: FloatArray, columns: FloatArray, out: FloatArray) -> None:
    """Set out (n, k), overwritten, to X (n, d) times columns (d, k).

    A sum runs straight through a block, at the speed at which memory can be read; the product then finds it in the
    cache. By itself a product reads memory at half that speed.
    """
    # plainly: np.dot(X, columns, out=out)
    for rows in chunks(len(X), max(LEAST_ROWS, READ_AHEAD // X.shape[1])):
        surely_finite(X[rows])
        np.dot(X[rows], columns, out=out[rows])


@lean_kernel
def subtract_from_rows(rows: Array, offset: Array) -> bool:
    """Subtract offset (k,), read, from rows (m, k), overwritten; say whether all that is left is finite."""
    bad = False
    for i in range(rows.shape[0]):
        for f in range(rows.shape[1]):
            left = rows[i, f] - offset[f]
            rows[i, f] = left
            bad |= not abs(left) <= MOST
    return not bad


def project(X: FloatArray, mean: FloatArray, axes: FloatArray, near: bool) -> tuple[FloatArray, bool]:
    """Return (X - mean) axes^T, shape (n, k), chunk by chunk, and whether all of it is surely finite.

    `near` says that the mean is no longer than the rows are spread: then they are multiplied as they stand.
    """
    found = np.empty((len(X), len(axes)))
    columns = np.ascontiguousarray(axes.T)
    k = len(axes)
    together = max(1, LONG // max(1, k))  # rows that are handled as one: short rows take longer to begin than to end
    offset = np.tile(mean @ columns, together)
    multiply: Callable[..., object] = multiply_in_cache if X.size > IN_CACHE else np.dot

    def work(part: slice) -> bool:
        out = found[part]
        if near and k:
            multiply(X[part], columns, out=out)
            # plainly: out -= mean @ columns; return np.isfinite(out).all()
            whole = len(out) - len(out) % together
            safe = subtract_from_rows(out[:whole].reshape(-1, together * k), offset)
            return subtract_from_rows(out[whole:], offset[:k]) and safe
        for rows, block in centred(X[part], mean):
            np.dot(block, columns, out=out[rows])
        return surely_finite(out)  # while it is in the cache

    with one_blas_thread():
        return found, all(map_chunks(work, chunks(len(X), PROJECTED_ROWS)))


def point_axes(axes: FloatArray) -> None:
    """Turn each of the axes (k, d), overwritten, so that its entry of largest size, the first of them, is positive."""
    low, high = -axes.min(axis=1), axes.max(axis=1)
    backwards = low > high
    for i in np.flatnonzero(low == high):
        backwards[i] = axes[i].argmin() < axes[i].argmax()
    axes *= np.where(backwards, -1.0, 1.0)[:, None]


class ProjectionMixin(PrefixedFeatureNamesMixin, TransformerMixin):
    """Projects on fitted components, and judges rows by the Gaussian model they make."""

    # set by the fit
    components_: FloatArray
    explained_variance_: FloatArray
    mean_: FloatArray
    noise_variance_: float
    n_components_: int
    whiten: bool

    def _scale(self) -> FloatArray:
        """Return the standard deviations along the components, none below the rounding error of the largest."""
        found = np.sqrt(self.explained_variance_)
        return np.maximum(found, EPS * found.max(initial=0.0) or 1.0)

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return the rows of X (n, d) projected on the components, shape (n, k).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X of a wrong kind or shape.
        """
        check_is_fitted(self, "components_")
        return self._project(self._check_X(X, finite=False, order="any"))  # type: ignore[attr-defined]

    def _project(self, X: FloatArray) -> FloatArray:
        k, d = self.components_.shape
        with np.errstate(over="ignore", invalid="ignore"):
            spread = float(self.explained_variance_.sum()) + (d - k) * float(self.noise_variance_)
            # of squares: the mean's length, the rows' distance from it; of squares that vanish nothing can be said
            near = bool(self.mean_ @ self.mean_ <= spread > VANISHING)
            found, safe = project(X, self.mean_, self.components_, near)
            if self.whiten:
                found = found / self._scale()
                safe = surely_finite(found)
        if not safe and not np.isfinite(found).all():
            check_finite(X)
            raise ValueError("X is so far from the mean that its projection overflows float64; scale X down.")
        return found

    def inverse_transform(self, X: MatrixLike) -> FloatArray:
        """Return rows (n, d) from projections (n, k): the points of the sheet that have them.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X of a wrong kind or shape.
        """
        check_is_fitted(self, "components_")
        Z = check_array(X, min_features=min(1, len(self.components_)), estimator=self)
        if Z.shape[1] != len(self.components_):
            raise ValueError(
                f"X has {Z.shape[1]} columns, but {type(self).__name__} found {len(self.components_)} components; give "
                "what transform returned."
            )
        axes = self.components_ * self._scale()[:, None] if self.whiten else self.components_
        found: FloatArray = Z @ axes + self.mean_
        return found

    def get_covariance(self) -> FloatArray:
        """Return the covariance (d, d) of the Gaussian model."""
        check_is_fitted(self, "components_")
        more = np.maximum(self.explained_variance_ - self.noise_variance_, 0.0)
        found: FloatArray = (self.components_.T * more) @ self.components_
        found.flat[:: len(found) + 1] += self.noise_variance_
        return found

    def _variances(self) -> tuple[FloatArray, float]:
        """Return v and s^2, none below the rounding error of the largest, so that the covariance has an inverse.

        Raises
        ------
        ValueError
            If there is no variance at all.
        """
        noise, v = float(self.noise_variance_), self.explained_variance_
        largest = max(noise, float(v.max(initial=0.0)))
        if largest == 0:
            raise ValueError(
                "X has no variance at all, so that no row is more likely than another; give rows that vary."
            )
        s2 = max(noise, EPS * largest)
        return np.maximum(v, s2), s2

    def get_precision(self) -> FloatArray:
        """Return the inverse of the covariance, (d, d).

        By the matrix inversion lemma it is (I - V^T diag(1 - s^2 / v) V) / s^2: nothing is factorised. A direction
        without variance counts as having that of the largest one's rounding error.

        Raises
        ------
        ValueError
            If there is no variance at all.
        """
        check_is_fitted(self, "components_")
        v, s2 = self._variances()
        d = self.components_.shape[1]
        if len(v) == d:
            whole: FloatArray = (self.components_.T / v) @ self.components_
            return whole
        found: FloatArray = -(self.components_.T * ((1.0 - s2 / v) / s2)) @ self.components_
        found.flat[:: d + 1] += 1.0 / s2
        return found

    def score_samples(self, X: MatrixLike) -> FloatArray:
        """Return the log likelihood of each row of X under the Gaussian model, shape (n,).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X of a wrong kind or shape, so far away that its likelihood is none, or fitted to rows without variance.
        """
        check_is_fitted(self, "components_")
        rows = self._check_X(X)  # type: ignore[attr-defined]
        precision = self.get_precision()
        v, s2 = self._variances()
        d = len(precision)
        log_det = float(np.log(v).sum()) + (d - len(v)) * math.log(s2)
        with np.errstate(over="ignore", invalid="ignore"):
            away = rows - self.mean_
            distance = np.einsum("ij,ij->i", away @ precision, away)
        if not np.isfinite(distance).all():
            raise ValueError("X is so far from the mean that its likelihood is 0 in float64; scale X down.")
        found: FloatArray = -0.5 * (distance + log_det + d * math.log(2 * math.pi))
        return found

    def score(self, X: MatrixLike, y: Any = None) -> float:
        """Return the mean log likelihood of the rows of X.

        Raises
        ------
        NotFittedError, TypeError, ValueError
            As `score_samples`.
        """
        return float(self.score_samples(X).mean())
