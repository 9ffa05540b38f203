"""Expectation-maximisation for a mixture of Gaussians: soft assignments, then the best Gaussians for them.

Idea
    k-means with doubt: a point belongs to every Gaussian to the share that it probably came from it (expect). Given the
    shares, the best weights, means and covariances are weighted averages (maximise). Neither half can lower the
    likelihood.
Maths
    expect: r_ij = w_j N_j(x_i) / sum_l w_l N_l(x_i), in logarithms;
    bound = mean_i log sum_j w_j N_j(x_i), the mean log likelihood; maximise: see `gaussians`, w_j = mass_j / sum mass.
Cost
    An iteration is two passes over n k densities; see `gaussians`. Memory n k.
Differences
    None from scikit-learn: a run ends when the bound changes by less than tol.
References
    Dempster, Laird, Rubin, Maximum likelihood from incomplete data via the EM algorithm, JRSS B 39 (1977) 1-38.
    Bishop, Pattern Recognition and Machine Learning, section 9.2.2.
"""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import NamedTuple

import numpy as np

from ..core import one_blas_thread
from ..core.steps import final, someone_listens
from ..core.typing import FloatArray
from .gaussians import Gaussians, estimate, factor_precisions, log_densities


class Step(NamedTuple):
    """What is known after a step. Means and covariances are those of centred rows until the "best" step."""

    name: str  # "start", then "expect" and "maximise" in turn, "best" at the end of all
    restart: int  # which run it is, from 0
    iteration: int
    found: Gaussians
    bound: float  # mean log likelihood under the Gaussians before the last "maximise"; -inf at the start
    bounds: tuple[float, ...]  # of all iterations of this run
    converged: bool


def weigh(X: FloatArray, found: Gaussians, shape: str) -> FloatArray:
    """Return the log of each weighted density of each row of X (n, d), shape (n, k)."""
    with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
        joint = log_densities(X, found, shape)
        joint += np.log(found.weights)
    return joint


def check_near(largest: FloatArray) -> None:
    """Refuse rows so far from all Gaussians that no density is left in float64.

    Raises
    ------
    ValueError
        If the largest log density of a row is not finite.
    """
    if not np.isfinite(largest).all():
        raise ValueError("X holds a row so far from all components that its density overflows float64; scale X down.")


def expect(X: FloatArray, found: Gaussians, shape: str) -> tuple[FloatArray, FloatArray]:
    """Return the log likelihood of each row of X (n, d), shape (n,), and the log of the shares, (n, k).

    Raises
    ------
    ValueError
        If a row is so far from all Gaussians that no likelihood is left in float64.
    """
    joint = weigh(X, found, shape)
    largest = joint.max(axis=1, keepdims=True)
    check_near(largest)
    with np.errstate(under="ignore"):
        joint -= largest
        spread = np.log(np.exp(joint).sum(axis=1, keepdims=True))
        joint -= spread
    return (largest + spread)[:, 0], joint


def maximise(X: FloatArray, log_share: FloatArray, reg_covar: float, shape: str) -> Gaussians:
    """Return the Gaussians that fit X (n, d) best when the logs of the shares are log_share (n, k)."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        mass, means, covariances = estimate(X, np.exp(log_share), reg_covar, shape)
        return Gaussians(mass / mass.sum(), means, covariances, factor_precisions(covariances, shape))


def finals(found: Gaussians) -> Gaussians:
    """Return views of the same Gaussians that say nobody will change them: each maximisation makes new ones."""
    return Gaussians(*map(final, found))


def as_they_are(found: Gaussians) -> Gaussians:
    """Return the Gaussians themselves."""
    return found


def expectation_maximisation(
    X: FloatArray, start: Step, shape: str, reg_covar: float, max_iter: int, tol: float
) -> Generator[Step, None, Step]:
    """Yield a Step after each half-iteration from `start` on, which comes first itself; return the last."""
    step, found = start, start.found
    show = finals if someone_listens() else as_they_are
    yield step
    for iteration in range(1, max_iter + 1):
        with one_blas_thread():
            likelihoods, log_share = expect(X, found, shape)
        bound, before = float(likelihoods.mean()), step.bound
        step = step._replace(name="expect", iteration=iteration, bound=bound, bounds=(*step.bounds, bound))
        yield step
        with one_blas_thread():
            found = maximise(X, log_share, reg_covar, shape)
        del log_share  # before the next ones are made
        done = before > -inf and abs(bound - before) < tol
        step = step._replace(name="maximise", found=show(found), converged=done)
        yield step
        if done:
            break
    return step
