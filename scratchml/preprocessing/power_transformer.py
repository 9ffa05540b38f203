"""Power transform: bend each column by the power that makes it look most like a normal distribution.

Idea
----
Incomes, durations and counts lean to one side. A logarithm or a root pulls the long tail in; which power does it
best is learned: the one under which the values, if they were normal, would be the most likely.

Maths
-----
Box and Cox, for x > 0, with lambda written as power::

    z = (x^power - 1) / power    (log x for power 0)

Yeo and Johnson, for any x::

    x >= 0:  z = ((1 + x)^power - 1) / power                (log(1 + x) for power 0)
    x <  0:  z = -((1 - x)^(2 - power) - 1) / (2 - power)   (-log(1 - x) for power 2)

The log-likelihood of a power, with the best mean and variance put in (Box and Cox, equation 8; Yeo and Johnson, 3.1)::

    -n/2 log var(z) + (power - 1) sum_i sign(x_i) log(1 + |x_i|)        (Box-Cox: log x_i in place of the last)

It is climbed by Brent's method: golden sections, and the top of a parabola through three points where that is better.

Where the mean is far above the spread, x^power is nearly the same number for all values, and var(z) taken plainly loses
all its digits. It is taken from differences of logarithms instead. And z itself is only good for something while its
spread is far above its own rounding: powers that leave it fewer than five digits are not considered, for the inverse
could not bring the values back.

Cost
----
About 15 to 40 evaluations of the log-likelihood for each column, each O(n).

Differences
-----------
From scikit-learn: powers agree to about 1e-7, the accuracy to which Brent's method (in both) ends: a top is flat. But
where the mean is far above the spread (100 +- 0.1, say) the likelihood is so flat that its top lies at powers that
float64 cannot make use of. There, with Yeo-Johnson, scikit-learn follows the rounding of its variance, and with Box-Cox
it goes to powers such as -1000, which make all values one (or 150, whose squares overflow). Here the most likely power
is taken of those whose z keeps five digits and whose squares are finite: the log-likelihood given up is small, the
values stay apart. Of a constant column with gaps the power is 1 (there: whatever its search ends at). float32 becomes
float64; values that float64 cannot hold are an error.

References
----------
G. E. P. Box, D. R. Cox (1964), "An analysis of transformations", J. Royal Statistical Society B 26, 211-252.
I.-K. Yeo, R. A. Johnson (2000), "A new family of power transformations to improve normality or symmetry",
Biometrika 87, 954-959.
R. P. Brent (1973), "Algorithms for minimization without derivatives", chapter 5 (procedure localmin).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, OneToOneFeatureMixin, TransformerMixin, check_is_fitted, chunks, map_chunks
from ..core.jit import kernel
from ..core.rules import boolean, one_of
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, MatrixLike
from .columns import CHUNK_ROWS, check_back
from .standard_scaler import EPS, StandardScaler, is_constant

GOLDEN = 0.5 * (3.0 - math.sqrt(5.0))  # a golden section's smaller part
TOLERANCE = 1.48e-8  # about the root of EPS: nearer to a flat top no comparison of values leads
MOST_STEPS = 500
LOG_LARGEST = 0.5 * math.log(np.finfo(np.float64).max * EPS)  # squares of z stay within float64
LEFT = 1e-5  # z's own rounding may be this share of its spread


@kernel
def bend(logs: Array, above: Array, power: float, z: Array) -> None:
    """Write the transform. logs (n,), log(1 + |x|) or log x, above (n,), x >= 0: read. z (n,): overwritten."""
    low = 2.0 - power
    for i in range(logs.shape[0]):
        if above[i]:
            z[i] = math.expm1(power * logs[i]) / power if abs(power) > 2.220446049250313e-16 else logs[i]
        else:
            z[i] = -math.expm1(low * logs[i]) / low if abs(low) > 2.220446049250313e-16 else -logs[i]


def bend_at_once(x: FloatArray, power: float, box_cox: bool) -> FloatArray:
    """Return the transform of x (n,), as `bend` does, by NumPy's functions, which take eight numbers at a time."""
    logs, below = (np.log(x), False) if box_cox else (np.log1p(np.abs(x)), x < 0)
    low = 2.0 - power
    # a value below 0 is bent by its size, with the power low, and gets its sign back at the end
    powers: FloatArray | float = np.where(below, low, power) if np.any(below) else power
    with np.errstate(all="ignore"):  # the caller looks for infinity; a power of 0 is seen to below
        z = np.expm1(logs * powers)
        z /= powers
    if min(abs(power), abs(low)) <= EPS:
        z = np.where(np.abs(powers) > EPS, z, logs)
    return np.where(below, -z, z) if np.any(below) else z


@kernel
def unbend(Z: Array, powers: Array, box_cox: bool, X: Array) -> None:
    """Write the inverse; NaN where there is none. Z (m, d), powers (d,): read. X (m, d): overwritten, may be Z."""
    for i in range(Z.shape[0]):
        for f in range(Z.shape[1]):
            z, power, sign = Z[i, f], powers[f], 1.0
            if not box_cox and z < 0.0:
                z, power, sign = -z, 2.0 - power, -1.0
            log = math.log1p(power * z) / power if abs(power) > 2.220446049250313e-16 else z
            X[i, f] = math.exp(log) if box_cox else sign * math.expm1(log)


def maximise(value: Callable[[float], float], low: float, high: float) -> float:
    """Return where `value` has its top between low and high: Brent's localmin, turned upside down."""
    x = w = v = low + GOLDEN * (high - low)
    fx = fw = fv = -value(x)
    step = before = 0.0
    for _ in range(MOST_STEPS):
        middle, near = 0.5 * (low + high), math.sqrt(EPS) * abs(x) + TOLERANCE / 3.0
        if abs(x - middle) <= 2.0 * near - 0.5 * (high - low):
            break
        golden = True
        if abs(before) > near:  # a parabola through x, w, v
            r, q = (x - w) * (fx - fv), (x - v) * (fx - fw)
            p, q = (x - v) * q - (x - w) * r, 2.0 * (q - r)
            p, q = (-p if q > 0.0 else p), abs(q)
            r, before = before, step
            if abs(p) < abs(0.5 * q * r) and q * (low - x) < p < q * (high - x):
                step, golden = p / q, False
                if x + step - low < 2.0 * near or high - x - step < 2.0 * near:
                    step = math.copysign(near, middle - x)
        if golden:
            before = low - x if x >= middle else high - x
            step = GOLDEN * before
        u = x + (step if abs(step) >= near else math.copysign(near, step))
        fu = -value(u)
        if fu <= fx:
            low, high = (x, high) if u >= x else (low, x)
            v, fv, w, fw, x, fx = w, fw, x, fx, u, fu
        else:
            low, high = (u, high) if u < x else (low, u)
            if fu <= fw or w == x:
                v, fv, w, fw = w, fw, u, fu
            elif fu <= fv or v in (x, w):
                v, fv = u, fu
    return x


def mixed_likelihood(x: FloatArray) -> Callable[[float], float]:
    """Return Yeo and Johnson's log-likelihood, but for a constant, of x (n,), which has values of both signs."""
    logs, above, z = np.log1p(np.abs(x)), x >= 0, np.empty(len(x))
    lean, unit = float(np.where(above, logs, -logs).sum()), float(logs.max())  # in units no square underflows

    def likelihood(power: float) -> float:
        bend(logs, above, power, z)
        return -0.5 * len(x) * math.log(np.var(z / unit)) + (power - 1.0) * lean

    return likelihood


def logs_from(y: FloatArray, x: FloatArray, end: int) -> FloatArray:
    """Return log(y / y[end]) for y = x or 1 + x, all positive, to full relative accuracy where y is near y[end]."""
    with np.errstate(over="ignore"):
        change = (x - x[end]) / y[end]
    near = np.log1p(np.clip(change, -0.5, 0.5))
    return np.asarray(np.where(np.abs(change) < 0.5, near, np.log(y) - np.log(y[end])))


def one_sided_likelihood(x: FloatArray, shift: float) -> Callable[[float], float]:
    """Return the log-likelihood, but for a constant, of y = x + shift (n,), all positive, under (y^power - 1) / power.

    plainly: the variance of that. But where the mean is far above the spread, its digits are lost to the -1, so it is
    measured from the largest y^power: with t = log(y / y_end), w = (e^(power t) - 1) / power, the variance of z is
    e^(2 power log y_end) times that of w. Powers under which too few digits of z are left get a value below all others.
    """
    y, w, n = x + shift, np.empty(len(x)), len(x)
    ends = int(y.argmin()), int(y.argmax())
    turned = [logs_from(y, x, end) for end in ends]
    tops = [float(np.log1p(x[end]) if shift else np.log(x[end])) for end in ends]
    unit = float(turned[0].max())  # so that no square underflows
    every = np.ones(n, dtype=np.bool_)

    def look(power: float) -> tuple[float, float]:
        """Return the log-likelihood, and the log of |z| / spread of z."""
        t, top = turned[power > 0.0], tops[power > 0.0]
        bend(t, every, power, w)
        spread = 0.5 * math.log(max(float(np.var(w / unit)), 5e-324))
        size = max(abs(math.expm1(power * log) / power if power else log) for log in tops)
        value = -n * spread + (power - 1.0) * float(t.sum()) - n * top
        return value, math.log(max(size, 5e-324)) - spread - math.log(unit) - power * top

    limit = max(math.log(LEFT / EPS), look(1.0)[1] + 1e-9)  # a power of 1 loses nothing

    def likelihood(power: float) -> float:
        value, lost = look(power)
        return value if lost <= limit else -1e300 * (1.0 + min(abs(power - 1.0) / 1e6, 1e6))  # leads back to 1

    return likelihood


def best_power(x: FloatArray, box_cox: bool) -> float:
    """Return the power under which x (n,), without NaN, is most likely normal."""
    if box_cox:
        reach = LOG_LARGEST / float(np.abs(np.log(x)).max())
        return maximise(one_sided_likelihood(x, 0.0), -reach, reach)
    # as in scikit-learn, so that 20 times the largest value can be bent too
    reach = min(LOG_LARGEST / math.log1p(20.0 * min(float(np.abs(x).max()), 1e300)), 1e300)
    if (x >= 0).all():
        return maximise(one_sided_likelihood(x, 1.0), -reach, reach)
    if (x < 0).all():
        return 2.0 - maximise(one_sided_likelihood(-x, 1.0), -reach, reach)
    return maximise(mixed_likelihood(x), 2.0 - reach, reach)


class PowerTransformer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Bend each column towards a normal distribution, by the power that is most likely.

    Parameters
    ----------
    method : "yeo-johnson", or "box-cox" for positive values only
    standardize : bring the result to mean 0 and variance 1
    copy : kept for scikit-learn's sake; X is never overwritten

    Attributes
    ----------
    lambdas_ : array of shape (d,), the powers; 1 for a constant column. Where a column's mean is far above its spread
        they are not scikit-learn's, see the top of this file
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Box and Cox, equation 8; Yeo and Johnson, section 3; Brent, chapter 5.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.preprocessing import PowerTransformer
    >>> X = np.exp(np.linspace(-2, 2, 41))[:, None]
    >>> bool(abs(PowerTransformer("box-cox").fit(X).lambdas_[0]) < 1e-6)  # 0: a logarithm
    True
    """

    _rules: ClassVar = {"method": one_of("yeo-johnson", "box-cox"), "standardize": boolean, "copy": boolean}

    def __init__(self, method: str = "yeo-johnson", *, standardize: bool = True, copy: bool = True) -> None:
        self.method = method
        self.standardize = standardize
        self.copy = copy

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the power of each column of X (n, d); NaN is left out.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; with Box-Cox for values of 0 or below, constant columns and columns of NaN only.
        """
        self._check_params()
        X = self._check_X(X, fitting=True)
        box_cox = self.method == "box-cox"
        self._check_positive(X)
        columns = [column[~np.isnan(column)] for column in np.ascontiguousarray(X.T)]
        for f, column in enumerate(columns):
            if box_cox and not len(column):
                raise ValueError(f"Column must not be all nan: column {f} is; drop it.")
            if box_cox and (column == column[0]).all():
                raise ValueError(f"Data must not be constant: column {f} is, so it has no most likely power; drop it.")

        def power_of(column: FloatArray) -> float:
            if not len(column) or (not box_cox and constant(column)):
                return 1.0
            return best_power(column, box_cox)

        self.lambdas_ = np.array(map_chunks(power_of, columns))
        if self.standardize:
            self._scaler = StandardScaler().fit(self._bend(X))
        return self

    def _check_positive(self, X: FloatArray) -> None:
        if self.method == "box-cox" and (X <= 0).any():
            raise ValueError(
                "The Box-Cox transformation can only be applied to strictly positive data; take method='yeo-johnson'."
            )

    def _bend(self, X: FloatArray) -> FloatArray:
        Z = np.empty_like(X)

        def task(rows: slice) -> None:
            for f, power in enumerate(self.lambdas_):
                Z[rows, f] = bend_at_once(X[rows, f], float(power), self.method == "box-cox")

        map_chunks(task, chunks(len(X), CHUNK_ROWS))
        bad = np.isinf(Z).any(axis=0) if np.isinf(Z).any() else np.zeros(1, dtype=np.bool_)
        if bad.any():
            raise ValueError(f"Values of column {int(bad.argmax())} are beyond float64 when bent; scale it down first.")
        return Z

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return the bent (and standardised) columns, shape (n, d).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns or infinity; with Box-Cox, a value of 0 or below.
        """
        check_is_fitted(self, "lambdas_")
        X = self._check_X(X)
        self._check_positive(X)
        Z = self._bend(X)
        return self._scaler.transform(Z, copy=False) if self.standardize else Z

    def inverse_transform(self, X: MatrixLike) -> FloatArray:
        """Return what `transform` did, undone, shape (n, d); NaN for a value that no number is bent to.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or infinity.
        """
        check_is_fitted(self, "lambdas_")
        Z = check_back(self, X)
        found = self._scaler.inverse_transform(Z, copy=True) if self.standardize else Z.copy()
        box_cox = self.method == "box-cox"
        map_chunks(
            lambda rows: unbend(found[rows], self.lambdas_, box_cox, found[rows]), chunks(len(found), CHUNK_ROWS)
        )
        return found

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = True
        return tags


def constant(column: FloatArray) -> bool:
    """Say whether a column's variance is no more than rounding could have made of a constant."""
    with np.errstate(over="ignore"):
        var, mean, n = column.var(), column.mean(), float(len(column))
    return bool((column == column[0]).all() or is_constant(np.array([var]), np.array([mean]), np.array([n]))[0])
