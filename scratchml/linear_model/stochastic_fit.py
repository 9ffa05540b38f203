"""Least squares by stochastic gradients: a step after each look at a few rows.

Idea
----
The gradient of a few rows points downhill on average, at a small part of the price of all rows. With a constant step
the weights soon reach the neighbourhood of the best ones, and then dance around them; the average of the places visited
comes ever nearer.

Maths
-----
With standardised columns u and targets z, weights s_i of mean 1, and a batch of m rows::

    v <- v + eta0 / m sum_i s_i u_i (z_i - u_i'v)          average over all updates after two epochs

eta0 = 1 / (2 L), where L is how steeply the gradient of a batch can change, on average over the batches: near the
largest eigenvalue of U'U / n for large batches, near the largest s_i |u_i|^2 for small ones (Gower et al.) ::

    L = n (m - 1) / (m (n - 1)) lambda_max + (n - m) / (m (n - 1)) max_i s_i |u_i|^2

Cost
----
One pass over X for each epoch, in n / batch_size updates, or 10 if those are more.

Differences
-----------
From scikit-learn's SGDRegressor: no penalty; columns are standardised; the intercept follows from the means; the
average is what is returned. The walk is that of `optim/stochastic_gradient.py`.

References
----------
H. Robbins, S. Monro (1951), Ann. Math. Stat. 22. B. T. Polyak, A. B. Juditsky (1992), SIAM J. Control Optim. 30(4).
F. Bach, E. Moulines (2013), "Non-strongly-convex smooth stochastic approximation with convergence rate O(1/n)", NIPS,
section 2 (constant step and average for least squares). R. M. Gower et al. (2019), "SGD: general analysis and improved
rates", ICML (sampling without replacement).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np

from ..core.typing import FloatArray, IntArray, RandomStateLike
from ..optim import stochastic_gradient
from .gradient_fit import Units, find_units, shown
from .problem import Moments, Problem, blocks, times_gram

S = TypeVar("S", bound=Any)
TOL = 1e-5  # of the mean loss; at w = 0 it is 1/2 for each target
LOOK_NUMBERS = 2**16  # of X, looked at together
POWER_ITERATIONS = 8
LEAST_BATCHES = 10  # in an epoch


def largest_row(p: Problem, found: Moments, u: Units, weight: FloatArray) -> float:
    """Return the largest s_i |u_i|^2."""
    top = 0.0
    for s in blocks(slice(0, len(p.X)), max(1, LOOK_NUMBERS // p.X.shape[1])):
        U = (p.X[s] - found.mean_x) * u.inverse
        top = max(top, float((weight[s] * np.einsum("if,if->i", U, U)).max()))
    return top


def largest_eigenvalue(p: Problem, found: Moments, u: Units) -> float:
    """Return the largest eigenvalue of U'U / n (weights counted) by power iterations, a little above it for safety."""
    v = (u.inverse > 0.0).astype(np.float64)
    v *= 1.0 + 0.1 * np.cos(np.arange(len(v)))  # not at right angles to the eigenvector, but by a rare chance
    size = 0.0
    for _ in range(POWER_ITERATIONS):
        length = float(np.linalg.norm(v))
        if length == 0.0:
            return 0.0
        v = u.inverse * times_gram(p, found, (u.inverse * v / length)[:, None])[:, 0]
        size = float(np.linalg.norm(v))
    return 1.2 * size / found.total


def stumble(
    p: Problem,
    found: Moments,
    step: S,
    eta0: float | None,
    batch_size: int,
    max_iter: int,
    tol: float | None,
    random_state: RandomStateLike,
) -> Iterator[S]:
    """Yield a step "epoch" after each pass over the rows; `change` is the largest entry of its gradient."""
    (n, d), t = p.X.shape, p.Y.shape[1]
    weight = np.ones(n) if p.weight is None else p.weight * (n / found.total)
    m, at_once = min(batch_size, max(1, n // LEAST_BATCHES)), max(1, LOOK_NUMBERS // d)
    u, spread = find_units(p, found), np.sqrt(found.total)
    u = Units(u.inverse * spread, u.height / spread, u.unit)

    def mean_over(rows: IntArray, v: FloatArray) -> tuple[float, FloatArray]:
        if len(rows) > max(at_once, m):  # all of them, at the start
            parts = [(len(some), *mean_over(some, v)) for some in np.split(rows, range(at_once, len(rows), at_once))]
            loss = sum(many * part for many, part, _ in parts) / len(rows)
            return loss, np.asarray(sum(many * slope for many, _, slope in parts)) / len(rows)
        U = (p.X[rows] - found.mean_x) * u.inverse
        r = (p.Y[rows] - found.mean_y) / u.height - U @ v.reshape(d, t)
        pulled = r * (weight[rows] / len(rows))[:, None]
        return 0.5 * float(np.vdot(r, pulled)), -(U.T @ pulled).ravel()

    if eta0 is None:
        share = (n - m) / (m * max(n - 1, 1))
        steepest = (1.0 - share) * largest_eigenvalue(p, found, u) + share * largest_row(p, found, u, weight)
        eta0 = 0.5 / steepest if steepest > 0.0 else 1.0
    walk = stochastic_gradient(
        mean_over,
        np.zeros(d * t),
        n,
        step_size=eta0,
        schedule="constant",
        batch_size=m,
        average=2 * -(-n // m) + 1,
        max_iter=max_iter,
        tol=TOL if tol is None else tol,
        random_state=random_state,
    )
    yield from shown(p, found, step, walk, u, "epoch", "sgd")
