"""Early stopping: training ends when nothing has become better for some time.

Idea
    On rows that were held out, the loss falls, and then rises again when the network starts to learn its training rows
    by heart. Wait a little, for the curve is rough; then end, and go back to the weights that were best.
Maths
    A value is no better if it is above the best so far minus `tol` (of scores: below it plus `tol`); more than
    `patience` of these in a row end the training. The best may creep down by less than `tol` and still be no better.
Cost
    A copy of the weights each time they are the best so far.
Differences
    None from scikit-learn's MLP. Keras ends at `patience` of them, not after.
References
    Prechelt (1998), "Early stopping - but when?". Goodfellow, Bengio, Courville (2016), Deep Learning, algorithm 7.1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..core.rules import boolean, check_rules, either, integer, one_of, real
from ..core.typing import Array


class EarlyStopping:
    """Looks at a loss (or score) after each epoch and says when to end.

    Parameters
    ----------
    patience : how many epochs in a row may be no better; math.inf for ever
    tol : by how much an epoch must better the best
    higher_is_better : the value is a score

    Attributes
    ----------
    best : float, the best value so far
    waited : int, epochs in a row that were no better
    weights : list of arrays, copies of the weights given with the best value; None without

    Raises
    ------
    TypeError, ValueError
        For a wrong parameter.

    Examples
    --------
    >>> from scratchml.neural_network import EarlyStopping
    >>> stop = EarlyStopping(patience=1)
    >>> [stop(loss) for loss in (3.0, 2.0, 2.5, 2.4)]
    [False, False, False, True]
    """

    def __init__(self, patience: float = 10, tol: float = 0.0, *, higher_is_better: bool = False) -> None:
        rules = {"patience": either(integer(0), one_of(math.inf)), "tol": real(0.0), "higher_is_better": boolean}
        check_rules("EarlyStopping", rules, {"patience": patience, "tol": tol, "higher_is_better": higher_is_better})
        self.patience, self.tol, self.higher_is_better = float(patience), float(tol), bool(higher_is_better)
        self.best = -math.inf if higher_is_better else math.inf
        self.waited = 0
        self.weights: list[Array] | None = None

    def __call__(self, value: float, weights: Sequence[Array] | None = None) -> bool:
        """Take in the value of an epoch, and the weights that have it: read. Return whether to end.

        Raises
        ------
        ValueError
            If the value is NaN.
        """
        if math.isnan(value):
            raise ValueError("The value to judge an epoch by is NaN; lower the learning rate, or scale the data.")
        sign = -1.0 if self.higher_is_better else 1.0
        self.waited = self.waited + 1 if sign * value > sign * self.best - self.tol else 0
        if sign * value < sign * self.best:
            self.best = value
            if weights is not None:
                self.weights = [w.copy() for w in weights]
        return self.waited > self.patience

    def restore(self, weights: Sequence[Array]) -> None:
        """Write the best weights back into the arrays given, overwritten; leave them where none were kept."""
        for w, best in zip(weights, self.weights or []):
            w[...] = best
