"""SGDClassifier: a linear classifier fitted one sample at a time.

Idea
----
Take a sample; if it is on the wrong side of the plane, or too near to it, turn the plane a little in its favour. What
counts as "too near", and how far to turn, is the loss's affair: hinge gives the linear support vector machine, log_loss
logistic regression, perceptron Rosenblatt's rule. Several classes: one plane for each, its class against all others.

Maths
-----
For each class, y_i = 1 for its rows and -1 (log_loss: 0) for the others::

    minimise 1/n sum_i s_i loss(x_i'w + b, y_i) + alpha penalty(w)

by steps along single terms: `sgd_epoch.py` has the step and the losses, `sgd_schedule.py` its length, `sgd_descent.py`
when to end. Two classes need one plane, classes_[1] against classes_[0].

    log_loss         p = 1 / (1 + exp(-z))
    modified_huber   p = (clip(z, -1, 1) + 1) / 2, which is where its mean loss is least

Of several classes, p is divided by its sum over classes (Zadrozny and Elkan).

Cost
----
Two to three multiplications per number of X, epoch and class; classes run on threads.

Differences
-----------
From scikit-learn: the same weights for the same seed, but with ``early_stopping`` perhaps another last epoch: see
`sgd_descent.py`, and `sgd_estimator.py` for `partial_fit` after averaging. A label that `classes` does not name is an
error in `partial_fit`; scikit-learn takes it for a negative of all. Sparse X is refused; float32 becomes float64.

References
----------
L. Bottou (2012), "Stochastic gradient descent tricks". T. Zhang (2004), ICML (modified Huber). B. Zadrozny, C. Elkan
(2002), "Transforming classifier scores into accurate multiclass probability estimates", KDD.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    check_is_fitted,
    check_labels,
    check_random_state,
    check_same_length,
    check_sample_weight,
    finish,
    someone_listens,
)
from ..core.conditional import only_if
from ..core.rules import either, mapping, n_jobs, none, one_of
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..core.weights import class_weights
from ..optim import sigmoid
from .linear_classifier import LinearClassifierMixin
from .sgd_descent import Descent, Step, Stop, Weights, descend
from .sgd_estimator import LARGEST_INT, LOSSES, Certificate, SGDEstimator


class SGDClassifierBase(LinearClassifierMixin, SGDEstimator):
    """What SGDClassifier and Perceptron have in common: classes, one descent for each."""

    class_weight: Mapping[Any, float] | str | None
    n_jobs: int | None
    verbose: int

    _kind_with_steps = "hinge"
    _rules: ClassVar[dict[str, Any]] = {
        **SGDEstimator._rules,
        "class_weight": either(none, one_of("balanced"), mapping),
        "n_jobs": n_jobs,
    }

    def _targets(self, codes: IntArray, j: int) -> Array:
        """Return the targets of class j against all others, in a byte each: there may be many classes."""
        return np.where(codes == j, np.int8(1), np.int8(0 if self.loss == "log_loss" else -1))

    def _descents(self, X: FloatArray, codes: IntArray, weight: FloatArray, start: Weights, t: float) -> list[Descent]:
        k = len(self.classes_)
        by_class = class_weights(self.class_weight, self.classes_, codes)
        rng = check_random_state(self.random_state)
        if k == 2:
            rng.randint(1, LARGEST_INT)  # scikit-learn draws a number that it does not use
            held_out = self._hold_out(len(X), weight, codes)
            seeds = [int(rng.randint(LARGEST_INT))]
        else:
            held_out = self._hold_out(len(X), weight, codes)
            seeds = []
            for seed in rng.randint(LARGEST_INT, size=k):
                child = check_random_state(seed)
                child.randint(1, LARGEST_INT)
                seeds.append(int(child.randint(LARGEST_INT)))
        tol = -np.inf if self.tol is None else float(self.tol)
        descents = []
        for j, seed in zip([1] if k == 2 else range(k), seeds):
            y = self._targets(codes, j)
            score = None if held_out is None else accuracy_on(X[held_out], y[held_out] > 0.0, weight[held_out])
            recipe = self._recipe(float(by_class[j]), float(by_class[0]) if k == 2 else 1.0)
            first = Weights(*(part[0 if k == 2 else j] for part in start))
            stop = Stop(tol, self.n_iter_no_change, held_out, score)
            descents.append(Descent(X, y, weight, recipe, first, t, seed if self.shuffle else None, stop))
        return descents

    def steps(
        self,
        X: MatrixLike,
        y: VectorLike,
        coef_init: MatrixLike | None = None,
        intercept_init: VectorLike | None = None,
        sample_weight: VectorLike | None = None,
    ) -> Iterator[Step]:
        """Return the fit as a generator of steps, one for each epoch of all classes.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for a single class; at once, before the first step.
        """
        return self._walk(X, y, coef_init, intercept_init, sample_weight, told=True)

    def _walk(
        self, X: Any, y: Any, coef_init: Any, intercept_init: Any, sample_weight: Any, told: bool
    ) -> Iterator[Step]:
        """Return the steps; not `told`, the last only."""
        self._check_settings(partial=False)
        X, classes, codes = self._check_X_labels(X, y)
        weight = self._weights(sample_weight, len(X))
        check_several(classes)
        start = self._start(1 if len(classes) == 2 else len(classes), X.shape[1], coef_init, intercept_init)
        self.classes_ = classes
        return descend(self._descents(X, codes, weight, start, 1.0), self.max_iter, self.n_jobs, told)

    def fit(
        self,
        X: MatrixLike,
        y: VectorLike,
        coef_init: MatrixLike | None = None,
        intercept_init: VectorLike | None = None,
        sample_weight: VectorLike | None = None,
    ) -> Self:
        """Fit weights to X (n, d) and labels y (n,), starting from `coef_init` and `intercept_init`, else from 0.

        `coef_init` is of shape (1, d), or (k, d) for k > 2 classes, `intercept_init` (1,) or (k,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; for a single class; if a weight overflows.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` epochs were run.
        """
        steps = self._walk(X, y, coef_init, intercept_init, sample_weight, told=someone_listens() or bool(self.verbose))
        self.coef_, self.intercept_ = self._keep(finish(steps, self))
        self._warn()
        return self

    def partial_fit(
        self,
        X: MatrixLike,
        y: VectorLike,
        classes: VectorLike | None = None,
        sample_weight: VectorLike | None = None,
    ) -> Self:
        """Go on for one epoch over these rows X (n, d), y (n,) from where the last call ended; first from 0.

        `classes` (k,) names all labels that will ever come; needed in the first call only.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; without `classes` in the first call, or with others later;
            for a label that they do not name; with `early_stopping`; if a weight overflows.
        """
        self._check_settings(partial=True)
        first = not hasattr(self, "coef_")
        if first and self.class_weight == "balanced":
            raise ValueError(
                "class_weight 'balanced' is not supported for partial_fit, as it does not see all labels. Work the "
                "weights out from a large enough sample of them and pass them as a dict, {label: weight}."
            )
        known = self._known_classes(classes, first)
        if first:
            X, found, codes = self._check_X_labels(X, y)
            self.classes_ = known
        else:
            X = self._check_X(X)
            found, codes = check_labels(y)
            check_same_length(X=X, y=codes)
        strange = ~np.isin(found, known)
        if strange.any():
            raise ValueError(
                f"y has the label {found[strange].tolist()[0]!r}, which is not among the classes {known.tolist()} that "
                "the first call of partial_fit was given; name all labels there."
            )
        codes = np.searchsorted(known, found)[codes]
        weight = self._weights(sample_weight, len(X))
        k = 1 if len(known) == 2 else len(known)
        start = self._start(k, X.shape[1], None, None) if first else self._resume(k)
        descents = self._descents(X, codes, weight, start, 1.0 if first else self.t_)
        self.coef_, self.intercept_ = self._keep(finish(descend(descents, 1, self.n_jobs), self))
        return self

    def _known_classes(self, classes: VectorLike | None, first: bool) -> Array:
        if first:
            if classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit: all labels there will be.")
            given, _ = check_labels(classes, name="classes")
            check_several(given)
            return given
        if classes is not None and not np.array_equal(self.classes_, check_labels(classes, name="classes")[0]):
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to partial_fit, was: {self.classes_!r}; leave "
                "it out, or start anew."
            )
        return self.classes_

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the weights are a minimum of the regularised mean loss of these data; of the worst class.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit; for learning_rate "pa1" and "pa2".
        """
        check_is_fitted(self, "coef_")
        X, (found, codes) = self._check_X(X), check_labels(y)
        check_same_length(X=X, y=codes)
        if not np.isin(found, self.classes_).all():
            raise ValueError(f"y has labels other than those of fit, {self.classes_.tolist()}; give the labels of fit.")
        codes = np.searchsorted(self.classes_, found)[codes]
        weight, k = check_sample_weight(sample_weight, len(X)), len(self.classes_)
        by_class = class_weights(self.class_weight, self.classes_, codes)
        certificates = []
        for j in [1] if k == 2 else range(k):
            row = 0 if k == 2 else j
            scale = np.where(codes == j, by_class[j], by_class[0] if k == 2 else 1.0)
            w, b = self.coef_[row], float(self.intercept_[row])
            certificates.append(self._certificate(X, self._targets(codes, j).astype(np.float64), weight * scale, w, b))
        objective, gradient, smooth = zip(*certificates)
        return Certificate(max(objective), max(gradient), smooth[0])


def check_several(classes: Array) -> None:
    """Raise ValueError if there is only one class."""
    if len(classes) < 2:
        raise ValueError(
            f"The number of classes has to be greater than one; got {len(classes)} class, {classes.tolist()[0]!r}; "
            "give rows of both."
        )


def accuracy_on(X: FloatArray, positive: Array, weight: FloatArray) -> Any:
    """Return the function of (w, b) that gives the weighted share of rows on the right side of the plane."""

    def accuracy(w: FloatArray, b: float) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.average((X @ w + b > 0.0) == positive, weights=weight))

    return accuracy


def has_probabilities(model: SGDClassifier) -> None:
    """Raise AttributeError if the loss gives no probabilities."""
    if model.loss not in ("log_loss", "modified_huber"):
        raise AttributeError(f"probability estimates are not available for loss={model.loss!r}")


class SGDClassifier(SGDClassifierBase):
    """Linear classifier with any of nine losses, by stochastic gradient descent. Scale the columns of X first.

    Parameters
    ----------
    loss : "hinge" (linear support vector machine), "log_loss" (logistic regression), "modified_huber", "squared_hinge",
        "perceptron", or a loss of `SGDRegressor`, of numbers -1 and 1
    penalty : "l2", "l1", "elasticnet" or None
    alpha : how much the penalty counts; also sets the steps of learning_rate="optimal"
    l1_ratio : share of l1 in "elasticnet", from 0 to 1
    fit_intercept : False takes planes through the origin
    max_iter : most epochs (passes over the rows)
    tol : end when the objective has not fallen by this much, `n_iter_no_change` epochs in a row; None never does
    shuffle : look at the rows in another order in each epoch
    verbose : show a progress bar
    epsilon : border of "huber", width of the "epsilon_insensitive" losses
    n_jobs : threads for several classes; None means all CPUs this process may use. The result does not depend on it
    random_state : decides the order, and which rows are held out
    learning_rate : "constant", "optimal", "invscaling", "adaptive", "pa1" or "pa2" (see `sgd_schedule.py`)
    eta0 : length of the first step, but for "optimal"; the most of "pa1"
    power_t : exponent of "invscaling"
    early_stopping : hold out `validation_fraction` of the rows, and end when their accuracy no longer rises by `tol`
    validation_fraction : share held out, of each class
    n_iter_no_change : epochs to wait
    class_weight : dict {label: weight}, or "balanced" for weights inverse to the classes' sizes
    warm_start : start from the last fit
    average : True gives the mean of the weights over all updates, a number that over updates from this one on

    Attributes
    ----------
    coef_ : array of shape (1, d) for two classes, else (k, d)
    intercept_ : array of shape (1,) or (k,)
    classes_ : array of shape (k,), sorted
    n_iter_ : int, epochs run, of the class that took most
    t_ : float, number of the next update
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Bottou (2012), "Stochastic gradient descent tricks".

    Examples
    --------
    >>> from scratchml.linear_model import SGDClassifier
    >>> X, y = [[-2.0], [-1.0], [1.0], [2.0]], ["cold", "cold", "warm", "warm"]
    >>> SGDClassifier(random_state=0).fit(X, y).predict([[-3.0], [0.9]]).tolist()
    ['cold', 'warm']
    """

    _rules: ClassVar = {
        **SGDClassifierBase._rules,
        **SGDEstimator._rules_beyond_perceptron,
        "loss": one_of(*LOSSES),
    }

    def __init__(
        self,
        loss: str = "hinge",
        *,
        penalty: str | None = "l2",
        alpha: float = 0.0001,
        l1_ratio: float | None = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        verbose: int = 0,
        epsilon: float = 0.1,
        n_jobs: int | None = None,
        random_state: RandomStateLike = None,
        learning_rate: str = "optimal",
        eta0: float = 0.01,
        power_t: float = 0.5,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        class_weight: Mapping[Any, float] | str | None = None,
        warm_start: bool = False,
        average: bool | int = False,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.verbose = verbose
        self.epsilon = epsilon
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.learning_rate = learning_rate
        self.eta0 = eta0
        self.power_t = power_t
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start
        self.average = average

    @only_if(has_probabilities)
    def predict_proba(self, X: MatrixLike) -> FloatArray:
        """Return the probability of each class, shape (n, k); there for loss "log_loss" and "modified_huber" only.

        "modified_huber" may give 0 and 1. Rows for which every class of several has 0 give all the same.
        """
        z = self.decision_function(X)
        z = np.column_stack([-z, z]) if z.ndim == 1 else z
        p = sigmoid(z) if self.loss == "log_loss" else (np.clip(z, -1.0, 1.0) + 1.0) / 2.0
        if len(self.classes_) == 2:
            return p
        total = p.sum(axis=1, keepdims=True)
        p[total[:, 0] == 0.0] = 1.0
        return np.asarray(p / p.sum(axis=1, keepdims=True))

    @only_if(has_probabilities)
    def predict_log_proba(self, X: MatrixLike) -> FloatArray:
        """Return the logarithms of `predict_proba`, shape (n, k); -inf where a probability is 0."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.predict_proba(X)))
