"""svm: support vector machines, the border with the widest street.

| file | what it holds |
| --- | --- |
| `svc.py`, `svr.py` | `SVC`, `SVR`: classification and regression with kernels |
| `pairs.py` | one against one: the problem of each pair of classes, and their votes |
| `machine.py` | what the two share: kernels, coefficients, predictions |
| `small_pairs.py` | many small pairs in one call of a kernel |
| `smo.py` | sequential minimal optimisation: select a pair, move it; the kernels that take the time |
| `rows.py` | kernel rows, worked out when they are asked for and kept within a bound |
| `solver.py` | the loop around it: points that rest, the cache, the end |
| `face.py` | the last mile: the free coefficients' best place, by one linear system |
| `problem.py` | the quadratic program itself, and the certificate of a solution |
| `kernels.py` | linear, poly, rbf, sigmoid: by rows and by blocks |
| `platt.py` | probabilities from decisions |
| `linear_svc.py`, `linear_svr.py`, `linear.py` | `LinearSVC`, `LinearSVR`: no kernels, many rows |
| `dual_coordinate_descent.py`, `finite_newton.py` | how they are fitted: the difference between the two is the lesson |
| `small_newton.py` | the latter of few rows, in one call of a kernel |
| `draws.py` | the reference's random numbers |
| `pegasos.py` | `pegasos`: the same in four lines, by stochastic subgradients |
"""

from .linear_svc import LinearSVC
from .linear_svr import LinearSVR
from .pegasos import pegasos
from .svc import SVC
from .svr import SVR

__all__ = ["SVC", "SVR", "LinearSVC", "LinearSVR", "pegasos"]


def _warmup() -> None:
    """Compile the kernels that the example estimators do not reach: called by ``scratchml warmup``."""
    import numpy as np

    from .platt import fit_sigmoid

    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(600, 3)), np.arange(600) % 2
    SVC(max_iter=2000, C=10.0, tol=1e-2).fit(X, y).predict(X)
    fit_sigmoid(X[:, 0].copy(), (y > 0).astype(np.float64))
    LinearSVC(loss="hinge", max_iter=2, tol=1.0).fit(X, y)
    LinearSVR(max_iter=2, tol=1.0).fit(X, y)
    for _ in pegasos(X, y, max_iter=2, random_state=0):
        pass
