"""Draw a node's random thresholds once more, for its step: what the random splitter had to choose from.

Idea
    The kernels keep the best threshold only. But random numbers that start from the same state are the same numbers:
    remember where the generator and the features stood, let the node grow, and draw again by the same kernels.
Cost
    That of the node's own draws, and one look at each threshold; paid by steps only, never by a fit.
References
    Geurts, Ernst, Wehenkel, Extremely randomized trees, Machine Learning 63 (2006), table 1.
"""

from __future__ import annotations

import numpy as np

from ..core.typing import Array, IntArray
from .candidates import Candidates, Thresholds, judge_thresholds
from .draw import draw_integer, draw_real
from .find_split import KNOWN, begin_draws, draw_place, end_draws, may_draw, set_aside
from .grow import N_NODES, must_be_leaf
from .growth import Growth
from .impurity import SAMPLES
from .scan import CLOSEST


class Replay:
    """Follows a tree with random thresholds, a few nodes at a time. Make it before they grow; `follow` after.

    Attributes
    ----------
    number : array (1,), the state of the random numbers: equal to the tree's after each `follow`
    features : array (2, d), the features as `Work.features` holds them; the same holds
    """

    def __init__(self, growth: Growth) -> None:
        self.number: IntArray = growth.work.state[:1].copy()
        self.features: IntArray = growth.work.features.copy()
        self._n_nodes = int(growth.work.state[N_NODES])
        self._drawn: dict[int, tuple[Thresholds, IntArray]] = {}  # by node, with its rows

    def follow(self, growth: Growth) -> None:
        """Draw again what the nodes grown since the last call had drawn."""
        nodes, best_first = growth.nodes, growth.limits.max_leaf_nodes >= 0
        count = int(growth.work.state[N_NODES])
        for node in range(self._n_nodes, count):
            fact, place = nodes.facts[node], nodes.pending[node if best_first else -1]
            n, weight, depth = fact["n_node_samples"], fact["weighted_n_node_samples"], place["depth"]
            if not must_be_leaf(growth.limits, int(n), float(weight), float(fact["impurity"]), int(depth)):
                rows = growth.work.rows[SAMPLES, place["start"] : place["end"]].astype(np.int64)
                n_known = 0 if best_first else int(growth.work.draws[KNOWN])  # best first, they are forgotten
                self._drawn[node] = draw_again(growth, rows, n_known, self.features, self.number), rows
        self._n_nodes = count

    def candidates_of(self, growth: Growth, node: int) -> Candidates:
        """Return the thresholds that a node had drawn, in that order, with their gains; once for each node."""
        drawn, rows = self._drawn.pop(node)
        return judge_thresholds(growth.data, growth.limits, rows, drawn)


def draw_again(growth: Growth, rows: IntArray, n_known: int, features: IntArray, number: IntArray) -> Thresholds:
    """Return what a node of these rows draws; features (2, d) and number (1,) are read and overwritten.

    n_known : how many features are known to be constant
    """
    draws, found = np.zeros_like(growth.work.draws), []
    begin_draws(draws, features.shape[1], n_known)
    while may_draw(draws, growth.limits.max_features):
        j = draw_place(features, draws, number)
        if j < 0:
            continue
        feature = int(features[0, j])
        values: Array = growth.data.columns[feature, rows]
        given = values[~np.isnan(values)]
        low, high = (given.min(), given.max()) if len(given) else (np.float32(0.0), np.float32(0.0))
        is_constant = len(given) == 0 or bool(len(given) == len(values) and high <= low + CLOSEST)
        set_aside(features, draws, j, is_constant)
        if is_constant:
            continue
        threshold = draw_real(float(low), float(high), number)
        missing_left = len(given) < len(values) and draw_integer(0, 2, number) == 1
        found.append((feature, float(low) if threshold == high else threshold, missing_left))
    end_draws(features, draws)
    columns = zip(*found) if found else ((), (), ())
    return Thresholds(*(np.array(part, dtype=kind) for part, kind in zip(columns, (np.int64, np.float64, bool))))
