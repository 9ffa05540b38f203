"""Forests: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.ensemble as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_diabetes

import scratchml.ensemble as ensemble
import tests.naive.ensemble.forest as naive
from scratchml.core import listen, record
from scratchml.core.jit import plain_python
from scratchml.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from scratchml.ensemble.bootstrap import count_rows, draw_rows, sample_size
from scratchml.ensemble.walk import MOST, equal_blocks

CLASSIFIERS, REGRESSORS = (
    ("RandomForestClassifier", "ExtraTreesClassifier"),
    ("RandomForestRegressor", "ExtraTreesRegressor"),
)


def problem(seed=0, n=150, d=6):
    """Return (X, three classes, numbers)."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    z = X[:, 0] + X[:, 1] ** 2 + 0.3 * rng.normal(size=n)
    return X, (z > 0.5).astype(int) + (z > 1.5), z


def check_same_forest(ours, theirs):
    """Check that two forests have the same trees, node for node."""
    assert len(ours.estimators_) == len(theirs.estimators_)
    for a, b in zip(ours.estimators_, theirs.estimators_):
        assert a.random_state == b.random_state
        for name in ("feature", "threshold", "children_left", "children_right", "n_node_samples"):
            assert (getattr(a.tree_, name) == getattr(b.tree_, name)).all(), name
        np.testing.assert_array_equal(a.tree_.weighted_n_node_samples, b.tree_.weighted_n_node_samples)
        # sums of the same terms, one or two in another order
        np.testing.assert_allclose(a.tree_.impurity, b.tree_.impurity, rtol=0, atol=1e-13)


def both(name, X, y, weight=None, **how):
    """Return our forest and scikit-learn's."""
    how = {"n_estimators": 7, "random_state": 5, **how}
    return [getattr(room, name)(**how).fit(X, y, weight) for room in (ensemble, reference)]


# ---- by hand


def test_the_mean_of_two_trees_on_paper():
    # without bootstrap and with one feature, both trees ask "x <= 3?"; the leaves hold the means 3 and 8
    model = RandomForestRegressor(2, bootstrap=False, max_depth=1).fit(
        [[1.0], [2.0], [4.0], [5.0]], [3.0, 3.0, 7.0, 9.0]
    )
    assert model.predict([[0.0], [9.0]]).tolist() == [3.0, 8.0]
    assert model.feature_importances_.tolist() == [1.0]


def test_a_bootstrap_is_how_many_times_each_row_came():
    rows = draw_rows(3, 5, 5, None)
    assert rows.tolist() == np.random.RandomState(3).randint(0, 5, 5).tolist()
    assert count_rows(np.array([0, 2, 2]), 4).tolist() == [1.0, 0.0, 2.0, 0.0]
    assert sample_size(100, None, None) == 100
    assert sample_size(100, 7, None) == 7
    assert sample_size(100, 0.5, None) == 50
    assert sample_size(100, 0.5, np.full(100, 3.0)) == 150


def test_the_variance_of_a_mean_of_correlated_trees(rng):
    # the formula of forest.py: r s^2 + (1 - r) s^2 / B, for trees that share a part of their error
    s, r, B = 2.0, 0.3, 5
    shared, own = rng.normal(size=200_000), rng.normal(size=(B, 200_000))
    trees = s * (np.sqrt(r) * shared + np.sqrt(1 - r) * own)
    assert np.var(trees.mean(axis=0)) == pytest.approx(r * s**2 + (1 - r) * s**2 / B, rel=0.02)  # 200000 draws


# ---- naive twin


def test_the_naive_forest_of_numbers_says_the_same():
    X, _, y = problem(1, n=60, d=2)
    X = X.astype(np.float32).astype(float)  # as trees compare it
    trees, drawn = naive.forest(X, y, 4, 2, naive.variance, 2), naive.bootstraps(60, 4, 2)
    model = RandomForestRegressor(4, max_depth=2, random_state=2, oob_score=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # four trees: some rows are in all bags
        model.fit(X, y)
    # means of the same numbers, added up in another order
    np.testing.assert_allclose(model.predict(X), [naive.mean_of(trees, row) for row in X], rtol=1e-12, atol=1e-14)
    expected = [naive.out_of_bag_mean(trees, drawn, X, i) for i in range(60)]
    np.testing.assert_allclose(model.oob_prediction_, expected, rtol=1e-12, atol=1e-14)


def test_the_naive_forest_of_classes_says_the_same():
    X, y, _ = problem(2, n=30, d=2)
    trees = naive.forest(X, y, 3, 1, naive.gini, 2)
    model = RandomForestClassifier(3, max_depth=2, random_state=1, max_features=None).fit(X, y)
    expected = [[naive.share_of(trees, row, c) for c in range(3)] for row in X]
    np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-12, atol=1e-14)  # another order of sums


def test_plain_python_grows_the_same_forest():
    X, y, _ = problem(3, n=40)
    model = RandomForestClassifier(3, random_state=0, n_jobs=1)
    expected = model.fit(X, y).predict_proba(X)
    with plain_python():
        assert (model.fit(X, y).predict_proba(X) == expected).all()


# ---- outside reference


@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"bootstrap": True, "class_weight": "balanced_subsample", "max_samples": 0.7},
        {"class_weight": "balanced", "max_leaf_nodes": 9},
        {"class_weight": {0: 3.0}, "criterion": "entropy", "ccp_alpha": 0.01},
    ],
    ids=str,
)
def test_scikit_learns_forest_of_classes_node_for_node(name, weighted, how):
    X, y, _ = problem()
    ours, theirs = both(name, X, y, np.arange(1.0, len(y) + 1) if weighted else None, **how)
    check_same_forest(ours, theirs)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-14, atol=0)  # one rounding
    np.testing.assert_allclose(ours.feature_importances_, theirs.feature_importances_, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", REGRESSORS)
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    "how", [{}, {"max_features": 2, "max_depth": 4}, {"criterion": "absolute_error", "max_depth": 3}], ids=str
)
def test_scikit_learns_forest_of_numbers_node_for_node(name, weighted, how):
    X, _, y = problem()
    ours, theirs = both(name, X, y, np.arange(1.0, len(y) + 1) if weighted else None, **how)
    check_same_forest(ours, theirs)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-13, atol=1e-15)  # one rounding of each leaf
    np.testing.assert_allclose(ours.feature_importances_, theirs.feature_importances_, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", CLASSIFIERS + REGRESSORS)
def test_out_of_bag_scores_are_scikit_learns(name):
    X, labels, numbers = problem()
    y, attribute = (labels, "oob_decision_function_") if name in CLASSIFIERS else (numbers, "oob_prediction_")
    ours, theirs = both(name, X, y, n_estimators=40, oob_score=True, bootstrap=True)
    assert ours.oob_score_ == pytest.approx(theirs.oob_score_, abs=1e-14)  # one rounding
    np.testing.assert_allclose(getattr(ours, attribute), getattr(theirs, attribute), rtol=1e-13, atol=1e-15)
    for a, b in zip(ours.estimators_samples_, theirs.estimators_samples_):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", CLASSIFIERS + REGRESSORS)
def test_many_targets_are_scikit_learns(name):
    X, labels, numbers = problem()
    y = np.c_[labels > 0, labels > 1].astype(int) if name in CLASSIFIERS else np.c_[numbers, -2 * numbers + X[:, 3]]
    ours, theirs = both(name, X, y, bootstrap=True, oob_score=lambda y, p: float(np.mean(y == p)), n_estimators=30)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-13, atol=1e-15)  # one rounding
    assert ours.oob_score_ == theirs.oob_score_
    if name in CLASSIFIERS:
        assert ours.oob_decision_function_.shape == theirs.oob_decision_function_.shape
        for a, b in zip(ours.predict_proba(X), theirs.predict_proba(X)):
            np.testing.assert_allclose(a, b, rtol=1e-14, atol=0)  # one rounding


def test_leaves_and_paths_are_scikit_learns():
    X, y, _ = problem()
    ours, theirs = both("RandomForestClassifier", X, y)
    np.testing.assert_array_equal(ours.apply(X), theirs.apply(X))
    path, first = ours.decision_path(X)
    expected, borders = theirs.decision_path(X)
    np.testing.assert_array_equal(path.toarray(), expected.toarray())
    np.testing.assert_array_equal(first, borders)


def test_missing_values_are_scikit_learns():
    X, y, _ = problem()
    X[::7, 1] = np.nan
    ours, theirs = both("RandomForestClassifier", X, y)
    check_same_forest(ours, theirs)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-14, atol=0)  # one rounding


def test_real_data_are_learnt_as_well_as_by_scikit_learn():
    X, y = load_breast_cancer(return_X_y=True)
    ours, theirs = both("RandomForestClassifier", X, y, n_estimators=60, oob_score=True)
    assert abs(ours.oob_score_ - theirs.oob_score_) < 0.01  # tied values: other trees, the same quality
    X, y = load_diabetes(return_X_y=True)
    ours, theirs = both("RandomForestRegressor", X, y, n_estimators=60, oob_score=True)
    assert abs(ours.oob_score_ - theirs.oob_score_) < 0.02


# ---- laws


@pytest.mark.parametrize("name", CLASSIFIERS + REGRESSORS)
def test_any_number_of_threads_gives_the_same_bits(name):
    X, y, _ = problem(4)
    models = [getattr(ensemble, name)(9, random_state=1, n_jobs=jobs).fit(X, y) for jobs in (1, 2, 5)]
    for model in models[1:]:
        assert (model.predict(X) == models[0].predict(X)).all()
        assert all((a.tree_.threshold == b.tree_.threshold).all() for a, b in zip(model, models[0]))


@given(st.integers(0, 10**6))
def test_a_forest_is_the_mean_of_its_trees(seed):
    X, y, _ = problem(seed, n=40)
    model = RandomForestClassifier(5, random_state=seed, n_jobs=1, max_depth=4).fit(X, y)
    mean = sum(tree.predict_proba(X) for tree in model) / 5
    np.testing.assert_allclose(model.predict_proba(X), mean, rtol=1e-14, atol=0)  # the same sum
    assert model.feature_importances_.sum() == pytest.approx(1.0, rel=1e-12)


def test_many_rows_are_parted_as_few_are():
    # blocks of rows walk together; each row alone takes the other way through the kernel
    X, _, y = problem(6, n=400)
    model = RandomForestRegressor(3, random_state=0).fit(X, y)
    assert (model.predict(X) == np.concatenate([model.predict(row[None]) for row in X])).all()


def test_a_warm_start_grows_what_one_fit_would():
    X, y, _ = problem()
    warm = RandomForestClassifier(3, random_state=2, warm_start=True).fit(X, y)
    first = warm.estimators_[0]
    warm.set_params(n_estimators=8).fit(X, y)
    assert warm.estimators_[0] is first
    assert (warm.predict_proba(X) == RandomForestClassifier(8, random_state=2).fit(X, y).predict_proba(X)).all()


def test_steps_show_each_tree_and_end_in_the_fit():
    X, y, _ = problem()
    model = RandomForestClassifier(5, random_state=2)
    steps = record(model.steps(X, y))
    assert [(step.name, step.iteration, len(step.trees)) for step in steps] == [("tree", b, b) for b in range(1, 6)]
    model.fit(X, y)
    for step, tree, rows in zip(steps, model.estimators_, model.estimators_samples_):
        assert (step.tree.tree_.threshold == tree.tree_.threshold).all()
        assert (step.rows == rows).all()


def test_a_listener_ends_a_forest_early():
    X, y, _ = problem()
    with listen(lambda step: step.iteration == 3):
        assert len(RandomForestClassifier(10, random_state=0).fit(X, y)) == 3


@given(st.integers(0, 50_000), st.integers(1, 1000), st.integers(1, 9))
def test_blocks_of_rows_are_all_rows_in_turn_and_of_one_size(n, d, workers):
    blocks = equal_blocks(n, d, workers)
    assert np.array_equal(np.concatenate([np.r_[block] for block in [slice(0, 0), *blocks]]), np.arange(n))
    sizes = [block.stop - block.start for block in blocks]
    assert max(sizes, default=0) <= MOST
    assert len(set(sizes[:-1])) <= 1


@pytest.mark.parametrize(("n", "workers", "blocks"), [(5_000, 1, 1), (5_000, 2, 2), (20_000, 2, 4), (1_500, 2, 1)])
def test_every_worker_has_as_many_blocks(n, workers, blocks):
    assert len(equal_blocks(n, 20, workers)) == blocks


# ---- edges and errors


def test_constant_features_one_class_one_row():
    X = np.ones((5, 3))
    assert RandomForestClassifier(3).fit(X, ["a"] * 5).predict(X).tolist() == ["a"] * 5
    model = ExtraTreesRegressor(3).fit(X, np.arange(5.0))
    assert model.predict(X).tolist() == [2.0] * 5
    assert model.feature_importances_.tolist() == [0.0] * 3
    assert RandomForestRegressor(3).fit([[1.0]], [4.0]).predict([[7.0]]).tolist() == [4.0]
    assert ExtraTreesClassifier(2).fit([[1.0]], [4]).predict([[7.0]]).tolist() == [4]


def test_huge_targets_come_back_in_their_units():
    X, _, y = problem()
    small, large = (RandomForestRegressor(3, random_state=0, oob_score=True) for _ in range(2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # three trees: some rows are in all bags
        small.fit(X, y), large.fit(X, np.ldexp(y, 400))
    assert (large.predict(X) == np.ldexp(small.predict(X), 400)).all()
    assert (large.oob_prediction_ == np.ldexp(small.oob_prediction_, 400)).all()


def test_messages_name_the_remedy():
    X, y, _ = problem()
    with pytest.raises(ValueError, match="bootstrap=True"):
        RandomForestClassifier(bootstrap=False, max_samples=3).fit(X, y)
    with pytest.raises(ValueError, match="bootstrap=True"):
        ExtraTreesClassifier(oob_score=True).fit(X, y)
    with pytest.raises(ValueError, match="n_estimators"):
        RandomForestClassifier(5, warm_start=True).fit(X, y).set_params(n_estimators=2).fit(X, y)
    with pytest.warns(UserWarning, match="does not fit new trees"):
        RandomForestClassifier(2, warm_start=True).fit(X, y).fit(X, y)
    with pytest.warns(UserWarning, match="OOB scores"):
        RandomForestClassifier(1, oob_score=True).fit(X, y)
    with pytest.warns(UserWarning, match="low number"):
        RandomForestClassifier(1, max_samples=0.01).fit(X, y)
    with pytest.warns(UserWarning, match="warm_start"):
        RandomForestClassifier(1, class_weight="balanced", warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match="multiclass-multioutput"):
        RandomForestClassifier(2, oob_score=True).fit(X, np.c_[y, y])
