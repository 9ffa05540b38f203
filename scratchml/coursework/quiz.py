"""quiz: short questions on what a step will do, generated from a run: which centre gets this point, which split wins.

An assignment's ``checks.py`` may define ``quiz(rng)``, which runs the reference and returns the questions of one round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .assignment import Assignment, load_module

__all__ = ["Quiz", "mark", "quizzes"]


@dataclass(frozen=True)
class Quiz:
    """One question: its text, the choices, the number of the right one from 0, and why it is right."""

    text: str
    choices: tuple[str, ...]
    right: int
    why: str


def quizzes(assignment: Assignment, seed: int = 0) -> list[Quiz]:
    """Return the quiz of an assignment for a seed; another seed gives other numbers.

    Raises
    ------
    ValueError
        When the assignment has no quiz.
    """
    module = load_module(assignment.folder / "checks.py", f"checks_{assignment.name}")
    if not hasattr(module, "quiz"):
        raise ValueError(f"{assignment.name} has no quiz yet")
    found: list[Quiz] = module.quiz(np.random.default_rng([seed, 4242]))
    return found


def mark(questions: Sequence[Quiz], answers: Sequence[int]) -> list[bool]:
    """Return which answers (choices counted from 0) are right; a missing answer is wrong."""
    given = [*answers, *[-1] * (len(questions) - len(answers))]
    return [question.right == answer for question, answer in zip(questions, given)]
