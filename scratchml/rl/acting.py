"""How an agent acts: greedily most of the time, at random now and then, and what changes as it learns.

Idea
----
An agent that always does what looks best never finds out what is better. Epsilon-greedy tries any action with a small
probability; Boltzmann's rule tries each action the more often the better it looks. Both are usually wanted strong at
first and weak in the end: a schedule says how they change.

Maths
-----
Epsilon-greedy: with probability epsilon one of the n actions, each as likely; else one of those with the largest Q,
each as likely. Boltzmann: ``p(a) = exp(Q(s, a) / T) / sum_b exp(Q(s, b) / T)``. One u, uniform in [0, 1), decides it
all: below epsilon, ``u / epsilon`` is uniform again and chooses the action; above, ``(u - epsilon) / (1 - epsilon)``
is, and chooses among equals.

Schedules of t = 0, 1, 2, ...: linear ``end + (start - end) max(0, 1 - t / n_steps)``, exponential
``end + (start - end) 2^(-t / half_life)``, harmonic ``end + (start - end) / (1 + t / half_life)``.

Cost
----
n comparisons for a greedy action; n exponentials for Boltzmann's.

Differences
-----------
Equal values are common while nothing is known; many programs then take the first action for ever, here chance decides.

References
----------
R. Sutton, A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, sections 2.2, 2.3 and 2.5 (step
sizes whose sum is infinite and whose squares' sum is finite: harmonic with end 0).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..core.jit import kernel
from ..core.rules import Rule, either
from ..core.rules import real as number
from ..core.typing import FloatArray
from ..optim.exponentials import exp_of_minus

CONSTANT, LINEAR, EXPONENTIAL, HARMONIC = 0.0, 1.0, 2.0, 3.0
LOG2 = float(np.log(2.0))


@kernel
def scheduled(schedule: FloatArray, t: float) -> float:
    """Return a schedule's value at t >= 0. schedule (4,): read: kind, start, end, span."""
    kind, start, end, span = float(schedule[0]), float(schedule[1]), float(schedule[2]), float(schedule[3])
    if kind == CONSTANT:
        return start
    part = t / span
    if kind == LINEAR:
        return end if part >= 1.0 else end + (start - end) * (1.0 - part)
    if kind == EXPONENTIAL:
        return end + (start - end) * exp_of_minus(part * LOG2)
    return end + (start - end) / (1.0 + part)


@kernel
def choose_action(q: FloatArray, s: int, epsilon: float, temperature: float, u: float) -> int:
    """Return the action to take in state s: by Boltzmann where temperature > 0, else epsilon-greedy. q (S, A): read."""
    if temperature > 0.0:
        return choose_by_boltzmann(q, s, temperature, u)
    n = int(q.shape[1])
    if u < epsilon:
        return min(int(u / epsilon * n), n - 1)
    best, first, equals = float(q[s, 0]), 0, 1
    for a in range(1, n):
        if q[s, a] > best:
            best, first, equals = float(q[s, a]), a, 1
        elif q[s, a] == best:
            equals += 1
    if equals == 1:
        return first
    place = min(int((u - epsilon) / (1.0 - epsilon) * equals), equals - 1)
    for a in range(first, n):
        if q[s, a] == best:
            if place == 0:
                return a
            place -= 1
    return first


@kernel
def choose_by_boltzmann(q: FloatArray, s: int, temperature: float, u: float) -> int:
    """Return action a with probability proportional to exp(q[s, a] / temperature). q (S, A): read."""
    best, total = largest(q, s), 0.0
    for a in range(q.shape[1]):
        total += exp_of_minus((best - q[s, a]) / temperature)
    wanted = u * total
    for a in range(q.shape[1]):
        wanted -= exp_of_minus((best - q[s, a]) / temperature)
        if wanted < 0.0:
            return a
    return int(q.shape[1]) - 1


@kernel
def largest(q: FloatArray, s: int) -> float:
    """Return max_a q[s, a]. q (S, A): read."""
    best = float(q[s, 0])
    for a in range(1, q.shape[1]):
        best = max(best, float(q[s, a]))
    return best


@kernel
def expected_value(q: FloatArray, s: int, epsilon: float, temperature: float) -> float:
    """Return sum_a p(a) q[s, a] under the rule that `choose_action` draws by. q (S, A): read."""
    n, best = int(q.shape[1]), largest(q, s)
    total, weight = 0.0, 0.0
    for a in range(n):
        p = exp_of_minus((best - q[s, a]) / temperature) if temperature > 0.0 else 1.0
        total += p * float(q[s, a])
        weight += p
    if temperature > 0.0:
        return total / weight
    return epsilon * (total / n) + (1.0 - epsilon) * best


class Schedule:
    """What all schedules share: `value` and `numbers`."""

    def numbers(self) -> FloatArray:
        """Return kind, start, end, span: what the kernels read."""
        raise NotImplementedError

    def value(self, t: float) -> float:
        """Return the value after t steps (of an environment; for a learning rate, updates of the same pair)."""
        if not t >= 0:
            raise ValueError(f"t={t} is before the start; give a number of at least 0.")
        return float(scheduled(self.numbers(), float(t)))

    def _checked(self, kind: float, start: float, end: float, span: float, name: str) -> FloatArray:
        for what, value in (("start", start), ("end", end), (name, span)):
            if not np.isfinite(value) or value < 0:
                raise ValueError(f"{type(self).__name__}: {what}={value} must be a finite number of at least 0.")
        if span == 0:
            raise ValueError(f"{type(self).__name__}: {name}=0; give a number above 0.")
        return np.array([kind, start, end, span], dtype=np.float64)


@dataclass(frozen=True)
class LinearSchedule(Schedule):
    """A value that goes from `start` to `end` in a straight line over `n_steps`, and stays there.

    Examples
    --------
    >>> from scratchml.rl import LinearSchedule
    >>> [LinearSchedule(1.0, 0.1, 100).value(t) for t in (0, 50, 100, 1000)]
    [1.0, 0.55, 0.1, 0.1]
    """

    start: float
    end: float
    n_steps: float

    def numbers(self) -> FloatArray:
        """Return kind, start, end, span: what the kernels read."""
        return self._checked(LINEAR, self.start, self.end, self.n_steps, "n_steps")


@dataclass(frozen=True)
class ExponentialSchedule(Schedule):
    """A value whose distance from `end` is halved every `half_life` steps.

    Examples
    --------
    >>> from scratchml.rl import ExponentialSchedule
    >>> [ExponentialSchedule(1.0, 0.0, 10).value(t) for t in (0, 10, 20)]
    [1.0, 0.5, 0.25]
    """

    start: float
    end: float
    half_life: float

    def numbers(self) -> FloatArray:
        """Return kind, start, end, span: what the kernels read."""
        return self._checked(EXPONENTIAL, self.start, self.end, self.half_life, "half_life")


@dataclass(frozen=True)
class HarmonicSchedule(Schedule):
    """A value whose distance from `end` is halved after `half_life` steps, and then falls as 1 / t.

    As a learning rate with ``end=0`` it meets the conditions under which Q-learning is proved to converge.

    Examples
    --------
    >>> from scratchml.rl import HarmonicSchedule
    >>> [HarmonicSchedule(1.0, 0.0, 10).value(t) for t in (0, 10, 30)]
    [1.0, 0.5, 0.25]
    """

    start: float
    end: float
    half_life: float

    def numbers(self) -> FloatArray:
        """Return kind, start, end, span: what the kernels read."""
        return self._checked(HARMONIC, self.start, self.end, self.half_life, "half_life")


schedule = Rule("a LinearSchedule, ExponentialSchedule or HarmonicSchedule", lambda value: isinstance(value, Schedule))
share_or_schedule = either(number(0.0, 1.0), schedule)
rate_or_schedule = either(number(0.0, 1.0, open_low=True), schedule)
temperature_or_schedule = either(number(0.0, open_low=True), schedule)


def to_numbers(value: float | Schedule, name: str, low: float, high: float, open_low: bool = False) -> FloatArray:
    """Return a schedule's four numbers, or those of a constant; both ends must lie in [low, high].

    Raises
    ------
    ValueError
        If they do not.
    """
    if not isinstance(value, Schedule):
        return np.array([CONSTANT, value, value, 1.0], dtype=np.float64)
    found = value.numbers()
    for what, end in (("start", found[1]), ("end", found[2])):
        if not low <= end <= high or (open_low and end == low):
            kind = "above" if open_low else "of at least"
            raise ValueError(f"{name}={value}: its {what} {end} must be {kind} {low} and at most {high}.")
    return found
