"""The picture of the house in the design holds: imports go down only, and rooms on one floor do not see each other."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import scratchml

ROOT = Path(scratchml.__file__).parent
FLOORS = {
    0: "core",
    1: "maths",
    2: "preprocessing impute filters outliers optim metrics datasets persistence",
    3: "linear_model tree svm neighbors cluster mixture neural_network decomposition rl",
    4: "ensemble feature_selection imbalance model_selection pipeline compose inspection monitoring",
    5: "trace viz",
    6: "cli coursework serving discovery __main__",
}
FLOOR_OF = {room: floor for floor, names in FLOORS.items() for room in names.split()}
FOREIGN = {"sklearn", "scipy", "imblearn", "pandas", "polars", "gymnasium", "joblib", "torch"}
ALLOWED = {"numpy", "numba", "matplotlib", "rich", "scratchml"}
FILES = sorted(ROOT.rglob("*.py"))


def room_of(path):
    """Return the room a file of the package lies in ("" for the package's own __init__)."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def imports_of(path):
    """Return (absolute module, is at module level) for each import statement of a file."""
    tree = ast.parse(path.read_text())
    package = ("scratchml", *path.relative_to(ROOT).parts[:-1])
    top = {id(node) for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))}
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            top -= {id(node) for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "scratchml" else [module]
            yield from ((name, id(node) in top) for name in names)


def test_every_room_has_a_floor():
    rooms = {room_of(path) for path in FILES} - {""}
    assert rooms <= set(FLOOR_OF), f"give these a floor in the picture: {sorted(rooms - set(FLOOR_OF))}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path):
    room = room_of(path)
    for module, _ in imports_of(path):
        parts = module.split(".")
        if parts[0] != "scratchml" or len(parts) < 2 or parts[1] in (room, "__version__"):
            continue
        same_search_floor = {room, parts[1]} <= {"pipeline", "compose"}  # a column transformer builds pipelines
        holds_out = room in ("linear_model", "ensemble", "neural_network", "feature_selection")  # rows kept aside
        splits = holds_out and parts[1] == "model_selection"
        splits = splits or (room == "mixture" and parts[1] == "cluster")  # EM begins where k-means ends
        splits = splits or (room == "trace" and parts[1] == "viz")  # a trace is drawn
        assert parts[1] in FLOOR_OF, f"{path.name} imports {module}, which is no room"
        assert FLOOR_OF[parts[1]] < FLOOR_OF.get(room, 0) or FLOOR_OF[room] == 6 or same_search_floor or splits, (
            f"{room} (floor {FLOOR_OF.get(room)}) imports {module} (floor {FLOOR_OF[parts[1]]})"
        )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_imports_a_reference_library(path):
    for module, at_top in imports_of(path):
        root = module.split(".")[0]
        if root in ("pandas", "polars"):
            assert not at_top, f"{path.name}: data frame libraries are loaded only when a caller asks for a frame"
        elif root in ("sklearn", "imblearn"):
            assert path.name == "sklearn_bridge.py", f"{path.name} imports {module}"
            assert not at_top, "the bridge imports scikit-learn only once scikit-learn has called"
        elif root == "gymnasium":
            assert path.name == "gymnasium_bridge.py", f"{path.name} imports {module}"
            assert not at_top, "the bridge imports Gymnasium only when a caller asks for one of its environments"
        else:
            assert root not in FOREIGN, f"{path.name} imports {module}"
            assert root in ALLOWED or root in sys.stdlib_module_names, f"{path.name} imports {module}"


def loaded_by(statement):
    """Return the top-level modules loaded in a fresh process after `statement`."""
    code = f"{statement}\nimport sys, json; print(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(found.stdout.splitlines()[-1]))


def test_importing_the_package_loads_numpy_at_most():
    assert not loaded_by("import scratchml") & {"numba", "matplotlib", "rich", "sklearn", "scipy", "pandas"}


def test_importing_every_room_loads_no_plots_and_no_reference():
    found = loaded_by("from scratchml.discovery import rooms; rooms()")
    assert not found & {"matplotlib", "rich", "sklearn", "pandas"}  # SciPy is loaded by Numba, where it is installed
