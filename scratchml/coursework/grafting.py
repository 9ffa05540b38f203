"""grafting: the package's own estimators, run with one of their textbook steps computed by a student's function.

Each function here is a loop of the package with one replaceable step; it yields (step name, value) pairs. The grader
runs it once with the reference and once with the student's function and shows the first step that differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..cluster.assign import Sums
from ..cluster.lloyd import lloyd
from ..cluster.points import lay_out
from ..core.typing import FloatArray, IntArray

__all__ = ["k_means_steps"]


def k_means_steps(X: FloatArray, first: FloatArray, assign: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Run Lloyd's loop of ``cluster/lloyd.py`` with ``assign(X, centres) -> labels``; yield each half-iteration."""
    points = lay_out(X, np.ones(len(X)), also=first)

    def assigner(centres: FloatArray, labels: IntArray, moved: int, add: bool = True) -> tuple[Sums, int]:
        labels[:] = assign(X, points.to_user(centres))
        k, rows = len(centres), points.rows(slice(None))
        sums = np.zeros_like(centres)
        np.add.at(sums, labels, rows)
        return Sums(sums, np.bincount(labels, minlength=k).astype(np.float64)), len(labels) * k

    for step in lloyd(points, points.from_user(first), 20, 0.0, assigner=assigner):
        yield step.name, step.labels.copy() if step.name == "assign" else step.centres.copy()
