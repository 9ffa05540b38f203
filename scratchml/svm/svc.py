"""Support vector classification: the border with the widest margin, and one border for each pair of classes.

Idea
    Of all borders between two classes take the one that leaves the widest empty street; rows inside the street or on
    the wrong side cost as much as they are amiss. Only rows on the kerb or beyond it count: the support vectors. With
    more than two classes every pair gets a border, and the pairs vote.
Maths
    minimise  ||w||^2 / 2 + sum_i C_i max(1 - y_i f(x_i), 0),   f(x) = w.phi(x) + intercept,   y_i = +1 or -1
    dual      maximise  sum alpha_i - alpha' (yy' K) alpha / 2  with  sum y_i alpha_i = 0,  0 <= alpha_i <= C_i
    In the code b_i = y_i alpha_i, so f = K b + intercept. C_i = C * class weight * sample weight.
    one against one: k (k - 1) / 2 problems; "ovr" shape: votes of each class plus its summed confidences squeezed into
    (-1/3, 1/3), so that they break ties and nothing else.
Cost
    Each pair: see `smo.py`; several threads share the pairs. Of few rows, up to `WHOLE`, one kernel matrix serves all
    pairs (see `small_pairs.py`); a cache of another size changes rounding at most.
    Memory, in numbers: n (k + 4) of coefficients, labels and places; for each thread the rows of its pair, 2 n d / k,
    and those of their kernel rows that have been asked for, at most (2 n / k)^2 and its share of the cache. Then, in
    place of the latter, the model: s (d + k - 1) for s support vectors. Predictions want s k (k - 1) / 2 beside it, for
    their coefficients by pairs.
Differences
    `probability` is deprecated, as in scikit-learn 1.9. A class whose rows all have weight 0 is an error.
References
    Cortes, Vapnik (1995), Support-vector networks, Machine Learning 20, 273-297. Hsu, Lin (2002), A comparison of
    methods for multiclass support vector machines, IEEE Trans. Neural Networks 13, 415-425.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations, pairwise
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    ClassifierMixin,
    check_is_fitted,
    class_weights,
    clone,
    finish,
    pace,
)
from ..core.rules import Rule, boolean, either, mapping, none, one_of
from ..core.rules import random_state as random_state_rule
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from .draws import Draws
from .kernels import GIVEN, prepare_upright, squares_upright
from .machine import KernelMachine
from .pairs import Task, votes
from .platt import couple, fit_pairs, sigmoids
from .problem import Certificate, certify, matrix_of, merge
from .small_pairs import are_small, solve_small
from .solver import NOTHING, PERIOD, WHOLE, Solution, Step, train


def parts_of(counts: Array) -> list[slice]:
    """Return each class's part of the support vectors, which stand class by class, `counts` (k,) of each."""
    return [slice(*ends) for ends in pairwise(np.concatenate([[0], np.cumsum(counts)]).tolist())]


class SVC(ClassifierMixin, KernelMachine):
    """Support vector classification with a kernel.

    Parameters
    ----------
    C : what a row on the wrong side costs, beside a wide margin
    kernel : "linear", "poly", "rbf", "sigmoid", "precomputed" (X holds kernel values), or a callable of two arrays
    degree : of poly
    gamma : of poly, rbf, sigmoid: "scale" is 1 / (d var(X)), "auto" is 1 / d, or a number
    coef0 : of poly and sigmoid
    shrinking : let points rest that seem settled
    probability : deprecated, as in scikit-learn 1.9: True gives `predict_proba`, by Platt's sigmoids of decisions made
        in a five-fold cross-validation
    tol : largest violation of the optimality conditions at which the solver stops
    cache_size : memory for kernel values that are kept, in MB at most; two rows of them are kept in any case
    class_weight : dict {class: weight}, "balanced", or None; multiplies C
    verbose : show a progress bar
    max_iter : iterations at most for each pair, -1 for no limit (10 million, in fact)
    decision_function_shape : "ovr", one column for each class, or "ovo", one for each pair
    break_ties : let confidences decide between classes with the same number of votes
    random_state : shuffles the folds of `probability`; nothing else is random

    Attributes
    ----------
    classes_ : shape (k,)
    support_ : indices of the support vectors, class by class, shape (s,)
    support_vectors_ : shape (s, d); empty with precomputed and callable kernels
    n_support_ : how many each class has, shape (k,)
    dual_coef_ : y_i alpha_i, shape (k - 1, s): a row for each other class
    intercept_ : shape (pairs,)
    coef_ : shape (pairs, d), linear kernel only
    fit_status_ : 0 if converged, else 1 (with a warning)
    n_iter_ : iterations of each pair, shape (pairs,)
    class_weight_ : shape (k,)
    shape_fit_ : shape of X
    n_features_in_, feature_names_in_ : as everywhere

    References
    ----------
    Cortes and Vapnik (1995); see the top of this file.

    Examples
    --------
    >>> from scratchml.svm import SVC
    >>> model = SVC(kernel="linear", C=100.0).fit([[0.0], [1.0], [3.0], [4.0]], [0, 0, 1, 1])
    >>> model.coef_.round(6), model.intercept_.round(6), model.support_  # the border is at 2, halfway from 1 to 3
    (array([[1.]]), array([-2.]), array([1, 2], dtype=int32))
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **KernelMachine._machine_rules,
        "probability": either(boolean, one_of("deprecated")),
        "class_weight": either(none, one_of("balanced"), mapping),
        "decision_function_shape": one_of("ovr", "ovo"),
        "break_ties": boolean,
        "random_state": random_state_rule,
    }

    def __init__(
        self,
        *,
        C: float = 1.0,
        kernel: str | Callable[[Array, Array], Array] = "rbf",
        degree: int = 3,
        gamma: float | str = "scale",
        coef0: float = 0.0,
        shrinking: bool = True,
        probability: bool | str = "deprecated",
        tol: float = 1e-3,
        cache_size: float = 200,
        class_weight: Mapping[Any, float] | str | None = None,
        verbose: bool | int = False,
        max_iter: int = -1,
        decision_function_shape: str = "ovr",
        break_ties: bool = False,
        random_state: RandomStateLike = None,
    ) -> None:
        self.C = C
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.shrinking = shrinking
        self.probability = probability
        self.tol = tol
        self.cache_size = cache_size
        self.class_weight = class_weight
        self.verbose = verbose
        self.max_iter = max_iter
        self.decision_function_shape = decision_function_shape
        self.break_ties = break_ties
        self.random_state = random_state

    # ---- fitting

    def _task(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None) -> Task:
        """Check the data, set classes and kernel, and sort the rows by class."""
        found, self.classes_, codes = self._check_X_labels(X, y)
        k = len(self.classes_)
        if k < 2:
            raise ValueError(
                f"The number of classes has to be greater than one; got {k} class: {self.classes_[0]!r}. Give rows of "
                "another class too."
            )
        weight, rows = self._weights(sample_weight, len(found))
        self.class_weight_ = class_weights(self.class_weight, self.classes_, codes)
        C = self.C * self.class_weight_[codes] * weight
        rows = rows[C[rows] > 0.0]
        counts = np.bincount(codes[rows], minlength=k)
        if not counts.all():
            raise ValueError(
                f"sample_weight or class_weight: all rows of class {self.classes_[np.argmin(counts)]!r} have weight 0, "
                "so there is nothing to tell it by; leave the class out, or give one of its rows a weight."
            )
        rows = rows[np.argsort(codes[rows], kind="stable")]
        borders, C = np.concatenate([[0], np.cumsum(counts)]), C[rows]
        parts = [slice(*ends) for ends in pairwise(borders.tolist())]
        given = callable(self.kernel) or self.kernel == "precomputed"
        few = len(rows) <= min(WHOLE, (self._settings().cache_bytes / 16.0) ** 0.5)  # a matrix is half the cache
        if k > 2 and not (given or few):
            self._choose_kernel(found)
            pieces = [squares_upright(prepare_upright(found, rows[part], self._scaling)) for part in parts]
            squares = np.concatenate([some[: part.stop - part.start] for some, part in zip(pieces, parts)])
            return Task(found, self._similarity, NOTHING, rows, borders, parts, C, self._scaling, squares)
        prepared, s = self._prepare(found), self._similarity
        if k == 2 and not given:
            return Task(found, s, prepared[rows], rows, borders, parts, C)
        K = prepared[np.ix_(rows, rows)] if given else matrix_of(s, prepared[rows])  # one matrix for all pairs
        diagonal = np.ascontiguousarray(np.diagonal(K)) if k > 2 else None
        return Task(found, s._replace(code=GIVEN), K, rows, borders, parts, C, diagonal=diagonal, small=not given)

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: for each pair of classes start, one move after the other, end.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        task = self._task(X, y, sample_weight)
        settings = self._settings().without(task.known_bytes())
        return train([partial(task.pair, *pair) for pair in task.pairs()], settings, 1, [])

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Fit to X (n, d) and labels y (n,); a row's C is multiplied by its `sample_weight` (n,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for one class only; where kernel values are beyond float64.
        """
        self._check_params()
        if self.probability != "deprecated":
            warnings.warn(
                "The `probability` parameter was deprecated in 1.9 and will be removed in version 1.11. Use "
                "`CalibratedClassifierCV(SVC(), ensemble=False)` instead of `SVC(probability=True)`",
                FutureWarning,
                stacklevel=2,
            )
        task = self._task(X, y, sample_weight)
        solutions: list[Solution] = []
        pairs = task.pairs()
        problems, settings = [partial(task.pair, *pair) for pair in pairs], self._settings()
        settings = settings.without(task.known_bytes())
        if pace(PERIOD) == PERIOD and are_small(task, settings):  # plainly: as below
            finish(solve_small(task, settings, solutions), self)
        else:
            finish(train(problems, settings, pace(PERIOD), solutions), self)
        if len(solutions) < len(pairs):
            raise RuntimeError("The fit was stopped before its end; let it run on to the last pair's step 'end'.")
        vars(self).pop("_sigmoids", None)
        if self.probability is True:
            self._sigmoids = fit_pairs(problems, settings, Draws(self.random_state), len(task.rows))
        del problems  # and then the rows, before there are coefficients of all pairs
        task = task._replace(prepared=NOTHING)
        self._keep(task, pairs, solutions)
        return self

    def _keep(self, task: Task, pairs: list[tuple[int, int]], solutions: list[Solution]) -> None:
        """Set the fitted attributes."""
        supports, halves = np.zeros(len(task.rows), dtype=bool), []
        for (first, second), solution in zip(pairs, solutions):
            one, other = task.parts[first], task.parts[second]
            mine, others = solution.b[: one.stop - one.start], solution.b[one.stop - one.start :]
            supports[one] |= mine != 0.0
            supports[other] |= others != 0.0
            halves.append((mine, others))
        support = np.flatnonzero(supports)
        inside = np.searchsorted(support, task.borders)
        counts = np.diff(inside).astype(np.int32)
        parts = parts_of(counts)
        inner = [support[part] - task.parts[j].start for j, part in enumerate(parts)]  # and where in the class they are
        by_class = np.zeros((len(self.classes_) - 1, len(support)))
        for (first, second), (mine, others) in zip(pairs, halves):
            by_class[second - 1, parts[first]] = mine[inner[first]]
            by_class[first, parts[second]] = others[inner[second]]
        by_class *= self._sign()
        self._remember(task.X, task.rows[support], by_class, solutions)
        self.n_support_, self.intercept_ = counts, self._b0 * self._sign()
        self.n_iter_ = np.array([s.iterations for s in solutions], dtype=np.int32)

    def _coefficients(self) -> FloatArray:
        """Return the coefficients b of each pair of classes, (s, pairs): 0 where a vector is of neither class."""
        k = len(self.n_support_)
        if k == 2:
            return np.ascontiguousarray(-self.dual_coef_.T)
        b, parts = np.zeros((self.dual_coef_.shape[1], k * (k - 1) // 2)), parts_of(self.n_support_)
        for p, (first, second) in enumerate(combinations(range(k), 2)):
            b[parts[first], p] = self.dual_coef_[second - 1, parts[first]]
            b[parts[second], p] = self.dual_coef_[first, parts[second]]
        return b

    def _sign(self) -> float:
        """Return -1 for two classes, whose decision is positive for the second; 1 for more."""
        return -1.0 if len(self.classes_) == 2 else 1.0

    def _signed(self) -> FloatArray:
        return self._coefficients().T * self._sign()

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the fit is the best one for the data it was fitted to, over all pairs."""
        check_is_fitted(self, "support_")
        task = clone(self)._task(X, y, sample_weight)
        whole = np.zeros((len(self._b0), len(task.X)))
        whole[:, self.support_] = self._coefficients().T
        return merge(
            [
                certify(task.pair(*pair), whole[p, task.rows[task.places(*pair)]], float(self._b0[p]))
                for p, pair in enumerate(task.pairs())
            ]
        )

    # ---- predicting

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return the decision for each row of X (m, d).

        Two classes: shape (m,), positive for ``classes_[1]``. More: (m, k) with "ovr", (m, pairs) with "ovo", positive
        for the first class of a pair.
        """
        found = self._decide(X)
        k = len(self.classes_)
        if k == 2:
            return -found[:, 0]
        if self.decision_function_shape == "ovo":
            return found
        count, confidence = votes(found, k)
        squeezed: FloatArray = count + confidence / (3.0 * (np.abs(confidence) + 1.0))
        return squeezed

    def predict(self, X: MatrixLike) -> Array:
        """Return the class of each row of X (m, d), shape (m,).

        Raises
        ------
        ValueError
            If `break_ties` is set with ``decision_function_shape="ovo"``.
        """
        check_is_fitted(self, "support_")
        if self.break_ties and self.decision_function_shape == "ovo":
            raise ValueError("break_ties must be False when decision_function_shape is 'ovo'; set one of them.")
        k = len(self.classes_)
        if self.break_ties and k > 2:
            chosen: Array = self.decision_function(X).argmax(axis=1)
        else:
            decisions = self._decide(X)
            chosen = (decisions[:, 0] <= 0.0).astype(np.int64) if k == 2 else votes(decisions, k)[0].argmax(axis=1)
        found: Array = self.classes_[chosen]
        return found

    @property
    def predict_proba(self) -> Callable[[MatrixLike], FloatArray]:
        """Return the method that gives the probability of each class, (m, k), for rows (m, d).

        It is there with ``probability=True`` only.
        """
        if self.probability is not True:
            raise AttributeError("predict_proba is not available when probability=False")
        return self._predict_proba

    @property
    def predict_log_proba(self) -> Callable[[MatrixLike], FloatArray]:
        """Return the method that gives the logarithms of `predict_proba`."""
        if self.probability is not True:
            raise AttributeError("predict_log_proba is not available when probability=False")
        return self._predict_log_proba

    def _predict_proba(self, X: MatrixLike) -> FloatArray:
        """Return the probability of each class, shape (m, k)."""
        decisions = self._decide(X)
        check_is_fitted(self, "_sigmoids")
        return couple(sigmoids(decisions, *self._sigmoids), len(self.classes_))

    def _predict_log_proba(self, X: MatrixLike) -> FloatArray:
        """Return the logarithm of `predict_proba`."""
        with np.errstate(divide="ignore"):
            found: FloatArray = np.log(self._predict_proba(X))
        return found
