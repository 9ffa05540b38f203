"""MiniBatchKMeans, the estimator: which seeds, which rows, when to stop. The algorithm is in `mini_batches`.

Idea
    Seeds are chosen among a few thousand rows, batches are drawn with replacement, and only at the end all rows are
    looked at, for their labels.
Maths
    See `mini_batches`. A row is drawn with probability w_i / sum_l w_l, so that within a batch all count alike.
Cost
    (rows of a batch) k d multiplications a batch, whatever n; n k d for the labels.
Differences
    The same seed draws the same numbers as in scikit-learn and gives its centres, labels, inertia and steps.
    (One exception: see `KMeans`.) Where all centres count as poor (reassignment_ratio above 1), scikit-learn raises an
    error of NumPy's; here they keep their weight. Labels are int64; sparse input is refused.
References
    Sculley 2010 (see `mini_batches`).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from math import inf
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, check_random_state, check_sample_weight, finish, sum_of_squares
from ..core.rules import array_like, boolean, either, function, integer, none, one_of, random_state, real, verbosity
from ..core.steps import owned, sealed, someone_listens
from ..core.typing import FloatArray, MatrixLike, RandomStateLike, VectorLike
from ..maths import exponent_of
from .assign import label_rows
from .centres import CentreModel, Init, check_drawable, check_places
from .kmeans_plusplus import kmeans_plusplus
from .mini_batches import Calm, Draws, MovingCentres, Step, label_batch, mini_batches
from .points import MOST


def check_size(X: FloatArray, mass: float = 1.0) -> None:
    """Check that neither squares of X (n, d) nor its rows times `mass` overflow.

    Raises
    ------
    ValueError
        If they do.
    """
    with np.errstate(over="ignore"):
        squares = sum_of_squares(X)
        if not (np.isfinite(squares) and mass * np.sqrt(squares) < MOST):
            raise ValueError(
                "X, or X times sample_weight, is so large that squared distances or sums overflow float64; divide X or "
                "the weights by a constant first."
            )


class MiniBatchKMeans(CentreModel):
    """k-means by mini-batches: a little worse than KMeans, and far faster where rows are many.

    Parameters
    ----------
    n_clusters : k, at most the number of rows
    init : "k-means++", "random", an array (k, d), or a function of (rows, k, random_state); see `KMeans`. Seeds are
        chosen among `init_size` rows drawn at random
    max_iter : most passes over the data, in number of rows drawn
    batch_size : rows of a batch
    verbose : show a progress bar
    compute_labels : whether to label all rows at the end
    random_state : None, int, RandomState or Generator: decides seeds, batches and reassignments
    tol : stop when the squared moves of the centres sum to tol times the mean variance of the features, or less; 0 for
        never
    max_no_improvement : stop after so many batches without a fall of the smoothed inertia; None: never
    init_size : rows that seeds are chosen from; None for three batches, but at least 3 k
    n_init : number of seedings, of which the one with the least inertia on some rows is kept; "auto" is 1 for
        "k-means++" and for an array, 3 otherwise
    reassignment_ratio : centres that have been given less than this share of the most are put elsewhere

    Attributes
    ----------
    cluster_centers_ : shape (k, d)
    labels_ : cluster of each row, shape (n,), if compute_labels; after ``partial_fit`` of the rows given last
    inertia_ : weighted sum of squared distances to the centres; an estimate without compute_labels
    n_iter_ : passes over the data, begun ones counted
    n_steps_ : batches
    n_features_in_, feature_names_in_ : the columns seen in fit

    Raises
    ------
    TypeError, ValueError
        By ``fit``: for input or a parameter of a wrong kind or value, or an inertia too large for a float.

    Examples
    --------
    >>> from scratchml.cluster import MiniBatchKMeans
    >>> X = [[1.0], [2.0], [3.0], [11.0], [12.0], [13.0]]
    >>> model = MiniBatchKMeans(2, batch_size=4, random_state=0).fit(X)
    >>> sorted(model.predict([[0.0], [12.0]]).tolist())
    [0, 1]
    """

    _rules: ClassVar = {
        "n_clusters": integer(1),
        "init": either(one_of("k-means++", "random"), function, array_like),
        "max_iter": integer(1),
        "batch_size": integer(1),
        "verbose": verbosity,
        "compute_labels": boolean,
        "random_state": random_state,
        "tol": real(0.0),
        "max_no_improvement": either(none, integer(0)),
        "init_size": either(none, integer(1)),
        "n_init": either(one_of("auto"), integer(1)),
        "reassignment_ratio": real(0.0),
    }

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: Init = "k-means++",
        max_iter: int = 100,
        batch_size: int = 1024,
        verbose: int | bool = 0,
        compute_labels: bool = True,
        random_state: RandomStateLike = None,
        tol: float = 0.0,
        max_no_improvement: int | None = 10,
        init_size: int | None = None,
        n_init: int | str = "auto",
        reassignment_ratio: float = 0.01,
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.verbose = verbose
        self.compute_labels = compute_labels
        self.random_state = random_state
        self.tol = tol
        self.max_no_improvement = max_no_improvement
        self.init_size = init_size
        self.n_init = n_init
        self.reassignment_ratio = reassignment_ratio

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), cls(3, batch_size=20, init="random")]

    # ---- fitting

    def steps(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Check the input at once; return a generator that yields a `Step` after each half of each batch."""
        self._check_params()
        found = self._check_X(X, fitting=True)
        given = self._check_start(found)
        weight = check_sample_weight(sample_weight, len(found))
        return self._batches(found, weight, given, self._run_count(3), check_random_state(self.random_state))

    def _check_start(self, X: FloatArray) -> FloatArray | None:
        k = self._check_count(len(X))
        check_size(X)
        if self.init_size is not None and self.init_size < k:
            warnings.warn(
                f"init_size={self.init_size} should be larger than n_clusters={k}. "
                "Setting it to min(3*n_clusters, n_samples)",
                RuntimeWarning,
                stacklevel=4,  # whoever called fit
            )
        if isinstance(self.init, str) or callable(self.init):
            return None
        places = check_places(self.init, k, X.shape[1], "init").copy()
        check_size(places)
        return places

    def _sizes(self, n: int) -> tuple[int, int]:
        """Return the rows of a batch, and those that seeds are chosen from."""
        batch, k = min(int(self.batch_size), n), int(self.n_clusters)
        wanted = 3 * batch if self.init_size is None else int(self.init_size)
        return batch, min(3 * k if wanted < k else wanted, n)

    def _seed(
        self, X: FloatArray, weight: FloatArray, given: FloatArray | None, rng: np.random.RandomState
    ) -> FloatArray:
        """Return initial centres (k, d), chosen among some of the rows."""
        k, size = int(self.n_clusters), self._sizes(len(X))[1]
        if size < len(X):
            some = rng.randint(0, len(X), size)
            X, weight = X[some], weight[some]
        if given is not None:
            return given.copy()
        if self._init_is("k-means++"):
            return kmeans_plusplus(X, k, sample_weight=weight, random_state=rng)[0]
        if self._init_is("random"):
            check_drawable(weight, k)
            return X[rng.choice(len(X), size=k, replace=False, p=weight / weight.sum())]
        made: Any = self.init(X.copy(), k, random_state=rng)  # type: ignore[operator]
        places = check_places(made, k, X.shape[1], "what init returned").copy()
        check_size(places)
        return places

    def _best_seed(
        self, X: FloatArray, weight: FloatArray, given: FloatArray | None, runs: int, rng: np.random.RandomState
    ) -> FloatArray:
        """Return the initial centres (k, d) that leave the least inertia on some rows, the first of equals."""
        some = rng.randint(0, len(X), self._sizes(len(X))[1])
        best, least = self._seed(X, weight, given, rng), inf
        for r in range(runs):
            centres = self._seed(X, weight, given, rng) if r else best
            inertia = label_rows(X[some], centres, weight[some])[1] if runs > 1 else 0.0
            if inertia < least:
                best, least = centres, inertia
        return best

    def _batches(
        self, X: FloatArray, weight: FloatArray, given: FloatArray | None, runs: int, rng: np.random.RandomState
    ) -> Iterator[Step]:
        n, size, exponent = len(X), self._sizes(len(X))[0], exponent_of(weight)
        weight = np.ldexp(weight, -exponent)  # its sum is safe, and no share changes by a bit
        seeds = self._best_seed(X, weight, given, runs, rng)
        self._moving = MovingCentres(seeds, size)  # `partial_fit` goes on with it
        with np.errstate(over="ignore"):
            tol = float(self.tol) * float(np.var(X, axis=0).mean()) if self.tol > 0 else 0.0
        calm = Calm(min(1.0, 2.0 * size / (n + 1)), tol, self.max_no_improvement)
        most, ratio = int(self.max_iter) * n // size, float(self.reassignment_ratio)
        step = yield from mini_batches(X, self._moving, Draws(weight, rng), calm, most, ratio)
        labels, inertia = step.labels, step.smoothed * float(weight.sum())
        if self.compute_labels:
            labels, inertia = label_rows(X, self._moving.centres, weight)
            labels = sealed(labels) if someone_listens() else labels
        with np.errstate(over="ignore", under="ignore"):
            yield step._replace(name="labels", labels=labels, inertia=float(np.ldexp(inertia, exponent)))

    def fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Find the centres for the rows of X, shape (n, d); y is not used. Rows are drawn in proportion to weights.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, or an inertia too large for a float.
        """
        last = finish(self.steps(X, y, sample_weight), self)
        if not np.isfinite(last.inertia) and last.name != "seed":
            raise ValueError(
                "X spreads so widely that the sum of squared distances overflows float64; divide X by a constant first."
            )
        self.cluster_centers_, self._n_features_out = self._moving.centres, len(last.centres)
        self.n_steps_, self.n_iter_ = last.iteration, last.passes
        self.inertia_ = last.inertia
        if last.name != "labels":  # a listener ended the fit early
            self.inertia_ = -self.score(X, sample_weight=sample_weight)
        if self.compute_labels:
            self.labels_ = owned(last.labels) if last.name == "labels" else self.predict(X)
        elif hasattr(self, "labels_"):  # of an earlier fit
            del self.labels_
        return self

    def partial_fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Move the centres by one batch, the rows of X, shape (m, d); the first batch also gives the seeds.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, or fewer rows in the first batch than clusters.
        """
        self._check_params()
        first = not hasattr(self, "cluster_centers_")
        found = self._check_X(X, fitting=first)
        given = self._check_start(found) if first else None
        weight = check_sample_weight(sample_weight, len(found))
        rng: np.random.RandomState = getattr(self, "_random_state", None) or check_random_state(self.random_state)
        self._random_state = rng
        if first:
            self._moving = MovingCentres(self._seed(found, weight, given, rng), self._sizes(len(found))[0])
            self.n_steps_ = 0
        else:
            self._moving.centres = self.cluster_centers_
        centres = self._moving.centres
        check_size(found, float(self._moving.mass.sum() + weight.sum()))
        if self._moving.move(found, weight, label_batch(found, centres)[0]) and self.reassignment_ratio > 0:
            self._moving.reassign(found, float(self.reassignment_ratio), rng)
        self.cluster_centers_, self._n_features_out = centres, len(centres)
        if self.compute_labels:
            self.labels_, self.inertia_ = label_rows(found, centres, weight)
        self.n_steps_ += 1
        return self
