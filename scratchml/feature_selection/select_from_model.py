"""Select from a model: fit once, and keep the columns whose importance is large enough.

Idea
----
A lasso sets coefficients to zero, a forest counts how much each column helped. One fit is enough to draw a line: above
the mean importance, above the median, or among the largest so many.

Maths
-----
importance_f = |coefficient_f|, or the norm over classes or targets; column f is kept if importance_f >= threshold, and
with `max_features` if it is among that many largest, too.

Cost
----
One fit.

Differences
-----------
The columns, thresholds and ties are scikit-learn's. A model that is fitted already is used as it is (scikit-learn makes
a deep copy); `fit` is asked for before `transform` even then.

References
----------
Breiman, Random forests, Machine Learning 45 (2001), section 10. Tibshirani, Regression shrinkage and selection via the
lasso, Journal of the Royal Statistical Society B 58 (1996).
"""

from __future__ import annotations

import numbers
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, NotFittedError, Tags, check_array, check_is_fitted, clone, get_tags
from ..core.conditional import only_if
from ..core.rules import Rule, boolean, either, function, has_methods, integer, none, real, text
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .importances import read_importances, size_of_importances
from .of_estimator import estimator_has
from .rfe import GETTER_RULE
from .selector import SelectorMixin, check_score_shape

L1_THRESHOLD = 1e-5
NORM_RULE = Rule(
    "a whole number other than 0, or infinity",
    lambda value: isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_)),
    lambda value: bool(np.isinf(value)) or (isinstance(value, numbers.Integral) and value != 0),
)


def penalised_by_l1(model: Any) -> bool:
    """Say whether a model's penalty sets coefficients to exactly zero, so that zero is the line to draw."""
    name = type(model).__name__
    if "Lasso" in name or getattr(model, "penalty", None) == "l1":
        return True
    ratio = {"ElasticNet": "l1_ratio", "LogisticRegression": "l1_ratio"}.get(name)
    ratio = {"ElasticNetCV": "l1_ratio_", "LogisticRegressionCV": "l1_ratio_"}.get(name, ratio)
    found = getattr(model, ratio, None) if ratio else None
    return found is not None and bool(np.isclose(np.asarray(found, dtype=np.float64), 1.0).all())


def line_of(threshold: Any, importances: FloatArray, model: Any) -> float:
    """Return the number that a threshold such as "1.25*mean" means.

    Raises
    ------
    ValueError
        If it is no number and none of the forms "mean", "median", "1.25*mean".
    """
    if threshold is None:
        threshold = L1_THRESHOLD if penalised_by_l1(model) else "mean"
    if not isinstance(threshold, str):
        return float(threshold)
    factor, star, reference = threshold.rpartition("*")
    try:
        times = float(factor) if star else 1.0
        middle = {"mean": np.mean(importances), "median": np.median(importances)}[reference.strip()]
        return times * float(middle)
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"threshold={threshold!r} is not accepted; give a number, 'mean', 'median' or a multiple such as "
            "'1.25*mean'."
        ) from error


class SelectFromModel(SelectorMixin, BaseEstimator):
    """Keep the columns that a model finds important enough.

    Parameters
    ----------
    estimator : with ``fit``, and after it ``coef_`` or ``feature_importances_``
    threshold : least importance to be kept: a number, "mean", "median", a multiple such as "1.25*mean", or None for the
        mean (1e-5 where the model has an l1 penalty)
    prefit : the estimator is fitted already
    norm_order : of the norm over classes or targets
    max_features : most columns to keep: a number, a function of X that gives one, or None; of equal columns the first
        are kept. With ``threshold=-np.inf`` it alone decides
    importance_getter : "auto", a path of attributes of the fitted estimator, or a function of it

    Attributes
    ----------
    estimator_ : the fitted estimator
    threshold_ : float, the threshold as a number
    max_features_ : int, only where `max_features` was given
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Breiman (2001), section 10; Tibshirani (1996).

    Examples
    --------
    >>> from scratchml.feature_selection import SelectFromModel
    >>> from scratchml.linear_model import LinearRegression
    >>> chosen = SelectFromModel(LinearRegression()).fit([[0, 1], [1, 0], [2, 2]], [1, 10, 22])
    >>> chosen.get_support().tolist()
    [True, False]
    """

    _rules: ClassVar = {
        "estimator": has_methods("fit", "get_params"),
        "threshold": either(none, real(), text),
        "prefit": boolean,
        "norm_order": NORM_RULE,
        "max_features": either(none, integer(0), function),
        "importance_getter": GETTER_RULE,
    }

    def __init__(
        self,
        estimator: Any,
        *,
        threshold: float | str | None = None,
        prefit: bool = False,
        norm_order: float = 1,
        max_features: Any = None,
        importance_getter: Any = "auto",
    ) -> None:
        self.estimator = estimator
        self.threshold = threshold
        self.prefit = prefit
        self.norm_order = norm_order
        self.max_features = max_features
        self.importance_getter = importance_getter

    def _begin(self, X: MatrixLike) -> FloatArray:
        self._check_params()
        table: FloatArray = self._check_X(X, fitting=True)
        if self.max_features is not None:
            most = self.max_features(X) if callable(self.max_features) else self.max_features
            if not isinstance(most, numbers.Integral) or isinstance(most, bool) or most < 0:
                raise ValueError(f"max_features gave {most!r}; a whole number of 0 or more is wanted.")
            self.max_features_ = int(most)
        return table

    def fit(self, X: MatrixLike, y: VectorLike | None = None, **fit_params: Any) -> Self:
        """Fit the estimator to X (n, d) and y, or take it as it is with `prefit`; `fit_params` go to its ``fit``.

        Raises
        ------
        NotFittedError
            With `prefit`, if the estimator is not fitted.
        TypeError, ValueError
            For a wrong parameter or X, for importances that are none; and whatever the estimator raises.
        """
        table = self._begin(X)
        if self.prefit:
            self._check_prefit()
            self.estimator_ = self.estimator
        else:
            if y is not None:
                y = check_array(y, name="y", dtype=None, ensure_2d=False)
            self.estimator_ = clone(self.estimator).fit(table, y, **fit_params)
        self._get_support_mask()  # a threshold or importances that are wrong are told here
        return self

    @only_if(estimator_has("partial_fit"))
    def partial_fit(self, X: MatrixLike, y: VectorLike | None = None, **fit_params: Any) -> Self:
        """Let the estimator learn more rows; `fit_params` go to its ``partial_fit``."""
        first = not hasattr(self, "estimator_")
        table = self._begin(X) if first else self._check_X(X)
        if first:
            self._check_prefit()
            self.estimator_ = self.estimator if self.prefit else clone(self.estimator)
        if not self.prefit:
            self.estimator_.partial_fit(table, y, **fit_params)
        self._get_support_mask()
        return self

    def _check_prefit(self) -> None:
        if not self.prefit:
            return
        try:
            check_is_fitted(self.estimator)
        except NotFittedError as error:
            raise type(error)(
                "When `prefit=True`, `estimator` is expected to be a fitted estimator, but it is not fitted; fit it "
                "first, or set prefit=False."
            ) from error

    def _importances(self) -> FloatArray:
        found = read_importances(self.estimator_, self.importance_getter)
        return check_score_shape(size_of_importances(found, self.norm_order), self.n_features_in_)

    @property
    def threshold_(self) -> float:
        """The threshold as a number."""
        check_is_fitted(self, "estimator_")
        return line_of(self.threshold, self._importances(), self.estimator)

    def _get_support_mask(self) -> Array:
        importances = self._importances()
        mask: Array = importances >= line_of(self.threshold, importances, self.estimator_)
        if self.max_features is not None:
            mask[np.argsort(-importances, kind="stable")[self.max_features_ :]] = False
        return mask

    def _tags(self) -> Tags:
        tags, inner = super()._tags(), get_tags(self.estimator)
        tags.allow_nan, tags.requires_y, tags.multi_output = inner.allow_nan, inner.requires_y, inner.multi_output
        tags.multi_class, tags.positive_y = inner.multi_class, inner.positive_y
        return tags

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        from ..linear_model import Ridge
        from ..tree import DecisionTreeClassifier

        return [cls(Ridge()), cls(DecisionTreeClassifier(max_depth=3, random_state=0), threshold="median")]
