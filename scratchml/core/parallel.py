"""Threads that never change an answer.

Work is cut into *fixed* chunks whose borders depend on the size of the data alone, the chunks are worked on by as
many threads as allowed, and their results come back in chunk order. So sums have the same bits for 1, 2 or 64
threads. (Where nothing is added up across a border, as among the queries for neighbours, borders may move.) Kernels
release the GIL, which is what makes threads worth their while.

A thread works for one call at a time, so nothing is shared between two fits running at once. To begin a thread takes
longer than many a chunk; so those that are done wait for the next call, and end if none comes soon, or before a fork.
A call made from inside a worker runs on that worker alone, so that nested work never multiplies threads.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextvars import ContextVar, copy_context
from functools import cache, partial
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
R = TypeVar("R")

THREADS_VARIABLE = "SCRATCHML_NUM_THREADS"
PATIENCE = 1.0  # seconds that an idle thread waits for more work
_inside_worker: ContextVar[bool] = ContextVar("scratchml_inside_worker", default=False)


def usable_cpus() -> int:
    """Return how many CPUs this process may use (affinity counted where the system tells it)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_count(n_jobs: int | None = None) -> int:
    """Return the number of threads to use.

    None means all usable CPUs, or what the environment variable SCRATCHML_NUM_THREADS says; -1 all of them, -2 all
    but one, and so on. Inside a worker the answer is 1.

    Raises
    ------
    ValueError
        If `n_jobs`, or the environment variable, is 0 or no integer.
    """
    if _inside_worker.get():
        return 1
    if n_jobs is None:
        asked = os.environ.get(THREADS_VARIABLE, "").strip()
        if not asked:
            return usable_cpus()
        try:
            n_jobs = int(asked)
        except ValueError:
            n_jobs = 0
        if n_jobs == 0:
            raise ValueError(f"{THREADS_VARIABLE}={asked!r} is not a number of threads; set it to 1 or more, or -1.")
    if n_jobs == 0:
        raise ValueError("n_jobs=0 means no thread at all; give 1 or more, -1 for all CPUs, or None.")
    return n_jobs if n_jobs > 0 else max(1, usable_cpus() + 1 + n_jobs)


def chunks(n: int, size: int) -> list[slice]:
    """Cut range(n) into slices of `size` (the last may be shorter). The borders depend on n and size only."""
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


class Worker:
    """A thread that is given some work, does it, and waits for more."""

    __slots__ = ("asked", "job", "thread")

    def __init__(self) -> None:
        self.job: tuple[Callable[[], None], threading.Lock] | None = None
        self.asked = threading.Lock()  # released when there is a job, or when there never will be one
        self.asked.acquire()
        self.thread = threading.Thread(target=self._live, daemon=True)
        self.thread.start()

    def begin(self, work: Callable[[], None]) -> threading.Lock:
        """Start on some work that raises nothing; return a lock that can be acquired when it is done."""
        done = threading.Lock()
        done.acquire()
        self.job = work, done
        self.asked.release()
        return done

    def _live(self) -> None:
        while True:
            while not self.asked.acquire(timeout=PATIENCE):
                try:
                    _idle.remove(self)
                except ValueError:
                    continue  # somebody has taken this one just now
                return
            if self.job is None:
                return
            work, done = self.job
            work()
            del work
            self.job = None  # what it worked on is not kept alive
            _idle.append(self)
            done.release()


_idle: list[Worker] = []  # appending, popping and removing are one act each: no lock is needed


def idle_worker() -> Worker:
    """Return a thread that has nothing to do."""
    try:
        return _idle.pop()
    except IndexError:
        return Worker()


def dismiss_workers() -> None:
    """End the threads that wait for work."""
    while _idle:
        try:
            worker = _idle.pop()
        except IndexError:
            return
        worker.asked.release()
        worker.thread.join()


atexit.register(dismiss_workers)


def map_chunks(task: Callable[[T], R], items: Sequence[T], n_jobs: int | None = None) -> list[R]:
    """Return ``[task(item) for item in items]``, worked out by several threads.

    The result is in the order of `items` whatever the threads do. The first failing item's exception, in that same
    order, is raised after all threads have stopped. The calling thread works too.
    """
    threads = min(worker_count(n_jobs), len(items)) if len(items) > 1 else 1
    if threads <= 1:
        return [task(item) for item in items]
    results: list[Any] = [None] * len(items)
    errors: dict[int, BaseException] = {}
    ticket, lock = iter(range(len(items))), threading.Lock()

    def work() -> None:
        _inside_worker.set(True)
        while not errors:
            with lock:
                i = next(ticket, None)
            if i is None:
                return
            try:
                results[i] = task(items[i])
            except BaseException as error:
                errors[i] = error

    blas = _blas_threads_outside()
    others = [idle_worker().begin(partial(copy_context().run, work)) for _ in range(threads - 1)]
    try:
        copy_context().run(work)
    finally:
        for done in others:
            done.acquire()
        _raise_blas_threads(blas)
    if errors:
        raise errors[min(errors)]
    return results


def merge_chunks(
    merge: Callable[[R, R], R], task: Callable[[T], R], items: Sequence[T], n_jobs: int | None = None
) -> R:
    """Return ``reduce(merge, map_chunks(task, items, n_jobs))``, to the same bits, for one item or more.

    A result is merged as soon as those before it are: as many are in memory as there are threads, not items, unless one
    takes much longer than the others. Of what `merge` rounds, NumPy warns as it would the caller.
    """
    found: dict[int, R] = {}  # found[0]: of the first `merged` items; others wait for those before them
    warned = np.geterr()  # which threads begin without before NumPy 2
    merged, lock = 0, threading.Lock()

    def work(i: int) -> None:
        nonlocal merged
        result = task(items[i])
        with lock:
            found[i] = result
            while merged in found:
                if merged:
                    with np.errstate(**warned):
                        found[0] = merge(found[0], found.pop(merged))
                merged += 1

    map_chunks(work, range(len(items)), n_jobs)
    return found[0]


# ---------------------------------------------------------------------------------------------------------------
# BLAS threads. NumPy's own BLAS starts threads inside a product; on the small products of one chunk they cost more
# than they give, and they would multiply with ours. And OpenBLAS's threads, once begun, wait for more by running, for a
# tenth of a second (measured): ours, which begin next, find that core taken. So a product of 10 000 numbers, or a few
# more, is worth a second BLAS thread only where none of ours follows.

_blas_lock = threading.Lock()
_blas_users = 0
_blas_before = 0


def _forget_after_fork() -> None:
    global _blas_lock, _blas_users
    _blas_lock = threading.Lock()
    if _blas_users and (calls := _openblas()) is not None:
        calls[1](_blas_before)
    _blas_users = 0
    _idle.clear()  # a fork copies no thread


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=dismiss_workers, after_in_child=_forget_after_fork)


@cache
def _openblas() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """Return (get, set) of the number of threads of NumPy's OpenBLAS, or None for another BLAS."""
    modules = [sys.modules.get(f"numpy.{core}._multiarray_umath") for core in ("_core", "core")]
    path = next((module.__file__ for module in modules if module is not None), None)
    try:
        library = ctypes.CDLL(path or "")  # a symbol is looked up in the libraries it depends on, too
    except OSError:
        return None
    for prefix in ("scipy_openblas", "openblas"):
        for suffix in ("64_", ""):
            try:
                get = getattr(library, f"{prefix}_get_num_threads{suffix}")
                put = getattr(library, f"{prefix}_set_num_threads{suffix}")
            except AttributeError:
                continue
            get.restype, get.argtypes, put.restype, put.argtypes = ctypes.c_int, [], None, [ctypes.c_int]
            return get, put
    return None


def blas_threads() -> int | None:
    """Return how many threads NumPy's OpenBLAS uses for a product, or None for another BLAS."""
    calls = _openblas()
    return None if calls is None else calls[0]()


def inside_one_blas_thread() -> bool:
    """Say whether somebody keeps NumPy's OpenBLAS on one thread just now."""
    return _blas_users > 0


def _blas_threads_outside() -> int | None:
    """Return how many threads NumPy's OpenBLAS uses when nobody is inside `one_blas_thread`."""
    with _blas_lock:
        return _blas_before if _blas_users else blas_threads()


def _raise_blas_threads(n: int | None) -> None:
    """Give NumPy's OpenBLAS n threads again, if it was left with fewer.

    Tasks of other packages (scikit-learn's) limit it for a while, each by itself: of two that overlap, the second takes
    the limit of the first for the normal state and restores that.
    """
    calls = _openblas()
    if n is None or calls is None:
        return
    with _blas_lock:
        if _blas_users == 0 and calls[0]() < n:
            calls[1](n)


class one_blas_thread:
    """Keep NumPy's OpenBLAS on one thread inside the block; does nothing for another BLAS.

    The setting is one for the process, so it is counted: the first to enter sets it, the last to leave restores it. (A
    class, since a generator behind `contextmanager` costs three times as much, and small fits enter often.)
    """

    __slots__ = ("calls",)

    def __enter__(self) -> None:
        global _blas_users, _blas_before
        self.calls = _openblas()
        if self.calls is None:
            return
        with _blas_lock:
            if _blas_users == 0:
                _blas_before = self.calls[0]()
                if _blas_before != 1:  # to set it takes longer than a small fit
                    self.calls[1](1)
            _blas_users += 1

    def __exit__(self, *error: object) -> None:
        global _blas_users
        if self.calls is None:
            return
        with _blas_lock:
            _blas_users -= 1
            if _blas_users == 0 and _blas_before != 1:
                self.calls[1](_blas_before)
