"""Newton's method as in the textbook's first example: no damping, no line search, a matrix inverse."""

import numpy as np


def newton(gradient, hessian, w, n_iter):
    path = [np.array(w, dtype=float)]
    for _ in range(n_iter):
        path.append(path[-1] - np.linalg.inv(hessian(path[-1])) @ gradient(path[-1]))
    return path
