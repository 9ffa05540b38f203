"""Forests: many trees, each grown from its own sample of the rows, that predict together.

Idea
    A full-grown tree is right on average but depends on every whim of its rows. The mean of many such trees keeps
    what they agree upon and loses the whims, the more so the less the trees resemble each other. So each tree gets
    its own bootstrap of the rows, and each of its nodes may look at a few features only.
Maths
    With B trees of variance s^2 and correlation r between two: variance of the mean = r s^2 + (1 - r) s^2 / B.
    More trees remove the second term; fewer features for each node lower r.
Cost
    B times a tree; the columns are sorted once for all trees, as a bootstrap is a weight of each row. One tree is
    one task for a thread; the same seed gives the same forest for any number of threads.
References
    Breiman, Random forests, Machine Learning 45 (2001).
    Hastie, Tibshirani, Friedman, The elements of statistical learning, 2nd edition, equation 15.1: the variance.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import check_is_fitted, check_random_state, check_sample_weight, draw_seed, finish, map_chunks, worker_count
from ..core.random import borrowed
from ..core.rules import Rule, boolean, either, floating, function, integer, n_jobs, none, verbosity
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..tree import DecisionPath, DecisionTreeClassifier, Tree, prepare
from ..tree.decision_tree import NO_LIMIT, NODES_AT_ONCE, BaseDecisionTree, Problem, grow_tree
from ..tree.growth import without_workspace
from ..tree.walk import as_float32
from .bootstrap import count_rows, draw_rows, sample_size
from .ensemble import BaseEnsemble, fitted_like
from .walk import add_tree, add_trees

TREES_AT_ONCE = 8  # for each thread, between two looks around
OF_TREES = (
    "criterion",
    "max_depth",
    "min_samples_split",
    "min_samples_leaf",
    "min_weight_fraction_leaf",
    "max_features",
    "max_leaf_nodes",
    "min_impurity_decrease",
    "ccp_alpha",
    "monotonic_cst",
)  # the parameters that are handed on to the trees


class Step(NamedTuple):
    """What is known after one tree."""

    name: str  # "tree"
    iteration: int  # how many trees there are now
    tree: BaseDecisionTree | None  # the tree just grown; None if there was none to grow
    rows: IntArray | None  # (m,) the rows drawn for it, in the order of the draw; None without bootstrap
    trees: list[BaseDecisionTree]  # all trees so far


class Forest(NamedTuple):
    """What all trees of a fit share."""

    example: BaseDecisionTree  # an unfitted tree, with what it learnt of y
    problem: Problem  # the data and the limits, without weights
    order: Array | None  # (d, n) the presorted columns; None for random thresholds
    rank: Array | None  # (d, n) each row's place in them; None where it is not needed
    weight: FloatArray | None  # (n,) of the rows
    size: int  # of a bootstrap; 0 for none
    reweigh: Callable[[FloatArray], FloatArray] | None  # weights of the classes within a bootstrap
    ccp_alpha: float


def plant(forest: Forest, seed: int, expected: int = 0) -> tuple[BaseDecisionTree, IntArray | None]:
    """Return a tree grown from the bootstrap that a seed draws, and that bootstrap. expected: how many nodes."""
    growth = forest.problem.growth
    n, rows, weight = len(growth.data.y), None, forest.weight
    if forest.size:
        rows = draw_rows(seed, n, forest.size, forest.weight)
        weight = count_rows(rows, n)
        if forest.reweigh is not None:
            weight = weight * forest.reweigh(weight)
    weight = np.empty(0) if weight is None or (weight == 1.0).all() else weight
    data = growth.data._replace(weight=weight)
    found = forest.example._limits(n, weight, float(np.sum(weight)) if len(weight) else float(n), data)
    limits = growth.limits._replace(
        root_weight=found.root_weight,
        min_weight_leaf=found.min_weight_leaf,
        is_simple=found.is_simple,
        small_node=found.small_node,
    )
    tree_seed = int(borrowed(seed).randint(0, NO_LIMIT))
    rows = None if rows is None else rows.astype(np.int32)  # several trees' rows wait for their turn to be shown
    # named nowhere, so that `grow_tree` can let go of it
    growing = grow_tree(
        Problem(
            prepare(data, limits, forest.order, tree_seed, forest.rank, expected=expected), forest.problem.exponent
        ),
        NODES_AT_ONCE,
        forest.ccp_alpha,
    )
    *_, last = growing
    return dress(forest.example, seed, last.tree), rows


def dress(example: BaseDecisionTree, seed: int, tree: Tree | None) -> BaseDecisionTree:
    """Return a fitted estimator around a grown tree. Trees of a forest know classes by their codes."""
    member: BaseDecisionTree = fitted_like(example, random_state=seed)
    if isinstance(member, DecisionTreeClassifier):
        numbers = [np.arange(k, dtype=np.float64) for k in np.atleast_1d(member.n_classes_)]
        member.classes_ = numbers[0] if len(numbers) == 1 else numbers
    member.tree_ = tree  # type: ignore[assignment]
    return member


def grow_forest(forest: Forest, trees: list[BaseDecisionTree], seeds: list[int], jobs: int | None) -> Iterator[Step]:
    """Yield a Step after each tree; several grow at once, and come in the order of their seeds."""
    if not seeds:
        yield Step("tree", len(trees), None, None, trees)
    workers = worker_count(jobs)
    at_once = TREES_AT_ONCE * workers if workers > 1 else 1  # one thread alone: nobody's rows wait
    for first in range(0, len(seeds), at_once):
        expected = trees[-1].tree_.node_count * 9 // 8 if trees else 0  # the next ones will be about as large
        some = [(seed, expected) for seed in seeds[first : first + at_once]]
        for tree, rows in map_chunks(lambda one: plant(forest, *one), some, jobs):
            trees = [*trees, tree]
            yield Step("tree", len(trees), tree, rows, trees)


class BaseForest(BaseEnsemble):
    """Base of all forests; use a class derived from it."""

    _rules: ClassVar[Mapping[str, Rule]] = {
        **{name: rule for name, rule in BaseDecisionTree._rules.items() if name != "splitter"},
        "n_estimators": integer(1),
        "bootstrap": boolean,
        "oob_score": either(boolean, function),
        "n_jobs": n_jobs,
        "verbose": verbosity,
        "warm_start": boolean,
        "max_samples": either(none, integer(1), floating(0.0, open_low=True)),
    }
    _tree: ClassVar[type[Any]]
    n_estimators: int
    bootstrap: bool
    oob_score: bool | Callable[[Array, Array], float]
    n_jobs: int | None
    random_state: RandomStateLike
    warm_start: bool
    max_samples: int | float | None
    ccp_alpha: float
    n_outputs_: int

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan, tags.multi_output = True, True
        return tags

    # ---- fitting

    def _weights(
        self, example: BaseDecisionTree, y: FloatArray, weight: FloatArray | None
    ) -> tuple[FloatArray | None, Callable[[FloatArray], FloatArray] | None]:
        """Return the rows' weights, and what reweighs the classes of a bootstrap."""
        return weight, None

    def _forest(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None) -> Forest:
        """Check everything, and return what all trees share."""
        self._check_params()
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None; give it.")
        if not self.bootstrap and self.max_samples is not None:
            raise ValueError(
                f"`max_sample` cannot be set if `bootstrap=False`, but max_samples={self.max_samples}. Either switch "
                "to `bootstrap=True` or set `max_sample=None`."
            )
        if not self.bootstrap and self.oob_score:
            raise ValueError("Out of bag estimation only available if bootstrap=True; set it, or oob_score=False.")
        X = self._check_X(X, fitting=True)
        own = {name: getattr(self, name) for name in OF_TREES}
        example = self._tree(**own, random_state=0)
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        problem = example._problem(X, y, None)
        self.n_outputs_ = example.n_outputs_
        weight, reweigh = self._weights(example, problem.growth.data.y, weight)
        size = sample_size(len(X), self.max_samples, weight) if self.bootstrap else 0
        table = problem.growth.table
        order, rank = (shared if len(shared) else None for shared in (table.order, table.rank))
        problem = problem._replace(growth=without_workspace(problem.growth))
        return Forest(example, problem, order, rank, weight, size, reweigh, float(self.ccp_alpha))

    def _seeds(self, n_old: int) -> list[int]:
        """Return the seeds of the trees to be grown, the same as if all trees were grown at once."""
        n_more = self.n_estimators - n_old
        if n_more < 0:
            raise ValueError(
                f"n_estimators={self.n_estimators} must be larger or equal to len(estimators_)={n_old} when "
                "warm_start==True; raise it."
            )
        if n_more == 0:
            warnings.warn("Warm-start fitting without increasing n_estimators does not fit new trees.", stacklevel=4)
        rng = check_random_state(self.random_state)
        if n_old and n_more:
            rng.randint(NO_LIMIT, size=n_old)
        return [draw_seed(rng) for _ in range(n_more)]

    def _old_trees(self) -> list[BaseDecisionTree]:
        return list(getattr(self, "estimators_", [])) if self.warm_start else []

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: one for each tree.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        forest, old = self._forest(X, y, sample_weight), self._old_trees()
        return grow_forest(forest, old, self._seeds(len(old)), self.n_jobs)

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Grow the forest for X (n, d), where NaN is a missing value, and y, (n,) or (n, t); return self.

        Parameters
        ----------
        sample_weight : (n,) None for ones. With bootstrap, a row's chance to be drawn; without, how much it counts

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for values of X beyond float32.
        """
        forest, old = self._forest(X, y, sample_weight), self._old_trees()
        seeds = self._seeds(len(old))
        self.estimator_ = self._tree()
        self.estimators_ = finish(grow_forest(forest, old, seeds, self.n_jobs), self).trees
        self._drawn = (len(forest.problem.growth.data.y), forest.size, forest.weight)
        if self.oob_score and (seeds or not hasattr(self, "oob_score_")):
            self._judge(as_float32(self._check_X(X)), forest)
        return self

    # ---- out of bag

    def _judge(self, X: Array, forest: Forest) -> None:
        """Set the out-of-bag score."""
        raise NotImplementedError

    def _out_of_bag(self, X: Array, y: FloatArray, width: int) -> FloatArray:
        """Return the mean (n, width) of what the trees that have not seen a row of X (n, d) float32 say of it."""
        n, size, weight = self._drawn
        total, votes = np.zeros((n, width)), np.zeros(n, dtype=np.int64)
        has_missing, at_once = bool(np.isnan(X.sum())), TREES_AT_ONCE * worker_count(self.n_jobs)

        def ask(member: Any) -> tuple[IntArray, FloatArray]:
            left_out = np.flatnonzero(count_rows(draw_rows(member.random_state, n, size, weight), n) == 0)
            said = np.zeros((len(left_out), width))
            add_tree(member.tree_, X[left_out], has_missing, said)
            return left_out, said

        for first in range(0, len(self.estimators_), at_once):
            for left_out, said in map_chunks(ask, self.estimators_[first : first + at_once], self.n_jobs):
                total[left_out] += said
                votes[left_out] += 1
        if not votes.all():
            warnings.warn(
                "Some inputs do not have OOB scores. This probably means too few trees were used to compute any "
                "reliable OOB estimates.",
                stacklevel=4,
            )
        means: FloatArray = total / np.maximum(votes, 1)[:, None]
        return means

    @property
    def estimators_samples_(self) -> list[IntArray]:
        """Return the rows drawn for each tree, worked out anew from its seed; all rows without bootstrap."""
        check_is_fitted(self, "estimators_")
        n, size, weight = self._drawn
        return [draw_rows(tree.random_state, n, size, weight) if size else np.arange(n) for tree in self.estimators_]

    # ---- predicting

    def _trees(self) -> list[Tree]:
        return [member.tree_ for member in self.estimators_]

    def _mean(self, X: MatrixLike) -> FloatArray:
        """Return the mean of the trees' values for X (m, d), shape (m, t, k)."""
        check_is_fitted(self, "estimators_")
        rows, trees = as_float32(self._check_X(X)), self._trees()
        shape = trees[0].value.shape[1:]
        total = np.zeros((len(rows), shape[0] * shape[1]))
        add_trees(trees, rows, total, 1.0, self.n_jobs)
        total /= len(trees)
        return total.reshape(len(rows), *shape)

    def apply(self, X: MatrixLike) -> IntArray:
        """Return the leaf that each row of X (m, d) ends in, for each tree: (m, n_estimators)."""
        check_is_fitted(self, "estimators_")
        rows = self._check_X(X)
        return np.stack([tree.apply(rows, self.n_jobs) for tree in self._trees()], axis=1)

    def decision_path(self, X: MatrixLike) -> tuple[DecisionPath, IntArray]:
        """Return which nodes each row of X (m, d) passes, side by side, and where each tree's nodes begin.

        Returns
        -------
        path : a `DecisionPath` of shape (m, all nodes)
        n_nodes_ptr : (n_estimators + 1,) the nodes of tree b are those from n_nodes_ptr[b] to n_nodes_ptr[b + 1]
        """
        check_is_fitted(self, "estimators_")
        rows, trees = self._check_X(X), self._trees()
        paths = [tree.decision_path(rows) for tree in trees]
        first = np.concatenate([[0], np.cumsum([tree.node_count for tree in trees])])
        nodes = [[path.nodes_of(i) + first[b] for b, path in enumerate(paths)] for i in range(len(rows))]
        each = [np.concatenate(parts) for parts in nodes]
        indptr = np.concatenate([[0], np.cumsum([len(part) for part in each])])
        return DecisionPath(np.concatenate(each), indptr, (len(rows), int(first[-1]))), first

    @property
    def feature_importances_(self) -> FloatArray:
        """Return each feature's mean share (d,) of the fall of impurity; zeros if no tree has a split."""
        check_is_fitted(self, "estimators_")
        found = [tree.compute_feature_importances() for tree in self._trees() if tree.node_count > 1]
        if not found:
            return np.zeros(self.n_features_in_)
        mean = np.mean(found, axis=0)
        shares: FloatArray = mean / mean.sum()
        return shares
