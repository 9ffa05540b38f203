"""The loop of histogram boosting: slopes, trees, leaf values, scores; and when to stop.

Idea
----
Start from the best constant. Work out for each row which way its score should move, and how sure that is; grow a tree
that gathers rows that should move alike; move each leaf's rows a small way, the learning rate. Stop when rows kept
aside no longer gain.

Maths
-----
With z_i the score of row i, g_i and h_i the gradient and hessian of its loss there, and eta the learning rate::

    value of a leaf   v = -(sum of g) / (sum of h + l2)         one step of Newton's method, the same for all its rows
    z_i  <-  z_i + eta v(leaf of i)

Losses without curvature: v is the median (quantile) of the leaf's y - z. For k > 2 classes, k trees for each round.

Cost
----
See `hist_growing.py`; a round costs one pass over the rows besides.

Differences
-----------
Targets beyond 2^60 or below 2^-60 are scaled by a power of two, which loses no digit, so that float32 gradients can
hold them; scikit-learn's overflow, or vanish.

References
----------
J. H. Friedman (2001), "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5),
algorithms 1, 3 and 6. T. Chen, C. Guestrin (2016), "XGBoost", KDD, equations 2 to 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..core import check_random_state, map_chunks
from ..core.typing import Array, FloatArray, IntArray
from ..maths.sampling import apportion
from .hist_growing import TreeGrower, shares
from .hist_losses import (
    ABSOLUTE_ERROR,
    MULTINOMIAL,
    QUANTILE,
    SQUARED_ERROR,
    list_class_gradients,
    list_gradients,
    mean_loss,
    middle,
)
from .hist_trees import Tree, add_scores, pile

NOTHING = np.empty(0)
ROWS_TO_SCORE = 10_000  # of more training rows, so many are drawn for the training score by a scorer
FAR = 60  # targets beyond two to this power are scaled


class Step(NamedTuple):
    """What is known after a round; "start" comes before the first. Scores and slopes are of the scaled targets."""

    name: str  # "start", "round"
    iteration: int
    trees: list[Tree]  # this round's: one, or one for each class
    scores: FloatArray  # (k, n) of the training rows, after the round
    gradient: Array  # (k, n) float32, before the round
    hessian: Array  # (k, n) float32, (k, 0) where all are one
    train_score: float | None = None  # minus the mean loss, or what the scorer says; None without early stopping
    validation_score: float | None = None  # the same of the rows kept aside


@dataclass
class Rows:
    """Rows with their truth, weights and present scores."""

    X: FloatArray  # (n, d) in numbers
    y: FloatArray  # (n,) targets, or numbers of classes
    weight: FloatArray | None  # (n,)
    scores: FloatArray  # (k, n)


@dataclass
class Judge:
    """Says how good the scores are, and whether that is enough."""

    loss: int
    quantile: float
    n_iter_no_change: int
    tol: float
    scorer: Callable[[Rows, IntArray | None], float] | None  # None: by the loss
    seed: int
    by_class: bool
    train_scores: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    some: IntArray | None = None  # the training rows that are scored; None: all of them

    def _score(self, rows: Rows, some: IntArray | None = None) -> float:
        if self.scorer is not None:
            return self.scorer(rows, some)
        return -mean_loss(self.loss, self.quantile, rows.y, rows.scores, rows.weight)

    def look(self, train: Rows, validation: Rows | None) -> tuple[float, float | None]:
        """Score the training rows and those kept aside, and keep both scores."""
        if self.scorer is not None and self.some is None and len(train.y) > ROWS_TO_SCORE:
            self.some = draw_rows(train.y if self.by_class else None, len(train.y), self.seed)
        self.train_scores.append(self._score(train, self.some))
        if validation is None:
            return self.train_scores[-1], None
        self.validation_scores.append(self._score(validation))
        return self.train_scores[-1], self.validation_scores[-1]

    def enough(self, kept_aside: bool) -> bool:
        """Say whether none of the last rounds is better, by more than tol, than the one before them."""
        scores = self.validation_scores if kept_aside else self.train_scores
        if len(scores) <= self.n_iter_no_change:
            return False
        bar = scores[-self.n_iter_no_change - 1] + self.tol
        return not any(score > bar for score in scores[-self.n_iter_no_change :])


def draw_rows(codes: FloatArray | None, n: int, seed: int) -> IntArray:
    """Return ROWS_TO_SCORE of n rows without replacement; by class in proportion, where codes (n,) are given."""
    rng = check_random_state(seed)
    if codes is None:
        rows = np.arange(n)
        rng.shuffle(rows)
        return rows[:ROWS_TO_SCORE]
    counts = np.bincount(codes.astype(np.int64))
    members = np.split(np.argsort(codes, kind="mergesort"), np.cumsum(counts)[:-1])
    members, counts = [m for m in members if len(m)], counts[counts > 0]
    drawn = [rng.choice(m, size, replace=False) for m, size in zip(members, apportion(counts, ROWS_TO_SCORE, rng))]
    return rng.permutation(np.concatenate(drawn))


def shift_of(y: FloatArray, loss: int) -> int:
    """Return s such that y / 2^s is of a size that float32 holds; 0 where y is that already."""
    largest = float(np.abs(y).max())
    if loss not in (SQUARED_ERROR, ABSOLUTE_ERROR, QUANTILE) or largest == 0.0:
        return 0
    power = int(np.frexp(largest)[1])
    return power if abs(power) > FAR else 0


@dataclass
class Boosting:
    """All that a fit needs."""

    loss: int
    quantile: float
    learning_rate: float
    max_iter: int
    shift: int  # y is the caller's divided by 2^shift
    first_round: int  # how many rounds an earlier fit has grown
    grower: TreeGrower
    train: Rows
    validation: Rows | None
    judge: Judge | None  # None: no early stopping
    earlier: list[list[Tree]]
    start: FloatArray  # (k,) the scores before the first tree, of the caller's y


def slopes(b: Boosting, gradient: Array, hessian: Array) -> None:
    """Find the gradients and hessians (k, n), overwritten, at the present scores: some rows on each thread."""
    train = b.train
    weight = NOTHING if train.weight is None else train.weight

    def task(rows: slice) -> None:
        if b.loss == MULTINOMIAL:
            list_class_gradients(train.y, train.scores, weight, rows.start, rows.stop, gradient, hessian)
        else:
            y, scores, some = train.y[rows], train.scores[0, rows], weight[rows]
            list_gradients(b.loss, b.quantile, y, scores, some, gradient[0, rows], hessian[0, rows])

    map_chunks(task, shares(len(train.y), b.grower.n_jobs), b.grower.n_jobs)


def grow_round(b: Boosting, gradient: Array, hessian: Array) -> list[Tree]:
    """Grow a tree for each score, and add what its leaves say to the training rows' scores."""
    trees = []
    train, grower = b.train, b.grower
    for c in range(len(train.scores)):
        nodes = grower.grow(gradient[c], hessian[c])
        for leaf in nodes:
            if leaf.left is not None:
                continue
            if b.loss in (ABSOLUTE_ERROR, QUANTILE):
                rows = grower.rows[leaf.start : leaf.stop]
                weight = None if train.weight is None else train.weight[rows]
                leaf.value = middle(b.loss, b.quantile, train.y[rows] - train.scores[c, rows], weight)
            leaf.value = b.learning_rate * leaf.value
        grower.add_to(train.scores[c], nodes)
        trees.append(grower.tree_of(nodes[0]))
    return trees


def boost(b: Boosting) -> Iterator[Step]:
    """Yield a Step before the first round and after each."""
    train, judge = b.train, b.judge
    curved = b.loss not in (SQUARED_ERROR, ABSOLUTE_ERROR, QUANTILE) or train.weight is not None
    gradient = np.empty(train.scores.shape, dtype=np.float32)
    hessian = np.empty((len(gradient), len(train.y) if curved else 0), dtype=np.float32)
    told = (None, None) if judge is None or b.first_round else judge.look(train, b.validation)
    yield Step("start", b.first_round, [], train.scores, gradient, hessian, *told)
    for iteration in range(b.first_round + 1, b.max_iter + 1):
        slopes(b, gradient, hessian)
        trees = grow_round(b, gradient, hessian)
        if b.validation is not None:
            add_scores(b.validation.X, pile([trees]), b.validation.scores, b.grower.n_jobs)
        trees = rescaled([trees], b.shift)[0]
        b.earlier.append(trees)
        told = (None, None) if judge is None else judge.look(train, b.validation)
        yield Step("round", iteration, trees, train.scores, gradient, hessian, *told)
        if judge is not None and judge.enough(b.validation is not None):
            return


def rescaled(rounds: list[list[Tree]], shift: int) -> list[list[Tree]]:
    """Return the trees with their values times 2^shift."""
    if not shift:
        return rounds
    return [[tree._replace(value=np.ldexp(tree.value, shift)) for tree in trees] for trees in rounds]


def scores_of(X: FloatArray, start: FloatArray, rounds: list[list[Tree]], n_jobs: int | None = None) -> FloatArray:
    """Return the scores (k, n) of the rows of X (n, d) by the rounds grown so far."""
    scores = np.repeat(start[:, None], len(X), axis=1)
    if rounds:
        add_scores(X, pile(rounds), scores, n_jobs)
    return scores


class ScoreByScorer:
    """Asks a scorer about a stand-in of the estimator, which knows the scores of the rows that are asked about."""

    def __init__(self, scorer: Any, stand_in: Any, classes: Array | None, shift: int) -> None:
        self.scorer, self.stand_in, self.classes, self.shift = scorer, stand_in, classes, shift

    def __call__(self, rows: Rows, some: IntArray | None) -> float:
        """Return what the scorer says of the rows, or of some of them."""
        X, y, weight, scores = rows.X, rows.y, rows.weight, rows.scores
        if some is not None:
            X, y, scores = X[some], y[some], scores[:, some]
            weight = None if weight is None else weight[some]
        truth = np.ldexp(y, self.shift) if self.classes is None else self.classes[y.astype(np.int64)]
        self.stand_in._known = (X, np.ldexp(scores, self.shift))
        found = self.scorer(self.stand_in, X, truth, **({} if weight is None else {"sample_weight": weight}))
        return float(found)
