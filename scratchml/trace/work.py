"""The lines that did a step's work: those between the yield before and this one, and the kernels that they call.

Idea
    A recorder knows the line of the `yield`; what moved the centres stands above it. The statements that lead to it are
    read off the source's tree, backwards, up to the one that yielded before. Functions of the rooms that these call by
    name, or as methods, are the textbook's steps: their text is found where it stands now.
Cost
    Milliseconds, and only when a page is made.
Differences
    It is the text that is read, not what ran: of an `if` both branches are shown, and a loop's end comes before its
    beginning. A function that is handed over in a variable is not followed; `KERNELS` names those that matter.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from .events import name_of
from .explain import key_of
from .graft import is_ours, plain, yours_in
from .where import Source, source_of

Block = list[ast.stmt]
Piece = ast.stmt | ast.expr
LEADS = ("iter", "test", "subject")  # what a compound statement works out before its body
SKIPPED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)  # run when they are called

# kernels that loops find in a variable, by the class and name of the step
NEAREST = ("cluster.assign.assign_blocks", "cluster.assign.score_two", "cluster.assign.keep_nearer")
KERNELS: dict[tuple[str, str], tuple[str, ...]] = {
    ("scratchml.cluster.lloyd.Step", "assign"): NEAREST,
    ("scratchml.cluster.lloyd.Step", "update"): ("cluster.lloyd.means_of",),
    ("scratchml.cluster.mini_batches.Step", "update"): ("cluster.mini_batches.move_towards",),
    ("scratchml.svm.solver.Step", "move"): ("svm.smo.worst_point", "svm.smo.best_partner", "svm.smo.move_pair"),
}


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a statement and what is in it, but for functions defined there."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, SKIPPED):
            yield from inside(child)


def yields(node: ast.AST) -> bool:
    """Say whether a statement yields."""
    return any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in inside(node))


def blocks_of(node: ast.AST) -> Iterator[Block]:
    """Yield the lists of statements right inside one."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield block
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def way_to(node: ast.AST, line: int) -> list[tuple[ast.AST, Block, int]]:
    """Return the way down to the statement at a line: whose block, the block, and the place in it, outermost first."""
    for block in blocks_of(node):
        for k, statement in enumerate(block):
            if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
                return [(node, block, k), *way_to(statement, line)]
    return []


def heads_of(node: ast.AST) -> list[ast.expr]:
    """Return what a loop or a condition works out before its body."""
    return [getattr(node, field) for field in LEADS if hasattr(node, field)]


def is_remark(statement: ast.stmt) -> bool:
    """Say whether a statement does nothing: a docstring, a function defined."""
    return isinstance(statement, SKIPPED) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def work_of(function: ast.AST, line: int) -> list[Piece]:
    """Return the statements and conditions that lead to the one at `line`, itself among them, from the yield before."""
    way = way_to(function, line)
    found: list[Piece] = [way[-1][1][way[-1][2]]] if way else []
    for owner, block, k in reversed(way):
        earlier = block[:k]
        if not earlier and isinstance(owner, (ast.For, ast.While)):
            earlier = block[k + 1 :]  # round again: what stands below has led to it
        for statement in reversed(earlier):
            if yields(statement):
                return found[::-1]
            found += [] if is_remark(statement) else [statement]
        found += heads_of(owner)
        if isinstance(owner, (ast.For, ast.While)):
            break
    return found[::-1]


def lines_of(node: Piece) -> range:
    """Return the numbers of the lines of a statement or condition."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


@lru_cache(64)
def tree_of(source: Source) -> ast.AST | None:
    """Return the function of a source as a tree with the file's line numbers; None where there is none."""
    try:
        body = ast.parse(textwrap.dedent(source.text)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(body) != 1 or not isinstance(body[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    return ast.increment_lineno(body[0], source.first - 1)


def class_of(source: Source, space: dict[str, Any], estimator: str) -> type | None:
    """Return the class whose method a source is; where `estimator` names a class derived from it, that one."""
    base = space.get(source.name.partition(".")[0]) if "." in source.name else None
    waiting = [base]
    while waiting:
        cls = waiting.pop()
        if isinstance(cls, type):
            if cls.__name__ == estimator:
                return cls
            waiting += type.__subclasses__(cls)
    return base if isinstance(base, type) else None


def called_in(source: Source, nodes: Sequence[ast.AST], estimator: str, deeper: bool = True) -> dict[str, Any]:
    """Return the functions of the rooms that these statements call, by name; those that methods call, too."""
    module = source.file.removesuffix(".py").replace("/", ".")
    if not module.startswith("scratchml.") or module not in sys.modules:
        return {}
    space, found = vars(sys.modules[module]), {}
    cls = class_of(source, space, estimator)
    calls = [part for node in nodes for part in inside(node) if isinstance(part, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        to = call.func
        if isinstance(to, ast.Name) and is_ours(space.get(to.id)):
            found[to.id] = space[to.id]
        elif isinstance(to, ast.Attribute) and isinstance(to.value, ast.Name) and to.value.id == "self" and cls:
            method = inspect.getattr_static(cls, to.attr, None)
            if deeper and is_ours(method):
                text = source_of(plain(method).__code__)
                body = tree_of(text)
                found[to.attr] = method
                found.update(called_in(text, [body] if body is not None else [], estimator, deeper=False))
    return found


def function_at(path: str) -> Any:
    """Return what is called "room.file.name", if that file has been imported; else None."""
    module, _, name = path.rpartition(".")
    return getattr(sys.modules.get(f"scratchml.{module}"), name, None)


class Work(NamedTuple):
    """What led to a step."""

    lines: list[int]  # of its source; empty where that cannot be told
    kernels: list[tuple[str, Source]]  # what to say of it, and its text, for each of the textbook's steps; yours first


def work_behind(source: Source, line: int, step: Any, estimator: str) -> Work:
    """Return the lines and the textbook's steps that led to a step, which the line of a source yielded."""
    function = tree_of(source)
    nodes = work_of(function, line) if function is not None else []
    lines = sorted({number for node in nodes for number in lines_of(node)})
    named, theirs = called_in(source, nodes, estimator), yours_in(source.name)
    if not theirs:
        named = {**{path.rpartition(".")[2]: function_at(path) for path in KERNELS.get(key_of(step), ())}, **named}
    yours = [
        (f"your {name}: {text.name.rpartition('.')[2]}", text) for name, text in theirs.items() if text is not None
    ]
    functions = {name: plain(item) for name, item in named.items() if is_ours(item) and name not in theirs}
    last = sorted(
        functions, key=lambda name: (name != name_of(step), name.startswith("_"))
    )  # the step's own word first
    functions = {name: functions[name] for name in last}
    ours = [(f"calls {name}", source_of(function.__code__)) for name, function in functions.items()]
    return Work(lines, [(said, text) for said, text in yours + ours if text.text])
