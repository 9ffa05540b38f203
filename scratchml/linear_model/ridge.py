"""Ridge regression: least squares with a price on large weights.

Idea
----
Where columns are nearly dependent, least squares sets large weights against one another, and they follow the noise. So
add to the sum of squared misses alpha times the sum of squared weights: a weight must earn its size. Directions in
which X varies much are hardly touched, those in which it varies little are shrunk to nothing.

Maths
-----
With weights w, intercept b (free of charge) and residual r = y - X w - b::

    minimise sum_i r_i^2 + alpha sum_f w_f^2     =>   sum_i r_i = 0   and   X'r = alpha w

Centring X and y removes b as in least squares; then ``(X'X + alpha I) w = X'y``: least squares again, for X with the
rows sqrt(alpha) I below and zeros below y. Hence `fit` takes the same steps (see `linear_regression.py`): centre,
gram, factor (`ridge_factors.py`), solve, and, where the equations are ill-conditioned, refine (`refinement.py`). With
singular values s_j and directions v_j of X::

    w = sum_j v_j s_j / (s_j^2 + alpha) u_j'y         each direction is shrunk by s_j^2 / (s_j^2 + alpha)

Cost
----
n d^2 operations for X'X in one pass over X, d^3 / 3 for Cholesky; for n <= d rows n^2 d and n^3 / 3.
"sparse_cg": one pass over X, 4 n d operations, for each iteration.

Differences
-----------
From scikit-learn: X is worked on in blocks, not copied; where eps times the squared condition number exceeds 1e-10,
Cholesky's weights are refined or QR is taken; solvers are "auto", "cholesky", "qr", "svd" and "sparse_cg" (also under
the name "cg"); `positive` is solved exactly by Lawson and Hanson's active set in place of L-BFGS-B. n_iter_ is
never None. Sparse X is refused. float32 becomes float64.

References
----------
A. E. Hoerl, R. W. Kennard (1970), "Ridge regression", Technometrics 12(1), equations 2.1 to 2.3. T. Hastie, R.
Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, equations 3.41 to 3.47.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    ConvergenceWarning,
    RegressorMixin,
    both,
    check_array,
    check_is_fitted,
    check_same_length,
    check_sample_weight,
    check_targets,
    finish,
)
from ..core.rules import array_like, boolean, either, integer, none, one_of, random_state, real
from ..core.steps import final
from ..core.typing import FloatArray, MatrixLike, RandomStateLike, VectorLike
from .certificate import Certificate, certificate
from .factorisations import Factor, factorise
from .few_rows import RowFactor, row_factor, solve_by_rows
from .prediction import LinearPredictor
from .problem import Moments, Problem, in_units, learn_moments, make_problem, penalty_roots
from .refinement import nonnegative, solve_by
from .ridge_conjugate import conjugate_steps
from .ridge_factors import dual_weights, primal_weights, ridge_factor

ENOUGH = 1e-10  # a bound of the weights' relative error, not worth one more pass over X (true ones are far smaller)


class Step(NamedTuple):
    """What is known after each of the textbook's steps; a later one keeps what earlier ones found."""

    name: str  # "centre", "gram", "factor", "solve", "refine"; "iterate" of sparse_cg; "exchange" with positive
    n: int  # rows
    mean_x: FloatArray  # (d,)
    mean_y: FloatArray  # (t,)
    gram: FloatArray | None = None  # (d, d) X'X of the centred data; its diagonal only, where that is not needed
    factor: Factor | RowFactor | None = None  # the factorisation that serves the alpha at work
    w: FloatArray | None = None  # (d,), or (d, t) for y of shape (n, t)
    intercept: FloatArray | None = None  # (), or (t,)
    change: float = 1.0  # length of the last correction beside that of w, columns scaled
    solver: str = "cholesky"  # by which w was found
    n_iter: Any = 1  # (t,) iterations, exchanges, or solutions and their refinements, so far


# ---------------------------------------------------------------------------------------------------------------
# The loop


def ridge_regression(
    p: Problem, found: Moments, alpha: FloatArray, solver: str, positive: bool, max_iter: int | None, tol: float
) -> Iterator[Step]:
    """Yield the steps of the ridge regression of Y (n, t) by X (n, d), alpha (t,); targets of one alpha together."""
    n = len(p.X)
    with np.errstate(over="ignore"):
        step = Step("centre", n, np.ldexp(found.mean_x, p.shift_x), np.ldexp(found.mean_y, p.shift_y))
    yield step
    step = step._replace(name="gram", gram=final(found.gram))
    yield step
    yield from each_alpha(p, found, step, alpha, solver, positive, max_iter, tol)


def each_alpha(
    p: Problem,
    found: Moments,
    step: Step,
    alpha: FloatArray,
    solver: str = "auto",
    positive: bool = False,
    max_iter: int | None = None,
    tol: float = 0.0,
) -> Iterator[Step]:
    """Yield the steps from "factor" on for each alpha that some target has. alpha (t,): read."""
    d = p.X.shape[1]
    w, intercept, n_iter = np.zeros((d, len(alpha))), np.zeros(len(alpha)), np.zeros(len(alpha))
    for value in dict.fromkeys(alpha.tolist()):
        k = np.flatnonzero(alpha == value)
        together = len(k) == len(alpha)
        p_k, found_k = (p, found) if together else targets_of(p, found, k)
        if value > 0.0:
            p_k = p_k._replace(ridge=penalty_roots(p, value))
        steps: Iterator[Step]
        if positive:
            steps = (s._replace(solver="nonnegative") for s in nonnegative(p_k, found_k, step))
        elif solver == "sparse_cg":
            steps = conjugate_steps(p_k, found_k, step, 10 * d if max_iter is None else max_iter, tol)
        else:
            steps = one_alpha(p_k, found_k, step, solver)
        for s in steps:
            if s.w is not None and not together:
                w[:, k], intercept[k], s = s.w, s.intercept, s._replace(w=w, intercept=intercept)
            n_iter[k] = s.n_iter
            yield s._replace(n_iter=n_iter)


def targets_of(p: Problem, found: Moments, k: Any) -> tuple[Problem, Moments]:
    """Return the problem of the targets k alone."""
    p_k = p._replace(Y=np.ascontiguousarray(p.Y[:, k]), shift_y=p.shift_y[k], one_target=False)
    moment = np.ascontiguousarray(found.moment[:, k])
    return p_k, found._replace(mean_y=found.mean_y[k], rest_y=found.rest_y[k], moment=moment)


def one_alpha(p: Problem, found: Moments, step: Step, solver: str) -> Iterator[Step]:
    """Yield the steps "factor", "solve" and perhaps "refine" of a problem whose targets have one alpha."""
    way = solver if solver in ("qr", "svd") else "auto"
    if p.ridge is not None and solver in ("auto", "cholesky") and (quick := quick_weights(p, found)) is not None:
        w, intercept = in_units(p, quick, found.mean_y - found.mean_x @ quick)
        yield step._replace(name="solve", w=w, intercept=intercept)
        return
    enough = 0.0 if p.ridge is None else ENOUGH  # without a penalty: the same bits as LinearRegression
    if (few := row_factor(p, found, way)) is not None:
        yield from solve_by_rows(p, found, step, few, enough)
        return
    factor = factorise(p, found, way, None) if p.ridge is None else ridge_factor(p, found, solver)
    yield from solve_by(p, found, step._replace(solver=factor.solver), factor, enough)


def quick_weights(p: Problem, found: Moments) -> FloatArray | None:
    """Return w (d, t) by the smaller of the two systems, primal and dual, or None where that is not safe."""
    way = dual_weights if len(p.X) <= p.X.shape[1] else primal_weights
    answer = way(p, found, ENOUGH)
    return None if answer is None or answer[1] > ENOUGH else answer[0]


# ---------------------------------------------------------------------------------------------------------------
# The estimator


class Ridge(RegressorMixin, LinearPredictor, BaseEstimator):
    """Ridge regression: least squares plus alpha times the sum of squared weights.

    Parameters
    ----------
    alpha : the price of a squared weight, 0 or more; or one for each target, shape (t,). 0 is least squares
    fit_intercept : False fits a plane through the origin
    copy_X : for compatibility; X is never overwritten
    max_iter : most iterations of "sparse_cg" for each target; None means 10 d
    tol : "sparse_cg" stops when no entry of the gradient (columns scaled to length one) is above `tol` times the
        largest one at w = 0; other solvers work to the last digits
    solver : "cholesky" of X'X + alpha I (of X X' + alpha I for n <= d), "qr", "svd", "sparse_cg" or "cg" (conjugate
        gradients, no matrix beside X), or "auto": the first of the former three that is safe for this X
    positive : allow no weight below zero; `solver` must then be "auto"
    random_state : for compatibility; nothing here is random

    Attributes
    ----------
    coef_ : array of shape (d,), or (t, d) for y of shape (n, t) with t > 1
    intercept_ : float, or array of shape (t,) for y of shape (n, t); 0.0 without `fit_intercept`
    n_iter_ : array of shape (t,), iterations of "sparse_cg", exchanges with `positive`, otherwise the solution and its
        refinements; at least 1 (None in scikit-learn, where nothing is iterated)
    solver_ : "cholesky", "qr", "svd", "sparse_cg" or "nonnegative": which was used
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Hoerl and Kennard (1970), equations 2.1 to 2.3.

    Examples
    --------
    >>> from scratchml.linear_model import Ridge
    >>> model = Ridge(alpha=2.0).fit([[1.0], [2.0], [3.0]], [3.0, 5.0, 7.0])
    >>> model.coef_, model.intercept_  # least squares has 2 and 1
    (array([1.]), 3.0)
    """

    _rules: ClassVar = {
        "alpha": either(real(0.0), array_like),
        "fit_intercept": boolean,
        "copy_X": boolean,
        "max_iter": either(none, integer(1)),
        "tol": real(0.0),
        "solver": one_of("auto", "cholesky", "qr", "svd", "sparse_cg", "cg"),
        "positive": boolean,
        "random_state": random_state,
    }

    def __init__(
        self,
        alpha: float | VectorLike = 1.0,
        *,
        fit_intercept: bool = True,
        copy_X: bool = True,
        max_iter: int | None = None,
        tol: float = 1e-4,
        solver: str = "auto",
        positive: bool = False,
        random_state: RandomStateLike = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.max_iter = max_iter
        self.tol = tol
        self.solver = solver
        self.positive = positive
        self.random_state = random_state

    def _problem(self, X: FloatArray, y: FloatArray, sample_weight: VectorLike | None) -> Problem:
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        return make_problem(X, y, weight, bool(self.fit_intercept), None)

    def _alphas(self, t: int) -> FloatArray:
        """Return one alpha for each of t targets."""
        alpha = check_array(np.atleast_1d(np.asarray(self.alpha)), name="alpha", ensure_2d=False).ravel()
        if len(alpha) not in (1, t):
            raise ValueError(
                f"Number of targets and number of penalties do not correspond: alpha has {len(alpha)} values for {t} "
                "targets; give one, or one for each."
            )
        if (alpha < 0.0).any():
            raise ValueError(f"alpha={alpha.min()} is negative; a penalty must be 0 or more.")
        return np.broadcast_to(alpha, (t,))

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: centre, gram, factor, solve, and refine where it is needed.

        By "sparse_cg", "iterate" steps follow "gram"; with `positive`, an "exchange" for each column that enters. From
        "factor" on, steps are repeated for each alpha.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        solver = "sparse_cg" if self.solver == "cg" else self.solver
        if self.positive and solver != "auto":
            raise ValueError(f"solver={solver!r} does not support positive fitting; set solver='auto'.")
        X, y = self._check_X_y(X, y, multi_output=True, finite=False)  # the moments will show it
        p, positive = self._problem(X, y, sample_weight), bool(self.positive)
        alpha = self._alphas(p.Y.shape[1])
        p, found = learn_moments(p, positive or solver in ("svd", "sparse_cg") or len(X) <= X.shape[1])
        return ridge_regression(p, found, alpha, solver, positive, self.max_iter, float(self.tol))

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Find the best weights for X (n, d) and y, (n,) or (n, t); each row counts `sample_weight` (n,) times.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if a weight is beyond float64's range.
        """
        last = finish(self.steps(X, y, sample_weight), self)
        if last.w is None or last.intercept is None:
            raise RuntimeError("The fit was stopped before the step that finds the weights; let it run on to 'solve'.")
        w, intercept = last.w, last.intercept
        if not (np.isfinite(w).all() and np.isfinite(intercept).all()):
            raise ValueError("A weight of the best fit is too large for float64: X is tiny beside y; rescale X or y.")
        self.coef_ = w.T.copy() if w.ndim == 1 or w.shape[1] > 1 else w[:, 0].copy()
        self.intercept_ = 0.0 if not self.fit_intercept else float(intercept) if w.ndim == 1 else intercept.copy()
        self.n_iter_, self.solver_ = np.maximum(last.n_iter, 1).astype(np.int64), last.solver
        if self.solver_ == "sparse_cg" and not last.change <= self.tol:
            warnings.warn(
                f"sparse_cg did not converge within {self.n_iter_.max()} iterations; raise max_iter or tol, or take "
                "solver='auto'.",
                both(ConvergenceWarning),
                stacklevel=2,
            )
        return self

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the fitted weights are the best for these data: the gradient, which would be 0.

        Needs no other fit to compare with: residual and gradient are worked out with twice as many digits.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit.
        """
        check_is_fitted(self, "coef_")
        X, y = self._check_X(X), check_targets(y, multi_output=True)
        check_same_length(X=X, y=y)
        p = self._problem(X, y, sample_weight)
        return certificate(p, self.coef_, self.intercept_, bool(self.positive), self._alphas(p.Y.shape[1]))
