"""Make shapes: two moons, two circles, a swiss roll, an S.

Idea: points that lie on a curve or a rolled-up sheet, at equal steps or at random, with Gaussian noise around them.
Moons and circles cannot be split by a straight line; the roll and the S are flat sheets bent in space.

Maths: outer moon (cos a, sin a), inner moon (1 - cos a, 1/2 - sin a), a from 0 to pi; circles (cos a, sin a) and
`factor` times that; swiss roll (t cos t, h, t sin t) with t in [1.5 pi, 4.5 pi], h in [0, 21]; S (sin t, h,
sign(t) (cos t - 1)) with t in [-1.5 pi, 1.5 pi], h in [0, 2].

Cost: O(n) time and memory.

Differences: the same numbers as scikit-learn for the same seed. For a single sample the position t is an array of
shape (1,), where scikit-learn gives a bare number.

References: S. Marsland (2014), Machine Learning: An Algorithmic Perspective, 2nd edition, section 6.5 (the roll and
the S).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.random import check_random_state
from ..core.rules import boolean, check_rules, either, integer, none
from ..core.typing import Array, FloatArray, IntArray, RandomStateLike
from .shared import counts, finite, normal, shuffle_rows, uniform

PAIR_RULES = {
    "n_samples": either(integer(1), counts(2)),
    "shuffle": boolean,
    "noise": either(none, finite(0.0)),
}
SHEET_RULES = {"n_samples": integer(1), "noise": finite(0.0)}


def make_moons(
    n_samples: int | tuple[int, int] = 100,
    *,
    shuffle: bool = True,
    noise: float | None = None,
    random_state: RandomStateLike = None,
) -> tuple[FloatArray, IntArray]:
    """Make two interleaved half circles in the plane.

    Parameters
    ----------
    n_samples : number of points in all (an odd one goes to the inner moon), or one number for each moon
    shuffle : put the points in random order; else the outer moon comes first
    noise : standard deviation of the Gaussian noise; None adds and draws none
    random_state : seed of order and noise

    Returns
    -------
    X (n, 2) float64 and y (n,) int64, 0 on the outer and 1 on the inner moon.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_moons
    >>> X, y = make_moons(4, shuffle=False)
    >>> (X.round(3) + 0.0).tolist()
    [[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [2.0, 0.5]]
    """
    check_rules("make_moons", PAIR_RULES, locals())
    n_outer, n_inner = halves(n_samples)
    outer, inner = np.linspace(0, np.pi, n_outer), np.linspace(0, np.pi, n_inner)
    return two_curves(
        [np.cos(outer), np.sin(outer)],
        [1 - np.cos(inner), 1 - np.sin(inner) - 0.5],
        shuffle,
        noise,
        random_state,
    )


def make_circles(
    n_samples: int | tuple[int, int] = 100,
    *,
    shuffle: bool = True,
    noise: float | None = None,
    random_state: RandomStateLike = None,
    factor: float = 0.8,
) -> tuple[FloatArray, IntArray]:
    """Make a large circle with a smaller one inside it, in the plane.

    Parameters
    ----------
    n_samples : number of points in all (an odd one goes to the inner circle), or one number for each circle
    shuffle : put the points in random order; else the outer circle comes first
    noise : standard deviation of the Gaussian noise; None adds and draws none
    random_state : seed of order and noise
    factor : radius of the inner circle, from 0 to below 1; the outer one's is 1

    Returns
    -------
    X (n, 2) float64 and y (n,) int64, 0 on the outer and 1 on the inner circle.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_circles
    >>> X, y = make_circles(4, shuffle=False, factor=0.5)
    >>> (X.round(3) + 0.0).tolist()
    [[1.0, 0.0], [-1.0, 0.0], [0.5, 0.0], [-0.5, 0.0]]
    """
    check_rules("make_circles", PAIR_RULES | {"factor": finite(0.0, 1.0, open_high=True)}, locals())
    n_outer, n_inner = halves(n_samples)
    # no endpoint: the circle's last point would be its first one
    outer = np.linspace(0, 2 * np.pi, n_outer, endpoint=False)
    inner = np.linspace(0, 2 * np.pi, n_inner, endpoint=False)
    return two_curves(
        [np.cos(outer), np.sin(outer)],
        [np.cos(inner) * factor, np.sin(inner) * factor],
        shuffle,
        noise,
        random_state,
    )


def make_swiss_roll(
    n_samples: int = 100,
    *,
    noise: float = 0.0,
    random_state: RandomStateLike = None,
    hole: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Make a sheet rolled up in space.

    Parameters
    ----------
    n_samples : number of points
    noise : standard deviation of the Gaussian noise
    random_state : seed of positions and noise
    hole : cut a rectangle out of the sheet's middle

    Returns
    -------
    X (n, 3) float64 and t (n,) float64, each point's position along the roll.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_swiss_roll
    >>> X, t = make_swiss_roll(50, random_state=0)
    >>> bool(abs((X[:, 0] ** 2 + X[:, 2] ** 2) ** 0.5 - t).max() < 1e-9)
    True
    """
    check_rules("make_swiss_roll", SHEET_RULES | {"hole": boolean}, locals())
    rng = check_random_state(random_state)
    if hole:
        # the sheet in three by three tiles, the middle one left out
        tiles = np.array([[np.pi * (1.5 + i), 7 * j] for i in range(3) for j in range(3) if (i, j) != (1, 1)])
        corner = tiles[rng.choice(8, n_samples)]
        t, height = corner.T + uniform(rng, (2, n_samples)) * np.array([[np.pi], [7]])
    else:
        t = 1.5 * np.pi * (1 + 2 * uniform(rng, n_samples))
        height = 21 * uniform(rng, n_samples)
    sheet = np.array([t * np.cos(t), height, t * np.sin(t)])
    return with_noise(sheet, noise, rng), t


def make_s_curve(
    n_samples: int = 100, *, noise: float = 0.0, random_state: RandomStateLike = None
) -> tuple[FloatArray, FloatArray]:
    """Make a sheet bent into an S in space.

    Parameters
    ----------
    n_samples : number of points
    noise : standard deviation of the Gaussian noise
    random_state : seed of positions and noise

    Returns
    -------
    X (n, 3) float64 and t (n,) float64, each point's position along the S.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value; the message names it.

    Notes
    -----
    Cost: O(n). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_s_curve
    >>> X, t = make_s_curve(50, random_state=0)
    >>> X.shape, t.shape
    ((50, 3), (50,))
    """
    check_rules("make_s_curve", SHEET_RULES, locals())
    rng = check_random_state(random_state)
    t = 3 * np.pi * (uniform(rng, n_samples) - 0.5)
    height = 2.0 * uniform(rng, n_samples)
    sheet = np.array([np.sin(t), height, np.sign(t) * (np.cos(t) - 1)])
    return with_noise(sheet, noise, rng), t


def halves(n_samples: Any) -> tuple[int, int]:
    """Return the sizes of the two shapes: those given, or two halves (the second takes an odd point)."""
    if isinstance(n_samples, (tuple, list)):
        return int(n_samples[0]), int(n_samples[1])
    return int(n_samples) // 2, int(n_samples) - int(n_samples) // 2


def two_curves(
    outer: list[Array], inner: list[Array], shuffle: bool, noise: float | None, random_state: RandomStateLike
) -> tuple[FloatArray, IntArray]:
    """Return the points of two curves, given as [x, y] each, with labels 0 and 1, shuffled, then blurred."""
    rng = check_random_state(random_state)
    X = np.concatenate([np.column_stack(outer), np.column_stack(inner)])
    y = np.repeat(np.array([0, 1], dtype=np.int64), [outer[0].shape[0], inner[0].shape[0]])
    del outer, inner  # before the points are copied
    if shuffle:
        X, y = shuffle_rows(rng, X, y)
    if noise is not None:
        X += normal(rng, X.shape, 0.0, noise)
    return X, y


def with_noise(sheet: FloatArray, noise: float, rng: np.random.RandomState) -> FloatArray:
    """Return the points of `sheet` (3, n), overwritten, as rows (n, 3), each coordinate blurred by Gaussian noise."""
    # plainly: sheet + noise * z
    z = normal(rng, sheet.shape)
    z *= noise
    sheet += z
    del z  # before the points are copied
    return np.ascontiguousarray(sheet.T)
