"""Races of layers, losses, optimisers, clips and schedules without a file in ``benchmarks/workloads``: a line each.

A step is forward and backward; of a loss its value and slopes; of an optimiser one move of the weights. PyTorch, where
it is installed, starts from the same numbers, in float64 as we do. Of images it runs in its own memory order, channels
first, and in ours; an optimiser runs as it does unless told otherwise, and "fused". The gate compares all arrays number
by number, in our memory order: what forward returns, the slopes of what went in and of the weights; a loss's value and
slopes; weights moved once and twice. Holes are drawn, so those of `Dropout` are counted. A clip is given fresh slopes
each time, a copy that both pay for; a schedule is asked for the rates of n steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks.clips_and_rates import bare, by_value, our_clip, our_schedule, their_clip, their_schedule
from benchmarks.steps import (
    Step,
    arrays_of,
    drawn,
    kept,
    our_layer,
    our_loss,
    our_optimiser,
    their_layer,
    their_loss,
    their_optimiser,
    with_x,
)
from benchmarks.workload import Data, Workload

WORDS, PLACES, PIXELS = 10_000, 50, 28


# ---- what the steps are given


def rows(n: int, d: int) -> dict[str, Any]:
    """Return n rows of d numbers."""
    return {"X": drawn(0, (n, d)), "d": d}


def images(n: int, d: int) -> dict[str, Any]:
    """Return n images of d channels."""
    return {"X": drawn(0, (n, PIXELS, PIXELS, d)), "d": d}


def sentences(n: int, d: int) -> dict[str, Any]:
    """Return n rows of words, each of which becomes d numbers."""
    return {"X": np.random.default_rng(0).integers(WORDS, size=(n, PLACES)), "d": d}


def sequences(n: int, d: int) -> dict[str, Any]:
    """Return n sequences, d numbers at each place."""
    return {"X": drawn(0, (n, PLACES, d)), "d": d}


def outputs(n: int, d: int, wanted: str) -> dict[str, Any]:
    """Return n rows of d outputs, and what is wanted of them: "numbers", "chances", "signs" or "classes"."""
    Y = drawn(1, (n, d))
    kinds = {"numbers": Y, "chances": 1.0 * (Y > 0), "signs": np.sign(Y), "classes": Y.argmax(1)}
    return {"X": drawn(0, (n, d)), "wanted": kinds[wanted]}


def network(n: int, d: int) -> dict[str, Any]:
    """Return weights and slopes of a layer of d units, of n inputs, and of a second one of d inputs."""
    shapes = [(n, d), (d,), (d, d), (d,)]
    return {"weights": [drawn(i, s) for i, s in enumerate(shapes)], "slopes": [drawn(9, s) for s in shapes]}


def asked_rates(n: int, d: int) -> dict[str, Any]:
    """Return a number of steps."""
    return {"n": n}


# ---- what the answers are worth


def holes(arrays: Sequence[np.ndarray], data: Data) -> float:
    """Return by how many standard errors the share of slopes lost misses a half, either way.

    Infinity unless what is not lost is doubled, forward and backward, and is the same in both.
    """
    slopes, (found, output, again) = drawn(1, data["X"].shape), arrays
    for array, whole, left in ((found, slopes, found), (output, data["X"], again), (again, slopes, again)):
        if not np.array_equal(array, np.where(left != 0.0, 2.0 * whole, 0.0)):
            return np.inf
    return float(2.0 * np.sqrt(found.size) * abs((found != 0.0).mean() - 0.5))


# ---- the table


class Kind(NamedTuple):
    """What the lines of a kind have in common."""

    make: Callable[[int, int], dict[str, Any]]
    sizes: Mapping[str, tuple[int, int]]
    ours: Callable[..., Step]
    theirs: Mapping[str, Callable[..., Step]]
    counted: Callable[[Sequence[np.ndarray], Data], float] | None = None  # a loss, in place of the same arrays
    gate: str = ""
    slack: float = 0.0
    close: float = 1e-9  # of the same arrays


on_rows = Kind(rows, {"small": (500, 64), "large": (20_000, 256)}, our_layer, {"torch": their_layer})
drawing = on_rows._replace(counted=holes, gate="standard errors of the holes' share", slack=4.0)
channels: dict[str, Callable[..., Step]] = {
    "torch": their_layer,
    "torch channels last": partial(their_layer, last=True),
}
on_images = Kind(images, {"small": (8, 16), "large": (64, 32)}, our_layer, channels)
on_words = Kind(sentences, {"small": (16, 16), "large": (256, 64)}, our_layer, {"torch": their_layer})
on_places = Kind(sequences, {"small": (16, 16), "large": (256, 64)}, our_layer, {"torch": their_layer})
numbers = Kind(
    partial(outputs, wanted="numbers"), {"small": (500, 10), "large": (20_000, 100)}, our_loss, {"torch": their_loss}
)
chances, signs, classes = (
    numbers._replace(make=partial(outputs, wanted=wanted)) for wanted in ("chances", "signs", "classes")
)
in_place: dict[str, Callable[..., Step]] = {
    "torch": their_optimiser,
    "torch fused": partial(their_optimiser, fused=True),
}
moves = Kind(network, {"small": (100, 50), "large": (1_000, 1_000)}, our_optimiser, in_place)
cuts = Kind(network, {"small": (100, 50), "large": (1_000, 1_000)}, our_clip, {"torch": their_clip}, close=1e-5)
rates = Kind(asked_rates, {"small": (10, 1), "large": (1_000, 1)}, our_schedule, {"torch": their_schedule})

TABLE: dict[str, tuple[Kind, Callable[..., Any], Callable[..., Any]]] = {  # kind, ours, theirs
    "Dense": (on_rows, lambda nn, d: nn.Dense(d), lambda nn, d: nn.Linear(d, d)),
    "BatchNorm": (on_rows, lambda nn, d: nn.BatchNorm(), lambda nn, d: nn.BatchNorm1d(d)),
    "BatchNorm_images": (on_images, lambda nn, d: nn.BatchNorm(), lambda nn, d: nn.BatchNorm2d(d)),
    "LayerNorm": (on_rows, lambda nn, d: nn.LayerNorm(), lambda nn, d: nn.LayerNorm(d)),
    "MaxPool2D": (on_images, lambda nn, d: nn.MaxPool2D(2), lambda nn, d: nn.MaxPool2d(2)),
    "Dropout": (drawing, lambda nn, d: nn.Dropout(0.5), lambda nn, d: nn.Dropout(0.5)),
    "Flatten": (
        on_images._replace(theirs={"torch": their_layer}),
        lambda nn, d: nn.Flatten(),
        lambda nn, d: nn.Flatten(),
    ),
    "Residual": (
        on_rows,
        lambda nn, d: nn.Residual([nn.Dense(d)]),
        lambda nn, d: with_x(nn, nn.Linear(d, d), lambda part, x: part(x)),
    ),
    "Positions": (
        on_places,
        lambda nn, d: nn.Positions(),
        lambda nn, d: with_x(nn, nn.Embedding(PLACES, d), lambda part, x: part.weight),
    ),
    "Embedding": (on_words, lambda nn, d: nn.Embedding(WORDS, d), lambda nn, d: nn.Embedding(WORDS, d)),
    "ReLU": (on_rows, lambda nn, d: nn.ReLU(), lambda nn, d: nn.ReLU()),
    "LeakyReLU": (on_rows, lambda nn, d: nn.LeakyReLU(), lambda nn, d: nn.LeakyReLU()),
    "GELU": (on_rows, lambda nn, d: nn.GELU(), lambda nn, d: nn.GELU()),
    "Sigmoid": (on_rows, lambda nn, d: nn.Sigmoid(), lambda nn, d: nn.Sigmoid()),
    "Tanh": (on_rows, lambda nn, d: nn.Tanh(), lambda nn, d: nn.Tanh()),
    "Softmax": (on_rows, lambda nn, d: nn.Softmax(), lambda nn, d: nn.Softmax(-1)),
    "CrossEntropy": (classes, lambda nn: nn.CrossEntropy(), lambda nn: nn.CrossEntropyLoss()),
    "BinaryCrossEntropy": (chances, lambda nn: nn.BinaryCrossEntropy(), lambda nn: nn.BCEWithLogitsLoss()),
    "MSE": (numbers, lambda nn: nn.MSE(), lambda nn: nn.MSELoss()),
    "Huber": (numbers, lambda nn: nn.Huber(), lambda nn: nn.HuberLoss()),
    "Hinge": (signs, lambda nn: nn.Hinge(), lambda nn: lambda x, y: (1.0 - y * x).clamp(min=0.0).mean()),
    "SGD": (moves, lambda nn: nn.SGD(0.01), lambda optim, w, **how: optim.SGD(w, 0.01, **how)),
    "Momentum": (moves, lambda nn: nn.Momentum(0.01, 0.9), lambda optim, w, **how: optim.SGD(w, 0.01, 0.9, **how)),
    "Nesterov": (
        moves,
        lambda nn: nn.Nesterov(0.01, 0.9),
        lambda optim, w, **how: optim.SGD(w, 0.01, 0.9, nesterov=True, **how),
    ),
    "AdaGrad": (moves, lambda nn: nn.AdaGrad(0.01), lambda optim, w, **how: optim.Adagrad(w, 0.01, **how)),
    "RMSprop": (
        moves._replace(theirs={"torch": their_optimiser}),
        lambda nn: nn.RMSprop(0.01),
        lambda optim, w: optim.RMSprop(w, 0.01),
    ),
    "Adam": (moves, lambda nn: nn.Adam(0.001), lambda optim, w, **how: optim.Adam(w, 0.001, **how)),
    "AdamW": (moves, lambda nn: nn.AdamW(0.001), lambda optim, w, **how: optim.AdamW(w, 0.001, **how)),
    "ClipByNorm": (cuts, lambda nn: nn.ClipByNorm(1.0), lambda utils: lambda w: utils.clip_grad_norm_(w, 1.0)),
    "ClipByValue": (cuts, lambda nn: nn.ClipByValue(0.5), by_value),
    "global_norm": (cuts, lambda nn: nn.global_norm, bare),
    "ConstantRate": (rates, lambda nn, n: nn.ConstantRate(0.1), lambda lr, o, n: lr.ConstantLR(o, 1.0)),
    "StepRate": (rates, lambda nn, n: nn.StepRate(0.1, 10, 0.5), lambda lr, o, n: lr.StepLR(o, 10, 0.5)),
    "ExponentialRate": (rates, lambda nn, n: nn.ExponentialRate(0.1), lambda lr, o, n: lr.ExponentialLR(o, 0.95)),
    "InverseScaling": (
        rates,
        lambda nn, n: nn.InverseScaling(0.1),
        lambda lr, o, n: lr.LambdaLR(o, lambda t: 1.0 / (t + 1) ** 0.5),
    ),
    "CosineRate": (rates, lambda nn, n: nn.CosineRate(0.1, n), lambda lr, o, n: lr.CosineAnnealingLR(o, n - 1)),
    "OneCycle": (rates, lambda nn, n: nn.OneCycle(0.1, n), lambda lr, o, n: lr.OneCycleLR(o, 0.1, n)),
}
REASONS = dict.fromkeys(  # why one is slower than somebody
    ("SGD", "Momentum", "Nesterov", "AdaGrad", "AdamW"),
    "Memory is the bound of two million weights: whoever moves them in one pass fetches weights and slopes once and "
    "writes weights once (and velocities, and means); who is some hundredths ahead changes from run to run.",
)
REASONS |= dict.fromkeys(
    ("ClipByNorm", "ClipByValue", "global_norm"),
    "Memory is the bound of two million slopes, which both read for their length, and to clip them read again and "
    "write. Ours does so on one thread, where the two are level; the peer parts them between two.",
)
REASONS["BatchNorm_images"] = (
    "Memory is the bound: means, spreads and slopes take several passes over the images. On one thread the two are "
    "level where the peer, too, has channels last, and who is some hundredths ahead changes from run to run."
)
REASONS |= dict.fromkeys(
    ("CrossEntropy", "Sigmoid"),
    "The bound is an exponential for each number, which both take. On two threads ours is ahead; on one the peer was a "
    "twentieth to a fifth ahead on one machine, and behind on another.",
)
REASONS["MaxPool2D"] = (
    "Ours is ahead on one thread, and works on one; the peer parts even eight images between two. One pass over the "
    "images, and one back, is the bound."
)


def workload_of(name: str) -> Workload:
    """Return the race of one line."""
    kind, ours, theirs = TABLE[name]
    counted = kind.counted
    return Workload(
        title=f"{name}, one step",
        make=lambda n, d, data: {**kind.make(n, d), "kept": {}},
        sizes=kind.sizes,
        contestants={
            "scratchml": kept(partial(kind.ours, ours)),
            **{who: kept(partial(step, theirs)) for who, step in kind.theirs.items()},
        },
        loss=None if counted is None else lambda model, data: counted(arrays_of(model, data), data),
        same=arrays_of if counted is None else None,
        gate=kind.gate,
        slack=kind.slack,
        close=kind.close,
        fit_name="step",
        reasons={"step": REASONS[name]} if name in REASONS else {},
    )
