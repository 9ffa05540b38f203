"""NearMiss, Tomek links, edited neighbours, centroids and their unions with SMOTE: the five sections."""

import warnings

import imblearn.combine as combine
import imblearn.under_sampling as reference
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors as SklearnNeighbors

import tests.naive.imbalance.near_miss as naive
from scratchml.cluster import KMeans
from scratchml.core import record
from scratchml.imbalance import (
    SMOTE,
    SMOTEENN,
    ClusterCentroids,
    EditedNearestNeighbours,
    NearMiss,
    SMOTETomek,
    TomekLinks,
)
from scratchml.imbalance.farthest import k_farthest
from scratchml.imbalance.tomek_links import find_links
from tests.imbalance.shared import check_provenance, check_same_rows, three_classes, two_classes

# ---- by hand


def test_the_three_versions_of_near_miss_on_a_line():
    X = np.array([[0.0], [4.0], [5.0], [9.0], [20.0], [6.0], [10.0]])
    y = np.array([0, 0, 0, 0, 0, 1, 1])
    # distances to the rare rows, 6 and 10:    0: 6 and 10    4: 2 and 6    5: 1 and 5    9: 3 and 1    20: 14 and 10
    kept = {v: NearMiss(version=v, n_neighbors=1, n_neighbors_ver3=2) for v in (1, 2, 3)}
    for sampler in kept.values():
        sampler.fit_resample(X, y)
    assert kept[1].sample_indices_.tolist() == [2, 3, 5, 6]  # nearest rare row: 1 and 1, ties to the first row
    assert kept[2].sample_indices_.tolist() == [3, 2, 5, 6]  # farthest rare row: 3, then 5
    # the two rows nearest to 6 are 2 and 1, those nearest to 10 are 3 and 2; row 1 is 2 away, rows 2 and 3 are 1 away
    assert kept[3].sample_indices_.tolist() == [1, 2, 5, 6]  # farthest first: 1, then 2 (a tie, to the first row)


def test_a_link_needs_both_to_be_nearest_and_of_different_classes():
    # 0-1 are each other's nearest, of one class; 2-3 are a link; 4's nearest is 3, but not the other way round
    nearest = np.array([1, 0, 3, 2, 3])
    assert find_links(nearest, np.array([0, 0, 0, 1, 0])).tolist() == [[2, 3]]


def test_a_row_whose_neighbours_disagree_is_edited():
    X = np.array([[0.0], [1.0], [2.0], [7.5], [7.0], [8.0], [8.2]])
    y = np.array([0, 0, 0, 0, 1, 1, 1])
    step = record(EditedNearestNeighbours(n_neighbors=2).steps(X, y))[0]
    assert step.agreed.tolist() == [True, True, True, False]


# ---- naive twin


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("d", [2, 20])
def test_near_miss_agrees_with_the_naive_twin(rng, version, d):
    X, y = two_classes(rng, d=d)
    sampler = NearMiss(version=version, sampling_strategy={0: 7})
    sampler.fit_resample(X, y)
    stay = naive.near_miss(X.tolist(), y.tolist(), version, 1, 0, 7, 3, 3)
    assert sampler.sample_indices_[:7].tolist() == stay


@pytest.mark.parametrize("d", [1, 4])
def test_links_and_edited_rows_agree_with_the_naive_twin(rng, d):
    X, y = two_classes(rng, d=d)
    step = record(TomekLinks().steps(X, y))[0]
    assert step.links.tolist() == naive.tomek_links(X.tolist(), y.tolist())
    assert len(step.links) > 0
    for kind in ("all", "mode"):
        sampler = EditedNearestNeighbours(kind_sel=kind)
        sampler.fit_resample(X, y)
        stay = naive.edited(X.tolist(), y.tolist(), 0, 3, kind)
        assert sampler.sample_indices_.tolist() == stay + np.flatnonzero(y == 1).tolist()


@given(st.integers(1, 40), st.integers(1, 700), st.integers(1, 8), st.integers(0, 1000))
def test_the_farthest_are_those_a_full_sort_finds(n, m, d, seed):
    draws = np.random.default_rng(seed)
    rows, points = draws.integers(-3, 4, size=(n, d)).astype(float), draws.integers(-3, 4, size=(m, d)).astype(float)
    k = int(draws.integers(1, m + 1))
    every = np.sort(np.sqrt(((rows[:, None] - points[None]) ** 2).sum(axis=2)), axis=1)
    assert k_farthest(rows, points, k).tolist() == every[:, -k:].tolist()  # sums of small integers are exact


# ---- outside reference

SAMPLERS = {
    "NearMiss 1": lambda m: m.NearMiss(),
    "NearMiss 2": lambda m: m.NearMiss(version=2, n_neighbors=5),
    "NearMiss 3": lambda m: m.NearMiss(version=3, n_neighbors_ver3=6),
    "TomekLinks": lambda m: m.TomekLinks(),
    "TomekLinks all": lambda m: m.TomekLinks(sampling_strategy="all"),
    "ENN": lambda m: m.EditedNearestNeighbours(),
    "ENN mode": lambda m: m.EditedNearestNeighbours(kind_sel="mode", n_neighbors=4, sampling_strategy="all"),
    "SMOTEENN": lambda m: m.SMOTEENN(random_state=0),
    "SMOTETomek": lambda m: m.SMOTETomek(random_state=0),
    "SMOTETomek minority": lambda m: m.SMOTETomek(sampling_strategy="minority", random_state=0),
}


class Ours:
    NearMiss, TomekLinks, EditedNearestNeighbours = NearMiss, TomekLinks, EditedNearestNeighbours
    SMOTEENN, SMOTETomek = SMOTEENN, SMOTETomek


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_rows_are_imbalanced_learns(name):
    X, y = three_classes()
    theirs = SAMPLERS[name](combine if name.startswith("SMOTE") else reference)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NearMiss-3 may find too few rows
        check_same_rows(SAMPLERS[name](Ours).fit_resample(X, y), theirs.fit_resample(X, y))


def test_centroids_are_imbalanced_learns():
    X, y = three_classes()
    ours, theirs = (m.ClusterCentroids(random_state=0).fit_resample(X, y) for m in (OurCentroids, reference))
    np.testing.assert_allclose(ours[0], theirs[0], rtol=0, atol=1e-14)  # means of rows below 8: an order of adding up
    assert ours[1].tolist() == theirs[1].tolist()


def test_twins_among_the_seeds_are_told_apart_as_there(rng):
    # with a centre for every second row, rounding decides between two that are each other's nearest
    X, y = rng.normal(size=(300, 2)), np.repeat([0, 1], [200, 100])
    for seed in range(8):
        ours, theirs = (m.ClusterCentroids(random_state=seed).fit_resample(X, y)[0] for m in (OurCentroids, reference))
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-13)  # means: an order of adding up


class OurCentroids:
    ClusterCentroids = ClusterCentroids


@pytest.mark.parametrize("n_neighbors", [25, SklearnNeighbors(n_neighbors=25)])
def test_near_miss_2_sums_what_there_is(n_neighbors, rng):
    X, y = two_classes(rng)  # 20 rare rows
    check_same_rows(*(m.NearMiss(version=2, n_neighbors=n_neighbors).fit_resample(X, y) for m in (Ours, reference)))


def test_other_searchers_and_clusterers_may_be_given():
    X, y = three_classes()
    searcher = SklearnNeighbors(n_neighbors=4, metric="manhattan")
    how = {"version": 2, "n_neighbors": searcher}
    check_same_rows(*(m.NearMiss(**how).fit_resample(X, y) for m in (Ours, reference)))
    found, _ = ClusterCentroids(estimator=KMeans(n_init=2, random_state=1), random_state=0).fit_resample(X, y)
    assert len(found) == 3 * np.bincount(y).min()


# ---- laws


@pytest.mark.parametrize("sampler", [SMOTEENN(random_state=0), SMOTETomek(random_state=0)])
def test_new_rows_that_survive_know_their_parents(sampler):
    X, y = three_classes()
    found, labels = sampler.fit_resample(X, y)
    check_provenance(sampler, X, found)
    assert 0 < len(sampler.parents_) < 600
    assert (y[sampler.parents_] == labels[sampler.synthetic_indices_][:, None]).all()
    names = [step.name for step in record(sampler.steps(X, y))]
    assert names.index("over-sample") < names.index("clean")


def test_links_lose_the_ends_that_may_go_and_nothing_else_goes(rng):
    X, y = two_classes(rng)
    links = record(TomekLinks().steps(X, y))[0].links
    both = TomekLinks(sampling_strategy="all").fit_resample(X, y)[0]
    one = TomekLinks(sampling_strategy=[1]).fit_resample(X, y)[0]
    assert both.tolist() == np.delete(X, links.ravel(), axis=0).tolist()
    assert one.tolist() == np.delete(X, links[y[links] == 1], axis=0).tolist()


def test_moving_and_turning_the_data_keeps_the_same_rows(rng):
    X, y = two_classes(rng)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    for sampler in (NearMiss(), NearMiss(version=2), TomekLinks(), EditedNearestNeighbours()):
        sampler.fit_resample(X, y)
        kept = sampler.sample_indices_.tolist()
        sampler.fit_resample(X @ turn - 2.0, y)
        assert sampler.sample_indices_.tolist() == kept


def test_hard_votes_are_rows_of_the_class(rng):
    X, y = two_classes(rng)
    found, labels = ClusterCentroids(random_state=0, voting="hard").fit_resample(X, y)
    assert {tuple(row) for row in found[labels == 0].tolist()} <= {tuple(row) for row in X[y == 0].tolist()}


# ---- edges and errors


def test_a_class_that_may_keep_nothing_has_no_centres(rng):
    X, y = two_classes(rng)
    found, labels = ClusterCentroids(sampling_strategy={0: 0}).fit_resample(X, y)
    assert found.tolist() == X[y == 1].tolist()
    assert labels.tolist() == [1] * 20


def test_near_miss_3_says_when_it_finds_too_few_rows(rng):
    X, y = two_classes(rng)
    with pytest.warns(UserWarning, match="class 0 keeps . rows where 20 were wanted"):
        NearMiss(version=3, n_neighbors_ver3=1, sampling_strategy={0: 20}).fit_resample(X[:45], y[:45])


def test_the_rare_class_is_the_first_seen_of_the_smallest():
    X = np.array([[0.0], [1.0], [5.0], [6.0], [2.0], [3.0], [4.0]])
    y = np.array([1, 1, 0, 0, 2, 2, 2])
    ours, theirs = (m.NearMiss(n_neighbors=1) for m in (Ours, reference))
    ours.fit_resample(X, y)
    theirs.fit_resample(X, y)
    assert ours.sample_indices_.tolist() == theirs.sample_indices_.tolist()


@pytest.mark.parametrize(
    ("sampler", "message"),
    [
        (NearMiss(n_neighbors=21), "the smallest class has 20 rows, and n_neighbors wants 21"),
        (NearMiss(version=3, n_neighbors_ver3=41), "class 0 has 40 rows, and n_neighbors_ver3 wants 41"),
        (EditedNearestNeighbours(n_neighbors=60), r"X has 60 rows, and n_neighbors \(a row itself counted\) wants 61"),
        (SMOTEENN(smote=SMOTE(k_neighbors=20)), "class 1 has 20 rows, and k_neighbors"),
        (ClusterCentroids(estimator=TomekLinks()), "estimator"),
    ],
)
def test_too_few_rows_or_a_wrong_estimator_are_a_clear_error(sampler, message, rng):
    X, y = two_classes(rng)
    with pytest.raises((TypeError, ValueError), match=message):
        sampler.fit_resample(X, y)


def test_distances_that_overflow_are_a_clear_error(rng):
    X, _ = two_classes(rng)
    with pytest.raises(ValueError, match="divide X by a constant"):
        k_farthest(X * 1e200, X * 1e200, 2)
    with pytest.raises(ValueError, match="only 60 points; lower k"):
        k_farthest(X, X, 61)
