"""LassoCV and ElasticNetCV: which alpha? The one whose weights predict rows best that had no part in finding them.

Idea
----
A small alpha fits the rows at hand ever better; rows not seen, better at first and then worse. So keep a part of the
rows back, fit the whole path to the others, and see where it predicts the part kept back best. Do so for each part in
turn, take the alpha with the least mean error, and fit once more with all rows.

Maths
-----
``mse(alpha) = mean over folds of mean over test rows of (y - Xw(alpha) - b)^2``, with w and b of the training rows;
``alpha_ = argmin mse``, and of several l1_ratio the one whose least is lowest.

Cost
----
A path for each fold and l1_ratio; see `lasso_folds.py` for how folds share products, and `lasso_path.py`.

Differences
-----------
From scikit-learn: n_jobs=None means all CPUs; results do not depend on it. With ``precompute="auto"`` the last fit is
made as `Lasso` makes it.

References
----------
T. Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, section 7.10.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    RegressorMixin,
    check_is_fitted,
    check_random_state,
    check_same_length,
    check_targets,
    draw_seed,
    finish,
)
from ..core.rules import (
    anything,
    array_like,
    boolean,
    either,
    integer,
    n_jobs,
    one_of,
    random_state,
    real,
    verbosity,
)
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from .columns import prepare
from .elastic_net import (
    ElasticNet,
    known_products,
    order_of,
    rules_for,
    warn_of_gap,
    weights_of,
)
from .folds import cut_folds
from .lasso import Model
from .lasso_certificate import Certificate, certify_columns
from .lasso_folds import Task, are_parts, columns_by_parts, score_paths
from .lasso_path import alpha_grid, sorted_alphas, warn_of_gaps
from .prediction import LinearPredictor


class Step(NamedTuple):
    """What is known after a step."""

    name: str  # "grid", "score" when all folds are done, "choose", then "refit" for each step of the last fit
    alphas: FloatArray  # (l, k) for l values of l1_ratio, largest first
    mse: FloatArray | None = None  # (l, k, folds) mean squared error on the test rows
    l1_ratio: float | None = None  # chosen
    alpha: float | None = None  # chosen
    model: Model | None = None  # what the last fit has found


class LassoCV(RegressorMixin, LinearPredictor, BaseEstimator):
    """The lasso with the alpha that predicts best in cross-validation.

    Parameters
    ----------
    eps : the smallest alpha beside the largest, where they are chosen here
    alphas : how many to choose, or the alphas themselves
    fit_intercept : False fits planes through the origin
    precompute : whether X'X is worked out at once; "auto": where rows are more than columns
    max_iter : most passes over the columns in play, for each alpha
    tol : the duality gap must be at most ``tol |y|^2 / n``
    copy_X : for compatibility; X is never overwritten
    cv : a number of folds (None: 5), a splitter, or pairs of row numbers (train, test)
    verbose : True shows a progress bar
    n_jobs : threads; None means all CPUs this process may use. The result does not depend on it
    positive : allow no weight below zero
    random_state : seed for ``selection="random"``
    selection : "cyclic", or "random": another order in every pass

    Attributes
    ----------
    alpha_ : float, the alpha chosen
    coef_ : array of shape (d,), of the fit to all rows with `alpha_`
    intercept_ : float
    mse_path_ : array of shape (k, folds), mean squared error on the test rows
    alphas_ : array of shape (k,), largest first
    dual_gap_ : float, of the last fit
    n_iter_ : int, of the last fit
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Hastie, Tibshirani and Friedman, section 7.10.1. Friedman, Hastie and Tibshirani (2010), section 2.5.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.linear_model import LassoCV
    >>> x = np.arange(20.0)
    >>> model = LassoCV(alphas=[1.0, 0.01], cv=4).fit(np.c_[x, x % 3], 2 * x)
    >>> model.alpha_, model.coef_.round(2)
    (0.01, array([2., 0.]))
    """

    _several_targets = False
    _rules: ClassVar = {
        "eps": real(0.0, open_low=True),
        "alphas": either(integer(1), array_like),
        "fit_intercept": boolean,
        "precompute": either(boolean, one_of("auto"), array_like),
        "max_iter": integer(1),
        "tol": real(0.0),
        "copy_X": boolean,
        "cv": anything,
        "verbose": verbosity,
        "n_jobs": n_jobs,
        "positive": boolean,
        "random_state": random_state,
        "selection": one_of("cyclic", "random"),
    }

    def __init__(
        self,
        *,
        eps: float = 1e-3,
        alphas: int | VectorLike = 100,
        fit_intercept: bool = True,
        precompute: bool | str | MatrixLike = "auto",
        max_iter: int = 1000,
        tol: float = 1e-4,
        copy_X: bool = True,
        cv: Any = None,
        verbose: bool | int = False,
        n_jobs: int | None = None,
        positive: bool = False,
        random_state: RandomStateLike = None,
        selection: str = "cyclic",
    ) -> None:
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.precompute = precompute
        self.max_iter = max_iter
        self.tol = tol
        self.copy_X = copy_X
        self.cv = cv
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.positive = positive
        self.random_state = random_state
        self.selection = selection

    def _ratios(self) -> list[float]:
        return [1.0]

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: grid, score, choose, refit (as many as the last fit has).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        given = None if isinstance(self.alphas, numbers.Integral) else sorted_alphas(self.alphas)
        precompute = known_products(self.precompute)
        ratios = self._ratios()
        if given is None and 0.0 in ratios:
            raise ValueError(
                "Automatic alpha grid generation is not supported for l1_ratio=0. Please supply a grid by providing "
                "your estimator with the appropriate `alphas=` argument."
            )
        X, y = self._check_X_y(X, y, order=order_of(X))
        weight = weights_of(sample_weight, len(X))
        folds = cut_folds(self.cv, X, y)
        return self._search(X, y, weight, given, ratios, folds, precompute)

    def _search(
        self, X: FloatArray, y: FloatArray, weight: Any, given: Any, ratios: Any, folds: Any, precompute: Any
    ) -> Iterator[Step]:
        centred, positive = bool(self.fit_intercept), bool(self.positive)
        if given is None:
            columns = prepare(X, y, weight, centred, False)
            grid = [alpha_grid(columns, 0, ratio, positive, float(self.eps), int(self.alphas)) for ratio in ratios]
            alphas = np.array(grid)
        else:
            alphas = np.tile(given, (len(ratios), 1))
        step = Step("grid", alphas)
        yield step
        n, d = X.shape
        prepared: list[Any] = [None] * len(folds)
        full = precompute is True or (isinstance(precompute, str) and min(len(f.train) for f in folds) > d)
        if full and are_parts(folds, n):
            prepared = columns_by_parts(X, y, weight, centred, folds) or prepared
        rng = check_random_state(self.random_state) if self.selection == "random" else None
        tasks = [
            Task(fold, of_fold, row, ratio, self._rules_of(None if rng is None else draw_seed(rng)))
            for ratio, row in zip(ratios, alphas)
            for fold, of_fold in zip(folds, prepared)
        ]
        of_folds = precompute if isinstance(precompute, (bool, str)) else "auto"  # products given are those of all rows
        found = score_paths(tasks, X, y, weight, (centred, of_folds, positive), self.n_jobs)
        for _, path in found:
            warn_of_gaps(path, self.max_iter)
        mse = np.array([scores for scores, _ in found]).reshape(len(ratios), len(folds), -1)
        step = step._replace(name="score", mse=np.moveaxis(mse, 2, 1).copy())
        yield step
        means = np.moveaxis(mse, 2, 1).mean(axis=2)
        if not np.isfinite(means).any():
            raise ValueError("No alpha predicts within float64's range on the test rows; scale X or y.")
        best = np.unravel_index(np.argmin(np.where(np.isfinite(means), means, np.inf)), means.shape)
        ratio, alpha = float(ratios[best[0]]), float(alphas[best])
        step = step._replace(name="choose", l1_ratio=ratio, alpha=alpha)
        yield step
        last_fit = ElasticNet(
            alpha,
            l1_ratio=ratio,
            fit_intercept=centred,
            precompute=False if isinstance(precompute, str) else precompute,
            max_iter=self.max_iter,
            tol=self.tol,
            positive=positive,
            random_state=self.random_state,
            selection=self.selection,
        )
        for inner in last_fit.steps(X, y, weight):
            yield step._replace(name="refit", model=inner.model)

    def _rules_of(self, seed: int | None) -> Any:
        return rules_for(self.tol, self.max_iter, self.selection, seed)

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Choose alpha by cross-validation and fit to all rows of X (n, d) and y (n,).

        `sample_weight` (n,) counts in fitting and in the error of each fold; the mean over folds is plain.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if a weight is beyond float64's range.
        """
        last = finish(self.steps(X, y, sample_weight), self)
        if last.model is None or last.alpha is None or last.l1_ratio is None or last.mse is None:
            raise RuntimeError("The fit was stopped before an alpha was chosen; let it run on to 'refit'.")
        model = last.model
        if not (np.isfinite(model.w).all() and np.isfinite(model.intercept).all()):
            raise ValueError("A weight of the best fit is too large for float64: X is tiny beside y; rescale X or y.")
        self.alpha_ = float(last.alpha)
        self._keep_ratio(last.l1_ratio)
        one = isinstance(self.alphas, numbers.Integral) and len(last.alphas) > 1
        self.alphas_ = last.alphas.copy() if one else last.alphas[0].copy()
        self.mse_path_ = np.squeeze(last.mse)
        self.coef_ = model.w[0].copy()
        self.intercept_ = float(model.intercept[0]) if self.fit_intercept else 0.0
        self.dual_gap_, self.n_iter_ = float(model.gap[0]), int(model.iterations[0])
        warn_of_gap(model, self.max_iter, self.alpha_, last.l1_ratio)
        return self

    def _keep_ratio(self, l1_ratio: float) -> None:
        """Remember what only `ElasticNetCV` chooses."""

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the fitted weights are the best at `alpha_` for these data; see `Lasso.certify`.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit.
        """
        check_is_fitted(self, "coef_")
        X, y = self._check_X(X, order=order_of(X)), check_targets(y)
        check_same_length(X=X, y=y)
        columns = prepare(X, y, weights_of(sample_weight, len(X)), bool(self.fit_intercept), False)
        ratio = float(getattr(self, "l1_ratio_", 1.0))
        intercept: Array = np.array([self.intercept_])
        return certify_columns(columns, self.coef_[None], intercept, self.alpha_, ratio, bool(self.positive))
