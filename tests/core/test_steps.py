"""Steps: `finish` runs a fit, listeners look on, `record` copies; progress bars are listeners."""

from typing import NamedTuple

import numpy as np
import pytest

import scratchml
from scratchml.core import Listener, finish, listen, progress, record, snapshot, track, unheard


class Step(NamedTuple):
    name: str
    iteration: int
    w: np.ndarray


def counting(n, log=None):
    w = np.zeros(2)
    try:
        for iteration in range(1, n + 1):
            w += 1
            yield Step("update", iteration, w)
    finally:
        if log is not None:
            log.append("closed")


class Fitted:
    max_iter, verbose = 5, 0


def test_finish_returns_the_last_step():
    assert finish(counting(4)).iteration == 4


def test_finish_of_no_step_is_an_error():
    with pytest.raises(RuntimeError, match="no step"):
        finish(iter([]))
    with listen(lambda step: None), pytest.raises(RuntimeError, match="no step"):
        finish(iter([]))


def test_a_step_is_a_live_view_and_a_recorded_one_is_not():
    live = list(counting(3))
    assert [step.w[0] for step in live] == [3, 3, 3]
    assert [step.w[0] for step in record(counting(3))] == [1, 2, 3]


def test_snapshot_copies_nested_arrays():
    step = ("a", [np.zeros(1)], {"b": np.zeros(1)}, Step("s", 1, np.zeros(1)))
    copy = snapshot(step)
    step[1][0][:] = step[2]["b"][:] = step[3].w[:] = 9
    assert copy[1][0] == copy[2]["b"] == copy[3].w == 0
    assert type(copy[3]) is Step


@pytest.mark.parametrize(("n", "every", "expected"), [(7, 3, [1, 4, 7]), (6, 3, [1, 4, 6]), (1, 5, [1]), (0, 2, [])])
def test_record_keeps_every_nth_step_and_the_last(n, every, expected):
    assert [step.iteration for step in record(counting(n), every=every)] == expected


def test_record_stops_at_the_most_steps():
    log = []
    assert len(record(counting(100, log), max_steps=5)) == 5


@pytest.mark.parametrize("bad", [{"every": 0}, {"max_steps": 0}])
def test_record_refuses_counts_below_one(bad):
    with pytest.raises(ValueError, match="must be 1 or more"):
        record(counting(3), **bad)


def test_a_listener_sees_start_every_step_and_end():
    class Diary(Listener):
        pages = []  # noqa: RUF012

        def start(self, estimator):
            self.pages.append(("start", estimator))

        def see(self, step):
            self.pages.append(step.iteration)

        def end(self):
            self.pages.append("end")

    with listen(Diary()):
        finish(counting(2), "me")
    finish(counting(2), "not me")
    assert Diary.pages == [("start", "me"), 1, 2, "end"]


def test_a_listener_ends_the_fit_by_returning_true_and_all_see_that_step():
    log, seen = [], []
    with listen(lambda step: step.iteration == 3), listen(lambda step: seen.append(step.iteration)):
        last = finish(counting(100, log))
    assert last.iteration == 3
    assert seen == [1, 2, 3]
    assert log == ["closed"]


def test_listeners_are_told_the_end_when_the_fit_raises():
    ended = []

    class Watch(Listener):
        def end(self):
            ended.append(True)

    def broken():
        yield 1
        raise ZeroDivisionError

    with listen(Watch()), pytest.raises(ZeroDivisionError):
        finish(broken())
    assert ended == [True]


def test_unheard_hides_the_listeners():
    seen = []
    with listen(seen.append), unheard():
        finish(counting(2))
    assert seen == []


def test_the_package_offers_progress_itself():
    assert scratchml.progress is progress


def test_progress_draws_a_bar_and_changes_no_result(capsys):
    with progress():
        last = finish(counting(5), Fitted())
    drawn = capsys.readouterr().err
    assert last.iteration == 5
    assert "Fitted" in drawn
    assert "5/5" in drawn


def test_verbose_draws_a_bar(capsys):
    model = Fitted()
    model.verbose = 1
    finish(counting(2), model)
    assert "2/5" in capsys.readouterr().err
    finish(counting(2), Fitted())
    assert capsys.readouterr().err == ""


def test_track_yields_everything_with_and_without_a_bar(capsys):
    assert list(track([1, 2, 3], "counting")) == [1, 2, 3]
    assert "counting" in capsys.readouterr().err
    assert list(track([1, 2, 3], "counting", show=False)) == [1, 2, 3]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("bad", [3, None, Listener])
def test_what_cannot_listen_is_refused_at_once(bad):
    with pytest.raises(TypeError, match=r"listener=.* cannot listen; give a Listener \(an instance\) or a function"):
        listen(bad).__enter__()
