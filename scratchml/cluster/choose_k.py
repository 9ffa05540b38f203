"""How many clusters? Three ways to ask: the elbow of the inertia, the gap statistic, the silhouette.

Idea
    More clusters always fit better, so the inertia alone cannot tell. The elbow looks for the k after which it falls no
    faster than it must. The gap statistic compares the fall with what rows without clusters, drawn from a box of the
    same size, would give. The silhouette asks each row whether it is nearer to its own cluster than to the next one.
Maths
    W_k: the inertia of k clusters, which is sum_j (sum of squared distances between all pairs in j) / (2 n_j).
    elbow: with k and W_k scaled to [0, 1], the k farthest below the chord from the first point to the last:
    largest 1 - u_k - v_k, u = (k - first) / (last - first), v = (W_k - W_last) / (W_first - W_last)
    gap(k) = mean_b log W_kb - log W_k over B reference sets, s_k = sqrt(1 + 1/B) * sd_b(log W_kb), sd with divisor B;
    best: the least k with gap(k) >= gap(k + 1) - s_(k + 1)
    silhouette: see `metrics.silhouette_samples`; best: the k with the largest mean.
Cost
    A k-means fit for each k; times B + 1 for the gap; n^2 d besides for each k with the silhouette.
Differences
    The paper measures squared distances for k-means, and so do we; R's clusGap takes unsquared ones unless told. Where
    no k meets the rule, the last one is taken.
References
    Thorndike, Who belongs in the family?, Psychometrika 18 (1953) 267-276. Satopaa et al., Finding a "kneedle" in a
    haystack, ICDCS Workshops 2011, section III.
    Tibshirani, Walther, Hastie, Estimating the number of clusters in a data set via the gap statistic, J. Royal
    Statistical Society B 63 (2001) 411-423, sections 2 to 4.
    Rousseeuw, Silhouettes, J. Computational and Applied Mathematics 20 (1987) 53-65.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ..core import check_array, check_random_state, unheard
from ..core.parallel import one_blas_thread
from ..core.rules import check_rules, integer, one_of
from ..core.typing import FloatArray, IntArray, MatrixLike, RandomStateLike
from ..metrics import silhouette_score
from .kmeans import KMeans

KS = range(1, 11)


class Elbow(NamedTuple):
    """The inertia for each number of clusters."""

    ks: IntArray
    inertia: FloatArray
    best: int


class Gap(NamedTuple):
    """The gap statistic for each number of clusters, with its standard errors s_k."""

    ks: IntArray
    gaps: FloatArray
    errors: FloatArray
    best: int


class SilhouetteCurve(NamedTuple):
    """The mean silhouette for each number of clusters."""

    ks: IntArray
    scores: FloatArray
    best: int


def check_ks(ks: Iterable[int], least: int, most: int) -> IntArray:
    """Return numbers of clusters as an array, rising.

    Raises
    ------
    ValueError
        If there are none, or one is below `least` or above `most`.
    """
    found: IntArray = np.unique(np.asarray(list(ks)))
    if not len(found) or found.dtype.kind not in "iu" or found[0] < least or found[-1] > most:
        raise ValueError(f"ks={list(ks)} must be numbers of clusters from {least} to {most}.")
    return found.astype(np.int64)


def fit_each(X: FloatArray, ks: IntArray, n_init: int, rng: np.random.RandomState) -> Iterator[KMeans]:
    """Yield a KMeans for each number of clusters: one at a time, as each holds a label for every row."""
    for k in ks:
        with unheard():
            model = KMeans(int(k), n_init=n_init, random_state=rng).fit(X)
        yield model


def knee_of(ks: IntArray, inertia: FloatArray) -> int:
    """Return the k whose point lies farthest below the chord from the first to the last; the first k if none does."""
    if len(ks) < 3 or inertia[0] <= inertia[-1]:
        return int(ks[0])
    across = (ks - ks[0]) / (ks[-1] - ks[0])
    up = (inertia - inertia[-1]) / (inertia[0] - inertia[-1])
    return int(ks[np.argmax(1.0 - across - up)])


def least_by_standard_errors(ks: IntArray, gaps: FloatArray, errors: FloatArray) -> int:
    """Return the least k whose gap is not beaten by that of the next one by more than its standard error."""
    enough = np.flatnonzero(gaps[:-1] >= gaps[1:] - errors[1:])
    return int(ks[enough[0]] if len(enough) else ks[-1])


def elbow(X: MatrixLike, ks: Iterable[int] = KS, *, n_init: int = 10, random_state: RandomStateLike = None) -> Elbow:
    """Return the inertia of k-means for each k, and the k at the bend of the curve.

    Parameters
    ----------
    X : shape (n, d)
    ks : numbers of clusters to try, at most n
    n_init : runs of k-means for each
    random_state : None, int, RandomState or Generator

    Raises
    ------
    TypeError, ValueError
        For X that is no finite (n, d) array, or a parameter out of range.

    >>> X = [[0.0, 0.0], [0.0, 0.2], [5.0, 0.0], [5.0, 0.1], [2.5, 4.0], [2.5, 4.3]]
    >>> elbow(X, range(1, 6), random_state=0).best
    3
    """
    check_rules("elbow", {"n_init": integer(1)}, {"n_init": n_init})
    found: FloatArray = check_array(X)
    tried = check_ks(ks, 1, len(found))
    models = fit_each(found, tried, n_init, check_random_state(random_state))
    inertia = np.array([model.inertia_ for model in models])
    return Elbow(tried, inertia, knee_of(tried, inertia))


def draw_reference(X: FloatArray, reference: str, rng: np.random.RandomState) -> FloatArray:
    """Return rows (n, d) drawn evenly from the box around the rows of X, along the axes or their principal ones."""

    def as_wide_as(rows: FloatArray) -> FloatArray:
        low, high = rows.min(axis=0), rows.max(axis=0)
        drawn: FloatArray = low + (high - low) * rng.random_sample(rows.shape)
        return drawn

    if reference == "box":
        return as_wide_as(X)
    mean = X.mean(axis=0)
    with one_blas_thread():
        turn = np.linalg.svd(X - mean, full_matrices=False)[2]
        drawn: FloatArray = as_wide_as((X - mean) @ turn.T) @ turn + mean
    return drawn


def gap_statistic(
    X: MatrixLike,
    ks: Iterable[int] = KS,
    *,
    n_references: int = 20,
    reference: str = "box",
    n_init: int = 10,
    random_state: RandomStateLike = None,
) -> Gap:
    """Return by how much k-means does better on X than on rows without clusters, for each k, and the best k.

    Parameters
    ----------
    X : shape (n, d)
    ks : numbers of clusters to try, consecutive ones if `best` is to follow the paper; 1 may be the best
    n_references : B, sets of rows drawn evenly
    reference : "box" draws them from the box along the axes, "principal" from that along the principal axes of X
    n_init : runs of k-means for each set and k
    random_state : None, int, RandomState or Generator

    Raises
    ------
    TypeError, ValueError
        For X that is no finite (n, d) array, a parameter out of range, or so many clusters that nothing is left to fit.

    >>> X = [[0.0], [0.2], [5.0], [5.1], [9.0], [9.3]]
    >>> gap_statistic(X, range(1, 5), random_state=0).ks.tolist()
    [1, 2, 3, 4]
    """
    rules = {"n_references": integer(1), "reference": one_of("box", "principal"), "n_init": integer(1)}
    check_rules("gap_statistic", rules, {"n_references": n_references, "reference": reference, "n_init": n_init})
    found: FloatArray = check_array(X)
    tried, rng = check_ks(ks, 1, len(found)), check_random_state(random_state)
    own = np.array([model.inertia_ for model in fit_each(found, tried, n_init, rng)])
    drawn = np.array(
        [
            [model.inertia_ for model in fit_each(draw_reference(found, reference, rng), tried, n_init, rng)]
            for _ in range(n_references)
        ]
    )
    if not (own > 0).all() or not (drawn > 0).all():
        raise ValueError(f"with ks up to {tried[-1]}, every row is its own centre and no inertia is left; lower ks.")
    logs = np.log(drawn)
    gaps = logs.mean(axis=0) - np.log(own)
    errors = np.sqrt(1.0 + 1.0 / n_references) * logs.std(axis=0)
    return Gap(tried, gaps, errors, least_by_standard_errors(tried, gaps, errors))


def silhouette_curve(
    X: MatrixLike, ks: Iterable[int] = range(2, 11), *, n_init: int = 10, random_state: RandomStateLike = None
) -> SilhouetteCurve:
    """Return the mean silhouette of k-means for each k, and the k where it is largest.

    Parameters
    ----------
    X : shape (n, d)
    ks : numbers of clusters to try, from 2 to n - 1
    n_init : runs of k-means for each
    random_state : None, int, RandomState or Generator

    Raises
    ------
    TypeError, ValueError
        For X that is no finite (n, d) array, or a parameter out of range.

    >>> X = [[0.0], [0.2], [5.0], [5.1], [9.0], [9.3]]
    >>> silhouette_curve(X, range(2, 6), random_state=0).best
    3
    """
    check_rules("silhouette_curve", {"n_init": integer(1)}, {"n_init": n_init})
    found: FloatArray = check_array(X, min_samples=3)
    tried = check_ks(ks, 2, len(found) - 1)
    models = fit_each(found, tried, n_init, check_random_state(random_state))
    scores = np.array([silhouette_score(found, model.labels_) for model in models])
    return SilhouetteCurve(tried, scores, int(tried[np.argmax(scores)]))
