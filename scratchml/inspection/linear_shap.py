"""TreeSHAP: how much each feature moves one prediction away from the mean, exactly, in time linear in the tree.

Idea
----
Features come to be known one after another, in random order, and each one's share is by how much the expected
prediction changes when it becomes known, averaged over all orders. What is expected while some features are not known?
Walk down the tree: where a known feature is asked, follow the row; else go both ways, each as likely as the share of
training rows that went there. There are d! orders. But let each feature become known at a random time of its own
between 0 and 1: that is a random order, too, and at time t all features are known or not *independently* of each
other. So one walk with half-known features gives the chance of each leaf at time t, and the integral over t is a sum
over a few well-chosen times: the integrand is a polynomial.

Maths
-----
On the way to a leaf, feature f was asked (perhaps several times): z_f is the product of the cover shares there, o_f
is 1 if the row gives the same answers, else 0. At time t the leaf is reached with chance prod_f ((1 - t) z_f + t o_f);
learning f now instead of never changes the mean by::

    phi_f = sum over leaves of value * integral_0^1 (o_f - z_f) prod_{g != f} ((1 - t) z_g + t o_g) dt

(Owen 1972). With u features on the longest way the polynomial has degree u - 1, for which Gauss and Legendre's rule of
ceil(u / 2) times is exact. Going down, an edge multiplies the product by its factor ((1 - t) z + t o), divided by that
of the same feature's edge above; coming up, the leaves' sums are collected, and each edge gives its feature
(o - z) / factor times the sum, and takes back what the same feature's edge above will give for it.

Cost
----
nodes * u / 2 multiplications for each row, LANES rows side by side. `path_shap.py` (Lundberg's algorithm 2) takes
leaves * u^2.

Differences
-----------
From Yu et al., who multiply polynomials: products at the times of a quadrature rule have no coefficients that cancel,
and no division by small numbers. From the shap package: float64 throughout, and any number of classes for boosting.

References
----------
Lundberg, Erion, Lee, Consistent individualized feature attribution for tree ensembles (2018), algorithm 1 (what is
expected). Yu, Xu, Bifet, Read, Linear TreeShap, NeurIPS (2022). Owen, Multilinear extensions of games, Management
Science 18 (1972) 64-79, theorem 5.
"""

from __future__ import annotations

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from .grove import LEAF, Grove, goes_left

LANES = 32  # rows that walk side by side: the loops over them become vector instructions
ROWS = 256  # rows in one thread's chunk


@lean_kernel
def go_down(level: int, edges: tuple[Array, Array], times: Array, inverse: Array, known: Array, product: Array) -> None:
    """Multiply the chances of the parent's level by the factor of the edge into this level.

    edges = (above, share): the level of the same feature's edge above, 0 for none; z. times (q,): read. inverse
    (levels, q), 1 / factor; product (levels, q, lanes): their lines `level` are overwritten. known (levels, lanes):
    o, read.
    """
    above, share = edges
    a, z = above[level], share[level]
    never = z / share[a] if share[a] > 0.0 else 0.0  # the row has left this feature's range before
    for p in range(times.shape[0]):
        t = times[p]
        factor = (1.0 - t) * z + t
        inverse[level, p] = 1.0 / factor
        stays, leaves = factor * inverse[a, p], (1.0 - t) * z * inverse[a, p]
        for b in range(known.shape[1]):
            change = (stays if known[level, b] > 0.0 else leaves) if known[a, b] > 0.0 else never
            product[level, p, b] = product[level - 1, p, b] * change


@lean_kernel
def come_up(
    level: int, edges: tuple[Array, Array], times: Array, inverse: Array, known: Array, below: Array, total: Array
) -> None:
    """Add the sums over leaves below (levels, v, q, lanes) to the level above, and to total (v, q, lanes) what they
    give to the feature of the edge into this level. Both are overwritten; the others are as in `go_down`."""
    above, share = edges
    a, z = above[level], share[level]
    for p in range(times.shape[0]):
        back = (1.0 - share[a]) * inverse[a, p]  # what the edge above gives too much; 0 where there is none
        stays, leaves = (1.0 - z) * inverse[level, p] - back, -1.0 / (1.0 - times[p]) - back
        for c in range(below.shape[1]):
            for b in range(known.shape[1]):
                weight = (stays if known[level, b] > 0.0 else leaves) if known[a, b] > 0.0 else 0.0
                total[c, p, b] += weight * below[level, c, p, b]
                below[level - 1, c, p, b] += below[level, c, p, b]


@lean_kernel
def see_leaf(value: Array, i: int, product: Array, below: Array) -> None:
    """Write value[i] times the chances of leaf i, product (q, lanes), to below (v, q, lanes)."""
    for c in range(below.shape[0]):
        for p in range(below.shape[1]):
            for b in range(below.shape[2]):
                below[c, p, b] = value[i, c] * product[p, b]


@lean_kernel
def ask(X: Array, first: int, f: int, i: int, questions: tuple[Array, ...], answer: Array) -> None:
    """Write 1 to answer (lanes,) for each of the rows from `first` on whose feature f goes left at node i, else 0."""
    last = X.shape[0] - 1
    for b in range(answer.shape[0]):
        x = X[min(first + b, last), f]  # the last group may be short: its last row walks several times
        answer[b] = 1.0 if goes_left(x, i, questions) else 0.0


@lean_kernel
def explain_tree(
    X: Array,
    first: int,
    tree: tuple[int, int, int],
    nodes: tuple[Array, ...],
    questions: tuple[Array, ...],
    value: Array,
    times: Array,
    work: tuple[Array, ...],
) -> None:
    """Add what one tree gives to each feature to work's total (d, K, q, lanes), for as many rows of X from `first` on.

    tree = (start, stop, output): its nodes, and its first output. X (n, d), nodes, questions, value: read. The rest of
    work is scratch.
    """
    start, stop, out = tree
    feature, right, depth, cover = nodes
    at, above, latest, share, inverse, known, answer, product, below, total = work
    v, open_level = value.shape[1], 0
    for i in range(start, stop + 1):
        level = depth[i] if i < stop else 1  # at the end, all is closed
        while open_level >= level and open_level > 0:
            f = feature[at[open_level - 1]]
            latest[f] = above[open_level]
            given = total[f, out : out + v]  # to the outputs of this tree
            come_up(open_level, (above, share), times, inverse, known, below, given)
            open_level -= 1
        if i == stop:
            break
        if level > 0:
            parent = at[level - 1]
            f = feature[parent]
            above[level], latest[f] = latest[f], level
            a = above[level]
            share[level] = share[a] * (cover[i] / cover[parent]) if cover[parent] > 0.0 else 0.0
            went = 1.0 if i == parent + 1 else 0.0
            for b in range(known.shape[1]):
                known[level, b] = known[a, b] if answer[level - 1, b] == went else 0.0
            go_down(level, (above, share), times, inverse, known, product)
        at[level], open_level = i, level
        if right[i] == LEAF:
            see_leaf(value, i, product[level], below[level])
        else:
            below[level] = 0.0
            ask(X, first, feature[i], i, questions, answer[level])


@lean_kernel
def explain_rows(
    X: Array,
    trees: tuple[Array, Array],
    nodes: tuple[Array, ...],
    questions: tuple[Array, ...],
    value: Array,
    rule: tuple[Array, Array],
    work: tuple[Array, ...],
    phi: Array,
) -> None:
    """Write what each feature gives to each row's scores to phi (n, d, K). X (n, d), all of the grove: read.

    trees = (roots, output); rule = (times, weights) of the integral; work: scratch, see `_workspace`.
    """
    roots, output = trees
    times, weights = rule
    total = work[-1]
    lanes = total.shape[3]
    for first in range(0, X.shape[0], lanes):
        total[:] = 0.0
        for j in range(output.shape[0]):
            explain_tree(X, first, (roots[j], roots[j + 1], output[j]), nodes, questions, value, times, work)
        for b in range(min(lanes, X.shape[0] - first)):
            for f in range(total.shape[0]):
                for c in range(total.shape[1]):
                    s = 0.0
                    for p in range(weights.shape[0]):
                        s += weights[p] * total[f, c, p, b]
                    phi[first + b, f, c] = s


@lean_kernel
def longest_way(roots: Array, nodes: tuple[Array, ...], at: Array, new: Array, seen: Array) -> int:
    """Return the largest number of different features on the way to any leaf. at, new (levels,), seen (d,): scratch."""
    feature, right, depth, _cover = nodes
    longest, count, open_level = 0, 0, 0
    for i in range(roots[-1]):
        level = depth[i]
        while open_level >= level and open_level > 0:
            seen[feature[at[open_level - 1]]] -= 1
            count -= new[open_level]
            open_level -= 1
        if level > 0:
            f = feature[at[level - 1]]
            new[level] = int(seen[f] == 0)
            seen[f] += 1
            count += new[level]
        at[level], open_level = i, level
        if right[i] == LEAF:
            longest = max(longest, count)
    return longest


# ---------------------------------------------------------------------------------------------------------------


def _workspace(lanes: int, levels: int, q: int, d: int, v: int, K: int) -> tuple[Array, ...]:
    """Return (at, above, latest, share, inverse, known, answer, product, below, total): scratch for one thread."""
    return (
        np.zeros(levels, dtype=np.int64),  # the node that is open at each level
        np.zeros(levels, dtype=np.int64),  # the level of the same feature's edge above
        np.zeros(d, dtype=np.int64),  # the level of each feature's lowest open edge
        np.ones(levels),  # z
        np.ones((levels, q)),
        np.ones((levels, lanes)),  # o
        np.zeros((levels, lanes)),  # 1 where the row goes left
        np.ones((levels, q, lanes)),
        np.zeros((levels, v, q, lanes)),
        np.zeros((d, K, q, lanes)),
    )


def _ways(grove: Grove) -> tuple[int, int]:
    """Return (levels, the largest number of different features on a way)."""
    levels = int(grove.depth.max(initial=0)) + 1
    at, new = np.zeros(levels, dtype=np.int64), np.zeros(levels, dtype=np.int64)
    return levels, int(longest_way(grove.roots, grove.nodes, at, new, np.zeros(grove.n_features, dtype=np.int64)))


def add_linear_shap(grove: Grove, X: FloatArray, phi: FloatArray, n_jobs: int | None) -> None:
    """Write the Shapley values of X (n, d) to phi (n, d, K), by the integral."""
    levels, longest = _ways(grove)
    q = max(1, (longest + 1) // 2)
    times, weights = np.polynomial.legendre.leggauss(q)
    rule = ((times + 1.0) / 2.0, weights / 2.0)

    def explain(rows: slice) -> None:
        work = _workspace(
            min(LANES, rows.stop - rows.start), levels, q, grove.n_features, grove.value.shape[1], len(grove.base)
        )
        explain_rows(
            X[rows], (grove.roots, grove.output), grove.nodes, grove.questions, grove.value, rule, work, phi[rows]
        )

    map_chunks(explain, chunks(len(X), ROWS), n_jobs)
