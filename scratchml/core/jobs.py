"""Run many independent jobs (folds, parts of a pipeline), by threads where asked for, with one progress bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from .parallel import map_chunks
from .progress import counted

T = TypeVar("T")
R = TypeVar("R")


def run_jobs(
    task: Callable[[T], R],
    items: Sequence[T],
    *,
    n_jobs: int | None = None,
    verbose: int | bool = 0,
    description: str = "fits",
) -> list[R]:
    """Return ``[task(item) for item in items]``, in this order whatever the threads do.

    Parameters
    ----------
    task : done for each item; several at once if `n_jobs` says so
    items : all that decides a result (splits, parameters, seeds) is in the item, drawn before any thread starts
    n_jobs : threads; None means 1 here, as scikit-learn's users expect: a single fit already uses all threads where
        its kernels do, and estimators of other packages may not like company. -1 means all CPUs.
    verbose : above 0 shows a progress bar on stderr, as a `progress` block does
    description : what the bar is called

    Raises
    ------
    Exception
        The error of the first item that failed, in the order of `items`.
    ValueError
        If `n_jobs` is 0.
    """
    n_jobs = 1 if n_jobs is None else n_jobs
    with counted(task, len(items), description, show=bool(verbose)) as job:
        return map_chunks(job, items, n_jobs)
