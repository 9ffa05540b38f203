"""Backtracking, raced as in ``strong_wolfe.py``, beside SciPy's, which is not public: only its own methods call it."""

from benchmarks.workloads.strong_wolfe import Kept, race


def scipy(data):
    from scipy.optimize._linesearch import line_search_armijo

    kept, gradient = Kept(data), data["gradient"]
    step = line_search_armijo(kept.loss, data["w"], -gradient, gradient, data["loss"])[0]
    kept.gradient(data["w"] - step * gradient)
    return step


WORKLOAD = race("backtracking", scipy, 1e-4)
