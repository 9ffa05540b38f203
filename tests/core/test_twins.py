"""Kernels called by kernels, and what is kept of them on disk."""

import gc
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import scratchml.core.jit as jit
from scratchml.core.jit import kernel

resource = pytest.importorskip("resource")  # counts pages; systems without it have no fork, either
pytestmark = pytest.mark.skipif(not jit.jit_enabled(), reason="nothing is compiled")
ROOT = Path(__file__).parents[2]


def dot(a, b):
    total = 0.0
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total


def square_of(a):
    if a.shape[0] == 0:
        raise ValueError("no numbers")
    return dot(a, a)


def half_of(a):
    return 0.5 * square_of(a)


dot, square_of, half_of = kernel(dot), kernel(square_of), kernel(half_of)


def run(folder, code, **variables):
    """Run Python code in a process of its own, with a cache of kernels in `folder`, and return what it prints."""
    variables = {"NUMBA_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", **variables}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **variables}, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


# ---- by hand


def test_three_floors_of_kernels_give_the_sum_on_paper():
    assert half_of(np.array([1.0, 2.0, 3.0])) == 7.0


def test_an_error_on_the_second_floor_reaches_python():
    with pytest.raises(ValueError, match="no numbers"):
        half_of(np.empty(0))


# ---- laws


def test_called_from_python_and_from_a_kernel_the_bits_are_the_same():
    a = np.random.default_rng(0).normal(size=101)
    from_kernel = half_of(a)  # compiles the twin first, then the kernel that Python calls
    assert from_kernel == 0.5 * square_of(a) == 0.5 * dot(a, a)


def test_a_kernel_survives_pickling():
    again = pickle.loads(pickle.dumps(half_of))
    assert again(np.array([2.0, 2.0])) == 4.0


def test_threads_may_compile_at_once():
    fresh = {}
    source = "def low(a):\n    return a + 1\ndef one(a):\n    return low(a)\ndef two(a):\n    return low(a) * 2\n"
    exec(compile(source, "<no file>", "exec"), fresh)  # no file: nowhere to keep machine code either
    fresh.update({name: kernel(fresh[name]) for name in ("low", "one", "two")})
    start, found = threading.Barrier(2), {}

    def call(name):
        start.wait(30)
        found[name] = fresh[name](3)

    threads = [threading.Thread(target=call, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"one": 4, "two": 8}


def test_nobody_looks_for_garbage_while_a_kernel_compiles(monkeypatch):
    from scratchml.core import twins  # missing where nothing is compiled

    seen = []
    monkeypatch.setattr(twins.CachedDispatcher, "compile", lambda *_: seen.append(gc.isenabled()))
    for choose in (gc.disable, gc.enable):
        choose()
        twins.Kernel.compile(dot, ())
        seen.append(gc.isenabled())
    assert seen == [False, False, False, True]  # while it compiles, and after: as it was before


def pages_asked_for(depth):
    """Return how many pages of memory 300 calls ask the system for, `depth` calls further down."""
    if depth:
        return pages_asked_for(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(300):
        called()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def called():
    return None


called.__code__ = called.__code__.replace(co_stacksize=100)  # as large a frame as a compiler's functions have


def test_at_no_depth_do_the_calls_of_a_compiler_ask_the_system_for_memory():
    from scratchml.core import twins  # missing where nothing is compiled

    worst = max(twins._call_with_room(pages_asked_for, depth) for depth in range(250))
    assert worst < 150  # a call where a chunk of frames ends asks for one or more: 300 of 300 calls, without the room


# ---- edges: the cache on disk

LOW = "from scratchml.core.jit import kernel\nSTEP = {step}\n@kernel\ndef low(a):\n    return a + {by} * STEP\n"
HIGH = "from scratchml.core.jit import kernel\nfrom low import low\n@kernel\ndef high(a):\n    return low(a) * 10\n"
CALL = "import high; print(high.high(1), sum(high.high.stats.cache_hits.values()))"


def test_a_second_process_loads_and_a_change_in_another_file_is_seen(tmp_path):
    """Numba alone looks at the file of the kernel that is called: it would go on with the old callee."""
    (tmp_path / "high.py").write_text(HIGH)
    (tmp_path / "low.py").write_text(LOW.format(step=1, by=1))
    assert run(tmp_path, CALL) == ["20", "0"]
    assert run(tmp_path, CALL) == ["20", "1"]
    (tmp_path / "low.py").write_text(LOW.format(step=1, by=2))
    assert run(tmp_path, CALL) == ["30", "0"]


def test_a_changed_constant_of_another_file_is_seen():
    from scratchml.core.twins import frozen_into

    names = {"low": lambda: None, "STEP": 3, "__name__": "made_up"}
    exec("def high(a):\n    return a + STEP", names)
    assert frozen_into(names["high"])["made_up.STEP"] == "3"


def test_scipy_is_imported_for_a_product_of_matrices_and_for_nothing_else(tmp_path):
    (tmp_path / "high.py").write_text(HIGH)
    (tmp_path / "low.py").write_text(LOW.format(step=1, by=1))
    code = "import sys, numba, numpy as np, high; print(high.high(1), 'scipy.linalg' in sys.modules)\n"
    code += "print(numba.njit(lambda a: np.dot(a, a))(np.ones(3)), 'scipy.linalg' in sys.modules)"
    assert run(tmp_path, code) == ["20", "False", "3.0", "True"]


def test_without_a_usable_cache_the_fit_goes_on(tmp_path):
    """A folder that is lost after the import is what a full disk and lost rights look like to Numba."""
    (tmp_path / "high.py").write_text(HIGH)
    (tmp_path / "low.py").write_text(LOW.format(step=1, by=1))
    lost = "import high, shutil, os; c = os.environ['NUMBA_CACHE_DIR']; shutil.rmtree(c); open(c, 'w').close(); "
    assert run(tmp_path, lost + CALL) == ["20", "0"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_calls_what_its_parent_compiled_and_compiles_more(tmp_path):
    (tmp_path / "high.py").write_text(HIGH)
    (tmp_path / "low.py").write_text(LOW.format(step=1, by=1))
    code = "import high, os; high.high(1)\nif os.fork(): os.wait()\nelse: print(high.high(1), high.high(0.5)); exit()"
    assert run(tmp_path, code) == ["20", "15.0"]


def test_a_numba_without_the_private_parts_is_used_as_it_is(tmp_path):
    (tmp_path / "high.py").write_text(HIGH)
    (tmp_path / "low.py").write_text(LOW.format(step=1, by=1))
    lost = "del c.CPUCodeLibrary._finalize_final_module; del t.ConfigStack.top_or_none; "
    after = "; import sys, scratchml.core.jit as j; print(j.Kernel, 'scratchml.core.typed_once' in sys.modules)"
    # the classes are whole again once the package has looked: this Numba itself cannot do without the methods
    keep = "import numba.core.codegen as c, numba.core.targetconfig as t; "
    keep += "kept, top = c.CPUCodeLibrary._finalize_final_module, vars(t.ConfigStack)['top_or_none']; "
    put = "import scratchml.core.jit; c.CPUCodeLibrary._finalize_final_module = kept; t.ConfigStack.top_or_none = top; "
    assert run(tmp_path, keep + lost + put + CALL + after) == ["20", "0", "None", "False"]
