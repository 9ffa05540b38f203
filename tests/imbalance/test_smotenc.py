"""SMOTE-NC: by hand, outside reference, laws, edges and errors. Its naive twin is the vote counted by hand."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTENC as Reference
from sklearn.preprocessing import OneHotEncoder as SklearnOneHotEncoder

from scratchml.imbalance import SMOTENC
from scratchml.imbalance.smotenc import category_codes, vote
from scratchml.preprocessing import OneHotEncoder
from tests.imbalance.shared import check_same_rows, three_classes


def mixed():
    """Three classes; columns 2 and 5 are categories of 4 and 3 values."""
    X, y = three_classes()
    draws = np.random.RandomState(0)
    X[:, 2], X[:, 5] = draws.randint(4, size=len(X)), draws.randint(3, size=len(X))
    return X, y


# ---- by hand


def test_the_category_is_put_to_the_vote_among_the_seeds_neighbours():
    X = np.array([[0, "a"], [1, "b"], [2, "b"], [3, "b"], [9, "c"], [9.5, "c"], [9.6, "c"], [9.7, "c"], [9.8, "c"]])
    X = X.astype(object)
    X[:, 0] = X[:, 0].astype(float)
    sampler = SMOTENC([1], k_neighbors=3, random_state=0)
    found, _ = sampler.fit_resample(X, [1, 1, 1, 1, 0, 0, 0, 0, 0])
    # whichever row is the seed, at least two of its three neighbours in the class are "b"
    assert found[-1, 1] == "b"
    assert sampler.median_std_[1] == np.std([0, 1, 2, 3])


def test_differing_categories_count_as_the_median_spread():
    # class 1 spreads by s = 5: (0, a) to (0.5, b) is sqrt(0.25 + 25), to (4, a) only 4, so its neighbour is the latter
    X = np.array([[0.0, 0], [0.5, 1], [4.0, 0], [10.0, 1], [12.0, 1], *[[30.0, 2]] * 6])
    y = np.array([1] * 5 + [0] * 6)
    sampler = SMOTENC([1], k_neighbors=1, random_state=0, sampling_strategy={1: 60})
    sampler.fit_resample(X, y)
    s = sampler.median_std_[1]
    assert s == np.std(X[:5, 0])
    assert 0.25 + s**2 > 16
    assert set(sampler.parents_[sampler.parents_[:, 0] == 0, 1]) == {2}


# ---- naive twin


def test_the_vote_is_a_count(rng):
    votes = rng.integers(0, 4, size=(200, 5))
    chosen = vote(votes, 4, np.random.RandomState(0))
    for row, winner in zip(votes.tolist(), chosen.tolist()):
        counts = Counter(row)
        assert counts[winner] == max(counts.values())


# ---- outside reference


@pytest.mark.parametrize("seed", [0, 1, None])
def test_the_same_seed_gives_imbalanced_learns_rows(seed):
    X, y = mixed()
    how = [{"random_state": np.random.RandomState(9) if seed is None else seed, "k_neighbors": 4} for _ in range(2)]
    check_same_rows(*(cls([2, 5], **h).fit_resample(X, y) for cls, h in zip((SMOTENC, Reference), how)))


def test_words_and_a_frame_give_imbalanced_learns_rows():
    X, y = mixed()
    frame = pd.DataFrame(X, columns=list("abcdefgh"))
    frame["c"] = pd.Categorical(np.array(["red", "green", "blue", "grey"])[X[:, 2].astype(int)])
    frame["f"] = np.array(["x", "y", "z"])[X[:, 5].astype(int)]
    ours, theirs = (cls(["c", "f"], random_state=0).fit_resample(frame, y) for cls in (SMOTENC, Reference))
    pd.testing.assert_frame_equal(ours[0], theirs[0], check_exact=True)
    assert ours[1].tolist() == theirs[1].tolist()
    ours, theirs = (
        cls("auto", random_state=0).fit_resample(frame.drop(columns="f"), y) for cls in (SMOTENC, Reference)
    )
    pd.testing.assert_frame_equal(ours[0], theirs[0], check_exact=True)


@pytest.mark.parametrize("encoder", [OneHotEncoder, SklearnOneHotEncoder])
def test_an_encoder_decides_the_order_in_which_ties_are_drawn_as_in_imbalanced_learn(encoder):
    X, y = mixed()
    words = X.astype(object)
    for j in (2, 5):
        words[:, j] = np.array(["a", "b", "c", "d", "e"], dtype=object)[X[:, j].astype(int)]
    backwards = [np.unique(words[:, j])[::-1].tolist() for j in (2, 5)]
    theirs = Reference([2, 5], categorical_encoder=SklearnOneHotEncoder(categories=backwards), random_state=0)
    ours = SMOTENC([2, 5], categorical_encoder=encoder(categories=backwards), random_state=0)
    expected, found = theirs.fit_resample(words, y)[0], ours.fit_resample(words, y)[0]
    assert found.tolist() == expected.tolist()
    assert found.tolist() != SMOTENC([2, 5], random_state=0).fit_resample(words, y)[0].tolist()
    assert [c.tolist() for c in ours.categorical_encoder_.categories_] == backwards


# ---- laws


def test_new_rows_have_categories_of_their_class_and_numbers_between_their_parents():
    X, y = mixed()
    sampler = SMOTENC([2, 5], random_state=0)
    found, labels = sampler.fit_resample(X, y)
    new, a, b = found[len(X) :], X[sampler.parents_[:, 0]], X[sampler.parents_[:, 1]]
    numbers = sampler.continuous_features_
    expected = a[:, numbers] + sampler.gaps_[:, None] * (b - a)[:, numbers]
    assert new[:, numbers].tolist() == expected.tolist()
    for column in (2, 5):
        for label in (0, 1):
            assert set(new[labels[len(X) :] == label, column]) <= set(X[y == label, column])


@pytest.mark.parametrize("given", [[2, 5], [-6, -3], np.isin(np.arange(8), [2, 5]), ["c", "f"]])
def test_columns_may_be_named_in_four_ways(given):
    X, y = mixed()
    table = pd.DataFrame(X, columns=list("abcdefgh")) if isinstance(given[0], str) else X
    found, _ = SMOTENC(given, random_state=0).fit_resample(table, y)
    assert np.asarray(found).tolist() == SMOTENC([2, 5], random_state=0).fit_resample(X, y)[0].tolist()


# ---- edges and errors


def test_a_class_without_spread_still_has_a_vote():
    X = np.array([[1.0, 0], [1.0, 1], [1.0, 1], [1.0, 1], [2.0, 2], [3.0, 2], [4.0, 2], [5.0, 2], [6.0, 2]])
    how = {"k_neighbors": 3, "random_state": 0}
    y = [1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert SMOTENC([1], **how).fit_resample(X, y)[0][-1].tolist() == [1.0, 1.0]


def test_a_name_that_repeats_means_all_its_columns():
    X, y = mixed()
    frame = pd.DataFrame(X, columns=list("abcdecgh"))  # columns 2 and 5 are called c
    found, _ = SMOTENC(["c"], random_state=0).fit_resample(frame, y)
    assert found.to_numpy().tolist() == SMOTENC([2, 5], random_state=0).fit_resample(X, y)[0].tolist()


@pytest.mark.parametrize("scale", [2.0**-900, 2.0**900])
def test_a_power_of_two_changes_nothing_but_the_numbers(scale):
    X, y = mixed()
    numbers = [0, 1, 3, 4, 6, 7]
    expected = SMOTENC([2, 5], random_state=0).fit_resample(X, y)[0]
    scaled = X.copy()
    scaled[:, numbers] *= scale
    found = SMOTENC([2, 5], random_state=0).fit_resample(scaled, y)[0]
    found[:, numbers] /= scale
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)  # squares of distances are scaled again


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "numerical features. It requires some categorical"),
        (list(range(8)), "only with categorical"),
        ([8], "does not fit X of 8 columns"),
        ([True, False], "does not fit X of 8 columns"),
        (["a"], "does not fit X of 8 columns"),
        ("auto", "pandas.DataFrame"),
    ],
)
def test_columns_that_are_not_there_are_a_clear_error(given, message):
    X, y = mixed()
    with pytest.raises(ValueError, match=message):
        SMOTENC(given).fit_resample(X, y)
    with pytest.raises(ValueError, match="names \\['nobody'\\], which X does not have"):
        SMOTENC(["nobody"]).fit_resample(pd.DataFrame(X), y)


def test_missing_and_mixed_categories_are_a_clear_error():
    with pytest.raises(ValueError, match="missing value in the categorical column 1"):
        category_codes(np.array(["a", None], dtype=object), "1")
    with pytest.raises(ValueError, match="missing value"):
        category_codes(np.array([1.0, np.nan]), "1")
    with pytest.raises(ValueError, match="mixes int, str"):
        category_codes(np.array(["a", 1], dtype=object), "1")


def test_an_encoder_that_drops_merges_or_does_not_know_is_a_clear_error():
    X, y = mixed()
    for encoder in (OneHotEncoder(drop="first"), OneHotEncoder(max_categories=2)):
        with pytest.raises(ValueError, match="one column per category"):
            SMOTENC([2, 5], categorical_encoder=encoder).fit_resample(X, y)
    few = OneHotEncoder(categories=[[0.0], np.unique(X[:, 5])], handle_unknown="ignore")
    with pytest.raises(ValueError, match="has no category for"):
        SMOTENC([2, 5], categorical_encoder=few).fit_resample(X, y)
    with pytest.raises(TypeError, match="categorical_encoder"):
        SMOTENC([2, 5], categorical_encoder="one-hot").fit(X, y)
