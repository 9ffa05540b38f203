"""The rows as the loops of this room want them: centred, safe to square, and laid out for speed.

Idea
    A kernel runs at vector speed where its innermost loop walks along neighbours in memory and no sum has to be
    reordered. So the rows are cut into blocks and each block is turned on its side: feature f of neighbouring rows
    lies side by side, and the distances of a whole block to one centre grow together, one feature after another.
    With many features a BLAS product is faster still, unless rows and centres are few; then the rows stay upright.
    Many upright rows that will be labelled again and again are kept centred in float32 only (see `rough`), and those
    that have to be exact are centred anew from the caller's own array, whenever they are asked for; so are their norms.
Maths
    blocks[b, f, i] = X[b B + i, f] - shift[f], with B rows to a block; norms[i] = sum_f (X[i, f] - shift[f])^2.
    Centring keeps the norms as small as the spread, because ||x||^2 - 2 x.c + ||c||^2 loses the digits by which the
    norms exceed the distance. Where squares would overflow or vanish, X is first divided by 2^exponent, exactly.
Cost
    One pass over X, or two; memory n d numbers for the blocks and n for the norms; where float32, half of the former.
References
    Higham, Accuracy and Stability of Numerical Algorithms, sections 1.7 (cancellation) and 27.8 (scaling).
"""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.scratch import aligned
from ..core.typing import Array, FloatArray
from ..maths import exponent_of, squared_norms
from .rough import RoughRows

BLOCK = 520  # rows; no power of two, or all features of a row would compete for the same few places in the cache
REFERENCE = 256  # rows that scikit-learn multiplies at a time, and so do we where they stay upright
WIDE = 12  # features from which rows stay upright, for BLAS (measured), but for less than `MANY` rows and few centres
FEW = 1600  # numbers in these centres, at most: up to here the kernel finds the scores sooner (measured)
CACHE = 1 << 16  # numbers that a core keeps at hand: what is worked on at a time has about this size
LEAST, MOST = 1e-200, 1e200  # between these, a sum of squares and what is done with it are safe
MANY = 4096  # upright rows from which a copy in float32 is soon paid for
FAR = 0.9999  # share of the mean squared norm that the mean explains, above which rows count as far from the origin


class Spread(NamedTuple):
    """What the squared norms of the points come to."""

    sum: float
    weighted: float  # sum_i w_i ||x_i||^2
    largest: float


class Points(NamedTuple):
    """n weighted rows of d features, ready for the loops. Nothing in it is changed after it was made."""

    X: FloatArray  # (n, d) rows, divided by 2^exponent; the caller's own array where nothing had to be done
    shift: FloatArray  # (d,) what has yet to be subtracted from the rows of X: the mean, or zeros in a centred copy
    weight: FloatArray  # (n,) divided by 2^weight_exponent; (1,) where one is enough for all: see `weights`
    mean: FloatArray  # (d,) the place that is the origin in here
    norms: FloatArray  # (n,) squared norm of each centred row; none where there are rough rows: see `norms_of`
    blocks: FloatArray  # (ceil(n / B), d, B) the centred rows on their side; the end of the last block is zero; where
    # there are rough rows, theirs: see `exact_blocks`; none, (0, d, B), where `left_upright`
    wide: bool  # whether rows lie upright, and blocks are only a view of them
    exponent: int
    weight_exponent: int
    rough: RoughRows | None = None  # of upright rows that will be labelled again and again
    spread: Spread = Spread(nan, nan, nan)  # known where rows were laid out

    def rows(self, which: slice | Array) -> FloatArray:
        """Return some rows, centred: a new array."""
        found: FloatArray = self.X[which] - self.shift
        return found

    def weights(self, which: slice) -> FloatArray:
        """Return the weights of some points, or the one, (1,), that all have."""
        return self.weight[which] if len(self.weight) == len(self.X) else self.weight

    def norms_of(self, which: slice | Array, rows: FloatArray) -> FloatArray:
        """Return the squared norms of some points, whose centred rows are given."""
        return self.norms[which] if self.rough is None else squared_norms(rows)

    def all_norms(self) -> FloatArray:
        """Return the squared norm of each centred row, (n,): those that are kept, or all made anew from X."""
        return self.norms if self.rough is None else measure_rows(self.X, self.shift)

    def exact_blocks(self, which: slice) -> FloatArray:
        """Return some blocks in float64: a view, or, where only rough ones are kept, made anew from X."""
        if self.rough is None:
            return self.blocks[which]
        (_, d, size), span = self.blocks.shape, self.span(which)
        upright = np.zeros((-(-(span.stop - span.start) // size) * size, d))
        subtract_from_rows(self.X[span], self.shift, upright[: span.stop - span.start])
        return upright.reshape(-1, size, d).transpose(0, 2, 1)

    def exact(self) -> Points:
        """Return the same points with all blocks in float64, and a norm and a weight for each."""
        if self.rough is None:
            return self
        blocks = self.exact_blocks(slice(0, len(self.blocks)))
        upright = blocks.transpose(0, 2, 1).reshape(-1, blocks.shape[1])[: len(self.X)]
        weight = np.broadcast_to(self.weight, len(upright)).copy()
        found = self._replace(X=upright, shift=np.zeros(len(self.shift)), weight=weight, norms=squared_norms(upright))
        return found._replace(blocks=blocks, rough=None)

    def span(self, blocks: slice) -> slice:
        """Return which rows some blocks hold."""
        size = self.blocks.shape[2]
        return slice(blocks.start * size, min(blocks.stop * size, len(self.X)))

    def from_user(self, places: FloatArray) -> FloatArray:
        """Return places (k, d), given in the caller's coordinates, in those of the loops: a new array."""
        found: FloatArray = (np.ldexp(places, -self.exponent) if self.exponent else places) - self.mean
        return found

    def to_user(self, places: FloatArray) -> FloatArray:
        """Return places (k, d), given in the coordinates of the loops, in the caller's: a new array."""
        found: FloatArray = places + self.mean
        return np.ldexp(found, self.exponent) if self.exponent else found

    def square_to_user(self, value: float, weighted: bool = True) -> float:
        """Return a (weighted) sum of squared distances in the caller's units; infinity where no float is so large."""
        exponent = 2 * self.exponent + (self.weight_exponent if weighted else 0)
        if not exponent:
            return float(value)
        with np.errstate(over="ignore", under="ignore"):
            return float(np.ldexp(value, exponent))


@kernel
def turn(rows: Array, blocks: Array) -> None:
    """Turn rows on their side. rows (n, d): read. blocks (b, d, B), with b B >= n: overwritten, but for its end."""
    n, d = rows.shape
    size = blocks.shape[2]
    for b in range(blocks.shape[0]):
        start = b * size
        for i in range(min(size, n - start)):
            for f in range(d):
                blocks[b, f, i] = rows[start + i, f]


@lean_kernel
def add_rows(X: Array, total: Array) -> None:
    """Add the rows one after another, as NumPy does with more than one column. X (n, d): read. total (d,): added to."""
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            total[f] += X[i, f]


@lean_kernel
def subtract_from_rows(X: Array, place: Array, rows: Array) -> None:
    """Subtract a place from all rows. X (n, d), place (d,): read. rows (n, d): overwritten."""
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            rows[i, f] = X[i, f] - place[f]


def measure_rows(X: FloatArray, place: FloatArray) -> FloatArray:
    """Return ||x - place||^2 for all rows X (n, d), shape (n,), holding only some of the differences at a time."""

    norms = np.empty(len(X))

    def work(some: slice) -> None:
        rows = np.empty_like(X[some])
        subtract_from_rows(X[some], place, rows)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # threads start with NumPy's defaults
            norms[some] = squared_norms(rows)

    map_chunks(work, chunks(len(X), max(1, CACHE // X.shape[1])))
    return norms


def mean_of_many(X: FloatArray) -> FloatArray:
    """Return the mean of the rows X (n, d), with the bits of NumPy's, but sooner where many rows are short."""
    total = np.zeros(X.shape[1])
    add_rows(X, total)
    return total / len(X)


def spread_of(norms: FloatArray, weight: FloatArray | None) -> Spread:
    """Return what squared norms (n,) come to; weight (n,), None for ones."""
    total = float(norms.sum())
    return Spread(total, total if weight is None else float((weight * norms).sum()), float(norms.max()))


def is_safe(spread: Spread) -> bool:
    """Say whether squared norms are far from overflow and from vanishing; NaN and nothing but zeros are not safe."""
    return LEAST < spread.sum < MOST


def far_mean(X: FloatArray) -> FloatArray:
    """Return the mean of the rows (d,) where they lie far from the origin for their spread, and zeros otherwise.

    For results that are to have the bits of uncentred rows wherever these are accurate.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        mean = mean_of_many(X) if X.flags.c_contiguous and X.flags.writeable and X.shape[1] > 1 else X.mean(axis=0)
        return mean if mean @ mean > FAR * squared_norms(X).mean() else np.zeros_like(mean)


def is_wide(shape: tuple[int, ...], k: int | None) -> bool:
    """Say whether rows X, of shape (n, d), stay upright, to be measured to k centres; None: any number of them."""
    n, d = shape
    return d >= WIDE and (k is None or k * d > FEW or n >= MANY)


def lay_out(
    X: FloatArray,
    weight: FloatArray | None = None,
    mean: FloatArray | None = None,
    also: FloatArray | None = None,
    often: bool = False,
    k: int | None = None,
) -> Points:
    """Return the rows X (n, d) ready for the loops, centred on `mean` (d,) or, where None, on their own mean.

    `also` (k, d) are places in the same coordinates, initial centres say, whose squares must be safe as well.
    `often` says that the rows will be labelled many times: then many upright rows are kept in float32 as well. `k`, if
    known, is the number of centres.
    """
    wide = is_wide(X.shape, k)
    weight_exponent = 0 if weight is None else exponent_of(weight)
    if weight is not None and abs(weight_exponent) > 300:
        weight = np.ldexp(weight, -weight_exponent)
    else:
        weight_exponent = 0
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        found = cut_into_blocks(X, weight, mean, 0, wide, often)
        safe = is_safe(found.spread) and (also is None or squared_norms(found.from_user(also)).sum() < MOST)
        if not safe:
            exponent = exponent_of(X, also)
            mean = None if mean is None else np.ldexp(mean, -exponent)
            found = cut_into_blocks(np.ldexp(X, -exponent), weight, mean, exponent, wide, often)
    return found._replace(weight_exponent=weight_exponent)


def as_they_lie(X: FloatArray, weight: FloatArray, mean: FloatArray, also: FloatArray) -> Points | None:
    """Return rows X (n, d) as Points without a copy where that can be: upright, whole blocks, nothing to subtract.

    None where they have to be laid out. For labelling only: the norms are left out, as upright rows need none for it.
    """
    n, d = X.shape
    if d < WIDE or n % REFERENCE or mean.any():
        return None
    flat, places = X.reshape(-1), also.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"), one_blas_thread():
        if not (LEAST < flat @ flat < MOST and places @ places < MOST and 1 / MOST < weight.sum() < MOST):
            return None
    blocks = X.reshape(-1, REFERENCE, d).transpose(0, 2, 1)
    return Points(X, np.zeros(d), weight, mean, np.empty(0), blocks, True, 0, 0)


def left_upright(X: FloatArray, weight: FloatArray, mean: FloatArray) -> Points:
    """Return rows X (n, d) as Points without a copy where nothing has to be done to them and they are many.

    For seeding only: there are no blocks. As many rows as would be in one are still what is summed at a time.
    """
    n, d = X.shape
    if n >= MANY and X.flags.c_contiguous and not mean.any() and abs(exponent_of(weight)) <= 300:
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            norms = squared_norms(X)
            if is_safe(spread_of(norms, None)):
                none = np.empty((0, d, REFERENCE if d >= WIDE else BLOCK))
                return Points(X, mean, weight, mean, norms, none, True, 0, 0)
    return lay_out(X, weight, mean)


def cut_into_blocks(
    X: FloatArray, weight: FloatArray | None, mean: FloatArray | None, exponent: int, wide: bool, often: bool
) -> Points:
    """Return X (n, d) as Points, without a look at its scale. weight, often: as in `lay_out`."""
    n, d = X.shape
    size = min(REFERENCE if wide else BLOCK, n)
    n_blocks = -(-n // size)
    plain = X.flags.c_contiguous and X.flags.writeable  # what kernels are compiled for
    many = wide and plain and n >= MANY  # NumPy is slow with many short rows
    if mean is None:
        mean = mean_of_many(X) if many else X.mean(axis=0)
    as_it_is = plain and not mean.any()
    if many and often:
        found = cut_roughly(X, weight, mean, exponent)
        if found is not None:
            return found
    if wide:
        upright = np.empty((n_blocks * size, d))
        upright[n:] = 0.0
        blocks = upright.reshape(n_blocks, size, d).transpose(0, 2, 1)
    else:
        blocks = aligned(n_blocks, d, size)
        blocks[-1] = 0.0
    norms = np.empty(n)

    def fill(some: slice) -> None:
        span = slice(some.start * size, min(some.stop * size, n))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # threads start with NumPy's defaults
            if many:
                rows = upright[span]
                subtract_from_rows(X[span], mean, rows)
            elif wide:
                rows = np.subtract(X[span], mean, out=upright[span])
            else:
                rows = X[span] if as_it_is else X[span] - mean
                turn(rows, blocks[some])
            norms[span] = squared_norms(rows)

    map_chunks(fill, chunks(n_blocks, max(1, CACHE // (d * size))))
    spread = spread_of(norms, weight)
    weight = np.ones(n) if weight is None else weight
    if wide:
        return Points(upright[:n], np.zeros(d), weight, mean, norms, blocks, wide, exponent, 0, spread=spread)
    return Points(X, mean, weight, mean, norms, blocks, wide, exponent, 0, spread=spread)


def cut_roughly(X: FloatArray, weight: FloatArray | None, mean: FloatArray, exponent: int) -> Points | None:
    """Return upright rows X (n, d) as Points whose centred rows are kept in float32 only; None where all are zero."""
    n, d = X.shape
    norms = measure_rows(X, mean)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        spread = spread_of(norms, weight)
    if not is_safe(spread):
        return None
    rough = RoughRows.empty(n, d, REFERENCE, norms)
    del norms  # before the rows are there

    def fill(blocks: slice) -> None:
        span = slice(blocks.start * REFERENCE, min(blocks.stop * REFERENCE, n))
        rows = np.zeros(((blocks.stop - blocks.start) * REFERENCE, d))
        subtract_from_rows(X[span], mean, rows[: span.stop - span.start])
        rough.fill(blocks, rows)

    map_chunks(fill, chunks(len(rough.blocks), max(1, CACHE // (d * REFERENCE))))
    weight = np.ones(1) if weight is None else weight
    return Points(X, mean, weight, mean, np.empty(0), rough.blocks, True, exponent, 0, rough, spread)
