"""The picture of a tree: by hand, laws, edges and errors."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml.cluster import AgglomerativeClustering, fcluster, linkage
from scratchml.viz import plot_dendrogram


@pytest.fixture(autouse=True)
def close_pictures():
    yield
    plt.close("all")


def brackets(ax):
    """Return how many brackets are drawn in each colour, most first."""
    return sorted((len(c.get_paths()) for c in ax.collections), reverse=True)


# ---- by hand


def test_two_pairs_far_apart_are_two_colours_under_a_grey_bracket():
    ax = plot_dendrogram(linkage([[0.0], [1.0], [10.0], [12.0]]), labels=list("abcd"))
    assert brackets(ax) == [1, 1, 1]
    assert [label.get_text() for label in ax.get_xticklabels()] == list("abcd")
    assert ax.get_title() == "4 rows, 2 clusters below 6.3"
    assert ax.get_ylim() == (0.0, 1.05 * 9)


# ---- laws


@pytest.mark.parametrize("method", ["ward", "single"])
def test_all_merges_are_drawn_in_the_colours_of_the_cut(rng, method):
    X = np.concatenate([rng.normal(size=(30, 2)) + centre for centre in (0.0, 20.0, 40.0)])
    Z = linkage(X, method)
    ax = plot_dendrogram(Z, color_threshold=10.0)
    assert sum(brackets(ax)) == 89
    if fcluster(Z, 10.0, "distance").max() == 3:
        assert brackets(ax) == [29, 29, 29, 2]


def test_a_fitted_model_is_drawn_as_its_tree(rng):
    X = rng.normal(size=(12, 2))
    one, other = plt.subplots(ncols=2)[1]
    plot_dendrogram(AgglomerativeClustering(compute_distances=True).fit(X), ax=one)
    assert plot_dendrogram(linkage(X, "ward"), ax=other) is other
    assert one.get_title() == other.get_title()
    assert brackets(one) == brackets(other)


# ---- edges and errors


def test_rows_at_one_place_can_be_drawn():
    assert plot_dendrogram(linkage(np.ones((5, 1)))).get_ylim() == (0.0, 1.0)


def test_what_cannot_be_drawn_is_named(rng):
    with pytest.raises(ValueError, match="compute_distances=True"):
        plot_dendrogram(AgglomerativeClustering().fit(rng.normal(size=(5, 2))))
    with pytest.raises(ValueError, match="shape"):
        plot_dendrogram(np.ones((3, 3)))
    with pytest.raises(ValueError, match="labels"):
        plot_dendrogram([[0, 1, 1.0, 2]], labels=["a"])
