"""Incomplete beta and gamma functions and digamma: what p-values and entropies are made of.

Idea
    The chance that a statistic is as large as the one seen is an area below a curve. For chi-squared it is an
    incomplete gamma function, for F (and so for t) an incomplete beta function. Both are a peak's height times a
    slowly changing factor, which a continued fraction or a power series gives.
Maths
    Q(a, x) = int_x^inf t^(a-1) e^-t dt / Gamma(a);  I_x(a, b) = int_0^x t^(a-1) (1-t)^(b-1) dt / B(a, b).
    Heights by Stirling's formula, Gamma(z + 1) = sqrt(2 pi z) (z/e)^z e^delta(z), so that large powers cancel before
    they are raised: with D(z, m) = z log(z/m) + m - z, which is 0 at z = m,
        x^a e^-x / Gamma(a)         = sqrt(a / 2 pi) exp(-delta(a) - D(a, x))
        x^a y^b / B(a, b), y = 1-x  = sqrt(a b / (2 pi (a + b))) exp(delta(a+b) - delta(a) - delta(b)
                                                                     - D(a, (a+b) x) - D(b, (a+b) y)).
    Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1), from Q(1, x) = e^-x or Q(1/2, x) = erfc(sqrt(x)).
    psi(x) = psi(x + 1) - 1/x, and psi(x) = log x - 1/(2x) - sum_k B_2k / (2k x^2k) for large x.
Cost
    About sqrt(max(a, b)) terms; tens for the degrees of freedom of a textbook.
Differences
    The usual product of powers and gamma functions loses a digit with each power of ten of a and b; this does not.
    Both tails are worked out without 1 - tail where the tail is small.
References
    Loader, Fast and accurate computation of binomial probabilities (2000), equations 3 to 5 (delta and D).
    Press, Teukolsky, Vetterling, Flannery, Numerical Recipes, 3rd edition, sections 6.2 and 6.4 (fractions, by Lentz).
    NIST Digital Library of Mathematical Functions, 5.11.2 (psi), 5.11.3 (delta), 8.11.4 and 8.9.2 (gamma), 8.17.22.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray

BLOCK = 256  # numbers that the cache holds near
FEW_DEGREES, FAR = 30, 1400.0  # of freedom: whole numbers of them have a short sum, until exp(-x / 2) loses digits
TINY = 1e-290  # in place of a 0 in Lentz's method
MOST_TERMS = 200_000
HALF_LOG_2_PI = 0.9189385332046727418


@kernel
def stirling_error(z: float) -> float:
    """Return delta(z) = log Gamma(z + 1) - (z + 1/2) log z + z - log(2 pi) / 2, for z > 0."""
    if z < 12.0:
        return math.lgamma(z + 1.0) - (z + 0.5) * math.log(z) + z - HALF_LOG_2_PI
    s = 1.0 / (z * z)
    series = 1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156 - s * 3617 / 122400)))
    return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * series))) / z


@kernel
def deviance(z: float, m: float) -> float:
    """Return D(z, m) = z log(z / m) + m - z for z, m > 0, to full accuracy where z is near m, too."""
    if abs(z - m) >= 0.1 * (z + m):
        return z * math.log(z / m) + m - z
    # with v = (z - m) / (z + m): log(z / m) = 2 (v + v^3 / 3 + v^5 / 5 + ...)
    v = (z - m) / (z + m)
    total, term, j = (z - m) * v, 2.0 * z * v, 1
    while True:
        term *= v * v
        new = total + term / (2 * j + 1)
        if new == total:
            return new
        total, j = new, j + 1


@kernel
def gamma_series(a: float, x: float) -> float:
    """Return 1 + x/(a+1) + x^2/((a+1)(a+2)) + ..., so that P(a, x) = x^a e^-x / Gamma(a + 1) times it."""
    total, term = 1.0, 1.0
    for k in range(1, MOST_TERMS):
        term *= x / (a + k)
        total += term
        if term < total * 1e-17:
            break
    return total


@kernel
def gamma_fraction(a: float, x: float) -> float:
    """Return 1/(x+1-a - 1(1-a)/(x+3-a - 2(2-a)/(x+5-a - ...))), so that Q(a, x) = x^a e^-x / Gamma(a) times it."""
    b = x + 1.0 - a
    c, d = 1.0 / TINY, 1.0 / (b if b != 0.0 else TINY)
    total = d
    for k in range(1, MOST_TERMS):
        numerator = -k * (k - a)
        b += 2.0
        e = numerator * d + b
        e = e if abs(e) > TINY else TINY
        if k == 1 or not 1e-140 < abs(c * e) < 1e140:
            c, d = b + numerator / c, 1.0 / e
        else:  # plainly: as above, with one division for the two
            both = 1.0 / (c * e)
            c, d = b + numerator * e * both, c * both
        c = c if abs(c) > TINY else TINY
        total *= d * c
        if abs(d * c - 1.0) < 2.3e-16:
            break
    return total


@kernel
def beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction 1/(1 + d1/(1 + d2/(1 + ...))) of I_x(a, b); wants x < (a + 1) / (a + b + 2)."""
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > TINY else TINY)
    total = d
    for k in range(1, MOST_TERMS):
        even = k * (b - k) * x / ((a + 2 * k - 1.0) * (a + 2 * k))
        d, c = 1.0 + even * d, 1.0 + even / c
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = c if abs(c) > TINY else TINY
        total *= d * c
        odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1.0))
        d, c = 1.0 + odd * d, 1.0 + odd / c
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = c if abs(c) > TINY else TINY
        total *= d * c
        if abs(d * c - 1.0) < 2.3e-16:
            break
    return total


@kernel
def gamma_height(a: float, x: float) -> float:
    """Return x^a e^-x / Gamma(a), for a, x > 0."""
    return math.sqrt(a) * math.exp(-HALF_LOG_2_PI - stirling_error(a) - deviance(a, x))


@kernel
def gamma_tails(a: float, x: float) -> tuple[float, float]:
    """Return (P(a, x), Q(a, x)), which sum to 1, for a > 0 and x >= 0; the smaller one with all its digits."""
    return tails_of_height(a, x, math.sqrt(a), stirling_error(a))


@kernel
def tails_of_height(a: float, x: float, root: float, error: float) -> tuple[float, float]:
    """Return what `gamma_tails` does, given the parts of `gamma_height` that x has no part in: sqrt(a), delta(a)."""
    if x <= 0.0:
        return 0.0, 1.0
    if x == np.inf:
        return 1.0, 0.0
    height = root * math.exp(-HALF_LOG_2_PI - error - deviance(a, x))
    if x < a + 1.0:
        lower = height / a * gamma_series(a, x)
        return lower, 1.0 - lower
    upper = height * gamma_fraction(a, x)
    return 1.0 - upper, upper


@kernel
def upper_gamma(a: float, x: float) -> float:
    """Return Q(a, x), for a > 0 and x >= 0 (1 at 0, 0 at infinity)."""
    return gamma_tails(a, x)[1]


@kernel
def lower_beta(a: float, b: float, x: float, y: float) -> float:
    """Return I_x(a, b), for a, b > 0 and x + y = 1: y is asked for since 1 - x would lose its digits where x is near 1.

    The upper tail is lower_beta(b, a, y, x).
    """
    if x <= 0.0:
        return 0.0
    if y <= 0.0:
        return 1.0
    n = a + b
    power = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y)
    height = math.sqrt(a) * math.sqrt(b / n) * math.exp(power - HALF_LOG_2_PI)
    if x < (a + 1.0) / (n + 2.0):
        return height / a * beta_fraction(a, b, x)
    return 1.0 - height / b * beta_fraction(b, a, y)


@kernel
def digamma_of_few(x: Array, above: Array, rest: Array, values: Array) -> None:
    """Put psi of each x > 0 into values. x (m,), m <= BLOCK: read. above, rest (BLOCK,), values (m,): overwritten.

    Eight numbers are worked out at once, but one at a time where above or rest lies within 64 bytes of x or of each
    other: the compiler's test whether arrays overlap is that careful.
    """
    for i in range(x.shape[0]):  # a loop without a jump
        y, total = x[i], 0.0
        for _ in range(4):  # up to 10 or more, by psi(y) = psi(y + 1) - 1 / y; three of these share a division
            z = min(y, 10.0)
            less, is_low = (3.0 * z * (z + 2.0) + 2.0) / (z * (z + 1.0) * (z + 2.0)), y < 10.0
            total -= less if is_low else 0.0
            y += 3.0 if is_low else 0.0
        r = 1.0 / y
        s = r * r
        series = 1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s / 12)))
        above[i], rest[i] = y, total - 0.5 * r - s * (1 / 12 - s * (1 / 120 - s * series))
    for i in range(x.shape[0]):
        values[i] = rest[i] + math.log(above[i])


@kernel
def digamma_of(x: Array, values: Array) -> None:
    """Put psi of each x > 0 into values. x (m,): read. values (m,): overwritten."""
    room = np.empty((5, BLOCK))  # of which two rows are used, away from each other and from whatever lies beside it
    for first in range(0, x.shape[0], BLOCK):
        digamma_of_few(x[first : first + BLOCK], room[1], room[3], values[first : first + BLOCK])


@kernel
def whole_degrees_tail(k: int, y: float) -> float:
    """Return Q(k / 2, y) for a whole k > 0 and 0 < y < 700: all terms are positive, so no digits are lost."""
    total, term, a = math.exp(-y), math.exp(-y), 1.0
    if k % 2 == 1:
        total, term, a = math.erfc(math.sqrt(y)), math.exp(-y) / math.sqrt(math.pi * y), 0.5
    while a < 0.5 * k:
        term *= y / a
        total += term
        a += 1.0
    return total


@kernel
def chi_squared_tails(k: float, x: Array, tails: Array) -> None:
    """Put the chance that chi-squared of k degrees of freedom exceeds x into tails; NaN stays NaN.

    x (m,): read. tails (m,): overwritten.
    """
    a, is_few = 0.5 * k, k <= FEW_DEGREES and k == math.floor(k)
    root, error = math.sqrt(a), stirling_error(a)
    for i in range(x.shape[0]):  # plainly: tails[i] = upper_gamma(a, 0.5 * x[i])
        if is_few and 0.0 < x[i] < FAR:
            tails[i] = min(1.0, whole_degrees_tail(int(k), 0.5 * x[i]))
        else:
            tails[i] = tails_of_height(a, 0.5 * x[i], root, error)[1] if x[i] == x[i] else np.nan


@kernel
def f_tails(k: float, m: float, f: Array, tails: Array) -> None:
    """Put the chance that F of k and m degrees of freedom exceeds f into tails; NaN stays NaN.

    P(F > f) = I_u(m/2, k/2) with u = m / (m + k f). f (d,): read. tails (d,): overwritten.
    """
    for i in range(f.shape[0]):
        share = k / m * f[i]
        if share != share:
            tails[i] = np.nan
        elif share > 1e300:
            tails[i] = lower_beta(0.5 * m, 0.5 * k, 1.0 / share, 1.0)
        else:
            tails[i] = lower_beta(0.5 * m, 0.5 * k, 1.0 / (1.0 + share), share / (1.0 + share))


def digamma(x: FloatArray) -> FloatArray:
    """Return the digamma function of each x > 0, same shape."""
    x = np.asarray(x, dtype=np.float64, order="C")
    values = np.empty(x.size)
    digamma_of(x if x.ndim == 1 else x.reshape(-1), values)
    return values if x.ndim == 1 else values.reshape(x.shape)


def chi_squared_tail(k: float, x: FloatArray) -> FloatArray:
    """Return P(chi-squared of k degrees of freedom > x) for each x (m,)."""
    tails = np.empty(len(x))
    chi_squared_tails(float(k), np.ascontiguousarray(x, dtype=np.float64), tails)
    return tails


def f_tail(k: float, m: float, f: FloatArray) -> FloatArray:
    """Return P(F of k and m degrees of freedom > f) for each f (d,)."""
    tails = np.empty(len(f))
    f_tails(float(k), float(m), np.ascontiguousarray(f, dtype=np.float64), tails)
    return tails
