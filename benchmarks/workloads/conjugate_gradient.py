"""Conjugate gradients on the equations of ridge regression, X'X w + w = X'y: one iteration for each column.

The product is NumPy's, the same for everybody; all take as many, since SciPy's rule for stopping earlier is another.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of


def product(X):
    """Return the function v -> (X'X + I) v."""
    return lambda v: X.T @ (X @ v) + v


def loss(w, data):
    """Return w'Aw / 2 - b'w, which is least at the solution."""
    return 0.5 * (w @ product(data["X"])(w)) - (data["X"].T @ data["y"]) @ w


def ours(method, data):
    from scratchml.optim import minimize

    return minimize(method(product(data["X"]), data["X"].T @ data["y"], max_iter=data["X"].shape[1], tol=0.0)).w


def scipy(data):
    from scipy.sparse.linalg import LinearOperator, cg

    d = data["X"].shape[1]
    A = LinearOperator((d, d), matvec=product(data["X"]), dtype=np.float64)
    return cg(A, data["X"].T @ data["y"], rtol=0.0, atol=0.0, maxiter=d)[0]


WORKLOAD = race_of(
    "optim.conjugate_gradient",
    ours,
    task="numbers",
    data="correlated",
    large=(10_000, 100),
    peers={"scipy": Contestant(scipy)},
    loss=loss,
    allowed=1e-9,
    fit_name="minimize",
    floor=lambda data: product(data["X"])(data["X"][0]),
    floor_name="one product",
    reasons={
        "minimize": "The products are the bound, as many for all, and at 10 000 rows they take 98 of 100 parts of the "
        "time: who is some thousandths ahead there changes from run to run."
    },
)
