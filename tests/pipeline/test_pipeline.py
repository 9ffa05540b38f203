"""Pipeline."""

from copy import deepcopy

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn.pipeline as reference
from hypothesis import given
from hypothesis import strategies as st
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline as ImblearnPipeline
from imblearn.under_sampling import RandomUnderSampler, TomekLinks
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.feature_selection import SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import BayesianRidge, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, KFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, TargetEncoder

from scratchml.core import NotFittedError, clone, get_tags
from scratchml.pipeline import FeatureUnion, Pipeline, make_pipeline
from scratchml.preprocessing import StandardScaler
from tests.naive.pipeline import pipeline as naive
from tests.pipeline.toys import SpyModel, SpySampler, numbered


@pytest.fixture
def problem(rng):
    """Return X (90, 4) and unbalanced labels that depend on it."""
    X = rng.normal(size=(90, 4)) * [1, 10, 0.1, 1] + 3
    return X, (X[:, 0] + X[:, 1] / 10 + rng.normal(size=90) > 5).astype(int)


# ---- by hand


def test_three_points_are_scaled_and_then_fitted():
    X, y = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 3.0, 5.0])
    pipe = Pipeline([("scale", StandardScaler()), ("model", Ridge(alpha=0.0))]).fit(X, y)
    # mean 2 and deviation sqrt(2/3): the slope 2 of y on X becomes 2 sqrt(2/3)
    np.testing.assert_allclose(pipe["model"].coef_, [2 * np.sqrt(2 / 3)], rtol=1e-12)  # a handful of roundings
    np.testing.assert_allclose(pipe.predict([[10.0]]), [19.0], rtol=1e-12)  # the same


def test_a_sampler_doubles_training_rows_and_no_others():
    X, y = numbered(10, rare=2)
    pipe = Pipeline([("double", SpySampler()), ("model", SpyModel())]).fit(X, y)
    assert pipe["model"].n_fit_ == 10 + 2
    assert pipe.predict(X).shape == (10,)


# ---- naive twin


@pytest.mark.parametrize(
    "steps",
    [
        [StandardScaler(), LogisticRegression()],
        [StandardScaler(), PCA(2), KNeighborsClassifier()],
        [RandomUnderSampler(random_state=0), StandardScaler(), LogisticRegression()],
        [StandardScaler(), SMOTE(random_state=1), PCA(3), RandomUnderSampler(random_state=2), KNeighborsClassifier(3)],
        [KNeighborsClassifier()],
    ],
    ids=["scale", "project", "sample first", "sample twice", "model alone"],
)
def test_predictions_are_those_of_the_steps_done_by_hand(problem, steps):
    X, y = problem
    expected = naive.predict(naive.fit(steps, X, y), X)
    found = make_pipeline(*steps).fit(X, y).predict(X)
    np.testing.assert_array_equal(expected, found)


# ---- outside reference: scikit-learn


METHODS = ["predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "score_samples"]
STEP_LISTS = {
    "classifier": [("scale", StandardScaler()), ("model", LogisticRegression())],
    "regressor": [("poly", PolynomialFeatures(2)), ("scale", StandardScaler()), ("model", Ridge())],
    "transformer": [("scale", StandardScaler()), ("pca", PCA(2))],
    "skipped": [("scale", "passthrough"), ("none", None), ("model", KNeighborsClassifier())],
    "last skipped": [("scale", StandardScaler()), ("last", "passthrough")],
    "last None": [("scale", StandardScaler()), ("last", None)],
    "clusterer": [("scale", StandardScaler()), ("model", KMeans(2, n_init=1, random_state=0))],
    "outliers": [("scale", StandardScaler()), ("model", IsolationForest(n_estimators=5, random_state=0))],
    "supervised selection": [("select", SelectKBest(k=2)), ("model", LogisticRegression())],
    "cross-fitting encoder": [("encode", TargetEncoder(cv=KFold(3))), ("model", LogisticRegression())],
}


@pytest.mark.parametrize("name", STEP_LISTS)
def test_every_result_is_scikit_learns(name, problem):
    X, y = problem
    X = np.round(X) if "encoder" in name else X
    theirs = reference.Pipeline(deepcopy(STEP_LISTS[name])).fit(X, y)
    ours = Pipeline(STEP_LISTS[name]).fit(X, y)
    for method in METHODS:
        assert hasattr(theirs, method) == hasattr(ours, method), method
        if hasattr(theirs, method):
            np.testing.assert_array_equal(getattr(theirs, method)(X), getattr(ours, method)(X), err_msg=method)
    for method in ("fit_transform", "fit_predict"):
        assert hasattr(theirs, method) == hasattr(ours, method), method
        if hasattr(theirs, method):
            expected = getattr(reference.Pipeline(deepcopy(STEP_LISTS[name])), method)(X, y)
            np.testing.assert_array_equal(expected, getattr(Pipeline(STEP_LISTS[name]), method)(X, y), err_msg=method)
    assert hasattr(theirs, "score") == hasattr(ours, "score")
    if hasattr(ours, "score"):
        assert theirs.score(X, y) == ours.score(X, y)
    assert hasattr(theirs, "classes_") == hasattr(ours, "classes_")
    assert hasattr(theirs, "inverse_transform") == hasattr(ours, "inverse_transform")
    if hasattr(ours, "inverse_transform"):
        Z = theirs.transform(X)
        np.testing.assert_array_equal(theirs.inverse_transform(Z), ours.inverse_transform(Z))
    assert theirs.__sklearn_tags__().estimator_type == ours.__sklearn_tags__().estimator_type


def test_names_of_columns_are_scikit_learns(problem):
    X = pd.DataFrame(problem[0], columns=list("abcd"))
    steps = [("scale", StandardScaler()), ("poly", PolynomialFeatures(2)), ("skip", "passthrough")]
    theirs, ours = reference.Pipeline(deepcopy(steps)).fit(X), Pipeline(steps).fit(X)
    np.testing.assert_array_equal(theirs.get_feature_names_out(), ours.get_feature_names_out())
    np.testing.assert_array_equal(theirs.feature_names_in_, ours.feature_names_in_)
    assert theirs.n_features_in_ == ours.n_features_in_ == 4
    with pytest.raises(AttributeError, match="does not provide get_feature_names_out"):
        Pipeline([*steps[:1], ("model", Ridge())]).fit(X, problem[1]).get_feature_names_out()
    array = Pipeline(steps).fit(problem[0])
    assert not hasattr(array, "feature_names_in_")
    np.testing.assert_array_equal(
        reference.Pipeline(deepcopy(steps)).fit(problem[0]).get_feature_names_out(["p", "q", "r", "s"]),
        array.get_feature_names_out(["p", "q", "r", "s"]),
    )


def test_parameters_are_scikit_learns():
    steps = [("scale", StandardScaler()), ("skip", "passthrough"), ("model", Ridge())]
    theirs, ours = reference.Pipeline(steps), Pipeline(steps)
    assert set(theirs.get_params()) == set(ours.get_params())
    assert set(theirs.get_params(deep=False)) == set(ours.get_params(deep=False))
    ours.set_params(model__alpha=7.0, skip=PCA(2), scale__with_mean=False, verbose=True)
    assert ours["model"].alpha == 7.0
    assert ours["skip"].n_components == 2
    assert ours.get_params()["scale__with_mean"] is False
    assert ours.verbose is True
    assert ours.set_params(steps=[("only", Ridge())], only__alpha=3.0).get_params()["only__alpha"] == 3.0


@pytest.mark.parametrize("name", ["regressor", "skipped"])
def test_a_search_of_scikit_learn_finds_the_same(name, problem):
    X, y = problem
    grid = {"model__alpha": [0.1, 10]} if name == "regressor" else {"scale": [StandardScaler(), "passthrough"]}
    theirs = GridSearchCV(reference.Pipeline(deepcopy(STEP_LISTS[name])), grid, cv=3).fit(X, y)
    ours = GridSearchCV(Pipeline(STEP_LISTS[name]), grid, cv=3).fit(X, y)
    np.testing.assert_array_equal(theirs.cv_results_["mean_test_score"], ours.cv_results_["mean_test_score"])
    assert theirs.best_index_ == ours.best_index_


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ([], ValueError),
        ([("a", StandardScaler()), ("a", Ridge())], ValueError),
        ([("a__b", StandardScaler()), ("c", Ridge())], ValueError),
        ([("steps", StandardScaler()), ("c", Ridge())], ValueError),
        ([("a", Ridge()), ("c", Ridge())], TypeError),
        ([("a", StandardScaler), ("c", Ridge())], TypeError),
        ([("a", StandardScaler()), ("c", Ridge)], TypeError),
        ([("a", StandardScaler()), ("c", 3)], TypeError),
        ([("a", "drop"), ("c", Ridge())], TypeError),
    ],
    ids=["empty", "twice", "underscores", "taken", "no transformer", "class", "class last", "no estimator", "drop"],
)
def test_what_scikit_learn_refuses_is_refused_with_the_same_kind_of_error(steps, error, problem):
    for pipeline in (reference.Pipeline(steps), Pipeline(steps)):
        with pytest.raises(error):
            pipeline.fit(*problem)


@pytest.mark.parametrize("steps", [3, "steps", None, [3], [("a",)], [("a", Ridge(), 1)], [(1, Ridge())]])
def test_a_list_of_the_wrong_form_is_a_type_error_and_can_still_be_printed(steps, problem):
    pipeline = Pipeline(steps)
    with pytest.raises(TypeError, match="steps"):
        pipeline.fit(*problem)
    assert repr(pipeline).startswith("Pipeline(")
    assert set(pipeline.get_params()) >= {"steps", "memory", "verbose"}


def test_scikit_learns_step_configured_to_give_frames_keeps_doing_so(problem):
    X = pd.DataFrame(problem[0], columns=list("abcd"))
    pipe = Pipeline([("pca", PCA(2).set_output(transform="pandas")), ("model", Ridge())]).fit(X, problem[1])
    assert pipe["model"].feature_names_in_.tolist() == ["pca0", "pca1"]


# ---- outside reference: imbalanced-learn


SAMPLING = {
    "smote": [("scale", StandardScaler()), ("smote", SMOTE(random_state=0)), ("model", LogisticRegression())],
    "under": [("under", RandomUnderSampler(random_state=0)), ("model", KNeighborsClassifier())],
    "both": [
        ("smote", SMOTE(random_state=0)),
        ("scale", StandardScaler()),
        ("tomek", TomekLinks()),
        ("model", LogisticRegression()),
    ],
    "transformer last": [("over", RandomOverSampler(random_state=0)), ("pca", PCA(2))],
}


@pytest.mark.parametrize("name", SAMPLING)
def test_with_samplers_every_result_is_imbalanced_learns(name, problem):
    X, y = problem
    theirs, ours = ImblearnPipeline(deepcopy(SAMPLING[name])).fit(X, y), Pipeline(SAMPLING[name]).fit(X, y)
    for method in METHODS:
        assert hasattr(theirs, method) == hasattr(ours, method), method
        if hasattr(theirs, method):
            np.testing.assert_array_equal(getattr(theirs, method)(X), getattr(ours, method)(X), err_msg=method)
    if hasattr(theirs, "predict"):
        np.testing.assert_array_equal(
            cross_val_predict(ImblearnPipeline(deepcopy(SAMPLING[name])), X, y, cv=4),
            cross_val_predict(Pipeline(SAMPLING[name]), X, y, cv=4),
        )


def test_fit_resample_is_imbalanced_learns(problem):
    X, y = problem
    steps = [("scale", StandardScaler()), ("smote", SMOTE(random_state=0))]
    expected = ImblearnPipeline(deepcopy(steps)).fit_resample(X, y)
    found = Pipeline(steps).fit_resample(X, y)
    np.testing.assert_array_equal(expected[0], found[0])
    np.testing.assert_array_equal(expected[1], found[1])
    assert len(found[1]) > len(y)


def test_fit_transform_keeps_the_rows_where_imbalanced_learn_returns_the_resampled_ones(problem):
    X, y = problem
    steps = SAMPLING["transformer last"]
    assert len(ImblearnPipeline(deepcopy(steps)).fit_transform(X, y)) > len(X)
    ours = Pipeline(steps).fit_transform(X, y)
    np.testing.assert_array_equal(Pipeline(steps).fit(X, y).transform(X), ours)
    assert len(ours) == len(X)


# ---- laws


@given(n=st.integers(5, 30), d=st.integers(1, 4), seed=st.integers(0, 99))
def test_a_pipeline_of_transformers_is_their_composition(n, d, seed):
    X = np.random.default_rng(seed).normal(size=(n, d))
    first, second = StandardScaler().fit(X), PolynomialFeatures(2)
    expected = second.fit_transform(first.transform(X))
    np.testing.assert_array_equal(expected, make_pipeline(StandardScaler(), PolynomialFeatures(2)).fit_transform(X))


@given(cut=st.integers(1, 3), seed=st.integers(0, 99))
def test_it_does_not_matter_where_steps_are_bracketed(cut, seed):
    X = np.random.default_rng(seed).normal(size=(20, 3))
    steps = [StandardScaler(), PolynomialFeatures(2), StandardScaler(with_mean=False), PCA(2)]
    flat = make_pipeline(*steps).fit_transform(X)
    nested = make_pipeline(make_pipeline(*steps[:cut]), make_pipeline(*steps[cut:])).fit_transform(X)
    np.testing.assert_array_equal(flat, nested)


@given(position=st.integers(0, 1), skip=st.sampled_from(["passthrough", None]))
def test_a_passthrough_anywhere_changes_nothing(position, skip):
    X, y = numbered()
    steps = [("scale", StandardScaler()), ("model", LogisticRegression())]
    expected = Pipeline(steps).fit(X, y).predict_proba(X)
    steps.insert(position, ("skip", skip))
    np.testing.assert_array_equal(expected, Pipeline(steps).fit(X, y).predict_proba(X))


def test_inverse_transform_undoes_transform(problem):
    X, _ = problem
    pipe = make_pipeline(StandardScaler(), PCA(), "passthrough").fit(X)
    np.testing.assert_allclose(X, pipe.inverse_transform(pipe.transform(X)), atol=1e-12)  # values are near 10


def test_predicting_changes_nothing(problem):
    X, y = problem
    pipe = make_pipeline(StandardScaler(), SMOTE(random_state=0), LogisticRegression()).fit(X, y)
    before = joblib.hash(pipe)
    pipe.predict(X[:3]), pipe.score(X, y), pipe.predict_proba(X * 7)
    assert joblib.hash(pipe) == before


# ---- steps: looked at, taken out, put in


def test_steps_are_found_by_position_name_and_attribute(problem):
    pipe = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
    assert len(pipe) == 2
    assert pipe[0] is pipe["scale"] is pipe.named_steps["scale"] is pipe.named_steps.scale is pipe.steps[0][1]
    pipe.fit(*problem)
    assert pipe[-1] is pipe["model"] is pipe.named_steps.model is pipe.steps_[1][1]
    assert hasattr(pipe.named_steps.scale, "mean_")
    with pytest.raises(KeyError, match="scale"):
        pipe["scal"]
    with pytest.raises(IndexError):
        pipe[2]


def test_a_slice_of_a_fitted_pipeline_is_fitted(problem):
    X, y = problem
    pipe = Pipeline([("scale", StandardScaler()), ("pca", PCA(2)), ("model", LogisticRegression())]).fit(X, y)
    expected = pipe["pca"].transform(pipe["scale"].transform(X))
    np.testing.assert_array_equal(expected, pipe[:-1].transform(X))
    assert pipe[:-1].get_feature_names_out().tolist() == ["pca0", "pca1"]
    with pytest.raises(ValueError, match="step of 1"):
        pipe[::2]


def test_fitting_a_slice_leaves_the_pipeline_it_came_from_alone(problem):
    X, y = problem
    pipe = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    before = pipe.predict_proba(X)
    pipe[:-1].fit(X * 100)
    np.testing.assert_array_equal(before, pipe.predict_proba(X))


def test_fit_fits_copies_so_a_shared_scaler_carries_nothing_over(problem):
    X, y = problem
    shared = StandardScaler()
    first = make_pipeline(shared, LogisticRegression()).fit(X, y)
    expected = first.predict_proba(X)
    make_pipeline(shared, LogisticRegression()).fit(X * 50 + 7, y)
    np.testing.assert_array_equal(expected, first.predict_proba(X))
    assert not hasattr(shared, "mean_")


def test_the_same_object_may_be_two_steps():
    X = np.random.default_rng(0).normal(size=(20, 2)) + 5
    scaler = StandardScaler(with_std=False)
    pipe = Pipeline([("one", scaler), ("two", scaler)]).fit(X)
    np.testing.assert_allclose(
        pipe.transform(X), X - X.mean(axis=0), atol=1e-14
    )  # second means are zero but for rounding


def test_fitted_estimators_can_be_put_together(problem):
    X, y = problem
    scaler = StandardScaler().fit(X)
    model = LogisticRegression().fit(scaler.transform(X), y)
    pipe = Pipeline([("scale", scaler), ("model", model)])
    np.testing.assert_array_equal(model.predict(scaler.transform(X)), pipe.predict(X))
    assert pipe.n_features_in_ == 4
    with pytest.raises(NotFittedError, match="not fitted"):
        Pipeline([("scale", scaler), ("model", LogisticRegression())]).predict(X)


def test_a_frozen_step_keeps_what_it_knows(problem):
    X, y = problem
    scaler = StandardScaler().fit(X * 3)
    pipe = Pipeline([("scale", FrozenEstimator(scaler)), ("model", Ridge())]).fit(X, y)
    np.testing.assert_array_equal(scaler.transform(X), pipe[:-1].transform(X))


def test_set_params_counts_from_the_next_fit_on(problem):
    X, y = problem
    pipe = Pipeline([("scale", StandardScaler()), ("model", Ridge(alpha=1.0))]).fit(X, y)
    before = pipe.predict(X)
    pipe.set_params(model__alpha=1e6, scale="passthrough")
    np.testing.assert_array_equal(before, pipe.predict(X))
    np.testing.assert_array_equal(Ridge(alpha=1e6).fit(X, y).predict(X), pipe.fit(X, y).predict(X))


def test_an_edit_of_the_fitted_copy_is_not_lost_in_silence(problem):
    X, y = problem
    pipe = Pipeline([("scale", StandardScaler()), ("model", Ridge(alpha=1.0))]).fit(X, y)
    pipe.named_steps.model.alpha = 9.0
    with pytest.warns(UserWarning, match=r"set_params\(model__alpha=9.0\)"):
        pipe.fit(X, y)
    pipe.set_params(model__alpha=9.0).fit(X, y)  # and no warning, which would be an error
    pipe.steps[1][1].alpha = 3.0  # the estimator given is the user's to change
    assert pipe.fit(X, y)["model"].alpha == 3.0
    frozen = FrozenEstimator(StandardScaler().fit(X))
    held = Pipeline([("scale", frozen), ("model", Ridge())]).fit(X, y)
    frozen.estimator.copy = False
    held.fit(X, y)


def test_a_failed_fit_keeps_the_last_good_one(problem):
    X, y = problem
    pipe = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    before = pipe.predict_proba(X)
    with pytest.raises(ValueError, match="NaN"):
        pipe.fit(X, np.full(len(y), np.nan))
    np.testing.assert_array_equal(before, pipe.predict_proba(X))


def test_make_pipeline_names_steps_as_scikit_learn_does():
    steps = [StandardScaler(), "passthrough", StandardScaler(), None, Ridge()]
    theirs = [name for name, _ in reference.make_pipeline(*steps).steps]
    assert theirs == [name for name, _ in make_pipeline(*steps).steps]


# ---- fit parameters


def test_fit_parameters_reach_their_step(problem):
    X, y = problem
    w = np.linspace(0, 1, len(X))
    theirs = reference.make_pipeline(StandardScaler(), Ridge()).fit(X, y, ridge__sample_weight=w)
    ours = make_pipeline(StandardScaler(), Ridge()).fit(X, y, ridge__sample_weight=w)
    np.testing.assert_array_equal(theirs.predict(X), ours.predict(X))
    assert theirs.score(X, y, sample_weight=w) == ours.score(X, y, sample_weight=w)
    scaled = make_pipeline(StandardScaler(), Ridge()).fit(X, y, standardscaler__sample_weight=w)
    np.testing.assert_allclose(np.average(X, axis=0, weights=w), scaled[0].mean_, rtol=1e-12)  # summed in another order


@pytest.mark.parametrize(
    ("name", "told"),
    [("sample_weight", "ridge__sample_weight"), ("rigde__sample_weight", "there is no step 'rigde'")],
)
def test_a_fit_parameter_without_a_step_is_an_error(problem, name, told):
    with pytest.raises(ValueError, match=told):
        make_pipeline(StandardScaler(), Ridge()).fit(*problem, **{name: np.ones(90)})


def test_predict_parameters_reach_the_last_step():
    X = np.arange(6.0)[:, None]
    pipe = make_pipeline(StandardScaler(), BayesianRidge()).fit(X, np.cos(X[:, 0]))
    mean, deviation = pipe.predict(X, return_std=True)
    assert mean.shape == deviation.shape == (6,)


def test_metadata_routing_is_refused_in_words(problem):
    with pytest.raises(TypeError, match="transform_input"):
        Pipeline([("model", Ridge())], transform_input=["X_val"]).fit(*problem)


# ---- memory, progress, looks, frames


def test_memory_keeps_fitted_transformers_and_samplers_of_earlier_fits(problem, tmp_path):
    X, y = problem
    steps = [("scale", StandardScaler()), ("smote", SMOTE(random_state=0)), ("model", LogisticRegression())]
    memory = joblib.Memory(tmp_path, verbose=0)
    expected = Pipeline(steps).fit(X, y).predict_proba(X)
    cached = Pipeline(steps, memory=memory)
    np.testing.assert_array_equal(expected, cached.fit(X, y).predict_proba(X))
    calls = []

    class Counting:
        def cache(self, function):
            found = memory.cache(function)
            return lambda *args: calls.append(found.check_call_in_cache(*args)) or found(*args)

    np.testing.assert_array_equal(expected, Pipeline(steps, memory=Counting()).fit(X, y).predict_proba(X))
    assert calls == [True, True]
    with pytest.raises(TypeError, match=r"joblib\.Memory"):
        Pipeline(steps, memory=str(tmp_path)).fit(X, y)


def test_verbose_shows_a_bar_over_the_steps(problem, capsys):
    make_pipeline(StandardScaler(), Ridge(), verbose=True).fit(*problem)
    assert "2/2" in capsys.readouterr().err
    make_pipeline(StandardScaler(), Ridge()).fit(*problem)
    assert capsys.readouterr() == ("", "")


def test_text_form_can_be_read_back_and_is_broken_into_lines_where_long():
    short = make_pipeline(StandardScaler(), "passthrough")
    assert repr(short) == "Pipeline(steps=[('standardscaler', StandardScaler()), ('passthrough', 'passthrough')])"
    long = make_pipeline(
        StandardScaler(with_mean=False), make_pipeline(StandardScaler(), PCA(2)), Ridge(), verbose=True
    )
    assert eval(repr(long)).get_params().keys() == long.get_params().keys()
    assert repr(long).count("\n") == 4
    assert max(map(len, repr(long).splitlines())) <= 120


def test_notebook_form_shows_the_steps_folded_inside(problem):
    pipe = make_pipeline(StandardScaler(), Ridge(alpha=2.5))
    page = pipe._repr_html_()
    assert page.count("<details>") == page.count("</details>") == 2  # the pipeline and our scaler
    assert "Ridge(alpha=2.5)" in page
    assert "(not fitted)" in page
    assert "(fitted)" in pipe.fit(*problem)._repr_html_()
    assert "<script>" not in Pipeline([("<script>", StandardScaler())])._repr_html_()


def test_pandas_output_names_the_columns_between_the_steps_too(problem):
    X = pd.DataFrame(problem[0], columns=list("abcd"), index=np.arange(90) * 2)
    steps = [("poly", PolynomialFeatures(2, include_bias=False)), ("scale", StandardScaler(with_std=False))]
    theirs = reference.Pipeline([steps[0], ("centre", FunctionTransformer(lambda Z: Z - Z.mean()))])
    theirs.set_output(transform="pandas")
    expected = theirs.fit_transform(X)
    ours = Pipeline(steps).set_output(transform="pandas")
    pd.testing.assert_frame_equal(expected, ours.fit_transform(X), atol=1e-12)  # the mean is summed in another order
    pd.testing.assert_frame_equal(expected, clone(ours).fit(X).transform(X), atol=1e-12)  # the same
    model = Pipeline([*steps, ("model", Ridge())]).set_output(transform="pandas").fit(X, problem[1])
    assert model["model"].feature_names_in_.tolist() == expected.columns.tolist()
    assert model.predict(X).shape == (90,)
    assert isinstance(ours.set_output(transform="default").fit_transform(X), np.ndarray)
    with pytest.raises(ValueError, match="excel"):
        ours.set_output(transform="excel")


# ---- edges and errors


def test_before_fit_every_method_says_so(problem):
    pipe = make_pipeline(StandardScaler(), LogisticRegression())
    for method in ("predict", "predict_proba", "decision_function"):
        with pytest.raises(NotFittedError, match="not fitted"):
            getattr(pipe, method)(problem[0])
    with pytest.raises(NotFittedError, match="not fitted"):
        pipe.get_feature_names_out()


def test_a_stateless_pipeline_needs_no_fit():
    pipe = make_pipeline(FunctionTransformer(np.abs))
    np.testing.assert_array_equal([[1.0]], pipe.transform([[-1.0]]))


def test_a_missing_method_names_the_step_that_lacks_it(problem):
    pipe = make_pipeline(StandardScaler(), Ridge()).fit(*problem)
    with pytest.raises(AttributeError, match=r"no attribute 'predict_proba'.*'ridge' \(Ridge\)"):
        pipe.predict_proba(problem[0])
    with pytest.raises(AttributeError, match=r"no attribute 'inverse_transform'.*'ridge' \(Ridge\)"):
        pipe.inverse_transform(problem[0])
    with pytest.raises(AttributeError, match="classes_"):
        _ = pipe.classes_


def test_text_and_lists_pass_through_to_steps_that_take_them():
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    words, y = ["good good", "bad", "good", "bad bad bad"], [1, 0, 1, 0]
    assert make_pipeline(CountVectorizer(), MultinomialNB()).fit(words, y).predict(["good"]).tolist() == [1]


def test_tags_tell_what_goes_in_and_what_comes_out():
    assert get_tags(make_pipeline(StandardScaler(), Ridge())).estimator_type == "regressor"
    assert get_tags(make_pipeline(StandardScaler(), PCA())).transformer
    assert get_tags(make_pipeline(StandardScaler(), SMOTE(), Ridge())).requires_y
    assert get_tags(make_pipeline(StandardScaler(), SMOTE())).sampler
    assert not get_tags(make_pipeline(StandardScaler(), Ridge())).allow_nan
    assert get_tags(make_pipeline("passthrough")).transformer


def test_a_nested_parameter_of_a_passthrough_is_a_clear_error():
    pipe = Pipeline([("scale", "passthrough"), ("model", Ridge())])
    with pytest.raises(ValueError, match="'scale' is 'passthrough', which has no parameters"):
        pipe.set_params(scale__with_mean=False)
    with pytest.raises(ValueError, match="Invalid parameter 'scal'"):
        pipe.set_params(scal__with_mean=False)


def test_fits_in_several_threads_do_not_disturb_each_other(problem):
    X, y = problem
    from joblib import Parallel, delayed

    pipe = make_pipeline(StandardScaler(), SMOTE(random_state=0), LogisticRegression())
    expected = clone(pipe).fit(X, y).predict_proba(X)
    found = Parallel(n_jobs=4, backend="threading")(delayed(clone(pipe).fit)(X, y) for _ in range(8))
    for model in found:
        np.testing.assert_array_equal(expected, model.predict_proba(X))


def test_a_union_may_be_a_step_and_a_pipeline_part_of_a_union(problem):
    X, y = problem
    union = FeatureUnion([("raw", "passthrough"), ("projected", make_pipeline(StandardScaler(), PCA(2)))])
    pipe = make_pipeline(StandardScaler(), union, LogisticRegression()).fit(X, y)
    assert pipe[:-1].transform(X).shape == (90, 6)
    assert pipe.set_params(featureunion__projected__pca__n_components=1).fit(X, y)[:-1].transform(X).shape == (90, 5)
