"""SAGA: stochastic gradients whose noise dies out, because each sample's last gradient is remembered.

Idea
    The gradient of one sample is a noisy guess of the mean gradient. But if you remember what this sample said last
    time, and the mean of what all said last time, you can correct the guess: near the minimum hardly any sample says
    anything new, so the noise goes to 0 and the steps need not shrink. One sample's price per step, and still the
    error shrinks by a constant factor per epoch.
Maths
    minimise 1/n sum_i loss_i(w) + penalty(w). table[i] is the gradient of loss_i when it was last looked at::

        draw i at random
        new = gradient of loss_i at w
        w <- prox(w - step_size (new - table[i] + average))        average = 1/n sum_i table[i], before this step
        average <- average + (new - table[i]) / n,      table[i] <- new

    step_size = 1 / (3 L), L the largest curvature of any loss_i. Then, with curvature of the mean at least m, the
    squared distance from the minimum shrinks on average by 1 - min(1 / (4 n), m / (3 L)) a step (corollary 1).
Cost
    n d numbers for the table; an epoch is n draws and, so that every step shows the true loss and gradient, one look
    at all samples together. For linear models the table is n numbers, and machine code turns it: `saga_linear.py`.
Differences
    None. scikit-learn starts from a table of zeros; here it starts from the gradients at w.
References
    Defazio, Bach, Lacoste-Julien (2014), NIPS 27: section 2 (the method), corollary 1. Schmidt, Le Roux, Bach (2017),
    Mathematical Programming 162, section 4 (implementation).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..core import check_random_state
from ..core.jit import kernel
from ..core.rules import integer, real
from ..core.typing import Array, FloatArray, RandomStateLike, VectorLike
from .objective import Step, check_method, read_answer, start_at
from .penalties import Penalty, checked_penalty, soft_threshold
from .stochastic_gradient import FiniteSum, check_callable

RULES = {"n": integer(1), "step_size": real(0.0, open_low=True)}


@kernel
def take_step(
    w: Array, new: Array, old: Array, average: Array, n: int, step: float, l1: float, l2: float, positive: bool
) -> None:
    """Step by a sample's new gradient, and remember it. new (d,): read. w, old, average (d,): overwritten."""
    for f in range(w.shape[0]):
        change = new[f] - old[f]
        moved = w[f] - step * (change + average[f])
        w[f] = soft_threshold(moved, step * l1, positive) / (1.0 + step * l2)
        average[f] += change / n
        old[f] = new[f]


def saga(
    mean_over: FiniteSum,
    w: VectorLike,
    n: int,
    *,
    step_size: float,
    penalty: Penalty | None = None,
    max_iter: int = 100,
    tol: float = 1e-4,
    random_state: RandomStateLike = None,
) -> Iterator[Step]:
    """Yield the steps of SAGA: "start", then "epoch" after every n draws.

    Parameters
    ----------
    mean_over : function of (rows, w) that returns the mean over the samples `rows`, an int array, of (loss, gradient)
    w : where to start, shape (d,); copied
    n : the number of samples
    step_size : 1 / (3 L), L the largest curvature of one sample's loss
    penalty : what is added to the mean loss; nothing by default
    max_iter : most epochs
    tol : stop when 0 is no further than this from the slopes of mean loss + penalty, in any coordinate
    random_state : decides which samples are drawn

    Returns
    -------
    Iterator[Step]
        `loss` is that of mean loss + penalty, `gradient` the mean loss's, `gradient_norm` the distance compared with
        `tol`; `n_evaluations` counts samples. The last step's `name` is "diverged" where the method could not go on.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used, at once; for a loss that is not finite at the start, when it is taken.
    """
    check_method("saga", RULES, n=n, step_size=step_size, max_iter=max_iter, tol=tol)
    chosen = checked_penalty(penalty)
    check_callable(mean_over)
    rng = check_random_state(random_state)
    return _epochs(mean_over, start_at(w), n, float(step_size), chosen, max_iter, tol, rng)


def _epochs(
    mean_over: FiniteSum,
    w: FloatArray,
    n: int,
    step_size: float,
    penalty: Penalty,
    max_iter: int,
    tol: float,
    rng: np.random.RandomState,
) -> Iterator[Step]:
    everything, gradient = np.arange(n), np.empty_like(w)

    def look(name: str, iteration: int) -> Step:
        """Return the step at w, worked out from all samples."""
        with np.errstate(all="ignore"):
            loss = read_answer("mean_over", mean_over(everything, w), gradient) + penalty.value(w)
        norm = penalty.stationarity(w, gradient)
        name, converged = (name, norm <= tol) if np.isfinite(loss + norm) else ("diverged", False)
        looks = 2 * iteration + (2 if iteration else 1)  # an epoch is n draws and a look; one look more, for the table
        return Step(name, iteration, w, loss, gradient, norm, step_size, looks * n, converged)

    step = look("start", 0)
    if step.name == "diverged":
        raise ValueError(f"loss={step.loss} at the start; start from another w, or scale the data.")
    yield step
    if step.converged or not max_iter:
        return
    table, new = np.empty((n, w.size)), np.empty_like(w)
    with np.errstate(all="ignore"):
        for i in range(n):
            read_answer("mean_over", mean_over(everything[i : i + 1], w), table[i])
        average = table.mean(axis=0)
    while not step.converged and step.iteration < max_iter and step.name != "diverged":
        with np.errstate(all="ignore"):
            for i in rng.randint(n, size=n):
                read_answer("mean_over", mean_over(everything[i : i + 1], w), new)
                take_step(w, new, table[i], average, n, step_size, *penalty)
        step = look("epoch", step.iteration + 1)
        yield step
