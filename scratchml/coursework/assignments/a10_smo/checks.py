"""How the SMO assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question


def two_tables(rng):
    """Return rows, other rows, gamma."""
    d = int(rng.integers(1, 4))
    A, B = (np.round(rng.normal(size=(int(rng.integers(1, 7)), d)), 1) for _ in range(2))
    return A, B, float(rng.choice([0.0, 0.5, 2.0]))


def state(rng):
    """Return a kernel matrix, labels of both classes, alphas (some at the bounds) and C."""
    n = int(rng.integers(2, 10))
    X = np.round(rng.normal(size=(n, 2)), 1) + 0.01 * rng.normal(size=(n, 2))
    y = rng.choice([-1, 1], size=n)
    y[:2] = 1, -1
    C = float(rng.choice([0.5, 1.0, 4.0]))
    alpha = np.clip(np.round(rng.normal(size=n) + 0.5, 1), 0.0, C)
    alpha[0] = C / 2  # one row at least may go up and down
    return X @ X.T + 0.5, y, alpha, C


def asked(rng):
    """Return a kernel matrix to other rows, labels, alphas, b."""
    K, y, alpha, _ = state(rng)
    return K[:, : int(rng.integers(1, K.shape[1] + 1))].copy(), y, alpha, float(np.round(rng.normal(), 1))


def pair(rng):
    """Return a state and a pair."""
    K, y, alpha, C = state(rng)
    i, j = rng.permutation(len(y))[:2]
    return K, y, alpha, C, int(i), int(j)


def dual(K, y, alpha):
    """Return the dual objective."""
    v = alpha * y
    return alpha.sum() - 0.5 * v @ K @ v


def dual_never_falls(rng, call):
    """A pair's move never lowers the dual and keeps sum alpha y and the box."""
    K, y, alpha, C, i, j = pair(rng)
    new = np.asarray(call(K, y, alpha, C, i, j), dtype=float)
    if abs(new @ y - alpha @ y) > 1e-9 * max(1.0, C):
        return "the sum of alpha y changes"
    if new.min() < -1e-9 or new.max() > C + 1e-9:
        return "an alpha leaves the box from 0 to C"
    return None if dual(K, y, new) >= dual(K, y, alpha) - 1e-9 else "the dual objective falls"


def kernel_is_between_0_and_1(rng, call):
    """An RBF kernel is 1 on the diagonal and symmetric."""
    A, _, gamma = two_tables(rng)
    K = np.asarray(call(A, A, gamma))
    right = np.allclose(np.diag(K), 1.0) and np.allclose(K, K.T)
    return None if right else "K(A, A) is not symmetric with ones on its diagonal"


TWO = (np.eye(2), np.array([1, -1]))
QUESTIONS = {
    "rbf_kernel": Question(
        two_tables,
        edges={"far apart": (np.zeros((1, 1)), np.array([[1e3]]), 1.0)},
        laws={"symmetric, ones on the diagonal": kernel_is_between_0_and_1},
    ),
    "decision": Question(asked, edges={"no support vectors": (*TWO, np.zeros(2), 0.5)}),
    "violating_pair": Question(
        state,
        edges={"at the start": (*TWO, np.zeros(2), 1.0), "solved": (*TWO, np.ones(2), 9.0)},
        growth=Growth(
            lambda rng, n: (np.eye(n), np.resize([1, -1], n), rng.uniform(0.1, 0.9, size=n), 1.0),
            1.0,
            sizes=(10, 20, 40),
            reason="Take the lowest of those that go up and the highest of those that go down; ask no pairs.",
        ),
    ),
    "update_pair": Question(
        pair,
        edges={
            "cut by the box": (*TWO, np.zeros(2), 0.25, 0, 1),
            "equal rows": (np.ones((2, 2)), np.array([1, -1]), np.zeros(2), 2.0, 0, 1),
        },
        laws={"the dual never falls, the constraints hold": dual_never_falls},
    ),
    "intercept": Question(state, edges={"none is free": (*TWO, np.ones(2), 1.0)}),
}
