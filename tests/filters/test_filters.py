"""The filters: by hand, naive twins, outside references, laws, edges and errors."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import scipy.ndimage
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tests.naive.filters.windows as naive
from scratchml.core.jit import plain_python
from scratchml.filters import exponential_filter, hampel_filter, median_filter, moving_average
from scratchml.filters.exponential_filter import smooth
from scratchml.filters.hampel_filter import (
    SPREAD,
    WIDE,
    find_place,
    judge_windows,
    middle_distance,
    slide_wide_window,
)
from scratchml.filters.median_filter import SORTED_BLOCKS, empty_window, median_windows, see_medians, slide_window
from scratchml.filters.moving_average import see_means
from scratchml.filters.wide_median import link_block, see_wide_medians, take_out_all
from scratchml.filters.window import SHORT, pad, spoil

NAN = np.nan
FILTERS = [moving_average, median_filter, hampel_filter, exponential_filter]
WINDOWED = FILTERS[:3]
every_filter = pytest.mark.parametrize("smoothed", FILTERS)
signals = arrays(np.float64, st.integers(1, 12), elements=st.floats(-1e150, 1e150))


def with_holes(rng, n=60):
    return np.where(rng.random(n) < 0.2, NAN, rng.normal(size=n))


# ---- by hand


def test_five_values_on_paper():
    x = [1.0, 2.0, 9.0, 4.0, 5.0]
    assert moving_average(x, 3).tolist() == [1.5, 4.0, 5.0, 6.0, 4.5]
    assert moving_average(x, 3, center=False).tolist() == [1.0, 1.5, 4.0, 5.0, 6.0]
    assert median_filter(x, 3).tolist() == [1.5, 2.0, 4.0, 5.0, 4.5]
    assert exponential_filter(x, 0.5).tolist() == [1.0, 1.5, 5.25, 4.625, 4.8125]


def test_a_spike_on_paper():
    x = [1.0, 2.0, 90.0, 3.0, 5.0]  # around 90: median 3, distances 2 1 87 0 2, so S = 1.4826 * 2
    found, mask = hampel_filter(x, 5, return_mask=True)
    assert found.tolist() == [1.0, 2.0, 3.0, 3.0, 5.0]
    assert mask.tolist() == [False, False, True, False, False]
    just_far_enough = 87.0 / (SPREAD * 2.0)
    assert hampel_filter(x, 5, n_sigmas=just_far_enough * 1.001)[2] == 90.0
    assert hampel_filter(x, 5, n_sigmas=just_far_enough * 0.999)[2] == 3.0


@pytest.mark.parametrize(
    ("edges", "before", "after"),
    [("nearest", [1, 1], [19, 19]), ("reflect", [3, 1], [19, 5]), ("mirror", [5, 3], [5, 3])],
)
def test_the_signal_goes_on_as_the_docstring_says(edges, before, after):
    x = [1.0, 3.0, 5.0, 19.0]
    padded = [*before, *x, *after]
    expected = [np.mean(padded[i : i + 5]) for i in range(4)]
    np.testing.assert_allclose(moving_average(x, 5, edges=edges), expected, rtol=1e-15)  # a rounding
    assert median_filter(x, 5, edges=edges).tolist() == [np.median(padded[i : i + 5]) for i in range(4)]


def test_a_window_that_hangs_over_is_cut_short_or_gives_nothing():
    x = [1.0, 3.0, 5.0, 19.0]  # a window of 4 reaches two back and one ahead
    assert moving_average(x, 4).tolist() == [2.0, 3.0, 7.0, 9.0]
    np.testing.assert_array_equal(moving_average(x, 4, edges="nan"), [NAN, NAN, 7.0, NAN])


LEAVING = [NAN, NAN, NAN, 3.0, NAN, 1.0, 9.0]
ENTERING = [5.0, 1.0, 3.0, 9.0, 0.5, NAN, 0.1]
HELD = [[5.0], [1.0, 5.0], [1.0, 3.0, 5.0], [1.0, 5.0, 9.0], [0.5, 1.0, 5.0, 9.0], [0.5, 5.0, 9.0], [0.1, 0.5, 5.0]]


def test_the_window_stays_sorted_as_values_leave_and_enter():
    window, spare, m = empty_window(4), empty_window(4), 0
    for leaving, entering, held in zip(LEAVING, ENTERING, HELD, strict=True):
        m = slide_window(window, spare, m, leaving, entering)
        window, spare = spare, window
        assert window[1 : m + 1].tolist() == held
        assert window[0] == -np.inf
        assert (window[m + 1 :] == np.inf).all()


def test_a_wide_window_stays_sorted_as_values_leave_and_enter():
    ordered, m = np.empty(4), 0
    for leaving, entering, held in zip(LEAVING, ENTERING, HELD, strict=True):
        m = slide_wide_window(ordered, m, leaving, entering)
        assert ordered[:m].tolist() == held


def test_places_and_distances_on_paper():
    five = np.array([1.0, 2.0, 2.0, 5.0, 90.0])
    assert [find_place(five, 5, x) for x in (0.0, 1.0, 2.0, 3.0, 90.0, 91.0)] == [0, 0, 1, 3, 4, 5]
    assert find_place(five, 0, 1.0) == 0
    assert middle_distance(np.array([1.0, 2.0, 3.0, 5.0, 90.0]), 5, 3.0) == 2.0
    assert middle_distance(np.array([1.0, 2.0, 4.0, 9.0]), 4, 3.0) == 1.5  # distances 1 1 2 6


def test_a_block_is_taken_apart_and_put_together_again_on_paper():
    block, order = np.array([5.0, np.nan, 2.0]), np.array([2, 0, 1])
    values, rank, after, before = np.empty(5), *np.empty((3, 5), dtype=np.int64)
    link_block(block, order, values, rank[:3], after, before)
    assert values.tolist() == [-np.inf, 2.0, 5.0, np.inf, np.inf]
    assert rank[:3].tolist() == [2, 3, 1]
    assert (after.tolist(), before.tolist()) == ([1, 2, 3, 4, 4], [0, 0, 1, 2, 3])
    take_out_all(rank[:3], after, before)  # 2, then nothing, then 5: each remembers who stood beside it
    assert (after[0], before[4]) == (4, 0)
    assert [(int(before[r]), int(after[r])) for r in rank[:3]] == [(0, 4), (2, 4), (0, 2)]


# ---- naive twins


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("w", [1, 2, 3, 6, 7, 59, 60, 61, 150])
@pytest.mark.parametrize("holes", [False, True])
def test_agrees_with_the_naive_twin(rng, w, center, holes):
    x = with_holes(rng) if holes else rng.integers(0, 9, size=60) + 0.0  # whole numbers: many ties
    params = {"center": center, "nan_policy": "omit"}
    mean = moving_average(x, w, **params)
    np.testing.assert_allclose(mean, naive.moving_average(x.tolist(), w, center), rtol=1e-14, atol=1e-15)  # 60 sums
    expected = naive.median_filter(x.tolist(), w, center)
    np.testing.assert_array_equal(median_filter(x, w, **params), expected)
    left, found = w // 2 if center else w - 1, np.empty(60)
    see_wide_medians(np.pad(x, (left, w - 1 - left), constant_values=np.nan), w, found)
    np.testing.assert_array_equal(found, expected)
    found = hampel_filter(x, w, n_sigmas=1.3, **params)
    np.testing.assert_array_equal(found, naive.hampel_filter(x.tolist(), w, 1.3, center))


@pytest.mark.parametrize("adjust", [True, False])
def test_the_weights_of_the_exponential_filter_are_those_of_the_docstring(rng, adjust):
    x = rng.normal(size=40)
    expected = naive.exponential_filter(x.tolist(), 0.3, adjust)
    np.testing.assert_allclose(exponential_filter(x, 0.3, adjust=adjust), expected, rtol=1e-13, atol=1e-15)  # 40 sums


# ---- outside references


@pytest.mark.parametrize("w", [1, 4, 9])
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("edges", ["shrink", "nan"])
def test_means_and_medians_are_pandas(rng, w, center, edges):
    x = with_holes(rng) if edges == "shrink" else rng.normal(size=60)
    rolling = pd.Series(x).rolling(w, center=center, min_periods=1 if edges == "shrink" else None)
    params = {"center": center, "edges": edges, "nan_policy": "omit"}
    np.testing.assert_allclose(moving_average(x, w, **params), rolling.mean(), rtol=1e-13, atol=1e-14)  # its rounding
    np.testing.assert_array_equal(median_filter(x, w, **params), rolling.median())


@pytest.mark.parametrize("edges", ["nearest", "reflect", "mirror"])
@pytest.mark.parametrize("w", [3, 4, 9])
def test_means_and_medians_are_scipys(rng, edges, w):
    x = rng.normal(size=40)
    expected = scipy.ndimage.uniform_filter1d(x, w, mode=edges)
    np.testing.assert_allclose(moving_average(x, w, edges=edges), expected, rtol=1e-13, atol=1e-14)  # its rounding
    if w % 2:
        np.testing.assert_array_equal(median_filter(x, w, edges=edges), scipy.ndimage.median_filter(x, w, mode=edges))


@pytest.mark.parametrize("adjust", [True, False])
@pytest.mark.parametrize("alpha", [0.1, 0.4, 1.0])
def test_exponential_means_are_pandas_and_scipys(rng, adjust, alpha):
    x = with_holes(rng)
    expected = pd.Series(x).ewm(alpha=alpha, adjust=adjust).mean()
    found = exponential_filter(x, alpha, adjust=adjust, nan_policy="omit")
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)  # 60 products
    x = rng.normal(size=60)
    expected = scipy.signal.lfilter([alpha], [1.0, alpha - 1.0], x, zi=[(1 - alpha) * x[0]])[0]
    np.testing.assert_allclose(exponential_filter(x, alpha), expected, rtol=1e-12, atol=1e-14)  # 60 products


# ---- laws


@every_filter
@given(x=signals)
def test_results_lie_between_the_least_and_the_largest_value(smoothed, x):
    found = smoothed(x)
    room = 1e-14 * np.abs(x).max()  # rounding of sums
    assert found.shape == x.shape
    assert (found >= x.min() - room).all()
    assert (found <= x.max() + room).all()


@every_filter
def test_a_table_is_filtered_column_by_column_and_frames_are_read(rng, smoothed):
    X = rng.normal(size=(30, 3))
    expected = np.column_stack([smoothed(X[:, f]) for f in range(3)])
    np.testing.assert_array_equal(smoothed(X), expected)
    np.testing.assert_array_equal(smoothed(pd.DataFrame(X, columns=list("abc"))), expected)
    np.testing.assert_array_equal(smoothed(pd.Series(X[:, 0])), expected[:, 0])


@pytest.mark.parametrize("smoothed", WINDOWED)
def test_time_may_run_backwards(rng, smoothed):
    x = rng.normal(size=50)
    np.testing.assert_allclose(smoothed(x[::-1], 7)[::-1], smoothed(x, 7), rtol=1e-14, atol=1e-15)  # order of sums


def test_a_median_keeps_a_jump_and_a_mean_does_not():
    x = np.repeat([0.0, 1.0], 10)
    np.testing.assert_array_equal(median_filter(x, 5), x)
    assert 0.0 < moving_average(x, 5)[10] < 1.0


def test_a_huge_value_leaves_no_trace_in_later_means():
    x = np.array([1e17, 1.0, 2.0, 3.0, 4.0])
    assert moving_average(x, 2, center=False)[2:].tolist() == [1.5, 2.5, 3.5]


@pytest.mark.parametrize("see", [see_means, see_medians, see_wide_medians])
@pytest.mark.parametrize("w", [3, 11])
@pytest.mark.parametrize("holes", [True, False])
def test_kernels_say_the_same_when_read_as_python(rng, see, w, holes):
    padded, compiled, plain = with_holes(rng), np.empty(61 - w), np.empty(61 - w)
    padded = padded if holes else np.nan_to_num(padded)
    see(padded, w, compiled)
    with plain_python():
        see(padded, w, plain)
    np.testing.assert_array_equal(compiled, plain)


def test_the_other_kernels_say_the_same_when_read_as_python(rng):
    x = with_holes(rng)
    compiled, plain = np.empty((3, 50)), np.empty((3, 50))
    for out in (compiled, plain):
        windows = empty_window(11), empty_window(11)
        if out is plain:
            with plain_python():
                globals()["judge_windows"](x, 11, *windows, out[0], out[1])
                globals()["smooth"](x[:50], 0.3, True, out[2])
        else:
            judge_windows(x, 11, *windows, out[0], out[1])
            smooth(x[:50], 0.3, True, out[2])
    np.testing.assert_allclose(plain, compiled, rtol=1e-15)  # a fused product and sum, where the processor has one


@pytest.mark.parametrize("w", [SORTED_BLOCKS, SORTED_BLOCKS + 1, 201])
@pytest.mark.parametrize("n", [3, 5])
def test_narrow_and_wide_windows_are_seen_alike(rng, w, n):
    x = np.round(rng.normal(size=n * w + n), 1)  # many ties; the last block is not whole
    x[rng.random(len(x)) < 0.1] = np.nan
    expected = pd.Series(x).rolling(w, min_periods=1).median()
    np.testing.assert_array_equal(median_filter(x, w, center=False, nan_policy="omit"), expected)
    sorted_one = empty_window(w), empty_window(w)
    found = np.empty(len(x))
    median_windows(np.concatenate([np.full(w - 1, np.nan), x]), w, *sorted_one, found)
    np.testing.assert_array_equal(found, expected)


def test_spikes_are_judged_alike_whether_places_are_written_or_moved(rng):
    x = np.round(with_holes(rng, 200), 1)
    written, moved = np.empty((2, 190)), np.empty((2, 190))
    judge_windows(x, 11, empty_window(11), empty_window(11), *written)
    judge_windows(x, 11, empty_window(WIDE), empty_window(WIDE), *moved)  # as large as a wide window's
    np.testing.assert_array_equal(moved, written)


@pytest.mark.parametrize("edges", ["shrink", "nan", "nearest", "reflect", "mirror"])
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize(("smoothed", "see"), [(moving_average, see_means), (median_filter, see_medians)])
def test_the_ends_apart_from_the_middle_are_filtered_as_the_whole_is(rng, smoothed, see, edges, center):
    for w in (1, 2, 3, 7, 120, (SHORT + 7) // 3):
        for n in (SHORT + 7, SHORT // w * w + w):
            x, left = rng.normal(size=n), w // 2 if center else w - 1
            expected = np.empty(n)
            see(pad(x, left, w - 1 - left, edges), w, expected)
            spoil(x, left, w, edges, "raise", expected)
            assert smoothed(x, w, center=center, edges=edges).tobytes() == expected.tobytes()


def test_the_middle_of_a_signal_is_not_copied(rng):
    x = rng.normal(size=50_000)
    median_filter(x, 5)
    tracemalloc.start()
    median_filter(x, 5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * x.nbytes  # the result, and a little


# ---- edges and errors


@every_filter
def test_inputs_stay_as_they_are(rng, smoothed):
    x = rng.normal(size=20)
    before = x.copy()
    smoothed(x)
    np.testing.assert_array_equal(x, before)


@every_filter
def test_missing_values_are_refused_passed_over_or_passed_on(smoothed):
    x = [1.0, 2.0, NAN, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match="x contains NaN"):
        smoothed(x)
    omitted, passed_on = smoothed(x, nan_policy="omit"), smoothed(x, nan_policy="propagate")
    assert np.isfinite(np.delete(omitted, 2)).all()
    assert np.isnan(passed_on[2])


@pytest.mark.parametrize("edges", ["shrink", "nan", "nearest", "reflect", "mirror"])
def test_a_missing_value_is_passed_on_to_the_windows_that_hold_it(edges):
    x = np.array([5.0, 1.0, 2.0, NAN, 3.0, 4.0, 1.0])
    found = np.isnan(moving_average(x, 3, edges=edges, nan_policy="propagate"))
    ends = edges == "nan"
    assert found.tolist() == [ends, False, True, True, True, False, ends]


@every_filter
def test_huge_and_tiny_values_are_filtered_like_others(rng, smoothed):
    x = rng.uniform(-1.0, 1.0, size=30)
    for exponent in (-900, 1020):
        found = smoothed(np.ldexp(x, exponent))
        np.testing.assert_allclose(np.ldexp(found, -exponent), smoothed(x), rtol=1e-14)  # powers of two: no rounding


@pytest.mark.parametrize("smoothed", WINDOWED)
def test_a_window_may_be_longer_than_the_signal(smoothed):
    for edges in ("shrink", "nearest", "reflect", "mirror"):
        assert smoothed([3.0], 9, edges=edges).tolist() == [3.0]
    assert np.isnan(smoothed([3.0, 4.0], 9, edges="nan")).all()


@every_filter
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((2, 2, 2)), "3 dimensions"),
        ([1.0, np.inf], "infinity"),
        (["a", "b"], "strings"),
        (3.0, "single value"),
        ([], "0 sample"),
        (None, "x=None"),
    ],
)
def test_what_is_no_signal_is_refused(smoothed, x, message):
    with pytest.raises(ValueError, match=message):
        smoothed(x)


@pytest.mark.parametrize("smoothed", WINDOWED)
@pytest.mark.parametrize("wrong", [{"window": 0}, {"edges": "wrap"}, {"nan_policy": "drop"}])
def test_a_wrong_argument_is_named(smoothed, wrong):
    with pytest.raises(ValueError, match=f"{smoothed.__name__}: {next(iter(wrong))}="):
        smoothed([1.0, 2.0], **wrong)
    for kind in ({"center": 3}, {"edges": ["nan"]}, {"window": 3.0}):  # a list cannot be remembered; 3.0 is no 3
        smoothed([1.0, 2.0], window=3)
        with pytest.raises(TypeError, match=f"{next(iter(kind))}="):
            smoothed([1.0, 2.0], **kind)


def test_wrong_shares_and_limits_are_named():
    with pytest.raises(ValueError, match=r"alpha=0\.0"):
        exponential_filter([1.0], 0.0)
    with pytest.raises(ValueError, match="n_sigmas=-1"):
        hampel_filter([1.0], n_sigmas=-1)
