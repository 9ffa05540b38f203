"""Peak memory of this process above where it stood: Linux tells and resets the peak; elsewhere it is not measured.

The races tell the peak of a fit that follows a first fit of the same rows, on one thread, the model included, while X
and y are held by the race: what counts is what a fit adds to them. The first fit loads what a process loads once:
machine code, libraries' buffers, lazily imported modules. What it left on the heap is handed back to the system before
the second, so that nobody takes it for nothing; only blocks beside others still in use, and Python's and NumPy's stores
of small objects, stay. Processes whose first fit was a small one found the same peaks to within 0.8 MB, ours and the
references', and repeated fits of one process to within 0.1: less than 1 MB between two contestants says nothing.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
UNCERTAIN = 2**20  # bytes


def status(field: str) -> int:
    """Return a field of the kernel's account of this process, in bytes."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024


def peak_above(function: Callable[..., Any], *arguments: Any) -> float | None:
    """Return by how many bytes memory rose above the start during one call, at its highest; None where nobody can tell.

    What earlier calls freed is handed back to the system first, so that it cannot hide what this call takes.
    """
    if not (STATUS.exists() and RESET.exists()):
        return None
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)  # glibc only
    except AttributeError:
        pass
    RESET.write_text("5")
    before = status("VmRSS")
    kept = function(*arguments)
    peak = status("VmHWM")
    del kept
    return float(max(0, peak - before))
