"""diagnosing: which classic mistake is this? By running the classic mistakes on the same case.

A mutant of the assignment that gives the student's wrong answers on every failing case tried names the mistake. For a
gradient, a constant ratio to the right one does: minus, one half, n times too large (summed, not averaged).
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from .assignment import Assignment
from .checking import Question
from .comparing import close, differs_in_kind, flat

__all__ = ["diagnose", "mutant_with_error", "outcome"]

Case = tuple[tuple[Any, ...], Any]  # arguments, what the student's function returned


def outcome(function: Any, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    """Return ("value", what a function of ours returns) or ("error", its kind), on a copy of the arguments."""
    with np.errstate(all="ignore"):
        try:
            return "value", function(*copy.deepcopy(arguments))
        except Exception as error:  # what the reference or a mutant raises is its answer to the case
            return "error", type(error).__name__


def matching_mutant(assignment: Assignment, name: str, cases: Sequence[Case]) -> str:
    """Return the diagnosis of the first mutant that answers as the student does on every case ("" if none).

    Mistakes in the function itself come first, then those in what it calls.
    """
    alike = close(1e-7, 1e-9)
    for mutant, module in sorted(
        assignment.mutant_modules.items(), key=lambda item: name not in assignment.changes(item[0])
    ):
        for arguments, found in cases:
            kind, value = outcome(getattr(module, name), arguments)
            if kind == "error" or alike(value, found, arguments) is not None:
                break
        else:
            # right answers say nothing of a mistake elsewhere; of one in this function they do: it changes its inputs
            right = outcome(getattr(assignment.solution, name), cases[0][0])[1]
            if name in assignment.changes(mutant) or alike(right, cases[0][1], cases[0][0]) is not None:
                return assignment.diagnosis(mutant)
    return ""


def mutant_with_error(assignment: Assignment, name: str, arguments: tuple[Any, ...], kind: str) -> str:
    """Return the diagnosis of the first mutant that fails on a case with the same kind of error ("" if none)."""
    for mutant, module in assignment.mutant_modules.items():
        if outcome(getattr(module, name), arguments) == ("error", kind):
            return assignment.diagnosis(mutant)
    return ""


def ratio_of_gradients(expected: Any, found: Any, n: int) -> str:
    """Return what a constant ratio of a wrong gradient to the right one means ("" if there is none)."""
    if differs_in_kind(expected, found):
        same_size = np.size(expected) == np.size(found) and np.ndim(expected) == 2
        turned = same_size and np.allclose(np.asarray(found).T, expected, rtol=1e-7, atol=1e-12)
        return "The gradient is transposed: its shape must be the parameter's." if turned else ""
    e, f = flat(expected), flat(found)
    large = np.abs(e) > 1e-9 * max(1.0, np.abs(e).max(initial=0.0))
    if not large.any():
        return ""
    ratios = f[large] / e[large]
    if np.ptp(ratios) > 1e-6 * max(1.0, abs(ratios[0])):
        return ""
    named = {
        -1.0: "The gradient has the wrong sign: it points uphill where downhill is wanted, or the other way round.",
        0.5: "The gradient is half of the right one: the 2 of the square's slope is missing.",
        2.0: "The gradient is twice the right one: a factor one half of the loss was forgotten.",
    }
    if n > 2:
        named[float(n)] = f"The gradient is n = {n} times too large: summed over the samples, not averaged."
        named[1.0 / n] = f"The gradient is n = {n} times too small: averaged twice."
    return next((word for r, word in named.items() if abs(ratios[0] - r) < 1e-6 * abs(r)), "")


def diagnose(assignment: Assignment, name: str, question: Question, cases: Sequence[Case], expected: Any) -> str:
    """Return one sentence on the mistake that explains all cases ("" if none does); expected answers the first."""
    if not cases:
        return ""
    if word := matching_mutant(assignment, name, cases):
        return word
    if not question.gradient:
        return ""
    (arguments, found), *_ = cases
    n = next((len(value) for value in arguments if isinstance(value, np.ndarray) and value.ndim), 0)
    return ratio_of_gradients(expected, found, n)
