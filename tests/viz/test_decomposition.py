"""Scree plot and biplot: what is drawn, and what is refused."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.decomposition import PCA as SklearnPCA

from scratchml.datasets import load_iris
from scratchml.decomposition import PCA
from scratchml.viz import draw_biplot, draw_scree
from scratchml.viz.decomposition import keep_apart


@pytest.mark.parametrize("cls", [PCA, SklearnPCA])
def test_the_scree_plot_shows_shares_and_their_sums(cls):
    model = cls().fit(load_iris().data)
    ax = draw_scree(model)
    assert [bar.get_height() for bar in ax.patches] == model.explained_variance_ratio_.tolist()
    assert ax.lines[0].get_ydata()[-1] == pytest.approx(1.0, rel=1e-12)  # four numbers added up
    assert all(tick == int(tick) for tick in ax.get_xticks())  # there is no component 1.5
    plt.close(ax.figure)


def test_names_are_kept_apart_on_paper():
    assert keep_apart(np.array([5.0, 0.0, 0.5]), 1.0).tolist() == [5.0, -0.25, 0.75]
    assert keep_apart(np.array([2.0, 2.0, 2.0]), 1.0).tolist() == [1.0, 2.0, 3.0]
    assert keep_apart(np.empty(0), 1.0).tolist() == []


def test_the_biplot_has_a_point_for_each_row_and_an_arrow_for_each_column():
    iris = load_iris()
    model = PCA(2).fit(iris.data)
    ax = plt.figure().add_subplot()
    assert draw_biplot(model, iris.data, iris.target, ax, names=iris.feature_names) is ax
    points = np.concatenate([np.asarray(c.get_offsets()) for c in ax.collections])
    np.testing.assert_allclose(points, model.transform(iris.data), rtol=1e-15)
    assert {text.get_text() for text in ax.texts if text.get_text()} == set(iris.feature_names)
    plt.close(ax.figure)


def test_what_cannot_be_drawn_is_a_clear_error():
    iris = load_iris()
    with pytest.raises(ValueError, match="a biplot needs two"):
        draw_biplot(PCA(1).fit(iris.data), iris.data)
    with pytest.raises(ValueError, match="names has 1 entries for 4 columns"):
        draw_biplot(PCA(2).fit(iris.data), iris.data, names=["a"])
