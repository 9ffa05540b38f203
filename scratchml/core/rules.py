"""Parameter rules: what each constructor argument may be, as a table that the estimator's class carries.

``_rules = {"n_clusters": integer(1), "tol": real(0.0), "init": either(one_of("k-means++", "random"), array_like)}``

A rule tells two failures apart: a value of a wrong *kind* is a TypeError, a wrong *value* of a right kind is a
ValueError. Both say the name, the value given, what is wanted. Rules are checked when fitting, never in `__init__`.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

PLAIN = frozenset({bool, int, float, str, type(None)})  # kinds that never change and are equal by value
REMEMBERED = 64  # values of a rule


@dataclass(frozen=True)
class Rule:
    """What a parameter may be: `wanted` in words, `kind` and `value` as predicates (value is asked if kind holds)."""

    wanted: str
    kind: Callable[[Any], bool]
    value: Callable[[Any], bool] = lambda value: True
    passed: set[tuple[type, Any]] = field(default_factory=set, init=False, repr=False, compare=False)

    def accepts(self, value: Any) -> bool:
        """Say whether `value` passes. Plain values that have passed are remembered: small fits ask the same often."""
        plain = type(value) in PLAIN
        if plain and (type(value), value) in self.passed:
            return True
        found = self.kind(value) and self.value(value)
        if found and plain and len(self.passed) < REMEMBERED:
            self.passed.add((type(value), value))
        return found


def is_integer(value: Any) -> bool:
    """Say whether `value` is an integer, NumPy's included, and no bool."""
    return isinstance(value, numbers.Integral) and not isinstance(value, (bool, np.bool_))


def _is_real(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))


def _range_words(low: float | None, high: float | None, open_low: bool, open_high: bool) -> str:
    words = []
    if low is not None:
        words.append(f"{'above' if open_low else 'of at least'} {low}")
    if high is not None:
        words.append(f"{'below' if open_high else 'of at most'} {high}")
    return (" " + " and ".join(words)) if words else ""


def _inside(value: Any, low: float | None, high: float | None, open_low: bool, open_high: bool) -> bool:
    if isinstance(value, (float, np.floating)) and math.isnan(float(value)):
        return False
    if low is not None and (value <= low if open_low else value < low):
        return False
    return high is None or not (value >= high if open_high else value > high)


def integer(low: int | None = None, high: int | None = None) -> Rule:
    """An integer (no bool), within [low, high] where they are given."""
    words = "an integer" + _range_words(low, high, False, False)
    return Rule(words, is_integer, lambda value: _inside(value, low, high, False, False))


at_least = integer


def real(
    low: float | None = None, high: float | None = None, *, open_low: bool = False, open_high: bool = False
) -> Rule:
    """A number (int or float, no bool, never NaN), within the range; `open_low` and `open_high` leave its ends out."""
    words = "a number" + _range_words(low, high, open_low, open_high)
    return Rule(words, _is_real, lambda value: _inside(value, low, high, open_low, open_high))


def floating(
    low: float | None = None, high: float | None = None, *, open_low: bool = False, open_high: bool = False
) -> Rule:
    """A float (no int): for parameters where 1 is a count and 1.0 a share."""
    words = "a float" + _range_words(low, high, open_low, open_high)
    return Rule(
        words,
        lambda value: isinstance(value, (float, np.floating)),
        lambda value: _inside(value, low, high, open_low, open_high),
    )


def one_of(*options: Any) -> Rule:
    """One of the listed values. Strings are compared with strings only, None with None."""
    kinds = tuple({type(option) for option in options})
    return Rule(
        "one of " + ", ".join(repr(option) for option in options) if len(options) > 1 else repr(options[0]),
        lambda value: isinstance(value, kinds),
        lambda value: any(type(value) is type(option) and value == option for option in options),
    )


def either(*rules: Rule) -> Rule:
    """Whatever one of `rules` accepts."""
    return Rule(
        ", or ".join(rule.wanted for rule in rules),
        lambda value: any(rule.kind(value) for rule in rules),
        lambda value: any(rule.accepts(value) for rule in rules),
    )


def has_methods(*names: str) -> Rule:
    """An object (not a class) that has these methods."""
    return Rule(
        "an estimator with " + ", ".join(names),
        lambda value: not isinstance(value, type) and all(hasattr(value, name) for name in names),
    )


none = Rule("None", lambda value: value is None)
boolean = Rule("True or False", lambda value: isinstance(value, (bool, np.bool_)))
text = Rule("a string", lambda value: isinstance(value, str))
function = Rule("a callable", callable)
mapping = Rule("a dict", lambda value: isinstance(value, Mapping))
array_like = Rule(
    "an array",
    lambda value: isinstance(value, (list, tuple, np.ndarray)) or hasattr(value, "__array__"),
)
anything = Rule("anything", lambda value: True)
random_state = either(
    none,
    integer(0, 2**32 - 1),
    Rule(
        "a numpy RandomState or Generator",
        lambda value: isinstance(value, (np.random.RandomState, np.random.Generator)) or value is np.random,
    ),
)
verbosity = either(boolean, integer(0))
n_jobs = either(none, Rule("an integer other than 0 (-1 means all CPUs)", is_integer, lambda value: bool(value != 0)))


def check_rules(owner: str, rules: Mapping[str, Rule], values: Mapping[str, Any]) -> None:
    """Check each named value against its rule.

    Raises
    ------
    TypeError
        If a value is of a kind its rule does not take.
    ValueError
        If its kind is right and the value is not.
    """
    for name, rule in rules.items():
        value = values[name]
        if rule.accepts(value):
            continue
        shown = repr(value)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        if rule.kind(value):
            raise ValueError(f"{owner}: {name}={shown} is not accepted; give {rule.wanted}.")
        raise TypeError(f"{owner}: {name}={shown} is of type {type(value).__name__}; give {rule.wanted}.")
