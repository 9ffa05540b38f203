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


def products(data, dtype):
    """Multiply as forward and backward do, image by image, so that one image's patches stay in the cache."""
    from scratchml.neural_network.products import multiply, multiply_transposed

    key = f"products {dtype}"
    if key not in data["kept"]:
        rows, W = np.ones((28 * 28, 144), dtype), data["W"].reshape(144, 32).astype(dtype)
        room = np.empty((28 * 28, 32), dtype), np.empty((144, 32), dtype), np.empty_like(rows)
        data["kept"][key] = rows, data["slopes"].reshape(len(data["X"]), -1, 32).astype(dtype), W, W.T.copy(), *room
    rows, slopes, W, turned, y, grad_W, grad_rows = data["kept"][key]
    for of_image in slopes:
        multiply(rows, W, y)
        multiply_transposed(rows, of_image, grad_W)
        multiply(of_image, turned, grad_rows)


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
        floor=lambda data: products(data, dtype),
        floor_name="its three products",
        **rest,
    )


WORKLOAD = race(
    "float64",
    reasons={
        "step": "Ours works on one thread, where it is twice as fast and its three products are the bound; the peer "
        "has both, and of eight images that makes them about equal.",
    },
)
