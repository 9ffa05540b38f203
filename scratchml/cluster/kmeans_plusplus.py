"""k-means++: choose initial centres among the points, each with probability proportional to its squared distance.

Idea
    Centres drawn at random often fall into one cluster, and Lloyd's iteration cannot part them. So draw them one by
    one, and make a point the more likely the farther it is from the centres drawn so far. The greedy form draws a few
    candidates each time and keeps the one that leaves the least inertia.
Maths
    D(x)^2 = squared distance to the nearest centre chosen; P(next = x_i) = w_i D(x_i)^2 / sum_l w_l D(x_l)^2.
    Drawing: the first index whose cumulated w D^2 reaches u * (the sum), u uniform in [0, 1).
    Even without Lloyd, E[inertia] <= 8 (ln k + 2) times the best possible (without the greedy choice).
Cost
    n k d times the number of candidates, 2 + int(ln k) unless told; memory n numbers for each candidate.
Differences
    The paper leaves the greedy choice as a remark (and it has no such bound); scikit-learn makes it, and so do we,
    with the same draws in the same order. Of candidates that are equally good, up to rounding, another may be kept.
References
    Arthur, Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007, 1027-1035, sections 2.2 and 5.
"""

from __future__ import annotations

import numpy as np

from ..core import check_array, check_random_state, check_sample_weight
from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.rules import check_rules, either, integer, none
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..maths import squared_norms
from ..maths.sums import inner_product
from .points import CACHE, Points, far_mean, left_upright

FEW = 4  # pieces of the points from which a second thread pays: of 3 it saved nothing, of 5 a sixth of the time
BLOCKS = 4  # of points, from which a draw looks for the block first
TIED = 20  # points to a centre, up to which candidates are often equally good


@kernel
def keep_closer(
    products: Array, place_norms: Array, point_norms: Array, weight: Array, nearest: Array, potentials: Array
) -> None:
    """Find what each candidate would leave: the squared distances to the nearest centre, and their weighted sums.

    products (b, t, B), x.c for t candidates and b blocks: overwritten with the squared distances that would be left.
    place_norms (t,), point_norms (n,), weight (n,), nearest (n,): read. potentials (b, t): overwritten.
    """
    n, size = nearest.shape[0], products.shape[2]
    for b in range(products.shape[0]):
        start, stop = b * size, min((b + 1) * size, n)
        norms, old = point_norms[start:stop], nearest[start:stop]  # from 0 on: the loop below runs at vector speed
        for c in range(products.shape[1]):
            squares = products[b, c, : stop - start]
            norm = place_norms[c]
            for i in range(stop - start):
                square = (-2.0 * squares[i] + norm) + norms[i]
                square = 0.0 if square < 0.0 else square  # rounding may dip below 0
                squares[i] = old[i] if old[i] < square else square
            potentials[b, c] = inner_product(weight[start:stop], squares)


def try_candidates(points: Points, places: FloatArray, nearest: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the squared distances (b, t, B) that each of t places, added to the centres, would leave.

    Return also their weighted sums over each block, (b, t). nearest (n,): squared distances to the centres so far.
    """
    d, size = points.blocks.shape[1:]
    n_blocks = -(-len(nearest) // size)
    squares, potentials = np.empty((n_blocks, len(places), size)), np.empty((n_blocks, len(places)))
    place_norms, turned = squared_norms(places), np.ascontiguousarray(places.T)

    def work(some: slice) -> None:
        span, found = points.span(some), squares[some]
        if points.wide:  # upright rows: BLAS takes half the time for them the other way round
            products, many = np.empty((len(found) * size, len(places))), span.stop - span.start
            np.matmul(points.X[span], turned, out=products[:many])
            products[many:] = 0.0  # past the last point
            found[:] = products.reshape(-1, size, len(places)).transpose(0, 2, 1)
        else:
            np.matmul(places, points.blocks[some], out=found)
        keep_closer(found, place_norms, points.norms[span], points.weight[span], nearest[span], potentials[some])

    with one_blas_thread():
        pieces = chunks(n_blocks, max(1, CACHE // ((d + len(places)) * size)))
        map_chunks(work, pieces, n_jobs=1 if len(pieces) < FEW else None)
    return squares, potentials


def draw(points: Points, nearest: FloatArray, potentials: FloatArray, uniform: FloatArray) -> IntArray:
    """Return t points, drawn in proportion to weight times squared distance to the nearest centre.

    nearest (n,), their sums over blocks, potentials (b,), and the numbers of [0, 1) that decide, uniform (t,): read.
    """
    n, size = len(nearest), points.blocks.shape[2]
    reached = np.cumsum(potentials)
    draws = uniform * reached[-1]
    if len(potentials) < BLOCKS:
        found: IntArray = np.searchsorted(np.cumsum(points.weight * nearest), draws)
    else:  # first the block, then the point in it
        block = np.searchsorted(reached, draws)
        inside = np.minimum(block[:, None] * size + np.arange(size), n - 1)
        summed = np.cumsum(points.weight[inside] * nearest[inside], axis=1)
        found = block * size + (summed < (draws - (reached - potentials)[block])[:, None]).sum(axis=1)
    return np.minimum(found, n - 1, out=found)  # the sums of blocks may be rounded otherwise than cumulated ones


def choose_many(X: FloatArray, weight: FloatArray, k: int, rng: np.random.RandomState, trials: int) -> IntArray:
    """Return what `choose_seeds` does, in scikit-learn's order of operations. X (n, d), weight (n,): read.

    With a centre for every few points, two points that are each other's nearest are often both candidates. They leave
    the same inertia, and rounding decides: so it has to be the same rounding.
    """
    norms = np.einsum("ij,ij->i", X, X)

    def squares_left(chosen: IntArray, nearest: FloatArray) -> FloatArray:
        places = X[chosen]
        squares = places @ X.T
        squares *= -2
        squares += np.einsum("ij,ij->i", places, places)[:, None]
        squares += norms
        return np.minimum(nearest, np.maximum(squares, 0.0, out=squares), out=squares)

    found = np.empty(k, dtype=np.int64)
    found[0] = rng.choice(len(X), p=weight / weight.sum())
    nearest = squares_left(found[:1], np.full(len(X), np.inf))[0]
    potential = (nearest[None] @ weight)[0]
    for j in range(1, k):
        draws = rng.uniform(size=trials) * potential
        candidates = np.searchsorted(np.cumsum(weight * nearest), draws)
        np.clip(candidates, None, len(X) - 1, out=candidates)
        squares = squares_left(candidates, nearest)
        potentials = squares @ weight.reshape(-1, 1)
        best = int(np.argmin(potentials))
        found[j], potential = candidates[best], potentials[best, 0]
        nearest[:] = squares[best]
        del squares  # before there are the next
    return found


def choose_seeds(points: Points, k: int, rng: np.random.RandomState, trials: int | None = None) -> IntArray:
    """Return the indices (k,) of the points chosen as initial centres, by greedy k-means++ with `trials` candidates."""
    n = len(points.X)
    trials = 2 + int(np.log(k)) if trials is None else trials
    if n <= TIED * k:
        with one_blas_thread():
            return choose_many(points.rows(slice(None)), points.weight, k, rng, trials)
    chosen = np.empty(k, dtype=np.int64)
    chosen[0] = rng.choice(n, p=points.weight / points.weight.sum())
    squares, potentials = try_candidates(points, points.rows(chosen[:1]), np.full(n, np.inf))
    nearest, best = squares[:, 0].flatten()[:n], 0
    for j in range(1, k):
        del squares  # before there are the next
        candidates = draw(points, nearest, potentials[:, best], rng.uniform(size=trials))
        squares, potentials = try_candidates(points, points.rows(candidates), nearest)
        best = int(np.argmin(potentials.sum(axis=0)))
        chosen[j] = candidates[best]
        nearest = squares[:, best].flatten()[:n]
    return chosen


def kmeans_plusplus(
    X: MatrixLike,
    n_clusters: int,
    *,
    sample_weight: VectorLike | None = None,
    x_squared_norms: VectorLike | None = None,
    random_state: RandomStateLike = None,
    n_local_trials: int | None = None,
) -> tuple[FloatArray, IntArray]:
    """Choose initial centres among the rows of X by greedy k-means++.

    Parameters
    ----------
    X : shape (n, d)
    n_clusters : how many to choose, at most n
    sample_weight : shape (n,); None stands for ones
    x_squared_norms : taken for compatibility and not used, because the norms needed are those of centred rows
    random_state : None, int, RandomState or Generator
    n_local_trials : candidates drawn for each centre but the first; None stands for 2 + int(log(n_clusters)), 1 for
        plain k-means++

    Returns
    -------
    centres : shape (n_clusters, d)
    indices : shape (n_clusters,), with ``X[indices] == centres``

    Raises
    ------
    TypeError, ValueError
        For input that is no finite (n, d) array, fewer rows than clusters, or a parameter out of range.

    >>> centres, indices = kmeans_plusplus([[0.0], [1.0], [10.0], [11.0]], 2, random_state=0)
    >>> sorted(i // 2 for i in indices.tolist())
    [0, 1]
    """
    rules = {"n_clusters": integer(1), "n_local_trials": either(none, integer(1))}
    check_rules("kmeans_plusplus", rules, {"n_clusters": n_clusters, "n_local_trials": n_local_trials})
    found: FloatArray = check_array(X)
    n = len(found)
    if n_clusters > n:
        raise ValueError(f"n_samples={n} should be >= n_clusters={n_clusters}; lower n_clusters.")
    weight = check_sample_weight(sample_weight, n)
    if x_squared_norms is not None and np.shape(x_squared_norms) != (n,):
        raise ValueError(
            f"The length of x_squared_norms {np.shape(x_squared_norms)} should be equal to n_samples={n}; leave it out."
        )
    rng = check_random_state(random_state)
    indices = choose_seeds(left_upright(found, weight, far_mean(found)), int(n_clusters), rng, n_local_trials)
    return found[indices], indices
