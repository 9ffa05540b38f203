"""Windows over a signal: what they cover, what they find beyond the ends, what they do about missing values.

Idea
----
A window of w values slides along the signal. At the ends it hangs over: either it is cut short, or the signal is
thought to go on in some way.

Maths
-----
The result at time i is made of x_{i - left} ... x_{i + right}; centred: left = floor(w / 2), right = w - 1 - left;
trailing: left = w - 1, right = 0. Beyond the ends, for the signal a b c d::

    shrink    nothing: the window is cut short                 nan       no result where the window hangs over
    nearest   a a a | a b c d | d d d                          reflect   c b a | a b c d | d c b
    mirror    d c b | a b c d | c b a

Cost
----
What lies in the middle is read where it stands; only the ends are copied, some 3 w values each.

Differences
-----------
"nearest", "reflect" and "mirror" are SciPy's modes, "shrink" and "nan" are pandas' ``min_periods=1`` and its default.

References
----------
J. W. Tukey (1977), Exploratory Data Analysis, chapter 7 (smoothing sequences; copying-on at the ends).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from ..core import check_array, check_finite
from ..core.jit import lean_kernel
from ..core.rules import REMEMBERED, Rule, boolean, check_rules, integer, one_of
from ..core.typing import Array, FloatArray, MatrixLike

EDGES = ("shrink", "nan", "nearest", "reflect", "mirror")
SHORT = 2**13  # values of a signal that is copied whole: to look at its ends by themselves takes longer
LARGE = 1e290  # sums of larger values might overflow, so they are measured in units of 2^64
RULES: dict[str, Rule] = {
    "window": integer(1),
    "center": boolean,
    "edges": one_of(*EDGES),
    "nan_policy": one_of("raise", "omit", "propagate"),
}


@lru_cache(maxsize=REMEMBERED, typed=True)
def check_arguments(owner: str, window: Any, center: Any, edges: Any, nan_policy: Any) -> bool:
    """Return True where all arguments are right. Those that were are remembered: short signals ask the same often.

    Raises
    ------
    TypeError, ValueError
        For a wrong argument.
    """
    check_rules(owner, RULES, {"window": window, "center": center, "edges": edges, "nan_policy": nan_policy})
    return True


def read_signal(x: MatrixLike, nan_policy: str) -> tuple[FloatArray, bool]:
    """Return the signal, (n,) or (n, d), as float64, and whether it holds values whose sums might overflow.

    Raises
    ------
    TypeError, ValueError
        For what is no signal: more dimensions, words, infinity; NaN where `nan_policy` is "raise".
    """
    found: FloatArray = check_array(x, name="x", ensure_2d=False, finite=False)
    if found.ndim > 2:
        raise ValueError(f"x has {found.ndim} dimensions; give a signal (n,) or a table of signals (n, d).")
    holes, large = survey(found if found.ndim == 1 else found.reshape(-1))
    if nan_policy == "raise" and holes:
        raise ValueError("x contains NaN; fill it in, or give nan_policy='omit' or 'propagate'.")
    if large:
        check_finite(found, "x", allow_nan=True)
    return found, large > 0


@lean_kernel
def survey(x: Array) -> tuple[int, int]:
    """Return how many values are NaN, and how many are large or infinite. x (n,): read."""
    holes, large = 0, 0
    for i in range(x.shape[0]):
        holes += 1 if x[i] != x[i] else 0
        large += 1 if abs(x[i]) > LARGE else 0
    return holes, large


def each_column(x: FloatArray, large: bool, filter_one: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return what `filter_one` makes of the signal or of each column; in a unit that is safe where `large`."""
    if x.ndim == 1 and not large:
        return filter_one(x)
    given = np.ldexp(x, -64) if large else x
    if x.ndim == 1:
        found = filter_one(given)
    else:
        found = np.empty(x.shape)
        for f in range(x.shape[1]):
            found[:, f] = filter_one(np.ascontiguousarray(given[:, f]))
    return np.ldexp(found, 64) if large else found


def slide(
    x: MatrixLike,
    window: int,
    center: bool,
    edges: str,
    nan_policy: str,
    see: Callable[..., Any],
    owner: str,
) -> FloatArray:
    """Return for each time what `see(padded, window, out)` makes of the window there.

    `see` overwrites out (m,) from padded (m + window - 1,), where NaN stands for nothing. It may be given the signal
    in parts, each of which but the last has a whole number of blocks of w windows.

    Raises
    ------
    TypeError, ValueError
        For a wrong argument.
    """
    try:
        right_ones = check_arguments(owner, window, center, edges, nan_policy)
    except TypeError:  # of a wrong kind, or of one that cannot be remembered
        right_ones = False
    if not right_ones:
        check_arguments.__wrapped__(owner, window, center, edges, nan_policy)
    signal, large = read_signal(x, nan_policy)
    left = window // 2 if center else window - 1
    right = window - 1 - left

    def filter_one(column: FloatArray) -> FloatArray:
        n, out = len(column), np.empty(len(column))
        if n < max(SHORT, 3 * window):
            see(pad(column, left, right, edges), window, out)
        else:  # plainly: as above; here the middle is not copied
            stop = (n - right - 1) // window * window  # something is left for the last part
            see(pad(column[: 2 * window], left, 0, edges)[: 2 * window - 1], window, out[:window])
            see(column[window - left : stop + right], window, out[window:stop])
            see(pad(column[stop - window :], 0, right, edges)[window - left :], window, out[stop:])
        spoil(column, left, window, edges, nan_policy, out)
        return out

    return each_column(signal, large, filter_one)


@lean_kernel
def lay_out(x: Array, left: int, how: int, padded: Array) -> None:
    """Write a signal with what is thought to lie before and after it.

    x (n,): read. left : how many values lie before it. how : the edges' place in EDGES. padded: overwritten.
    """
    n, steps = x.shape[0], padded.shape[0]
    for i in range(min(left, steps)):
        padded[i] = beyond_end(x, i - left, how)
    middle = padded[left : left + n]
    for i in range(n):
        middle[i] = x[i]
    for i in range(left + n, steps):
        padded[i] = beyond_end(x, i - left, how)


@lean_kernel
def beyond_end(x: Array, i: int, how: int) -> float:
    """Return what is thought to stand at a place i outside a signal. x (n,): read. how : a place in EDGES."""
    n = x.shape[0]
    if how < 2:
        return np.nan
    if how == 2 or n == 1:  # a signal of one value has nothing else to show
        return float(x[0 if i < 0 else n - 1])
    again = 2 * n if how == 3 else 2 * n - 2  # after so many values it is the same again
    place = i % again
    return float(x[place if place < n else 2 * n - 1 - place if how == 3 else again - place])


def pad(x: FloatArray, left: int, right: int, edges: str) -> FloatArray:
    """Return the signal x (n,) with what is thought to lie before and after it."""
    padded: FloatArray = np.empty(left + len(x) + right)
    lay_out(x, left, EDGES.index(edges), padded)
    return padded


def spoil(x: FloatArray, left: int, window: int, edges: str, nan_policy: str, out: FloatArray) -> None:
    """Overwrite out (n,) by NaN where the window hangs over ("nan") or holds a missing value ("propagate")."""
    n = len(x)
    if edges == "nan":
        out[: min(left, n)] = np.nan
        out[max(n - (window - 1 - left), 0) :] = np.nan
    if nan_policy == "propagate" and np.isnan(x).any():
        holes = np.isnan(pad(x, left, window - 1 - left, edges))
        if edges in ("shrink", "nan"):
            holes[:left] = False
            holes[left + n :] = False
        seen: Array = np.concatenate([[0], np.cumsum(holes)])
        out[seen[window:] - seen[:-window] > 0] = np.nan
