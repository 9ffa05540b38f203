"""StandardScaler: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
import sklearn.preprocessing as reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.pipeline import make_pipeline

import tests.naive.preprocessing.standard_scaler as naive
from scratchml.core import listen, record
from scratchml.core.jit import plain_python
from scratchml.preprocessing import StandardScaler
from scratchml.preprocessing.standard_scaler import (
    BLOCK_ROWS,
    CHUNK_ROWS,
    chunk_moments,
    is_constant,
    merge,
    moments,
    square_block,
    sum_block,
)

EPS = np.finfo(np.float64).eps


def errors(found, X, weight=None):
    """Return the largest relative errors of mean_ (beside the values) and of scale_, against exact fractions."""
    means, _, scales, _ = naive.standardise(X, weight)
    largest = np.abs(X).max(axis=0)
    return np.max(np.abs(found.mean_ - means) / largest), np.max(np.abs(found.scale_ - scales) / scales)


# ---- by hand


def test_the_formulas_of_the_docstring():
    x, w = np.array([1.0, 2.0, 6.0]), np.array([1.0, 2.0, 1.0])
    n = w.sum()
    mean = (w * x).sum() / n  # 11 / 4
    square = (w * (x - mean) ** 2).sum()  # 14.75
    found = StandardScaler().fit(x[:, None], sample_weight=w)
    assert n == found.n_samples_seen_ == 4.0
    assert mean == found.mean_[0] == 2.75
    assert square / n == found.var_[0] == 3.6875
    assert np.sqrt(square / n) == found.scale_[0]
    assert ((x - mean) / found.scale_[0]).tolist() == found.transform(x[:, None]).ravel().tolist()


def test_three_rows_on_paper():
    expected = [[-np.sqrt(1.5), 0.0], [0.0, 0.0], [np.sqrt(1.5), 0.0]]
    found = StandardScaler().fit_transform([[1, 7], [2, 7], [3, 7]])
    np.testing.assert_allclose(found, expected, rtol=2 * EPS)  # a root and a division


def test_merging_two_parts_on_paper():
    n, mean, rest, square = np.array([[2.0], [1.0], [0.0], [2.0]])  # of 0 and 2
    merge(n, mean, rest, square, *np.array([[1.0], [4.0], [0.0], [0.0]]))  # and 4
    assert (n[0], mean[0], square[0]) == (3.0, 2.0, 8.0)  # 0, 2, 4: squares 4 + 0 + 4


def test_merging_an_empty_part_changes_nothing():
    n, mean, rest, square = np.array([[2.0], [1.0], [0.0], [2.0]])
    merge(n, mean, rest, square, *np.array([[0.0], [np.nan], [np.nan], [np.nan]]))
    assert (n[0], mean[0], square[0]) == (2.0, 1.0, 2.0)


def test_a_block_is_added_up_and_missing_values_are_left_out():
    X, w = np.array([[1.0, np.nan], [3.0, 5.0]]), np.array([2.0, 1.0])
    total, n, rest, square = np.empty((4, 2))
    sum_block(X, w, total, n)
    assert total.tolist() == [5.0, 5.0]
    assert n.tolist() == [3.0, 1.0]
    square_block(X, w, np.array([2.0, 5.0]), rest, square)
    assert rest.tolist() == [-1.0, 0.0]
    assert square.tolist() == [3.0, 0.0]


# ---- naive twin


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("d", [1, 3, 15, 16, 17, 40])  # below, at and above the width read at once
def test_agrees_with_the_naive_twin(rng, d, weighted):
    X = rng.normal(size=(37, d)) * 10 + 3
    weight = rng.integers(0, 3, size=37).astype(float) if weighted else None
    means, variances, scales, Z = naive.standardise(X, weight)
    found = StandardScaler().fit(X, sample_weight=weight)
    np.testing.assert_allclose(found.mean_, means, rtol=1e-14)  # a few roundings of sums of 37 terms
    np.testing.assert_allclose(found.var_, variances, rtol=1e-14)
    np.testing.assert_allclose(found.scale_, scales, rtol=1e-14)
    np.testing.assert_allclose(found.transform(X), Z, rtol=1e-12, atol=1e-14)  # near the mean x - mean cancels


def test_agrees_with_the_naive_twin_where_values_are_missing(rng):
    X = rng.normal(size=(50, 4))
    X[rng.random(X.shape) < 0.3] = np.nan
    X[:, 2] = rng.normal(size=50)
    means, variances, _, Z = naive.standardise(X)
    found = StandardScaler().fit(X)
    np.testing.assert_allclose(found.mean_, means, rtol=1e-13)  # the mean is near 0
    np.testing.assert_allclose(found.var_, variances, rtol=1e-14)
    np.testing.assert_allclose(found.transform(X), Z, rtol=1e-12, atol=1e-14)
    assert found.n_samples_seen_.tolist() == (~np.isnan(X)).sum(axis=0).tolist()


HARD = {
    "mean 1e8": lambda Z: Z + 1e8,
    "mean 1e8, spread 1e-3": lambda Z: Z * 1e-3 + 1e8,
    "tiny": lambda Z: Z * 1e-150,
    "huge": lambda Z: Z * 1e150,
    "scales from 1e-150 to 1e150": lambda Z: Z * np.logspace(-150, 150, Z.shape[1]),
    "sorted": lambda Z: np.sort(Z, axis=0) + 100,
    "first row far out": lambda Z: np.vstack([np.full(Z.shape[1], 1e9), Z]),
    "last row far out": lambda Z: np.vstack([Z, np.full(Z.shape[1], -1e9)]),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_data_are_as_exact_as_fractions_and_no_worse_than_scikit_learns(rng, name):
    X = HARD[name](rng.normal(size=(300, 5)))
    ours = StandardScaler().fit(X)
    mean_error, scale_error = errors(ours, X)
    assert mean_error <= 2 * EPS  # one rounding of the result and one of the last merge
    assert scale_error <= 8 * EPS  # squares of rounded deviations, averaged over blocks
    with np.errstate(all="ignore"):
        theirs = errors(reference.StandardScaler().fit(X), X)
    assert mean_error <= theirs[0] + 2 * EPS  # both may be off by the last digit
    assert scale_error <= theirs[1] + 4 * EPS


def test_many_rows_do_not_add_up_to_many_roundings(rng):
    X = rng.random(size=(3 * CHUNK_ROWS + 5, 1)) + 1e6
    wide = X.astype(np.longdouble)
    found = StandardScaler().fit(X)
    mean = wide.mean()
    var = ((wide - mean) ** 2).mean()
    assert abs(found.mean_[0] - mean) <= 2 * EPS * 1e6
    # twice the unit in the last place; long double has 11 bits more (where it has none, this still holds)
    assert abs(found.var_[0] - var) <= 8 * EPS * var


# ---- outside reference

CASES = {
    "plain": lambda rng: rng.normal(size=(70, 6)),
    "one row": lambda rng: rng.normal(size=(1, 3)),
    "one column": lambda rng: rng.normal(size=(1000, 1)),
    "integers": lambda rng: rng.integers(-5, 5, size=(40, 3)),
    "constant": lambda rng: np.full((20, 2), 0.1),
    "nearly constant": lambda rng: np.column_stack([1e8 + 1e-9 * rng.normal(size=30), rng.normal(size=30)]),
    "missing": lambda rng: np.where(rng.random((60, 4)) < 0.2, np.nan, rng.normal(size=(60, 4))),
    "equally many missing": lambda rng: np.where(np.arange(20)[:, None] == [3, 7], np.nan, rng.normal(size=(20, 2))),
    "several chunks": lambda rng: rng.normal(size=(2 * CHUNK_ROWS + 77, 3)) + np.array([0, 5, 1e4]),
}


@pytest.mark.parametrize(
    "how", [{}, {"with_mean": False}, {"with_std": False}, {"with_mean": False, "with_std": False}]
)
@pytest.mark.parametrize("name", CASES)
def test_equals_scikit_learns(rng, name, how):
    X = CASES[name](rng)
    ours, theirs = StandardScaler(**how).fit(X), reference.StandardScaler(**how).fit(X)
    for attribute in ("mean_", "var_", "scale_"):
        expected, found = getattr(theirs, attribute), getattr(ours, attribute)
        assert (expected is None) == (found is None), attribute
        if expected is not None:
            # scikit-learn adds up thousands of rows one after the other; its constants have a variance of rounding
            np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-15, err_msg=attribute)
    assert np.array_equal(ours.n_samples_seen_, theirs.n_samples_seen_)
    assert np.ndim(ours.n_samples_seen_) == np.ndim(theirs.n_samples_seen_)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-9, atol=1e-9)  # its mean is off by 1e-10
    np.testing.assert_allclose(ours.inverse_transform(X), theirs.inverse_transform(X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_batches_equal_scikit_learns_batches(rng, missing, weighted):
    X = rng.normal(size=(90, 3)) + np.array([0, 10, 1e3])
    if missing:
        X[rng.random(X.shape) < 0.2] = np.nan
    ours, theirs = StandardScaler(), reference.StandardScaler()
    for rows in (slice(0, 20), slice(20, 45), slice(45, 90)):
        weight = rng.random(len(X[rows])) + 0.1 if weighted else None
        ours.partial_fit(X[rows], sample_weight=weight)
        with np.errstate(all="ignore"):
            theirs.partial_fit(X[rows], sample_weight=weight)
        for attribute in ("mean_", "var_", "scale_"):
            found, expected = getattr(ours, attribute), getattr(theirs, attribute)
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)  # merged in another order
        np.testing.assert_allclose(ours.n_samples_seen_, theirs.n_samples_seen_, rtol=1e-14)  # sums of weights
    assert np.shape(ours.n_samples_seen_) == np.shape(theirs.n_samples_seen_)


def test_a_nearly_constant_column_is_judged_by_scikit_learns_bound(rng):
    spread = np.logspace(-11, -8, 25)
    X = 1e4 + spread * rng.normal(size=(200, 25))
    ours, theirs = StandardScaler().fit(X), reference.StandardScaler().fit(X)
    assert (ours.scale_ == 1.0).tolist() == (theirs.scale_ == 1.0).tolist()
    assert 0 < (ours.scale_ == 1.0).sum() < 25


def test_names_of_the_columns_equal_scikit_learns(rng):
    X = pd.DataFrame(rng.normal(size=(5, 2)), columns=["height", "weight"])
    ours, theirs = StandardScaler().fit(X), reference.StandardScaler().fit(X)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist() == ["height", "weight"]
    assert StandardScaler().fit(X.to_numpy()).get_feature_names_out().tolist() == ["x0", "x1"]


def test_works_inside_scikit_learns_pipeline(rng):
    X = rng.normal(size=(30, 3)) * [1, 10, 100]
    found = make_pipeline(StandardScaler(), reference.MinMaxScaler()).fit_transform(X)
    np.testing.assert_allclose(
        found, reference.MinMaxScaler().fit_transform(X), rtol=1e-10, atol=1e-14
    )  # two divisions


# ---- laws

tables = arrays(np.float64, st.tuples(st.integers(2, 40), st.integers(1, 5)), elements=st.floats(-1e6, 1e6, width=32))


@given(tables)
def test_columns_come_out_with_mean_zero_and_deviation_one_or_zero(X):
    found = StandardScaler().fit(X)
    Z = found.transform(X)
    offset = np.abs(found.mean_ / found.scale_)
    assert (np.abs(Z.mean(axis=0)) <= 4 * EPS * (1 + offset)).all()  # a rounding of the mean, in units of the spread
    wanted = np.where(found.scale_ == 1.0, found.var_, 1.0)
    np.testing.assert_allclose(Z.var(axis=0), wanted, rtol=1e-9, atol=1e-20)  # mean and spread may differ by 1e6


@given(tables)
def test_inverse_undoes_transform(X):
    found = StandardScaler().fit(X)
    back = found.inverse_transform(found.transform(X))
    assert (np.abs(back - X) <= 4 * EPS * (np.abs(X) + np.abs(found.mean_))).all()  # four roundings


@given(tables, st.integers(0, 40))
def test_two_batches_are_as_good_as_one(X, cut):
    cut = min(cut, len(X))
    whole, parts = StandardScaler().fit(X), StandardScaler()
    for rows in (X[:cut], X[cut:]):
        if len(rows):
            parts.partial_fit(rows)
    size = np.abs(X).max(axis=0)
    assert (np.abs(whole.mean_ - parts.mean_) <= 4 * EPS * size).all()  # merged in another order
    assert (np.abs(whole.var_ - parts.var_) <= 16 * EPS * (whole.var_ + EPS * size**2)).all()
    assert whole.n_samples_seen_ == parts.n_samples_seen_


@given(tables, st.integers(-30, 30))
def test_units_of_measurement_that_are_powers_of_two_do_not_change_a_bit(X, power):
    expected = StandardScaler().fit(X)
    if (expected.scale_ == 1.0).any() or (np.abs(X) < 1e-30).any():
        return  # a constant column keeps its unit; tiny values may lose bits
    found = StandardScaler().fit(np.ldexp(X, power))
    assert np.ldexp(expected.mean_, power).tobytes() == found.mean_.tobytes()
    assert np.ldexp(expected.scale_, power).tobytes() == found.scale_.tobytes()


@given(tables, st.data())
def test_a_whole_weight_counts_like_repeated_rows(X, data):
    weight = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(X), max_size=len(X))))
    weight[0] = 1
    weighted = StandardScaler().fit(X, sample_weight=weight)
    repeated = StandardScaler().fit(np.repeat(X, weight, axis=0))
    size = np.abs(X).max(axis=0)
    assert (np.abs(weighted.mean_ - repeated.mean_) <= 4 * EPS * size).all()  # summed in another order
    assert (np.abs(weighted.var_ - repeated.var_) <= 16 * EPS * (repeated.var_ + EPS * size**2)).all()
    assert weighted.n_samples_seen_ == repeated.n_samples_seen_


def test_reading_several_rows_at_once_finds_the_same_moments(rng):
    X = rng.normal(size=(1003, 3)) + 50
    n, mean, rest, square = chunk_moments(X, np.ones(1003), BLOCK_ROWS)
    found_n, found_mean, found_rest, found_square = moments(X, None)
    assert n.tolist() == found_n.tolist() == [1003.0] * 3
    np.testing.assert_allclose(found_mean + found_rest, mean + rest, rtol=EPS)  # pairs: right to the last digit
    np.testing.assert_allclose(found_square, square, rtol=1e-14)  # the same sum in another order


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_threads_do_not_change_a_bit(rng, threads, monkeypatch):
    X = rng.normal(size=(5 * CHUNK_ROWS + 3, 3))
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", "1")
    expected = StandardScaler().fit(X)
    monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
    found = StandardScaler().fit(X)
    assert expected.mean_.tobytes() == found.mean_.tobytes()
    assert expected.var_.tobytes() == found.var_.tobytes()
    assert expected.transform(X).tobytes() == found.transform(X).tobytes()


def test_plain_python_gives_the_same_bits(rng):
    X = rng.normal(size=(150, 3))
    X[3, 1] = np.nan
    expected = StandardScaler().fit(X)
    with plain_python():
        found = StandardScaler().fit(X)
        Z = found.transform(X)
    assert expected.mean_.tobytes() == found.mean_.tobytes()
    assert expected.var_.tobytes() == found.var_.tobytes()
    assert expected.transform(X).tobytes() == Z.tobytes()


# ---- steps


def test_each_chunk_is_one_step_and_the_last_is_the_fit(rng):
    X = rng.normal(size=(2 * CHUNK_ROWS + 10, 2))
    path = record(StandardScaler().steps(X))
    assert [s.name for s in path] == ["merge"] * 3
    assert [s.n[0] for s in path] == [CHUNK_ROWS, 2 * CHUNK_ROWS, 2 * CHUNK_ROWS + 10]
    found = StandardScaler().fit(X)
    assert (path[-1].mean + path[-1].rest).tobytes() == found.mean_.tobytes()
    np.testing.assert_allclose(path[0].mean, X[:CHUNK_ROWS].mean(axis=0), atol=1e-14)  # sums of 16384 terms


def test_listeners_see_the_steps_of_partial_fit(rng):
    seen = []
    model = StandardScaler().fit(rng.normal(size=(5, 2)))
    with listen(lambda step: seen.append(float(step.n[0])) and None):
        model.partial_fit(rng.normal(size=(3, 2)))
    assert seen == [8.0]


# ---- edges and errors


def test_copy_false_overwrites_what_it_may_and_nothing_else(rng):
    X = rng.normal(size=(10, 3))
    model = StandardScaler(copy=False).fit(X)
    before = X.copy()
    expected = StandardScaler().fit(X).transform(X)
    assert X.tobytes() == before.tobytes()
    found = model.transform(X)
    assert found is X
    assert expected.tobytes() == X.tobytes()
    assert model.inverse_transform(X) is X
    np.testing.assert_allclose(X, before, rtol=1e-14, atol=1e-15)  # there and back


def test_copy_of_transform_overrides_the_parameter(rng):
    X = rng.normal(size=(10, 3))
    before = X.copy()
    model = StandardScaler(copy=False).fit(X)
    assert model.transform(X, copy=True) is not X
    assert X.tobytes() == before.tobytes()
    assert StandardScaler().fit(X).transform(X, copy=False) is X


@pytest.mark.parametrize("spoil", [np.asfortranarray, np.float32, lambda X: X[::2], lambda X: np.round(X).astype(int)])
def test_copy_false_leaves_alone_what_had_to_be_converted(rng, spoil):
    X = spoil(rng.normal(size=(10, 3)))
    before = X.copy()
    StandardScaler(copy=False).fit(X).transform(X)
    assert X.tobytes() == before.tobytes()


def test_read_only_input_is_not_written_to(rng):
    X = rng.normal(size=(10, 3))
    X.setflags(write=False)
    found = StandardScaler(copy=False).fit(X).transform(X)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-15)  # a rounding of each of ten terms


def test_float32_becomes_float64(rng):
    X = rng.normal(size=(10, 3)).astype(np.float32)
    found = StandardScaler().fit(X)
    assert found.transform(X).dtype == np.float64
    assert found.mean_.tolist() == StandardScaler().fit(X.astype(np.float64)).mean_.tolist()


def test_missing_values_stay_missing(rng):
    X = rng.normal(size=(10, 2))
    X[2, 1] = np.nan
    Z = StandardScaler().fit_transform(X)
    assert np.argwhere(np.isnan(Z)).tolist() == [[2, 1]]
    assert np.argwhere(np.isnan(StandardScaler().fit(X).inverse_transform(Z))).tolist() == [[2, 1]]


def test_a_column_never_seen_is_learned_from_a_later_batch():
    model = StandardScaler().partial_fit([[1.0, np.nan], [3.0, np.nan]])
    assert np.isnan(model.mean_[1])
    with pytest.raises(ValueError, match="Column 1 held only NaN in fit"):
        model.transform([[1.0, 2.0]])
    model.partial_fit([[2.0, 5.0], [2.0, 7.0]])
    assert model.mean_.tolist() == [2.0, 6.0]
    assert model.n_samples_seen_.tolist() == [4, 2]
    assert model.scale_[1] == 1.0


def test_fit_forgets_earlier_batches_and_other_widths(rng):
    model = StandardScaler().partial_fit(rng.normal(size=(5, 2)))
    X = rng.normal(size=(6, 3))
    assert model.fit(X).mean_.tolist() == StandardScaler().fit(X).mean_.tolist()
    assert model.n_samples_seen_ == 6
    with pytest.raises(ValueError, match="expecting 3 features"):
        model.partial_fit(rng.normal(size=(5, 2)))


@pytest.mark.parametrize("factor", [1e160, 1e300])
def test_squares_that_overflow_are_a_clear_error(rng, factor):
    with pytest.raises(ValueError, match=r"column 1 are too large.*multiply the column"):
        StandardScaler().fit(rng.normal(size=(10, 2)) * [1.0, factor])
    assert np.isfinite(StandardScaler(with_std=False).fit(rng.normal(size=(10, 1)) * factor).mean_).all()


@pytest.mark.parametrize("factor", [1e-160, 1e-300])
def test_squares_that_vanish_are_a_clear_error(rng, factor):
    with pytest.raises(ValueError, match=r"column 0 are so small.*multiply the column"):
        StandardScaler().fit(rng.normal(size=(10, 2)) * [factor, 1.0])


@pytest.mark.parametrize("value", [0.0, -0.0, 1e-300, 1e-160, 5e-324, 1e100, -7.0])
def test_a_constant_of_any_size_is_only_centred(value):
    Z = StandardScaler().fit_transform(np.full((100, 2), value))
    assert (Z == 0).all()


def test_an_error_in_a_batch_leaves_the_model_as_it_was(rng):
    X = rng.normal(size=(10, 2))
    model = StandardScaler().fit(X)
    mean, n = model.mean_.copy(), model.n_samples_seen_
    with pytest.raises(ValueError, match="too large"):
        model.partial_fit(X * 1e200)
    assert (model.mean_.tolist(), model.n_samples_seen_) == (mean.tolist(), n)


@pytest.mark.parametrize("how", [{"copy": 1}, {"with_mean": "yes"}, {"with_std": None}])
def test_a_wrong_kind_of_parameter_is_a_type_error(how):
    with pytest.raises(TypeError, match=next(iter(how))):
        StandardScaler(**how).fit([[1.0], [2.0]])


@pytest.mark.parametrize(
    ("weight", "message"),
    [([1.0, -1.0], "Negative"), ([0.0, 0.0], "all weights are zero"), ([1.0], "expected"), ([[1.0], [1.0]], "1D")],
)
def test_wrong_weights_are_value_errors(weight, message):
    with pytest.raises(ValueError, match=message):
        StandardScaler().fit([[1.0], [2.0]], sample_weight=weight)


def test_inverse_transform_wants_as_many_columns():
    with pytest.raises(ValueError, match="3 features, but StandardScaler is expecting 2"):
        StandardScaler().fit([[1.0, 2.0], [3.0, 5.0]]).inverse_transform([[1.0, 2.0, 3.0]])


def test_is_constant_is_the_published_bound():
    n, mean = np.array([100.0]), np.array([3.0])
    bound = (n * mean * EPS) ** 2
    assert is_constant(bound * 0.99, mean, n)[0]
    assert not is_constant(bound * 1.01, mean, n)[0]
    assert is_constant(np.zeros(1), np.zeros(1), n)[0]
