"""Kernels of histogram boosting: by hand, naive twin, outside reference, laws, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.ensemble._hist_gradient_boosting.binning import _find_binning_thresholds

import tests.naive.ensemble.hist_gradient_boosting as naive
from scratchml.ensemble.hist_binning import bin_numbers, bin_rows, find_bins, find_thresholds
from scratchml.ensemble.hist_histograms import build_histogram, split_rows, subtract_histogram
from scratchml.ensemble.hist_losses import (
    BINOMIAL,
    GAMMA,
    POISSON,
    SQUARED_ERROR,
    list_class_gradients,
    loss_at,
    slope_and_curvature,
)
from scratchml.ensemble.hist_splitting import GAIN, LEFT_COUNT, NO_BOUND, best_split, leaf_value
from scratchml.ensemble.hist_trees import add_scores, pile
from scratchml.preprocessing.quantiles import weighted_quantiles

NAN = np.nan
seeds = st.integers(0, 10**6)


def sums_of(rng, n=400, d=6, lanes=4):
    """Return bins (in blocks of four columns, the second one of two), gradients, hessians and their histograms."""
    bins = rng.integers(0, 8, size=(2, n, 4)).astype(np.uint8)
    g, h = rng.normal(size=n).astype(np.float32), rng.random(n).astype(np.float32)
    histograms = np.empty((d, 8, lanes))
    build_histogram(bins, np.arange(n, dtype=np.uint32), g, h if lanes == 4 else h[:0], histograms)
    return bins, g, h, histograms


# ---- by hand


def test_thresholds_are_middles_between_few_values():
    assert find_thresholds(np.array([1.0, 3.0, NAN, 3.0, 7.0]), 255, None).tolist() == [2.0, 5.0]
    assert find_thresholds(np.array([4.0, 4.0]), 255, None).tolist() == []


def test_a_bin_ends_with_its_threshold():
    bins, thresholds = np.empty((1, 6, 4), dtype=np.uint8), np.full((1, 255), np.inf)
    thresholds[0, :2] = 2.0, 5.0
    rows = np.array([[1.0], [2.0], [2.5], [9.0], [NAN], [np.inf]])
    bin_numbers(rows, thresholds, np.array([False]), 255, 0, bins)
    assert bins[0, :, 0].tolist() == [0, 0, 1, 2, 255, 2]


def test_a_weighted_quantile_counts_a_row_of_weight_two_twice():
    x, weight = np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.0])  # as 1, 1, 2, 3
    assert weighted_quantiles(x, weight, np.array([50.0, 75.0]), average=True).tolist() == [1.5, 2.5]
    assert weighted_quantiles(x, weight, np.array([50.0, 75.0]), average=False).tolist() == [1.0, 2.0]


def test_the_best_split_on_paper():
    # three bins of two rows: G = 4, -1, -3, H = count; node value 0, so that gain = G_l^2 / n_l + G_r^2 / n_r
    histogram = np.array([[[4.0, 2.0], [-1.0, 2.0], [-3.0, 2.0]]])
    node = np.array([6.0, 0.0, 6.0, 0.0, -NO_BOUND, NO_BOUND])
    found, goes_left = np.empty((1, 6)), np.zeros((1, 3), dtype=np.uint8)
    column = np.array([[3, 0, 0, 0]])
    best_split(histogram, column, np.array([True]), node, np.array([1.0, 0.0]), found, goes_left)
    assert found[0, GAIN] == pytest.approx(16 / 2 + 16 / 4, rel=1e-14)  # the tiny addend of the divisor
    assert found[0, LEFT_COUNT] == 2
    falling = column.copy()
    falling[0, 3] = -1  # the left value would be -2, the right one 1: that is rising
    best_split(histogram, falling, np.array([True]), node, np.array([1.0, 0.0]), found, goes_left)
    assert found[0, GAIN] == -1.0
    assert leaf_value(4.0, 2.0, 0.0, -1.0, 1.0) == -1.0


def test_rows_are_split_in_order():
    rows, aside = np.array([5, 1, 3, 0], dtype=np.uint32), np.empty(4, dtype=np.uint32)
    bins, goes_left = np.zeros((6, 4), dtype=np.uint8), np.array([1, 0], dtype=np.uint8)
    bins[:, 2] = 0, 1, 0, 1, 0, 0
    assert split_rows(rows, bins, 2, goes_left, aside) == 2
    assert rows.tolist() == [5, 0, 1, 3]


# ---- naive twin


@pytest.mark.parametrize("max_bins", [4, 10, 255])
def test_thresholds_and_bins_are_the_naive_twins(rng, max_bins):
    X = rng.normal(size=(97, 2))
    X[:, 1] = X[:, 1].round(1)
    X[rng.random(X.shape) < 0.2] = NAN
    bins = find_bins(X, max_bins, np.array([-1, -1]), None, 0, 1)
    binned = bin_rows(X, bins, 1)
    for f in range(2):
        expected = naive.thresholds_of(X[:, f].tolist(), max_bins)
        np.testing.assert_allclose(bins.thresholds[f], expected, rtol=1e-15)  # a mean of two, rounded once
        assert binned[0, :, f].tolist() == [naive.bin_of(x, bins.thresholds[f].tolist(), max_bins) for x in X[:, f]]


@pytest.mark.parametrize("lanes", [2, 4])
def test_sums_are_the_naive_twins_to_the_last_bit(rng, lanes):
    bins, g, h, histograms = sums_of(rng, lanes=lanes)
    numbers = [g, h, np.ones(400)] if lanes == 4 else [g, np.ones(400)]
    for f in range(6):
        for lane, told in enumerate(numbers):
            expected = naive.sums_by_bin(bins[f // 4, :, f % 4].tolist(), told.tolist(), 8)
            assert histograms[f, :, lane].tolist() == expected


# ---- outside reference


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("max_bins", [3, 16, 255])
def test_thresholds_are_scikit_learns_to_the_last_bit(rng, max_bins, weighted):
    for n in (2, 300, 510, 4000, 5100):
        x = rng.normal(size=n)
        x[rng.random(n) < 0.1] = NAN
        x[0] = 1.0
        weight = rng.integers(0, 4, size=n) * rng.random() if weighted else None
        if weighted:
            weight[0] = 1.0
        expected = _find_binning_thresholds(x, max_bins, sample_weight=weight)
        assert find_thresholds(x, max_bins, weight).tolist() == expected.tolist()


def test_slopes_of_two_classes_are_those_of_the_sigmoid(rng):
    for z in rng.normal(size=30) * 20:
        g, h = slope_and_curvature(BINOMIAL, 0.5, 1.0, z)
        assert g == pytest.approx(expit(z) - 1, rel=1e-12, abs=1e-15)  # expit(z) - 1 cancels
        assert h == pytest.approx(expit(z) * expit(-z), rel=1e-12)  # a few roundings


# ---- laws


@given(seeds, st.sampled_from([2, 4]))
def test_the_parents_sums_minus_the_left_childs_are_the_right_childs(seed, lanes):
    rng = np.random.default_rng(seed)
    bins, g, h, parent = sums_of(rng, lanes=lanes)
    left = np.flatnonzero(rng.random(400) < 0.3).astype(np.uint32)
    right = np.setdiff1d(np.arange(400), left).astype(np.uint32)
    child, other = np.empty_like(parent), np.empty_like(parent)
    for rows, out in ((left, child), (right, other)):
        build_histogram(bins, rows, g[rows], h[rows] if lanes == 4 else h[:0], out)
    subtract_histogram(parent, child)
    assert parent[:, :, lanes // 2].tolist() == other[:, :, lanes // 2].tolist()  # counts are whole numbers
    np.testing.assert_allclose(parent, other, rtol=0, atol=1e-13)  # sums of a hundred numbers near 1


@given(seeds)
def test_every_column_sums_to_the_same(seed):
    _, g, h, histograms = sums_of(np.random.default_rng(seed))
    total = np.array([g.sum(dtype=np.float64), h.sum(dtype=np.float64), len(g), 0.0])
    np.testing.assert_allclose(histograms.sum(axis=1), np.tile(total, (6, 1)), rtol=0, atol=1e-11)  # 400 roundings


@given(st.sampled_from([SQUARED_ERROR, POISSON, GAMMA, BINOMIAL]), st.floats(-3, 3), st.floats(0.1, 0.9))
def test_slopes_are_the_losss_differences(loss, z, y):
    step = 1e-5
    g, h = slope_and_curvature(loss, 0.5, y, z)
    rise = (loss_at(loss, 0.5, y, z + step) - loss_at(loss, 0.5, y, z - step)) / (2 * step)
    up, down = (slope_and_curvature(loss, 0.5, y, z + s)[0] for s in (step, -step))
    assert g == pytest.approx(rise, rel=1e-6, abs=1e-8)  # the step squared, and rounding by the step
    assert h == pytest.approx((up - down) / (2 * step), rel=1e-6, abs=1e-8)  # as above


@given(seeds)
def test_class_gradients_sum_to_nothing(seed):
    rng = np.random.default_rng(seed)
    y, z = rng.integers(0, 4, size=20).astype(float), 5 * rng.normal(size=(4, 20))
    g, h = np.empty((4, 20), dtype=np.float32), np.empty((4, 20), dtype=np.float32)
    list_class_gradients(y, z, np.empty(0), 0, len(y), g, h)
    assert np.abs(g.sum(axis=0)).max() < 4e-7  # four roundings to float32
    assert h.min() >= 0


# ---- edges


@pytest.mark.parametrize("z", [-1e4, -40.0, -37.0, -2.0, 0.0, 18.0, 33.3, 34.0, 1e4])
def test_log_loss_keeps_its_digits_everywhere(z):
    assert loss_at(BINOMIAL, 0.5, 0.0, z) == pytest.approx(np.logaddexp(0.0, z), rel=1e-15, abs=0)
    assert loss_at(BINOMIAL, 0.5, 1.0, z) == pytest.approx(np.logaddexp(0.0, z) - z, rel=1e-12, abs=1e-12)  # cancels


def test_no_rows_and_no_trees_are_no_trouble(rng):
    from scratchml.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(max_iter=2).fit(
        rng.normal(size=(9, 2)), rng.normal(size=9)
    )  # too few to split
    assert len(set(model.predict(rng.normal(size=(5, 2))))) == 1
    scores = np.zeros((1, 0))
    add_scores(np.empty((0, 2)), pile(model._rounds), scores)
    assert scores.shape == (1, 0)
