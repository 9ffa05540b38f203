"""rules: what a solution may import and call, read from its source without running it.

Checked before a child is started: a call of ``np.linalg.lstsq`` in an assignment on least squares is a broken rule
whatever it returns. Names are followed through ``import numpy as np`` and ``from numpy import linalg``; what is hidden
better than that is for the teacher's eyes. The block under ``if __name__ == "__main__"`` is the student's own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Breach", "breaches", "graded_part"]

IMPORTS = frozenset(
    {"__future__", "collections", "dataclasses", "functools", "heapq", "itertools", "math", "numba", "numpy"}
)
NEVER = (
    "__import__",
    "breakpoint",
    "compile",
    "eval",
    "exec",
    "getattr",
    "globals",
    "locals",
    "open",
    "setattr",
    "vars",
)


class Breach(NamedTuple):
    """A broken rule: the line and a sentence."""

    line: int
    sentence: str


def graded_part(source: str) -> str:
    """Return the source without its ``if __name__ == "__main__"`` block; line numbers stay."""
    lines = source.split("\n")  # not splitlines: a form feed or U+2028 ends no line of Python
    for node in ast.parse(source).body:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test) and "__main__" in ast.unparse(node.test):
            for line in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[line] = ""
    return "\n".join(lines)


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for: {"np": "numpy", "solve": "numpy.linalg.solve"}."""
    stands_for = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                stands_for[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                stands_for[alias.asname or alias.name] = f"{node.module or '.'}.{alias.name}"
    for node in ast.walk(tree):  # la = np.linalg
        if isinstance(node, ast.Assign) and (name := dotted_name(node.value, stands_for)).split(".")[0] in IMPORTS:
            stands_for.update({target.id: name for target in node.targets if isinstance(target, ast.Name)})
    return stands_for


def dotted_name(node: ast.expr, stands_for: dict[str, str]) -> str:
    """Return the full dotted name an expression spells ("" if it spells none)."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([stands_for.get(node.id, node.id), *reversed(parts)])


def breaches(source: str, forbidden: Iterable[str] = ()) -> list[Breach]:
    """Return every broken rule of a source. ``forbidden`` holds dotted names; a name forbids all below it.

    Raises
    ------
    SyntaxError
        When the source is not Python.
    """
    tree = ast.parse(graded_part(source))
    stands_for, forbidden, found = imported_names(tree), tuple(forbidden), set[Breach]()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
            strange = [module for module in modules if module.split(".")[0] not in IMPORTS]
            found |= {
                Breach(node.lineno, f"imports {name}; allowed are {', '.join(sorted(IMPORTS))}") for name in strange
            }
            if any(alias.name == "*" for alias in node.names):
                found.add(Breach(node.lineno, "imports *; name what you need, so that a reader sees where it is from"))
        elif isinstance(node, (ast.Attribute, ast.Name)):
            name = dotted_name(node, stands_for)
            hidden = isinstance(node, ast.Attribute) and node.attr.startswith("__") and node.attr != "__init__"
            if name in NEVER or hidden:
                found.add(Breach(node.lineno, f"uses {name or ast.unparse(node)}, which an assignment needs not"))
            if any(name == rule or name.startswith(rule + ".") for rule in forbidden):
                found.add(Breach(node.lineno, f"uses {name}, which this assignment asks you to write yourself"))
    return sorted(found)
