"""Linear regression: the plane through a cloud of points that misses their heights by the least sum of squares.

Idea
----
Predict y by a weighted sum of the columns of X and a constant. Of all weights, take those for which the squared
misses add up to the least. At that point no column can help any more: what is missed is at right angles to every
column. This condition is a system of linear equations, so no search is needed.

Maths
-----
With weights w, intercept b and residual r = y - X w - b::

    minimise sum_i r_i^2          =>   sum_i r_i = 0   and   X'r = 0

The first equation says that the plane goes through the mean; so centre X and y, and b drops out. The second becomes
the normal equations ``X'X w = X'y``. `fit` takes these steps:

1. centre: the means of the columns; 2. gram: X'X and X'y of the centred data, in the same pass over the rows;
3. factor: Cholesky's X'X = R'R. If that shows columns nearly dependent: QR of X; if dependent: singular values, which
   among all best w give the shortest (`factorisations.py`);
4. solve: w from X'y; 5. refine: work out the gradient X'r at this w and correct w by it, until the correction is below
   rounding. For ill-conditioned X, r and X'r are worked out with twice as many digits (`compensated.py`).

With ``positive=True`` step 4 finds which columns may take part at all (`nonnegative.py`). Solvers "gd" and "sgd" solve
no equations; they walk downhill (`gradient_fit.py`, `stochastic_fit.py`). `partial_fit` takes in rows that come in
portions (`recursive.py`).

Cost
----
Cholesky: n d^2 operations for X'X, one pass over X for each refinement (mostly one). QR: twice the operations. With
fewer rows than columns n^2 d (`few_rows.py`). Memory: blocks of X, and a few matrices min(n, d)^2.

Differences
-----------
From scikit-learn, which takes the singular values of X always: with ``tol=1e-6`` as its default it leaves out
directions that the data do determine; here tol=None leaves out only what rounding could have made, judged after each
column is scaled to length one, so that units of measurement do not matter. Constant columns get weight 0. Sparse X is
refused. float32 becomes float64.

References
----------
A. Bjorck (1996), "Numerical methods for least squares problems", SIAM, chapter 2. T. Hastie, R. Tibshirani, J.
Friedman, "The elements of statistical learning", 2nd edition, section 3.2, equations 3.3 to 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    RegressorMixin,
    check_is_fitted,
    check_same_length,
    check_sample_weight,
    check_targets,
    finish,
)
from ..core.rules import boolean, either, integer, n_jobs, none, one_of, random_state, real
from ..core.typing import FloatArray, MatrixLike, RandomStateLike, VectorLike
from .certificate import Certificate, certificate
from .factorisations import Factor, factorise, singular_values
from .few_rows import RowFactor, row_factor, solve_by_rows
from .gradient_fit import descend
from .prediction import LinearPredictor
from .problem import Moments, Problem, learn_moments, make_problem
from .recursive import known_from_fit, take_in, units_of
from .refinement import nonnegative, solve_by
from .stochastic_fit import stumble


class Walk(NamedTuple):
    """How the solvers "gd" and "sgd" walk."""

    max_iter: int
    eta0: float | None
    batch_size: int
    random_state: RandomStateLike


class Step(NamedTuple):
    """What is known after each of the textbook's steps; a later one keeps what earlier ones found."""

    name: str  # "centre", "gram", "factor", "solve", "refine"; "exchange" with positive; "descend" (gd), "epoch" (sgd)
    n: int  # rows
    mean_x: FloatArray  # (d,)
    mean_y: FloatArray  # (t,)
    gram: FloatArray | None = None  # (d, d) X'X of the centred data; its diagonal only, where n <= d
    factor: Factor | RowFactor | None = None  # the factorisation that serves
    w: FloatArray | None = None  # (d,), or (d, t) for y of shape (n, t)
    intercept: FloatArray | None = None  # (), or (t,)
    change: float = 1.0  # length of the last correction beside that of w, columns scaled; by "gd", "sgd" the gradient
    n_iter: int = 1  # iterations, epochs, exchanges, or solutions and their refinements, so far
    solver: str = "nonnegative"  # by which w was found
    moments: Moments | None = None  # where they are such that rows can be added to them


# ---------------------------------------------------------------------------------------------------------------
# The loop


def least_squares(
    p: Problem, found: Moments, solver: str, tol: float | None, positive: bool, walk: Walk
) -> Iterator[Step]:
    """Yield the steps of the best fit of Y (n, t) by X (n, d), whose moments have been found."""
    with np.errstate(over="ignore"):
        step = Step("centre", len(p.X), np.ldexp(found.mean_x, p.shift_x), np.ldexp(found.mean_y, p.shift_y))
    yield step
    step = step._replace(name="gram", gram=found.gram)
    yield step
    if positive:
        yield from nonnegative(p, found, step)
        return
    if solver == "gd":
        yield from descend(p, found, step, walk.eta0, walk.max_iter, tol)
        return
    if solver == "sgd":
        yield from stumble(p, found, step, walk.eta0, walk.batch_size, walk.max_iter, tol, walk.random_state)
        return
    few = row_factor(p, found, solver, tol) if solver in ("auto", "svd") else None
    if few is not None:
        yield from solve_by_rows(p, found, step, few)
        return
    factor = factorise(p, found, solver, tol)
    step = step._replace(solver=factor.solver)
    if factor.solver == "cholesky" and not (p.shift_x.any() or p.shift_y.any() or p.shift_root):
        step = step._replace(moments=found)
    yield from solve_by(p, found, step, factor)


# ---------------------------------------------------------------------------------------------------------------
# The estimator


class LinearRegression(RegressorMixin, LinearPredictor, BaseEstimator):
    """Ordinary least squares: weights and an intercept with the least sum of squared residuals.

    Where several weights are best (dependent columns, fewer rows than columns), the shortest is taken.

    Parameters
    ----------
    fit_intercept : False fits a plane through the origin
    copy_X : for compatibility; X is never overwritten
    tol : a direction of X whose singular value is at most `tol` of the largest (columns scaled to length one) counts as
        absent; None leaves out only what rounding could have made. "gd" stops when the cosines between columns and
        residual are at most `tol` (None: 1e-8), "sgd" when the mean loss has not fallen by it for 5 epochs (None: 1e-5)
    n_jobs : threads; None means all CPUs this process may use. The result does not depend on it
    positive : allow no weight below zero; `solver` and `tol` then play no part
    solver : "cholesky" of X'X, "qr" of X, "svd", or "auto": the first of these that is safe for this X. "gd" (gradient
        descent) and "sgd" (stochastic gradients) walk to the best weights, columns scaled to length (deviation) one
    max_iter : most iterations of "gd", epochs of "sgd"
    eta0 : step size of "gd" and "sgd"; None searches for one ("gd"), or takes the largest that is safe ("sgd")
    batch_size : rows "sgd" looks at for one step; at most a tenth of all rows
    random_state : decides the order in which "sgd" sees the rows

    Attributes
    ----------
    coef_ : array of shape (d,), or (t, d) for y of shape (n, t)
    intercept_ : float, or array of shape (t,); 0.0 without `fit_intercept`
    rank_ : int, the rank of the centred X; not with `positive`
    singular_ : array of shape (min(n, d),), singular values of the centred (and weighted) X; not with `positive`. By
        "cholesky" small ones are right to about 1e-16 times the squared condition number ("auto" keeps that below 1e-6)
    solver_ : "cholesky" (of X X' where rows are fewer than columns), "qr", "svd", "gd", "sgd", "nonnegative", or
        "recursive" after `partial_fit`: which was used
    n_iter_ : int, iterations of "gd", epochs of "sgd", exchanges with `positive`, otherwise the solution and its
        refinements
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Bjorck (1996), chapter 2; Lawson and Hanson (1974), chapter 23.

    Examples
    --------
    >>> from scratchml.linear_model import LinearRegression
    >>> model = LinearRegression().fit([[1.0], [2.0], [3.0]], [3.0, 5.0, 7.0])
    >>> model.coef_.round(12), round(model.intercept_, 12)
    (array([2.]), 1.0)
    """

    _rules: ClassVar = {
        "fit_intercept": boolean,
        "copy_X": boolean,
        "tol": either(none, real(0.0)),
        "n_jobs": n_jobs,
        "positive": boolean,
        "solver": one_of("auto", "cholesky", "qr", "svd", "gd", "sgd"),
        "max_iter": integer(1),
        "eta0": either(none, real(0.0, open_low=True)),
        "batch_size": integer(1),
        "random_state": random_state,
    }

    def __init__(
        self,
        *,
        fit_intercept: bool = True,
        copy_X: bool = True,
        tol: float | None = None,
        n_jobs: int | None = None,
        positive: bool = False,
        solver: str = "auto",
        max_iter: int = 1000,
        eta0: float | None = None,
        batch_size: int = 32,
        random_state: RandomStateLike = None,
    ) -> None:
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.tol = tol
        self.n_jobs = n_jobs
        self.positive = positive
        self.solver = solver
        self.max_iter = max_iter
        self.eta0 = eta0
        self.batch_size = batch_size
        self.random_state = random_state

    def _problem(self, X: FloatArray, y: FloatArray, sample_weight: VectorLike | None) -> Problem:
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        return make_problem(X, y, weight, bool(self.fit_intercept), self.n_jobs)

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: centre, gram, factor, solve, refine (once or more).

        With `positive`, an "exchange" step for each column that enters follows "factor". "gd" and "sgd" yield "descend"
        or "epoch" steps after "gram".

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        X, y = self._check_X_y(X, y, multi_output=True, finite=False)  # the moments will show it
        walk = Walk(self.max_iter, self.eta0, self.batch_size, self.random_state)
        few_rows = len(X) <= X.shape[1] and self.solver != "cholesky"
        diagonal = bool(self.positive) or self.solver in ("gd", "sgd") or few_rows
        p, found = learn_moments(self._problem(X, y, sample_weight), diagonal)
        return least_squares(p, found, self.solver, self.tol, bool(self.positive), walk)

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Find the best weights for X (n, d) and y, (n,) or (n, t); each row counts `sample_weight` (n,) times.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if `solver` is "cholesky" or "qr" and columns are
            dependent; if a weight is beyond float64's range.
        """
        last = finish(self.steps(X, y, sample_weight), self)
        if last.w is None or last.intercept is None:
            raise RuntimeError("The fit was stopped before the step that finds the weights; let it run on to 'solve'.")
        w, intercept = last.w, last.intercept
        if not (np.isfinite(w).all() and np.isfinite(intercept).all()):
            raise ValueError("A weight of the best fit is too large for float64: X is tiny beside y; rescale X or y.")
        self.coef_ = w.T.copy()
        self.intercept_ = 0.0 if not self.fit_intercept else float(intercept) if w.ndim == 1 else intercept.copy()
        self.solver_, self.n_iter_ = last.solver, last.n_iter
        for name in ("rank_", "singular_", "_triangle", "_known"):
            vars(self).pop(name, None)  # of an earlier fit
        if last.factor is not None:
            self.rank_ = last.factor.rank
            self._triangle, self._exponent = last.factor.triangle, last.factor.exponent
            self._n_singular = min(last.n, self.n_features_in_)
            if last.moments is not None and self.rank_ == self.n_features_in_:
                self._known: Any = last  # for partial_fit
        return self

    def partial_fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Take in more rows (Sherman, Morrison, Woodbury: see `recursive.py`), as if fitted to all rows so far at once.

        The rows so far are those of earlier calls, and of a `fit` by "cholesky" before them.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for another number of columns or targets than before; with
            `positive`; after a `fit` that did not keep X'X.
        """
        self._check_params()
        if self.positive:
            raise ValueError("positive=True cannot be fitted row by row; use fit, or positive=False.")
        first = not hasattr(self, "coef_")
        known: Any = getattr(self, "_known", None)
        if isinstance(known, Step):
            known, self._units = known_from_fit(known), None
        if not first and known is None:
            raise ValueError(
                f"After a fit with solver_={self.solver_!r} to these rows none can be added, as X'X was not kept; give "
                "the first rows to partial_fit, too, or fit more rows than columns by solver='cholesky'."
            )
        if first:
            X, y = self._check_X_y(X, y, multi_output=True)
        else:
            X, y = self._check_X(X), check_targets(y, multi_output=True)
            check_same_length(X=X, y=y)
        p = self._problem(X, y, sample_weight)
        p = p._replace(Y=y.reshape(len(y), -1), shift_y=0 * p.shift_y)
        if p.root is not None:
            p = p._replace(root=np.ldexp(p.root, p.shift_root), weight=None, shift_root=0)
        if known is not None and known.w.shape[1] != p.Y.shape[1]:
            raise ValueError(f"y has {p.Y.shape[1]} targets, but had {known.w.shape[1]} before; they must agree.")
        units = units_of(p.X, p.Y) if first else self._units
        if units is not None:
            p = p._replace(X=np.ldexp(p.X, -units[0]), Y=np.ldexp(p.Y, -units[1]))
        last = finish(take_in(p, known), self)
        w, intercept = last.w, last.intercept
        if units is not None:
            with np.errstate(over="ignore"):
                w, intercept = np.ldexp(w, units[1] - units[0][:, None]), np.ldexp(intercept, units[1])
        if not np.isfinite(w).all():
            raise ValueError("A weight of the best fit is too large for float64: X is tiny beside y; rescale X or y.")
        self._known, self._units, one = last, units, y.ndim == 1
        self.coef_ = w[:, 0].copy() if one else w.T.copy()
        self.intercept_ = 0.0 if not self.fit_intercept else float(intercept[0]) if one else intercept.copy()
        self.solver_, self.n_iter_, self.rank_ = "recursive", 1, last.rank
        for name in ("singular_", "_triangle"):
            vars(self).pop(name, None)  # of an earlier fit
        return self

    @cached_property
    def singular_(self) -> FloatArray:
        """Singular values of the centred (and weighted) X, worked out when first asked for, as they cost 3 d^3."""
        if not hasattr(self, "_triangle"):
            raise AttributeError("singular_ is there after fit with positive=False only.")
        return singular_values(self._triangle, self._exponent, self._n_singular)

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the fitted weights are the best for these data, by the equations that the best satisfy.

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
        return certificate(p, self.coef_, self.intercept_, bool(self.positive))
