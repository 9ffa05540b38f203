"""How far the mixtures are from the reference's."""

import warnings

import numpy as np
from sklearn.datasets import load_iris, load_wine
from sklearn.mixture import GaussianMixture as Reference
from threadpoolctl import threadpool_limits

from scratchml.mixture import GaussianMixture
from tests.parity.ledger import Row

REASON = "EM repeats rounding errors; scikit-learn does not centre the rows"


def deviation(X, shape):
    """Return the largest relative difference of what is learned; 1 or more if n_iter_ differs."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = (m(3, covariance_type=shape, random_state=0).fit(X) for m in (GaussianMixture, Reference))
    found = [float(abs(ours.n_iter_ - theirs.n_iter_))]
    for name in ("weights_", "means_", "covariances_", "precisions_", "lower_bound_"):
        expected = np.asarray(getattr(theirs, name))
        found.append(float(np.max(np.abs(getattr(ours, name) - expected)) / np.max(np.abs(expected))))
    return max(found)


def rows() -> list[Row]:
    """Measure the rows of this room."""
    found = []
    for label, X in (("iris", load_iris().data), ("wine", load_wine().data)):
        for shape in ("full", "tied", "diag", "spherical"):
            compared = f"weights, means, covariances, precisions, bound, n_iter_: {shape}, {label}"
            whose = "scikit-learn GaussianMixture"
            found.append(Row("GaussianMixture", whose, compared, deviation(X, shape), 1e-8, REASON))
    return found
