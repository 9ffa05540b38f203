"""MLPClassifier: a feed-forward network that gives each class a probability.

Idea
----
Layers of weighted sums, bent in between, end in one number for each class; softmax makes probabilities of them. Two
classes, or labels that do not exclude each other (a matrix of zeros and ones), get one number and a logistic each.

Maths
-----
`forward_backward.py` has the objective and its gradient, `losses.py` the cross-entropy, `mlp.py` the training::

    predict    the class of the largest probability; of a logistic output, 1 where p > 1/2

Cost
----
Training: 6 operations per row, weight and epoch; predicting: 2 per row and weight.

Differences
-----------
From scikit-learn: the same draws, batches and moves, so the same `loss_curve_` and weights but for rounding, which
"lbfgs" enlarges within some hundred iterations. A single class has one probability, 1. See `mlp.py` and
`mlp_estimator.py` for the rest.

References
----------
Rumelhart, Hinton, Williams (1986), Nature 323. Kingma, Ba (2015), "Adam". Glorot, Bengio (2010), AISTATS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from ..core import ClassifierMixin, check_array, check_is_fitted, check_labels, check_same_length, coarse, finish
from ..core.conditional import only_if
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from .forward_backward import Network, Rows
from .mlp import Step
from .mlp_estimator import Certificate, MLPEstimator, Run, columns_of, has_partial_fit


class MLPClassifier(ClassifierMixin, MLPEstimator):
    """Multi-layer perceptron for classes, trained on the cross-entropy. Scale the columns of X first.

    Parameters
    ----------
    hidden_layer_sizes : units of each hidden layer; () has none, an int is one layer
    activation : "identity", "logistic", "tanh" or "relu", of the hidden layers
    solver : "adam", "sgd", or "lbfgs" (all rows at once; good for small data)
    alpha : how much the squared weights count; biases do not
    batch_size : rows for one move; "auto" is min(200, n). Not with "lbfgs"
    learning_rate : "constant", "invscaling" or "adaptive", of "sgd" (see `optimisers.py`)
    learning_rate_init : the (first) learning rate of "sgd" and "adam"
    power_t : exponent of "invscaling"
    max_iter : most epochs (passes over the rows), or iterations of "lbfgs"
    shuffle : look at the rows in another order in each epoch
    random_state : decides the first weights, the rows held out and the order
    tol : an epoch must better the loss (or score) by this much; "lbfgs" ends when no slope is above it
        (or the loss stands still)
    verbose : show a progress bar
    warm_start : start from the last fit's weights
    momentum, nesterovs_momentum : of "sgd"
    early_stopping : hold out `validation_fraction` of the rows, end when their score no longer rises by `tol`, and keep
        the weights that scored best
    validation_fraction : share held out
    beta_1, beta_2, epsilon : of "adam"
    n_iter_no_change : epochs to wait for something better
    max_fun : most evaluations of the loss by "lbfgs"

    Attributes
    ----------
    classes_ : array of shape (k,), sorted; of label matrices their columns' numbers
    coefs_ : list of arrays, (d, first hidden layer), ..., (last hidden layer, n_outputs_)
    intercepts_ : list of arrays, one bias for each unit
    loss_ : float, the objective: mean loss and penalty, of the last epoch
    loss_curve_ : list of float, `loss_` of each epoch; not of "lbfgs"
    best_loss_ : float, the least of them; None with `early_stopping`
    validation_scores_ : list of float, accuracy of the rows held out; None without `early_stopping`
    best_validation_score_ : float, the largest of them; None without `early_stopping`
    n_iter_ : int, epochs (iterations) of the last call
    t_ : int, rows seen in all epochs
    n_layers_ : int, layers, the input counted
    n_outputs_ : int
    memory_ : int, bytes of weights, slopes, moments and buffers while training; not of the past of "lbfgs"
    out_activation_ : str, "softmax", or "logistic" for two classes and label matrices
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Goodfellow, Bengio, Courville (2016), Deep Learning, chapter 6.

    Examples
    --------
    >>> from scratchml.neural_network import MLPClassifier
    >>> X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["same", "other", "other", "same"]
    >>> MLPClassifier((8,), "tanh", solver="lbfgs", random_state=0).fit(X, y).predict(X).tolist()
    ['same', 'other', 'other', 'same']
    """

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: str = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: RandomStateLike = None,
        tol: float = 1e-4,
        verbose: int = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun

    def _read_labels(self, y: VectorLike) -> tuple[Array, Array, bool]:
        """Return the classes of y, the codes of its rows, (n,) or (n, k), and whether it is a label matrix."""
        if columns_of(y) == 1:
            classes, codes = check_labels(y)
            return classes, codes, False
        marks = check_array(y, name="y")
        if not np.isin(marks, (0.0, 1.0)).all():
            raise ValueError("y with several columns must hold zeros and ones: Unknown label type for multioutput.")
        return np.arange(marks.shape[1]), marks, True

    def _begin(
        self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None, classes: Any, partial: bool
    ) -> Run:
        """Check everything, set `classes_`, and return the run."""
        if y is None:
            raise ValueError("MLPClassifier requires y to be passed, but the target y is None; give the labels.")
        first = self._is_first(partial)
        X = self._check_X(X, fitting=first)
        found, codes, matrix = self._read_labels(y)
        check_same_length(X=X, y=codes)
        known = self._known_classes(found, classes, matrix, first, partial)
        if matrix:
            wanted, outputs, loss = codes, codes.shape[1], "logistic"
        else:
            codes = np.searchsorted(known, found)[codes].astype(np.int64)
            several = len(known) > 2
            wanted = codes if several else codes.astype(np.float64).reshape(-1, 1)
            outputs, loss = (len(known), "softmax") if several else (1, "logistic")
        self.classes_, self._label_matrix, self._loss_name = known, matrix, loss
        return self._prepare(X, wanted, sample_weight, outputs, loss, partial)

    def _known_classes(self, found: Array, classes: Any, matrix: bool, first: bool, partial: bool) -> Array:
        """Return all classes there are; those of y must be among them."""
        if not first:
            known = self.classes_
            if partial and classes is not None and not np.array_equal(known, check_labels(classes, name="classes")[0]):
                raise ValueError(
                    f"`classes={classes!r}` is not the same as on last call to partial_fit, was: {known!r}; leave it "
                    "out, or start anew."
                )
            if matrix != self._label_matrix or (self.warm_start and not partial and not np.array_equal(found, known)):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the previous call to fit. "
                    f"Previously got {known}, `y` has {found}; set warm_start=False."
                )
        elif partial:
            if classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit: all labels there will be.")
            known = found if matrix else check_labels(classes, name="classes")[0]
        else:
            return found
        strange = ~np.isin(found, known)
        if strange.any():
            raise ValueError(
                f"`y` has classes not in `self.classes_`: {found[strange].tolist()}; `self.classes_` has "
                f"{known.tolist()}. Name all labels in the first call."
            )
        return known

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps, one after each batch and each epoch (of "lbfgs", iteration).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_settings(partial=False)
        return self._begin(X, y, sample_weight, None, partial=False).path

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Fit to X (n, d) and labels y (n,), or a label matrix (n, k); rows count by `sample_weight` (n,).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if the loss overflows (the layer is named).

        Warns
        -----
        ConvergenceWarning
            If `max_iter` epochs were run.
        """
        self._check_settings(partial=False)
        run = self._begin(X, y, sample_weight, None, partial=False)
        return self._keep(run, finish(coarse(run.path, "batch"), self), partial=False)

    @only_if(has_partial_fit)
    def partial_fit(
        self,
        X: MatrixLike,
        y: VectorLike,
        sample_weight: VectorLike | None = None,
        classes: VectorLike | None = None,
    ) -> Self:
        """Go on for one epoch over X (n, d), y (n,). `classes` (k,) names all labels; needed in the first call.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; without `classes` in the first call, or with others later;
            for a label that they do not name; with `early_stopping`; if the loss overflows.
        """
        self._check_settings(partial=True)
        run = self._begin(X, y, sample_weight, classes, partial=True)
        return self._keep(run, finish(coarse(run.path, "batch"), self), partial=True)

    def _scorer(self, network: Network, held_out: Rows) -> Any:
        def accuracy() -> float:
            p = network.predict(held_out.X)
            hit = (
                p.argmax(axis=1) == held_out.wanted
                if p.shape[1] > 1 and not self._label_matrix
                else (((p > 0.5) == (held_out.wanted > 0.5)).all(axis=1))
            )
            return float(np.average(hit, weights=held_out.weight))

        return accuracy

    def predict(self, X: MatrixLike) -> Array:
        """Return the class of each row of X (n, d): shape (n,), or (n, k) zeros and ones after a label matrix.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            For an X that does not fit, or for which an output overflows.
        """
        check_is_fitted(self, "coefs_")
        p = self._outputs(self._check_X(X))
        if self._label_matrix:
            return (p > 0.5).astype(np.int64)
        codes = p.argmax(axis=1) if p.shape[1] > 1 else np.where(p[:, 0] > 0.5, len(self.classes_) - 1, 0)
        labels: Array = self.classes_[codes]
        return labels

    def predict_proba(self, X: MatrixLike) -> FloatArray:
        """Return each class's probability, shape (n, k), for X (n, d); of a label matrix each label's.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            For an X that does not fit, or for which an output overflows.
        """
        check_is_fitted(self, "coefs_")
        p = self._outputs(self._check_X(X))
        if p.shape[1] > 1 or self._label_matrix:
            return p
        if len(self.classes_) == 1:
            return np.ones_like(p)
        return np.column_stack([1.0 - p, p])

    def predict_log_proba(self, X: MatrixLike) -> FloatArray:
        """Return the logarithm of each class's probability, shape (n, k), for X (n, d); -inf where it is 0.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            For an X that does not fit, or for which an output overflows.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return the objective at the fitted weights on X (n, d), y (n,), and its gradient's largest entry.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit.
        """
        check_is_fitted(self, "coefs_")
        X = self._check_X(X)
        found, codes, matrix = self._read_labels(y)
        check_same_length(X=X, y=codes)
        if matrix != self._label_matrix or not np.isin(found, self.classes_).all():
            raise ValueError(f"y has labels other than those of fit, {self.classes_.tolist()}; give the labels of fit.")
        if not matrix:
            codes = np.searchsorted(self.classes_, found)[codes].astype(np.int64)
            codes = codes if len(self.classes_) > 2 else codes.astype(np.float64).reshape(-1, 1)
        return self._certificate(X, codes, sample_weight)

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.multi_label = True
        return tags
