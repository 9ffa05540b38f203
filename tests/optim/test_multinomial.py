"""Cross-entropy of several classes: by hand, naive twin (60 digits), outside reference, laws, edges and errors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from sklearn._loss import HalfMultinomialLoss

import tests.naive.optim.multinomial as naive
from scratchml.core.jit import plain_python
from scratchml.optim import check_gradient, loss_named, multinomial, softmax
from scratchml.optim.multinomial import BLOCK, add_cross_entropies, cross_entropy_row

EPS = np.finfo(np.float64).eps
NOTHING = np.empty(0)

rows = st.lists(st.floats(-50.0, 50.0), min_size=1, max_size=6).map(np.array)


def problem(rng, n, k):
    return rng.normal(size=(n, k)) * 3, rng.integers(k, size=n)


# ---- by hand


def test_a_row_on_paper():
    # shares 1/6, 2/6, 3/6; the class that came has 2/6
    slope = np.empty(3)
    loss = cross_entropy_row(np.log([1.0, 2.0, 3.0]), 1, slope)
    assert loss == pytest.approx(math.log(3.0), rel=4 * EPS)  # a few roundings
    assert slope == pytest.approx([1 / 6, -4 / 6, 3 / 6], rel=8 * EPS)  # the same
    assert softmax([np.log([1.0, 2.0, 3.0])])[0] == pytest.approx([1 / 6, 2 / 6, 3 / 6], rel=8 * EPS)  # the same


def test_the_formulas_of_the_docstring_hold(rng):
    for Z in rng.normal(size=(20, 4)):
        t, label, slope = Z.max(), 2, np.empty(4)
        loss = cross_entropy_row(Z, label, slope)
        assert loss == pytest.approx(math.log(np.exp(Z - t).sum()) + t - Z[label], rel=1e-14)  # a few roundings
        shares = np.exp(Z - t) / np.exp(Z - t).sum()
        np.testing.assert_allclose(slope, shares - (np.arange(4) == label), rtol=1e-14, atol=4 * EPS)  # the same
        curvature = np.diag(shares) - np.outer(shares, shares)
        assert np.linalg.eigvalsh(curvature).max() <= loss_named("multinomial").smoothness == 0.5


# ---- naive twin


@given(rows, st.data())
def test_losses_slopes_and_shares_are_those_of_60_digits(Z, data):
    label = data.draw(st.integers(0, len(Z) - 1))
    slope = np.empty(len(Z))
    loss = cross_entropy_row(Z, label, slope)
    expected, slopes = naive.loss_and_slopes(Z.tolist(), label)
    rounding = EPS * (16 + 2 * np.abs(Z).max())  # a logit's difference is rounded, and exp multiplies that by its size
    assert loss == pytest.approx(expected, rel=rounding, abs=0)
    np.testing.assert_allclose(slope, slopes, rtol=rounding, atol=0)
    shares = [float(share) for share in naive.softmax(Z.tolist())]
    np.testing.assert_allclose(softmax([Z])[0], shares, rtol=rounding, atol=0)


# ---- outside reference


def test_softmax_is_scipys(rng):
    Z = rng.normal(size=(300, 5)) * 30
    np.testing.assert_allclose(softmax(Z), special.softmax(Z, axis=1), rtol=200 * EPS)  # logits to 100: as above


@pytest.mark.parametrize("weighted", [False, True])
def test_losses_and_slopes_are_scikit_learns(rng, weighted):
    Z, labels = problem(rng, 400, 4)
    weight = rng.random(400) if weighted else None
    slope = np.empty_like(Z)
    total = add_cross_entropies(Z, labels, weight if weighted else NOTHING, slope)
    loss, gradient = HalfMultinomialLoss(n_classes=4).loss_gradient(labels.astype(np.float64), Z, weight)
    assert total == pytest.approx(loss.sum(), rel=1e-13)  # 400 additions in another order
    np.testing.assert_allclose(slope, gradient, rtol=1e-12, atol=1e-15)  # theirs rounds 1 - p


# ---- laws


@given(rows, st.data())
def test_slopes_are_those_of_finite_differences(Z, data):
    Z, label = Z / 10, data.draw(st.integers(0, len(Z) - 1))

    def loss_and_gradient(logits):
        slope = np.empty(len(logits))
        return cross_entropy_row(logits, label, slope), slope

    assert check_gradient(loss_and_gradient, Z) < 1e-7  # the differences' own error


@given(rows, st.floats(-1e3, 1e3))
def test_a_constant_added_to_all_logits_changes_nothing(Z, constant):
    rounding = EPS * (16 + 4 * (np.abs(Z).max() + abs(constant)))  # of the sums
    np.testing.assert_allclose(softmax([Z + constant]), softmax([Z]), rtol=rounding, atol=0)


@given(rows)
def test_shares_sum_to_1_and_slopes_to_0(Z):
    assert softmax([Z]).sum() == pytest.approx(1.0, abs=8 * EPS)  # six roundings
    slope = np.empty(len(Z))
    assert cross_entropy_row(Z, 0, slope) >= 0.0
    assert abs(slope.sum()) <= 8 * EPS  # the same


@given(st.floats(-700.0, 700.0), st.integers(0, 1))
def test_two_classes_are_log_loss(z, label):
    slope = np.empty(2)
    loss, two = cross_entropy_row(np.array([0.0, z]), label, slope), loss_named("log_loss")
    assert loss == pytest.approx(float(two.values(z, 2 * label - 1)), rel=1e-14, abs=0)  # a few roundings
    assert slope[1] == pytest.approx(float(two.slopes(z, 2 * label - 1)), rel=1e-14, abs=0)  # the same


@pytest.mark.parametrize("k", [1, 2, 3, 50, BLOCK, BLOCK + 1])
def test_a_total_is_the_weighted_sum_of_the_rows(rng, k):
    n = max(3, 2 * BLOCK // k)
    Z, labels = problem(rng, n, k)
    weight, slope, one = rng.random(n), np.empty((n, k)), np.empty(k)
    found = add_cross_entropies(Z, labels, weight, slope)
    total = 0.0
    for i in range(n):
        total += weight[i] * cross_entropy_row(Z[i], labels[i], one)
        assert (slope[i] == weight[i] * one).all()
    assert found == total
    assert add_cross_entropies(Z, labels, NOTHING, slope) == add_cross_entropies(Z, labels, np.ones(n), slope)


def test_compiled_and_plain_give_the_same_bits(rng):
    Z, labels = problem(rng, 60, 3)
    weight, compiled, plain = rng.random(60), np.empty((60, 3)), np.empty((60, 3))
    expected, shares = add_cross_entropies(Z, labels, weight, compiled), softmax(Z)
    with plain_python():
        assert multinomial.add_cross_entropies(Z, labels, weight, plain) == expected
        assert softmax(Z).tobytes() == shares.tobytes()
    assert plain.tobytes() == compiled.tobytes()


# ---- edges and errors


def test_logits_of_ten_thousand_do_not_overflow():
    slope = np.empty(3)
    assert cross_entropy_row(np.array([1e4, 0.0, -1e4]), 0, slope) == 0.0
    assert slope.tolist() == [0.0, 0.0, 0.0]
    assert cross_entropy_row(np.array([1e4, 0.0, -1e4]), 2, slope) == 2e4
    assert slope.tolist() == [1.0, 0.0, -1.0]
    assert softmax([[1e4, 1e4, -1e4], [-1e4, -1e4, -1e4]]).tolist() == [[0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]]


def test_a_row_that_fits_well_keeps_its_digits():
    slope = np.empty(2)
    loss = cross_entropy_row(np.array([40.0, 0.0]), 0, slope)
    expected, slopes = naive.loss_and_slopes([40.0, 0.0], 0)
    assert expected < 1e-17
    assert loss == pytest.approx(expected, rel=64 * EPS, abs=0)  # exp of 40 rounded
    assert slope == pytest.approx(slopes, rel=64 * EPS, abs=0)  # the same


def test_nan_stays_nan_in_its_row_alone():
    found = softmax([[0.0, np.nan], [np.nan, 0.0], [0.0, 0.0]])
    assert np.isnan(found[:2]).all()
    assert found[2].tolist() == [0.5, 0.5]
    assert np.isnan(add_cross_entropies(np.array([[0.0, np.nan]]), np.array([0]), NOTHING, np.empty((1, 2))))


def test_one_class_costs_nothing():
    slope = np.empty((4, 1))
    assert add_cross_entropies(np.arange(4.0)[:, None], np.zeros(4, dtype=np.int64), NOTHING, slope) == 0.0
    assert not slope.any()
    assert softmax(np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("logits", [[1.0, 2.0], 3.0, np.zeros((3, 0)), np.zeros((2, 2, 2))])
def test_wrong_shapes_are_named(logits):
    with pytest.raises(ValueError, match=r"logits has shape .*one row per sample"):
        softmax(logits)


def test_inputs_are_kept(rng):
    Z = rng.normal(size=(5, 3))
    before = Z.copy()
    softmax(Z)
    softmax(np.asfortranarray(Z))
    assert (Z == before).all()
    assert (softmax(np.asfortranarray(Z)) == softmax(Z)).all()
