"""The columns of X as coordinate descent wants them: centred, weighted, at hand when they are needed.

Idea
----
Of X itself only two things are asked: ``X'r`` for a residual r, which is one pass over X, and now and then a few of its
columns. So X is neither centred nor copied: the mean is taken out of a column when it is taken into play, and out of
X'r afterwards. The products of columns (G = X'X) are worked out for columns in play only, or for all at once where X
has few columns.

Maths
-----
With means m and weights v = root^2::

    columns in play: a_f = root (x_f - m_f)          c = X'(root r) - m sum(root r),    r = root (y - mean - (X - m) w)

Where means are large beside the spread, that difference would cost digits: such an X is centred in a copy. Numbers
whose squares would overflow or vanish are scaled by powers of two, which rounds nothing; the penalties are scaled with
them.

Cost
----
A pass: 2 n d. A column taken in: n, and n m for its products with those in play; all at once: n d^2 / 2, as products
are symmetric. Memory n m + m^2 for m columns in play, or d^2 for all products; kept to n d in all, unless small.

References
----------
J. Friedman, T. Hastie, R. Tibshirani (2010), "Regularization paths for generalized linear models via coordinate
descent", J. Stat. Software 33(1), section 2.2 (covariance updates).
"""

from __future__ import annotations

import warnings
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from ..core import check_finite, chunks, map_chunks, one_blas_thread, sum_of_squares
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray
from .compensated import two_sum
from .problem import (
    BLOCK_NUMBERS,
    Moments,
    Problem,
    binary_exponent,
    find_moments,
    find_shift,
    in_range,
    make_problem,
    row_chunks,
    scale_down,
    squares,
)

EPS = float(np.finfo(np.float64).eps)
FEW_COLUMNS = 100  # so few that all their products cost less than thinking about it
SMALL_ALPHA = 30.0  # times smaller than the one where all weights are 0
NEARLY_ALL = 0.75  # of the columns would like to come in while no other has
REPEATED = 2.0  # times y'y is explained by columns one by one, so they say the same; else it is enough if ...
WELL_BELOW = 4.0  # ... alpha is so many times smaller
MOST = 0.6  # of the columns: where more are in play, all may be
SMALL = 2**17  # numbers that may be held whatever the size of X
CHEAP = 4e5  # numbers in X whose products take less time than to find out which are needed
SOME_COLUMNS = 400  # their products cost no more than a few looks at X, as do columns taken in one after the other
SAMPLE, SHARE = 512, 16  # rows looked at to know about where the means are: so many, or one of so many
FAR = 1e5  # a mean this many standard deviations from 0 would cost 5 digits


@kernel
def add_moments(X: Array, y: Array, weight: Array, mean_x: Array, mean_y: float, found: Array) -> float:
    """Add up squares, moments and rests about the means in one pass over X; return the rest of y.

    X (n, d), y (n,), weight (n,), mean_x (d,): read. found (3, d), sums of v e^2, v e (y - mean_y), v e with
    e = x - mean_x: added to.
    """
    rest = 0.0
    for i in range(X.shape[0]):
        v = weight[i]
        t = v * (y[i] - mean_y)
        rest += t
        for f in range(X.shape[1]):
            e = X[i, f] - mean_x[f]
            found[0, f] += v * e * e
            found[1, f] += e * t
            found[2, f] += v * e
    return rest


@kernel
def take_columns(X: Array, features: Array, mean_x: Array, root: Array, rows: Array) -> None:
    """Copy columns of X (n, d), centred and weighted, into rows (m, n), overwritten; a few rows of X at a time."""
    n = X.shape[0]
    for start in range(0, n, 32):
        stop = min(start + 32, n)
        for j in range(features.shape[0]):
            mean = mean_x[features[j]]
            for i in range(start, stop):
                rows[j, i] = (X[i, features[j]] - mean) * root[i]


class Target(NamedTuple):
    """What is to be explained."""

    y: FloatArray  # (n,) root (y - mean)
    moment: FloatArray  # (d,) X'y of the centred data
    total: float  # y'y
    noise: FloatArray  # (d,) what rounding may make of X'r


class Penalties(NamedTuple):
    """What weights cost, in the scale of `Columns`: ``sum_f l1_f |w_f| + l2_f w_f^2 / 2``."""

    alpha: float  # as the user gave it
    l1: FloatArray  # (d,)
    l2: FloatArray  # (d,)
    positive: bool


class Columns:
    """X (n, d), and what has been worked out of it so far."""

    def __init__(self, p: Problem, found: Moments, gram: FloatArray | None = None) -> None:
        self.p = p
        self.n, self.d = len(p.Y), len(found.moment)
        self.weight_total = float(found.total)
        self.mean_x, self.mean_y = found.mean_x + found.rest_x, found.mean_y + found.rest_y
        with np.errstate(over="ignore", under="ignore"):
            self.user_mean_x, self.user_mean_y = np.ldexp(self.mean_x, p.shift_x), np.ldexp(self.mean_y, p.shift_y)
        self.a = np.array(squares(found) if gram is None else gram.diagonal())
        noise = (8 * EPS * self.mean_x) ** 2 * found.total if p.centred else 0.0
        self.flat = ~(self.a > noise)
        self.a[self.flat] = 0.0
        self.moment = np.where(self.flat[:, None], 0.0, found.moment)
        self.gram: FloatArray | None = None
        if gram is not None or found.gram.ndim == 2:
            self.gram = np.array(found.gram if gram is None else gram)
            self.gram[self.flat], self.gram[:, self.flat] = 0.0, 0.0
        self.X, self.inner_mean = p.X, self.mean_x
        self.root = np.ones(self.n) if p.root is None else p.root
        reach = np.abs(self.mean_x) * np.sqrt(found.total)
        if self.gram is None and (reach > FAR * np.sqrt(self.a)).any():
            self.X, self.inner_mean = p.X - self.mean_x, np.zeros(self.d)
        Y = p.Y - self.mean_y
        self.Y = Y if p.root is None else Y * p.root[:, None]
        self.place = np.full(self.d, -1)  # of each column among those in play
        self.features: IntArray = np.arange(0)
        self.rows, self.pairs = np.empty((0, self.n)), np.empty((0, 0))
        self.paired = True
        self.shifted = bool(self.p.shift_x.any() or self.p.shift_y.any())
        if self.gram is not None:
            self.features = np.flatnonzero(~self.flat)

    def target(self, k: int) -> Target:
        """Return the k-th target."""
        y = np.ascontiguousarray(self.Y[:, k])
        total = sum_of_squares(y)
        return Target(y, np.ascontiguousarray(self.moment[:, k]), total, 16 * EPS * np.sqrt(self.a) * np.sqrt(total))

    def penalties(self, alpha: float, l1_ratio: float, positive: bool, k: int) -> Penalties:
        """Return the penalties of ``alpha l1_ratio |w|_1 + alpha (1 - l1_ratio) |w|^2 / 2`` beside the sum of squares.

        A penalty too large for its square is one that no weight survives, as is the largest that is let stand.
        """
        p, lowest = self.p, 1e-290 if alpha * l1_ratio > 0.0 else 0.0
        one, two = alpha * l1_ratio * self.weight_total, alpha * (1.0 - l1_ratio) * self.weight_total
        if not self.shifted:
            one = min(max(one, lowest), 1e250)
            return Penalties(alpha, np.full(self.d, one), np.full(self.d, min(two, 1e290)), positive)
        with np.errstate(over="ignore", under="ignore"):
            l1 = np.ldexp(one, -int(p.shift_y[k]) - p.shift_x)
            l2 = np.ldexp(two, -2 * p.shift_x)
        return Penalties(alpha, np.clip(l1, lowest, 1e250), np.minimum(l2, 1e290), positive)

    def look(self, w: FloatArray, target: Target) -> tuple[FloatArray, float, FloatArray | None]:
        """Return (c = X'r, r'r, r) for the weights w (d,), worked out anew; r is None where X is not needed."""
        with one_blas_thread():
            if self.gram is not None:
                support = w.nonzero()[0]
                c = target.moment - w[support] @ self.gram[support]
                return c, max(target.total - float(w @ (target.moment + c)), 0.0), None
            r = target.y - w[self.features] @ self.rows[: len(self.features)]
            v = r if self.p.root is None else r * self.p.root
            c = self.X.T @ v - self.inner_mean * v.sum()
        c[self.flat] = 0.0
        return c, sum_of_squares(r), r

    def likeness(self) -> float:
        """Return the variance of the eigenvalues of the columns' correlations: 0 where no two columns are alike."""
        assert self.gram is not None
        inverse = np.sqrt(np.divide(1.0, self.a, out=np.zeros(self.d), where=self.a > 0.0))
        correlation = self.gram * inverse
        correlation *= inverse[:, None]  # the sum of their squares is that of the squared eigenvalues
        return sum_of_squares(correlation) / max(int(np.count_nonzero(inverse)), 1) - 1.0

    def columns(self, features: IntArray) -> FloatArray:
        """Return these columns, centred and weighted, as rows (m, n)."""
        if self.X.flags.c_contiguous:
            rows = np.empty((len(features), self.n))
            take_columns(self.X, features, self.inner_mean, self.root, rows)
            return rows
        rows = np.ascontiguousarray(self.X.T[features])
        rows -= self.inner_mean[features, None]
        rows *= self.root
        return rows

    def take_in(self, features: IntArray) -> None:
        """Bring columns into play; work out their products where that pays, see `paired`."""
        old, m = len(self.features), len(self.features) + len(features)
        if self.d <= self.n and m > MOST * self.d:
            self.take_all()
            return
        self.features = np.concatenate([self.features, features])
        self.rows = grown(self.rows, m, self.n, self.d)
        self.rows[old:m] = self.columns(features)
        if not self.paired or m * (m + self.n) > max(self.n * self.d, SMALL):
            self.paired, self.pairs = False, np.empty((0, 0))
            return
        self.pairs = grown_square(self.pairs, m, self.d)
        new = self.rows[old:m]
        with one_blas_thread():
            self.pairs[old:m, old:m] = new @ new.T  # half the work, by symmetry
            if old:
                products = self.rows[:old] @ new.T
                self.pairs[:old, old:m], self.pairs[old:m, :old] = products, products.T

    def foresees_all(self, target: Target, penalties: Penalties) -> bool:
        """Say whether it is likely that most columns will want to come in, fewer than rows as they are."""
        if self.d > self.n:
            return False
        moment, l1 = np.abs(target.moment), penalties.l1
        below = SMALL_ALPHA if self.say_the_same(target) and self.d > SOME_COLUMNS else WELL_BELOW
        return bool((moment > below * l1).any() and np.count_nonzero(moment > l1) > NEARLY_ALL * self.d)

    def say_the_same(self, target: Target) -> bool:
        """Say whether the columns, one by one, explain so much more of y'y than there is that some are alike."""
        a = np.where(self.flat, 1.0, self.a)
        return float(target.moment @ (target.moment / a)) > REPEATED * target.total

    def are_cheap(self) -> bool:
        """Say whether all products are at hand, or cost so little that they are worth it whatever comes."""
        return self.gram is not None or (self.d * self.d <= SMALL and self.n * self.d <= CHEAP)

    def may_stand(self) -> bool:
        """Say whether no mean is above its standard deviation: then products of rows as they stand lose one bit."""
        return bool((self.weight_total * self.mean_x * self.mean_x <= self.a).all())

    def take_all(self) -> None:
        """Bring all columns into play by all their products, and forget the columns."""
        p, mean = self.p, self.mean_x
        if p.root is None and len(row_chunks(*p.X.shape)[0]) == 1 and self.may_stand():
            # plainly: as below, but for rounding; the means being known, one product does for so few rows
            with one_blas_thread():
                self.gram = p.X.T @ p.X
                if p.centred:
                    self.gram -= (self.weight_total * mean)[:, None] * mean
        else:
            self.gram = np.ascontiguousarray(find_moments(p, diagonal=False).gram)
        self.gram[self.flat], self.gram[:, self.flat] = 0.0, 0.0
        self.features = np.flatnonzero(~self.flat)
        self.rows, self.pairs = np.empty((0, self.n)), np.empty((0, 0))


def grown(buffer: FloatArray, rows: int, columns: int, most: int) -> FloatArray:
    """Return a buffer with at least this many rows that starts with the old ones."""
    if rows <= len(buffer):
        return buffer
    found = np.empty((min(max(rows, 3 * len(buffer) // 2), most), columns))
    found[: len(buffer)] = buffer
    return found


def grown_square(buffer: FloatArray, m: int, most: int) -> FloatArray:
    """Return a buffer (at least m, m) with the old one in its corner."""
    if m <= len(buffer):
        return buffer
    size = min(max(m, 3 * len(buffer) // 2), most)
    found = np.zeros((size, size))
    found[: len(buffer), : len(buffer)] = buffer
    return found


def prepare(X: FloatArray, y: FloatArray, weight: FloatArray | None, centred: bool, precompute: Any) -> Columns:
    """Return the columns of X (n, d) for y (n,) or (n, t), in a range where squares are safe.

    `precompute` says whether all products are worked out at once: True, False (for few columns only), "auto" (where
    rows are more than columns), or these products themselves.

    Raises
    ------
    ValueError
        If products are given that are not those of X; if X has NaN or infinity.
    """
    n, d = X.shape
    p = make_problem(X, y, weight, centred, None)
    given = None if isinstance(precompute, (bool, np.bool_, str)) else np.asarray(precompute)
    full = given is None and (n > d if isinstance(precompute, str) else bool(precompute) or d <= min(n, FEW_COLUMNS))
    find = find_moments if full or p.Y.shape[1] > 1 else quick_moments
    found = find(p, not full)
    if not in_range(found):
        check_finite(p.X)  # every NaN and infinity is in some square
        if (shift := binary_exponent(p.X)).any():
            p = p._replace(X=scale_down(p.X, shift), shift_x=shift)
            found = find_moments(p, not full)
    if given is None:
        return Columns(p, found)
    if centred and not np.allclose(np.ldexp(found.mean_x, p.shift_x), 0.0):
        warnings.warn(
            "Gram matrix was provided but X was centered to fit intercept: recomputing Gram matrix.", stacklevel=5
        )
        return Columns(p, find_moments(p, diagonal=False))
    gram = check_products(given, p, found)
    return Columns(p, found, gram)


def check_products(given: FloatArray, p: Problem, found: Moments) -> FloatArray:
    """Return the products X'X that the caller gave, in the scale of p, once they are seen to fit.

    Raises
    ------
    ValueError
        If they are of the wrong shape, not symmetric, or their diagonal is not that of X'X.
    """
    d = len(found.moment)
    if given.shape != (d, d):
        raise ValueError(f"precompute has shape {given.shape}; the Gram matrix X.T @ X of this X has shape {(d, d)}.")
    with np.errstate(all="ignore"):
        gram = np.ldexp(given, -p.shift_x[:, None] - p.shift_x)
        gram = gram * (found.total / len(p.Y))  # the caller's weights add up to n
        square = squares(found)
        top = square.max(initial=0.0)
        fits = np.allclose(gram.diagonal(), square, rtol=1e-5, atol=1e-7 * top)
        if not fits or not np.allclose(gram, gram.T, rtol=1e-5, atol=1e-7 * top):
            raise ValueError(
                "Gram matrix passed in via 'precompute' parameter did not pass validation: it is not X.T @ X of this X "
                "(centred, and weighted by weights that add up to n); check how it was computed, or give True."
            )
    return np.ascontiguousarray(gram)


def quick_moments(p: Problem, diagonal: bool = True) -> Moments:
    """Return what `find_moments` does, but for its last digits; for one target.

    One pass over X, about the means of some rows: of all where they are few, else four standard deviations off at most.
    """
    weight = np.ones(len(p.X)) if p.weight is None else p.weight
    total, y = float(weight.sum()), np.ascontiguousarray(p.Y[:, 0])
    shift_x, shift_y = np.zeros(p.X.shape[1]), np.zeros(1)
    with one_blas_thread(), np.errstate(all="ignore"):
        if p.centred:
            shift_x, shift_y = find_shift(p, slice(0, len(y)), max(SAMPLE, -(-len(y) // SHARE)), total)
        square, moment, rest, rest_y = deviations(p, y, weight, shift_x, float(shift_y[0]))
        if not p.centred:
            return Moments(total, shift_x, shift_y, shift_x, shift_y, square, moment[:, None])
        rest, rest_y = rest / total, rest_y / total
        square, moment = square - total * rest * rest, moment - total * rest * rest_y
    mean_x, rest = two_sum(shift_x, rest)
    mean_y, last = two_sum(shift_y, np.array([rest_y]))
    return Moments(total, mean_x, mean_y, rest, last, square, moment[:, None])


def deviations(
    p: Problem, y: FloatArray, weight: FloatArray, mean_x: FloatArray, mean_y: float
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Return sums of v e^2, v e t, v e (each (d,)) and v t, with e = x - mean_x and t = y - mean_y; in X's order."""
    if p.X.flags.c_contiguous:
        portions = row_chunks(*p.X.shape)[0]

        def task(rows: slice) -> FloatArray:
            found = np.zeros((4, p.X.shape[1]))
            found[3, 0] = add_moments(p.X[rows], y[rows], weight[rows], mean_x, mean_y, found)
            return found

        square, moment, rest, last = reduce(np.add, map_chunks(task, portions, p.n_jobs))
        return square, moment, rest, float(last[0])
    t = weight * (y - mean_y)

    def by_columns(part: slice) -> FloatArray:
        e = p.X.T[part] - mean_x[part, None]
        return np.array([np.einsum("fi,fi,i->f", e, e, weight), e @ t, e @ weight])

    blocks = chunks(p.X.shape[1], max(1, BLOCK_NUMBERS // len(y)))
    square, moment, rest = np.concatenate(map_chunks(by_columns, blocks, p.n_jobs), axis=1)
    return square, moment, rest, float(t.sum())


def to_units(p: Problem, w: FloatArray, k: int) -> FloatArray:
    """Return weights (d,) of the k-th target in the units of the data; w itself where nothing was scaled."""
    shift: Array = p.shift_y[k] - p.shift_x
    if not shift.any():
        return w
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(w, shift))


def to_scale(p: Problem, w: FloatArray, k: int) -> FloatArray:
    """Return weights (d,) in the scale of `Columns`: the inverse of `to_units`, in an array of its own."""
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(w, p.shift_x - p.shift_y[k]))
