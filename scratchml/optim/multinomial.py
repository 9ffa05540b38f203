"""Cross-entropy of several classes: how surprised a model is by the class that came.

Idea
    A model gives each class a number, its logit. Exponentiate and divide by the sum: shares, one for each class. The
    loss is minus the logarithm of the share given to the class that came.
Maths
    softmax(Z)_c = exp(Z_c - t) / sum_b exp(Z_b - t),     t = max_b Z_b, which cancels and keeps exp in range

    loss = log(sum_b exp(Z_b - t)) + t - Z_label
    d loss / d Z_c = softmax(Z)_c - [c = label]
    d^2 loss / d Z_c d Z_b = softmax(Z)_c ([c = b] - softmax(Z)_b),     largest eigenvalue at most 1/2

    With two classes and Z_0 = 0 this is log_loss of Z_1.
Cost
    k exp and one log per row.
Differences
    None.
References
    Hastie, Tibshirani, Friedman, section 4.4. Bohning (1992), Ann. Inst. Stat. Math. 44 (the 1/2).
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray, MatrixLike
from .exponentials import BLOCK, list_exps_of_minus


@kernel
def below_largest(logits: Array, gap: Array) -> float:
    """Return the largest of a row's logits (k,): read. gap (k,): overwritten by how far each is below it."""
    top = logits[0]
    for c in range(1, logits.shape[0]):
        if logits[c] > top:
            top = logits[c]
    for c in range(logits.shape[0]):
        gap[c] = top - logits[c]
    return float(top)


@kernel
def divide_by_sum(share: Array) -> float:
    """Divide share (k,), overwritten, by its sum; return the sum's logarithm."""
    total = 0.0
    for c in range(share.shape[0]):
        total += share[c]
    for c in range(share.shape[0]):
        share[c] /= total
    return math.log(total)


@kernel
def loss_and_slopes(share: Array, label: int, gap: float, log_total: float) -> float:
    """Return the loss of a row. share (k,): the softmax becomes the slopes. gap: of the label's logit.

    What the other classes take is summed by itself: were it 1 - softmax, a row that fits well would lose all digits.
    """
    others = 0.0
    for c in range(share.shape[0]):
        if c != label:
            others += share[c]
    share[label] = -others
    # plainly: return log_total + gap
    return -math.log1p(-others) if others < 0.5 else log_total + gap


@kernel
def cross_entropy_row(logits: Array, label: int, slope: Array) -> float:
    """Return the loss of one row's logits (k,): read. slope (k,): overwritten by its derivatives."""
    below_largest(logits, slope)
    gap = slope[label]
    list_exps_of_minus(slope)
    return loss_and_slopes(slope, label, gap, divide_by_sum(slope))


@kernel
def add_cross_entropies(logits: Array, labels: Array, weight: Array, slope: Array) -> float:
    """Return sum_i weight_i loss_i.

    logits (n, k), labels (n,) of 0 ... k-1, weight (n,), or (0,) for ones: read. slope (n, k): overwritten by weight_i
    times the derivatives, so that slope' X is the gradient (k, d).
    """
    total, (n, k) = 0.0, logits.shape
    rows = max(1, BLOCK // k)
    gaps = np.empty(rows)
    # made here, so that the compiler knows that it stands apart from all others, and takes several exps at once
    flat = np.empty(rows * k)
    share = flat.reshape((rows, k))
    for first in range(0, n, rows):
        m = min(rows, n - first)
        for i in range(m):
            below_largest(logits[first + i], share[i])
            gaps[i] = share[i, labels[first + i]]
        list_exps_of_minus(flat[: m * k])  # all rows at once: one long loop
        for i in range(m):
            log_total = divide_by_sum(share[i])
            loss = loss_and_slopes(share[i], labels[first + i], gaps[i], log_total)
            if weight.shape[0] == 0:
                total += loss
                continue
            total += weight[first + i] * loss
            for c in range(k):
                share[i, c] *= weight[first + i]
        for i in range(m):
            for c in range(k):
                slope[first + i, c] = share[i, c]
    return total


@kernel
def list_softmax(logits: Array, share: Array) -> None:
    """Turn each row of logits (n, k): read, into shares (n, k): overwritten; the two may be one array."""
    n, k = logits.shape
    rows = max(1, BLOCK // k)
    flat = np.empty(rows * k)  # see `add_cross_entropies`
    block = flat.reshape((rows, k))
    for first in range(0, n, rows):
        m = min(rows, n - first)
        for i in range(m):
            below_largest(logits[first + i], block[i])
        list_exps_of_minus(flat[: m * k])
        for i in range(m):
            divide_by_sum(block[i])
            for c in range(k):
                share[first + i, c] = block[i, c]


def softmax(logits: MatrixLike) -> FloatArray:
    """Return each row's shares exp(logits) / sum, shape (n, k), without overflow.

    >>> from scratchml.optim import softmax
    >>> softmax([[1000.0, 1000.0], [0.0, -1000.0]]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    given: FloatArray = np.array(logits, dtype=np.float64)
    if given.ndim != 2 or not given.shape[1]:
        raise ValueError(f"logits has shape {given.shape}; give one row per sample and one column per class.")
    share = np.empty_like(given)
    list_softmax(given, share)
    return share
