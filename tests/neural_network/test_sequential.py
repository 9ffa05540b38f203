"""Sequential and its training: by hand, naive twin, outside reference, laws, edges and errors."""

import pickle
import tracemalloc

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml.core import NotFittedError, listen, record
from scratchml.neural_network import (
    LSTM,
    MSE,
    Adam,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    MaxPool2D,
    MLPClassifier,
    ReLU,
    Residual,
    Sequential,
    Sigmoid,
    Tanh,
)
from scratchml.neural_network.forward_backward import Network, Rows
from scratchml.neural_network.layers import Layer
from scratchml.viz import draw_layer, draw_update_ratios
from tests.naive.neural_network.autograd import slopes as finite_differences


class PlainSGD:
    """The smallest optimiser there is."""

    def __init__(self, learning_rate=0.1):
        self.learning_rate = learning_rate

    def start(self, parameters):
        self.moves = 0

    def update(self, parameters, gradients, learning_rate=None):
        rate = self.learning_rate if learning_rate is None else learning_rate
        self.moves += 1
        for p, g in zip(parameters, gradients):
            p -= rate * g


def blobs(rng, n=90, d=4):
    y = np.arange(n) % 3
    return rng.normal(size=(n, d)) + 2 * np.eye(3, d)[y], y


def dense(loss="cross_entropy", **how):
    return Sequential([Dense(8), ReLU(), Dense(3)], loss=loss, random_state=0, **how)


# ---- by hand


def test_one_move_on_paper():
    net = Sequential([Dense(1)], loss="mse").build((1,))
    net.layers[0].set_parameters(weights=[[2.0]], biases=[1.0])
    net.fit([[3.0]], [5.0], epochs=1, optimizer=PlainSGD(0.01))  # 7 for 5: slopes 2 * 2 * (3, 1)
    assert net.history == [{"epoch": 1, "loss": 4.0}]
    assert net.parameters["dense_1.weights"].item() == pytest.approx(2.0 - 0.12, rel=1e-15)
    assert net.parameters["dense_1.biases"].item() == pytest.approx(1.0 - 0.04, rel=1e-15)


def test_the_summary_is_a_plain_table():
    net = Sequential([Dense(8, name="first"), Dense(3)], loss="mse").build((4,))
    lines = net.summary().splitlines()
    assert lines[0].split() == ["layer", "output", "shape", "parameters", "memory"]
    assert lines[2].split() == ["first", "(b,", "8)", "40", "640", "B"]  # parameters and their gradients
    assert lines[-1].split() == ["all", "loss", "MSE()", "67", "1.1", "kB"]
    assert net.summary().isascii()


def test_predictions_are_what_the_loss_is_for(rng):
    X = rng.normal(size=(20, 2))
    sign = np.where(X[:, 0] > 0, 1, -1)
    for loss, y, values in (("hinge", sign, {-1, 1}), ("binary_cross_entropy", sign > 0, {0, 1})):
        net = Sequential([Dense(1)], loss=loss, random_state=0).fit(X, y, epochs=50, optimizer=PlainSGD(0.5))
        assert set(net.predict(X).tolist()) == values
        assert net.score(X, y) > 0.9
    chances = net.predict_proba(X)
    assert ((chances >= 0.5) == net.predict(X)).all()
    numbers = Sequential([Dense(1)], random_state=0).fit(X, X @ [1.0, 2.0], epochs=200, optimizer=PlainSGD())
    assert numbers.score(X, X @ [1.0, 2.0]) > 0.999
    assert numbers.predict(X).shape == (20,)


# ---- naive twin


def test_the_gradient_of_a_whole_network_is_that_of_finite_differences(rng):
    layers = [Conv2D(3, 3), BatchNorm(), Tanh(), Flatten(), Residual([Dense(12), Sigmoid()]), Dense(3)]
    net = Sequential(layers, loss="cross_entropy", random_state=0).build((4, 4, 1))
    X, y = rng.normal(size=(5, 4, 4, 1)), np.array([0, 1, 2, 1, 0])
    expected = finite_differences(lambda *_: net.loss_and_gradient(X, y), list(net.parameters.values()))
    net.loss_and_gradient(X, y)
    for (name, found), slope in zip(net.gradients.items(), expected):
        # 1e-6 of the largest slope; 1e-10: the rounding of the loss, divided by 2 h (a bias below BatchNorm has none)
        assert np.abs(found - slope).max() <= 1e-6 * np.abs(slope).max() + 1e-10, name
    back = net.backward(net.loss.backward())
    (slope,) = finite_differences(lambda X: net.loss.forward(net.forward(X, training=True), y), [X.copy()])
    assert np.abs(back - slope).max() <= 1e-6 * np.abs(slope).max()


# ---- outside reference


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic"])
def test_a_dense_network_has_the_mlps_loss_and_gradient(rng, activation):
    X, y = blobs(rng)
    mlp = Network([4, 7, 5, 3], activation, "softmax")
    mlp.w[:] = rng.normal(size=len(mlp.w))
    expected = mlp.loss_and_gradient(X, np.arange(90), Rows(X, y, np.ones(90), False), 0.0)
    bend = {"relu": ReLU, "tanh": Tanh, "logistic": Sigmoid}[activation]
    net = Sequential([Dense(7), bend(), Dense(5), bend(), Dense(3)], loss="cross_entropy").build((4,))
    for layer, W, b in zip(net.layers[::2], mlp.coefs, mlp.intercepts):
        layer.set_parameters(weights=W, biases=b)
    assert net.loss_and_gradient(X, y) == pytest.approx(expected, rel=1e-13)  # rounding
    for layer, W, b in zip(net.layers[::2], mlp.coef_slopes, mlp.intercept_slopes):
        np.testing.assert_allclose(layer.gradients["weights"], W, rtol=1e-10, atol=1e-14)  # rounding
        np.testing.assert_allclose(layer.gradients["biases"], b, rtol=1e-10, atol=1e-14)


def test_a_dense_network_trains_as_mlp_classifier_does(rng):
    X, y = blobs(rng)
    how = {"alpha": 0.0, "shuffle": False, "batch_size": 90, "max_iter": 5, "tol": 0.0, "random_state": 0}
    with pytest.warns(UserWarning, match="Maximum iterations"):
        mlp = MLPClassifier((7,), "tanh", **how).fit(X, y)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        start = MLPClassifier((7,), "tanh", **how | {"max_iter": 1, "learning_rate_init": 1e-300}).fit(X, y)
    net = Sequential([Dense(7), Tanh(), Dense(3)], loss="cross_entropy").build((4,))
    for layer, W, b in zip(net.layers[::2], start.coefs_, start.intercepts_):
        layer.set_parameters(weights=W, biases=b)
    # one batch: the order of its rows is that of a sum
    net.fit(X, y, epochs=5, batch_size=90, optimizer=Adam(epsilon_hat=True))
    np.testing.assert_allclose([entry["loss"] for entry in net.history], mlp.loss_curve_, rtol=1e-10)  # rounding
    np.testing.assert_allclose(net.predict_proba(X), mlp.predict_proba(X), rtol=1e-8)  # Adam divides small numbers


# ---- laws


def test_the_same_seed_gives_the_same_bits(rng):
    X, y = blobs(rng)
    nets = [
        Sequential([Dense(8), ReLU(), Dropout(0.3), Dense(3)], "cross_entropy", random_state=seed).fit(X, y, epochs=3)
        for seed in (1, 1, 2)
    ]
    first, second, other = (net.parameters["dense_1.weights"] for net in nets)
    assert (first == second).all()
    assert (first != other).any()


def test_fit_takes_the_steps_that_steps_yields(rng):
    X, y = blobs(rng)
    seen = []
    with listen(lambda step: seen.append((step.name, step.epoch, step.batch, step.loss))):
        fitted = dense().fit(X, y, epochs=2, batch_size=40)
    stepped = dense()
    steps = [(s.name, s.epoch, s.batch, s.loss) for s in stepped.steps(X, y, epochs=2, batch_size=40)]
    assert steps == seen
    assert [(name, epoch, batch) for name, epoch, batch, _ in steps] == [
        (name, epoch, batch) for epoch in (1, 2) for name, batch in (*(("batch", i) for i in (1, 2, 3)), ("epoch", 3))
    ]
    assert (fitted.outputs(X) == stepped.outputs(X)).all()
    losses = [loss for *_, loss in steps]
    assert losses[3] == pytest.approx((40 * losses[0] + 40 * losses[1] + 10 * losses[2]) / 90, rel=1e-14)  # rounding


def test_steps_show_values_slopes_and_how_far_each_parameter_moved(rng):
    X, y = blobs(rng)
    net = dense()
    net.build((4,))
    before = net.parameters["dense_3.weights"].copy()
    step = next(net.steps(X, y, batch_size=30))
    assert list(step.activations) == list(step.slopes) == ["dense_1", "relu_2", "dense_3"]
    assert step.activations["relu_2"].shape == step.slopes["relu_2"].shape == (30, 8)
    assert step.gradients["dense_3.weights"] is net.layers[2].gradients["weights"]
    move = step.parameters["dense_3.weights"] - before
    expected = np.linalg.norm(move) / np.linalg.norm(before)
    assert step.update_ratios["dense_3.weights"] == pytest.approx(expected, rel=1e-12)  # rounding
    assert step.learning_rate == 1e-3
    assert (step.before["dense_3.weights"] == before).all()
    np.testing.assert_allclose(step.slopes["dense_3"].sum(axis=0), step.gradients["dense_3.biases"], rtol=1e-12)


def test_recorded_steps_can_be_drawn(rng):
    steps = record(dense().steps(*blobs(rng), epochs=2))
    epochs = [step for step in steps if step.name == "epoch"]
    assert draw_layer(epochs, "relu_2", what="slopes").get_title() == "relu_2: slopes"
    lines = draw_update_ratios(epochs).get_lines()
    for name, line in zip(epochs[0].parameters, lines):
        assert line.get_ydata().tolist() == [max(step.update_ratios[name], 1e-300) for step in epochs]
    plt.close("all")


def test_schedule_and_clipping_are_asked_before_each_move(rng):
    X, y = blobs(rng)
    asked, lengths = [], []

    def clip(gradients):
        lengths.append(np.sqrt(sum((g**2).sum() for g in gradients)))
        for g in gradients:
            g *= 0.0
        return lengths[-1]

    net = dense()
    net.build((4,))
    before = {name: p.copy() for name, p in net.parameters.items()}
    how = {"schedule": lambda step: asked.append(step) or 0.5 / (step + 1), "clip": clip}
    rates = [s.learning_rate for s in net.steps(X, y, epochs=2, batch_size=45, optimizer=PlainSGD(), **how)]
    assert asked == [0, 1, 2, 3]
    assert rates == [0.5, 0.25, 0.25, 0.5 / 3, 0.125, 0.125]
    assert len(lengths) == 4
    assert all((p == before[name]).all() for name, p in net.parameters.items())


def test_patience_ends_training_and_puts_the_best_parameters_back(rng):
    X, y = rng.normal(size=(30, 4)), rng.integers(0, 3, 30)  # nothing to be learned
    held_out = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    net = Sequential([Dense(8), BatchNorm(), ReLU(), Dropout(0.2), Dense(3)], "cross_entropy", random_state=0)
    net.fit(X, y, epochs=200, optimizer=PlainSGD(0.5), validation=held_out, patience=4)
    found = [entry["validation"] for entry in net.history]
    assert len(found) < 200
    assert len(found) == int(np.argmin(found)) + 1 + 5  # the fifth epoch that is no better ends it
    # of BatchNorm the running means, too
    assert net.loss.forward(net.outputs(held_out[0]), held_out[1]) == pytest.approx(min(found), rel=1e-13)  # rounding


def test_held_out_rows_are_judged_as_when_predicting(rng):
    X, y = blobs(rng)
    held_out = blobs(rng, n=30)
    net = Sequential([Dense(8), BatchNorm(), ReLU(), Dropout(0.2), Dense(3)], "cross_entropy", random_state=0)
    net.fit(X, y, epochs=3, validation=held_out)
    expected = net.loss.forward(net.outputs(held_out[0]), held_out[1])
    assert net.history[-1]["validation"] == pytest.approx(expected, rel=1e-13)  # rounding


def test_in_training_nobody_works_out_the_slopes_of_the_rows(rng, monkeypatch):
    import scratchml.neural_network.layers.conv2d as conv2d

    net = Sequential([Conv2D(2, 2), ReLU(), Flatten(), Dense(2)], "cross_entropy", random_state=0).build((3, 3, 1))
    X, y, calls = rng.normal(size=(4, 3, 3, 1)), np.array([0, 1, 1, 0]), []
    real = conv2d.scatter_patches
    monkeypatch.setattr(conv2d, "scatter_patches", lambda *arguments: calls.append(1) or real(*arguments))
    net.loss_and_gradient(X, y)
    assert not calls
    net.backward(net.loss.backward())  # whoever asks gets them
    assert calls


def test_memory_does_not_grow_with_the_batches(rng):
    X, y = rng.normal(size=(64, 8, 8, 1)), np.arange(64) % 3
    net = Sequential(
        [Conv2D(4, 3, padding="same"), BatchNorm(), ReLU(), MaxPool2D(2), Flatten(), Dropout(0.1), Dense(3)],
        loss="cross_entropy",
        random_state=0,
    )
    steps = net.steps(X, y, epochs=10**6, batch_size=24)  # the last batch of an epoch is smaller
    for _ in range(8):
        next(steps)
    memory, after = net.nbytes, []
    tracemalloc.start()
    for _ in range(3):
        for _ in range(20):
            next(steps)
        after.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert net.nbytes == memory
    assert after[2] - after[0] < 20_000  # the history's dicts; one batch's values alone are 100 000 bytes


def test_what_summary_reports_is_what_is_kept(rng):
    X, y = blobs(rng)
    tracemalloc.start()
    net = dense().fit(np.tile(X, (20, 1)), np.tile(y, 20), batch_size=600, epochs=2)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert 0.5 < net.nbytes / kept < 1.1  # beside the arrays there are objects, and Adam's moments are gone
    assert net.layers[0].nbytes == 8 * (2 * (4 * 8 + 8) + 600 * 8 + 600 * 4)  # twice the parameters; y, s_x


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sequences_and_both_kinds_of_numbers_are_learned(rng, dtype):
    X = rng.integers(0, 5, (120, 4))
    y = X[:, 0] % 2  # to be remembered to the end
    net = Sequential([Embedding(5, 4), LSTM(8, whole=False), Dense(2)], "cross_entropy", random_state=0, dtype=dtype)
    net.fit(X, y, epochs=30, optimizer=PlainSGD(1.0))
    assert net.score(X, y) == 1.0
    assert {p.dtype for p in net.parameters.values()} == {np.dtype(dtype)}
    assert net.outputs(X).dtype == dtype


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_a_row_of_weight_two_is_trained_on_as_if_it_were_there_twice(rng, loss):
    X, y = blobs(rng, n=12)
    y, often = (y if loss == "cross_entropy" else rng.normal(size=(12, 3))), rng.integers(0, 3, 12)
    how = {"epochs": 3, "batch_size": 100, "optimizer": PlainSGD(0.1)}
    weighted = dense(loss).fit(X, y, sample_weight=often, **how)
    repeated = dense(loss).fit(np.repeat(X, often, axis=0), np.repeat(y, often, axis=0), **how)
    for name, p in repeated.parameters.items():
        np.testing.assert_allclose(weighted.parameters[name], p, rtol=1e-11, atol=1e-13)  # sums in another order
    expected = [entry["loss"] for entry in repeated.history]
    assert [entry["loss"] for entry in weighted.history] == pytest.approx(expected, rel=1e-12)


def test_batches_without_weight_move_nothing_and_count_nothing(rng):
    X, y = blobs(rng, n=30)
    weight = (np.arange(30) < 3).astype(float)
    steps = list(dense().steps(X, y, epochs=1, batch_size=5, sample_weight=weight, optimizer=PlainSGD()))
    moved = [step.loss for step in steps if step.name == "batch"]
    assert 1 <= len(moved) <= 3
    assert np.isfinite(steps[-1].loss)


def test_a_share_of_the_rows_is_held_out_and_never_trained_on(rng):
    X, y = blobs(rng, n=40)
    X[:, 0] = np.arange(40)
    seen = set()
    net = dense()
    real = net.loss_and_gradient
    net.loss_and_gradient = lambda X, y, weight: seen.update(X[:, 0]) or real(X, y, weight)
    net.fit(X, y, epochs=3, validation_fraction=0.25, patience=2, optimizer=PlainSGD(0.001))
    assert len(seen) == 30
    rest = [i for i in range(40) if i not in seen]
    best = min(entry["validation"] for entry in net.history)
    assert net.loss.forward(net.outputs(X[rest]), y[rest]) == pytest.approx(best, rel=1e-12)  # rounding


def test_what_was_learned_can_be_saved_and_put_back(rng, tmp_path):
    X, y = blobs(rng)

    def make(seed):
        return Sequential([Dense(4), BatchNorm(), Residual([Dense(4)]), Dense(3)], "cross_entropy", random_state=seed)

    net, other = make(0).fit(X, y, epochs=2), make(1).build((4,))
    np.savez(tmp_path / "net.npz", **net.get_weights())
    other.set_weights(np.load(tmp_path / "net.npz", allow_pickle=False))
    assert (net.outputs(X) == other.outputs(X)).all()
    assert (pickle.loads(pickle.dumps(net)).outputs(X) == net.outputs(X)).all()
    kept = other.get_weights()
    with pytest.raises(ValueError, match=r"differ in dense_1\.biases"):
        other.set_weights({name: a for name, a in kept.items() if name != "dense_1.biases"})
    with pytest.raises(ValueError, match=r"dense_1\.biases has shape \(4,\), got \(1,\)"):
        other.set_weights(kept | {"dense_1.biases": np.ones(1)})
    assert (net.outputs(X) == other.outputs(X)).all()


# ---- edges and errors


def test_inputs_are_not_changed_and_lists_are_taken(rng):
    X, y = blobs(rng)
    X_kept, y_kept = X.copy(), y.copy()
    net = dense().fit(X, y, epochs=1)
    assert (X == X_kept).all()
    assert (y == y_kept).all()
    assert (dense().fit(X.tolist(), y.tolist(), epochs=1).predict(X.tolist()) == net.predict(X)).all()


def test_batches_of_one_and_batches_larger_than_the_data(rng):
    X, y = blobs(rng, n=6)
    for size in (1, 100):
        assert len(list(dense().steps(X, y, epochs=1, batch_size=size))) == (7 if size == 1 else 2)
    assert np.isfinite(dense().fit(X[:1], y[:1], epochs=2).history[-1]["loss"])


class Breaks(Layer):
    """Turns everything to NaN from its third batch on."""

    def forward(self, x, training=False):
        self.batches = getattr(self, "batches", 0) + 1
        return self.leave(self.enter(x) * (np.nan if self.batches > 2 else 1.0))

    def backward(self, grad_y):
        return self.turn(grad_y)


def test_a_loss_that_is_not_finite_names_the_first_layer_to_blame(rng):
    X, y = blobs(rng)
    net = Sequential([Dense(4), Breaks(name="broken"), Dense(3)], "cross_entropy", random_state=0)
    with pytest.raises(
        ValueError, match="The loss became nan in epoch 1, batch 3: the output of layer broken is the first"
    ):
        net.fit(X, y, batch_size=10)
    with pytest.raises(ValueError, match=r"(layer dense_\d|parameters).*lower the learning rate"):
        dense("mse").fit(X, X[:, :3], optimizer=PlainSGD(1e200), epochs=3)
    with pytest.raises(ValueError, match=r"the outputs of layer dense_1, up to .* are too large for MSE"):
        Sequential([Dense(1)], random_state=0).fit(X * 1e200, X[:, 0])
    net = Sequential([Dense(1)]).build((4,))
    net.layers[0].set_parameters(weights=np.ones((4, 1)))
    with pytest.raises(ValueError, match="not finite; scale X"):
        net.predict(np.full((2, 4), 1e308))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda X, y: Sequential([]), ValueError, "layers is empty"),
        (lambda X, y: Sequential([Dense]), TypeError, "must hold layers"),
        (lambda X, y: Sequential([(one := Dense(4)), one]), ValueError, "stands in layers twice"),
        (lambda X, y: Sequential([Dense(4, name="a"), Dense(3, name="a")]), ValueError, "Two layers are named 'a'"),
        (lambda X, y: Sequential([Dense(4)], loss="mae"), ValueError, "loss='mae'"),
        (lambda X, y: Sequential([Dense(4)], dtype="float16").build((4,)), ValueError, "dtype=float16"),
        (lambda X, y: dense().predict(X), NotFittedError, "not fitted yet"),
        (lambda X, y: dense().summary(), NotFittedError, "call build"),
        (lambda X, y: dense().fit(X, y, epochs=0), ValueError, "epochs"),
        (lambda X, y: dense().fit(X, y, batch_size=2.5), TypeError, "batch_size"),
        (lambda X, y: dense().fit(X, y, patience=3), ValueError, "patience=3 needs rows to judge by"),
        (lambda X, y: dense().fit(X, y, validation_fraction=1.0), ValueError, "validation_fraction"),
        (lambda X, y: dense().fit(X[:1], y[:1], validation_fraction=0.5), ValueError, "none of 1 rows to train on"),
        (
            lambda X, y: dense().fit(X, y, validation=(X, y), validation_fraction=0.5),
            ValueError,
            "are both given",
        ),
        (lambda X, y: dense().fit(X, y, sample_weight=-y), ValueError, "sample_weight"),
        (lambda X, y: dense().fit(X, y, sample_weight=y[:3]), ValueError, "sample_weight"),
        (lambda X, y: dense().fit(X, y[:5]), ValueError, r"y has shape \(5,\), but X has 90 rows"),
        (lambda X, y: dense().fit(X[:0], y[:0]), ValueError, r"0 sample\(s\)"),
        (lambda X, y: dense().fit(X * np.nan, y), ValueError, "NaN or infinity"),
        (lambda X, y: dense(dtype="float32").fit(X * 1e50, y), ValueError, "as float32"),
        (lambda X, y: dense().fit(X.astype(str), y), TypeError, "X must hold numbers"),
        (lambda X, y: dense().fit(X, y + 1), ValueError, "holds class 3, but there are 3 outputs"),
        (lambda X, y: dense("mse").fit(X, y), ValueError, "do not go together"),
        (
            lambda X, y: dense().fit(X, y, epochs=1).predict(X[:, :2]),
            ValueError,
            r"built for batches of shape \(b, 4\)",
        ),
        (lambda X, y: dense("mse").fit(X, X[:, :3], epochs=1).predict_proba(X), ValueError, "knows no chances"),
    ],
)
def test_what_cannot_be_done_is_said(rng, call, error, words):
    with pytest.raises(error, match=words):
        call(*blobs(rng))


def test_a_loss_object_may_be_given():
    loss = MSE()
    assert Sequential([Dense(1)], loss=loss).loss is loss
