"""Ridge regression as a classifier: regress on -1 and +1, and take the sign.

Idea
----
Give one class the target +1 and the other -1, and fit a ridge regression. Where it predicts more than 0, say +1. With
several classes, each has a regression of its own against the others, and the largest prediction wins. All regressions
share X'X, so ten classes cost little more than two.

Maths
-----
Y_ik = 1 if row i is of class k, else -1 (one column for two classes: that of the second)::

    W, b = ridge regression of Y by X          class(x) = argmax_k x'w_k + b_k, or sign for two classes

Cost
----
That of `ridge.py` for as many targets as there are classes.

Differences
-----------
From scikit-learn: no multilabel y. Leave-one-out with `scoring` scores two classes by the sign of the prediction
(scikit-learn 1.9 compares with a single class there).

References
----------
T. Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, section 4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, ClassifierMixin, check_is_fitted, check_sample_weight, class_weights, finish
from ..core.rules import boolean, either, mapping, none, one_of
from ..core.sklearn_bridge import to_sklearn_tags
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..metrics import check_scoring
from ..metrics.scorer import takes_weight
from .folds import cut_folds
from .prediction import linear_values
from .problem import Problem, learn_moments, make_problem
from .ridge import Ridge
from .ridge import Step as RidgeStep
from .ridge_cv import Choice, RidgeCV, check_alphas, choose_by_folds, choose_by_leaving_one_out
from .ridge_cv import Step as CVStep

CLASS_WEIGHT = either(none, mapping, one_of("balanced"))


def signs(codes: IntArray, count: int) -> FloatArray:
    """Return Y (n, count), or (n, 1) for two classes, of -1 and +1."""
    shown = codes[:, None] == (np.arange(count) if count > 2 else np.array([1]))
    return np.where(shown, 1.0, -1.0)


class SignClassifier(ClassifierMixin):
    """What both classifiers share: labels to signs, and back."""

    classes_: Array
    coef_: FloatArray
    intercept_: Any

    def _signs(
        self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None, finite: bool
    ) -> tuple[FloatArray, IntArray, FloatArray, FloatArray | None, Problem]:
        """Return X, codes, Y, weights and the problem."""
        X, self.classes_, codes = self._check_X_labels(X, y, finite=finite)  # type: ignore[attr-defined]
        count = len(self.classes_)
        if count < 2:
            raise ValueError(
                f"{type(self).__name__} needs at least two classes, and y has 1 class: {self.classes_[0]!r}; give rows "
                "of another."
            )
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        if (how := getattr(self, "class_weight", None)) is not None:
            part = class_weights(how, self.classes_, codes)[codes]
            weight = part if weight is None else check_sample_weight(weight * part, len(X))
        Y = signs(codes, count)
        return X, codes, Y, weight, make_problem(X, Y, weight, bool(getattr(self, "fit_intercept", True)), None)

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return X coef_' + intercept_, (n,) for two classes (above 0: the second), (n, k) for more.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, NaN or infinity, or a value is beyond float64's range.
        """
        check_is_fitted(self, "coef_")
        X = self._check_X(X, finite=False, order="any")  # type: ignore[attr-defined]
        return linear_values(X, self.coef_, self.intercept_, None)

    def predict(self, X: MatrixLike) -> Array:
        """Return the class of each row of X (n, d), shape (n,).

        Raises
        ------
        NotFittedError, ValueError
            As `decision_function` does.
        """
        value = self.decision_function(X)
        return np.asarray(self.classes_[(value > 0.0).astype(np.int64) if value.ndim == 1 else value.argmax(axis=1)])

    def _keep(self, last: Any) -> None:
        w, b = last.w, last.intercept
        if w is None or b is None:
            raise RuntimeError("The fit was stopped before the step that finds the weights; let it run on to 'solve'.")
        if not (np.isfinite(w).all() and np.isfinite(b).all()):
            raise ValueError("A weight of the best fit is too large for float64: X is tiny; rescale it.")
        self.coef_ = w[:, 0].copy() if w.shape[1] == 1 else w.T.copy()
        self.intercept_ = b.copy() if getattr(self, "fit_intercept", True) else 0.0


class RidgeClassifier(SignClassifier, BaseEstimator):
    """Ridge regression on -1 and +1, one against the rest.

    Parameters
    ----------
    alpha, fit_intercept, copy_X, max_iter, tol, solver, positive, random_state : as for `Ridge`
    class_weight : weights of the classes: a dict, "balanced" (the rarer, the heavier), or None

    Attributes
    ----------
    classes_ : array of shape (k,), sorted
    coef_ : array of shape (d,) for two classes, (k, d) for more
    intercept_ : array of shape (1,) or (k,); 0.0 without `fit_intercept`
    n_iter_, solver_ : as for `Ridge`
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Hastie, Tibshirani and Friedman, section 4.2.

    Examples
    --------
    >>> from scratchml.linear_model import RidgeClassifier
    >>> model = RidgeClassifier().fit([[0.0], [1.0], [4.0], [5.0]], ["low", "low", "high", "high"])
    >>> model.predict([[0.5], [6.0]]).tolist()
    ['low', 'high']
    """

    _rules: ClassVar = {**Ridge._rules, "class_weight": CLASS_WEIGHT}

    def __init__(
        self,
        alpha: float | VectorLike = 1.0,
        *,
        fit_intercept: bool = True,
        copy_X: bool = True,
        max_iter: int | None = None,
        tol: float = 1e-4,
        class_weight: Mapping[Any, float] | str | None = None,
        solver: str = "auto",
        positive: bool = False,
        random_state: RandomStateLike = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.max_iter = max_iter
        self.tol = tol
        self.class_weight = class_weight
        self.solver = solver
        self.positive = positive
        self.random_state = random_state

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[RidgeStep]:
        """Return the fit as the steps of `Ridge`.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        X, _, Y, weight, _ = self._signs(X, y, sample_weight, finite=False)
        names = [name for name in Ridge._rules if name != "class_weight"]
        return Ridge(**{name: getattr(self, name) for name in names}).steps(X, Y, weight)

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Find the weights of each class for X (n, d) and labels y (n,); each row counts `sample_weight` (n,) times.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for a single class; if a weight is beyond float64's range.
        """
        last = finish(self.steps(X, y, sample_weight), self)
        self._keep(last)
        self.n_iter_, self.solver_ = np.maximum(last.n_iter, 1).astype(np.int64), last.solver
        return self


class GivenValues(SignClassifier):
    """Stands for a fitted classifier whose decision values are already there, so that a scorer can be asked."""

    def __init__(self, classes: Array) -> None:
        self.classes_ = classes

    def decision_function(self, X: Any) -> FloatArray:
        """Return X, which is the values."""
        return np.asarray(X)

    def _tags(self) -> Tags:
        return Tags(estimator_type="classifier")

    def __sklearn_tags__(self) -> Any:
        return to_sklearn_tags(self._tags())


class RidgeClassifierCV(SignClassifier, BaseEstimator):
    """`RidgeClassifier` with alpha chosen by leave-one-out, at the price of about one fit, or by folds.

    Parameters
    ----------
    alphas, fit_intercept, store_cv_results : as for `RidgeCV`
    scoring : a scorer's name or a scorer; None means minus the mean squared error of the signs where one row is left
        out, accuracy with `cv`
    cv : as for `RidgeCV`; an integer deals the rows into folds that have an even share of each class
    class_weight : as for `RidgeClassifier`

    Attributes
    ----------
    classes_, coef_, intercept_ : as for `RidgeClassifier`
    alpha_, best_score_, cv_results_ : as for `RidgeCV`, `cv_results_` of shape (n, 1 or k, A)
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Rifkin and Lippert (2007), see `leave_one_out.py`.

    Examples
    --------
    >>> from scratchml.linear_model import RidgeClassifierCV
    >>> X, y = [[0.0], [1.0], [2.0], [7.0], [8.0], [9.0]], [0, 0, 0, 1, 1, 1]
    >>> RidgeClassifierCV(alphas=[1.0, 1000.0]).fit(X, y).alpha_
    1.0
    """

    _rules: ClassVar = {
        name: rule for name, rule in RidgeCV._rules.items() if name not in ("gcv_mode", "alpha_per_target")
    } | {"class_weight": CLASS_WEIGHT, "store_cv_results": boolean}

    def __init__(
        self,
        alphas: VectorLike = (0.1, 1.0, 10.0),
        *,
        fit_intercept: bool = True,
        scoring: Any = None,
        cv: Any = None,
        class_weight: Mapping[Any, float] | str | None = None,
        store_cv_results: bool = False,
    ) -> None:
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.scoring = scoring
        self.cv = cv
        self.class_weight = class_weight
        self.store_cv_results = store_cv_results

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[CVStep]:
        """Return the fit as the steps of `RidgeCV`.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        alphas = check_alphas(self.alphas, self.cv is None)
        if self.cv is not None and self.store_cv_results:
            raise ValueError("cv!=None and store_cv_results=True are incompatible; leave one of them at its default.")
        X, codes, Y, weight, p = self._signs(X, y, sample_weight, finite=self.cv is not None)
        scorer = None if self.scoring is None else check_scoring(self, self.scoring)
        c = Choice(alphas, "auto", None, False, bool(self.store_cv_results))
        if self.cv is None:
            p, found = learn_moments(p, len(X) <= X.shape[1])
            score = None if scorer is None else self._ask(scorer, self.classes_[codes])
            return choose_by_leaving_one_out(p, found, Y, weight, c._replace(score=score))
        folds = cut_folds(self.cv, X, self.classes_[codes], classifier=True)
        return choose_by_folds(p, X, Y, folds, c, self._score_fold(scorer))

    def _ask(self, scorer: Any, labels: Array) -> Callable[..., Any]:
        def score(values: FloatArray, Y: FloatArray, weight: Any) -> Any:
            how = {} if weight is None or not takes_weight(scorer) else {"sample_weight": weight}
            return scorer(GivenValues(self.classes_), values[:, 0] if values.shape[1] == 1 else values, labels, **how)

        return score

    def _score_fold(self, scorer: Any) -> Callable[..., float]:
        def score(w: FloatArray, intercept: FloatArray, X: FloatArray, Y: FloatArray, weight: Any) -> float:
            given = GivenValues(self.classes_)
            values = linear_values(X, w.T, intercept, None)
            values = values[:, 0] if values.shape[1] == 1 else values
            labels = self.classes_[(Y[:, 0] > 0).astype(np.int64) if Y.shape[1] == 1 else Y.argmax(axis=1)]
            asked = given.score if scorer is None else lambda *a, **how: scorer(given, *a, **how)
            how = {} if weight is None or not takes_weight(scorer or given.score) else {"sample_weight": weight}
            return float(asked(values, labels, **how))

        return score

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Choose alpha, and find the weights of each class by it for X (n, d) and labels y (n,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for a single class; if a weight is beyond float64's range.
        """
        last = finish(self.steps(X, y, sample_weight), self)
        self._keep(last)
        self.alpha_, self.best_score_ = float(last.alpha), float(last.score)
        vars(self).pop("cv_results_", None)  # of an earlier fit
        if last.results is not None:
            self.cv_results_ = last.results
        return self
