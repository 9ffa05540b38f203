"""LassoCV and ElasticNetCV: by hand, naive twin, outside reference, laws, steps, edges and errors."""

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, ShuffleSplit

import tests.naive.linear_model.lasso as naive
from scratchml.core import Listener, listen, record
from scratchml.linear_model import ElasticNetCV, Lasso, LassoCV
from scratchml.linear_model.folds import cut_folds
from scratchml.linear_model.lasso_folds import are_parts, columns_by_parts
from scratchml.model_selection import KFold as OurKFold

seeds = st.integers(0, 10**6)


def made(rng, n=40, d=5):
    """Return X and y made by two of its columns."""
    X = rng.normal(size=(n, d)) + 2.0
    return X, X[:, 0] - 2 * X[:, 1] + rng.normal(size=n)


# ---- by hand


def test_two_folds_on_paper():
    # each fold trains on two rows of y = x, whose line (alpha near 0) passes through the two others; alpha = 1 makes
    # w = 0, and the mean of the two rows predicts
    X, y = np.array([[1.0], [2.0], [5.0], [6.0]]), np.array([1.0, 2.0, 5.0, 6.0])
    found = LassoCV(alphas=[1e-9, 1.0], cv=2).fit(X, y)
    assert found.alphas_.tolist() == [1.0, 1e-9]
    assert_allclose(found.mse_path_[0], [(4.5**2 + 3.5**2) / 2] * 2, rtol=1e-12)  # means 5.5 and 1.5
    assert_allclose(found.mse_path_[1], 0.0, atol=1e-12)
    assert found.alpha_ == 1e-9


# ---- naive twin


@pytest.mark.parametrize("weighted", [True, False])
def test_agrees_with_the_naive_twin(rng, weighted):
    X, y = made(rng, 12, 2)
    weight = rng.integers(1, 4, size=12) if weighted else None
    alphas = [0.5, 0.1, 0.01]
    folds = list(KFold(3).split(X))
    errors, best = naive.lasso_cv(X, y, alphas, folds, weight, passes=300)
    found = LassoCV(alphas=alphas, cv=3).fit(X, y, weight)
    assert_allclose(found.mse_path_, errors, rtol=1e-5)  # weights right to the root of 1e-10
    assert found.alpha_ == best


# ---- outside reference


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_chooses_what_scikit_learn_chooses(rng, intercept, weighted):
    X, y = load_diabetes(return_X_y=True)
    weight = rng.random(len(y)) if weighted else None
    ours = LassoCV(fit_intercept=intercept).fit(X, y, weight)
    theirs = reference.LassoCV(fit_intercept=intercept, tol=1e-9, max_iter=10**4).fit(X, y, weight)
    assert_allclose(ours.alphas_, theirs.alphas_, rtol=1e-12)
    assert_allclose(ours.mse_path_, theirs.mse_path_, rtol=1e-6)  # theirs stops at tol=1e-9, ours at 1e-10
    assert ours.alpha_ == pytest.approx(theirs.alpha_, rel=1e-12)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-3)  # of weights up to 500
    assert ours.intercept_ == pytest.approx(theirs.intercept_, abs=1e-4)
    assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-3)
    for name in ("dual_gap_", "n_iter_", "alpha_"):
        assert np.shape(getattr(ours, name)) == np.shape(getattr(theirs, name))


@pytest.mark.parametrize("how", [{"l1_ratio": 0.3}, {"l1_ratio": [0.2, 0.9, 1.0]}, {"positive": True}], ids=str)
@pytest.mark.parametrize("shape", [(60, 6), (30, 110)])
def test_both_choices_as_scikit_learns(rng, how, shape):
    X, y = made(rng, *shape)
    ours = ElasticNetCV(alphas=12, eps=0.05, **how).fit(X, y)
    theirs = reference.ElasticNetCV(alphas=12, eps=0.05, tol=1e-9, max_iter=10**4, **how).fit(X, y)
    assert ours.l1_ratio_ == theirs.l1_ratio_
    assert ours.alpha_ == pytest.approx(theirs.alpha_, rel=1e-12)
    assert ours.alphas_.shape == theirs.alphas_.shape
    assert ours.mse_path_.shape == theirs.mse_path_.shape
    assert_allclose(ours.mse_path_, theirs.mse_path_, rtol=1e-4)  # the root of tol
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    given_ = ElasticNetCV(alphas=[0.1, 0.2], **how).fit(X, y)
    assert given_.alphas_.shape == reference.ElasticNetCV(alphas=[0.1, 0.2], **how).fit(X, y).alphas_.shape


def test_parameters_and_their_defaults_are_scikit_learns():
    assert LassoCV().get_params() == reference.LassoCV().get_params()
    assert ElasticNetCV().get_params() == reference.ElasticNetCV().get_params()


def test_splitters_of_both_libraries_and_pairs_of_rows_are_taken(rng):
    X, y = made(rng)
    expected = LassoCV(alphas=5, cv=4).fit(X, y)
    masks = [(np.arange(40) // 10 != k, np.arange(40) // 10 == k) for k in range(4)]
    for cv in (KFold(4), OurKFold(4), list(KFold(4).split(X)), KFold(4).split(X), masks):
        found = LassoCV(alphas=5, cv=cv).fit(X, y)
        assert found.mse_path_.tobytes() == expected.mse_path_.tobytes()
    drawn = ShuffleSplit(3, random_state=0)  # test rows overlap: products are worked out for each fold
    ours, theirs = LassoCV(alphas=5, cv=drawn).fit(X, y), reference.LassoCV(alphas=5, cv=drawn, tol=1e-9).fit(X, y)
    assert_allclose(ours.mse_path_, theirs.mse_path_, rtol=1e-6)


# ---- laws


@settings(max_examples=15)
@given(seeds)
def test_products_merged_from_test_rows_are_those_of_the_training_rows(seed):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 23, 4)
    weight = rng.random(23) if seed % 2 else None
    folds = cut_folds(int(rng.integers(2, 6)), X, y)
    assert are_parts(folds, 23)
    for centred in (True, False):
        for fold, columns in zip(folds, columns_by_parts(X, y, weight, centred, folds)):
            v = np.ones(23) if weight is None else weight / 2.0 ** (2 * columns.p.shift_root)
            v, A, t = v[fold.train], X[fold.train], y[fold.train]
            if centred:
                A, t = A - np.average(A, axis=0, weights=v), t - np.average(t, weights=v)
            assert_allclose(columns.gram, (A.T * v) @ A, rtol=1e-12, atol=1e-13)
            assert_allclose(columns.moment[:, 0], (A.T * v) @ t, rtol=1e-12, atol=1e-12)
            assert columns.target(0).total == pytest.approx(v @ t**2, rel=1e-13)


def test_the_last_fit_is_that_of_lasso_with_the_alpha_chosen(rng):
    X, y = made(rng, 60, 4)
    weight = rng.random(60)
    model = LassoCV().fit(X, y, weight)
    expected = Lasso(model.alpha_).fit(X, y, weight)
    assert model.coef_.tolist() == expected.coef_.tolist()
    assert model.intercept_ == expected.intercept_
    assert model.alpha_ == model.alphas_[np.argmin(model.mse_path_.mean(axis=1))]
    assert model.certify(X, y, weight).gap_share <= 1e-9


@pytest.mark.parametrize("selection", ["cyclic", "random"])
def test_any_number_of_threads_gives_the_same_bits(rng, selection):
    X, y = made(rng, 50, 130)
    models = [
        ElasticNetCV(l1_ratio=[0.5, 1.0], alphas=8, selection=selection, random_state=3, n_jobs=jobs).fit(X, y)
        for jobs in (1, 2, 5, -1)
    ]
    assert len({m.mse_path_.tobytes() + m.coef_.tobytes() for m in models}) == 1


def test_products_given_by_the_caller_serve_the_last_fit(rng):
    X, y = made(rng)
    expected = LassoCV(alphas=6, fit_intercept=False).fit(X, y)
    found = LassoCV(alphas=6, fit_intercept=False, precompute=X.T @ X).fit(X, y)
    assert found.alpha_ == expected.alpha_
    assert_allclose(found.coef_, expected.coef_, atol=1e-9)  # the same products, added in another order


def test_a_weight_for_all_rows_changes_nothing(rng):
    X, y = made(rng)
    expected, found = LassoCV(alphas=6).fit(X, y), LassoCV(alphas=6).fit(X, y, np.full(40, 3.7))
    assert found.mse_path_.tobytes() == expected.mse_path_.tobytes()


@settings(max_examples=10)
@given(seeds, st.sampled_from([1e-150, 1e-20, 1e20, 1e150]))
def test_units_of_y_do_not_matter(seed, unit):
    rng = np.random.default_rng(seed)
    X, y = made(rng)
    expected = LassoCV(alphas=6).fit(X, y)
    found = LassoCV(alphas=6).fit(X, y * unit)
    assert found.alpha_ / unit == pytest.approx(expected.alpha_, rel=1e-9)
    assert_allclose(found.coef_ / unit, expected.coef_, atol=1e-6)


# ---- steps


def test_the_steps_are_grid_score_choose_and_those_of_the_last_fit(rng):
    X, y = made(rng)
    path = record(LassoCV(alphas=4, cv=3).steps(X, y))
    assert [step.name for step in path[:4]] == ["grid", "score", "choose", "refit"]
    assert path[0].alphas.shape == (1, 4)
    assert path[1].mse.shape == (1, 4, 3)
    assert path[2].alpha in path[0].alphas
    assert path[-1].model.w.shape == (1, 5)

    class Stop(Listener):
        def see(self, step):
            return step.name == "score"

    with listen(Stop()), pytest.raises(RuntimeError, match="before an alpha was chosen"):
        LassoCV().fit(X, y)


# ---- edges and errors


def test_too_few_passes_are_told_for_folds_and_last_fit(rng):
    X, y = made(rng, 30, 20)
    with pytest.warns(ConvergenceWarning, match="the duality gap is"):
        LassoCV(max_iter=1, tol=1e-12, alphas=4).fit(X, y)


def test_no_variation_to_explain_chooses_the_highest_price(rng):
    model = LassoCV(alphas=5).fit(rng.normal(size=(20, 3)), np.full(20, 4.2))
    assert model.coef_.tolist() == [0.0] * 3
    assert model.intercept_ == pytest.approx(4.2, rel=1e-15)
    assert model.alphas_.tolist() == [1e-15] * 5


@pytest.mark.parametrize(
    ("how", "error", "match"),
    [
        ({"alphas": [0.1, -0.2]}, ValueError, "must be >= 0.0"),
        ({"l1_ratio": [0.5, 2.0]}, ValueError, "l1_ratio"),
        ({"l1_ratio": 0.0}, ValueError, "l1_ratio=0"),
        ({"eps": -1.0}, ValueError, "eps=-1.0"),
    ],
    ids=str,
)
def test_wrong_arguments_are_named(rng, how, error, match):
    X, y = made(rng)
    with pytest.raises(error, match=match):
        ElasticNetCV(**how).fit(X, y)


def test_a_fold_without_weight_is_an_error(rng):
    X, y = made(rng)
    weight = np.r_[np.zeros(10), np.ones(30)]
    with pytest.raises(ValueError, match="sample_weight is 0 in all rows that train, or in all that test"):
        LassoCV(cv=4).fit(X, y, weight)


def test_several_targets_are_refused(rng):
    X, y = made(rng)
    with pytest.raises(ValueError, match="1d array"):
        LassoCV().fit(X, np.column_stack([y, y]))
