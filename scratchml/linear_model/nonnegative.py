"""Nonnegative least squares by Lawson and Hanson's active set: the best fit with no weight below zero.

Idea
----
Some weights of the best fit are zero, the others are those of an ordinary fit by their columns alone. Which columns,
is found one by one: let in the column that would lower the sum of squares fastest, fit by the columns that are in;
if that makes a weight negative, go only as far towards that fit as all weights allow, put the column that has come to
zero out, and fit again. When no column outside could help, the fit is the best.

Maths
-----
With X = Q R and z = Q'y, minimise ``|z - R w|`` for w >= 0. With the gradient ``g = R'(z - R w)``, the best w is the
one with (Karush, Kuhn and Tucker) ::

    w_f > 0 and g_f = 0      or      w_f = 0 and g_f <= 0             for every column f

Cost
----
One QR of X, then a small QR for each column that enters or leaves: usually not much more than d of them.

Differences
-----------
From the book: a column that would enter with a weight that is not positive (its gradient was rounding) is set aside
until the fit has changed.

References
----------
C. L. Lawson, R. J. Hanson (1974), "Solving least squares problems", Prentice-Hall, chapter 23, algorithm NNLS.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..core import ConvergenceWarning, both, one_blas_thread
from ..core.typing import Array, FloatArray

EPS = float(np.finfo(np.float64).eps)


class Change(NamedTuple):
    """After a column has entered, and others have left where they had to."""

    passive: Array  # (d,) True for the columns that are in
    w: FloatArray  # (d,)


def fit_passive(R: FloatArray, z: FloatArray, passive: Array) -> FloatArray | None:
    """Return the ordinary fit by the passive columns, 0 elsewhere, (d,); None if they are dependent."""
    w = np.zeros(R.shape[1])
    with one_blas_thread():
        Q, T = np.linalg.qr(R[:, passive])
        diagonal = np.abs(T.diagonal())
        if T.shape[0] < T.shape[1] or diagonal.min() <= 8 * EPS * len(R) * diagonal.max():
            return None
        w[passive] = np.linalg.solve(T, Q.T @ z)
    return w


def lawson_hanson(R: FloatArray, z: FloatArray, max_exchanges: int | None = None) -> Iterator[Change]:
    """Yield a Change at the start and for each column that enters. R (k, d), columns of length one, z (k,): read."""
    d = R.shape[1]
    limit = 10 * d + 10 if max_exchanges is None else max_exchanges
    w, passive, aside = np.zeros(d), np.zeros(d, dtype=bool), np.zeros(d, dtype=bool)
    yield Change(passive, w)
    smallest = 10 * EPS * d * float(np.linalg.norm(z))  # a gradient below this is rounding
    for _ in range(limit):
        g = R.T @ (z - R @ w)
        g[passive | aside] = 0.0
        if g.max(initial=0.0) <= smallest:
            return
        entering = int(g.argmax())
        passive[entering] = True
        goal = fit_passive(R, z, passive)
        if goal is None or goal[entering] <= 0.0:
            passive[entering], aside[entering] = False, True
            continue
        aside[:] = False
        while goal is not None and (goal[passive] <= 0.0).any():
            low = passive & (goal <= 0.0)
            step = (w[low] / (w[low] - goal[low])).min()
            w += step * (goal - w)
            passive &= w > EPS * np.abs(w).max()  # the column that stopped us is now at zero, give or take rounding
            w[~passive] = 0.0
            goal = fit_passive(R, z, passive) if passive.any() else np.zeros(d)
        if goal is not None:
            w = goal
        yield Change(passive, w)
    warnings.warn(
        f"nonnegative least squares did not settle within {limit} exchanges; the weights found are nonnegative, "
        "but perhaps not the best. Scale the columns of X, or drop nearly dependent ones.",
        both(ConvergenceWarning),
        stacklevel=2,
    )


def passive_basis(R: FloatArray, passive: Array) -> tuple[FloatArray, float]:
    """Return B (d, r) for which R B has columns at right angles, made of the passive ones, and their condition."""
    basis = np.zeros((R.shape[1], int(passive.sum())))
    if not passive.any():
        return basis, 1.0
    with one_blas_thread():
        T = np.linalg.qr(R[:, passive], mode="r")
        inverse = np.linalg.solve(T, np.eye(len(T)))
    basis[passive] = inverse
    return basis, float(np.linalg.norm(T) * np.linalg.norm(inverse))
