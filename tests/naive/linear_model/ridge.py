"""Ridge regression by the normal equations in exact fractions, and leaving one out by fitting again n times."""

from fractions import Fraction

from tests.naive.linear_model.linear_regression import normal_equations, shortest, solve


def ridge(X, y, alpha, weight=None, intercept=True):
    """Return (w, b) as floats: (X'X + alpha I) w = X'y, the intercept free of charge, rounded once."""
    A, b = normal_equations(X, y, weight, intercept)
    weights = range(1, len(A)) if intercept else range(len(A))
    for f in weights:
        A[f][f] += Fraction(float(alpha))
    x = [float(v) for v in shortest(A, solve(A, b), weights)]
    return (x[1:], x[0]) if intercept else (x, 0.0)


def leave_one_out(X, y, alpha, weight=None, intercept=True):
    """Return for each row its y minus the prediction of the fit by all other rows."""
    errors = []
    for i in range(len(y)):
        others = [k for k in range(len(y)) if k != i]
        part = None if weight is None else [weight[k] for k in others]
        w, b = ridge([X[k] for k in others], [y[k] for k in others], alpha, part, intercept)
        errors.append(y[i] - b - sum(u * v for u, v in zip(X[i], w)))
    return errors
