"""How many components? Minka's answer: the number under which the data are most likely, every model integrated out.

Idea
    More components always explain more. A Bayesian asks instead how likely the data are under "k components and noise",
    averaged over all such models: too many components spread the belief thin, and the likelihood falls again.
Maths
    For n rows of d columns, with eigenvalues v_1 >= ... >= v_d of the covariance (equation 77 of the report, 30 of the
    paper), and v = mean(v_{k+1} ... v_d):

    log p(X | k) = log p(U) - n/2 sum_{i<=k} log v_i - n (d - k)/2 log v + (m + k)/2 log 2 pi - 1/2 log|A| - k/2 log n
    log p(U)     = -k log 2 + sum_{i=1}^{k} [ log Gamma((d - i + 1)/2) - (d - i + 1)/2 log pi ]
    m            = d k - k (k + 1)/2
    log|A|       = sum_{i<=k} sum_{j>i} [ log((v_i - v_j)(1/w_j - 1/w_i)) + log n ],   w = v with v_j -> v for j > k
Cost
    d^3 / 6 logarithms for all k together, many at a time.
References
    Minka (2000), Automatic choice of dimensionality for PCA, NIPS 13, 598-604: equation 30.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.typing import FloatArray

TINY = 1e-15  # eigenvalues below are none; the noise is never taken for less


def log_evidence(v: FloatArray, k: int, n: int) -> float:
    """Return log p(X | k) for the eigenvalues v (d,), descending; minus infinity where one of the first k is none."""
    d = len(v)
    if v[k - 1] < TINY:
        return -math.inf
    halves = (d - np.arange(1, k + 1) + 1) / 2.0
    log_p_u = -k * math.log(2.0) + sum(math.lgamma(h) for h in halves) - math.log(math.pi) * halves.sum()
    noise = max(TINY, float(v[k:].sum()) / (d - k))
    m = d * k - k * (k + 1.0) / 2.0
    w = np.where(np.arange(d) < k, v, noise)
    i, j = np.triu_indices(d, 1)
    i, j = i[i < k], j[i < k]
    with np.errstate(divide="ignore", invalid="ignore"):
        log_a = np.log((v[i] - v[j]) * (1.0 / w[j] - 1.0 / w[i])).sum() + len(i) * math.log(n)
    return float(
        log_p_u
        - np.log(v[:k]).sum() * n / 2.0
        - math.log(noise) * n * (d - k) / 2.0
        + math.log(2.0 * math.pi) * (m + k) / 2.0
        - log_a / 2.0
        - k * math.log(n) / 2.0
    )


def choose_dimension(v: FloatArray, n: int) -> int:
    """Return the number of components, from 1 to d - 1, of largest evidence; 0 if none has any."""
    found = [-math.inf, *(log_evidence(v, k, n) for k in range(1, len(v)))]
    return int(np.argmax(np.nan_to_num(found, nan=-math.inf, posinf=math.inf)))
