"""What the parameters of histogram boosting may be, and constraints on columns.

Idea
----
A constraint says what is known beforehand: that a column can only raise (or lower) the prediction, or which columns may
act together.

Differences
-----------
None from scikit-learn 1.9.1 but the words of messages.

References
----------
scikit-learn's user guide, sections "Monotonic Constraints" and "Interaction constraints".
"""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..core.rules import (
    Rule,
    array_like,
    boolean,
    either,
    floating,
    function,
    integer,
    mapping,
    none,
    one_of,
    random_state,
    real,
    text,
    verbosity,
)
from ..core.typing import Array, IntArray

RULES: dict[str, Rule] = {
    "learning_rate": real(0.0, open_low=True),
    "max_iter": integer(1),
    "max_leaf_nodes": either(none, integer(2)),
    "max_depth": either(none, integer(1)),
    "min_samples_leaf": integer(1),
    "l2_regularization": real(0.0),
    "max_features": floating(0.0, 1.0, open_low=True),
    "max_bins": integer(2, 255),
    "categorical_features": either(none, one_of("from_dtype"), array_like),
    "monotonic_cst": either(none, array_like, mapping),
    "interaction_cst": either(
        none, one_of("pairwise", "no_interactions"), Rule("a list", lambda v: isinstance(v, (list, tuple)))
    ),
    "warm_start": boolean,
    "early_stopping": either(one_of("auto"), boolean),
    "scoring": either(none, text, function),
    "validation_fraction": either(none, floating(0.0, 1.0, open_low=True, open_high=True), integer(1)),
    "n_iter_no_change": integer(1),
    "tol": real(0.0),
    "verbose": verbosity,
    "random_state": random_state,
}
LARGEST_WEIGHT = 1e30  # float32 gradients hold no more


def check_monotonic(monotonic: Any, d: int, names: Array | None) -> IntArray:
    """Return -1, 0 or 1 for each column, shape (d,).

    Raises
    ------
    ValueError
        For other values, another number of columns, or names that X does not have.
    """
    if monotonic is None:
        return np.zeros(d, dtype=np.int64)
    if isinstance(monotonic, Mapping):
        if names is None:
            raise ValueError("monotonic_cst names columns, but X has no names; give one of -1, 0, 1 for each column.")
        unknown = sorted(set(monotonic) - set(names), key=str)
        if unknown:
            raise ValueError(f"monotonic_cst contains {len(unknown)} unexpected feature names: {unknown[:5]}.")
        wrong = {name: value for name, value in monotonic.items() if value not in (-1, 0, 1)}
        if wrong:
            name, value = next(iter(wrong.items()))
            raise ValueError(f"monotonic_cst[{name!r}] must be either -1, 0 or 1. Got {value!r}.")
        return np.array([monotonic.get(name, 0) for name in names], dtype=np.int64)
    found = np.asarray(monotonic)
    unexpected = np.setdiff1d(found, [-1, 0, 1])
    if len(unexpected):
        raise ValueError(f"monotonic_cst must be an array-like of -1, 0 or 1. Observed values: {unexpected.tolist()}.")
    if found.shape != (d,):
        raise ValueError(f"monotonic_cst has shape {found.shape} but the input data X has {d} features.")
    return found.astype(np.int64)


def check_interactions(interactions: Any, d: int) -> list[set[int]] | None:
    """Return the sets of columns that may meet on the way to a leaf; columns in none form a set of their own.

    Raises
    ------
    ValueError
        For what is no sequence of sequences, or no column of X.
    """
    if interactions is None:
        return None
    if interactions == "no_interactions":
        interactions = [[f] for f in range(d)]
    elif interactions == "pairwise":
        interactions = itertools.combinations(range(d), 2)
    try:
        found = [set(group) for group in interactions]
    except TypeError as error:
        raise ValueError(
            f"Interaction constraints must be a sequence of tuples or lists, got: {interactions!r}."
        ) from error
    for group in found:
        if not all(isinstance(f, numbers.Integral) and 0 <= int(f) < d for f in group):
            raise ValueError(
                "Interaction constraints must consist of integer indices in [0, n_features - 1] = "
                f"[0, {d - 1}], specifying the position of features, got invalid indices: {group!r}"
            )
    rest = set(range(d)) - set().union(*found)
    return [*found, rest] if rest else found
