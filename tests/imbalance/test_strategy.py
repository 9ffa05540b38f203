"""sampling_strategy and what goes in and out: by hand, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imblearn.utils import check_sampling_strategy

from scratchml.imbalance import SMOTE, RandomOverSampler, RandomUnderSampler, TomekLinks
from scratchml.imbalance.containers import as_given, own_dtype, read_labels
from scratchml.imbalance.strategy import CLEAN, OVER, UNDER, resolve_strategy

KINDS = {OVER: "over-sampling", UNDER: "under-sampling", CLEAN: "clean-sampling"}
NAMES = ["auto", "minority", "majority", "not minority", "not majority", "all"]
ALLOWED = [
    (k, n) for k in KINDS for n in NAMES if (k, n) not in ((OVER, "majority"), (UNDER, "minority"), (CLEAN, "minority"))
]


def resolve(strategy, kind, y):
    classes, codes = np.unique(y, return_inverse=True)
    return resolve_strategy(strategy, kind, np.asarray(y), classes, codes)


# ---- by hand


def test_the_forms_mean_what_the_table_says():
    y = ["a"] * 2 + ["b"] * 5 + ["c"] * 9
    assert resolve("auto", OVER, y) == {"a": 7, "b": 4}
    assert resolve("minority", OVER, y) == {"a": 7}
    assert resolve("auto", UNDER, y) == {"b": 2, "c": 2}
    assert resolve("majority", UNDER, y) == {"c": 2}
    assert resolve({"a": 3, "c": 9}, OVER, y) == {"a": 1, "c": 0}
    assert resolve({"c": 4}, UNDER, y) == {"c": 4}
    assert list(resolve(["c", "a"], CLEAN, y)) == ["a", "c"]
    assert resolve(lambda y: {"a": 8}, OVER, y) == {"a": 6}
    assert resolve(0.5, OVER, [0] * 8 + [1]) == {1: 3}
    assert resolve(0.5, UNDER, [0] * 8 + [1]) == {0: 2}


# ---- outside reference


@pytest.mark.parametrize(("kind", "name"), ALLOWED)
@pytest.mark.parametrize("y", [[0, 1, 1, 2, 2, 2], [0, 0, 1, 1, 2], list("bbcca"), [1, 1, 0, 0]])
def test_names_mean_what_they_mean_to_imbalanced_learn(kind, name, y):
    assert resolve(name, kind, y) == dict(check_sampling_strategy(name, np.array(y), KINDS[kind]))


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0.01, 1.0), st.sampled_from([OVER, UNDER]))
def test_a_ratio_means_what_it_means_to_imbalanced_learn(a, b, ratio, kind):
    y = np.repeat([0, 1], [a, b])
    try:
        expected = dict(check_sampling_strategy(ratio, y, KINDS[kind]))
    except ValueError:
        with pytest.raises(ValueError, match="Please increase the ratio"):
            resolve(ratio, kind, y)
    else:
        assert resolve(ratio, kind, y) == expected


# ---- laws


@given(st.lists(st.integers(1, 20), min_size=2, max_size=5), st.integers(0, 1000))
def test_the_result_has_the_sizes_asked_for(sizes, seed):
    y = np.repeat(np.arange(len(sizes)), sizes)
    X = np.arange(len(y), dtype=float)[:, None]
    more = RandomOverSampler(random_state=seed).fit_resample(X, y)[1]
    fewer = RandomUnderSampler(random_state=seed).fit_resample(X, y)[1]
    assert set(np.bincount(more).tolist()) == {max(sizes)}
    assert set(np.bincount(fewer).tolist()) == {min(sizes)}


def test_what_goes_in_as_a_list_or_a_frame_comes_out_as_one():
    X, y = [[1.0], [2.0], [3.0]], ["a", "a", "b"]
    rows, labels = RandomOverSampler(random_state=0).fit_resample(X, y)
    assert rows == [[1.0], [2.0], [3.0], [3.0]]
    assert labels == ["a", "a", "b", "b"]
    frame, series = pd.DataFrame(X, columns=["x"]), pd.Series(pd.Categorical(y), name="kind")
    rows, labels = RandomOverSampler(random_state=0).fit_resample(frame, series)
    assert rows.to_dict("list") == {"x": [1.0, 2.0, 3.0, 3.0]}
    assert labels.dtype == series.dtype
    assert labels.name == "kind"


def test_one_column_for_each_class_goes_in_and_out():
    y = np.eye(3, dtype=int)[[0, 0, 0, 1, 1, 2]]
    _, labels = RandomOverSampler(random_state=0).fit_resample(np.arange(6.0)[:, None], y)
    assert labels.sum(axis=0).tolist() == [3, 3, 3]
    assert labels.sum(axis=1).tolist() == [1] * 9


# ---- edges and errors


def test_a_column_that_no_row_has_stays_empty():
    y = np.eye(4, dtype=int)[[1, 1, 1, 3]]
    _, labels = RandomOverSampler(random_state=0).fit_resample(np.arange(4.0)[:, None], y)
    assert labels.sum(axis=0).tolist() == [0, 3, 0, 3]


@pytest.mark.parametrize("sampler", [SMOTE(k_neighbors=1, random_state=0), RandomUnderSampler(random_state=0)])
def test_a_list_of_rows_may_come_with_a_series_of_labels(sampler):
    rows, labels = sampler.fit_resample([[0.0], [1.0], [2.0], [5.0], [6.0]], pd.Series([0, 0, 0, 1, 1], name="t"))
    assert isinstance(rows, list)
    assert labels.name == "t"
    assert labels.index.tolist() == list(range(len(rows)))


def test_what_a_kernel_sees_is_contiguous_and_writeable():
    locked = np.arange(6.0)[:, None]
    locked.flags.writeable = False
    for X in (locked, locked[::2], pd.DataFrame(locked), locked.tolist()):
        flags = own_dtype(np.empty(0), X).flags
        assert flags.c_contiguous
        assert flags.writeable


def test_a_list_of_integers_is_an_array_of_integers():
    X, y = [[0], [10], [20], [50], [2**60 + 1]], [0, 0, 0, 1, 1]
    rows, _ = SMOTE(k_neighbors=1, random_state=0).fit_resample(X, y)
    assert rows == SMOTE(k_neighbors=1, random_state=0).fit_resample(np.array(X), y)[0].tolist()
    assert rows[:5] == X  # a float64 has no 2**60 + 1


@pytest.mark.parametrize("sampler", [TomekLinks(), RandomUnderSampler(random_state=0), RandomOverSampler()])
def test_rows_that_are_only_chosen_keep_every_bit(sampler):
    frame = pd.DataFrame(
        {
            "id": 2**60 + np.arange(6),
            "flag": pd.array([True, False] * 3, dtype="boolean"),
            "count": pd.array(range(6), dtype="Int64"),
            "x": [0.0, 0.5, 3.0, 9.0, 7.0, 8.0],
        },
        index=[9, 8, 7, 6, 5, 4],
    )
    rows, _ = sampler.fit_resample(frame, [0, 0, 0, 0, 1, 1])
    pd.testing.assert_frame_equal(
        rows.reset_index(drop=True), frame.iloc[sampler.sample_indices_].reset_index(drop=True)
    )
    for X in (frame.x.to_numpy(dtype=">f8")[:, None], frame.x.to_numpy()[:, None] > 4):
        found, _ = sampler.fit_resample(X, [0, 0, 0, 0, 1, 1])
        assert found.dtype == X.dtype
        assert found.tolist() == X[sampler.sample_indices_].tolist()


def test_a_class_may_lose_all_its_rows_and_so_may_a_frame(rng):
    frame = pd.DataFrame({"a": rng.normal(size=6).astype("f4"), "b": range(6)})
    rows, labels = RandomUnderSampler(sampling_strategy={0: 0, 1: 0}).fit_resample(frame, [0, 0, 0, 0, 1, 1])
    assert rows.shape == (0, 2)
    assert rows.dtypes.tolist() == frame.dtypes.tolist()
    assert labels == []
    assert as_given(np.empty((0, 2)), frame).dtypes.tolist() == frame.dtypes.tolist()


def test_nullable_integers_are_cut_as_integers_are():
    X = pd.DataFrame({"a": pd.array([0, 1, 2, 10, 20], dtype="Int64"), "b": [0.0, 1.0, 2.0, 10.0, 20.0]})
    rows, _ = SMOTE(k_neighbors=1, random_state=0).fit_resample(X, [0, 0, 0, 1, 1])
    assert rows.dtypes.tolist() == X.dtypes.tolist()
    assert rows.a[5] == int(rows.b[5])
    flags = SMOTE(k_neighbors=1, random_state=0).fit_resample((X > 1).astype("boolean"), [0, 0, 0, 1, 1])[0]
    assert flags.dtypes.astype(str).tolist() == ["boolean", "boolean"]
    assert flags.iloc[5].tolist() == [True, True]


@pytest.mark.parametrize(
    ("strategy", "kind", "message"),
    [
        ({"z": 3}, OVER, "names \\['z'\\]: The \\{'z'\\} target class is/are not present"),
        ({"a": 1}, OVER, "should be greater or equal to the original number of samples, which is 2"),
        ({"a": 3}, UNDER, "should be less or equal to the original number of samples, which is 2"),
        ({"a": -1}, OVER, "sampling_strategy\\['a'\\]=-1"),
        ({"a": 2}, CLEAN, "as a dict for cleaning methods is not supported"),
        (["z"], CLEAN, "not present in the data"),
        ([["a"]], CLEAN, "not present in the data"),
        (0.5, OVER, "can be a float only when the type of target is binary"),
    ],
)
def test_a_strategy_that_cannot_be_met_is_a_clear_error(strategy, kind, message):
    with pytest.raises(ValueError, match=message):
        resolve(strategy, kind, ["a"] * 2 + ["b"] * 5 + ["c"] * 9)


def test_wrong_kinds_are_a_clear_error():
    y = [0, 0, 1]
    with pytest.raises(TypeError, match="returned a list; it must return a dict"):
        resolve(lambda y: [1], OVER, y)
    with pytest.raises(TypeError, match=r"sampling_strategy\[1\]=2\.5 is of type float"):
        resolve({1: 2.5}, OVER, y)
    with pytest.raises(ValueError, match=r"more than 1 class\. Got 1 class"):
        resolve("auto", OVER, [1, 1])
    for sampler, bad in ((SMOTE, ["a"]), (TomekLinks, {0: 1}), (RandomUnderSampler, "minority"), (SMOTE, 1.5)):
        with pytest.raises((TypeError, ValueError), match="sampling_strategy="):
            sampler(sampling_strategy=bad).fit([[0.0], [1.0], [2.0]], y)


def test_labels_that_are_none_are_a_clear_error():
    with pytest.raises(ValueError, match="Multilabel and multioutput targets are not supported"):
        read_labels(np.ones((4, 2), dtype=int))
    with pytest.raises(ValueError, match="Multilabel and multioutput targets are not supported"):
        read_labels(np.array([[0.5, 0.2], [1.0, 0.0]]))
    with pytest.raises(ValueError, match="a single 1 in each row"):
        read_labels(np.array([[0, 1], [1, 0], [0, 0]]))
    with pytest.raises(ValueError, match="target y is None"):
        read_labels(None)


def test_a_frame_whose_names_repeat_still_comes_back():
    frame = pd.DataFrame([[1.0, 2], [3.0, 4]], columns=["a", "a"])
    frame.isetitem(1, np.array([2, 4]))
    found = as_given(np.ones((3, 2)), frame)
    assert found.columns.tolist() == ["a", "a"]
    assert found.dtypes.tolist() == [np.float64, np.int64]
