"""TargetEncoder: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
import sklearn.preprocessing as reference
from sklearn.model_selection import KFold, StratifiedKFold

import tests.naive.preprocessing.encoders as naive
from scratchml.preprocessing import TargetEncoder
from scratchml.preprocessing.target_encoder import smoothed_means, smoothed_shares


def problem(rng, kind, n=200):
    X = pd.DataFrame({"w": rng.choice(list("abcdef"), n), "i": rng.integers(0, 9, n)})
    signal = rng.normal(size=n) + X["i"].to_numpy() / 3
    y = {"continuous": signal, "binary": signal > 1, "multiclass": np.digitize(signal, [0.5, 2]), "words": None}[kind]
    return X, np.where(signal > 1, "yes", "no") if kind == "words" else y


# ---- by hand


def test_the_formulas_of_the_docstring():
    X, y = [["a"], ["a"], ["b"]], np.array([1.0, 3.0, 8.0])  # m = 4, of a: n = 2, m = 2, v = 1
    assert TargetEncoder(target_type="continuous", smooth=2.0).fit(X, y).encodings_[0].tolist() == [
        (4 + 8) / 4,
        (8 + 8) / 3,
    ]
    v = y.var()
    a = v * 2 / (v * 2 + 1)
    np.testing.assert_allclose(
        TargetEncoder(target_type="continuous").fit(X, y).encodings_[0], [a * 2 + (1 - a) * 4, 8.0], rtol=1e-15
    )


# ---- naive twin


def test_agrees_with_the_naive_twin(rng):
    X, y = problem(rng, "continuous", 40)
    expected = naive.TargetEncoder(X.to_numpy().tolist(), y.tolist(), 3.0)
    np.testing.assert_allclose(TargetEncoder(smooth=3.0).fit(X, y).transform(X), expected, rtol=1e-13)  # sums


@pytest.mark.parametrize("smooth", [None, 0.0, 2.5])
def test_classes_counted_at_once_are_coded_as_one_by_one(rng, smooth):
    codes, labels = rng.integers(-1, 5, 60), rng.integers(0, 4, 60)
    found = smoothed_shares(codes, labels, 6, 4, smooth)  # the category 5 does not come
    for c in range(4):
        expected = smoothed_means(codes, (labels == c).astype(np.float64), 6, smooth)
        np.testing.assert_allclose(found[c], expected, rtol=1e-13)  # variances, made in two ways


# ---- outside reference


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("smooth", ["auto", 0.0, 10.0])
@pytest.mark.parametrize("kind", ["continuous", "binary", "multiclass", "words"])
def test_equals_scikit_learns(rng, kind, smooth):
    X, y = problem(rng, kind)
    found, expected = (c(smooth=smooth, random_state=5) for c in (TargetEncoder, reference.TargetEncoder))
    np.testing.assert_allclose(found.fit_transform(X, y), expected.fit_transform(X, y), rtol=1e-12)  # sums in order
    new = X.assign(w="z")
    np.testing.assert_allclose(found.transform(new), expected.transform(new), rtol=1e-12)
    np.testing.assert_allclose(found.target_mean_, expected.target_mean_, rtol=1e-14)
    assert found.target_type_ == expected.target_type_
    assert found.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()
    for a, b in zip(found.encodings_, expected.encodings_):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_splitters_equal_scikit_learns(rng):
    X, y = problem(rng, "continuous")
    for cv in (KFold(3), KFold(4, shuffle=True, random_state=1)):
        expected = reference.TargetEncoder(cv=cv).fit_transform(X, y)
        np.testing.assert_allclose(TargetEncoder(cv=cv).fit_transform(X, y), expected, rtol=1e-12)  # sums in order
    X, y = problem(rng, "binary")
    expected = TargetEncoder(cv=StratifiedKFold(5)).fit_transform(X, y)
    assert TargetEncoder(shuffle=False).fit_transform(X, y).tolist() == expected.tolist()


# ---- laws


def test_a_rows_own_target_does_not_change_its_code(rng):
    X, y = problem(rng, "continuous", 60)
    before = TargetEncoder(random_state=0).fit_transform(X, y)
    changed = y.copy()
    changed[7] += 100
    after = TargetEncoder(random_state=0).fit_transform(X, changed)
    assert before[7].tolist() == after[7].tolist()
    assert (before != after).any()


def test_much_smoothing_gives_the_mean_and_none_the_means_of_categories(rng):
    X, y = problem(rng, "continuous", 60)
    np.testing.assert_allclose(TargetEncoder(smooth=1e12).fit(X, y).transform(X), y.mean(), rtol=1e-9)  # 60 in 1e12
    means = pd.Series(y).groupby(X["w"]).mean()
    np.testing.assert_allclose(TargetEncoder(smooth=0.0).fit(X, y).encodings_[0], means, rtol=1e-13)  # sums


# ---- edges and errors


@pytest.mark.parametrize(
    ("how", "y", "message"),
    [
        ({}, None, "requires y"),
        ({"smooth": -1.0}, [1, 2, 3, 4], "smooth"),
        ({"target_type": "binary"}, [1, 2, 3, 4], "take 'multiclass'"),
        ({"cv": 9}, [1.5, 2, 3, 4], "cannot be cut from 4 rows"),
        ({"cv": 3}, [1, 1, 2, 2], "greater than the number of members"),
        ({"cv": [([0, 1], [2, 3])]}, [1.5, 2, 3, 4], "exactly once"),
        ({}, [1e300, -1e300, 1e300, 0.5], "too large"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*overflow:RuntimeWarning")
def test_wrong_values_are_value_errors(how, y, message):
    with pytest.raises(ValueError, match=message):
        TargetEncoder(**how).fit_transform([["a"], ["b"], ["a"], ["b"]], y)
