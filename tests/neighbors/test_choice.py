"""Brute force or a tree: by hand, naive twin, outside reference, laws, edges."""

import numpy as np
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.maths import build_tree, k_nearest, prepare
from scratchml.neighbors import KNeighborsClassifier, LocalOutlierFactor, NearestNeighbors, RadiusNeighborsClassifier
from scratchml.neighbors import choice as module
from scratchml.neighbors.choice import FEWEST, PROBES, Choice, Prices, boxes_reached, entries

METRICS = {"euclidean": {}, "manhattan": {"p": 1}, "chebyshev": {"p": np.inf}, "powers": {"p": 3}, "steep": {"p": 20}}
every_metric = pytest.mark.parametrize("how", METRICS.values(), ids=METRICS)


def sheet(rng, n, d):
    """Rows on a surface of two dimensions in d columns."""
    return rng.random((n, 2)) @ rng.normal(size=(2, d))


def taken(X, k=5, radius=None, **how):
    """What answers as many queries as there are rows."""
    if radius is not None:
        return RadiusNeighborsClassifier(radius, **how).fit(X, np.zeros(len(X)))._fit_method
    return NearestNeighbors(n_neighbors=k, **how).fit(X)._fit_method


# ---- by hand


def test_a_price_on_paper():
    # 2 + 3 leaves of 10 + 60 points of 0.5 and 4 columns of 0.25 each + 3 neighbours, log2(1 + 60 / 3) entries of 1
    expected = 2.0 + 30.0 + 60 * (0.5 + 1.0) + 3 * np.log2(21.0)
    assert Prices(2.0, 10.0, 0.5, 0.25, 1.0).of(3, 60, 4, 3) == expected
    assert entries(7.0, 7) == 7.0  # each of the first seven is among the seven nearest
    assert entries(60.0, 0) == 0.0


def test_the_boxes_that_a_ball_reaches_on_paper():
    X = np.array([[0.0, 0.0], [9.0, 1.0], [1.0, 5.0], [8.0, 4.0]])  # leaves of one point; see test_kd_tree.py
    limits = np.array([1.0, 4.9, 5.0, 99.0])
    expected = {"euclidean": [1, 1, 2, 4], "manhattan": [1, 1, 1, 4], "chebyshev": [1, 1, 2, 4]}
    for metric, counts in expected.items():
        known = prepare(X, metric)
        tree = build_tree(known, 1)
        for limit, count in zip(limits, counts):  # from (0, 0) the others are 9.06, 5.1, 8.9; 10, 6, 12; 9, 5, 8 away
            limit += 0.1 if metric == "euclidean" else 0.0
            assert boxes_reached(np.zeros((1, 2)), np.array([limit]), known, tree) == count
        assert boxes_reached(np.zeros((2, 2)), np.array([1.0, 99.0]), known, tree) == 2.5  # one and four


# ---- naive twin


@every_metric
def test_boxes_and_balls_agree_with_slow_loops(rng, how):
    X = rng.normal(size=(300, 3))
    model = NearestNeighbors(**how).fit(X)
    known = model._reference
    tree = build_tree(known, 10)
    choice = Choice(X, known, 10, True)
    queries, limits = choice.balls(4, 0.0)
    assert (limits == k_nearest(X[np.linspace(0, 299, PROBES).astype(int)], known, 5)[0][:, -1]).all()
    found = 0
    for x, limit in zip(queries, limits):
        for low, high in tree.boxes[len(tree.features) :]:
            nearest = [min(max(value, a), b) for value, a, b in zip(x, low, high)]
            gaps = [abs(value - near) for value, near in zip(x, nearest)]
            p = how.get("p", 2)
            found += (max(gaps) if p > 16 else sum(gap**p for gap in gaps) ** (1 / p)) <= limit * (1 + 1e-9)
    assert boxes_reached(queries, limits, known, tree) == found / PROBES
    again = choice.balls(4, 0.0, tree)
    assert (again[0] == queries).all()
    assert (again[1] == limits).all()


# ---- laws


@given(st.integers(0, 10**6), st.integers(1, 60), st.sampled_from(list(METRICS)))
def test_the_neighbours_are_the_same_whatever_is_chosen(seed, k, metric):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(130, 400))
    X = rng.normal(size=(n, int(rng.integers(1, 6)))).round(1) if seed % 2 else sheet(rng, n, 8)
    models = [NearestNeighbors(n_neighbors=k, algorithm=a, **METRICS[metric]).fit(X) for a in ("auto", "brute")]
    for _ in range(2):  # before the choice and after it
        for found, expected in zip(*(model.kneighbors(X[:150]) for model in models)):
            assert found.tobytes() == expected.tobytes()
        for found, expected in zip(*(model.radius_neighbors(X[:9], 0.5) for model in models)):
            assert [row.tobytes() for row in found] == [row.tobytes() for row in expected]


@every_metric
def test_a_sheet_in_thirty_columns_gets_a_tree_and_noise_does_not(rng, how):
    assert taken(sheet(rng, 3000, 30), **how) == "kd_tree"
    if how != {"p": 20}:  # where the largest gap decides, a ball has fewer corners to reach a box with
        assert taken(rng.normal(size=(3000, 30)), 1, **how) == "brute"
    assert taken(sheet(rng, 3000, 30), radius=0.05, **how) == "kd_tree"
    assert taken(rng.normal(size=(3000, 30)), radius=3.0, **how) == "brute"


def test_clusters_and_duplicates_in_many_columns_get_a_tree(rng):
    centres = 20.0 * rng.normal(size=(50, 30))
    assert taken(centres[rng.integers(0, 50, 5000)] + 0.1 * rng.normal(size=(5000, 30))) == "kd_tree"
    assert taken(rng.normal(size=(250, 30))[rng.integers(0, 250, 5000)]) == "kd_tree"


def test_what_is_foretold_spares_the_whole_tree(rng, monkeypatch):
    sizes = []

    def noting(known, leaf_size):
        sizes.append(len(known.points))
        return build_tree(known, leaf_size)

    monkeypatch.setattr(module, "build_tree", noting)
    assert taken(rng.normal(size=(5000, 30))) == "brute"
    assert sizes == [1250, 313]  # of 256 leaves a sample of 64, and one of 16
    assert taken(sheet(rng, 5000, 30)) == "kd_tree"
    assert sizes == [1250, 313, 1250, 313, 5000]
    choice = NearestNeighbors().fit(rng.normal(size=(900, 30)))._choice
    for _ in range(12):  # so often all rows are asked about: one time would not be worth finding out
        assert choice.tree_for(np.inf, 1) is None
    assert choice.tree is None  # of no use, and not kept
    assert sizes[5:] == [900]


@pytest.mark.parametrize("n", [2000, 9000, 40000])
def test_what_is_foretold_is_about_what_the_whole_tree_costs(rng, n):
    for X in (rng.normal(size=(n, 8)), rng.normal(size=(n, 16)), rng.normal(size=(n, 4)) @ rng.normal(size=(4, 20))):
        choice = NearestNeighbors().fit(X)._choice
        queries, limits = choice.balls(4, 0.0)
        tree = choice.grown()
        expected = choice.price(boxes_reached(queries, limits, choice.reference, tree), len(tree.features) + 1, 4)
        assert 0.5 < choice.foretold(queries, limits, 4) / expected < 2.0  # 45 such were 0.63 to 1.51 times that


def test_no_clock_is_asked_so_the_same_queries_lead_to_the_same_choice(rng):
    X = rng.normal(size=(2000, 8))
    paths = []
    for _ in range(2):
        model, path = NearestNeighbors().fit(X), []
        for m in (1, 5, 100, 400, 2000):
            model.kneighbors(X[:m])
            path.append((model._choice.asked, dict(model._choice.pays), model._choice.tree is None))
        paths.append(path)
    assert paths[0] == paths[1]


def test_the_tree_is_not_grown_before_the_queries_are_worth_it(rng):
    X = rng.normal(size=(5000, 3))
    model = NearestNeighbors().fit(X)
    assert model._choice.tree is None  # to fit is to remember
    model.kneighbors(X[:10])
    assert model._choice.tree is None
    for _ in range(50):
        model.kneighbors(X[:40])
    assert model._choice.tree is not None  # many small questions are as good as a large one
    assert model._choice.asked < 2010


def test_each_number_of_neighbours_and_each_radius_has_a_choice_of_its_own(rng):
    X = rng.normal(size=(3000, 12))
    model = NearestNeighbors().fit(X)
    model.kneighbors(X, 1)
    model.kneighbors(X, 900)
    model.radius_neighbors(X, 0.1)
    assert {name for name, _ in model._choice.pays} == {"nearest", "within"}
    assert len(model._choice.pays) == 3
    for radius in np.linspace(0.001, 0.002, 70):  # somebody tries many: what is kept stays small
        model._choice.tree_for(np.inf, 0, radius)
    assert len(model._choice.pays) <= 64


# ---- outside reference


def test_the_name_of_what_answers_is_scikit_learns(rng):
    X = rng.normal(size=(600, 2))
    for algorithm in ("auto", "kd_tree", "brute"):
        ours, theirs = (m(algorithm=algorithm).fit(X) for m in (NearestNeighbors, reference.NearestNeighbors))
        assert ours._fit_method == theirs._fit_method
    assert NearestNeighbors(metric="cosine").fit(X)._fit_method == "brute"
    assert LocalOutlierFactor().fit(X)._fit_method == "kd_tree"
    assert KNeighborsClassifier(metric="precomputed").fit(np.eye(4), [0, 1, 0, 1])._fit_method == "brute"


# ---- edges


def test_few_rows_and_neighbours_that_are_half_of_all_are_looked_for_by_brute_force(rng):
    assert taken(rng.normal(size=(FEWEST - 1, 2))) == "brute"
    assert taken(rng.normal(size=(2000, 2)), 5) == "kd_tree"
    assert taken(rng.normal(size=(2000, 2)), 1000) == "brute"


def test_a_sample_has_leaves_enough_however_large_they_are(rng):
    choice = NearestNeighbors(leaf_size=1000).fit(rng.normal(size=(70_000, 8)))._choice
    assert choice.tree_for(np.inf, 5) is not None


@pytest.mark.parametrize("n", [600, 4000])
def test_rows_too_far_apart_for_float64_leave_the_choice_to_brute_force(rng, n):
    X = np.full((n, 2), 1.7e308) * rng.choice([-1.0, 1.0], size=(n, 2))
    X[n // 2 :] = rng.normal(size=(n - n // 2, 2))
    X[0] = 1.7e308 * np.array([1.0, -0.5])  # so far away that its neighbours are at no distance that float64 holds
    model = NearestNeighbors(n_neighbors=1, metric="manhattan").fit(X)
    for _ in range(3):
        assert model.kneighbors(X[1:])[0].max() == 0.0


@pytest.mark.parametrize("scale", [1e-150, 1e150])
@every_metric
def test_the_unit_of_length_does_not_matter(rng, how, scale):
    X = sheet(rng, 2000, 12)
    assert taken(X * scale, **how) == taken(X, **how) == "kd_tree"
