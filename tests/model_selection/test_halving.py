"""HalvingGridSearchCV and HalvingRandomSearchCV."""

import numpy as np
import pytest
import scipy.stats
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 (makes the reference importable)
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import check_estimator

from scratchml.core import BaseEstimator, clone, record
from scratchml.model_selection import (
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    KFold,
    LeaveOneOut,
    ShuffleSplit,
    StratifiedKFold,
    randint,
)
from tests.model_selection.models import NearestMean
from tests.model_selection.search_checks import check_same_fit, check_same_search, check_same_table
from tests.naive.model_selection import halving as naive
from tests.problems import name_of_case

TREE = DecisionTreeClassifier(random_state=0)
GRID = {"max_depth": [1, 2, 3, None], "min_samples_split": [2, 5]}


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    return X[order], y[order]


class Learner(BaseEstimator):
    """Scores `skill` times what it was given, minus what it costs to begin: the quick starter need not be the best."""

    def __init__(self, *, skill=1.0, start=0.0, effort=1):
        self.skill = skill
        self.start = start
        self.effort = effort

    def fit(self, X, y=None):
        self.n_features_in_ = 1
        return self

    def score(self, X, y=None):
        return self.skill * self.effort - self.start


# ---- by hand


def test_the_slow_starter_wins_only_if_it_survives():
    # at effort 1: scores 1, 2 - 2 = 0, 3 - 8 = -5; at effort 3: the two best give 3 and 6 - 2 = 4
    grid = [{"skill": [1.0], "start": [0.0]}, {"skill": [2.0], "start": [2.0]}, {"skill": [3.0], "start": [8.0]}]
    search = HalvingGridSearchCV(
        Learner(), grid, resource="effort", min_resources=1, max_resources=3, factor=1.5, cv=2, return_train_score=False
    )
    search.fit(np.zeros((4, 1)))
    table = search.cv_results_
    assert search.n_candidates_ == [3, 2, 2]  # ceil(3 / 1.5), ceil(2 / 1.5)
    assert search.n_resources_ == [1, 1, 2]  # 1, floor(1.5), floor(2.25)
    assert table["iter"].tolist() == [0, 0, 0, 1, 1, 2, 2]
    assert table["n_resources"].tolist() == [1, 1, 1, 1, 1, 2, 2]
    np.testing.assert_array_equal([1, 0, -5, 0, 1, 2, 2], table["mean_test_score"])
    assert search.best_index_ == 5  # of equals in the last round the first
    assert search.best_params_ == {"skill": 2.0, "start": 2.0, "effort": 2}
    assert search.n_remaining_candidates_ == 2


def test_rows_are_the_default_resource():
    X, y = np.arange(60.0)[:, None], np.repeat([0, 1], 30)
    search = HalvingGridSearchCV(NearestMean(), {"shift": [0.0, 50.0, 30.0]}, cv=2, random_state=0).fit(X, y)
    assert (search.n_candidates_, search.n_resources_) == ([3, 1], [20, 60])
    assert search.best_params_ == {"shift": 0.0}
    smallest = clone(search).set_params(min_resources="smallest").fit(X, y)
    assert smallest.n_resources_ == [8, 24]  # 2 folds, 2 classes, 2 rows each


def test_several_labels_count_the_column_with_most_classes():
    X, y = np.arange(60.0)[:, None], np.column_stack([np.arange(60) % 2, np.arange(60) % 5])
    search = HalvingGridSearchCV(
        KNeighborsClassifier(),
        {"n_neighbors": [1, 3, 4]},
        cv=2,
        min_resources="smallest",
        scoring=lambda model, X, y: float((model.predict(X) == y).mean()),
    )
    assert search.fit(X, y).n_resources_ == [20, 60]  # 2 folds, 5 classes, 2 rows each


# ---- naive twin


@given(skills=st.lists(st.integers(-50, 50), min_size=2, max_size=20, unique=True), factor=st.integers(2, 4))
def test_halving_is_the_loop_that_counts(skills, factor):
    settings = [{"skill": float(skill)} for skill in skills]
    most = 3 * factor**5  # plenty, and no power of the factor, so that no logarithm is rounded
    winner, seen = naive.halve(settings, lambda setting, effort: setting["skill"] * effort, 1, most, factor)
    search = HalvingGridSearchCV(
        Learner(), {"skill": [s["skill"] for s in settings]}, resource="effort", min_resources=1, max_resources=most,
        factor=factor, cv=2,
    )  # fmt: skip
    search.fit(np.zeros((4, 1)))
    tried = [
        [p["skill"] for p, i in zip(search.cv_results_["params"], search.cv_results_["iter"]) if i == round_]
        for round_ in range(search.n_iterations_)
    ]
    if len(skills) in {factor**i for i in range(1, 6)}:  # there log(m, q) may be rounded down: one round less
        seen = seen[: len(tried)]
    assert [[s["skill"] for s in settings] for settings in seen] == tried
    assert search.best_params_["skill"] == winner["skill"]


# ---- outside reference


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"cv": 3, "factor": 1.7, "min_resources": "smallest"},
        {"cv": 3, "factor": 2, "return_train_score": False},
        {"cv": 3, "min_resources": 30, "max_resources": 60, "aggressive_elimination": True},
        {"cv": 2, "scoring": "neg_log_loss", "refit": False},
        {"cv": reference.ShuffleSplit(3, random_state=3), "min_resources": 40},
    ],
    ids=lambda how: ",".join(how) or "defaults",
)
def test_halving_a_grid_is_scikit_learns(iris, how):
    how = {**how, "random_state": 3}
    check_same_fit(reference.HalvingGridSearchCV, HalvingGridSearchCV, TREE, GRID, X=iris[0], y=iris[1], **how)


@pytest.mark.parametrize(
    "how",
    [
        {"cv": 3},
        {"cv": 3, "n_candidates": 12, "min_resources": "exhaust", "factor": 2},
        {"cv": 3, "n_candidates": 9, "max_resources": 100},
    ],
    ids=lambda how: ",".join(how),
)
def test_halving_random_settings_is_scikit_learns(iris, how):
    how = {**how, "random_state": 4}
    settings = {"max_depth": scipy.stats.randint(1, 9), "ccp_alpha": scipy.stats.uniform(0, 0.1)}
    check_same_fit(reference.HalvingRandomSearchCV, HalvingRandomSearchCV, TREE, settings, X=iris[0], y=iris[1], **how)


def test_another_resource_is_scikit_learns(iris):
    how = {"resource": "n_estimators", "max_resources": 9, "n_candidates": 5, "cv": 2, "random_state": 0}
    forest, settings = RandomForestClassifier(random_state=0), {"max_depth": scipy.stats.randint(1, 6)}
    check_same_fit(
        reference.HalvingRandomSearchCV, HalvingRandomSearchCV, forest, settings, X=iris[0], y=iris[1], **how
    )


@pytest.mark.parametrize("resource", ["n_samples", "n_estimators"])
def test_a_random_state_moves_on_as_scikit_learns_does(iris, resource):
    how = {"cv": 3, "n_candidates": 4, "resource": resource, "max_resources": "auto" if resource == "n_samples" else 6}
    forest, settings = RandomForestClassifier(3, random_state=0), {"max_depth": scipy.stats.randint(1, 6)}
    expected = reference.HalvingRandomSearchCV(forest, settings, random_state=np.random.RandomState(3), **how)
    found = HalvingRandomSearchCV(forest, settings, random_state=np.random.RandomState(3), **how)
    check_same_search(expected.fit(*iris), found.fit(*iris), iris[0])


@pytest.mark.filterwarnings("ignore")  # the checks provoke and catch warnings of their own
def test_scikit_learns_checks_pass_with_its_estimator_inside():
    search = HalvingGridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2, min_resources="smallest", random_state=0)
    told = check_estimator(search, on_skip=None, on_fail=None)
    failed = {one["check_name"]: one["exception"] for one in told if one["status"] not in ("passed", "skipped")}
    assert not failed  # scikit-learn's own halving searches fail several of these


# ---- laws


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_the_number_of_threads_changes_nothing(iris, n_jobs):
    alone = HalvingGridSearchCV(NearestMean(), {"shift": list(range(9))}, cv=2, random_state=3).fit(*iris)
    together = clone(alone).set_params(n_jobs=n_jobs).fit(*iris)
    check_same_table(alone.cv_results_, together.cv_results_)


def test_the_winner_is_the_best_of_the_last_round_not_of_all(iris):
    search = HalvingGridSearchCV(TREE, GRID, cv=3, random_state=0).fit(*iris)
    last = search.cv_results_["iter"] == search.n_iterations_ - 1
    assert last[search.best_index_]
    assert search.best_score_ == search.cv_results_["mean_test_score"][last].max()


def test_each_round_tries_the_best_of_the_one_before(iris):
    search = HalvingGridSearchCV(TREE, {"max_depth": list(range(1, 12))}, cv=2, factor=2, random_state=1).fit(*iris)
    table = search.cv_results_
    for i in range(1, search.n_iterations_):
        before, now = table["iter"] == i - 1, table["iter"] == i
        kept = {p["max_depth"] for p, there in zip(table["params"], now) if there}
        scores = dict(zip(table["param_max_depth"][before].tolist(), table["mean_test_score"][before]))
        dropped = set(scores) - kept
        assert kept < set(scores)
        assert min(scores[depth] for depth in kept) >= max(scores[depth] for depth in dropped)


def test_steps_tell_round_and_resource():
    X, y = np.arange(60.0)[:, None], np.repeat([0, 1], 30)
    search = HalvingGridSearchCV(NearestMean(), {"shift": [0.0, 50.0, 30.0]}, cv=2, random_state=0)
    steps = record(search.steps(X, y))
    assert [step.iteration for step in steps] == [1, 2, 3, 4]
    assert [step.more["iter"] for step in steps] == [0, 0, 0, 1]
    assert [step.more["n_resources"] for step in steps] == [20, 20, 20, 60]


def test_a_refit_function_chooses_the_winner(iris):
    search = HalvingGridSearchCV(TREE, GRID, cv=3, random_state=0, refit=lambda table: 1).fit(*iris)
    assert search.best_index_ == 1
    assert search.best_params_ == search.cv_results_["params"][1]


# ---- edges and errors


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"cv": KFold(3, shuffle=True)}, "consistent folds"),
        ({"cv": ShuffleSplit(3)}, "consistent folds"),
        ({"cv": StratifiedKFold(3, shuffle=True, random_state=np.random.RandomState(0))}, "consistent folds"),
        ({"resource": "n_trees"}, r"resource='n_trees'.*NearestMean.*\['shift'\]"),
        ({"resource": "shift"}, "max_resources='auto'"),
        ({"resource": "shift", "max_resources": 9}, "part of the searched"),
        ({"min_resources": 151}, r"min_resources_=151 is greater than max_resources_=150"),
        ({"cv": LeaveOneOut(), "min_resources": 50}, "leaves none of a fold"),
        ({"param_grid": []}, "no candidate"),
        ({"param_grid": {"size": [1]}}, "'size'"),
        ({"factor": 1}, "factor"),
        ({"factor": 0.5}, "factor"),
        ({"max_resources": 0}, "max_resources"),
        ({"min_resources": "least"}, "min_resources"),
        ({"scoring": "nonsense"}, "nonsense"),
    ],
    ids=name_of_case,
)
def test_a_wrong_value_is_named(iris, params, match):
    search = HalvingGridSearchCV(NearestMean(), {"shift": [0.0, 1.0]}).set_params(**params)
    with pytest.raises(ValueError, match=match):
        search.fit(*iris)


def test_several_metrics_are_refused(iris):
    with pytest.raises(TypeError, match="scoring"):
        HalvingGridSearchCV(NearestMean(), {"shift": [0.0]}, scoring=["accuracy"], refit="accuracy").fit(*iris)
    search = HalvingGridSearchCV(
        NearestMean(), {"shift": [0.0]}, cv=2, scoring=lambda model, X, y: {"a": 1.0, "b": 2.0}
    )
    with pytest.raises(ValueError, match=r"halves by one metric.*\['a', 'b'\]"):
        search.fit(*iris)


def test_both_exhausted_is_refused(iris):
    search = HalvingRandomSearchCV(NearestMean(), {"shift": randint(0, 9)}, min_resources="exhaust")
    with pytest.raises(ValueError, match="both set to 'exhaust'"):
        search.fit(*iris)


def test_if_all_fits_of_a_round_fail_the_search_ends():
    class Broken(Learner):
        def fit(self, X, y=None):
            raise RuntimeError("broken")

    search = HalvingGridSearchCV(Broken(), {"skill": [1.0, 2.0, 3.0]}, cv=2, min_resources=4)
    with pytest.raises(ValueError, match=r"(?s)All the 6 fits failed.*broken"):
        search.fit(np.zeros((40, 1)))
