"""What every linear classifier says of new rows: the class whose logit is largest, and how sure it is.

Idea
----
A linear classifier has one row of coefficients for each class, or one in all for two classes. The logit of a row of X
is how far it lies on the class's side of a plane; its sign, or the largest of several, decides.

Maths
-----
With z = X coef' + intercept::

    two classes      class 1 if z > 0,              p = 1 / (1 + exp(-z)),        log p = -log(1 + exp(-z))
    several          the largest z                  p = softmax(z)                log p = z - log(sum exp(z))
    one versus rest  the largest z                  p = sigmoid(z) divided by its sum over classes

Cost
----
2 n d k operations.

Differences
-----------
Both probabilities of two classes are worked out by themselves, so that a small one keeps its digits (scikit-learn takes
1 - p); log-probabilities are never -inf.

References
----------
Hastie, Tibshirani, Friedman, "The elements of statistical learning", 2nd edition, section 4.4, equation 4.17.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import ClassifierMixin, check_is_fitted
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, MatrixLike
from ..optim import sigmoid, softmax
from ..optim.losses import log_one_plus_exp
from .prediction import linear_values


@kernel
def list_log_sigmoids(z: Array, out: Array) -> None:
    """Put each log(1 / (1 + exp(-z_i))) into out (n,): overwritten. z (n,): read."""
    for i in range(z.shape[0]):
        out[i] = -log_one_plus_exp(-z[i])


class LinearClassifierMixin(ClassifierMixin):
    """Predictions of a classifier with `coef_` (k, d), `intercept_` (k,) and `classes_`."""

    coef_: FloatArray
    intercept_: FloatArray
    classes_: Array

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return the logits of the rows of X (n, d): shape (n,) for two classes, else (n, k).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, NaN or infinity, or a logit is beyond float64's range.
        """
        check_is_fitted(self, "coef_")
        model: Any = self
        X = model._check_X(X, finite=False, order="any")
        found = linear_values(X, self.coef_, self.intercept_, getattr(self, "n_jobs", None))
        return found[:, 0] if found.shape[1] == 1 else found

    def predict(self, X: MatrixLike) -> Array:
        """Return the class of each row of X (n, d), shape (n,)."""
        z = self.decision_function(X)
        best = (z > 0.0).astype(np.int64) if z.ndim == 1 else z.argmax(axis=1)
        return np.asarray(self.classes_[best])


class ProbabilityMixin(LinearClassifierMixin):
    """Probabilities of a logistic model."""

    def _one_versus_rest(self) -> bool:
        return False

    def predict_proba(self, X: MatrixLike) -> FloatArray:
        """Return the probability of each class for each row of X (n, d), shape (n, k); rows sum to 1."""
        z = self.decision_function(X)
        if z.ndim == 1:
            return np.column_stack([sigmoid(-z), sigmoid(z)])
        if self._one_versus_rest():
            return np.exp(self.predict_log_proba(X))
        return softmax(z)

    def predict_log_proba(self, X: MatrixLike) -> FloatArray:
        """Return the logarithms of the probabilities, shape (n, k); finite even where a probability is 0."""
        z = self.decision_function(X)
        if z.ndim == 1:
            z = np.column_stack([-z, z])
        elif not self._one_versus_rest():
            return log_shares(z)
        out = np.empty(z.size)
        list_log_sigmoids(np.ascontiguousarray(z).ravel(), out)
        found = out.reshape(z.shape)
        return log_shares(found) if self._one_versus_rest() else found


def log_shares(z: FloatArray) -> FloatArray:
    """Return the logarithms of softmax(z), row by row, without overflow."""
    below = z - z.max(axis=1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(axis=1, keepdims=True)))
