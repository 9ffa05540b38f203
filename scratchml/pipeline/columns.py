"""Columns side by side: how the results of several transformers become one matrix with one list of names.

Idea
----
Each transformer gives a matrix with the same rows; they are written next to each other. Names say where a column
comes from: ``scale__age`` is what the transformer called scale made of age.

Maths
-----
``[A | B]``, A (n, p), B (n, q) -> (n, p + q).

Cost
----
One copy of the result; none where there is one transformer.

Differences
-----------
Always dense; a sparse piece (of a scikit-learn transformer, say) is written out in full. Text beside numbers gives an
array of objects, where NumPy would turn the numbers into text.

References
----------
None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from ..core import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
    check_array,
    check_is_fitted,
    is_data_frame,
    is_sparse,
)
from ..core.tags import Tags
from ..core.typing import Array, MatrixLike, VectorLike


def check_table(X: MatrixLike, estimator: Any = None) -> Any:
    """Return X as a table whose columns can be picked: a data frame as it is, anything else as a 2-d array.

    Values are not looked at: that is the part of whoever gets the columns.

    Raises
    ------
    TypeError, ValueError
        For sparse data, no rows, no columns, other than two dimensions.
    """
    if not is_data_frame(X):
        if isinstance(X, (list, tuple)):
            X = _list_to_array(X)
        found = np.asarray(check_array(X, dtype=None, estimator=estimator))  # no subclass of ndarray
        if found.dtype.kind == "O" and found is not X:
            found = found.copy()
        return found
    n, d = X.shape
    for count, what in ((n, "sample(s)"), (d, "feature(s)")):
        if count == 0:
            raise ValueError(f"Found a data frame with 0 {what} (shape={X.shape}) while a minimum of 1 is required.")
    return X


def _list_to_array(X: Any) -> Any:
    """Return nested lists as numbers where they all are, else as objects: a number beside a word stays a number."""
    try:
        found = np.asarray(X)
    except ValueError:  # ragged: check_array says so in words
        return X
    return found if found.dtype.kind in "biufc" else np.asarray(X, dtype=object)


class Passthrough(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """The transformer that changes nothing; it stands where "passthrough" was asked for."""

    def fit(self, X: MatrixLike, y: VectorLike | None = None) -> Self:
        """Remember the columns of X."""
        self._check_feature_names(X, fitting=True)
        self.n_features_in_ = int(check_table(X, self).shape[1])
        return self

    def transform(self, X: MatrixLike) -> Any:
        """Return X."""
        check_is_fitted(self, "n_features_in_")
        self._check_feature_names(X, fitting=False)
        found = check_table(X, self)
        if found.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {found.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                "features as input."
            )
        return found

    def inverse_transform(self, X: MatrixLike) -> Any:
        """Return X."""
        return self.transform(X)

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = tags.string = tags.categorical = True
        return tags


def check_pieces(pieces: Sequence[Any], names: Sequence[str], n: int) -> None:
    """Check that each transformer's piece is a table of n rows.

    Raises
    ------
    ValueError
        Otherwise; the message names the transformer.
    """
    for name, piece in zip(names, pieces):
        shape: Any = getattr(piece, "shape", ())
        if len(shape) != 2:
            raise ValueError(
                f"The output of the {name!r} transformer should be 2D (an array or a data frame), but it is of type "
                f"{type(piece).__name__} and shape {shape}."
            )
        if shape[0] != n:
            raise ValueError(
                f"The {name!r} transformer returned {shape[0]} rows for {n}; columns can only stand side by side if "
                "each transformer keeps the rows. To drop or add rows, use a sampler in a Pipeline."
            )


def dense(piece: Any) -> Any:
    """Return a piece written out in full, if it was sparse."""
    return piece.toarray() if is_sparse(piece) else piece


def stack_columns(pieces: Sequence[Any], names: Sequence[str], X: Any, n: int) -> Array:
    """Return the checked pieces, each (n, p_i), side by side: one that was made anew from X as it is, else a copy."""
    arrays = [np.zeros((n, 0))] if not pieces else []
    for name, piece in zip(names, pieces):
        what = f"the output of {name!r}"
        arrays.append(np.asarray(check_array(dense(piece), name=what, dtype=None, min_samples=0, min_features=0)))
    kinds = {array.dtype.kind for array in arrays if array.shape[1]}
    if kinds & set("US") and len(kinds) > 1:
        arrays = [array.astype(object) for array in arrays]
    one = arrays[0]
    if len(arrays) == 1 and type(X) is np.ndarray and one.flags.writeable and one.base is None:
        return np.hstack(arrays) if np.may_share_memory(one, X) else one
    return np.hstack(arrays)


def weighted(pieces: Sequence[Any], names: Sequence[str], weights: Mapping[str, float] | None) -> list[Any]:
    """Return the pieces, each times the weight of its name; a piece without one is left alone."""
    given = weights or {}
    return [piece if given.get(name) is None else piece * given[name] for name, piece in zip(names, pieces)]


def prefixed_names(
    named: Sequence[tuple[str, Any]], how: bool | str | Callable[[str, str], str], parameter: str
) -> Array:
    """Return one array of column names from (transformer name, its names).

    `how` True gives ``transformer__column``; False the column alone; a string is formatted with the fields
    transformer_name and feature_name; a function is called with the two.

    Raises
    ------
    ValueError
        If `how` is False and a name occurs twice.
    """
    pairs = [(part, str(column)) for part, columns in named for column in columns]
    if callable(how):
        return np.asarray([how(part, column) for part, column in pairs], dtype=object)
    if isinstance(how, str):
        return np.asarray([how.format(transformer_name=p, feature_name=c) for p, c in pairs], dtype=object)
    if how:
        return np.asarray([f"{part}__{column}" for part, column in pairs], dtype=object)
    twice = sorted(name for name, count in Counter(column for _, column in pairs).items() if count > 1)
    if twice:
        shown = str(twice[:5])[:-1] + ", ...]" if len(twice) > 5 else str(twice)
        raise ValueError(
            f"Output feature names: {shown} are not unique. Please set {parameter}=True to add prefixes to feature "
            "names."
        )
    return np.asarray([column for _, column in pairs], dtype=object)


def names_after(steps: Sequence[tuple[str, Any]], names: Any) -> Any:
    """Return the column names after fitted transformers in a row, each naming its own after those of the one before.

    Raises
    ------
    AttributeError
        If one does not tell them.
    """
    for name, step in steps:
        if not hasattr(step, "get_feature_names_out"):
            raise AttributeError(
                f"Estimator {name} does not provide get_feature_names_out. Did you mean to call "
                "pipeline[:-1].get_feature_names_out()?"
            )
        names = step.get_feature_names_out(names)
    return names


def names_out(name: str, part: Any, input_features: Any) -> Any:
    """Return a fitted transformer's column names.

    Raises
    ------
    AttributeError
        If it does not tell them.
    """
    if not hasattr(part, "get_feature_names_out"):
        raise AttributeError(
            f"Transformer {name} (type {type(part).__name__}) does not provide get_feature_names_out, so the columns "
            "have no names."
        )
    return part.get_feature_names_out(input_features)
