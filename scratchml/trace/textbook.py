"""Steps to graft whose textbook form differs from the function that does the work: yours is fitted in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def checked_labels(given: Any, n: int, k: int) -> Any:
    """Return what a reader's assign_points returned, if it is n labels of k clusters.

    Raises
    ------
    ValueError
        If it is not.
    """
    wanted = f"return {n} integers from 0 to {k - 1}, one for each row of X."
    try:
        found = np.asarray(given)
    except ValueError:
        raise ValueError(f"assign_points returned rows of different lengths; {wanted}") from None
    if given is None or found.dtype.kind not in "iu":
        kind = "None" if given is None else f"{found.dtype} of shape {found.shape}"
        raise ValueError(f"assign_points returned {kind}; {wanted}")
    if found.shape != (n,):
        raise ValueError(f"assign_points returned the shape {found.shape}; {wanted}")
    if found.min() < 0 or found.max() >= k:
        raise ValueError(f"assign_points returned labels from {found.min()} to {found.max()}; {wanted}")
    return found


def assign_points_for(estimator: Any, mine: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """Return what has to be replaced in k-means so that `mine(X, centres)` says the labels."""
    from ..cluster.assign import Sums
    from ..cluster.lloyd import lloyd

    def assign(points: Any, centres: Any, labels: Any, *, add: bool = True) -> Sums:
        k, rows = len(centres), points.rows(slice(None))
        labels[:] = checked_labels(mine(rows.copy(), centres.copy()), len(labels), k)
        sums, mass = np.zeros(centres.shape), np.zeros(k)
        np.add.at(sums, labels, rows * points.weight[:, None])
        np.add.at(mass, labels, points.weight)
        return Sums(sums, mass)

    return {"assign": assign, "lloyd_or_bounds": lloyd}


# steps whose textbook form differs from the function that does the work
TEXTBOOK: dict[tuple[str, str], Callable[[Any, Callable[..., Any]], dict[str, Callable[..., Any]]]] = {
    ("KMeans", "assign_points"): assign_points_for,
}
