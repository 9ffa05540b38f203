"""Unequal classes: thinned out as the reference does, or drawn with exact counts and known distances."""

import math

import imblearn.datasets
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.datasets import load_iris, make_imbalance, make_imbalanced
from scratchml.datasets.imbalance import check_sizes, choose_samples, class_sizes
from tests.naive.datasets import imbalance as naive
from tests.problems import name_of_case

# by hand


def test_ten_samples_by_largest_remainder():
    assert class_sizes(10, [1, 1, 1]) == [4, 3, 3]
    assert class_sizes(10, [0.55, 0.25, 0.2]) == [6, 2, 2]  # 5.5, 2.5, 2: of equal remainders the first wins
    assert class_sizes(209, [0.89, 0.17, 0.46]) == [
        123,
        23,
        63,
    ]  # 122.375, 23.375, 63.25: a tie that rounding would break
    assert class_sizes(100, [0.71, 0.29]) == [71, 29]  # 0.29 * 100 is 28.999999999999996 in floating point


def test_thinning_keeps_whole_classes_that_are_not_named():
    y = np.array(["b", "a", "b", "a", "c"])
    X = np.arange(5)[:, None]
    kept, labels = make_imbalance(X, y, sampling_strategy={"a": 1}, random_state=0)
    assert labels.tolist() == ["a", "b", "b", "c"]
    assert kept[0, 0] in (1, 3)
    assert kept[1:, 0].tolist() == [0, 2, 4]


# naive twin


@given(n=st.integers(1, 3000), hundredths=st.lists(st.integers(1, 99), min_size=2, max_size=6))
def test_class_sizes_are_the_naive_ones(n, hundredths):
    weights = [h / 100 for h in hundredths]
    assert class_sizes(n, weights) == naive.class_sizes(n, weights)


@given(
    y=st.lists(st.integers(0, 3), min_size=2, max_size=40).filter(lambda y: len(set(y)) > 1), seed=st.integers(0, 999)
)
def test_the_samples_kept_are_the_naive_ones(y, seed):
    sizes = {y[0]: y.count(y[0]) // 2}
    expected = naive.choose_samples(y, sizes, np.random.RandomState(seed))
    classes, codes = np.unique(y, return_inverse=True)
    found = choose_samples(classes, codes, check_sizes(sizes, classes, codes), np.random.RandomState(seed))
    assert found.tolist() == expected


# outside reference


@pytest.mark.parametrize("kind", ["array", "frame", "list", "words"])
@pytest.mark.parametrize(
    "strategy",
    [{0: 10, 1: 20, 2: 30}, {2: 5}, {0: 0, 1: 50}, lambda y, size=3: {1: size}],
    ids=["all", "one", "none", "f"],
)
@pytest.mark.parametrize("seed", [0, 3])
def test_thinning_keeps_the_references_samples(kind, strategy, seed):
    X, y = load_iris(return_X_y=True, as_frame=kind == "frame")
    if kind == "list":
        X, y = X.tolist(), y.tolist()
    if kind == "words" and not callable(strategy):
        y, strategy = np.array(["a", "b", "c"])[y], {"abc"[j]: size for j, size in strategy.items()}
    expected = imblearn.datasets.make_imbalance(X, y, sampling_strategy=strategy, random_state=seed)
    found = make_imbalance(X, y, sampling_strategy=strategy, random_state=seed)
    for e, f in zip(expected, found):
        assert type(f) is type(e)
        np.testing.assert_array_equal(np.asarray(f), np.asarray(e))
        if kind == "frame":
            assert f.index.equals(e.index)


def test_a_strategy_function_gets_its_keywords():
    X, y = load_iris(return_X_y=True)
    _, found = make_imbalance(X, y, sampling_strategy=lambda y, size: {0: size}, size=7, random_state=0)
    assert np.bincount(found).tolist() == [7, 50, 50]


# laws


@given(sizes=st.tuples(*[st.integers(0, 50)] * 3), seed=st.integers(0, 2**32 - 1))
def test_thinning_keeps_different_samples_in_the_numbers_asked_for(sizes, seed):
    y = np.repeat([0, 1, 2], 50)
    index, labels = make_imbalance(
        np.arange(150)[:, None], y, sampling_strategy=dict(enumerate(sizes)), random_state=seed
    )
    assert np.bincount(labels, minlength=3).tolist() == list(sizes)
    assert len(set(index[:, 0].tolist())) == sum(sizes)
    np.testing.assert_array_equal(y[index[:, 0]], labels)


def test_thinning_takes_words_and_missing_values():
    X = pd.DataFrame({"word": ["x", None, "y", "z"], "number": [1.0, np.nan, 3.0, 4.0]})
    kept, y = make_imbalance(X, pd.Series([0, 1, 1, 0]), sampling_strategy={0: 1}, random_state=0)
    assert len(kept) == 3
    assert kept["number"].isna().sum() == 1
    assert y.tolist() == [0, 1, 1]


def test_thinning_prints_the_counts_on_request(capsys):
    X, y = load_iris(return_X_y=True)
    make_imbalance(X, y, sampling_strategy={2: 5}, random_state=0, verbose=True)
    assert capsys.readouterr().out == "samples of each class: {0: 50, 1: 50, 2: 50} -> {0: 50, 1: 50, 2: 5}\n"


@given(n=st.integers(40, 400), rare=st.floats(0.05, 0.5), seed=st.integers(0, 2**32 - 1), shuffle=st.booleans())
def test_drawn_classes_have_exactly_the_counts_asked_for(n, rare, seed, shuffle):
    X, y = make_imbalanced(n, weights=[1 - rare, rare], shuffle=shuffle, random_state=seed)
    assert X.shape == (n, 2)
    assert np.bincount(y).tolist() == class_sizes(n, [1 - rare, rare])
    assert shuffle or (np.diff(y) >= 0).all()
    again, _ = make_imbalanced(n, weights=[1 - rare, rare], shuffle=shuffle, random_state=seed)
    np.testing.assert_array_equal(X, again)


def test_blobs_lie_as_far_apart_as_promised():
    X, y = make_imbalanced(
        40_000, weights=[1, 1, 1], n_features=2, n_clusters_per_class=2, class_sep=30.0, shuffle=False, random_state=0
    )
    middles = [X[y == 0].mean(axis=0)] + [X[y == j][blob::2].mean(axis=0) for j in (1, 2) for blob in (0, 1)]
    assert np.linalg.norm(middles[0]) < 0.05  # five standard errors of a mean of 13333
    distances = [float(np.linalg.norm(a - b)) for i, a in enumerate(middles) for b in middles[:i]]
    assert min(distances) == pytest.approx(30, abs=0.1)  # standard error 0.012 each
    assert sorted(distances)[4] == pytest.approx(30 * 2**0.5, abs=0.1)
    spreads = [X[y == j][blob::2].std(axis=0) for j in (1, 2) for blob in (0, 1)]
    np.testing.assert_allclose(spreads, 1, atol=0.05)  # five standard errors of a deviation from 6667 draws


def test_a_cut_halfway_errs_as_the_formula_says():
    X, y = make_imbalanced(40_000, weights=[0.5, 0.5], class_sep=2.0, random_state=1)
    middle = X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)
    errors = ((X @ middle > middle @ middle / 2) != y).mean()
    assert errors == pytest.approx(0.5 * math.erfc(1 / 2**0.5), abs=0.01)  # Phi(-1) = 0.1587; standard error 0.002


def test_no_separation_is_complete_overlap():
    X, y = make_imbalanced(20_000, weights=[0.5, 0.5], class_sep=0.0, random_state=0)
    assert np.linalg.norm(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)) < 0.1  # five standard errors


# edges and errors


X2, Y2 = np.zeros((6, 1)), np.array([0, 0, 0, 1, 1, 1])


@pytest.mark.parametrize(
    ("y", "strategy", "error", "words"),
    [
        (Y2, None, TypeError, "sampling_strategy=None .* give a dict, or a callable"),
        (Y2, "auto", TypeError, "sampling_strategy='auto'"),
        (Y2, {2: 1}, ValueError, r"sampling_strategy names the class 2.*\[0, 1\]"),
        (Y2, {0: 4}, ValueError, r"sampling_strategy\[0\]=4 .* at most 3"),
        (Y2, {0: -1}, ValueError, r"sampling_strategy\[0\]=-1"),
        (Y2, {0: 1.5}, TypeError, r"sampling_strategy\[0\]=1.5"),
        (Y2, lambda y: [1], TypeError, "returned a list"),
        (Y2 * 0, {0: 1}, ValueError, "single class"),
        (Y2[:5], {0: 1}, ValueError, "X has 6, y has 5"),
        (Y2 + 0.5, {0: 1}, ValueError, "continuous"),
        (None, {0: 1}, ValueError, "target y is None"),
    ],
    ids=name_of_case,
)
def test_wrong_arguments_of_thinning_are_named(y, strategy, error, words):
    with pytest.raises(error, match=words):
        make_imbalance(X2, y, sampling_strategy=strategy)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"n_samples": 0}, ValueError, "n_samples=0"),
        ({"weights": [1.0]}, ValueError, "weights=.*at least two"),
        ({"weights": [0.5, 0.0]}, ValueError, "weights=.*above 0"),
        ({"weights": [0.5, np.nan]}, ValueError, "weights=.*NaN"),
        ({"weights": [[0.5, 0.5]]}, ValueError, "weights="),
        ({"weights": np.eye(2)}, TypeError, "weights="),
        ({"weights": "half"}, TypeError, "weights='half'"),
        ({"n_samples": 5, "weights": [0.99, 0.01]}, ValueError, r"n_samples=5 .* \[5, 0\] samples"),
        ({"n_samples": 20, "n_clusters_per_class": 3}, ValueError, "n_clusters_per_class=3"),
        ({"n_clusters_per_class": 5}, ValueError, "n_features=2 has room for 4"),
        ({"class_sep": -1.0}, ValueError, "class_sep=-1"),
        ({"n_features": 0}, ValueError, "n_features=0"),
        ({"shuffle": "no"}, TypeError, "shuffle='no'"),
        ({"random_state": -5}, ValueError, "random_state=-5"),
    ],
    ids=str,
)
def test_wrong_arguments_of_drawing_are_named(how, error, words):
    with pytest.raises(error, match=words):
        make_imbalanced(**how)
