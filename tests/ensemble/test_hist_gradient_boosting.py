"""HistGradientBoosting: by hand, naive twin, outside reference, laws, steps, edges and errors."""

import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import sklearn.ensemble as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss, make_scorer, mean_absolute_error
from threadpoolctl import threadpool_limits

import tests.naive.ensemble.hist_gradient_boosting as naive
from scratchml.core import record
from scratchml.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from scratchml.ensemble.hist_growing import Node

NAN = np.nan
seeds = st.integers(0, 10**6)


@pytest.fixture(autouse=True)
def one_thread_for_scikit_learn():
    """Its threads wait for each other actively, which takes minutes where other work goes on."""
    with threadpool_limits(1, user_api="openmp"):
        yield


def table(rng, n=600, d=5, missing=0.1):
    """Return X with missing values, one column of few values, and a target that bends."""
    X = rng.normal(size=(n, d))
    X[:, 2] = rng.integers(0, 9, n)
    X[rng.random((n, d)) < missing] = NAN
    full = np.nan_to_num(X)
    return X, full[:, 0] * 2 + np.sin(full[:, 1] * 3) + rng.normal(size=n) / 2


def check_same_trees(ours, theirs):
    """Assert that two fits have the same trees, node for node, to the last bit."""
    assert ours.n_iter_ == theirs.n_iter_
    for trees, predictors in zip(ours._rounds, theirs._predictors):
        for tree, predictor in zip(trees, predictors):
            nodes = predictor.nodes
            inner = nodes["is_leaf"] == 0
            assert tree.value.tobytes() == nodes["value"].tobytes()
            assert tree.n_rows.tolist() == nodes["count"].tolist()
            assert tree.gain.tobytes() == nodes["gain"].tobytes()
            assert tree.feature[inner].tolist() == nodes["feature_idx"][inner].tolist()
            assert tree.missing_left[inner].tolist() == nodes["missing_go_to_left"][inner].tolist()
            numbers = inner & (nodes["is_categorical"] == 0)
            assert tree.threshold[numbers].tolist() == nodes["num_threshold"][numbers].tolist()


# ---- by hand


def test_one_split_on_paper():
    # start 1.5; gradients 1.5, 1.5, -1.5, -1.5; the leaves ask for -1.5 and 1.5; a tenth of that is added
    model = HistGradientBoostingRegressor(max_iter=1, min_samples_leaf=2).fit(
        [[0.0], [1.0], [2.0], [3.0]], [0, 0, 3, 3]
    )
    (tree,) = model._rounds[0]
    assert tree.threshold[0] == 1.5
    assert tree.gain[0] == pytest.approx(2 * (3 * 1.5), rel=1e-14)  # G v of both sides; a tiny addend in v
    assert model.predict([[0.0], [3.0]]) == pytest.approx([1.35, 1.65], rel=1e-14)  # as above


def test_missing_values_go_to_the_side_that_gains_more():
    X = [[0.0], [1.0], [2.0], [3.0], [NAN], [NAN]]
    for y, expected in (([0, 0, 3, 3, 0, 0], 0.0), ([0, 0, 3, 3, 3, 3], 3.0)):
        model = HistGradientBoostingRegressor(max_iter=1, min_samples_leaf=2, learning_rate=1.0).fit(X, y)
        assert model.predict([[NAN]])[0] == pytest.approx(expected, abs=1e-14)  # one rounding of the mean


def test_categories_are_grouped_by_their_mean_on_paper():
    # categories 0 and 2 have mean 0, 1 and 3 mean 4: no threshold can tell them apart, one grouping does
    x = np.repeat([0.0, 1.0, 2.0, 3.0], 12)
    y = np.where(np.isin(x, [1, 3]), 4.0, 0.0)
    how = {"max_iter": 1, "learning_rate": 1.0, "min_samples_leaf": 2, "max_leaf_nodes": 2}
    found = HistGradientBoostingRegressor(categorical_features=[0], **how).fit(x[:, None], y)
    assert found.predict([[0.0], [1.0], [2.0], [3.0]]).tolist() == [0.0, 4.0, 0.0, 4.0]
    assert found.is_categorical_.tolist() == [True]
    assert HistGradientBoostingRegressor(**how).fit(x[:, None], y).score(x[:, None], y) < 0.5


# ---- naive twin


@pytest.mark.parametrize("loss", ["squared_error", "log_loss"])
@pytest.mark.parametrize("categorical", [False, True])
def test_scores_are_the_naive_twins(rng, loss, categorical):
    X, y = table(rng, n=90, d=3)
    if loss == "log_loss":
        y = (y > 0).astype(float)
    how = {"max_bins": 12, "max_leaf_nodes": 5, "min_samples_leaf": 6}
    mask = [False, False, True] if categorical else None
    expected = naive.boost(X, y, loss, 4, l2=0.5, categorical=mask, **how)
    cls = HistGradientBoostingRegressor if loss == "squared_error" else HistGradientBoostingClassifier
    model = cls(max_iter=4, l2_regularization=0.5, categorical_features=mask, **how).fit(X, y)
    found = model.predict(X) if loss == "squared_error" else model.decision_function(X)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)  # float32 gradients, from sums in another order


# ---- outside reference

LOSSES = [
    ("squared_error", {}),
    ("absolute_error", {}),
    ("quantile", {"quantile": 0.3}),
    ("poisson", {}),
    ("gamma", {}),
]
SETTINGS = [
    {"max_depth": 3, "max_leaf_nodes": None, "l2_regularization": 1.0},
    {"max_features": 0.5},
    {"min_samples_leaf": 1, "max_leaf_nodes": None, "max_iter": 2},
    {"monotonic_cst": [1, -1, 0, 0, 1]},
    {"interaction_cst": [[0, 1], [1, 2, 3]]},
    {"interaction_cst": "pairwise", "max_features": 0.6},
    {"max_bins": 7},
    {"categorical_features": [2]},
    {"categorical_features": [False, False, True, False, False], "max_features": 0.5, "max_bins": 20},
    {"early_stopping": True, "validation_fraction": None, "max_iter": 60, "learning_rate": 0.3},
    {"early_stopping": True, "validation_fraction": 50, "scoring": "neg_mean_absolute_error", "max_iter": 60},
    {"early_stopping": True, "scoring": None, "max_iter": 60},
]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("loss", "more"), LOSSES)
def test_every_loss_grows_scikit_learns_trees_to_the_last_bit(rng, loss, more, weighted):
    X, y = table(rng)
    y = np.exp(y / 3) if loss in ("poisson", "gamma") else y
    how = {"loss": loss, "max_iter": 8, "random_state": 0, "early_stopping": True, **more}
    weight = 3 * rng.random(len(y)) if weighted else None
    ours = HistGradientBoostingRegressor(**how).fit(X, y, weight)
    theirs = reference.HistGradientBoostingRegressor(**how).fit(X, y, weight)
    check_same_trees(ours, theirs)
    assert ours.predict(X).tolist() == theirs.predict(X).tolist()
    assert ours.train_score_.tolist() == theirs.train_score_.tolist()
    assert ours.validation_score_.tolist() == theirs.validation_score_.tolist()


@pytest.mark.parametrize("how", SETTINGS, ids=lambda how: "-".join(how))
def test_every_setting_grows_scikit_learns_trees_to_the_last_bit(rng, how):
    X, y = table(rng)
    how = {"max_iter": 8, "random_state": 1, **how}
    ours = HistGradientBoostingRegressor(**how).fit(X, y)
    theirs = reference.HistGradientBoostingRegressor(**how).fit(X, y)
    check_same_trees(ours, theirs)
    assert ours.predict(X).tolist() == theirs.predict(X).tolist()
    assert ours.validation_score_.tolist() == theirs.validation_score_.tolist()


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("how", [{}, {"class_weight": "balanced"}, {"early_stopping": True, "scoring": "accuracy"}])
def test_classifiers_grow_scikit_learns_trees_to_the_last_bit(rng, classes, how):
    X, y = table(rng)
    labels = np.array(["a", "b", "c"])[np.digitize(y, [0.5] if classes == 2 else [-1, 1])]
    how = {"max_iter": 8, "random_state": 0, **how}
    ours = HistGradientBoostingClassifier(**how).fit(X, labels)
    theirs = reference.HistGradientBoostingClassifier(**how).fit(X, labels)
    check_same_trees(ours, theirs)
    assert ours.decision_function(X).tolist() == theirs.decision_function(X).tolist()
    assert ours.predict(X).tolist() == theirs.predict(X).tolist()
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-14, atol=2e-16)  # 1 - p rounds
    for found, expected in zip(ours.staged_predict_proba(X), theirs.staged_predict_proba(X)):
        np.testing.assert_allclose(found, expected, rtol=1e-14, atol=2e-16)  # as above


def test_frames_with_categories_are_read_as_by_scikit_learn(rng):
    X, y = table(rng)
    frame = pd.DataFrame(X, columns=list("abcde"))
    frame["c"] = frame["c"].map(lambda v: f"k{v}").astype("category")
    how = {"max_iter": 8, "random_state": 0, "monotonic_cst": {"a": 1}}
    ours = HistGradientBoostingRegressor(**how).fit(frame, y)
    theirs = reference.HistGradientBoostingRegressor(**how).fit(frame, y)
    check_same_trees(ours, theirs)
    new = frame[:20].copy()
    new["c"] = "never seen"
    assert ours.predict(new).tolist() == theirs.predict(new).tolist()
    assert ours.is_categorical_.tolist() == theirs.is_categorical_.tolist()
    named = HistGradientBoostingRegressor(**how, categorical_features=["c"]).fit(frame, y)
    assert named.predict(frame).tolist() == ours.predict(frame).tolist()


def test_more_than_ten_thousand_rows_stop_early_and_are_scored_on_a_sample_as_by_scikit_learn(rng):
    X, y = table(rng, n=12_500, d=3)
    how = {"max_iter": 3, "random_state": 0, "scoring": "neg_log_loss"}
    ours = HistGradientBoostingClassifier(**how).fit(X, y > 0)
    theirs = reference.HistGradientBoostingClassifier(**how).fit(X, y > 0)
    check_same_trees(ours, theirs)
    assert ours.do_early_stopping_ is True
    np.testing.assert_allclose(ours.train_score_, theirs.train_score_, rtol=1e-13)  # means of logarithms of 1 - p
    np.testing.assert_allclose(ours.validation_score_, theirs.validation_score_, rtol=1e-13)  # as above


def test_more_than_two_hundred_thousand_rows_are_binned_by_a_sample_as_by_scikit_learn(rng):
    X, y = rng.normal(size=(200_001, 1)), rng.random(200_001)
    how = {"max_iter": 1, "random_state": 3, "early_stopping": False}
    for weight in (None, y + 0.5):
        ours = HistGradientBoostingRegressor(**how).fit(X, y, weight)
        check_same_trees(ours, reference.HistGradientBoostingRegressor(**how).fit(X, y, weight))


def test_warm_start_goes_on_as_scikit_learns_does(rng):
    X, y = table(rng)
    how = {"random_state": 0, "max_features": 0.5, "early_stopping": True}
    ours, theirs = (
        m.HistGradientBoostingRegressor(max_iter=4, warm_start=True, **how).fit(X, y).set_params(max_iter=9).fit(X, y)
        for m in (__import__("scratchml.ensemble", fromlist=["x"]), reference)
    )
    check_same_trees(ours, theirs)
    assert ours.n_iter_ == 9
    assert ours.validation_score_.tolist() == theirs.validation_score_.tolist()
    at_once = HistGradientBoostingRegressor(max_iter=9, **how).fit(X, y)
    assert at_once.predict(X).tolist() == ours.predict(X).tolist()


def test_validation_rows_of_the_caller_are_used(rng):
    X, y = table(rng)
    how = {"max_iter": 30, "random_state": 0, "early_stopping": True, "n_iter_no_change": 2, "learning_rate": 0.5}
    ours = HistGradientBoostingRegressor(**how).fit(X[:400], y[:400], X_val=X[400:], y_val=y[400:])
    theirs = reference.HistGradientBoostingRegressor(**how).fit(X[:400], y[:400], X_val=X[400:], y_val=y[400:])
    check_same_trees(ours, theirs)
    assert ours.n_iter_ < 30


def test_a_scorer_of_ones_own_is_asked_about_the_rows(rng):
    X, y = table(rng)

    def twice(estimator, X, y):
        return -mean_absolute_error(y, estimator.predict(X)) - 0 * estimator.predict(X[:5])[0]

    how = {"max_iter": 5, "random_state": 0, "early_stopping": True}
    expected = HistGradientBoostingRegressor(scoring="neg_mean_absolute_error", **how).fit(X, y)
    for scorer in (twice, make_scorer(mean_absolute_error, greater_is_better=False)):
        found = HistGradientBoostingRegressor(scoring=scorer, **how).fit(X, y)
        np.testing.assert_allclose(found.train_score_, expected.train_score_, rtol=1e-14)  # means in another order
        np.testing.assert_allclose(found.validation_score_, expected.validation_score_, rtol=1e-14)  # as above


def test_categories_beside_a_monotonic_column_are_scikit_learns():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=300), rng.integers(0, 8, size=300)])
    y, wanted = X[:, 0] + np.sin(3 * X[:, 1]), {"categorical_features": [1], "monotonic_cst": [1, 0], "max_iter": 10}
    ours = HistGradientBoostingRegressor(**wanted).fit(X, y)
    theirs = reference.HistGradientBoostingRegressor(**wanted).fit(X, y)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-10, atol=1e-12)  # sums in another order
    line = np.column_stack([np.linspace(-3, 3, 50), np.full(50, 2.0)])
    assert (np.diff(ours.predict(line)) >= 0).all()


# ---- laws


@settings(max_examples=10)
@given(seeds)
def test_the_loss_never_rises_with_a_small_step(seed):
    X, y = table(np.random.default_rng(seed), n=80)
    model = HistGradientBoostingRegressor(max_iter=15, min_samples_leaf=3).fit(X, y)
    losses = [np.mean((y - p) ** 2) for p in model.staged_predict(X)]
    assert all(b <= a * (1 + 1e-7) for a, b in pairwise(losses))  # gradients are float32


@settings(max_examples=10)
@given(seeds)
def test_monotone_columns_act_monotonically(seed):
    rng = np.random.default_rng(seed)
    X, y = table(rng, n=120)
    model = HistGradientBoostingRegressor(monotonic_cst=[1, -1, 0, 0, 0], min_samples_leaf=2, max_iter=20).fit(X, y)
    for f, sign in ((0, 1), (1, -1)):
        rows = np.repeat(X[:20], 30, axis=0)
        rows[:, f] = np.tile(np.linspace(-3, 3, 30), 20)
        steps = np.diff(model.predict(rows).reshape(20, 30), axis=1) * sign
        assert steps.min() >= -1e-13  # rounding of a sum of 20 leaves


@settings(max_examples=10)
@given(seeds)
def test_a_monotone_change_of_a_column_changes_nothing(seed):
    X, y = table(np.random.default_rng(seed), n=150)
    changed = X.copy()
    changed[:, 0] = np.exp(X[:, 0])
    expected = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    found = HistGradientBoostingRegressor(max_iter=5).fit(changed, y)
    assert expected.predict(X).tolist() == found.predict(changed).tolist()


@settings(max_examples=10)
@given(seeds)
def test_a_row_of_weight_two_counts_like_two_rows(seed):
    rng = np.random.default_rng(seed)
    X, y = table(rng, n=60)
    twice = rng.integers(1, 3, size=60)
    how = {"max_iter": 5, "min_samples_leaf": 1, "max_leaf_nodes": 6}
    weighted = HistGradientBoostingRegressor(**how).fit(X, y, twice)
    repeated = HistGradientBoostingRegressor(**how).fit(X.repeat(twice, 0), y.repeat(twice))
    # 2 g in float32 is exact; sums round in another order, and the starts differ in the last digit
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("categorical", [None, [2]])
def test_each_row_is_predicted_as_if_it_were_alone(rng, categorical):
    X, y = table(rng)
    how = {"max_iter": 3, "max_leaf_nodes": None, "min_samples_leaf": 1, "categorical_features": categorical}
    model = HistGradientBoostingRegressor(**how).fit(X, y)
    whole = model.predict(X)
    for rows in (slice(0, 1), slice(0, 2), slice(5, 8), slice(0, 599)):  # rows walk four at a time
        assert model.predict(X[rows]).tolist() == whole[rows].tolist()


@settings(max_examples=10)
@given(seeds, st.integers(-900, 900))
def test_targets_of_any_size_are_fitted_alike(seed, power):
    X, y = table(np.random.default_rng(seed), n=60)
    how = {"max_iter": 5, "min_samples_leaf": 5}
    expected = HistGradientBoostingRegressor(**how).fit(X, y).predict(X)
    found = HistGradientBoostingRegressor(**how).fit(X, np.ldexp(y, power)).predict(X)
    if abs(power) > 70 or abs(power) < 50:  # all scaled to the same size, or all small enough: the same bits
        np.testing.assert_allclose(np.ldexp(found, -power), expected, rtol=1e-12, atol=1e-12)  # a power of two apart


@pytest.mark.parametrize("threads", ["2", "5"])
@pytest.mark.parametrize("loss", ["squared_error", "log_loss"])
def test_threads_do_not_change_a_bit(rng, monkeypatch, threads, loss):
    X, y = table(rng, n=40_000, d=9)  # more numbers than one thread is left alone with
    cls = HistGradientBoostingRegressor if loss == "squared_error" else HistGradientBoostingClassifier
    y = y if loss == "squared_error" else y > 0
    found = []
    for number in ("1", threads):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", number)
        found.append(cls(max_iter=3, early_stopping=False).fit(X, y).predict(X).tobytes())
    assert found[0] == found[1]


# ---- steps


def test_each_round_is_a_step(rng):
    X, y = table(rng)
    model = HistGradientBoostingRegressor(max_iter=4, early_stopping=True, random_state=0)
    path = record(model.steps(X, y))
    assert [s.name for s in path] == ["start", "round", "round", "round", "round"]
    assert [s.iteration for s in path] == [0, 1, 2, 3, 4]
    model.fit(X, y)
    assert [s.train_score for s in path] == model.train_score_.tolist()
    assert [s.validation_score for s in path] == model.validation_score_.tolist()
    assert path[-1].trees[0].value.tolist() == model._rounds[-1][0].value.tolist()
    assert not hasattr(HistGradientBoostingRegressor().steps(X, y), "n_iter_")


def test_a_leafs_value_is_one_newton_step_and_scores_move_a_tenth_of_it(rng):
    X, y = table(rng, missing=0)
    path = record(HistGradientBoostingClassifier(max_iter=2).steps(X, y > 0))
    moved = path[2].scores[0] - path[1].scores[0]
    g, h = path[2].gradient[0].astype(float), path[2].hessian[0].astype(float)
    for leaf in np.unique(moved.round(12)):
        rows = np.abs(moved - leaf) < 1e-11  # moved is a difference of scores
        assert leaf == pytest.approx(-0.1 * g[rows].sum() / h[rows].sum(), rel=1e-9)  # as above


# ---- edges and errors


def test_one_class_is_predicted_with_certainty(rng):
    X = rng.normal(size=(50, 2))
    model = HistGradientBoostingClassifier().fit(X, ["only"] * 50)
    assert set(model.predict(X)) == {"only"}
    assert model.predict_proba(X).tolist() == [[1.0]] * 50


def test_columns_of_nothing_but_missing_or_equal_values_are_passed_over(rng):
    X, y = table(rng)
    wide = np.column_stack([np.full(len(X), NAN), X, np.ones(len(X))])
    expected = HistGradientBoostingRegressor(max_iter=5).fit(X, y).predict(X)
    assert HistGradientBoostingRegressor(max_iter=5).fit(wide, y).predict(wide).tolist() == expected.tolist()


@pytest.mark.filterwarnings("ignore:invalid value")  # of scikit-learn's quantiles
def test_infinite_numbers_are_the_largest_and_the_least(rng):
    X, y = table(rng, missing=0)
    X[X[:, 0] > 2, 0] = np.inf
    X[X[:, 0] < -2, 0] = -np.inf
    ours = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    theirs = reference.HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    assert ours.predict(X).tolist() == theirs.predict(X).tolist()
    both = HistGradientBoostingRegressor(max_iter=1, min_samples_leaf=1, learning_rate=1.0)
    found = both.fit([[np.inf], [-np.inf]], [1.0, 0.0]).predict([[np.inf], [-np.inf]])
    np.testing.assert_allclose(found, [1.0, 0.0], rtol=0, atol=1e-14)  # a tiny addend in the leaves' values


def test_a_chain_of_ten_thousand_nodes_needs_no_recursion(rng):
    X, y = rng.normal(size=(30, 1)), rng.normal(size=30)
    model = HistGradientBoostingRegressor(max_iter=1)
    grower = model._plan(X, y, None, (None, None, None)).boosting.grower
    root = node = Node(0, 30, 0, 0.0, 0.0, 0.0)
    for depth in range(1, 10_001):
        node.found, node.goes_left = np.zeros(6), np.ones(256, dtype=np.uint8)
        node.left, node.right = (Node(0, 1, depth, 0.0, 0.0, float(side)) for side in (0, 1))
        node = node.right
    tree = grower.tree_of(root)
    assert len(tree.value) == 20_001
    assert tree.depth.max() == 10_000
    assert tree.n_leaves == 10_001


def test_a_fitted_model_is_pickled_and_says_the_same(rng):
    X, y = table(rng)
    model = HistGradientBoostingClassifier(max_iter=3, categorical_features=[2]).fit(X, y > 0)
    assert pickle.loads(pickle.dumps(model)).predict_proba(X).tolist() == model.predict_proba(X).tolist()


def test_interactions_name_the_callers_columns_even_beside_categories(rng):
    # scikit-learn 1.9.1 takes these numbers for places after the columns of categories were put first
    X, y = table(rng)
    how = {"max_iter": 8, "categorical_features": [2], "interaction_cst": [[0], [1], [2], [3], [4]]}
    model = HistGradientBoostingRegressor(**how).fit(X, y)
    apart = {"max_iter": 8, "categorical_features": [2], "interaction_cst": "no_interactions"}
    assert model.predict(X).tolist() == HistGradientBoostingRegressor(**apart).fit(X, y).predict(X).tolist()
    only = HistGradientBoostingRegressor(max_iter=3, categorical_features=[2], interaction_cst=[[2], [0, 1, 3, 4]])
    for trees in only.fit(X, y)._rounds:
        asked = set(trees[0].feature[trees[0].right >= 0].tolist())
        walks = {0} if trees[0].feature[0] == 0 else {1, 2, 3, 4}  # column 2 is first among the trees' columns
        assert asked <= walks


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"loss": "quantile"}, "quantile=None"),
        ({"monotonic_cst": [1, 0]}, "monotonic_cst has shape"),
        ({"monotonic_cst": [2, 0, 0, 0, 0]}, "must be an array-like of -1, 0 or 1"),
        ({"monotonic_cst": {"a": 1}}, "X has no names"),
        ({"monotonic_cst": [0, 0, 1, 0, 0], "categorical_features": [2]}, "cannot have monotonic"),
        ({"interaction_cst": [[7]]}, "integer indices"),
        ({"interaction_cst": [3]}, "sequence of tuples"),
        ({"categorical_features": [9]}, "integer indices must be in"),
        ({"categorical_features": [True]}, "boolean mask"),
        ({"categorical_features": ["a"]}, "without feature names"),
        ({"categorical_features": [0]}, "cardinality"),
        ({"categorical_features": [0.5]}, "bool, int or str"),
        ({"max_bins": 256}, "max_bins"),
    ],
)
def test_wrong_settings_are_named(rng, how, message):
    X, y = table(rng)
    with pytest.raises(ValueError, match=message):
        HistGradientBoostingRegressor(**how).fit(X, y)


def test_wrong_targets_and_rows_kept_aside_are_named(rng):
    X, y = table(rng)
    with pytest.raises(ValueError, match="strictly positive y"):
        HistGradientBoostingRegressor(loss="gamma").fit(X, y)
    with pytest.raises(ValueError, match="non-negative y"):
        HistGradientBoostingRegressor(loss="poisson").fit(X, y)
    with pytest.raises(ValueError, match="go together"):
        HistGradientBoostingRegressor().fit(X, y, X_val=X)
    with pytest.raises(ValueError, match="early_stopping is False"):
        HistGradientBoostingRegressor(early_stopping=False).fit(X, y, X_val=X, y_val=y)
    with pytest.raises(ValueError, match="labels that y does not have"):
        HistGradientBoostingClassifier().fit(X, y > 0, X_val=X, y_val=np.arange(len(y)))
    with pytest.raises(ValueError, match="multiclass"):
        HistGradientBoostingClassifier(monotonic_cst=[1, 0, 0, 0, 0]).fit(X, np.arange(len(y)) % 3)
    with pytest.raises(ValueError, match="max_iter=2 must be larger"):
        HistGradientBoostingRegressor(max_iter=3, warm_start=True).fit(X, y).set_params(max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match="largest weight"):
        HistGradientBoostingRegressor().fit(X, y, np.full(len(y), 1e40))


def test_quality_is_scikit_learns_on_rows_never_seen(rng):
    X, y = table(rng, n=3000)
    how = {"max_iter": 30, "random_state": 0}
    ours = HistGradientBoostingClassifier(**how).fit(X[:2000], y[:2000] > 0)
    theirs = reference.HistGradientBoostingClassifier(**how).fit(X[:2000], y[:2000] > 0)
    expected, found = (log_loss(y[2000:] > 0, m.predict_proba(X[2000:])) for m in (theirs, ours))
    assert found == pytest.approx(expected, rel=1e-12)  # probabilities differ in the last digit
