"""Objectives and initialisers: by hand, naive twin, outside reference, laws, edges and errors."""

import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.neural_network.objectives as naive
from scratchml.core.jit import plain_python
from scratchml.neural_network import (
    MSE,
    BinaryCrossEntropy,
    CrossEntropy,
    Hinge,
    Huber,
    Loss,
    Tensor,
    cross_entropy,
    objectives,
)
from scratchml.neural_network.initialisers import INITIALISERS, initialise, variance
from scratchml.neural_network.objectives import LOSSES, as_loss
from tests.naive.neural_network.autograd import slopes as finite_differences
from tests.problems import check_same_bits

seeds, sizes = st.integers(0, 10**6), st.integers(1, 4)


def example(name, rng, b, k):
    """Return outputs (b, k), off the kinks, and what is wanted."""
    z = rng.normal(size=(b, k)) * 2
    if name == "cross_entropy":
        return z, rng.integers(0, k, b)
    if name == "hinge":
        y = rng.choice([-1.0, 1.0], (b, k))
        return np.where(np.abs(1 - y * z) < 0.01, 0.0, z), y
    if name == "binary_cross_entropy":
        return z, rng.uniform(size=(b, k))
    y = rng.normal(size=(b, k))
    return np.where(np.abs(np.abs(z - y) - 1.0) < 0.01, y, z), y


# ---- by hand


def test_losses_on_paper():
    z, y = np.array([[0.0, 2.0]]), np.array([[1.0, 0.0]])
    assert MSE().forward(z, y) == 2.5
    assert Huber().forward(z, y) == (0.5 + 1.5) / 2
    assert Hinge().forward(z, 2 * y - 1) == (1 + 3) / 2
    assert BinaryCrossEntropy().forward(z, y) == pytest.approx(
        (math.log(2) + 2 + math.log1p(math.exp(-2))) / 2, rel=1e-15
    )
    assert CrossEntropy().forward(z, np.array([0])) == pytest.approx(2 + math.log1p(math.exp(-2)), rel=1e-15)


def test_initialisers_have_their_variances(rng):
    shape = (3, 3, 40, 20)  # fans 360 and 180
    for spread, v in (("glorot", 2 / 540), ("he", 2 / 360), ("lecun", 1 / 360)):
        assert variance(spread, shape) == v
        uniform, normal = (initialise(f"{spread}_{kind}", shape, rng) for kind in ("uniform", "normal"))
        assert np.abs(uniform).max() <= math.sqrt(3 * v)
        for W in (uniform, normal):
            assert abs(W.var() / v - 1) < 5 * math.sqrt(2 / W.size)  # five deviations of the estimate
            assert abs(W.mean()) < 5 * math.sqrt(v / W.size)
    assert not initialise("zeros", shape, rng).any()


# ---- naive twin


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_the_books(name, rng):
    z, y = example(name, rng, 5, 3)
    each = [
        getattr(naive, name)(*pair) for pair in (zip(z, y) if name == "cross_entropy" else zip(z.ravel(), y.ravel()))
    ]
    assert LOSSES[name]().forward(z, y) == pytest.approx(sum(each) / len(each), rel=1e-13)  # rounding


# ---- outside reference


def test_losses_are_scipys(rng):
    z, y = rng.normal(size=(6, 4)) * 50, rng.integers(0, 4, 6)
    expected = -scipy.special.log_softmax(z, axis=1)[np.arange(6), y].mean()
    assert CrossEntropy().forward(z, y) == pytest.approx(expected, rel=1e-13)  # rounding
    wanted = (rng.uniform(size=z.shape) < 0.5).astype(int)
    expected = -scipy.special.log_expit(np.where(wanted == 1, z, -z)).mean()
    assert BinaryCrossEntropy().forward(z, wanted) == pytest.approx(expected, rel=1e-13)
    assert Huber(2.0).forward(z, z * 0 + 3) == pytest.approx(scipy.special.huber(2.0, z - 3).mean(), rel=1e-13)


def size_of(x):
    return x.relu() + (-x).relu()


WITH_TENSORS = {
    "mse": lambda z, y: ((z - y) ** 2).mean(),
    "huber": lambda z, y: ((c := size_of(z - y) - (size_of(z - y) - 1.0).relu()) * (size_of(z - y) - c * 0.5)).mean(),
    "hinge": lambda z, y: (1.0 - z * y).relu().mean(),
    "binary_cross_entropy": lambda z, y: (z.relu() - z * y + ((-size_of(z)).exp() + 1.0).log()).mean(),
    "cross_entropy": cross_entropy,
}


@pytest.mark.parametrize("name", LOSSES)
def test_explicit_slopes_are_autograds(name, rng):
    z, y = example(name, rng, 6, 4)
    leaf, loss = Tensor(z, requires_grad=True), LOSSES[name]()
    expected = WITH_TENSORS[name](leaf, y)
    expected.backward()
    assert loss.forward(z, y) == pytest.approx(float(expected.value), rel=1e-13)  # rounding
    np.testing.assert_allclose(loss.backward(), leaf.grad, rtol=1e-12, atol=1e-15)  # rounding


# ---- laws


@given(sizes, sizes, seeds)
def test_slopes_are_those_of_finite_differences(b, k, seed):
    for name, kind in LOSSES.items():
        z, y = example(name, np.random.default_rng(seed), b, k)
        loss = kind()
        (expected,) = finite_differences(lambda z, y=y, loss=loss: loss.forward(z, y), [z.copy()])
        loss.forward(z, y)
        # 1e-6 of the largest slope, and the rounding of a loss near 1, divided by 2 h = 2e-5
        assert np.abs(loss.backward() - expected).max() <= 1e-6 * np.abs(expected).max() + 1e-10, name


@given(st.integers(1, 6), st.integers(1, 6), seeds)
def test_orthogonal_matrices_are(rows, columns, seed):
    W = initialise("orthogonal", (rows, columns), np.random.RandomState(seed))
    product = W.T @ W if rows >= columns else W @ W.T
    np.testing.assert_allclose(product, np.eye(min(rows, columns)), atol=1e-14, rtol=0)  # rounding


def test_all_rotations_are_as_likely():
    rng = np.random.RandomState(0)
    signs = [float(initialise("orthogonal", (1, 1), rng).item()) for _ in range(400)]
    assert set(signs) == {-1.0, 1.0}
    assert abs(sum(signs)) < 5 * math.sqrt(400)  # five standard deviations


def test_both_kinds_of_generator_draw():
    for rng in (np.random.RandomState(0), np.random.default_rng(0)):
        assert all(initialise(name, (2, 3, 4, 5), rng).shape == (2, 3, 4, 5) for name in INITIALISERS)


def test_classes_of_sequences_are_rows_too(rng):
    z, y = rng.normal(size=(2, 3, 4)), rng.integers(0, 4, (2, 3))
    loss, flat = CrossEntropy(), CrossEntropy()
    assert loss.forward(z, y) == flat.forward(z.reshape(6, 4), y.ravel())
    assert (loss.backward().reshape(6, 4) == flat.backward()).all()


@pytest.mark.parametrize("name", LOSSES)
def test_a_weight_of_two_is_the_row_twice(name, rng):
    z, y = example(name, rng, 4, 3)
    often = np.array([2, 0, 1, 3])
    weighted, repeated = LOSSES[name](), LOSSES[name]()
    found = weighted.forward(z, y, often.astype(float))
    assert found == pytest.approx(repeated.forward(np.repeat(z, often, axis=0), np.repeat(y, often, axis=0)), rel=1e-14)
    slopes = np.zeros_like(z)
    np.add.at(slopes, np.repeat(np.arange(4), often), repeated.backward())
    np.testing.assert_allclose(weighted.backward(), slopes, rtol=1e-13, atol=1e-16)  # rounding


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", LOSSES)
def test_the_order_in_memory_changes_nothing(name, dtype, rng):
    z, y = example(name, rng, 5, 3)
    expected, found = as_loss(name), as_loss(name)
    assert expected.forward(z.astype(dtype), y) == found.forward(np.asfortranarray(z, dtype), np.asfortranarray(y))
    check_same_bits(expected.backward(), found.backward())


def test_a_single_output_has_a_loss():
    assert BinaryCrossEntropy().forward(np.float64(0.0), 1.0) == pytest.approx(math.log(2.0), rel=1e-15)  # one rounding
    assert CrossEntropy().forward(np.zeros(3), 1) == pytest.approx(math.log(3.0), rel=1e-15)
    assert Huber().forward(np.float64(3.0), 1.0) == 1.5


@pytest.mark.parametrize("name", LOSSES)
def test_pieces_and_threads_change_the_order_of_the_sum_alone(name, rng, monkeypatch):
    (z, y), weight, found = example(name, rng, 50, 3), rng.random(50), []
    for piece, threads in ((30_000, "1"), (20, "1"), (20, "3")):
        monkeypatch.setattr(objectives, "PIECE", piece)
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        loss = LOSSES[name]()
        found.append((loss.forward(z, y, weight), loss.backward().copy()))
    assert found[1][0] == found[2][0] == pytest.approx(found[0][0], rel=1e-14)  # rounding of 150 sums
    assert all((slopes == found[0][1]).all() for _, slopes in found)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_plain_python_gives_the_same_bits(dtype, rng):
    for name in ("huber", "binary_cross_entropy"):
        z, y = (a.astype(dtype) for a in example(name, rng, 9, 4))
        loss = LOSSES[name]()
        compiled, slopes = loss.forward(z, y), loss.backward().copy()
        with plain_python():
            assert loss.forward(z, y) == compiled
        assert (loss.backward() == slopes).all()


# ---- edges and errors


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_ten_thousand_are_safe(dtype):
    z = np.array([[1e4, -1e4], [-1e4, 1e4]], dtype=dtype)
    for loss, y, expected in (
        (CrossEntropy(), np.array([1, 1]), 1e4),
        (BinaryCrossEntropy(), np.array([[0, 0], [0, 1]]), 2500.0),
        (Hinge(), np.array([[-1, 1], [-1, 1]]), 10001 / 2),
        (Huber(), z * 0, 1e4 - 0.5),
        (MSE(), z * 0, 1e8),
    ):
        assert loss.forward(z, y) == expected
        assert loss.backward().dtype == dtype
        assert np.isfinite(loss.backward()).all()
    loss = CrossEntropy()
    loss.forward(z, np.array([1, 1]))
    assert loss.backward().tolist() == [[0.5, -0.5], [0.0, 0.0]]


def test_the_room_for_slopes_is_used_again():
    loss = MSE()
    loss.forward(np.ones((4, 2)), np.zeros((4, 2)))
    place, memory = loss.backward().ctypes.data, loss.nbytes
    loss.forward(np.ones((3, 2)), np.zeros((3, 2)))
    assert loss.backward().shape == (3, 2)
    assert (loss.backward().ctypes.data, loss.nbytes) == (place, memory)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: MSE().forward(np.ones((2, 1)), np.ones(2)), ValueError, r"outputs \(2, 1\) and y \(2,\)"),
        (lambda: MSE().forward(np.ones((0, 1)), np.ones((0, 1))), ValueError, "one row or more"),
        (lambda: MSE().forward(np.ones((1, 1)), [[np.nan]]), ValueError, "holds NaN or infinity"),
        (lambda: MSE().forward(np.ones((1, 1)), [["a"]]), TypeError, "must hold numbers"),
        (lambda: MSE().backward(), ValueError, "call forward before"),
        (lambda: Hinge().forward(np.ones((1, 1)), [[0]]), ValueError, "must be -1 or 1"),
        (lambda: BinaryCrossEntropy().forward(np.ones((1, 1)), [[2]]), ValueError, r"must be in \[0, 1\]"),
        (lambda: CrossEntropy().forward(np.ones((1, 2)), [0.5]), TypeError, "classes as integers"),
        (lambda: CrossEntropy().forward(np.ones((1, 2)), [2]), ValueError, "holds class 2, but there are 2 outputs"),
        (lambda: CrossEntropy().forward(np.ones((1, 2)), [-1]), ValueError, "numbered from 0"),
        (lambda: CrossEntropy().forward(np.ones((1, 2)), [0, 1]), ValueError, "do not go together"),
        (lambda: Huber(0), ValueError, "delta"),
        (lambda: as_loss("mae"), ValueError, "loss='mae' is unknown; use one of mse"),
        (lambda: as_loss(3), TypeError, "loss=3 must be the name"),
        (lambda: Loss().lose(0, 0, 0), NotImplementedError, "must have lose"),
        (lambda: initialise("best", (2, 2), np.random), ValueError, "initialiser='best' is unknown"),
        (lambda: initialise("zeros", (2,), np.random), ValueError, "two axes or more"),
    ],
)
def test_what_cannot_be_done_is_said(call, error, words):
    with pytest.raises(error, match=words):
        call()
