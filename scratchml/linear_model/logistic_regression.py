"""Logistic regression: the odds of a class as a product of factors, one for each column.

Idea
----
A probability cannot be a weighted sum of columns, which knows no bounds; but its log-odds, log(p / (1 - p)), can. Each
weight then says by how much the odds are multiplied when its column grows by one. Of all weights take those that make
the classes seen the most likely. There is no formula for them; but the loss is a bowl with one lowest point, and every
way downhill ends there.

Maths
-----
Two classes, y = 0 or 1, one row of weights w and an intercept b; k classes, one row and intercept for each::

    p(x) = 1 / (1 + exp(-(w x + b)))                     p_c(x) = exp(w_c x + b_c) / sum_e exp(w_e x + b_e)

    minimise   C sum_i s_i l_i + (1 - l1_ratio) / 2 sum w^2 + l1_ratio sum |w|,     l_i = -log p of the class seen

Divided by C sum_i s_i this is a mean loss and its penalty, which is what the steps show, and what `tol` is about. At
the lowest point, without l1: ``C X' (s (y - p)) = w`` and ``sum_i s_i (y_i - p_i) = 0``; no penalty touches
the intercept.

The loss in one pass over X: `logistic_problem.py`; the ways downhill: `logistic_solvers.py` and, for l1,
`proximal_newton.py`; `logistic_options.py` reads scikit-learn's names.

Cost
----
About 8 passes over X for two classes, 20 for ten (solver "lbfgs"), each 4 n d k operations. Memory: X is not copied but
where it must be scaled.

Differences
-----------
From scikit-learn: solvers "liblinear", "newton-cg" and "sag" are not offered, "gd" (gradient descent) is added; L-BFGS
goes on until the loss, too, is within about 1e-9 of its least. With ``C=inf`` classes that can be separated are told
of, since no best fit exists. With an l1 penalty "saga" is proximal Newton (`proximal_newton.py`), which is at the
lowest point where SAGA's epochs have run out. Threads (`n_jobs`) are used, and never change a bit. One-versus-rest is
``multi_class="ovr"``, which scikit-learn leaves to OneVsRestClassifier. `dual` and `intercept_scaling`, which are for
liblinear, are taken and do nothing. float32 becomes float64; sparse X is refused.

References
----------
D. R. Cox (1958), "The regression analysis of binary sequences", J. R. Stat. Soc. B 20(2). T. Hastie, R. Tibshirani, J.
Friedman, "The elements of statistical learning", 2nd edition, section 4.4. A. Albert, J. A. Anderson (1984), "On the
existence of maximum likelihood estimates in logistic regression models", Biometrika 71(1): separation.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, ConvergenceWarning, both, check_is_fitted, check_labels, check_same_length, finish
from ..core.steps import sealed
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..optim import Penalty
from .linear_classifier import ProbabilityMixin
from .logistic_options import (
    RULES,
    Strength,
    asks_for_saga,
    check_solver,
    check_two_classes,
    penalty_weights,
    read_penalty,
    row_weights,
)
from .logistic_problem import (
    LogisticProblem,
    from_units,
    gradient_in_units,
    loss_and_gradient,
    make_problem,
    prior_start,
)
from .logistic_solvers import Step, descend, newton_cholesky, quasi_newton, stochastic
from .proximal_newton import proximal_newton


class Certificate(NamedTuple):
    """How nearly a fit is the best one: both would be 0 at the lowest point."""

    gradient: float  # largest entry of |gradient| of mean loss + penalty; with l1 how far 0 is from the slopes
    intercept: float  # largest entry of |mean of p - y|, what the intercepts could still better; 0 without them


class Task(NamedTuple):
    """One fit: of all classes at once, or of one against the rest."""

    problem: LogisticProblem
    penalty: Penalty  # of the mean loss, for saga and the certificate
    start: FloatArray  # W (k, d + 1)
    total: float  # sum of the rows' weights
    for_saga: bool = False  # with columns as SAGA wants them

    def started_at(self, coef: FloatArray, intercept: FloatArray) -> Task:
        """Return the same fit from coefficients (k, d) and intercepts (k,) in the user's units."""
        return self._replace(start=from_units(self.problem, coef, intercept))


def make_task(
    X: FloatArray,
    codes: IntArray,
    n_classes: int,
    weight: FloatArray | None,
    strength: Strength,
    centred: bool,
    n_jobs: int | None,
    start: tuple[FloatArray, FloatArray] | None = None,
    for_saga: bool = False,
) -> Task:
    """Return the fit for X (n, d) and class numbers (n,), from `start` (coef, intercept) or from the classes' odds."""
    total = float(len(X)) if weight is None else float(weight.sum())
    l1, l2 = penalty_weights(strength, total)
    k = 1 if n_classes == 2 else n_classes
    target = np.where(codes > 0, 1.0, -1.0) if k == 1 else codes
    p = make_problem(X, target, weight, k, l2, centred, n_jobs, for_saga)
    task = Task(p, Penalty(l1, l2), prior_start(p), total, for_saga)
    return task if start is None else task.started_at(*start)


def run(task: Task, solver: str, max_iter: int, tol: float, random_state: RandomStateLike) -> Iterator[Step]:
    """Return the steps of a fit by the solver named."""
    p, start = task.problem, task.start
    if solver == "saga" and not task.for_saga:
        return proximal_newton(p, start, max_iter, tol, task.penalty)
    if solver == "saga":
        return stochastic(p, start, max_iter, tol, task.penalty, random_state)
    way = {"lbfgs": quasi_newton, "newton-cholesky": newton_cholesky, "gd": descend}[solver]
    return way(p, start, max_iter, tol)


def run_each(tasks: list[Iterator[Step]]) -> Iterator[Step]:
    """Yield the steps of one-versus-rest fits, one class after the other; the last step holds all classes."""
    ends = []
    for steps in tasks:
        for step in steps:
            yield step
        ends.append(step)
    coef, intercept = (sealed(np.concatenate(parts)) for parts in zip(*((s.coef, s.intercept) for s in ends)))
    slowest = max(ends, key=lambda s: (s.name == "separable", not s.converged, s.iteration))
    yield slowest._replace(coef=coef, intercept=intercept, loss=sum(s.loss for s in ends))


def warn_of(step: Step, solver: str, max_iter: int, penalised: bool) -> None:
    """Warn if the last step of a fit is not the end that was wanted."""
    if step.name == "separable" and not penalised:
        text = (
            "The classes are separable by a plane: without a penalty the loss falls for ever while the coefficients "
            "grow, and no best fit exists. Give a finite C."
        )
    elif step.converged:
        return
    elif step.iteration >= max_iter:
        text = (
            f"{solver} failed to converge after {step.iteration} iteration(s): the largest gradient entry is "
            f"{step.gradient_norm:.2g}. Increase max_iter, scale the data (StandardScaler), or take another solver."
        )
    else:
        text = (
            f"{solver} stopped after {step.iteration} iteration(s), where float64 can tell no lower point: the largest "
            f"gradient entry is {step.gradient_norm:.2g}. Scale the data (StandardScaler)."
        )
    warnings.warn(text, both(ConvergenceWarning), stacklevel=3)


class LogisticRegression(ProbabilityMixin, BaseEstimator):
    """Classes by log-odds that are weighted sums of the columns; l2 penalty unless told otherwise.

    Parameters
    ----------
    penalty : deprecated, as in scikit-learn: "l2", "l1", "elasticnet" or None; leave it out
    C : inverse strength of the penalty, above 0; inf means none
    l1_ratio : 0 is the l2 penalty, 1 the l1 penalty, between the two the elastic net
    dual : for compatibility; must be False
    tol : stop when no entry of the gradient of mean loss + penalty is above it
    fit_intercept : False puts every border through the origin
    intercept_scaling : for compatibility; does nothing
    class_weight : weight of each class by label, 1 where left out; "balanced" makes all classes weigh the same
    random_state : decides which samples SAGA draws
    solver : "lbfgs"; "newton-cholesky" (few columns and classes); "gd", gradient descent, to learn from; "saga", the
        one for l1 and the elastic net, where it stands for Newton steps with coordinate descent inside; SAGA for others
    max_iter : most steps of the solver; epochs of SAGA
    verbose : above 0 shows a progress bar
    warm_start : start from the coefficients of the last fit
    n_jobs : threads; None means all CPUs this process may use. The result does not depend on it
    multi_class : "multinomial" fits several classes at once, "ovr" each class against the rest

    Attributes
    ----------
    classes_ : array of shape (n_classes,), sorted
    coef_ : array of shape (1, d) for two classes, else (n_classes, d)
    intercept_ : array of shape (1,) or (n_classes,); 0 without `fit_intercept`
    n_iter_ : int32 array of shape (1,), or (n_classes,) by "ovr"
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Hastie, Tibshirani, Friedman (2009), section 4.4.

    Examples
    --------
    >>> from scratchml.linear_model import LogisticRegression
    >>> model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    >>> model.predict([[0.5], [2.5]])
    array(['no', 'yes'], dtype='<U3')
    >>> model.predict_proba([[1.5]]).round(6)
    array([[0.5, 0.5]])
    """

    _rules: ClassVar = RULES

    def __init__(
        self,
        penalty: str | None = "deprecated",
        *,
        C: float = 1.0,
        l1_ratio: float | None = 0.0,
        dual: bool = False,
        tol: float = 1e-4,
        fit_intercept: bool = True,
        intercept_scaling: float = 1,
        class_weight: Mapping[Any, float] | str | None = None,
        random_state: RandomStateLike = None,
        solver: str = "lbfgs",
        max_iter: int = 100,
        verbose: int = 0,
        warm_start: bool = False,
        n_jobs: int | None = None,
        multi_class: str = "multinomial",
    ) -> None:
        self.penalty = penalty
        self.C = C
        self.l1_ratio = l1_ratio
        self.dual = dual
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.random_state = random_state
        self.solver = solver
        self.max_iter = max_iter
        self.verbose = verbose
        self.warm_start = warm_start
        self.n_jobs = n_jobs
        self.multi_class = multi_class

    def _tasks(
        self,
        X: FloatArray,
        classes: Array,
        codes: IntArray,
        sample_weight: VectorLike | None,
        strength: Strength,
        start: tuple[FloatArray, FloatArray] | None,
    ) -> list[Task]:
        """Return one task, or one for each class."""
        weight = row_weights(self.class_weight, classes, codes, sample_weight)
        k, shared = len(classes), (weight, strength, bool(self.fit_intercept), self.n_jobs)
        saga = asks_for_saga(self.solver, strength)
        if self.multi_class != "ovr" or k == 2:
            return [make_task(X, codes, k, *shared, start, saga)]
        starts = [None if start is None else (start[0][[c]], start[1][[c]]) for c in range(k)]
        return [make_task(X, (codes == c).astype(np.int64), 2, *shared, starts[c], saga) for c in range(k)]

    def _prepare(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None) -> tuple[Array, list[Task]]:
        self._check_params()
        strength = read_penalty(self.penalty, self.C, self.l1_ratio)
        check_solver(self.solver, strength, self.dual)
        X, classes, codes = self._check_X_labels(X, y)
        check_two_classes(classes)
        start = None
        if self.warm_start and hasattr(self, "coef_"):
            start = (self.coef_, self.intercept_)
            k = 1 if len(classes) == 2 else len(classes)
            if self.coef_.shape != (k, X.shape[1]):
                raise ValueError(
                    f"warm_start: the last fit has coef_ of shape {self.coef_.shape}, these data want "
                    f"{(k, X.shape[1])}; set warm_start=False, or take a new model."
                )
        return classes, self._tasks(X, classes, codes, sample_weight, strength, start)

    def _run(self, tasks: list[Task]) -> Iterator[Step]:
        how = (self.solver, self.max_iter, float(self.tol), self.random_state)
        return run(tasks[0], *how) if len(tasks) == 1 else run_each([run(task, *how) for task in tasks])

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: "start", then "update" ("epoch" for saga) after each iteration.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        return self._run(self._prepare(X, y, sample_weight)[1])

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Find the best coefficients for X (n, d) and labels y (n,); each row counts `sample_weight` (n,) times.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if y has one class only; if a coefficient is beyond
            float64's range.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` ran out; or if classes are separable and there is no penalty, so that no best fit exists.
        """
        classes, tasks = self._prepare(X, y, sample_weight)
        counts: list[int] = []
        last = finish(count_iterations(self._run(tasks), counts), self)
        if not (np.isfinite(last.coef).all() and np.isfinite(last.intercept).all()):
            raise ValueError("A coefficient of the best fit is too large for float64: X is tiny; rescale X.")
        self.classes_ = classes
        self.coef_, self.intercept_ = last.coef.copy(), last.intercept.copy()
        self.n_iter_ = np.asarray(counts[: len(tasks)], dtype=np.int32)
        warn_of(last, self.solver, self.max_iter, tasks[0].penalty != Penalty())
        return self

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the fitted coefficients are the best for these data: the gradient there.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit, or a label that ``fit`` has not seen.
        """
        check_is_fitted(self, "coef_")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # told when fitting
            strength = self._strength()
        rows, (labels, inverse) = self._check_X(X), check_labels(y)
        check_same_length(X=rows, y=inverse)
        place = np.searchsorted(self.classes_, labels)
        known = self.classes_[np.minimum(place, len(self.classes_) - 1)]
        if (known != labels).any():
            raise ValueError(f"y has labels that fit has not seen; it saw {self.classes_.tolist()}.")
        start = (self.coef_, self.intercept_)
        tasks = self._tasks(rows, self.classes_, place[inverse], sample_weight, strength, start)
        found = [certificate_of(task) for task in tasks]
        return Certificate(max(c.gradient for c in found), max(c.intercept for c in found))

    def _strength(self) -> Strength:
        return read_penalty(self.penalty, self.C, self.l1_ratio)

    def _one_versus_rest(self) -> bool:
        return bool(self.multi_class == "ovr" and len(self.classes_) > 2)

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), cls(solver="newton-cholesky", multi_class="ovr"), cls(solver="saga", l1_ratio=0.5, max_iter=500)]


def count_iterations(steps: Iterator[Step], counts: list[int]) -> Iterator[Step]:
    """Pass steps on, and note the number of iterations of each fit among them."""
    for step in steps:
        if step.iteration == 0:
            counts.append(0)
        elif counts:
            counts[-1] = max(counts[-1], step.iteration)
        yield step


def certificate_of(task: Task) -> Certificate:
    """Return the certificate at a task's start."""
    p, d = task.problem, task.problem.X.shape[1]
    smooth = p._replace(l2=np.zeros(d))
    G = gradient_in_units(p, loss_and_gradient(smooth, task.start)[1])
    coef = np.ldexp(task.start[:, :d], -p.shift)
    return Certificate(
        task.penalty.stationarity(coef, G[:, :d]) if np.isfinite(task.penalty.l2) else 0.0,
        float(np.abs(G[:, d:]).max(initial=0.0)),
    )
