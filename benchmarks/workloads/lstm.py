"""An LSTM of as many units as columns forward and backward, 64 sequences of 50 places, one step.

``multi_head_attention.py`` races the other layer for sequences the same way. Where PyTorch is installed it runs, too,
with the same weights. The gate compares what forward returns, and the slopes of sequences and weights.
"""

from functools import partial
from importlib.util import find_spec

import numpy as np

from benchmarks.steps import arrays_of, kept, our_step, their_step
from benchmarks.workload import Workload

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


def ours(make_layer, data):
    return our_step(built(make_layer(data), data), data["X"], data["slopes"])


def torchs(make_layer, data):
    """make_layer(torch, data) returns what to call with sequences, its weights, and what puts slopes in our order."""
    import torch

    call, weights, own = make_layer(torch, data)
    x = torch.from_numpy(data["X"].copy()).requires_grad_()
    return their_step(call, x, weights, torch.from_numpy(data["slopes"]), own)


def race(title, our_layer, torch_layer, sizes):
    contestants = {"scratchml": kept(partial(ours, our_layer))}
    if find_spec("torch"):
        contestants["torch"] = kept(partial(torchs, torch_layer))
    return Workload(title=title, make=make, sizes=sizes, contestants=contestants, same=arrays_of, fit_name="step")


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
    return lambda x: layer(x)[0], list(layer.parameters()), lambda g: [g[0].T, g[1].T, g[2]]  # ours has one bias


WORKLOAD = race("LSTM forward and backward", our_lstm, torch_lstm, {"small": (16, 16), "large": (64, 64)})
