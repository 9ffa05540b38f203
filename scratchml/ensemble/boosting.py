"""Gradient boosting: each round fits small trees to what is still wrong, and adds a little of them.

Idea
    Start from a constant. In each round, ask the loss in which direction each row's prediction should move (the
    residuals), fit a small tree to that, let each leaf take its best step, and add a fraction of it. The sum of many
    small corrections becomes a good model; it can be watched, and stopped, after any round.
Maths
    F_0 = argmin_c sum_i w_i L(y_i, c); for t = 1, 2, ...: r = -dL/dF at F_{t-1}; R_1 ... R_m the leaves of a tree for
    r; c_l = argmin_c sum over R_l of w_i L(y_i, F_{t-1}(x_i) + c); F_t = F_{t-1} + learning_rate sum_l c_l [x in R_l].
Cost
    A tree for each round (and class), whose columns were sorted once before the first round.
References
    Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29 (2001), algorithm 1.
    Friedman, Stochastic gradient boosting, Computational Statistics and Data Analysis 38 (2002): subsamples.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray
from ..tree import DecisionTreeRegressor, Tree, prepare
from ..tree.decision_tree import NO_LIMIT, NODES_AT_ONCE, Problem, grow_tree
from ..tree.growth import Shared
from .boosting_losses import Loss
from .ensemble import fitted_like
from .walk import add_tree


class Step(NamedTuple):
    """What is known after one round."""

    name: str  # "round"
    iteration: int  # rounds so far
    residuals: FloatArray  # (k, n) what this round's trees were fitted to
    trees: list[DecisionTreeRegressor]  # this round's k trees; their leaves hold the steps taken
    raw: FloatArray  # (k, n) predictions now
    train_score: float  # the loss of the rows seen in this round
    oob_score: float  # the loss of the rows left out in this round; NaN without subsamples
    first_oob_score: float  # the loss before the first round, of the rows left out in it; NaN without subsamples
    held_out_score: float  # the loss of the rows held out for early stopping; NaN without
    stages: list[Step]  # all rounds so far, without their arrays


class Rows(NamedTuple):
    """Rows held out."""

    X: Array  # (m, d) float32
    y: FloatArray  # (m,)
    weight: FloatArray  # (m,)
    raw: FloatArray  # (k, m) overwritten


class Boosting(NamedTuple):
    """What a fit needs."""

    X: FloatArray  # (n, d)
    y: FloatArray  # (n,) numbers, or the classes' codes
    weight: FloatArray  # (n,)
    loss: Loss
    example: DecisionTreeRegressor  # an unfitted tree
    shared: Shared  # the presorted columns
    learning_rate: float
    n_in_bag: int  # rows of a subsample; n for all
    ccp_alpha: float
    held_out: Rows | None
    patience: int  # rounds without progress on the rows held out
    tol: float


@lean_kernel
def mark_subsample(chance: Array, wanted: int, in_bag: Array) -> None:
    """Mark `wanted` rows in_bag (n,), overwritten: each in turn with the odds still open. chance (n,): read."""
    n, taken = chance.shape[0], 0
    for i in range(n):
        in_bag[i] = chance[i] * (n - i) < wanted - taken
        taken += int(in_bag[i])


def fit_residuals(
    b: Boosting, residual: FloatArray, weight: FloatArray, rng: np.random.RandomState
) -> DecisionTreeRegressor:
    """Return a tree for the residuals (n,) of the rows that have weight."""
    is_plain = bool((weight == 1.0).all())
    used = np.empty(0) if is_plain else weight
    shared = b.shared
    data = shared.data._replace(y=np.ascontiguousarray(residual[:, None]), weight=used)
    total = float(np.sum(weight))
    found = b.example._limits(len(weight), used, total, data)
    limits = shared.limits._replace(root_weight=found.root_weight, min_weight_leaf=found.min_weight_leaf)
    seed = int(rng.randint(0, NO_LIMIT))
    growth = prepare(data, limits, shared.order, seed, ready=shared.ready)
    *_, last = grow_tree(Problem(growth, 0), NODES_AT_ONCE, b.ccp_alpha)
    member: DecisionTreeRegressor = fitted_like(b.example)
    member.tree_ = last.tree  # type: ignore[assignment]
    return member


def chosen(in_bag: Array) -> Any:
    """Return what takes the rows in the bag from an array: their numbers, or a slice, which copies nothing, for all."""
    return slice(None) if in_bag.all() else np.flatnonzero(in_bag)


def set_leaves(
    b: Boosting, tree: Tree, j: int, leaf: IntArray, raw: FloatArray, residual: FloatArray, in_bag: Array
) -> None:
    """Let each leaf of tree j take its best step for the rows in the bag: the line search. tree.value: overwritten."""
    rows = chosen(in_bag)
    wanted = b.loss.leaf_values(
        leaf[rows], tree.node_count, j, b.y[rows], raw[:, rows], residual[:, rows], b.weight[rows]
    )
    if wanted is not None:
        ends = tree.children_left < 0
        tree.value[ends, 0, 0] = wanted[ends]


def play_round(
    b: Boosting, raw: FloatArray, in_bag: Array, rng: np.random.RandomState
) -> tuple[FloatArray, list[DecisionTreeRegressor]]:
    """Add one round's trees to raw (k, n), overwritten; return (residuals, trees)."""
    residual = b.loss.residuals(b.y, raw, b.weight)
    weight = b.weight if in_bag.all() else b.weight * in_bag
    trees = []
    for j in range(b.loss.n_trees):
        member = fit_residuals(b, residual[j], weight, rng)
        leaf = member.tree_.apply(b.X)
        set_leaves(b, member.tree_, j, leaf, raw, residual, in_bag)
        raw[j] += b.learning_rate * member.tree_.value[leaf, 0, 0]
        trees.append(member)
    return residual, trees


def add_round(trees: list[Any], X: Array, learning_rate: float, raw: FloatArray, has_missing: bool = False) -> None:
    """Add one round's trees to the raw predictions (k, m) of X (m, d) float32."""
    for j, member in enumerate(trees):
        add_tree(member.tree_, X, has_missing, raw[j][:, None], learning_rate)


def boost(
    b: Boosting, raw: FloatArray, stages: list[Step], n_rounds: int, rng: np.random.RandomState
) -> Iterator[Step]:
    """Yield a Step after each round until there are n_rounds, or the rows held out gain no more."""
    n, nothing, none = len(b.y), np.empty((0, 0)), list[Step]()
    in_bag, first = np.ones(n, dtype=bool), float("nan")
    recent = np.full(max(b.patience, 1), np.inf)
    for t in range(len(stages), n_rounds):
        if b.n_in_bag < n:
            mark_subsample(rng.uniform(size=n), b.n_in_bag, in_bag)
            if t == 0:
                first = b.loss.mean(b.y[~in_bag], raw[:, ~in_bag], b.weight[~in_bag])
        residual, trees = play_round(b, raw, in_bag, rng)
        seen = chosen(in_bag)
        score = b.loss.mean(b.y[seen], raw[:, seen], b.weight[seen])
        left_out = float("nan")
        if b.n_in_bag < n:
            left_out = b.loss.mean(b.y[~in_bag], raw[:, ~in_bag], b.weight[~in_bag])
        unseen = float("nan")
        if b.held_out is not None:
            add_round(trees, b.held_out.X, b.learning_rate, b.held_out.raw)
            unseen = b.loss.mean(b.held_out.y, b.held_out.raw, b.held_out.weight)
        step = Step("round", t + 1, nothing, trees, nothing, score, left_out, first, unseen, none)
        stages = [*stages, step]
        yield step._replace(residuals=residual, raw=raw, stages=stages)
        if b.held_out is not None:
            if not (unseen + b.tol < recent).any():
                return
            recent[t % len(recent)] = unseen
