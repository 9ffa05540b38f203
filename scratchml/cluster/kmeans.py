"""KMeans, the estimator: which seeds, how many runs, which run is kept. The algorithms: `lloyd`, `hamerly`, `elkan`.

Idea
    Lloyd's iteration ends in the nearest valley, so run it from several seedings and keep the one of least inertia.
    k-means++ seeds well enough that one run is the default.
Maths
    The rows are centred on their mean first: distances stay, rounding errors shrink. An iteration ends the run when
    the squared moves of the centres sum to tol * (mean variance of the features) or less.
Cost
    Runs times iterations times n k d; see `assign` and `kmeans_plusplus`.
Differences
    The same seed draws the same numbers as in scikit-learn and gives its centres, labels, inertia and iterations.
    (One exception: where two candidates for a seed are equally good, up to rounding, another may be taken.)
    X is never changed, whatever copy_x says; float32 becomes float64; sparse input is refused. Labels are int64.
    All algorithms give the same bits; "hamerly" is ours alone. "lloyd" goes over to Hamerly's bounds where few points
    move and bounds pay: what is found is the same, only sooner. So does "elkan" to Elkan's in a fit that nobody looks
    at; its `steps` are the paper's. In such a fit "lloyd" of few rows is one kernel (see `lloyd_at_once`). `verbose`
    shows a bar in place of lines.
References
    Lloyd 1982 (see `lloyd`); Hamerly 2010 (see `hamerly`); Elkan 2003 (see `elkan`).
    Arthur, Vassilvitskii 2007 (see `kmeans_plusplus`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    check_random_state,
    check_sample_weight,
    finish,
)
from ..core.parallel import merge_chunks
from ..core.rules import array_like, boolean, either, function, integer, one_of, random_state, real, verbosity
from ..core.steps import owned, someone_listens
from ..core.typing import FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..maths import squared_norms
from .centres import CentreModel, Init, check_drawable, check_places, warn_of_lost_clusters
from .elkan import elkan, elkan_when_calm
from .hamerly import hamerly, lloyd_or_bounds
from .kmeans_plusplus import choose_seeds
from .lloyd import Step
from .lloyd_at_once import can_be_run, pays_for_threads, run_at_once
from .points import LEAST, MOST, Points, lay_out

ALGORITHMS = {"lloyd": lloyd_or_bounds, "hamerly": hamerly, "elkan": elkan}  # all with the same bits
Algorithm = Callable[[Points, FloatArray, int, float, int], Generator[Step, None, tuple[Step, float]]]
HURRIED: dict[str, Algorithm] = {**ALGORITHMS, "elkan": elkan_when_calm}  # where nobody wants to see the textbook's


def same_clustering(labels: IntArray, others: IntArray, k: int) -> bool:
    """Say whether all points that `labels` puts together are together in `others` as well, under whatever name."""
    name_in_others = np.empty(k, dtype=np.int64)
    name_in_others[labels] = others
    return bool((name_in_others[labels] == others).all())


class Run(NamedTuple):
    """How a run from one seeding ended."""

    step: Step  # the last
    inertia: float  # in the loops' units


def better_of(best: Run, other: Run) -> Run:
    """Return the run of less inertia; the earlier one, `best`, where both put the same points together."""
    labels, others, k = best.step.labels, other.step.labels, len(best.step.centres)
    return other if other.inertia < best.inertia and not same_clustering(others, labels, k) else best


def restarts(run: Algorithm, seeds: Sequence[FloatArray], points: Points, max_iter: int, tol: float) -> Iterator[Step]:
    """Yield the steps of a run from each of the initial centres, and the best run's last step again at the end."""
    best: Run | None = None
    for r, seed in enumerate(seeds):
        found = Run(*(yield from run(points, seed, max_iter, tol, r)))
        best = found if best is None else better_of(best, found)
    assert best is not None
    yield best.step._replace(name="best")


def best_at_once(seeds: Sequence[FloatArray], points: Points, max_iter: int, tol: float) -> Step:
    """Return the last of the steps of `restarts`, for a fit that nobody looks at; longer runs share the threads."""

    def work(r: int) -> Run:
        return Run(*run_at_once(points, seeds[r], max_iter, tol, r))

    n_jobs = None if pays_for_threads(points, len(seeds[0])) else 1
    return merge_chunks(better_of, work, range(len(seeds)), n_jobs).step._replace(name="best")


class KMeans(CentreModel):
    """Clusters around means: k centres with the least sum of squared distances from the rows to their nearest centre.

    Parameters
    ----------
    n_clusters : k, at most the number of rows
    init : "k-means++" (see `kmeans_plusplus`), "random" (rows drawn without replacement), an array (k, d), or a
        function of (centred rows, k, random_state) that returns one
    n_init : number of runs; "auto" is 1 for "k-means++" and for an array, 10 otherwise
    max_iter : most iterations of a run
    tol : a run ends when the squared moves of the centres sum to tol times the mean variance of the features, or less
    verbose : show a progress bar
    random_state : None, int, RandomState or Generator: decides the seeds
    copy_x : taken for compatibility; X is never changed
    algorithm : "lloyd", "hamerly" or "elkan": how labels are found, never which. "lloyd" measures all distances, until
        so few points move that bounds pay; the others keep bounds from the start; "elkan" needs n k numbers for them

    Attributes
    ----------
    cluster_centers_ : shape (k, d)
    labels_ : cluster of each row, shape (n,)
    inertia_ : weighted sum of the squared distances of the rows to their centres
    n_iter_ : iterations of the best run
    n_features_in_, feature_names_in_ : the columns seen in fit

    Raises
    ------
    TypeError, ValueError
        By ``fit``: for input or a parameter of a wrong kind or value, or an inertia too large for a float.

    Notes
    -----
    A row at the same distance from two centres belongs to the one with the lower index, up to rounding.

    Examples
    --------
    >>> from scratchml.cluster import KMeans
    >>> model = KMeans(2, random_state=0).fit([[1.0], [2.0], [3.0], [11.0], [12.0], [13.0]])
    >>> model.inertia_, sorted(model.cluster_centers_.ravel().tolist())
    (4.0, [2.0, 12.0])
    >>> model.predict([[0.0], [20.0]]).tolist() == model.labels_[[0, -1]].tolist()
    True
    """

    _rules: ClassVar = {
        "n_clusters": integer(1),
        "init": either(one_of("k-means++", "random"), function, array_like),
        "n_init": either(one_of("auto"), integer(1)),
        "max_iter": integer(1),
        "tol": real(0.0),
        "verbose": verbosity,
        "random_state": random_state,
        "copy_x": boolean,
        "algorithm": one_of(*ALGORITHMS),
    }

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        init: Init = "k-means++",
        n_init: int | str = "auto",
        max_iter: int = 300,
        tol: float = 1e-4,
        verbose: int | bool = 0,
        random_state: RandomStateLike = None,
        copy_x: bool = True,
        algorithm: str = "lloyd",
    ) -> None:
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.verbose = verbose
        self.random_state = random_state
        self.copy_x = copy_x
        self.algorithm = algorithm

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), cls(3, algorithm="hamerly"), cls(3, algorithm="elkan")]

    # ---- fitting

    def steps(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Check the input at once; return a generator that yields a `Step` after each half-iteration of each run.

        A run yields "seed", then "assign" and "update" in turn, then "score"; the last step of all is "best".
        """
        return self._checked_steps(X, sample_weight, ALGORITHMS)

    def _checked_steps(
        self,
        X: MatrixLike,
        sample_weight: VectorLike | None,
        algorithms: Mapping[str, Algorithm],
        unseen: bool = False,
    ) -> Iterator[Step]:
        self._check_params()
        found = self._check_X(X, fitting=True)
        n, d = found.shape
        k = self._check_count(n)
        weight = None if sample_weight is None else check_sample_weight(sample_weight, n)
        rng = check_random_state(self.random_state)
        given = None if isinstance(self.init, str) or callable(self.init) else check_places(self.init, k, d, "init")
        if weight is not None and self._init_is("random"):
            check_drawable(weight, k)
        return self._runs(found, weight, given, self._run_count(10), rng, algorithms[self.algorithm], unseen)

    def _runs(
        self,
        X: FloatArray,
        weight: FloatArray | None,
        given: FloatArray | None,
        runs: int,
        rng: np.random.RandomState,
        algorithm: Algorithm,
        unseen: bool,
    ) -> Iterator[Step]:
        k, max_iter = int(self.n_clusters), int(self.max_iter)
        points = lay_out(X, weight, also=given, often=True, k=k)
        if given is not None and points.spread.sum < LEAST and (X != X[0]).any():
            raise ValueError(
                f"init holds {np.abs(given).max():.3g}, so far from X that its rows all look the same from there; "
                "give nearer centres."
            )
        tol = float(self.tol) * (points.spread.sum / len(X)) / X.shape[1]
        seeds = self._seeds(points, given, runs, rng)
        if unseen and self.algorithm == "lloyd" and can_be_run(points, k):
            yield best_at_once(seeds, points, max_iter, tol)
        else:
            yield from restarts(algorithm, seeds, points, max_iter, tol)

    def _seeds(
        self, points: Points, given: FloatArray | None, runs: int, rng: np.random.RandomState
    ) -> list[FloatArray]:
        """Return the initial centres (k, d) of each run; the exact blocks that k-means++ asks for are let go then."""
        exact = points.exact() if self._init_is("k-means++") else points
        return [self._seed(exact, given, rng) for _ in range(runs)]

    def _seed(self, points: Points, given: FloatArray | None, rng: np.random.RandomState) -> FloatArray:
        """Return initial centres (k, d) in the coordinates of the loops."""
        k = int(self.n_clusters)
        if given is not None:
            return points.from_user(given)
        if self._init_is("k-means++"):
            return points.rows(choose_seeds(points, k, rng))
        if self._init_is("random"):
            weight = np.broadcast_to(points.weight, len(points.X))
            return points.rows(rng.choice(len(weight), size=k, replace=False, p=weight / weight.sum()))
        rows = np.ldexp(points.rows(slice(None)), points.exponent)
        made: Any = self.init(rows, k, random_state=rng)  # type: ignore[operator]
        places = np.ldexp(check_places(made, k, points.X.shape[1], "what init returned"), -points.exponent)
        with np.errstate(over="ignore"):
            if not squared_norms(places).sum() < MOST:
                raise ValueError("init returned centres so far away that their squares overflow; return nearer ones.")
        return places

    def fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Find the centres for the rows of X, shape (n, d); y is not used. Rows count as often as `sample_weight` says.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, or an inertia too large for a float.
        """
        algorithms = ALGORITHMS if someone_listens(fine=True) else HURRIED
        unseen = not (self.verbose or someone_listens())
        last = finish(self._checked_steps(X, sample_weight, algorithms, unseen), self)
        if not np.isfinite(last.inertia) and last.name != "seed":
            raise ValueError(
                "X spreads so widely that the sum of squared distances overflows float64; divide X by a constant first."
            )
        self.cluster_centers_ = owned(last.centres)  # what was shown is read-only
        self.labels_ = last.labels.astype(np.int64)
        self.inertia_, self.n_iter_ = last.inertia, last.iteration
        if last.name not in ("score", "best"):  # a listener ended the fit early: these labels are of earlier centres
            self.labels_ = self.predict(X)
            self.inertia_ = -self.score(X, sample_weight=sample_weight)
        self._n_features_out = len(last.centres)
        warn_of_lost_clusters(self.labels_, len(last.centres), stacklevel=3)
        return self
