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

With ``positive=True`` step 4 finds which columns may take part at all (`nonnegative.py`).

Cost
----
Cholesky: n d^2 operations for X'X, one pass over X for each refinement (mostly one). QR: twice the operations.

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
from typing import ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    RegressorMixin,
    check_is_fitted,
    check_same_length,
    check_sample_weight,
    check_targets,
    chunks,
    finish,
    map_chunks,
    one_blas_thread,
)
from ..core.rules import boolean, either, n_jobs, none, one_of, real
from ..core.tags import Tags
from ..core.typing import FloatArray, MatrixLike, VectorLike
from .compensated import careful_gradient, careful_residual, two_sum
from .factorisations import EPS, ILL_CONDITIONED, Factor, factorise, scaled_triangle, singular_values
from .nonnegative import lawson_hanson, passive_basis
from .problem import (
    Moments,
    Problem,
    binary_exponent,
    find_gradient,
    find_moments,
    in_range,
    in_units,
    make_problem,
    scale_down,
    squares,
)

MAX_REFINEMENTS = 20
PREDICT_ROWS = 16384


class Step(NamedTuple):
    """What is known after each of the textbook's steps; a later one keeps what earlier ones found."""

    name: str  # "centre", "gram", "factor", "solve", "refine"; with positive "exchange" before "solve"
    n: int  # rows
    mean_x: FloatArray  # (d,)
    mean_y: FloatArray  # (t,)
    gram: FloatArray | None = None  # (d, d) X'X of the centred data; its diagonal only, where n <= d
    factor: Factor | None = None  # the factorisation that serves
    w: FloatArray | None = None  # (d,), or (d, t) for y of shape (n, t)
    intercept: FloatArray | None = None  # (), or (t,)
    change: float = 1.0  # length of the last correction beside that of w, columns scaled


class Certificate(NamedTuple):
    """How nearly a fit is the best one; all but `residual_norm` would be 0 without rounding."""

    gradient: float  # largest |x_f'r| / (|x_f| |y|), x_f and y centred: what a column could still explain
    intercept: float  # |mean r| sqrt(n) / |y|
    multiplier: float  # with positive=True: the same as `gradient` for columns at 0 that would like to enter
    residual_norm: float  # |r|


# ---------------------------------------------------------------------------------------------------------------
# The loop


def least_squares(p: Problem, solver: str, tol: float | None, positive: bool) -> Iterator[Step]:
    """Yield the steps of the best fit of Y (n, t) by X (n, d)."""
    diagonal = positive or (p.X.shape[0] <= p.X.shape[1] and solver != "cholesky")
    found = find_moments(p, diagonal)
    if not in_range(found) and (shift := binary_exponent(p.X)).any():
        p = p._replace(X=scale_down(p.X, shift), shift_x=shift)
        found = find_moments(p, diagonal)
    with np.errstate(over="ignore"):
        step = Step("centre", len(p.X), np.ldexp(found.mean_x, p.shift_x), np.ldexp(found.mean_y, p.shift_y))
    yield step
    step = step._replace(name="gram", gram=found.gram)
    yield step
    if positive:
        yield from nonnegative(p, found, step)
        return
    factor = factorise(p, found, solver, tol)
    step = step._replace(name="factor", factor=factor)
    yield step
    with one_blas_thread():
        w = factor.basis @ (factor.basis.T @ found.moment)
    rate = EPS * factor.condition ** (2 if factor.solver == "cholesky" else 1)
    yield from refine(p, found, step, w, factor.basis, rate, is_delicate(p, factor.condition, factor.noise))


def is_delicate(p: Problem, condition: float, noise: float) -> bool:
    """Say whether refinement needs twice the digits. The fewer the numbers, the less they cost, so the earlier."""
    return condition > min(ILL_CONDITIONED, 0.01 * p.X.size) or noise > np.sqrt(EPS)


def refine(
    p: Problem, found: Moments, step: Step, w: FloatArray, basis: FloatArray, rate: float, careful: bool
) -> Iterator[Step]:
    """Yield w (d, t) as solved, then after each correction, until the next one would be below rounding.

    A correction is expected to be at most `rate` times the one before. With `careful`, digits are doubled.
    """
    length = np.sqrt(np.maximum(squares(found), 0.0))[:, None]
    intercept = found.mean_y - found.mean_x @ w  # zeros where there is none: both means are 0 then
    rest = np.zeros_like(w)  # with twice the digits, w + rest is meant
    shown, shown_intercept = in_units(p, w, intercept)
    yield step._replace(name="solve", w=shown, intercept=shown_intercept)
    before = np.linalg.norm(length * w, axis=0)
    for iteration in range(MAX_REFINEMENTS):
        if careful:
            residual, mean = careful_residual(p.X, p.Y, p.weight, (w, rest), intercept, p.centred, p.n_jobs)
            g = careful_gradient(p.X, p.weight, residual, p.n_jobs)
        else:
            g = find_gradient(p, found, w)
        with one_blas_thread():
            correction = basis @ (basis.T @ g)
        if careful:
            w, rest = two_sum(w, rest + correction)
            intercept = intercept + mean - found.mean_x @ correction
        else:
            w = w + correction
            intercept = found.mean_y - found.mean_x @ w
        after, size = np.linalg.norm(length * correction, axis=0), np.linalg.norm(length * w, axis=0)
        change = float((after / np.where(size > 0.0, size, 1.0)).max())
        ratio = float((after / np.where(before > 0.0, before, 1.0)).max())
        settled = change * max(rate, ratio) <= EPS or (iteration > 0 and ratio > 0.5)
        if settled and careful:
            intercept = intercept + careful_residual(p.X, p.Y, p.weight, (w, 0 * w), intercept, p.centred, p.n_jobs)[1]
        shown, shown_intercept = in_units(p, w, intercept)
        yield step._replace(name="refine", w=shown, intercept=shown_intercept, change=change)
        if settled:
            return
        before = after


def nonnegative(p: Problem, found: Moments, step: Step) -> Iterator[Step]:
    """Yield the steps of the best fit with no weight below zero, one target after the other."""
    R, Z, columns, length, noise = scaled_triangle(p, found)
    yield step._replace(name="factor")
    w, intercept = np.zeros((p.X.shape[1], p.Y.shape[1])), found.mean_y.copy()
    for k in range(p.Y.shape[1]):
        only = [k]
        for exchange in lawson_hanson(R, Z[:, k]):
            w[columns, k] = exchange.w / length
            intercept[only] = found.mean_y[only] - found.mean_x @ w[:, only]
            shown, shown_intercept = in_units(p, w, intercept)
            yield step._replace(name="exchange", w=shown, intercept=shown_intercept)
        part, condition = passive_basis(R, exchange.passive)
        basis = np.zeros((len(w), part.shape[1]))
        basis[columns] = part / length[:, None]
        p_k = p._replace(Y=p.Y[:, only], shift_x=0 * p.shift_x, shift_y=0 * p.shift_y[only], one_target=False)
        found_k = found._replace(mean_y=found.mean_y[only])
        delicate = is_delicate(p, condition, noise)
        *_, last = refine(p_k, found_k, step, w[:, only], basis, EPS * condition, delicate)
        w[:, only], intercept[only] = np.maximum(np.asarray(last.w), 0.0), last.intercept
        shown, shown_intercept = in_units(p, w, intercept)
        yield last._replace(w=shown, intercept=shown_intercept)


# ---------------------------------------------------------------------------------------------------------------
# The estimator


class LinearRegression(RegressorMixin, BaseEstimator):
    """Ordinary least squares: weights and an intercept with the least sum of squared residuals.

    Where several weights are best (dependent columns, fewer rows than columns), the shortest is taken.

    Parameters
    ----------
    fit_intercept : False fits a plane through the origin
    copy_X : for compatibility; X is never overwritten
    tol : a direction of X whose singular value is at most `tol` of the largest (columns scaled to length one) counts as
        absent; None leaves out only what rounding could have made
    n_jobs : threads; None means all CPUs this process may use. The result does not depend on it
    positive : allow no weight below zero; `solver` and `tol` then play no part
    solver : "cholesky" of X'X, "qr" of X, "svd", or "auto": the first of these that is safe for this X

    Attributes
    ----------
    coef_ : array of shape (d,), or (t, d) for y of shape (n, t)
    intercept_ : float, or array of shape (t,); 0.0 without `fit_intercept`
    rank_ : int, the rank of the centred X; not with `positive`
    singular_ : array of shape (min(n, d),), singular values of the centred (and weighted) X; not with `positive`. By
        "cholesky" small ones are right to about 1e-16 times the squared condition number ("auto" keeps that below 1e-6)
    solver_ : "cholesky", "qr", "svd", or "nonnegative": which was used
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
        "solver": one_of("auto", "cholesky", "qr", "svd"),
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
    ) -> None:
        self.fit_intercept = fit_intercept
        self.copy_X = copy_X
        self.tol = tol
        self.n_jobs = n_jobs
        self.positive = positive
        self.solver = solver

    def _problem(self, X: FloatArray, y: FloatArray, sample_weight: VectorLike | None) -> Problem:
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        return make_problem(X, y, weight, bool(self.fit_intercept), self.n_jobs)

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: centre, gram, factor, solve, refine (once or more).

        With `positive`, an "exchange" step for each column that enters follows "factor".

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        X, y = self._check_X_y(X, y, multi_output=True)
        return least_squares(self._problem(X, y, sample_weight), self.solver, self.tol, bool(self.positive))

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
        self.solver_ = "nonnegative" if last.factor is None else last.factor.solver
        for name in ("rank_", "singular_", "_triangle"):
            vars(self).pop(name, None)  # of an earlier fit
        if last.factor is not None:
            self.rank_ = last.factor.basis.shape[1]
            self._triangle, self._exponent = last.factor.triangle, last.factor.exponent
            self._n_singular = min(last.n, self.n_features_in_)
        return self

    @cached_property
    def singular_(self) -> FloatArray:
        """Singular values of the centred (and weighted) X, worked out when first asked for, as they cost 3 d^3."""
        if not hasattr(self, "_triangle"):
            raise AttributeError("singular_ is there after fit with positive=False only.")
        return singular_values(self._triangle, self._exponent, self._n_singular)

    def predict(self, X: MatrixLike) -> FloatArray:
        """Return X coef_ + intercept_, shape (n,) or (n, t).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, NaN or infinity, or a prediction is beyond float64's range.
        """
        check_is_fitted(self, "coef_")
        X = self._check_X(X)
        w = self.coef_.T

        def task(rows: slice) -> FloatArray:
            with np.errstate(over="ignore", invalid="ignore"):
                return np.asarray(X[rows] @ w + self.intercept_)

        with one_blas_thread():
            found = np.concatenate(map_chunks(task, chunks(len(X), PREDICT_ROWS), self.n_jobs))
        if not np.isfinite(found).all():
            raise ValueError("A prediction is too large for float64: X is far beyond what was seen in fit; rescale it.")
        return found

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
        shift = binary_exponent(p.X)
        p = p._replace(X=scale_down(p.X, shift), shift_x=shift)
        w = np.ldexp(self.coef_.reshape(-1, p.X.shape[1]).T, p.shift_x[:, None] - p.shift_y)
        intercept = np.ldexp(np.broadcast_to(self.intercept_, (w.shape[1],)), -p.shift_y)
        found = find_moments(p, diagonal=True)
        residual, mean = careful_residual(p.X, p.Y, p.weight, (w, 0 * w), intercept, p.centred, self.n_jobs)
        g = careful_gradient(p.X, p.weight, residual, self.n_jobs)
        one = np.ones(len(X)) if p.root is None else p.root
        height = np.linalg.norm(one[:, None] * p.Y, axis=0)
        spread = np.linalg.norm(one[:, None] * (p.Y - found.mean_y), axis=0)
        height = np.where(spread > EPS * height, spread, np.where(height > 0.0, height, 1.0))
        length = np.sqrt(np.maximum(squares(found), 0.0))[:, None]
        raw_length = np.hypot(length, np.sqrt(found.total) * np.abs(found.mean_x[:, None]))
        cosine = np.where(length > 8 * EPS * raw_length, g / np.where(length > 0.0, length, 1.0), 0.0) / height
        stuck = (w == 0.0) & bool(self.positive)
        with np.errstate(over="ignore"):
            norms = np.linalg.norm(one[:, None] * (residual[0] + mean), axis=0)
            residual_norm = np.linalg.norm(np.ldexp(norms, p.shift_y + p.shift_root))
        return Certificate(
            gradient=float(np.abs(np.where(stuck, 0.0, cosine)).max()),
            intercept=float((np.abs(mean) * np.sqrt(found.total) / height).max()),
            multiplier=float(np.where(stuck, cosine, 0.0).max(initial=0.0)),
            residual_norm=float(residual_norm),
        )

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.multi_output = True
        return tags
