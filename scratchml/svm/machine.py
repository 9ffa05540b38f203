"""What SVC and SVR share: parameters, kernels, coefficients, and predictions by one blocked product.

Idea
    A fitted machine is a list of support vectors with coefficients: f(x) = sum_k b_k K(x_k, x) + intercept. Predictions
    multiply blocks of rows with all support vectors at once, which is what makes them fast; of the linear kernel not
    even that is left, only the weights w = sum_k b_k x_k.
Cost
    predict: (rows) x (support vectors) kernel values; linear: (rows) x d.
References
    Schölkopf, Smola, Learning with Kernels (2002), sections 7.4 and 9.2.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np

from ..core import (
    BaseEstimator,
    ConvergenceWarning,
    both,
    check_array,
    check_is_fitted,
    check_sample_weight,
    chunks,
    map_chunks,
    one_blas_thread,
)
from ..core.rules import Rule, boolean, either, function, integer, one_of, real, verbosity
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from .kernels import (
    CODES,
    GIVEN,
    LINEAR,
    RBF,
    Scaling,
    Similarity,
    block_rows,
    choose_scaling,
    prepare_rows,
    prepared_blocks,
    similarities,
    similarity_for,
    squares_of,
)
from .problem import diagonal_of
from .solver import Settings, Solution

FARTHEST = 1e140  # prepared values beyond are as far away; their squares stay finite
ROWS = 1 << 14  # rows of a product with weights that a thread takes at a time


class KernelMachine(BaseEstimator):
    """Base of SVC and SVR; they add the problems to be solved."""

    kernel: str | Callable[[Array, Array], Array]
    degree: int
    gamma: float | str
    coef0: float
    tol: float
    max_iter: int
    shrinking: bool
    cache_size: float
    _similarity: Similarity
    _scaling: Scaling
    dual_coef_: FloatArray  # (number of problems, number of support vectors); of several classes see `SVC`
    _b0: FloatArray  # (number of problems,)

    _machine_rules: ClassVar[Mapping[str, Rule]] = {
        "C": real(0.0, open_low=True),
        "kernel": either(one_of(*CODES), function),
        "degree": integer(0),
        "gamma": either(one_of("scale", "auto"), real(0.0)),
        "coef0": real(),
        "tol": real(0.0, open_low=True),
        "cache_size": real(0.0, open_low=True),
        "shrinking": boolean,
        "max_iter": integer(-1),
        "verbose": verbosity,
    }

    # ---- fitting

    def _settings(self) -> Settings:
        return Settings(self.tol, self.max_iter, bool(self.shrinking), self.cache_size * 2.0**20)

    def _choose_kernel(self, X: FloatArray) -> None:
        """Choose kernel and scaling for the checked training rows, where the kernel is one that has a name."""
        code = CODES[self.kernel]  # type: ignore[index]  # a callable has no code: `_prepare` sees to it
        self.shape_fit_, self._scaling = X.shape, choose_scaling(X, code)
        self._similarity, self._gamma = similarity_for(code, self.gamma, self.coef0, self.degree, X, self._scaling)
        self._check_range(X)

    def _prepare(self, X: FloatArray) -> FloatArray:
        """Choose the kernel for the checked training rows; return prepared rows, or the kernel matrix."""
        self.shape_fit_ = X.shape
        if callable(self.kernel):
            self._X_fit = X.copy()
            K = self._called(X)
            if K.shape[0] != K.shape[1]:
                raise ValueError(
                    f"kernel returned shape {K.shape} for {len(X)} rows; X.shape[0] must equal X.shape[1]."
                )
        elif self.kernel == "precomputed":
            if X.shape[0] != X.shape[1]:
                raise ValueError(
                    f"Precomputed matrix must be a square matrix. Input is a {X.shape[0]}x{X.shape[1]} matrix."
                )
            K = X
        else:
            self._choose_kernel(X)
            return prepare_rows(X, self._scaling)
        self._similarity, self._gamma = Similarity(GIVEN, 0.0, 0.0, 0, 1.0), 0.0
        return K

    def _check_range(self, X: FloatArray) -> None:
        """Refuse kernels whose largest value is beyond float64; that of rbf is 1."""
        if self._similarity.code == RBF:
            return
        squares = np.array([max(float(squares_of(some).max()) for some in prepared_blocks(X, self._scaling))])
        with np.errstate(all="ignore"):
            value = float(diagonal_of(self._similarity, squares)[0])
        if not abs(value) < 1e290:
            raise ValueError(
                f"kernel={self.kernel!r} gives values near {value:.0e}, beyond what float64 can add up; scale X down "
                "(a StandardScaler, perhaps), or choose a smaller gamma or degree."
            )

    def _called(self, X: FloatArray) -> FloatArray:
        """Return the callable kernel's values between X and the training rows."""
        found: FloatArray = check_array(self.kernel(X, self._X_fit), name="kernel(X, Y)")  # type: ignore[operator]
        if found.shape != (len(X), len(self._X_fit)):
            raise ValueError(
                f"kernel returned shape {found.shape}; X.shape[1] must be the number of training rows: give "
                f"({len(X)}, {len(self._X_fit)})."
            )
        return found

    def _weights(self, sample_weight: VectorLike | None, n: int) -> tuple[FloatArray, IntArray]:
        """Return the weights (n,) and which rows count at all."""
        weight = check_sample_weight(sample_weight, n)
        return weight, np.flatnonzero(weight > 0.0)

    def _remember(self, X: FloatArray, support: IntArray, dual_coef: FloatArray, solutions: list[Solution]) -> None:
        """Keep the support vectors and their coefficients (as `dual_coef_`); X: checked rows as given."""
        given = callable(self.kernel) or self.kernel == "precomputed"
        self.support_ = support.astype(np.int32)
        self.support_vectors_ = np.empty((0, 0)) if given else X[support]
        self.dual_coef_, self._b0 = np.ascontiguousarray(dual_coef), np.array([s.intercept for s in solutions])
        if not (np.isfinite(self.dual_coef_).all() and np.isfinite(self._b0).all()):
            raise ValueError("The dual coefficients or intercepts are not finite: X, y or C is too large; scale them.")
        self.fit_status_ = int(any(s.status != "converged" for s in solutions))
        if self.fit_status_:
            worst = max((s for s in solutions if s.status != "converged"), key=lambda s: s.violation)
            why = (
                f"Solver terminated early (max_iter={self.max_iter})"
                if worst.status == "max_iter"
                else "Solver terminated where float64 can do no better"
            )
            warnings.warn(
                f"{why}: a pair of points is still {worst.violation:.2g} out of order (tol={self.tol:g}). Consider "
                "pre-processing your data with StandardScaler or MinMaxScaler.",
                both(ConvergenceWarning),
                stacklevel=3,
            )

    # ---- predicting

    def _decide(self, X: MatrixLike) -> FloatArray:
        """Return f of each problem for each row of X, shape (m, number of problems)."""
        check_is_fitted(self, "support_")
        rows = self._check_X(X)
        found = np.empty((len(rows), len(self._b0)))
        if self._similarity.code == GIVEN:
            K = self._called(rows) if callable(self.kernel) else rows
            with one_blas_thread(), np.errstate(all="ignore"):
                found[:] = K[:, self.support_] @ self._coefficients()
        else:
            self._combine(rows, found)
        found += self._b0
        if not np.isfinite(found).all():
            raise ValueError("X is so large that the decision function leaves the range of float64; scale X down.")
        return found

    def _combine(self, rows: FloatArray, found: FloatArray) -> None:
        """Overwrite found (m, problems) with sum_k b_k K(x_k, x), block by block."""
        s = self._similarity
        support = prepare_rows(self.support_vectors_, self._scaling)
        squares, b = squares_of(support), self._coefficients()
        with np.errstate(all="ignore"), one_blas_thread():
            w = s.factor * (support.T @ b) if s.code == LINEAR else b

        def work(piece: slice) -> None:
            with np.errstate(all="ignore"), one_blas_thread():
                some = prepare_rows(rows[piece], self._scaling)
                if s.code == LINEAR:
                    found[piece] = some @ w
                    return
                if s.code == RBF:
                    np.clip(some, -FARTHEST, FARTHEST, out=some)
                found[piece] = similarities(s, some, squares_of(some), support, squares) @ b

        map_chunks(work, chunks(len(rows), ROWS if s.code == LINEAR else block_rows(len(support))))

    @property
    def coef_(self) -> FloatArray:
        """Weights of the features, shape (number of problems, d); of the linear kernel only."""
        if self.kernel != "linear":
            raise AttributeError("coef_ is only available when using a linear kernel")
        check_is_fitted(self, "support_")
        found: FloatArray = self._signed() @ self.support_vectors_
        found.flags.writeable = False
        return found

    def _coefficients(self) -> FloatArray:
        """Return the coefficients b of each problem, (number of support vectors, number of problems)."""
        return np.ascontiguousarray(self.dual_coef_.T)

    def _signed(self) -> FloatArray:
        """Return the coefficients with the sign that the public attributes have."""
        return self.dual_coef_

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.pairwise = self.kernel == "precomputed"
        return tags
