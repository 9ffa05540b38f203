"""Traces on disk come back bit for bit; hostile files are refused; diff finds where two traces part."""

import json

import numpy as np
import pytest

from scratchml import trace
from scratchml.cluster import KMeans
from scratchml.core import finish
from scratchml.mixture import GaussianMixture
from scratchml.rl import FrozenLake, QLearning
from scratchml.tree import DecisionTreeClassifier

X = np.array([[1.0], [2.0], [11.0], [12.0]])


def traced(start):
    """Return the trace of k-means from given centres."""
    with trace.record() as tr:
        KMeans(2, init=start, n_init=1).fit(X)
    return tr


# ---- files


def test_a_trace_comes_back_bit_for_bit(tmp_path):
    with trace.record(fine=True) as tr:
        KMeans(2, random_state=0).fit(X)
        GaussianMixture(2, random_state=0).fit(X)
        DecisionTreeClassifier().fit(X, ["a", "a", "b", "b"])
        QLearning(n_steps=20, random_state=0).fit(FrozenLake())
    path = tr.save(tmp_path / "trace.json")
    again = trace.Trace.load(path)
    assert trace.diff(tr, again) is None
    assert [event[:2] + event[3:] for event in tr.events] == [event[:2] + event[3:] for event in again.events]
    assert tr.sources == again.sources
    assert tr.fits[0].label == again.fits[0].label
    assert np.isposinf(again[0].inertia)
    for i in (1, 2, len(tr) - 25):
        assert str(tr.explain(i)) == str(again.explain(i))


def test_the_file_is_json_with_a_version_and_nothing_that_runs(tmp_path):
    page = json.loads(traced([[1.0], [2.0]]).save(tmp_path / "t.json").read_text())
    assert ("scratchml-trace", 1) == (page["format"], page["version"])


def broken(change):
    """Return a good page, changed."""

    def make(path):
        page = json.loads(traced([[1.0], [2.0]]).save(path).read_text())
        change(page)
        path.write_text(json.dumps(page))

    return make


def set_step(value):
    """Return a change of the first step."""

    def change(page):
        page["events"][0][2] = value

    return change


HOSTILE = {
    "no JSON": (lambda path: path.write_text("import os"), "no JSON"),
    "bytes": (lambda path: path.write_bytes(b"\x80\x04\x95"), "no JSON"),
    "a list": (lambda path: path.write_text("[]"), "format"),
    "another format": (lambda path: path.write_text('{"format": "x"}'), "format"),
    "a later version": (broken(lambda page: page.update(version=2)), "version"),
    "no events": (broken(lambda page: page.pop("events")), "events"),
    "a fit that is not there": (broken(lambda page: page["events"][0].__setitem__(0, 9)), "fit"),
    "a parent that is not there": (broken(lambda page: page["fits"][0].__setitem__(2, 4)), "inside"),
    "code as a field": (broken(set_step({"step": "a.B", "fields": {"x=__import__('os')": 1}})), "name"),
    "code as a class": (broken(set_step({"step": "os;system", "fields": {}})), "name"),
    "a field of ours": (broken(set_step({"step": "a.B", "fields": {"_replace": 1}})), "name"),
    "a keyword": (broken(set_step({"step": "a.B", "fields": {"lambda": 1}})), "name"),
    "too few bytes": (broken(set_step({"array": "AAAA", "dtype": "f8", "shape": [1000000000]})), "shape"),
    "a negative shape": (broken(set_step({"array": "", "dtype": "f8", "shape": [-1]})), "shape"),
    "objects": (broken(set_step({"array": "AAAA", "dtype": "O", "shape": [1]})), "kind"),
    "no base64": (broken(set_step({"array": "?", "dtype": "f8", "shape": [1]})), "base64"),
    "an unknown kind": (broken(set_step({"pickle": "x"})), "kind"),
    "nested forever": (lambda path: path.write_text("[" * 100_000), "no JSON"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(name, tmp_path):
    make, reason = HOSTILE[name]
    path = tmp_path / "bad.json"
    make(path)
    with pytest.raises(ValueError, match=reason) as caught:
        trace.load(path)
    assert "bad.json" in str(caught.value)


# ---- diff


def test_the_first_difference_is_found_with_both_values():
    found = trace.diff(traced([[1.0], [2.0]]), traced([[1.0], [2.5]]))
    assert (0, "seed", "centres[1, 0]", 2.0, 2.5) == found
    assert "centres[1, 0] is 2.0 in the one, 2.5 in the other" in str(found)


def test_equal_traces_have_no_difference_and_a_tolerance_hides_small_ones():
    start = [[1.0], [2.0]]
    assert trace.diff(traced(start), traced(start)) is None
    near = [[1.0], [2.0 + 1e-12]]
    assert trace.diff(traced(start), traced(near)) is not None
    assert trace.diff(traced(start), traced(near), rtol=1e-9) is None


def test_a_trace_that_ends_earlier_differs_there():
    long = traced([[1.0], [2.0]])
    found = trace.diff(long, long[:3])
    assert (3, "length", long[3].name, None) == (found.step, found.field, found.first, found.second)


def test_numbers_names_and_shapes_are_told_apart():
    def of(*steps):
        with trace.record() as tr:
            finish(iter(steps))
        return tr

    assert trace.diff(of(1.0, np.nan), of(1.0, np.nan)) is None
    assert 2.0 == trace.diff(of(1.0, 2.0), of(1.0, 3.0)).first
    assert trace.diff(of(float("inf")), of(float("-inf")), rtol=1.0) is not None
    assert "a" == trace.diff(of("a"), of("b")).first


def test_what_cannot_be_compared_is_named():
    tr = traced([[1.0], [2.0]])
    with pytest.raises(TypeError, match="second"):
        trace.diff(tr, [1])
    with pytest.raises(ValueError, match="rtol"):
        trace.diff(tr, tr, rtol=-1.0)
