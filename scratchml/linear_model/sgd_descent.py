"""Stochastic gradient descent from the first epoch to the last: shuffle, run an epoch, judge whether it was worth it.

Idea
----
The descent has no gradient of the whole to look at, so it cannot know how far it is from the bottom. It ends when
nothing has come of the last few epochs: the objective, added up on the way, has not fallen by `tol`; or, with some rows
held out, the score on these has not risen by `tol`.

Maths
-----
In each epoch, with z_i the prediction of sample i just before its own step::

    objective = 1/n sum_i (loss(z_i, y_i) + alpha penalty(w before step i))
    in vain     if objective > best - tol,      or with rows held out: score < best + tol
    end         after `patience` epochs in vain in a row; "adaptive" divides its step by 5 first, while it is > 1e-6

Several classes are several descents, one for each class against all others. They share nothing but X, so each may run
on a thread of its own. An epoch of all is one Step.

Cost
----
n steps an epoch; usually 5 to 50 epochs.

Differences
-----------
From scikit-learn, with rows held out: it scores v in place of w = scale v, and for log_loss it compares predictions
-1 and 1 with labels 0 and 1, so that it counts the positive rows only. Here it is the score of the model as it is, so
the descent may end in another epoch. Weights count in the steps, not in the objective, as in scikit-learn.

References
----------
L. Bottou (2012), "Stochastic gradient descent tricks". L. Prechelt (1998), "Early stopping - but when?".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core import map_chunks, surely_finite
from ..core.steps import sealed
from ..core.typing import Array, FinalFloats, FloatArray, IntArray
from .sgd_epoch import Place, Recipe, run_epoch, xorshift_shuffle
from .sgd_epochs import Verdict, run_epochs
from .sgd_schedule import ADAPTIVE, SHORTEST, SHRINK

AT_ONCE = 2**16  # numbers of X read by several epochs in one call of a kernel: some tenths of a millisecond
THREADS_FROM = 100_000  # numbers in X: below, starting a thread costs more than it gives


class Weights(NamedTuple):
    """The weights of one model, or of k stacked: w (d,) and b (), or (k, d) and (k,)."""

    w: FloatArray
    b: Any
    mean_w: FloatArray  # means over all updates from number `average` on; 0 before; (0,) or (k, 0) without averaging
    mean_b: Any


class Step(NamedTuple):
    """What is known after an epoch of all k descents; those that ended earlier show their last epoch."""

    name: str  # "epoch"
    iteration: int
    weights: Weights  # (k, d) and (k,)
    loss: FinalFloats  # (k,) mean loss of the samples, each just before its own update; nan with rows held out
    objective: FinalFloats  # (k,) the same, with the penalty
    score: FinalFloats  # (k,) accuracy or R2 of the rows held out; nan without
    eta: FinalFloats  # (k,) length of the last step
    running: Array  # (k,) bool: which descents go on
    t: float  # number of the next update, epochs that ended early counted whole


class Stop(NamedTuple):
    """When to end."""

    tol: float  # -inf: never before max_iter
    patience: int
    held_out: Array | None  # (n,) bool: rows to score
    score: Callable[[FloatArray, float], float] | None  # of weights and intercept on these rows


class Descent:
    """One weight vector on its way down; call `run` for an epoch, until `done`."""

    def __init__(
        self,
        X: FloatArray,
        y: Array,
        weight: FloatArray,
        recipe: Recipe,
        start: Weights,
        t: float,
        seed: int | None,
        stop: Stop,
    ) -> None:
        """Begin at `start` with update t. A seed of None leaves rows in their order.

        X (n, d), y (n,) of any kind of number, weight (n,), or (0,) for ones: read.
        """
        self.X, self.y, self.weight, self.recipe, self.stop = X, y, weight, recipe, stop
        n, d = X.shape
        self.v = np.array(start.w)
        self.m = np.array(start.mean_w) if recipe.average else np.zeros(0)
        self.paid = np.zeros(d if recipe.l1_share > 0.0 else 0)
        with np.errstate(over="ignore"):
            square, absolute = float(self.v @ self.v), float(np.abs(self.v).sum())
        self.place = Place(t, recipe.eta0, float(start.b), 1.0, square, absolute, float(start.mean_b))
        self.order: IntArray = np.arange(0)  # all rows from the first epoch on
        self.seed = seed
        self.train = None if stop.held_out is None else ~stop.held_out
        self.count = n if self.train is None else int(self.train.sum())
        self.best = math.inf if stop.score is None else -math.inf
        self.waited, self.epochs, self.done = 0, 0, False
        self.loss = self.objective = self.score = math.nan

    def run(self) -> None:
        """Run one epoch and judge it.

        Raises
        ------
        ValueError
            If a weight is no longer finite.
        """
        self._take(self._next_order())
        self._judge()

    def run_on(self, max_iter: int) -> None:
        """Call `run` until it is done or `max_iter` epochs have been run; epochs of few rows several at a time.

        Raises
        ------
        ValueError
            If a weight is no longer finite.
        """
        together = AT_ONCE // self.X.size if self.train is None and self.recipe.schedule != ADAPTIVE else 0
        while not self.done and self.epochs < max_iter:
            several = min(together, max_iter - self.epochs)
            if several > 1:  # plainly: as below
                self._run_several(several)
            else:
                self.run()

    def _run_several(self, most: int) -> None:
        self._lay_out()
        stop, seed = self.stop, 0 if self.seed is None else max(self.seed, 1)
        given = self.X, self.y, self.weight, self.order, self.v, (self.m, self.paid), self.place, self.recipe, seed
        before = Verdict(self.best, self.waited, 0)
        place, (self.best, self.waited, epochs) = run_epochs(*given, stop.tol, stop.patience, before, most)
        self.place, self.epochs = Place(*place), self.epochs + epochs
        self._check_weights()
        self.loss, self.objective = self.place.loss / self.count, self.place.objective / self.count
        self.done = self.waited >= stop.patience

    def _lay_out(self) -> None:
        """Make what an epoch needs, before the first: when what prepared the targets is gone."""
        if self.epochs == 0:
            self.y, self.order = self.y.astype(np.float64, copy=False), np.arange(len(self.X))

    def clear(self) -> None:
        """Let go of what only epochs need, after the last: other classes still have theirs to come."""
        self.y, self.order = np.empty(0), np.arange(0)

    def walk(self) -> Iterator[int]:
        """Do what `run` does, to the last bit, but yield each row's number after the step for it: to look on."""
        for k in self._next_order():
            self._take(np.array([k]))
            yield int(k)
        self._judge()

    def _next_order(self) -> IntArray:
        """Begin an epoch: return the rows to train on, in the order of their turn."""
        self._lay_out()
        self.epochs += 1
        self.place = self.place._replace(loss=0.0, objective=0.0)
        if self.seed is not None:
            xorshift_shuffle(max(self.seed, 1), self.order)  # the same permutation of the last order every time
        return self.order if self.train is None else self.order[self.train[self.order]]

    def _take(self, order: IntArray) -> None:
        extra = self.m, self.paid
        self.place = Place(*run_epoch(self.X, self.y, self.weight, order, self.v, extra, self.place, self.recipe))
        self._check_weights()

    def _check_weights(self) -> None:
        if not (math.isfinite(self.place.b) and (surely_finite(self.v) or np.isfinite(self.v).all())):
            raise ValueError(
                f"Floating-point under-/overflow occurred at epoch #{self.epochs}: a weight is no longer finite. "
                "Scaling input data with StandardScaler or MinMaxScaler might help, or a smaller eta0."
            )

    def _judge(self) -> None:
        """Say whether the epoch was worth it, and end, or shorten the steps, after too many that were not."""
        if self.stop.score is not None:
            self.score = self.score_now()
            in_vain = self.score < self.best + self.stop.tol
            self.best = max(self.best, self.score)
        else:
            self.loss, self.objective = self.place.loss / self.count, self.place.objective / self.count
            in_vain = self.objective > self.best - self.stop.tol
            self.best = min(self.best, self.objective)
        self.waited = self.waited + 1 if in_vain else 0
        if self.waited >= self.stop.patience:
            if self.recipe.schedule == ADAPTIVE and self.place.eta > SHORTEST:
                self.place = self.place._replace(eta=self.place.eta / SHRINK)
                self.waited = 0
            else:
                self.done = True

    def score_now(self) -> float:
        """Return the score of the rows held out; nan without any."""
        return self.stop.score(self.v * self.place.scale, self.place.b) if self.stop.score else math.nan

    def weights(self) -> Weights:
        """Return the weights as they are now, in arrays of their own."""
        place = self.place
        mean = (self.m + place.lag * self.v) * (1.0 / place.growth) if self.recipe.average else self.m
        return Weights(self.v * place.scale, place.b, mean, place.mean_b)


def show_epoch(iteration: int, descents: Sequence[Descent], t: float) -> Step:
    """Return the Step of this epoch, in arrays of its own that nobody changes any more."""
    found = [descent.weights() for descent in descents]
    # plainly: an array of the losses, one of the objectives, ...; but each costs as much as the table of all
    numbers = [
        (descent.loss, descent.objective, descent.score, descent.place.eta, weights.b, weights.mean_b)
        for descent, weights in zip(descents, found)
    ]
    loss, objective, score, eta, b, mean_b = sealed(np.array(numbers).T)
    running = sealed(np.array([not descent.done for descent in descents]))
    if len(found) == 1:  # plainly: as below
        w, mean_w = found[0].w[None], found[0].mean_w[None]
    else:
        w, mean_w = np.array([f.w for f in found]), np.array([f.mean_w for f in found])
    weights = Weights(sealed(w), b, sealed(mean_w), mean_b)
    return Step("epoch", iteration, weights, loss, objective, score, eta, running, t)


def descend(descents: Sequence[Descent], max_iter: int, n_jobs: int | None, told: bool = True) -> Iterator[Step]:
    """Yield a Step after each epoch of all descents that still run; end when none does, or after `max_iter`.

    Not `told`, the last only: where epochs are short, to tell of one takes as long as to run it.
    """
    threads = 1 if descents[0].X.size < THREADS_FROM else n_jobs
    n, start, iteration = len(descents[0].X), descents[0].place.t, 0

    def run(descent: Descent) -> None:
        descent.run_on(descent.epochs + 1 if told else max_iter)
        if descent.done or descent.epochs == max_iter:
            descent.clear()

    going = list(descents)
    while going and iteration < max_iter:
        map_chunks(run, going, threads)
        iteration = max([descent.epochs for descent in descents])
        going = [descent for descent in descents if not descent.done]
        yield show_epoch(iteration, descents, start + iteration * n)
