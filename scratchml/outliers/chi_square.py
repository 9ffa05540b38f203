"""The chi-square distribution: how large a sum of k squared normal numbers is likely to be.

Idea
----
The squared Mahalanobis distance of a normal row of k columns is such a sum, so its quantile is the cut-off.

Maths
-----
P(x; k) = gamma(a, x / 2) / Gamma(a), a = k / 2, the regularised incomplete gamma function (`maths/special.py`). The
quantile is where P = p: Newton's iteration from Wilson and Hilferty's guess k (1 - 2 / (9 k) + t sqrt(2 / (9 k)))^3,
t the normal quantile of p, kept inside a shrinking bracket.

Cost
----
About sqrt(k) terms for each of about five iterations.

Differences
-----------
Agrees with SciPy's ``chi2.ppf`` to about 1e-13.

References
----------
E. B. Wilson, M. M. Hilferty (1931), "The distribution of chi-square", PNAS 17(12), 684-688.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from ..maths.special import gamma_height, gamma_tails


def quantile(p: float, k: float) -> float:
    """Return x such that a chi-square number of k degrees of freedom is below x with chance p, 0 < p < 1.

    Raises
    ------
    ValueError
        If p is not between 0 and 1, or k not positive.
    """
    if not 0.0 < p < 1.0 or not k > 0:
        raise ValueError(f"p={p!r}, k={k!r} have no quantile; give 0 < p < 1 and k > 0.")
    spread = 2.0 / (9.0 * k)
    x = k * max(1.0 - spread + NormalDist().inv_cdf(p) * math.sqrt(spread), 1e-3) ** 3
    low, high = 0.0, math.inf
    for _ in range(200):
        lower, upper = gamma_tails(0.5 * k, 0.5 * x)
        miss = lower - p if p < 0.5 else (1.0 - p) - upper  # in the smaller tail, where digits are
        low, high = (low, x) if miss > 0.0 else (x, high)
        slope = gamma_height(0.5 * k, 0.5 * x) / x  # the density at x
        following = x - miss / slope if slope > 0.0 else math.inf
        if not low < following < high:
            following = 2.0 * x if high == math.inf else 0.5 * (low + high)
        if abs(following - x) <= 1e-15 * x:
            return following
        x = following
    return x
