"""Conjugate gradients on the logistic loss of ``lbfgs.py``, until no slope is above 1e-5."""

from benchmarks.workloads.lbfgs import race

WORKLOAD = race(
    "nonlinear_conjugate_gradient",
    "CG",
    "The losses and gradients are the bound. How many a search asks for is chance: of five kinds of made-up data, ours "
    "asks for a tenth fewer than SciPy's on average, of heavy-tailed columns for a fifth more (measured).",
)
