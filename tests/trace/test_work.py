"""The lines and the kernels that led to a step."""

import textwrap

import numpy as np
import pytest

from scratchml import trace
from scratchml.cluster import KMeans, linkage
from scratchml.ensemble import RandomForestClassifier
from scratchml.rl import FrozenLake, QLearning
from scratchml.svm import SVC
from scratchml.trace.where import Source
from scratchml.trace.work import KERNELS, lines_of, tree_of, work_behind, work_of
from scratchml.tree import DecisionTreeClassifier

X = np.array([[0.0, 0.0], [1.0, 0.3], [0.5, 1.0], [6.0, 5.0], [7.0, 5.5], [6.4, 6.0], [3.0, 3.1]])
Y = np.array([0, 1, 0, 1, 1, 0, 1])


def lines_before(text, line):
    """Return the numbers of the lines that led to a line of a function that begins in line 1."""
    nodes = work_of(tree_of(Source("f", "f.py", 1, textwrap.dedent(text).lstrip())), line)
    return sorted({number for node in nodes for number in lines_of(node)})


def behind(tr, i):
    """Return what the page shows of step i."""
    event = tr.event(i)
    found = work_behind(tr.sources[event.source], event.line, event.step, tr.fit_of(i).name)
    first = tr.sources[event.source].first
    lines = tr.sources[event.source].text.splitlines()
    return "\n".join(lines[number - first] for number in found.lines), [said for said, _ in found.kernels]


# ---- by hand


def test_what_stands_between_two_yields_leads_to_the_second():
    text = """
    def f(n):
        '''Say it.'''
        a = 1
        yield a
        for t in range(n):
            b = a + t
            if b > 2:
                b = 2
            yield b
            a = b
            yield a
        c = 3
        yield c
    """
    assert [3, 4] == lines_before(text, 4)
    assert [5, 6, 7, 8, 9] == lines_before(text, 9)  # the loop's head among them
    assert [10, 11] == lines_before(text, 11)
    assert [12, 13] == lines_before(text, 13)


def test_a_loop_that_yields_first_is_led_to_by_its_end():
    text = """
    def f(n):
        while n:
            yield n
            n -= 1
    """
    assert [2, 3, 4] == lines_before(text, 3)


def test_a_statement_of_many_lines_is_one():
    text = """
    def f(n):
        a = sum(
            [n, n],
        )
        yield (
            a
        )
    """
    assert [2, 3, 4, 5, 6, 7] == lines_before(text, 6)


# ---- our estimators


def test_the_line_that_moves_the_centres_and_its_kernel_are_shown():
    with trace.record() as tr:
        KMeans(2, init=X[[0, 3]], n_init=1).fit(X)
    names = [event.name for event in tr.events]
    lines, kernels = behind(tr, names.index("update"))
    assert "means = means_of(found)" in lines
    assert "calls means_of" == kernels[0]
    lines, kernels = behind(tr, names.index("assign"))
    assert "assigner(centres, labels" in lines
    assert {"calls score_two", "calls keep_nearer"} <= set(kernels)


@pytest.mark.parametrize(
    ("model", "given", "line", "kernel"),
    [
        (SVC(), (X, Y), "arena.iterate(", "worst_point"),
        (DecisionTreeClassifier(), (X, Y), "grow(growth", "grow"),
        (RandomForestClassifier(2, random_state=0), (X, Y), "plant(", "plant"),
        (QLearning(n_steps=50, random_state=0), (FrozenLake(),), "self._learn(", "learn"),  # by way of a method
    ],
)
def test_the_work_of_other_estimators_is_found(model, given, line, kernel):
    with trace.record(fine=True) as tr:
        model.fit(*given)
    lines, kernels = behind(tr, 1)
    assert line in lines
    assert f"calls {kernel}" in kernels


def test_merges_of_linkage_have_a_source():
    with trace.record() as tr:
        linkage(X, "average")
    lines, _ = behind(tr, 0)
    assert "self.make(first, stop, merges)" in lines


def test_the_kernels_named_exist_and_are_of_steps_that_exist():
    from scratchml.trace.graft import is_ours
    from scratchml.trace.work import function_at

    for (step_class, _), paths in KERNELS.items():
        assert hasattr(function_at(step_class.removeprefix("scratchml.")), "_fields")
        assert all(is_ours(function_at(path)) for path in paths)


# ---- yours


def mine(X, centres):
    """Say the nearest centre by city blocks."""
    return np.abs(X[:, None] - centres).sum(axis=2).argmin(axis=1)


def one_centre(found):
    """Say a wrong mean."""
    return found.sums / 2.0


def test_your_step_is_shown_in_place_of_ours():
    for steps, ours in (({"assign_points": mine}, "calls assign_blocks"), ({"means_of": one_centre}, "calls means_of")):
        ((name, step),) = steps.items()
        with trace.record() as tr:
            trace.graft(KMeans(2, init=X[[0, 3]], n_init=1, max_iter=2), **steps).fit(X)
        i = [event.name for event in tr.events].index("update")
        assert f"with your {name} ({step.__name__}, test_work.py:" in tr.event(i).source
        kernels = behind(tr, i)[1]
        assert f"your {name}: {step.__name__}" == kernels[0]
        assert ours not in kernels


# ---- edges


def test_what_is_no_source_leads_nowhere(tmp_path):
    for text in ("", "x = 1\n", "def f(:\n", "def f():\n    return 1\n"):
        assert ([], []) == work_behind(Source("f", "scratchml/cluster/lloyd.py", 1, text), 9, None, "KMeans")
    with trace.record() as tr:
        KMeans(2, random_state=0).fit(X)
    again = trace.load(tr.save(tmp_path / "trace.json"))
    assert behind(tr, 2) == behind(again, 2)
    stranger = Source("f", "os.py", 1, "def f():\n    system('x')\n    yield 1\n")
    assert [] == work_behind(stranger, 3, None, "KMeans").kernels
