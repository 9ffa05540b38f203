"""Pegasos: a linear support vector machine in four lines, by stochastic subgradients.

Idea
    Look at one random row. If it is inside the street or on the wrong side, turn the weights a little towards it; in
    any case shrink them a little. With steps of 1 / (lambda t) this comes as near to the widest street as patience
    allows, however many rows there are.
Maths
    minimise  F(w) = lambda ||w||^2 / 2 + mean_i max(1 - y_i w.x_i, 0)
    step t:   eta = 1 / (lambda t);  w <- (1 - eta lambda) w + eta y_i x_i [y_i w.x_i < 1];
              w <- min(1, 1 / (sqrt(lambda) ||w||)) w   (the best w is in this ball)
Cost
    d for a step; F falls to within epsilon of the least in about 1 / (lambda epsilon) steps, whatever n is.
Differences
    From the paper: none; its projection is optional. `LinearSVC(loss="hinge", C=1 / (lambda n))` minimises the same
    function times 1 / lambda, to many more digits; this file is here because it can be read in one breath.
References
    Shalev-Shwartz, Singer, Srebro, Cotter (2011), Pegasos: primal estimated sub-gradient solver for SVM, Mathematical
    Programming 127, 3-30, figure 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..core import check_array, check_labels, check_random_state, check_same_length
from ..core.jit import kernel
from ..core.rules import check_rules, integer, real
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike


class PegasosStep(NamedTuple):
    """What is known after a step; w is a live view."""

    name: str  # "step"
    iteration: int
    i: int  # the row that was looked at
    margin: float  # y_i w.x_i before the step
    w: FloatArray  # (d,)


@kernel
def subgradient_step(x: Array, y: float, strength: float, t: int, w: Array) -> float:
    """Take step t for row x (d,): read. w (d,): overwritten. Return the margin y w.x before it."""
    margin = 0.0
    for f in range(x.shape[0]):
        margin += y * w[f] * x[f]
    eta, norm = 1.0 / (strength * t), 0.0
    for f in range(x.shape[0]):
        w[f] = (1.0 - eta * strength) * w[f] + (eta * y * x[f] if margin < 1.0 else 0.0)
        norm += w[f] * w[f]
    radius = 1.0 / math.sqrt(strength)
    if norm > radius * radius:
        for f in range(x.shape[0]):
            w[f] *= radius / math.sqrt(norm)
    return margin


def pegasos(
    X: MatrixLike,
    y: VectorLike,
    *,
    strength: float = 0.01,
    max_iter: int = 1000,
    random_state: RandomStateLike = None,
) -> Iterator[PegasosStep]:
    """Return the steps of Pegasos as a generator; the last step's w (d,) is the result.

    Parameters
    ----------
    X : shape (n, d); add a column of ones for an intercept
    y : two classes, shape (n,); the second in sorted order is +1
    strength : lambda, of the penalty
    max_iter : steps
    random_state : which rows are looked at

    Raises
    ------
    TypeError, ValueError
        For a wrong parameter, X or y; where y has not two classes; where squares of X leave float64.

    References
    ----------
    Shalev-Shwartz et al. (2011), figure 1.

    Examples
    --------
    >>> from scratchml.core import finish
    >>> from scratchml.svm import pegasos
    >>> last = finish(pegasos([[-2.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1], random_state=0))
    >>> bool(last.w[0] > 0.9)
    True
    """
    rules = {"strength": real(0.0, open_low=True), "max_iter": integer(1)}
    check_rules("pegasos", rules, {"strength": strength, "max_iter": max_iter})
    rows: FloatArray = check_array(X)
    classes, codes = check_labels(y)
    check_same_length(X=rows, y=codes)
    if len(classes) != 2:
        raise ValueError(f"y has {len(classes)} classes; pegasos tells exactly two apart. Use LinearSVC for more.")
    if max(rows.max(), -rows.min()) > 1e140:
        raise ValueError("X holds values above 1e140, whose squares leave float64; scale X down.")
    chosen = check_random_state(random_state).randint(len(rows), size=max_iter)

    def run() -> Iterator[PegasosStep]:
        w = np.zeros(rows.shape[1])
        for t, place in enumerate(chosen, start=1):
            i = int(place)
            margin = subgradient_step(rows[i], 2.0 * codes[i] - 1.0, float(strength), t, w)
            yield PegasosStep("step", t, i, float(margin), w)

    return run()
