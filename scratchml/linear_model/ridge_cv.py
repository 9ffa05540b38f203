"""Ridge regression that chooses alpha itself: by leaving each row out once, or by folds.

Idea
----
Of several alphas take the one whose predictions for rows not seen in the fit are best. Leaving out one row at a time
needs no second fit (`leave_one_out.py`). With folds, one pass over the rows of a fit serves all alphas.

Maths
-----
With e_i the error for row i of the fit by all others, and s_i its weight::

    score(alpha) = - 1/n sum_i s_i e_i^2            or `scoring` of the predictions y_i - e_i

    folds: score(alpha) = mean over folds of the score, on the fold, of the fit by all other folds

Cost
----
Leave-one-out: n d^2 once and 2 n d for each alpha (see `leave_one_out.py`). Folds: n d^2 for each fold, d^3 for each
alpha and fold.

Differences
-----------
From scikit-learn: the fit by the chosen alpha goes through `Ridge`'s own solver, refinement included. `cv` is
what it is there (`folds.py`).

References
----------
G. H. Golub, M. Heath, G. Wahba (1979), "Generalized cross-validation as a method for choosing a good ridge
parameter", Technometrics 21(2). R. Rifkin, R. Lippert (2007), "Notes on regularized least squares", MIT
CSAIL TR-2007-025.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, RegressorMixin, check_array, check_sample_weight, finish
from ..core.rules import anything, array_like, boolean, either, function, none, one_of, real, text
from ..core.sklearn_bridge import to_sklearn_tags
from ..core.tags import Tags
from ..core.typing import FloatArray, MatrixLike, VectorLike
from ..metrics import check_scoring
from ..metrics.scorer import takes_weight
from .few_rows import row_products, rows_of
from .folds import Fold, cut_folds
from .leave_one_out import leave_one_out
from .prediction import LinearPredictor
from .problem import Moments, Problem, learn_moments, make_problem
from .ridge import Ridge, each_alpha
from .ridge import Step as RidgeStep

Score = Callable[[FloatArray, FloatArray, Any], Any]  # of (predictions, y, sample_weight); larger is better


class Step(NamedTuple):
    """After an alpha has been scored, and at the end, after the fit by the best."""

    name: str  # "score" for each alpha, then the last step of Ridge's fit: "solve" or "refine"
    alpha: Any  # the alpha just scored; at the end the best one, an array (t,) for alpha_per_target
    score: Any  # its score, an array (t,) for alpha_per_target
    w: FloatArray | None = None  # (d,), or (d, t)
    intercept: FloatArray | None = None  # () or (t,)
    results: FloatArray | None = None  # (n, t, A) squared errors, or predictions with scoring


class Choice(NamedTuple):
    """What to choose alpha from, and how."""

    alphas: FloatArray  # (A,)
    mode: str  # "auto", "eigen" or "svd"
    score: Score | None  # None: minus the mean of squared errors
    per_target: bool
    store: bool


# ---------------------------------------------------------------------------------------------------------------
# The loops


def choose_by_leaving_one_out(
    p: Problem, found: Moments, y: FloatArray, weight: FloatArray | None, c: Choice
) -> Iterator[Step]:
    """Yield a step for each alpha, then the fit by the best."""
    if len(p.X) <= p.X.shape[1] and c.mode != "svd":
        found = found._replace(row_gram=row_products(rows_of(p, found)))  # for the choice and for the fit
    sums, errors = leave_one_out(p, found, c.alphas, c.mode, c.store or c.score is not None)
    results, scores = None, np.zeros(len(c.alphas))
    with np.errstate(over="ignore"):
        if c.score is None:
            scores = -np.ldexp(sums, 2 * (p.shift_y[:, None] + p.shift_root)) / len(p.X)
            scores = scores if c.per_target else scores.mean(axis=0)
            if errors is not None:
                root = np.ones(len(p.X)) if p.root is None else np.ldexp(p.root, p.shift_root)
                results = np.ldexp(errors * root[:, None, None], p.shift_y[:, None]) ** 2
        elif errors is not None:
            results = np.ldexp(p.Y[:, :, None] - errors, p.shift_y[:, None])
            scores = score_predictions(results, y, weight, c.score, c.per_target)
    yield from show_and_fit(p, found, c, scores, results if c.store else None)


def score_predictions(
    predictions: FloatArray, y: FloatArray, weight: FloatArray | None, score: Score, per_target: bool
) -> FloatArray:
    """Return the score of each alpha's predictions (n, t, A), shape (A,), or (t, A) with `per_target`."""
    alphas = range(predictions.shape[2])
    if per_target:
        return np.array([[score(predictions[:, k, a], y[:, k], weight) for a in alphas] for k in range(y.shape[1])])
    shape = y.shape
    return np.array([score(np.ascontiguousarray(predictions[:, :, a]).reshape(shape), y, weight) for a in alphas])


def show_and_fit(
    p: Problem, found: Moments, c: Choice, scores: FloatArray, results: FloatArray | None = None
) -> Iterator[Step]:
    """Yield a step for each alpha, scores (A,) or (t, A), and the fit by the first of the best."""
    for a, alpha in enumerate(c.alphas):
        yield Step("score", alpha, scores[..., a])
    best = scores.argmax(axis=-1)
    alpha, score = c.alphas[best], scores.max(axis=-1)
    start = RidgeStep("gram", len(p.X), found.mean_x, found.mean_y, found.gram)
    *_, last = each_alpha(p, found, start, np.broadcast_to(alpha, (p.Y.shape[1],)))
    yield Step(last.name, alpha, score, last.w, last.intercept, results)


def choose_by_folds(
    p: Problem, X: FloatArray, y: FloatArray, folds: list[Fold], c: Choice, score: Callable[..., float]
) -> Iterator[Step]:
    """Yield a step for each alpha, then the fit by the best. score(w, intercept, X, y, weight): larger is better."""
    scores = []
    weights = None if p.weight is None else np.ldexp(p.weight, 2 * p.shift_root)
    for train, test in folds:
        weight, seen = (None, None) if weights is None else (weights[train], weights[test])
        fits = []
        part = make_problem(np.ascontiguousarray(X[train]), np.ascontiguousarray(y[train]), weight, p.centred, p.n_jobs)
        part, found = learn_moments(part, len(part.X) <= part.X.shape[1])
        start = RidgeStep("gram", len(part.X), found.mean_x, found.mean_y, found.gram)
        for alpha in c.alphas:
            *_, last = each_alpha(part, found, start, np.full(part.Y.shape[1], alpha))
            fits.append((last.w, last.intercept))
        del part  # before the test rows are copied
        X_test, y_test = X[test], y[test]
        scores.append([score(w, intercept, X_test, y_test, seen) for w, intercept in fits])
        del X_test
    p, found = learn_moments(p, len(X) <= X.shape[1])
    yield from show_and_fit(p, found, c, np.mean(scores, axis=0))


# ---------------------------------------------------------------------------------------------------------------
# The estimators


class Given:
    """Stands for a fitted regressor whose predictions are already there, so that a scorer can be asked."""

    _estimator_type: ClassVar[str] = "regressor"

    def __init__(self) -> None:
        self.n_features_in_ = 1

    def predict(self, X: FloatArray) -> FloatArray:
        """Return X, which is the predictions."""
        return X

    def _tags(self) -> Tags:
        return Tags(estimator_type="regressor")

    def __sklearn_tags__(self) -> Any:
        return to_sklearn_tags(self._tags())


class RidgeCV(RegressorMixin, LinearPredictor, BaseEstimator):
    """Ridge regression with alpha chosen by leave-one-out, at the price of about one fit, or by folds.

    Parameters
    ----------
    alphas : the alphas to choose from, array of shape (A,), above 0 (with `cv`: 0 or more)
    fit_intercept : False fits a plane through the origin
    scoring : what to choose by: a scorer's name or a scorer; None means minus the mean squared error where one row is
        left out, R2 with `cv`
    cv : None leaves one row out; an integer cuts the rows into so many consecutive folds; a splitter, or pairs of
        arrays (train, test)
    gcv_mode : how one row is left out: "eigen" values of X'X or X X', "svd" (singular values, by way of a QR of X),
        "auto" or None: by eigenvalues where that is safe
    store_cv_results : keep `cv_results_`; only with ``cv=None``
    alpha_per_target : choose an alpha for each target; only with ``cv=None``

    Attributes
    ----------
    alpha_ : float, the best alpha; array of shape (t,) with `alpha_per_target` and t > 1
    best_score_ : float or array of shape (t,), its score
    coef_ : array of shape (d,), or (t, d) for y of shape (n, t) with t > 1
    intercept_ : float, or array of shape (t,) for y of shape (n, t); 0.0 without `fit_intercept`
    cv_results_ : array of shape (n, A) or (n, t, A), with `store_cv_results`: the squared errors (times the
        weights), or the predictions where there is `scoring`
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Golub, Heath and Wahba (1979); Rifkin and Lippert (2007).

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.linear_model import RidgeCV
    >>> X, y = np.arange(6.0)[:, None], np.array([0.0, 1, 2, 3, 4, 5])
    >>> RidgeCV(alphas=[0.01, 1.0, 100.0]).fit(X, y).alpha_
    0.01
    """

    _rules: ClassVar = {
        "alphas": either(real(0.0), array_like),
        "fit_intercept": boolean,
        "scoring": either(none, text, function),
        "cv": anything,
        "gcv_mode": either(none, one_of("auto", "svd", "eigen")),
        "store_cv_results": boolean,
        "alpha_per_target": boolean,
    }

    def __init__(
        self,
        alphas: VectorLike = (0.1, 1.0, 10.0),
        *,
        fit_intercept: bool = True,
        scoring: Any = None,
        cv: Any = None,
        gcv_mode: str | None = None,
        store_cv_results: bool = False,
        alpha_per_target: bool = False,
    ) -> None:
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.scoring = scoring
        self.cv = cv
        self.gcv_mode = gcv_mode
        self.store_cv_results = store_cv_results
        self.alpha_per_target = alpha_per_target

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: "score" for each alpha, then the fit by the best.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        alphas = check_alphas(self.alphas, self.cv is None)
        X, y = self._check_X_y(X, y, multi_output=True, finite=self.cv is not None)
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        p = make_problem(X, y, weight, bool(self.fit_intercept), None)
        per_target = bool(self.alpha_per_target) and p.Y.shape[1] > 1
        scorer = None if self.scoring is None else check_scoring(self, self.scoring)
        c = Choice(alphas, self.gcv_mode or "auto", None, per_target, bool(self.store_cv_results))
        if self.cv is None:
            p, found = learn_moments(p, len(X) <= X.shape[1])
            return choose_by_leaving_one_out(p, found, y, weight, c._replace(score=scorer and self._ask(scorer)))
        for name in ("store_cv_results", "alpha_per_target"):
            if getattr(self, name):
                raise ValueError(f"cv!=None and {name}=True are incompatible; leave one of them at its default.")
        return choose_by_folds(p, X, y, cut_folds(self.cv, X, y), c, self._score_fold(scorer))

    @staticmethod
    def _ask(scorer: Any) -> Score:
        def score(predictions: FloatArray, y: FloatArray, weight: Any) -> Any:
            how = {} if weight is None or not takes_weight(scorer) else {"sample_weight": weight}
            return scorer(Given(), predictions, y, **how)

        return score

    def _score_fold(self, scorer: Any) -> Callable[..., float]:
        def score(w: FloatArray, intercept: FloatArray, X: FloatArray, y: FloatArray, weight: Any) -> float:
            model = Ridge(fit_intercept=self.fit_intercept)
            model.coef_, model.intercept_, model.n_features_in_ = w.T, intercept, X.shape[1]
            asked = model.score if scorer is None else partial(scorer, model)
            how = {} if weight is None or not takes_weight(scorer or model.score) else {"sample_weight": weight}
            return float(asked(X, y, **how))

        return score

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Choose alpha, and find the best weights by it for X (n, d) and y, (n,) or (n, t).

        Each row counts `sample_weight` (n,) times, also in scores that can be weighted.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for a single row; if a weight is beyond float64's range.
        """
        last = finish(self.steps(X, y, sample_weight), self)
        if last.w is None or last.intercept is None:
            raise RuntimeError("The fit was stopped before the step that finds the weights; let it run on to 'solve'.")
        w, intercept = last.w, last.intercept
        if not (np.isfinite(w).all() and np.isfinite(intercept).all()):
            raise ValueError("A weight of the best fit is too large for float64: X is tiny beside y; rescale X or y.")
        self.coef_ = w.T.copy() if w.ndim == 1 or w.shape[1] > 1 else w[:, 0].copy()
        self.intercept_ = 0.0 if not self.fit_intercept else float(intercept) if w.ndim == 1 else intercept.copy()
        self.alpha_ = float(last.alpha) if np.ndim(last.alpha) == 0 else last.alpha
        self.best_score_ = float(last.score) if np.ndim(last.score) == 0 else last.score
        if self.alpha_per_target and w.ndim == 2:
            self.best_score_ = np.atleast_1d(self.best_score_)
        vars(self).pop("cv_results_", None)  # of an earlier fit
        if last.results is not None:
            self.cv_results_ = last.results[:, 0] if w.ndim == 1 else last.results
        return self


def check_alphas(alphas: Any, above_zero: bool) -> FloatArray:
    """Return the alphas to choose from, (A,).

    Raises
    ------
    ValueError
        If there is none, or one is negative, or 0 with `above_zero`.
    """
    found = check_array(np.atleast_1d(np.asarray(alphas)), name="alphas", ensure_2d=False)
    if found.ndim != 1 or not len(found):
        raise ValueError(f"alphas has shape {found.shape}; give at least one alpha, in one dimension.")
    if found.min() < 0.0 or (above_zero and found.min() == 0.0):
        wanted = "above 0 (cv=None)" if above_zero else "0 or more"
        raise ValueError(f"alphas[{found.argmin()}] == {found.min()}, must be {wanted}.")
    return np.asarray(found, dtype=np.float64)
