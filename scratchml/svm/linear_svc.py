"""Linear support vector classification: one border for each class against the rest.

Idea
    A border w.x + intercept = 0 with a wide margin, without kernels: the weights are found directly, so that a hundred
    thousand rows are no trouble. With more than two classes each gets a border of its own against all others, and a row
    belongs to the class whose border it is farthest beyond.
Maths
    minimise  ||w||^2 / 2 + sum_i C_i loss(y_i f(x_i)),   loss(m) = max(1 - m, 0), or its square;   see `linear.py` for
    the intercept
Cost
    See `dual_coordinate_descent.py` and `finite_newton.py`.
Differences
    penalty="l1" and multi_class="crammer_singer" are refused. dual=False is solved by Newton's method on the exact
    curvature. Where n is far above d it gives more digits than liblinear.
References
    Hsieh et al. (2008), see `dual_coordinate_descent.py`. Fan et al. (2008), LIBLINEAR, JMLR 9, 1871-1874.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    BaseEstimator,
    ClassifierMixin,
    check_is_fitted,
    check_sample_weight,
    checked_product,
    class_weights,
    clone,
    finish,
)
from ..core.rules import Rule, boolean, either, integer, mapping, none, one_of, real, verbosity
from ..core.rules import random_state as random_state_rule
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from .draws import Draws
from .dual_coordinate_descent import LinearStep, Rows
from .linear import LinearCertificate, certificate_of, check_ends, solve_all, uses_dual, with_constant


class LinearSVC(ClassifierMixin, BaseEstimator):
    """Linear support vector classification, one class against the rest.

    Parameters
    ----------
    penalty : "l2"; "l1" is refused
    loss : "hinge" or "squared_hinge"
    dual : solve the dual (True), the primal (False, squared_hinge only), or "auto": the primal where n >= d
    tol : how small the slopes must become
    C : what a row on the wrong side costs, beside a wide margin
    multi_class : "ovr"; "crammer_singer" is refused
    fit_intercept : False puts the border through the origin
    intercept_scaling : the constant of the intercept's column; larger values penalise the intercept less
    class_weight : dict {class: weight}, "balanced", or None; multiplies C (of the class's own problem only, where there
        are more than two classes)
    verbose : show a progress bar
    random_state : the order in which the dual's rows are visited
    max_iter : sweeps, or Newton steps, at most

    Attributes
    ----------
    coef_ : shape (1, d), or (k, d) for k > 2 classes
    intercept_ : shape (1,) or (k,); 0.0 without `fit_intercept`
    classes_ : shape (k,)
    n_iter_ : most sweeps, or steps, that a class took
    n_features_in_, feature_names_in_ : as everywhere

    References
    ----------
    Hsieh et al. (2008); see the top of this file.

    Examples
    --------
    >>> from scratchml.svm import LinearSVC
    >>> model = LinearSVC(random_state=0).fit([[-2.0], [-1.0], [1.0], [2.0]], ["no", "no", "yes", "yes"])
    >>> model.predict([[-1.5], [1.5]])
    array(['no', 'yes'], dtype='<U3')
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        "penalty": one_of("l1", "l2"),
        "loss": one_of("hinge", "squared_hinge"),
        "dual": either(boolean, one_of("auto")),
        "tol": real(0.0, open_low=True),
        "C": real(0.0, open_low=True),
        "multi_class": one_of("ovr", "crammer_singer"),
        "fit_intercept": boolean,
        "intercept_scaling": real(0.0, open_low=True),
        "class_weight": either(none, one_of("balanced"), mapping),
        "verbose": verbosity,
        "random_state": random_state_rule,
        "max_iter": integer(1),
    }

    def __init__(
        self,
        penalty: str = "l2",
        loss: str = "squared_hinge",
        *,
        dual: bool | str = "auto",
        tol: float = 1e-4,
        C: float = 1.0,
        multi_class: str = "ovr",
        fit_intercept: bool = True,
        intercept_scaling: float = 1,
        class_weight: Mapping[Any, float] | str | None = None,
        verbose: bool | int = 0,
        random_state: RandomStateLike = None,
        max_iter: int = 1000,
    ) -> None:
        self.penalty = penalty
        self.loss = loss
        self.dual = dual
        self.tol = tol
        self.C = C
        self.multi_class = multi_class
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.verbose = verbose
        self.random_state = random_state
        self.max_iter = max_iter

    def _problems(
        self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None
    ) -> tuple[Array, list[Rows], bool]:
        """Check everything; return the classes, the problems, and whether the dual is solved."""
        self._check_params()
        if self.penalty == "l1":
            raise ValueError("penalty='l1' is not supported here; use penalty='l2', or an l1 logistic regression.")
        if self.multi_class == "crammer_singer":
            raise ValueError("multi_class='crammer_singer' is not supported here; use 'ovr', or SVC(kernel='linear').")
        found, classes, codes = self._check_X_labels(X, y)
        k = len(classes)
        if k < 2:
            raise ValueError(
                f"This solver needs samples of at least 2 classes in the data, but the data contains only one class: "
                f"{classes[0]!r}"
            )
        weight = check_sample_weight(sample_weight, len(found))
        each = class_weights(self.class_weight, classes, codes, weight)
        used = np.flatnonzero(weight > 0.0)
        rows = used[np.argsort(codes[used], kind="stable")]  # the reference's order: class by class
        if np.bincount(codes[rows], minlength=k).min() == 0:
            raise ValueError("sample_weight: all rows of a class have weight 0; give one of them a weight.")
        A = with_constant(found[rows], self.fit_intercept, self.intercept_scaling)
        codes, weight, squared = codes[rows], weight[rows], self.loss == "squared_hinge"
        problems = []
        for j in [1] if k == 2 else range(k):
            z = np.where(codes == j, 1.0, -1.0)
            share = each[codes] if k == 2 else np.where(z > 0, each[j], 1.0)
            problems.append(Rows(A, z, np.maximum(self.C * share * weight, 1e-300), squared, 0.0, True))
        return classes, problems, uses_dual(self.dual, squared, *found.shape)

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[LinearStep]:
        """Return the fit as a generator of steps: "sweep" and "widen" in the dual, "newton" in the primal.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        _, problems, dual = self._problems(X, y, sample_weight)
        return solve_all(problems, dual, self.tol, self.max_iter, Draws(self.random_state), None)

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Fit to X (n, d) and labels y (n,); a row's C is multiplied by its `sample_weight` (n,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for one class only; for a penalty that is not supported.
        """
        self.classes_, problems, dual = self._problems(X, y, sample_weight)
        ends: list[LinearStep] = []
        finish(solve_all(problems, dual, self.tol, self.max_iter, Draws(self.random_state), ends), self)
        W = check_ends(ends, len(problems), self.max_iter)
        self.coef_: FloatArray = W[:, : self.n_features_in_].copy()
        self.intercept_ = W[:, -1] * self.intercept_scaling if self.fit_intercept else 0.0
        self.n_iter_ = max(end.iteration for end in ends)
        return self

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return w.x + intercept for each row of X (m, d): shape (m,) for two classes, (m, k) for more."""
        check_is_fitted(self, "coef_")
        rows = self._check_X(X, finite=False, order="any")  # checked by the product
        found = checked_product(rows, np.ascontiguousarray(self.coef_.T), self.intercept_)
        if not np.isfinite(found).all():
            raise ValueError("X is so large that the decision function leaves the range of float64; scale X down.")
        return found[:, 0] if len(self.classes_) == 2 else found

    def predict(self, X: MatrixLike) -> Array:
        """Return the class of each row of X (m, d), shape (m,)."""
        decision = self.decision_function(X)
        chosen = (decision > 0.0).astype(np.int64) if decision.ndim == 1 else decision.argmax(axis=1)
        found: Array = self.classes_[chosen]
        return found

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> LinearCertificate:
        """Return how nearly the fit is the best one for the data it was fitted to."""
        check_is_fitted(self, "coef_")
        _, problems, _ = clone(self)._problems(X, y, sample_weight)
        W = self.coef_
        if self.fit_intercept:
            W = np.column_stack([W, self.intercept_ / self.intercept_scaling])
        return certificate_of(problems, list(W))
