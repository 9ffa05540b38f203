"""The perceptron: correct the plane after each mistake, and only then.

Idea
----
Put a plane between two classes. Go through the samples; where one lies on the wrong side (or on the plane), add its row
to the weights if it is a positive one, take it away if not. That turns the plane towards the sample. If some plane
separates the classes, this finds one, after a number of mistakes that depends on how wide the gap is, not on how many
samples or columns there are.

Maths
-----
With y = -1 or 1, for each sample in turn::

    if y (x'w + b) <= 0:   w <- w + eta0 y x,   b <- b + eta0 y

Novikoff: if all ``|x| <= R`` (counting the 1 that the intercept multiplies) and some unit vector u has ``y x'u >= gap``
for all samples, there are at most ``(R / gap)^2`` mistakes: each raises w'u by at least eta0 gap, and |w|^2 by at most
eta0^2 R^2. The rule is stochastic gradient descent on the loss ``max(-y z, 0)`` with steps of constant length, so all
of `sgd_epoch.py` serves; starting from 0, eta0 only scales w, unless there is a penalty.

Cost
----
One multiplication per number of X and epoch, and one more for each mistake.

Differences
-----------
None from scikit-learn but those of `sgd_descent.py`: the same weights for the same seed. Where no plane separates the
classes, the epochs go on until their loss no longer falls by `tol`; the last weights, not the best, are returned.

References
----------
F. Rosenblatt (1958), "The perceptron", Psychological Review 65(6). A. Novikoff (1962), "On convergence proofs on
perceptrons", Symposium on the Mathematical Theory of Automata 12.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from ..core.rules import real
from ..core.typing import FloatArray, MatrixLike, RandomStateLike, VectorLike
from .sgd_classifier import SGDClassifierBase
from .sgd_descent import Descent


class Mistake(NamedTuple):
    """What is known after a mistake has been corrected. The arrays are live: `record` copies them."""

    epoch: int  # from 1
    row: int  # the sample that was on the wrong side
    y: float  # its target, -1 or 1
    w: FloatArray  # (d,) after the correction
    b: float


class Perceptron(SGDClassifierBase):
    """Rosenblatt's perceptron; several classes one against all others.

    Parameters
    ----------
    penalty : "l2", "l1", "elasticnet" or None
    alpha : how much the penalty counts
    l1_ratio : share of l1 in "elasticnet", from 0 to 1
    fit_intercept : False takes planes through the origin
    max_iter : most epochs (passes over the rows)
    tol : end when the mean loss has not fallen by this much, `n_iter_no_change` epochs in a row; None never does
    shuffle : look at the rows in another order in each epoch
    verbose : show a progress bar
    eta0 : how much of a row is added after a mistake
    n_jobs : threads for several classes; None means all CPUs this process may use. The result does not depend on it
    random_state : decides the order, and which rows are held out
    early_stopping : hold out `validation_fraction` of the rows, and end when their accuracy no longer rises by `tol`
    validation_fraction : share held out, of each class
    n_iter_no_change : epochs to wait
    class_weight : dict {label: weight}, or "balanced" for weights inverse to the classes' sizes
    warm_start : start from the last fit

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
    Rosenblatt (1958); Novikoff (1962).

    Examples
    --------
    >>> from scratchml.linear_model import Perceptron
    >>> X, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 0, 0, 1]
    >>> model = Perceptron().fit(X, y)  # learns "and"
    >>> model.predict(X).tolist()
    [0, 0, 0, 1]
    """

    loss, learning_rate, average, power_t, epsilon = "perceptron", "constant", False, 0.5, 0.1  # what makes it one

    _rules: ClassVar = {**SGDClassifierBase._rules, "l1_ratio": real(0.0, 1.0)}

    def __init__(
        self,
        *,
        penalty: str | None = None,
        alpha: float = 0.0001,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        max_iter: int = 1000,
        tol: float | None = 1e-3,
        shuffle: bool = True,
        verbose: int = 0,
        eta0: float = 1.0,
        n_jobs: int | None = None,
        random_state: RandomStateLike = 0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        class_weight: Mapping[Any, float] | str | None = None,
        warm_start: bool = False,
    ) -> None:
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.verbose = verbose
        self.eta0 = eta0
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start

    def mistakes(self, X: MatrixLike, y: VectorLike) -> Iterator[Mistake]:
        """Return the fit to X (n, d) and y (n,) of two classes as a generator of its mistakes, each once corrected.

        The same kernel takes the same steps as in ``fit``, one row at a time.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or y; for another number of classes than two; at once, before the first mistake.
        """
        self._check_settings(partial=False)
        X, self.classes_, codes = self._check_X_labels(X, y)
        if len(self.classes_) != 2:
            raise ValueError(f"y has {len(self.classes_)} classes; mistakes are told for two. Give y == one of them.")
        start = self._start(1, X.shape[1], None, None)
        descent = self._descents(X, codes, self._weights(None, len(X)), start, 1.0)[0]
        return watch(descent, self.max_iter)


def watch(descent: Descent, max_iter: int) -> Iterator[Mistake]:
    """Yield a Mistake after each step of `descent` that changed the weights or the intercept."""
    v, b = descent.v.copy(), 0.0
    for epoch in range(1, max_iter + 1):
        for row in descent.walk():
            if descent.place.b != b or (descent.v != v).any():
                v, b = descent.v.copy(), descent.place.b
                yield Mistake(epoch, row, float(descent.y[row]), descent.weights().w, b)
        if descent.done:
            return
