"""A column transformer: each kind of column has its own transformer; the results stand side by side.

Idea
----
Tables mix numbers, categories and text. Scaling suits some columns, encoding others; one estimator that knows which
columns get what can be fitted on training rows only, like any other transformer.

Maths
-----
``transform(X) = [w_1 T_1(X[:, c_1]) | w_2 T_2(X[:, c_2]) | ... | T_rest(X[:, what is left])]``.

Cost
----
The sum of the transformers', divided by the threads, and a copy of each column selected.

Differences
-----------
From scikit-learn's, the result is always dense (`sparse_threshold` is accepted and has no effect, a sparse piece of
another library's transformer is written out), X itself may not be sparse, a sampler among the transformers is an
error, and so is a weight for an unknown transformer. There is no metadata routing.

References
----------
None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    BaseEstimator,
    TransformerMixin,
    check_is_fitted,
    clone,
    get_tags,
    input_feature_names,
    is_data_frame,
)
from ..core.jobs import run_jobs
from ..core.rules import boolean, either, function, mapping, n_jobs, none, real, text, verbosity
from ..core.tags import Tags
from ..core.typing import Array, MatrixLike, VectorLike
from ..datasets.bunch import Bunch
from ..pipeline.columns import (
    Passthrough,
    check_pieces,
    check_table,
    names_out,
    prefixed_names,
    stack_columns,
    weighted,
)
from ..pipeline.composition import Composition, list_of_parts, name_parts, part_or_word
from ..pipeline.frames import FrameOutput, stack_frames
from ..pipeline.guards import refuse_samplers
from ..pipeline.stepping import fit_transform_step
from .selection import column_indices, explain_vector, is_empty, is_scalar, kind_of, take_columns


class ColumnTransformer(TransformerMixin, FrameOutput, Composition):
    """Transformers for columns of their own; the results stand side by side, in the order of the transformers.

    Parameters
    ----------
    transformers : list of (str, transformer, columns)
        The transformer may be "drop" or "passthrough". Columns: a position, a list of positions, a slice, a mask, a
        name, list of names or slice of names (of a data frame), or a function of X that returns one of these, such
        as `make_column_selector`. A single position or name hands the column over as a vector (for text), a list of
        one as a matrix.
    remainder : {"drop", "passthrough"} or transformer, default="drop"
        What becomes of the columns that no transformer asked for; they come last.
    sparse_threshold : float, default=0.3
        Accepted for scikit-learn's signature; the result is always dense.
    n_jobs : int or None, default=None
        Threads; None means one, -1 all CPUs. The result is the same for any number.
    transformer_weights : dict or None, default=None
        Factor of a transformer's columns, by its name.
    verbose : bool, default=False
        Show a progress bar over the transformers.
    verbose_feature_names_out : bool, str or function, default=True
        How columns are named: True for ``transformer__column``; False for the column alone; a string to be
        formatted with the fields transformer_name and feature_name; or a function of the two.

    Attributes
    ----------
    transformers_ : list of (str, fitted transformer, columns)
        Functions are replaced by the columns they returned; the remainder, if it has columns, comes last. A
        transformer without columns is not fitted.
    named_transformers_ : the fitted transformers by name
    output_indices_ : dict of str to slice, each transformer's columns in the result
    sparse_output_ : bool, always False
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (d,), of a data frame

    Raises
    ------
    TypeError
        When fitting: for a part without fit and transform, a sampler, or sparse data.
    ValueError
        When fitting: for bad names, columns that are not there, a result that is not 2-d or has other rows. When
        transforming: if columns seen in ``fit`` are missing (they are named), or an array has more or fewer.

    Notes
    -----
    Fitted to a data frame and given another, columns are taken by name: their order does not matter and
    further columns are passed over.

    Examples
    --------
    >>> from scratchml.compose import ColumnTransformer
    >>> from scratchml.preprocessing import StandardScaler
    >>> X = [[0.0, 7.0, 1.0], [2.0, 8.0, 1.0]]
    >>> ColumnTransformer([("scale", StandardScaler(), [0])], remainder="passthrough").fit_transform(X)
    array([[-1.,  7.,  1.],
           [ 1.,  8.,  1.]])
    """

    transformers_: list[tuple[str, Any, Any]]
    _parts_parameter = "transformers"
    _rules: ClassVar = {
        "transformers": list_of_parts,
        "remainder": part_or_word,
        "sparse_threshold": real(0, 1),
        "n_jobs": n_jobs,
        "transformer_weights": either(none, mapping),
        "verbose": verbosity,
        "verbose_feature_names_out": either(boolean, text, function),
    }

    def __init__(
        self,
        transformers: Sequence[tuple[str, Any, Any]],
        *,
        remainder: Any = "drop",
        sparse_threshold: float = 0.3,
        n_jobs: int | None = None,
        transformer_weights: Mapping[str, float] | None = None,
        verbose: bool | int = False,
        verbose_feature_names_out: bool | str | Callable[[str, str], str] = True,
    ) -> None:
        self.transformers = transformers
        self.remainder = remainder
        self.sparse_threshold = sparse_threshold
        self.n_jobs = n_jobs
        self.transformer_weights = transformer_weights
        self.verbose = verbose
        self.verbose_feature_names_out = verbose_feature_names_out

    @property
    def named_transformers_(self) -> Bunch:
        """The fitted transformers by name."""
        check_is_fitted(self, "transformers_")
        return Bunch(**{name: part for name, part, _ in self.transformers_})

    def __getitem__(self, name: str) -> Any:
        """Return the fitted transformer of this name."""
        if not hasattr(self, "transformers_"):
            raise TypeError("ColumnTransformer is subscriptable after it is fitted; call fit first.")
        if name not in self.named_transformers_:
            raise KeyError(f"{name!r} is not a valid transformer name; they are {list(self.named_transformers_)}.")
        return self.named_transformers_[name]

    # ---- fitting

    def _check_transformers(self) -> None:
        refuse_samplers("ColumnTransformer", [*self._given_parts(), ("remainder", self.remainder)])
        self._check_params()
        self._check_parts(3)
        for name, part in self._given_parts():
            if not part_or_word.accepts(part):
                raise TypeError(
                    "All estimators should implement fit and transform, or can be 'drop' or 'passthrough' specifiers. "
                    f"{name!r} is {part!r} (type {type(part)}), which doesn't."
                )
        names = [*(name for name, _ in self._given_parts()), "remainder"]
        unknown = sorted(set(self.transformer_weights or {}) - set(names))
        if unknown:
            raise ValueError(f"transformer_weights names {unknown[0]!r}, which is no transformer; they are {names}.")
        self._warn_of_lost_edits()

    def _planned(self, X: Any) -> list[tuple[str, Any, Any]]:
        """Return (name, transformer as given, columns), columns resolved and the remainder added; keep positions."""
        plan = [(name, part, columns(X) if callable(columns) else columns) for name, part, columns in self.transformers]
        self._input_indices = {name: column_indices(X, columns, name) for name, _, columns in plan}
        taken = {i for indices in self._input_indices.values() for i in indices}
        rest = [i for i in range(self.n_features_in_) if i not in taken]
        self._input_indices["remainder"] = rest
        columns = self._rest_as_given(rest)
        return [*plan, ("remainder", self.remainder, columns)] if columns else plan

    def _rest_as_given(self, rest: list[int]) -> list[Any]:
        """Return the remaining columns in the way all the others were given: names, a mask, or positions."""
        given = [columns for _, _, columns in self.transformers]
        kinds = {"int" if callable(columns) else kind_of(columns) for columns in given}
        if kinds == {"str"}:
            return [self.feature_names_in_[i] for i in rest]
        if kinds == {"bool"}:
            return [i in rest for i in range(self.n_features_in_)]
        return rest

    def fit(self, X: MatrixLike, y: VectorLike | None = None, **params: Any) -> Self:
        """Fit a copy of each transformer to its columns; return self. No `params` are taken."""
        self.fit_transform(X, y, **params)
        return self

    def fit_transform(self, X: MatrixLike, y: VectorLike | None = None, **params: Any) -> Any:
        """Fit a copy of each transformer to its columns; return the results side by side, shape (n, sum of theirs).

        Raises
        ------
        TypeError
            If `params` are given: which transformer they are for cannot be said.
        """
        if params:
            raise TypeError(
                f"ColumnTransformer does not pass {sorted(params)} on to its transformers; set what they need by "
                "set_params(name__parameter=value)."
            )
        self._check_transformers()
        X = check_table(X, self)
        self._check_feature_names(X, fitting=True)
        self.n_features_in_ = int(X.shape[1])
        plan = self._planned(X)

        def fit_one(entry: tuple[str, Any, Any]) -> Any:
            name, part, columns = entry
            copy = Passthrough() if isinstance(part, str) else clone(part)
            chosen = take_columns(X, self._input_indices[name], is_scalar(columns))
            return explain_vector(name, columns, lambda: fit_transform_step(copy, chosen, y, {}))

        used = [entry for entry in plan if _is_used(entry)]
        results = run_jobs(fit_one, used, n_jobs=self.n_jobs, verbose=self.verbose, description=type(self).__name__)
        copies = {name: copy for (name, _, _), (_, copy) in zip(used, results)}
        pieces = [piece for piece, _ in results]
        check_pieces(pieces, [name for name, _, _ in used], X.shape[0])
        self._record_outputs(pieces, used)
        self.sparse_output_ = False
        self._keep_fitted([(name, copies.get(name, part), columns) for name, part, columns in plan])
        return self._joined(pieces, used, X)

    def _joined(self, pieces: Sequence[Any], used: list[tuple[str, Any, Any]], X: Any) -> Any:
        names = [name for name, _, _ in used]
        pieces = weighted(pieces, names, self.transformer_weights)
        if self._gives_frame():
            return stack_frames(pieces, self.get_feature_names_out(), X)
        return stack_columns(pieces, names, X, X.shape[0])

    def _record_outputs(self, pieces: Sequence[Any], used: list[tuple[str, Any, Any]]) -> None:
        names = [name for name, _ in self._given_parts()]
        self.output_indices_ = dict.fromkeys([*names, "remainder"], slice(0, 0))
        start = 0
        for piece, (name, _, _) in zip(pieces, used):
            self.output_indices_[name] = slice(start, start + piece.shape[1])
            start += piece.shape[1]

    # ---- using what was fitted

    def transform(self, X: MatrixLike) -> Any:
        """Return the transformers' results side by side, shape (n, sum of their columns).

        Raises
        ------
        ValueError
            If columns are missing; a data frame's are named.
        """
        check_is_fitted(self, "transformers_")
        X = check_table(X, self)
        used = [entry for entry in self.transformers_ if _is_used(entry)]
        where = self._positions_in(X, used)

        def transform_one(entry: tuple[str, Any, Any]) -> Any:
            name, part, columns = entry
            chosen = take_columns(X, where[name], is_scalar(columns))
            return explain_vector(name, columns, lambda: part.transform(chosen))

        pieces = run_jobs(transform_one, used, n_jobs=self.n_jobs)
        check_pieces(pieces, [name for name, _, _ in used], X.shape[0])
        return self._joined(pieces, used, X)

    def _positions_in(self, X: Any, used: list[tuple[str, Any, Any]]) -> dict[str, list[int]]:
        """Return where in X each transformer's columns stand: by name between data frames, else by position."""
        fitted_names = getattr(self, "feature_names_in_", None)
        if fitted_names is None or not is_data_frame(X):
            if X.shape[1] != self.n_features_in_:
                raise ValueError(
                    f"X has {X.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                    "features as input."
                )
            return self._input_indices
        names = list(X.columns)
        if names == fitted_names.tolist():
            return self._input_indices
        needed = list(dict.fromkeys(fitted_names[i] for name, _, _ in used for i in self._input_indices[name]))
        missing = [column for column in needed if column not in names]
        if missing:
            raise ValueError(f"columns are missing: {missing}; fit saw {fitted_names.tolist()}, X has {names}.")
        twice = [c for c in needed if names.count(c) > 1 or fitted_names.tolist().count(c) > 1]
        if twice:
            raise ValueError(f"X has other columns than in fit, and {twice[0]!r} names more than one; rename them.")
        place = {column: names.index(column) for column in needed}
        return {name: [place[fitted_names[i]] for i in self._input_indices[name]] for name, _, _ in used}

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out, as `verbose_feature_names_out` says.

        Raises
        ------
        AttributeError
            If a transformer does not tell its names.
        ValueError
            If two columns have the same name.
        """
        check_is_fitted(self, "transformers_")
        given = np.asarray(input_feature_names(self, input_features), dtype=object)
        used = [entry for entry in self.transformers_ if _is_used(entry)]
        named = [(name, names_out(name, part, given[self._input_indices[name]])) for name, part, _ in used]
        return prefixed_names(named, self.verbose_feature_names_out, "verbose_feature_names_out")

    def _tags(self) -> Tags:
        tags = super()._tags()
        parts = [part for _, part in self._given_parts()] + [self.remainder]
        each = [get_tags(part) for part in parts if not isinstance(part, (str, type(None)))]
        tags.requires_y = any(facts.requires_y for facts in each)
        tags.positive_only = any(facts.positive_only for facts in each)
        tags.non_deterministic = any(facts.non_deterministic for facts in each)
        tags.allow_nan = all(facts.allow_nan for facts in each)
        tags.string = tags.categorical = any(isinstance(part, str) and part == "passthrough" for part in parts)
        return tags

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        from ..preprocessing import StandardScaler

        return [
            cls([("scale", StandardScaler(), [0, 1])]),
            cls([("scale", StandardScaler(), slice(0, 1))], remainder=StandardScaler(with_mean=False)),
        ]


def _is_used(entry: tuple[str, Any, Any]) -> bool:
    _, part, columns = entry
    return not (isinstance(part, str) and part == "drop") and not is_empty(columns)


def make_column_transformer(
    *transformers: tuple[Any, Any],
    remainder: Any = "drop",
    sparse_threshold: float = 0.3,
    n_jobs: int | None = None,
    verbose: bool | int = False,
    verbose_feature_names_out: bool | str | Callable[[str, str], str] = True,
) -> ColumnTransformer:
    """Return a ColumnTransformer of (transformer, columns) pairs, named by their classes in lower case.

    Parameters
    ----------
    *transformers : tuples (transformer, columns)
    remainder, sparse_threshold, n_jobs, verbose, verbose_feature_names_out : as of ColumnTransformer

    Raises
    ------
    TypeError
        If an entry is no such pair.

    Examples
    --------
    >>> from scratchml.compose import make_column_transformer
    >>> from scratchml.preprocessing import StandardScaler
    >>> make_column_transformer((StandardScaler(), [0]), ("drop", [1]))
    ColumnTransformer(transformers=[('standardscaler', StandardScaler(), [0]), ('drop', 'drop', [1])])
    """
    for entry in transformers:
        if not isinstance(entry, (tuple, list)) or len(entry) != 2:
            raise TypeError(
                f"make_column_transformer got {entry!r}; each argument must be a pair (transformer, columns)."
            )
    named = name_parts([part for part, _ in transformers])
    return ColumnTransformer(
        [(name, part, columns) for (name, part), (_, columns) in zip(named, transformers)],
        remainder=remainder,
        sparse_threshold=sparse_threshold,
        n_jobs=n_jobs,
        verbose=verbose,
        verbose_feature_names_out=verbose_feature_names_out,
    )
