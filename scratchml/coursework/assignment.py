"""assignment: one folder of ``assignments/`` as an object: its text, questions, rules, checks, hints and wrong answers.

A folder holds ``assignment.toml`` (title, questions with points, rules, limits), ``solution.py`` (the reference,
whose question functions make the starter), ``checks.py`` (how each question is checked), ``hints.md`` (three levels
for each question), ``film.py`` (drawn steps), ``quiz.py`` (questions from a recorded fit), ``graft.py`` (a function
fits into the package's own estimator), ``mutants/`` (classic wrong answers: the module docstring is the diagnosis, the
functions replace the solution's) and ``alternatives/`` (right answers written differently). ``starter.py`` is made
from ``solution.py`` by ``starter.py`` of this package.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from .checking import Graft, Question
from .sandbox import Limits
from .starter import starter_source

__all__ = ["Assignment", "QuestionText", "assignments", "find_assignment"]

FOLDER = Path(__file__).parent / "assignments"
OWN = "SCRATCHML_ASSIGNMENTS"  # environment variable: the folder that holds a teacher's own assignments


@dataclass(frozen=True)
class QuestionText:
    """What ``assignment.toml`` says of a question: the function's name, its points, the text, the growth."""

    name: str
    points: float
    text: str
    complexity: float | None = None  # the lines run may grow like n to this power; None: not counted


def load_module(path: Path, name: str, source: str | None = None) -> ModuleType:
    """Run a file of ours as a module of its own (not entered in sys.modules) and return it."""
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    exec(compile(source if source is not None else path.read_text(), str(path), "exec"), module.__dict__)
    return module


@dataclass(frozen=True)
class Assignment:
    """One assignment, read from its folder."""

    folder: Path
    title: str
    questions: tuple[QuestionText, ...]
    forbidden: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    complexity: str = ""  # "none: why" where no question's growth is worth counting

    @property
    def name(self) -> str:
        """The folder's name, for example ``a12_k_means``."""
        return self.folder.name

    @property
    def points(self) -> float:
        """All points together."""
        return sum(question.points for question in self.questions)

    @cached_property
    def solution_source(self) -> str:
        """The text of solution.py."""
        return (self.folder / "solution.py").read_text()

    @cached_property
    def solution(self) -> ModuleType:
        """The reference's functions, in this process."""
        return load_module(self.folder / "solution.py", f"solution_{self.name}")

    @cached_property
    def checks(self) -> dict[str, Question]:
        """How each question is checked, from checks.py."""
        module = load_module(self.folder / "checks.py", f"checks_{self.name}")
        checks: dict[str, Question] = module.QUESTIONS
        assert list(checks) == [question.name for question in self.questions], f"{self.name}: checks.py and toml differ"
        path = self.folder / "graft.py"
        grafts: dict[str, Graft] = load_module(path, f"graft_{self.name}").GRAFTS if path.exists() else {}
        return {name: replace(question, graft=grafts.get(name, question.graft)) for name, question in checks.items()}

    @cached_property
    def starter_source(self) -> str:
        """The text of the committed starter.py."""
        return (self.folder / "starter.py").read_text()

    def write_starter(self) -> None:
        """Make starter.py anew from solution.py."""
        made = starter_source(self.solution_source, [question.name for question in self.questions])
        (self.folder / "starter.py").write_text(made)

    def variant_source(self, path: Path) -> str:
        """Return a whole submission: the solution with the functions of a mutant or alternative in place of its own."""
        return f"{self.solution_source}\n\n{path.read_text()}"

    @cached_property
    def mutants(self) -> dict[str, Path]:
        """The classic wrong answers by name."""
        return {path.stem: path for path in sorted((self.folder / "mutants").glob("*.py"))}

    @cached_property
    def alternatives(self) -> dict[str, Path]:
        """Right answers written differently, by name."""
        return {path.stem: path for path in sorted((self.folder / "alternatives").glob("*.py"))}

    def diagnosis(self, mutant: str) -> str:
        """Return the sentence that says what is wrong in a mutant: its module docstring."""
        return " ".join((ast.get_docstring(ast.parse(self.mutants[mutant].read_text())) or "").split())

    @cached_property
    def mutant_modules(self) -> dict[str, ModuleType]:
        """Each mutant's functions, in this process."""
        return {
            name: load_module(path, f"mutant_{name}", self.variant_source(path)) for name, path in self.mutants.items()
        }

    def changes(self, mutant: str) -> set[str]:
        """Return the names of the functions that a mutant replaces."""
        tree = ast.parse(self.mutants[mutant].read_text())
        return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def hints(self) -> dict[str, list[str]]:
        """Three hints for each question: a nudge, the formula with shapes, pseudocode."""
        found: dict[str, list[str]] = {}
        for part in re.split(r"^## ", (self.folder / "hints.md").read_text(), flags=re.M)[1:]:
            name, _, body = part.partition("\n")
            found[name.strip()] = [hint.strip() for hint in re.split(r"^### .*\n", body, flags=re.M)[1:]]
        return found


def read_assignment(folder: Path) -> Assignment:
    """Read a folder's assignment.toml."""
    text: dict[str, Any] = tomllib.loads((folder / "assignment.toml").read_text())
    questions = tuple(
        QuestionText(q["name"], float(q["points"]), q["text"].strip(), q.get("complexity")) for q in text["question"]
    )
    forbidden = tuple(text.get("rules", {}).get("forbidden", ()))
    limits = Limits(**text.get("limits", {}))
    return Assignment(folder, text["title"], questions, forbidden, limits, text.get("complexity", ""))


def assignments() -> list[Assignment]:
    """Return every assignment of the package in order, then those of the folder ``SCRATCHML_ASSIGNMENTS`` names."""
    own = os.environ.get(OWN, "")
    if own and not Path(own).is_dir():
        raise ValueError(f"{OWN}={own} is no folder; let it name the one that holds your assignments' folders.")
    places = [FOLDER, Path(own).resolve()] if own else [FOLDER]
    return [read_assignment(path.parent) for place in places for path in sorted(place.glob("*/assignment.toml"))]


def find_assignment(name: str) -> Assignment:
    """Return the assignment that a name, its number or the beginning of its name says.

    Raises
    ------
    ValueError
        When none or several fit; the message lists them.
    """
    there = {assignment.name: assignment for assignment in assignments()}
    wanted = Path(name).stem
    number = f"a{int(wanted):02d}_" if wanted.isdigit() else wanted
    fits = [found for key, found in there.items() if key == wanted or key.startswith(number) or key[4:] == wanted]
    if len(fits) != 1:
        raise ValueError(f"no assignment is called {name!r}; there are: {', '.join(there)}")
    return fits[0]
