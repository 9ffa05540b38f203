"""Threads: order kept, errors kept, the same bits, no multiplication; BLAS threads counted."""

import gc
import os
import threading
import time
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

import scratchml.core.parallel as parallel
from scratchml.core import chunks, map_chunks, merge_chunks, one_blas_thread, worker_count
from scratchml.core.parallel import THREADS_VARIABLE, usable_cpus


@given(st.integers(0, 1000), st.integers(1, 300))
def test_chunks_cover_the_range_once_and_in_order(n, size):
    pieces = chunks(n, size)
    assert [i for piece in pieces for i in range(piece.start, piece.stop)] == list(range(n))
    assert all(0 < piece.stop - piece.start <= size for piece in pieces)


@pytest.mark.parametrize("n_jobs", [1, 2, 3, 16])
def test_results_come_in_order_whatever_finishes_first(n_jobs):
    def slow_first(i):
        time.sleep(0.02 if i == 0 else 0)
        return i * i

    assert map_chunks(slow_first, range(20), n_jobs) == [i * i for i in range(20)]


def test_a_sum_has_the_same_bits_for_any_number_of_threads(rng):
    x = rng.normal(size=100_001) * 10.0 ** rng.integers(-8, 8, size=100_001)
    sums = {sum(map_chunks(lambda piece: x[piece].sum(), chunks(x.size, 1000), n)) for n in (1, 2, 3, 7)}
    assert len(sums) == 1


@pytest.mark.parametrize("n_jobs", [1, 2, 3, 16])
def test_results_are_merged_in_order_whatever_finishes_first(n_jobs):
    def slow_first(i):
        time.sleep(0.02 if i in (0, 7) else 0)
        return [i]

    assert merge_chunks(lambda a, b: a + b, slow_first, range(20), n_jobs) == list(range(20))
    assert merge_chunks(lambda a, b: a + b, slow_first, [3], n_jobs) == [3]


def test_what_has_been_merged_is_not_kept(rng):
    alive = []

    def task(i):
        assert sum(part() is not None for part in alive) <= 2  # what was merged so far, and the one merged last
        found = rng.normal(size=3)
        alive.append(weakref.ref(found))
        return found

    merge_chunks(np.add, task, range(10), 1)
    assert len(alive) == 10


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_merging_warns_as_it_would_the_caller(n_jobs):
    huge = [np.array([1e308])] * 8
    with np.errstate(over="ignore"):
        assert merge_chunks(np.add, lambda i: huge[i], range(8), n_jobs) == np.inf
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        merge_chunks(np.add, lambda i: huge[i], range(8), n_jobs)


@pytest.mark.parametrize("n_jobs", [1, 4])
def test_the_first_error_in_order_is_raised(n_jobs):
    def task(i):
        if i in (3, 9):
            raise KeyError(i)
        return i

    with pytest.raises(KeyError, match="3"):
        map_chunks(task, range(12), n_jobs)
    with pytest.raises(KeyError, match="3"):
        merge_chunks(max, task, range(12), n_jobs)


def test_work_inside_a_worker_stays_on_it():
    seen = map_chunks(lambda i: (worker_count(8), threading.current_thread().name), range(4), n_jobs=2)
    assert {count for count, _ in seen} == {1}
    assert worker_count(8) == 8


def other_thread():
    """Return the thread that works beside this one in a call."""
    both = threading.Barrier(2)
    found = map_chunks(lambda i: (both.wait(10), threading.current_thread())[1], [0, 1], 2)
    return next(thread for thread in found if thread is not threading.current_thread())


def test_a_thread_that_is_done_works_for_the_next_call():
    parallel.dismiss_workers()
    assert other_thread() is other_thread()


def test_calls_at_the_same_time_have_threads_of_their_own():
    inside = threading.Barrier(4)  # two calls with two threads each
    found = []

    def call():
        found.extend(map_chunks(lambda i: inside.wait(10), [0, 1], 2))

    outer = [threading.Thread(target=call) for _ in range(2)]
    for thread in outer:
        thread.start()
    for thread in outer:
        thread.join(20)
    assert sorted(found) == [0, 1, 2, 3]


def test_an_idle_thread_ends_after_a_while_and_before_a_fork(monkeypatch):
    parallel.dismiss_workers()
    monkeypatch.setattr(parallel, "PATIENCE", 0.01)
    thread = other_thread()
    thread.join(10)
    assert not thread.is_alive()
    monkeypatch.undo()
    thread = other_thread()
    parallel.dismiss_workers()
    assert not thread.is_alive()
    assert not parallel._idle


def test_an_idle_thread_keeps_nothing_alive(rng):
    rows = rng.normal(size=10)
    gone = weakref.ref(rows)
    map_chunks(lambda i, rows=rows: rows[i] and time.sleep(0.01), [0, 1], 2)
    del rows
    gc.collect()
    assert gone() is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_threads_work_in_a_child_and_go_on_in_its_parent():
    other_thread()
    child = os.fork()
    if child == 0:
        os._exit(0 if map_chunks(abs, [-1, -2], 2) == [1, 2] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert map_chunks(abs, [-1, -2], 2) == [1, 2]


def test_nothing_to_do_gives_nothing():
    assert map_chunks(len, []) == []


def test_worker_count_follows_argument_then_environment(monkeypatch):
    monkeypatch.delenv(THREADS_VARIABLE, raising=False)
    assert worker_count() == usable_cpus()
    monkeypatch.setenv(THREADS_VARIABLE, "3")
    assert worker_count() == 3
    assert worker_count(5) == 5
    assert worker_count(-1) == usable_cpus()
    assert worker_count(-1000) == 1


@pytest.mark.parametrize("bad", ["0", "two", "1.5", "--3", "\u00b2", "-"])
def test_a_bad_environment_variable_is_named(monkeypatch, bad):
    monkeypatch.setenv(THREADS_VARIABLE, bad)
    with pytest.raises(ValueError, match=f"{THREADS_VARIABLE}.* set it to 1 or more"):
        worker_count()


def test_zero_jobs_is_an_error():
    with pytest.raises(ValueError, match="n_jobs=0"):
        worker_count(0)


def blas_threads():
    np.ones((2, 2)) @ np.ones((2, 2))
    return [i["num_threads"] for i in threadpool_info() if "numpy" in i["filepath"] and i["user_api"] == "blas"]


def test_blas_is_on_one_thread_inside_the_block_and_restored_after_the_last():
    before = blas_threads()
    with one_blas_thread():
        inside = blas_threads()
        with one_blas_thread():
            pass
        still = blas_threads()
    if not before:
        pytest.fail("NumPy's BLAS is not found; on this platform one_blas_thread needs another test")
    assert set(inside) == set(still) == {1}
    assert blas_threads() == before


@pytest.mark.skipif(parallel.blas_threads() is None, reason="another BLAS than OpenBLAS")
def test_tasks_that_restore_each_others_limit_do_not_leave_blas_on_one_thread():
    get, put = parallel._openblas()
    normal, both = get(), threading.Barrier(2)
    put(3)
    try:

        def limited(first):  # as threadpoolctl does, in two threads at once
            if not first:
                both.wait(30)
            before = get()
            put(1)
            if first:
                both.wait(30)
            both.wait(30)
            if first:
                put(before)
            both.wait(30)
            if not first:
                put(before)

        map_chunks(limited, [True, False], 2)
        assert get() == 3
        with one_blas_thread():  # inside, one thread stays one thread
            map_chunks(lambda item: put(1), [0, 1], 2)
            assert get() == 1
        assert get() == 3
    finally:
        put(normal)
