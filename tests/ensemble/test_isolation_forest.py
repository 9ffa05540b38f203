"""IsolationForest: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.ensemble as reference

import tests.naive.ensemble.isolation_forest as naive
from scratchml.core import record
from scratchml.ensemble import IsolationForest
from scratchml.ensemble.isolation_forest import mean_path


@pytest.fixture
def points(rng):
    """Return 300 rows, the first of which lies far from the others."""
    X = rng.normal(size=(300, 4))
    X[0] = 8.0
    return X


# ---- by hand


def test_mean_paths_on_paper():
    assert mean_path(np.array([0, 1, 2])).tolist() == [0.0, 0.0, 1.0]
    assert mean_path(np.array([3.0]))[0] == pytest.approx(2 * (np.log(2) + np.euler_gamma) - 4 / 3, rel=1e-15)


def test_two_rows_on_paper():
    # one question parts them: path 1 + c(1) = 1 for both, c(2) = 1, so the score is -2^-1
    model = IsolationForest(n_estimators=3, random_state=0).fit([[0.0], [1.0]])
    assert model.score_samples([[0.0], [1.0]]).tolist() == [-0.5, -0.5]


# ---- naive twin


def test_the_naive_score_is_the_same(points):
    model = IsolationForest(n_estimators=20, max_samples=64, random_state=1).fit(points)
    trees, rows = [tree.tree_ for tree in model], points.astype(np.float32).astype(float)
    expected = [naive.score(trees, row, 64) for row in rows]
    np.testing.assert_allclose(model.score_samples(points), expected, rtol=1e-13)  # another order of sums


# ---- outside reference


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"max_samples": 0.5, "contamination": 0.1},
        {"max_features": 2, "bootstrap": True},
        {"max_samples": 2},
        {"max_samples": 300},
    ],
    ids=str,
)
def test_scikit_learns_forest_and_scores(points, weighted, how):
    weight = np.arange(1.0, 301) if weighted else None
    models = [kind(n_estimators=15, random_state=3, **how) for kind in (IsolationForest, reference.IsolationForest)]
    ours, theirs = (model.fit(points, sample_weight=weight) for model in models)
    for a, b in zip(ours.estimators_, theirs.estimators_):
        assert a.random_state == b.random_state
        np.testing.assert_array_equal(a.tree_.threshold, b.tree_.threshold)
        np.testing.assert_array_equal(a.tree_.n_node_samples, b.tree_.n_node_samples)
    for name in ("estimators_features_", "estimators_samples_"):
        for a, b in zip(getattr(ours, name), getattr(theirs, name)):
            np.testing.assert_array_equal(a, b)
    assert ours.max_samples_ == theirs.max_samples_
    np.testing.assert_allclose(ours.score_samples(points), theirs.score_samples(points), rtol=1e-13)  # powers
    assert ours.offset_ == pytest.approx(theirs.offset_, rel=1e-13)
    np.testing.assert_array_equal(ours.predict(points), theirs.predict(points))


# ---- laws


def test_the_far_row_is_the_first_to_be_isolated(points):
    model = IsolationForest(random_state=0, contamination=0.01).fit(points)
    assert model.score_samples(points).argmin() == 0
    assert model.predict(points)[0] == -1
    assert (model.predict(points) == -1).sum() == 3  # one in a hundred of 300


def test_any_number_of_threads_gives_the_same_bits(points):
    models = [IsolationForest(n_estimators=10, random_state=1, n_jobs=jobs).fit(points) for jobs in (1, 3)]
    found = [model.score_samples(points) for model in models]
    assert (found[0] == found[1]).all()


def test_scores_do_not_change_when_a_feature_is_scaled_by_a_power_of_two(points):
    scaled = points * np.array([1.0, 2.0, 0.25, 1024.0])
    expected = IsolationForest(n_estimators=10, random_state=1).fit(points).score_samples(points)
    assert (IsolationForest(n_estimators=10, random_state=1).fit(scaled).score_samples(scaled) == expected).all()


def test_a_warm_start_grows_what_one_fit_would(points):
    warm = IsolationForest(n_estimators=4, random_state=2, warm_start=True).fit(points)
    warm.set_params(n_estimators=9).fit(points)
    whole = IsolationForest(n_estimators=9, random_state=2).fit(points)
    assert (warm.score_samples(points) == whole.score_samples(points)).all()


def test_steps_show_each_tree(points):
    steps = record(IsolationForest(n_estimators=3, max_samples=16, random_state=0).steps(points))
    assert [(step.name, step.iteration, len(step.rows)) for step in steps] == [("tree", b, 16) for b in (1, 2, 3)]


# ---- edges and errors


def test_equal_rows_are_all_alike():
    model = IsolationForest(n_estimators=3).fit(np.ones((5, 2)))
    scores = model.score_samples(np.ones((3, 2)))
    assert (scores == scores[0]).all()
    assert model.predict([[1.0, 1.0]]).tolist() == [1]


def test_missing_values_pass(points):
    points[::5, 1] = np.nan
    assert np.isfinite(IsolationForest(n_estimators=5).fit(points).score_samples(points)).all()


def test_messages_name_the_remedy(points):
    with pytest.raises(ValueError, match="max_features"):
        IsolationForest(max_features=9).fit(points)
    with pytest.warns(UserWarning, match="max_samples"):
        IsolationForest(n_estimators=1, max_samples=999).fit(points)
    with pytest.raises(ValueError, match="n_estimators"):
        IsolationForest(n_estimators=3, warm_start=True).fit(points).set_params(n_estimators=1).fit(points)
    with pytest.warns(UserWarning, match="does not fit new trees"):
        IsolationForest(n_estimators=1, warm_start=True).fit(points).fit(points)
    with pytest.raises(ValueError, match="bootstrap=True"):
        IsolationForest().fit(points, sample_weight=np.eye(300)[0])
