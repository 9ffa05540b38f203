"""More and Thuente's search, raced as in ``strong_wolfe.py``, beside SciPy's, which only its own methods call."""

from benchmarks.workloads.strong_wolfe import Kept, race


def scipy(data, way):
    from scipy.optimize._linesearch import line_search_wolfe1

    kept, how = Kept(data), {"gfk": data["gradient"], "old_fval": data["loss"], "c1": 1e-3, "c2": 0.9}
    return line_search_wolfe1(kept.loss, kept.gradient, data["w"], way, **how)[0]


WORKLOAD = race("more_thuente", scipy, 1e-3, 0.9)
