"""The neighbours' search: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

import tests.naive.neighbors.k_neighbors as naive
from scratchml.core import NotFittedError
from scratchml.core.jit import plain_python
from scratchml.neighbors import KNeighborsClassifier, NearestNeighbors
from scratchml.neighbors import k_neighbors as votes
from scratchml.neighbors import search as module
from scratchml.neighbors.search import SEARCHABLE, without_themselves
from tests.problems import check_same_bits

W = np.array([0.5, 0.0, 2.0, 1.0])
# name -> (parameters of the estimator, parameters of the naive twin)
METRICS = {
    "euclidean": ({"metric": "euclidean"}, {"metric": "euclidean"}),
    "l2": ({"metric": "l2"}, {"metric": "euclidean"}),
    "minkowski, 2": ({}, {"metric": "euclidean"}),
    "minkowski, None": ({"p": None}, {"metric": "euclidean"}),
    "sqeuclidean": ({"metric": "sqeuclidean"}, {"metric": "sqeuclidean"}),
    "manhattan": ({"metric": "manhattan"}, {"metric": "manhattan"}),
    "minkowski, 1": ({"p": 1}, {"metric": "manhattan"}),
    "chebyshev": ({"metric": "chebyshev"}, {"metric": "chebyshev"}),
    "minkowski, infinity": ({"p": np.inf}, {"metric": "chebyshev"}),
    "minkowski, 3": ({"p": 3}, {"metric": "minkowski", "p": 3.0}),
    "minkowski, 1.5": ({"metric_params": {"p": 1.5}, "p": None}, {"metric": "minkowski", "p": 1.5}),
    "minkowski, 40": ({"p": 40}, {"metric": "minkowski", "p": 40.0}),
    "minkowski, 1, weights": ({"p": 1, "metric_params": {"w": W}}, {"metric": "minkowski", "p": 1.0, "w": W}),
    "minkowski, 2, weights": ({"metric_params": {"w": W}}, {"metric": "minkowski", "p": 2.0, "w": W}),
    "minkowski, 3, weights": ({"p": 3, "metric_params": {"w": W}}, {"metric": "minkowski", "p": 3.0, "w": W}),
    "cosine": ({"metric": "cosine"}, {"metric": "cosine"}),
    "hamming": ({"metric": "hamming"}, {"metric": "hamming"}),
}


def fitted(X, k=5, **how):
    return KNeighborsClassifier(k, **how).fit(X, np.arange(len(X)) % 2)


def by_features(x, y, power=2.0):
    """A user's own metric: no named one is it."""
    return float((np.arange(1, len(x) + 1) * np.abs(x - y) ** power).sum())


# ---- by hand


def test_the_neighbours_on_paper():
    model = fitted([[0.0], [4.0], [1.0], [9.0], [1.0]], k=3)
    distances, indices = model.kneighbors([[2.0], [9.0]])
    assert distances.tolist() == [[1.0, 1.0, 2.0], [0.0, 5.0, 8.0]]
    assert indices.tolist() == [[2, 4, 0], [3, 1, 2]]  # 2 and 4 lie on each other: the lower index first


def test_without_a_query_each_row_is_left_out_of_its_own_neighbours():
    model = fitted([[0.0], [4.0], [1.0], [9.0], [1.0]], k=2)
    distances, indices = model.kneighbors()
    assert indices.tolist() == [[2, 4], [2, 4], [4, 0], [1, 2], [2, 0]]
    assert distances.tolist() == [[1.0, 1.0], [3.0, 3.0], [0.0, 1.0], [5.0, 8.0], [0.0, 1.0]]


def test_a_row_that_is_not_among_its_nearest_loses_the_last():
    distances, indices = np.zeros((2, 3)), np.array([[0, 1, 2], [0, 1, 2]])
    assert without_themselves(distances.copy(), indices.copy(), 4)[1].tolist() == [[0, 1], [0, 1]]
    assert without_themselves(distances, indices, 0)[1].tolist() == [[1, 2], [0, 2]]


# ---- naive twin


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("k", [1, 4, 29])
def test_every_metric_agrees_with_its_naive_twin(rng, name, k):
    X, queries = rng.normal(size=(30, 4)), rng.normal(size=(9, 4))
    if name == "hamming":
        X, queries = X.round(), queries.round()
    ours, theirs = METRICS[name]
    model = fitted(X, k, **ours)
    for given_, rows in ((queries, queries), (None, X)):
        expected, expected_rows = naive.nearest(naive.named(**theirs), X, rows, k, alone=given_ is None)
        distances, indices = model.kneighbors(given_)
        np.testing.assert_allclose(distances, expected, rtol=1e-13, atol=1e-15)  # 4 roundings and a root; 1 - cos
        assert indices.tolist() == expected_rows
        assert model.kneighbors(given_, return_distance=False).tolist() == expected_rows


@pytest.mark.parametrize(
    "name", ["minkowski, 2", "manhattan", "chebyshev", "hamming", "minkowski, 3", "minkowski, 1, weights"]
)
@pytest.mark.parametrize("alone", [False, True])
def test_ties_go_to_the_lowest_index(rng, name, alone):
    X = rng.integers(0, 3, size=(60, 4)).astype(float)  # many duplicates, and distances that are whole numbers
    ours, theirs = METRICS[name]
    queries = X if alone else rng.integers(0, 3, size=(20, 4)).astype(float)
    _, expected = naive.nearest(naive.named(**theirs), X, queries, 17, alone)
    found = fitted(X, 17, **ours).kneighbors(None if alone else queries, return_distance=False)
    assert found.tolist() == expected


@pytest.mark.parametrize("rows", [1, 7, 256])
def test_a_callable_agrees_with_its_naive_twin_however_it_is_blocked(rng, monkeypatch, rows):
    monkeypatch.setattr(module, "MEASURED_ROWS", rows)
    X, queries = rng.integers(0, 4, size=(25, 3)).astype(float), rng.integers(0, 4, size=(9, 3)).astype(float)
    model = fitted(X, 6, metric=by_features, metric_params={"power": 3.0})
    assert model.effective_metric_params_ == {"power": 3.0}
    for given_, points in ((queries, queries), (None, X)):
        expected = naive.nearest(lambda x, y: by_features(x, y, 3.0), X, points, 6, alone=given_ is None)
        distances, indices = model.kneighbors(given_)
        assert distances.tolist() == expected[0]
        assert indices.tolist() == expected[1]


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_p_below_one_agrees_with_its_naive_twin_and_warns(rng, p):
    X, queries = rng.normal(size=(30, 4)), rng.normal(size=(9, 4))
    with pytest.warns(UserWarning, match=f"p={p}: for p below 1") as told:
        model = KNeighborsClassifier(4, p=p).fit(X, np.zeros(30))
    assert told[0].filename == __file__  # whoever called fit
    expected, rows = naive.nearest(naive.named("minkowski", p=p), X, queries, 4)
    distances, indices = model.kneighbors(queries)
    np.testing.assert_allclose(distances, expected, rtol=1e-13)  # the root multiplies roundings by 1 / p
    assert indices.tolist() == rows


# ---- outside reference


@pytest.mark.parametrize("name", METRICS)
def test_it_agrees_with_scikit_learn(rng, name):
    X, queries = rng.normal(size=(300, 4)), rng.normal(size=(50, 4))
    how = {"p": 2, **METRICS[name][0]}
    y = np.zeros(300)
    if name == "hamming":
        X, queries = X.round(), queries.round()
    if how["p"] is None:  # scikit-learn refuses None without another p
        how["p"] = how.get("metric_params", {}).get("p", 2)
        how.pop("metric_params", None)
    theirs = reference.KNeighborsClassifier(7, algorithm="brute", **how).fit(X, y)
    ours = fitted(X, 7, **METRICS[name][0])
    if name not in ("l2", "minkowski, None"):
        assert ours.effective_metric_ == theirs.effective_metric_
        assert ours.effective_metric_params_.keys() == theirs.effective_metric_params_.keys()
    for given_ in (queries, None):
        expected, rows = theirs.kneighbors(given_)
        distances, indices = ours.kneighbors(given_)
        if name == "hamming":  # five distances only, and scikit-learn breaks ties as it comes
            assert len(np.unique(expected)) >= 3
            assert (distances == expected).all()
            continue
        np.testing.assert_allclose(distances, expected, rtol=1e-9, atol=1e-9)  # its products cancel digits
        assert (indices == rows).all()


@pytest.mark.parametrize("p", [1.0, 2.0, 3.0, np.inf])
def test_it_agrees_with_scipys_tree(rng, p):
    X, queries = rng.normal(size=(700, 3)), rng.normal(size=(300, 3))
    expected, rows = KDTree(X).query(queries, k=6, p=p)
    distances, indices = fitted(X, 6, p=p).kneighbors(queries)
    np.testing.assert_allclose(distances, expected, rtol=1e-14)  # three roundings and a root
    assert (indices == rows).all()


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(["euclidean", "manhattan", "chebyshev", "cosine"]))
def test_fewer_neighbours_are_the_first_of_more(seed, metric):
    rng = np.random.default_rng(seed)
    model = fitted(rng.integers(-2, 3, size=(20, 3)).astype(float), metric=metric)
    queries = rng.integers(-2, 3, size=(6, 3)).astype(float)
    every_distance, every_row = model.kneighbors(queries, 20)
    assert (np.diff(every_distance, axis=1) >= 0).all()
    assert (np.sort(every_row, axis=1) == np.arange(20)).all()
    for k in (1, 7):
        distances, rows = model.kneighbors(queries, k)
        assert (distances == every_distance[:, :k]).all()
        assert (rows == every_row[:, :k]).all()


@given(st.integers(0, 10**6), st.integers(-490, 490))
def test_a_power_of_two_changes_the_unit_and_nothing_else(seed, power):
    rng = np.random.default_rng(seed)
    X, queries = rng.normal(size=(30, 3)), rng.normal(size=(8, 3))
    for how in ({}, {"p": 1}, {"p": np.inf}, {"p": 20}):
        expected, rows = fitted(X, **how).kneighbors(queries)
        distances, indices = fitted(np.ldexp(X, power), **how).kneighbors(np.ldexp(queries, power))
        assert (indices == rows).all()
        assert (distances == np.ldexp(expected, power)).all()


@pytest.mark.parametrize("scale", [1e-150, 1e-75, 1e75, 1e150])
@pytest.mark.parametrize("how", [{}, {"p": 3}, {"p": 1}, {"metric": "cosine"}, {"metric_params": {"w": W[:3] + 0.1}}])
def test_tiny_and_huge_numbers_have_the_neighbours_of_usual_ones(rng, scale, how):
    X, queries = rng.normal(size=(40, 3)), rng.normal(size=(9, 3))
    expected, rows = fitted(X, **how).kneighbors(queries)
    distances, indices = fitted(X * scale, **how).kneighbors(queries * scale)
    assert (indices == rows).all()
    unit = 1.0 if "metric" in how else scale
    np.testing.assert_allclose(distances / unit, expected, rtol=1e-13)  # the scale is no power of two: it rounds


@given(st.integers(0, 10**6))
def test_another_order_of_the_rows_gives_the_same_rows(seed):
    rng = np.random.default_rng(seed)
    X, queries, order = rng.normal(size=(30, 3)), rng.normal(size=(8, 3)), rng.permutation(30)
    expected, rows = fitted(X).kneighbors(queries)
    distances, indices = fitted(X[order]).kneighbors(queries)
    assert (distances == expected).all()
    assert (order[indices] == rows).all()


@given(st.integers(0, 10**6), st.integers(1, 11))
def test_no_row_is_its_own_neighbour_even_among_duplicates(seed, k):
    X = np.random.default_rng(seed).integers(0, 2, size=(12, 2)).astype(float)
    distances, indices = fitted(X, k).kneighbors()
    assert (indices != np.arange(12)[:, None]).all()
    for i in range(12):
        others = np.delete(np.arange(12), i)
        expected, rows = fitted(X[others], k).kneighbors(X[[i]])
        assert (others[rows[0]] == indices[i]).all()
        assert (expected[0] == distances[i]).all()


@pytest.mark.parametrize("alone", [False, True])
def test_precomputed_distances_give_what_their_metric_gives(rng, alone):
    X, queries = rng.integers(0, 4, size=(30, 3)).astype(float), rng.integers(0, 4, size=(8, 3)).astype(float)
    square = np.abs(X[:, None] - X).sum(axis=2)
    across = np.abs(queries[:, None] - X).sum(axis=2)
    expected = fitted(X, metric="manhattan").kneighbors(None if alone else queries)
    found = fitted(square, metric="precomputed").kneighbors(None if alone else across)
    assert (expected[0] == found[0]).all()
    assert (expected[1] == found[1]).all()


def test_the_bits_do_not_depend_on_threads_or_on_compilation(rng):
    X, queries = rng.normal(size=(600, 4)), rng.normal(size=(520, 4))
    for how in ({}, {"p": 20}, {"p": 3}, {"metric": "hamming"}):
        expected = [part.tobytes() for part in fitted(X, n_jobs=1, **how).kneighbors(queries)]
        assert [part.tobytes() for part in fitted(X, n_jobs=3, **how).kneighbors(queries)] == expected
        few = [part.tobytes() for part in fitted(X[:30], **how).kneighbors(queries[:4])]
        with plain_python():
            assert [part.tobytes() for part in fitted(X[:30], **how).kneighbors(queries[:4])] == few


@pytest.mark.parametrize("algorithm", ["kd_tree", "ball_tree", "auto"])
@pytest.mark.parametrize("name", [name for name in METRICS if name not in ("cosine", "hamming")])
def test_a_tree_gives_the_bits_of_brute_force(rng, name, algorithm):
    X, queries = rng.normal(size=(200, 4)).round(1), rng.normal(size=(30, 4)).round(1)
    brute, tree = (fitted(X, 6, algorithm=how, leaf_size=7, **METRICS[name][0]) for how in ("brute", algorithm))
    assert brute._choice is None
    if algorithm != "auto":  # which may look at all of so few rows
        grown = tree._choice.tree
        assert np.diff([grown.starts, grown.stops], axis=0)[0, len(grown.cuts) :].max() <= 7
    for given_ in (queries, None):
        for expected, found in zip(brute.kneighbors(given_), tree.kneighbors(given_)):
            assert expected.tobytes() == found.tobytes()
    both = [NearestNeighbors(algorithm=how, **METRICS[name][0]).fit(X) for how in ("brute", algorithm)]
    for given_ in (queries, None):
        for expected, found in zip(*(model.radius_neighbors(given_, 0.8) for model in both)):
            assert [row.tobytes() for row in expected] == [row.tobytes() for row in found]


# ---- edges and errors


@pytest.mark.parametrize("algorithm", ["kd_tree", "ball_tree"])
@pytest.mark.parametrize("metric", ["cosine", "hamming", "precomputed", by_features])
def test_a_metric_that_no_tree_here_takes_is_named(rng, algorithm, metric):
    with pytest.raises(ValueError, match=rf"Metric .* not valid for algorithm='{algorithm}'.*give algorithm='brute'"):
        fitted(np.eye(4), 2, metric=metric, algorithm=algorithm)


@pytest.mark.filterwarnings("ignore:p=0.5")
def test_a_tree_takes_no_p_below_one(rng):
    with pytest.raises(ValueError, match=r"Metric 'minkowski', p=0.5 not valid for algorithm='kd_tree'"):
        fitted(np.eye(4), 2, p=0.5, algorithm="kd_tree")
    assert fitted(rng.normal(size=(400, 2)), 2, p=0.5)._fit_method == "brute"


def test_as_many_neighbours_as_rows_are_all_rows_and_one_more_is_an_error(rng):
    X = rng.normal(size=(6, 2))
    model = fitted(X, 6)
    assert np.sort(model.kneighbors(X[:1], return_distance=False)).tolist() == [[0, 1, 2, 3, 4, 5]]
    with pytest.raises(ValueError, match="n_neighbors <= n_samples_fit, but n_neighbors = 7, n_samples_fit = 6"):
        model.kneighbors(X[:1], 7)
    assert model.kneighbors(None, 5)[1].shape == (6, 5)
    with pytest.raises(ValueError, match=r"n_neighbors < n_samples_fit, but n_neighbors = 6.*ask for fewer"):
        model.kneighbors()


def test_one_row_is_everybodys_neighbour_and_has_none():
    model = fitted([[3.0, 4.0]], 1)
    assert [part.tolist() for part in model.kneighbors([[0.0, 0.0]])] == [[[5.0]], [[0]]]
    with pytest.raises(ValueError, match="n_neighbors < n_samples_fit"):
        model.kneighbors()


@pytest.mark.parametrize("k", [0, -1])
def test_a_wrong_number_of_neighbours_is_named(rng, k):
    model = fitted(rng.normal(size=(6, 2)), 3)
    with pytest.raises(ValueError, match=f"n_neighbors={k} is not accepted"):
        model.kneighbors(None, k)


@pytest.mark.parametrize("k", [2.0, True, "3"])
def test_neighbours_are_counted_by_an_integer(rng, k):
    model = fitted(rng.normal(size=(6, 2)), 3)
    with pytest.raises(TypeError, match=r"n_neighbors=.*give an integer of at least 1"):
        model.kneighbors(None, k)


def test_a_small_integer_type_does_not_overflow():
    model = fitted(np.arange(300.0)[:, None], np.int8(127))
    assert model.kneighbors()[1].shape == (300, 127)
    assert model.kneighbors(None, np.uint8(255))[1].shape == (300, 255)


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        KNeighborsClassifier().kneighbors([[1.0]])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_callable_that_returns_no_number_is_named_and_no_row_is_made_up(rng, value):
    X = rng.normal(size=(8, 2))
    model = fitted(X, 2, metric=lambda x, y: value if (y == X[5]).all() else 1.0)
    with pytest.raises(ValueError, match=f"metric returned {value} for query 0 and row 5 of the training data"):
        model.kneighbors(X[:3])


def test_the_query_that_a_callable_fails_on_is_counted_from_the_first_whatever_the_batch(rng, monkeypatch):
    monkeypatch.setattr(module, "MEASURED_ROWS", 2)
    monkeypatch.setattr(votes, "BATCH", 3)
    X = rng.normal(size=(8, 2))
    model = fitted(X, 2, metric=lambda x, y: np.nan if (x == X[5]).all() and (y == X[3]).all() else 1.0)
    with pytest.raises(ValueError, match="metric returned nan for query 5 and row 3"):
        model.predict(X)


def test_a_callable_that_returns_no_single_number_is_named(rng):
    with pytest.raises(TypeError, match=r"metric returned .*must return one number"):
        fitted(rng.normal(size=(8, 2)), 2, metric=lambda x, y: x - y).kneighbors()


def test_a_callable_may_return_negative_numbers(rng):
    X, queries = rng.normal(size=(20, 3)), rng.normal(size=(5, 3))
    distances, indices = fitted(X, 20, metric=lambda x, y: -float(x @ y)).kneighbors(queries)
    assert (np.diff(distances, axis=1) >= 0).all()
    assert (indices == np.argsort(-queries @ X.T, axis=1)).all()


def test_a_row_of_zeros_has_no_direction_and_is_at_cosine_distance_one():
    X = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])
    distances, indices = fitted(X, 4, metric="cosine").kneighbors([[0.0, 0.0], [2.0, 0.0]])
    assert distances.tolist() == [[1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 1.0, 2.0]]
    assert indices.tolist() == [[0, 1, 2, 3], [1, 0, 3, 2]]


def test_weights_of_zero_for_all_features_make_all_rows_equal(rng):
    X = rng.normal(size=(9, 2))
    distances, indices = fitted(X, 3, metric_params={"w": [0.0, 0.0]}).kneighbors(X[4:6])
    assert not distances.any()
    assert indices.tolist() == [[0, 1, 2], [0, 1, 2]]


@pytest.mark.parametrize(
    ("how", "kind", "message"),
    [
        ({"n_neighbors": 0}, ValueError, "n_neighbors=0 is not accepted"),
        ({"n_neighbors": 1.0}, TypeError, "n_neighbors=1.0 is of type float"),
        (
            {"algorithm": "cover_tree"},
            ValueError,
            "algorithm='cover_tree' is not accepted; give one of 'auto', 'brute'",
        ),
        ({"leaf_size": 0}, ValueError, "leaf_size"),
        ({"p": 0}, ValueError, "p=0 is not accepted"),
        ({"p": -1.0}, ValueError, "p=-1.0 is not accepted"),
        ({"p": np.nan}, ValueError, "p=nan is not accepted"),
        ({"p": "2"}, TypeError, "p='2' is of type str"),
        ({"metric": "euclid"}, ValueError, "metric='euclid' is not accepted"),
        ({"metric": "nan_euclidean"}, ValueError, "metric='nan_euclidean' is not accepted"),
        ({"metric": 2}, TypeError, "metric=2 is of type int"),
        ({"metric_params": [1]}, TypeError, "metric_params"),
        ({"n_jobs": 0}, ValueError, "n_jobs=0"),
        ({"metric": "manhattan", "metric_params": {"w": [1.0, 1.0]}}, TypeError, "takes no parameter 'w'"),
        ({"metric_params": {"w": [1.0]}}, ValueError, "one weight of 0 or more a feature"),
        ({"metric_params": {"w": [1.0, -1.0]}}, ValueError, "one weight of 0 or more a feature"),
        ({"metric_params": {"w": [1.0, np.nan]}}, ValueError, "w contains NaN"),
        ({"metric_params": {"w": [1.0, 1.0]}, "p": np.inf}, ValueError, "finite p takes weights"),
        ({"metric_params": {"p": "2"}, "p": None}, TypeError, "p='2'"),
        ({"metric_params": {"p": 0}, "p": None}, ValueError, "p=0"),
        ({"metric_params": {"q": 1}}, TypeError, "takes no parameter 'q'"),
    ],
)
def test_wrong_parameters_are_named(how, kind, message):
    with pytest.raises(kind, match=message):
        KNeighborsClassifier(**how).fit([[1.0, 2.0], [2.0, 0.0]], [0, 1])


def test_the_p_of_metric_params_goes_before_the_constructors_and_says_so_as_in_scikit_learn(rng):
    X, y = rng.normal(size=(9, 2)), np.arange(9) % 2
    for estimator in (KNeighborsClassifier, reference.KNeighborsClassifier):
        with pytest.warns(SyntaxWarning, match="Parameter p is found in metric_params"):
            model = estimator(metric_params={"p": 3}).fit(X, y)
        assert model.effective_metric_params_ == {"p": 3, "w": None}
    with pytest.warns(SyntaxWarning) as told:
        KNeighborsClassifier(metric_params={"p": 3}).fit(X, y)
    assert told[0].filename == __file__  # whoever called fit
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert KNeighborsClassifier(p=None, metric_params={"p": None}).fit(X, y).effective_metric_ == "euclidean"


def test_parameters_changed_after_fitting_do_not_mix_up_rows_and_distances(rng):
    X, queries = rng.normal(size=(30, 4)), rng.normal(size=(6, 4))
    for metric in (by_features, "manhattan"):
        model = fitted(X, metric=metric)
        expected = model.kneighbors(queries)
        for other in ("precomputed", "euclidean", by_features):
            found = model.set_params(metric=other).kneighbors(queries)
            assert (expected[1] == found[1]).all()
            assert (expected[0] == found[0]).all()
    square = np.abs(X[:, None] - X).sum(axis=2)
    model = fitted(square, metric="precomputed").set_params(metric="euclidean")
    assert (model.kneighbors()[0] == fitted(X, metric="manhattan").kneighbors()[0]).all()
    with pytest.raises(ValueError, match="Negative values"):
        model.kneighbors(-square)


@pytest.mark.parametrize(
    ("X", "message"), [(np.ones((3, 2)), "Precomputed metric requires shape"), (-np.ones((3, 3)), "Negative values")]
)
def test_precomputed_distances_are_square_and_not_negative(X, message):
    with pytest.raises(ValueError, match=message):
        fitted(X, 1, metric="precomputed")


def test_precomputed_queries_have_a_distance_to_each_row(rng):
    model = fitted(np.abs(rng.normal(size=(5, 5))), 2, metric="precomputed")
    with pytest.raises(ValueError, match="X has 4 features, but KNeighborsClassifier is expecting 5 features"):
        model.kneighbors(np.ones((2, 4)))


def test_a_distance_too_large_for_float64_is_a_clear_error(rng):
    model = fitted(rng.normal(size=(9, 2)), 2, metric_params={"w": [1e300, 1.0]}, p=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the error is all that is said
        with pytest.raises(ValueError, match="too large for float64"):
            model.kneighbors([[1e200, 0.0]])


def test_inputs_are_left_alone_and_later_changes_to_them_have_no_effect(rng):
    X, queries = rng.normal(size=(30, 3)), rng.normal(size=(6, 3))
    for how in ({}, {"metric": "cosine"}, {"metric": by_features}, {"metric_params": {"w": W[:3]}}):
        mine, asked = X.copy(), queries.copy()
        model = fitted(mine, **how)
        expected = model.kneighbors(asked)
        assert (mine == X).all()
        assert (asked == queries).all()
        mine[:] = 0.0
        assert (model.kneighbors(asked)[1] == expected[1]).all()


@pytest.mark.parametrize("how", [{}, {"p": 1}, {"metric_params": {"w": W[:3]}}])
def test_a_tree_holds_the_rows_and_nobody_else_does(rng, how):
    X, queries = rng.normal(size=(2500, 3)), rng.normal(size=(1000, 3))  # so many that a radius can be crowded
    brute = NearestNeighbors(algorithm="brute", **how).fit(X)
    mine = X.copy()
    tree = NearestNeighbors(algorithm="kd_tree", **how).fit(mine)
    assert isinstance(tree._rows, np.ndarray) == ("metric_params" in how)  # weights make other points of the rows
    mine[:] = 0.0  # later changes have no effect
    check_same_bits(X, tree._fit_X)
    for given_ in (queries, None):
        for expected, found in zip(brute.kneighbors(given_), tree.kneighbors(given_)):
            check_same_bits(expected, found)
        for radius in (0.3, 4.0):
            expected, found = (np.concatenate(m.radius_neighbors(given_, radius)[1]) for m in (brute, tree))
            check_same_bits(expected, found)


def test_integers_booleans_and_data_frames_are_welcome(rng):
    X = rng.integers(0, 2, size=(30, 3))
    expected = fitted(X.astype(float), metric="hamming").kneighbors(X[:5].astype(float))[1]
    assert (fitted(X, metric="hamming").kneighbors(X[:5])[1] == expected).all()
    assert (fitted(X > 0, metric="hamming").kneighbors(X[:5] > 0)[1] == expected).all()
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    assert (fitted(frame, metric="hamming").kneighbors(frame[:5])[1] == expected).all()
    assert fitted(frame).feature_names_in_.tolist() == ["a", "b", "c"]


def test_every_metric_that_may_be_searched_is_tested_here():
    tested = {ours.get("metric", "minkowski") for ours, _ in METRICS.values()}
    assert set(SEARCHABLE) - tested == {"cityblock", "l1", "infinity"}  # other names
    for other, name in (("cityblock", "manhattan"), ("l1", "manhattan"), ("infinity", "chebyshev")):
        X = np.random.default_rng(0).normal(size=(20, 3))
        assert (fitted(X, metric=other).kneighbors()[0] == fitted(X, metric=name).kneighbors()[0]).all()
