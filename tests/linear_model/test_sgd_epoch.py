"""One epoch: by hand, naive twin, outside reference, laws, edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils._random import _our_rand_r_py

import tests.naive.linear_model.sgd_epoch as naive
from scratchml.core.jit import plain_python
from scratchml.linear_model import sgd_epoch
from scratchml.linear_model.sgd_epoch import (
    Place,
    Recipe,
    add_row,
    collect,
    fold,
    list_losses,
    product,
    run_epoch,
    sample_loss,
    sample_slope,
    squared_length,
    take_steps,
    xorshift_shuffle,
)
from scratchml.linear_model.sgd_estimator import LOSSES
from scratchml.linear_model.sgd_schedule import CONSTANT, INVSCALING, PA1, PA2

EPS = np.finfo(np.float64).eps
seeds = st.integers(0, 10**6)


def recipe_of(loss="squared_error", **changes):
    """Return a recipe with constant steps and no penalty, but for `changes`."""
    code, p = LOSSES[loss]
    plain = Recipe(code, 0.1 if p is None else p, 0.01, 0.0, 0.0, CONSTANT, 0.1, 0.5, 0.0, 1.0, 1.0, True, 0, True)
    return plain._replace(**changes)


def epoch(X, y, recipe, weight=None, v=None, place=None, order=None):
    """Run one epoch; return v, m, paid and the place reached, everything in new arrays."""
    n, d = X.shape
    v = np.zeros(d) if v is None else v.copy()
    m, paid = np.zeros(d if recipe.average else 0), np.zeros(d if recipe.l1_share else 0)
    order = np.arange(n) if order is None else order
    place = Place(1.0, recipe.eta0) if place is None else place
    weight = np.ones(n) if weight is None else weight
    return v, m, paid, Place(*run_epoch(X, y, weight, order, v, (m, paid), place, recipe))


# ---- by hand


def test_two_steps_of_squared_error_on_paper():
    # w = b = 0, x = (1, 2), y = 3: z = 0, slope -3, c = 0.3: w = (0.3, 0.6), b = 0.3
    # x = (1, 0), y = 1: z = 0.6, slope -0.4, c = 0.04: w = (0.34, 0.6), b = 0.34; losses 4.5 and 0.08
    v, _, _, place = epoch(np.array([[1.0, 2.0], [1.0, 0.0]]), np.array([3.0, 1.0]), recipe_of())
    assert v == pytest.approx([0.34, 0.6], rel=4 * EPS)
    assert (place.t, place.b, place.loss) == pytest.approx((3.0, 0.34, 4.58), rel=4 * EPS)
    assert place.objective == place.loss


def test_the_l2_penalty_on_paper():
    # alpha 0.5, eta 0.1: weights shrink by 1 - 0.05 first, then x y eta is added
    v, _, _, place = epoch(np.array([[1.0]]), np.array([1.0]), recipe_of(alpha=0.5, l2_share=1.0), v=np.array([2.0]))
    # z = 2, slope 1, c = -0.1; w = 0.95 * 2 - 0.1
    assert v[0] * place.scale == pytest.approx(1.8, rel=4 * EPS)
    assert place.scale == pytest.approx(0.95)


def test_the_l1_penalty_on_paper_takes_what_is_owed_and_no_more():
    # owed 0.3: 1.0 pays it down to 0.7; -0.1 pays all it has; 0 pays nothing
    v, paid = np.array([1.0, -0.1, 0.0]), np.zeros(3)
    collect(v, paid, 0.3, 1.0)
    assert v == pytest.approx([0.7, 0.0, 0.0])
    assert paid == pytest.approx([-0.3, 0.1, 0.0])
    collect(v, paid, 0.3, 1.0)  # nothing new is owed
    assert v == pytest.approx([0.7, 0.0, 0.0])
    v[1] = -0.5
    collect(v, paid, 0.4, 1.0)  # the second owes 0.4 and has paid 0.1, upwards
    assert v == pytest.approx([0.6, -0.2, 0.0])


def test_the_passive_aggressive_steps_on_paper():
    # x = (3, 4), y = 1, w = 0: hinge loss 1, |x|^2 = 25: pa1 steps 1/25 (or eta0), pa2 1 / (25 + 1 / (2 eta0))
    X, y = np.array([[3.0, 4.0]]), np.array([1.0])
    found, _, _, _ = epoch(X, y, recipe_of("hinge", schedule=PA1, eta0=1.0))
    assert found == pytest.approx([3 / 25, 4 / 25])
    found, _, _, _ = epoch(X, y, recipe_of("hinge", schedule=PA1, eta0=0.01))
    assert found == pytest.approx([0.03, 0.04])
    found, _, _, _ = epoch(X, -y, recipe_of("hinge", schedule=PA2, eta0=0.5))
    assert found == pytest.approx([-3 / 26, -4 / 26])
    # numbers: y = 2.1, z = 0, p = 0.1: loss 2, upwards
    found, _, _, _ = epoch(X, 2.1 * y, recipe_of("epsilon_insensitive", schedule=PA1, eta0=1.0))
    assert found == pytest.approx([6 / 25, 8 / 25])


def test_one_row_and_the_weights_on_paper():
    v, X = np.array([1.0, -2.0]), np.array([[3.0, 1.0], [2.0, 5.0]])
    assert product(v, X, 0) == 1.0
    assert squared_length(X, 1) == 29.0
    assert add_row(v, X, 0, 2.0, 1) == (14.0, 49.0, 7.0)
    assert v.tolist() == [7.0, 0.0]
    m = np.array([1.0, 1.0])
    fold(v, m, 0.5, 2.0, 3.0)
    assert v.tolist() == [3.5, 0.0]
    assert m == pytest.approx([5.0, 1.0 / 3.0])


# ---- naive twin


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_and_slopes_are_the_books(loss, rng):
    code, p = LOSSES[loss]
    p = 0.7 if p is None else p
    for z in rng.normal(scale=3.0, size=60):
        y = rng.choice([-1.0, 1.0]) if loss in ("hinge", "perceptron", "log_loss") else rng.normal()
        told = max(y, 0.0) if loss == "log_loss" else y  # the kernel's log_loss wants 0 and 1
        assert sample_loss(code, p, z, told) == pytest.approx(naive.LOSSES[loss](z, y, p), rel=1e-13, abs=1e-15)
        expected = naive.slope(loss, z, y, p)
        assert sample_slope(code, p, z, told) == pytest.approx(expected, rel=1e-7, abs=1e-7)  # of the differences


@pytest.mark.parametrize("penalty", ["l2", "l1", "elasticnet", None])
@pytest.mark.parametrize("loss", LOSSES)
def test_an_epoch_is_the_books(loss, penalty, rng):
    X, y = rng.normal(size=(40, 3)), rng.choice([-1.0, 1.0], size=40)
    weight = rng.random(40)
    how = {"alpha": 0.05, "eta0": 0.02, "power_t": 0.25, "schedule": "invscaling", "penalty": penalty, "p": 0.3}
    iterates, objectives = naive.descend(X.tolist(), y.tolist(), loss, epochs=1, weight=weight.tolist(), **how)
    code, p = LOSSES[loss]
    l1 = {"l1": 1.0, "elasticnet": 0.15}.get(penalty, 0.0)
    shares = {"l1_share": l1, "l2_share": 0.0 if penalty is None else 1.0 - l1}
    recipe = Recipe(code, 0.3 if p is None else p, 0.05, 0, 0, INVSCALING, 0.02, 0.25, 0.0, 1.0, 1.0, True, 1, True)
    recipe = recipe._replace(**shares)
    told = np.maximum(y, 0.0) if loss == "log_loss" else y
    v, m, _, place = epoch(X, told, recipe, weight)
    fold(v, m, place.scale, place.lag, place.growth)
    near = {"rtol": 1e-6, "atol": 1e-8}  # the twin's slopes are differences, right to 1e-9
    np.testing.assert_allclose(v, iterates[-1][0], **near)
    np.testing.assert_allclose(place.b, iterates[-1][1], **near)
    if l1 == 0.0:
        np.testing.assert_allclose(m, np.mean([w for w, _ in iterates], axis=0), **near)
        np.testing.assert_allclose(place.objective / 40, objectives[0], **near)
    np.testing.assert_allclose(place.mean_b, np.mean([b for _, b in iterates]), **near)


@given(seeds)
def test_the_shuffle_is_the_books(seed):
    found = np.arange(seed % 50 + 1)
    xorshift_shuffle(seed + 1, found)
    assert found.tolist() == naive.shuffled(range(len(found)), seed + 1)


# ---- outside reference


def test_the_first_number_of_the_generator_is_scikit_learns():
    for seed in (1, 2, 12345, 2**31 - 2):
        assert next(naive.xorshift(seed)) == _our_rand_r_py(seed)


# ---- laws


@given(seeds)
def test_scale_beside_the_weights_changes_nothing_but_rounding(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    recipe = recipe_of(alpha=0.5, l2_share=1.0, average=1)
    one_go = epoch(X, y, recipe)
    v, m, place = one_go[0] * 0.0, np.zeros(3), Place(1.0, 0.1)
    for i in range(20):  # fold after each step
        place = take_steps(X, y, np.ones(20), np.array([i]), v, (m, np.zeros(0)), place, recipe)
        fold(v, m, place.scale, place.lag, place.growth)
        place = place._replace(scale=1.0, lag=0.0, growth=1.0)
    fold(one_go[0], one_go[1], one_go[3].scale, one_go[3].lag, one_go[3].growth)
    np.testing.assert_allclose(v, one_go[0], rtol=1e-12, atol=1e-14)  # 20 roundings
    np.testing.assert_allclose(m, one_go[1], rtol=1e-12, atol=1e-14)


@given(
    seeds,
    st.sampled_from(["huber", "hinge", "perceptron"]),
    st.sampled_from([0.01, 5.0]),
    st.sampled_from([0.0, 0.5]),
    st.sampled_from([CONSTANT, PA1]),
)
def test_steps_one_by_one_are_the_epoch_to_the_last_bit(seed, loss, alpha, l1_share, schedule):
    # alone, a row's product is worked out when its turn comes: so no product ahead may be out of date
    rng = np.random.default_rng(seed)
    X, weight, start = rng.normal(size=(40, 3)), rng.random(40), 3 * rng.normal(size=3)
    y = np.sign(X @ start + 0.3 * rng.normal(size=40))  # mistakes are few
    X[rng.random(40) < 0.1] = 0.0  # pa1 passes these over
    how = {"alpha": alpha, "l2_share": 0.5, "l1_share": l1_share, "average": 5, "eta0": 0.2, "schedule": schedule}
    recipe = recipe_of(loss, **how)
    v, m, paid, place = epoch(X, y, recipe, weight, start)
    v1, m1, paid1, place1 = start.copy(), np.zeros(3), np.zeros(len(paid)), Place(1.0, 0.2)
    for i in range(40):
        place1 = Place(*run_epoch(X, y, weight, np.array([i]), v1, (m1, paid1), place1, recipe))
    assert place1 == place
    assert v1.tobytes() == v.tobytes()
    assert m1.tobytes() == m.tobytes()
    assert paid1.tobytes() == paid.tobytes()


def test_rows_copied_together_change_no_bit(rng, monkeypatch):
    X, y, weight, order = rng.normal(size=(300, 7)), rng.normal(size=300), rng.random(300), rng.permutation(300)
    recipe = recipe_of(l2_share=1.0, average=1)
    for at_a_time in (7, 50, 2048):  # numbers: one row at a time, several, all
        v, m = np.zeros(7), np.zeros(7)
        with plain_python():
            monkeypatch.setattr(sgd_epoch, "CACHE_NUMBERS", 10)
            monkeypatch.setattr(sgd_epoch, "BLOCK_NUMBERS", at_a_time)
            found = sgd_epoch.run_epoch(X, y, weight, order, v, (m, np.zeros(0)), Place(1.0, 0.1), recipe)
        expected_v, expected_m, _, expected = epoch(X, y, recipe, weight, order=order)
        assert found == expected
        assert v.tobytes() == expected_v.tobytes()
        assert m.tobytes() == expected_m.tobytes()
    many = rng.normal(size=(sgd_epoch.CACHE_NUMBERS // 100 + 7, 100))  # and compiled, as it is
    y, order = many @ rng.normal(size=100), rng.permutation(len(many))
    recipe = recipe._replace(eta0=1e-3)
    v, m, _, found = epoch(many, y, recipe, order=order, place=Place(1.0, 1e-3))
    expected_v, m = np.zeros(100), np.zeros(100)
    extra = (m, np.zeros(0))
    assert found == take_steps(many, y, np.ones(len(y)), order, expected_v, extra, Place(1.0, 1e-3), recipe)
    assert v.tobytes() == expected_v.tobytes()


@pytest.mark.parametrize("n", [30, sgd_epoch.CACHE_NUMBERS // 5 + 1])  # the rows as they stand, and copied together
def test_no_weights_are_weights_of_one_to_the_last_bit(rng, n):
    X, y = rng.normal(size=(n, 5)), np.sign(rng.normal(size=n))
    recipe = recipe_of("log_loss", above=0.7, below=1.3, l2_share=1.0, average=1)
    order = rng.permutation(n)
    expected = epoch(X, y, recipe, np.ones(n), order=order)
    found = epoch(X, y, recipe, np.empty(0), order=order)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@given(seeds, st.sampled_from(["hinge", "log_loss", "squared_hinge", "modified_huber", "perceptron"]))
def test_other_labels_turn_the_plane_round(seed, loss):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(20, 3)), rng.choice([-1.0, 1.0], size=20)
    low = 0.0 if loss == "log_loss" else -1.0
    recipe = recipe_of(loss, l2_share=0.5, l1_share=0.5)
    v, _, _, place = epoch(X, np.where(y > 0, 1.0, low), recipe)
    other, _, _, other_place = epoch(X, np.where(y < 0, 1.0, low), recipe)
    np.testing.assert_allclose(other, -v, rtol=1e-12, atol=1e-15)  # 1 / (1 + e) and e / (1 + e) round apart
    np.testing.assert_allclose(other_place.b, -place.b, rtol=1e-12, atol=1e-15)


# ---- edges


def test_a_row_of_zeros_is_passed_over_by_pa1_alone():
    X, y = np.zeros((1, 2)), np.array([1.0])
    assert epoch(X, y, recipe_of("hinge", schedule=PA1))[3].t == 1.0
    assert epoch(X, y, recipe_of("hinge", schedule=PA2))[3].t == 2.0


def test_a_tiny_scale_is_multiplied_in_and_a_huge_step_clears_the_weights():
    recipe = recipe_of(alpha=1.0, l2_share=1.0, eta0=20.0, average=1)  # 1 - eta alpha is below 0: weights become 0
    v, _, _, place = epoch(np.array([[1.0]]), np.array([0.0]), recipe, v=np.array([3.0]), place=Place(1.0, 20.0))
    assert place.scale == 1.0
    assert v[0] == -60.0


def test_log_loss_is_right_where_exp_would_overflow():
    z = np.array([-800.0, -36.5, -2.5, 0.0, 17.0, 25.0, 40.0, 800.0])
    loss, slope = np.empty(8), np.empty(8)
    list_losses(sgd_epoch.LOG_LOSS, 0.0, z, np.zeros(8), loss, slope)
    np.testing.assert_allclose(loss, np.logaddexp(0.0, z), rtol=4 * EPS)
    assert np.isfinite(slope).all()
    assert slope[0] == 0.0
    assert slope[-1] == 1.0
    assert slope[1] == pytest.approx(math.exp(-36.5), rel=4 * EPS)


def test_a_huge_slope_is_cut():
    v, _, _, _ = epoch(np.array([[1.0]]), np.array([1e150]), recipe_of())
    assert v[0] == pytest.approx(0.1 * 1e12)
