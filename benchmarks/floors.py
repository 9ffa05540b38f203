"""Work that a method cannot do without, done as well as it can be: block by block, by all threads, nothing kept.

A product of all rows at once would write a result that a method need not have, and be slower than the method itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.workload import Data

ROWS = 1024  # of a block


def by_blocks(work: Callable[[Data, slice], Any]) -> Callable[[Data], None]:
    """Return what does `work` for each block of X's rows, on the race's threads."""

    def floor(data: Data) -> None:
        if len(data["X"]) <= ROWS:
            work(data, slice(None))
            return

        def block(rows: slice) -> None:
            work(data, rows)

        from scratchml.core.parallel import chunks, map_chunks, one_blas_thread

        with one_blas_thread():
            map_chunks(block, chunks(len(data["X"]), ROWS), data.get("threads", 1))

    return floor


def one_pass(data: Data, rows: slice) -> None:
    """Read a block of X once."""
    np.add.reduce(data["X"][rows], axis=None)


pass_over_x = by_blocks(one_pass)
