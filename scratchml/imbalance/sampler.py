"""What all samplers share: rows and labels are read, the strategy becomes numbers, the result goes out as it came in.

Idea
    A sampler changes the training set, never the rows to predict, so it has ``fit_resample`` and no ``transform``.
    Below, `BaseSampler` reads and returns; a subclass yields the steps of its method, the last of which is `Resampled`.
Differences
    From imbalanced-learn: its classes live in three packages, ours in one room. Sparse matrices are refused.
    ``steps(X, y)`` shows the method at work. Over-samplers say where their rows come from: see `OverSampler`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, OneToOneFeatureMixin, SamplerMixin, check_same_length, clone, finish, someone_listens
from ..core.parallel import chunks
from ..core.rules import Rule, either, has_methods, integer
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from ..neighbors import NearestNeighbors
from .containers import Labels, as_columns, as_given, own_dtype, read_labels, take_rows
from .strategy import CLEAN, OVER, UNDER, resolve_strategy

QUERIES = 1024  # rows that are asked about at a time: no class is copied as a whole
NEIGHBOURS_RULE: Rule = either(integer(1), has_methods("kneighbors", "kneighbors_graph"))


class Resampled(NamedTuple):
    """The last step of every sampler."""

    name: str
    X: Array  # (m, d)
    codes: IntArray  # (m,): the class of each row, as a position among the sorted classes


def only_rows(kept: IntArray, X: Array, labels: Labels) -> Resampled:
    """Return the rows of X (n, d) that are kept (m,), and their classes as narrow as they go. All read."""
    narrow = np.min_scalar_type(len(labels.classes))
    return Resampled("resampled", X[kept], labels.codes.astype(narrow)[kept])


def result_of(steps: Iterator[Any]) -> Iterator[Resampled]:
    """Yield a sampler's last step only: nobody keeps what the others show while the result is made."""
    for step in steps:
        if isinstance(step, Resampled):
            yield step
        del step


class BaseSampler(SamplerMixin, OneToOneFeatureMixin, BaseEstimator):
    """Base of the samplers: reads X and y, returns what the subclass makes of them."""

    _kind: ClassVar[str]
    _how_to_read: ClassVar[dict[str, Any]] = {}
    _keeps_index: ClassVar[bool] = False
    sampling_strategy: Any

    def fit(self, X: MatrixLike, y: VectorLike) -> Self:
        """Check X (n, d), y (n,) and the parameters, and set `sampling_strategy_`; nothing is resampled. Return self.

        Raises
        ------
        TypeError, ValueError
            As `fit_resample`.
        """
        self._read(X, y)
        return self

    def fit_resample(self, X: MatrixLike, y: VectorLike) -> tuple[Any, Any]:
        """Return X and y resampled, as what they came in: arrays, lists, a data frame and a series.

        Parameters
        ----------
        X : rows, shape (n, d)
        y : their classes, shape (n,), or one column for each class, shape (n, k)

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, a single class, or too few rows for the method.
        """
        rows, labels = self._read(X, y)
        steps = self._resample(rows, labels)
        last = finish(steps if someone_listens() else result_of(steps), self)
        if not isinstance(last, Resampled):
            raise ValueError(
                f"{type(self).__name__} was ended early, at the step {last.name!r}, and has no result; let it finish."
            )
        chosen = self._chosen()
        is_other = type(X) is np.ndarray and X.dtype != last.X.dtype  # else the rows chosen are there already
        if chosen is not None and (is_other or hasattr(X, "iloc")):
            found = take_rows(X, chosen, self._keeps_index)
        else:
            found = as_given(last.X, X)
        y_found = labels.values[chosen] if chosen is not None else labels.classes[last.codes]
        if labels.one_column_each:
            y_found = as_columns(y_found, np.shape(y)[1])
        return found, as_given(y_found, y, found.index if hasattr(found, "iloc") else None)

    def steps(self, X: MatrixLike, y: VectorLike) -> Iterator[Any]:
        """Check the input at once; return a generator of the method's steps, the last of which is the result."""
        return self._resample(*self._read(X, y))

    def _read(self, X: MatrixLike, y: VectorLike) -> tuple[Array, Labels]:
        self._check_params()
        labels = read_labels(y)
        checked = self._check_X(X, fitting=True, **self._how_to_read)
        check_same_length(X=checked, y=labels.codes)
        self.sampling_strategy_ = self._resolve(labels)
        return own_dtype(checked, X), labels

    def _resolve(self, labels: Labels) -> Any:
        return resolve_strategy(self.sampling_strategy, self._kind, *labels[:3])

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        """Yield the method's steps. X (n, d): read."""
        raise NotImplementedError(f"{type(self).__name__} must say how it resamples.")

    def _chosen(self) -> IntArray | None:
        """Return which rows of X the result consists of, after a fit; None if some are new."""
        return None

    def _members(self, labels: Labels) -> Iterator[tuple[Any, int, IntArray]]:
        """Yield (class, its number in the strategy, the rows that belong to it) for the classes of the strategy."""
        place = {label: j for j, label in enumerate(labels.classes.tolist())}
        for label, size in self.sampling_strategy_.items():
            yield label, size, np.flatnonzero(labels.codes == place[label])


class OverSampler(BaseSampler):
    """Base of the samplers that add rows: they are appended, and each knows where it comes from.

    `parents_` (m, 2) are, for each new row, the two rows of X between which it lies, and `gaps_` (m,) says where: at
    ``X[a] + gap (X[b] - X[a])``. `synthetic_indices_` (m,) are the new rows' positions in the result.
    """

    _kind = OVER

    def _gather(self, X: Array, labels: Labels, made: list[Any]) -> Resampled:
        """Return the given rows with those of the steps `made` after them, and remember where these come from.

        made: emptied, so that no new rows are held twice by the time the given ones are copied.
        """
        self.parents_ = np.concatenate([np.empty((0, 2), dtype=np.int64), *(step.parents for step in made)])
        self.gaps_ = np.concatenate([np.empty(0), *(step.gaps for step in made)])
        self.synthetic_indices_ = np.arange(len(X), len(X) + len(self.parents_))
        place = {label: j for j, label in enumerate(labels.classes.tolist())}
        more = [np.full(len(step.rows), place[step.label], labels.codes.dtype) for step in made]
        codes = np.concatenate([labels.codes, *more])
        dtype, end = np.result_type(X.dtype, *(step.rows.dtype for step in made)), len(codes)
        rows = np.empty((end, *X.shape[1:]), dtype)
        while made:  # plainly: rows = np.concatenate([X, *(step.rows for step in made)])
            rows[end - len(made[-1].rows) : end] = made[-1].rows
            end -= len(made.pop().rows)
        rows[:end] = X
        return Resampled("resampled", rows, codes)


class UnderSampler(BaseSampler):
    """Base of the samplers that take rows away: `sample_indices_` (m,) are the rows of X that stay, class by class."""

    _kind = UNDER
    sample_indices_: IntArray

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        self.sample_indices_ = yield from self._stay(X, labels)
        yield only_rows(self.sample_indices_, X, labels)

    def _stay(self, X: Array, labels: Labels) -> Generator[Any, None, IntArray]:
        """Yield the steps of all classes; return which rows stay. All else is let go of before there is a result."""
        kept = []
        wanted = self.sampling_strategy_
        chooser = self._choices(X, labels)
        for j, label in enumerate(labels.classes.tolist()):
            members = np.flatnonzero(labels.codes == j)
            if label in wanted:
                stay = yield from chooser(label, wanted[label], members)
                members = members[stay]
            kept.append(members)
        return np.concatenate(kept)

    def _chosen(self) -> IntArray | None:
        return self.sample_indices_

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.sample_indices = True
        return tags

    def _choices(self, X: Array, labels: Labels) -> Any:
        """Return a generator function of (class, size, members): yields its steps, returns which members stay."""
        raise NotImplementedError(f"{type(self).__name__} must say which rows stay.")


class CleaningSampler(UnderSampler):
    """Base of the samplers that take away rows by what they are, however many that may be."""

    _kind = CLEAN
    _alone = False  # whether nobody else can change the rows: a searcher that is kept needs no copy then


def neighbours_object(given: Any, more: int = 0, **params: Any) -> Any:
    """Return a searcher: a new one of `given` + `more` neighbours, or a copy of the one given."""
    if isinstance(given, (int, np.integer)):
        return NearestNeighbors(n_neighbors=int(given) + more, **params)
    return clone(given)


def check_enough(name: str, searcher: Any, n: int, what: str, itself: bool = True) -> None:
    """Check that n rows are enough for the searcher's neighbours, of which a row may be one `itself`.

    Raises
    ------
    ValueError
        If they are not; says which parameter to lower.
    """
    k = getattr(searcher, "n_neighbors", 1)
    if k > n:
        raise ValueError(
            f"Expected n_neighbors <= n_samples_fit, but n_neighbors = {k}, n_samples_fit = {n}: {what} has {n} "
            f"rows, and {name}{' (a row itself counted)' if itself else ''} wants {k}. Lower {name}, get more rows, or "
            "leave this class out."
        )


def other_neighbours(searcher: Any, queries: FloatArray, own: IntArray) -> IntArray:
    """Return the nearest rows of each query, the query itself left out.

    `own` (m,) is where each query stands among the rows the searcher was fitted to. Of the k rows found one is dropped:
    the query, or, where it has so many twins that it is not among them, the last.
    """
    found: IntArray = np.asarray(searcher.kneighbors(queries, return_distance=False))
    keep = found != own[:, None]
    keep[keep.all(axis=1), -1] = False
    others: IntArray = found[keep].reshape(len(found), found.shape[1] - 1)
    return others


def others_near(searcher: Any, X: FloatArray, rows: IntArray) -> IntArray:
    """Return `other_neighbours` of some rows of X (n, d), to which the searcher was fitted: asked a part at a time."""
    whole = np.int32 if len(X) < 2**31 else np.int64  # half as much to hold
    parts = [rows[part] for part in chunks(len(rows), QUERIES)]
    return np.concatenate([other_neighbours(searcher, X[some], some).astype(whole) for some in parts])
