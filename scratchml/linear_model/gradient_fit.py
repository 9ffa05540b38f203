"""Least squares by gradient descent: no equations are solved, the weights walk downhill.

Idea
----
The sum of squares is a bowl, and its gradient at w, X'r, takes one pass over X. Step against it until it is nil. The
bowl is round if columns are at right angles and of one length; so each column is first divided by its length, or else
the walk zigzags through a valley as narrow as one unit of measurement is smaller than the other.

Maths
-----
With X centred, u_f = x_f / |x_f|, z = y / |y| and v_f = w_f |x_f| / |y|::

    minimise |z - U v|^2 / 2          v <- v + eta0 U'(z - U v)

U'(z - U v) holds the cosines between columns and residual: it is what `tol` is compared with. Curvatures lie between 0
and d; eta0 < 2 / d is always safe. Without eta0 a line search shortens each step until the loss falls.

Cost
----
One pass over X, 4 n d operations, for each evaluation; nothing is stored beside X.

Differences
-----------
The walk is that of `optim/gradient_descent.py`; several targets are walked at once, with a common step.

References
----------
A. Cauchy (1847), Comptes Rendus 25. S. Boyd, L. Vandenberghe, "Convex optimization", section 9.3.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import reduce
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ..core import ConvergenceWarning, both, map_chunks, one_blas_thread
from ..core.typing import FloatArray
from ..optim import Step as OptimStep
from ..optim import gradient_descent
from .factorisations import varying_columns
from .problem import Moments, Problem, blocks, centred_block, in_units, row_chunks, workspace

S = TypeVar("S", bound=Any)
TOL = 1e-8  # of a cosine


class Units(NamedTuple):
    """What v is measured in: w = v unit."""

    inverse: FloatArray  # (d,) 1 / length of the centred columns, 0 for constant ones
    height: FloatArray  # (t,) length of the centred targets, 1 for constant ones
    unit: FloatArray  # (d, t) height / length


def find_units(p: Problem, found: Moments) -> Units:
    """Return the lengths of columns and targets, centred and weighted."""
    columns, _, length, _ = varying_columns(found)
    inverse = np.zeros(p.X.shape[1])
    inverse[columns] = 1.0 / length
    one = 1.0 if p.root is None else p.root[:, None]
    height = np.linalg.norm(one * (p.Y - found.mean_y), axis=0)
    height = np.where(height > 0.0, height, 1.0)
    return Units(inverse, height, inverse[:, None] * height)


def descend(p: Problem, found: Moments, step: S, eta0: float | None, max_iter: int, tol: float | None) -> Iterator[S]:
    """Yield a step "descend" after each iteration; `change` is the largest cosine left."""
    d, t = found.moment.shape
    portions, size = row_chunks(len(p.X), d, False)
    u = find_units(p, found)

    def loss_and_gradient(v: FloatArray) -> tuple[float, FloatArray]:
        w = v.reshape(d, t) * u.unit

        def task(rows: slice) -> tuple[float, FloatArray]:
            loss, g, A = 0.0, np.zeros((d, t)), workspace(p, size)
            for s in blocks(rows, size):
                block = centred_block(p, s, found.mean_x, found.mean_y, A)
                r = (block[:, d:-1] - block[:, :d] @ w) / u.height
                loss += float(np.vdot(r, r))
                g += block[:, :d].T @ r
            return loss, g

        with one_blas_thread():
            parts = map_chunks(task, portions, p.n_jobs)
        slope = reduce(np.add, (g for _, g in parts)) * u.inverse[:, None]
        return 0.5 * sum(loss for loss, _ in parts), -slope.ravel()

    tol = TOL if tol is None else tol
    walk = gradient_descent(loss_and_gradient, np.zeros(d * t), step_size=eta0, max_iter=max_iter, tol=tol)
    yield from shown(p, found, step, walk, u, "descend", "gd")


def quietly(walk: Iterator[OptimStep]) -> Iterator[OptimStep]:
    """Yield the steps of a walk; overflow in it is no warning, as a walk that diverges says so itself."""
    while True:
        with np.errstate(over="ignore", invalid="ignore"):
            at = next(walk, None)
        if at is None:
            return
        yield at


def shown(
    p: Problem, found: Moments, step: S, walk: Iterator[OptimStep], u: Units, name: str, solver: str
) -> Iterator[S]:
    """Yield the steps of a method of `optim` as this room's, w in the units of the data.

    Raises
    ------
    ValueError
        If the method diverged.
    """
    first = np.inf
    for at in quietly(walk):
        first = at.loss if at.iteration == 0 else first
        if at.name == "diverged" or (at.converged and at.loss > 2.0 * first):  # no rest, but no fall either
            raise ValueError(
                f"solver={solver!r} diverged in iteration {at.iteration}: steps of eta0={at.step_size:.3g} are too "
                "long for these data; give a smaller eta0, or None."
            )
        w = at.w.reshape(u.unit.shape) * u.unit
        weights, intercept = in_units(p, w, found.mean_y - found.mean_x @ w)
        step = step._replace(name=name, w=weights, intercept=intercept, solver=solver)
        yield step._replace(change=at.gradient_norm, n_iter=max(at.iteration, 1))
    if not at.converged and at.name != "stuck":
        warnings.warn(
            f"solver={solver!r} did not converge within {at.iteration} iterations; raise max_iter or tol, or take "
            "solver='auto', which needs no iterations.",
            both(ConvergenceWarning),
            stacklevel=2,
        )
