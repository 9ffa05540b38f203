"""Moving average: each value becomes the mean of its neighbourhood.

Idea
----
Noise of both signs cancels in a mean; the wider the window the better, and the more is lost of what is narrower.

Maths
-----
y_i = mean of the values in the window at i. Sums of all windows in O(n), by additions only (van Herk's scheme): cut the
signal into blocks of w; a window covers the end of one block and the beginning of the next::

    sum_i = (sum from i to the end of i's block) + (sum from the beginning of the next block to i + w - 1)

The usual way, adding the value that enters and subtracting the one that leaves, carries every rounding on for ever.

Cost
----
O(n) for any window.

Differences
-----------
From pandas and SciPy: no rounding is carried on, so a huge value leaves no trace once it has left the window.

References
----------
M. van Herk (1992), "A fast algorithm for local minimum and maximum filters", Pattern Recognition Letters 13, 517-521.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, MatrixLike
from .window import slide

NOTHING = float("nan")


@lean_kernel
def average_block(values: Array, ahead: Array, mean: Array) -> float:
    """Write the means of the w windows that begin in one block, and return a sum of all values: NaN if one is missing.

    values (2 w - 1,), the block and what the windows see of the next one: read. ahead (w,): scratch space. mean (w,):
    overwritten.
    """
    w = mean.shape[0]
    own, following = values[:w], values[w:]
    behind, beyond = 0.0, 0.0
    ahead[0] = 0.0
    for j in range(w - 1):  # two sums that do not wait for each other
        behind += own[w - 1 - j]
        mean[w - 1 - j] = behind  # from there to the end of the block
        beyond += following[j]
        ahead[j + 1] = beyond  # the first j + 1 values of the next block
    mean[0] = behind + own[0]
    total: float = mean[0] + beyond
    for j in range(w):
        mean[j] = (mean[j] + ahead[j]) / w
    return total


@lean_kernel
def average_block_with_holes(padded: Array, first: int, w: int, mean: Array) -> None:
    """Write the means of the windows that begin in one block. padded: read. mean[first : first + w]: overwritten."""
    n = mean.shape[0]
    total, count = 0.0, 0
    for i in range(min(first + w, padded.shape[0]) - 1, first - 1, -1):
        x = padded[i]
        if x == x:
            total += x
            count += 1
        if i < n:  # the sum from i to the end of the block
            mean[i] = total
    ahead, there = 0.0, 0
    for i in range(first, min(first + w, n)):
        if i > first:
            x = padded[i + w - 1]
            if x == x:
                ahead += x
                there += 1
            gone = padded[i - 1]
            count -= 1 if gone == gone else 0
        both = count + there
        mean[i] = (mean[i] + ahead) / both if both > 0 else NOTHING


@lean_kernel
def average_windows(padded: Array, w: int, ahead: Array, mean: Array) -> None:
    """Write the mean of each window's values.

    padded (n + w - 1,), NaN for nothing: read. ahead (w,): scratch space. mean (n,): overwritten.
    """
    n = mean.shape[0]
    for first in range(0, n, w):  # the windows that begin in this block
        total = NOTHING
        if first + w <= n:
            total = average_block(padded[first : first + 2 * w - 1], ahead, mean[first : first + w])
        if total != total:
            average_block_with_holes(padded, first, w, mean)


def see_means(padded: FloatArray, w: int, out: FloatArray) -> None:
    """Overwrite out (n,) by the means of the windows of padded (n + w - 1,)."""
    average_windows(padded, w, np.empty(w), out)


def moving_average(
    x: MatrixLike, window: int = 5, *, center: bool = True, edges: str = "shrink", nan_policy: str = "raise"
) -> FloatArray:
    """Return the means of a window that slides along a signal.

    Parameters
    ----------
    x : a signal (n,), or signals in the columns of (n, d)
    window : how many values it covers
    center : whether it lies around each time, or ends there (then the result knows nothing of the future)
    edges : what lies beyond the ends: "shrink" (nothing: fewer values), "nan" (no result there), "nearest", "reflect",
        "mirror" (the signal goes on); see `filters/window.py`
    nan_policy : "raise"; "omit" for the mean of what is there (NaN where nothing is); "propagate" for NaN wherever
        the window holds one

    Returns
    -------
    y : array of the shape of x

    Raises
    ------
    TypeError, ValueError
        For a wrong argument; for infinity, and NaN where that is refused.

    References
    ----------
    van Herk (1992); see the top of this file.

    Examples
    --------
    >>> from scratchml.filters import moving_average
    >>> moving_average([1.0, 2.0, 6.0, 4.0], window=3)
    array([1.5, 3. , 4. , 5. ])
    """
    return slide(x, window, center, edges, nan_policy, see_means, "moving_average")
