"""The standard normal distribution: its cumulative share, and the value below which a given share lies.

Idea
----
`normal_share` comes from the complementary error function. Its inverse has no formula; it is three quotients of
polynomials,
each fitted to one stretch of shares, right to about 1e-16 (relative).

Maths
-----
::

    share(x) = erfc(-x / sqrt(2)) / 2        share(normal_value(p)) = p

References
----------
M. J. Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37(3),
477-484, routine PPND16 (the coefficients).
"""

from __future__ import annotations

import math

from ..core.jit import kernel
from ..core.typing import Array


@kernel
def normal_share(x: float) -> float:
    """Return the share of a standard normal distribution that lies below x; NaN for NaN."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@kernel
def middle_value(q: float) -> float:
    """Return the normal value at share 1/2 + q, for q within 0.425 of 0."""
    r = 0.180625 - q * q
    top = 2.5090809287301226727e3
    top = top * r + 3.3430575583588128105e4
    top = top * r + 6.7265770927008700853e4
    top = top * r + 4.5921953931549871457e4
    top = top * r + 1.3731693765509461125e4
    top = top * r + 1.9715909503065514427e3
    top = top * r + 1.3314166789178437745e2
    top = top * r + 3.3871328727963666080e0
    low = 5.2264952788528545610e3
    low = low * r + 2.8729085735721942674e4
    low = low * r + 3.9307895800092710610e4
    low = low * r + 2.1213794301586595867e4
    low = low * r + 5.3941960214247511077e3
    low = low * r + 6.8718700749205790830e2
    low = low * r + 4.2313330701600911252e1
    return q * top / (low * r + 1.0)


@kernel
def tail_value(r: float) -> float:
    """Return the (positive) normal value beyond which a share of exp(-r^2) lies, for r up to 5."""
    r -= 1.6
    top = 7.74545014278341407640e-4
    top = top * r + 2.27238449892691845833e-2
    top = top * r + 2.41780725177450611770e-1
    top = top * r + 1.27045825245236838258e0
    top = top * r + 3.64784832476320460504e0
    top = top * r + 5.76949722146069140550e0
    top = top * r + 4.63033784615654529590e0
    top = top * r + 1.42343711074968357734e0
    low = 1.05075007164441684324e-9
    low = low * r + 5.47593808499534494600e-4
    low = low * r + 1.51986665636164571966e-2
    low = low * r + 1.48103976427480074590e-1
    low = low * r + 6.89767334985100004550e-1
    low = low * r + 1.67638483018380384940e0
    low = low * r + 2.05319162663775882187e0
    return top / (low * r + 1.0)


@kernel
def far_tail_value(r: float) -> float:
    """Return the (positive) normal value beyond which a share of exp(-r^2) lies, for r above 5."""
    r -= 5.0
    top = 2.01033439929228813265e-7
    top = top * r + 2.71155556874348757815e-5
    top = top * r + 1.24266094738807843860e-3
    top = top * r + 2.65321895265761230930e-2
    top = top * r + 2.96560571828504891230e-1
    top = top * r + 1.78482653991729133580e0
    top = top * r + 5.46378491116411436990e0
    top = top * r + 6.65790464350110377720e0
    low = 2.04426310338993978564e-15
    low = low * r + 1.42151175831644588870e-7
    low = low * r + 1.84631831751005468180e-5
    low = low * r + 7.86869131145613259100e-4
    low = low * r + 1.48753612908506148525e-2
    low = low * r + 1.36929880922735805310e-1
    low = low * r + 5.99832206555887937690e-1
    return top / (low * r + 1.0)


@kernel
def normal_value(share: float) -> float:
    """Return the value below which `share` of a standard normal distribution lies; infinite at 0 and 1, else NaN."""
    q = share - 0.5
    if abs(q) <= 0.425:
        return middle_value(q)
    tail = share if q < 0.0 else 1.0 - share
    if tail == 0.0:
        return math.copysign(math.inf, q)
    if not tail > 0.0:
        return math.nan
    r = math.sqrt(-math.log(tail))
    value = tail_value(r) if r <= 5.0 else far_tail_value(r)
    return -value if q < 0.0 else value


@kernel
def normal_values(shares: Array, values: Array) -> None:
    """Write the normal value at each share. shares (n,): read. values (n,): overwritten, may be shares."""
    for i in range(shares.shape[0]):
        values[i] = normal_value(shares[i])
