"""The leakage guard: test rows are never learned from, and what would mix them up is refused or warned of."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.compose
import sklearn.model_selection as theirs
import sklearn.pipeline
from hypothesis import given
from hypothesis import strategies as st
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_selection import RFECV, SelectKBest
from sklearn.linear_model import LinearRegression, LogisticRegression, LogisticRegressionCV, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import FunctionTransformer, TargetEncoder

import scratchml.model_selection as ours
from scratchml.compose import ColumnTransformer
from scratchml.core import clone
from scratchml.pipeline import FeatureUnion, LeakageWarning, Pipeline, make_pipeline
from scratchml.pipeline.guards import holds_sampler, is_sampler
from scratchml.preprocessing import StandardScaler
from tests.pipeline.toys import SEEN, DropsRows, SpyModel, SpySampler, SpyScaler, numbered


@pytest.fixture(autouse=True)
def nothing_seen_yet():
    SEEN.clear()


def spied():
    return Pipeline([("scale", SpyScaler()), ("sampler", SpySampler()), ("model", SpyModel())])


def seen_by(who, method):
    return [rows for name, how, rows in SEEN if (name, how) == (who, method)]


# ---- by hand


def test_in_one_split_the_sampler_sees_the_training_rows_and_only_they():
    X, y = numbered(10, rare=2)
    spied().fit(X[:6], y[:6]).predict(X[6:])
    assert seen_by("sampler", "fit_resample") == [[0, 1, 2, 3, 4, 5]]
    assert seen_by("scaler", "fit") == [[0, 1, 2, 3, 4, 5]]
    assert seen_by("scaler", "transform") == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9]]
    assert seen_by("model", "predict") == [[6, 7, 8, 9]]


# ---- laws: whoever splits, learning and test rows stay apart


def check_learned_from_training_rows_only(splits):
    """Assert that scaler, sampler and model were fitted to each split's training rows, and to nothing else."""
    expected = sorted(sorted(train.tolist()) for train, _ in splits)
    for who, method in (("scaler", "fit"), ("sampler", "fit_resample"), ("model", "fit")):
        assert sorted(seen_by(who, method)) == expected, who
    tested = sorted(sorted(test.tolist()) for _, test in splits)
    assert sorted(seen_by("model", "predict")) == tested


@pytest.mark.parametrize("library", [theirs, ours], ids=["scikit-learn", "scratchml"])
@pytest.mark.parametrize("run", ["cross_validate", "cross_val_score", "cross_val_predict"])
def test_in_cross_validation_no_test_row_is_learned_from(library, run):
    X, y = numbered()
    folds = theirs.StratifiedKFold(3, shuffle=True, random_state=0)
    getattr(library, run)(spied(), X, y, cv=folds)
    check_learned_from_training_rows_only(list(folds.split(X, y)))


@pytest.mark.parametrize("library", [theirs, ours], ids=["scikit-learn", "scratchml"])
def test_in_a_search_no_test_row_is_learned_from(library):
    X, y = numbered()
    folds = theirs.StratifiedKFold(3)
    search = library.GridSearchCV(spied(), {"scale": [SpyScaler(), "passthrough"]}, cv=folds, refit=False)
    search.fit(X, y)
    expected = sorted(sorted(train.tolist()) for train, _ in folds.split(X, y))
    assert sorted(seen_by("scaler", "fit")) == expected
    assert sorted(seen_by("sampler", "fit_resample")) == sorted(expected * 2)


def test_in_a_search_the_refit_alone_sees_every_row():
    X, y = numbered()
    theirs.GridSearchCV(spied(), {"scale": ["passthrough"]}, cv=theirs.StratifiedKFold(3)).fit(X, y)
    sizes = sorted(len(rows) for rows in seen_by("sampler", "fit_resample"))
    assert sizes == [20, 20, 20, 30]


def test_in_nested_cross_validation_no_outer_test_row_is_learned_from():
    X, y = numbered()
    inner = theirs.GridSearchCV(spied(), {"scale": ["passthrough"]}, cv=theirs.StratifiedKFold(2))
    folds = list(theirs.StratifiedKFold(3).split(X, y))
    for train, _ in folds:
        SEEN.clear()
        clone(inner).fit(X[train], y[train])
        learned = {row for rows in seen_by("sampler", "fit_resample") for row in rows}
        assert learned == set(train.tolist())


@given(n=st.integers(12, 40), rare=st.integers(3, 6), folds=st.integers(2, 3), seed=st.integers(0, 99))
def test_every_split_of_any_size_keeps_rows_apart(n, rare, folds, seed):
    SEEN.clear()
    X, y = numbered(n, rare=rare)
    splitter = theirs.StratifiedKFold(folds, shuffle=True, random_state=seed)
    theirs.cross_validate(spied(), X, y, cv=splitter)
    check_learned_from_training_rows_only(list(splitter.split(X, y)))


@pytest.mark.parametrize("sampler", [SMOTE(random_state=0, k_neighbors=2), RandomUnderSampler(random_state=0)])
def test_test_folds_are_scored_as_they_are(sampler):
    X, y = numbered(60, rare=12)
    counts = []

    def count_rows(model, X_test, y_test):
        counts.append((len(y_test), int(y_test.sum()), len(model.predict(X_test))))
        return 0.0

    theirs.cross_validate(make_pipeline(sampler, KNeighborsClassifier()), X, y, cv=4, scoring=count_rows)
    assert counts == [(15, 3, 15)] * 4


@pytest.mark.parametrize("method", ["predict", "score", "transform"])
def test_using_a_fitted_pipeline_never_resamples(method):
    X, y = numbered()
    last = SpyScaler("last") if method == "transform" else SpyModel()
    pipe = Pipeline([("sampler", SpySampler()), ("last", last)]).fit(X, y)
    SEEN.clear()
    getattr(pipe, method)(*((X, y) if method == "score" else (X,)))
    assert seen_by("sampler", "fit_resample") == []


def test_resampling_before_splitting_is_the_leak_that_the_pipeline_prevents():
    X = np.random.default_rng(0).normal(size=(200, 5))  # nothing to learn here
    y = (np.arange(200) % 10 == 0).astype(int)
    X_all, y_all = RandomOverSampler(random_state=0).fit_resample(X, y)
    one = KNeighborsClassifier(1)
    folds = theirs.StratifiedKFold(5, shuffle=True, random_state=0)
    leaking = theirs.cross_val_score(one, X_all, y_all, cv=folds, scoring="balanced_accuracy").mean()
    honest = make_pipeline(RandomOverSampler(random_state=0), one)
    honest_score = theirs.cross_val_score(honest, X, y, cv=folds, scoring="balanced_accuracy").mean()
    assert leaking > 0.9  # copies of the test rows were in the training rows
    assert honest_score < 0.6  # as it should be: y has nothing to do with X


# ---- refused: samplers where rows must stay aligned


WITH_SAMPLER = [SMOTE(), RandomUnderSampler(), SpySampler(), make_pipeline(StandardScaler(), SMOTE())]


@pytest.mark.parametrize("sampler", WITH_SAMPLER, ids=lambda item: type(item).__name__)
def test_a_sampler_inside_a_column_transformer_or_union_is_refused(sampler):
    X, y = numbered()
    nested = make_pipeline(sampler, StandardScaler()) if not isinstance(sampler, Pipeline) else sampler
    for part in (sampler, nested):
        for whole in (
            ColumnTransformer([("num", part, [0, 1])]),
            ColumnTransformer([("num", StandardScaler(), [0])], remainder=part),
            FeatureUnion([("raw", "passthrough"), ("num", part)]),
        ):
            for estimator in (whole, make_pipeline(whole, SpyModel())):
                with pytest.raises(TypeError, match="resamples: it would add or remove rows"):
                    estimator.fit(X, y)


def test_scikit_learns_unions_inside_our_pipeline_are_looked_into():
    X, y = numbered()
    nested = sklearn.pipeline.Pipeline([("scale", StandardScaler()), ("smote", SMOTE())])
    columns = sklearn.compose.ColumnTransformer([("num", nested, [0, 1])])
    union = sklearn.pipeline.FeatureUnion([("num", nested)])
    for whole in (columns, union):
        with pytest.raises(TypeError, match=r"'num' \(Pipeline\) resamples"):
            make_pipeline(whole, SpyModel()).fit(X, y)


def test_an_inner_pipeline_with_a_sampler_is_refused_and_as_last_step_it_works():
    X, y = numbered()
    inner = make_pipeline(SpyScaler(), SpySampler(), SpyScaler("after"))
    with pytest.raises(TypeError, match="with a sampler inside"):
        make_pipeline(inner, SpyModel()).fit(X, y)
    with pytest.raises(TypeError, match="with a sampler inside"):
        make_pipeline(make_pipeline(SpyScaler(), SpySampler()), SpyModel()).fit(X, y)
    last = make_pipeline(SpyScaler(), make_pipeline(SpySampler(), SpyModel())).fit(X, y)
    assert last[-1][-1].n_fit_ == 36


def test_a_sampler_as_last_step_cannot_predict_and_the_error_says_what_to_do():
    X, y = numbered()
    pipe = make_pipeline(SpyScaler(), SpySampler()).fit(X, y)
    for method in ("predict", "transform", "score", "predict_proba", "fit_transform", "inverse_transform"):
        assert not hasattr(pipe, method), method
    with pytest.raises(AttributeError, match=r"'spysampler' \(SpySampler\), is a sampler.*Add a model.*fit_resample"):
        pipe.predict(X)
    assert len(pipe.fit_resample(X, y)[1]) == 36
    assert not hasattr(spied(), "fit_resample")


def test_a_step_that_is_both_transformer_and_sampler_is_refused():
    class Both(SpySampler):
        def transform(self, X):
            return X

    with pytest.raises(TypeError, match="both transform and fit_resample"):
        make_pipeline(Both(), SpyModel()).fit(*numbered())


def test_a_sampler_without_targets_is_refused():
    with pytest.raises(ValueError, match=r"'sampler' resamples.*requires y to be passed"):
        spied().fit(numbered()[0])


def test_fit_predict_after_a_sampler_is_refused():
    from sklearn.cluster import KMeans

    X, y = numbered()
    with pytest.raises(ValueError, match=r"fit\(X, y\), then predict\(X\)"):
        make_pipeline(SpySampler(), KMeans(2, n_init=1)).fit_predict(X, y)


def test_what_is_a_sampler_is_told_apart():
    assert is_sampler(SMOTE())
    assert not is_sampler(SMOTE)
    assert not is_sampler(StandardScaler())
    assert holds_sampler(make_pipeline(StandardScaler(), make_pipeline(SMOTE(), SpyModel())))
    assert not holds_sampler(make_pipeline(StandardScaler(), Ridge()))
    assert not holds_sampler("passthrough")


# ---- refused: rows and what belongs to them torn apart


@pytest.mark.parametrize("weights", [np.ones(30), [1.0] * 30, pd.Series(np.ones(30))], ids=["array", "list", "series"])
def test_weights_after_a_sampler_are_refused_with_a_remedy(weights):
    X, y = numbered()
    with pytest.raises(ValueError, match=r"model__sample_weight has one value for each of the 30 rows.*class_weight"):
        spied().fit(X, y, model__sample_weight=weights)
    both = Pipeline([("over", SpySampler()), ("under", FewerRows(30)), ("model", SpyModel())])
    with pytest.raises(ValueError, match="no longer belong together"):  # even where as many rows come out as went in
        both.fit(X, y, model__sample_weight=weights)


class FewerRows(SpySampler):
    """Keeps the last `n` rows."""

    def __init__(self, n=30):
        self.n = n

    def fit_resample(self, X, y):
        return X[-self.n :], y[-self.n :]


def test_weights_before_or_without_a_sampler_reach_their_step():
    X, y = numbered()
    w = np.linspace(1, 2, 30)
    pipe = make_pipeline(StandardScaler(), SpySampler(), SpyModel())
    assert pipe.fit(X, y, standardscaler__sample_weight=w)[0].mean_[0] == pytest.approx(np.average(X[:, 0], weights=w))
    plain = make_pipeline(StandardScaler(), SpyModel()).fit(X, y, spymodel__sample_weight=w)
    np.testing.assert_array_equal(w, plain[-1].weight_)


def test_fit_parameters_that_are_not_one_a_row_pass_a_sampler():
    X, y = numbered()
    pipe = spied().fit(X, y, model__sample_weight=np.ones(36))  # whoever knows the resampled length may say so
    assert pipe[-1].weight_.shape == (36,)
    assert spied().fit(X, y, model__sample_weight=None)[-1].weight_ is None


def test_a_transformer_that_drops_rows_is_refused_while_there_are_targets():
    X, y = numbered()
    with pytest.raises(ValueError, match=r"turned 30 rows into 15.*must be a sampler"):
        make_pipeline(DropsRows(), SpyModel()).fit(X, y)
    assert (
        make_pipeline(DropsRows(), StandardScaler()).fit(X)[-1].n_samples_seen_ == 15
    )  # no targets: nothing torn apart
    with pytest.raises(ValueError, match="returned 15 rows for 30"):
        FeatureUnion([("raw", "passthrough"), ("half", DropsRows())]).fit_transform(X)
    with pytest.raises(ValueError, match="returned 15 rows for 30"):
        ColumnTransformer([("half", DropsRows(), [0]), ("raw", "passthrough", [1])]).fit(X)


def test_a_sampler_that_returns_rows_and_targets_of_different_number_is_refused():
    class Broken(SpySampler):
        def fit_resample(self, X, y):
            return X, y[:-1]

    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        make_pipeline(Broken(), SpyModel()).fit(*numbered())


# ---- warned of


@pytest.mark.parametrize(
    "last",
    [
        theirs.GridSearchCV(SpyModel(), {"name": ["a"]}, cv=2),
        CalibratedClassifierCV(LogisticRegression(), cv=2),
        LogisticRegressionCV(Cs=2, l1_ratios=(0,), cv=2, use_legacy_attributes=False, scoring="accuracy"),
        RFECV(LogisticRegression(), cv=2),
    ],
    ids=lambda item: type(item).__name__,
)
def test_a_step_that_cross_validates_after_a_sampler_is_warned_of(last):
    X, y = numbered(60, rare=20)
    with pytest.warns(LeakageWarning, match=r"cross-validates on rows that step 'sampler' has resampled"):
        Pipeline([("sampler", SpySampler()), ("scale", StandardScaler()), ("last", last)]).fit(X, y)


def check_no_alarm(steps, X, y):
    """Assert that a pipeline of `steps` is fitted without a warning of leakage."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        make_pipeline(*steps).fit(X, y)
    assert [w for w in heard if issubclass(w.category, LeakageWarning)] == []


@pytest.mark.parametrize(
    "steps",
    [
        [StandardScaler(), theirs.GridSearchCV(SpyModel(), {"name": ["a"]}, cv=2)],
        [theirs.GridSearchCV(make_pipeline(SpySampler(), SpyModel()), {"spymodel__name": ["a"]}, cv=2)],
        [SpySampler(), TargetEncoder(cv=theirs.KFold(2)), LogisticRegression()],
        [SpySampler(), StandardScaler(), LogisticRegression()],
    ],
    ids=["search without sampler", "sampler inside the search", "encoder", "plain"],
)
def test_there_is_no_false_alarm_of_inner_splits(steps):
    check_no_alarm(steps, *numbered(60, rare=20))


@pytest.fixture
def houses(rng):
    """Return a data frame with its target, the price, still in it."""
    size, rooms = rng.uniform(50, 200, size=40), rng.integers(1, 6, size=40).astype(float)
    return pd.DataFrame({"size": size, "rooms": rooms, "price": 3 * size + 20 * rooms + rng.normal(size=40)})


def columns(*names):
    return ColumnTransformer([("scale", StandardScaler(), list(names))])


@pytest.mark.parametrize(
    "steps",
    [
        [LinearRegression()],
        [StandardScaler(), LinearRegression()],
        [columns("size", "price"), LinearRegression()],
        [ColumnTransformer([("scale", StandardScaler(), ["size"])], remainder="passthrough"), LinearRegression()],
        [make_pipeline(StandardScaler(), "passthrough"), Ridge()],
        [FeatureUnion([("a", StandardScaler())]), StandardScaler(), Ridge()],
    ],
    ids=["model alone", "scaled", "named", "remainder", "nested", "union"],
)
def test_a_target_among_the_features_is_warned_of(steps, houses):
    with pytest.warns(LeakageWarning, match=r"'price' is itself among the features.*X.drop\(columns='price'\)"):
        make_pipeline(*steps).fit(houses, houses["price"])


@pytest.mark.parametrize(
    "steps",
    [
        [columns("size", "rooms"), LinearRegression()],
        [sklearn.compose.ColumnTransformer([("scale", StandardScaler(), ["size"])]), LinearRegression()],
        [FunctionTransformer(lambda X: X[["size"]]), LinearRegression()],
        [StandardScaler(), "passthrough"],
    ],
    ids=["columns chosen", "scikit-learn's", "a function that does not tell names", "no model"],
)
def test_a_target_column_that_is_not_used_is_no_alarm(steps, houses):
    check_no_alarm(steps, houses, houses["price"])


def test_there_is_no_false_alarm_of_a_target(houses):
    X, y = houses.drop(columns="price"), houses["price"]
    for data, target in (
        (X, y),
        (X.assign(price=y.sample(frac=1, random_state=0).to_numpy()), y),  # the same name, other values
        (X.assign(size=y), y.rename("cost")),  # another name: a plain copy of the target is not looked for
        (houses.to_numpy(), y),
        (houses, y.to_numpy()),
        (X, y.rename(None)),
        (X.rename(columns={"size": 0, "rooms": 1}), y.rename(0)),
    ):
        check_no_alarm([StandardScaler(), LinearRegression()], data, target)


def test_a_target_that_selection_drops_is_no_alarm(houses):
    y = houses["rooms"]
    data = houses.assign(price=np.arange(40.0))
    select = SelectKBest(score_func=lambda X, y: np.array([1.0, 0.0, 2.0]), k=2)  # drops rooms
    check_no_alarm([select, LinearRegression()], data, y)


def test_leakage_warnings_can_be_made_errors(houses):
    with warnings.catch_warnings():
        warnings.simplefilter("error", LeakageWarning)
        with pytest.raises(LeakageWarning):
            make_pipeline(LinearRegression()).fit(houses, houses["price"])
