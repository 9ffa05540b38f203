"""Optimisers: how far to move each weight, given its slope.

Idea
    *SGD* goes downhill, as far as the slope says. *Momentum* lets the weights roll: a velocity remembers past slopes,
    so that zigzags cancel and long slopes add up. *Nesterov* takes the step the velocity will take next. *AdaGrad*
    gives each weight a rate of its own, smaller the more it has been pushed around; *RMSprop* forgets old pushes, so
    that the rate can recover; *Adam* is RMSprop with momentum, both corrected for having started from zero. *AdamW*
    lets weights decay beside Adam, not through it.
Maths
    g is the slope, eta the learning rate, t = 1, 2, ... counts the calls; vectors are taken number by number::

        SGD       w -= eta g
        Momentum  v = momentum v - eta g;   w += v
        Nesterov  v = momentum v - eta g;   w += momentum v - eta g
        AdaGrad   s += g^2;                           w -= eta g / (sqrt(s) + epsilon)
        RMSprop   s = rho s + (1 - rho) g^2;          w -= eta g / (sqrt(s) + epsilon)
        Adam      m = beta_1 m + (1 - beta_1) g;      s = beta_2 s + (1 - beta_2) g^2
                  w -= eta_t m / (sqrt(s) + c epsilon),    c = sqrt(1 - beta_2^t),  eta_t = eta c / (1 - beta_1^t)
        AdamW     w *= 1 - eta weight_decay;          then as Adam

    `weight_decay` of the others is the slope of weight_decay / 2 |w|^2, added to g (L2). In SGD both are the same
    thing. In Adam they are not: what is added to g is divided by sqrt(s), so weights with large slopes hardly decay.
Cost
    One pass over the weights. Vectors kept beside them: SGD none, Adam two, the others one; one more for L2.
Differences
    PyTorch's velocity is not multiplied by eta: the same moves while eta is constant. Adam's c epsilon is algorithm 1
    of the paper (and PyTorch); `epsilon_hat=True` takes epsilon for c epsilon, as the end of the paper's section 2 and
    scikit-learn do: every operation is then in scikit-learn's order, and the MLP estimators' weights have the same bits
    where the slopes have. Squares of slopes above 1e154 overflow; such a weight then stays where it is: clip first.
References
    Polyak (1964). Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning",
    equations 1 to 4. Duchi, Hazan, Singer (2011), "Adaptive subgradient methods", JMLR 12, figure 1. Hinton (2012),
    "Neural networks for machine learning", lecture 6e. Kingma, Ba (2015), "Adam", algorithm 1 and section 2.
    Loshchilov, Hutter (2019), "Decoupled weight decay regularization", algorithm 2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import kernel
from ..core.rules import Rule, boolean, check_rules, real
from ..core.typing import Array

PIECE = 2**18  # weights that a thread moves at a time
SHARE = real(0.0, 1.0, open_high=True)
POSITIVE = real(0.0, math.inf, open_low=True, open_high=True)


# ---------------------------------------------------------------------------------------------------------------
# Kernels: one move of the weights w (p,), overwritten, by their slopes g (p,), read


@kernel
def move_downhill(w: Array, g: Array, rate: float) -> None:
    """Move w (p,), overwritten, against its slopes g (p,), read."""
    for i in range(w.shape[0]):
        w[i] -= rate * g[i]


@kernel
def move_with_momentum(w: Array, g: Array, v: Array, rate: float, momentum: float, nesterov: bool) -> None:
    """Move w (p,) along its velocity v (p,): both overwritten. g (p,), the slopes: read."""
    for i in range(w.shape[0]):
        velocity = momentum * v[i] - rate * g[i]
        v[i] = velocity
        w[i] += momentum * velocity - rate * g[i] if nesterov else velocity


@kernel
def move_by_squares(w: Array, g: Array, s: Array, rate: float, kept: float, added: float, epsilon: float) -> None:
    """Move w (p,) by slopes beside their size, s = kept s + added g^2 (p,): overwritten. g (p,), the slopes: read."""
    for i in range(w.shape[0]):
        square = kept * s[i] + added * (g[i] * g[i])
        s[i] = square
        w[i] -= rate * g[i] / (math.sqrt(square) + epsilon)


@kernel
def move_by_moments(
    w: Array, g: Array, m: Array, s: Array, rate: float, beta_1: float, beta_2: float, epsilon: float
) -> None:
    """Move w (p,) by Adam's rule; m, s (p,), the moments: all overwritten. g (p,), the slopes: read."""
    rest_1, rest_2 = 1.0 - beta_1, 1.0 - beta_2
    for i in range(w.shape[0]):
        first = beta_1 * m[i] + rest_1 * g[i]
        second = beta_2 * s[i] + rest_2 * (g[i] * g[i])
        m[i], s[i] = first, second
        w[i] += -rate * first / (math.sqrt(second) + epsilon)


@kernel
def shrink(w: Array, factor: float) -> None:
    """Multiply w (p,), overwritten, by a factor."""
    for i in range(w.shape[0]):
        w[i] *= factor


@kernel
def add_penalty(w: Array, g: Array, decay: float, total: Array) -> None:
    """Add the slopes of decay / 2 |w|^2 to g: total (p,), overwritten. w, g (p,): read."""
    for i in range(w.shape[0]):
        total[i] = g[i] + decay * w[i]


# ---------------------------------------------------------------------------------------------------------------
# What all have in common


class Optimiser:
    """Base of all: what is kept for each array of weights, and the checks.

    Attributes
    ----------
    learning_rate : float; may be set between calls
    rate : float, what the last call multiplied by: the learning rate, of Adam corrected
    t : int, calls so far
    """

    kept: ClassVar[int] = 0  # vectors kept for each array of weights
    decoupled: ClassVar[bool] = False  # `weight_decay` is no part of the slopes
    _rules: ClassVar[dict[str, Rule]] = {"learning_rate": POSITIVE, "weight_decay": real(0.0)}

    def __init__(self, learning_rate: float, weight_decay: float, **more: float) -> None:
        check_rules(
            type(self).__name__, self._rules, {"learning_rate": learning_rate, "weight_decay": weight_decay, **more}
        )
        self.learning_rate = self.rate = float(learning_rate)
        self.weight_decay = float(weight_decay)
        self.t = 0
        self._state: list[list[Array]] | None = None
        self._shapes: list[tuple[int, ...]] = []

    def start(self, parameters: Sequence[Array]) -> None:
        """Forget the past and make room for what is remembered of each array of weights.

        Raises
        ------
        TypeError
            If one is no array of float64 or float32.
        ValueError
            If one is not C-contiguous, so that it could not be changed in place.
        """
        for i, w in enumerate(parameters):
            if not isinstance(w, np.ndarray) or w.dtype not in (np.float64, np.float32):
                kind = getattr(w, "dtype", type(w).__name__)
                raise TypeError(f"parameters[{i}] is {kind}; give arrays of float64 or float32, changed in place.")
            if not (w.flags.c_contiguous and w.flags.writeable):
                raise ValueError(
                    f"parameters[{i}] must be C-contiguous and writeable; take np.ascontiguousarray of it."
                )
        vectors = self.kept + (self.weight_decay > 0.0 and not self.decoupled)
        self._state = [[np.zeros_like(w.reshape(-1)) for _ in range(vectors)] for w in parameters]
        self._shapes = [w.shape for w in parameters]
        self.t, self.rate = 0, self.learning_rate

    def update(
        self, parameters: Sequence[Array], gradients: Sequence[Array], learning_rate: float | None = None
    ) -> None:
        """Move the weights once: parameters, arrays as given to `start`, overwritten; gradients, like them: read.

        `learning_rate` None is that of the constructor. Makes no array.

        Raises
        ------
        ValueError
            Before `start`, or if the arrays are not of the shapes given to it.
        """
        if self._state is None:
            raise ValueError("update came before start; call start(parameters) first.")
        if [w.shape for w in parameters] != self._shapes or [g.shape for g in gradients] != self._shapes:
            raise ValueError(
                f"start saw weights of shapes {self._shapes}, but update got {[w.shape for w in parameters]} and "
                f"gradients of {[g.shape for g in gradients]}; give the same, in the same order."
            )
        self.t += 1
        rate = self.rate = self.learning_rate if learning_rate is None else float(learning_rate)
        for array, slopes, state in zip(parameters, gradients, self._state):
            w, g = array.reshape(-1), slopes.reshape(-1)
            if self.weight_decay and not self.decoupled:
                add_penalty(w, g, self.weight_decay, state[-1])
                g = state[-1]
            self._move_in_pieces(w, g, state, rate)

    def _move_in_pieces(self, w: Array, g: Array, state: list[Array], rate: float) -> None:
        """Move w as `_move` does; long ones by several threads, since each weight moves by itself."""
        if len(w) <= PIECE:
            self._move(w, g, state, rate)
        else:
            map_chunks(lambda at: self._move(w[at], g[at], [s[at] for s in state], rate), chunks(len(w), PIECE))

    def _move(self, w: Array, g: Array, state: list[Array], rate: float) -> None:
        """Move w (p,), overwritten, by its slopes g (p,), read; state, arrays (p,): overwritten."""
        raise NotImplementedError(f"{type(self).__name__} must say how it moves.")

    @property
    def nbytes(self) -> int:
        """Bytes of what is kept between calls."""
        return sum(a.nbytes for state in self._state or [] for a in state)

    def __repr__(self) -> str:
        settings: dict[str, Any] = {name: getattr(self, name) for name in self._rules}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in settings.items())})"


# ---------------------------------------------------------------------------------------------------------------
# The optimisers


class SGD(Optimiser):
    """Stochastic gradient descent.

    Parameters
    ----------
    learning_rate : what slopes are multiplied by
    weight_decay : of the L2 penalty

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import SGD
    >>> w, optimiser = np.array([1.0, 2.0]), SGD(0.5)
    >>> optimiser.start([w])
    >>> optimiser.update([w], [np.array([1.0, -1.0])])
    >>> w.tolist()
    [0.5, 2.5]
    """

    def __init__(self, learning_rate: float = 0.01, *, weight_decay: float = 0.0) -> None:
        super().__init__(learning_rate, weight_decay)

    def _move(self, w: Array, g: Array, state: list[Array], rate: float) -> None:
        move_downhill(w, g, rate)


class Momentum(Optimiser):
    """Gradient descent of a ball with inertia.

    Parameters
    ----------
    learning_rate, weight_decay : as of `SGD`
    momentum : the share of its velocity that the ball keeps, in [0, 1]; 0 is SGD
    """

    kept = 1
    nesterov: ClassVar[bool] = False
    _rules: ClassVar = {**Optimiser._rules, "momentum": real(0.0, 1.0)}

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9, *, weight_decay: float = 0.0) -> None:
        super().__init__(learning_rate, weight_decay, momentum=momentum)
        self.momentum = float(momentum)

    def _move(self, w: Array, g: Array, state: list[Array], rate: float) -> None:
        move_with_momentum(w, g, state[0], rate, self.momentum, self.nesterov)


class Nesterov(Momentum):
    """Momentum that looks ahead: the velocity's next step is taken now. Parameters are those of `Momentum`."""

    nesterov = True


class AdaGrad(Optimiser):
    """A rate for each weight, falling with the sum of its squared slopes.

    Parameters
    ----------
    learning_rate, weight_decay : as of `SGD`
    epsilon : added to the root, so that nothing is divided by 0
    """

    kept = 1
    _rules: ClassVar = {**Optimiser._rules, "epsilon": POSITIVE}

    def __init__(self, learning_rate: float = 0.01, epsilon: float = 1e-10, *, weight_decay: float = 0.0) -> None:
        super().__init__(learning_rate, weight_decay, epsilon=epsilon)
        self.epsilon = float(epsilon)

    def _move(self, w: Array, g: Array, state: list[Array], rate: float) -> None:
        move_by_squares(w, g, state[0], rate, 1.0, 1.0, self.epsilon)


class RMSprop(Optimiser):
    """A rate for each weight, by the root mean square of its late slopes.

    Parameters
    ----------
    learning_rate, weight_decay : as of `SGD`
    rho : the share of the mean square that is kept in each call, in [0, 1)
    epsilon : added to the root
    """

    kept = 1
    _rules: ClassVar = {**Optimiser._rules, "rho": SHARE, "epsilon": POSITIVE}

    def __init__(
        self, learning_rate: float = 0.01, rho: float = 0.99, epsilon: float = 1e-8, *, weight_decay: float = 0.0
    ) -> None:
        super().__init__(learning_rate, weight_decay, rho=rho, epsilon=epsilon)
        self.rho, self.epsilon = float(rho), float(epsilon)

    def _move(self, w: Array, g: Array, state: list[Array], rate: float) -> None:
        move_by_squares(w, g, state[0], rate, self.rho, 1.0 - self.rho, self.epsilon)


class Adam(Optimiser):
    """A step for each weight, from the mean of its slopes and of their squares.

    Parameters
    ----------
    learning_rate : about how far a weight moves in one call
    beta_1, beta_2 : the shares of the mean slope and of the mean square that are kept in each call, in [0, 1)
    epsilon : added to the root
    weight_decay : of the L2 penalty; see `AdamW`
    epsilon_hat : add epsilon to the root before it is corrected, as scikit-learn does
    """

    kept = 2
    _rules: ClassVar = {
        **Optimiser._rules,
        "beta_1": SHARE,
        "beta_2": SHARE,
        "epsilon": POSITIVE,
        "epsilon_hat": boolean,
    }

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        *,
        weight_decay: float = 0.0,
        epsilon_hat: bool = False,
    ) -> None:
        super().__init__(
            learning_rate, weight_decay, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon, epsilon_hat=epsilon_hat
        )
        self.beta_1, self.beta_2, self.epsilon = float(beta_1), float(beta_2), float(epsilon)
        self.epsilon_hat = bool(epsilon_hat)

    def _move(self, w: Array, g: Array, state: list[Array], rate: float) -> None:
        correction = float(np.sqrt(1 - self.beta_2**self.t))
        self.rate = rate * correction / (1 - self.beta_1**self.t)
        epsilon = self.epsilon if self.epsilon_hat else correction * self.epsilon
        move_by_moments(w, g, state[0], state[1], self.rate, self.beta_1, self.beta_2, epsilon)


class AdamW(Adam):
    """Adam, and weights that decay by themselves. Parameters are those of `Adam`.

    Here `weight_decay`, 0.01 by default, is the share of a weight, times the learning rate, that is lost in each call.
    """

    decoupled = True

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        *,
        weight_decay: float = 0.01,
        epsilon_hat: bool = False,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, weight_decay=weight_decay, epsilon_hat=epsilon_hat)

    def _move(self, w: Array, g: Array, state: list[Array], rate: float) -> None:
        if self.weight_decay:
            shrink(w, 1.0 - rate * self.weight_decay)
        super()._move(w, g, state, rate)
