"""Pictures of a mixture of Gaussians: each component as ellipses over the rows, and how EM moved them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core import check_array, check_is_fitted, record
from ..core.axes import new_axes
from ..core.rules import check_rules, integer
from ..core.typing import FloatArray, MatrixLike
from .shap import names_for

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any
    FuncAnimation: TypeAlias = Any

COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]  # Okabe and Ito
DEVIATIONS = (1.0, 2.0)  # how far from the mean the ellipses are drawn


def covariance_of(covariances: FloatArray, j: int, shape: str) -> FloatArray:
    """Return the covariance (2, 2) of component j; covariances as in `GaussianMixture.covariances_`."""
    found = covariances if shape == "tied" else covariances[j]
    return np.eye(2) * found if shape in ("diag", "spherical") else np.asarray(found)


def draw_components(ax: Axes, weights: FloatArray, means: FloatArray, covariances: FloatArray, shape: str) -> None:
    """Draw ellipses at one and two standard deviations, the stronger the larger the weight."""
    from matplotlib.patches import Ellipse

    for j, mean in enumerate(means):
        squares, axes = np.linalg.eigh(covariance_of(covariances, j, shape))
        angle = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
        color = COLOURS[j % len(COLOURS)]
        for deviation in DEVIATIONS:
            width, height = 2.0 * deviation * np.sqrt(np.maximum(squares[::-1], 0.0))
            ax.add_patch(
                Ellipse(tuple(mean), width, height, angle=angle, fill=False, edgecolor=color, linewidth=1.8, zorder=3)
            )
        ax.scatter(mean[0], mean[1], marker="X", s=40 + 160 * weights[j], color=color, edgecolor="black", zorder=4)


def check_rows(X: MatrixLike) -> FloatArray:
    """Return X as an array (n, 2).

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    rows: FloatArray = check_array(X)
    if rows.shape[1] != 2:
        raise ValueError(f"X has shape {rows.shape}; ellipses need rows of two columns, (n, 2).")
    return rows


def blend(share: FloatArray) -> FloatArray:
    """Return the colour of each row, (n, 3): the components' colours mixed by its shares (n, k)."""
    from matplotlib.colors import to_rgb

    palette = np.array([to_rgb(COLOURS[j % len(COLOURS)]) for j in range(share.shape[1])])
    return np.asarray(np.clip(share @ palette, 0.0, 1.0))


def draw_ellipses(model: Any, X: MatrixLike, *, ax: Axes | None = None) -> Axes:
    """Draw rows in the colours of their components, and each component as ellipses at one and two deviations.

    Parameters
    ----------
    model : a fitted GaussianMixture
    X : rows, shape (n, 2)
    ax : where to draw; a new picture where None

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    NotFittedError
        Before the model is fitted.
    TypeError, ValueError
        If X is not of shape (n, 2).
    """
    check_is_fitted(model, "means_")
    rows = check_rows(X)
    ax = new_axes(ax)
    ax.scatter(rows[:, 0], rows[:, 1], s=10, c=blend(model.predict_proba(rows)), alpha=0.7, zorder=2)
    draw_components(ax, model.weights_, model.means_, model.covariances_, model.covariance_type)
    k = len(model.means_)
    ax.set_title(f"{k} component{'s' if k > 1 else ''} ({model.covariance_type}), bound {model.lower_bound_:.3g}")
    names = names_for(2, None, X)
    ax.set(xlabel=names[0], ylabel=names[1])
    ax.set_aspect("equal", adjustable="box")  # a layout knows how wide the labels of such axes are
    return ax


def film_em(model: Any, X: MatrixLike, *, frames: int = 60, interval: int = 300) -> FuncAnimation:
    """Return the film of a fit by EM: the ellipses after each half-iteration, and the bound as it rises.

    Parameters
    ----------
    model : a GaussianMixture, fitted or not; it is not changed
    X : rows, shape (n, 2)
    frames : how many half-iterations at most, from the first on
    interval : milliseconds between two pictures

    Returns
    -------
    matplotlib.animation.FuncAnimation
        To be saved (``film.save("em.gif", writer="pillow")``) or shown (``film.to_jshtml()``).

    Raises
    ------
    TypeError, ValueError
        If X is not of shape (n, 2), or a parameter of the model is wrong.
    """
    check_rules("film_em", {"frames": integer(1), "interval": integer(1)}, {"frames": frames, "interval": interval})
    rows = check_rows(X)
    import matplotlib.pyplot as plt
    from matplotlib.animation import FuncAnimation

    steps = record(model.__class__(**model.get_params(deep=False)).steps(rows), max_steps=frames)
    centre = rows.mean(axis=0)
    fig, axes = plt.subplots(1, 2, figsize=(10, 4.5), width_ratios=[1.4, 1.0], layout="constrained")

    def show(number: int) -> list[Any]:
        step = steps[number]
        for ax in axes:
            ax.clear()
        axes[0].scatter(rows[:, 0], rows[:, 1], s=10, color="0.6", zorder=2)
        means = step.found.means + (0.0 if step.name == "best" else centre)
        draw_components(axes[0], step.found.weights, means, step.found.covariances, model.covariance_type)
        axes[0].set_title(f"run {step.restart + 1}, iteration {step.iteration}: {step.name}")
        axes[0].set_aspect("equal", adjustable="datalim")
        axes[1].plot(np.arange(1, len(step.bounds) + 1), step.bounds, color=COLOURS[0], marker="o", markersize=4)
        axes[1].set(xlabel="iteration", ylabel="mean log likelihood", title="the bound never falls")
        if len(step.bounds) > 2:  # the first may lie far below, and hide how the others rise
            low, high = step.bounds[1], step.bounds[-1]
            axes[1].set_ylim(low - 0.1 * (high - low) - 1e-6, high + 0.1 * (high - low) + 1e-6)
        axes[1].xaxis.get_major_locator().set_params(integer=True)
        return []

    return FuncAnimation(fig, show, frames=len(steps), interval=interval, blit=False)
