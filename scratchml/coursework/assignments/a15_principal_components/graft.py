"""The principal components' graft: the package's PCA with the student's covariance matrix."""

import numpy as np

from scratchml import trace
from scratchml.coursework.checking import Graft
from scratchml.decomposition import PCA


def steps_of_our_pca(covariance):
    """Yield what each step of PCA finds."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(20, 3)) * [3.0, 2.0, 1.0] + [0.0, 5.0, -2.0]

    def mean_and_covariance(X):
        return X.mean(axis=0), np.array(covariance(X.copy()), dtype=np.float64)

    model = trace.graft(PCA(2, svd_solver="covariance_eigh"), mean_and_covariance=mean_and_covariance)
    for step in model.steps(X):
        found = {"centre": step.mean, "covariance": step.covariance}.get(step.name, step.components)
        yield step.name, found
        if step.name in ("decompose", "choose"):
            yield f"{step.name}, variances", step.variances


GRAFTS = {"covariance": Graft(steps_of_our_pca, "our PCA with your covariance walks the same steps")}
