"""The autograd quiz, from the recorded way back through a small graph."""

import numpy as np

from scratchml.coursework.quiz import ask, number, recorded
from scratchml.neural_network import Tensor


def quiz(rng):
    """Ask for two slopes of a graph in which one input is used twice."""
    u, v = (float(k) for k in rng.permutation(np.arange(2, 9))[:2])
    a, b = Tensor(u, requires_grad=True), Tensor(v, requires_grad=True)
    product = a * b
    end = product * product + a
    slopes = recorded(end.slopes(np.ones(())))
    walk = {id(tensor): float(slope) for tensor, slope in end.slopes(np.ones(()))}
    middle, first = walk[id(product)], walk[id(a)]
    assert len(slopes) == len(walk)
    told = f"p = a b, end = p^2 + a, with a = {number(u)}, b = {number(v)}."
    return [
        ask(
            rng,
            f"{told} On the way back, which slope arrives at p?",
            middle,
            (u * v, 1.0, (u * v) ** 2),
            "p is used twice: each use sends the other factor back, p + p",
        ),
        ask(
            rng,
            f"{told} The slope at p is {number(middle)}. Which slope arrives at a?",
            first,
            (middle * v, middle * u, middle * u + 1.0, 1.0),
            f"both uses of a add up: {number(middle)} * b + 1 = {number(middle * v)} + 1",
        ),
    ]
