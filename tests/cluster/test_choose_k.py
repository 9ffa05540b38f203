"""How many clusters: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.cluster as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris, make_blobs
from sklearn.metrics import silhouette_score

import tests.naive.cluster.choose_k as naive
from scratchml.cluster import KMeans, elbow, gap_statistic, silhouette_curve
from scratchml.cluster.choose_k import draw_reference, fit_each, knee_of, least_by_standard_errors

FOUR = make_blobs(120, centers=[[0, 0], [9, 0], [0, 9], [9, 9]], cluster_std=0.7, random_state=0)[0]

# ---- by hand


def test_the_knee_on_paper():
    # scaled: (0, 1), (1/4, 0.3), (1/2, 0.1), (3/4, 0.05), (1, 0): below the chord by 0, 0.45, 0.4, 0.2, 0
    assert knee_of(np.arange(1, 6), np.array([101.0, 31.0, 11.0, 6.0, 1.0])) == 2
    assert knee_of(np.arange(1, 4), np.array([3.0, 2.0, 1.0])) == 1  # a straight line has none
    assert knee_of(np.arange(1, 3), np.array([3.0, 1.0])) == 1
    assert knee_of(np.arange(1, 4), np.zeros(3)) == 1


def test_the_rule_of_standard_errors_on_paper():
    ks, gaps = np.arange(1, 5), np.array([0.2, 0.5, 0.9, 0.8])
    assert least_by_standard_errors(ks, gaps, np.full(4, 0.1)) == 3  # 0.9 >= 0.8 - 0.1, and 0.5 < 0.9 - 0.1
    assert least_by_standard_errors(ks, gaps, np.full(4, 0.45)) == 1  # 0.2 >= 0.5 - 0.45
    assert least_by_standard_errors(ks, np.arange(4.0), np.zeros(4)) == 4  # it rises to the end


def test_the_inertia_is_the_pooled_sum_over_pairs():
    X = load_iris().data[::3]
    model = KMeans(4, random_state=0).fit(X)
    assert model.inertia_ == pytest.approx(naive.pooled_pairs(X, model.labels_.tolist()), rel=1e-12)  # sums of pairs


# ---- naive twin


def test_the_gap_agrees_with_the_naive_twin(rng):
    X, ks = FOUR[::3], np.arange(1, 6)
    found = gap_statistic(X, ks, n_references=4, n_init=2, random_state=3)
    state = np.random.RandomState(3)
    own = [m.inertia_ for m in fit_each(X, ks, 2, state)]
    drawn = [[m.inertia_ for m in fit_each(draw_reference(X, "box", state), ks, 2, state)] for _ in range(4)]
    gaps, errors, best = naive.gap(own, drawn)
    np.testing.assert_allclose(found.gaps, gaps, rtol=1e-12)  # a mean of logarithms
    np.testing.assert_allclose(found.errors, errors, rtol=1e-12)
    assert found.best == ks[best]


def test_the_knee_agrees_with_the_naive_twin(rng):
    for _ in range(20):
        ks = np.arange(1, 9)
        inertia = np.sort(rng.random(8))[::-1]
        assert knee_of(ks, inertia) == ks[naive.knee(ks.tolist(), inertia.tolist())]


# ---- outside reference


def test_curves_are_those_of_scikit_learns_fits():
    X = load_iris().data
    found, scored = elbow(X, range(2, 6), random_state=0), silhouette_curve(X, range(2, 6), random_state=0)
    state = np.random.RandomState(0)
    fits = [reference.KMeans(k, n_init=10, random_state=state).fit(X) for k in range(2, 6)]
    np.testing.assert_allclose(found.inertia, [fit.inertia_ for fit in fits], rtol=1e-12)
    np.testing.assert_allclose(scored.scores, [silhouette_score(X, fit.labels_) for fit in fits], rtol=1e-10)


def test_all_three_find_four_clear_clusters():
    assert elbow(FOUR, random_state=0).best == 4
    assert gap_statistic(FOUR, range(1, 7), n_references=5, n_init=3, random_state=0).best == 4
    assert silhouette_curve(FOUR, random_state=0).best == 4


def test_only_the_gap_can_say_that_there_is_one_cluster():
    X = np.random.RandomState(5).random_sample((150, 2))
    for kind in ("box", "principal"):
        assert gap_statistic(X, range(1, 5), n_references=10, n_init=3, reference=kind, random_state=0).best == 1


# ---- laws


@given(st.integers(0, 10**6))
def test_reference_rows_fill_the_box_of_the_data(seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(int(rng.integers(2, 30)), int(rng.integers(1, 5)))) * 3 + 7
    drawn = draw_reference(X, "box", np.random.RandomState(seed))
    assert drawn.shape == X.shape
    assert (drawn >= X.min(axis=0) - 1e-12).all()
    assert (drawn <= X.max(axis=0) + 1e-12).all()


def test_principal_reference_rows_turn_with_the_data(rng):
    X = np.column_stack([rng.normal(size=200) * 10, rng.normal(size=200)]) @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    assert draw_reference(X[:1], "principal", np.random.RandomState(0)).shape == (1, X.shape[1])  # fewer rows than axes
    narrow, wide = (draw_reference(X, kind, np.random.RandomState(0)) for kind in ("principal", "box"))
    across = np.array([-0.8, 0.6])
    assert np.ptp(narrow @ across) < 1.3 * np.ptp(X @ across)
    assert np.ptp(wide @ across) > 3 * np.ptp(X @ across)


def test_the_same_seed_gives_the_same_answer():
    first, second = (gap_statistic(FOUR[::4], [2, 3], n_references=3, random_state=1) for _ in range(2))
    assert first.gaps.tobytes() == second.gaps.tobytes()


# ---- edges and errors


@pytest.mark.parametrize("ks", [[], [0, 1], [1, 200], [1.5, 2.0]])
def test_wrong_numbers_of_clusters_are_named(ks):
    for ask in (elbow, gap_statistic, silhouette_curve):
        with pytest.raises(ValueError, match="must be numbers of clusters from"):
            ask(FOUR, ks)


def test_two_rows_have_no_silhouettes():
    with pytest.raises(ValueError, match="minimum of 3"):
        silhouette_curve([[0.0], [1.0]])


def test_no_inertia_left_is_a_clear_error():
    with pytest.raises(ValueError, match="no inertia is left; lower ks"):
        gap_statistic([[0.0], [1.0], [2.0]], [1, 2, 3], random_state=0)


def test_wrong_parameters_are_named():
    with pytest.raises(ValueError, match="n_references"):
        gap_statistic(FOUR, n_references=0)
    with pytest.raises(ValueError, match="reference"):
        gap_statistic(FOUR, reference="ball")
    with pytest.raises(TypeError, match="n_init"):
        elbow(FOUR, n_init="many")
