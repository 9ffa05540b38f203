"""A convolution forward and backward, 64 images of 28 x 28 with 16 channels, 32 filters of 3 x 3, one step each.

Where PyTorch is installed it runs, too, in its own memory order (channels first) and with channels last, as here. The
gate compares the sum of squares of the filters' slopes, to float32's digits.
"""

from importlib.util import find_spec

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    return {
        "x": rng.normal(size=(64, 28, 28, 16)),
        "slopes": rng.normal(size=(64, 28, 28, 32)),
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
            data["kept"][dtype] = layer, data["x"].astype(dtype), data["slopes"].astype(dtype)
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
                for name in ("x", "slopes")
            )
            data["kept"][key] = layer, x.requires_grad_(), slopes
        layer, x, slopes = data["kept"][key]
        layer.weight.grad = layer.bias.grad = x.grad = None
        layer(x).backward(slopes)
        return layer.weight.grad.numpy().transpose(2, 3, 1, 0)

    return step


def products(data):
    """Multiply the patches as forward and backward do, each time in one piece: ours, in portions, may be faster."""
    if "rows" not in data["kept"]:
        data["kept"]["rows"] = np.ones((64 * 28 * 28, 144)), data["slopes"].reshape(-1, 32), data["W"].reshape(144, 32)
    rows, slopes, W = data["kept"]["rows"]
    return rows @ W, rows.T @ slopes, slopes @ W.T


CONTESTANTS = {"scratchml": Contestant(ours("float64")), "scratchml float32": Contestant(ours("float32"))}
if find_spec("torch"):
    for kind in ("float64", "float32"):
        CONTESTANTS[f"torch {kind}"] = Contestant(torch(kind, False))
        CONTESTANTS[f"torch {kind}, channels last"] = Contestant(torch(kind, True))
WORKLOAD = Workload(
    title="Conv2D 3x3 forward and backward, 64 images 28x28x16 to 32",
    make=make,
    contestants=CONTESTANTS,
    loss=lambda slopes, data: float((slopes.astype(np.float64) ** 2).sum()),
    allowed=1e-5,
    fit_name="step",
    floor=products,
    floor_name="its three products",
)
