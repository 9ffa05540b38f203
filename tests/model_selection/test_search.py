"""GridSearchCV and RandomizedSearchCV."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import scipy.stats
import sklearn.metrics
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils.estimator_checks import check_estimator

from scratchml.core import FitFailedWarning, NotFittedError, clone, listen, record
from scratchml.core.tags import get_tags
from scratchml.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
    uniform,
)
from tests.model_selection.models import FailsOn, Mean, NearestMean
from tests.model_selection.search_checks import check_same_fit, check_same_table
from tests.naive.model_selection import search as naive

TREE = DecisionTreeClassifier(random_state=0)
GRID = {"max_depth": [1, 3], "min_samples_split": [2, 40]}


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    return X[order], y[order]


class Constant(Mean):
    """Predicts `value`, whatever it was fitted on; has nothing but what it needs."""

    def __init__(self, *, value=0.0):
        self.value = value

    def predict(self, X):
        return np.full(len(X), float(self.value))


class Shifted(NearestMean):
    """Fails to fit for a negative shift."""

    def fit(self, X, y, sample_weight=None):
        if self.shift < 0:
            raise RuntimeError("a negative shift")
        return super().fit(X, y, sample_weight)


# ---- by hand


def test_three_candidates_by_hand():
    # targets 0, 2 | 4, 6. Squared error of value c: fold 1: (c^2 + (c - 2)^2) / 2, fold 2: ((c - 4)^2 + (c - 6)^2) / 2
    # c = 1: 1 and 17, mean 9. c = 3: 5 and 5, mean 5. c = 4: 10 and 2, mean 6
    y = np.array([0.0, 2.0, 4.0, 6.0])
    search = GridSearchCV(Constant(), {"value": [1, 3, 4]}, cv=2, scoring="neg_mean_squared_error")
    table = search.fit(np.zeros((4, 1)), y).cv_results_
    np.testing.assert_array_equal([-1.0, -5.0, -10.0], table["split0_test_score"])
    np.testing.assert_array_equal([-17.0, -5.0, -2.0], table["split1_test_score"])
    np.testing.assert_array_equal([-9.0, -5.0, -6.0], table["mean_test_score"])
    np.testing.assert_array_equal([8.0, 0.0, 4.0], table["std_test_score"])
    np.testing.assert_array_equal([3, 1, 2], table["rank_test_score"])
    assert (search.best_index_, search.best_score_, search.best_params_) == (1, -5.0, {"value": 3})
    np.testing.assert_array_equal([3.0], search.predict([[7.0]]))
    assert search.best_estimator_.mean_ == 3.0  # fitted on all rows
    assert search.score(np.zeros((1, 1)), [5.0]) == -4.0


def test_the_first_of_equals_wins():
    search = GridSearchCV(Constant(), {"value": [5, 1, 1.0]}, cv=2, scoring="neg_mean_squared_error")
    search.fit(np.zeros((4, 1)), [1.0, 1.0, 1.0, 1.0])
    assert search.best_index_ == 1
    assert search.cv_results_["rank_test_score"].tolist() == [3, 1, 1]


def test_one_step_for_each_candidate():
    search = GridSearchCV(Constant(), {"value": [1, 3, 4]}, cv=2, scoring="neg_mean_squared_error")
    steps = record(search.steps(np.zeros((4, 1)), [0.0, 2.0, 4.0, 6.0]))
    assert [step.name for step in steps] == ["candidate"] * 3
    assert [step.iteration for step in steps] == [1, 2, 3]
    assert [step.params for step in steps] == [{"value": 1}, {"value": 3}, {"value": 4}]
    assert [step.score for step in steps] == [-9.0, -5.0, -6.0]
    assert [fold["test_scores"]["score"] for fold in steps[2].folds] == [-10.0, -2.0]
    assert not hasattr(search, "best_params_")


# ---- naive twin


@given(seed=st.integers(0, 999), k=st.integers(2, 5), shifts=st.lists(st.floats(-3, 3), min_size=1, max_size=4))
def test_a_grid_search_is_the_nested_loops(seed, k, shifts):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 2)), np.tile([0, 1, 1], 10)
    splits = list(StratifiedKFold(k, shuffle=True, random_state=seed).split(X, y))
    settings = [{"shift": shift} for shift in shifts]
    table, means, deviations, ranks, best = naive.grid_search(NearestMean(), settings, X, y, splits)
    search = GridSearchCV(NearestMean(), {"shift": shifts}, cv=splits).fit(X, y)
    np.testing.assert_array_equal(table, np.array([search.cv_results_[f"split{i}_test_score"] for i in range(k)]).T)
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], means, rtol=1e-14)  # order of a sum of five
    np.testing.assert_allclose(search.cv_results_["std_test_score"], deviations, atol=1e-14)  # likewise
    if len(set(np.round(means, 12))) == len(set(search.cv_results_["mean_test_score"])):  # no tie made by rounding
        np.testing.assert_array_equal(ranks, search.cv_results_["rank_test_score"])
        assert search.best_index_ == best


# ---- outside reference


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"cv": 3, "return_train_score": True},
        {"refit": False},
        {"refit": lambda table: 3},
        {"scoring": "neg_log_loss"},
        {"scoring": ["accuracy", "f1_macro"], "refit": "f1_macro", "return_train_score": True},
        {"scoring": {"a": "accuracy", "r": sklearn.metrics.get_scorer("roc_auc_ovr")}, "refit": False},
        {"scoring": lambda model, X, y: {"b": float(model.score(X, y)), "a": 1.0}, "refit": "b"},
        {"scoring": ("accuracy", "recall_macro"), "refit": lambda table: int(table["mean_test_accuracy"].argmin())},
        {"cv": reference.ShuffleSplit(4, random_state=1)},
        {"cv": reference.RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=5)},
    ],
    ids=lambda how: ",".join(how) or "defaults",
)
def test_the_table_is_scikit_learns(iris, how):
    check_same_fit(reference.GridSearchCV, GridSearchCV, TREE, GRID, X=iris[0], y=iris[1], **how)


def test_masked_parameters_are_scikit_learns(iris):
    grids = [
        {"kernel": ["linear"]},
        {"C": [0.1, 1, 10], "gamma": ["scale", 0.1]},
        {"class_weight": [None, {0: 2}], "C": [1.5]},
    ]
    check_same_fit(reference.GridSearchCV, GridSearchCV, SVC(), grids, X=iris[0], y=iris[1], cv=3)


def test_a_pipeline_whose_steps_are_searched_is_scikit_learns(iris):
    pipeline = Pipeline([("scale", StandardScaler()), ("model", TREE)])
    grids = [
        {"scale": [StandardScaler(), MinMaxScaler(), "passthrough"], "model__max_depth": [1, 3]},
        {"model": [KNeighborsClassifier()], "model__n_neighbors": [1, 5]},
    ]
    given_scaler = grids[0]["scale"][0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = reference.GridSearchCV(pipeline, grids, cv=3).fit(*iris)
    found = GridSearchCV(pipeline, grids, cv=3).fit(*iris)
    for name in ("split0_test_score", "split2_test_score", "mean_test_score", "std_test_score", "rank_test_score"):
        np.testing.assert_array_equal(expected.cv_results_[name], found.cv_results_[name])
    assert not hasattr(given_scaler, "mean_")  # what the grid holds is cloned before it is fitted
    assert not hasattr(grids[1]["model"][0], "classes_")


def test_regression_weights_and_groups_are_scikit_learns():
    X, y = load_diabetes(return_X_y=True)
    groups = np.arange(len(y)) % 7
    weight = np.linspace(0.5, 2, len(y))
    model, grid = DecisionTreeRegressor(random_state=0), {"max_depth": [1, 2, 4]}
    how = {"scoring": "neg_mean_absolute_error", "cv": reference.GroupKFold(3)}
    expected = reference.GridSearchCV(model, grid, **how).fit(X, y, groups=groups, sample_weight=weight)
    found = GridSearchCV(model, grid, **{**how, "cv": GroupKFold(3)}).fit(X, y, groups=groups, sample_weight=weight)
    for name, column in expected.cv_results_.items():
        if "test" in name:  # our mean of absolute errors sums in another order
            np.testing.assert_allclose(found.cv_results_[name], column, rtol=1e-13, err_msg=name)
    np.testing.assert_array_equal(expected.predict(X), found.predict(X))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    "distributions",
    [
        GRID,
        {
            "max_depth": scipy.stats.randint(1, 9),
            "min_samples_split": [2, 3, 4],
            "ccp_alpha": scipy.stats.uniform(0, 0.1),
        },
        [{"ccp_alpha": scipy.stats.uniform(0, 0.1)}, {"max_depth": [1, 2]}],
        {"max_depth": list(range(1, 40)), "min_samples_split": list(range(2, 60))},
    ],
    ids=["lists", "distributions", "several", "many"],
)
def test_random_candidates_are_scikit_learns(iris, distributions, seed):
    how = {"n_iter": 5, "random_state": seed, "cv": 3}
    check_same_fit(reference.RandomizedSearchCV, RandomizedSearchCV, TREE, distributions, X=iris[0], y=iris[1], **how)


def test_failing_candidates_are_ranked_as_scikit_learn_ranks_them(iris):
    grid = {"max_depth": [-1, 2], "min_samples_split": [2, -3]}  # three of four cannot be fitted
    found = check_same_fit(
        reference.GridSearchCV, GridSearchCV, TREE, grid, X=iris[0], y=iris[1], return_train_score=True
    )
    assert found.cv_results_["rank_test_score"].tolist() == [2, 2, 1, 2]
    check_same_fit(reference.GridSearchCV, GridSearchCV, TREE, grid, X=iris[0], y=iris[1], error_score=0.125)
    both_scores = {"scoring": lambda model, X, y: {"one": 1.0, "two": model.score(X, y)}, "refit": "two"}
    check_same_fit(reference.GridSearchCV, GridSearchCV, TREE, grid, X=iris[0], y=iris[1], **both_scores)


def test_a_precomputed_matrix_is_cut_by_rows_and_columns(iris):
    X, y = iris
    distances = np.sqrt(((X[:, None] - X[None]) ** 2).sum(axis=2))
    how = {"cv": 3, "refit": True}
    model, grid = KNeighborsClassifier(metric="precomputed"), {"n_neighbors": [1, 5]}
    found = check_same_fit(reference.GridSearchCV, GridSearchCV, model, grid, X=distances, y=y, **how)
    assert get_tags(found).pairwise


def test_text_frames_lists_and_sparse_matrices_are_searched(iris):
    words = ["red green", "red", "green blue", "blue blue", "red red", "blue", "green red", "blue green"] * 3
    labels = np.array([0, 0, 1, 1, 0, 1, 0, 1] * 3)
    pipeline = make_pipeline(CountVectorizer(), LogisticRegression())
    check_same_fit(
        reference.GridSearchCV, GridSearchCV, pipeline, {"logisticregression__C": [0.1, 1]}, X=words, y=labels, cv=3
    )
    X, y = iris
    grid = {"max_depth": [1, 3]}
    whole = GridSearchCV(TREE, grid, cv=3).fit(X, y)
    for other in (X.tolist(), pd.DataFrame(X), scipy.sparse.coo_matrix(X)):
        check_same_table(whole.cv_results_, GridSearchCV(TREE, grid, cv=3).fit(other, y.tolist()).cv_results_)


def test_a_clusterer_is_searched_without_targets(iris):
    model = KMeans(n_init=1, random_state=0)
    check_same_fit(reference.GridSearchCV, GridSearchCV, model, {"n_clusters": [2, 3]}, X=iris[0], y=None, cv=3)


@pytest.mark.filterwarnings("ignore")  # the checks provoke and catch warnings of their own
def test_scikit_learns_checks_pass_with_its_estimator_inside(monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # else one check is skipped
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2, error_score="raise")
    told = check_estimator(search, on_skip=None, on_fail=None)
    failed = {one["check_name"]: one["exception"] for one in told if one["status"] not in ("passed", "skipped")}
    assert not failed


# ---- laws


@given(seed=st.integers(0, 999), data=st.data())
def test_the_order_of_candidates_changes_nothing_but_their_order(seed, data):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(24, 2)), np.tile([0, 1], 12)
    shifts = [-1.0, 0.0, 0.5, 2.0]
    order = data.draw(st.permutations(range(4)))
    one = GridSearchCV(NearestMean(), {"shift": shifts}, cv=3).fit(X, y)
    other = GridSearchCV(NearestMean(), {"shift": [shifts[i] for i in order]}, cv=3).fit(X, y)
    for name in ("split0_test_score", "mean_test_score", "std_test_score", "rank_test_score"):
        np.testing.assert_array_equal(one.cv_results_[name][list(order)], other.cv_results_[name])
    assert one.best_score_ == other.best_score_ == max(one.cv_results_["mean_test_score"])


@pytest.mark.parametrize("n_jobs", [1, 2, 3, -1])
def test_the_number_of_threads_changes_nothing(iris, n_jobs):
    how = {"cv": 3, "return_train_score": True, "scoring": ["accuracy", "neg_log_loss"], "refit": "accuracy"}
    alone = GridSearchCV(NearestMean(), {"shift": [0.0, 0.1, 1.0, 5.0, -2.0]}, **how).fit(*iris)
    together = clone(alone).set_params(n_jobs=n_jobs).fit(*iris)
    check_same_table(alone.cv_results_, together.cv_results_)
    assert alone.best_index_ == together.best_index_


def test_a_candidates_scores_are_those_of_cross_val_score(iris):
    search = GridSearchCV(NearestMean(), {"shift": [0.0, 0.3]}, cv=4).fit(*iris)
    for i, shift in enumerate([0.0, 0.3]):
        found = [search.cv_results_[f"split{f}_test_score"][i] for f in range(4)]
        np.testing.assert_array_equal(cross_val_score(NearestMean(shift=shift), *iris, cv=4), found)


def test_the_best_estimator_is_the_model_fitted_on_all_rows(iris):
    X, y = iris
    search = GridSearchCV(NearestMean(), {"shift": [3.0, 0.1]}, cv=3).fit(X, y)
    expected = NearestMean(**search.best_params_).fit(X, y)
    np.testing.assert_array_equal(expected.predict_proba(X), search.predict_proba(X))
    np.testing.assert_array_equal(expected.decision_function(X), search.decision_function(X))
    np.testing.assert_array_equal(expected.classes_, search.classes_)
    assert search.score(X, y) == expected.score(X, y)
    assert search.n_features_in_ == 4


def test_our_distributions_serve_like_scipys(iris):
    ours = RandomizedSearchCV(TREE, {"ccp_alpha": uniform(0, 0.1)}, n_iter=3, random_state=1).fit(*iris)
    theirs = RandomizedSearchCV(TREE, {"ccp_alpha": scipy.stats.uniform(0, 0.1)}, n_iter=3, random_state=1).fit(*iris)
    check_same_table(theirs.cv_results_, ours.cv_results_)


def test_a_search_inside_a_pipeline_and_inside_cross_validation(iris):
    search = GridSearchCV(NearestMean(), {"shift": [0.0, 1.0]}, cv=2)
    pipeline = make_pipeline(StandardScaler(), search)
    assert pipeline.fit(*iris).score(*iris) > 0.8
    outer = reference.cross_val_score(pipeline, *iris, cv=3)
    np.testing.assert_array_equal(outer, cross_val_score(pipeline, *iris, cv=3))


def test_a_fitted_search_can_be_pickled(iris):
    search = GridSearchCV(NearestMean(), {"shift": [0.0, 1.0]}, cv=2, scoring="accuracy").fit(*iris)
    copy = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(search.predict(iris[0]), copy.predict(iris[0]))
    assert copy.score(*iris) == search.score(*iris)


# ---- steps, listeners, bars


def test_a_listener_hears_the_candidates_only_and_may_end_the_search(iris):
    heard = []

    def until_three(step):
        heard.append(step.params)
        return step.iteration == 3

    with listen(until_three):
        search = GridSearchCV(NearestMean(), {"shift": [9.0, 0.0, 5.0, 0.1, 0.2]}, cv=2, refit=False).fit(*iris)
    assert heard == [{"shift": 9.0}, {"shift": 0.0}, {"shift": 5.0}]
    assert search.cv_results_["params"] == heard
    assert search.best_params_ == {"shift": 0.0}


def test_verbose_shows_a_bar(iris, capsys):
    GridSearchCV(NearestMean(), {"shift": [0.0, 1.0]}, cv=2, verbose=1).fit(*iris)
    drawn = capsys.readouterr().err
    assert "GridSearchCV" in drawn
    assert "2/2" in drawn, "the bar does not say of how many candidates"
    GridSearchCV(NearestMean(), {"shift": [0.0, 1.0]}, cv=2).fit(*iris)
    assert capsys.readouterr() == ("", "")


# ---- what a search has


def test_a_search_has_what_its_best_estimator_has(iris):
    search = GridSearchCV(NearestMean(), {"shift": [0.0]}, cv=2)
    for fitted in (search, clone(search).fit(*iris)):
        assert hasattr(fitted, "predict")
        assert hasattr(fitted, "predict_proba")
        assert hasattr(fitted, "decision_function")
        assert not hasattr(fitted, "transform")
        assert not hasattr(fitted, "inverse_transform")
        assert not hasattr(fitted, "score_samples")
        assert not hasattr(fitted, "predict_log_proba")
    assert not hasattr(search, "n_features_in_")
    assert not hasattr(search, "classes_")


def test_a_transformer_is_searched_and_transforms(iris):
    X, _ = iris
    search = GridSearchCV(
        MinMaxScaler(),
        {"feature_range": [(0, 1), (0, 2)]},
        cv=2,
        scoring=lambda model, X, y=None: model.feature_range[1],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(X)
    np.testing.assert_array_equal(MinMaxScaler((0, 2)).fit_transform(X), search.transform(X))
    np.testing.assert_allclose(search.inverse_transform(search.transform(X)), X, rtol=1e-12)  # scaled there and back
    assert not hasattr(search, "predict")


def test_without_refit_nothing_is_handed_on(iris):
    search = GridSearchCV(NearestMean(), {"shift": [0.0, 9.0]}, cv=2, refit=False).fit(*iris)
    assert search.best_params_ == {"shift": 0.0}
    assert not hasattr(search, "best_estimator_")
    assert not hasattr(search, "refit_time_")
    assert not hasattr(search, "predict")
    with pytest.raises(AttributeError, match=r"refit=False.*predict is available only after"):
        search.predict(iris[0])
    with pytest.raises(AttributeError, match=r"score is available only after"):
        search.score(*iris)


def test_a_second_fit_without_refit_forgets_the_first(iris):
    search = GridSearchCV(NearestMean(), {"shift": [0.0]}, cv=2).fit(*iris)
    search.set_params(refit=False).fit(*iris)
    assert not hasattr(search, "best_estimator_")
    with pytest.raises(AttributeError):
        _ = search.n_features_in_


def test_tags_are_those_of_the_estimator():
    assert get_tags(GridSearchCV(NearestMean(), {})).estimator_type == "classifier"
    assert get_tags(GridSearchCV(Mean(), {})).estimator_type == "regressor"
    assert get_tags(GridSearchCV(Ridge(), {})).estimator_type == "regressor"
    assert not get_tags(GridSearchCV(StandardScaler(), {})).transformer
    assert get_tags(GridSearchCV(StandardScaler(), {})).allow_nan
    assert GridSearchCV(Ridge(), {}).__sklearn_tags__().input_tags.sparse
    assert not GridSearchCV(Mean(), {}).__sklearn_tags__().input_tags.sparse


def test_names_of_columns_are_remembered(iris):
    frame = pd.DataFrame(iris[0], columns=list("abcd"))
    search = GridSearchCV(NearestMean(), {"shift": [0.0]}, cv=2).fit(frame, iris[1])
    assert search.feature_names_in_.tolist() == list("abcd")
    search.fit(*iris)
    assert not hasattr(search, "feature_names_in_")


# ---- edges and errors


@pytest.mark.parametrize("method", ["predict", "predict_proba", "score"])
def test_before_fit_the_error_is_clear(iris, method):
    search = GridSearchCV(NearestMean(), {"shift": [0.0]})
    with pytest.raises(NotFittedError, match="not fitted"):
        getattr(search, method)(*(iris if method == "score" else iris[:1]))


def test_an_empty_grid_is_named(iris):
    with pytest.raises(ValueError, match="no candidate"):
        GridSearchCV(NearestMean(), []).fit(*iris)
    assert GridSearchCV(NearestMean(), {}, cv=2).fit(*iris).best_params_ == {}


def test_a_splitter_without_splits_is_named(iris):
    class Nothing:
        def split(self, X, y=None, groups=None):
            return iter([])

        def get_n_splits(self, X=None, y=None, groups=None):
            return 0

    with pytest.raises(ValueError, match="gave no split"):
        GridSearchCV(NearestMean(), {}, cv=Nothing()).fit(*iris)
    with pytest.raises(ValueError, match="empty"):
        GridSearchCV(NearestMean(), {}, cv=[]).fit(*iris)


def test_an_unknown_parameter_is_named_with_the_known_ones_before_any_fit(iris):
    fitted = []
    grid = [{"shift": [0.0, 1.0]}, {"shift": [2.0], "size": [3]}]
    with listen(fitted.append), pytest.raises(ValueError, match=r"'size'.*\['shift'\]"):
        GridSearchCV(NearestMean(), grid).fit(*iris)
    assert fitted == []


def test_some_failing_fits_are_told_and_all_failing_fits_are_an_error(iris):
    search = GridSearchCV(Shifted(), {"shift": [-1.0, 0.0]}, cv=2)
    with (
        pytest.warns(FitFailedWarning, match=r"(?s)2 fits failed out of a total of 4.*a negative shift"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(*iris)
    assert search.best_params_ == {"shift": 0.0}
    assert np.isnan(search.cv_results_["mean_test_score"][0])
    with pytest.raises(ValueError, match=r"(?s)All the 2 fits failed.*a negative shift"):
        GridSearchCV(Shifted(), {"shift": [-1.0]}, cv=2).fit(*iris)
    with pytest.raises(RuntimeError, match="a negative shift"):
        search.set_params(error_score="raise").fit(*iris)


def test_an_error_of_the_last_fit_is_never_hidden(iris):
    X, y = iris
    poison = X[0, 0]
    folds = [(np.flatnonzero(X[:, 0] != poison), np.flatnonzero(X[:, 0] == poison))]
    with pytest.raises(RuntimeError, match="poison"):
        GridSearchCV(FailsOn(poison=poison), {"shift": [0.0]}, cv=folds).fit(X, y)


@pytest.mark.parametrize("refit", [True, "precision", "score"])
def test_several_metrics_need_one_that_decides(iris, refit):
    search = GridSearchCV(NearestMean(), {"shift": [0.0]}, scoring=["accuracy", "f1_macro"], refit=refit)
    with pytest.raises(ValueError, match=r"refit must be set to a scorer key.*accuracy.*f1_macro"):
        search.fit(*iris)


def test_a_scorer_with_several_names_needs_one_that_decides(iris):
    search = GridSearchCV(NearestMean(), {"shift": [0.0]}, cv=2, scoring=lambda model, X, y: {"a": 1.0, "b": 2.0})
    with pytest.raises(ValueError, match=r"refit must be set to a scorer key.*\['a', 'b'\]"):
        search.fit(*iris)


def test_score_needs_one_metric(iris):
    search = GridSearchCV(
        NearestMean(), {"shift": [0.0]}, cv=2, scoring=["accuracy", "f1_macro"], refit=lambda table: 0
    ).fit(*iris)
    with pytest.raises(ValueError, match="score needs one metric"):
        search.score(*iris)


@pytest.mark.parametrize(
    ("answer", "error", "match"),
    [
        ("a", TypeError, "not an integer"),
        (0.0, TypeError, "not an integer"),
        (2, IndexError, "2 for 2"),
        (-1, IndexError, "-1"),
    ],
)
def test_a_refit_function_must_return_an_index(iris, answer, error, match):
    with pytest.raises(error, match=match):
        GridSearchCV(NearestMean(), {"shift": [0.0, 1.0]}, cv=2, refit=lambda table: answer).fit(*iris)


@pytest.mark.parametrize(
    ("params", "error", "match"),
    [
        ({"estimator": NearestMean}, TypeError, "estimator"),
        ({"estimator": 3}, TypeError, "estimator"),
        ({"param_grid": 3}, TypeError, "param_grid"),
        ({"param_grid": {"shift": 3.0}}, TypeError, r"\[3.0\]"),
        ({"scoring": "nonsense"}, ValueError, "nonsense"),
        ({"scoring": 3}, TypeError, "scoring"),
        ({"n_jobs": 0}, ValueError, "n_jobs"),
        ({"refit": 3}, TypeError, "refit"),
        ({"cv": 1}, ValueError, "cv=1"),
        ({"cv": "five"}, TypeError, "cv='five'"),
        ({"cv": KFold}, TypeError, "cv"),
        ({"verbose": -1}, ValueError, "verbose"),
        ({"error_score": "ignore"}, ValueError, "error_score"),
        ({"return_train_score": 1}, TypeError, "return_train_score"),
    ],
    ids=str,
)
def test_a_wrong_argument_is_named(iris, params, error, match):
    search = GridSearchCV(NearestMean(), {"shift": [0.0]}).set_params(**params)
    with pytest.raises(error, match=match):
        search.fit(*iris)


def test_an_estimator_without_score_needs_scoring(iris):
    class Bare:
        def fit(self, X, y):
            return self

        def get_params(self, deep=True):
            return {}

        def set_params(self, **params):
            return self

    with pytest.raises(TypeError, match="score"):
        GridSearchCV(Bare(), {}).fit(*iris)
    assert GridSearchCV(Bare(), {}, cv=2, scoring=lambda model, X, y: 0.5).fit(*iris).best_score_ == 0.5


def test_a_splitter_that_counts_wrongly_is_named(iris):
    class Wrong:
        def split(self, X, y=None, groups=None):
            yield np.arange(10), np.arange(10, 20)

        def get_n_splits(self, X=None, y=None, groups=None):
            return 3

    with pytest.raises(ValueError, match="inconsistent results: 1 splits, 3 were announced"):
        GridSearchCV(NearestMean(), {}, cv=Wrong()).fit(*iris)


def test_targets_that_are_missing_or_too_few_are_named(iris):
    X, y = iris
    with pytest.raises(ValueError, match="requires y to be passed"):
        GridSearchCV(NearestMean(), {}).fit(X)
    with pytest.raises(ValueError, match="X has 150, y has 149"):
        GridSearchCV(NearestMean(), {}).fit(X, y[1:])
    with pytest.raises(ValueError, match="n_samples=1"):
        GridSearchCV(NearestMean(), {}).fit(X[:1], y[:1])


def test_a_scorer_that_takes_no_weights_is_told(iris):
    weight = np.ones(150)
    search = GridSearchCV(NearestMean(), {"shift": [0.0]}, cv=2, scoring=lambda model, X, y: 1.0)
    with pytest.warns(UserWarning, match="does not support sample_weight"):
        search.fit(*iris, sample_weight=weight)
    GridSearchCV(NearestMean(), {"shift": [0.0]}, cv=2).fit(*iris, sample_weight=weight)  # its score takes them: silent
