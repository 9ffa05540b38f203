"""SMOTE, Borderline-SMOTE, ADASYN: by hand, naive twin, outside reference, laws, edges and errors."""

from concurrent.futures import ThreadPoolExecutor

import imblearn.over_sampling as reference
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors as SklearnNeighbors

import tests.naive.imbalance.smote as naive
from scratchml.core import record
from scratchml.imbalance import ADASYN, SMOTE, BorderlineSMOTE
from scratchml.imbalance.sampler import other_neighbours
from tests.imbalance.shared import check_provenance, check_same_rows, three_classes, two_classes

BOTH = {
    "SMOTE": lambda module, **how: module.SMOTE(**how),
    "borderline-1": lambda module, **how: module.BorderlineSMOTE(**how),
    "borderline-2": lambda module, **how: module.BorderlineSMOTE(kind="borderline-2", **how),
    "ADASYN": lambda module, **how: module.ADASYN(**how),
}


class Ours:
    SMOTE, BorderlineSMOTE, ADASYN = SMOTE, BorderlineSMOTE, ADASYN


# ---- by hand


def test_new_rows_are_those_worked_on_paper():
    X = np.array([[0.0, 0.0], [5.0, 5.0], [6.0, 6.0], [9.0, 9.0], [0.0, 4.0], [2.0, 4.0]])
    y = np.array([0, 0, 0, 0, 1, 1])
    sampler = SMOTE(k_neighbors=1, random_state=7)
    found, labels = sampler.fit_resample(X, y)
    rng = np.random.RandomState(7)
    seeds, gaps = rng.randint(0, 2, size=2), rng.uniform(size=2)
    # each of the two rare rows has the other as its only neighbour: they go towards each other along y = 4
    expected = [[gap * 2, 4.0] if seed == 0 else [2 - gap * 2, 4.0] for seed, gap in zip(seeds, gaps)]
    assert found[6:].tolist() == expected
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert sampler.parents_.tolist() == [[4, 5] if seed == 0 else [5, 4] for seed in seeds]
    assert sampler.gaps_.tolist() == gaps.tolist()
    assert found[:6].tolist() == X.tolist()


def test_noise_danger_and_safety_are_told_apart():
    X = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [2.1], [9.0], [9.5]])
    y = [0, 0, 0, 0, 0, 1, 1, 1]
    steps = record(BorderlineSMOTE(k_neighbors=1, m_neighbors=3, random_state=0).steps(X, y))
    assert [step.name for step in steps] == ["danger", "neighbours", "interpolate", "resampled"]
    # 2.1 sees 2, 3, 1: all strangers, noise; 9 sees 9.5, 4, 3 and 9.5 sees 9, 4, 3: two strangers of three, danger
    assert steps[0].strangers.tolist() == [3, 2, 2]
    assert steps[0].in_danger.tolist() == [False, True, True]


def test_adasyn_shares_out_new_rows_by_hardness():
    X = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0], [2.5], [9.0], [10.0]])
    y = [0, 0, 0, 0, 0, 0, 1, 1, 1]
    step = record(ADASYN(n_neighbors=2, random_state=0).steps(X, y))[0]
    assert step.share.tolist() == [1.0, 0.5, 0.5]
    assert step.new_rows.tolist() == [2, 1, 1]  # 3 rows shared out as 1.5, 0.75, 0.75: halves go to the even number


# ---- naive twin


@pytest.mark.parametrize("d", [1, 3, 20])
def test_smote_agrees_with_the_naive_twin(rng, d):
    X, y = two_classes(rng, d=d)
    draws = np.random.RandomState(5)
    r, gaps = draws.randint(0, 20 * 4, size=20), draws.uniform(size=20)
    members = np.flatnonzero(y == 1).tolist()
    made = naive.smote(X.tolist(), members, members, 4, r.tolist(), gaps.tolist())
    assert SMOTE(k_neighbors=4, random_state=5).fit_resample(X, y)[0][60:].tolist() == made


def test_borderline_smote_agrees_with_the_naive_twin(rng):
    X, y = two_classes(rng)
    seeds = naive.in_danger(X.tolist(), y.tolist(), 1, 6)
    draws = np.random.RandomState(5)
    r, gaps = draws.randint(0, len(seeds) * 4, size=20), draws.uniform(size=20)
    made = naive.smote(X.tolist(), seeds, np.flatnonzero(y == 1).tolist(), 4, r.tolist(), gaps.tolist())
    sampler = BorderlineSMOTE(k_neighbors=4, m_neighbors=6, random_state=5)
    assert sampler.fit_resample(X, y)[0][60:].tolist() == made
    assert sampler.in_danger_indices[1].tolist() == seeds


def test_adasyn_agrees_with_the_naive_twin(rng):
    X, y = two_classes(rng)
    counts = naive.adasyn_counts(X.tolist(), y.tolist(), 1, 5, 20)
    sampler = ADASYN(random_state=0)
    sampler.fit_resample(X, y)
    assert np.bincount(sampler.parents_[:, 0], minlength=60)[y == 1].tolist() == counts


# ---- outside reference


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("name", BOTH)
def test_the_same_seed_gives_imbalanced_learns_rows(name, dtype):
    X, y = three_classes()
    how = {"random_state": 3, "sampling_strategy": {0: 300, 1: 200}}
    ours, theirs = (BOTH[name](module, **how).fit_resample(X.astype(dtype), y) for module in (Ours, reference))
    check_same_rows(ours, theirs)


@pytest.mark.parametrize("name", BOTH)
def test_a_generator_that_moves_on_gives_imbalanced_learns_rows(name):
    X, y = three_classes()
    y = np.array(["rare", "some", "many"], dtype=object)[y]
    ours, theirs = (
        BOTH[name](module, random_state=np.random.RandomState(1)).fit_resample(X, y) for module in (Ours, reference)
    )
    check_same_rows(ours, theirs)


def test_a_searcher_of_another_library_may_be_given():
    X, y = three_classes()
    searcher = SklearnNeighbors(n_neighbors=4, metric="manhattan")
    ours = SMOTE(k_neighbors=searcher, random_state=0).fit_resample(X, y)
    check_same_rows(ours, reference.SMOTE(k_neighbors=searcher, random_state=0).fit_resample(X, y))


# ---- laws


@pytest.mark.parametrize("name", BOTH)
def test_every_new_row_lies_between_its_parents(name):
    X, y = three_classes()
    sampler = BOTH[name](Ours, random_state=0)
    found, labels = sampler.fit_resample(X, y)
    check_provenance(sampler, X, found)
    assert ((sampler.gaps_ >= 0) & (sampler.gaps_ < 1)).all()
    own = labels[sampler.synthetic_indices_]
    assert (y[sampler.parents_[:, 0]] == own).all()
    if name != "borderline-2":
        assert (y[sampler.parents_[:, 1]] == own).all()
    assert (sampler.parents_[:, 0] != sampler.parents_[:, 1]).all()


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(7, 25))
def test_counts_meet_the_strategy_and_given_rows_stay(seed, k, rare):
    X, y = two_classes(np.random.default_rng(seed), rare=rare)
    found, labels = SMOTE(k_neighbors=k, random_state=seed).fit_resample(X, y)
    assert np.bincount(labels).tolist() == [60 - rare, max(60 - rare, rare)]
    assert found[:60].tolist() == X.tolist()


def test_moving_and_turning_the_data_moves_and_turns_the_new_rows(rng):
    X, y = two_classes(rng)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    found = SMOTE(random_state=0).fit_resample(X, y)[0]
    turned = SMOTE(random_state=0).fit_resample(X @ turn + 3.0, y)[0]
    np.testing.assert_allclose(turned, found @ turn + 3.0, rtol=0, atol=1e-13)  # a few roundings of numbers below 8


@pytest.mark.parametrize("name", BOTH)
def test_one_sampler_may_serve_several_threads_at_once(name):
    X, y = three_classes(300)
    sampler = BOTH[name](Ours, random_state=0)
    expected = sampler.fit_resample(X, y)[0].tolist()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: sampler.fit_resample(X, y)[0].tolist(), range(16)))
    assert all(rows == expected for rows in found)


# ---- edges and errors


def test_twins_are_each_others_neighbours_and_give_the_same_row():
    X = np.array([[0.0], [1.0], [2.0], [5.0], [5.0], [5.0]])
    sampler = SMOTE(k_neighbors=2, random_state=0, sampling_strategy={1: 5})
    found, _ = sampler.fit_resample(X, [0, 0, 0, 1, 1, 1])
    assert found[6:].tolist() == [[5.0], [5.0]]
    assert (sampler.parents_[:, 0] != sampler.parents_[:, 1]).all()


def test_a_row_hidden_among_its_twins_drops_the_last_neighbour():
    class Searcher:
        def kneighbors(self, queries, return_distance):
            return np.array([[5, 6, 7], [5, 1, 7]])

    assert other_neighbours(Searcher(), np.empty((2, 1)), np.array([0, 1])).tolist() == [[5, 6], [5, 7]]


@pytest.mark.parametrize(
    ("sampler", "rows", "message"),
    [
        (SMOTE(), 60, "class 1 has 4 rows, and k_neighbors"),
        (BorderlineSMOTE(), 60, "class 1 has 4 rows, and k_neighbors"),
        (BorderlineSMOTE(kind="borderline-2"), 10, "X has 10 rows, and m_neighbors"),
        (ADASYN(), 60, "class 1 has 4 rows, and n_neighbors"),
    ],
)
def test_too_few_rows_are_a_clear_error(sampler, rows, message, rng):
    X, y = two_classes(rng, n=rows, rare=4)
    with pytest.raises(ValueError, match=message):
        sampler.fit_resample(X, y)


def test_no_row_in_danger_is_a_warning_and_nothing_grows():
    X = np.r_[np.zeros((20, 2)), np.ones((12, 2)) * 9] + np.random.default_rng(0).normal(size=(32, 2)) * 0.1
    y = np.r_[np.zeros(20, dtype=int), np.ones(12, dtype=int)]
    with pytest.warns(UserWarning, match="No row of class 1 is in danger"):
        found, _ = BorderlineSMOTE(random_state=0).fit_resample(X, y)
    assert found.tolist() == X.tolist()
    with pytest.raises(ValueError, match="nothing to adapt to"):
        ADASYN().fit_resample(X, y)


def test_integers_do_not_wrap_around():
    X = np.array([[0], [10], [200], [250], [251]], dtype=np.uint8)
    sampler = SMOTE(k_neighbors=1, random_state=0, sampling_strategy={1: 22})
    found, _ = sampler.fit_resample(X, [0, 0, 0, 1, 1])
    assert found.dtype == np.uint8
    assert {3, 4} == set(sampler.parents_[:, 0])  # upwards and downwards, where 250 - 251 is 255
    assert set(found[5:, 0].tolist()) == {250}  # cut: no gap is 1, and 251 is not a seed with gap 0


def test_a_frame_comes_back_as_a_frame(rng):
    X, y = two_classes(rng)
    frame = pd.DataFrame(X, columns=["a", "b", "c"], index=np.arange(60) * 2).astype({"b": "float32"})
    found, labels = SMOTE(random_state=0).fit_resample(frame, pd.Series(y, name="class", index=frame.index))
    assert found.dtypes.tolist() == frame.dtypes.tolist()
    assert found.index.tolist() == labels.index.tolist() == list(range(80))
    assert labels.name == "class"


def test_a_fit_that_was_ended_early_has_no_result(rng):
    from scratchml.core import listen

    X, y = two_classes(rng)
    with listen(lambda step: True), pytest.raises(ValueError, match="ended early, at the step 'neighbours'"):
        SMOTE().fit_resample(X, y)


def test_huge_numbers_are_refused_and_large_ones_are_not(rng):
    X, y = two_classes(rng)
    found, _ = SMOTE(random_state=0).fit_resample(X * 1e150, y)
    np.testing.assert_allclose(found, SMOTE(random_state=0).fit_resample(X, y)[0] * 1e150, rtol=1e-12)
    with pytest.raises(ValueError, match="differences overflow; scale X down"):
        SMOTE(random_state=0).fit_resample(X / np.abs(X).max() * 1.7e308, y)
