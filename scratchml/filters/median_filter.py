"""Median filter: each value becomes the median of its neighbourhood.

Idea
----
A spike moves a mean but not a median, and where the signal jumps, the median jumps with it. So spikes narrower than
half the window vanish, and edges stay sharp.

Maths
-----
y_i = median of the values in the window at i. The window is kept sorted. With s_1 <= ... <= s_w before, x the value
that leaves and y the one that enters, all places of the window that follows, r_1 <= ... <= r_w, can be written at once,
without a question of where::

    t_j = s_j if s_j < x else s_(j+1)               x is taken out, what was above it moves down
    r_j = max(t_(j-1), min(t_j, y))                 y is put in, what is above it moves up

with s_0 = -inf, and +inf above the last. The median of a wide window is had without keeping it sorted: `wide_median`.

Cost
----
For each value w places are written, several to an instruction, and no branch can be guessed wrong: as fast as a heap's
log w up to some 100 places. Wider: log w, see `wide_median`. Memory: w; wider: n.

Differences
-----------
From scipy.ndimage.median_filter: any window (the median of an even number of values is the mean of the middle two);
missing values.

References
----------
J. W. Tukey (1977), Exploratory Data Analysis, chapter 7 (running medians).
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, MatrixLike
from .wide_median import see_wide_medians
from .window import slide

NOTHING = float("nan")
SORTED_BLOCKS = 100  # values of a window from which on sorting blocks is cheaper than either (measured)


@lean_kernel
def replace_value(window: Array, following: Array, leaving: float, entering: float) -> None:
    """Write the sorted window without one of its values and with another (+inf for none).

    window (places + 2,), from -inf to +inf, +inf where nothing is: read. following, of that shape, with the same first
    and last value: overwritten.
    """
    # t_(j-1) is worked out again: kept from the place before, it would have each place wait for that. The three values
    # are read whether or not they are needed, so that no jump stands in the way of writing several places at once.
    for j in range(1, window.shape[0] - 1):
        below, here, above = window[j - 1], window[j], window[j + 1]
        before = below if below < leaving else here
        t = here if here < leaving else above
        low = t if t < entering else entering
        following[j] = low if low > before else before


def empty_window(w: int) -> FloatArray:
    """Return a window of w places or a few more, so that they are a whole number of fours."""
    window = np.empty((w + 3) // 4 * 4 + 2)
    window.fill(np.inf)
    window[0] = -np.inf
    return window


@lean_kernel
def slide_window(window: Array, following: Array, m: int, leaving: float, entering: float) -> int:
    """Write the sorted window after one value has left and one entered (NaN for none); return how many it holds then.

    window, following: as for `replace_value`. m : how many values the window holds.
    """
    goes, comes = leaving == leaving, entering == entering
    replace_value(window, following, leaving if goes else np.inf, entering if comes else np.inf)
    return m + (1 if comes else 0) - (1 if goes else 0)


@lean_kernel
def middle_value(ordered: Array, m: int) -> float:
    """Return the median of m sorted values, NaN of none. ordered (w,): read."""
    return 0.5 * (ordered[(m - 1) // 2] + ordered[m // 2]) if m > 0 else NOTHING


@lean_kernel
def median_windows(padded: Array, w: int, window: Array, spare: Array, median: Array) -> None:
    """Write the median of each window.

    padded (n + w - 1,), NaN for nothing: read. window, spare: empty windows, overwritten. median (n,): overwritten.
    """
    m = 0
    for i in range(padded.shape[0]):
        m = slide_window(window, spare, m, padded[i - w] if i >= w else NOTHING, padded[i])
        window, spare = spare, window
        if i >= w - 1:
            median[i - w + 1] = middle_value(window[1:], m)


@lean_kernel
def median_threes(padded: Array, median: Array) -> None:
    """Write the median of each window of three, none missing. padded (n + 2,): read. median (n,): overwritten."""
    for i in range(median.shape[0]):
        a, b, c = padded[i], padded[i + 1], padded[i + 2]
        low, high = (a, b) if a < b else (b, a)
        below = c if c < high else high
        median[i] = below if below > low else low


def see_medians(padded: FloatArray, w: int, out: FloatArray) -> None:
    """Overwrite out (n,) by the medians of the windows of padded (n + w - 1,)."""
    if w > SORTED_BLOCKS:
        see_wide_medians(padded, w, out)
        return
    window, spare = empty_window(w), empty_window(w)
    if w != 3 or len(out) < 4 or np.isnan(padded[2:-2]).any():
        median_windows(padded, w, window, spare, out)
        return
    median_threes(padded, out)
    median_windows(padded[:4], w, window, spare, out[:2])  # where the window may hang over
    median_windows(padded[-4:], w, empty_window(w), spare, out[-2:])


def median_filter(
    x: MatrixLike, window: int = 5, *, center: bool = True, edges: str = "shrink", nan_policy: str = "raise"
) -> FloatArray:
    """Return the medians of a window that slides along a signal.

    Parameters
    ----------
    x : a signal (n,), or signals in the columns of (n, d)
    window : how many values it covers
    center : whether it lies around each time, or ends there
    edges, nan_policy : as for `moving_average`

    Returns
    -------
    y : array of the shape of x

    Raises
    ------
    TypeError, ValueError
        For a wrong argument; for infinity, and NaN where that is refused.

    References
    ----------
    Tukey (1977); see the top of this file.

    Examples
    --------
    >>> from scratchml.filters import median_filter
    >>> median_filter([1.0, 1.0, 90.0, 2.0, 2.0], window=3)
    array([1., 1., 2., 2., 2.])
    """
    return slide(x, window, center, edges, nan_policy, see_medians, "median_filter")
