"""The autograd engine: by hand, naive twin, outside reference, laws, edges and errors."""

import math
import weakref

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

import tests.naive.neural_network.autograd as naive
from scratchml.neural_network import Tensor, autograd, cross_entropy, no_grad
from scratchml.neural_network.forward_backward import Network, Rows

shapes = array_shapes(min_dims=1, max_dims=3, max_side=3)
seeds = st.integers(0, 10**6)


def check_slopes(function, *arrays):
    """Assert that backward through `function` of tensors gives the slopes of finite differences."""
    weights = np.random.default_rng(1).normal(size=function(*map(Tensor, arrays)).shape)
    expected = naive.slopes(lambda *a: float((function(*map(Tensor, a)).value * weights).sum()), arrays)
    leaves = [Tensor(a, requires_grad=True) for a in arrays]
    function(*leaves).backward(weights)
    for leaf, slope in zip(leaves, expected, strict=True):
        assert leaf.grad.shape == leaf.shape
        assert np.abs(leaf.grad - slope).max() < 1e-6 * max(np.abs(slope).max(), 1e-2)  # h^2, and rounding / h: 1e-10


# ---- by hand


def test_a_product_and_a_sum_on_paper():
    x, y = Tensor(3.0, requires_grad=True), Tensor(4.0, requires_grad=True)
    (x * y + x).backward()  # slopes y + 1 and x
    assert (x.grad.item(), y.grad.item()) == (5.0, 3.0)


def test_every_operation_has_numpys_value(rng):
    a = rng.uniform(0.5, 2.0, (2, 3))
    t = Tensor(a)
    for found, expected in [
        (t + 1, a + 1), (2 - t, 2 - a), (3 / t, 3 / a), (-t, -a), (t**2, a**2), (a * t, a * a), (a.T @ t, a.T @ a),
        (t.exp(), np.exp(a)), (t.log(), np.log(a)), (t.tanh(), np.tanh(a)),
        (t.sigmoid(), scipy.special.expit(a)), (t**0, np.ones_like(a)), (a - t, 0 * a), (a / t, a / a),
        (t.erf(), scipy.special.erf(a)),
        (1 + t, 1 + a), (t - 2, a - 2),
        ((t - 1).relu(), np.maximum(a - 1, 0)),
        (t.sum(0), a.sum(0)), (t.mean(1, keepdims=True), a.mean(1, keepdims=True)), (t.max(), a.max()),
        (t.reshape(3, 2), a.reshape(3, 2)), (t.transpose(), a.T), (t[1, ::2], a[1, ::2]),
    ]:  # fmt: skip
        np.testing.assert_allclose(
            found.value, expected, rtol=3e-16 * 4, atol=0
        )  # libraries differ by a last digit or two


# ---- naive twin


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), seeds)
def test_broadcasting_is_undone(found, seed):
    rng = np.random.default_rng(seed)
    a, b = (rng.uniform(0.5, 2.0, shape) for shape in found.input_shapes)
    check_slopes(lambda x, y: x * y + x - y / x, a, b)


@given(shapes, seeds)
def test_functions_of_each_number(shape, seed):
    rng = np.random.default_rng(seed)
    a = rng.uniform(0.3, 2.0, shape) * rng.choice([-1.0, 1.0], shape)  # off the kink of relu
    check_slopes(
        lambda x: (
            x.exp()
            + x.erf()
            + x.tanh() * x.relu()
            - x.sigmoid() / (5 - x * x.relu())  # no pole: x is below 2
            + (-x) ** 0
            + (x**2).log()
            + x**3
            - (x * x) ** 0.5
        ),
        a,
    )


@given(shapes, seeds, st.booleans(), st.data())
def test_reductions(shape, seed, keepdims, draw):
    axis = draw.draw(st.sampled_from([None, *range(len(shape)), tuple(range(len(shape)))]))
    rng = np.random.default_rng(seed)
    a = rng.permutation(np.prod(shape)).reshape(shape) / 3.0  # all distinct: off the kink of max
    for name in ("sum", "mean", "max", "logsumexp"):
        check_slopes(lambda x, name=name: getattr(x, name)(axis, keepdims), a)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.booleans(), seeds)
def test_products_of_matrices_and_of_stacks(n, k, m, stacked, seed):
    rng = np.random.default_rng(seed)
    check_slopes(lambda x, y: x @ y, rng.normal(size=(2, n, k) if stacked else (n, k)), rng.normal(size=(k, m)))


@given(seeds)
def test_shapes_and_places(seed):
    a = np.random.default_rng(seed).normal(size=(2, 3, 4))
    check_slopes(lambda x: x.reshape(6, 4).transpose() * 2, a)
    check_slopes(lambda x: x.transpose((2, 0, 1))[1:, :, ::2], a)
    check_slopes(lambda x: x[[0, 1, 0, 0], 1], a)  # a row taken three times


@given(st.integers(1, 4), st.integers(1, 4), seeds)
def test_cross_entropy(n, k, seed):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, k, n)
    check_slopes(lambda z: cross_entropy(z, codes), rng.normal(size=(n, k)))


# ---- outside reference


def test_logsumexp_is_scipys(rng):
    a = rng.normal(size=(3, 4)) * 1000
    np.testing.assert_allclose(Tensor(a).logsumexp(1).value, scipy.special.logsumexp(a, axis=1), rtol=1e-15)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_networks_explicit_backward_is_autograds(rng, activation):
    network = Network([5, 7, 4, 3], activation, "softmax")
    network.w[:] = rng.normal(size=len(network.w))
    X, codes = rng.normal(size=(20, 5)), rng.integers(0, 3, 20)
    data = Rows(X, codes, np.ones(20), False)
    objective = network.loss_and_gradient(X, np.arange(20), data, 0.3)
    W, b = ([Tensor(a, requires_grad=True) for a in arrays] for arrays in (network.coefs, network.intercepts))
    value = Tensor(X)
    for layer in range(3):
        value = value @ W[layer] + b[layer]
        value = getattr(value, activation)() if layer < 2 else value
    loss = cross_entropy(value, codes)
    for w in W:
        loss = loss + (w * w).sum() * (0.3 / 2 / 20)
    loss.backward()
    assert objective == pytest.approx(float(loss.value), rel=1e-14)  # rounding
    for tensor, slope in zip(W + b, network.coef_slopes + network.intercept_slopes, strict=True):
        np.testing.assert_allclose(tensor.grad, slope, rtol=1e-12, atol=1e-14)  # rounding


# ---- laws


def test_a_chain_of_ten_thousand_operations_is_walked():
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(10_000):
        y = y * 1.0001
    y.backward()
    assert x.grad.item() == pytest.approx(1.0001**10_000, rel=1e-11)  # rounding, ten thousand times


def test_a_node_used_many_times_gets_all_slopes_once():
    x = Tensor(2.0, requires_grad=True)
    y = x
    for _ in range(40):  # 2^40 paths, 40 nodes
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**40


def test_two_backward_passes_add_up_in_leaves_only():
    x = Tensor([1.0, 2.0], requires_grad=True)
    middle = x * x
    loss = (middle * middle).sum()
    loss.backward()
    once = x.grad.copy()
    loss.backward()
    assert once.tolist() == [4.0, 32.0]
    assert x.grad.tolist() == [8.0, 64.0]
    assert middle.grad is None
    x.zero_grad()
    (middle.sum() + loss).backward()
    assert x.grad.tolist() == [6.0, 36.0]


def everything(x, w):
    """Return a number made by every operation there is, from x (4, 3) and w (3, 3)."""
    h = (x @ w + 1.0).tanh()
    h = h * h.sigmoid() + h.relu() - h.erf() / (h.exp() + 2.0)
    h = (h**2 + 1.5).log() ** 0.5 + h.max(axis=1, keepdims=True) - h.mean(axis=0)
    h = h.reshape(3, 4).transpose() + h
    return h.logsumexp(axis=1)[[0, 1, 1, 3]].sum()


def test_values_that_are_let_go_change_no_slope(rng, monkeypatch):
    def slopes():
        x, w = Tensor(X, requires_grad=True), Tensor(W, requires_grad=True)
        end = everything(x, w)
        end.backward()
        return float(end.value), x.grad, w.grad

    X, W = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
    kept = slopes()
    monkeypatch.setattr(autograd, "KEPT", 0)
    for before, now in zip(kept, slopes(), strict=True):
        np.testing.assert_array_equal(now, before)  # the same operations in the same order


def test_a_large_value_that_no_slope_needs_goes_with_the_last_tensor_that_is_held(rng, monkeypatch):
    monkeypatch.setattr(autograd, "KEPT", 11)
    x, w = Tensor(rng.normal(size=(4, 2))), Tensor(rng.normal(size=(2, 3)), requires_grad=True)
    product = x @ w
    both = product + product
    gone, bent = weakref.ref(product.value), both.tanh()
    del product
    assert gone() is None
    assert bent.parents[0][0] is not both  # which is held here, its stand-in by the graph
    assert bent.parents[0][0] is both.in_graph()
    assert np.isnan(both.in_graph().value).all()
    end = bent.sum()
    found = list(end.slopes(np.ones(())))
    assert [tensor.operation for tensor, _ in found] == ["sum", "tanh", "add", "matmul", ""]
    assert [tensor.shape for tensor, _ in found] == [(), (4, 3), (4, 3), (4, 3), (2, 3)]
    end.backward()
    expected = x.value.T @ (2.0 * (1.0 - bent.value**2))
    np.testing.assert_allclose(w.grad, expected, rtol=1e-15)  # the same numbers, multiplied in the same order


def test_a_small_value_stays_to_be_looked_at():
    x = Tensor([1.0, 2.0], requires_grad=True)
    end = (x * 2.0 + 1.0).sum()
    assert end.parents[0][0].value.tolist() == [3.0, 5.0]
    assert end.parents[0][0].parents[0][0].value.tolist() == [2.0, 4.0]


def test_an_array_may_be_shared():
    a = np.ones(2)
    assert Tensor(a, copy=False).value is a
    assert Tensor([1, 2], copy=False).value.dtype == np.float64
    with pytest.raises(TypeError, match="holds numbers"):
        Tensor("some", copy=False)


def test_nothing_is_remembered_within_no_grad():
    w = Tensor([1.0], requires_grad=True)
    with no_grad():
        found = w * 2
    assert not found.requires_grad
    assert found.parents == ()
    assert (w * 2).requires_grad


def test_no_grad_ends_with_its_block_even_by_an_error_and_may_be_nested():
    w = Tensor(1.0, requires_grad=True)
    with pytest.raises(ValueError, match="reshape"), no_grad():
        w @ w
    with no_grad():
        with no_grad():
            pass
        assert not (w + 1).requires_grad
    assert (w + 1).requires_grad


def test_the_slopes_on_the_way_are_yielded_from_the_loss_to_the_leaves_and_operations_have_names():
    x = Tensor(2.0, requires_grad=True)
    y = (x * x).tanh() / x
    found = [(t.operation, float(s)) for t, s in y.slopes(np.ones(()))]
    a = math.tanh(4.0)
    names, slopes = zip(*found, strict=True)
    assert names == ("truediv", "tanh", "mul", "")
    assert slopes == pytest.approx([1.0, 0.5, (1 - a * a) / 2, 2 * (1 - a * a) - a / 4])
    assert x.grad is None  # looking is not `backward`


def test_sigmoids_of_ten_thousand_are_safe():
    z = Tensor([-1e4, 0.0, 1e4], requires_grad=True)
    p = z.sigmoid()
    p.sum().backward()
    assert p.value.tolist() == [0.0, 0.5, 1.0]
    assert z.grad.tolist() == [0.0, 0.25, 0.0]


def test_the_caller_keeps_the_array():
    a = np.ones(2)
    t = Tensor(a, requires_grad=True)
    (t * 3).sum().backward()
    a[:] = 7
    assert t.value.tolist() == [1.0, 1.0]


def test_largest_numbers_that_tie_share_the_slope():
    x = Tensor([1.0, 3.0, 3.0], requires_grad=True)
    x.max().backward()
    assert x.grad.tolist() == [0.0, 0.5, 0.5]


def test_logits_of_ten_thousand_are_safe():
    z = Tensor([[1e4, -1e4], [1e4, -1e4]], requires_grad=True)
    loss = cross_entropy(z, [0, 1])
    loss.backward()
    assert loss.value == 1e4
    assert z.grad.tolist() == [[0.0, 0.0], [0.5, -0.5]]


# ---- edges and errors


def test_what_cannot_be_done_is_said():
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    with pytest.raises(ValueError, match="needs a slope"):
        x.backward()
    with pytest.raises(ValueError, match="slope has shape"):
        x.backward([1.0])
    with pytest.raises(ValueError, match="No leaf"):
        Tensor(1.0).backward()
    with pytest.raises(TypeError, match="holds numbers"):
        Tensor("word")
    with pytest.raises(TypeError, match="must be a number"):
        x**x
    with pytest.raises(ValueError, match="reshape them"):
        x @ Tensor([1.0, 2.0])
    with pytest.raises(ValueError, match="as many integer codes"):
        cross_entropy(x, [0, 1])
    with pytest.raises(ValueError, match="there are 2 classes"):
        cross_entropy(x, [2])
    assert repr(Tensor(1.0, requires_grad=True)) == "Tensor(array(1.), requires_grad=True)"
