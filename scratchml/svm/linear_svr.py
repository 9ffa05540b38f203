"""Linear support vector regression: a tube around a plane, fitted without kernels.

Idea
    As SVR with a linear kernel, but the weights are found directly, one row at a time, and the intercept is a weight.
Maths
    minimise  ||w||^2 / 2 + sum_i C_i max(|y_i - f(x_i)| - epsilon, 0), or the squares of these; see `linear.py` for the
    intercept
Cost
    See `dual_coordinate_descent.py` and `finite_newton.py`.
Differences
    dual=False is solved by Newton's method on the exact curvature.
References
    Ho, Lin (2012), Large-scale linear support vector regression, JMLR 13, 3323-3348.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

import numpy as np

from ..core import (
    BaseEstimator,
    RegressorMixin,
    check_is_fitted,
    check_sample_weight,
    checked_product,
    clone,
    finish,
)
from ..core.rules import Rule, boolean, either, integer, one_of, real, verbosity
from ..core.rules import random_state as random_state_rule
from ..core.typing import FloatArray, MatrixLike, RandomStateLike, VectorLike
from .draws import Draws
from .dual_coordinate_descent import LinearStep, Rows
from .linear import LinearCertificate, certificate_of, check_ends, solve_all, uses_dual, with_constant


class LinearSVR(RegressorMixin, BaseEstimator):
    """Linear support vector regression.

    Parameters
    ----------
    epsilon : half the tube's width, in units of y
    tol : how small the slopes must become, beside those of the first sweep
    C : what a miss costs, beside flatness
    loss : "epsilon_insensitive" or "squared_epsilon_insensitive"
    fit_intercept : False fits a plane through the origin
    intercept_scaling : the constant of the intercept's column; larger values penalise the intercept less
    dual : solve the dual (True), the primal (False, squared loss only), or "auto": the primal where it can and n >= d
    verbose : show a progress bar
    random_state : the order in which the dual's rows are visited
    max_iter : sweeps, or Newton steps, at most

    Attributes
    ----------
    coef_ : shape (d,)
    intercept_ : shape (1,); 0.0 without `fit_intercept`
    n_iter_ : sweeps or steps
    n_features_in_, feature_names_in_ : as everywhere

    References
    ----------
    Ho and Lin (2012); see the top of this file.

    Examples
    --------
    >>> from scratchml.svm import LinearSVR
    >>> model = LinearSVR(C=100.0, random_state=0, tol=1e-8).fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> model.predict([[4.0]]).round(4)
    array([9.])
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        "epsilon": real(0.0),
        "tol": real(0.0, open_low=True),
        "C": real(0.0, open_low=True),
        "loss": one_of("epsilon_insensitive", "squared_epsilon_insensitive"),
        "fit_intercept": boolean,
        "intercept_scaling": real(0.0, open_low=True),
        "dual": either(boolean, one_of("auto")),
        "verbose": verbosity,
        "random_state": random_state_rule,
        "max_iter": integer(1),
    }

    def __init__(
        self,
        *,
        epsilon: float = 0.0,
        tol: float = 1e-4,
        C: float = 1.0,
        loss: str = "epsilon_insensitive",
        fit_intercept: bool = True,
        intercept_scaling: float = 1.0,
        dual: bool | str = "auto",
        verbose: bool | int = 0,
        random_state: RandomStateLike = None,
        max_iter: int = 1000,
    ) -> None:
        self.epsilon = epsilon
        self.tol = tol
        self.C = C
        self.loss = loss
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.dual = dual
        self.verbose = verbose
        self.random_state = random_state
        self.max_iter = max_iter

    def _problem(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None) -> tuple[Rows, bool]:
        """Check everything; return the problem, and whether the dual is solved."""
        self._check_params()
        found, targets = self._check_X_y(X, y)
        weight = check_sample_weight(sample_weight, len(found))
        rows = np.flatnonzero(weight > 0.0)
        A = with_constant(found[rows], self.fit_intercept, self.intercept_scaling)
        squared = self.loss == "squared_epsilon_insensitive"
        C = np.maximum(self.C * weight[rows], 1e-300)
        return Rows(A, targets[rows], C, squared, float(self.epsilon), False), uses_dual(
            self.dual, squared, *found.shape
        )

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[LinearStep]:
        """Return the fit as a generator of steps: "sweep" and "widen" in the dual, "newton" in the primal.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        problem, dual = self._problem(X, y, sample_weight)
        return solve_all([problem], dual, self.tol, self.max_iter, Draws(self.random_state), None)

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Fit to X (n, d) and y (n,); a row's C is C times its `sample_weight` (n,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`.
        """
        problem, dual = self._problem(X, y, sample_weight)
        ends: list[LinearStep] = []
        finish(solve_all([problem], dual, self.tol, self.max_iter, Draws(self.random_state), ends), self)
        w = check_ends(ends, 1, self.max_iter)[0]
        self.coef_: FloatArray = w[: self.n_features_in_].copy()
        self.intercept_ = w[-1:] * self.intercept_scaling if self.fit_intercept else 0.0
        self.n_iter_ = ends[0].iteration
        return self

    def predict(self, X: MatrixLike) -> FloatArray:
        """Return w.x + intercept for each row of X (m, d), shape (m,)."""
        check_is_fitted(self, "coef_")
        rows = self._check_X(X, finite=False, order="any")  # checked by the product
        found = checked_product(rows, self.coef_, self.intercept_)
        if not np.isfinite(found).all():
            raise ValueError("X is so large that the prediction leaves the range of float64; scale X down.")
        return found

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> LinearCertificate:
        """Return how nearly the fit is the best one for the data it was fitted to."""
        check_is_fitted(self, "coef_")
        problem, _ = clone(self)._problem(X, y, sample_weight)
        w = self.coef_
        if self.fit_intercept:
            w = np.r_[w, self.intercept_ / self.intercept_scaling]
        return certificate_of([problem], [w])
