"""The axes that a picture is drawn on: those given, or new ones. Matplotlib is loaded with the first picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any


def check_axes(ax: Any, name: str = "ax") -> Axes:
    """Return `ax`.

    Raises
    ------
    TypeError
        If it is no axes of Matplotlib.
    """
    from matplotlib.axes import Axes as Known

    if not isinstance(ax, Known):
        given = "an array; give one of its axes" if hasattr(ax, "shape") else f"of type {type(ax).__name__}"
        raise TypeError(f"{name} is {given}: axes such as plt.subplots()[1], or None for a new picture.")
    return ax


def new_axes(ax: Any = None, height: float = 4.8) -> Axes:
    """Return the axes given, or where None, those of a new picture of some height in inches.

    Raises
    ------
    TypeError
        If `ax` is neither.
    """
    if ax is not None:
        return check_axes(ax)
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(6.4, height), layout="constrained")[1]
