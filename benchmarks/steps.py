"""Steps of training that are raced, of our layers and of PyTorch's, and what the gate is told of them.

What only the gate needs is worked out after the step, untimed: PyTorch's arrays are turned into our memory order (its
images have the channels first, its `Linear` weights are ours transposed), and forward's output is that of a second
step. `benchmarks.layers` and the files of ``benchmarks/workloads`` that race layers make theirs here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmarks.workload import Contestant, Data

Own = Callable[[list[np.ndarray]], list[np.ndarray]]  # puts the slopes of PyTorch's weights in our order


class Step(NamedTuple):
    """A step that can be made again and again, and what the gate is told of it."""

    work: Callable[[], Any]  # timed
    told: Callable[[Any], list[np.ndarray]]  # given what `work` returned: arrays of the gate's own, in our memory order


def drawn(seed: int, shape: Sequence[int]) -> np.ndarray:
    """Return normal numbers, the same every time."""
    return np.random.default_rng(seed).normal(size=shape)


def kept(prepare: Callable[[Data], Step]) -> Contestant:
    """Return a contestant that makes layers and tensors once: a step of training makes none."""

    def fit(data: Data) -> tuple[Callable[[Data], Step], Any]:
        if prepare not in data["kept"]:
            data["kept"][prepare] = prepare(data)
        return prepare, data["kept"][prepare].work()

    return Contestant(fit)


def arrays_of(model: tuple[Any, Any], data: Data) -> list[np.ndarray]:
    """Return what the gate is told of a step, given what `kept`'s contestants return."""
    prepare, found = model
    told: list[np.ndarray] = data["kept"][prepare].told(found)
    return told


def our_step(layer: Any, X: np.ndarray, slopes: np.ndarray) -> Step:
    """Return a step of one of our layers, which is built; the gate is told of a second one's output and slopes, too."""

    def work() -> Sequence[Any]:
        layer.forward(X, training=True)
        return [layer.backward(slopes), *layer.gradients.values()]

    def copies(found: Sequence[Any]) -> list[np.ndarray]:
        return [array.copy() for array in (found if X.dtype.kind == "f" else found[1:])]  # words have no slopes

    def told(found: Sequence[Any]) -> list[np.ndarray]:
        first, output = copies(found), layer.forward(X, training=True).copy()
        return [*first, output, *copies([layer.backward(slopes), *layer.gradients.values()])]

    return Step(work, told)


def our_layer(make: Callable[..., Any], data: Data) -> Step:
    """Return a step of one of our layers, forward and backward."""
    from scratchml import neural_network

    layer, X = make(neural_network, data["d"]), data["X"]
    shape = layer.build(X.shape[1:], np.random.RandomState(0))
    layer.set_parameters(**{name: drawn(2, p.shape) for name, p in layer.parameters.items()})
    return our_step(layer, X, drawn(1, (len(X), *shape)))


def channels_last(array: np.ndarray) -> np.ndarray:
    """Return PyTorch's images in our order; other arrays as they are."""
    return array.transpose(0, 2, 3, 1) if array.ndim == 4 else array


def placed(array: np.ndarray, last: bool = False) -> Any:
    """Return an array of ours as a tensor, of images the channels where PyTorch wants them: first, or last."""
    import torch

    if array.ndim < 4:
        return torch.from_numpy(array)
    order = torch.channels_last if last else torch.contiguous_format
    return torch.from_numpy(array.transpose(0, 3, 1, 2)).contiguous(memory_format=order)


def their_step(call: Any, x: Any, weights: Sequence[Any], slopes: Any, own: Own) -> Step:
    """Return a step of PyTorch's, told of as ours is; `own` puts a list of the weights' slopes in our order."""
    tensors = [tensor for tensor in (x, *weights) if tensor.requires_grad]

    def work() -> Sequence[Any]:
        for tensor in tensors:
            tensor.grad = None
        call(x).backward(slopes)
        return [tensor.grad for tensor in tensors]

    def turned(found: Sequence[Any]) -> list[np.ndarray]:
        arrays, of_x = [tensor.numpy() for tensor in found], len(tensors) - len(weights)
        return [*map(channels_last, arrays[:of_x]), *own(arrays[of_x:])]

    def told(found: Sequence[Any]) -> list[np.ndarray]:
        for tensor in tensors:
            tensor.grad = None
        output = call(x)
        output.backward(slopes)
        if output.ndim < x.ndim:  # flat images are images
            output = output.reshape(x.shape)
        seen = channels_last(output.detach().numpy())
        return [*turned(found), seen, *turned([tensor.grad for tensor in tensors])]

    return Step(work, told)


def their_layer(make: Callable[..., Any], data: Data, last: bool = False) -> Step:
    """Return a step of one of PyTorch's layers; of images with the channels first, or last."""
    import torch

    layer, X = make(torch.nn, data["d"]).double(), data["X"]
    weights, x = list(layer.parameters()), placed(X, last)
    turn = any(isinstance(part, torch.nn.Linear) for part in layer.modules())  # its weights are ours transposed
    with torch.no_grad():
        for w in weights:
            w.copy_(torch.from_numpy(drawn(2, w.shape[::-1]).T if turn else drawn(2, w.shape)))
    x.requires_grad_(x.is_floating_point())
    shape = channels_last(layer(x).detach().numpy()).shape
    if len(shape) < X.ndim:  # flat: the same slope for the same pixel, wherever it lies
        slopes = placed(drawn(1, X.shape), last).reshape(shape)
    else:
        slopes = placed(drawn(1, shape), last)
    return their_step(layer, x, weights, slopes, lambda found: [g.T if turn else g for g in found])


def with_x(nn: Any, part: Any, term: Callable[[Any, Any], Any]) -> Any:
    """Return a layer of PyTorch's that adds a term to x, given (part, x)."""

    class WithX(nn.Module):  # type: ignore[misc]  # PyTorch need not be here, so mypy sees Any
        def __init__(self) -> None:
            super().__init__()
            self.part = part

        def forward(self, x: Any) -> Any:
            return x + term(self.part, x)

    return WithX()


def copies_of(found: Sequence[Any]) -> list[np.ndarray]:
    """Return copies of a loss's value and slopes."""
    return [np.array(part) for part in found]


def our_loss(make: Callable[..., Any], data: Data) -> Step:
    """Return a step of one of our losses: value and slopes."""
    from scratchml import neural_network

    loss = make(neural_network)
    return Step(lambda: [loss.forward(data["X"], data["wanted"]), loss.backward()], copies_of)


def their_loss(make: Callable[..., Any], data: Data) -> Step:
    """Return a step of one of PyTorch's losses."""
    import torch

    loss, x, wanted = make(torch.nn), torch.from_numpy(data["X"]), torch.from_numpy(data["wanted"])
    x.requires_grad_()

    def work() -> Sequence[Any]:
        x.grad = None
        value = loss(x, wanted)
        value.backward()
        return [value.item(), x.grad.numpy()]

    return Step(work, copies_of)


def moves_of(start: Callable[[], tuple[Sequence[Any], Callable[[], Any]]]) -> Step:
    """Return a move of weights; the gate is told where the first and the second one of another start lead.

    `start` returns (weights, what moves them).
    """

    def told(found: Any) -> list[np.ndarray]:
        weights, move = start()
        moved = []
        for _ in range(2):  # the first needs no past, the second does
            move()
            moved += [np.array(w) for w in weights]
        return moved

    return Step(start()[1], told)


def our_optimiser(make: Callable[..., Any], data: Data) -> Step:
    """Return a move of one of our optimisers."""
    from scratchml import neural_network

    def start() -> tuple[Sequence[Any], Callable[[], Any]]:
        optimiser, weights = make(neural_network), [w.copy() for w in data["weights"]]
        optimiser.start(weights)
        return weights, lambda: optimiser.update(weights, data["slopes"])

    return moves_of(start)


def their_optimiser(make: Callable[..., Any], data: Data, **how: Any) -> Step:
    """Return a move of one of PyTorch's optimisers."""
    import torch

    def start() -> tuple[Sequence[Any], Callable[[], Any]]:
        weights = [torch.nn.Parameter(torch.from_numpy(w.copy())) for w in data["weights"]]
        for w, slopes in zip(weights, data["slopes"]):
            w.grad = torch.from_numpy(slopes)
        optimiser = make(torch.optim, weights, **how)
        return [w.detach().numpy() for w in weights], lambda: optimiser.step()

    return moves_of(start)
