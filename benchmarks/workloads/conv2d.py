"""A convolution forward and backward, images of 28 x 28 with 16 channels, 32 filters of 3 x 3, one step each.

In float64 here, in float32 in ``conv2d_float32.py``: contestants count with as many digits. Where PyTorch is installed
it runs, too, in its own memory order (channels first) and with channels last, as ours. The gate compares what
forward returns, and the slopes of images, filters and biases.
"""

from functools import partial
from importlib.util import find_spec

import numpy as np

from benchmarks.steps import arrays_of, kept, our_step, placed, their_step
from benchmarks.workload import Workload

CLOSE = {"float64": 1e-9, "float32": 1e-5}  # sums of some thousand products in another order


def make(n, d, kind):
    rng = np.random.default_rng(0)
    return {
        "X": rng.normal(size=(n, 28, 28, 16)),
        "slopes": rng.normal(size=(n, 28, 28, 32)),
        "W": rng.normal(size=(3, 3, 16, 32)),
        "kept": {},  # layers and tensors, made once: a step of training makes none
    }


def ours(dtype, data):
    from scratchml.neural_network import Conv2D

    layer = Conv2D(32, 3, padding="same")
    layer.build((28, 28, 16), np.random.RandomState(0), dtype)
    layer.set_parameters(weights=data["W"])
    return our_step(layer, data["X"].astype(dtype), data["slopes"].astype(dtype))


def torchs(dtype, last, data):
    import torch

    order = torch.channels_last if last else torch.contiguous_format
    layer = torch.nn.Conv2d(16, 32, 3, padding="same").to(dtype=getattr(torch, dtype), memory_format=order)
    layer.weight.data.copy_(torch.from_numpy(data["W"].transpose(3, 2, 0, 1)))
    layer.bias.data.zero_()
    x, slopes = (placed(data[name].astype(dtype), last) for name in ("X", "slopes"))
    weights = [layer.weight, layer.bias]
    return their_step(layer, x.requires_grad_(), weights, slopes, lambda g: [g[0].transpose(2, 3, 1, 0), g[1]])


def one_pass(data, dtype):
    """Copy images and slopes: who makes a step reads both, and writes as many numbers."""
    key = f"copies {dtype}"
    if key not in data["kept"]:
        arrays = [data[name].astype(dtype) for name in ("X", "slopes")]
        data["kept"][key] = [(array, np.ones_like(array)) for array in arrays]
    for array, room in data["kept"][key]:
        np.copyto(room, array)


def race(dtype, **rest):
    """Return the race of those who count with numbers of one type."""
    contestants = {"scratchml": kept(partial(ours, dtype))}
    if find_spec("torch"):
        contestants["torch"] = kept(partial(torchs, dtype, False))
        contestants["torch channels last"] = kept(partial(torchs, dtype, True))
    return Workload(
        title=f"Conv2D 3x3 forward and backward in {dtype}, images 28x28x16 to 32",
        make=make,
        sizes={"small": (8, 28 * 28 * 16), "large": (64, 28 * 28 * 16)},
        contestants=contestants,
        same=arrays_of,
        close=CLOSE[dtype],
        fit_name="step",
        floor=lambda data: one_pass(data, dtype),
        floor_name="one pass over images and slopes",
        **rest,
    )


WORKLOAD = race(
    "float64",
    reasons={
        "step": "A second thread gains the peer a third of its time or more, ours nothing. Of eight images the two are "
        "within a quarter of each other on one thread, so that on two the peer is ahead; of 64 ours is, on both. The "
        "bound is one pass over images and slopes.",
    },
)
