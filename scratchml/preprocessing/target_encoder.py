"""Target encoding: each category becomes the mean of the target over its rows, drawn to the mean of all.

Idea
----
A postcode has thousands of values, too many for a column each. What a model wants of it is how the target goes there.
A category seen twice says little, so its mean is drawn towards that of all rows. A row must not help to encode itself,
or the model would read the answer off the code: `fit_transform` encodes each fold by the others.

Maths
-----
For a category with n_j rows, mean m_j and within-variance v_j, all rows with mean m and variance v (equations 3 to 7)::

    code_j = a m_j + (1 - a) m
    smooth given:    a = n_j / (n_j + smooth)
    smooth="auto":   a = v n_j / (v n_j + v_j)

Of several classes each has a target of its own, 1 in its rows and 0 in others: m_j is its share of the category's rows,
v_j = m_j (1 - m_j), and the rows need be counted only once for all of them.

Cost
----
O(n d) and the search for categories; `fit_transform` once more for each fold. Of k classes, k codes for each category.

Differences
-----------
From scikit-learn: `shuffle` and `random_state` are not deprecated (there they are, since 1.9) and have the old
defaults. `cv` is an int, a splitter or a list of (train, test).

References
----------
G. Micci-Barreca (2001), "A preprocessing scheme for high-cardinality categorical attributes in classification and
prediction problems", SIGKDD Explorations 3(1), 27-32, equations 3 to 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    OneToOneFeatureMixin,
    check_is_fitted,
    check_labels,
    check_random_state,
    check_same_length,
    check_targets,
    column_or_1d,
    input_feature_names,
)
from ..core.rules import anything, boolean, either, one_of, random_state, real
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..maths.folds import consecutive_folds, deal_classes, number_by_appearance
from ..maths.shuffle import random_order
from .categories import CategoryEncoder, categories_rule, find_codes


def smoothed_means(codes: IntArray, y: FloatArray, k: int, smooth: float | None) -> FloatArray:
    """Return the code (k,) of each category. codes (n,), -1 for none, y (n,): read. smooth: None for "auto"."""
    mean = y.mean()
    seen = codes >= 0
    codes, y_seen = (codes, y) if seen.all() else (codes[seen], y[seen])
    counts = np.bincount(codes, minlength=k).astype(np.float64)
    sums = np.bincount(codes, weights=y_seen, minlength=k)
    if smooth is not None:
        return drawn_by(smooth, counts, sums, mean)
    means: FloatArray = sums / np.maximum(counts, 1.0)
    squares = np.bincount(codes, weights=(y_seen - means[codes]) ** 2, minlength=k)
    return drawn(counts, means, squares, mean, y.var())


def smoothed_shares(codes: IntArray, labels: IntArray, k: int, classes: int, smooth: float | None) -> FloatArray:
    """Return the codes (classes, k): `smoothed_means` for each class's rows as 1 and all others as 0, counted at once.

    codes (n,), -1 for none, labels (n,) of 0 ... classes - 1: read. smooth: None for "auto".
    """
    mean: FloatArray = (np.bincount(labels, minlength=classes) / len(labels))[:, None]
    seen = codes >= 0
    table = np.bincount(labels[seen] * k + codes[seen], minlength=classes * k).reshape(classes, k)
    counts = table.sum(axis=0).astype(np.float64)
    if smooth is not None:
        return drawn_by(smooth, counts, table, mean)
    means: FloatArray = table / np.maximum(counts, 1.0)
    return drawn(counts, means, counts * means * (1.0 - means), mean, mean * (1.0 - mean))


def drawn_by(smooth: float, counts: Array, sums: Array, mean: Any) -> FloatArray:
    """Return the means of categories with these sums, drawn to that of all rows by the weight of `smooth` rows."""
    weights = counts + smooth
    code: FloatArray = (sums + smooth * mean) / np.where(weights > 0, weights, 1.0)
    return np.where(weights > 0, code, mean)


def drawn(counts: Array, means: Array, squares: Array, mean: Any, variance: Any) -> FloatArray:
    """Return categories' means, drawn to that of all rows the more, the more they vary inside beside all."""
    # plainly: total = variance * counts + squares / counts; a = variance * counts / total;
    # code = a * means + (1 - a) * mean. In place, as of many classes these are large
    a: FloatArray = variance * counts
    total = squares / np.maximum(counts, 1.0)
    total += a
    usual = total > 0
    np.divide(a, total, out=a, where=usual)
    a[~usual] = 0.0
    code: FloatArray = a * means
    np.subtract(1.0, a, out=a)
    a *= mean
    code += a
    return code


class TargetEncoder(OneToOneFeatureMixin, CategoryEncoder):
    """Encode categories by the smoothed mean of the target, out of fold in `fit_transform`.

    ``fit(X, y).transform(X)`` is not ``fit_transform(X, y)``: train on the second, and transform new rows by the first.

    Parameters
    ----------
    categories : "auto" (those of the training rows, sorted), or a list of them for each column
    target_type : "auto", "continuous", "binary" or "multiclass" (a column for each class)
    smooth : "auto", or how many rows' weight the mean of all has
    cv : the number of folds, a splitter, or a list of (train, test) that holds each row out once
    shuffle : shuffle the rows before they are cut into folds
    random_state : of the shuffle

    Attributes
    ----------
    encodings_ : list of arrays, the codes of each column's categories; for several classes d k of them, column by
    column
    categories_ : list of arrays, one for each column
    target_type_ : str
    target_mean_ : float, or array of shape (k,)
    classes_ : array of shape (k,), or None for a continuous target
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Micci-Barreca, equations 3 to 7.

    Examples
    --------
    >>> from scratchml.preprocessing import TargetEncoder
    >>> coder = TargetEncoder(smooth=0.0).fit([["a"], ["a"], ["b"]], [1.0, 2.0, 7.5])
    >>> coder.transform([["a"], ["b"], ["never seen"]]).ravel().tolist()
    [1.5, 7.5, 3.5]
    """

    _rules: ClassVar = {
        "categories": categories_rule,
        "target_type": one_of("auto", "continuous", "binary", "multiclass"),
        "smooth": either(one_of("auto"), real(0.0)),
        "cv": anything,
        "shuffle": boolean,
        "random_state": random_state,
    }

    def __init__(
        self,
        categories: Any = "auto",
        target_type: str = "auto",
        smooth: str | float = "auto",
        cv: Any = 5,
        shuffle: bool = True,
        random_state: RandomStateLike = None,
    ) -> None:
        self.categories = categories
        self.smooth = smooth
        self.target_type = target_type
        self.cv = cv
        self.shuffle = shuffle
        self.random_state = random_state

    def _targets(self, y: VectorLike) -> FloatArray | IntArray:
        """Return the numbers to be averaged, (n,), or class numbers for "multiclass"; set the type and the classes."""
        if y is None:
            raise ValueError("TargetEncoder requires y to be passed, but the target y is None; give the targets.")
        labels = column_or_1d(y)
        kind = self.target_type
        if kind == "auto":
            whole = labels.dtype.kind != "f" or (np.isfinite(labels).all() and (labels == np.floor(labels)).all())
            kind = "continuous"
            if whole:
                kind = "multiclass" if len(check_labels(labels)[0]) > 2 else "binary"
        self.target_type_, self.classes_ = kind, None
        if kind == "continuous":
            return check_targets(labels)
        self.classes_, codes = check_labels(labels)
        if kind == "binary":
            if len(self.classes_) > 2:
                raise ValueError(f"target_type='binary', but y has {len(self.classes_)} classes; take 'multiclass'.")
            return codes.astype(np.float64)
        return codes

    def _encodings(self, codes: list[IntArray], targets: Array, rows: Any = slice(None)) -> list[FloatArray]:
        smooth = None if isinstance(self.smooth, str) else float(self.smooth)
        y: Array = np.ascontiguousarray(targets[rows])
        sizes = [len(categories) for categories in self.categories_]
        with np.errstate(all="ignore"):  # targets too large are told of by the caller
            if self.target_type_ != "multiclass" or self.classes_ is None:
                return [smoothed_means(column[rows], y, k, smooth) for column, k in zip(codes, sizes)]
            k_classes = len(self.classes_)
            shares = [smoothed_shares(column[rows], y, k, k_classes, smooth) for column, k in zip(codes, sizes)]
        return [code for of_column in shares for code in of_column]

    def _means(self, y: FloatArray | IntArray) -> FloatArray:
        """Return the target's mean, (1,), or each class's share of the rows."""
        if self.target_type_ == "multiclass" and self.classes_ is not None:
            return np.asarray(np.bincount(y, minlength=len(self.classes_)) / len(y))
        return np.array([y.mean()])

    def _fit(self, X: MatrixLike, y: VectorLike) -> tuple[list[IntArray], FloatArray | IntArray]:
        self._check_params()
        columns = self._learn(X, allow_unknown=True)
        targets = self._targets(y)
        check_same_length(X=columns[0], y=targets)
        codes = [find_codes(column, self.categories_[f]) for f, column in enumerate(columns)]
        self.encodings_ = self._encodings(codes, targets)
        means = self._means(targets)
        if not all(np.isfinite(code).all() for code in self.encodings_):
            raise ValueError("The targets y are too large: their squares are beyond float64; divide y by a constant.")
        self.target_mean_ = means if self.target_type_ == "multiclass" else float(means[0])
        return codes, targets

    def fit(self, X: MatrixLike, y: VectorLike) -> Self:
        """Find the code of each category from all rows of X (n, d) and y (n,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or y.
        """
        self._fit(X, y)
        return self

    def fit_transform(self, X: MatrixLike, y: VectorLike | None = None, **fit_params: Any) -> FloatArray:
        """Fit, and return each row encoded by the folds that it is not in.

        Raises
        ------
        TypeError, ValueError
            As `fit` does; for folds that do not hold out each row once.
        """
        codes, targets = self._fit(X, y)
        Z = np.empty((len(targets), len(self.encodings_)))
        held_out = np.zeros(len(targets), dtype=np.int64)
        for train, test in self._folds(X, y, targets):
            held_out[test] += 1
            encodings = self._encodings(codes, targets, train)
            Z[test] = self._write([column[test] for column in codes], encodings, self._means(targets[train]))
        if (held_out != 1).any():
            raise ValueError(
                "Validation indices from `cv` must cover each sample index exactly once with no overlap; pass a "
                "splitter with folds that do so."
            )
        return Z

    def _folds(self, X: MatrixLike, y: Any, targets: FloatArray | IntArray) -> Iterator[tuple[IntArray, IntArray]]:
        n = len(targets)
        cv: Any = 5 if self.cv is None else self.cv
        if isinstance(cv, bool) or not isinstance(cv, (int, np.integer)):
            if not hasattr(cv, "split") and not hasattr(cv, "__iter__"):
                raise TypeError(f"cv={cv!r} gives no folds; give an int, a splitter or a list of (train, test).")
            folds: Any = cv.split(X, y) if hasattr(cv, "split") else cv
            yield from folds
            return
        if not 2 <= cv <= n:
            raise ValueError(f"cv={cv} folds cannot be cut from {n} rows; give 2 to {n}.")
        rng = check_random_state(self.random_state) if self.shuffle else None
        if self.classes_ is None:
            order = np.arange(n) if rng is None else random_order(n, rng)
            for rows in consecutive_folds(order, int(cv)):
                inside = np.zeros(n, dtype=bool)
                inside[rows] = True
                yield np.flatnonzero(~inside), np.flatnonzero(inside)
        else:
            labels = targets.astype(np.int64)
            if np.bincount(labels).max() < cv:
                raise ValueError(f"cv={cv} cannot be greater than the number of members in each class; lower cv.")
            fold = deal_classes(number_by_appearance(labels), int(cv), rng)
            for j in range(int(cv)):
                yield np.flatnonzero(fold != j), np.flatnonzero(fold == j)

    def _write(self, codes: list[IntArray], encodings: list[FloatArray], means: FloatArray) -> FloatArray:
        k = len(means)
        Z = np.empty((len(codes[0]), len(encodings)))
        for e, encoding in enumerate(encodings):
            Z[:, e] = np.append(encoding, means[e % k])[codes[e // k]]  # the last entry, at -1, is for unknown ones
        return Z

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return the codes, shape (n, d), or (n, d k) for k classes; the mean of all for a category not seen.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For a wrong X.
        """
        check_is_fitted(self, "encodings_")
        return self._write(self._codes(X, allow_unknown=True), self.encodings_, np.atleast_1d(self.target_mean_))

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out: those in, for several classes "column_class".

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If `input_features` has another length, or other names than ``fit`` saw.
        """
        check_is_fitted(self, "encodings_")
        names = input_feature_names(self, input_features)
        if self.target_type_ != "multiclass" or self.classes_ is None:
            return names
        return np.asarray([f"{name}_{c}" for name in names for c in self.classes_], dtype=object)

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.requires_y = True
        return tags
