"""How far the trees of merges are from the references'."""

import numpy as np
import scipy.cluster.hierarchy as scipy_tree
from scipy.spatial.distance import pdist, squareform
from sklearn import cluster as reference
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.feature_extraction.image import grid_to_graph

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


def trees_differ(X, graph, method):
    """Return how many merges and labels differ from scikit-learn's where only neighbours may merge."""
    ours, theirs = (
        m(5, linkage=method, connectivity=graph).fit(X)
        for m in (AgglomerativeClustering, reference.AgglomerativeClustering)
    )
    return float(
        np.count_nonzero(ours.children_ != theirs.children_) + np.count_nonzero(ours.labels_ != theirs.labels_)
    )


def excess(X, method):
    """Return by how much our sum of distances between neighbouring leaves is above SciPy's, relatively; 0 for below."""
    D = squareform(pdist(X))
    ours, theirs = (
        D[order[:-1], order[1:]].sum()
        for order in (
            scipy_tree.leaves_list(m(X, method, optimal_ordering=True)) for m in (linkage, scipy_tree.linkage)
        )
    )
    return float(max(ours / theirs - 1.0, 0.0))


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
        whose, compared = "scikit-learn AgglomerativeClustering", f"children_, labels_, {method}: pixels of ten digits"
        differ = sum(
            trees_differ(image.reshape(-1, 1), grid_to_graph(8, 8), method) for image in load_digits().images[:10]
        )
        found.append(Row("AgglomerativeClustering, connectivity", whose, compared, differ, 0.0))
    reason = "SciPy's order is often not the best (its issue 11227); the best is checked by search"
    what = "sum of distances between neighbouring leaves, above SciPy's: average, noise n=400 d=5"
    found.append(
        Row("optimal_leaf_ordering", "SciPy optimal_leaf_ordering", what, excess(noise, "average"), 1e-13, reason)
    )
    return found
