"""Autograd: arrays that remember how they were made, so that slopes can walk back.

Idea
    Each operation makes a new Tensor and notes its parents and, for each parent, one function: given the slope of the
    final loss in the result, return the loss's slope in that parent (the chain rule, locally). `backward` visits the
    tensors from the loss to the leaves, each after all that were made from it, and adds what comes back.
Maths
    For result = f(parent): slope_parent += (d f / d parent)' slope_result. Where NumPy broadcast a parent, it was used
    several times, so its slope is the sum over the repeats (`unbroadcast`). The order is a topological order, found
    with a stack of our own: Python's recursion would end after a thousand operations.
Cost
    Backward about twice forward. An array stays as long as a slope on the way back, or a Tensor that somebody holds,
    needs it; one of up to `KEPT` numbers stays with the graph, to be looked at.
Differences
    From PyTorch: float64 only, nothing in place, no second derivatives. As there, a leaf's `grad` adds up over
    `backward` calls until `zero_grad`; slopes in between are worked out anew in each call.
References
    Baydin et al. (2018), "Automatic differentiation in machine learning: a survey", JMLR 18, section 3.2.
    Goodfellow, Bengio, Courville (2016), Deep Learning, section 6.5.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

import numpy as np

from ..core import check_labels
from ..core.typing import Array, FloatArray

Axis: TypeAlias = int | tuple[int, ...] | None
Pull: TypeAlias = Callable[[FloatArray], FloatArray]

KEPT = 2**12  # numbers: a larger array is not kept for the sake of looking at it

_remembers: ContextVar[bool] = ContextVar("scratchml_autograd", default=True)


@contextmanager
def no_grad() -> Iterator[None]:
    """Make tensors inside the block that remember nothing: for predicting.

    >>> from scratchml.neural_network import Tensor, no_grad
    >>> w = Tensor(2.0, requires_grad=True)
    >>> with no_grad():
    ...     (w * w).requires_grad
    False
    """
    token = _remembers.set(False)
    try:
        yield
    finally:
        _remembers.reset(token)


def unbroadcast(slope: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Sum a slope over the axes along which an array of this shape was repeated."""
    extra = slope.ndim - len(shape)
    repeated = tuple(i + extra for i, size in enumerate(shape) if size == 1 and slope.shape[i + extra] != 1)
    return slope.sum(axis=(*range(extra), *repeated)).reshape(shape) if extra or repeated else slope


def spread(slope: FloatArray, axis: Axis, keepdims: bool, ndim: int) -> FloatArray:
    """Return the slope of a reduction of `ndim` axes with the reduced axes put back, of length 1."""
    if keepdims:
        return slope
    return np.expand_dims(slope, tuple(range(ndim)) if axis is None else axis)


class Tensor:
    """An array of float64, what it was made from, and the slope of a loss in it.

    Parameters
    ----------
    value : numbers of any shape
    requires_grad : whether `backward` is to leave the slope in `grad`
    copy : False shares an array of float64 with the caller, who must not change it before `backward` is done

    Attributes
    ----------
    value : array
    grad : array of its shape, or None before `backward`; kept for tensors made by the caller, not for results
    requires_grad : bool, of a result whether one of its parents does

    Raises
    ------
    TypeError
        If `value` holds no numbers.

    Examples
    --------
    >>> from scratchml.neural_network import Tensor
    >>> x, w = Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]], requires_grad=True)
    >>> ((x @ w) ** 2).sum().backward()
    >>> w.grad.tolist()
    [[22.0], [44.0]]
    """

    __array_ufunc__ = None  # so that array + tensor comes to us

    def __init__(self, value: Any, requires_grad: bool = False, *, copy: bool = True) -> None:
        try:
            self.value: FloatArray = np.array(value, dtype=np.float64) if copy else np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise TypeError(f"A Tensor holds numbers, got {type(value).__name__}; give an array of them.") from error
        self.requires_grad = requires_grad
        self.grad: FloatArray | None = None
        self.parents: tuple[tuple[Tensor, Pull], ...] = ()
        self._stand_in: Tensor | None = None

    # ---- making and walking the graph

    @staticmethod
    def result(value: Array, *parents: tuple[Tensor, Pull]) -> Tensor:
        """Return the result of an operation; each parent comes with what sends a slope back to it."""
        made = Tensor.__new__(Tensor)
        made.value, made.grad, made._stand_in = np.asarray(value, dtype=np.float64), None, None
        made.parents = tuple((p.in_graph(), pull) for p, pull in parents if p.requires_grad) if _remembers.get() else ()
        made.requires_grad = bool(made.parents)
        return made

    def in_graph(self) -> Tensor:
        """Return what the graph holds of this tensor: itself, or, for a large result, one like it whose value is NaN.

        So a large value goes with the last Tensor that is held outside the graph.
        """
        if not self.parents or self.value.size <= KEPT:
            return self
        if self._stand_in is None:
            self._stand_in = Tensor(np.broadcast_to(np.nan, self.shape), True, copy=False)
            self._stand_in.parents = self.parents
        return self._stand_in

    def order(self) -> list[Tensor]:
        """Return the tensors that this one was made from and itself, each after its parents."""
        found: list[Tensor] = []
        seen, stack = set(), [(self, False)]
        while stack:
            tensor, parents_done = stack.pop()
            if parents_done:
                found.append(tensor)
            elif id(tensor) not in seen:
                seen.add(id(tensor))
                stack.append((tensor, True))
                stack.extend((parent, False) for parent, _ in tensor.parents)
        return found

    def backward(self, slope: Any = None) -> None:
        """Add the slope of this tensor in each leaf to the leaf's `grad`.

        `slope` is that of the loss in this tensor; None, for a single number, is 1.

        Raises
        ------
        ValueError
            If nothing here requires a gradient, `slope` has another shape, or is missing for several numbers.
        """
        if not self.requires_grad:
            raise ValueError("No leaf of this tensor requires a gradient; make one with requires_grad=True.")
        if slope is None and self.value.size != 1:
            raise ValueError(f"backward needs a slope for a tensor of shape {self.value.shape}; reduce it to a number.")
        first = np.ones_like(self.value) if slope is None else np.array(slope, dtype=np.float64)
        if first.shape != self.value.shape:
            raise ValueError(f"slope has shape {first.shape}, but the tensor {self.value.shape}; they must agree.")
        for tensor, here in self.slopes(first):
            if not tensor.parents:
                tensor.grad = here.copy() if tensor.grad is None else tensor.grad + here

    def slopes(self, first: FloatArray) -> Iterator[tuple[Tensor, FloatArray]]:
        """Yield each tensor that this one was made from, itself at the start, and the loss's slope in it.

        `first` is the slope in this tensor. A tensor comes after all that were made from it, so its slope is complete.
        In place of a large result comes what the graph holds of it, see `in_graph`.
        """
        known = {id(self): first}
        for tensor in reversed(self.order()):
            here = known.pop(id(tensor))
            yield tensor, here
            for parent, pull in tensor.parents:
                back, before = pull(here), known.get(id(parent))
                known[id(parent)] = back if before is None else before + back

    def zero_grad(self) -> None:
        """Forget the slope."""
        self.grad = None

    @property
    def operation(self) -> str:
        """What the tensor was made by, "add" or "tanh"; "" for a leaf. It is where its pulls were written."""
        if not self.parents:
            return ""
        return self.parents[0][1].__qualname__.partition(".<locals>")[0].rpartition(".")[2].strip("_")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value."""
        return self.value.shape

    def __repr__(self) -> str:
        return f"Tensor({self.value!r}{', requires_grad=True' if self.requires_grad else ''})"

    # ---- arithmetic: the value beside its local derivative

    # A pull holds the arrays and shapes that it needs, and no Tensor: what no slope needs can go.

    def __add__(self, other: Any) -> Tensor:
        a, b = self, as_tensor(other)
        m, n = a.shape, b.shape
        return Tensor.result(a.value + b.value, (a, lambda s: unbroadcast(s, m)), (b, lambda s: unbroadcast(s, n)))

    def __mul__(self, other: Any) -> Tensor:
        a, b = self, as_tensor(other)
        x, y = a.value, b.value
        return Tensor.result(
            x * y,
            (a, lambda s: unbroadcast(s * y, x.shape)),
            (b, lambda s: unbroadcast(s * x, y.shape)),
        )

    def __pow__(self, power: float) -> Tensor:
        if not isinstance(power, (int, float, np.integer, np.floating)):
            raise TypeError(f"power={power!r} must be a number; for tensors use exp(log(x) * power).")
        x = self.value
        if power == 0:
            return Tensor.result(np.ones_like(x), (self, lambda s: np.zeros_like(s)))
        return Tensor.result(x**power, (self, lambda s: s * power * x ** (power - 1)))

    def __matmul__(self, other: Any) -> Tensor:
        a, b = self, as_tensor(other)
        x, y = a.value, b.value
        if x.ndim < 2 or y.ndim < 2:
            raise ValueError(f"@ takes matrices (or stacks of them), got shapes {a.shape} and {b.shape}; reshape them.")
        return Tensor.result(
            x @ y,
            (a, lambda s: unbroadcast(s @ y.swapaxes(-1, -2), x.shape)),
            (b, lambda s: unbroadcast(x.swapaxes(-1, -2) @ s, y.shape)),
        )

    def __neg__(self) -> Tensor:
        return Tensor.result(-self.value, (self, lambda s: -s))

    def __sub__(self, other: Any) -> Tensor:
        return self + -as_tensor(other)

    def __truediv__(self, other: Any) -> Tensor:
        a, b = self, as_tensor(other)
        m, y = a.shape, b.value
        ratio = a.value / y
        return Tensor.result(
            ratio,
            (a, lambda s: unbroadcast(s / y, m)),
            (b, lambda s: unbroadcast(-s * ratio / y, y.shape)),
        )

    def __radd__(self, other: Any) -> Tensor:
        return as_tensor(other) + self

    def __rmul__(self, other: Any) -> Tensor:
        return as_tensor(other) * self

    def __rsub__(self, other: Any) -> Tensor:
        return as_tensor(other) - self

    def __rtruediv__(self, other: Any) -> Tensor:
        return as_tensor(other) / self

    def __rmatmul__(self, other: Any) -> Tensor:
        return as_tensor(other) @ self

    # ---- functions of each number

    def exp(self) -> Tensor:
        """Return e to the power of each number."""
        e = np.exp(self.value)
        return Tensor.result(e, (self, lambda s: s * e))

    def log(self) -> Tensor:
        """Return the natural logarithm of each number."""
        x = self.value
        return Tensor.result(np.log(x), (self, lambda s: s / x))

    def tanh(self) -> Tensor:
        """Return the hyperbolic tangent of each number."""
        t = np.tanh(self.value)

        def pull(s: FloatArray) -> FloatArray:
            back = np.square(t, out=np.empty_like(t))
            np.subtract(1.0, back, out=back)
            back *= s  # plainly: return s * (1.0 - t * t); but in one array
            return back

        return Tensor.result(t, (self, pull))

    def sigmoid(self) -> Tensor:
        """Return 1 / (1 + exp(-x)) of each number, safe for numbers of any size."""
        e = np.exp(-np.abs(self.value))
        p = np.where(self.value >= 0.0, 1.0, e) / (1.0 + e)
        return Tensor.result(p, (self, lambda s: s * p * (1.0 - p)))

    def erf(self) -> Tensor:
        """Return the error function of each number: (1 + erf(x / sqrt(2))) / 2 is the normal distribution's."""
        x = self.value
        value = np.array([math.erf(number) for number in x.flat]).reshape(x.shape)
        return Tensor.result(value, (self, lambda s: s * 2.0 / math.sqrt(math.pi) * np.exp(-x * x)))

    def relu(self) -> Tensor:
        """Return each number, or 0 where it is below; the slope at 0 is 0."""
        above = np.maximum(self.value, 0.0)
        return Tensor.result(above, (self, lambda s: s * (above > 0.0)))

    # ---- reductions

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the sum along `axis`."""
        total, shape = self.value.sum(axis=axis, keepdims=keepdims), self.shape
        return Tensor.result(total, (self, lambda s: np.broadcast_to(spread(s, axis, keepdims, len(shape)), shape)))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the mean along `axis`."""
        total = self.sum(axis, keepdims)
        return total * (total.value.size / self.value.size)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the largest number along `axis`; several that are as large share the slope."""
        top = self.value.max(axis=axis, keepdims=True)
        largest = self.value == top
        share = largest / largest.sum(axis=axis, keepdims=True)
        value = self.value.max(axis=axis, keepdims=keepdims)
        return Tensor.result(value, (self, lambda s: share * spread(s, axis, keepdims, share.ndim)))

    def logsumexp(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return log(sum(exp(x))) along `axis`, safe for numbers of any size."""
        top = self.value.max(axis=axis, keepdims=True)
        parts = np.exp(self.value - top)
        total = parts.sum(axis=axis, keepdims=True)
        value = (top + np.log(total)).sum(axis=axis, keepdims=keepdims)  # of one number: drops the axes, if asked to
        return Tensor.result(value, (self, lambda s: parts / total * spread(s, axis, keepdims, parts.ndim)))

    # ---- shapes

    def reshape(self, *shape: int) -> Tensor:
        """Return the same numbers in another shape."""
        before = self.shape
        return Tensor.result(self.value.reshape(shape), (self, lambda s: s.reshape(before)))

    def transpose(self, axes: Sequence[int] | None = None) -> Tensor:
        """Return the axes in another order; None turns it round."""
        back = None if axes is None else np.argsort([axis % self.value.ndim for axis in axes])
        return Tensor.result(self.value.transpose(axes), (self, lambda s: s.transpose(back)))

    def __getitem__(self, place: Any) -> Tensor:
        shape = self.shape

        def put_back(slope: FloatArray) -> FloatArray:
            whole = np.zeros(shape)
            np.add.at(whole, place, slope)  # a number taken twice gets both slopes
            return whole

        return Tensor.result(self.value[place], (self, put_back))


def as_tensor(value: Any) -> Tensor:
    """Return `value` if it is a Tensor, else one that requires no gradient."""
    return value if isinstance(value, Tensor) else Tensor(value)


def cross_entropy(logits: Tensor, codes: Array) -> Tensor:
    """Return the mean cross-entropy of softmax(logits), logits (n, k), for each row's class, codes (n,) in 0..k-1.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a code is no class.

    Examples
    --------
    >>> from scratchml.neural_network import Tensor, cross_entropy
    >>> float(cross_entropy(Tensor([[1e4, 0.0], [0.0, 1e4]]), [0, 0]).value)
    5000.0
    """
    logits, (classes, places) = as_tensor(logits), check_labels(codes, name="codes")
    if logits.value.ndim != 2 or len(places) != len(logits.value) or classes.dtype.kind not in "iub":
        raise ValueError(f"logits of shape {logits.shape} need as many integer codes as rows; got {len(places)} codes.")
    if classes.min() < 0 or classes.max() >= logits.shape[1]:
        raise ValueError(f"codes go from {classes.min()} to {classes.max()}, but there are {logits.shape[1]} classes.")
    wanted = logits[np.arange(len(places)), classes[places].astype(np.int64)]
    return (logits.logsumexp(axis=1) - wanted).mean()
