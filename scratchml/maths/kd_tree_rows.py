"""The rows of a k-d tree as they were given: the tree holds them already, so nobody need keep them besides.

Idea
    A tree's columns are its rows in another order. Where a row stands is what `order` says the other way round; so any
    rows can be read off again, bit for bit. That is slower than an array, and rarely asked for: by who wants the
    neighbours of the rows themselves, or finds that a radius takes in a tenth of them.
Cost
    n steps for any rows; memory: nothing between two questions, as much as n numbers and the answer during one.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from ..core.typing import FloatArray
from .distances import Reference
from .kd_tree_build import Tree


class RowsOfTree:
    """Stands for an array (n, d) of rows; an index or slice of rows gives them as an array."""

    def __init__(self, tree: Tree) -> None:
        n = len(tree.order)
        self.tree, self.shape = tree, (n, tree.boxes.shape[2])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> FloatArray:
        tree, (n, d) = self.tree, self.shape
        places = np.empty(n, dtype=tree.order.dtype)
        places[tree.order] = np.arange(n, dtype=tree.order.dtype)
        place = places[rows].astype(np.int64)
        starts = tree.starts[len(tree.features) :]  # of the leaves, ascending
        leaf = np.searchsorted(starts, place, side="right") - 1
        start, stop = starts[leaf].astype(np.int64), tree.stops[len(tree.features) :][leaf]
        first, step = start * (d - 1) + place, stop - start  # feature f of a leaf's j-th point: start d + f size + j
        found: FloatArray = tree.columns[first[..., None] + step[..., None] * np.arange(d)]
        return found


def without_points(reference: Reference, tree: Tree) -> Reference:
    """Return a reference whose rows are those of its tree, so that its array can be let go of."""
    return reference.with_points(cast(FloatArray, RowsOfTree(tree)))
