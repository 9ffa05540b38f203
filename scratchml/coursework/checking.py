"""checking: the words a ``checks.py`` is written in: a question's cases, edges, laws, growth and graft.

A check never sees the student's code; it sees ``call``, which computes in the child. Generated cases come from a
seed, so the same seed asks the same questions; another seed (a student's own variant, the submission's) asks others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .comparing import Same, close

__all__ = ["Graft", "Growth", "Law", "Question"]

Call = Callable[..., Any]
Law = Callable[[np.random.Generator, Call], str | None]


@dataclass(frozen=True)
class Growth:
    """How the lines run of the student's file may grow: at most like n ** at_most. Lines are counted, not seconds."""

    make: Callable[[np.random.Generator, int], tuple[Any, ...]]
    at_most: float
    sizes: tuple[int, ...] = (40, 80, 160)
    reason: str = ""


@dataclass(frozen=True)
class Graft:
    """Our own estimator run with the student's function in place of one of its steps.

    ``run(function)`` yields (step name, value) pairs, with the reference's function once and with the student's once;
    the first step whose values differ is the verdict.
    """

    run: Callable[[Call], Any]
    says: str = "the estimator with your function in it walks the same steps"


def any_case(*arguments: Any) -> bool:
    """Say that a case has one right answer, whatever its arguments are."""
    return True


@dataclass(frozen=True)
class Question:
    """How one function is checked.

    cases(rng) returns the arguments of one generated case; edges are fixed cases by name; ``same`` compares; laws are
    named by the sentence that must hold; ``gradient`` says that the answer is a gradient (a constant ratio to the
    right one is then named); ``has_one_answer`` says whether a case's arguments leave nothing to rounding: a failing
    case is made smaller only as long as they do.
    """

    cases: Callable[[np.random.Generator], tuple[Any, ...]]
    edges: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    same: Same = field(default_factory=close)
    laws: Mapping[str, Law] = field(default_factory=dict)
    growth: Growth | None = None
    graft: Graft | None = None
    gradient: bool = False
    has_one_answer: Callable[..., bool] = any_case
    count: int = 200
