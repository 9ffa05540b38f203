"""Make regression problems: a sparse linear one, Friedman's first, correlated noise, and a matrix of low rank.

Idea: the truth is known, so a method can be judged by whether it finds it. `make_regression` has a linear truth in a
few of many features; `make_friedman1` a curved one with an interaction; in `make_sparse_uncorrelated` four of the
features count.

Maths: y = X w + bias + noise * e, where w has n_informative entries uniform in [0, 100] and zeros. Friedman:
y = 10 sin(pi x0 x1) + 20 (x2 - 1/2)^2 + 10 x3 + 5 x4 + noise * e. Low rank: X = U diag(s) V', U and V orthonormal,
s_i = (1 - tail_strength) exp(-(i / effective_rank)^2) + tail_strength exp(-0.1 i / effective_rank).

Cost: O(n d) time and memory; low rank O(n d min(n, d)) for the QR factorisations.

Differences: the same numbers as scikit-learn for the same seed (up to rounding where a factorisation is used). A single
sample has y of shape (1,), where scikit-learn gives a bare number.

References: J. Friedman (1991), "Multivariate adaptive regression splines", Annals of Statistics 19, 1-67. G. Celeux, M.
El Anbari, J.-M. Marin, C. Robert (2012), "Regularization in regression", Bayesian Analysis 7, 477-502 (sparse
uncorrelated).
"""

from __future__ import annotations

import numpy as np

from ..core.random import check_random_state
from ..core.rules import boolean, check_rules, either, integer, none
from ..core.typing import FloatArray, RandomStateLike
from .shared import finite, normal, shuffle_rows_and_columns, uniform
from .tall import q_times

REGRESSION_RULES = {
    "n_samples": integer(1),
    "n_features": integer(1),
    "n_informative": integer(0),
    "n_targets": integer(1),
    "bias": finite(),
    "effective_rank": either(none, integer(1)),
    "tail_strength": finite(0.0, 1.0),
    "noise": finite(0.0),
    "shuffle": boolean,
    "coef": boolean,
}
RANK_RULES = {
    "n_samples": integer(1),
    "n_features": integer(1),
    "effective_rank": integer(1),
    "tail_strength": finite(0.0, 1.0),
}


def make_regression(
    n_samples: int = 100,
    n_features: int = 100,
    *,
    n_informative: int = 10,
    n_targets: int = 1,
    bias: float = 0.0,
    effective_rank: int | None = None,
    tail_strength: float = 0.5,
    noise: float = 0.0,
    shuffle: bool = True,
    coef: bool = False,
    random_state: RandomStateLike = None,
) -> tuple[FloatArray, ...]:
    """Make a linear regression problem in which few features count.

    Parameters
    ----------
    n_samples : number of samples
    n_features : number of features d
    n_informative : number of features that count (at most all of them)
    n_targets : number of targets t
    bias : the intercept
    effective_rank : about how many directions X has; None draws independent normal features
    tail_strength : how much of the other directions there is, 0 to 1; used with `effective_rank` only
    noise : standard deviation of the Gaussian noise on the targets
    shuffle : put samples and features in random order; else the informative features come first
    coef : return the true coefficients as well
    random_state : seed

    Returns
    -------
    X (n, d), y (n,) or (n, t), and with `coef` the coefficients (d,) or (d, t) (axes of length 1 dropped); all float64.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n d t). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_regression
    >>> X, y, w = make_regression(n_samples=20, n_features=3, coef=True, bias=2.0, random_state=0)
    >>> bool(abs(X @ w + 2.0 - y).max() < 1e-9)
    True
    """
    check_rules("make_regression", REGRESSION_RULES, locals())
    rng = check_random_state(random_state)
    if effective_rank is None:
        X = normal(rng, (n_samples, n_features))
    else:
        X = make_low_rank_matrix(
            n_samples, n_features, effective_rank=effective_rank, tail_strength=tail_strength, random_state=rng
        )
    n_informative = min(n_features, n_informative)
    w = np.zeros((n_features, n_targets))
    w[:n_informative] = 100 * rng.uniform(size=(n_informative, n_targets))
    y = np.dot(X, w) + bias
    if noise > 0.0:
        y += normal(rng, y.shape, 0.0, noise)
    if shuffle:
        X, y, order = shuffle_rows_and_columns(rng, X, y)
        w = w[order]
    if n_targets == 1:
        y = y.ravel()
    return (X, y, np.squeeze(w)) if coef else (X, y)


def make_low_rank_matrix(
    n_samples: int = 100,
    n_features: int = 100,
    *,
    effective_rank: int = 10,
    tail_strength: float = 0.5,
    random_state: RandomStateLike = None,
) -> FloatArray:
    """Make a matrix whose singular values fall like a bell curve with a long, thin tail.

    Parameters
    ----------
    n_samples : number of rows n
    n_features : number of columns d
    effective_rank : about how many singular values matter
    tail_strength : the tail's share of the singular values, 0 to 1
    random_state : seed of the singular vectors

    Returns
    -------
    X (n, d) float64.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n d min(n, d)). The same numbers as scikit-learn's up to rounding.

    Examples
    --------
    >>> from scratchml.datasets import make_low_rank_matrix
    >>> make_low_rank_matrix(30, 20, effective_rank=3, random_state=0).shape
    (30, 20)
    """
    check_rules("make_low_rank_matrix", RANK_RULES, locals())
    rng = check_random_state(random_state)
    rank = min(n_samples, n_features)
    left, right = normal(rng, (n_samples, rank)), normal(rng, (n_features, rank))
    V, _ = np.linalg.qr(right)
    i = np.arange(rank, dtype=np.float64)
    signal = (1 - tail_strength) * np.exp(-((i / effective_rank) ** 2))
    tail = tail_strength * np.exp(-0.1 * i / effective_rank)
    # plainly: U, _ = np.linalg.qr(left); U @ np.diag(signal + tail) @ V.T
    return q_times(left, (signal + tail)[:, None] * V.T)


def make_friedman1(
    n_samples: int = 100,
    n_features: int = 10,
    *,
    noise: float = 0.0,
    random_state: RandomStateLike = None,
) -> tuple[FloatArray, FloatArray]:
    """Make Friedman's first problem: a curved truth in five of the features.

    Parameters
    ----------
    n_samples : number of samples
    n_features : number of features d, at least 5; those after the fifth mean nothing
    noise : standard deviation of the Gaussian noise on y
    random_state : seed

    Returns
    -------
    X (n, d) uniform in [0, 1] and y (n,) = 10 sin(pi x0 x1) + 20 (x2 - 1/2)^2 + 10 x3 + 5 x4 + noise.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n d). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_friedman1
    >>> X, y = make_friedman1(30, random_state=0)
    >>> X.shape, y.shape
    ((30, 10), (30,))
    """
    rules = {"n_samples": integer(1), "n_features": integer(5), "noise": finite(0.0)}
    check_rules("make_friedman1", rules, locals())
    rng = check_random_state(random_state)
    X = uniform(rng, (n_samples, n_features))
    y = 10 * np.sin(np.pi * X[:, 0] * X[:, 1])
    y += 20 * (X[:, 2] - 0.5) ** 2
    y += 10 * X[:, 3]
    y += 5 * X[:, 4]
    y += normal(rng, (n_samples,)) * noise
    return X, y


def make_sparse_uncorrelated(
    n_samples: int = 100, n_features: int = 10, *, random_state: RandomStateLike = None
) -> tuple[FloatArray, FloatArray]:
    """Make a noisy linear problem in which four uncorrelated features count.

    Parameters
    ----------
    n_samples : number of samples
    n_features : number of features d, at least 4; those after the fourth mean nothing
    random_state : seed

    Returns
    -------
    X (n, d), standard normal, and y (n,), normal with variance 1 about x0 + 2 x1 - 2 x2 - 1.5 x3.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n d). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_sparse_uncorrelated
    >>> X, y = make_sparse_uncorrelated(30, random_state=0)
    >>> X.shape, y.shape
    ((30, 10), (30,))
    """
    rules = {"n_samples": integer(1), "n_features": integer(4)}
    check_rules("make_sparse_uncorrelated", rules, locals())
    rng = check_random_state(random_state)
    X = normal(rng, (n_samples, n_features))
    return X, normal(rng, n_samples, X[:, 0] + 2 * X[:, 1] - 2 * X[:, 2] - 1.5 * X[:, 3])
