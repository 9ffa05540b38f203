"""Quicker ways to the same numbers: trees on columns sorted once, and sums where all hessians are one."""

import numpy as np
import pytest

from scratchml.ensemble import AdaBoostClassifier, GradientBoostingRegressor
from scratchml.ensemble.ada_boost import fit_weighted, sorted_once
from scratchml.ensemble.hist_histograms import build_histogram
from scratchml.tree import DecisionTreeClassifier
from tests.problems import check_same_bits


def rounded(rng, n=120, d=5):
    """Return rows with many ties, some of them only in float32."""
    return np.round(rng.normal(size=(n, d)), 1) + rng.choice([0.0, 5e-8, 1.2e-7], size=(n, d))


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize(
    "how",
    [
        {"max_depth": 1},
        {"max_depth": 3, "min_samples_leaf": 4},
        {"max_features": 2},
        {"criterion": "entropy", "max_depth": 2},
        {"max_leaf_nodes": 6},
        {"min_weight_fraction_leaf": 0.05, "ccp_alpha": 0.01},
    ],
    ids=str,
)
def test_a_weak_tree_on_columns_sorted_once_is_the_tree_fitted_anew(rng, n_classes, zeros, how):
    X, y = rounded(rng), rng.integers(0, n_classes, size=120)
    tree = DecisionTreeClassifier(random_state=5, **how)
    known = sorted_once(tree, X, y)
    for _ in range(2):  # the columns stay as they are
        weight = rng.uniform(0.1, 1.0, size=120) * (rng.integers(0, 2, size=120) if zeros else 1)
        found, expected = (
            fit_weighted(DecisionTreeClassifier(random_state=5, **how), k, X, y, weight) for k in (known, None)
        )
        check_same_bits(found.tree_.facts, expected.tree_.facts)
        check_same_bits(found.tree_.value, expected.tree_.value)


@pytest.mark.parametrize("depth", [1, 4])
def test_rounds_on_columns_sorted_once_are_rounds_of_fits(rng, monkeypatch, depth):
    X, y = rounded(rng), rng.integers(0, 3, size=120)
    model = AdaBoostClassifier(DecisionTreeClassifier(max_depth=depth), n_estimators=8, random_state=0)
    found = model.fit(X, y).decision_function(X)
    monkeypatch.setattr("scratchml.ensemble.ada_boost.sorted_once", lambda *args: None)
    check_same_bits(found, model.fit(X, y).decision_function(X))


@pytest.mark.parametrize("how", [{}, {"subsample": 0.6}, {"max_features": 2}, {"max_leaf_nodes": 5}], ids=str)
def test_boosted_trees_share_columns_and_are_those_grown_alone(rng, monkeypatch, how):
    X, y = rng.normal(size=(150, 5)), rng.normal(size=150)
    model = GradientBoostingRegressor(n_estimators=6, random_state=0, **how)
    found = model.fit(X, y).predict(X)
    monkeypatch.setattr("scratchml.tree.growth.is_quick", lambda data, limits: False)  # no rows are kept ready
    check_same_bits(found, model.fit(X, y).predict(X))


@pytest.mark.parametrize("d", [3, 4, 6, 8])  # fewer than four columns are added one by one
def test_sums_where_all_hessians_are_one_are_those_of_hessians_of_one(rng, d):
    bins = rng.integers(0, 8, size=(-(-d // 4), 500, 4)).astype(np.uint8)
    rows, g = rng.permutation(500)[:300].astype(np.uint32), rng.normal(size=300).astype(np.float32)
    short, long = np.empty((d, 8, 2)), np.empty((d, 8, 4))
    build_histogram(bins, rows, g, np.empty(0, dtype=np.float32), short)
    build_histogram(bins, rows, g, np.ones(300, dtype=np.float32), long)
    np.testing.assert_array_equal(short[:, :, 0], long[:, :, 0])
    for lane in (1, 2):
        np.testing.assert_array_equal(short[:, :, 1], long[:, :, lane])


@pytest.mark.parametrize("lanes", [2, 4])
def test_four_columns_at_a_time_sum_to_what_one_at_a_time_does(rng, lanes):
    bins = rng.integers(0, 8, size=(1, 500, 4)).astype(np.uint8)
    rows, g, h = np.arange(500, dtype=np.uint32), rng.normal(size=500).astype(np.float32), rng.random(500)
    h = h.astype(np.float32) if lanes == 4 else np.empty(0, dtype=np.float32)
    four, three = np.empty((4, 8, lanes)), np.empty((3, 8, lanes))
    build_histogram(bins, rows, g, h, four)
    build_histogram(bins, rows, g, h, three)
    np.testing.assert_array_equal(four[:3, :, : min(lanes, 3)], three[:, :, : min(lanes, 3)])
