"""The picture of a tree: by hand, laws, edges and errors."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml.cluster import AgglomerativeClustering, fcluster, linkage
from scratchml.viz import draw_merges, film_merges, plot_dendrogram
from scratchml.viz.hierarchy import ABOVE, clusters_after, upper_part


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


def test_the_upper_part_of_a_tree_on_paper():
    # ((0 1) (2 3)) 4: of the four merges the last two are left, on leaves (2), (2) and 4
    Z = np.array([[0, 1, 1.0, 2], [2, 3, 2.0, 2], [5, 6, 3.0, 4], [4, 7, 9.0, 5]])
    found, names = upper_part(Z, 3)
    assert found.tolist() == [[1, 2, 3.0, 2], [0, 3, 9.0, 3]]
    assert names == ["4", "(2)", "(2)"]
    ax = plot_dendrogram(Z, labels=list("abcde"), p=3)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["e", "(2)", "(2)"]
    assert ax.get_title() == "5 rows, 2 clusters below 6.3"


def test_two_merges_on_a_line_are_drawn_beside_the_rows():
    X = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0], [7.0, 0.0]])
    axes = draw_merges(X, linkage(X, "average"), 2)
    assert axes[0].get_title() == "2 clusters after 2 merges"
    assert axes[1].get_title() == "last merge at 2"
    assert len(axes[1].collections) == 2
    assert axes[0].lines[0].get_xdata().tolist() == [5.0, 7.0]


# ---- laws


@pytest.mark.parametrize("method", ["ward", "centroid"])
def test_rows_are_in_the_clusters_that_the_tree_says(rng, method):
    X = rng.normal(size=(20, 2))
    Z = linkage(X, method)
    assert len(set(clusters_after(Z, 13).tolist())) == 7
    assert set(clusters_after(Z, 19).tolist()) == {38}
    if method == "ward":
        expected = fcluster(Z, 7, "maxclust").tolist()
        assert len(set(zip(expected, clusters_after(Z, 13).tolist()))) == 7


def test_a_film_shows_the_last_merges(rng):
    X = rng.normal(size=(30, 2))
    film = film_merges(X, linkage(X, "ward"), frames=4)
    film._func(29)  # the last picture
    assert film._fig.axes[0].get_title() == "1 cluster after 29 merges"
    assert list(film.new_frame_seq()) == [26, 27, 28, 29]
    film._draw_was_started = True  # it is not shown here, which matplotlib would warn of


def test_large_trees_are_cut_to_forty_leaves(rng):
    ax = plot_dendrogram(linkage(rng.normal(size=(300, 2)), "ward"))
    assert len(ax.get_xticklabels()) == 40
    assert ax.get_title().startswith("300 rows")
    assert sum(int(t.get_text().strip("()")) if "(" in t.get_text() else 1 for t in ax.get_xticklabels()) == 300


def test_no_merge_leaves_all_rows_grey(rng):
    X = rng.normal(size=(5, 2))
    axes = draw_merges(X, linkage(X, "ward"), 0)
    assert set(axes[0].collections[0].get_facecolors()[:, 0].round(2)) == {float(ABOVE)}


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


def test_wrong_arguments_of_the_film_are_named(rng):
    X = rng.normal(size=(6, 2))
    with pytest.raises(ValueError, match="X has shape"):
        draw_merges(X[:4], linkage(X), 1)
    with pytest.raises(ValueError, match="merges=6"):
        draw_merges(X, linkage(X), 6)
    with pytest.raises(ValueError, match="p=1"):
        plot_dendrogram(linkage(X), p=1)


def test_rows_at_one_place_can_be_drawn():
    assert plot_dendrogram(linkage(np.ones((5, 1)))).get_ylim() == (0.0, 1.0)


def test_what_cannot_be_drawn_is_named(rng):
    with pytest.raises(ValueError, match="compute_distances=True"):
        plot_dendrogram(AgglomerativeClustering().fit(rng.normal(size=(5, 2))))
    with pytest.raises(ValueError, match="shape"):
        plot_dendrogram(np.ones((3, 3)))
    with pytest.raises(ValueError, match="labels"):
        plot_dendrogram([[0, 1, 1.0, 2]], labels=["a"])
