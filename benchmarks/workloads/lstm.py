"""An LSTM of as many units as columns forward and backward, 64 sequences of 50 places, one step.

``multi_head_attention.py`` races the other layer for sequences the same way. Where PyTorch is installed it runs, too,
with the same weights. The gate compares the slopes of the sequences.
"""

from importlib.util import find_spec

import numpy as np

from benchmarks.workload import Contestant, Workload

PLACES = 50


def make(n, d, kind):
    rng = np.random.default_rng(0)
    return {
        "X": rng.normal(size=(n, PLACES, d)),
        "slopes": rng.normal(size=(n, PLACES, d)),
        "kept": {},  # layers and tensors, made once: a step of training makes none
    }


def built(layer, data):
    """Return our layer with the weights of seed 0, the same every time."""
    layer.build(data["X"].shape[1:], np.random.RandomState(0), np.dtype(np.float64))
    return layer


def ours(make_layer):
    def step(data):
        if "ours" not in data["kept"]:
            data["kept"]["ours"] = built(make_layer(data), data)
        layer = data["kept"]["ours"]
        layer.forward(data["X"], training=True)
        return layer.backward(data["slopes"])

    return step


def torchs(make_layer):
    """make_layer(torch, data) returns what PyTorch is to call with the sequences, and its parameters."""

    def step(data):
        import torch

        if "torch" not in data["kept"]:
            x = torch.from_numpy(data["X"].copy()).requires_grad_()
            data["kept"]["torch"] = *make_layer(torch, data), x, torch.from_numpy(data["slopes"])
        call, weights, x, slopes = data["kept"]["torch"]
        for tensor in (*weights, x):
            tensor.grad = None
        call(x).backward(slopes)
        return x.grad.numpy()

    return step


def race(title, our_layer, torch_layer, sizes):
    contestants = {"scratchml": Contestant(ours(our_layer))}
    if find_spec("torch"):
        contestants["torch"] = Contestant(torchs(torch_layer))
    return Workload(
        title=title,
        make=make,
        sizes=sizes,
        contestants=contestants,
        loss=lambda slopes, data: float((slopes**2).sum()),
        allowed=1e-9,
        fit_name="step",
    )


def our_lstm(data):
    from scratchml.neural_network import LSTM

    return LSTM(data["X"].shape[2])


def torch_lstm(torch, data):
    d, own = data["X"].shape[2], built(our_lstm(data), data).parameters
    layer = torch.nn.LSTM(d, d, batch_first=True).double()
    with torch.no_grad():
        layer.weight_ih_l0.copy_(torch.from_numpy(own["input_weights"].T.copy()))
        layer.weight_hh_l0.copy_(torch.from_numpy(own["state_weights"].T.copy()))
        layer.bias_ih_l0.copy_(torch.from_numpy(own["biases"]))
        layer.bias_hh_l0.zero_()
    return lambda x: layer(x)[0], list(layer.parameters())


WORKLOAD = race("LSTM forward and backward", our_lstm, torch_lstm, {"small": (16, 16), "large": (64, 64)})
