"""Progress bars: one screen for bars inside bars, in threads, on a narrow terminal; nothing is left behind."""

import io
import sys
from contextlib import redirect_stderr
from typing import NamedTuple

import pytest
from rich.progress import Progress

from scratchml.core import finish, progress, unheard
from scratchml.core.progress import _screen, counted, describe, track


class Step(NamedTuple):
    """A step with every kind of number."""

    name: str
    iteration: int
    i: int
    loss: float
    held: float
    rate: float
    far: float
    more: float


def steps(n, inner=None):
    for i in range(1, n + 1):
        if inner is not None:
            inner()
        yield Step("epoch", i, -1, 0.5, float("nan"), 0.1, 2.0, 3.0)


class Forest:
    """A fit of as many steps as it has trees."""

    n_estimators = 4


class Screen(io.StringIO):
    """A terminal of 80 columns that keeps what it is shown."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    for name, value in {"TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    for name in ("JPY_PARENT_PID", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return Screen()


def check_is_clean(text):
    """Every hidden cursor comes back, and no display is left open."""
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h")
    assert (_screen._open, _screen._bars) == (0, None)


def test_a_note_names_the_first_finite_numbers_only():
    assert "epoch loss=0.5 rate=0.1 far=2" == describe(next(steps(1)))


def test_a_bar_has_name_bar_and_count_on_eighty_columns(terminal):
    with redirect_stderr(terminal), progress():
        finish(steps(4), Forest())
    drawn = terminal.getvalue()
    check_is_clean(drawn)
    last = drawn.rsplit("Forest", 1)[1]
    assert "━" in last
    assert "4/4" in last
    assert "epoch loss=0.5" in last


def test_bars_of_inner_fits_come_and_go_and_the_outer_one_ends(terminal):
    with redirect_stderr(terminal), progress():
        finish(steps(3, lambda: finish(steps(2))), Forest())
        finish(steps(1))
    drawn = terminal.getvalue()
    check_is_clean(drawn)
    assert "3/4" in drawn  # the outer bar went on after the inner fits
    assert 2 == drawn.count("\x1b[?25l")  # two displays, one after the other


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_and_ctrl_c_leave_a_clean_screen(terminal, error):
    def fail(*_):
        raise error

    with pytest.raises(error), redirect_stderr(terminal), progress():
        finish(steps(3, lambda: finish(steps(2, fail))), Forest())
    check_is_clean(terminal.getvalue())
    with pytest.raises(error), redirect_stderr(terminal):
        list(map(fail, track(range(3), "counting")))
    check_is_clean(terminal.getvalue())


def test_many_jobs_move_one_bar_where_one_is_wanted(capsys):
    with counted(abs, 2, "jobs") as job:
        assert job is abs
    with progress(), unheard(), counted(abs, 2, "jobs") as job:
        assert job is abs
    assert "" == capsys.readouterr().err
    with progress(), counted(abs, 2, "jobs") as job:
        assert [1, 2] == [job(-1), job(-2)]
    assert "2/2" in capsys.readouterr().err
    with counted(abs, 2, "jobs", show=True) as job:
        job(-1)
    assert "1/2" in capsys.readouterr().err


def test_where_there_is_no_terminal_one_plain_line_is_left(capsys):
    with progress():
        finish(steps(4), Forest())
    (line,) = capsys.readouterr().err.splitlines()
    assert "\x1b" not in line
    assert "Forest" in line
    assert "4/4" in line


@pytest.mark.parametrize("part", ["add_task", "remove_task", "update"])
def test_ctrl_c_within_the_drawing_itself_leaves_a_clean_screen(terminal, monkeypatch, part):
    calls = []

    def interrupted(self, *args, **kwargs):
        calls.append(part)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return kept(self, *args, **kwargs)

    kept = getattr(Progress, part)
    monkeypatch.setattr(Progress, part, interrupted)
    with pytest.raises(KeyboardInterrupt), redirect_stderr(terminal), progress():
        finish(steps(3, lambda: finish(steps(2))), Forest())
    check_is_clean(terminal.getvalue())
    assert "\x1b[?25l" in terminal.getvalue()


def test_a_notebook_without_widgets_gets_one_plain_line_and_no_warning(capsys, monkeypatch):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    monkeypatch.setattr(sys.modules[describe.__module__], "find_spec", lambda name: None)
    with progress():
        finish(steps(4), Forest())
    said = capsys.readouterr().err
    assert "Forest" in said
    assert "4/4" in said


def test_in_a_notebook_the_last_look_is_at_the_last_step(monkeypatch):
    looks = []

    class Notebook(Progress):
        def refresh(self):
            looks.append(self.tasks[0].completed if self.tasks else 0)

    def bars():
        made = Notebook(auto_refresh=False)
        made.console.is_jupyter = True
        made.live.refresh = made.live.stop = made.live.start = lambda refresh=False: None
        return made

    monkeypatch.setattr(sys.modules[describe.__module__], "_new_bar", bars)
    with progress():
        finish(steps(4), Forest())
    assert 4 == looks[-1]
