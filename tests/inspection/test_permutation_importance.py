import numpy as np
import pandas as pd
import pytest
import sklearn.inspection as reference
from sklearn.ensemble import RandomForestClassifier as TheirForest

from scratchml.ensemble import RandomForestClassifier
from scratchml.inspection import permutation_importance
from scratchml.linear_model import LinearRegression
from scratchml.metrics import make_scorer, mean_squared_error
from scratchml.tree import DecisionTreeClassifier, DecisionTreeRegressor
from tests.naive.inspection import permutation_importance as naive
from tests.problems import name_of_case

PARTS = ("importances", "importances_mean", "importances_std")


@pytest.fixture
def fitted(rng):
    X = rng.normal(size=(150, 4))
    y = (X[:, 0] + 0.5 * X[:, 1] > 0).astype(int)
    return RandomForestClassifier(5, random_state=0).fit(X, y), X, y, rng.random(150)


# ---- by hand


def test_a_shuffled_column_costs_what_its_rows_then_miss():
    model = DecisionTreeRegressor().fit([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]], [0.0, 10.0, 20.0])
    X, y = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]]), [0.0, 10.0, 20.0]
    found = permutation_importance(model, X, y, scoring="neg_mean_squared_error", n_repeats=3, random_state=4)
    rng, order, seen = np.random.RandomState(np.random.RandomState(4).randint(2**31)), np.arange(3), np.arange(3)
    for r in range(3):
        rng.shuffle(order)
        seen = seen[order]  # each shuffle goes on from the last one
        assert found.importances[0, r] == np.mean((10.0 * seen - y) ** 2)
    assert not found.importances[1].any()


# ---- naive twin


def test_lists_shuffled_one_by_one_give_the_same_importances(rng):
    X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    model = DecisionTreeRegressor(max_depth=4).fit(X, y)
    seed = int(np.random.RandomState(7).randint(2**31))
    expected = naive.permutation_importance(lambda rows: model.score(rows, y), X.tolist(), seed, 4)
    found = permutation_importance(model, X, y, n_repeats=4, random_state=7)
    assert found.importances.tolist() == expected
    np.testing.assert_allclose(found.importances_mean, np.mean(expected, axis=1), rtol=1e-15)
    np.testing.assert_allclose(found.importances_std, np.std(expected, axis=1), rtol=1e-15)


# ---- outside reference


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"n_repeats": 2, "n_jobs": 2},
        {"scoring": "balanced_accuracy"},
        {"weighted": True},
        {"max_samples": 0.5, "weighted": True},
        {"max_samples": 1},
        {"max_samples": 149},
        {"random_state": np.random.RandomState(5)},
    ],
    ids=name_of_case,
)
def test_the_same_seed_gives_scikit_learns_numbers(fitted, how):
    model, X, y, weight = fitted
    how = {"random_state": 3, "sample_weight": weight if how.get("weighted") else None, **how}
    how.pop("weighted", None)
    ours, theirs = dict(how), {**how, "n_jobs": None}  # processes take seconds to start
    if not isinstance(how["random_state"], int):
        ours["random_state"], theirs["random_state"] = np.random.RandomState(5), np.random.RandomState(5)
    found = permutation_importance(model, X, y, **ours)
    expected = reference.permutation_importance(model, X, y, **theirs)
    for part in PARTS:
        assert found[part].tolist() == expected[part].tolist()


def test_several_scores_come_in_a_dict_and_may_come_from_one_callable(fitted):
    model, X, y, _ = fitted
    names = ["accuracy", "balanced_accuracy"]
    found = permutation_importance(model, X, y, scoring=names, random_state=1)
    expected = reference.permutation_importance(model, X, y, scoring=names, random_state=1)
    assert set(found) == set(expected)
    for name in names:
        assert found[name].importances.tolist() == expected[name].importances.tolist()

    def two(model, X, y):
        return {"twice": 2 * model.score(X, y), "once": model.score(X, y)}

    found = permutation_importance(model, X, y, scoring=two, random_state=1)
    np.testing.assert_allclose(found["twice"].importances, 2 * found["once"].importances, rtol=1e-15)


def test_data_frames_are_shuffled_column_by_column(fitted):
    _, X, y, _ = fitted
    for columns in (list("abcd"), [0, 1, 2, 3]):
        frame = pd.DataFrame(X, columns=columns, index=np.arange(150) * 7)
        model, before = TheirForest(5, random_state=0).fit(frame, y), frame.copy()
        for max_samples in (1.0, 0.4):
            found = permutation_importance(model, frame, pd.Series(y), random_state=2, max_samples=max_samples)
            expected = reference.permutation_importance(model, frame, y, random_state=2, max_samples=max_samples)
            assert found.importances.tolist() == expected.importances.tolist()
        pd.testing.assert_frame_equal(frame, before)


# ---- laws


def test_a_column_that_is_not_used_costs_nothing_and_threads_change_nothing(rng):
    X = np.column_stack([rng.normal(size=(80, 2)), np.full(80, 3.0)])
    model = LinearRegression().fit(X, X[:, 0] - X[:, 1])
    model.coef_[1] = 0.0
    one, four = (permutation_importance(model, X, X[:, 0] - X[:, 1], random_state=0, n_jobs=jobs) for jobs in (1, 4))
    assert not one.importances[1:].any()
    assert one.importances_mean[0] > 0.5
    assert one.importances.tobytes() == four.importances.tobytes()


# ---- edges and errors


def test_the_inputs_stay_as_they_are(fitted):
    model, X, y, weight = fitted
    copies = X.copy(), y.copy(), weight.copy()
    permutation_importance(model, X, y, sample_weight=weight, n_repeats=1)
    for given, copy in zip((X, y, weight), copies):
        np.testing.assert_array_equal(given, copy)


def test_missing_values_words_and_no_targets_are_welcome(rng):
    X = np.array([["a", 1.0], ["b", 2.0], ["a", 3.0]], dtype=object)

    class Lengths:
        def fit(self, X):
            return self

        def score(self, X, y=None):
            return float(np.sum([row[1] * (row[0] == "a") for row in X]))

    found = permutation_importance(Lengths(), X, None, random_state=0)
    assert found.importances.shape == (2, 5)
    holes = np.where(rng.random((40, 2)) < 0.3, np.nan, rng.normal(size=(40, 2)))
    model = DecisionTreeClassifier().fit(holes, np.arange(40) % 2)
    assert np.isfinite(permutation_importance(model, holes, np.arange(40) % 2).importances).all()


@pytest.mark.parametrize(
    ("how", "kind", "message"),
    [
        ({"n_repeats": 0}, ValueError, "n_repeats"),
        ({"n_repeats": 1.5}, TypeError, "n_repeats"),
        ({"max_samples": 0.0}, ValueError, "max_samples"),
        ({"max_samples": 1.5}, ValueError, "max_samples"),
        ({"max_samples": 151}, ValueError, "max_samples must be|max_samples=151 means"),
        ({"max_samples": 0.001}, ValueError, "means 0 rows"),
        ({"random_state": "seed"}, TypeError, "random_state"),
        ({"scoring": "goodness"}, ValueError, "goodness"),
        ({"scoring": mean_squared_error}, ValueError, "make_scorer"),
        ({"sample_weight": [1.0, 2.0]}, ValueError, "sample_weight"),
        ({"n_jobs": 0}, ValueError, "n_jobs"),
        ({"y": [1, 0]}, ValueError, "150 rows, but y has 2"),
        ({"X": [1.0, 2.0]}, ValueError, "Expected 2D array"),
        ({"X": np.empty((0, 4))}, ValueError, "at least one row"),
    ],
)
def test_wrong_arguments_are_named(fitted, how, kind, message):
    model, X, y, _ = fitted
    given = {"X": X, "y": y, **how}
    with pytest.raises(kind, match=message):
        permutation_importance(model, given.pop("X"), given.pop("y"), **given)
    with pytest.raises(TypeError, match="estimator"):
        permutation_importance("forest", X, y)


def test_a_scorer_of_ones_own_serves(fitted):
    model, X, y, _ = fitted
    loss = make_scorer(mean_squared_error, greater_is_better=False)
    found = permutation_importance(model, X, y, scoring=loss, random_state=0)
    expected = permutation_importance(model, X, y, random_state=0)  # accuracy: one minus the mean square of 0 and 1
    np.testing.assert_allclose(found.importances, expected.importances, rtol=0, atol=1e-15)  # rounding
