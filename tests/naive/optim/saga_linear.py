"""SAGA for linear models: every sample's gradient written out, and handed to the plain method."""

import numpy as np

from tests.naive.optim.saga import saga


def saga_linear(X, y, slope_of, weight, W, draws, step_size, l1, l2, positive, intercept):
    """Return W (k, d), or (k, d + 1), after all draws. slope_of(z (k,), y) gives k slopes."""
    k, width = W.shape
    rows = np.column_stack([X, np.ones(len(X))]) if intercept else X
    # the plain method's free weights are its last ones: so intercepts go there
    order = np.argsort([f == width - 1 and intercept for _ in range(k) for f in range(width)], kind="stable")
    back = np.argsort(order)

    def gradient_of(i, w):
        V = np.array(w)[back].reshape(k, width)
        return (weight[i] * np.outer(slope_of(V @ rows[i], y[i]), rows[i])).ravel()[order].tolist()

    n_free = k if intercept else 0
    w = saga(gradient_of, W.ravel()[order].tolist(), len(X), draws, step_size, l1, l2, positive, n_free)
    return np.array(w)[back].reshape(k, width)
