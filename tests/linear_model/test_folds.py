"""Folds: what `cv` means to the models that choose their own penalty."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, check_cv

from scratchml.linear_model import ElasticNetCV, LassoCV, LogisticRegressionCV, RidgeClassifierCV, RidgeCV
from scratchml.linear_model.folds import cut_folds, row_numbers
from scratchml.model_selection import KFold as OurKFold

seeds = st.integers(0, 2**32 - 1)
NEW = {"l1_ratios": (0.0,), "use_legacy_attributes": False, "scoring": "neg_log_loss"}
MODELS = [
    ElasticNetCV(alphas=3),
    LassoCV(alphas=3),
    RidgeCV(),
    RidgeClassifierCV(),
    LogisticRegressionCV(Cs=2, **NEW),
]


def check_same_folds(expected, found):
    expected = list(expected)
    assert len(expected) == len(found)
    for (train, test), fold in zip(expected, found):
        assert fold.train.tolist() == np.arange(len(train) + len(test))[train].tolist()
        assert fold.test.tolist() == np.arange(len(train) + len(test))[test].tolist()


# ---- by hand


def test_rows_may_be_a_mask_or_counted_from_the_end():
    assert row_numbers([True, False, True], 3).tolist() == [0, 2]
    assert row_numbers([-1, 0], 3).tolist() == [2, 0]


# ---- outside reference


@settings(max_examples=15)
@given(seeds, st.integers(2, 4), st.integers(2, 5), st.booleans())
def test_rows_are_dealt_as_scikit_learn_deals_them(seed, classes, count, classifier):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.r_[np.repeat(np.arange(classes), count), rng.integers(0, classes, 7)])
    X = np.zeros((len(y), 1))
    for cv in (count, ShuffleSplit(3, test_size=2, train_size=len(y) - 2, random_state=seed)):
        expected = check_cv(cv, y, classifier=classifier).split(X, y)
        check_same_folds(expected, cut_folds(cv, X, y, classifier=classifier))


# ---- laws


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_number_a_splitter_and_pairs_of_rows_are_the_same(rng, model):
    X, y = rng.normal(size=(24, 3)), rng.integers(0, 2, 24)
    kind = StratifiedKFold if hasattr(model, "predict_proba") or hasattr(model, "decision_function") else KFold
    pairs = list(kind(4).split(X, y))
    masks = [(np.isin(np.arange(24), train), np.isin(np.arange(24), test)) for train, test in pairs]
    expected = model.set_params(cv=4).fit(X, y).coef_
    ours = OurKFold(4) if kind is KFold else kind(4)
    for cv in (kind(4), ours, pairs, iter(pairs), masks):
        assert model.set_params(cv=cv).fit(X, y).coef_.tobytes() == expected.tobytes()


# ---- edges and errors


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize(
    ("cv", "match"),
    [
        (1, "n_splits=1"),
        (50, "n_splits=50"),
        ("five", "Got 'five'"),
        (2.5, r"Got 2\.5"),
        ([], "empty"),
        ([([0, 1], [])], "without rows"),
        ([([0, 1], [99])], "row numbers from 0 to 39"),
        ([([0, 1], [0.5])], "rows"),
    ],
    ids=str,
)
def test_what_means_no_folds_is_an_error(rng, model, cv, match):
    X, y = rng.normal(size=(40, 3)), np.arange(40) % 2
    with pytest.raises((TypeError, ValueError), match=match):
        model.set_params(cv=cv).fit(X, y)
