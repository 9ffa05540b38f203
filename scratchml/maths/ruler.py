"""A rough ruler: one matrix product says how near rows can be at the least, and rules most of them out.

Idea
    A product in float32 is many times faster than measuring pair by pair, and wrong in the seventh digit. If it is
    known how wrong it can be at the most, it still proves that a row is too far away, and only the rest is measured.
Maths
    r_j = (1 - margin) ||y_j||^2 - 2 x.y_j, with y and x centred and scaled. Rounding moves r_j by less than
    margin (||x||^2 + ||y_j||^2), margin = 4 eps (d + 8): a generous count of the roundings of a sum of d + 1 products,
    of the casts to float32, of the shift and of the exact formula itself. Hence r_j > limit - (1 - margin) ||x||^2
    proves that ||x - y_j||^2, however it is worked out, is above the limit. It is at most, on the other hand,
    r_j + (1 + margin) ||x||^2 + 2 margin ||y_j||^2.
Cost
    n d once for the rows; a product of length d + 1 for each pair.
References
    Higham, Accuracy and Stability of Numerical Algorithms, section 3.1 (the error of an inner product).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks
from ..core.typing import Array, FloatArray
from .scales import exponent_of

TOGETHER = 128  # rows that are centred at a time
PARTITIONED = 16  # rows of a block of which there is a copy at a time


class Ruler(NamedTuple):
    """What a matrix product needs to know of the rows of a reference to tell squared distances from them."""

    points: FloatArray  # (n, d) the rows themselves
    center: FloatArray  # (d,) their mean
    scale: float  # a power of two that brings the centred rows below 1
    norms: FloatArray  # (n,) the squared norms of the centred rows
    rough: Array | None  # (n, d + 1) float32, what `rough_rows` makes of them; None: made where needed

    def centered(self, rows: slice) -> FloatArray:
        """Return some of the rows (b, d), centred and scaled; all of them would take as much memory as the rows."""
        found: FloatArray = self.points[rows] - self.center
        found *= self.scale
        return found


@kernel
def move_away(points: Array, center: Array, farthest: Array) -> None:
    """Raise farthest (d,), overwritten, to each column's largest distance from center (d,). points (n, d): read."""
    for i in range(points.shape[0]):
        for f in range(points.shape[1]):
            farthest[f] = max(farthest[f], abs(points[i, f] - center[f]))


def rough_margin(d: int, precision: type) -> float:
    """Return the share of the squared norms by which a rough squared distance may be wrong."""
    return 4.0 * float(np.finfo(precision).eps) * (d + 8)


@kernel
def lay_roughly(rows: Array, center: Array, scale: float, norms: Array, share: float, found: Array) -> None:
    """Lay rows (b, d), centred and scaled, beside `share` times their squared norms (b,), in the precision of `found`.

    center (d,), all before it: read. found (b, d + 1): overwritten.
    """
    for i in range(rows.shape[0]):
        for f in range(rows.shape[1]):
            found[i, f] = (rows[i, f] - center[f]) * scale
        found[i, rows.shape[1]] = norms[i] * share


def centered_norms(X: FloatArray, center: FloatArray, scale: float) -> FloatArray:
    """Return the squared norms of the rows of X (n, d), centred and scaled, (n,)."""
    # plainly: norms = squared_norms((X - center) * scale); of few rows at a time, all in the same memory
    n, d = X.shape
    norms, room = np.zeros(n), np.empty((min(TOGETHER, n), d + 1))
    for rows in chunks(n, TOGETHER):
        some = room[: rows.stop - rows.start]
        lay_roughly(X[rows], center, scale, norms[rows], 0.0, some)
        np.einsum("ij,ij->i", some[:, :d], some[:, :d], out=norms[rows])
    return norms


def make_ruler(points: FloatArray) -> Ruler:
    """Return the ruler for rows (n, d)."""
    center = points.mean(axis=0)
    farthest = np.zeros_like(center)
    move_away(points, center, farthest)  # plainly: farthest = np.abs(points - center).max(axis=0)
    scale = float(np.ldexp(1.0, max(-510, min(510, -exponent_of(farthest)))))
    return Ruler(points, center, scale, centered_norms(points, center, scale), None)


def with_rough_rows(ruler: Ruler) -> Ruler:
    """Return the ruler with the rough rows kept: half as much memory as the rows, for who asks more than once."""
    n, d = ruler.points.shape
    return ruler._replace(rough=rough_rows(ruler, slice(0, n), np.empty((n, d + 1), dtype=np.float32)))


def rough_rows(ruler: Ruler, rows: slice, out: Array) -> Array:
    """Return out (b, d + 1): some rows, centred and scaled, beside (1 - margin) times their squared norms."""
    share = 1.0 - rough_margin(len(ruler.center), out.dtype.type)
    lay_roughly(ruler.points[rows], ruler.center, ruler.scale, ruler.norms[rows], share, out)
    return out


class RoughQueries(NamedTuple):
    """A block of queries, ready to be measured roughly."""

    left: Array  # (a, d + 1) -2 times the centred queries, and ones: times a row of the ruler it is r
    least: FloatArray  # (a,) (1 - margin) ||x||^2, less what may be lost where numbers are too small to hold
    most: FloatArray  # (a,) what is at least to be added to r for an upper bound of the squared distance


def rough_queries(X: FloatArray, ruler: Ruler, precision: type = np.float32) -> RoughQueries:
    """Return X (a, d), rows as those of the reference, ready for products with `rough_rows`."""
    a, d = X.shape
    norms = centered_norms(X, ruler.center, ruler.scale)
    if not norms.max() < 1e30:  # float32 overflows far outside the data
        precision = np.float64
    left = np.empty((a, d + 1), precision)
    lay_roughly(X, ruler.center, -2.0 * ruler.scale, norms, 0.0, left)
    left[:, d] = 1.0
    vanished = 16.0 * float(np.finfo(precision).tiny) * (d + 8)
    margin = rough_margin(d, precision)
    most = norms * (1.0 + margin) + 2.0 * margin * float(ruler.norms.max()) + vanished
    return RoughQueries(left, norms * (1.0 - margin) - vanished, most)


def room_for(queries: RoughQueries, columns: int) -> Array:
    """Return memory for blocks of so many columns: asking the system for it anew each time costs as much as a block."""
    return np.empty(sum(queries.left.shape) * columns, queries.left.dtype)


def rough_block(queries: RoughQueries, ruler: Ruler, columns: slice, room: Array) -> Array:
    """Return r (a, b) of a block of queries and rows of the reference, in the precision of the queries.

    room (z,), as of `room_for`: overwritten with what is returned, and behind it with the rough rows.
    """
    (a, wide), b = queries.left.shape, len(ruler.norms[columns])
    if ruler.rough is not None and room.dtype == np.float32:
        rough = ruler.rough[columns]
    else:
        rough = rough_rows(ruler, columns, room[a * b : (a + wide) * b].reshape(b, wide))
    found = room[: a * b].reshape(a, b)
    return np.matmul(queries.left, rough.T, out=found)


def bound_kth(block: Array, queries: RoughQueries, ruler: Ruler, k: int) -> FloatArray:
    """Return what the k-th least squared distance of each query is certainly below, by its block (a, b), b >= k; (a,).

    In the unit of the rows, not of the centred ones.
    """
    # plainly: kth = np.partition(block, k - 1, axis=1)[:, k - 1]
    kth = block.min(axis=1) if k == 1 else np.empty(len(block))
    for rows in chunks(len(block), PARTITIONED) if k > 1 else []:
        kth[rows] = np.partition(block[rows], k - 1, axis=1)[:, k - 1]
    found: FloatArray = (kth + queries.most) / ruler.scale**2 * (1.0 + 1e-6) + 1e-300  # the last for what underflows
    found[~np.isfinite(found)] = np.inf
    return found
