"""Univariate selection: give each column a score by itself, and keep the best.

Idea
----
A score function looks at one column and the target at a time. What differs is where the line is drawn: a number of
columns, a share of them, or p-values. A small p-value alone is no proof where many columns are tried: of 100 columns
that have nothing to do with the target, five have p < 0.05. `SelectFwe` and `SelectFdr` take account of that.

Maths
-----
With d p-values, sorted p_(1) <= ... <= p_(d)::

    Fpr (each column by itself):                p < alpha
    Fwe (any false column at all, Bonferroni):  p < alpha / d
    Fdr (share of false ones, Benjamini-Hochberg): p <= max {p_(i) : p_(i) <= i alpha / d}

Cost
----
That of the score function; a sort of d numbers.

Differences
-----------
A score function that gives no p-values is refused in `fit` where they are needed (scikit-learn: in `transform`).
float32 becomes float64; sparse X is refused.

References
----------
Benjamini, Hochberg, Controlling the false discovery rate, Journal of the Royal Statistical Society B 57 (1995), section
3.1.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, Tags, check_array, check_same_length
from ..core.rules import Rule, either, function, integer, one_of, real
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .f_classif import f_classif
from .selector import SelectorMixin, check_score_shape

LOWEST = float(np.finfo(np.float64).min)
ScoreFunction = Callable[..., Any]


def best_k(scores: FloatArray, k: int) -> Array:
    """Return the mask (d,) of the k highest scores; NaN is the lowest, of equal ones the last column is taken."""
    mask = np.zeros(len(scores), dtype=bool)
    order = np.argsort(np.where(np.isnan(scores), LOWEST, scores), kind="stable")
    mask[order[max(0, len(scores) - k) :]] = True
    return mask


def best_percent(scores: FloatArray, percentile: float) -> Array:
    """Return the mask (d,) of the best percent of scores; of those on the line the first columns are taken."""
    scores = np.where(np.isnan(scores), LOWEST, scores)
    if percentile in (0, 100):
        return np.full(len(scores), percentile == 100)
    line = np.percentile(scores, 100 - percentile)
    mask: Array = scores > line
    places = int(len(scores) * percentile / 100) - int(mask.sum())
    mask[np.flatnonzero(scores == line)[: max(0, places)]] = True
    return mask


def below_discovery_rate(p: FloatArray, alpha: float) -> Array:
    """Return the mask (d,) of the p-values that Benjamini and Hochberg's rule keeps."""
    ordered = np.sort(p)
    kept = ordered[ordered <= alpha / len(p) * np.arange(1, len(p) + 1)]
    mask: Array = p <= kept.max() if kept.size else np.zeros(len(p), dtype=bool)
    return mask


class ScoredSelector(SelectorMixin, BaseEstimator):
    """Base of the selectors by score; use a class derived from it."""

    _needs_p: ClassVar[bool] = False
    score_func: ScoreFunction
    scores_: FloatArray
    pvalues_: FloatArray | None

    def fit(self, X: MatrixLike, y: VectorLike | None = None) -> Self:
        """Score each column of X (n, d) with the target y (n,), which may be None for a score function without one.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or y; for a score function that gives no p-values where they are needed, or not
            one number for each column.
        """
        self._check_params()
        table = self._check_X(X, fitting=True)
        if y is not None:
            y = check_array(y, name="y", dtype=None, ensure_2d=False)
            check_same_length(X=table, y=y)
        self._warn_of_surplus(table.shape[1])
        found = self.score_func(table, y)
        scores, p = found if isinstance(found, (tuple, list)) and len(found) == 2 else (found, None)
        if p is None and self._needs_p:
            raise ValueError(
                f"score_func={getattr(self.score_func, '__name__', self.score_func)!r} gives no p-values, which "
                f"{type(self).__name__} needs; use f_classif, f_regression or chi2, or SelectKBest."
            )
        self.scores_ = check_score_shape(scores, table.shape[1])
        self.pvalues_ = None if p is None else check_score_shape(p, table.shape[1])
        return self

    def _warn_of_surplus(self, d: int) -> None:
        """Warn where more columns are asked for than there are."""

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.requires_y = self._needs_p
        return tags


class SelectKBest(ScoredSelector):
    """Keep the k columns with the highest scores.

    Parameters
    ----------
    score_func : function of (X, y) that returns scores (d,), or (scores, p-values)
    k : number of columns, or "all"

    Attributes
    ----------
    scores_ : array of shape (d,)
    pvalues_ : array of shape (d,), or None
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    Examples
    --------
    >>> from scratchml.feature_selection import SelectKBest
    >>> X, y = [[1.0, 5.0, 0.1], [3.0, 1.0, 0.2], [5.0, 2.0, 0.1], [7.0, 4.0, 0.2]], [0, 0, 1, 1]
    >>> SelectKBest(k=1).fit(X, y).get_support().tolist()
    [True, False, False]
    """

    _rules: ClassVar[Mapping[str, Rule]] = {"score_func": function, "k": either(one_of("all"), integer(0))}

    def __init__(self, score_func: ScoreFunction = f_classif, *, k: int | str = 10) -> None:
        self.score_func = score_func
        self.k = k

    def _warn_of_surplus(self, d: int) -> None:
        if not isinstance(self.k, str) and self.k > d:
            warnings.warn(
                f"k={self.k} is greater than n_features={d}. All the features will be returned.",
                UserWarning,
                stacklevel=3,
            )

    def _get_support_mask(self) -> Array:
        return best_k(self.scores_, len(self.scores_) if isinstance(self.k, str) else int(self.k))


class SelectPercentile(ScoredSelector):
    """Keep a share of the columns, those with the highest scores.

    Parameters
    ----------
    score_func : function of (X, y) that returns scores (d,), or (scores, p-values)
    percentile : percent of the columns, 0 to 100

    Attributes
    ----------
    scores_ : array of shape (d,)
    pvalues_ : array of shape (d,), or None
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    Examples
    --------
    >>> from scratchml.feature_selection import SelectPercentile
    >>> X, y = [[1.0, 5.0], [3.0, 1.0], [5.0, 2.0], [7.0, 4.0]], [0, 0, 1, 1]
    >>> SelectPercentile(percentile=50).fit(X, y).get_support().tolist()
    [True, False]
    """

    _rules: ClassVar[Mapping[str, Rule]] = {"score_func": function, "percentile": real(0, 100)}

    def __init__(self, score_func: ScoreFunction = f_classif, *, percentile: float = 10) -> None:
        self.score_func = score_func
        self.percentile = percentile

    def _get_support_mask(self) -> Array:
        return best_percent(self.scores_, self.percentile)


class SelectByP(ScoredSelector):
    """Base of the selectors by p-value; use a class derived from it."""

    _needs_p: ClassVar[bool] = True
    _rules: ClassVar[Mapping[str, Rule]] = {"score_func": function, "alpha": real(0, 1)}

    def __init__(self, score_func: ScoreFunction = f_classif, *, alpha: float = 5e-2) -> None:
        self.score_func = score_func
        self.alpha = alpha

    def _below(self, p: FloatArray) -> Array:
        raise NotImplementedError(f"{type(self).__name__} must say in _below which p-values it keeps.")

    def _get_support_mask(self) -> Array:
        assert self.pvalues_ is not None  # fit has seen to it
        return self._below(self.pvalues_)


class SelectFpr(SelectByP):
    """Keep each column whose own p-value is below alpha.

    Parameters
    ----------
    score_func : function of (X, y) that returns (scores, p-values)
    alpha : the chance, 0 to 1, that a column without any meaning is kept

    Attributes
    ----------
    scores_, pvalues_ : arrays of shape (d,)
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    Examples
    --------
    >>> from scratchml.feature_selection import SelectFpr
    >>> X, y = [[1.0, 5.0], [2.0, 1.0], [8.0, 2.0], [9.0, 4.0]], [0, 0, 1, 1]
    >>> SelectFpr().fit(X, y).get_support().tolist()
    [True, False]
    """

    def _below(self, p: FloatArray) -> Array:
        mask: Array = p < self.alpha
        return mask


class SelectFwe(SelectByP):
    """Keep the columns whose p-value is below alpha / d (Bonferroni's rule).

    Parameters
    ----------
    score_func : function of (X, y) that returns (scores, p-values)
    alpha : the chance, 0 to 1, that any column without meaning is kept, if all are so

    Attributes
    ----------
    scores_, pvalues_ : arrays of shape (d,)
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    Examples
    --------
    >>> from scratchml.feature_selection import SelectFwe
    >>> X, y = [[1.0, 5.0], [2.0, 1.0], [8.0, 2.0], [9.0, 4.0]], [0, 0, 1, 1]
    >>> SelectFwe().fit(X, y).get_support().tolist()
    [True, False]
    """

    def _below(self, p: FloatArray) -> Array:
        mask: Array = p < self.alpha / len(p)
        return mask


class SelectFdr(SelectByP):
    """Keep columns such that the share of meaningless ones among them is at most alpha on average.

    Parameters
    ----------
    score_func : function of (X, y) that returns (scores, p-values)
    alpha : the false discovery rate, 0 to 1

    Attributes
    ----------
    scores_, pvalues_ : arrays of shape (d,)
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Benjamini and Hochberg (1995), section 3.1.

    Examples
    --------
    >>> from scratchml.feature_selection import SelectFdr
    >>> X, y = [[1.0, 5.0], [2.0, 1.0], [8.0, 2.0], [9.0, 4.0]], [0, 0, 1, 1]
    >>> SelectFdr().fit(X, y).get_support().tolist()
    [True, False]
    """

    def _below(self, p: FloatArray) -> Array:
        return below_discovery_rate(p, self.alpha)
