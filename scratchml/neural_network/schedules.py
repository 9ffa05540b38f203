"""Schedules: the learning rate as a function of the step.

Idea
    Far from the goal long strides help; near it they step over. So the rate falls: by halves now and then (`StepRate`),
    by the same share each time (`ExponentialRate`), along half a cosine (`CosineRate`), as a power of time
    (`InverseScaling`). Right at the start slopes are wild and an optimiser's means are of few of them, so some warm up
    first (`CosineRate`, `OneCycle`). `Plateau` looks at no clock: it lowers the rate when the loss no longer falls.
Maths
    Steps t = 0, 1, 2, ... (calls of the optimiser, or epochs: whoever asks counts), eta the `learning_rate`::

        ConstantRate      eta
        StepRate          eta factor^floor(t / every)
        ExponentialRate   eta factor^t
        InverseScaling    eta / (t + 1)^power
        CosineRate        while t < warm_up: eta (t + 1) / warm_up; then least + (eta - least) (1 + cos(pi u)) / 2
                          with u = (t - warm_up) / (steps - 1 - warm_up), at most 1
        OneCycle          from eta / start_division up to eta at t = rise steps - 1, then down to
                          eta / (start_division end_division) at t = steps - 1, both along half a cosine

    After its last step a schedule stays where it is.
Cost
    A few operations for each step; nothing is kept.
Differences
    From PyTorch: functions of t, not objects that change an optimiser; values are the same, those of `CosineRate` for
    steps - 1 - warm_up as its T_max.
References
    Loshchilov, Hutter (2017), "SGDR", equation 5. Goyal et al. (2017), "Accurate, large minibatch SGD", section 2.2
    (warm-up). Smith, Topin (2019), "Super-convergence", section 3. Robbins, Monro (1951).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import ClassVar

from ..core.rules import Rule, check_rules, integer, real

POSITIVE = real(0.0, math.inf, open_low=True, open_high=True)


@dataclass(frozen=True)
class Schedule:
    """Base of all: `schedule(step)` is the learning rate at a step, 0 or more."""

    learning_rate: float
    _rules: ClassVar[dict[str, Rule]] = {
        "learning_rate": POSITIVE,
        "every": integer(1),
        "factor": real(0.0, 1.0, open_low=True),
        "power": real(0.0),
        "steps": integer(1),
        "warm_up": integer(0),
        "least": real(0.0),
        "rise": real(0.0, 1.0),
        "start_division": POSITIVE,
        "end_division": POSITIVE,
    }

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        check_rules(type(self).__name__, {name: self._rules[name] for name in values}, values)

    def __call__(self, step: int) -> float:
        """Return the learning rate at a step.

        Raises
        ------
        ValueError
            If the step is below 0.
        """
        if not step >= 0:
            raise ValueError(f"step={step!r} must be 0 or more; the first step is 0.")
        return float(self._rate(step))

    def _rate(self, step: int) -> float:
        raise NotImplementedError(f"{type(self).__name__} must say its rate.")


@dataclass(frozen=True)
class ConstantRate(Schedule):
    """The same rate for ever."""

    def _rate(self, step: int) -> float:
        return self.learning_rate


@dataclass(frozen=True)
class StepRate(Schedule):
    """A rate that is multiplied by `factor` after each `every` steps.

    >>> from scratchml.neural_network import StepRate
    >>> [StepRate(1.0, every=2)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    every: int = 10
    factor: float = 0.5

    def _rate(self, step: int) -> float:
        return float(self.learning_rate * self.factor ** (step // self.every))


@dataclass(frozen=True)
class ExponentialRate(Schedule):
    """A rate that is multiplied by `factor` after each step."""

    factor: float = 0.95

    def _rate(self, step: int) -> float:
        return float(self.learning_rate * self.factor**step)


@dataclass(frozen=True)
class InverseScaling(Schedule):
    """A rate that falls as a power of time; power 1 and 1/2 are those of the theory of stochastic gradients."""

    power: float = 0.5

    def _rate(self, step: int) -> float:
        return float(self.learning_rate / (step + 1) ** self.power)


@dataclass(frozen=True)
class CosineRate(Schedule):
    """A rate that climbs in a straight line for `warm_up` steps and then falls along half a cosine to `least`.

    Raises
    ------
    ValueError
        If `warm_up` leaves none of the `steps`, or `least` is above the learning rate.
    """

    steps: int = 100
    warm_up: int = 0
    least: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.warm_up >= self.steps:
            raise ValueError(f"warm_up={self.warm_up} leaves none of the steps={self.steps}; lower it.")
        if self.least > self.learning_rate:
            raise ValueError(f"least={self.least} is above learning_rate={self.learning_rate}; lower it.")

    def _rate(self, step: int) -> float:
        if step < self.warm_up:
            return self.learning_rate * (step + 1) / self.warm_up
        return along_cosine(
            self.learning_rate, self.least, (step - self.warm_up) / max(self.steps - 1 - self.warm_up, 1)
        )


@dataclass(frozen=True)
class OneCycle(Schedule):
    """A rate that climbs from a low start to `learning_rate` and falls to nearly nothing."""

    steps: int = 100
    rise: float = 0.3
    start_division: float = 25.0
    end_division: float = 1e4

    def _rate(self, step: int) -> float:
        start, top = self.learning_rate / self.start_division, self.rise * self.steps - 1
        if step < top:
            return along_cosine(start, self.learning_rate, step / top)
        way = (step - top) / max(self.steps - 1 - top, 1)
        return along_cosine(self.learning_rate, start / self.end_division, way)


def along_cosine(start: float, end: float, way: float) -> float:
    """Return where half a cosine from start to end is, after this share of the way; after the end, the end."""
    return end + (start - end) * (1.0 + math.cos(math.pi * min(max(way, 0.0), 1.0))) / 2.0


class Plateau:
    """A rate that is divided each time it is told to `lower`, until it is `least`: scikit-learn's "adaptive".

    Raises
    ------
    TypeError, ValueError
        For a wrong parameter.
    """

    def __init__(self, learning_rate: float, division: float = 5.0, least: float = 1e-6) -> None:
        rules = {"learning_rate": POSITIVE, "division": real(1.0, open_low=True), "least": real(0.0)}
        check_rules("Plateau", rules, {"learning_rate": learning_rate, "division": division, "least": least})
        self.learning_rate, self.division, self.least = float(learning_rate), float(division), float(least)

    def __call__(self, step: int) -> float:
        """Return the rate, at whatever step."""
        return self.learning_rate

    def lower(self) -> bool:
        """Divide the rate; return False, and leave it, where it has come down to `least` already."""
        if self.learning_rate <= self.least:
            return False
        self.learning_rate /= self.division
        return True
