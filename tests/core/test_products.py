"""Tests of core/products.py: the product that checks its rows on the way."""

import numpy as np
import pytest

from scratchml import decomposition, linear_model, svm
from scratchml.core import checked_product, finite, products, rows_apart, surely_finite

LAYOUTS = {
    "rows": np.ascontiguousarray,
    "columns": np.asfortranarray,
    "float32": lambda X: X.astype(np.float32),
    "every second row": lambda X: np.repeat(X, 2, axis=0)[::2],
    "every second column": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "backwards": lambda X: X[::-1, ::-1].copy()[::-1, ::-1],
}
MODELS = [
    linear_model.LinearRegression(),
    linear_model.Ridge(),
    linear_model.RidgeCV(),
    linear_model.RidgeClassifier(),
    linear_model.RidgeClassifierCV(),
    linear_model.Lasso(alpha=1e6),  # all weights are 0: a product that left them out would not meet the bad values
    linear_model.ElasticNet(),
    linear_model.LassoCV(),
    linear_model.ElasticNetCV(),
    linear_model.LogisticRegression(),
    linear_model.LogisticRegressionCV(l1_ratios=(0,), use_legacy_attributes=False, scoring="accuracy"),
    linear_model.SGDClassifier(random_state=0),
    linear_model.SGDRegressor(random_state=0),
    linear_model.Perceptron(),
    svm.LinearSVC(),
    svm.LinearSVR(),
    decomposition.PCA(2),
    decomposition.IncrementalPCA(2),
]


@pytest.fixture
def small_blocks(monkeypatch):
    """Make several portions of several blocks of few rows."""
    for name, value in (("BLOCK", 12), ("LEAST_ROWS", 3), ("PORTION", 2)):
        monkeypatch.setattr(products, name, value)


# By hand


def test_a_product_and_its_shift():
    X, W = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]])
    assert checked_product(X, W[:, 2], 0.5).tolist() == [1.5, 1.5]
    assert checked_product(X, W, np.array([0.0, 10.0, 0.0])).tolist() == [[1.0, 12.0, 1.0], [3.0, 14.0, 1.0]]


# Naive twin: check all, then multiply all


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 3)])
def test_blocks_make_the_whole_product_for_any_layout(layout, shape, small_blocks, rng):
    X, W = LAYOUTS[layout](rng.normal(size=(29, 4))).astype(np.float64), rng.normal(size=shape)
    expected = X @ W + 2.0
    for n_jobs in (1, 2):
        found = checked_product(X, W, 2.0, n_jobs)
        np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-14)  # sums of four products: rounding


WEIGHTS = {  # with a feature that the product may leave out, or none
    "a zero": np.array([1.0, 0.0, -1.0]),
    "none": np.array([1.0, 5e-324, -1.0]),
    "a row of zeros": np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]),
    "none in all": np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 1.0]]),
}


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_bad_value_is_refused_wherever_it_stands(layout, bad, weights, small_blocks, rng):
    good, W = rng.normal(size=(8, 3)), WEIGHTS[weights]
    for i in range(8):
        for f in range(3):
            X = good.copy()
            X[i, f] = bad
            with pytest.raises(ValueError, match=rf"Input X contains .*first at row {i}, column {f}; .*(imputer|clip)"):
                checked_product(LAYOUTS[layout](X).astype(np.float64), W, n_jobs=1 + i % 2)


def test_two_infinities_that_cancel_are_refused():
    with pytest.raises(ValueError, match="infinity"):
        checked_product(np.array([[np.inf, -np.inf]]), np.ones(2))


def test_an_infinite_product_of_finite_rows_is_returned_whatever_the_number_of_blocks(small_blocks):
    X = np.full((20, 2), 1e200)
    assert checked_product(X, np.array([1e200, 1.0])).tolist() == [np.inf] * 20
    assert checked_product(X, np.array([1.0, -1.0])).tolist() == [0.0] * 20


# Laws


def test_threads_give_the_same_bits(small_blocks, rng):
    X, W = rng.normal(size=(50, 4)), rng.normal(size=(4, 3))
    assert np.array_equal(checked_product(X, W, n_jobs=1), checked_product(X, W, n_jobs=2))


@pytest.mark.parametrize("at_once", [2**22, 2**12])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_finite_numbers_pass_and_others_never_do(layout, at_once, monkeypatch, rng):
    monkeypatch.setattr(finite, "AT_ONCE", at_once)
    for size in (3, 3000):  # few numbers, and more than are looked at at a time
        X = rng.normal(size=(size, 5))
        assert surely_finite(LAYOUTS[layout](X))
        for bad in (np.nan, np.inf, -np.inf):
            X[-1, -1] = bad
            assert not surely_finite(LAYOUTS[layout](X))


def test_huge_numbers_are_finite_though_their_squares_are_not():
    X = np.full((4, 2), 1e200)
    assert not surely_finite(X)  # which says no more than "look closer"
    assert checked_product(X, np.array([1.0, -1.0])).tolist() == [0.0] * 4


# Edges and errors: every estimator that multiplies


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_no_model_takes_a_bad_value_anywhere(model, small_blocks, monkeypatch, rng):
    good = rng.normal(size=(30, 4))
    target = (good[:, 0] > 0).astype(np.int64) if hasattr(model, "predict") else None
    model.fit(good, target)
    call = model.predict if target is not None else model.transform
    expected = call(good[:9])
    for number, (i, f) in enumerate((i, f) for i in range(9) for f in range(4)):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", str(1 + number % 2))
        layout = LAYOUTS[list(LAYOUTS)[number % len(LAYOUTS)]]
        X = good[:9].copy()
        X[i, f] = (np.nan, np.inf, -np.inf)[number % 3]
        with pytest.raises(ValueError, match=rf"Input X contains .*row {i}, column {f}; "):
            call(layout(X))
        near = 1e-5 if layout is LAYOUTS["float32"] else 1e-12  # rounding, of the input too
        np.testing.assert_allclose(call(layout(good[:9])), expected, rtol=near, atol=near)


def test_rows_of_a_product_of_columns_are_no_multiple_of_128():
    for size in range(1, 5000):
        assert 0 <= rows_apart(size) - size <= 12
        assert rows_apart(size) % 128
