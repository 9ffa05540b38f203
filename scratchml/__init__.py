"""scratchml: machine-learning algorithms from scratch, to be read, run and trusted.

Rooms carry scikit-learn's names, so a known import line carries over::

    from scratchml.cluster import KMeans

A room is loaded the first time it is named; ``import scratchml`` alone loads NumPy and nothing else. ``with
scratchml.progress():`` shows a bar for every fit inside.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

__version__ = "0.1.0"


def _rooms() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def __getattr__(name: str) -> Any:
    if name == "progress":
        return importlib.import_module(f"{__name__}.core").progress
    if not name.startswith("_") and name in _rooms():
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'scratchml' has no room {name!r}; the rooms are {', '.join(_rooms())}.")


def __dir__() -> list[str]:
    return [*globals(), "progress", *_rooms()]
