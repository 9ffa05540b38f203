"""Hostile files: each ends in a verdict inside its limits, and the questions beside it still count."""

import re
import time

import numpy as np
import pytest

from scratchml.coursework import Limits, Sandbox, find_assignment, grade
from scratchml.coursework.grading import broken_rules
from scratchml.coursework.rules import breaches, graded_part
from scratchml.coursework.sandbox import Stopped, StudentError

LIMITS = Limits(wall=1.0, cpu=5)
HOSTILE = {
    "an endless loop": ("def f(x):\n    while True:\n        pass", "never ends"),
    "an endless compiled loop": (
        "import numba\n@numba.njit\ndef g():\n    i = 0\n    while i >= 0:\n        i = (i + 1) % 7\n    return i\n"
        "def f(x):\n    return g()",
        "never ends",
    ),
    "sleep": ("import time\ndef f(x):\n    time.sleep(100)", "never ends"),
    "os._exit": ("import os\ndef f(x):\n    os._exit(0)", "left the process"),
    "a crash": ("import ctypes\ndef f(x):\n    ctypes.string_at(0)", "SIGSEGV"),
    "one big array": ("import numpy as np\ndef f(x):\n    return np.ones(10**10)", "MemoryError"),
    "a growing list": (
        "def f(x):\n    a = []\n    while True:\n        a.append(bytearray(10**7))",
        "MemoryError|never ends",
    ),
    "endless recursion": ("def f(x):\n    return f(x)", "RecursionError"),
    "a fork": ("import os\ndef f(x):\n    os.fork()", "not allowed"),
    "a command": ("import os\ndef f(x):\n    os.system('true')", "not allowed"),
    "a subprocess": ("import subprocess\ndef f(x):\n    subprocess.run(['true'])", "not allowed"),
    "killing the parent": ("import os\ndef f(x):\n    os.kill(os.getppid(), 9)", "not allowed"),
    "raising its limits": ("import resource\ndef f(x):\n    resource.setrlimit(7, (9, 9))", "not allowed"),
    "reading the answers": ("def f(x):\n    return open(ANSWERS).read()", "not to be read"),
    "sys.exit": ("import sys\ndef f(x):\n    sys.exit(3)", "SystemExit"),
    "an always-equal object": (
        "class A:\n    def __eq__(s, o):\n        return True\ndef f(x):\n    return A()",
        "cannot be",
    ),
    "an array subclass": (
        "import numpy as np\nclass A(np.ndarray):\n    def __eq__(s, o):\n        return True\n"
        "def f(x):\n    return np.zeros(3).view(A)",
        "cannot be returned",
    ),
    "an array of objects": (
        "import numpy as np\ndef f(x):\n    return np.array([[1], None], dtype=object)",
        "cannot be",
    ),
    "an answer of 80 MB": ("import numpy as np\ndef f(x):\n    return np.ones(10**7)", "at most|TypeError"),
    "an error that cannot be told": (
        "class E(Exception):\n    def __str__(s):\n        raise s\ndef f(x):\n    raise E",
        "E",
    ),
    "writing a file": ("import numpy as np\ndef f(x):\n    np.save('/tmp/scratchml_any.npy', x)", "not to be written"),
    "reading the answers below an open folder": (
        "import os\ndef f(x):\n    d = os.open(os.path.dirname(os.path.dirname(ANSWERS)), os.O_RDONLY)\n"
        "    return os.read(os.open('a12_k_means/solution.py', os.O_RDONLY, dir_fd=d), 9)",
        "not to be read",
    ),
    "another name for the answers": ("import os\ndef f(x):\n    os.link(ANSWERS, '/tmp/scratchml_x')", "not allowed"),
    "killing the server by the C library": (
        "import ctypes, os\ndef f(x):\n    ctypes.CDLL(None).kill(os.getppid(), 9)",
        "kill of the C library is not allowed",
    ),
    "forks by the C library": ("import ctypes\ndef f(x):\n    ctypes.CDLL(None).fork()", "fork of the C library"),
    "tracing the parent": (
        "import ctypes, os\ndef f(x):\n    ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0)",
        "ptrace of the C library",
    ),
    "the parent's memory": ("import os\ndef f(x):\n    open(f'/proc/{os.getppid()}/mem', 'rb')", "not to be read"),
    "deleting by the C library": ("import ctypes\ndef f(x):\n    ctypes.CDLL(None).unlink(b'/tmp/x')", "unlink of"),
    "deaf to signals": (
        "import signal\nfor n in (1, 2, 14, 15):\n    signal.signal(n, signal.SIG_IGN)\n"
        "def f(x):\n    while True:\n        pass",
        "never ends",
    ),
    "closing every file": ("import os\ndef f(x):\n    os.closerange(0, 99)", "left the process"),
    "keys that collide": (
        "class K:\n    def __hash__(s):\n        return 1\n    def __eq__(s, o):\n        return False\n"
        "def f(x):\n    return len({K(): i for i in range(10**6)})",
        "never ends",
    ),
    "an object that says it is an array": (
        "import numpy as np\nclass A:\n    __class__ = np.ndarray\n"
        "    __eq__ = __array_ufunc__ = lambda *a, **k: True\n"
        "    def __array__(s, *a, **k):\n        return np.zeros(3)\ndef f(x):\n    return A()",
        "cannot be returned",
    ),
    "a float that lies": (
        "class F(float):\n    def __eq__(s, o):\n        return True\ndef f(x):\n    return [F(1)] * 3",
        "cannot be returned",
    ),
    "a generator": ("def f(x):\n    yield 1", "cannot be returned"),
    "a list that holds itself": ("def f(x):\n    a = []\n    a.append(a)\n    return a", "recursion"),
    "a loop inside C": (
        "import collections, itertools\ndef f(x):\n    collections.deque(itertools.count(), maxlen=0)",
        "never ends",
    ),
    "memory beyond an array": (
        "import numpy as np\ndef f(x):\n    return np.lib.stride_tricks.as_strided(x, (10**6,), (8,))",
        "SIGSEGV|at most",
    ),
    "memory by mmap": (
        "import mmap\ndef f(x):\n    kept = []\n    while True:\n        kept.append(mmap.mmap(-1, 10**8))",
        "OSError|MemoryError|its memory",
    ),
    "threads left running": (
        "import threading\ndef g():\n    while True:\n        pass\ndef f(x):\n    for _ in range(3):\n"
        "        threading.Thread(target=g).start()\n    return object()",
        "cannot be returned|never ends",
    ),
    "a name that changes while it is asked": (
        "import io\nclass P:\n    asked = 0\n    def __fspath__(s):\n        P.asked += 1\n"
        "        return ANSWERS if P.asked != 2 else '/etc/hosts'\n"
        "def f(x):\n    return io.FileIO(P()).read().decode()",
        "by its name",
    ),
    "a patched posixpath": (
        "import builtins, posixpath\ndef f(x):\n    posixpath._joinrealpath = lambda *a, **k: ('/x', True)\n"
        "    builtins.isinstance = lambda *a: False\n    return open(ANSWERS).read()",
        "not to be read",
    ),
    "the answers by mmap": (
        "import mmap\ndef f(x):\n    with open(ANSWERS, 'rb') as g:\n"
        "        return mmap.mmap(g.fileno(), 0, access=mmap.ACCESS_READ)[:].decode()",
        "not to be read",
    ),
    "a process of multiprocessing's": (
        "import multiprocessing\ndef f(x):\n"
        "    multiprocessing.get_context('spawn').Process(target=print).start()\n    return 1",
        "starting a process is not allowed",
    ),
    "a pool of forks": (
        "import multiprocessing\ndef f(x):\n    return multiprocessing.Pool(2).map(abs, [1])",
        "os.fork",
    ),
    "tracing who calls it": (
        "import sys\ndef spy(frame, event, argument):\n    if event == 'return':\n"
        "        raise KeyboardInterrupt('spied')\n    return spy\ndef f(x):\n    frame = sys._getframe(1)\n"
        "    sys.settrace(spy)\n    while frame:\n"
        "        frame.f_trace = spy\n        frame = frame.f_back\n    return g(x)\ndef g(x):\n    return x",
        "KeyboardInterrupt: spied",
    ),
    "an endless loop at the exit": (
        "import atexit, sys\n@atexit.register\ndef g():\n    while True:\n        pass\ndef f(x):\n    sys.exit(4)",
        "SystemExit: 4",
    ),
    "the exit before its time": (
        "import atexit, os\natexit.register(os._exit, 0)\ndef f(x):\n    atexit._run_exitfuncs()",
        "left the process",
    ),
    "taking the guard apart": (
        "import gc\ndef f(x):\n    hook = [o for o in gc.get_objects() if getattr(o, '__name__', '') == 'refuse'][0]\n"
        "    hook.__defaults__ = None\n    return 1",
        "gc.get_objects is not allowed",
    ),
    "a huge file": ("def f(x):\n    open('/tmp/scratchml_big', 'wb').write(bytes(10**7))", "not to be written"),
}


FORGING = """
import os, sys, time
wire = sys.modules["__main__"].wire
def send(value):
    frame = sys._getframe()
    while "student" not in frame.f_locals:
        frame = frame.f_back
    student = frame.f_locals["student"]
    if isinstance(value, bytes):
        student.stream.sendall(wire.HEAD.pack(student.nonce, *SIZES) + value)
    else:
        wire.send(student.stream, value, student.nonce)
SIZES = (10**6, 0)
def f(x):
    BODY
"""
FORGED = {
    "an answer without its parts": ("send({'value': 1})", "a part is missing"),
    "a line that is no number": ("send({'error': 'E', 'line': 'x'})", "E: "),
    "one byte now and then": ("send(b'1')\n    while True:\n        send(b'1') or time.sleep(0.2)", "never ends"),
    "hanging up and living on": ("os.closerange(3, 99)\n    time.sleep(99)", "left the process|its time"),
    "a text of 3 MB": ("return ['x' * 1000] * 3000", "return an array"),
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as running:
        yield running


def source_of(name):
    answers = find_assignment("12").folder / "solution.py"
    return HOSTILE[name][0].replace("ANSWERS", repr(str(answers)))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_function_ends_in_a_verdict_in_time(name, sandbox):
    start = time.monotonic()
    with sandbox.child(source_of(name), limits=LIMITS) as child:
        child.load()
        with pytest.raises((StudentError, Stopped), match=HOSTILE[name][1]):
            child.call("f", np.arange(3.0))
    assert time.monotonic() - start < 20.0  # the limit is 1 s; a busy machine may be slow, but it never hangs
    with sandbox.child("def f(x):\n    return x + 1") as child:  # the server lives on
        child.load()
        np.testing.assert_array_equal(child.call("f", np.arange(3.0)), [1.0, 2.0, 3.0])


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_answer_is_a_verdict_too(name, sandbox):
    body, says = FORGED[name]
    start = time.monotonic()
    with sandbox.child(FORGING.replace("BODY", body), limits=LIMITS) as child:
        child.load()
        with pytest.raises((StudentError, Stopped), match=says):
            child.call("f", 1.0)
    assert time.monotonic() - start < 20.0


def test_a_killed_server_is_started_again():
    with Sandbox() as running:
        for _ in range(2):
            with running.child("def f(x):\n    return x + 1") as child:
                child.load()
                assert child.call("f", 1) == 2
                running.process.kill()


def test_many_slow_calls_end_together(sandbox):
    with sandbox.child("import time\ndef f(x):\n    time.sleep(x)", limits=Limits(total=2.0)) as child:
        child.load()
        for _ in range(3):
            child.call("f", 0.1)
        with pytest.raises(Stopped, match="all calls together"):
            child.call("f", 9.0)


CALLS = {  # how a file could have the reference do its work
    "an import": "from scratchml.coursework.assignments.a12_k_means import solution as it",
    "importlib": "import importlib\n"
    "    it = importlib.import_module('scratchml.coursework.assignments.a12_k_means.solution')",
    "its path": "import importlib.util as u\n    spec = u.spec_from_file_location('it', ANSWERS)\n"
    "    it = u.module_from_spec(spec)\n    spec.loader.exec_module(it)",
    "its text": "import types\n    it = types.ModuleType('it')\n    file = open(ANSWERS)\n"
    "    exec(file.read(), it.__dict__)\n    file.close()",
}


@pytest.mark.parametrize("way", CALLS)
@pytest.mark.parametrize("when", ["in the call", "at the start"])
def test_a_file_that_calls_the_reference_earns_nothing(way, when, sandbox, monkeypatch):
    monkeypatch.setattr("scratchml.coursework.grading.broken_rules", lambda assignment, source: "")
    assignment = find_assignment("12")
    root = assignment.folder.parents[3]
    body = CALLS[way].replace("ANSWERS", repr(str(assignment.folder / "solution.py")))
    source = f"import sys\nsys.path.insert(0, {str(root)!r})\ndef find():\n    {body}\n    return it\n"
    source += "it = find()\n" if when == "at the start" else ""
    source += "def inertia(*a):\n    return find().inertia(*a)\n"
    here = {}
    exec(source, here)  # the attack is one: beside the answers it works
    assert here["inertia"](np.ones((2, 1)), np.zeros(2, dtype=np.int64), np.zeros((1, 1))) == 2.0
    report = grade(assignment, source, sandbox, only={"inertia"})
    assert report.earned == 0
    assert all("not to be read from an assignment" in verdict.message for verdict in report.verdicts)


def test_the_estimators_are_no_answers_either(sandbox):
    root = find_assignment("12").folder.parents[3]
    source = f"import sys\nsys.path.insert(0, {str(root)!r})\ndef f(x):\n    from scratchml.cluster import KMeans\n"
    with sandbox.child(source + "    return 1", limits=LIMITS) as child:
        child.load()
        with pytest.raises(StudentError, match="stay with the grader"):
            child.call("f", 1)


def test_a_teachers_own_answers_are_hidden_under_any_name(tmp_path, monkeypatch):
    own = tmp_path / "mine" / "b01"
    own.mkdir(parents=True)
    (own / "solution.py").write_text("x = 1")
    (tmp_path / "link").symlink_to(own)
    monkeypatch.setenv("SCRATCHML_ASSIGNMENTS", str(own.parent))
    source = f"def f(x):\n    return open({str(tmp_path / 'link' / 'solution.py')!r}).read()"
    with Sandbox() as running, running.child(source, limits=LIMITS) as child:
        child.load()
        with pytest.raises(StudentError, match="not to be read"):
            child.call("f", 1)


@pytest.mark.parametrize("value", ["None", "10**6000", "[[[['a']]]]", "'\\x1b[2J'", "np.zeros((0, 3))", "(10**400, 1)"])
def test_an_answer_of_any_kind_is_graded_and_earns_nothing(value, sandbox):
    assignment = find_assignment("a20")
    asked = ["q_update", "epsilon_greedy"]  # an array is wanted, a number is
    source = "import numpy as np\ndef f(*a):\n    return " + value + "\n" + "".join(f"{name} = f\n" for name in asked)
    report = grade(assignment, source, sandbox, only=asked)
    assert {verdict.question for verdict in report.verdicts} == set(asked)
    assert report.earned == 0


def test_a_file_nested_too_deeply_is_refused(sandbox):
    assert "not Python" in broken_rules(find_assignment("12"), "x = " + "-" * 200_000 + "1")


def test_a_flood_of_words_is_cut_and_does_no_harm(sandbox):
    source = "def f(x):\n    for _ in range(2000):\n        print('x' * 1000)\n    return x"
    with sandbox.child(source, limits=Limits(printed=5000)) as child:
        child.load()
        np.testing.assert_array_equal(child.call("f", np.arange(2.0)), [0.0, 1.0])
    assert len(child.printed) == 5000


def test_patched_numpy_changes_nothing_for_the_grader(sandbox):
    source = (
        "import numpy as np\nnp.array_equal = lambda *a: True\nnp.isnan = lambda x: x != x\ndef f(x):\n    return x * 2"
    )
    with sandbox.child(source) as child:
        child.load()
        np.testing.assert_array_equal(child.call("f", np.arange(2.0)), [0.0, 2.0])
    assert not np.array_equal([1], [2])


def test_values_come_back_as_they_are(sandbox):
    values = [None, True, 3, -(10**30), 0.1, float("inf"), "word", [1, [2.5]], (1, "a"), {"a": 1, 2: [3]}]
    arrays = [np.arange(6).reshape(2, 3), np.zeros((0, 3)), np.array([True, False]), np.float32([1.5]), np.array(2.0)]
    with sandbox.child("def f(x):\n    return x") as child:
        child.load()
        for value in values:
            assert child.call("f", value) == value
        for value in arrays:
            found = child.call("f", value)
            assert found.dtype == value.dtype
            np.testing.assert_array_equal(found, value)
        assert np.isnan(child.call("f", float("nan")))


def test_an_error_carries_its_line(sandbox):
    with sandbox.child("def f(x):\n    y = x\n    return y / {}") as child:
        child.load()
        with pytest.raises(StudentError, match=r"TypeError.*line 3"):
            child.call("f", 1.0)


def test_a_file_that_cannot_be_run_is_a_verdict_for_each_question(sandbox, monkeypatch):
    monkeypatch.setattr("scratchml.coursework.sandbox.LOADING", 3.0)
    assignment = find_assignment("12")
    for source, says in {
        "def assign_points(X, centres) return": "not Python",
        "import os": "imports os",
        "raise ValueError('no')": "cannot be run",
        "x = 1": "defines no function",
        "while True:\n    pass": "never ends|used up its time",
    }.items():
        limited = type(assignment)(assignment.folder, assignment.title, assignment.questions, (), LIMITS)
        report = grade(limited, source, sandbox)
        assert report.earned == 0
        assert all(re.search(says, verdict.message) for verdict in report.verdicts)


def test_one_bad_function_leaves_the_others_their_points(sandbox):
    assignment = find_assignment("12")
    limited = type(assignment)(assignment.folder, assignment.title, assignment.questions, (), LIMITS)
    bad = "\n\ndef inertia(X, labels, centres):\n    while True:\n        pass\n"
    report = grade(limited, assignment.solution_source + bad, sandbox, only={"update_centres", "inertia", "k_means"})
    lost = {verdict.question for verdict in report.verdicts if not verdict.passed}
    assert lost == {"inertia"}


def test_a_function_that_changes_its_input_or_keeps_something_is_told_so(sandbox):
    assignment = find_assignment("12")
    changes = "\n\ndef inertia(X, labels, centres):\n    X -= centres[labels]\n    return (X**2).sum()\n"
    keeps = (
        "\n\ncalls = []\n\ndef inertia(X, labels, centres):\n    calls.append(1)\n"
        "    return ((X - centres[labels]) ** 2).sum() + (len(calls) > 90)\n"
    )
    for extra, says in ((changes, "changes its arguments"), (keeps, "keep nothing between calls")):
        report = grade(assignment, assignment.solution_source + extra, sandbox, only={"inertia"})
        assert any(says in verdict.message for verdict in report.verdicts)


def test_warnings_cost_no_points(sandbox):
    assignment = find_assignment("12")
    noisy = assignment.solution_source + "\n\nimport numpy as np\nnp.log(0.0)\nimport math\n"
    report = grade(assignment, noisy, sandbox, only={"inertia", "update_centres"})
    assert report.earned == report.points > 0


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nla = np.linalg\nla.lstsq(1, 2)",
        "from numpy import *\nlinalg.lstsq(1, 2)",
        "import numpy as np\ngetattr(np.linalg, 'lst' + 'sq')",
        "import numpy as np\nf = g = np.linalg.lstsq",
    ],
)
def test_a_forbidden_name_is_seen_through_another_name(source):
    assert breaches(source, ["numpy.linalg.lstsq"])


def test_a_form_feed_ends_no_line():
    source = "x = 1\n\x0c\ny = '\u2028'\nif __name__ == '__main__':\n    z = 2\nw = 3\n"
    assert graded_part(source) == "x = 1\n\x0c\ny = '\u2028'\n\n\nw = 3\n"
