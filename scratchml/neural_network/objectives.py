"""Objectives: losses as objects, for `Sequential`. Each gives one number for a batch, and its slopes in the outputs.

Idea
    Training needs one number to make smaller and to know which way each output should move. Losses of probabilities
    are worked out from logits, the numbers before softmax or sigmoid: log(exp(z)) is z, however large z is.
Maths
    Outputs z, wanted y; the mean over all numbers (of `CrossEntropy` over all rows)::

        MSE                  (z - y)^2                                slope 2 (z - y)
        Huber                r = z - y: r^2 / 2 where |r| <= delta,   slope r, cut off at -delta and delta
                             else delta (|r| - delta / 2)
        Hinge                max(0, 1 - y z), y = -1 or 1             slope -y where y z < 1, else 0
        BinaryCrossEntropy   max(z, 0) - y z + log(1 + exp(-|z|))     slope 1 / (1 + exp(-z)) - y
        CrossEntropy         log sum_j exp(z_j) - z_class             slope softmax(z)_j - (1 where j is the class)

Cost
    A few passes over the outputs, a piece of them after the other, or by several threads; the pieces do not depend on
    their number. Sums are taken in float64, whatever the outputs are.
Differences
    None from PyTorch's losses of the same names ("...WithLogits"), mean reduction.
References
    Goodfellow, Bengio, Courville (2016), section 6.2. Huber (1964), "Robust estimation of a location parameter",
    section 4. Cortes, Vapnik (1995), "Support-vector networks", section 3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import kernel
from ..core.rules import check_rules, real
from ..core.typing import Array

PIECE = 2**16  # numbers: what is worked out of them on the way, 0.5 MB, stays in the cache


@kernel
def cut_off(slopes: Array, delta: float, losses: Array) -> None:
    """Turn misses r into Huber's losses (n,) and slopes: slopes (n,) holds r. Both overwritten; delta is of their kind.

    plainly: where(|r| <= delta, r^2 / 2, delta (|r| - delta / 2)); with s the slope's size it is s (|r| - s / 2)
    """
    half = slopes.dtype.type(0.5)
    for i in range(slopes.shape[0]):
        miss = slopes[i]
        slope = delta if miss > delta else (-delta if miss < -delta else miss)  # NaN stays
        slopes[i] = slope
        losses[i] = abs(slope) * (abs(miss) - half * abs(slope))


@kernel
def meet_chances(z: Array, y: Array, e: Array, losses: Array, slopes: Array) -> None:
    """Complete losses (n,), which hold log(1 + e), and slopes (n,): overwritten. z, y, e = exp(-|z|) (n,): read."""
    none, one = z.dtype.type(0.0), z.dtype.type(1.0)
    for i in range(z.shape[0]):
        losses[i] += (z[i] if z[i] > none else none) - y[i] * z[i]
        slopes[i] = (one if z[i] >= none else e[i]) / (one + e[i]) - y[i]


def ends(y: Array) -> tuple[Any, Any]:
    """Return the least and the largest number of y, of one or more; NaN where there is one."""
    flat = y.reshape(-1)
    found = [(flat[at].min(), flat[at].max()) for at in chunks(len(flat), 2 * PIECE)]
    return np.min([low for low, _ in found]), np.max([high for _, high in found])


class Loss:
    """Base of the losses. A subclass has `lose`, and may have `wants`."""

    kind = "numbers"  # what is predicted: "numbers", "signs", "chances" or "classes"

    def __init__(self) -> None:
        self.slopes: Array | None = None  # in the last outputs
        self._room: dict[str, Array] = {}

    def wants(self, y: Any) -> Array:
        """Return what is wanted as an array, checked.

        Raises
        ------
        TypeError, ValueError
            If it is not what this loss can do with.
        """
        found = np.asarray(y)
        if found.dtype.kind not in "fiub":
            raise TypeError(f"y of {type(self).__name__} must hold numbers, got {found.dtype}.")
        if found.dtype.kind == "f" and found.size and not np.isfinite(ends(found)).all():
            raise ValueError(f"y of {type(self).__name__} holds NaN or infinity; leave those rows out.")
        return found

    def lose(self, z: Array, y: Array, slopes: Array) -> Array:
        """Return the losses of z, read, one for each number or row; slopes: overwritten by their sum's. y: read."""
        raise NotImplementedError(f"{type(self).__name__} must have lose.")

    def fits(self, z: Array, y: Array) -> bool:
        """Say whether the shapes go together."""
        return z.shape == y.shape

    def forward(self, outputs: Array, wanted: Array, weight: Array | None = None) -> float:
        """Return the mean loss of outputs, read, given what is wanted, read, of the same shape (classes: without the
        last axis). With weights (n,), read, each row's loss counts as often; their sum must be above 0.

        Raises
        ------
        TypeError, ValueError
            If the shapes do not go together, or `wanted` is not what this loss can do with.
        """
        z, y = np.asarray(outputs), self.wants(wanted)
        if z.dtype not in (np.float32, np.float64):
            z = z.astype(np.float64)
        if z.size == 0:
            raise ValueError(f"{type(self).__name__} got outputs of shape {z.shape}, 0 numbers; give one row or more.")
        if not self.fits(z, y):
            raise ValueError(f"{type(self).__name__}: outputs {z.shape} and y {y.shape} do not go together.")
        self.slopes = self.room("slopes", z)
        total = float(y.size if weight is None else weight.sum() * (y.size / len(y)))
        pieces: list[Any] = chunks(len(z), max(1, PIECE * len(z) // z.size)) if y.ndim else [...]
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is for the caller to see
            # plainly: losses = self.lose(z, y, self.slopes); self.slopes /= total; losses.sum() / total
            parts = map_chunks(lambda at: self.lose_piece(z, y, weight, total, at), pieces)
            return sum(parts) / total

    def lose_piece(self, z: Array, y: Array, weight: Array | None, total: float, at: Any) -> float:
        """Return the sum of the losses of some rows of z, y and weight: read; overwrite their mean's slopes."""
        assert self.slopes is not None
        slopes = self.slopes[at]
        losses = self.lose(z[at], y[at], slopes)
        if weight is not None:
            losses *= weight[at].reshape(-1, *[1] * (losses.ndim - 1))
            slopes *= weight[at].reshape(-1, *[1] * (z.ndim - 1))
        slopes *= 1.0 / total
        return float(np.sum(losses, dtype=np.float64))

    def backward(self) -> Array:
        """Return the slopes of the last mean loss in the outputs.

        Raises
        ------
        ValueError
            If `forward` has not been called.
        """
        if self.slopes is None:
            raise ValueError(f"{type(self).__name__} has no loss yet; call forward before backward.")
        return self.slopes

    def room(self, key: str, like: Array) -> Array:
        """Return room of the shape and kind of `like`, the same every time unless it has to be larger."""
        kept = self._room.get(key)
        if kept is None or kept.size < like.size or kept.dtype != like.dtype:
            kept = self._room[key] = np.empty(like.size, like.dtype)
        return kept[: like.size].reshape(like.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the room for slopes."""
        return sum(a.nbytes for a in self._room.values())

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class MSE(Loss):
    """Mean squared error.

    Examples
    --------
    >>> from scratchml.neural_network import MSE
    >>> loss = MSE()
    >>> loss.forward([[3.0], [1.0]], [[1.0], [1.0]])
    2.0
    >>> loss.backward().tolist()
    [[2.0], [0.0]]
    """

    def lose(self, z: Array, y: Array, slopes: Array) -> Array:
        """Return squared errors; slopes 2 (z - y)."""
        np.subtract(z, y, out=slopes, casting="same_kind")
        losses: Array = np.square(slopes)
        slopes *= 2.0
        return losses


class Huber(Loss):
    """Squared error for small misses, absolute error for large ones, which outliers are.

    Parameters
    ----------
    delta : where the one turns into the other, above 0

    Examples
    --------
    >>> from scratchml.neural_network import Huber
    >>> Huber(1.0).forward([[0.5], [3.0]], [[0.0], [0.0]])
    1.3125
    """

    def __init__(self, delta: float = 1.0) -> None:
        super().__init__()
        check_rules("Huber", {"delta": real(0.0, open_low=True)}, {"delta": delta})
        self.delta = float(delta)

    def lose(self, z: Array, y: Array, slopes: Array) -> Array:
        """Return Huber's losses; slopes z - y, cut off."""
        np.subtract(z, y, out=slopes, casting="same_kind")
        losses: Array = np.empty_like(slopes)
        cut_off(slopes.reshape(-1), slopes.dtype.type(self.delta), losses.reshape(-1))
        return losses


class Hinge(Loss):
    """How much is missing to a margin of 1 on the right side; y is -1 or 1.

    Examples
    --------
    >>> from scratchml.neural_network import Hinge
    >>> Hinge().forward([[2.0], [0.5], [-1.0]], [[1], [1], [1]])
    0.8333333333333334
    """

    kind = "signs"

    def wants(self, y: Any) -> Array:
        """Return y, -1 or 1, checked."""
        found = super().wants(y)
        if not np.isin(found, (-1, 1)).all():
            raise ValueError("y of Hinge must be -1 or 1; for labels 0 and 1 give 2 * y - 1.")
        return found

    def lose(self, z: Array, y: Array, slopes: Array) -> Array:
        """Return what is missing; slopes -y where something is."""
        np.multiply(z, y, out=slopes, casting="same_kind")
        np.subtract(1.0, slopes, out=slopes)
        missing: Array = np.maximum(slopes, 0.0)
        np.multiply(missing > 0.0, y, out=slopes, casting="unsafe")
        np.negative(slopes, out=slopes)
        return missing


class BinaryCrossEntropy(Loss):
    """Cross-entropy of sigmoid(logit); y is 0 or 1, or a chance in between.

    Examples
    --------
    >>> from scratchml.neural_network import BinaryCrossEntropy
    >>> BinaryCrossEntropy().forward([[1e4], [-1e4]], [[1], [1]])
    5000.0
    """

    kind = "chances"

    def wants(self, y: Any) -> Array:
        """Return y, from 0 to 1, checked."""
        found = super().wants(y)
        low, high = ends(found) if found.size else (0, 1)
        if low < 0 or high > 1:
            raise ValueError(f"y of BinaryCrossEntropy goes from {low} to {high}; it must be in [0, 1].")
        return found

    def lose(self, z: Array, y: Array, slopes: Array) -> Array:
        """Return cross-entropies; slopes sigmoid(z) - y."""
        # plainly: losses = max(z, 0) - y z + log1p(e); slopes = where(z >= 0, 1, e) / (1 + e) - y
        e, losses = np.empty_like(slopes), np.empty_like(slopes)  # z may lie in another order
        np.abs(z, out=e)
        np.exp(np.negative(e, out=e), out=e)
        np.log1p(e, out=losses)
        wanted = y.astype(z.dtype, copy=False)
        meet_chances(*(a.reshape(-1) for a in (z, wanted, e, losses, slopes)))
        return losses


class CrossEntropy(Loss):
    """Cross-entropy of softmax(logits) along the last axis; y holds the classes, 0 to k - 1.

    Examples
    --------
    >>> from scratchml.neural_network import CrossEntropy
    >>> CrossEntropy().forward([[1e4, 0.0], [0.0, 1e4]], [0, 0])
    5000.0
    """

    kind = "classes"

    def wants(self, y: Any) -> Array:
        """Return y, whole numbers from 0, checked."""
        found = np.asarray(y)
        if found.dtype.kind not in "iu":
            raise TypeError(
                f"y of CrossEntropy must hold classes as integers 0 to k - 1, got {found.dtype}; number your labels "
                "with numpy.unique(y, return_inverse=True)."
            )
        if found.size and found.min() < 0:
            raise ValueError(f"y of CrossEntropy holds {found.min()}; classes are numbered from 0.")
        return found

    def fits(self, z: Array, y: Array) -> bool:
        """Say whether there is one class for each row of outputs."""
        if z.shape[:-1] == y.shape and y.max() >= z.shape[-1]:
            raise ValueError(f"y of CrossEntropy holds class {y.max()}, but there are {z.shape[-1]} outputs.")
        return z.ndim >= 1 and z.shape[:-1] == y.shape

    def lose(self, z: Array, y: Array, slopes: Array) -> Array:
        """Return each row's cross-entropy; slopes softmax(z), 1 less at the class."""
        rows, shares, classes = z.reshape(-1, z.shape[-1]), slopes.reshape(-1, z.shape[-1]), y.reshape(-1)
        places, top = np.arange(len(rows)), rows.max(axis=1)
        np.subtract(rows, top[:, None], out=shares)
        wanted = shares[places, classes]
        np.exp(shares, out=shares)
        total = shares.sum(axis=1)
        shares /= total[:, None]
        shares[places, classes] -= 1.0
        losses: Array = np.log(total) - wanted
        return losses.reshape(y.shape)


LOSSES: dict[str, type[Loss]] = {
    "mse": MSE,
    "huber": Huber,
    "hinge": Hinge,
    "binary_cross_entropy": BinaryCrossEntropy,
    "cross_entropy": CrossEntropy,
}


def as_loss(loss: Any) -> Loss:
    """Return a loss by its name, or the one given.

    Raises
    ------
    TypeError, ValueError
        If it is neither.
    """
    if isinstance(loss, Loss):
        return loss
    if not isinstance(loss, str):
        raise TypeError(f"loss={loss!r} must be the name of a loss ({', '.join(LOSSES)}) or a Loss object.")
    if loss not in LOSSES:
        raise ValueError(f"loss={loss!r} is unknown; use one of {', '.join(LOSSES)}.")
    return LOSSES[loss]()
