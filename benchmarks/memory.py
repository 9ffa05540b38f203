"""Peak memory of this process above where it stood: Linux tells the peak and takes it back; elsewhere it is unknown.

The races tell the peak of a fit that follows a first fit of the same rows, the model included, while X and y are held
by the race: what counts is what a fit adds to them. The first fit loads what a process loads once: machine code,
libraries' tables, lazily imported modules. What it left free, on the heap or in a library's own store, is handed back
to the system before the second, so that nobody takes it for nothing; the holes that the heap still has are filled
(`without_holes`), and each larger array lies apart (`lay_arrays_apart`), so that it does not matter what the process
did before. Python's objects lie on that same heap (`start_anew`), not in free places of a megabyte of Python's own.
Layers are made anew, so that the rooms they keep from step to step count. Where a library fits in processes that it has
started, what these touch counts with it, above what they had loaded after a fit of small data.

Linux has two accounts. Pages that were mapped (VmPeak) it counts exactly; but among them may be some that were never
touched, and take no memory, and a library may touch again what it had mapped before. Pages that were touched (VmHWM)
each core counts in lots of 32: on the one core that a process of one thread runs on, a peak seemed up to 170 kB lower
than it was, or 52 kB higher. Where the first account may be what the second has seen, it is told; else the second
(`surest`).

A model that points to the caller's X needs that memory as long as it lives, as much as one that has a copy of its own:
what it keeps hold of is added to its peak. (scikit-learn's neighbours point to it, ours copy it, so that later changes
of X change no answer.)
"""

from __future__ import annotations

import ctypes
import gc
import math
import mmap
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

PROCESSES = Path("/proc")
STATUS, RESET = PROCESSES / "self/status", PROCESSES / "self/clear_refs"
UNCERTAIN = 2**14  # bytes: a few pages, which one process shows and another does not; and which a start may miss
APART = 2**15  # bytes of an array that lies in memory of its own
SMALL = 2**21  # bytes: peaks below are taken again
TIMES = 5  # that a small peak is taken
LOT = max(32, 2 * (os.cpu_count() or 1)) * mmap.PAGESIZE  # bytes that a core counts at once
PRIVATE = getattr(mmap, "MAP_PRIVATE", 0) | getattr(mmap, "MAP_ANONYMOUS", 0)  # as a call's own pages are
PATIENCE = 4.0  # seconds for taking a peak again
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3  # in <malloc.h>
HOLES = (APART - 64, 2**13, 2**11, 2**9, 2**7, 2**5)  # bytes of the blocks that holes of the heap are filled with
ONE_TBB, CLEAN_ALL_BUFFERS = "libtbbmalloc.so.2", 0  # in <oneapi/tbb/scalable_allocator.h>


def lay_arrays_apart() -> None:
    """Have every later array of 32 kB or more lie in memory of its own, which the system has back when it is freed.

    Otherwise glibc puts arrays on the heap as soon as one of their size was freed, and the holes among them, which
    depend on all that the process did before, decide a peak: one fit of four arrays took 3.2 MB or 5.0. MKL, if it is
    loaded later, does without the store where it keeps its buffers for the next call.
    """
    os.environ["MKL_DISABLE_FAST_MM"] = "1"
    try:
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, APART)
    except (AttributeError, TypeError):  # glibc only
        pass


def give_free_memory_back() -> None:
    """Hand what was freed back to the system, and from now on the free end of the heap as soon as there is one.

    It would be kept otherwise, 128 kB of it or more, and count for whoever has used it in passing. oneTBB's allocator,
    where a library brings it, keeps all that was freed until it is told: a fit by it that took 2.4 MB showed 0.9.
    """
    try:
        ctypes.CDLL(ONE_TBB, mode=os.RTLD_NOLOAD).scalable_allocation_command(CLEAN_ALL_BUFFERS, None)
    except (AttributeError, OSError):  # nobody has loaded it
        pass
    try:
        library = ctypes.CDLL(None)
        library.mallopt(M_TRIM_THRESHOLD, 0)
        library.mallopt(M_TOP_PAD, 0)
        library.malloc_trim(0)
    except (AttributeError, TypeError):  # glibc only
        pass


class Account(ctypes.Structure):
    """What glibc tells of its heaps: `mallinfo2` in <malloc.h>, in bytes."""

    _fields_: ClassVar = [
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd")),
        *((name, ctypes.c_size_t) for name in ("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")),
    ]


@contextmanager
def without_holes() -> Iterator[None]:
    """Fill the holes of the heap meanwhile: what a call wants then lies at the heap's end, or apart, and is given back.

    Otherwise small objects and arrays lie in holes that one process has and another has not, and their pages stay: 1.5
    of 2 MB once.
    """
    taken = []
    try:
        library = ctypes.CDLL(None)
        library.mallinfo2.restype = Account
        library.malloc.restype = library.sbrk.restype = ctypes.c_void_p
        end = library.sbrk(0) - library.mallinfo2().keepcost  # of what is taken; above, the heap is free or not there
    except (AttributeError, TypeError):  # glibc 2.33 and later only
        yield
        return
    for size in HOLES:
        while (block := library.malloc(ctypes.c_size_t(size))) is not None and block < end:
            taken.append(block)
        library.free(ctypes.c_void_p(block))
    try:
        yield
    finally:
        for block in taken:
            library.free(ctypes.c_void_p(block))


def status(*fields: str, of: Path = STATUS) -> list[int]:
    """Return fields of the kernel's account of a process, this one, at one time, in bytes."""
    lines = (line.split() for line in of.read_text().splitlines())
    found = {line[0].rstrip(":"): line[1] for line in lines if len(line) > 1}
    return [int(found[field]) * 1024 for field in fields]


def started_processes() -> list[Path]:
    """Return the processes that this one has started and that are there still, with those that they have started."""
    found = [PROCESSES / "self"]
    for process in found:  # it grows meanwhile
        with suppress(OSError):  # it has ended
            for thread in (process / "task").iterdir():
                with suppress(OSError):
                    found += [PROCESSES / number for number in (thread / "children").read_text().split()]
    return found[1:]


def own_pages(process: Path) -> int:
    """Return how many bytes a process has touched at most, since it was told to count anew, less those it shares.

    These are the ones of files and of memory shared on purpose, as far as it has them now; 0 if it has ended.
    """
    with suppress(OSError, KeyError):
        most, files, shared = status("VmHWM", "RssFile", "RssShmem", of=process / "status")
        return max(0, most - files - shared)
    return 0


def held_elsewhere() -> dict[Path, int]:
    """Return what each started process has of its own, and have it count anew from here on."""
    for process in started_processes():
        with suppress(OSError):
            (process / "clear_refs").write_text("5")
    return {process: own_pages(process) for process in started_processes()}


def references_to(array: np.ndarray) -> int:
    """Return how many references there are to an array and to the one that it is a view of, if any.

    The base of others is None, of which anybody may take hold.
    """
    return sys.getrefcount(array) + (0 if array.base is None else sys.getrefcount(array.base))


def start_anew(threads: int) -> None:
    """Begin this process again with Python's objects on the heap of C, and on as many cores as threads, unless it has.

    That is one core for one thread.
    """
    if not RESET.exists():
        return
    cores = sorted(os.sched_getaffinity(0))
    if os.environ.get("PYTHONMALLOC") == "malloc" and len(cores) <= threads:
        return
    os.sched_setaffinity(0, cores[-threads:])
    os.environ["PYTHONMALLOC"] = "malloc"
    os.execv(sys.executable, sys.orig_argv)


class Peak(NamedTuple):
    """By how many bytes memory rose during one call, by Linux's two accounts, with the caller's rows that are held."""

    touched: float  # to within a lot
    mapped: float  # exactly; infinite where nothing could be mapped to start from


def peak_above(function: Callable[..., Any], *arguments: Any, loaded: Mapping[Path, int] | None = None) -> Peak | None:
    """Return by how many bytes memory rose above the start during one call, at its highest; None where nobody can tell.

    What earlier calls freed is handed back to the system first, so that it cannot hide what this call takes. Of data
    handed over, a mapping, X and y are added if what is returned keeps hold of them. Of processes that this one has
    started and that are there at the end, what they touch in the call is added, above what they had `loaded`; what
    they have now unless told.
    """
    if not (STATUS.exists() and RESET.exists()):
        return None
    now = held_elsewhere()
    gc.collect()
    give_free_memory_back()
    with without_holes(), at_the_highest():
        return rise_in(function, arguments, now if loaded is None else loaded)


@contextmanager
def at_the_highest() -> Iterator[None]:
    """Map pages that nobody may touch until as many are mapped as at most before: any more is a new highest number."""
    filling = []
    with suppress(OSError, ValueError):  # nothing is missing, or there is a limit
        most, mapped = status("VmPeak", "VmSize")
        filling.append(mmap.mmap(-1, most - mapped, flags=PRIVATE, prot=0))
    try:
        yield
    finally:
        for pages in filling:
            pages.close()


def rise_in(function: Callable[..., Any], arguments: Sequence[Any], loaded: Mapping[Path, int]) -> Peak:
    """Return by how many bytes memory rose during one call: see `peak_above`."""
    handed = [data[name] for data in arguments if isinstance(data, Mapping) for name in ("X", "y") if name in data]
    arrays = [array for array in handed if isinstance(array, np.ndarray)]
    references = [references_to(array) for array in arrays]
    RESET.write_text("5")
    start, stood, mapped, most = status("VmRSS", "VmHWM", "VmSize", "VmPeak")
    kept = function(*arguments)
    now, highest, mapped_at_most = status("VmRSS", "VmHWM", "VmPeak")
    peak = highest if highest > stood else now  # only what rose during the call is its own; stood may be a lot too high
    elsewhere = sum(max(0, own_pages(process) - loaded.get(process, 0)) for process in started_processes())
    gc.collect()
    more = [references_to(array) for array in arrays]  # in the same words: a loop's own references count, too
    held = sum(array.nbytes for array, a, b in zip(arrays, references, more, strict=True) if b > a)
    del kept
    rise = float(mapped_at_most - mapped) if most - mapped < UNCERTAIN else math.inf
    return Peak(float(max(0, peak - start) + elsewhere + held), rise + elsewhere + held)


def surest_peak(
    function: Callable[..., Any], *arguments: Any, loaded: Mapping[Path, int] | None = None
) -> float | None:
    """Return `peak_above` as one number; of small peaks, and where several cores share the work, by several calls."""
    cores = len(os.sched_getaffinity(0)) if RESET.exists() else 1
    peaks: list[Peak] = []
    until = time.perf_counter() + PATIENCE
    while not peaks or (len(peaks) < TIMES and time.perf_counter() < until):
        peak = peak_above(function, *arguments, loaded=loaded)
        if peak is None:
            return None
        peaks.append(peak)
        if peak.touched > SMALL and cores == 1:
            break
    return surest(peaks, cores)


def surest(peaks: Sequence[Peak], cores: int) -> float:
    """Return what was mapped, if so much may have been touched: a core's two lots more than was seen, or a lot less.

    Of more than two cores it is not the question how far off their counts could be: pages nobody touches would pass.
    """
    touched, mapped, lots = max(p.touched for p in peaks), statistics.median(p.mapped for p in peaks), min(cores, 2)
    return mapped if touched - LOT * lots <= mapped <= touched + 2 * LOT * lots else touched
