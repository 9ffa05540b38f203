"""How ``layers.py`` runs clips of slopes and schedules of rates: ours, and PyTorch's beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.steps import Step
from benchmarks.workload import Data


def copies(found: Sequence[Any]) -> list[np.ndarray]:
    """Return the gate's own copies of what a step returned."""
    return [np.array(array) for array in found]


def our_clip(make: Callable[..., Any], data: Data) -> Step:
    """Return a cut of fresh slopes by one of our clips."""
    from scratchml import neural_network

    clip, cut = make(neural_network), [s.copy() for s in data["slopes"]]

    def step() -> Sequence[Any]:
        for part, slopes in zip(cut, data["slopes"]):
            part[...] = slopes
        return [np.asarray(clip(cut)), *cut]

    return Step(step, copies)


def their_clip(make: Callable[..., Any], data: Data) -> Step:
    """Return a cut of fresh slopes by one of PyTorch's; and their length, as ours tells it."""
    import torch

    weights, slopes = [torch.from_numpy(w) for w in data["weights"]], [torch.from_numpy(s) for s in data["slopes"]]
    for w, part in zip(weights, slopes):
        w.grad = part.clone()
    clip = make(torch.nn.utils)

    def step() -> Sequence[Any]:
        for w, part in zip(weights, slopes):
            w.grad.copy_(part)
        return [np.asarray(clip(weights)), *(w.grad.numpy() for w in weights)]

    return Step(step, copies)


def our_schedule(make: Callable[..., Any], data: Data) -> Step:
    """Return the rates of a number of steps."""
    from scratchml import neural_network

    def step() -> Sequence[Any]:
        rate = make(neural_network, data["n"])
        return [np.fromiter((rate(t) for t in range(data["n"])), float, data["n"])]

    return Step(step, copies)


def their_schedule(make: Callable[..., Any], data: Data) -> Step:
    """Return the rates that PyTorch gives an optimiser."""
    import torch

    def rates() -> Iterator[float]:
        optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.1)
        schedule = make(torch.optim.lr_scheduler, optimiser, data["n"])
        for _ in range(data["n"]):
            yield optimiser.param_groups[0]["lr"]
            optimiser.step()
            schedule.step()

    def step() -> Sequence[Any]:
        return [np.fromiter(rates(), float, data["n"])]

    return Step(step, copies)


def bare(utils: Any) -> Callable[..., Any]:
    """Return the length of all slopes by PyTorch."""
    return lambda weights: utils.get_total_norm([w.grad for w in weights])


def by_value(utils: Any) -> Callable[..., Any]:
    """Return PyTorch's clip by value, told the length first as ours tells it."""
    return lambda weights: [bare(utils)(weights), utils.clip_grad_value_(weights, 0.5)][0]
