"""KNeighborsClassifier: by hand, naive twin, outside reference, laws, steps, edges and errors."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.model_selection import GridSearchCV

import tests.naive.neighbors.k_neighbors as naive
from scratchml.core import Listener, listen, record
from scratchml.core.jit import plain_python
from scratchml.model_selection import cross_val_predict
from scratchml.neighbors import KNeighborsClassifier
from scratchml.neighbors import k_neighbors as module
from scratchml.neighbors.k_neighbors import count_votes, weigh_neighbours

LINE = np.array([[0.0], [1.0], [3.0], [4.0], [8.0], [9.0]])
SIDES = np.array(["left", "left", "right", "right", "right", "left"])


def inverse_square(distances):
    return 1.0 / (1.0 + np.asarray(distances) ** 2)


WEIGHTS = {"uniform": "uniform", "none": None, "distance": "distance", "callable": inverse_square}
every_weight = pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)


# ---- by hand


def test_the_vote_on_paper():
    # query 2 has the neighbours 1 (left), 3 (right), 0 (left), 4 (right) at the distances 1, 1, 2, 2
    expected = {1: ([1, 0], "left"), 2: ([1 / 2, 1 / 2], "left"), 3: ([2 / 3, 1 / 3], "left")}
    for k, (shares, side) in expected.items():
        model = KNeighborsClassifier(k).fit(LINE, SIDES)
        assert model.predict_proba([[2.0]]).tolist() == [shares]
        assert model.predict([[2.0]]).tolist() == [side]


def test_the_weighted_vote_on_paper():
    # query 7: 8 (right), 9 (left), 4 (right) at 1, 2, 3: 1 + 1/3 for right, 1/2 for left
    model = KNeighborsClassifier(3, weights="distance").fit(LINE, SIDES)
    assert model.classes_.tolist() == ["left", "right"]
    np.testing.assert_allclose(model.predict_proba([[7.0]]), [[3 / 11, 8 / 11]], rtol=4e-16)  # two roundings
    # query 1.5: 1 (left), 0 (left), 3 (right) at 0.5, 1.5, 1.5
    np.testing.assert_allclose(model.predict_proba([[1.5]]), [[8 / 10, 2 / 10]], rtol=4e-16)


def test_the_formulas_of_the_docstring_hold(rng):
    X, y, queries = rng.normal(size=(20, 2)), rng.integers(0, 3, size=20), rng.normal(size=(5, 2))
    model = KNeighborsClassifier(4, weights="distance").fit(X, y)
    distances, indices = model.kneighbors(queries)
    votes = np.array([[(1 / distances[i])[y[indices[i]] == c].sum() for c in range(3)] for i in range(5)])
    assert (model.predict(queries) == votes.argmax(axis=1)).all()
    np.testing.assert_allclose(model.predict_proba(queries), votes / votes.sum(axis=1, keepdims=True), rtol=1e-15)


def test_votes_are_counted_on_paper():
    votes = np.full((2, 3), 7.0)
    labels, indices = np.array([0, 2, 2, 1]), np.array([[0, 1, 2], [3, 3, 0]])
    count_votes(labels, indices, np.array([[1.0, 0.5, 0.25], [1.0, 1.0, 4.0]]), votes)
    assert votes.tolist() == [[1.0, 0.0, 0.75], [4.0, 2.0, 0.0]]


def test_weights_on_paper():
    distances = np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 3.0]])
    assert weigh_neighbours(distances, "uniform").tolist() == [[1.0, 1.0, 1.0]] * 2
    assert weigh_neighbours(distances, "distance").tolist() == [[1.0, 0.5, 0.25], [1.0, 1.0, 0.0]]
    assert weigh_neighbours(distances, lambda d: 3.0 - d / 2).tolist() == [[0.625, 0.5, 0.25], [0.75, 0.75, 0.375]]


# ---- naive twin


@every_weight
@pytest.mark.parametrize("k", [1, 2, 6, 40])
@pytest.mark.parametrize("alone", [False, True])
def test_the_vote_agrees_with_the_naive_twin(rng, weights, k, alone):
    X, y = rng.normal(size=(40 + alone, 3)), rng.choice(["ant", "bee", "cat"], size=40 + alone)
    queries = X if alone else np.vstack([rng.normal(size=(15, 3)), X[:3]])
    ballots = naive.votes(naive.named("euclidean"), X, y.tolist(), queries, k, weights, alone)
    model = KNeighborsClassifier(k, weights=weights).fit(X, y)
    given_ = None if alone else queries
    np.testing.assert_allclose(
        model.predict_proba(given_), naive.predict_proba(ballots), rtol=1e-14, atol=1e-300
    )  # k roundings
    assert model.predict(given_).tolist() == naive.predict(ballots)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "chebyshev", "hamming"])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_ties_of_distances_and_of_votes_agree_with_the_naive_twin(rng, metric, weights):
    X, y = rng.integers(0, 3, size=(50, 3)).astype(float), rng.integers(0, 4, size=50)
    queries = rng.integers(0, 3, size=(30, 3)).astype(float)
    ballots = naive.votes(naive.named(metric), X, y.tolist(), queries, 6, weights)
    model = KNeighborsClassifier(6, weights=weights, metric=metric).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(queries), naive.predict_proba(ballots), rtol=1e-14)  # k roundings
    if weights == "uniform" or metric != "euclidean":  # there, equal sums of 1 / d may differ by rounding
        assert model.predict(queries).tolist() == naive.predict(ballots)


def test_several_outputs_agree_with_the_naive_twin_of_each(rng):
    X, queries = rng.normal(size=(30, 3)), rng.normal(size=(9, 3))
    Y = np.column_stack([rng.choice(["no", "yes"], size=30), rng.choice(["a", "b", "a long name"], size=30)])
    model = KNeighborsClassifier(4, weights="distance").fit(X, Y)
    shares, labels = model.predict_proba(queries), model.predict(queries)
    assert model.outputs_2d_
    assert labels.shape == (9, 2)
    for t in range(2):
        ballots = naive.votes(naive.named("euclidean"), X, Y[:, t].tolist(), queries, 4, "distance")
        assert labels[:, t].tolist() == naive.predict(ballots)
        np.testing.assert_allclose(shares[t], naive.predict_proba(ballots), rtol=1e-14, atol=1e-300)  # k roundings


# ---- outside reference


@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
@pytest.mark.parametrize("k", [1, 5, 30])
@every_weight
def test_it_agrees_with_scikit_learn(load, k, weights):
    X, y = load(return_X_y=True)
    X = X + np.random.default_rng(0).normal(size=X.shape) * 0.01  # no two distances are equal
    train = np.arange(len(X)) % 3 > 0
    ours, theirs = (
        estimator(k, weights=weights, algorithm="brute").fit(X[train], y[train])
        for estimator in (KNeighborsClassifier, reference.KNeighborsClassifier)
    )
    for queries in (X[~train], None):
        expected = theirs.predict_proba(queries)
        np.testing.assert_allclose(ours.predict_proba(queries), expected, rtol=1e-6, atol=0)  # it cancels digits
        clear = np.sort(expected, axis=1)
        clear = clear[:, -1] - clear[:, -2] > 1e-6
        assert (ours.predict(queries) == theirs.predict(queries))[clear].all()
        assert clear.mean() > 0.9
    assert ours.score(X[~train], y[~train]) == pytest.approx(theirs.score(X[~train], y[~train]), abs=0.02)  # votes tie


def test_digits_are_read_as_by_scikit_learn():
    X, y = load_digits(return_X_y=True)
    ours, theirs = (
        estimator(3, algorithm="brute").fit(X[:1200], y[:1200])
        for estimator in (KNeighborsClassifier, reference.KNeighborsClassifier)
    )
    found = ours.predict(X[1200:])
    assert (found != theirs.predict(X[1200:])).mean() < 0.005  # distances tie: whole numbers
    assert (found == y[1200:]).mean() > 0.95


@pytest.mark.parametrize("make", [lambda y: y[:, None], lambda y: np.column_stack([y // 2, y % 2]), lambda y: y > 0])
@pytest.mark.filterwarnings("ignore:A column-vector y")
def test_shapes_and_attributes_are_scikit_learns(rng, make):
    X, y = rng.normal(size=(30, 3)), make(np.arange(30) % 3)
    ours, theirs = (m.KNeighborsClassifier(4, algorithm="brute").fit(X, y) for m in (module, reference))
    assert ours.outputs_2d_ == theirs.outputs_2d_
    for one, other in zip(*(m.classes_ if m.outputs_2d_ else [m.classes_] for m in (ours, theirs))):
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist()
    for name in ("effective_metric_", "effective_metric_params_", "n_features_in_", "n_samples_fit_"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert ours.predict(X).shape == theirs.predict(X).shape
    assert ours.predict(X).dtype == theirs.predict(X).dtype
    for one, other in zip(*(m.predict_proba(X) for m in (ours, theirs))):
        assert (one == other).all()
    assert ours.score(X, y) == theirs.score(X, y)
    assert ours.score(None, y) == theirs.score(None, y)


def test_it_works_in_scikit_learns_grid_search_also_with_precomputed_distances(rng):
    X, y = load_iris(return_X_y=True)
    grid = {"n_neighbors": [1, 7], "weights": ["uniform", "distance"]}
    expected = GridSearchCV(KNeighborsClassifier(metric="manhattan"), grid, cv=3).fit(X, y)
    D = np.abs(X[:, None] - X).sum(axis=2)
    found = GridSearchCV(KNeighborsClassifier(metric="precomputed"), grid, cv=3).fit(D, y)
    assert (found.cv_results_["mean_test_score"] == expected.cv_results_["mean_test_score"]).all()
    assert (cross_val_predict(found.best_estimator_, D, y, cv=3) == y).mean() > 0.9


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(list(WEIGHTS)), st.integers(1, 25))
def test_shares_are_shares_and_the_largest_wins(seed, weights, k):
    rng = np.random.default_rng(seed)
    X, y, queries = rng.normal(size=(25, 2)), rng.integers(0, 4, size=25), rng.normal(size=(9, 2))
    model = KNeighborsClassifier(k, weights=WEIGHTS[weights]).fit(X, y)
    shares = model.predict_proba(queries)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-15)  # four roundings
    assert (model.predict(queries) == model.classes_[shares.argmax(axis=1)]).all()


@given(st.integers(0, 10**6))
def test_one_neighbour_knows_every_training_row(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(25, 2)), rng.integers(0, 4, size=25)
    assert KNeighborsClassifier(1).fit(X, y).score(X, y) == 1.0
    assert KNeighborsClassifier(25, weights="distance").fit(X, y).score(X, y) == 1.0  # distance 0 outvotes all


@given(st.integers(0, 10**6))
def test_all_neighbours_together_say_how_many_there_are_of_each_class(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(25, 2)), rng.integers(0, 3, size=25)
    model = KNeighborsClassifier(25).fit(X, y)
    shares = np.unique(y, return_counts=True)[1] / 25
    assert (model.predict_proba(rng.normal(size=(4, 2))) == shares).all()


@given(st.integers(0, 10**6), st.integers(-490, 490))
def test_the_unit_of_length_does_not_matter(seed, power):
    rng = np.random.default_rng(seed)
    X, y, queries = rng.normal(size=(25, 2)), rng.integers(0, 3, size=25), rng.normal(size=(9, 2))
    for weights in ("uniform", "distance"):
        expected = KNeighborsClassifier(5, weights=weights).fit(X, y).predict_proba(queries)
        model = KNeighborsClassifier(5, weights=weights).fit(np.ldexp(X, power), y)
        assert (model.predict_proba(np.ldexp(queries, power)) == expected).all()


@given(st.integers(0, 10**6))
def test_names_of_classes_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    X, y, queries = rng.normal(size=(25, 2)), rng.integers(0, 3, size=25), rng.normal(size=(9, 2))
    names = np.array(["alpha", "beta", "gamma"])
    expected = names[KNeighborsClassifier(4).fit(X, y).predict(queries)]
    assert (KNeighborsClassifier(4).fit(X, names[y]).predict(queries) == expected).all()
    assert (KNeighborsClassifier(4).fit(X, names[y].astype(object)).predict(queries) == expected).all()


@given(st.integers(0, 10**6), st.sampled_from([0.001, 1.0, 7.0, 1e300]))
def test_a_common_factor_of_a_callables_weights_does_not_matter(seed, factor):
    rng = np.random.default_rng(seed)
    X, y, queries = rng.normal(size=(25, 2)), rng.integers(0, 3, size=25), rng.normal(size=(9, 2))
    expected = KNeighborsClassifier(5, weights=inverse_square).fit(X, y).predict_proba(queries)
    model = KNeighborsClassifier(5, weights=lambda d: factor * inverse_square(d)).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(queries), expected, rtol=1e-14)  # roundings of the factor


@pytest.mark.parametrize("scale", [1e-310, 1e-150, 1e150, 1e300])
def test_weights_by_distance_neither_overflow_nor_vanish(scale):
    model = KNeighborsClassifier(3, weights="distance", metric="manhattan").fit(LINE * scale, SIDES)
    # from 7: 1, 2, 3 as on paper; multiples of 1e-310 hold four digits
    np.testing.assert_allclose(model.predict_proba([[7.0 * scale]]), [[3 / 11, 8 / 11]], rtol=1e-4)


# ---- steps


def test_a_prediction_is_a_search_and_a_vote_for_each_batch_of_queries(rng, monkeypatch):
    X, y, queries = rng.normal(size=(30, 2)), rng.integers(0, 3, size=30), rng.normal(size=(10, 2))
    model = KNeighborsClassifier(3).fit(X, y)
    expected = model.predict_proba(queries)
    monkeypatch.setattr(module, "BATCH", 4)
    path = record(model.steps(queries))
    assert [(s.name, s.rows.start, s.rows.stop) for s in path] == [
        ("search", 0, 4),
        ("vote", 0, 4),
        ("search", 4, 8),
        ("vote", 4, 8),
        ("search", 8, 10),
        ("vote", 8, 10),
    ]
    assert path[1].votes[0][:4].sum() == 4 * 3
    assert path[1].votes[0][4:].sum() == 0
    assert (path[-1].indices == model.kneighbors(queries)[1]).all()
    assert (path[-1].votes[0] / 3 == expected).all()
    assert (model.predict_proba(queries) == expected).all()
    own = KNeighborsClassifier(3).fit(X, y)
    assert (
        own.predict(None) == np.array([own.classes_[v.argmax()] for v in record(own.steps(None))[-1].votes[0]])
    ).all()


def test_a_batch_of_training_rows_leaves_the_right_rows_out(rng, monkeypatch):
    X, y = rng.integers(0, 3, size=(30, 2)).astype(float), rng.integers(0, 3, size=30)
    expected = KNeighborsClassifier(3).fit(X, y).predict_proba(None)
    monkeypatch.setattr(module, "BATCH", 7)
    assert (KNeighborsClassifier(3).fit(X, y).predict_proba(None) == expected).all()


def test_a_prediction_stopped_too_early_is_a_clear_error(rng, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 4)
    model = KNeighborsClassifier(3).fit(rng.normal(size=(9, 2)), np.arange(9) % 2)

    class StopAt(Listener):
        def __init__(self, name):
            self.name = name

        def see(self, step):
            return step.name == self.name

    for name, rows in (("search", 3), ("search", 6), ("vote", 6)):  # a batch holds four
        with listen(StopAt(name)), pytest.raises(RuntimeError, match="stopped before its last vote"):
            model.predict(rng.normal(size=(rows, 2)))
    with listen(StopAt("vote")):
        assert model.predict(rng.normal(size=(3, 2))).shape == (3,)  # all have voted


def test_compiled_and_plain_votes_have_the_same_bits(rng):
    X, y, queries = rng.normal(size=(30, 2)), rng.integers(0, 3, size=30), rng.normal(size=(10, 2))
    for weights in WEIGHTS.values():
        model = KNeighborsClassifier(5, weights=weights).fit(X, y)
        expected = model.predict_proba(queries).tobytes()
        with plain_python():
            assert model.predict_proba(queries).tobytes() == expected


# ---- edges and errors


def test_duplicates_of_a_query_outvote_all_others_and_vote_among_themselves():
    X = np.array([[0.0], [0.0], [0.0], [1e-150], [5.0]])
    y = np.array(["a", "b", "b", "c", "c"])
    model = KNeighborsClassifier(5, weights="distance").fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # no division by zero
        assert model.predict_proba([[0.0]]).tolist() == [[1 / 3, 2 / 3, 0.0]]
    assert model.predict([[0.0]]).tolist() == ["b"]
    near = KNeighborsClassifier(2, weights="distance").fit([[5e-324], [1.0]], ["a", "b"])
    assert near.predict_proba([[0.0]]).tolist() in ([[1.0, 0.0]], [[1.0, 5e-324]])  # 1 / 5e-324 is no float


def test_votes_that_tie_go_to_the_first_class():
    for labels in (["b", "a"], ["a", "b"]):
        model = KNeighborsClassifier(2).fit([[1.0], [3.0]], labels)
        assert model.predict([[2.0]]).tolist() == ["a"]


def test_one_class_is_always_predicted(rng):
    model = KNeighborsClassifier(3).fit(rng.normal(size=(9, 2)), ["only"] * 9)
    assert model.predict([[1e100, 0.0]]).tolist() == ["only"]
    assert model.predict_proba(None).tolist() == [[1.0]] * 9


def test_more_neighbours_than_rows_is_an_error_when_predicting_and_tells_the_remedy(rng):
    model = KNeighborsClassifier().fit(rng.normal(size=(4, 2)), [0, 1, 0, 1])
    with pytest.raises(ValueError, match="n_neighbors = 5, n_samples_fit = 4, n_samples = 2; ask for fewer"):
        model.predict(rng.normal(size=(2, 2)))


@pytest.mark.parametrize(
    ("weights", "kind", "message"),
    [
        ("nearest", ValueError, "weights='nearest' is not accepted; give one of 'uniform', 'distance', or None, or a"),
        (3, TypeError, "weights=3 is of type int"),
    ],
)
def test_wrong_weights_are_named(weights, kind, message):
    with pytest.raises(kind, match=message):
        KNeighborsClassifier(1, weights=weights).fit(LINE, SIDES)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (lambda d: d[:, :1], r"weights returned shape \(1, 1\); give a weight for each distance, \(1, 3\)"),
        (lambda d: d.ravel(), r"weights returned shape \(3,\)"),
        (lambda d: d * 0, "All neighbors of some sample is getting zero weights"),
        (lambda d: d - 2, r"weights returned -1.0; give a weight of 0 or more"),
        (lambda d: d * np.nan, "contains NaN"),
        (lambda d: d + np.inf, "contains infinity"),
        (lambda d: None, "None was given"),
    ],
)
def test_a_callable_that_gives_no_weights_is_named(weights, message):
    model = KNeighborsClassifier(3, weights=weights).fit(LINE, SIDES)
    with pytest.raises(ValueError, match=message):
        model.predict([[7.0]])


def test_huge_and_tiny_weights_are_shares_all_the_same():
    for size in (5e-324, 1e-300, 1e308):
        model = KNeighborsClassifier(3, weights=lambda d, size=size: np.full_like(d, size)).fit(LINE, SIDES)
        assert model.predict_proba([[7.0]]).tolist() == [[1 / 3, 2 / 3]]


def test_a_callable_that_changes_its_argument_changes_nothing_else():
    def spoil(distances):
        distances[:] = 1.0
        return distances

    model = KNeighborsClassifier(3, weights=spoil).fit(LINE, SIDES)
    assert record(model.steps([[7.0]]))[-1].distances.tolist() == [[1.0, 2.0, 3.0]]


def test_weights_by_a_negative_distance_are_refused():
    model = KNeighborsClassifier(3, weights="distance", metric=lambda x, y: -abs(float(x[0] - y[0])))
    with pytest.raises(ValueError, match="weights='distance' needs distances of 0 or more, but metric returned -7"):
        model.fit(LINE, SIDES).predict([[7.0]])
    assert model.set_params(weights="uniform").predict([[7.0]]).tolist() == ["left"]  # the farthest three


@pytest.mark.parametrize(
    ("y", "kind", "message"),
    [
        (None, ValueError, "requires y to be passed"),
        ([0, 1], ValueError, "inconsistent numbers of samples"),
        ([[0, 1]] * 2, ValueError, "inconsistent numbers of samples"),
        ([0.5] * 6, ValueError, "Unknown label type: continuous"),
        ([[0, 0.5]] * 6, ValueError, "y, column 1, holds 0.5"),
        ([[0, np.nan]] * 6, ValueError, "y, column 1, contains NaN"),
        (np.empty((6, 0)), ValueError, "y needs more columns"),
        (np.zeros((6, 1, 1)), ValueError, "1d array"),
        ([1, "a", None, 2, 3, 4], ValueError, "contains NaN or None"),
        (np.array([1, "a", 2, 3, 4, 5], dtype=object), TypeError, "mixes labels of kinds int, str"),
    ],
)
def test_wrong_labels_are_named(y, kind, message):
    with pytest.raises(kind, match=message):
        KNeighborsClassifier(1).fit(LINE, y)


def test_a_fit_that_fails_leaves_the_votes_of_the_one_before(rng):
    X = rng.normal(size=(6, 1))
    for y, other in ((SIDES, np.column_stack([SIDES, SIDES])), (np.column_stack([SIDES, SIDES]), SIDES)):
        model = KNeighborsClassifier(3).fit(LINE, y)
        expected = model.predict(LINE)
        for wrong in (other[:3], np.full(6, 0.5)):
            with pytest.raises(ValueError, match=r"inconsistent|continuous"):
                model.fit(X, wrong)
            assert (model.predict(LINE) == expected).all()
        with pytest.raises(TypeError, match="takes no parameter"):
            model.set_params(metric="cosine", metric_params={"w": 1}).fit(X, other)
        assert (model.set_params(metric="minkowski").predict(LINE) == expected).all()


def test_a_second_fit_forgets_the_first():
    model = KNeighborsClassifier(1).fit(LINE, np.column_stack([SIDES, SIDES]))
    assert model.predict(LINE).shape == (6, 2)
    model.fit(np.column_stack([LINE, LINE]), SIDES)
    assert model.predict([[3.0, 3.0]]).tolist() == ["right"]
    assert model.n_features_in_ == 2
    assert not model.outputs_2d_


def test_labels_and_rows_from_data_frames(rng):
    frame = pd.DataFrame({"x": LINE[:, 0]})
    model = KNeighborsClassifier(1).fit(frame, pd.Series(SIDES, index=np.arange(6)[::-1]))
    assert model.predict(frame).tolist() == SIDES.tolist()
    several = pd.DataFrame({"side": SIDES, "number": np.arange(6)})
    model.fit(frame, several)
    assert model.predict(frame).tolist() == several.to_numpy().tolist()
    assert [classes.tolist() for classes in model.classes_] == [["left", "right"], list(range(6))]


@pytest.mark.parametrize("outputs", [1, 2])
def test_rows_and_labels_changed_after_fitting_have_no_effect(outputs):
    X, y = LINE.copy(), np.arange(6) % 2 if outputs == 1 else np.column_stack([np.arange(6) % 2, np.arange(6)])
    expected = y.tolist()
    model = KNeighborsClassifier(1).fit(X, y)
    X[:], y[:] = -1.0, 0
    assert model.predict(LINE).tolist() == expected
