"""``scratchml info``: what to put into a bug report."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .. import __version__
from ..core.jit import jit_enabled, kernels
from ..core.parallel import THREADS_VARIABLE, blas_threads, usable_cpus, worker_count
from ..discovery import all_estimators, rooms


def cache_folders() -> list[Path]:
    """Return the folders where Numba keeps the machine code of the package's kernels."""
    found = set()
    for compiled in kernels().values():
        path = getattr(getattr(compiled, "_cache", None), "cache_path", None)
        if path:
            found.add(Path(path))
    return sorted(found)


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def facts() -> list[tuple[str, str]]:
    """Return (what, value) for each line of the report."""
    rooms()  # loads every kernel
    folders = cache_folders()
    files = [file for folder in folders for file in folder.glob("*.nb[ci]")] if folders else []
    size = sum(file.stat().st_size for file in files) / 1e6
    blas = blas_threads()
    return [
        ("scratchml", f"{__version__} at {Path(__file__).parent.parent}"),
        ("Python", f"{platform.python_version()} at {sys.executable}"),
        ("machine", f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, {usable_cpus()} usable"),
        *((name, _installed(name)) for name in ("numpy", "numba", "matplotlib", "rich")),
        *((f"{name} (optional)", _installed(name)) for name in ("scikit-learn", "scipy", "pandas")),
        ("threads", f"{worker_count()} (set {THREADS_VARIABLE} to change)"),
        ("BLAS threads", str(blas) if blas is not None else "not under our control"),
        ("compiled kernels", f"{len(kernels())}" if jit_enabled() else "off: kernels run as plain Python"),
        ("kernel cache", f"{len(files)} files, {size:.1f} MB in {folders[0].parent if folders else 'no folder'}"),
        ("estimators", str(len(all_estimators()))),
    ]


def print_info() -> int:
    """Print the report; return the exit code."""
    table = Table(show_header=False, box=None)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for what, value in facts():
        table.add_row(what, escape(value))
    Console().print(table)
    return 0
