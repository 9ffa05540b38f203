"""Patches: what a convolution looks at, one row for each place (im2col), and its way back.

Idea
    A convolution is a product of matrices once every patch of the image lies in a row. Images are stored with the
    channels last, so one line of a patch, width x channels numbers, is one run of memory and is copied at a stroke.
    The way back adds each number of a row to the place in the image that it was copied from.
Maths
    P: x -> rows is linear, with rows[(i, u, v), (p, q, c)] = x[i, u s - top + p, v s - left + q, c], 0 outside of the
    image. `scatter_patches` is its adjoint P': <P x, r> = <x, P' r>.
Cost
    Each way one pass over the rows: places x height x width x channels numbers.
Differences
    None.
References
    Chellapilla, Puri, Simard (2006), "High performance convolutional neural networks for document processing",
    section 3. Dumoulin, Visin (2016), "A guide to convolution arithmetic for deep learning", relationships 6 and 12.
"""

from __future__ import annotations

from typing import NamedTuple

from ...core.jit import kernel
from ...core.typing import Array

FEW = 4  # channels: with fewer, the way back adds runs of several pixels


class Window(NamedTuple):
    """A window and how it slides: whole numbers only."""

    height: int
    width: int
    down: int  # stride
    right: int
    top: int  # lines of padding above
    left: int
    rows: int  # places from top to bottom: height of the result
    columns: int


def slide(
    size: tuple[int, int], window: tuple[int, int], stride: tuple[int, int], padding: str, name: str = "The layer"
) -> Window:
    """Return the window's places in an image of `size` (height, width).

    "valid": inside the image only. "same": ceil(size / stride) places, padded alike on both sides; a line that is left
    over goes below and to the right.

    Raises
    ------
    ValueError
        If the window is larger than the image, with "valid".
    """
    if padding == "valid":
        if window[0] > size[0] or window[1] > size[1]:
            raise ValueError(
                f"{name}: a window of {window[0]} x {window[1]} does not fit into images of {size[0]} x {size[1]}; "
                'make it smaller, or give padding="same".'
            )
        places = [(n - k) // s + 1 for n, k, s in zip(size, window, stride)]
        return Window(*window, *stride, 0, 0, *places)
    places = [-(-n // s) for n, s in zip(size, stride)]
    outside = [max((u - 1) * s + k - n, 0) for n, k, s, u in zip(size, window, stride, places)]
    return Window(*window, *stride, outside[0] // 2, outside[1] // 2, *places)


@kernel
def gather_patches(x: Array, rows: Array, channels: int, window: Window) -> None:
    """Copy each patch of x (b, height, width * channels), read, to a line of rows (b * places, patch), overwritten."""
    height, width, down, right, top, left, n_rows, n_columns = window
    run, r = width * channels, 0
    for i in range(x.shape[0]):
        for u in range(n_rows):
            for v in range(n_columns):
                first = (v * right - left) * channels  # of the patch's numbers in each line of the image
                begin, end = max(0, -first), min(run, x.shape[2] - first)  # those inside the image
                for p in range(height):
                    line, to = u * down - top + p, p * run
                    if line < 0 or line >= x.shape[1]:
                        rows[r, to : to + run] = 0.0
                        continue
                    for q in range(to, to + begin):
                        rows[r, q] = 0.0
                    # views, so that the compiler knows all places to be 0 or more: twice as fast
                    here, there = x[i, line, first + begin : first + end], rows[r, to + begin : to + end]
                    for q in range(here.shape[0]):
                        there[q] = here[q]
                    for q in range(to + end, to + run):
                        rows[r, q] = 0.0
                r += 1


@kernel
def scatter_patches(rows: Array, x: Array, channels: int, window: Window) -> None:
    """Add each line of rows (b * places, patch), read, to its patch of x (b, height, width * channels), overwritten.

    One line of the image after the other, which stays in the cache until all that belongs to it has come.
    """
    height, _, down, _, top, _, n_rows, n_columns = window
    for i in range(x.shape[0]):
        for line in range(x.shape[1]):
            x[i, line, :] = 0.0
            for p in range(height):
                u, rest = divmod(line + top - p, down)
                if rest == 0 and 0 <= u < n_rows:
                    first = (i * n_rows + u) * n_columns
                    if channels < FEW:
                        add_runs(rows[first : first + n_columns], x[i, line], p, channels, window)
                    else:
                        add_pixels(rows[first : first + n_columns], x[i, line], p, channels, window)


@kernel
def add_runs(rows: Array, line: Array, p: int, channels: int, window: Window) -> None:
    """Add line p of each patch, rows (columns, patch), read, to a line of the image (run,), overwritten."""
    _, width, _, right, _, left, _, _ = window
    run = width * channels
    for v in range(rows.shape[0]):
        first = (v * right - left) * channels
        for q in range(max(0, -first), min(run, line.shape[0] - first)):
            line[first + q] += rows[v, p * run + q]


@kernel
def add_pixels(rows: Array, line: Array, p: int, channels: int, window: Window) -> None:
    """Do as `add_runs`, pixel by pixel: patches overlap, and what was just written is not needed again at once."""
    _, width, _, right, _, left, _, _ = window
    pixels = line.shape[0] // channels
    for q in range(width):
        at = (p * width + q) * channels
        begin = max(0, -((q - left) // right))  # the patches whose place q is a pixel of the image
        end = min(rows.shape[0], (pixels - 1 + left - q) // right + 1)
        for v in range(begin, end):
            first = (v * right - left + q) * channels
            here, there = rows[v, at : at + channels], line[first : first + channels]
            for c in range(channels):
                there[c] += here[c]
