"""A feature union: several transformers look at the same data, and their columns stand side by side.

Idea
----
One matrix can be described in several ways at once (scaled values, counts, projections); a model may use all.

Maths
-----
``transform(X) = [w_1 T_1(X) | w_2 T_2(X) | ...]``.

Cost
----
The sum of the transformers', divided by the threads.

Differences
-----------
From scikit-learn's, ``fit`` fits copies (`transformer_list_`), the result is always dense, and a sampler among the
transformers is an error.

References
----------
None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from ..core import BaseEstimator, NotFittedError, TransformerMixin, check_is_fitted, clone, get_tags
from ..core.jobs import run_jobs
from ..core.rules import boolean, either, mapping, n_jobs, none, verbosity
from ..core.tags import Tags
from ..core.typing import Array, MatrixLike, VectorLike
from ..core.validation import count_samples
from ..datasets.bunch import Bunch
from .columns import Passthrough, check_pieces, names_out, prefixed_names, stack_columns, weighted
from .composition import Composition, list_of_parts, name_parts, part_or_word
from .frames import FrameOutput, stack_frames
from .guards import count_rows, refuse_samplers
from .stepping import fit_transform_step


class FeatureUnion(TransformerMixin, FrameOutput, Composition):
    """Transformers side by side: their columns are joined.

    Parameters
    ----------
    transformer_list : list of (str, transformer)
        Or "drop" (no columns) or "passthrough" (the columns as they are) in a transformer's place.
    n_jobs : int or None, default=None
        Threads; None means one, -1 all CPUs. The result is the same for any number.
    transformer_weights : dict or None, default=None
        Factor of a transformer's columns, by its name.
    verbose : bool, default=False
        Show a progress bar over the transformers.
    verbose_feature_names_out : bool, default=True
        Put the transformer's name before each column's: ``scale__age``.

    Attributes
    ----------
    transformer_list_ : list of (str, transformer), the fitted copies
    named_transformers : the transformers by name; the fitted copies once there are some
    n_features_in_, feature_names_in_ : of the first transformer

    Raises
    ------
    TypeError
        When fitting: for a part without fit and transform, or a sampler.
    ValueError
        When fitting: for bad names, a weight for an unknown name, a result that is not 2-d or has other rows.

    Examples
    --------
    >>> from scratchml.pipeline import FeatureUnion
    >>> from scratchml.preprocessing import StandardScaler
    >>> union = FeatureUnion([("scaled", StandardScaler()), ("raw", "passthrough")])
    >>> union.fit_transform([[0.0], [2.0]])
    array([[-1.,  0.],
           [ 1.,  2.]])
    >>> union.get_feature_names_out()
    array(['scaled__x0', 'raw__x0'], dtype=object)
    """

    _parts_parameter = "transformer_list"
    _rules: ClassVar = {
        "transformer_list": list_of_parts,
        "n_jobs": n_jobs,
        "transformer_weights": either(none, mapping),
        "verbose": verbosity,
        "verbose_feature_names_out": boolean,
    }

    def __init__(
        self,
        transformer_list: Sequence[tuple[str, Any]],
        *,
        n_jobs: int | None = None,
        transformer_weights: Mapping[str, float] | None = None,
        verbose: bool | int = False,
        verbose_feature_names_out: bool = True,
    ) -> None:
        self.transformer_list = transformer_list
        self.n_jobs = n_jobs
        self.transformer_weights = transformer_weights
        self.verbose = verbose
        self.verbose_feature_names_out = verbose_feature_names_out

    @property
    def named_transformers(self) -> Bunch:
        """The transformers by name; the fitted copies once there are some."""
        return Bunch(**dict(self._parts()))

    def __getitem__(self, name: str) -> Any:
        """Return the transformer of this name."""
        if not isinstance(name, str):
            raise KeyError(f"Only string keys are supported, got {name!r}.")
        return self.named_transformers[name]

    def _used(self) -> list[tuple[str, Any]]:
        return [(name, part) for name, part in self._parts() if not _is_drop(part)]

    def _first(self, attribute: str) -> Any:
        used = self._used()
        if not used:
            raise AttributeError(f"This FeatureUnion has no attribute {attribute!r}: it has no transformer that knows.")
        return getattr(used[0][1], attribute)

    @property
    def n_features_in_(self) -> int:  # type: ignore[override]
        """Number of columns that the first transformer was fitted to."""
        return int(self._first("n_features_in_"))

    @property
    def feature_names_in_(self) -> Array:  # type: ignore[override]
        """Names of the columns that the first transformer was fitted to."""
        names: Array = self._first("feature_names_in_")
        return names

    def __sklearn_is_fitted__(self) -> bool:
        if "transformer_list_" in vars(self):
            return True
        try:
            for _, part in self._used():
                check_is_fitted(part)
        except (NotFittedError, TypeError):
            return False
        return bool(self._used())

    # ---- fitting

    def _check_union(self) -> None:
        self._check_params()
        self._check_parts(2)
        if not self._given_parts():
            raise ValueError("FeatureUnion: transformer_list is empty; add (name, transformer) pairs.")
        refuse_samplers("FeatureUnion", self._given_parts())
        for name, part in self._given_parts():
            if not part_or_word.accepts(part):
                raise TypeError(
                    f"All estimators should implement fit and transform, or be 'drop' or 'passthrough'. {name!r} is "
                    f"{part!r} (type {type(part)}), which doesn't."
                )
        unknown = sorted(set(self.transformer_weights or {}) - {name for name, _ in self._given_parts()})
        if unknown:
            raise ValueError(
                f'Attempting to weight transformer "{unknown[0]}", but it is not present in transformer_list; the '
                f"names are {[name for name, _ in self._given_parts()]}."
            )
        self._warn_of_lost_edits()

    def _fit_parts(self, X: MatrixLike, y: Any, params: dict[str, Any], transform: bool) -> list[Any]:
        """Fit a copy of each transformer; return their results (with `transform`)."""
        self._check_union()

        def fit_one(entry: tuple[str, Any]) -> tuple[str, Any, Any]:
            name, part = entry
            copy, how = (Passthrough(), {}) if isinstance(part, str) else (clone(part), params)
            if transform or not hasattr(copy, "fit"):
                Xt, fitted = fit_transform_step(copy, X, y, how)
                return name, fitted, Xt
            return name, copy.fit(X, y, **how), None

        given = [(name, part) for name, part in self._given_parts() if not _is_drop(part)]
        done = {name: (copy, Xt) for name, copy, Xt in self._run(fit_one, given)}
        self._keep_fitted([(name, done[name][0] if name in done else part) for name, part in self._given_parts()])
        return [Xt for _, Xt in done.values()]

    def _run(self, task: Any, parts: list[tuple[str, Any]]) -> list[Any]:
        return run_jobs(task, parts, n_jobs=self.n_jobs, verbose=self.verbose, description=type(self).__name__)

    def _joined(self, pieces: Sequence[Any], X: MatrixLike) -> Any:
        names = [name for name, _ in self._used()]
        n = count_rows(X)
        if n is None:
            n = count_samples(pieces[0] if pieces else X)
        check_pieces(pieces, names, n)
        pieces = weighted(pieces, names, self.transformer_weights)
        if self._gives_frame():
            return stack_frames(pieces, self.get_feature_names_out(), X)
        return stack_columns(pieces, names, X, n)

    def fit(self, X: MatrixLike, y: VectorLike | None = None, **fit_params: Any) -> Self:
        """Fit a copy of each transformer to X (and y); `fit_params` go to every one; return self."""
        self._fit_parts(X, y, fit_params, transform=False)
        return self

    def fit_transform(self, X: MatrixLike, y: VectorLike | None = None, **params: Any) -> Any:
        """Fit a copy of each transformer and return their results side by side, shape (n, sum of their columns)."""
        return self._joined(self._fit_parts(X, y, params, transform=True), X)

    def transform(self, X: MatrixLike) -> Any:
        """Return the transformers' results side by side, shape (n, sum of their columns)."""
        check_is_fitted(self)
        return self._joined(run_jobs(lambda part: part[1].transform(X), self._used(), n_jobs=self.n_jobs), X)

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out, with their transformer's name before them unless told otherwise.

        Raises
        ------
        AttributeError
            If a transformer does not tell its names.
        ValueError
            If two columns have the same name.
        """
        check_is_fitted(self)
        named = [(name, names_out(name, part, input_features)) for name, part in self._used()]
        return prefixed_names(named, self.verbose_feature_names_out, "verbose_feature_names_out")

    def _tags(self) -> Tags:
        tags = super()._tags()
        each = [get_tags(part) for _, part in self._given_parts() if not isinstance(part, str)]
        if each:
            tags.requires_y = any(facts.requires_y for facts in each)
            tags.positive_only = any(facts.positive_only for facts in each)
            tags.pairwise = any(facts.pairwise for facts in each)
            tags.non_deterministic = any(facts.non_deterministic for facts in each)
        tags.two_d_array = all(facts.two_d_array for facts in each)
        tags.allow_nan = all(facts.allow_nan for facts in each)
        return tags

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        from ..preprocessing import StandardScaler

        return [
            cls([("scaled", StandardScaler()), ("centred", StandardScaler(with_std=False))]),
            cls([("scaled", StandardScaler()), ("none", "drop")], transformer_weights={"scaled": 10.0}),
        ]


def _is_drop(part: Any) -> bool:
    return isinstance(part, str) and part == "drop"


def make_union(
    *transformers: Any,
    n_jobs: int | None = None,
    verbose: bool | int = False,
    verbose_feature_names_out: bool = True,
) -> FeatureUnion:
    """Return a FeatureUnion of `transformers`, named by their classes in lower case (numbered where one occurs twice).

    Parameters
    ----------
    *transformers : estimators
    n_jobs, verbose, verbose_feature_names_out : as of FeatureUnion

    Examples
    --------
    >>> from scratchml.pipeline import make_union
    >>> from scratchml.preprocessing import StandardScaler
    >>> make_union(StandardScaler(), "passthrough")
    FeatureUnion(transformer_list=[('standardscaler', StandardScaler()), ('passthrough', 'passthrough')])
    """
    return FeatureUnion(
        name_parts(transformers), n_jobs=n_jobs, verbose=verbose, verbose_feature_names_out=verbose_feature_names_out
    )
