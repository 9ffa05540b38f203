"""One epoch of stochastic gradient descent for a linear model: look at each sample once, step after each look.

Idea
----
Predict one sample. The slope of its loss says whether the prediction should rise or fall, and adding a little of the
sample's row to the weights makes it do so. The penalty pulls all weights a little towards zero. Both cost one pass over
d numbers, so n steps cost no more than one look at all the data.

Maths
-----
For a row x with target y and weight s (its class's times its own), and a step of length eta (`sgd_schedule.py`)::

    z = x'w + b                                     the prediction
    w <- (1 - eta alpha (1 - l1_ratio)) w           the l2 penalty
    w <- w + c x,  b <- b + c                       c = -eta s slope(z, y), the slope kept within 1e12
    w_f <- w_f moved towards 0, never beyond        the l1 penalty

    loss                          value for prediction z                     slope in z
    hinge                         max(p - y z, 0), p = 1; perceptron p = 0   -y if y z <= p
    squared_hinge                 max(p - y z, 0)^2                          -2 y (p - y z) if y z < p
    log_loss, y in {0, 1}         log(1 + exp(z)) - y z                      1 / (1 + exp(-z)) - y
    modified_huber                max(1 - y z, 0)^2, or -4 y z if y z < -1   -2 y (1 - y z), or -4 y
    squared_error                 (z - y)^2 / 2                              z - y
    huber                         (z - y)^2 / 2, or p (|z - y| - p / 2)      z - y, kept within p
    epsilon_insensitive           max(|z - y| - p, 0)                        sign(z - y) if |z - y| > p
    squared_epsilon_insensitive   max(|z - y| - p, 0)^2                      2 sign(z - y) max(|z - y| - p, 0)

Three tricks save passes over the weights:

- w = scale v. Shrinking all weights is one multiplication of `scale`; c x is added to v as (c / scale) x.
- The l1 penalty owed by any weight so far is one number, `owed`; each weight remembers what it has paid, signed
  (positive: paid upwards). It pays ``owed + paid_f`` when above zero, ``owed - paid_f`` when below, at most all it has.
- The mean of all iterates is ``(m + lag v) / growth``: m changes only by what v changes, times the lag so far.

Three more save time and no operation. While c x is added to v, the product of v with the *next* row is added up in the
same loop, as each v_f is at hand just then. Where a sample needs no correction, the products of the next four rows are
added up side by side, in the hope that they need none either. And where X is larger than the processor's cache, rows
are copied together in the order of their turn first. Every sum keeps the order of the plain loops: no bit changes.

Cost
----
Two to three multiplications per number of X; memory for w, and for the mean and the payments where they are needed.

Differences
-----------
None from scikit-learn: the same sums in the same order give the same bits, apart from the last addition of the mean,
which its BLAS may round once instead of twice. The losses of `optim/losses.py` are not used: at a kink they give slope
0, with which a perceptron at w = 0 would stay there for ever, while Rosenblatt's rule takes a prediction on the border
for a mistake; and they round log_loss otherwise.

References
----------
L. Bottou (2012), "Stochastic gradient descent tricks", sections 5.1 (scale) and 6.1 (mean). Y. Tsuruoka, J. Tsujii, S.
Ananiadou (2009), "Stochastic gradient descent training for L1-regularized log-linear models with cumulative penalty",
ACL, section 3.2. G. Marsaglia (2003), "Xorshift RNGs", J. Stat. Software 8(14).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array
from .sgd_schedule import PA1, passive_aggressive, step_length

HINGE, SQUARED_HINGE, LOG_LOSS, MODIFIED_HUBER = range(4)  # losses of labels,
SQUARED_ERROR, HUBER, EPSILON_INSENSITIVE, SQUARED_EPSILON_INSENSITIVE = range(4, 8)  # and of numbers
STEEPEST = 1e12  # slopes beyond are cut
SMALLEST_SCALE = 1e-9  # below, scale is multiplied into v
CACHE_NUMBERS, BLOCK_NUMBERS = 2**19, 2**11  # an X with more numbers is copied together, so many at a time,
LONGEST_ROW = 256  # unless its rows are longer, as then the processor itself fetches ahead


class Recipe(NamedTuple):
    """What stays the same from the first update of a fit to the last."""

    loss: int  # HINGE, ...
    parameter: float  # p in the table of losses
    alpha: float
    l2_share: float  # 1 - l1_ratio
    l1_share: float  # l1_ratio
    schedule: int
    eta0: float
    power: float
    t0: float  # of the schedule "optimal"
    above: float  # weight of samples with y > 0
    below: float  # and of the others
    intercept: bool  # whether there is one
    average: int  # the first update whose result enters the mean; 0 for no mean
    watch: bool  # whether to add up losses


class Place(NamedTuple):
    """Where a descent has got to, besides v, m and what the weights have paid."""

    t: float  # number of the next update
    eta: float  # length of the last step
    b: float = 0.0  # intercept
    scale: float = 1.0  # w = scale v
    square: float = 0.0  # |w|^2 after the last addition, shrunk since
    absolute: float = 0.0  # sum_f |w_f|, the same
    mean_b: float = 0.0
    lag: float = 0.0
    growth: float = 1.0  # mean = (m + lag v) / growth
    owed: float = 0.0  # l1 penalty so far
    loss: float = 0.0  # sum over the epoch, each sample's before its own update
    objective: float = 0.0  # the same, with the penalty


# ---------------------------------------------------------------------------------------------------------------
# One prediction


@kernel
def log_one_plus_exp(z: float) -> float:
    """Return log(1 + exp(z)), by the formula that is right and cheapest for this z."""
    if z <= -37.0:
        return math.exp(z)
    if z <= -2.0:
        return math.log1p(math.exp(z))
    if z <= 18.0:
        return math.log(1.0 + math.exp(z))
    return z + math.exp(-z) if z <= 33.3 else z


@kernel
def sample_loss(code: int, p: float, z: float, y: float) -> float:
    """Return the loss of prediction z; y is -1 or 1 for the losses of labels, but 0 or 1 for log_loss."""
    if code == HINGE:
        return p - z * y if z * y <= p else 0.0
    if code == SQUARED_ERROR:
        return 0.5 * (z - y) * (z - y)
    if code == LOG_LOSS:
        return log_one_plus_exp(z) - y * z
    if code == SQUARED_HINGE:
        return (p - z * y) * (p - z * y) if p - z * y > 0.0 else 0.0
    if code == MODIFIED_HUBER:
        if z * y >= 1.0:
            return 0.0
        return (1.0 - z * y) * (1.0 - z * y) if z * y >= -1.0 else -4.0 * (z * y)
    away = abs(y - z)
    if code == HUBER:
        return 0.5 * (away * away) if away <= p else p * (away - 0.5 * p)
    beyond = away - p if away > p else 0.0
    return beyond if code == EPSILON_INSENSITIVE else beyond * beyond


@kernel
def sample_slope(code: int, p: float, z: float, y: float) -> float:
    """Return the derivative of `sample_loss` in z; at the kink of a hinge, that of the side of the mistake."""
    if code == HINGE:
        return -y if z * y <= p else 0.0
    if code == SQUARED_ERROR:
        return z - y
    if code == LOG_LOSS:
        if z <= -37.0:
            return math.exp(z) - y
        e = math.exp(-z)
        return ((1.0 - y) - y * e) / (1.0 + e)
    if code == SQUARED_HINGE:
        return -2.0 * y * (p - z * y) if p - z * y > 0.0 else 0.0
    if code == MODIFIED_HUBER:
        if z * y >= 1.0:
            return 0.0
        return 2.0 * (1.0 - z * y) * -y if z * y >= -1.0 else -4.0 * y
    r = z - y
    if code == HUBER and abs(r) <= p:
        return r
    if code == HUBER:
        return p if r >= 0.0 else -p
    if code == EPSILON_INSENSITIVE:
        return 1.0 if r > p else -1.0 if r < -p else 0.0
    return 2.0 * (r - p) if r > p else -2.0 * (-r - p) if r < -p else 0.0


@kernel
def share_to_add(
    code: int, p: float, schedule: int, eta0: float, eta: float, z: float, y: float, square: float
) -> float:
    """Return c, how much of a row is added to the weights, before it is weighted itself; square = |x|^2."""
    if schedule >= PA1:
        c = passive_aggressive(schedule, sample_loss(code, p, z, y), square, eta0)
        if code == HINGE:
            return c * y
        return -c if y - z < 0.0 else c
    slope = sample_slope(code, p, z, y)
    if slope > STEEPEST:  # not by max and min, which may hide a nan
        slope = STEEPEST
    elif slope < -STEEPEST:
        slope = -STEEPEST
    return -eta * slope


# ---------------------------------------------------------------------------------------------------------------
# One row and the weights. Rows are given by their number: a view of one would cost as much as ten columns.


@kernel
def product(v: Array, X: Array, i: int) -> float:
    """Return v'x for row i of X, added up from left to right. v (d,), X (n, d): read."""
    total = 0.0
    for f in range(v.shape[0]):
        total += v[f] * X[i, f]
    return total


@kernel
def four_products(v: Array, X: Array, order: Array, k: int, found: Array) -> None:
    """Put v'x of rows order[k], ..., order[k + 3] into found (4,): overwritten. v (d,), X (n, d), order: read.

    Each sum has to wait for its own last addition, so four of them take no longer than one.
    """
    last = order.shape[0] - 1
    i, j, g, h = order[min(k, last)], order[min(k + 1, last)], order[min(k + 2, last)], order[min(k + 3, last)]
    of_i = of_j = of_g = of_h = 0.0
    for f in range(v.shape[0]):
        of_i += v[f] * X[i, f]
        of_j += v[f] * X[j, f]
        of_g += v[f] * X[g, f]
        of_h += v[f] * X[h, f]
    found[0], found[1], found[2], found[3] = of_i, of_j, of_g, of_h


@kernel
def squared_length(X: Array, i: int) -> float:
    """Return |x|^2 for row i of X (n, d): read."""
    total = 0.0
    for f in range(X.shape[1]):
        total += X[i, f] * X[i, f]
    return total


@kernel
def add_row(v: Array, X: Array, i: int, c: float, following: int) -> tuple[float, float, float]:
    """Add c times row i of X to v; return the new v's product with row `following`, |v|^2 and sum_f |v_f|.

    v (d,): overwritten. X (n, d): read.
    """
    ahead, square, absolute = 0.0, 0.0, 0.0
    for f in range(v.shape[0]):
        v[f] += X[i, f] * c
        ahead += v[f] * X[following, f]
        square += v[f] * v[f]
        absolute += abs(v[f])
    return ahead, square, absolute


@kernel
def keep_mean(m: Array, X: Array, i: int, lag: float, c: float) -> None:
    """Take from m what c times row i, added to v, counts too much in the mean. m (d,): overwritten. X (n, d): read."""
    for f in range(m.shape[0]):
        m[f] += lag * X[i, f] * -c


@kernel
def collect(v: Array, paid: Array, owed: float, scale: float) -> None:
    """Let each weight pay the l1 penalty it owes, at most all it has. v, paid (d,): overwritten."""
    for f in range(v.shape[0]):
        before = v[f]
        if scale * before > 0.0:
            left = before - (owed + paid[f]) / scale
            v[f] = left if left > 0.0 else 0.0
        elif scale * before < 0.0:
            left = before + (owed - paid[f]) / scale
            v[f] = left if left < 0.0 else 0.0
        paid[f] += scale * (v[f] - before)


@kernel
def fold(v: Array, m: Array, scale: float, lag: float, growth: float) -> None:
    """Bring v and m up to date, so that w = v and the mean is m. v (d,), m (d,) or (0,): overwritten."""
    for f in range(m.shape[0]):
        m[f] = (m[f] + lag * v[f]) * (1.0 / growth)
    for f in range(v.shape[0]):
        v[f] *= scale


# ---------------------------------------------------------------------------------------------------------------
# The epoch


@kernel
def take_steps(
    X: Array, y: Array, weight: Array, order: Array, v: Array, extra: tuple[Array, Array], place: Place, recipe: Recipe
) -> Place:
    """Take one step for each row of `order`; return the place reached.

    X (n, d), y (n,), weight (n,) or (0,) for ones, order (any number,): read. v (d,): overwritten. extra: m and paid,
    (d,) where they are needed and (0,) else: overwritten.
    """
    m, paid = extra
    t, eta, b, scale, square, absolute, mean_b, lag, growth, owed, loss, objective = place
    code, p, alpha, l2_share, l1_share = recipe.loss, recipe.parameter, recipe.alpha, recipe.l2_share, recipe.l1_share
    penalised = recipe.schedule < PA1 and l2_share + l1_share > 0.0
    ahead, coming, known = product(v, X, order[0]), np.empty(4), 0  # known: products at the end of coming still true
    for k in range(order.shape[0]):
        i, following = order[k], order[min(k + 1, order.shape[0] - 1)]
        z = ahead * scale + b  # plainly: z = w'x + b
        eta = step_length(recipe.schedule, t, eta, recipe.eta0, recipe.power, alpha, recipe.t0)
        if recipe.watch:
            found = sample_loss(code, p, z, y[i])
            loss += found
            objective += found
            if penalised:
                length = math.sqrt(square)
                objective += alpha * (l2_share * 0.5 * (length * length) + l1_share * absolute)
        row_square = squared_length(X, i) if recipe.schedule >= PA1 else 1.0
        if recipe.schedule == PA1 and row_square == 0.0:  # no weight can help this sample
            ahead, known = product(v, X, following), 0
            continue
        c = share_to_add(code, p, recipe.schedule, recipe.eta0, eta, z, y[i], row_square)
        of_class = recipe.above if y[i] > 0.0 else recipe.below
        c *= of_class * weight[i] if weight.shape[0] > 0 else of_class
        if l2_share > 0.0:
            shrink = max(0.0, 1.0 - l2_share * eta * alpha)
            scale, square, absolute = scale * shrink, square * (shrink * shrink), absolute * shrink
            if scale < SMALLEST_SCALE:
                fold(v, m, scale, lag, growth)
                scale, lag, growth, known = 1.0, 0.0, 1.0, 0
        if c != 0.0:
            ahead, square, absolute = add_row(v, X, i, c / scale, following)
            square, absolute, known = square * (scale * scale), absolute * scale, 0
        elif l1_share == 0.0:
            if known == 0:
                four_products(v, X, order, k + 1, coming)
                known = 4
            ahead = coming[4 - known]
            known -= 1
        if recipe.intercept:
            b += c
        if 0 < recipe.average <= t:
            count = t - recipe.average + 1.0
            keep_mean(m, X, i, lag, c / scale)
            growth = growth / (1.0 - 1.0 / count) if count > 1.0 else growth
            lag += 1.0 / count * growth * scale
            mean_b += (b - mean_b) / count
        if l1_share > 0.0:
            owed += l1_share * eta * alpha
            collect(v, paid, owed, scale)
            ahead = product(v, X, following)
        t += 1.0
    return Place(t, eta, b, scale, square, absolute, mean_b, lag, growth, owed, loss, objective)


@kernel
def run_epoch(
    X: Array, y: Array, weight: Array, order: Array, v: Array, extra: tuple[Array, Array], place: Place, recipe: Recipe
) -> tuple[float, ...]:
    """Do what `take_steps` does, the same to the last bit, and faster where X does not fit into the cache.

    Arguments as for `take_steps`. The place comes as a plain tuple: to make a named one, Numba calls Python, and Ctrl-C
    during the epoch, raised there, ends the process.
    """
    n, d = order.shape[0], X.shape[1]
    copied = X.size > CACHE_NUMBERS and d <= LONGEST_ROW
    size = BLOCK_NUMBERS // d if copied else n
    rows, targets, weights, line = X, y, weight, order
    if copied:
        rows, targets, line = np.empty((size, d)), np.empty(size), np.empty(size, np.int64)
        weights = np.empty(min(size, weight.shape[0]))
    for first in range(0, n, size):
        turn = order[first : min(first + size, n)]
        if copied:
            for k in range(turn.shape[0]):
                i = turn[k]
                targets[k], line[k] = y[i], k
                if weight.shape[0] > 0:
                    weights[k] = weight[i]
                for f in range(d):
                    rows[k, f] = X[i, f]
            turn = line[: turn.shape[0]]
        place = take_steps(rows, targets, weights, turn, v, extra, place, recipe)
    t, eta, b, scale, square, absolute, mean_b, lag, growth, owed, loss, objective = place
    return t, eta, b, scale, square, absolute, mean_b, lag, growth, owed, loss, objective


@kernel
def xorshift_shuffle(seed: int, order: Array) -> None:
    """Shuffle (Fisher and Yates), a seed always alike, by Marsaglia's 32-bit xorshift. order (n,): overwritten."""
    n = order.shape[0]
    for k in range(n - 1):
        seed ^= (seed << 13) & 0xFFFFFFFF
        seed ^= seed >> 17
        seed ^= (seed << 5) & 0xFFFFFFFF
        j = k + (seed & 0x7FFFFFFF) % (n - k)
        order[k], order[j] = order[j], order[k]


@kernel
def list_losses(code: int, p: float, z: Array, y: Array, loss: Array, slope: Array) -> None:
    """Work out the loss and the slope of each prediction. z, y (n,): read. loss, slope (n,): overwritten."""
    for i in range(z.shape[0]):
        loss[i], slope[i] = sample_loss(code, p, z[i], y[i]), sample_slope(code, p, z[i], y[i])
