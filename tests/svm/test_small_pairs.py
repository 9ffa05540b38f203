"""Small pairs of classes solved in one call: by hand, against one problem after the other, laws, edges."""

import numpy as np
import pytest
from sklearn.svm import SVC as Reference

from scratchml.core import record
from scratchml.svm import SVC, small_pairs, svc


def problem(rng, n, k, d=4):
    centres, y = rng.normal(size=(k, d)) * 2, np.concatenate([np.arange(k), rng.integers(k, size=n - k)])
    return centres[y] + rng.normal(size=(n, d)), y


def both_ways(monkeypatch, model, X, y, weight=None):
    """Return the model fitted pair after pair, and by `solve_small`."""
    with monkeypatch.context() as patch:
        patch.setattr(svc, "are_small", lambda task, settings: False)
        slow = SVC(**model.get_params()).fit(X, y, weight)
    assert small_pairs.are_small(model._task(X, y, weight), model._settings())
    return slow, model.fit(X, y, weight)


def check_same_bits(slow, fast):
    for name in ("dual_coef_", "intercept_", "support_", "n_support_", "n_iter_", "fit_status_"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name), err_msg=name)


# ---- by hand


def test_three_points_on_a_line_part_in_the_middle():
    # a pair of points at distance t: b = 2 / t^2 each, where C allows it; its border is half-way
    model = SVC(C=10.0, kernel="linear", decision_function_shape="ovo").fit([[0.0], [1.0], [3.0]], [0, 1, 2])
    assert model.n_iter_.tolist() == [1, 1, 1]
    halfway = model.decision_function([[0.5], [1.5], [2.0]])
    np.testing.assert_allclose(np.diagonal(halfway), 0.0, atol=1e-12)  # a few roundings of numbers near 1
    np.testing.assert_allclose(np.abs(model._coefficients()).max(axis=0), [2.0, 2.0 / 9.0, 0.5], rtol=1e-12)


# ---- against one problem after the other


@pytest.mark.parametrize("kernel", ["linear", "rbf", "poly", "sigmoid"])
@pytest.mark.parametrize(("n", "k"), [(9, 3), (60, 6), (150, 3), (200, 20)])
def test_bits_are_those_of_one_pair_after_the_other(rng, monkeypatch, kernel, n, k):
    check_same_bits(*both_ways(monkeypatch, SVC(kernel=kernel), *problem(rng, n, k)))


@pytest.mark.parametrize(
    "how",
    [
        {"tol": 1e-9},
        {"C": 1e4, "tol": 1e-7},  # more moves than points: what `solve_small` leaves to `solve`
        {"max_iter": 3},
        {"C": 1e9, "kernel": "linear"},
        {"class_weight": {0: 3.0, 1: 0.1}},
        {"shrinking": False},
    ],
)
@pytest.mark.filterwarnings("ignore:.*max_iter")
def test_bits_are_the_same_where_it_takes_longer(rng, monkeypatch, how):
    X, y = problem(rng, 90, 4)
    check_same_bits(*both_ways(monkeypatch, SVC(**how), X, y, rng.integers(0, 3, size=len(X)) + 0.5))


def test_labels_are_the_references(rng):
    X, y = problem(rng, 200, 10)
    np.testing.assert_array_equal(SVC().fit(X, y).predict(X), Reference().fit(X, y).predict(X))


# ---- laws


def test_threads_change_nothing(rng, monkeypatch):
    X, y = problem(rng, 200, 12)  # more pairs than a thread takes at a time
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "1")
    one = SVC().fit(X, y)
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "3")
    check_same_bits(one, SVC().fit(X, y))


def test_a_listener_hears_each_pairs_end(rng):
    X, y = problem(rng, 60, 5)
    steps = record(SVC().steps(X, y))
    ends = [step for step in steps if step.name == "end"]
    assert [step.problem for step in ends] == list(range(10))
    model = SVC().fit(X, y)
    assert model.n_iter_.tolist() == [step.iteration for step in ends]


# ---- edges


def test_a_cache_with_no_room_for_matrices_is_kept_to(rng):
    X, y = problem(rng, 60, 3)
    model = SVC(cache_size=1e-3, tol=1e-10)
    assert not small_pairs.are_small(model._task(X, y, None), model._settings())
    # rows of kernel values are products of another shape, rounded otherwise: the ways differ, their end does not
    np.testing.assert_allclose(model.fit(X, y).dual_coef_, SVC(tol=1e-10).fit(X, y).dual_coef_, rtol=1e-6, atol=1e-8)
