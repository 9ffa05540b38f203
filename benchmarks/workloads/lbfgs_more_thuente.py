"""L-BFGS as L-BFGS-B walks it, on the logistic loss of ``lbfgs.py``: the same steps, and both end by its rules."""

from benchmarks.workloads.lbfgs import race

WORKLOAD = race("lbfgs_more_thuente", "L-BFGS-B")
