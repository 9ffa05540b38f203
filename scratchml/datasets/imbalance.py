"""Make unequal classes: thin out the classes of given data, or draw Gaussian classes of given shares.

Idea: most real problems have a rare class that matters most (fraud, illness, faults). `make_imbalance` drops samples of
balanced data until the classes have the sizes asked for; what was dropped is known, so remedies can be judged.
`make_imbalanced` draws data whose difficulty can be set: how rare, how far apart, into how many islands scattered.

Maths (make_imbalanced): class 0 is N(0, I). Each other class is a mixture of `n_clusters_per_class` blobs N(c, I) with
||c|| = class_sep, and the centres of any two blobs are at least sqrt(2) class_sep apart: c is + or - class_sep
times a column of a random orthonormal matrix. For one blob, a cut halfway errs on either class with probability
Phi(-class_sep / 2).

Cost: make_imbalance O(n log n) time; make_imbalanced O(n d).

Differences: `make_imbalance` chooses the same samples as imbalanced-learn for the same seed; strategy None is an error
that says so. `make_imbalanced` is our own: its class counts are exact, no label is flipped.

References: H. He, E. Garcia (2009), "Learning from imbalanced data", IEEE Transactions on Knowledge and Data
Engineering 21, 1263-1284, section 2 (small disjuncts, overlap). G. Lemaitre, F. Nogueira, C. Aridas (2017),
"Imbalanced-learn", Journal of Machine Learning Research 18(17), 1-5.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np

from ..core.random import check_random_state
from ..core.rules import boolean, check_rules, either, function, integer, mapping
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..core.validation import check_labels, check_same_length
from .shared import finite, finite_array, one_dimensional, shuffle_rows

THINNING_RULES = {"sampling_strategy": either(mapping, function), "verbose": boolean}
DRAWING_RULES = {
    "n_samples": integer(1),
    "weights": one_dimensional,
    "n_features": integer(1),
    "n_clusters_per_class": integer(1),
    "class_sep": finite(0.0),
    "shuffle": boolean,
}


def make_imbalance(
    X: MatrixLike,
    y: VectorLike,
    *,
    sampling_strategy: Mapping[Any, int] | Callable[..., Mapping[Any, int]] | None = None,
    random_state: RandomStateLike = None,
    verbose: bool = False,
    **kwargs: Any,
) -> tuple[Any, Any]:
    """Drop samples at random until the classes have the sizes asked for.

    Parameters
    ----------
    X : data (n, d): array, data frame (its rows keep their index) or list; NaN and words are welcome
    y : class labels (n,)
    sampling_strategy : a dict from class to number of samples to keep, or a function of y that returns one; classes
        it does not name keep all their samples
    random_state : seed of the choice
    verbose : print the class counts before and after
    **kwargs : passed on to `sampling_strategy`, where it is a function

    Returns
    -------
    X and y of the samples kept, class after class in sorted order.

    Raises
    ------
    TypeError
        If the strategy is neither a dict nor a function, or a number of samples is no integer.
    ValueError
        If lengths differ, there are fewer than two classes, a class is unknown, or more samples are asked for than it
        has (or fewer than 0).

    Notes
    -----
    Cost: O(n log n). The same samples as imbalanced-learn's.

    Examples
    --------
    >>> from scratchml.datasets import load_iris, make_imbalance
    >>> X, y = load_iris(return_X_y=True)
    >>> X, y = make_imbalance(X, y, sampling_strategy={0: 10, 2: 25}, random_state=0)
    >>> [int((y == j).sum()) for j in (0, 1, 2)]
    [10, 50, 25]
    """
    check_rules("make_imbalance", THINNING_RULES, {"sampling_strategy": sampling_strategy, "verbose": verbose})
    check_same_length(X=X, y=y)
    classes, codes = check_labels(y)
    if classes.shape[0] < 2:
        raise ValueError(f"y has the single class {classes[0]!r}; an imbalance needs at least two classes.")
    wanted = sampling_strategy(y, **kwargs) if callable(sampling_strategy) else sampling_strategy
    if not isinstance(wanted, Mapping):
        raise TypeError(f"sampling_strategy returned a {type(wanted).__name__}; it must return a dict.")
    rng = check_random_state(random_state)
    kept = choose_samples(classes, codes, check_sizes(wanted, classes, codes), rng)
    if verbose:
        print("samples of each class:", class_counts(classes, codes), "->", class_counts(classes, codes[kept]))
    del codes  # before the rows are copied
    return take_rows(X, kept), take_rows(y, kept)


def check_sizes(wanted: Mapping[Any, int], classes: Array, codes: IntArray) -> dict[Hashable, int]:
    """Return the strategy after checking each class and number of samples.

    Raises
    ------
    TypeError, ValueError
        See `make_imbalance`.
    """
    present = class_counts(classes, codes)
    for label, size in wanted.items():
        if label not in present:
            raise ValueError(f"sampling_strategy names the class {label!r}, which y does not have: {list(present)}.")
        name = f"sampling_strategy[{label!r}]"
        check_rules("make_imbalance", {name: integer(0, present[label])}, {name: size})
    return {label: int(size) for label, size in wanted.items()}


def class_counts(classes: Array, codes: IntArray) -> dict[Hashable, int]:
    """Return the number of samples of each class."""
    return dict(zip(classes.tolist(), np.bincount(codes, minlength=classes.shape[0]).tolist()))


def choose_samples(
    classes: Array, codes: IntArray, sizes: Mapping[Hashable, int], rng: np.random.RandomState
) -> IntArray:
    """Return the indices of the samples to keep, class after class."""
    kept = []
    for j, label in enumerate(classes.tolist()):
        members = np.flatnonzero(codes == j)
        if label in sizes:
            members = members[rng.choice(members.shape[0], size=sizes[label], replace=False)]
        kept.append(members)
    return np.concatenate(kept)


def take_rows(X: Any, rows: IntArray) -> Any:
    """Return the rows of an array, a data frame, a series or a list, as what it is."""
    if hasattr(X, "iloc"):
        return X.iloc[rows]
    if hasattr(X, "shape"):
        return X[rows]
    return [X[i] for i in rows]


def make_imbalanced(
    n_samples: int = 1000,
    *,
    weights: VectorLike = (0.9, 0.1),
    n_features: int = 2,
    n_clusters_per_class: int = 1,
    class_sep: float = 2.0,
    shuffle: bool = True,
    random_state: RandomStateLike = None,
) -> tuple[FloatArray, IntArray]:
    """Draw Gaussian classes of unequal size.

    Parameters
    ----------
    n_samples : number of samples
    weights : share of each class (k,), at least two, each above 0; they are divided by their sum
    n_features : number of features d; 2 d blobs of minority classes fit in
    n_clusters_per_class : into how many blobs ("small disjuncts") each class but the first falls
    class_sep : distance of these blobs from the first class, in standard deviations; 0 is complete overlap
    shuffle : put the samples in random order; else class after class
    random_state : seed

    Returns
    -------
    X (n, d) float64 and y (n,) int64 with class 0 around the origin. The class counts are n_samples * weights, rounded
    so that they sum to n_samples.

    Raises
    ------
    TypeError
        If an argument is of a wrong kind.
    ValueError
        If it has a wrong value, a class would get fewer samples than it has blobs, or the blobs do not fit in.

    Notes
    -----
    Cost: O(n d).

    Examples
    --------
    >>> from scratchml.datasets import make_imbalanced
    >>> X, y = make_imbalanced(200, weights=[0.95, 0.05], random_state=0)
    >>> X.shape, int(y.sum())
    ((200, 2), 10)
    """
    check_rules("make_imbalanced", DRAWING_RULES, locals())
    rng = check_random_state(random_state)
    counts = class_sizes(n_samples, weights)
    if min(counts[1:]) < n_clusters_per_class or counts[0] < 1:
        raise ValueError(
            f"n_samples={n_samples} with weights={weights!r} gives the classes {counts} samples; each class needs 1, "
            f"and n_clusters_per_class={n_clusters_per_class} unless it is the first. Raise n_samples."
        )
    n_blobs = (len(counts) - 1) * n_clusters_per_class
    if n_blobs > 2 * n_features:
        raise ValueError(
            f"n_features={n_features} has room for {2 * n_features} blobs apart, but the classes after the first have "
            f"{n_blobs} together; raise n_features or lower n_clusters_per_class={n_clusters_per_class}."
        )
    axes, _ = np.linalg.qr(rng.standard_normal(size=(n_features, n_features)))
    centers = class_sep * np.concatenate([axes.T, -axes.T])
    X = rng.standard_normal(size=(n_samples, n_features))
    y = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    # the samples of a class go to its blobs in turn; class 0 stays where it is
    for j in range(1, len(counts)):
        blob = (j - 1) * n_clusters_per_class + np.arange(counts[j]) % n_clusters_per_class
        X[y == j] += centers[blob]
    if shuffle:
        X, y = shuffle_rows(rng, X, y)
    return X, y


def class_sizes(n_samples: int, weights: VectorLike) -> list[int]:
    """Return n_samples shared out by weight: rounded down, what is left goes to the largest remainders.

    Raises
    ------
    ValueError
        If there are fewer than two weights or one is not above 0.
    """
    shares = finite_array(weights, "weights")
    if shares.ndim != 1 or shares.shape[0] < 2 or (shares <= 0).any():
        raise ValueError(f"weights={weights!r}: give the shares of at least two classes, each above 0.")
    exact = n_samples * shares / shares.sum()
    counts = np.floor(exact).astype(np.int64)
    # rounded, so that equal remainders stay equal and 28.999999999999996 (0.29 * 100) gets its missing one first
    remainder = np.round(exact - counts, 9)
    counts[np.argsort(-remainder, kind="stable")[: n_samples - counts.sum()]] += 1
    sizes: list[int] = counts.tolist()
    return sizes
