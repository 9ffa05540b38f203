"""proving: is an assignment fit for students? All that lies in its folder, graded."""

from __future__ import annotations

from collections.abc import Iterator

from .assignment import Assignment
from .grading import grade
from .sandbox import Sandbox
from .starter import starter_source

__all__ = ["prove"]


def prove(assignment: Assignment, sandbox: Sandbox) -> Iterator[tuple[str, str]]:
    """Yield (what was tried, what is wrong with it or "") for each part of an assignment.

    The solution and the alternatives must earn every point, the starter none, each mutant must lose points in what it
    changes and be called by its own diagnosis; the starter must be the one that is made from the solution.
    """
    names = [question.name for question in assignment.questions]
    stale = assignment.starter_source != starter_source(assignment.solution_source, names)
    yield "starter.py is made from solution.py", "it is another; run prove with --write-starter" if stale else ""
    lacking = [name for name in names if len(assignment.hints.get(name, [])) != 3]
    yield "three hints for each question", f"not for {', '.join(lacking)}" if lacking else ""
    counted = any(question.complexity for question in assignment.questions)
    unsaid = not counted and not assignment.complexity.startswith("none: ")
    yield "a question's growth is counted", 'none is; say complexity = "none: why" in assignment.toml' if unsaid else ""
    report = grade(assignment, assignment.starter_source, sandbox)
    yield "the starter earns nothing", f"it earns {report.earned:g}" if report.earned else ""
    right = {"solution": assignment.solution_source}
    right |= {name: assignment.variant_source(path) for name, path in assignment.alternatives.items()}
    for name, source in right.items():
        lost = [
            f"{v.question}, {v.check}: {v.message}" for v in grade(assignment, source, sandbox).verdicts if not v.passed
        ]
        yield f"{name} earns every point", lost[0] if lost else ""
    for name, path in assignment.mutants.items():
        changed = assignment.changes(name)
        report = grade(assignment, assignment.variant_source(path), sandbox, only=changed)
        passed = changed - {verdict.question for verdict in report.verdicts if not verdict.passed}
        said = {verdict.diagnosis for verdict in report.verdicts}
        trouble = "" if assignment.diagnosis(name) in said else "its own diagnosis is not said"
        yield f"mutant {name} is caught", f"not in {', '.join(sorted(passed))}" if passed else trouble
    for word, there, least in (("mutants", assignment.mutants, 5), ("alternatives", assignment.alternatives, 2)):
        yield f"at least {least} {word}", f"there are {len(there)}" if len(there) < least else ""
