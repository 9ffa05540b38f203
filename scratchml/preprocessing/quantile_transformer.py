"""Quantile transform: a value becomes the share of values below it, and if wished the normal value at that share.

Idea
----
However skewed a column is, the ranks of its values are evenly spread. Between a thousand quantiles learned from the
rows the
share is interpolated; read off a normal distribution, it gives a bell. Distances are not kept, only the order.

Maths
-----
With quantiles q_k at shares r_k, a piecewise linear curve through (q_k, r_k)::

    share(x) = (lower curve(x) + upper curve(x)) / 2        z = share, or normal_value(share)

Where many values are equal the curve has a jump: the lower curve takes its lower end, the upper its upper end.

Cost
----
``fit`` sorts a sample of rows, O(d s log s); ``transform`` O(n d log q).

Differences
-----------
From scikit-learn: dense arrays only; float32 becomes float64.

References
----------
B. M. Bolstad, R. A. Irizarry, M. Astrand, T. P. Speed (2003), "A comparison of normalization methods for high density
oligonucleotide array data based on variance and bias", Bioinformatics 19(2), 185-193.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
    check_is_fitted,
    check_random_state,
    chunks,
    map_chunks,
)
from ..core.jit import kernel
from ..core.rules import boolean, either, integer, none, one_of, random_state
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike
from ..maths.normal import normal_share, normal_value
from .columns import check_back
from .quantiles import present, quantiles

BOUND = 1e-7  # this near to an end a value is taken for the end, where the normal distribution is to come out
CHUNK_ROWS = 4096


@kernel
def step_above(x: float, q: Array) -> int:
    """Return how many of q (k,), sorted and read, are at most x."""
    low, high = 0, q.shape[0]
    while low < high:
        middle = (low + high) // 2
        if q[middle] <= x:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def between(x: float, q0: float, q1: float, r0: float, r1: float) -> float:
    """Return the line through (q0, r0) and (q1, r1) at x."""
    found: float = (r1 - r0) / (q1 - q0) * (x - q0) + r0
    if abs(found) < np.inf:
        return found
    gap = q1 - q0  # the slope was beyond float64: work with the share of the way instead
    t = (x - q0) / gap if abs(gap) < np.inf else (0.5 * x - 0.5 * q0) / (0.5 * q1 - 0.5 * q0)
    return r0 * (1.0 - t) + r1 * t


@kernel
def interpolate(x: float, q: Array, r: Array) -> float:
    """Return the curve through (q, r) at x; of equal q the last counts. q, r (k,): read, sorted."""
    k, last = step_above(x, q), q.shape[0]
    if k == 0 or k == last:
        end: float = r[min(k, last - 1)]
        return end
    return between(x, q[k - 1], q[k], r[k - 1], r[k])


@kernel
def step_below(x: float, q: Array) -> int:
    """Return how many of q (k,), sorted and read, are below x."""
    low, high = 0, q.shape[0]
    while low < high:
        middle = (low + high) // 2
        if q[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def share_of(x: float, q: Array, r: Array) -> float:
    """Return the mean of both curves through (q, r) at x. q, r (k,): read."""
    lower: float = 0.0
    upper = interpolate(x, q, r)
    k = step_below(x, q)
    if k == 0:
        lower = r[0]
    elif k == q.shape[0]:
        lower = r[-1]
    else:  # seen from the right, where of equal q the first counts
        lower = between(x, q[k], q[k - 1], r[k], r[k - 1])
    return 0.5 * (upper + lower)


@kernel
def spread_evenly(X: Array, Q: Array, r: Array, normal: bool, bound: float, Z: Array) -> None:
    """Write the share, or the normal value, of each number. X (m, d), Q (d, k), r (k,): read. Z (m, d): overwritten."""
    top = -normal_value(bound - 2.220446049250313e-16)
    near = bound if normal else 0.0
    for f in range(X.shape[1]):
        q = Q[f]
        first, last = q[0], q[-1]
        for i in range(X.shape[0]):
            x = X[i, f]
            if x != x:
                Z[i, f] = x
                continue
            share = share_of(x, q, r)
            if (normal and x + near > last) or x == last:
                share = 1.0
            if (normal and x - near < first) or x == first:
                share = 0.0
            if normal:
                share = min(max(normal_value(share), -top), top)
            Z[i, f] = share


@kernel
def spread_back(Z: Array, Q: Array, r: Array, normal: bool, bound: float, X: Array) -> None:
    """Write the number at each share, or normal value. Z (m, d), Q (d, k), r (k,): read. X (m, d): overwritten."""
    for f in range(Z.shape[1]):
        q = Q[f]
        for i in range(Z.shape[0]):
            z = Z[i, f]
            if z != z:
                X[i, f] = z
                continue
            share = normal_share(z) if normal else z
            x = interpolate(share, r, q)
            if (normal and share + bound > 1.0) or share == 1.0:
                x = q[-1]
            if (normal and share - bound < 0.0) or share == 0.0:
                x = q[0]
            X[i, f] = x


def draw_rows(n: int, many: int, random_state: RandomStateLike) -> IntArray:
    """Return so many of range(n), drawn without replacement, as the reference draws them."""
    rows = np.arange(n)
    check_random_state(random_state).shuffle(rows)
    return rows[:many].copy()  # of its own, for the other rows' numbers are needed no more


class QuantileTransformer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Spread the values of each column evenly between 0 and 1, or like a normal distribution.

    Parameters
    ----------
    n_quantiles : how many quantiles are learned, at most as many as there are rows
    output_distribution : "uniform" or "normal"
    ignore_implicit_zeros : without effect here: sparse X is refused
    subsample : of more rows than this so many are drawn (without replacement); None takes all
    random_state : of that draw
    copy : False lets `transform` overwrite an X that is a C-contiguous float64 array

    Attributes
    ----------
    n_quantiles_ : int
    quantiles_ : array of shape (n_quantiles_, d)
    references_ : array of shape (n_quantiles_,): their shares
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Bolstad et al., section 2.

    Examples
    --------
    >>> from scratchml.preprocessing import QuantileTransformer
    >>> QuantileTransformer(n_quantiles=3).fit_transform([[1.0], [10.0], [1000.0]]).ravel().tolist()
    [0.0, 0.5, 1.0]
    """

    _rules: ClassVar = {
        "n_quantiles": integer(1),
        "output_distribution": one_of("uniform", "normal"),
        "ignore_implicit_zeros": boolean,
        "subsample": either(integer(1), none),
        "random_state": random_state,
        "copy": boolean,
    }

    def __init__(
        self,
        *,
        n_quantiles: int = 1000,
        output_distribution: str = "uniform",
        ignore_implicit_zeros: bool = False,
        subsample: int | None = 10_000,
        random_state: RandomStateLike = None,
        copy: bool = True,
    ) -> None:
        self.n_quantiles = n_quantiles
        self.output_distribution = output_distribution
        self.ignore_implicit_zeros = ignore_implicit_zeros
        self.subsample = subsample
        self.random_state = random_state
        self.copy = copy

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the quantiles of each column of X (n, d); NaN is left out.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; for more quantiles than rows drawn.
        """
        self._check_params()
        if self.subsample is not None and self.n_quantiles > self.subsample:
            raise ValueError(
                "The number of quantiles cannot be greater than the number of samples used. Got "
                f"{self.n_quantiles} quantiles and {self.subsample} samples; lower n_quantiles."
            )
        X = self._check_X(X, fitting=True)
        n = len(X)
        if self.n_quantiles > n:
            warnings.warn(
                f"n_quantiles ({self.n_quantiles}) is greater than the total number of samples ({n}). n_quantiles is "
                "set to n_samples.",
                UserWarning,
                stacklevel=2,
            )
        if self.ignore_implicit_zeros:
            warnings.warn("'ignore_implicit_zeros' has no effect: X is dense.", UserWarning, stacklevel=2)
        self.n_quantiles_ = max(1, min(self.n_quantiles, n))
        self.references_ = np.linspace(0, 1, self.n_quantiles_)
        if self.subsample is not None and self.subsample < n:
            X = X[draw_rows(n, self.subsample, self.random_state)]
        # as percentages and back, as the reference does: shares differ in the last digit
        shares = (self.references_ * 100) / 100
        found = map_chunks(lambda f: quantiles(present(X[:, f]), shares), range(X.shape[1]))
        # rounding must not let the curve fall
        self.quantiles_ = np.maximum.accumulate(np.column_stack(found), axis=0)
        return self

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return the shares, or their normal values, shape (n, d).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, infinity, or numbers in a column in which ``fit`` saw only NaN.
        """
        check_is_fitted(self, "quantiles_")
        return self._map(spread_evenly, self._check_X(X))

    def inverse_transform(self, X: MatrixLike) -> FloatArray:
        """Return the numbers at these shares or normal values, shape (n, d).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or infinity.
        """
        check_is_fitted(self, "quantiles_")
        return self._map(spread_back, check_back(self, X))

    def _map(self, work: Any, X: FloatArray) -> FloatArray:
        for f in np.flatnonzero(np.isnan(self.quantiles_[0])):
            if not np.isnan(X[:, f]).all():
                raise ValueError(f"Column {f} held only NaN in fit, so its quantiles are not known; drop it.")
        out = np.empty_like(X) if self.copy else X
        Q, normal = np.ascontiguousarray(self.quantiles_.T), self.output_distribution == "normal"
        map_chunks(
            lambda rows: work(X[rows], Q, self.references_, normal, BOUND, out[rows]), chunks(len(X), CHUNK_ROWS)
        )
        return out

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = True
        return tags
