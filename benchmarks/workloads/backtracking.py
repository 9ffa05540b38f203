"""Backtracking, raced as in ``strong_wolfe.py``, beside SciPy's, which is not public: only its own methods call it."""

from benchmarks.workloads.strong_wolfe import Kept, race


def scipy(data, way):
    from scipy.optimize._linesearch import line_search_armijo

    kept = Kept(data)
    step = line_search_armijo(kept.loss, data["w"], way, data["gradient"], data["loss"])[0]
    kept.gradient(data["w"] + step * way)
    return step


WORKLOAD = race("backtracking", scipy, 1e-4)
