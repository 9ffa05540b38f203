"""A trace as a whole: what it says of itself."""

from typing import NamedTuple

import numpy as np
import pytest

from scratchml import trace
from scratchml.core import finish
from scratchml.linear_model import Ridge
from scratchml.model_selection import GridSearchCV

X = np.array([[1.0], [2.0], [4.0], [5.0], [11.0], [12.0]])


def test_a_trace_tells_a_notebook_what_it_holds():
    with trace.record() as tr:
        GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=3).fit(X, X[:, 0])
    table = tr._repr_html_()
    assert "<td>GridSearchCV / Ridge</td>" in table
    assert "2 candidate" in table
    assert "Fit(label='GridSearchCV', parent=-1, X=ndarray of shape (6, 1), y=ndarray of shape (6,))" in repr(tr.fits)
    with trace.record() as tr:
        finish(iter([1.0, 2.0]))
    assert "<Trace of 2 steps (float) of 1 fit>" == repr(tr)
    assert "of 0 fits" in trace.Trace()._repr_html_()


def test_a_trace_with_many_fits_does_not_flood_a_notebook():
    with trace.record() as tr:
        for k in range(30):
            finish(iter([float(k)]))
    assert 20 == tr._repr_html_().count("<td>fit")
    assert "10 more fits" in tr._repr_html_()


def test_what_stands_in_a_label_cannot_run_in_a_notebook(tmp_path):
    with trace.record() as tr:
        finish(iter([1.0]))
    tr.fits[0] = tr.fits[0]._replace(label="<script>alert(1)</script>")
    assert "<script" not in tr._repr_html_()


def test_what_is_no_number_of_a_step_is_refused_by_all_alike():
    with trace.record() as tr:
        finish(iter([1.0, 2.0]))
    for look in (tr.__getitem__, tr.explain, tr.plot, tr.event):
        for wrong in (2, -3, 10**30):
            with pytest.raises(IndexError, match="there is no step"):
                look(wrong)
        for wrong in ("a", 1.5, None):
            with pytest.raises(TypeError, match="is no integer"):
                look(wrong)
    with pytest.raises(ValueError, match="no name is given"):
        tr.only()
    with pytest.raises(TypeError, match="second=None is no Trace"):
        trace.compare_html(tr, None, "x.html")


class Turn(NamedTuple):
    """A step."""

    name: str


def test_a_step_whose_generator_was_gone_stands_where_its_like_stood():
    with trace.record() as tr:
        finish(turn for turn in [Turn("turn")])  # a generator that knows its line
        finish(iter([Turn("turn")]))  # and what is none
        finish(iter([Turn("rest")]))
        finish(iter([1.0]))
    first, like, other, plain = tr.events
    assert first.line == like.line > 0
    assert first.source == like.source != ""
    assert ("", "") == (other.source, plain.source)
