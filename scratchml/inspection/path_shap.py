"""TreeSHAP as published: the paths of all leaves, extended and unwound (Lundberg's algorithm 2).

Idea
----
Of the features on the way to a leaf, some are known, the others are not; each set of known ones weighs as often as it
comes up in a random order. Sets of one size weigh the same, so one number for each size will do. Going down an edge
*extends* these numbers by one feature; a feature that is asked a second time is first *unwound*, as if it had not been
there. At a leaf, each feature in turn is unwound, to see what the leaf says without it.

Maths
-----
A way has u features with cover shares z and answers o in {0, 1} (see `linear_shap.py`). w_i is the sum over all sets S
of i of its u features of |S|! (u - |S|)! / (u + 1)! prod_{S} o prod_{not S} z. Extend by (z, o)::

    w_{i+1} += o w_i (i + 1) / (u + 1);    w_i = z w_i (u - i) / (u + 1)

with u counted after the extension; unwinding solves this for the old w. phi_f = sum over leaves of
value (o_f - z_f) sum_i (w without f)_i.

Cost
----
leaves * u^2 operations for each row.

Differences
-----------
A loop over the nodes, depth first, with a line of memory for each level, in place of recursion. Unwinding divides by o
or z, which costs digits where u is large and z small: `linear_shap.py` does not.

References
----------
Lundberg, Erion, Lee, Consistent individualized feature attribution for tree ensembles (2018), algorithm 2. Lundberg et
al., Nature Machine Intelligence 2 (2020).
"""

from __future__ import annotations

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from .grove import LEAF, Grove, goes_left

ROWS = 64  # rows in one thread's chunk


@lean_kernel
def extend(features: Array, z: Array, o: Array, w: Array, u: int, new: tuple[int, float, float]) -> None:
    """Add a feature, new = (f, z, o), at place u of a way; w (u + 1,) weighs sets by size. All are overwritten."""
    features[u], z[u], o[u] = new
    w[u] = 1.0 if u == 0 else 0.0
    for i in range(u - 1, -1, -1):
        w[i + 1] += o[u] * w[i] * (i + 1) / (u + 1)
        w[i] = z[u] * w[i] * (u - i) / (u + 1)


@lean_kernel
def unwind(features: Array, z: Array, o: Array, w: Array, u: int, place: int) -> None:
    """Take the feature at `place` out of a way whose last place is u; the places behind move up. All overwritten."""
    following = w[u]
    for i in range(u - 1, -1, -1):
        if o[place] != 0.0:
            before = w[i]
            w[i] = following * (u + 1) / ((i + 1) * o[place])
            following = before - w[i] * z[place] * (u - i) / (u + 1)
        else:
            w[i] = w[i] * (u + 1) / (z[place] * (u - i)) if z[place] > 0.0 else 0.0
    for i in range(place, u):
        features[i], z[i], o[i] = features[i + 1], z[i + 1], o[i + 1]


@lean_kernel
def unwound_sum(z: Array, o: Array, w: Array, u: int, place: int) -> float:
    """Return the sum of the weights (u,) that `unwind` would leave; the way is read only."""
    following, total = w[u], 0.0
    for i in range(u - 1, -1, -1):
        if o[place] != 0.0:
            weight = following * (u + 1) / ((i + 1) * o[place])
            total += weight
            following = w[i] - weight * z[place] * (u - i) / (u + 1)
        elif z[place] > 0.0:
            total += w[i] * (u + 1) / (z[place] * (u - i))
    return total


@lean_kernel
def give_leaf(features: Array, z: Array, o: Array, w: Array, u: int, value: Array, phi: Array) -> None:
    """Add to phi (d, v) what a leaf of value (v,) gives to each of the u features on its way; place 0 is none."""
    for place in range(1, u + 1):
        share = unwound_sum(z, o, w, u, place) * (o[place] - z[place])
        for c in range(value.shape[0]):
            phi[features[place], c] += share * value[c]


@lean_kernel
def explain_by_paths(
    x: Array,
    tree: tuple[int, int],
    nodes: tuple[Array, ...],
    questions: tuple[Array, ...],
    value: Array,
    way: tuple[Array, ...],
    phi: Array,
) -> None:
    """Add what one tree gives to each feature of a row x (d,) to phi (d, v).

    tree = (start, stop) of its nodes, which are read. way = (features, z, o, w), each (levels, d + 2), at and last
    (levels,): scratch, a line for each level.
    """
    feature, right, depth, cover = nodes
    features, z, o, w, at, last = way
    for i in range(tree[0], tree[1]):
        level = depth[i]
        if level == 0:
            last[0] = 0
            extend(features[0], z[0], o[0], w[0], 0, (-1, 1.0, 1.0))
        else:
            parent = at[level - 1]
            f, u = feature[parent], last[level - 1]
            for p in range(u + 1):
                features[level, p], z[level, p] = features[level - 1, p], z[level - 1, p]
                o[level, p], w[level, p] = o[level - 1, p], w[level - 1, p]
            share = cover[i] / cover[parent] if cover[parent] > 0.0 else 0.0
            left = goes_left(x[f], parent, questions)
            answer = 1.0 if left == (i == parent + 1) else 0.0
            for p in range(1, u + 1):
                if features[level, p] == f:
                    share, answer = share * z[level, p], answer * o[level, p]
                    unwind(features[level], z[level], o[level], w[level], u, p)
                    u -= 1
                    break
            extend(features[level], z[level], o[level], w[level], u + 1, (f, share, answer))
            last[level] = u + 1
        at[level] = i
        if right[i] == LEAF:
            give_leaf(features[level], z[level], o[level], w[level], last[level], value[i], phi)


@lean_kernel
def explain_rows_by_paths(
    X: Array,
    trees: tuple[Array, Array],
    nodes: tuple[Array, ...],
    questions: tuple[Array, ...],
    value: Array,
    way: tuple[Array, ...],
    phi: Array,
) -> None:
    """Add what each feature gives to each row's scores to phi (n, d, K). X (n, d), all of the grove: read.

    trees = (roots, output); way: scratch, as of `explain_by_paths`.
    """
    roots, output = trees
    for i in range(X.shape[0]):
        for j in range(output.shape[0]):
            given = phi[i, :, output[j] : output[j] + value.shape[1]]  # to the outputs of this tree
            explain_by_paths(X[i], (roots[j], roots[j + 1]), nodes, questions, value, way, given)


def add_path_shap(grove: Grove, X: FloatArray, phi: FloatArray, n_jobs: int | None) -> None:
    """Write the Shapley values of X (n, d) to phi (n, d, K), by algorithm 2."""
    levels = int(grove.depth.max(initial=0)) + 1
    width = min(levels, grove.n_features + 1) + 1

    def explain(rows: slice) -> None:
        lines = [np.zeros((levels, width), dtype=np.int64), *np.zeros((3, levels, width))]
        way = (*lines, np.zeros(levels, dtype=np.int64), np.zeros(levels, dtype=np.int64))
        trees = (grove.roots, grove.output)
        explain_rows_by_paths(X[rows], trees, grove.nodes, grove.questions, grove.value, way, phi[rows])

    map_chunks(explain, chunks(len(X), ROWS), n_jobs)
