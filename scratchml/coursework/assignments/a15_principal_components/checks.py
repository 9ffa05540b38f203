"""How the principal components assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import close, up_to_sign


def table(rng):
    """Return rows with different spreads along turned axes."""
    n, d = int(rng.integers(6, 20)), int(rng.integers(2, 5))
    Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    return np.round(rng.normal(size=(n, d)) * 2.0 ** np.arange(d) @ Q + rng.integers(-3, 4), 2)


def rows(rng):
    """Return a table alone."""
    return (table(rng),)


def rows_and_count(rng):
    """Return a table and a number of components."""
    X = table(rng)
    return X, int(rng.integers(1, X.shape[1] + 1))


def with_directions(rng):
    """Return rows, means and orthonormal directions."""
    X, k = rows_and_count(rng)
    Q, _ = np.linalg.qr(rng.normal(size=(X.shape[1], X.shape[1])))
    return X, np.round(X.mean(axis=0), 3), Q.T[:k]


def with_coordinates(rng):
    """Return coordinates, means and directions."""
    X, means, directions = with_directions(rng)
    return np.round(rng.normal(size=(X.shape[0], len(directions))), 2), means, directions


def matrix_and_vector(rng):
    """Return a positive matrix, a first vector and a number of steps."""
    X = table(rng)
    return X.T @ X / len(X), np.round(rng.normal(size=X.shape[1]), 2) + 0.01, int(rng.integers(1, 30))


def same_components(expected, found, arguments):
    """Compare directions up to their sign, variances as they are."""
    if not isinstance(found, (tuple, list)) or len(found) != 2:
        return "does not return two things: the directions and the variances"
    alike = up_to_sign(1e-5, 1e-5)(expected[0], found[0], arguments)  # near-equal variances turn easily
    return alike or close(1e-8, 1e-9)(expected[1], found[1], arguments)


def variances_differ(X, k):
    """Say whether no two variances are equal, and none is 0: then the directions are the only ones."""
    A = np.asarray(X, dtype=np.float64) - np.mean(X, axis=0)
    variances = np.linalg.svd(A, compute_uv=False) ** 2
    gaps = -np.diff(np.append(variances, 0.0))
    return len(X) > X.shape[1] and bool((gaps > 1e-6 * variances.max()).all())


def lost_variance_is_what_was_dropped(rng, call):
    """The squared error of the rebuilt rows is (n - 1) times the variances that were dropped."""
    X, k = rows_and_count(rng)
    directions, variances = (np.asarray(part) for part in call(X, k))
    A = X - X.mean(axis=0)
    error = ((A - A @ directions.T @ directions) ** 2).sum() / (len(X) - 1)
    dropped = A.var(axis=0, ddof=1).sum() - variances.sum()
    return (
        None if abs(error - dropped) < 1e-7 * max(1.0, A.var()) else "what is lost is not the variance that was dropped"
    )


def rayleigh_never_falls(rng, call):
    """More steps never give a smaller Rayleigh quotient."""
    A, v, _ = matrix_and_vector(rng)
    values = [float(call(A, v, steps)[1]) for steps in (1, 3, 9)]
    falls = values[1] < values[0] - 1e-9 or values[2] < values[1] - 1e-9
    return "the Rayleigh quotient falls with more steps" if falls else None


X3 = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]])
QUESTIONS = {
    "centre": Question(rows, edges={"a constant column": (X3,)}),
    "covariance": Question(
        rows,
        edges={"two rows": (X3[:2],)},
        growth=Growth(
            lambda rng, n: (rng.normal(size=(n, 2)),),
            1.0,
            reason="Two passes over the rows are enough: one for the means, one for the products.",
        ),
    ),
    "components": Question(
        rows_and_count,
        edges={"a constant column": (X3, 1)},
        same=same_components,
        has_one_answer=variances_differ,
        laws={"what is lost is what was dropped": lost_variance_is_what_was_dropped},
    ),
    "project": Question(with_directions, edges={"one row": (X3[:1], np.zeros(2), np.eye(2))}),
    "rebuild": Question(
        with_coordinates, edges={"the origin": (np.zeros((1, 1)), np.array([3.0, 4.0]), np.eye(2)[:1])}
    ),
    "power_iteration": Question(
        matrix_and_vector,
        edges={"a zero matrix": (np.zeros((2, 2)), np.array([3.0, 4.0]), 5)},
        same=close(1e-6, 1e-7),
        laws={"the Rayleigh quotient never falls": rayleigh_never_falls},
    ),
}
