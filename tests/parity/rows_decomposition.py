"""How far the components are from scikit-learn's."""

import numpy as np
from sklearn import decomposition as reference
from sklearn.datasets import load_digits, load_wine

from scratchml import decomposition
from tests.parity.ledger import Row


def deviation(name, X, **how):
    """Return the largest relative difference of components, variances and projections."""
    ours, theirs = (getattr(m, name)(**how).fit(X) for m in (decomposition, reference))
    found = [np.abs(ours.components_ - theirs.components_).max()]
    for p, q in ((ours.explained_variance_, theirs.explained_variance_), (ours.transform(X), theirs.transform(X))):
        found.append(np.abs(p - q).max() / np.abs(q).max())
    return float(max(found))


def rows() -> list[Row]:
    """Measure the rows of PCA."""
    digits, wine = load_digits().data, load_wine().data
    what = "components, variances, projections"
    order = "products are added up in another order"
    found = []
    for solver in ("full", "covariance_eigh"):
        value = deviation("PCA", digits, n_components=10, svd_solver=solver)
        found.append(Row("PCA", "scikit-learn PCA", f"{what}: digits, 10, {solver}", value, 1e-12, order))
    value = deviation("PCA", digits, n_components=10, svd_solver="randomized", random_state=0)
    lu = "QR between rounds where scikit-learn has LU: the same space, to rounding"
    found.append(Row("PCA", "scikit-learn PCA", f"{what}: digits, 10, randomized", value, 1e-9, lu))
    value = deviation("PCA", wine, n_components="mle")
    found.append(Row("PCA", "scikit-learn PCA", f"{what}: wine, mle", value, 1e-10, order))
    value = deviation("IncrementalPCA", digits, n_components=10, batch_size=200)
    found.append(Row("IncrementalPCA", "scikit-learn IncrementalPCA", f"{what}: digits, 10", value, 1e-12, order))
    X = wine - wine.mean(axis=0)
    ours, theirs = (m.PCA(3, whiten=True).fit(X) for m in (decomposition, reference))
    gap = np.abs(ours.get_covariance() - theirs.get_covariance()).max() / np.abs(ours.get_covariance()).max()
    whiten = (
        "scikit-learn multiplies unit components by their standard deviations again when whiten is set, so that its "
        "covariance is not X's; ours does not depend on whiten"
    )
    found.append(Row("PCA", "scikit-learn PCA", "get_covariance: wine, whiten", float(gap), np.inf, whiten))
    return found
