"""Label most points by scores of half the precision, and know which points that cannot label.

Idea
    A processor adds and multiplies twice as many float32 numbers at a time as float64 numbers, and fetches them in half
    the time. Nearly every point is so much nearer to one centre than to any other that a rough score shows it. The few
    for which it does not are *in doubt* and are measured in float64: so the labels are those of float64, all of them.
Maths
    u = 2^-24. A score ||c||^2 - 2 x.c, rounded at any place and added in any order, errs by at most
    (d + 3) u (||c||^2 + 2 ||x|| ||c||): the bound of Higham for an inner product, and a rounding each of x, c, ||c||^2
    and the last sum. With C the largest ||c||, a point whose least score and runner-up are farther apart than
    2 (d + 8) u (C^2 + 2 C ||x||) is labelled as by exact scores; what the 8 is above the 3 is more than what float64
    rounds. For ||x|| stands the longest of a block: so a length is kept for each block only, and hardly more points
    are in doubt, as C is about as large. Rows are divided by a power of two, so that the longest has a length from 1/2
    to 1; what then is too small for float32 errs by less than the 1e-30 that is added.
Cost
    n k d multiplications in float32, and k d in float64 for each point in doubt: some in a thousand of them. Memory:
    half as much as the rows.
References
    Higham, Accuracy and Stability of Numerical Algorithms, section 3.1 (the error of an inner product).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.typing import Array, FloatArray

UNIT = 2.0**-24  # of float32: half the distance from 1 to the next number
FAR = 1e5  # lengths of a centre, in those of the longest row, from which its square may leave no room for the rest


@lean_kernel
def turn_and_round(rows: Array, scale: float, rough: Array) -> None:
    """Turn blocks of rows (b, B, d) on their side, in float32, times `scale`. rough (b, d, B): overwritten."""
    for b in range(rough.shape[0]):
        for f in range(rough.shape[1]):
            for i in range(rough.shape[2]):
                rough[b, f, i] = rows[b, i, f] * scale


class RoughRows(NamedTuple):
    """The rows in float32, cut into the same blocks as in `Points`."""

    blocks: Array  # (b, d, B) float32, the rows divided by 2^exponent and on their side
    lengths: Array  # (b,) float32, the length of the longest row of each block, or a little more
    exponent: int

    @classmethod
    def empty(cls, n: int, d: int, size: int, norms: FloatArray) -> RoughRows:
        """Return room for n rows of squared norms (n,), not all of them zero, in blocks of `size`: see `fill`."""
        exponent = int(np.frexp(np.sqrt(norms.max()))[1])
        longest = np.sqrt(np.maximum.reduceat(norms, np.arange(0, n, size)))
        lengths = (longest * (2.0**-exponent * (1.0 + 4 * UNIT))).astype(np.float32)
        return cls(np.empty((-(-n // size), d, size), dtype=np.float32), lengths, exponent)

    def fill(self, which: slice, rows: FloatArray) -> None:
        """Overwrite some blocks with upright rows, (b B, d)."""
        blocks = self.blocks[which]
        turn_and_round(rows.reshape(len(blocks), blocks.shape[2], -1), 2.0**-self.exponent, blocks)


class RoughRuler(NamedTuple):
    """The centres in float32, an even number of them, as in `Ruler`."""

    rows: RoughRows  # that they measure
    double: Array  # (k or k + 1, d) float32, -2 times the centres
    norms: Array  # (k or k + 1,) float32
    slack: tuple[np.float32, np.float32]  # a, b: a point is in doubt within a + b ||x||, x the longest of its block


def rough_ruler(double: FloatArray, norms: FloatArray, rows: RoughRows) -> RoughRuler | None:
    """Return centres ready to score rough rows against; None where one is so far away that float32 cannot hold it.

    double (k, d), -2 times the centres; norms (k,), of which one may be infinite: that of a centre that is none.
    """
    longest = float(np.sqrt(norms[np.isfinite(norms)].max())) * 2.0**-rows.exponent
    if not longest < FAR:
        return None
    unit = 2 * (double.shape[1] + 8) * UNIT
    scale = 2.0**-rows.exponent
    slack = np.float32(unit * longest * longest + 1e-30), np.float32(2 * unit * longest)
    return RoughRuler(rows, (double * scale).astype(np.float32), (norms * scale * scale).astype(np.float32), slack)


@kernel
def keep_nearer_roughly(
    j: int, norms: Array, first: Array, second: Array, best: Array, runner_up: Array, own: Array
) -> None:
    """Let the centres j and j + 1 compete with the best so far: `keep_nearer` of `assign`, in float32.

    It stands here again because `assign` imports this file, and each of the two is read as a whole.
    norms (k,), first (>= m,), second (>= m,), their -2 x.c: read. best (>= m,), runner_up (>= m,), own (m,), int32:
    overwritten.
    """
    for i in range(own.shape[0]):
        least, next_least, label = best[i], runner_up[i], own[i]
        score = norms[j] + first[i]
        loser = least if score < least else score
        next_least = loser if loser < next_least else next_least
        label = j if score < least else label
        least = score if score < least else least
        score = norms[j + 1] + second[i]
        loser = least if score < least else score
        next_least = loser if loser < next_least else next_least
        label = j + 1 if score < least else label
        least = score if score < least else least
        best[i], runner_up[i], own[i] = least, next_least, label


@kernel
def assign_roughly(
    products: Array,
    norms: Array,
    lengths: Array,
    slack: tuple[np.float32, np.float32],
    scratch: Array,
    labels: Array,
    doubted: Array,
) -> int:
    """Label points by their nearest centre as float32 has it; return how many of them are in doubt.

    products (b, k, B), -2 x.c for b blocks of B points, norms (k,), k even, lengths (b,), slack: read, float32.
    scratch (2, B), float32, labels (n,), int32: overwritten. doubted (n,): overwritten with who is in doubt.
    """
    n, size, count = labels.shape[0], products.shape[2], 0
    best, runner_up = scratch[0], scratch[1]
    for b in range(products.shape[0]):
        start = b * size
        own = labels[start : min(start + size, n)]
        best[:] = np.inf
        runner_up[:] = np.inf
        for j in range(0, products.shape[1], 2):
            keep_nearer_roughly(j, norms, products[b, j], products[b, j + 1], best, runner_up, own)
        width = slack[0] + slack[1] * lengths[b]
        for i in range(own.shape[0]):
            doubted[count] = start + i  # overwritten by the next one, unless counted: faster than a branch
            count += not runner_up[i] - best[i] > width
    return count
