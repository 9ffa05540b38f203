"""Distributions before and after: what is drawn, and what is refused."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml.impute import SimpleImputer
from scratchml.preprocessing import PowerTransformer
from scratchml.viz import draw_before_after


def heights(ax):
    """Return the heights of the bars of all axes of a picture, upper axes first."""
    return [[bar.get_height() for bar in axes.patches] for axes in reversed(ax.figure.axes)]


def test_histograms_stand_above_and_below_and_quartiles_are_marked(rng):
    X = rng.lognormal(size=(300, 1))
    Z = PowerTransformer("box-cox").fit_transform(X)
    ax = draw_before_after(X, Z, labels=("raw", "transformed"))
    up, down = heights(ax)
    assert max(up) == 1.0
    assert min(up) >= 0
    assert min(down) == -1.0
    assert max(down) <= 0
    ends = ax.lines[0].get_xdata()
    np.testing.assert_allclose(ends, np.percentile(Z, [25, 75]), rtol=1e-12)  # the same interpolation
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["raw, 300 values", "transformed, 300 values"]
    plt.close(ax.figure)


def test_missing_values_are_counted_and_a_shared_axis_has_the_same_bins(rng):
    X = np.where(rng.random((200, 1)) < 0.3, np.nan, rng.normal(size=(200, 1)))
    ax = plt.figure().add_subplot()
    assert draw_before_after(X, SimpleImputer().fit_transform(X), ax, same_axis=True) is ax
    edges = [bar.get_x() for bar in ax.patches]
    assert edges[: len(edges) // 2] == edges[len(edges) // 2 :]
    assert f"{int(np.isnan(X).sum())} missing" in ax.get_legend().get_texts()[0].get_text()
    plt.close(ax.figure)


def test_constant_columns_are_drawn_and_what_is_no_column_is_a_clear_error():
    plt.close(draw_before_after([3.0, 3.0], [0.0, 0.0]).figure)
    with pytest.raises(ValueError, match=r"give one column of a table, after\[:, j\]"):
        draw_before_after([1.0], np.zeros((2, 2)))
    for bad in ([], [np.nan], [np.inf]):
        with pytest.raises(ValueError, match="before must hold at least one number"):
            draw_before_after(bad, [1.0])
    plt.close("all")
