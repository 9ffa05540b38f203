"""Activations: what a layer makes of its weighted sums, and how slopes come back through it.

Idea
    A layer without an activation is a matrix, and a product of matrices is a matrix: nothing is gained by depth. So
    each weighted sum is bent. Going back, the slope of the loss in a unit's value becomes that in its weighted sum by
    one factor, and that factor can be told from the value alone, so the weighted sums need not be kept.
Maths
    With weighted sums z = x'W + b and values a::

        identity   a = z                    da/dz = 1
        logistic   a = 1 / (1 + exp(-z))    da/dz = a (1 - a)
        tanh       a = tanh(z)              da/dz = 1 - a^2
        relu       a = max(z, 0)            da/dz = 1 where a > 0, else 0

    The slope in b is the slope in z summed over the rows, which is done in the same pass.
Cost
    One pass over the values each way for identity and relu; logistic and tanh use NumPy's exp and tanh.
Differences
    None in value. logistic takes exp(-z) as it is: where it overflows to inf, 1 / (1 + inf) is 0, as it should be.
References
    Goodfellow, Bengio, Courville (2016), Deep Learning, sections 6.2.2 and 6.3.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array

ACTIVATIONS = ("identity", "logistic", "tanh", "relu")


@kernel
def add_bias(Z: Array, bias: Array) -> None:
    """Add bias (k,), read, to each row of Z (b, k), overwritten."""
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            Z[i, j] += bias[j]


@kernel
def add_bias_relu(Z: Array, bias: Array) -> None:
    """Add bias (k,), read, to each row of Z (b, k), overwritten; what is below 0 becomes 0. NaN stays."""
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            z = Z[i, j] + bias[j]
            Z[i, j] = 0.0 if z < 0.0 else z


@kernel
def sum_rows(D: Array, total: Array) -> None:
    """Sum the rows of D (b, k), read, into total (k,), overwritten: back through the identity."""
    total[:] = 0.0
    for i in range(D.shape[0]):
        for j in range(D.shape[1]):
            total[j] += D[i, j]


@kernel
def back_through_relu(A: Array, D: Array, total: Array) -> None:
    """Turn slopes in values into slopes in sums. A (b, k): read. D (b, k), total (k,), their sum: overwritten."""
    total[:] = 0.0
    for i in range(D.shape[0]):
        for j in range(D.shape[1]):
            slope = 0.0 if A[i, j] == 0.0 else D[i, j]
            D[i, j] = slope
            total[j] += slope


@kernel
def back_through_tanh(A: Array, D: Array, total: Array) -> None:
    """Turn slopes in values into slopes in sums. A (b, k): read. D (b, k), total (k,), their sum: overwritten."""
    total[:] = 0.0
    for i in range(D.shape[0]):
        for j in range(D.shape[1]):
            D[i, j] *= 1.0 - A[i, j] * A[i, j]
            total[j] += D[i, j]


@kernel
def back_through_logistic(A: Array, D: Array, total: Array) -> None:
    """Turn slopes in values into slopes in sums. A (b, k): read. D (b, k), total (k,), their sum: overwritten."""
    total[:] = 0.0
    for i in range(D.shape[0]):
        for j in range(D.shape[1]):
            D[i, j] = D[i, j] * A[i, j] * (1.0 - A[i, j])
            total[j] += D[i, j]


def activate(name: str, Z: Array, bias: Array) -> None:
    """Turn products x'W into values: Z (b, k), overwritten, becomes activation(Z + bias). bias (k,): read."""
    if name == "relu":
        add_bias_relu(Z, bias)
        return
    add_bias(Z, bias)
    if name == "tanh":
        np.tanh(Z, out=Z)
    elif name == "logistic":
        logistic(Z)


def back_through(name: str, A: Array, D: Array, total: Array) -> None:
    """Turn slopes in values A (b, k), read, into slopes in sums: D (b, k), total (k,), their sum: overwritten."""
    if name == "relu":
        back_through_relu(A, D, total)
    elif name == "tanh":
        back_through_tanh(A, D, total)
    elif name == "logistic":
        back_through_logistic(A, D, total)
    else:
        sum_rows(D, total)


def logistic(Z: Array) -> None:
    """Turn Z, overwritten, into 1 / (1 + exp(-Z))."""
    logistic_of(Z, Z)


def logistic_of(Z: Array, A: Array) -> None:
    """Write 1 / (1 + exp(-Z)) to A, overwritten, of Z's shape. Z: read; may be A."""
    np.negative(Z, out=A)
    np.exp(A, out=A)
    A += 1.0
    np.divide(1.0, A, out=A)  # np.reciprocal takes twice as long


def softmax(Z: Array) -> None:
    """Turn logits Z (b, k), overwritten, into probabilities: exp(z_j) over its sum, in each row."""
    Z -= Z.max(axis=1, keepdims=True)
    np.exp(Z, out=Z)
    Z /= Z.sum(axis=1, keepdims=True)
