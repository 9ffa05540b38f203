"""quiz: short questions on what a step will do, from a recorded run: which centre gets this point, which split wins.

An assignment's ``quiz.py`` defines ``quiz(rng)``. It records a fit of the package's own estimator on a few rows
(`recorded`), asks for what the trace holds (`ask`), and gives the formula of that step with its numbers filled in
(`because`). So an answer is what the algorithm did, not what somebody wrote beside the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import trace
from ..core import finish
from .assignment import Assignment, load_module

__all__ = ["Quiz", "ask", "because", "mark", "number", "quizzes", "recorded"]

MOST = 4  # choices of a question


@dataclass(frozen=True)
class Quiz:
    """One question: its text, the choices, the number of the right one from 0, and why it is right."""

    text: str
    choices: tuple[str, ...]
    right: int
    why: str


def recorded(steps: Iterator[Any], model: Any = None, X: Any = None, y: Any = None) -> trace.Trace:
    """Return the trace of a run of steps: of an estimator's ``steps(X, y)``, or of any generator of steps.

    model, X and y are what the steps are of; `because` fills its formulas with them.
    """
    with trace.record() as tr:
        finish(steps, model)
    if model is not None and tr.fits and X is not None:
        tr.fits[0] = tr.fits[0]._replace(X=X, y=y)
    return tr


def number(value: Any) -> str:
    """Return a number, or an array of them, with at most four digits that count."""
    if np.ndim(value):
        return "[" + ", ".join(number(part) for part in value) + "]"
    return f"{float(value) + 0.0:.4g}" if abs(value) > 1e-12 else "0"


def ask(rng: np.random.Generator, text: str, right: Any, wrong: Iterable[Any], why: str) -> Quiz:
    """Return a question whose choices stand in a drawn order; wrong ones that read like the right one are left out."""
    spell = [choice if isinstance(choice, str) else number(choice) for choice in (right, *wrong)]
    choices = list(dict.fromkeys(spell))[:MOST]
    if len(choices) < 2:
        choices.append("none of these")
    order = rng.permutation(len(choices))
    return Quiz(text, tuple(choices[k] for k in order), int(np.flatnonzero(order == 0)[0]), why)


def because(words: str, tr: trace.Trace, i: int) -> str:
    """Return why, in words, and the formula of step i with its numbers filled in where one is known."""
    told = tr.explain(i)
    return f"{words}\n{told}" if told.lines else words


def quizzes(assignment: Assignment, seed: int = 0) -> list[Quiz]:
    """Return the quiz of an assignment for a seed; another seed gives other numbers.

    Raises
    ------
    ValueError
        When the assignment has no quiz.
    """
    path = assignment.folder / "quiz.py"
    if not path.exists():
        raise ValueError(f"{assignment.name} has no quiz: its folder holds no quiz.py")
    module = load_module(path, f"quiz_{assignment.name}")
    found: list[Quiz] = module.quiz(np.random.default_rng([seed, 4242]))
    return found


def mark(questions: Sequence[Quiz], answers: Sequence[int]) -> list[bool]:
    """Return which answers (choices counted from 0) are right; a missing answer is wrong."""
    given = [*answers, *[-1] * (len(questions) - len(answers))]
    return [question.right == answer for question, answer in zip(questions, given)]
