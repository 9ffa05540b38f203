"""starter: makes a student's file from the solution: signatures and docstrings stay, the questions' bodies go.

A starter is never written by hand, so it cannot drift from the solution; a test compares the committed one with this.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

__all__ = ["starter_source"]


def starter_source(solution: str, questions: Iterable[str]) -> str:
    """Return the solution's text with the body of each question's function replaced by "not written yet"."""
    lines, wanted = solution.splitlines(keepends=True), set(questions)
    functions = [node for node in ast.parse(solution).body if isinstance(node, ast.FunctionDef) and node.name in wanted]
    if missing := wanted - {node.name for node in functions}:
        raise ValueError(f"the solution has no function {', '.join(sorted(missing))}")
    for node in reversed(functions):
        if not ast.get_docstring(node) or len(node.body) < 2:
            raise ValueError(f"{node.name} needs a docstring with shapes and one worked example, and a body")
        first, last = node.body[1].lineno, node.end_lineno or node.lineno
        lines[first - 1 : last] = [f'    raise NotImplementedError("{node.name} is yours to write")\n']
    return "".join(lines)
