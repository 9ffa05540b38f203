"""Layers: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import scipy.signal
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

import tests.naive.neural_network.layers as naive
from scratchml.core.jit import plain_python
from scratchml.neural_network import (
    GELU,
    LSTM,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    MaxPool2D,
    MultiHeadAttention,
    Positions,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    Tensor,
)
from scratchml.neural_network.layers import activations, embedding
from scratchml.neural_network.layers.patches import gather_patches, scatter_patches, slide
from tests.naive.neural_network.autograd import slopes as finite_differences

seeds, sizes = st.integers(0, 10**6), st.integers(1, 4)
strides = st.tuples(st.integers(1, 3), st.integers(1, 3))


def built(layer, shape, seed=0, dtype="float64"):
    """Return the layer, built, its parameters drawn anew, so that none of them is 0 or 1."""
    rng = np.random.RandomState(seed)
    layer.build(shape, rng, dtype)
    for p in layer.parameters.values():
        p[...] = rng.normal(size=p.shape)
    return layer


def check_slopes(layer, x, training=True, slopes_of_x=True):
    """Assert that backward gives the slopes of finite differences, in x and in all parameters."""
    weights = np.random.default_rng(1).normal(size=layer.forward(x, training).shape)

    def total(*arrays):
        return float((layer.forward(x, training) * weights).sum())

    own = [layer.parameters[key] for key in layer.parameters]
    expected = finite_differences(total, [x, *own] if slopes_of_x else own)
    total()
    grad_x = layer.backward(weights)
    assert grad_x.shape == x.shape
    found = [grad_x] * slopes_of_x + list(layer.gradients.values())
    assert list(layer.gradients) == list(layer.parameters)
    largest = max((np.abs(e).max() for e in expected if e.size), default=0.0)
    for slope, e in zip(found, expected, strict=True):
        assert slope.shape == e.shape
        # 1e-6 of the array's largest slope; 1e-9 of the layer's: the rounding of its sums, divided by 2 h = 2e-5
        assert np.abs(slope - e).max() <= 1e-6 * np.abs(e).max() + 1e-9 * max(largest, 1.0)


def off_kinks(rng, shape):
    """Return numbers of which no two, and none and 0, are nearer than a hundredth."""
    return (rng.permutation(int(np.prod(shape))).reshape(shape) - np.prod(shape) / 2 + 0.3) / 30.0


# ---- by hand


def test_a_convolution_on_paper():
    layer = built(Conv2D(1, 2, bias=False), (2, 3, 1)).set_parameters(
        weights=np.array([1, 2, 3, 4.0]).reshape(2, 2, 1, 1)
    )
    y = layer.forward(np.arange(6.0).reshape(1, 2, 3, 1))  # 0 1 2 above 3 4 5
    assert y.ravel().tolist() == [0 + 2 + 9 + 16, 1 + 4 + 12 + 20]
    assert layer.backward(np.ones((1, 1, 2, 1))).ravel().tolist() == [1, 1 + 2, 2, 3, 3 + 4, 4]
    assert layer.gradients["weights"].ravel().tolist() == [0 + 1, 1 + 2, 3 + 4, 4 + 5]


def test_same_padding_puts_what_is_left_over_below_and_right():
    window = slide((5, 6), (3, 4), (2, 3), "same")
    assert (window.rows, window.columns, window.top, window.left) == (3, 2, 1, 0)  # 7 lines needed: 1 above, 1 below
    assert slide((4, 4), (2, 2), (1, 1), "same")[4:] == (0, 0, 4, 4)


def test_what_layers_do_with_two_numbers():
    x = np.array([[-1.0, 2.0]])
    by_hand = {
        ReLU(): [0.0, 2.0], LeakyReLU(0.1): [-0.1, 2.0], Tanh(): np.tanh([-1.0, 2.0]),
        LayerNorm(epsilon=1e-300): [-1.0, 1.0], Sigmoid(): 1 / (1 + np.exp([1.0, -2.0])),
        Softmax(): np.exp([-1.0, 2.0]) / np.exp([-1.0, 2.0]).sum(),
    }  # fmt: skip
    for layer, expected in by_hand.items():
        layer.build((2,), np.random.RandomState(0))
        np.testing.assert_allclose(layer.forward(x)[0], expected, rtol=1e-15, atol=0)  # rounding


def test_batch_norm_remembers_running_means():
    layer = BatchNorm(momentum=0.25)
    layer.build((1,), np.random.RandomState(0))
    layer.forward(np.array([[1.0], [3.0]]), training=True)
    assert layer.statistics["running_mean"].tolist() == [0.25 * 2.0]
    assert layer.statistics["running_variance"].tolist() == [0.75 * 1.0 + 0.25 * 2.0]  # variance 1, times 2 / (2 - 1)
    expected = (5.0 - 0.5) / np.sqrt(1.25 + 1e-5)
    assert layer.forward(np.array([[5.0]])).item() == pytest.approx(expected, rel=1e-15)


def test_a_residual_shows_the_arrays_of_its_layers():
    inner = BatchNorm()
    outer = built(Residual([Dense(2), inner]), (2,))
    assert list(outer.parameters) == list(outer.gradients) == ["0.weights", "0.biases", "1.scale", "1.shift"]
    assert outer.parameters["1.scale"] is inner.parameters["scale"]
    assert outer.statistics["1.running_mean"] is inner.statistics["running_mean"]


def test_an_embedding_looks_rows_up_and_adds_their_slopes_up():
    layer = built(Embedding(3, 2), (2,))
    assert (layer.forward(np.array([[2, 0]]))[0] == layer.parameters["table"][[2, 0]]).all()
    layer.forward(np.array([[1, 1]]))
    layer.backward(np.array([[[1.0, 2.0], [10.0, 20.0]]]))
    assert layer.gradients["table"].tolist() == [[0, 0], [11, 22], [0, 0]]


# ---- naive twin


@given(sizes, st.integers(1, 6), st.integers(1, 6), sizes, strides, st.sampled_from(["valid", "same"]), seeds)
@settings(max_examples=25)
def test_convolution_and_pooling_are_the_loops_of_the_book(b, H, W, C, stride, padding, seed):
    rng = np.random.default_rng(seed)
    x, kernel = rng.normal(size=(b, H, W, C)), (int(rng.integers(1, H + 1)), int(rng.integers(1, W + 1)))
    conv = built(Conv2D(3, kernel, stride=stride, padding=padding), (H, W, C), seed)
    window = slide((H, W), kernel, stride, padding)
    how = {"stride": stride, "corner": (window.top, window.left), "places": (window.rows, window.columns)}
    expected = naive.conv2d(x, conv.parameters["weights"], conv.parameters["biases"], **how)
    np.testing.assert_allclose(conv.forward(x), expected, rtol=1e-12, atol=1e-12)  # sums in another order
    pool = built(MaxPool2D(kernel, stride=stride, padding=padding), (H, W, C))
    assert (pool.forward(x) == naive.max_pool2d(x, kernel, **how)).all()


@given(sizes, sizes, sizes, sizes, seeds)
@settings(max_examples=15)
def test_an_lstm_is_the_loop_of_the_book(b, T, d, k, seed):
    layer = built(LSTM(k), (T, d), seed)
    x = np.random.default_rng(seed).normal(size=(b, T, d))
    p = layer.parameters
    expected = naive.lstm(x, p["input_weights"], p["state_weights"], p["biases"])
    np.testing.assert_allclose(layer.forward(x), expected, rtol=1e-11, atol=1e-13)  # rounding
    last = LSTM(k, whole=False)
    last.build((T, d), np.random.RandomState(0))
    assert (last.set_parameters(**p).forward(x) == layer.forward(x)[:, -1]).all()


@given(sizes, sizes, st.integers(1, 3), st.integers(1, 3), st.booleans(), seeds)
@settings(max_examples=15)
def test_attention_is_the_loop_of_the_book(b, T, heads, size, causal, seed):
    layer = built(MultiHeadAttention(heads, causal=causal), (T, heads * size), seed)
    x = np.random.default_rng(seed).normal(size=(b, T, heads * size))
    expected = naive.attention(x, *layer.parameters.values(), heads, causal)
    np.testing.assert_allclose(layer.forward(x), expected, rtol=1e-10, atol=1e-12)  # rounding
    np.testing.assert_allclose(layer.shares.sum(axis=-1), 1.0, rtol=1e-14)  # rounding


def test_norms_are_the_books(rng):
    x = rng.normal(size=(5, 2, 3)) * 10
    batch, row = built(BatchNorm(), (2, 3)), built(LayerNorm(), (2, 3))
    for layer, h in (
        (batch, naive.standardise(x.reshape(10, 3), 1e-5).reshape(x.shape)),
        (row, naive.standardise(x.reshape(10, 3).T, 1e-5).T.reshape(x.shape)),
    ):
        expected = h * layer.parameters["scale"] + layer.parameters["shift"]
        np.testing.assert_allclose(layer.forward(x, training=True), expected, rtol=1e-11, atol=1e-12)  # rounding


@pytest.mark.parametrize("channels", [2, 5])  # few, and more: the way back of a patch has two orders
def test_plain_python_gives_the_same_bits(channels, rng):
    x = rng.normal(size=(2, 5, 5, channels))
    layers = [Conv2D(3, 3, stride=2, padding="same"), MaxPool2D(2), ReLU(), LeakyReLU(), GELU()]
    for layer in layers:
        built(layer, (5, 5, channels))
        y = layer.forward(x).copy()
        back = layer.backward(y).copy()
        with plain_python():
            np.testing.assert_array_max_ulp(layer.forward(x), y, 1)  # erfc: two libraries
            np.testing.assert_array_max_ulp(layer.backward(y), back, 4)


# ---- outside reference


def test_convolution_is_scipys_correlation(rng):
    x, layer = rng.normal(size=(2, 7, 6, 3)), built(Conv2D(4, (3, 2)), (7, 6, 3))
    y = layer.forward(x)
    for i, f in np.ndindex(2, 4):
        W = layer.parameters["weights"][..., f]
        expected = sum(scipy.signal.correlate2d(x[i, :, :, c], W[:, :, c], "valid") for c in range(3))
        expected = expected + layer.parameters["biases"][f]
        np.testing.assert_allclose(y[i, :, :, f], expected, rtol=1e-12, atol=1e-12)  # sums in another order


def test_activations_are_scipys(rng):
    x = np.concatenate([rng.normal(size=50) * 5, [-1e4, 1e4, 0.0, -745.0, 745.0]])[None]
    for layer, expected in (
        (GELU(), x * scipy.special.ndtr(x)),
        (Sigmoid(), scipy.special.expit(x)),
        (Softmax(), scipy.special.softmax(x, axis=1)),
    ):
        # 1e-13: exp and erfc of two libraries, far in the tail; 1e-300: where only subnormal numbers are left
        np.testing.assert_allclose(built(layer, x.shape[1:]).forward(x), expected, rtol=1e-13, atol=1e-300)


def tensors(*layers):
    return [{key: Tensor(p, requires_grad=True) for key, p in layer.parameters.items()} for layer in layers]


def check_autograd(layers, x, function, weights_of):
    """Assert that layers in a row have the values and slopes of the same network written with tensors."""
    value = x
    for layer in layers:
        value = layer.forward(value, training=True)
    leaf, named = Tensor(x, requires_grad=True), tensors(*layers)
    found = function(leaf, *[named[i] for i in weights_of])
    np.testing.assert_allclose(value, found.value, rtol=1e-11, atol=1e-12)  # rounding
    weights = np.random.default_rng(0).normal(size=value.shape)
    found.backward(weights)
    for layer in reversed(layers):
        weights = layer.backward(weights)
    np.testing.assert_allclose(weights, leaf.grad, rtol=1e-9, atol=1e-11)  # rounding
    for layer, leaves in zip(layers, named):
        for key, gradient in layer.gradients.items():
            np.testing.assert_allclose(gradient, leaves[key].grad, rtol=1e-9, atol=1e-11, err_msg=key)  # rounding


def normed(x, axis):
    centred = x - x.mean(axis, keepdims=True)
    return centred * ((centred * centred).mean(axis, keepdims=True) + 1e-5) ** -0.5


def test_a_convolutional_networks_slopes_are_autograds(rng):
    layers = [Conv2D(4, 3), BatchNorm(), ReLU(), MaxPool2D(2), Flatten(), Dense(3), Tanh()]
    shape = (6, 6, 2)
    for seed, layer in enumerate(layers):
        shape = built(layer, shape, seed).output_shape

    def network(x, conv, norm, dense):
        W = conv["weights"]
        total = conv["biases"]
        for p, q in np.ndindex(3, 3):  # one product for each place in the patch
            total = x[:, p : p + 4, q : q + 4, :].reshape(-1, 2) @ W[p, q] + total
        value = (normed(total, 0) * norm["scale"] + norm["shift"]).relu().reshape(3, 2, 2, 2, 2, 4)
        value = value.max(axis=(2, 4)).reshape(3, 16)
        return (value @ dense["weights"] + dense["biases"]).tanh()

    check_autograd(layers, rng.normal(size=(3, 6, 6, 2)), network, [0, 1, 5])


def test_an_attention_networks_slopes_are_autograds(rng):
    attention, feed = MultiHeadAttention(2, causal=True), [LayerNorm(), Dense(8), LeakyReLU(0.1), Dense(4)]
    layers = [Positions(), Residual([attention]), Residual(feed), Softmax()]
    for seed, layer in enumerate(layers):
        built(layer, (5, 4), seed)
    hidden = np.triu(np.full((5, 5), -1e30), 1)

    def network(x, positions, mix, feed):
        x = x + positions["table"]
        Q, K, V = (
            (x @ mix[f"0.{key}"]).reshape(2, 5, 2, 2).transpose((0, 2, 1, 3)) for key in ("query", "key", "value")
        )
        scores = Q @ K.transpose((0, 1, 3, 2)) * 0.5**0.5 + hidden
        shares = (scores - scores.logsumexp(axis=-1, keepdims=True)).exp()
        x = x + (shares @ V).transpose((0, 2, 1, 3)).reshape(2, 5, 4) @ mix["0.output"]
        value = normed(x, 2) * feed["0.scale"] + feed["0.shift"]
        value = value @ feed["1.weights"] + feed["1.biases"]
        value = value.relu() * 0.9 + value * 0.1
        x = x + value @ feed["3.weights"] + feed["3.biases"]
        return (x - x.logsumexp(axis=-1, keepdims=True)).exp()

    check_autograd(layers, rng.normal(size=(2, 5, 4)), network, [0, 1, 2])


def test_an_lstms_slopes_are_autograds(rng):
    layers = [built(LSTM(3, whole=False), (4, 2))]

    def network(x, p):
        h, c = Tensor(np.zeros((2, 3))), Tensor(np.zeros((2, 3)))
        for t in range(4):
            z = x[:, t] @ p["input_weights"] + h @ p["state_weights"] + p["biases"]
            write, keep, show = (1 / (1 + (-z[:, k : k + 3]).exp()) for k in (0, 3, 9))
            c = keep * c + write * z[:, 6:9].tanh()
            h = show * c.tanh()
        return h

    check_autograd(layers, rng.normal(size=(2, 4, 2)), network, [0])


def shares_of(x):
    return (x - x.logsumexp(axis=-1, keepdims=True)).exp()


def kept_by(seed, shape):
    """Return what a Dropout of this seed multiplies its first batch by."""
    return built(Dropout(0.4, random_state=seed), shape[1:]).forward(np.ones(shape), training=True).copy()


ALONE = {  # each layer's values, written with the engine's operations; p: its parameters
    "Dense": (lambda: Dense(3), (4,), lambda x, p: x @ p["weights"] + p["biases"]),
    "BatchNorm": (BatchNorm, (4,), lambda x, p: normed(x, 0) * p["scale"] + p["shift"]),
    "LayerNorm": (LayerNorm, (4,), lambda x, p: normed(x, 1) * p["scale"] + p["shift"]),
    "Dropout": (lambda: Dropout(0.4, random_state=7), (4,), lambda x, p: x * kept_by(7, (5, 4))),
    "Flatten": (Flatten, (2, 3), lambda x, p: x.reshape(5, 6)),
    "Positions": (Positions, (3, 2), lambda x, p: x + p["table"]),
    "ReLU": (ReLU, (4,), lambda x, p: x.relu()),
    "LeakyReLU": (lambda: LeakyReLU(0.1), (4,), lambda x, p: x.relu() - (-x).relu() * 0.1),
    "GELU": (GELU, (4,), lambda x, p: x * ((x * 0.5**0.5).erf() + 1) * 0.5),
    "Sigmoid": (Sigmoid, (4,), lambda x, p: x.sigmoid()),
    "Tanh": (Tanh, (4,), lambda x, p: x.tanh()),
    "Softmax": (Softmax, (4,), lambda x, p: shares_of(x)),
    "Residual": (
        lambda: Residual([Dense(4), Tanh()]),
        (4,),
        lambda x, p: x + (x @ p["0.weights"] + p["0.biases"]).tanh(),
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_layers_explicit_slopes_are_autograds(name, rng):
    make, shape, function = ALONE[name]
    check_autograd([built(make(), shape)], rng.normal(size=(5, *shape)), function, [0])


def test_an_embeddings_slopes_are_autograds(rng):
    layer, places, weights = built(Embedding(5, 3), (4,)), rng.integers(0, 5, (2, 4)), rng.normal(size=(2, 4, 3))
    table = Tensor(layer.parameters["table"], requires_grad=True)
    found = table[places]
    assert (layer.forward(places, training=True) == found.value).all()
    found.backward(weights)
    layer.backward(weights)
    np.testing.assert_allclose(layer.gradients["table"], table.grad, rtol=1e-14, atol=1e-15)  # order of sums


def test_no_layer_is_left_out_of_the_comparison_with_autograd():
    import scratchml.neural_network as room

    within_networks = {"Conv2D", "MaxPool2D", "MultiHeadAttention", "LSTM"}  # the three tests above
    layers = {n for n in room.__all__ if isinstance(kind := getattr(room, n), type) and issubclass(kind, Layer)}
    assert layers - {"Layer"} == {*ALONE, *within_networks, "Embedding"}


# ---- laws


@given(sizes, sizes, sizes, seeds)
@settings(max_examples=20)
def test_slopes_of_layers_of_rows(b, d, k, seed):
    rng = np.random.default_rng(seed)
    for layer in (Dense(k), GELU(), Sigmoid(), Tanh(), Softmax()):
        check_slopes(built(layer, (d,), seed), rng.normal(size=(b, d)))
    check_slopes(built(LayerNorm(), (d + 1,), seed), np.sort(rng.normal(size=(b, d + 1))) + np.arange(d + 1.0))
    for layer in (ReLU(), LeakyReLU(0.2)):
        check_slopes(built(layer, (d,), seed), off_kinks(rng, (b, d)))
    for training in (True, False):
        check_slopes(built(BatchNorm(), (d,), seed), rng.normal(size=(b, d)) + np.arange(b)[:, None], training)
    check_slopes(built(Residual([Dense(k), Tanh(), Dense(d)]), (d,), seed), rng.normal(size=(b, d)))


@given(st.integers(1, 3), st.integers(1, 5), st.integers(1, 5), st.integers(1, 2), strides, st.booleans(), seeds)
@settings(max_examples=20)
def test_slopes_of_layers_of_images(b, H, W, C, stride, same, seed):
    rng = np.random.default_rng(seed)
    kernel, padding = (int(rng.integers(1, H + 1)), int(rng.integers(1, W + 1))), "same" if same else "valid"
    conv = Conv2D(2, kernel, stride=stride, padding=padding)
    check_slopes(built(conv, (H, W, C), seed), rng.normal(size=(b, H, W, C)))
    pool = MaxPool2D(kernel, stride=stride, padding=padding)
    check_slopes(built(pool, (H, W, C), seed), off_kinks(rng, (b, H, W, C)))
    check_slopes(built(Flatten(), (H, W, C), seed), rng.normal(size=(b, H, W, C)))


@pytest.mark.parametrize("layer", [ReLU(), LeakyReLU(0.1), GELU(), Sigmoid(), Tanh(), Softmax(), MaxPool2D((1, 7))])
def test_pieces_change_last_digits_at_most_and_threads_none(layer, rng, monkeypatch):
    x, shape = rng.normal(size=(50, 7)), (7,)
    if isinstance(layer, MaxPool2D):
        x, shape = x.reshape(50, 1, 7, 1), (1, 7, 1)
    slopes = rng.normal(size=(50, *built(layer, shape).output_shape))
    found = []
    for piece, threads in ((2**16, "1"), (20, "1"), (20, "3")):
        monkeypatch.setattr(activations, "PIECE", piece)
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        y = built(layer, shape).forward(x).copy()
        found.append((y, layer.backward(slopes).copy()))
    for again in found[1:]:  # one unit in the last place: NumPy takes its last few numbers by another instruction
        for first, second in zip(found[0], again, strict=True):
            np.testing.assert_array_max_ulp(first, second, 4)
    assert all((a == b).all() for a, b in zip(found[1], found[2], strict=True))


def test_an_embeddings_parts_do_not_change_a_bit(rng, monkeypatch):
    layer, places, slopes = built(Embedding(30, 4), (8,)), rng.integers(30, size=(20, 8)), rng.normal(size=(20, 8, 4))
    y = layer.forward(places).copy()
    layer.backward(slopes)
    expected = layer.gradients["table"].copy()
    monkeypatch.setattr(embedding, "PIECE", 20)
    monkeypatch.setattr(activations, "PIECE", 20)
    for threads in ("1", "3"):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        assert (layer.forward(places) == y).all()
        layer.backward(slopes)
        assert (layer.gradients["table"] == expected).all()


@given(st.integers(1, 3), sizes, st.integers(1, 3), st.integers(1, 3), st.booleans(), seeds)
@settings(max_examples=20)
def test_slopes_of_layers_of_sequences(b, T, d, k, flag, seed):
    rng = np.random.default_rng(seed)
    check_slopes(built(LSTM(k, whole=flag), (T, d), seed), rng.normal(size=(b, T, d)))
    check_slopes(built(MultiHeadAttention(k, causal=flag), (T, d * k), seed), rng.normal(size=(b, T, d * k)))
    check_slopes(built(Positions(), (T, d), seed), rng.normal(size=(b, T, d)))
    check_slopes(built(Dense(k), (T, d), seed), rng.normal(size=(b, T, d)))
    check_slopes(built(Embedding(5, k), (T,), seed), rng.integers(0, 5, (b, T)), slopes_of_x=False)


@given(st.integers(1, 3), st.integers(1, 6), st.integers(1, 6), st.integers(1, 6), strides, st.booleans(), seeds)
def test_the_way_back_of_a_convolution_is_its_adjoint(b, H, W, C, stride, same, seed):
    rng = np.random.default_rng(seed)
    kernel, padding = (int(rng.integers(1, H + 1)), int(rng.integers(1, W + 1))), "same" if same else "valid"
    window = slide((H, W), kernel, stride, padding)
    x = rng.normal(size=(b, H, W * C))
    rows = np.empty((b * window.rows * window.columns, kernel[0] * kernel[1] * C))
    gather_patches(x, rows, C, window)
    other, back = rng.normal(size=rows.shape), np.empty_like(x)
    scatter_patches(other, back, C, window)
    size = np.abs(rows).ravel() @ np.abs(other).ravel()
    assert abs((rows * other).sum() - (x * back).sum()) <= 1e-14 * size  # <P x, r> = <x, P' r>, but for rounding
    layer, images = (
        built(Conv2D(2, kernel, stride=stride, padding=padding, bias=False), (H, W, C), seed),
        x.reshape(b, H, W, C),
    )
    y = rng.normal(size=layer.forward(images).shape)
    size = np.abs(layer.forward(images)).ravel() @ np.abs(y).ravel()
    assert (
        abs((layer.forward(images) * y).sum() - (images * layer.backward(y)).sum()) <= 1e-12 * size + 1e-13
    )  # rounding


def test_blocks_of_images_change_nothing(rng, monkeypatch):
    x, layer = rng.normal(size=(7, 6, 6, 2)), built(Conv2D(3, 3, padding="same"), (6, 6, 2))
    y = layer.forward(x).copy()
    grad_x, grad_W = layer.backward(y).copy(), layer.gradients["weights"].copy()
    monkeypatch.setattr("scratchml.neural_network.layers.conv2d.PATCHED_AT_ONCE", 1)  # one image at a time
    small = built(Conv2D(3, 3, padding="same"), (6, 6, 2))
    np.testing.assert_allclose(small.forward(x), y, rtol=1e-13, atol=1e-13)  # BLAS rounds by the size
    np.testing.assert_allclose(small.backward(y), grad_x, rtol=1e-12, atol=1e-12)  # the same
    np.testing.assert_allclose(small.gradients["weights"], grad_W, rtol=1e-12, atol=1e-12)  # sums in another order


def test_no_place_sees_what_comes_later(rng):
    layer = built(Residual([MultiHeadAttention(2, causal=True)]), (6, 4))
    x = rng.normal(size=(1, 6, 4))
    before = layer.forward(x).copy()
    x[:, 4:] += 1.0
    after = layer.forward(x)
    assert (after[:, :4] == before[:, :4]).all()
    assert (after[:, 4:] != before[:, 4:]).all()


def test_dropout_keeps_the_mean_and_is_repeated_by_its_seed():
    x = np.ones((200, 100))
    layers = [Dropout(0.3, random_state=7) for _ in range(2)]
    for layer in layers:
        layer.build((100,), np.random.RandomState(0))
    first, second = (layer.forward(x, training=True) for layer in layers)
    assert (first == second).all()
    assert abs(first.mean() - 1.0) < 5 * np.sqrt(0.3 / 0.7 / x.size)  # five standard deviations
    assert (layers[0].backward(x) == first).all()
    assert layers[0].forward(x) is x
    assert (layers[0].forward(x, training=True) != second).any()  # a new draw for each batch


LAYERS = {
    "dense": (lambda: Dense(3), (4,)), "conv": (lambda: Conv2D(3, 3, padding="same"), (5, 5, 2)),
    "pool": (MaxPool2D, (4, 4, 2)), "flatten": (Flatten, (2, 2)), "batch norm": (BatchNorm, (4,)),
    "layer norm": (LayerNorm, (4,)), "dropout": (lambda: Dropout(0.5), (4,)), "lstm": (lambda: LSTM(3), (4, 2)),
    "positions": (Positions, (3, 2)), "attention": (lambda: MultiHeadAttention(2), (3, 4)), "relu": (ReLU, (4,)),
    "leaky": (LeakyReLU, (4,)), "gelu": (GELU, (4,)), "sigmoid": (Sigmoid, (4,)), "tanh": (Tanh, (4,)),
    "softmax": (Softmax, (4,)), "residual": (lambda: Residual([Dense(4), ReLU()]), (4,)),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_leaves_its_inputs_alone_and_uses_its_room_again(name, rng):
    make, shape = LAYERS[name]
    layer = built(make(), shape)
    x = rng.normal(size=(3, *shape))
    kept = x.copy()
    y = layer.forward(x, training=True)
    grad_y = rng.normal(size=y.shape)
    grad_kept, kept_y, place = grad_y.copy(), y.copy(), y.ctypes.data
    grad_x, gradients = layer.backward(grad_y), {key: g.ctypes.data for key, g in layer.gradients.items()}
    assert (x == kept).all()
    assert (grad_y == grad_kept).all()
    assert (y == kept_y).all() or name == "flatten"
    memory, back = layer.nbytes, grad_x.ctypes.data
    for b in (3, 1, 2, 3):
        again = layer.forward(x[:b].copy(), training=True)
        assert again.ctypes.data == place or name in ("flatten",)
        slopes = grad_y[:b]
        assert layer.backward(slopes).ctypes.data == back or name in ("flatten", "positions")
    assert layer.nbytes == memory
    assert {key: g.ctypes.data for key, g in layer.gradients.items()} == gradients


@pytest.mark.parametrize("name", LAYERS)
def test_float32_stays_float32_and_near_float64(name, rng):
    make, shape = LAYERS[name]
    x = rng.normal(size=(3, *shape)).astype(np.float32)
    single, double = built(make(), shape, dtype="float32"), built(make(), shape)
    y, expected = single.forward(x), double.forward(x.astype(np.float64))
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-5)  # float32 has seven digits
    grad_y = rng.normal(size=y.shape)
    grad_x = single.backward(grad_y)
    assert grad_x.dtype == np.float32
    np.testing.assert_allclose(grad_x, double.backward(grad_y), rtol=1e-3, atol=1e-4)  # the same
    assert all(g.dtype == np.float32 for g in single.gradients.values())


# ---- edges and errors


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("layer", [BatchNorm(), LayerNorm()])
def test_constant_numbers_are_safe_to_normalise(layer, dtype):
    built(layer, (3,), dtype=dtype)
    y = layer.forward(np.full((4, 3), 7.0), training=True)
    assert (y == layer.parameters["shift"]).all()
    assert np.isfinite(layer.backward(np.ones((4, 3)))).all()


def test_a_batch_of_one_row_gives_the_shift_of_batch_norm():
    layer = built(BatchNorm(), (3,))
    assert (layer.forward(np.array([[1.0, 2.0, 3.0]]), training=True) == layer.parameters["shift"]).all()
    assert (layer.backward(np.ones((1, 3))) == 0.0).all()
    assert np.isfinite(layer.statistics["running_variance"]).all()


def test_nan_and_infinity_are_not_hidden():
    x = np.array([[np.nan, 1.0, -np.inf, np.inf]])
    for layer, expected in (
        (ReLU(), [np.nan, 1.0, 0.0, np.inf]),
        (LeakyReLU(0.5), [np.nan, 1.0, -np.inf, np.inf]),
        (Sigmoid(), [np.nan, 1 / (1 + np.exp(-1.0)), 0.0, 1.0]),
        (GELU(), [np.nan, scipy.special.ndtr(1.0), 0.0, np.inf]),
    ):
        np.testing.assert_allclose(built(layer, (4,)).forward(x)[0], expected, rtol=1e-15)  # rounding
    rows = np.array([[1.0, np.nan, 2.0, 3.0], [3.0, 1.0, np.inf, 2.0], [7.0, 7.0, 7.0, 7.0]])
    with np.errstate(invalid="ignore"):
        shares = built(Softmax(), (4,)).forward(rows)
    assert np.isnan(shares[:2, [1, 2]]).any(axis=1).all()
    assert np.isnan(shares[0]).all()
    assert (shares[2] == 0.25).all()
    pool = built(MaxPool2D(2), (2, 2, 1))
    for place in range(4):
        image = np.arange(4.0)
        image[place] = np.nan
        assert np.isnan(pool.forward(image.reshape(1, 2, 2, 1))).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_slope_of_gelu_at_its_ends_and_at_nothing(dtype):
    tiny = np.finfo(dtype).smallest_subnormal
    x = np.array([[-np.inf, -60.0, -tiny, 0.0, tiny, 1e-31, 60.0, np.inf, np.nan]], dtype)
    layer = GELU()
    layer.build((9,), np.random.RandomState(0), dtype)
    layer.forward(x)
    assert layer.backward(np.ones_like(x))[0, :8].tolist() == [0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0]
    assert np.isnan(layer.backward(np.ones_like(x))[0, 8])
    x = np.linspace(-9.0, 9.0, 9, dtype=dtype).reshape(1, 9)
    layer.forward(x)
    wide = x.astype(np.float64)
    slopes = scipy.special.ndtr(wide) + wide * np.exp(-0.5 * wide**2) / np.sqrt(2 * np.pi)
    tolerance = 8 * np.finfo(dtype).eps  # P(x) is had from y, which is rounded, and the two terms may cancel
    np.testing.assert_allclose(layer.backward(np.ones_like(x)), slopes, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("inside", [list, lambda: [Dense(3), Tanh()], lambda: [Flatten()], lambda: [Dropout(0.5)]])
def test_a_residual_may_turn_back_twice_and_keeps_its_slopes(inside):
    layer = built(Residual(inside()), (3,))
    x, slopes = np.arange(6.0).reshape(2, 3), np.ones((2, 3))
    layer.forward(x, training=True)
    first = layer.backward(slopes).copy()
    np.testing.assert_array_equal(layer.backward(slopes), first)
    again = layer.backward(first).copy()
    np.testing.assert_array_equal(layer.backward(layer.backward(slopes)), again)  # in the room it is given
    assert (slopes == 1.0).all()
    assert (x == np.arange(6.0).reshape(2, 3)).all()


def test_a_sequence_may_be_shorter_than_what_was_built():
    layer = built(Positions(), (5, 2))
    layer.forward(np.zeros((1, 5, 2)))
    layer.backward(np.ones((1, 5, 2)))
    assert layer.forward(np.zeros((1, 3, 2))).shape == (1, 3, 2)
    layer.backward(np.ones((1, 3, 2)))
    assert layer.gradients["table"][:, 0].tolist() == [1, 1, 1, 0, 0]
    with pytest.raises(ValueError, match="marks 5 places, got 6"):
        layer.forward(np.zeros((1, 6, 2)))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Dense(0), ValueError, "units"),
        (lambda: Dense(2.5), TypeError, "units"),
        (lambda: Dense(2, initialiser="best"), ValueError, "initialiser"),
        (lambda: Dense(2, name=3), TypeError, "name=3 must be a string"),
        (lambda: Conv2D(2, (3, 3, 3)), ValueError, r"kernel_size=\(3, 3, 3\) must be one integer, or two"),
        (lambda: Conv2D(2, 3, stride=0), ValueError, "stride"),
        (lambda: Conv2D(2, 3, padding="full"), ValueError, "padding"),
        (lambda: MaxPool2D("2"), TypeError, "pool_size"),
        (lambda: Dropout(1.0), ValueError, "rate"),
        (lambda: BatchNorm(epsilon=0), ValueError, "epsilon"),
        (lambda: LeakyReLU(-1), ValueError, "slope"),
        (lambda: Residual([3]), TypeError, "holds layers"),
        (lambda: built(Conv2D(1, 3), (2, 5, 1)), ValueError, "3 x 3 does not fit into images of 2 x 5"),
        (lambda: built(Conv2D(1, 3), (5, 5)), ValueError, "needs images"),
        (lambda: built(LSTM(2), (4,)), ValueError, "needs sequences"),
        (lambda: built(MultiHeadAttention(3), (4, 4)), ValueError, "heads=3 does not divide the 4 features"),
        (lambda: built(Residual([Dense(3)]), (4,)), ValueError, "which cannot be added"),
        (lambda: built(Dense(3), ()), ValueError, "one axis or more"),
        (lambda: built(Softmax(), (2, 0)), ValueError, r"inputs of shape \(2, 0\); no axis may be empty"),
        (lambda: built(Dense(3), (2,), dtype="float16"), ValueError, "dtype=float16"),
        (lambda: Dense(3).forward(np.ones((1, 2))), ValueError, "call build"),
        (lambda: built(Dense(3), (2,)).backward(np.ones((1, 3))), ValueError, "call forward before backward"),
        (lambda: built(Dense(3), (2,)).forward(np.ones((1, 4))), ValueError, r"built for batches of shape \(b, 2\)"),
        (lambda: built(Dense(3), (2,)).set_parameters(w=1), ValueError, "has no parameter 'w'"),
        (lambda: built(Dense(3), (2,)).set_parameters(weights=[1]), ValueError, "they must agree"),
        (lambda: built(Embedding(3, 2), (2,)).forward(np.array([[0, 3]])), ValueError, "rows 0 to 2, X asks for 3"),
        (lambda: built(Embedding(3, 2), (2,)).forward(np.array([[0, -1]])), ValueError, "X asks for -1"),
        (lambda: built(Embedding(3, 2), (2,)).forward(np.ones((1, 2))), TypeError, "whole numbers"),
        (lambda: Layer().forward(np.ones(2)), NotImplementedError, "must have forward"),
    ],
)
def test_what_a_layer_cannot_do_is_said(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_slopes_of_another_shape_are_refused():
    layer = built(Dense(3), (2,))
    layer.forward(np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"grad_y has shape \(3, 3\), but dense returned \(4, 3\)"):
        layer.backward(np.ones((3, 3)))
