"""Gaussians: their log density, and the ones that fit weighted points best, for four shapes of covariance.

Idea
    A Gaussian's level sets are ellipsoids: of any shape ("full"), all of the same shape ("tied"), along the axes
    ("diag"), or balls ("spherical"). A precision is the inverse of a covariance; its factor U, with U U' the precision,
    turns the ellipsoid into a ball, where distances are plain.
Maths
    log N(x) = sum_f log U_ff - (d log 2 pi + ||(x - m) U||^2) / 2
    Best for responsibilities r (n, k): mass_j = sum_i r_ij, m_j = sum_i r_ij x_i / mass_j,
    S_j = sum_i r_ij (x_i - m_j)(x_i - m_j)' / mass_j; tied: sum_j mass_j S_j / n; diag: its diagonal; spherical: the
    mean of that. reg_covar is added to each variance.
Cost
    full n k d^2 multiplications; tied n d^2 + n k d; diag and spherical n k d.
Differences
    scikit-learn finds tied and diagonal covariances as differences of raw moments; here rows are centred before.
References
    Bishop, Pattern Recognition and Machine Learning, section 2.3 and equations (9.24) to (9.26).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray

BLOCK = 128  # rows that are measured at a time
SHAPES = ("full", "tied", "diag", "spherical")
COLLAPSED = (
    "Fitting the mixture model failed because some components have ill-defined empirical covariance (for instance "
    "caused by singleton or collapsed samples). Try to decrease the number of components, increase reg_covar, or scale "
    "the input data."
)


class Gaussians(NamedTuple):
    """k weighted Gaussians in d dimensions."""

    weights: FloatArray  # (k,) that sum to 1
    means: FloatArray  # (k, d)
    covariances: FloatArray  # full (k, d, d), tied (d, d), diag (k, d), spherical (k,)
    factors: FloatArray  # of the precisions, upper triangular, of the same shape


def factor_precisions(covariances: FloatArray, shape: str) -> FloatArray:
    """Return U with U U' the inverse of each covariance.

    Raises
    ------
    ValueError
        If a covariance is not positive definite.
    """
    if shape in ("diag", "spherical"):
        if not (covariances > 0).all() or not np.isfinite(covariances).all():
            raise ValueError(COLLAPSED)
        return np.asarray(1.0 / np.sqrt(covariances))
    if not np.isfinite(covariances).all():
        raise ValueError(COLLAPSED)
    try:
        lower = np.linalg.cholesky(covariances)
        upper = np.swapaxes(np.linalg.solve(lower, np.broadcast_to(np.eye(lower.shape[-1]), lower.shape)), -1, -2)
    except np.linalg.LinAlgError as error:
        raise ValueError(COLLAPSED) from error
    return np.ascontiguousarray(np.triu(upper))


def factor_given(precisions: FloatArray, shape: str) -> FloatArray:
    """Return U with U U' each precision, by a Cholesky factor of the precision with rows and columns reversed.

    Raises
    ------
    ValueError
        If a precision is not symmetric and positive definite.
    """
    if shape in ("diag", "spherical"):
        if (precisions <= 0).any():
            raise ValueError(f"'{shape} precision' should be positive; precisions_init holds {precisions.min()}.")
        return np.asarray(np.sqrt(precisions))
    message = f"'{shape} precision' should be symmetric, positive-definite; correct precisions_init."
    if not np.allclose(precisions, np.swapaxes(precisions, -1, -2), rtol=1e-5, atol=1e-8):
        raise ValueError(message)
    try:
        lower = np.linalg.cholesky(precisions[..., ::-1, ::-1])
    except np.linalg.LinAlgError as error:
        raise ValueError(message) from error
    return np.ascontiguousarray(lower[..., ::-1, ::-1])


def precisions_of(factors: FloatArray, shape: str) -> FloatArray:
    """Return the precisions U U'."""
    if shape in ("diag", "spherical"):
        return np.asarray(factors**2)
    return np.asarray(factors @ np.swapaxes(factors, -1, -2))


@kernel
def scaled_squares(X: Array, means: Array, factors: Array, squares: Array) -> None:
    """Measure how far rows are from means, each feature in its own unit.

    X (n, d), means (k, d), factors (k, d): read. squares (n, k): overwritten with sum_f ((x_f - m_f) u_f)^2.
    """
    n, d = X.shape
    columns, sums = np.empty((d, BLOCK)), np.empty(BLOCK)
    for first in range(0, n, BLOCK):  # a block of rows on its side, so that the innermost loop runs over rows
        b = min(BLOCK, n - first)
        for i in range(b):
            for f in range(d):
                columns[f, i] = X[first + i, f]
        for j in range(means.shape[0]):
            sums[:] = 0.0
            for f in range(d):
                mean, factor, row = means[j, f], factors[j, f], columns[f]
                for i in range(b):
                    away = (row[i] - mean) * factor
                    sums[i] += away * away
            for i in range(b):
                squares[first + i, j] = sums[i]


def log_densities(X: FloatArray, found: Gaussians, shape: str) -> FloatArray:
    """Return the log density of each row of X (n, d) under each Gaussian, without its weight, shape (n, k)."""
    n, d = X.shape
    k = len(found.means)
    squares = np.empty((n, k))
    if shape in ("diag", "spherical"):
        factors = found.factors if shape == "diag" else np.repeat(found.factors[:, None], d, axis=1)
        scaled_squares(X, found.means, np.ascontiguousarray(factors), squares)
    else:
        away, scaled = np.empty_like(X), np.empty_like(X)
        for j in range(k):
            # plainly: scaled = (X - found.means[j]) @ factor
            np.subtract(X, found.means[j], out=away)
            np.matmul(away, found.factors[j] if shape == "full" else found.factors, out=scaled)
            squares[:, j] = np.einsum("if,if->i", scaled, scaled)
    if shape in ("full", "tied"):
        log_det = np.log(np.diagonal(found.factors, axis1=-2, axis2=-1)).sum(axis=-1)
    else:
        log_det = np.log(found.factors).sum(axis=1) if shape == "diag" else d * np.log(found.factors)
    # plainly: log_det - 0.5 * (d * np.log(2.0 * np.pi) + squares)
    squares += d * np.log(2.0 * np.pi)
    squares *= 0.5
    np.subtract(log_det, squares, out=squares)
    return squares


def estimate(
    X: FloatArray, share: FloatArray, reg_covar: float, shape: str
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mass (k,), means (k, d) and covariances of the Gaussians that fit X (n, d) best.

    share (n, k): how far each is responsible for each row.
    """
    mass = share.sum(axis=0) + 10 * np.finfo(np.float64).eps
    means = (share.T @ X) / mass[:, None]
    k, d = means.shape
    if shape == "full":
        covariances, away, roots = np.empty((k, d, d)), np.empty_like(X), np.sqrt(share)
        for j in range(k):
            # plainly: away = X - means[j]; covariances[j] = (share[:, j] * away.T) @ away / mass[j]
            np.subtract(X, means[j], out=away)
            away *= roots[:, j : j + 1]
            covariances[j] = away.T @ away / mass[j]  # of an array and itself BLAS finds half, and copies the other
            covariances[j].flat[:: d + 1] += reg_covar
        return mass, means, covariances
    if shape == "tied":
        covariance = (X.T @ X - (mass * means.T) @ means) / mass.sum()
        covariance.flat[:: d + 1] += reg_covar
        return mass, means, covariance
    variances = (share.T @ (X * X)) / mass[:, None] - means**2 + reg_covar
    return mass, means, variances if shape == "diag" else variances.mean(axis=1)
