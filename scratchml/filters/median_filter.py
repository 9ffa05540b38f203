"""Median filter: each value becomes the median of its neighbourhood.

Idea
----
A spike moves a mean but not a median, and where the signal jumps, the median jumps with it. So spikes narrower than
half the window vanish, and edges stay sharp.

Maths
-----
y_i = median of the values in the window at i. The window is kept sorted: the value that enters takes the place of the
one that leaves, and is moved past its neighbours until the order is right again.

Cost
----
log w + (places moved) for each value: w / 3 moves of neighbours in memory on average for pure noise (as fast as memory
is copied), a few for a smooth signal; never a sort. Memory: w.

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

from ..core.jit import kernel
from ..core.typing import Array, FloatArray, MatrixLike
from .window import slide

NOTHING = float("nan")


@kernel
def find_place(ordered: Array, m: int, x: float) -> int:
    """Return the first of the m places whose value is not below x. ordered (w,), sorted up to m: read."""
    low, high = 0, m
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def move_down(values: Array) -> None:
    """Move all values but the first one place to the left. values (m,): overwritten."""
    for j in range(values.shape[0] - 1):
        values[j] = values[j + 1]


@kernel
def move_up(values: Array) -> None:
    """Move all values but the last one place to the right. values (m,): overwritten."""
    move_down(values[::-1])


@kernel
def settle(ordered: Array, m: int, place: int, x: float) -> None:
    """Fill the gap at `place` by x, where m values are sorted but for the gap. ordered (w,): overwritten."""
    # plainly: swap x with its neighbour on the wrong side until there is none. Here its new place is looked up
    # first, so that what lies between can be moved in one go, at the speed of memory.
    if place > 0 and ordered[place - 1] > x:
        new = find_place(ordered, place, x)
        move_up(ordered[new : place + 1])
    else:
        new = place + find_place(ordered[place + 1 : m], m - place - 1, x)
        move_down(ordered[place : new + 1])
    ordered[new] = x


@kernel
def slide_window(ordered: Array, m: int, leaving: float, entering: float) -> int:
    """Let one value leave the sorted window and one enter (NaN for none); return how many it holds.

    ordered (w,), sorted up to m: overwritten.
    """
    if leaving == leaving:
        place = find_place(ordered, m, leaving)
        if entering == entering:
            settle(ordered, m, place, entering)
            return m
        for j in range(place, m - 1):
            ordered[j] = ordered[j + 1]
        return m - 1
    if entering == entering:
        settle(ordered, m + 1, m, entering)
        return m + 1
    return m


@kernel
def middle_value(ordered: Array, m: int) -> float:
    """Return the median of m sorted values, NaN of none. ordered (w,): read."""
    return 0.5 * (ordered[(m - 1) // 2] + ordered[m // 2]) if m > 0 else NOTHING


@kernel
def median_windows(padded: Array, w: int, median: Array) -> None:
    """Write the median of each window. padded (n + w - 1,), NaN for nothing: read. median (n,): overwritten."""
    ordered, m = np.empty(w), 0
    for i in range(padded.shape[0]):
        m = slide_window(ordered, m, padded[i - w] if i >= w else NOTHING, padded[i])
        if i >= w - 1:
            median[i - w + 1] = middle_value(ordered, m)


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
    return slide(x, window, center, edges, nan_policy, median_windows, "median_filter")
