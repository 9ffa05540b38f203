"""Many jobs by threads with one bar."""

import threading
import time

import pytest

from scratchml.core.jobs import run_jobs


@pytest.mark.parametrize("n_jobs", [None, 1, 3])
@pytest.mark.parametrize("verbose", [0, 1])
def test_results_come_in_order(n_jobs, verbose):
    def slow_first(i):
        time.sleep(0.02 if i == 0 else 0)
        return i * i

    assert run_jobs(slow_first, range(9), n_jobs=n_jobs, verbose=verbose) == [i * i for i in range(9)]


def test_none_means_one_thread():
    threads = run_jobs(lambda _: threading.get_ident(), range(8))
    assert set(threads) == {threading.get_ident()}


def test_two_jobs_run_at_once_where_asked_for():
    meeting = threading.Barrier(2, timeout=20)
    assert sorted(run_jobs(lambda _: meeting.wait(), range(2), n_jobs=2)) == [0, 1]


@pytest.mark.parametrize("verbose", [0, 1])
def test_the_first_error_in_order_comes_out_and_the_bar_is_closed(verbose, capsys):
    def fail(i):
        if i >= 2:
            raise ValueError(f"job {i}")

    with pytest.raises(ValueError, match="job 2"):
        run_jobs(fail, range(5), verbose=verbose)
    run_jobs(lambda i: i, range(2), verbose=verbose)  # another bar may follow
    assert ("2/2" in capsys.readouterr().err) == bool(verbose)


def test_nothing_to_do_is_done_at_once():
    assert run_jobs(print, [], verbose=1) == []


def test_no_thread_at_all_is_refused():
    with pytest.raises(ValueError, match="n_jobs=0"):
        run_jobs(print, [1, 2], n_jobs=0)
