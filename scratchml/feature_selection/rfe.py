"""Recursive feature elimination: fit, drop the column the model needs least, and fit again.

Idea
----
A model's coefficients say which column it leans on least, but only together with all the others: of two columns that
tell the same, both may look small, and dropping both would be wrong. So drop one, ask the model again, and go on.

Maths
-----
Importance of column f: the sum of its squared coefficients over classes or targets (or what the importances are). In
each round the `step` least important columns go, of equal ones the first. Columns kept have rank 1, those that went
last have rank 2, and so on.

Cost
----
One fit for each round, (d - n_features_to_select) / step of them, and one for what is left.

Differences
-----------
None in the columns, ranks and ties of scikit-learn. X is a table of finite float64 (NaN where the estimator takes it).
`n_features_to_select` as a share keeps at least one column, where scikit-learn may keep none.

References
----------
Guyon, Weston, Barnhill, Vapnik, Gene selection for cancer classification using support vector machines, Machine
Learning 46 (2002), section 3.
"""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, check_array, check_same_length, clone, finish, unheard
from ..core.conditional import only_if
from ..core.rules import either, floating, function, has_methods, integer, none, text, verbosity
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from .importances import read_importances, squares_of_importances
from .of_estimator import EstimatorSelectorMixin, estimator_has
from .selector import check_score_shape


class Step(NamedTuple):
    """What is known after a round of elimination."""

    name: str  # "drop", or "fit" when the model has been fitted to the columns that are left
    iteration: int
    features: IntArray  # (m,) the columns the model was fitted to
    importances: FloatArray  # (m,) what it thought of each: why a column went
    dropped: IntArray  # the columns that went, least important first; empty after "fit"
    support: Array  # (d,) mask of the columns left
    ranking: IntArray  # (d,) 1 for columns left, higher for those gone earlier
    model: Any  # fitted to `features`


def eliminate(
    estimator: Any, X: FloatArray, y: Any, keep: int, step: int, getter: Any, fit_params: dict[str, Any]
) -> Iterator[Step]:
    """Yield a Step after each round, until `keep` columns are left, and one after the last fit."""
    d = X.shape[1]
    support, ranking, iteration = np.ones(d, dtype=bool), np.ones(d, dtype=np.int64), 0
    while True:
        iteration += 1
        features, model = np.flatnonzero(support), clone(estimator)
        with unheard():
            model.fit(np.ascontiguousarray(X[:, features]), y, **fit_params)
        if len(features) <= keep:
            yield Step("fit", iteration, features, np.empty(0), features[:0], support, ranking, model)
            return
        importances = check_score_shape(squares_of_importances(read_importances(model, getter)), len(features))
        order = np.argsort(importances, kind="stable")
        dropped = features[order[: min(step, len(features) - keep)]]
        support[dropped] = False
        ranking[~support] += 1
        yield Step("drop", iteration, features, importances, dropped, support, ranking, model)


def check_table(selector: Any, X: MatrixLike, y: VectorLike) -> tuple[FloatArray, Array]:
    """Return X (n, d), d at least 2, and y of n rows, as fit takes them; y is left to the estimator to judge."""
    table = selector._check_X(X, fitting=True, min_features=2)
    if y is None:
        raise ValueError(
            f"{type(selector).__name__} requires y to be passed, but the target y is None; give labels or targets."
        )
    target = check_array(y, name="y", dtype=None, ensure_2d=False)
    check_same_length(X=table, y=target)
    return table, target


def columns_a_round(step: float, d: int) -> int:
    """Return how many of d columns go in a round."""
    return int(max(1, step * d)) if 0.0 < step < 1.0 else int(step)


STEP_RULE = either(integer(1), floating(0.0, 1.0, open_low=True, open_high=True))
GETTER_RULE = either(text, function)


class RFE(EstimatorSelectorMixin, BaseEstimator):
    """Keep the columns that are left when those a model needs least have been dropped, round by round.

    Parameters
    ----------
    estimator : with ``fit``, and after it ``coef_`` or ``feature_importances_``
    n_features_to_select : columns to keep: a number, a share in (0, 1], or None for half of them
    step : columns to drop in a round: a number, or a share of all columns in (0, 1)
    verbose : above 0 shows a progress bar
    importance_getter : "auto", a path of attributes of the fitted estimator, or a function of it

    Attributes
    ----------
    support_ : mask of shape (d,) of the columns kept
    ranking_ : int array of shape (d,), 1 for columns kept, 2 for those that went last, ...
    n_features_ : int, columns kept
    estimator_ : fitted to the columns kept
    classes_ : its classes, where it is a classifier
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Guyon et al. (2002), section 3.

    Examples
    --------
    >>> from scratchml.feature_selection import RFE
    >>> from scratchml.linear_model import LinearRegression
    >>> X = [[0, 1, 2], [1, 0, 1], [2, 2, 0], [3, 1, 5]]
    >>> chosen = RFE(LinearRegression(), n_features_to_select=1).fit(X, [1, 11, 22, 31])  # near to 10 a + b
    >>> chosen.ranking_.tolist()
    [1, 2, 3]
    """

    _rules: ClassVar = {
        "estimator": has_methods("fit", "get_params"),
        "n_features_to_select": either(none, integer(1), floating(0.0, 1.0, open_low=True)),
        "step": STEP_RULE,
        "verbose": verbosity,
        "importance_getter": GETTER_RULE,
    }

    def __init__(
        self,
        estimator: Any,
        *,
        n_features_to_select: int | float | None = None,
        step: int | float = 1,
        verbose: int = 0,
        importance_getter: Any = "auto",
    ) -> None:
        self.estimator = estimator
        self.n_features_to_select = n_features_to_select
        self.step = step
        self.verbose = verbose
        self.importance_getter = importance_getter

    def _columns_to_keep(self, d: int) -> int:
        wanted = self.n_features_to_select
        if wanted is None:
            return d // 2
        if not isinstance(wanted, numbers.Integral):
            return max(1, int(d * wanted))
        if wanted > d:
            warnings.warn(
                f"Found n_features_to_select={wanted} > n_features={d}. There will be no feature selection and all "
                "features will be kept.",
                UserWarning,
                stacklevel=4,
            )
        return int(wanted)

    def steps(self, X: MatrixLike, y: VectorLike, **fit_params: Any) -> Iterator[Step]:
        """Return the rounds of the elimination, one Step each: which columns went, and what the model thought of them.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or y; later, whatever the estimator raises.
        """
        self._check_params()
        table, target = check_table(self, X, y)
        d = table.shape[1]
        keep, step = self._columns_to_keep(d), columns_a_round(self.step, d)
        return eliminate(self.estimator, table, target, keep, step, self.importance_getter, fit_params)

    def fit(self, X: MatrixLike, y: VectorLike, **fit_params: Any) -> Self:
        """Drop columns of X (n, d), d of 2 or more, until those are left that are kept; `fit_params` go to each fit.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or y; and whatever the estimator raises.
        """
        last = finish(self.steps(X, y, **fit_params), self)
        self.support_, self.ranking_, self.estimator_ = last.support, last.ranking, last.model
        self.n_features_ = int(last.support.sum())
        return self

    @only_if(estimator_has("score"))
    def score(self, X: MatrixLike, y: VectorLike, **score_params: Any) -> float:
        """Return the estimator's score on X (n, d) and y, from the columns kept."""
        return float(self._ask("score", X, y, **score_params))

    def _get_support_mask(self) -> Array:
        return self.support_

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        from ..linear_model import Ridge
        from ..tree import DecisionTreeClassifier

        return [cls(Ridge()), cls(DecisionTreeClassifier(max_depth=3, random_state=0), step=0.5)]
