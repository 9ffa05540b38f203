"""What every test shares: a seeded generator, a quiet and repeatable hypothesis."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # lets scikit-learn run its array-API check; before SciPy is loaded
# The reference's small loops on one thread: its idle ones would spin. BLAS keeps its threads, and we count our own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(os.cpu_count()))
os.environ.setdefault("OMP_NUM_THREADS", "1")

import matplotlib
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

matplotlib.use("Agg")
settings.register_profile(
    "scratchml",
    deadline=None,  # the first example may compile a kernel
    derandomize=True,  # the same examples in every run
    database=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("scratchml")


@pytest.fixture
def rng():
    """Return a generator that starts from the same seed in every test."""
    return np.random.default_rng(20240607)
