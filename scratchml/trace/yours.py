"""Yours: what is asked of a reader's own step, and where the textbook's form differs, how it is fitted in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np


def check_call(name: str, mine: Callable[..., Any], ours: Callable[..., Any]) -> None:
    """Raise TypeError if `mine` cannot be called with as many arguments as `ours` takes."""
    try:
        theirs, call = inspect.signature(mine), inspect.signature(ours)
    except (ValueError, TypeError):  # some built-in functions tell nothing
        return
    taken = [p for p in call.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for wanted in (taken, [p for p in taken if p.default is p.empty]):
        try:
            theirs.bind(*wanted)
            return
        except TypeError:
            continue
    raise TypeError(f"{name}: yours is called as {name}({', '.join(map(str, call.parameters))}), but takes {theirs}.")


def with_answer(name: str, mine: Callable[..., Any], ours: Callable[..., Any]) -> Callable[..., Any]:
    """Return `mine`, which says what is wrong where it forgets to return what ours does."""
    promised = str(inspect.signature(ours).return_annotation)
    if "None" in promised or "Any" in promised:
        return mine

    @wraps(mine)
    def step(*given: Any, **named: Any) -> Any:
        found = mine(*given, **named)
        if found is None:
            raise ValueError(f"{name} returned None; return what ours does: {promised} (see trace.signature_of).")
        return found

    return step


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


def assign_points_for(mine: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """Return what has to be replaced in k-means so that `mine(X, centres)` says the labels.

    Raises
    ------
    TypeError
        If it does not take these two.
    """
    from ..cluster.assign import Sums
    from ..cluster.lloyd import lloyd

    check_call("assign_points", mine, lambda X, centres: None)

    def assign(points: Any, centres: Any, labels: Any, *, add: bool = True) -> Sums:
        k, rows = len(centres), points.rows(slice(None))
        labels[:] = checked_labels(mine(rows.copy(), centres.copy()), len(labels), k)
        sums, mass = np.zeros(centres.shape), np.zeros(k)
        np.add.at(sums, labels, rows * points.weight[:, None])
        np.add.at(mass, labels, points.weight)
        return Sums(sums, mass)

    return {"assign": assign, "lloyd_or_bounds": lloyd}


# steps whose textbook form differs from the function that does the work
TEXTBOOK: dict[tuple[str, str], Callable[[Callable[..., Any]], dict[str, Callable[..., Any]]]] = {
    ("KMeans", "assign_points"): assign_points_for,
}
