"""Quicker ways to the same numbers: k-means of one column by searching, quantiles by sorting."""

import numpy as np
import pytest
import sklearn.preprocessing as reference

from scratchml.cluster import KMeans
from scratchml.preprocessing import KBinsDiscretizer
from scratchml.preprocessing import quantiles as quantiles_file
from scratchml.preprocessing.centre_edges import centre_edges
from scratchml.preprocessing.quantiles import quantiles


@pytest.mark.parametrize("k", [2, 5, 12])
@pytest.mark.parametrize("kind", ["normal", "skewed", "whole numbers", "gap"])
@pytest.mark.parametrize("weighted", [False, True])
def test_edges_of_a_column_lie_between_the_centres_of_k_means(rng, kind, k, weighted):
    column = rng.normal(size=400)
    if kind == "skewed":
        column = np.exp(column)
    elif kind == "whole numbers":
        column = rng.integers(0, 40, size=400) * 1.0
    elif kind == "gap":  # bins that begin empty
        column[:200] += 30.0
    weight = rng.uniform(size=400) if weighted else np.ones(400)
    equal = np.linspace(column.min(), column.max(), k + 1)
    start = 0.5 * (equal[1:] + equal[:-1])
    model = KMeans(k, init=start[:, None], n_init=1).fit(column[:, None], sample_weight=weight)
    centres = np.sort(model.cluster_centers_[:, 0])
    found = centre_edges(column, weight, k)
    np.testing.assert_allclose(found, 0.5 * (centres[1:] + centres[:-1]), rtol=1e-12, atol=1e-12)  # rounding of sums


@pytest.mark.parametrize("n", [1, 2, 9, 300])
def test_quantiles_are_the_same_sorted_or_partitioned(rng, monkeypatch, n):
    column, shares = rng.normal(size=n), np.array([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])
    found = []
    for many in (0, 100):
        monkeypatch.setattr(quantiles_file, "MANY", many)
        found.append(quantiles(column.copy(), shares))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_allclose(found[0], np.quantile(column, shares), rtol=1e-14, atol=1e-15)  # one rounding more


def test_of_equal_centres_the_first_has_all_values_as_in_the_reference(rng):
    column = np.exp(rng.normal(size=(400, 1)))  # a bin of one value, which is taken away to fill an empty one
    how = {"n_bins": 12, "strategy": "kmeans", "subsample": None}
    expected = reference.KBinsDiscretizer(**how, encode="onehot-dense").fit(column).bin_edges_[0]
    np.testing.assert_allclose(KBinsDiscretizer(**how).fit(column).bin_edges_[0], expected, rtol=1e-13)  # rounding
