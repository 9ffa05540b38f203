"""Class weights: how much each class counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .typing import Array, FloatArray, IntArray


def class_weights(
    class_weight: Mapping[Any, float] | str | None,
    classes: Array,
    codes: IntArray,
    sample_weight: FloatArray | None = None,
) -> FloatArray:
    """Return the weight of each class, shape (n_classes,).

    None gives ones; a dict gives its values (1 for a class it leaves out); "balanced" gives
    ``total / (n_classes * total_of_class)`` with totals of `sample_weight` (counts, where None).

    Raises
    ------
    ValueError
        For another string, or a dict naming a class that y does not have or a negative weight.
    """
    weight = np.ones(len(classes))
    if class_weight is None:
        return weight
    if isinstance(class_weight, str):
        if class_weight != "balanced":
            raise ValueError(f"class_weight={class_weight!r} is not known; give 'balanced', a dict or None.")
        totals = np.bincount(codes, weights=sample_weight, minlength=len(classes)).astype(np.float64)
        present = totals > 0
        weight[present] = totals.sum() / (present.sum() * totals[present])
        return weight
    index_of = {label: j for j, label in enumerate(classes.tolist())}
    for label, value in class_weight.items():
        key = label.item() if isinstance(label, np.generic) else label
        if key not in index_of:
            continue  # scikit-learn's rule: a class that these labels lack is passed over
        if not value >= 0:
            raise ValueError(f"class_weight[{label!r}]={value!r} is negative or NaN; weights must be 0 or more.")
        weight[index_of[key]] = value
    return weight
