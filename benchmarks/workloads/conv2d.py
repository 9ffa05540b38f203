"""A convolution forward and backward, images of 28 x 28 with 16 channels, 32 filters of 3 x 3, one step each.

In float64 here, in float32 in ``conv2d_float32.py``: contestants count with as many digits. Where PyTorch is installed
it runs, too, in its own memory order (channels first) and with channels last, as ours. The gate compares the sum of
squares of the filters' slopes, to float32's digits.
"""

from importlib.util import find_spec

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    rng = np.random.default_rng(0)
    return {
        "X": rng.normal(size=(n, 28, 28, 16)),
        "slopes": rng.normal(size=(n, 28, 28, 32)),
        "W": rng.normal(size=(3, 3, 16, 32)),
        "kept": {},  # layers and tensors, made once: a step of training makes none
    }


def ours(dtype):
    def step(data):
        if dtype not in data["kept"]:
            from scratchml.neural_network import Conv2D

            layer = Conv2D(32, 3, padding="same")
            layer.build((28, 28, 16), np.random.RandomState(0), dtype)
            layer.set_parameters(weights=data["W"])
            data["kept"][dtype] = layer, data["X"].astype(dtype), data["slopes"].astype(dtype)
        layer, x, slopes = data["kept"][dtype]
        layer.forward(x, training=True)
        layer.backward(slopes)
        return layer.gradients["weights"]

    return step


def torch(dtype, last):
    def step(data):
        import torch

        key = f"torch {dtype} {last}"
        if key not in data["kept"]:
            order = torch.channels_last if last else torch.contiguous_format
            layer = torch.nn.Conv2d(16, 32, 3, padding="same").to(dtype=getattr(torch, dtype), memory_format=order)
            layer.weight.data.copy_(torch.from_numpy(data["W"].transpose(3, 2, 0, 1)))
            layer.bias.data.zero_()
            x, slopes = (
                torch.from_numpy(data[name].transpose(0, 3, 1, 2).astype(dtype)).contiguous(memory_format=order)
                for name in ("X", "slopes")
            )
            data["kept"][key] = layer, x.requires_grad_(), slopes
        layer, x, slopes = data["kept"][key]
        layer.weight.grad = layer.bias.grad = x.grad = None
        layer(x).backward(slopes)
        return layer.weight.grad.numpy().transpose(2, 3, 1, 0)

    return step


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
    contestants = {"scratchml": Contestant(ours(dtype))}
    if find_spec("torch"):
        contestants["torch"] = Contestant(torch(dtype, False))
        contestants["torch channels last"] = Contestant(torch(dtype, True))
    return Workload(
        title=f"Conv2D 3x3 forward and backward in {dtype}, images 28x28x16 to 32",
        make=make,
        sizes={"small": (8, 28 * 28 * 16), "large": (64, 28 * 28 * 16)},
        contestants=contestants,
        loss=lambda slopes, data: float((slopes.astype(np.float64) ** 2).sum()),
        allowed=1e-5,
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
