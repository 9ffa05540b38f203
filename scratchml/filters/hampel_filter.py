"""Hampel filter: a value too far from the median of its neighbourhood is replaced by it; all others stay.

Idea
----
The median filter changes every value. This one first asks whether a value is a spike, by its neighbourhood's own
measure of spread, which spikes cannot inflate.

Maths
-----
m_i = median of the window at i, S_i = 1.4826 median |x_j - m_i| over the window (of normal data, the deviation).
y_i = m_i if |x_i - m_i| > n_sigmas S_i, else x_i.
The window is kept sorted as in the median filter, so the distances from m_i grow outwards from the middle on both
sides: two sorted lists. How many of the k nearest values lie on the left is found by bisection. In a wide window the
value that enters takes the place of the one that leaves, found by bisection, and only what lies between is moved.

Cost
----
As for the median filter, and log w more for each value.

Differences
-----------
A missing value stays missing. Where half of a window is equal, S_i = 0 and whatever differs is replaced.

References
----------
R. K. Pearson (2002), "Outliers in process modeling and identification", IEEE Trans. Control Systems Technology 10(1),
55-63: section IV. F. R. Hampel (1974), "The influence curve and its role in robust estimation", JASA 69(346), 383-393.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel
from ..core.rules import Rule, boolean, check_rules, real
from ..core.typing import Array, FloatArray, MatrixLike
from .median_filter import empty_window, middle_value, slide_window
from .window import slide

SPREAD = 1.4826  # 1 / the upper quartile of the standard normal distribution
NOTHING = float("nan")
WIDE = 900  # places of a window from which on moving some is cheaper than writing all (measured)
RULES: dict[str, Rule] = {"n_sigmas": real(0.0), "return_mask": boolean}


@lean_kernel
def find_place(ordered: Array, m: int, x: float) -> int:
    """Return the first of the m places whose value is not below x. ordered (w,), sorted up to m: read."""
    # plainly: bisection. Written so that a processor need not guess which half it will be.
    first, size = 0, m
    while size > 1:
        half = size // 2
        first += half if ordered[first + half - 1] < x else 0
        size -= half
    return first + (1 if size == 1 and ordered[first] < x else 0)


@lean_kernel
def move_down(values: Array) -> None:
    """Move all values but the first one place to the left. values (m,): overwritten."""
    for j in range(values.shape[0] - 1):
        values[j] = values[j + 1]


@lean_kernel
def move_up(values: Array) -> None:
    """Move all values but the last one place to the right. values (m,): overwritten."""
    move_down(values[::-1])


@lean_kernel
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


@lean_kernel
def slide_wide_window(ordered: Array, m: int, leaving: float, entering: float) -> int:
    """Let one of m values leave a sorted window and one enter (NaN for none); return how many it holds then.

    ordered (w,), sorted up to m: overwritten.
    """
    goes, comes = leaving == leaving, entering == entering
    place = find_place(ordered, m, leaving) if goes else m
    if comes:
        settle(ordered, m if goes else m + 1, place, entering)
    elif goes:
        move_down(ordered[place:m])
    return m + (1 if comes else 0) - (1 if goes else 0)


@lean_kernel
def nearest_below(ordered: Array, m: int, center: float, k: int) -> int:
    """Return how many of the k values nearest to the center (ties to the left) are below it.

    ordered (w,), sorted up to m >= k: read.
    """
    split = find_place(ordered, m, center)
    low, high = max(0, k - (m - split)), min(k, split)
    while low < high:
        left = (low + high + 1) // 2  # does the left-th value on the left belong to the k nearest?
        right = split + k - left  # it does unless this one on the right is nearer
        if right < m and ordered[right] - center < center - ordered[split - left]:
            high = left - 1
        else:
            low = left
    return low


@lean_kernel
def distance_of(ordered: Array, m: int, center: float, k: int) -> float:
    """Return the k-th smallest distance, k >= 1, of m sorted values from their center. ordered (w,): read."""
    split, left = find_place(ordered, m, center), nearest_below(ordered, m, center, k)
    on_left = center - ordered[split - left] if left > 0 else 0.0
    on_right = ordered[split + k - left - 1] - center if left < k else 0.0
    return max(on_left, on_right)


@lean_kernel
def middle_distance(ordered: Array, m: int, center: float) -> float:
    """Return the median distance of m > 0 sorted values from their center. ordered (w,): read."""
    upper = distance_of(ordered, m, center, m // 2 + 1)
    return upper if m % 2 == 1 else 0.5 * (distance_of(ordered, m, center, m // 2) + upper)


@lean_kernel
def judge_windows(padded: Array, w: int, window: Array, spare: Array, median: Array, spread: Array) -> None:
    """Write median and median distance of each window.

    padded (n + w - 1,), NaN for nothing: read. window, spare: empty windows, overwritten. median, spread (n,):
    overwritten.
    """
    m, wide = 0, window.shape[0] > WIDE
    for i in range(padded.shape[0]):
        leaving, entering = padded[i - w] if i >= w else NOTHING, padded[i]
        if wide:
            m = slide_wide_window(window[1:], m, leaving, entering)
        else:
            m = slide_window(window, spare, m, leaving, entering)
            window, spare = spare, window
        if i >= w - 1:
            ordered = window[1:]
            center = middle_value(ordered, m)
            median[i - w + 1] = center
            spread[i - w + 1] = middle_distance(ordered, m, center) if m > 0 else NOTHING


def hampel_filter(
    x: MatrixLike,
    window: int = 7,
    *,
    n_sigmas: float = 3.0,
    center: bool = True,
    edges: str = "shrink",
    nan_policy: str = "raise",
    return_mask: bool = False,
) -> FloatArray | tuple[FloatArray, Array]:
    """Return a signal without its spikes.

    Parameters
    ----------
    x : a signal (n,), or signals in the columns of (n, d)
    window : how many values are compared
    n_sigmas : how many standard deviations from the median a value may lie
    center : whether the window lies around each time, or ends there
    edges : as for `moving_average`
    nan_policy : "raise"; "omit" to judge by what is there; "propagate" for NaN wherever the window holds one
    return_mask : return also which values were replaced

    Returns
    -------
    y : array of the shape of x
    mask : booleans of the same shape, only with `return_mask`

    Raises
    ------
    TypeError, ValueError
        For a wrong argument; for infinity, and NaN where that is refused.

    References
    ----------
    Pearson (2002); see the top of this file.

    Examples
    --------
    >>> from scratchml.filters import hampel_filter
    >>> hampel_filter([1.0, 2.0, 90.0, 3.0, 5.0], window=5)
    array([1., 2., 3., 3., 5.])
    """
    check_rules("hampel_filter", RULES, {"n_sigmas": n_sigmas, "return_mask": return_mask})

    def see(padded: FloatArray, w: int, out: FloatArray) -> None:
        left = w // 2 if center else w - 1
        own = padded[left : left + len(out)]
        median, spread = np.empty(len(out)), np.empty(len(out))
        judge_windows(padded, w, empty_window(w), empty_window(w), median, spread)
        spike = np.abs(own - median) > n_sigmas * (SPREAD * spread)  # False for NaN
        out[:] = np.where(spike, median, own)

    found = slide(x, window, center, edges, nan_policy, see, "hampel_filter")
    if not return_mask:
        return found
    given = np.asarray(x, dtype=np.float64)
    return found, (found != given) & ~np.isnan(found)
