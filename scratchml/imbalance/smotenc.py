"""SMOTE-NC: SMOTE for tables with numbers and categories.

Idea
    There is nothing between "red" and "blue". Numbers are interpolated as in SMOTE; a category is put to the vote among
    the neighbours of the seed. And a distance must count differing categories: each as much as a typical difference of
    the class's numbers.
Maths
    For a class with rows of continuous parts u and categories c:

    s = median over the columns of u of their standard deviations in the class
    distance(i, j)^2 = |u_i - u_j|^2 + s^2 (number of categories in which i and j differ)
    new u = u_a + gap (u_b - u_a)          new c, column by column: the most frequent among the k neighbours of a
Cost
    As SMOTE, with a column for each category: the distances are those of u beside (s / sqrt 2) one-hot(c).
Differences
    The same random_state gives imbalanced-learn's rows, ties of the vote included. Chawla et al. take s from the
    minority class, as here; they break no ties. Any values that can be sorted are categories; a `categorical_encoder`
    is asked only which there are, and in what order.
References
    Chawla, Bowyer, Hall, Kegelmeyer (2002), SMOTE, Journal of Artificial Intelligence Research 16: section 6.1.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar

import numpy as np

from ..core import check_array, check_random_state, clone
from ..core.base import BaseEstimator
from ..core.rules import array_like, either, has_methods, none, one_of
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..core.validation import is_data_frame
from ..preprocessing import OneHotEncoder
from .containers import Labels
from .sampler import check_enough, neighbours_object, other_neighbours
from .smote import NO_GAPS, NO_PARENTS, NO_ROWS, SMOTE, Step, check_span, draw_parents, interpolate
from .strategy import Strategy

SAFE = 300  # binary exponents up to here can be squared and added up


def category_codes(column: Array, name: str) -> tuple[Array, IntArray]:
    """Return (categories, codes) of a column: ``categories[codes] == column``, categories sorted.

    Raises
    ------
    ValueError
        For a missing value, or values that cannot be sorted together.
    """
    if any(value is None or value != value for value in column.tolist()):
        raise ValueError(f"X has a missing value in the categorical column {name}; fill it, perhaps with a category.")
    try:
        categories, codes = np.unique(column, return_inverse=True)
    except TypeError as error:
        kinds = sorted({type(value).__name__ for value in column})
        raise ValueError(f"The categorical column {name} mixes {', '.join(kinds)}; make it one kind.") from error
    return categories, codes.astype(np.int64)


def encoded_codes(encoder: Any, columns: Array) -> list[tuple[Array, IntArray]]:
    """Return (categories, codes) of each of the columns (n, c) as a one-hot encoder tells them; the encoder is fitted.

    Raises
    ------
    ValueError
        If it does not give one column for each category, or a value without one.
    """
    found = encoder.fit_transform(columns)
    one_hot = np.asarray(found.toarray() if hasattr(found, "toarray") else found)
    ends = np.cumsum([0, *(len(categories) for categories in encoder.categories_)])
    if one_hot.shape[1] != ends[-1]:
        raise ValueError(
            "SMOTENC requires a one-hot encoding with one column per category; categorical_encoder="
            f"{encoder!r} produced {one_hot.shape[1]} columns for {ends[-1]} categories. Give one that drops and "
            "merges none, such as OneHotEncoder(handle_unknown='ignore')."
        )
    read = []
    for j, categories in enumerate(encoder.categories_):
        block = one_hot[:, ends[j] : ends[j + 1]] != 0
        strange = np.flatnonzero(block.sum(axis=1) != 1)
        if len(strange):
            raise ValueError(
                f"categorical_encoder has no category for {columns[strange[0], j]!r} in categorical column {j}; give "
                "an encoder that knows all values."
            )
        read.append((np.asarray(categories), block.argmax(axis=1).astype(np.int64)))
    return read


def vote(votes: IntArray, k: int, rng: np.random.RandomState) -> IntArray:
    """Return the most frequent of each row of votes (m, v), codes below k; of several, one at random."""
    m = len(votes)
    counts = np.bincount((np.arange(m)[:, None] * k + votes).ravel(), minlength=m * k).reshape(m, k)
    best = rng.permutation(np.argwhere(counts == counts.max(axis=1, keepdims=True)))
    first = np.unique(best[:, 0], return_index=True)[1]
    chosen: IntArray = best[first, 1]
    return chosen


def spread(rows: FloatArray) -> FloatArray:
    """Return the standard deviation of each column of rows (n, d), also where its square would overflow or vanish."""
    exponent = int(np.frexp(np.abs(rows).max())[1])
    exponent = exponent if abs(exponent) > SAFE else 0
    found: FloatArray = np.ldexp(np.ldexp(rows, -exponent).std(axis=0), exponent)
    return found


class SMOTENC(SMOTE):
    """Over-sample a table of numbers and categories.

    Parameters
    ----------
    categorical_features : which columns are categories: their positions, their names, a mask of d booleans, or "auto",
        a data frame's columns of dtype category
    categorical_encoder : a one-hot encoder, whose order of the categories decides between equally frequent ones; None
        is `OneHotEncoder(handle_unknown="ignore")`
    sampling_strategy, random_state, k_neighbors : as for `SMOTE`

    Attributes
    ----------
    categorical_features_, continuous_features_ : positions of the columns
    n_features_ : d, as n_features_in_
    categorical_encoder_ : the encoder, fitted to the categorical columns
    median_std_ : dict from class to s, the median standard deviation of its continuous columns
    sampling_strategy_, nn_k_, parents_, gaps_, synthetic_indices_, n_features_in_, feature_names_in_ : as `SMOTE`

    Raises
    ------
    TypeError, ValueError
        As `SMOTE`; also where no column or every column is categorical.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.imbalance import SMOTENC
    >>> X = np.array([[1.0, "a"], [2.0, "b"], [3.0, "a"], [8.0, "b"], [9.0, "b"]], dtype=object)
    >>> X_more, y_more = SMOTENC([1], k_neighbors=1, random_state=0).fit_resample(X, [0, 0, 0, 1, 1])
    >>> X_more[-1, 1], 8 <= X_more[-1, 0] <= 9
    ('b', True)
    """

    _rules: ClassVar = {
        **SMOTE._rules,
        "categorical_features": either(one_of("auto"), array_like),
        "categorical_encoder": either(none, has_methods("fit_transform")),
    }
    _how_to_read: ClassVar = {"dtype": None}

    def __init__(
        self,
        categorical_features: str | VectorLike,
        *,
        categorical_encoder: Any = None,
        sampling_strategy: Strategy = "auto",
        random_state: RandomStateLike = None,
        k_neighbors: Any = 5,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy, random_state=random_state, k_neighbors=k_neighbors)
        self.categorical_features = categorical_features
        self.categorical_encoder = categorical_encoder

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls([0])]

    def _read(self, X: MatrixLike, y: VectorLike) -> tuple[Array, Labels]:
        rows, labels = super()._read(X, y)
        self.n_features_ = d = rows.shape[1]
        self.categorical_features_ = self._categorical_columns(X, d)
        self.continuous_features_ = np.setdiff1d(np.arange(d), self.categorical_features_)
        if len(self.categorical_features_) == d:
            raise ValueError(
                f"categorical_features={self.categorical_features!r} names all {d} columns. SMOTE-NC is not designed "
                "to work only with categorical features. It requires some numerical features."
            )
        if len(self.categorical_features_) == 0:
            raise ValueError(
                "SMOTE-NC is not designed to work only with numerical features. It requires some categorical features; "
                f"categorical_features={self.categorical_features!r} names none. Use SMOTE."
            )
        return rows, labels

    def _categorical_columns(self, X: Any, d: int) -> IntArray:
        given = self.categorical_features
        if isinstance(given, str):
            if not is_data_frame(X):
                raise ValueError(
                    "When `categorical_features='auto'`, the input data should be a pandas.DataFrame. Got "
                    f"{type(X).__name__} instead; name the columns."
                )
            return np.flatnonzero([str(dtype) == "category" for dtype in X.dtypes])
        asked = np.asarray(given)
        if asked.dtype == bool and asked.shape == (d,):
            return np.flatnonzero(asked)
        if asked.dtype.kind in "OU" and is_data_frame(X):
            names = [str(name) for name in X.columns]
            strangers = [name for name in asked.tolist() if name not in names]
            if strangers:
                raise ValueError(f"categorical_features names {strangers}, which X does not have: {names}.")
            return np.flatnonzero(np.isin(names, asked.tolist()))
        if asked.dtype.kind in "iu" and asked.ndim == 1 and (asked >= -d).all() and (asked < d).all():
            return np.unique(asked % d)
        if asked.size == 0:
            return np.empty(0, dtype=np.int64)
        raise ValueError(
            f"categorical_features={given!r} does not fit X of {d} columns; give positions below {d}, a mask of {d} "
            "booleans, or (for a data frame) names."
        )

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        self.nn_k_ = searcher = neighbours_object(self.k_neighbors, 1)
        self.median_std_: dict[Any, float] = {}
        numbers = check_array(X[:, self.continuous_features_])
        read = self._categories_of(X)
        made: list[Step] = []
        for label, size, members in self._members(labels):
            if size == 0:
                continue
            check_enough("k_neighbors", searcher, len(members), f"class {label!r}")
            check_span(numbers, label)
            places = self._as_places(numbers, read, label, members)
            searcher.fit(places)
            near = members[other_neighbours(searcher, places, np.arange(len(members)))]
            yield Step("neighbours", label, members, near, NO_PARENTS, NO_GAPS, NO_ROWS)
            parents, gaps, drawn = draw_parents(members, near, size, rng := check_random_state(self.random_state))
            if isinstance(self.random_state, (int, np.integer)):  # the reference votes with the seed anew
                rng = check_random_state(self.random_state)
            rows = np.empty((size, X.shape[1]), dtype=X.dtype)
            rows[:, self.continuous_features_] = interpolate(numbers, parents, gaps)
            voters = near[drawn // near.shape[1]]
            for j, (categories, codes) in zip(self.categorical_features_, read):
                rows[:, j] = categories[vote(codes[voters], len(categories), rng)]
            made.append(Step("interpolate", label, members, near, parents, gaps, rows))
            del rows
            yield made[-1]
        yield self._gather(X, labels, made)

    def _categories_of(self, X: Array) -> list[tuple[Array, IntArray]]:
        """Return (categories, codes) of each categorical column."""
        columns = X[:, self.categorical_features_]
        read = [category_codes(X[:, j], str(j)) for j in self.categorical_features_]
        if self.categorical_encoder is None:
            self.categorical_encoder_ = OneHotEncoder(handle_unknown="ignore").fit(columns)
            return read
        self.categorical_encoder_ = clone(self.categorical_encoder)
        return encoded_codes(self.categorical_encoder_, columns)

    def _as_places(
        self, numbers: FloatArray, read: list[tuple[Array, IntArray]], label: Any, members: IntArray
    ) -> FloatArray:
        """Return the rows of a class as points whose Euclidean distances are SMOTE-NC's."""
        rows = numbers[members]
        self.median_std_[label] = s = float(np.median(spread(rows)))
        one_hot = [(codes[members][:, None] == np.arange(len(names))) * (s / np.sqrt(2)) for names, codes in read]
        return np.column_stack([rows, *one_hot])
