"""Pictures of clusters around centres: what they show, edges and errors."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from scratchml.cluster import KMeans, elbow, gap_statistic, silhouette_curve
from scratchml.metrics import silhouette_samples
from scratchml.viz import draw_cells, draw_choice, draw_silhouettes, k_means_gif

X = np.array([[0.0, 0.0], [0.0, 2.0], [8.0, 0.0], [8.0, 2.0], [4.5, 1.0]])


def test_each_place_has_the_colour_of_its_nearest_centre():
    ax = draw_cells(X, [[0.0, 1.0], [8.0, 1.0]], [0, 0, 1, 1, 1])
    (cells,) = ax.get_images()
    low, high = cells.get_extent()[:2]
    middles = low + (high - low) * (np.arange(300) + 0.5) / 300
    expected = (middles > 4.0).astype(int)
    assert (np.asarray(cells.get_array()) == expected).all()
    drawn = [len(part.get_offsets()) for part in ax.collections]
    assert drawn == [2, 3, 2]  # two clusters and the centres
    assert not ax.lines
    plt.close(ax.figure)


def test_trails_join_the_places_of_each_centre():
    figure, ax = plt.subplots()
    assert draw_cells(X, [[0.0, 1.0], [8.0, 1.0]], trails=[[[1.0, 1.0], [2.0, 2.0]]], ax=ax) is ax
    assert [line.get_xydata().tolist() for line in ax.lines] == [[[1.0, 1.0], [0.0, 1.0]], [[2.0, 2.0], [8.0, 1.0]]]
    assert [len(part.get_offsets()) for part in ax.collections] == [5, 2]
    plt.close(figure)


def test_a_fit_as_gif(tmp_path):
    model = KMeans(2, init=[[0.0, 0.0], [0.0, 2.0]])
    shown = k_means_gif(X, model, tmp_path / "fit.gif")
    assert [s.name for s in shown[:3]] == ["seed", "assign", "update"]
    with Image.open(tmp_path / "fit.gif") as picture:
        assert 1 < picture.n_frames <= len(shown)  # equal pictures are joined
    assert not hasattr(model, "labels_")
    assert len(k_means_gif(X, model, tmp_path / "short.gif", max_frames=2)) == 2


@pytest.mark.parametrize("ask", [elbow, gap_statistic, silhouette_curve])
def test_the_best_k_is_ringed(rng, ask):
    rows = rng.normal(size=(45, 2)) + np.repeat([[0.0, 0.0], [12.0, 0.0], [24.0, 0.0]], 15, axis=0)
    found = ask(rows, range(2, 6), n_init=2, random_state=0)
    ax = draw_choice(found)
    assert ax.get_title() == f"best: {found.best}"
    ring = ax.collections[-1].get_offsets()[0]
    assert ring[0] == found.best
    assert ax.lines[0].get_xdata().tolist() == [2, 3, 4, 5]
    plt.close(ax.figure)


def test_silhouettes_are_bars_by_cluster_longest_first():
    labels = ["b", "b", "a", "a", "a"]
    ax = draw_silhouettes(X, labels)
    values = silhouette_samples(X, labels)
    widths = [bar.get_width() for bar in ax.patches]
    np.testing.assert_array_equal(widths, [*np.sort(values[2:])[::-1], *np.sort(values[:2])[::-1]])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    plt.close(ax.figure)


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(ValueError, match="a picture needs two columns"):
        draw_cells(np.eye(3), np.eye(3))
    with pytest.raises(ValueError, match="labels holds 2 values for 5 points"):
        draw_cells(X, X[:2], [0, 1])
    with pytest.raises(TypeError, match="no result of elbow"):
        draw_choice(3)
