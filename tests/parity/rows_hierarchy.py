"""How far the trees of merges are from the references'."""

import numpy as np
import scipy.cluster.hierarchy as scipy_tree
from sklearn import cluster as reference
from sklearn.datasets import load_digits, load_iris, load_wine

from scratchml.cluster import AgglomerativeClustering, cophenet, linkage
from scratchml.cluster.lance_williams import CODES
from tests.parity.ledger import Row

ROUNDING = "the last digits of a recurrence in another order"


def cophenetic(X, method):
    """Return the largest relative difference of cophenetic distances: trees compared, whatever the order of merges."""
    ours, theirs = cophenet(linkage(X, method)), scipy_tree.cophenet(scipy_tree.linkage(X, method))
    return float(np.max(np.abs(ours - theirs)) / np.max(theirs))


def labels_differ(X, k, method):
    """Return how many labels differ from scikit-learn's."""
    ours, theirs = (m(k, linkage=method).fit(X) for m in (AgglomerativeClustering, reference.AgglomerativeClustering))
    return float(np.count_nonzero(ours.labels_ != theirs.labels_))


def rows() -> list[Row]:
    """Measure the rows of hierarchical clustering."""
    noise = np.random.default_rng(0).normal(size=(400, 5))
    iris, wine, digits = load_iris().data, load_wine().data, load_digits().data[:600]
    what = "cophenetic distances: noise n=400 d=5"
    found = [Row("linkage", "SciPy linkage", f"{m}, {what}", cophenetic(noise, m), 1e-13, ROUNDING) for m in CODES]
    for method in ("ward", "complete", "average", "single"):
        differ = labels_differ(iris, 3, method) + labels_differ(wine, 4, method) + labels_differ(digits, 10, method)
        compared = f"labels, {method}: iris, wine, digits (600 rows)"
        found.append(Row("AgglomerativeClustering", "scikit-learn AgglomerativeClustering", compared, differ, 0.0))
    return found
