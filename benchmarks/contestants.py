"""Who runs: every library that is installed and has the workload's estimator, and a student's own file.

A library that is not installed is listed as absent; it is never an error.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial, wraps
from pathlib import Path
from typing import Any

from benchmarks.workload import Contestant, Workload

LIBRARIES = {  # the name on the command line: the module to import
    "sklearn": "sklearn",
    "numpy": "numpy",
    "imblearn": "imblearn",
    "scipy": "scipy",
    "lightgbm": "lightgbm",
    "xgboost": "xgboost",
    "faiss": "faiss",
    "intelex": "sklearnex",
    "fastcluster": "fastcluster",
    "torch": "torch",
    "gymnasium": "gymnasium",
    "shap": "shap",
}
PLACES = {  # where a library keeps what scratchml.ROOM has, under the same name
    "scratchml": ["scratchml.{room}"],
    "sklearn": ["sklearn.{room}", "sklearn.{room}.pairwise", "sklearn.{room}.cluster"],
    "imblearn": ["imblearn.over_sampling", "imblearn.under_sampling", "imblearn.combine", "imblearn.{room}"],
    "scipy": ["scipy.cluster.hierarchy"],
    "intelex": ["sklearnex.{room}"],
    "fastcluster": ["fastcluster"],
}
ROOMS = {"imblearn": {"imbalance", "datasets"}, "scipy": {"cluster"}, "fastcluster": {"cluster"}}
REFERENCES = ("sklearn", "imblearn", "scipy")  # whose answers are taken for right, and whom the race is against
NO_PEERS = ("scratchml", "gymnasium")  # Gymnasium has environments but no learner: what learns there is ours


def installed(library: str) -> bool:
    """Say whether a library can be imported here."""
    return importlib.util.find_spec(LIBRARIES.get(library, library)) is not None


def find(library: str, estimator: str) -> Any:
    """Return the class or function "room.Name" of a library, None where it has none of that name."""
    room, name = estimator.rsplit(".", 1)
    if room not in ROOMS.get(library, {room}):
        return None
    if library == "sklearn" and name.startswith("Halving"):
        importlib.import_module("sklearn.experimental.enable_halving_search_cv")
    for place in PLACES.get(library, []):
        module = place.format(room=room)
        try:
            found = getattr(importlib.import_module(module), name, None)
        except ModuleNotFoundError as problem:
            if not module.startswith(str(problem.name)):
                raise
            continue
        if found is not None:
            return found
    return None


def from_file(path: str, estimator: str) -> Any:
    """Return the class or function that a student's file defines under the estimator's name, None where it has none.

    A class whose ``fit`` forgets ``return self`` is forgiven.
    """
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file; name a file that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, module)  # dataclasses look there for the module they were made in
    if str(Path(path).parent) not in sys.path:
        sys.path.append(str(Path(path).parent))  # it may import files beside it, as when it is run
    spec.loader.exec_module(module)
    found = getattr(module, estimator.split(".")[-1], None)
    if not inspect.isclass(found) or not hasattr(found, "fit"):
        return found

    class Theirs(found):  # type: ignore[valid-type,misc]
        def fit(self, *arguments: Any, **named: Any) -> Any:
            super().fit(*arguments, **named)
            return self

    Theirs.__name__ = found.__name__
    return Theirs


def library_of(name: str, contestant: Contestant) -> str:
    """Return the library a contestant needs: what it says, else the first word of its name."""
    return contestant.library or name.replace("-", " ").split()[0]


def on_threads(found: Any) -> Callable[[int], Any]:
    """Return the function number of threads -> a class or function, told of that number if it can be told.

    Left alone, each would take another one: ours all there are, scikit-learn's one.
    """
    try:
        can_be_told = "n_jobs" in inspect.signature(found).parameters
    except (TypeError, ValueError):  # it has no signature
        can_be_told = False
    if not can_be_told:
        return lambda threads: found
    return cache(lambda threads: wraps(found, updated=())(partial(found, n_jobs=threads)))


def by_name(workload: Workload, library: str) -> Contestant | None:
    """Return the contestant that is the workload's estimator of a library or of a file, None where it has none."""
    if not workload.estimator or workload.run is None:
        return None
    run = workload.run
    found = (from_file if library.endswith(".py") else find)(library, workload.estimator)
    if found is None:
        return None
    whose = on_threads(found)
    return Contestant(lambda data: run(whose(data["threads"]), data), workload.phases, library)


def line_up(
    workload: Workload, asked: Sequence[str], ours: bool = True
) -> tuple[dict[str, Contestant], dict[str, str]]:
    """Return (who runs by name, why the others asked for do not run): ours first, then in the order asked."""
    runners: dict[str, Contestant] = {}
    absent: dict[str, str] = {}
    room = workload.estimator.split(".")[0]
    for library in dict.fromkeys((*["scratchml"] * ours, *asked)):
        named = {n: c for n, c in workload.contestants.items() if library_of(n, c) == library}
        by_room = library in PLACES and room and room in ROOMS.get(library, {room})
        if not library.endswith(".py") and not installed(library):
            absent.update({library: "not installed"} if named or by_room else {})
            continue
        label = Path(library).name
        try:
            contestant = None if library in named else by_name(workload, library)
        except (Exception, SystemExit) as problem:
            if not library.endswith(".py"):
                raise
            absent[label] = f"the file cannot be imported: {type(problem).__name__}: {problem}"
            continue
        if contestant is not None:
            named = {label: contestant, **named}
        elif library.endswith(".py"):
            name = workload.estimator.split(".")[-1]
            absent[label] = f"the file defines no {name}" if name else "this race names no class to look for in a file"
        runners.update(named)
    return runners, absent
