"""The same source gives the same result compiled, plain, and with bounds checked."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import scratchml.core.jit as jit
from scratchml.core import clone
from scratchml.core.jit import kernel, plain_python
from scratchml.discovery import all_estimators
from tests.problems import check_same_bits, fit_quietly, outputs, problem_for

EXAMPLES = [(f"{name}-{i}", item) for name, cls in all_estimators() for i, item in enumerate(cls._examples())]


@pytest.mark.parametrize("example", [e for _, e in EXAMPLES], ids=[name for name, _ in EXAMPLES])
def test_compiled_and_plain_agree(example):
    X, y = problem_for(example, n=45)
    names = [name for name in example.get_params(deep=True) if name.split("__")[-1] == "random_state"]
    fast, slow = (clone(example).set_params(**dict.fromkeys(names, 0)) for _ in range(2))
    expected = outputs(fit_quietly(fast, X, y), X)
    with plain_python(), np.errstate(all="ignore"):
        found = outputs(fit_quietly(slow, X, y), X)
    check_same_bits(expected, found)


@kernel
def _double(x):
    return 2 * x


@kernel
def _quadruple(x):
    return _double(_double(x))


def test_plain_python_reaches_a_kernel_called_by_a_kernel():
    seen = []
    compiled = _quadruple
    with plain_python():
        original = globals()["_double"]
        globals()["_double"] = lambda x: seen.append(x) or original(x)
        assert _quadruple(3) == 12
        globals()["_double"] = original
    assert seen == [3, 6]
    assert _quadruple is compiled


def test_plain_python_restores_the_kernels_after_an_error():
    compiled = _double
    with pytest.raises(KeyError), plain_python():
        raise KeyError
    assert _double is compiled


CHILD = """
import sys, types
import numpy as np
from scratchml.maths.distances import squared_euclidean
from scratchml.core.jit import kernel, kernels, plain_python

def write(name, text):
    module = types.ModuleType(f"scratchml.{name}")
    path = f"{sys.argv[1]}/{name}.py"
    open(path, "w").write(text)
    module.__file__ = path
    sys.modules[module.__name__] = module
    exec(compile(text, path, "exec"), vars(module))
    return module

with plain_python():
    late = write("late", "from scratchml.core.jit import kernel\\n"
        "from scratchml.maths.distances import squared_euclidean\\n"
        "@kernel\\ndef measure(X, columns, out):\\n    squared_euclidean(X, columns, 0, out)\\n")
    assert isinstance(late.squared_euclidean, types.FunctionType) and isinstance(late.measure, types.FunctionType)
    late.measure(np.array([[1.0, 2.0]]), np.array([[3.0], [5.0]]), plain := np.empty((1, 1)))
assert late.squared_euclidean is squared_euclidean, "left plain after the block"
assert late.measure is kernels()["scratchml.late.measure"]
late.measure(np.array([[1.0, 2.0]]), np.array([[3.0], [5.0]]), compiled := np.empty((1, 1)))
assert plain == compiled == 13.0
"""


def test_a_module_first_imported_inside_the_block_is_plain_there_and_compiled_after(tmp_path):
    ran = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_a_kernel_defined_twice_inside_the_block_is_compiled_after_it():
    with plain_python():
        for _ in range(2):
            globals()["_made"] = kernel(lambda x: x + 1)
            globals()["_made_before"] = globals().get("_made_before", globals()["_made"])
        assert globals()["_made"](1) == 2
    assert all(hasattr(globals().pop(name), "py_func") for name in ("_made", "_made_before"))


def test_two_threads_may_run_plain_at_once():
    compiled, inside, leave = _double, threading.Barrier(2), threading.Event()
    seen = []

    def second():
        with plain_python():
            inside.wait(30)
            leave.wait(30)
            seen.append(_double is not compiled)

    thread = threading.Thread(target=second)
    with plain_python():
        thread.start()
        inside.wait(30)
    leave.set()  # the first block is closed, the second one still open
    thread.join()
    assert seen == [True]
    assert _double is compiled


def test_every_kernel_is_compiled_with_the_one_set_of_options():
    for name, compiled in jit.kernels().items():
        options = compiled.targetoptions
        assert options["nogil"], name
        assert options["error_model"] == "numpy", name
        assert not options.get("fastmath"), name
        assert not options.get("parallel"), name


@pytest.mark.skipif(not jit.jit_enabled(), reason="nothing is compiled")
def test_a_kernel_called_by_a_kernel_is_compiled_bare_and_python_never_meets_that_one():
    outer, inner = _quadruple, _double
    assert outer(np.float32(1.5)) == 6.0
    asked = next(iter(outer.overloads))  # the types of that call
    assert asked not in inner.overloads
    inner.get_call_template(asked, {})  # as a kernel that compiles does; `outer` may have come out of the cache
    assert asked in inner.twin.overloads
    assert inner.twin.targetoptions["no_cpython_wrapper"]
    assert inner(np.float32(1.5)) == 3.0  # from Python: compiled once more, with the wrapper
    assert asked in inner.overloads
    assert inner.twin.py_func.__code__ is inner.py_func.__code__
    with plain_python():
        assert _quadruple(2) == 8


FIT_ALL = """
import sys, warnings
warnings.simplefilter("ignore")
{before}
import numpy as np
from scratchml.discovery import all_estimators
from tests.problems import fit_quietly, outputs, problem_for
for name, cls in all_estimators():
    for example in cls._examples():
        X, y = problem_for(example, n=40)
        outputs(fit_quietly(example, X, y), X)
print("all fitted")
"""


@pytest.mark.parametrize(
    ("before", "variables"),
    [
        ("", {"NUMBA_DISABLE_JIT": "1"}),
        ("sys.modules['numba'] = None", {}),  # as if Numba were not installed
        ("", {"NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "0"}),  # each index is checked at any level: take the fast one
    ],
    ids=["jit off", "numba absent", "bounds checked"],
)
def test_everything_runs(before, variables, tmp_path):
    environment = {**os.environ, **variables, "NUMBA_CACHE_DIR": str(tmp_path)}
    code = FIT_ALL.format(before=before)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert found.stdout.strip().endswith("all fitted"), found.stderr[-2000:]
