"""Support vector regression: a tube of width 2 epsilon around a function as flat as possible.

Idea
    Misses smaller than epsilon cost nothing, larger ones as much as they exceed it. Of all functions, take the flattest
    whose misses cost little. Only points on the tube's wall or outside shape it: the support vectors.
Maths
    minimise  ||w||^2 / 2 + C sum_i weight_i max(|y_i - f(x_i)| - epsilon, 0),   f(x) = w.phi(x) + intercept
    dual      maximise  y'b - epsilon sum |b_i| - b'Kb / 2  with  sum b_i = 0, |b_i| <= C weight_i;  f = K b + intercept
Cost
    See `smo.py`; predictions see `machine.py`.
Differences
    One signed coefficient for each point; libsvm keeps two, of which one is always 0.
References
    Vapnik, The Nature of Statistical Learning Theory (1995), chapter 6. Smola, Schölkopf (2004), A tutorial on support
    vector regression, Statistics and Computing 14, 199-222.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Self

import numpy as np

from ..core import RegressorMixin, clone, finish, pace
from ..core.rules import Rule, real
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from .kernels import GIVEN
from .machine import KernelMachine
from .problem import Certificate, Problem, certify
from .solver import PERIOD, Solution, Step, train


class SVR(RegressorMixin, KernelMachine):
    """Support vector regression with a kernel.

    Parameters
    ----------
    kernel : "linear", "poly", "rbf", "sigmoid", "precomputed" (X holds kernel values), or a callable of two arrays
    degree : of poly
    gamma : of poly, rbf, sigmoid: "scale" is 1 / (d var(X)), "auto" is 1 / d, or a number
    coef0 : of poly and sigmoid
    tol : largest violation of the optimality conditions at which the solver stops
    C : what a miss costs, beside flatness
    epsilon : half the tube's width, in units of y
    shrinking : let points rest that seem settled
    cache_size : memory for kernel values that are kept, in MB at most; two rows of them are kept in any case
    verbose : show a progress bar
    max_iter : iterations at most, -1 for no limit (10 million, in fact)

    Attributes
    ----------
    support_ : indices of the support vectors, rising, shape (s,)
    support_vectors_ : shape (s, d); empty with precomputed and callable kernels
    n_support_ : array([s])
    dual_coef_ : b, shape (1, s)
    intercept_ : shape (1,)
    coef_ : shape (1, d), linear kernel only
    fit_status_ : 0 if converged, else 1 (with a warning)
    n_iter_ : iterations
    shape_fit_ : shape of X
    n_features_in_, feature_names_in_ : as everywhere

    References
    ----------
    Smola and Schölkopf (2004); see the top of this file.

    Examples
    --------
    >>> from scratchml.svm import SVR
    >>> model = SVR(kernel="linear", epsilon=0.5, C=10.0).fit([[0.0], [1.0], [2.0]], [0.0, 2.0, 4.0])
    >>> model.coef_.round(6), model.intercept_.round(6), model.support_
    (array([[1.5]]), array([0.5]), array([0, 2], dtype=int32))
    """

    _rules: ClassVar[Mapping[str, Rule]] = {**KernelMachine._machine_rules, "epsilon": real(0.0)}

    def __init__(
        self,
        *,
        kernel: str | Callable[[Array, Array], Array] = "rbf",
        degree: int = 3,
        gamma: float | str = "scale",
        coef0: float = 0.0,
        tol: float = 1e-3,
        C: float = 1.0,
        epsilon: float = 0.1,
        shrinking: bool = True,
        cache_size: float = 200,
        verbose: bool | int = False,
        max_iter: int = -1,
    ) -> None:
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.tol = tol
        self.C = C
        self.epsilon = epsilon
        self.shrinking = shrinking
        self.cache_size = cache_size
        self.verbose = verbose
        self.max_iter = max_iter

    def _problem(
        self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None
    ) -> tuple[FloatArray, IntArray, Problem]:
        """Return the checked X, the rows that count, and the problem of these rows."""
        found, targets = self._check_X_y(X, y)
        weight, rows = self._weights(sample_weight, len(found))
        prepared = self._prepare(found)
        if len(rows) == len(found):
            used = prepared
        else:
            used = prepared[np.ix_(rows, rows)] if self._similarity.code == GIVEN else prepared[rows]
        C = self.C * weight[rows]
        return found, rows, Problem(self._similarity, used, targets[rows], -C, C, float(self.epsilon))

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: start, one move after the other, end.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        *_, problem = self._problem(X, y, sample_weight)
        return train([lambda: problem], self._settings(), 1, [])

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Fit to X (n, d) and y (n,); a row's C is C times its `sample_weight` (n,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; where kernel values are beyond float64.
        """
        self._check_params()
        found, rows, problem = self._problem(X, y, sample_weight)
        solutions: list[Solution] = []
        finish(train([lambda: problem], self._settings(), pace(PERIOD), solutions), self)
        if not solutions:
            raise RuntimeError("The fit was stopped before its end; let it run on to the step 'end'.")
        (support,) = solutions[0].b.nonzero()
        self._remember(found, rows[support], solutions[0].b[None, support], solutions)
        self.intercept_ = self._b0.copy()
        self.n_support_ = np.array([len(self.support_)], dtype=np.int32)
        self.n_iter_ = solutions[0].iterations
        return self

    def predict(self, X: MatrixLike) -> FloatArray:
        """Return f of each row of X (m, d), shape (m,)."""
        return self._decide(X)[:, 0]

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the fit is the best one for the data it was fitted to."""
        b = np.zeros(self.shape_fit_[0])
        b[self.support_] = self.dual_coef_[0]
        _, rows, problem = clone(self)._problem(X, y, sample_weight)
        return certify(problem, b[rows], float(self._b0[0]))
