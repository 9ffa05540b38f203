"""Coordinate descent with the gradient worked out anew for every weight."""

from tests.naive.optim.penalties import prox


def coordinate_descent(A, b, w, l1, l2, positive, n_sweeps):
    w = list(w)
    for _ in range(n_sweeps):
        for f in range(len(w)):
            slope = sum(A[f][k] * w[k] for k in range(len(w))) - b[f]
            w[f] = prox(w[f] - slope / A[f][f], 1 / A[f][f], l1, l2, positive)
    return w
