"""testing: scores a student's own tests by the wrong answers they catch.

Functions named ``test_*`` in the student's file are run with the assignment's functions answered by the grader: first
by the reference (a test that fails there is wrong), then by each mutant (a test that fails there has caught it).
"""

from __future__ import annotations

import ast

from .assignment import Assignment
from .grading import Verdict, show
from .rules import graded_part
from .sandbox import Sandbox, Stopped, StudentError

__all__ = ["grade_tests"]


def failing_tests(assignment: Assignment, source: str, sandbox: Sandbox, answers: str) -> dict[str, dict[str, object]]:
    """Return the student's tests that fail when the functions are those of the source ``answers``.

    The answers come from a child of their own: what a test asks may take for ever, too.
    """
    names = [question.name for question in assignment.questions]
    filename, limits = f"{assignment.name}.py", assignment.limits
    with sandbox.child(source, filename, limits) as child, sandbox.child(answers, filename, limits) as answering:
        child.load()
        answering.load()

        def answer(name: str, *arguments: object) -> object:
            if name not in names:
                raise ValueError(f"{name} is not a question")
            return answering.call(name, *arguments)

        failed: dict[str, dict[str, object]] = child.ask({"do": "test", "names": names}, answer)["value"]
        return failed


def grade_tests(assignment: Assignment, source: str, sandbox: Sandbox, points: float = 2.0) -> Verdict | None:
    """Return the verdict on the student's own tests; None where the file has none."""
    functions = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    if not any(name.startswith("test_") for name in functions):
        return None
    verdict = Verdict("your tests", f"catch the {len(assignment.mutants)} classic mistakes", points)
    source = graded_part(source)
    try:
        if wrong := failing_tests(assignment, source, sandbox, assignment.solution_source):
            name, error = next(iter(wrong.items()))
            verdict.message = f"{name} fails on a right answer: {error['error']}: {show(error['message'])}"
            return verdict
        variants = {name: assignment.variant_source(path) for name, path in assignment.mutants.items()}
        missed = [name for name, answers in variants.items() if not failing_tests(assignment, source, sandbox, answers)]
    except (StudentError, Stopped) as error:
        verdict.message = str(error)
        return verdict
    caught = len(assignment.mutants) - len(missed)
    verdict.earned = points * caught / len(assignment.mutants)
    if missed:
        verdict.message = (
            f"{caught} of {len(assignment.mutants)} caught; not this one: {assignment.diagnosis(missed[0])}"
        )
    return verdict
