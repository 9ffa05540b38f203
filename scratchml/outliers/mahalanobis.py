"""Mahalanobis distance: a row is strange if it lies where the cloud of rows is thin, its shape considered.

Idea
----
A tall and light person is strange though many are tall and many are light. So distances are measured in the cloud's own
units: long where the cloud is long, short across it.

Maths
-----
D^2(x) = (x - m)' S^-1 (x - m), with m the mean and S = sum_i (x_i - m) (x_i - m)' / n.
Of normal rows D^2 is nearly chi-square with d degrees of freedom: above its quantile `level` is an outlier.
With S = C R C (C the columns' standard deviations, R the correlations, R = V L V') it is the sum of squares of
L^-1/2 V' C^-1 (x - m). Eigenvalues of R below d eps max(L), which are zeros but for rounding, are set to that: rows may
not leave a plane that all training rows lie in. The degrees of freedom are the number of the others.

Cost
----
n d^2 + d^3 to fit, d^2 for each row.

Differences
-----------
scikit-learn's EllipticEnvelope fits a robust covariance, which outliers do not pull (MCD); this is the classical one,
as in its EmpiricalCovariance. There a singular S gets a pseudo-inverse, which does not see that a row leaves the plane.

References
----------
P. C. Mahalanobis (1936), "On the generalised distance in statistics", Proc. Nat. Inst. Sci. India 2(1), 49-55.
P. J. Rousseeuw, B. C. van Zomeren (1990), "Unmasking multivariate outliers and leverage points", JASA 85(411), 633-639:
the cut-off at 97.5 %.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..core import chunks, map_chunks, one_blas_thread
from ..core.rules import real
from ..core.typing import FloatArray, IntArray, MatrixLike
from ..maths import squared_norms
from .chi_square import quantile
from .detector import FARTHEST, SMALL, BaseDetector, column_units, in_units

EPS = float(np.finfo(np.float64).eps)
CHUNK_ROWS = 2000  # what is worked out of them stays in the cache; 2048 would be slower (`rows_apart`)
TAKEN = 1e-6  # share of a mean square that may come from a rounded mean and be taken off without a loss of digits
NEAR = 1e280  # squared distances below this cannot have overflown on the way
LARGEST = 1e148  # a coordinate above this counts as this: its square, summed, stays below FARTHEST


def mean_and_products(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the columns' means (d,), and the mean products (d, d) of what X (n, d) is away from them.

    A constant column's mean is its value to the bit, and its products are 0.
    """
    # plainly: mean = X.mean(axis=0); products = (X - mean).T @ (X - mean) / n. In blocks, X - mean stays in the cache.
    share = np.full(len(X), 1.0 / len(X))
    mean = share @ X
    constant = X[0] == X[-1]
    if constant.any():
        mean = np.where((X == X[0]).all(axis=0), X[0], mean)
    for _ in range(2):
        products, more = np.zeros((X.shape[1], X.shape[1])), np.zeros(X.shape[1])
        for rows in chunks(len(X), CHUNK_ROWS):
            away = X[rows] - mean
            more += share[rows] @ away  # what rounding took of the mean
            products += away.T @ away
        products /= len(X)
        if (more * more <= TAKEN * np.diag(products)).all():
            break
        mean = mean + more  # too much for the products to be right: once more
    return mean + more, products - np.outer(more, more)


class Mahalanobis(BaseDetector):
    """Outliers have a squared Mahalanobis distance above the chi-square quantile of `level`.

    Parameters
    ----------
    level : the share of normal rows that are no outliers
    contamination : "auto" for `level`, or the share of training rows to call outliers, in (0, 0.5]

    Attributes
    ----------
    location_ : array (d,), the mean
    covariance_, precision_ : arrays (d, d), the covariance and its inverse
    rank_ : int, the degrees of freedom
    dist_ : array (n,), squared distances of the training rows
    offset_ : float; rows that score (minus the squared distance) below it are outliers
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Mahalanobis (1936); Rousseeuw, van Zomeren (1990); see the top of this file.

    Examples
    --------
    >>> from scratchml.outliers import Mahalanobis
    >>> line = [[float(x), x + 0.1 * (-1) ** x] for x in range(20)]
    >>> Mahalanobis().fit(line).predict([[18.0, 18.0], [18.0, 2.0]])
    array([ 1, -1])
    """

    _rules: ClassVar = {**BaseDetector._rules, "level": real(0.0, 1.0, open_low=True, open_high=True)}

    def __init__(self, *, level: float = 0.975, contamination: float | str = "auto") -> None:
        self.level = level
        self.contamination = contamination

    def _learn(self, X: FloatArray) -> float:
        d = X.shape[1]
        scaled, unit = in_units(X)
        with one_blas_thread():
            mean, products = mean_and_products(scaled)
            spread = np.sqrt(np.diag(products))
            # a constant column is measured in roundings of its own size
            own = np.where(spread > 0.0, spread, EPS * column_units(X[:1] / unit))
            correlation = products / own[:, None] / own
            values, vectors = np.linalg.eigh(correlation)
            least = d * EPS * max(float(values[-1]), EPS)
            self._whiten = vectors / np.sqrt(np.maximum(values, least))
            inverse = self._whiten @ self._whiten.T
        self.rank_ = max(1, int((values > least).sum()))
        self.location_, self._scale, self._unit = mean * unit, own, unit
        with np.errstate(over="ignore", under="ignore"):
            self.covariance_ = (correlation * (own * unit)[:, None]) * (own * unit)
            # one after the other: of the least numbers there are, own * unit would be 0
            self.precision_ = (inverse / own[:, None]) / own / unit[:, None] / unit
        self.dist_ = self._strangeness(X)
        return quantile(self.level, self.rank_)

    def _strangeness(self, X: FloatArray) -> FloatArray:
        found: FloatArray = np.empty(len(X))
        center = self.location_ / self._unit
        size = self._unit * self._scale
        plain = (size > SMALL).all() and (size < 1.0 / SMALL).all()
        direct = self._whiten / size[:, None] if plain else None  # one product does all

        def task(rows: slice) -> None:
            with np.errstate(over="ignore", invalid="ignore"):
                if direct is not None:
                    squares = squared_norms((X[rows] - self.location_) @ direct)
                    if squares.max() < NEAR:  # not of NaN
                        found[rows] = squares
                        return
                Z = X[rows] / self._unit
                Z -= center
                Z /= self._scale
                # columns so far out that their product with a unit vector could overflow are cut off first
                whitened = np.clip(Z, -LARGEST, LARGEST, out=Z) @ self._whiten
                np.clip(whitened, -LARGEST, LARGEST, out=whitened)
                np.minimum(squared_norms(whitened), FARTHEST, out=found[rows])

        with one_blas_thread():
            map_chunks(task, chunks(len(X), CHUNK_ROWS))
        return found

    def fit_predict(self, X: MatrixLike, y: Any = None, **fit_params: Any) -> IntArray:
        """Fit to X (n, d) and return -1 for each outlier and 1 for each inlier, by the distances of the fit."""
        self.fit(X, y, **fit_params)
        found: IntArray = np.where(-self.dist_ - self.offset_ < 0.0, -1, 1)
        return found

    def mahalanobis(self, X: MatrixLike) -> FloatArray:
        """Return the squared distance (m,) of each row of X (m, d)."""
        return -self.score_samples(X)
