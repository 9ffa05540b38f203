"""Stochastic gradient descent: step after a look at one sample, instead of after a look at all of them.

Idea
    The gradient of a mean of n losses is well guessed from a few of them, at a small part of the price. The guess is
    noisy; so either the steps become smaller as time goes on, or one settles for a neighbourhood of the minimum, or
    takes the average of the places visited, in which the noise cancels.
Maths
    minimise 1/n sum_i loss_i(w) + penalty(w). In each epoch, for each batch of the shuffled samples, t = 1, 2, ...::

        w <- prox(w - step_t gradient of the batch's mean loss)           prox with step_t, see `penalties.py`

        schedule      step_t
        constant      step_size
        invscaling    step_size / t^power
        optimal       1 / (strength (t_0 + t - 1)), with t_0 such that the first is step_size

    Averaging (Polak, Ruppert): average <- average + (w - average) / (updates averaged).
Cost
    One pass over the samples per epoch, two vectors; noise makes the error fall as 1 / t at best, so it is for
    many samples and modest precision.
Differences
    From scikit-learn's SGD: any finite sum, batches, and a penalty's proximal step in place of its (sub)gradient. The
    stopping rule is the same: the epoch's mean loss, each sample's taken just before its own update, has not fallen by
    `tol` for `patience` epochs.
References
    Robbins, Monro (1951), Ann. Math. Stat. 22. Polyak, Juditsky (1992), SIAM J. Control Optim. 30(4). Bottou (2012),
    Stochastic gradient descent tricks, section 5 ("optimal"). Bottou, Curtis, Nocedal (2018), SIAM Review 60(2).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from numbers import Real
from typing import TypeAlias

import numpy as np

from ..core import check_random_state, chunks
from ..core.rules import boolean, either, function, integer, one_of, real
from ..core.typing import FloatArray, IntArray, RandomStateLike, VectorLike
from .objective import Step, check_method, largest, read_answer, start_at
from .penalties import Penalty, checked_penalty

LOOKED_AT = 2**10  # samples at a time, where all are looked at: whoever is asked about them may copy their rows

FiniteSum: TypeAlias = Callable[[IntArray, FloatArray], tuple[float, FloatArray]]
Schedule: TypeAlias = str | Callable[[int], float]

POSITIVE = real(0.0, open_low=True)
RULES = {
    "n": integer(1),
    "step_size": POSITIVE,
    "schedule": either(one_of("constant", "invscaling", "optimal"), function),
    "power": real(0.0),
    "strength": POSITIVE,
    "batch_size": integer(1),
    "average": either(boolean, integer(0)),
    "patience": integer(1),
}


def step_sizes(
    schedule: Schedule, step_size: float, power: float = 0.25, strength: float = 1e-4
) -> Callable[[int], float]:
    """Return the function that gives the size of update t = 1, 2, ... by one of the schedules above.

    >>> from scratchml.optim import step_sizes
    >>> [step_sizes("invscaling", 1.0, power=0.5)(t) for t in (1, 4, 16)]
    [1.0, 0.5, 0.25]
    """
    if callable(schedule):
        return schedule
    if schedule == "constant":
        return lambda t: step_size
    if schedule == "invscaling":
        return lambda t: step_size / t**power
    return lambda t: step_size / (1.0 + strength * step_size * (t - 1))


def stochastic_gradient(
    mean_over: FiniteSum,
    w: VectorLike,
    n: int,
    *,
    step_size: float = 0.01,
    schedule: Schedule = "invscaling",
    power: float = 0.25,
    strength: float = 1e-4,
    batch_size: int = 1,
    average: bool | int = False,
    penalty: Penalty | None = None,
    max_iter: int = 1000,
    tol: float = 1e-3,
    patience: int = 5,
    random_state: RandomStateLike = None,
) -> Iterator[Step]:
    """Yield the steps of stochastic gradient descent: "start", then "epoch" after each pass over the samples.

    Parameters
    ----------
    mean_over : function of (rows, w) that returns the mean over the samples `rows`, an int array, of (loss, gradient)
    w : where to start, shape (d,); copied
    n : the number of samples
    step_size, schedule, power, strength : as in the table above; `schedule` may also be a function of t
    batch_size : samples looked at for one update
    average : return the average of all w from update number `average` on; True is 1, False never
    penalty : what is added to the mean loss; nothing by default
    max_iter : most epochs
    tol, patience : stop when the mean loss has not fallen by `tol` below the best, `patience` epochs in a row
    random_state : decides the order of the samples

    Returns
    -------
    Iterator[Step]
        `loss` and `gradient` are means over the epoch (penalty added to the loss), as they were seen; `w` is the
        average where asked for; `n_evaluations` counts samples. The last step's `name` is "diverged" where the method
        could not go on, "stuck" where the loss stopped falling without ever having been lower than at the start.

    Raises
    ------
    TypeError, ValueError
        For a parameter that cannot be used, at once; for a loss that is not finite at the start, when it is taken.
    """
    given = {"n": n, "step_size": step_size, "schedule": schedule, "power": power, "strength": strength}
    given |= {"batch_size": batch_size, "average": average, "patience": patience}
    check_method("stochastic_gradient", RULES, max_iter=max_iter, tol=tol, **given)
    sizes = step_sizes(schedule, float(step_size), float(power), float(strength))
    chosen = checked_penalty(penalty)
    check_callable(mean_over)
    rng, from_update = check_random_state(random_state), int(average)
    run = _Run(mean_over, start_at(w), n, batch_size, sizes, chosen, from_update)
    return _epochs(run, rng, max_iter, tol, patience)


def check_callable(mean_over: FiniteSum) -> None:
    """Raise a TypeError unless mean_over can be called."""
    if not callable(mean_over):
        raise TypeError(
            f"mean_over={mean_over!r} is not callable; give a function of (rows, w) that returns (loss, gradient)."
        )


class _Run:
    """Where the method stands: the iterate, the average, the number t of updates made."""

    def __init__(
        self,
        mean_over: FiniteSum,
        w: FloatArray,
        n: int,
        batch_size: int,
        sizes: Callable[[int], float],
        penalty: Penalty,
        average_from: int,
    ) -> None:
        self.mean_over, self.w, self.n, self.batch_size = mean_over, w, n, batch_size
        self.sizes, self.penalty, self.average_from = sizes, penalty, average_from
        self.penalised = penalty != Penalty()
        self.average = w.copy()
        self.now, self.gradient, self.t, self.size = np.zeros_like(w), np.zeros_like(w), 0, 0.0

    def answer(self) -> FloatArray:
        return self.average if self.average_from and self.t >= self.average_from else self.w

    def look(self) -> float:
        """Return the mean loss of all samples at w, some at a time; their mean gradient is in `gradient`."""
        total = 0.0
        self.gradient[:] = 0.0
        with np.errstate(all="ignore"):
            for rows in chunks(self.n, max(self.batch_size, LOOKED_AT)):
                share = (rows.stop - rows.start) / self.n
                answer = self.mean_over(np.arange(rows.start, rows.stop), self.w)
                total += read_answer("mean_over", answer, self.now) * share
                self.gradient += self.now * share
        return total

    def epoch(self, order: IntArray) -> float:
        """Update w after each batch of `order`; return the mean loss seen. The mean gradient is in `gradient`."""
        total = 0.0
        self.gradient[:] = 0.0
        with np.errstate(all="ignore"):
            for first in range(0, self.n, self.batch_size):
                rows = order[first : first + self.batch_size]
                share = len(rows) / self.n
                total += read_answer("mean_over", self.mean_over(rows, self.w), self.now) * share
                self.t += 1
                size = self.sizes(self.t)
                if not (isinstance(size, Real) and 0.0 < size < np.inf):
                    raise ValueError(f"schedule({self.t}) is {size!r}; a step size must be a finite number above 0.")
                self.size = float(size)
                self.gradient += self.now * share
                self.w -= self.size * self.now
                if self.penalised:
                    self.w[:] = self.penalty.prox(self.w, self.size)
                if self.average_from and self.t >= self.average_from:
                    self.average += (self.w - self.average) / (self.t - self.average_from + 1)
                if not math.isfinite(total):  # a w that is not finite shows in the next loss, and after the epoch
                    break
        return total


def _epochs(run: _Run, rng: np.random.RandomState, max_iter: int, tol: float, patience: int) -> Iterator[Step]:
    loss = run.look() + run.penalty.value(run.w)
    norm = run.penalty.stationarity(run.w, run.gradient)
    if not np.isfinite(loss + norm):
        raise ValueError(f"loss={loss}, gradient norm={norm} at the start; start from another w, or scale the data.")
    yield Step("start", 0, run.w, loss, run.gradient, norm, 0.0, run.n, norm == 0.0)
    first, best, waited = loss, np.inf, 0
    for iteration in range(1, max_iter + 1):
        loss = run.epoch(rng.permutation(run.n)) + run.penalty.value(run.w)
        w = run.answer()
        norm = run.penalty.stationarity(w, run.gradient)
        diverged = not np.isfinite(loss + largest(run.w))
        waited = waited + 1 if loss > best - tol else 0
        best = min(best, loss)
        done = waited >= patience
        nothing_gained = done and best > first + tol
        name = "diverged" if diverged else "stuck" if nothing_gained else "epoch"
        converged = done and name == "epoch"
        yield Step(name, iteration, w, loss, run.gradient, norm, run.size, (iteration + 1) * run.n, converged)
        if done or diverged:
            return
