"""Make a classification problem with informative, redundant, repeated and useless features.

Idea: put one cluster of points at each of some corners of a cube, share the corners out among the classes, then make
the problem harder: stretch the clusters, add features that say the same again or nothing at all, swap some labels,
and hide it all by shifting, scaling and shuffling.

Maths: cluster k has the corner c_k in {-class_sep, class_sep}^m and the random matrix A_k, entries uniform in [-1, 1]:
x = z A_k + c_k, z ~ N(0, I_m). Redundant features are x B with a random matrix B; useless ones are N(0, 1).
The label of cluster k is k mod n_classes; a share `flip_y` of the labels is drawn anew.

Cost: O(n m^2 + n d) time, O(n d) memory, m = n_informative.

Differences: the same numbers as scikit-learn for the same seed. Weights that are negative or sum to more than 1 are an
error here (there they give fewer samples of the last classes than asked, silently).

References: I. Guyon (2003), "Design of experiments of the NIPS 2003 variable selection benchmark" (the Madelon data).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core.random import check_random_state
from ..core.rules import boolean, check_rules, either, integer, none
from ..core.typing import FloatArray, IntArray, RandomStateLike, VectorLike
from .bunch import Bunch
from .shared import finite, finite_array, normal, one_dimensional, shuffle_rows_and_columns, uniform

RULES = {
    "n_samples": integer(1),
    "n_features": integer(1),
    "n_informative": integer(1),
    "n_redundant": integer(0),
    "n_repeated": integer(0),
    "n_classes": integer(1),
    "n_clusters_per_class": integer(1),
    "weights": either(none, one_dimensional),
    "flip_y": finite(0.0, 1.0),
    "class_sep": finite(0.0, open_low=True),
    "hypercube": boolean,
    "shift": either(none, finite(), one_dimensional),
    "scale": either(none, finite(0.0, open_low=True), one_dimensional),
    "shuffle": boolean,
    "return_X_y": boolean,
}


def make_classification(
    n_samples: int = 100,
    n_features: int = 20,
    *,
    n_informative: int = 2,
    n_redundant: int = 2,
    n_repeated: int = 0,
    n_classes: int = 2,
    n_clusters_per_class: int = 2,
    weights: VectorLike | None = None,
    flip_y: float = 0.01,
    class_sep: float = 1.0,
    hypercube: bool = True,
    shift: float | VectorLike | None = 0.0,
    scale: float | VectorLike | None = 1.0,
    shuffle: bool = True,
    random_state: RandomStateLike = None,
    return_X_y: bool = True,
) -> Any:
    """Make a random classification problem.

    Parameters
    ----------
    n_samples : number of samples
    n_features : number of features d: the informative, redundant and repeated ones, the rest are noise
    n_informative : number of informative features m; 2**m corners must hold all clusters
    n_redundant : number of random mixtures of informative features
    n_repeated : number of copies of informative or redundant features
    n_classes : number of classes
    n_clusters_per_class : number of clusters of each class
    weights : share of each class (k,), or of all but the last; None is equal shares
    flip_y : share of samples whose label is drawn anew
    class_sep : half the side of the cube; larger is easier
    hypercube : put clusters on the corners of a cube; else of a random box
    shift : added to all features, or to each (d,); None draws it
    scale : multiplies all features (after the shift), or each (d,); None draws it from 1 to 101
    shuffle : put samples and features in random order; else cluster after cluster, and features in the order above
    random_state : seed
    return_X_y : return (X, y); else a Bunch with X, y, `feature_info` (what each feature is), `parameters`, `DESCR`

    Returns
    -------
    X (n, d) float64 and y (n,) int64; or a Bunch.

    Raises
    ------
    TypeError, ValueError
        If an argument is of a wrong kind or value, or they contradict each other; the message names them.

    Notes
    -----
    Cost: O(n m^2 + n d). The same numbers as scikit-learn's.

    Examples
    --------
    >>> from scratchml.datasets import make_classification
    >>> X, y = make_classification(n_samples=50, n_features=4, random_state=0)
    >>> X.shape, sorted(set(y.tolist()))
    ((50, 4), [0, 1])
    """
    parameters = dict(locals())
    check_rules("make_classification", RULES, parameters)
    check_features(n_features, n_informative, n_redundant, n_repeated, n_classes * n_clusters_per_class)
    shares = class_shares(weights, n_classes)
    rng = check_random_state(random_state)

    # the draws below are in the reference's order, so that a seed gives its numbers
    sizes = cluster_sizes(n_samples, shares, n_clusters_per_class)
    corners = place_clusters(len(sizes), n_informative, class_sep, hypercube, rng)
    X = np.zeros((n_samples, n_features))
    y = draw_clusters(X, corners, sizes, n_classes, rng)
    add_features(X, n_informative, n_redundant, n_repeated, rng)
    flip_labels(y, n_classes, flip_y, rng)
    if shift is None:
        shift = (2 * rng.uniform(size=n_features) - 1) * class_sep
    X += shift if np.ndim(shift) == 0 else finite_array(shift, "shift", (n_features,))
    if scale is None:
        scale = 1 + 100 * rng.uniform(size=n_features)
    X *= scale if np.ndim(scale) == 0 else finite_array(scale, "scale", (n_features,))

    order = np.arange(n_features)
    if shuffle:
        X, y, order = shuffle_rows_and_columns(rng, X, y)
    if return_X_y:
        return X, y
    kinds = np.repeat(
        ["informative", "redundant", "repeated", "random"],
        [n_informative, n_redundant, n_repeated, n_features - n_informative - n_redundant - n_repeated],
    )
    return Bunch(
        DESCR=make_classification.__doc__,
        parameters=parameters | {"shift": shift, "scale": scale},
        feature_info=kinds[order].tolist(),
        X=X,
        y=y,
    )


def check_features(n_features: int, n_informative: int, n_redundant: int, n_repeated: int, n_clusters: int) -> None:
    """Check that the features fit in and that the cube has a corner for every cluster.

    Raises
    ------
    ValueError
        If not.
    """
    told = f"n_informative={n_informative}, n_redundant={n_redundant} and n_repeated={n_repeated}"
    if n_informative + n_redundant + n_repeated > n_features:
        raise ValueError(f"{told} sum to more than n_features={n_features}; raise n_features or lower one of them.")
    if n_informative < math.log2(n_clusters):
        raise ValueError(
            f"n_classes * n_clusters_per_class = {n_clusters} clusters do not fit on the 2**n_informative = "
            f"{2**n_informative} corners of the cube; raise n_informative={n_informative}."
        )


def class_shares(weights: VectorLike | None, n_classes: int) -> list[float]:
    """Return the share of each class; one that is not given is what the others leave.

    Raises
    ------
    ValueError
        If their number is wrong, one is negative, or they sum to more than 1.
    """
    if weights is None:
        return [1.0 / n_classes] * n_classes
    shares: list[float] = finite_array(weights, "weights").ravel().tolist()
    if len(shares) not in (n_classes, n_classes - 1):
        raise ValueError(f"weights={weights!r} has {len(shares)} entries; give n_classes={n_classes} or one fewer.")
    if min(shares, default=0.0) < 0 or sum(shares) > 1 + 1e-9:
        raise ValueError(f"weights={weights!r} are no shares of a whole; give numbers of at least 0 that sum to 1.")
    return shares if len(shares) == n_classes else [*shares, 1.0 - sum(shares)]


def cluster_sizes(n_samples: int, shares: list[float], n_clusters_per_class: int) -> list[int]:
    """Return the number of samples of each cluster: its share, rounded down; the first ones take what is left."""
    n_classes = len(shares)
    n_clusters = n_classes * n_clusters_per_class
    sizes = [int(n_samples * shares[k % n_classes] / n_clusters_per_class) for k in range(n_clusters)]
    for left in range(n_samples - sum(sizes)):
        sizes[left % n_clusters] += 1
    return sizes


def place_clusters(
    n_clusters: int, n_informative: int, class_sep: float, hypercube: bool, rng: np.random.RandomState
) -> FloatArray:
    """Return the clusters' centres (n_clusters, m): different corners of the cube, or of a random box."""
    corners = draw_corners(n_clusters, n_informative, rng) * (2 * class_sep) - class_sep
    if not hypercube:
        corners *= rng.uniform(size=(n_clusters, 1))
        corners *= rng.uniform(size=(1, n_informative))
    return corners


def draw_corners(n_corners: int, m: int, rng: np.random.RandomState) -> FloatArray:
    """Return different corners of the unit cube, shape (n_corners, m), of zeros and ones."""
    if m > 30:  # too many corners to number: draw the first coordinates one by one, the last 30 stay different
        first = rng.randint(2, size=(n_corners, m - 30))
        return np.hstack([first, draw_corners(n_corners, 30, rng)])
    numbers = draw_without_replacement(2**m, n_corners, rng)
    # a corner's number, written in binary
    return ((numbers[:, None] >> np.arange(m - 1, -1, -1)) & 1).astype(np.float64)


def draw_without_replacement(population: int, size: int, rng: np.random.RandomState) -> IntArray:
    """Return `size` different numbers below `population`, by the method that the reference uses for this ratio."""
    ratio = size / population
    if 0.01 < ratio < 0.99:
        return rng.permutation(population)[:size].astype(np.int64, copy=False)
    if ratio < 0.2:  # few of many: draw again what was drawn before
        drawn: dict[int, None] = {}
        while len(drawn) < size:
            drawn.setdefault(int(rng.randint(population)))
        return np.array(list(drawn), dtype=np.int64)
    kept = np.arange(size)  # nearly all: a reservoir
    for number in range(size, population):
        place = rng.randint(0, number + 1)
        if place < size:
            kept[place] = number
    return kept


def draw_clusters(
    X: FloatArray, corners: FloatArray, sizes: list[int], n_classes: int, rng: np.random.RandomState
) -> IntArray:
    """Fill the first m columns of X (overwritten) cluster by cluster; return the labels (n,)."""
    m = corners.shape[1]
    X[:, :m] = normal(rng, (X.shape[0], m))
    y = np.zeros(X.shape[0], dtype=np.int64)
    stop = 0
    for k, corner in enumerate(corners):
        start, stop = stop, stop + sizes[k]
        A = 2 * rng.uniform(size=(m, m)) - 1
        X[start:stop, :m] = np.dot(X[start:stop, :m], A) + corner
        y[start:stop] = k % n_classes
    return y


def add_features(
    X: FloatArray, n_informative: int, n_redundant: int, n_repeated: int, rng: np.random.RandomState
) -> None:
    """Fill the other columns of X (overwritten): mixtures, copies, noise."""
    known = n_informative + n_redundant
    if n_redundant > 0:
        B = 2 * rng.uniform(size=(n_informative, n_redundant)) - 1
        X[:, n_informative:known] = np.dot(X[:, :n_informative], B)
    if n_repeated > 0:
        copied = ((known - 1) * rng.uniform(size=n_repeated) + 0.5).astype(np.intp)
        X[:, known : known + n_repeated] = X[:, copied]
    n_random = X.shape[1] - known - n_repeated
    if n_random > 0:
        X[:, -n_random:] = normal(rng, (X.shape[0], n_random))


def flip_labels(y: IntArray, n_classes: int, share: float, rng: np.random.RandomState) -> None:
    """Draw a share of the labels y (overwritten) anew from all classes."""
    flipped = np.less(uniform(rng, y.shape[0]), share)
    y[flipped] = rng.randint(n_classes, size=flipped.sum())
