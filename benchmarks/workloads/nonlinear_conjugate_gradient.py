"""Conjugate gradients on the logistic loss of ``lbfgs.py``, until no slope is above 1e-5."""

from benchmarks.workloads.lbfgs import race

WORKLOAD = race("nonlinear_conjugate_gradient", "CG")
