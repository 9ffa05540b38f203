"""Where Numba is missing everything imports and runs as plain Python: tried in a process that cannot import it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

EVERYTHING = """
import importlib, pkgutil, sys
sys.modules["numba"] = None  # as if it were not installed
import scratchml
for module in pkgutil.walk_packages(scratchml.__path__, "scratchml."):
    if not module.name.endswith(("__main__", "core.twins", "core.typed_once")):  # about parts of Numba, nothing else
        importlib.import_module(module.name)
assert not [name for name in sys.modules if name.startswith(("numba.", "llvmlite"))]
from scratchml.cluster import KMeans
from scratchml.core.jit import numba
from scratchml.tree import DecisionTreeClassifier
assert numba is None
X, y = [[0.0], [1.0], [10.0], [11.0]], [0, 0, 1, 1]
assert DecisionTreeClassifier().fit(X, y).predict(X).tolist() == y
print(sorted(KMeans(2, random_state=0).fit(X).cluster_centers_.ravel().tolist()))
"""


def test_the_whole_package_imports_and_fits_without_numba():
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", EVERYTHING], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[0.5, 10.5]"
