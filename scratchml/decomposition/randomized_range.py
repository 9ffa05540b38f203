"""A basis for where a matrix sends most of its length, found with random vectors.

Idea
    Send some random vectors through the matrix: what comes out leans towards the directions that the matrix stretches
    most. A few rounds more, there and back, and it lies in them almost entirely. The rest is a small problem.
Maths
    With A (n, d), k wanted directions, p more to be safe, and random Q (d, k + p):

    repeat q times:   Q = orthonormal(A Q),   Q = orthonormal(A^T Q)
    Q = orthonormal(A Q)                      columns of length 1, at right angles
    B = Q^T A  (k + p, d),   B = W S V^T      the largest singular values of A and their directions, nearly

    Each round multiplies the share of a direction of singular value s by s^2.
Cost
    2 (q + 1) products with A, n d (k + p) each; memory (n + d) (k + p).
Differences
    From scikit-learn: between rounds it makes vectors independent by LU, here they are made orthonormal by QR, which
    spans the same space. The random vectors are the same for the same random_state.
References
    Halko, Martinsson, Tropp (2011), Finding structure with randomness, SIAM Review 53, 217-288: algorithms 4.4 and 5.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..core.typing import FloatArray

APART = 1e-5  # columns nearer to each other than this are made orthonormal by QR


class RangeStep(NamedTuple):
    """The basis after a round."""

    name: str  # "range"
    iteration: int
    basis: FloatArray  # (n, k + p), or (d, k + p) for a wide matrix


def orthonormal(Q: FloatArray) -> FloatArray:
    """Return a basis of length-1 vectors at right angles that spans the columns of Q.

    Where Q is tall and its columns are well apart, by the Cholesky factor of their products: Q^T Q = L L^T makes
    Q L^-T orthonormal. It is made of matrix products only, but loses twice the digits, so it is done twice.
    """
    if len(Q) > 4 * Q.shape[1]:
        for _ in range(2):
            try:
                L = np.linalg.cholesky(Q.T @ Q)
            except np.linalg.LinAlgError:
                return by_reflections(Q)
            if not L.diagonal().min() > APART * L.diagonal().max():
                return by_reflections(Q)
            Q = Q @ np.linalg.inv(L).T
        return Q
    return by_reflections(Q)


def by_reflections(Q: FloatArray) -> FloatArray:
    """Return a basis as `orthonormal` does, by Householder's reflections: whatever the columns are."""
    found: FloatArray = np.linalg.qr(Q)[0]
    return found


def power_iteration(
    A: FloatArray, size: int, rounds: int, normalizer: str, rng: np.random.RandomState
) -> Iterator[RangeStep]:
    """Yield the basis after each round, and after the last product with A."""
    Q = rng.normal(size=(A.shape[1], size))
    between = orthonormal if normalizer != "none" else np.asarray
    for i in range(rounds):
        Q = between(A @ Q)
        yield RangeStep("range", i + 1, Q)
        Q = between(A.T @ Q)
    yield RangeStep("range", rounds + 1, orthonormal(A @ Q))
