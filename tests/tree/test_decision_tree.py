import warnings
from itertools import pairwise

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import sklearn.tree as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

from scratchml.core import Listener, listen, record
from scratchml.core.jit import plain_python
from scratchml.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
    by_column,
    export_text,
    grow,
    harvest,
    plot_tree,
    prepare,
    presort,
)
from scratchml.tree.draw import draw_bits
from scratchml.tree.drawn_thresholds import Replay
from scratchml.tree.growth import share, without_rows
from scratchml.tree.pruning import subtree, weakest_links
from tests.naive.tree import decision_tree as naive
from tests.problems import check_same_bits
from tests.tree.same_tree import ARRAYS, check_same_tree

OURS = {
    "classifier": DecisionTreeClassifier,
    "regressor": DecisionTreeRegressor,
    "extra classifier": ExtraTreeClassifier,
    "extra regressor": ExtraTreeRegressor,
}
THEIRS = {
    "classifier": reference.DecisionTreeClassifier,
    "regressor": reference.DecisionTreeRegressor,
    "extra classifier": reference.ExtraTreeClassifier,
    "extra regressor": reference.ExtraTreeRegressor,
}


@pytest.fixture
def table(rng):
    """Return a continuous table and its targets, by name."""
    X = rng.normal(size=(300, 6))
    signal = X[:, 0] + X[:, 1] ** 2 + rng.normal(size=300)
    labels = np.digitize(signal, [0.0, 2.0])
    with_gaps = np.where(rng.random(X.shape) < 0.1, np.nan, X)
    with_gaps[:, 3] = X[:, 3]
    return {
        "X": X,
        "gaps": with_gaps,
        "integers": rng.integers(0, 4, size=X.shape).astype(float),
        "labels": labels,
        "two labels": (labels > 0).astype(int),
        "numbers": signal,
        "counts": rng.poisson(np.exp(0.5 * X[:, 0])).astype(float),
        "many labels": np.column_stack([labels, X[:, 2] > 0]),
        "many numbers": np.column_stack([signal, X[:, 4] + rng.normal(size=300)]),
        "weights": rng.random(300),
        "bootstrap": rng.integers(0, 4, size=300).astype(float),
    }


def same_arrays(a, b):
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ARRAYS)


# ---- by hand


def test_four_points_by_hand():
    # classes a a b b at 1 2 4 5: the gap in the middle makes both sides pure; gini was 1 - 2 (1/2)^2 = 1/2
    tree = DecisionTreeClassifier(random_state=0).fit([[1.0], [2.0], [4.0], [5.0]], list("aabb")).tree_
    assert tree.children_left.tolist() == [1, -1, -1]
    assert tree.children_right.tolist() == [2, -1, -1]
    assert tree.feature.tolist() == [0, -2, -2]
    assert tree.threshold.tolist() == [3.0, -2.0, -2.0]
    assert tree.impurity.tolist() == [0.5, 0.0, 0.0]
    assert tree.value.tolist() == [[[0.5, 0.5]], [[1.0, 0.0]], [[0.0, 1.0]]]


@pytest.mark.parametrize(
    ("criterion", "y", "expected"),
    [
        ("gini", [0, 0, 1, 2], 1 - (0.25 + 1 / 16 + 1 / 16)),
        ("entropy", [0, 0, 1, 2], 0.5 * 1 + 2 * 0.25 * 2),
        ("log_loss", [0, 1], 1.0),
        ("squared_error", [1.0, 3.0, 5.0, 7.0], (9 + 1 + 1 + 9) / 4),
        ("absolute_error", [1.0, 2.0, 4.0, 9.0], (2 + 1 + 1 + 6) / 4),
        ("poisson", [1.0, 3.0], (1 * np.log(1 / 2) + 3 * np.log(3 / 2)) / 2),
    ],
)
def test_impurities_by_hand(criterion, y, expected):
    kind = DecisionTreeClassifier if criterion in ("gini", "entropy", "log_loss") else DecisionTreeRegressor
    model = kind(criterion=criterion, random_state=0).fit(np.arange(len(y))[:, None], y)
    assert model.tree_.impurity[0] == pytest.approx(expected, rel=1e-15)  # one rounding


def test_gain_and_importance_by_hand():
    # y = 0 0 4 4 by x0, and 1 more or less by x1 within the upper half: drops of variance 4 and 1 (half the rows)
    X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    model = DecisionTreeRegressor(random_state=0).fit(X, [0.0, 0.0, 3.0, 5.0])
    steps = [
        s for s in record(DecisionTreeRegressor(random_state=0).steps(X, [0.0, 0.0, 3.0, 5.0])) if s.name == "split"
    ]
    assert [s.gain for s in steps] == [4.0, 0.5]
    assert model.feature_importances_.tolist() == [4 / 4.5, 0.5 / 4.5]


def test_xorshift_by_hand():
    # from 1: 1 ^ 1 << 13 = 8193; >> 17 gives 0; 8193 ^ 8193 << 5 = 270369, as in Marsaglia's paper
    state = np.array([1])
    assert draw_bits(state) == 270369
    assert state.tolist() == [270369]


def test_the_weakest_link_by_hand():
    # leaves of risk 0; the branch at the root lowers risk by 4.5 with 2 more leaves, the one below it 0.5 with one
    X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0.0, 0.0, 3.0, 5.0]
    path = DecisionTreeRegressor(random_state=0).cost_complexity_pruning_path(X, y)
    assert path.ccp_alphas.tolist() == [0.0, 0.5, 4.0]
    assert path["impurities"].tolist() == [0.0, 0.5, 4.5]


# ---- naive twin


@pytest.mark.parametrize("criterion", ["gini", "entropy", "squared_error", "absolute_error", "poisson"])
def test_predictions_are_the_naive_trees(rng, criterion):
    X = rng.normal(size=(40, 3)).astype(np.float32).astype(float)
    is_classifier = criterion in ("gini", "entropy")
    y = rng.integers(0, 3, size=40) if is_classifier else rng.uniform(1, 9, size=40)
    kind = DecisionTreeClassifier if is_classifier else DecisionTreeRegressor
    model = kind(criterion=criterion, max_depth=3, min_samples_leaf=4, random_state=0).fit(X, y)
    tree = naive.grow(criterion, X.tolist(), y.tolist(), max_depth=3, min_leaf=4)
    found = [naive.predict(tree, x) for x in X.tolist()]
    np.testing.assert_allclose(model.predict(X), found, rtol=1e-12)  # sums in another order
    assert model.tree_.threshold[0] == tree[1]


def test_pruning_is_the_naive_one(rng):
    X, y = rng.normal(size=(40, 3)), rng.normal(size=40)
    tree = DecisionTreeRegressor(random_state=0).fit(X, y).tree_
    weights = tree.weighted_n_node_samples / len(X)
    children = list(zip(tree.children_left.tolist(), tree.children_right.tolist()))
    leaves = set(np.flatnonzero(tree.children_left < 0).tolist())
    for link in list(weakest_links(tree))[1:]:
        price, node = naive.prune_once(tree.impurity, weights, children, leaves)
        assert link.alpha == pytest.approx(price, rel=1e-9)  # differences of sums
        assert link.node == node
        leaves.add(node)


def test_candidates_are_the_naive_ones(rng):
    X = rng.integers(0, 5, size=(20, 2)).astype(float)
    y = rng.normal(size=20)
    first = next(iter(DecisionTreeRegressor(random_state=0).steps(X, y)))
    expected = sorted(naive.candidates("squared_error", X.tolist(), y.tolist(), range(20)), key=lambda c: c[1:])
    found = first.candidates
    assert list(zip(found.feature.tolist(), found.threshold.tolist())) == [c[1:] for c in expected]
    np.testing.assert_allclose(found.gain, [c[0] for c in expected], rtol=1e-9, atol=1e-15)  # small differences
    assert first.gain == pytest.approx(max(found.gain), rel=1e-12)


# ---- outside reference

PARAMETERS = [
    {},
    {"max_features": 2},
    {"max_features": "sqrt", "random_state": 11},
    {"max_features": 0.5, "min_samples_leaf": 7},
    {"max_leaf_nodes": 30},
    {"max_leaf_nodes": 9, "max_features": 1},
    {"max_depth": 4, "min_samples_split": 0.1},
    {"min_impurity_decrease": 0.005},
    {"min_weight_fraction_leaf": 0.03},
    {"ccp_alpha": 0.004},
    {"splitter": "random"},
    {"splitter": "random", "max_leaf_nodes": 20, "max_features": "log2"},
]


@pytest.mark.parametrize("weight", [None, "weights", "bootstrap"])
@pytest.mark.parametrize("how", PARAMETERS, ids=str)
@pytest.mark.parametrize("kind", ["classifier", "regressor"])
def test_the_same_seed_gives_scikit_learns_tree(table, kind, how, weight):
    y = table["labels" if kind == "classifier" else "numbers"]
    how = {"random_state": 7, **how}
    w = None if weight is None else table[weight]
    ours, theirs = (models[kind](**how).fit(table["X"], y, w) for models in (OURS, THEIRS))
    check_same_tree(ours.tree_, theirs.tree_)
    np.testing.assert_array_equal(ours.predict(table["X"] * 0.9), theirs.predict(table["X"] * 0.9))


@pytest.mark.parametrize(
    ("kind", "X", "y", "how"),
    [
        ("classifier", "X", "labels", {"criterion": "entropy"}),
        ("classifier", "X", "labels", {"criterion": "log_loss", "max_leaf_nodes": 20}),
        ("classifier", "X", "labels", {"class_weight": "balanced"}),
        ("classifier", "X", "labels", {"class_weight": {0: 0.3, 2: 5}}),
        ("classifier", "X", "many labels", {}),
        ("classifier", "X", "many labels", {"class_weight": "balanced", "max_features": 3}),
        ("classifier", "X", "two labels", {"monotonic_cst": [1, 0, -1, 0, 0, 1]}),
        ("classifier", "X", "two labels", {"monotonic_cst": [1, 0, -1, 0, 0, 1], "max_leaf_nodes": 25}),
        ("classifier", "gaps", "labels", {}),
        ("classifier", "gaps", "labels", {"max_features": 2, "max_leaf_nodes": 40}),
        ("classifier", "gaps", "labels", {"splitter": "random"}),
        ("classifier", "gaps", "many labels", {"ccp_alpha": 0.004}),
        ("classifier", "integers", "labels", {"max_features": 2}),
        ("classifier", "integers", "labels", {"splitter": "random"}),
        ("regressor", "X", "many numbers", {}),
        ("regressor", "X", "counts", {"criterion": "poisson"}),
        ("regressor", "X", "numbers", {"criterion": "absolute_error", "max_depth": 6}),
        ("regressor", "X", "many numbers", {"criterion": "absolute_error", "max_leaf_nodes": 9}),
        ("regressor", "X", "numbers", {"criterion": "absolute_error", "max_depth": 5, "splitter": "random"}),
        ("regressor", "X", "numbers", {"monotonic_cst": [1, 0, -1, 0, 0, 1]}),
        ("regressor", "X", "numbers", {"monotonic_cst": [1, 0, -1, 0, 0, 1], "max_leaf_nodes": 25}),
        (
            "regressor",
            "X",
            "numbers",
            {"monotonic_cst": [1, 0, 0, 0, 0, 1], "criterion": "absolute_error", "max_depth": 5},
        ),
        ("extra classifier", "X", "labels", {}),
        ("extra regressor", "X", "numbers", {}),
        ("extra regressor", "integers", "numbers", {"max_leaf_nodes": 20}),
    ],
    ids=str,
)
def test_criteria_targets_and_gaps_give_scikit_learns_tree(table, kind, X, y, how):
    ours, theirs = (models[kind](random_state=3, **how).fit(table[X], table[y]) for models in (OURS, THEIRS))
    check_same_tree(ours.tree_, theirs.tree_)
    found, expected = ours.predict(table["X"]), theirs.predict(table["X"])
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)
    if hasattr(ours, "predict_proba"):
        check_same_bits(ours.predict_proba(table[X]), theirs.predict_proba(table[X]))
        check_same_bits(ours.classes_, theirs.classes_)


@pytest.mark.parametrize(("criterion", "y"), [("absolute_error", "numbers"), ("poisson", "counts")])
def test_weighted_medians_and_counts_give_scikit_learns_tree(table, criterion, y):
    args, how = (table["X"], table[y], table["weights"]), {"criterion": criterion, "max_depth": 5, "random_state": 0}
    ours, theirs = (models["regressor"](**how).fit(*args) for models in (OURS, THEIRS))
    check_same_tree(ours.tree_, theirs.tree_)


def test_columns_sorted_once_and_nodes_sorted_anew_give_the_same_tree(rng):
    X = rng.normal(size=(2000, 8))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    how = {"max_features": 3, "random_state": 4}
    ours, theirs = DecisionTreeClassifier(**how).fit(X, y), reference.DecisionTreeClassifier(**how).fit(X, y)
    check_same_tree(ours.tree_, theirs.tree_)  # large nodes use presorted columns, small ones are sorted anew


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer])
def test_the_pruning_path_is_scikit_learns(load):
    X, y = load(return_X_y=True)
    found = DecisionTreeClassifier(random_state=0).cost_complexity_pruning_path(X, y)
    expected = reference.DecisionTreeClassifier(random_state=0).cost_complexity_pruning_path(X, y)
    np.testing.assert_array_equal(found.ccp_alphas, expected.ccp_alphas)
    np.testing.assert_array_equal(found.impurities, expected.impurities)


def test_the_pruning_path_of_a_regressor_is_scikit_learns(table):
    found = DecisionTreeRegressor(random_state=0).cost_complexity_pruning_path(table["X"], table["numbers"])
    expected = reference.DecisionTreeRegressor(random_state=0).cost_complexity_pruning_path(
        table["X"], table["numbers"]
    )
    np.testing.assert_array_equal(found.ccp_alphas, expected.ccp_alphas)
    np.testing.assert_array_equal(found.impurities, expected.impurities)


def test_apply_and_decision_path_are_scikit_learns(table):
    X, y = table["gaps"], table["labels"]
    ours, theirs = (m["classifier"](random_state=0, max_leaf_nodes=20).fit(X, y) for m in (OURS, THEIRS))
    np.testing.assert_array_equal(ours.apply(X), theirs.apply(X))
    np.testing.assert_array_equal(ours.decision_path(X).toarray(), theirs.decision_path(X).toarray())
    assert ours.decision_path(X).nodes_of(5)[-1] == ours.apply(X)[5]


@pytest.mark.parametrize("how", [{}, {"max_depth": 1}, {"show_weights": True, "decimals": 1, "spacing": 2}], ids=str)
def test_text_is_scikit_learns(how):
    iris, diabetes = load_iris(), load_diabetes()
    ours, theirs = (m["classifier"](random_state=0).fit(iris.data, iris.target) for m in (OURS, THEIRS))
    names = {"feature_names": iris.feature_names, "class_names": iris.target_names}
    assert export_text(ours, **how) == reference.export_text(theirs, **how)
    assert export_text(ours, **names, **how) == reference.export_text(theirs, **names, **how)
    ours, theirs = (
        m["regressor"](random_state=0, max_depth=4).fit(diabetes.data, diabetes.target) for m in (OURS, THEIRS)
    )
    assert export_text(ours, **how) == reference.export_text(theirs, **how)


# ---- laws

tables = st.integers(0, 2**32 - 1)


def random_table(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 40)), int(rng.integers(1, 4))
    X = rng.integers(0, 6, size=(n, d)).astype(float) if rng.random() < 0.5 else rng.normal(size=(n, d))
    return rng, X, rng.integers(0, 3, size=n), rng.normal(size=n)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_gains_are_never_negative_and_children_weigh_as_much_as_their_parent(seed):
    rng, X, labels, numbers = random_table(seed)
    weight = rng.integers(1, 4, size=len(X)).astype(float)
    for kind, y in ((DecisionTreeClassifier, labels), (DecisionTreeRegressor, numbers)):
        tree = kind(random_state=0, splitter=str(rng.choice(["best", "random"]))).fit(X, y, weight).tree_
        inner = np.flatnonzero(tree.children_left >= 0)
        left, right = tree.children_left[inner], tree.children_right[inner]
        w = tree.weighted_n_node_samples
        np.testing.assert_array_equal(w[left] + w[right], w[inner])
        gain = w[inner] * tree.impurity[inner] - w[left] * tree.impurity[left] - w[right] * tree.impurity[right]
        assert (gain >= -1e-12 * w[0] * max(1.0, tree.impurity[0])).all()  # rounding of differences


@settings(max_examples=40, deadline=None)
@given(tables)
def test_rows_are_told_apart_by_order_alone(seed):
    _, X, labels, _ = random_table(seed)
    ranks = np.array([np.unique(column, return_inverse=True)[1] for column in X.T], dtype=float).T
    models = [DecisionTreeClassifier(random_state=0).fit(Z, labels) for Z in (X, ranks, np.exp(ranks))]
    assert all(np.array_equal(m.tree_.feature, models[0].tree_.feature) for m in models)
    assert all(np.array_equal(m.tree_.value, models[0].tree_.value) for m in models)


@settings(max_examples=40, deadline=None)
@given(tables)
def test_weight_two_is_a_row_twice(seed):
    rng, X, labels, _ = random_table(seed)
    times = rng.integers(0, 3, size=len(X))
    times[0] = 1
    y = np.round(rng.normal(size=len(X)) * 8)  # integers: sums are exact in any order
    twice = np.repeat(np.arange(len(X)), times)
    for kind, target in ((DecisionTreeClassifier, labels), (DecisionTreeRegressor, y)):
        a = kind(random_state=0).fit(X, target, times.astype(float)).tree_
        b = kind(random_state=0).fit(X[twice], target[twice]).tree_
        assert np.array_equal(a.feature, b.feature)
        assert np.array_equal(a.threshold, b.threshold)
        assert np.array_equal(a.weighted_n_node_samples, b.weighted_n_node_samples)


@settings(max_examples=25, deadline=None)
@given(tables)
def test_pruned_trees_are_nested_and_their_leaves_add_up(seed):
    _, X, _, y = random_table(seed)
    tree = DecisionTreeRegressor(random_state=0).fit(X, y).tree_
    links = list(weakest_links(tree))
    assert all(a.n_leaves > b.n_leaves for a, b in pairwise(links))
    assert links[-1].n_leaves == 1
    cuts = [link.node for link in links[1:]]
    before = set(tree.apply(X))
    for k, link in enumerate(links):
        part = subtree(tree, cuts[:k])
        assert part.n_leaves == link.n_leaves
        leaf = part.children_left < 0
        risk = (part.weighted_n_node_samples * part.impurity)[leaf].sum() / len(X)
        assert risk == pytest.approx(link.impurity, abs=1e-12 * max(1.0, tree.impurity[0]))  # sums in another order
    assert len(before) == tree.n_leaves


@settings(max_examples=25, deadline=None)
@given(tables)
def test_the_certificate_finds_no_better_split(seed):
    rng, X, labels, numbers = random_table(seed)
    X = np.where(rng.random(X.shape) < 0.1 * rng.integers(0, 2), np.nan, X)
    cases = [("gini", labels), ("entropy", labels), ("squared_error", numbers), ("absolute_error", numbers)]
    for criterion, y in [*cases, ("poisson", np.exp(numbers))]:
        kind = DecisionTreeClassifier if criterion in ("gini", "entropy") else DecisionTreeRegressor
        found = kind(criterion=criterion, random_state=0, min_samples_leaf=2).fit(X, y).certify(X, y)
        assert found.missed_gain <= 1e-10  # differences of nearly equal sums
        assert found.lowest_gain >= -1e-10
        assert found.value_error <= 1e-12  # a sum in another order


def test_the_certificate_finds_what_is_wrong_with_random_splits(table):
    X, y = table["X"], table["numbers"]
    found = ExtraTreeRegressor(random_state=0).fit(X, y).certify(X, y)
    assert found.missed_gain > 0.01
    assert found.value_error <= 1e-12  # a sum in another order


# ---- steps


@pytest.mark.parametrize("how", [{}, {"max_leaf_nodes": 12}, {"splitter": "random"}, {"ccp_alpha": 0.01}], ids=str)
@pytest.mark.parametrize("kind", ["classifier", "regressor"])
def test_steps_and_fit_give_the_same_tree_bit_for_bit(table, kind, how):
    y = table["labels" if kind == "classifier" else "numbers"]
    model = OURS[kind](random_state=0, **how)
    path = record(model.steps(table["X"], y))
    check_same_bits(path[-1].tree.facts, model.fit(table["X"], y).tree_.facts)
    check_same_bits(path[-1].tree.value, model.tree_.value)


def test_each_step_shows_a_node_and_the_split_chosen_is_the_best_candidate(table):
    X, y = table["X"], table["labels"]
    for how in ({}, {"max_leaf_nodes": 12}):
        splits = [s for s in record(DecisionTreeClassifier(random_state=0, **how).steps(X, y)) if s.name == "split"]
        assert len(splits) == DecisionTreeClassifier(random_state=0, **how).fit(X, y).get_n_leaves() - 1
        for s in splits:
            left = X[s.rows, s.feature].astype(np.float32) <= s.threshold
            assert left[: left.sum()].all()  # those that go left come first
            assert s.gain == pytest.approx(s.candidates.gain.max(), rel=1e-9, abs=1e-15)  # another summation


@pytest.mark.parametrize(
    ("X", "y", "how"),
    [
        ("X", "labels", {}),
        ("X", "numbers", {"max_features": 2}),
        ("X", "two labels", {"max_leaf_nodes": 20, "max_features": 3}),
        ("integers", "numbers", {"max_leaf_nodes": 30, "max_features": 1}),
        ("integers", "labels", {"max_features": 1, "min_samples_leaf": 4}),
        ("gaps", "labels", {"criterion": "entropy", "max_features": 4}),
        ("gaps", "numbers", {"max_leaf_nodes": 15, "min_weight_fraction_leaf": 0.02}),
        ("X", "many numbers", {"criterion": "absolute_error", "max_depth": 3}),
    ],
    ids=str,
)
@pytest.mark.parametrize("weight", [None, "bootstrap"])
def test_random_splits_show_each_threshold_drawn_with_its_gain(table, X, y, how, weight):
    X, y, w = table[X], table[y], None if weight is None else table[weight]
    kind = DecisionTreeClassifier if y.dtype.kind == "i" else DecisionTreeRegressor
    model = kind(splitter="random", random_state=4, **how)
    splits = [s for s in record(model.steps(X, y, w)) if s.name == "split"]
    assert len(splits) > 5
    for s in splits:
        found = s.candidates
        taken = np.flatnonzero((found.feature == s.feature) & (found.threshold == s.threshold))
        assert len(taken) == 1
        assert s.gain == pytest.approx(found.gain[taken[0]], rel=1e-9, abs=1e-13)  # another summation
        assert found.gain[taken[0]] == pytest.approx(found.gain.max(), rel=1e-9, abs=1e-13)
        assert 1 <= len(set(found.feature)) == len(found.feature)
        for f, threshold in zip(found.feature, found.threshold):
            values = X[s.rows, f].astype(np.float32)
            assert np.nanmin(values) <= threshold <= np.nanmax(values)


@pytest.mark.parametrize("how", [{}, {"max_leaf_nodes": 25}], ids=str)
@pytest.mark.parametrize("X", ["gaps", "integers"])
def test_what_is_drawn_again_leaves_the_generator_where_the_tree_left_it(table, X, how):
    model = ExtraTreeRegressor(random_state=0, max_features=2, **how)
    growth, is_over = model._problem(table[X], table["numbers"], None).growth, False
    replay = Replay(growth)
    while not is_over:
        growth, is_over = grow(growth, 1)
        replay.follow(growth)
        assert replay.number[0] == growth.work.state[0]
        np.testing.assert_array_equal(replay.features, growth.work.features)


def test_random_candidates_are_the_naive_gains(rng):
    X, y = rng.integers(0, 5, size=(20, 2)).astype(float), rng.normal(size=20)
    first = next(iter(DecisionTreeRegressor(splitter="random", random_state=0).steps(X, y)))
    for f, threshold, gain in zip(*first.candidates[:3]):
        sides = [[v for x, v in zip(X[:, f], y) if (x <= threshold) == is_left] for is_left in (True, False)]
        below = sum(len(side) * naive.impurity("squared_error", side) for side in sides) / 20
        assert gain == pytest.approx(naive.impurity("squared_error", y.tolist()) - below, rel=1e-9, abs=1e-13)
    assert sorted(first.candidates.feature.tolist()) == [0, 1]


def test_cuts_are_steps(table):
    path = record(DecisionTreeClassifier(random_state=0, ccp_alpha=0.01).steps(table["X"], table["labels"]))
    cuts = [s for s in path if s.name == "cut"]
    assert all(a.alpha <= b.alpha <= 0.01 for a, b in pairwise(cuts))
    assert cuts[-1].n_nodes == path[-1].n_nodes == path[-1].tree.node_count


def test_a_fit_stopped_too_early_is_a_clear_error(table):
    class StopAtOnce(Listener):
        def see(self, step):
            return True

    with listen(StopAtOnce()), pytest.raises(RuntimeError, match="stopped before"):
        DecisionTreeClassifier().fit(table["X"], table["labels"])


@pytest.mark.parametrize(
    ("kind", "y", "how"),
    [
        ("classifier", "many labels", {"criterion": "entropy"}),
        ("classifier", "labels", {"max_leaf_nodes": 5, "max_features": 2}),
        ("regressor", "numbers", {"criterion": "absolute_error", "splitter": "random"}),
        ("regressor", "counts", {"criterion": "poisson"}),
        ("regressor", "numbers", {"criterion": "absolute_error", "monotonic_cst": [1, -1, 0, 0, 0, 0]}),
    ],
    ids=str,
)
def test_kernels_compiled_and_plain_agree(table, kind, y, how):
    X, y = table["gaps"][:25], table[y][:25]
    expected = OURS[kind](random_state=0, max_depth=3, **how).fit(X, y)
    with plain_python(), np.errstate(all="ignore"):
        found = OURS[kind](random_state=0, max_depth=3, **how).fit(X, y)
        check_same_bits(expected.predict(X), found.predict(X))
    check_same_bits(expected.tree_.facts, found.tree_.facts)


def test_a_tree_grows_without_an_estimator(rng):
    X, y = rng.normal(size=(600, 5)), rng.normal(size=600)
    weight = rng.integers(0, 3, size=600).astype(float)
    growth = DecisionTreeRegressor(max_features=2)._problem(X, y, weight).growth
    columns = by_column(X)
    seed = int(np.random.RandomState(5).randint(0, 2**31 - 1))
    found = harvest(grow(prepare(growth.data, growth.limits, presort(columns), seed))[0])
    check_same_tree(found, reference.DecisionTreeRegressor(max_features=2, random_state=5).fit(X, y, weight).tree_)


@pytest.mark.parametrize("expected", [0, 2500, 10_000])
def test_room_for_the_nodes_expected_changes_no_tree(rng, expected):
    X, y = rng.normal(size=(1500, 3)), rng.normal(size=1500)
    growth = DecisionTreeRegressor(random_state=0)._problem(X, y, None).growth
    seed = int(np.random.RandomState(0).randint(0, 2**31 - 1))
    ready = prepare(growth.data, growth.limits, presort(by_column(X)), seed, expected=expected)
    assert len(ready.nodes.facts) == max(2048, min(expected, 3002))  # no tree of 1500 rows has more than 2999
    check_same_bits(harvest(grow(growth)[0]).facts, harvest(grow(ready)[0]).facts)


@pytest.mark.parametrize("kind", ["classifier", "regressor"])
def test_a_tree_that_works_in_the_sorted_rows_themselves_is_the_same(rng, kind):
    X, y = np.round(rng.normal(size=(90, 4)), 1), rng.integers(0, 3, size=90).astype(float)
    X += rng.choice([0.0, 5e-8, 1.2e-7], size=X.shape)  # ties in float32, or nearly
    shared, alone = (OURS[kind](random_state=0)._problem(X, y, None, alone=a).growth for a in (False, True))
    assert np.shares_memory(X, alone.data.columns) == (kind == "classifier")  # which asks X itself
    assert len(shared.table.order)
    assert not len(alone.table.order)  # they are its own lines now
    expected, found = harvest(grow(shared)[0]), harvest(without_rows(grow(alone)[0]))
    check_same_bits(expected.facts, found.facts)
    check_same_bits(expected.value, found.value)


@pytest.mark.parametrize("kind", ["classifier", "regressor"])
@pytest.mark.parametrize("depth", [1, 3, None])
@pytest.mark.parametrize("few", [2**15, 0])
def test_trees_that_share_marked_rows_of_any_width_are_the_same(rng, monkeypatch, kind, depth, few):
    X, y = np.round(rng.normal(size=(90, 5)), 1), rng.integers(0, 3, size=90).astype(float)
    X += rng.choice([0.0, 5e-8, 1.2e-7], size=X.shape)  # ties in float32, or nearly
    monkeypatch.setattr("scratchml.tree.growth.FEW_ROWS", few)
    model = OURS[kind](max_depth=depth, random_state=0)
    shared = share(model._problem(X, y, np.full(90, 0.5), shared=True).growth)
    assert shared.ready
    assert shared.order.dtype == (np.int16 if few else np.int32)
    for weight in (rng.uniform(0.1, 1.0, size=90), rng.uniform(size=90) * rng.integers(0, 2, size=90)):
        own = model._problem(X, y, weight).growth
        data, seed = shared.data._replace(weight=weight), int(own.work.state[0])
        found = harvest(grow(prepare(data, own.limits, shared.order, seed, ready=True))[0])
        expected = harvest(grow(own)[0])
        check_same_bits(expected.facts, found.facts)
        check_same_bits(expected.value, found.value)


@pytest.mark.parametrize("k", [2, 3])
def test_rounded_class_sums_grow_the_same_tree_quickly_and_in_general(rng, k):
    X, y, weight = np.round(rng.normal(size=(80, 4)), 1), rng.integers(0, k, size=80), rng.uniform(size=80)
    growth = DecisionTreeClassifier(random_state=0, min_weight_fraction_leaf=0.01)._problem(X, y, weight).growth
    assert growth.quick
    assert not growth.limits.is_simple
    limits = growth.limits._replace(small_node=1)  # a node of one row is sorted anew: nothing changes but the kernel
    general = prepare(growth.data, limits, growth.table.order, int(growth.work.state[0]))
    assert not general.quick
    expected, found = harvest(grow(general)[0]), harvest(grow(growth)[0])
    check_same_bits(expected.facts, found.facts)
    check_same_bits(expected.value, found.value)


# ---- edges and errors


def test_duplicate_rows_with_different_labels_end_in_one_leaf():
    model = DecisionTreeClassifier(random_state=0).fit([[1.0]] * 4 + [[2.0]], ["a", "b", "b", "c", "c"])
    assert model.tree_.node_count == 3
    assert model.predict_proba([[1.0]]).tolist() == [[0.25, 0.5, 0.25]]


def test_constant_features_one_row_and_one_class_are_single_leaves(rng):
    assert DecisionTreeClassifier().fit(np.ones((5, 3)), [0, 1, 1, 0, 1]).tree_.node_count == 1
    assert DecisionTreeRegressor().fit([[3.0, 1.0]], [7.0]).predict([[0.0, 0.0]]).tolist() == [7.0]
    assert DecisionTreeClassifier().fit(rng.normal(size=(9, 2)), ["x"] * 9).predict([[0.0, 0.0]]).tolist() == ["x"]
    assert DecisionTreeRegressor().fit(rng.normal(size=(9, 2)), np.ones(9)).feature_importances_.tolist() == [0.0, 0.0]
    assert DecisionTreeRegressor().fit(np.full((3, 1), np.nan), [1.0, 2.0, 3.0]).tree_.node_count == 1


def test_labels_may_be_strings_floats_or_booleans():
    X = [[0.0], [1.0], [2.0]]
    for labels in (["b", "a", "b"], [1.0, -2.0, 1.0], [True, False, True]):
        assert DecisionTreeClassifier(random_state=0).fit(X, labels).predict(X).tolist() == labels


def test_a_thousand_classes(rng):
    X = rng.permutation(3000)[:, None].astype(float)
    y = (X[:, 0] // 3).astype(int)
    model = DecisionTreeClassifier(random_state=0).fit(X, y)
    assert model.score(X, y) == 1.0
    assert model.get_n_leaves() == 1000


@pytest.mark.parametrize(("n", "how"), [(10_000, {}), (3_000, {"max_leaf_nodes": 3_000})], ids=str)
def test_a_chain_thousands_of_nodes_deep_needs_no_recursion(n, how):
    X, y = np.arange(n, dtype=float)[:, None], np.arange(n) % 2  # the best question takes one row off an end
    model = DecisionTreeClassifier(random_state=0, **how).fit(X, y)
    assert model.get_depth() > n // 2
    assert model.score(X, y) == 1.0
    assert model.decision_path(X[:3]).shape == (3, 2 * n - 1)
    assert export_text(model, max_depth=2).count("\n") > 3
    links = list(weakest_links(model.tree_))
    assert links[0].n_leaves == n
    assert links[-1].n_leaves == 1


def test_values_beyond_float32_are_an_error_that_names_the_place():
    with pytest.raises(ValueError, match=r"too large for float32, first at row 1, column 0"):
        DecisionTreeRegressor().fit([[1.0], [1e39]], [1.0, 2.0])


def test_huge_targets_do_not_overflow(rng):
    X, y = rng.normal(size=(50, 2)), rng.normal(size=50)
    small, large = DecisionTreeRegressor(random_state=0).fit(X, y), DecisionTreeRegressor(random_state=0)
    large.fit(X, y * 2.0**500)
    np.testing.assert_array_equal(large.predict(X), small.predict(X) * 2.0**500)
    assert large.certify(X, y * 2.0**500).missed_gain <= 1e-12  # rounding
    with pytest.raises(ValueError, match="variance of y is too large"):
        large.fit(X, y * 2.0**600)


@pytest.mark.parametrize(
    ("how", "kind", "match"),
    [
        ({"max_depth": 0}, ValueError, "max_depth"),
        ({"min_samples_split": 1}, ValueError, "min_samples_split"),
        ({"min_samples_leaf": 0.0}, ValueError, "min_samples_leaf"),
        ({"max_features": "all"}, ValueError, "max_features"),
        ({"max_leaf_nodes": 1}, ValueError, "max_leaf_nodes"),
        ({"criterion": "squared_error"}, ValueError, "criterion"),
        ({"splitter": 3}, TypeError, "splitter"),
        ({"monotonic_cst": [1]}, ValueError, "monotonic_cst has shape"),
        ({"monotonic_cst": [2, 0]}, ValueError, "-1, 0 or 1"),
        ({"class_weight": [{0: 1}, {1: 2}]}, ValueError, "class_weight has 2 entries"),
        ({"class_weight": {0: 0, 1: 0}}, ValueError, "weight is 0"),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(how, kind, match):
    with pytest.raises(kind, match=match):
        DecisionTreeClassifier(**how).fit([[1.0, 2.0], [2.0, 1.0]], [0, 1])


def test_what_a_target_cannot_be_is_said():
    X = [[1.0], [2.0], [3.0]]
    with pytest.raises(ValueError, match="negative"):
        DecisionTreeRegressor(criterion="poisson").fit(X, [1.0, -1.0, 0.0])
    with pytest.raises(ValueError, match="not positive"):
        DecisionTreeRegressor(criterion="poisson").fit(X, [0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="multiclass"):
        DecisionTreeClassifier(monotonic_cst=[1]).fit(X, [0, 1, 2])
    with pytest.raises(ValueError, match="multiple outputs"):
        DecisionTreeRegressor(monotonic_cst=[1]).fit(X, [[0.0, 1.0]] * 3)
    with pytest.warns(FutureWarning, match="friedman_mse"):
        model = DecisionTreeRegressor(criterion="friedman_mse", random_state=0).fit(X, [1.0, 2.0, 4.0])
    assert model.predict(X).tolist() == [1.0, 2.0, 4.0]


def test_monotonic_predictions_are_monotonic(rng):
    X = rng.uniform(-3, 3, size=(200, 1))
    y = X[:, 0] + 2 * np.sin(3 * X[:, 0])
    model = DecisionTreeRegressor(monotonic_cst=[1], random_state=0).fit(X, y)
    assert (np.diff(model.predict(np.linspace(-4, 4, 500)[:, None])) >= 0).all()
    falling = DecisionTreeClassifier(monotonic_cst=[-1], random_state=0).fit(X, y > 0)
    assert (np.diff(falling.predict_proba(np.linspace(-4, 4, 500)[:, None])[:, 1]) <= 0).all()


def test_threads_do_not_change_a_prediction(rng):
    X, y = rng.normal(size=(500, 3)), rng.normal(size=500)
    tree = DecisionTreeRegressor(random_state=0).fit(X, y).tree_
    Q = rng.normal(size=(40_000, 3))
    assert tree.apply(Q, 1).tobytes() == tree.apply(Q, 3).tobytes()


@pytest.mark.parametrize("with_rows", [True, False])
def test_a_picture_of_a_large_tree_is_capped_and_says_so(table, with_rows):
    for kind, y in (("classifier", "labels"), ("regressor", "numbers")):
        model = OURS[kind](random_state=0).fit(table["X"], table[y])
        boxes = plot_tree(model, *((table["X"], table[y]) if with_rows else ()), max_depth=2)
        figure = boxes[0].figure
        figure.canvas.draw()
        assert len(boxes) <= 7
        texts = [axes.get_title(loc="left") for axes in figure.axes]
        assert any(f"{len(boxes)} of {model.tree_.node_count} nodes: the upper 3 of" in text for text in texts)
        assert boxes[0].get_title().endswith("?")
        plt.close(figure)


def test_a_picture_of_a_small_tree_shows_all_of_it():
    model = DecisionTreeClassifier(random_state=0).fit([[1.0], [2.0]], ["a", "b"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        boxes = plot_tree(model)
    assert boxes[0].get_title().startswith("x0")
    assert sorted(box.get_title() for box in boxes)[:2] == ["a", "b"]
    with pytest.raises(ValueError, match="feature_names must contain 1"):
        plot_tree(model, feature_names=["one", "two"])
    with pytest.raises(ValueError, match="both X and y"):
        plot_tree(model, [[1.0]])
    plt.close("all")
