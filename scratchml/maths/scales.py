"""Scales at which squares neither overflow nor vanish: multiplying by a power of two rounds nothing off."""

from __future__ import annotations

import numpy as np

from ..core.finite import sum_of_squares
from ..core.typing import FloatArray


def squared_norms(X: FloatArray) -> FloatArray:
    """Return the squared Euclidean norm of each row, shape (n,)."""
    found: FloatArray = np.einsum("ij,ij->i", X, X)
    return found


def exponent_of(*arrays: FloatArray | None) -> int:
    """Return e such that the largest absolute value is in [2^(e-1), 2^e); 0 where all are zero. None is passed over."""
    largest = max(max(float(X.max()), -float(X.min())) for X in arrays if X is not None)
    return int(np.frexp(largest)[1])


def safe_unit(X: FloatArray, power: float) -> float:
    """Return a power of two: X times it has powers that do not overflow nor, if anything can be done, vanish.

    1 for all but the most extreme data. Multiplying by a power of two rounds nothing off.
    """
    top, square = int(1000 / power), sum_of_squares(X)  # of the largest |X| alone, or up to X.size times as much
    if 4.0 ** (1 - top // 2) * X.size < square < 4.0 ** min(top, 500):
        return 1.0
    exponent = exponent_of(X)
    return 1.0 if -top // 2 < exponent <= top else float(np.ldexp(1.0, min(top - exponent, 1000)))


def unit_rows(X: FloatArray, side: int) -> FloatArray:
    """Return X's rows at length 1, with two more columns: a row of zeros becomes the unit vector of column d + side.

    So that a row of zeros, which has no direction, is at right angles to everything on the other side.
    """
    n, d = X.shape
    found = np.zeros((n, d + 2))
    found[:, :d] = X
    with np.errstate(over="ignore"):
        norms = np.sqrt(squared_norms(found))
    if 1e-100 < norms.min() and norms.max() < 1e100:  # plainly: as below; these are the same bits
        found /= norms[:, None]
        return found
    largest = np.abs(X).max(axis=1)
    found[:, :d] = np.ldexp(X, -np.frexp(largest)[1][:, None])  # no square overflows or vanishes
    norms = np.sqrt(squared_norms(found))
    norms[largest == 0] = 1.0
    found /= norms[:, None]
    found[largest == 0, d + side] = 1.0
    return found
