"""What all trees share: parameters, the steps of a fit, predictions, pruning, the certificate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, check_is_fitted, check_random_state, check_sample_weight, finish, pace
from ..core.rules import Rule, array_like, either, floating, integer, none, one_of, random_state, real
from ..core.tags import Tags
from ..core.typing import FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from .arrays import DecisionPath, Tree, harvest
from .candidates import Candidates, list_candidates, node_value
from .columns import by_column, check_range, presort
from .drawn_thresholds import Replay
from .find_split import END
from .grow import LEAF, N_NODES, UNDEFINED, grow
from .growth import OWN_LINES, SMALL_NODE, Data, Growth, Limits, is_exact, lies_well, prepare, row_type, without_rows
from .impurity import ABSOLUTE_ERROR, CODES, GINI, SAMPLES, SQUARED_ERROR
from .pruning import pruning_path, subtree, weakest_links

NO_LIMIT = 2**31 - 1
NODES_AT_ONCE = 100_000  # how many nodes `fit` grows between two looks around


class Step(NamedTuple):
    """What is known after one node, or one cut."""

    name: str  # "split" or "leaf" for a node (best first, splits only); "cut" in pruning; "tree" at the end; "grow"
    # where `fit` hurries
    node: int  # -1 where it is not about one node
    depth: int
    rows: IntArray | None = None  # (m,) the node's rows of X; for a split those that go left come first
    impurity: float = 0.0
    value: FloatArray | None = None  # (t, k)
    feature: int = UNDEFINED
    threshold: float = float(UNDEFINED)
    gain: float = 0.0
    candidates: Candidates | None = None  # of a split: all those of the features drawn; or the thresholds drawn
    alpha: float = 0.0  # of a cut: the price of a leaf from which on the branch does not pay
    n_nodes: int = 0  # so far
    tree: Tree | None = None  # at the end


class Certificate(NamedTuple):
    """How good a tree is for given rows, worked out without the kernels that grew it."""

    missed_gain: float  # the largest gain, in all nodes, of the best split of any feature over the one taken, beside
    # the root's impurity; 0 but for rounding if each split is the best one of its node
    lowest_gain: float  # the least gain of a split taken; never below 0 but for rounding
    value_error: float  # largest difference between a node's value and the mean, median or shares of its rows


class Problem(NamedTuple):
    """A fit, prepared: what grows, and the power of two that y was divided by."""

    growth: Growth
    exponent: int


def drawn_features(growth: Growth) -> IntArray:
    """Return the features that the node just looked at had drawn and that vary in it."""
    work = growth.work
    return np.sort(work.features[0, work.draws[END] :])


def node_step(growth: Growth, replay: Replay | None) -> Step:
    """Return the step of the node grown last. replay: what followed the random thresholds."""
    count, nodes = int(growth.work.state[N_NODES]), growth.nodes
    if growth.limits.max_leaf_nodes < 0:
        node, place = count - 1, nodes.pending[-1]
    else:
        node = int(nodes.pending[count - 1]["parent"]) if count > 1 else 0
        place = nodes.pending[node]
    fact = nodes.facts[node]
    rows = growth.work.rows[SAMPLES, place["start"] : place["end"]].astype(np.int64)
    is_leaf = fact["left_child"] == LEAF and (growth.limits.max_leaf_nodes >= 0 or place["split"] < 0)
    found = None
    if not is_leaf and replay is not None:
        found = replay.candidates_of(growth, node)
    elif not is_leaf:
        # best first, the children were looked at since, and all features are listed
        features = drawn_features(growth) if growth.limits.max_leaf_nodes < 0 else None
        found = list_candidates(growth.data, growth.limits, rows, features)
    return Step(
        "leaf" if is_leaf else "split",
        node,
        int(place["depth"]),
        rows,
        float(fact["impurity"]),
        nodes.value[node].copy(),
        int(fact["feature"]),
        float(fact["threshold"]),
        float(place["gain"]),
        found,
        n_nodes=count,
    )


def grow_tree(problem: Problem, nodes_at_once: int, ccp_alpha: float) -> Iterator[Step]:
    """Yield a Step after each node (or so many at once), after each cut, and the tree at the end."""
    growth, exponent, is_over, before = problem.growth, problem.exponent, False, 0
    del problem  # so that memory can be let go on the way
    replay = Replay(growth) if nodes_at_once == 1 and growth.random else None
    while not is_over:
        growth, is_over = grow(growth, nodes_at_once)
        count = int(growth.work.state[N_NODES])
        if replay is not None:
            replay.follow(growth)
        if count > before:  # best first, the last look finds leaves only, which were there before
            yield node_step(growth, replay) if nodes_at_once == 1 else Step("grow", -1, -1, n_nodes=count)
        before = count
    replay, growth = None, without_rows(growth)
    tree = in_units(harvest(growth), Problem(growth, exponent))
    del growth
    if ccp_alpha > 0.0:
        cuts: list[int] = []
        depths = tree.depths() if nodes_at_once == 1 else None
        for link in weakest_links(tree):
            if link.alpha > ccp_alpha:
                break
            if link.node >= 0:
                cuts.append(link.node)
                depth = -1 if depths is None else int(depths[link.node])
                yield Step("cut", link.node, depth, alpha=link.alpha, n_nodes=2 * link.n_leaves - 1)
        tree = subtree(tree, cuts)
    yield Step("tree", -1, tree.max_depth, n_nodes=tree.node_count, tree=tree)


def in_units(tree: Tree, problem: Problem) -> Tree:
    """Return the tree with its values and impurities in the units that y was given in."""
    if not problem.exponent:
        return tree
    power = 2 if problem.growth.data.criterion == SQUARED_ERROR else 1
    facts = tree.facts
    with np.errstate(over="ignore"):
        facts["impurity"] = np.ldexp(facts["impurity"], power * problem.exponent)
        value = np.ldexp(tree.value, problem.exponent)
    if not np.isfinite(facts["impurity"]).all():
        raise ValueError("The variance of y is too large for float64; divide y by a large number before fitting.")
    return Tree(facts, value, tree.n_classes, tree.n_features, tree.max_depth)


class BaseDecisionTree(BaseEstimator):
    """Base of all trees; use a class derived from it."""

    _rules: ClassVar[Mapping[str, Rule]] = {
        "splitter": one_of("best", "random"),
        "max_depth": either(none, integer(1)),
        "min_samples_split": either(integer(2), floating(0.0, 1.0, open_low=True)),
        "min_samples_leaf": either(integer(1), floating(0.0, 1.0, open_low=True, open_high=True)),
        "min_weight_fraction_leaf": real(0.0, 0.5),
        "max_features": either(none, integer(1), floating(0.0, 1.0, open_low=True), one_of("sqrt", "log2")),
        "random_state": random_state,
        "max_leaf_nodes": either(none, integer(2)),
        "min_impurity_decrease": real(0.0),
        "ccp_alpha": real(0.0),
        "monotonic_cst": either(none, array_like),
    }
    criterion: str
    splitter: str
    max_depth: int | None
    min_samples_split: int | float
    min_samples_leaf: int | float
    min_weight_fraction_leaf: float
    max_features: int | float | str | None
    random_state: RandomStateLike
    max_leaf_nodes: int | None
    min_impurity_decrease: float
    ccp_alpha: float
    monotonic_cst: Any
    tree_: Tree
    n_outputs_: int

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan, tags.multi_output = True, True
        return tags

    # ---- fitting

    def _targets(self, y: VectorLike, n: int) -> tuple[FloatArray, IntArray, FloatArray | None]:
        """Return (y (n, t) as numbers, how many classes each target has, weights of the rows by class or None)."""
        raise NotImplementedError

    def _draw_count(self, d: int) -> int:
        wanted = self.max_features
        if wanted == "sqrt":
            return max(1, int(np.sqrt(d)))
        if wanted == "log2":
            return max(1, int(np.log2(d)))
        if wanted is None:
            return d
        return int(wanted) if isinstance(wanted, (int, np.integer)) else max(1, int(float(wanted) * d))

    def _monotone(self, d: int, n_classes: IntArray, is_classifier: bool) -> IntArray:
        if self.monotonic_cst is None:
            return np.zeros(d, dtype=np.int64)
        wanted = np.asarray(self.monotonic_cst)
        if len(n_classes) > 1:
            raise ValueError("Monotonicity constraints are not supported with multiple outputs; fit one tree for each.")
        if wanted.shape != (d,):
            raise ValueError(f"monotonic_cst has shape {wanted.shape}, but X has {d} features; give one for each.")
        if not np.isin(wanted, (-1, 0, 1)).all():
            raise ValueError(f"monotonic_cst must be None or an array-like of -1, 0 or 1, but got {np.unique(wanted)}.")
        if is_classifier and n_classes[0] > 2:
            raise ValueError("Monotonicity constraints are not supported with multiclass classification.")
        # of two classes, the share of the first one is constrained; the user means the second's
        return -wanted.astype(np.int64) if is_classifier else wanted.astype(np.int64)

    def _limits(self, n: int, weight: FloatArray, leaf_weight: float, data: Data) -> Limits:
        leaf, split = self.min_samples_leaf, self.min_samples_split
        min_leaf = int(leaf) if isinstance(leaf, (int, np.integer)) else ceil(leaf * n)
        min_split = int(split) if isinstance(split, (int, np.integer)) else max(2, ceil(split * n))
        few = self.max_features_ < len(data.columns) and data.criterion != ABSOLUTE_ERROR
        is_simple = data.y.shape[1] == 1 and data.criterion in (GINI, SQUARED_ERROR)
        return Limits(
            max_features=self.max_features_,
            max_depth=NO_LIMIT if self.max_depth is None else min(int(self.max_depth), NO_LIMIT),
            max_leaf_nodes=-1 if self.max_leaf_nodes is None else int(self.max_leaf_nodes),
            min_samples_split=max(min_split, 2 * min_leaf),
            min_samples_leaf=min_leaf,
            min_weight_leaf=self.min_weight_fraction_leaf * leaf_weight,
            min_impurity_decrease=float(self.min_impurity_decrease),
            root_weight=float(np.cumsum(weight)[-1]) if len(weight) else float(n),  # added up one by one
            small_node=2**62 if self.splitter == "random" else SMALL_NODE if few else 0,
            is_simple=is_simple and (not data.is_classifier or is_exact(weight, n)),
            has_monotone=bool(data.monotone.any()),
        )

    def _problem(
        self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None, alone: bool = False, shared: bool = False
    ) -> Problem:
        """Check all and prepare the fit; `alone`: nobody else will ask for the sorted rows; `shared`: see `share`."""
        self._check_params()
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None; give it.")
        columns = self._check_X(X, fitting=True).T
        d, n = columns.shape
        targets, n_classes, class_factors = self._targets(y, n)
        is_classifier = self._tags().estimator_type == "classifier"
        weight = np.empty(0) if sample_weight is None else check_sample_weight(sample_weight, n)
        if class_factors is not None:
            weight = weight * class_factors if len(weight) else class_factors
            if not weight.any():
                raise ValueError("Each row's class or sample weight is 0; give at least one row a positive weight.")
        total = float(np.sum(weight)) if len(weight) else float(n)
        if not np.isfinite(total):
            raise ValueError("The sample weights add up to more than float64 holds; divide them by a large number.")
        if len(weight) and (weight == 1.0).all():
            weight = np.empty(0)
        exponent, criterion = 0, CODES[self.criterion]
        largest = 0.0 if is_classifier else float(np.abs(targets).max())
        if largest > 2.0**250:  # squares would overflow; dividing by a power of two rounds nothing
            exponent = int(np.frexp(largest)[1]) - 200
            targets = np.ldexp(targets, -exponent)
        codes = targets[:, 0].astype(np.int32) if is_classifier else np.empty(0, dtype=np.int32)
        monotone = self._monotone(d, n_classes, is_classifier)
        data = Data(columns, targets, codes, weight, n_classes, monotone, criterion, is_classifier)
        self.max_features_ = self._draw_count(d)
        limits = self._limits(n, weight, total, data)
        if exponent:
            least = np.ldexp(limits.min_impurity_decrease, -exponent * (2 if criterion == SQUARED_ERROR else 1))
            limits = limits._replace(min_impurity_decrease=float(least))
        if (alone or shared) and lies_well(data, limits, shared):
            check_range(columns)
        else:
            data = data._replace(columns=by_column(columns.T))
        seed = int(check_random_state(self.random_state).randint(0, NO_LIMIT))
        if self.splitter == "random":
            return Problem(prepare(data, limits, None, seed), exponent)
        is_own, dtype = alone or shared, np.int32 if alone else row_type(data, limits)
        room = presort(data.columns, OWN_LINES if is_own else 0, dtype)
        return Problem(prepare(data, limits, room[:d], seed, room=room if is_own else None), exponent)

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: one for each node, with its candidates; cuts; the tree.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        return grow_tree(self._problem(X, y, sample_weight, alone=True), 1, float(self.ccp_alpha))

    def fit(
        self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None, check_input: bool = True
    ) -> Self:
        """Grow the tree for X (n, d), where NaN is a missing value, and y, (n,) or (n, t); return self.

        Parameters
        ----------
        sample_weight : (n,) how many times each row counts; None for once
        check_input : for compatibility; input is always checked

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for values of X beyond float32.
        """
        # named nowhere, so that `grow_tree` can let go of it
        growing = grow_tree(self._problem(X, y, sample_weight, alone=True), pace(NODES_AT_ONCE), float(self.ccp_alpha))
        last = finish(growing, self)
        if last.tree is None:
            raise RuntimeError("The fit was stopped before its last step; let it run on to 'tree'.")
        self.tree_ = last.tree
        return self

    # ---- the tree

    def get_depth(self) -> int:
        """Return the depth of the tree: the number of questions on its longest path."""
        check_is_fitted(self, "tree_")
        return self.tree_.max_depth

    def get_n_leaves(self) -> int:
        """Return the number of leaves."""
        check_is_fitted(self, "tree_")
        return self.tree_.n_leaves

    @property
    def feature_importances_(self) -> FloatArray:
        """Return each feature's share (d,) of the fall of impurity; zeros for a tree without splits."""
        check_is_fitted(self, "tree_")
        return self.tree_.compute_feature_importances()

    def cost_complexity_pruning_path(
        self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None
    ) -> dict[str, FloatArray]:
        """Return the prices at which branches are cut, and the impurity of what is left, for a tree of X and y.

        Returns
        -------
        path : a dict whose keys are attributes, too: ccp_alphas (m,), ascending from 0; impurities (m,)
        """
        tree = finish(grow_tree(self._problem(X, y, sample_weight), NODES_AT_ONCE, 0.0)).tree
        alphas, impurities = pruning_path(tree)  # type: ignore[arg-type]
        return PruningPath(ccp_alphas=alphas, impurities=impurities)

    # ---- predicting

    def _check_rows(self, X: MatrixLike) -> FloatArray:
        """Check all of X but that it is finite, which the walk sees."""
        check_is_fitted(self, "tree_")
        return self._check_X(X, finite=False)

    def apply(self, X: MatrixLike, check_input: bool = True) -> IntArray:
        """Return the leaf (m,) that each row of X (m, d) ends in."""
        X = self._check_rows(X)
        return self.tree_.apply(X)

    def decision_path(self, X: MatrixLike, check_input: bool = True) -> DecisionPath:
        """Return the nodes that each row of X (m, d) passes: `nodes_of(i)`, or `toarray()` (m, nodes)."""
        X = self._check_rows(X)
        return self.tree_.decision_path(X)

    # ---- the certificate

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Check each node against all splits of all features of the rows it was grown from, listed by NumPy.

        Only the best splitter with all features drawn promises a `missed_gain` of 0, and no constraint on monotonicity.
        Costs n d log n for each level; n^2 d for absolute errors.
        """
        check_is_fitted(self, "tree_")
        problem = self._problem(X, y, sample_weight)
        data, limits, tree = problem.growth.data, problem.growth.limits, self.tree_
        path = tree.decision_path(self._check_X(X))
        counted = np.flatnonzero(data.weight) if len(data.weight) else np.arange(len(data.y))
        pairs = [(node, i) for i in counted for node in path.nodes_of(int(i))]
        node_of, row_of = np.array(pairs).T
        order = np.argsort(node_of, kind="stable")
        rows_of = np.split(row_of[order], np.cumsum(np.bincount(node_of, minlength=tree.node_count))[:-1])
        missed, lowest, error = 0.0, np.inf, 0.0
        for node, rows in enumerate(rows_of):
            wanted = node_value(data, rows) * 2.0**problem.exponent
            scale = max(1.0, float(np.abs(wanted).max()))
            error = max(error, float(np.abs(wanted - tree.value[node]).max()) / scale)
            if tree.children_left[node] == LEAF:
                continue
            found = list_candidates(data, limits, rows)
            is_taken = (found.feature == tree.feature[node]) & (found.threshold == tree.threshold[node])
            taken = found.gain[is_taken & (found.missing_left == tree.missing_go_to_left[node])]
            gain = float(taken.max()) if len(taken) else 0.0
            missed, lowest = max(missed, float(found.gain.max()) - gain), min(lowest, gain)
        impurity = float(np.ldexp(tree.impurity[0], -problem.exponent * (1 + (data.criterion == SQUARED_ERROR))))
        return Certificate(missed / impurity if impurity else missed, lowest, error)


class PruningPath(dict[str, FloatArray]):
    """A dict whose keys are attributes, too."""

    def __getattr__(self, name: str) -> FloatArray:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None
