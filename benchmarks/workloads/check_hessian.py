"""How far the second derivatives of ``newton.py`` are from differences of its gradient: nowhere, for they are right.

The peer is the same question put to SciPy: differences of the gradient, in a matrix, beside the one given. It takes one
gradient for each weight, where ours takes four and has six more digits, and is struck out.
"""

import numpy as np

from benchmarks.workloads.check_gradient import race
from benchmarks.workloads.lbfgs import logistic
from benchmarks.workloads.newton import curvature


def scipy(data):
    from scipy.optimize import approx_fprime

    w, both = np.zeros(data["X"].shape[1]), logistic(data)
    found = curvature(data)(w)
    return np.abs(approx_fprime(w, lambda v: both(v)[1]) - found).max() / np.abs(found).max()


def ours(check_hessian, data):
    return check_hessian(logistic(data), curvature(data), np.zeros(data["X"].shape[1]))


WORKLOAD = race("check_hessian", ours, scipy, "gradients")
