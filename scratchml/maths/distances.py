"""Distances between rows: one formula to a kernel, and for the Euclidean distance a fast way that stays accurate.

Idea
    Most metrics are a sum over features, so the kernels walk the features one after another and add to a whole row of
    results at a time: no sum is reordered, yet the innermost loop runs over neighbours in memory, at vector speed.
    The Euclidean distance of many features is found from one matrix product, which is several times faster still.
Maths
    ||x - y||^2 = ||x||^2 - 2 x.y + ||y||^2. Read from right to left this subtracts large numbers to get a small one:
    its rounding error is about eps (||x||^2 + ||y||^2), however close x and y are. Two remedies: the data are
    shifted to their mean first, so that the norms are no larger than the spread; and where the result is below
    NEAR (||x||^2 + ||y||^2), so that more than two digits would be lost, it is measured again by the direct formula.
    So the relative error is below about d eps / NEAR (1e-13 in practice), and equal rows are at distance 0 exactly.
    1 - cos(x, y) = ||u - v||^2 / 2 for unit vectors u, v: the cosine distance goes the same way.
Cost
    n m d operations; memory the n m results (blocks of them, where the caller passes blocks of rows).
Differences
    scikit-learn's euclidean_distances neither shifts nor measures again: far from the origin its error is larger.
References
    Higham, Accuracy and Stability of Numerical Algorithms, section 1.7 (cancellation) and 3.1 (inner products).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray
from .by_product import COLUMNS, ROWS, measure_by_product, mirror, rows_of_block
from .ruler import Ruler, make_ruler, with_rough_rows
from .scales import safe_unit, unit_rows

ROWS_OF_POWERS = 16  # rows of a block for minkowski: powers take long, and half of those on the diagonal are not needed
FEW_FEATURES = 16  # up to here the direct formula is as fast as the product (measured)
MULTIPLIED = 64.0  # up to here a power by a whole or half number is a few products
STEEP = 16.0  # a p above which powers of usual numbers vanish: 1e-19^17 is 0 in float64

# metric -> name of the kernel (a name, so that plain_python() can swap the kernel) and what its result still lacks
FORMULAS = {
    "euclidean": ("squared_euclidean", "root"),
    "sqeuclidean": ("squared_euclidean", ""),
    "manhattan": ("manhattan", ""),
    "chebyshev": ("chebyshev", ""),
    "minkowski": ("minkowski_powers", "p-th root"),
    "steep minkowski": ("minkowski_steep", ""),  # what minkowski becomes for p above STEEP
    "hamming": ("hamming", ""),
    "nan_euclidean": ("nan_squared_euclidean", "root"),
    "cosine": ("squared_euclidean", "half"),  # of unit vectors
}
SYNONYMS = {"l1": "manhattan", "cityblock": "manhattan", "l2": "euclidean", "infinity": "chebyshev"}
METRICS = sorted([*FORMULAS.keys() - {"steep minkowski"}, *SYNONYMS])


# ---------------------------------------------------------------------------------------------------------------
# The formulas. All read X (a, d) and columns (d, b), which holds b rows of Y as its columns, and overwrite
# out[i, first + j] of out (a, m) with the distance of X[i] and column j.


@kernel
def squared_euclidean(X: Array, columns: Array, first: int, out: Array) -> None:
    """sum_f (x_f - y_f)^2. X (a, d), columns (d, b): read; out (a, m): overwritten from column `first`."""
    d, b = columns.shape
    in_threes = d - d % 3
    for i in range(X.shape[0]):
        row = out[i, first : first + b]
        row[:] = 0.0
        # plainly: for f in range(d): row += (X[i, f] - columns[f]) ** 2, with a third of the loads and stores
        for f in range(0, in_threes, 3):
            x0, x1, x2 = X[i, f], X[i, f + 1], X[i, f + 2]
            for j in range(b):
                e0, e1, e2 = x0 - columns[f, j], x1 - columns[f + 1, j], x2 - columns[f + 2, j]
                row[j] = ((row[j] + e0 * e0) + e1 * e1) + e2 * e2
        for f in range(in_threes, d):
            for j in range(b):
                e0 = X[i, f] - columns[f, j]
                row[j] += e0 * e0


@kernel
def manhattan(X: Array, columns: Array, first: int, out: Array) -> None:
    """sum_f |x_f - y_f|. X (a, d), columns (d, b): read; out (a, m): overwritten from column `first`."""
    d, b = columns.shape
    for i in range(X.shape[0]):
        row = out[i, first : first + b]
        row[:] = 0.0
        for f in range(d):
            x = X[i, f]
            for j in range(b):
                row[j] += abs(x - columns[f, j])


@kernel
def chebyshev(X: Array, columns: Array, first: int, out: Array) -> None:
    """max_f |x_f - y_f|. X (a, d), columns (d, b): read; out (a, m): overwritten from column `first`."""
    d, b = columns.shape
    for i in range(X.shape[0]):
        row = out[i, first : first + b]
        row[:] = 0.0
        for f in range(d):
            x = X[i, f]
            for j in range(b):
                difference = abs(x - columns[f, j])
                row[j] = difference if difference > row[j] else row[j]


@lean_kernel
def is_multiplied(p: float) -> bool:
    """Say whether a power by p is worked out by multiplying: by a whole or half number that is not too large."""
    return bool(p <= MULTIPLIED and 2.0 * p == math.floor(2.0 * p))


@lean_kernel
def power_of_gap(gap: float, p: float) -> float:
    """Return gap^p for a gap of 0 or more: of a p that allows it by multiplying, several times as fast.

    That is right to p roundings; the p-th root of the sum leaves less than one of them.
    """
    # plainly: return gap**p
    if p == 3.0:
        return gap * gap * gap
    if p == 4.0:
        return (gap * gap) * (gap * gap)
    if p == 1.5:
        return gap * math.sqrt(gap)
    if is_multiplied(p):
        power, square, bits = 1.0 if p == math.floor(p) else math.sqrt(gap), gap, int(p)
        while bits > 0:  # gap^13 = gap^1 gap^4 gap^8
            if bits & 1:
                power *= square
            square *= square
            bits >>= 1
        return power
    return float(gap**p)


@kernel
def minkowski_powers(X: Array, columns: Array, first: int, out: Array, p: float) -> None:
    """sum_f |x_f - y_f|^p. X (a, d), columns (d, b): read; out (a, m): overwritten from column `first`."""
    d, b = columns.shape
    by_products = is_multiplied(p)
    for i in range(X.shape[0]):
        row = out[i, first : first + b]
        row[:] = 0.0
        for f in range(d):
            x = X[i, f]
            if by_products:
                for j in range(b):
                    row[j] += power_of_gap(abs(x - columns[f, j]), p)
            else:  # plainly: the same; said here, nothing need be asked of p again and again
                for j in range(b):
                    row[j] += abs(x - columns[f, j]) ** p


@kernel
def minkowski_steep(X: Array, columns: Array, first: int, out: Array, p: float) -> None:
    """(sum_f |x_f - y_f|^p)^(1/p) by way of the largest |x_f - y_f|: no power vanishes that counts, however large p.

    X (a, d), columns (d, b): read; out (a, m): overwritten from column `first`.
    """
    d, b = columns.shape
    chebyshev(X, columns, first, out)
    sums = np.empty(b)
    for i in range(X.shape[0]):
        row = out[i, first : first + b]
        sums[:] = 0.0
        for f in range(d):
            x = X[i, f]
            for j in range(b):
                sums[j] += power_of_gap(abs(x - columns[f, j]) / row[j], p) if row[j] > 0.0 else 0.0
        for j in range(b):
            row[j] *= sums[j] ** (1.0 / p) if row[j] > 0.0 else 1.0


@kernel
def hamming(X: Array, columns: Array, first: int, out: Array) -> None:
    """Share of features with x_f != y_f. X (a, d), columns (d, b): read; out (a, m): overwritten from `first`."""
    d, b = columns.shape
    for i in range(X.shape[0]):
        row = out[i, first : first + b]
        row[:] = 0.0
        for f in range(d):
            x = X[i, f]
            for j in range(b):
                row[j] += 1.0 if x != columns[f, j] else 0.0
        for j in range(b):
            row[j] /= d


@kernel
def nan_squared_euclidean(X: Array, columns: Array, first: int, out: Array) -> None:
    """d / (features that both have) * sum over these of (x_f - y_f)^2; NaN where they share none.

    X (a, d), columns (d, b), NaN where a value is missing: read; out (a, m): overwritten from column `first`.
    """
    d, b = columns.shape
    shared = out[0, first : first + b].copy()
    for i in range(X.shape[0]):
        row = out[i, first : first + b]
        row[:] = 0.0
        shared[:] = 0.0
        for f in range(d):
            x = X[i, f]
            for j in range(b):
                difference = x - columns[f, j]
                present = difference == difference
                row[j] += difference * difference if present else 0.0
                shared[j] += 1.0 if present else 0.0
        for j in range(b):
            row[j] = row[j] / shared[j] * d if shared[j] > 0.0 else np.nan


# ---------------------------------------------------------------------------------------------------------------
# What is worked out once about the rows that distances are measured to.


@dataclass(eq=False)
class Reference:
    """Rows to measure distances to, kept by `prepare`, and made ready for their metric when first asked for."""

    rows: FloatArray  # (n, d), weighted; or points that are ready, see `with_points`
    metric: str  # a key of FORMULAS
    p: float  # of minkowski
    weight: FloatArray | None  # (d,) what minkowski multiplies every column by

    @cached_property
    def unit(self) -> float:
        """A power of two, 1 unless squares would overflow or vanish."""
        power = {"euclidean": 2.0, "sqeuclidean": 2.0, "minkowski": max(self.p, 1.0)}.get(self.metric)
        return 1.0 if power is None else safe_unit(self.rows, power)

    @cached_property
    def points(self) -> FloatArray:
        """The rows (n, d) times unit; for the cosine, unit vectors; or a `RowsOfTree`."""
        if self.metric == "cosine":
            return unit_rows(self.rows, 0)
        return self.rows if self.unit == 1.0 else self.rows * self.unit

    def with_points(self, points: FloatArray) -> Reference:
        """Return a reference to other rows that are ready for the metric as these are."""
        found = Reference(points, self.metric, self.p, self.weight)
        found.unit, found.points = self.unit, points
        return found

    @property
    def squares(self) -> bool:
        """Whether the metric is, up to `finish_distances`, the squared Euclidean, for which a product serves."""
        return FORMULAS[self.metric][0] == "squared_euclidean"

    @cached_property
    def ruler(self) -> Ruler:
        """What a product needs; a tree needs none."""
        return make_ruler(self.points[:])

    def ready_ruler(self, blocks: int) -> None:
        """Work the ruler out, for so many blocks of queries: what a second block needs again is kept from then on."""
        asked_before = "ruler" in vars(self)
        if self.ruler.rough is None and (asked_before or blocks > 1):
            self.ruler = with_rough_rows(self.ruler)


def metric_name(metric: str, p: float = 2.0) -> str:
    """Return the name the table knows a metric by; minkowski of p = 1, 2, infinity has a name of its own.

    Raises
    ------
    ValueError
        If the metric is not known, or p is not positive.
    """
    name = SYNONYMS.get(metric, metric)
    if name not in FORMULAS:
        raise ValueError(f"metric={metric!r} is not known; give one of {', '.join(METRICS)}.")
    if name != "minkowski":
        return name
    if not p > 0:
        raise ValueError(f"p={p!r} is not accepted for the Minkowski distance; give a number above 0.")
    return {1.0: "manhattan", 2.0: "euclidean", np.inf: "chebyshev"}.get(float(p), name)


def prepare(Y: FloatArray, metric: str = "euclidean", p: float = 2.0, w: FloatArray | None = None) -> Reference:
    """Return the rows Y (n, d) ready for `all_distances` and `k_nearest`.

    `p` and the features' weights `w` (d,) are minkowski's, (sum_f w_f |x_f - y_f|^p)^(1/p); with them p must be finite.
    """
    name = metric_name(metric, p)
    weight = None
    if w is not None:
        if metric != "minkowski" or np.isinf(p):
            raise ValueError(
                f"w is given for metric={metric!r}, p={p!r}; only minkowski with a finite p takes weights."
            )
        with np.errstate(over="ignore", invalid="ignore"):
            weight = w ** (1.0 / p)
            Y = Y * weight
        if not np.isfinite(Y).all():
            raise ValueError(f"w holds {w.max():.3g}, which makes X too large for float64 at p={p!r}; scale w down.")
    if name == "minkowski" and p > STEEP:
        name = "steep minkowski"
    return Reference(Y, name, p, weight)


def ready_queries(X: FloatArray, reference: Reference) -> FloatArray:
    """Return X as the rows of `reference` are stored: weighted, in its unit, or as unit vectors.

    Its points are made ready, too: here, before there are threads.
    """
    _ = reference.points
    if reference.metric == "cosine":
        return unit_rows(X, 1)
    if reference.weight is not None:
        with np.errstate(over="ignore"):
            X = X * reference.weight
    return X if reference.unit == 1.0 else X * reference.unit


def finish_distances(values: FloatArray, reference: Reference, *, rooted: bool = False) -> FloatArray:
    """Turn what the kernel left, e.g. squares, into distances, in place; `rooted` says that roots are taken already."""
    lack = FORMULAS[reference.metric][1]
    if lack == "root" and not rooted:
        np.sqrt(values, out=values)
    elif lack == "p-th root":
        np.power(values, 1.0 / reference.p, out=values)
    elif lack == "half":
        values *= 0.5
    if reference.unit != 1.0:
        values /= reference.unit
        if reference.metric == "sqeuclidean":
            values /= reference.unit
    return values


def measure(X: FloatArray, Y: FloatArray, reference: Reference, first: int, out: FloatArray) -> None:
    """Run the metric's kernel for X (a, d) and b rows Y of the reference; overwrite b columns of out from `first`."""
    measure_columns(X, np.ascontiguousarray(Y.T), reference, first, out)


def measure_columns(X: FloatArray, columns: FloatArray, reference: Reference, first: int, out: FloatArray) -> None:
    """Run the metric's kernel for X (a, d) and columns (d, b), rows of the reference; overwrite out from `first`."""
    formula: Callable[..., Any] = globals()[FORMULAS[reference.metric][0]]
    extra = (reference.p,) if reference.metric.endswith("minkowski") else ()
    formula(X, columns, first, out, *extra)


def all_distances(
    X: FloatArray,
    reference: Reference,
    n_jobs: int | None = None,
    *,
    same: bool = False,
    finish: Callable[[FloatArray], object] | None = None,
) -> FloatArray:
    """Return the distance of each row of X (n, d) to each row of the reference, shape (n, m).

    `same` says that X is what the reference was prepared from: then half of the work is saved, and the result is
    exactly symmetric. `finish` may change distances in place, some rows at a time. Accuracy: see the module.
    """
    queries, n, m = ready_queries(X, reference), len(X), len(reference.points)
    out: FloatArray = np.empty((n, m))
    by_product = reference.squares and queries.shape[1] > FEW_FEATURES
    rows_at_once = rows_of_block(m, queries.shape[1]) if by_product and not same else ROWS
    rows_at_once = ROWS_OF_POWERS if reference.metric.endswith("minkowski") else rows_at_once

    def measure_rows(rows: slice) -> None:
        start = rows.start if same else 0
        columns = [slice(start + piece.start, start + piece.stop) for piece in chunks(m - start, COLUMNS)]
        if by_product:
            measure_by_product(queries[rows], reference.ruler, columns, out[rows], reference.metric == "euclidean")
        else:
            for some in columns:
                measure(queries[rows], reference.points[some], reference, some.start, out[rows])
        finish_distances(out[rows, start:], reference, rooted=by_product)
        if finish is not None:
            finish(out[rows, start:])

    with one_blas_thread() if by_product else nullcontext(), np.errstate(over="ignore", invalid="ignore"):
        map_chunks(measure_rows, chunks(n, rows_at_once), n_jobs)
    if same and (by_product or n > rows_at_once):  # a single block is symmetric as it is
        mirror(out)
    return out
