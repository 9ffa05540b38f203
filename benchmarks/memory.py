"""Peak memory of this process above where it stood: Linux tells and resets the peak; elsewhere it is not measured."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


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
