import numpy as np
import pytest
import sklearn.metrics as reference
from sklearn.cluster import KMeans
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.neural_network import MLPClassifier

from scratchml.core import NotFittedError
from scratchml.metrics import (
    accuracy_score,
    average_precision_score,
    check_scoring,
    f1_score,
    fbeta_score,
    get_scorer,
    make_scorer,
    mean_squared_error,
    precision_score,
    roc_auc_score,
)
from tests.metrics.made import X4, Y4, Threshold


@pytest.fixture
def two_classes(rng):
    X = rng.normal(size=(80, 3))
    return X, np.where(X[:, 0] + 0.8 * rng.normal(size=80) > 0.3, "yes", "no")


# ---- by hand: a threshold at zero, four samples


def test_a_scorer_predicts_and_measures():
    model = Threshold().fit(X4, Y4)
    assert get_scorer("accuracy")(model, X4, Y4) == 0.5
    assert get_scorer("roc_auc")(model, X4, Y4) == 3 / 4
    assert make_scorer(f1_score, pos_label="yes")(model, X4, Y4) == 0.5


def test_a_loss_is_negated():
    model = DummyRegressor(strategy="constant", constant=1.0).fit([[0.0]], [1.0])
    assert get_scorer("neg_mean_squared_error")(model, [[0.0], [0.0]], [1.0, 3.0]) == -2.0


def test_weights_reach_the_metric():
    model = Threshold().fit(X4, Y4)
    assert get_scorer("accuracy")(model, X4, Y4, sample_weight=[1, 0, 0, 1]) == 1.0


def test_decision_values_change_sign_with_the_positive_label():
    model = Threshold().fit(X4, Y4)
    for label, sign in (("yes", 1), ("no", -1)):
        scorer = make_scorer(average_precision_score, response_method="decision_function", pos_label=label)
        assert scorer(model, X4, Y4) == average_precision_score(Y4, sign * X4[:, 0], pos_label=label)


# ---- naive twin: a scorer is its metric and a sign; test_scoring.py writes some out


# ---- outside reference


@pytest.mark.parametrize("model", [RandomForestClassifier(5, random_state=0), MLPClassifier((4,), max_iter=5)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_label_tables_are_scored_as_the_reference_does(model, rng):
    X = rng.normal(size=(40, 3))
    y = (X + rng.normal(size=X.shape) > 0).astype(int)
    model.fit(X, y)
    for name in ("f1_macro", "f1_samples", "average_precision"):
        expected = reference.get_scorer(name)(model, X, y)
        assert get_scorer(name)(model, X, y) == pytest.approx(expected, abs=1e-12)  # the room's tolerance


def test_scikit_learns_search_takes_our_scorers(two_classes):
    X, y = two_classes
    scoring = {"auc": get_scorer("roc_auc"), "f1": make_scorer(f1_score, pos_label="yes")}
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, scoring=scoring, refit="auc", cv=3).fit(X, y)
    theirs = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, scoring="roc_auc", cv=3).fit(X, y)
    np.testing.assert_allclose(
        search.cv_results_["mean_test_auc"],
        theirs.cv_results_["mean_test_score"],
        rtol=1e-12,  # the room's tolerance
    )
    assert get_scorer("roc_auc")(search, X, y) == roc_auc_score(y, search.decision_function(X))
    found = cross_validate(LogisticRegression(), X, y, cv=3, scoring=check_scoring(scoring=["accuracy", "roc_auc"]))
    assert set(found) >= {"test_accuracy", "test_roc_auc"}


def test_clusterings_are_scored_without_classes(rng):
    X = rng.normal(size=(30, 2))
    model = KMeans(2, n_init=1, random_state=0).fit(X)
    assert make_scorer(accuracy_score)(model, X, model.labels_) == 1.0


# ---- laws


def test_several_scorers_ask_once_for_each_answer():
    model = Threshold().fit(X4, Y4)
    scorer = check_scoring(model, ["accuracy", "balanced_accuracy", "roc_auc", "f1_macro"])
    scores = scorer(model, X4, Y4)
    assert sorted(model.asked) == ["decision_function", "predict"]
    assert scores == {name: get_scorer(name)(model, X4, Y4) for name in scores}


def test_shared_answers_do_not_mix_positive_labels():
    model = Threshold().fit(X4, Y4)
    scorers = {
        label: make_scorer(average_precision_score, response_method="decision_function", pos_label=label)
        for label in ("no", "yes")
    }
    assert check_scoring(model, scorers)(model, X4, Y4) == {k: s(model, X4, Y4) for k, s in scorers.items()}


def test_weights_go_to_the_scorers_that_take_them():
    model = Threshold().fit(X4, Y4)
    scorers = {"plain": lambda estimator, X, y: 7.0, "weighted": get_scorer("accuracy")}
    found = check_scoring(model, scorers)(model, X4, Y4, sample_weight=[1, 0, 0, 1])
    assert found == {"plain": 7.0, "weighted": 1.0}


# ---- edges and errors


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        (("accuracy",), {}, TypeError, "callable"),
        ((accuracy_score,), {"response_method": "transform"}, ValueError, "response_method"),
        ((accuracy_score,), {"response_method": []}, ValueError, "response_method"),
        ((accuracy_score,), {"greater_is_better": "no"}, TypeError, "True or False"),
    ],
)
def test_wrong_scorers_are_refused_with_a_reason(arguments, options, error, words):
    with pytest.raises(error, match=words):
        make_scorer(*arguments, **options)


def test_a_missing_method_is_named():
    with pytest.raises(AttributeError, match="none of the following attributes: predict_proba"):
        get_scorer("neg_log_loss")(Threshold().fit(X4, Y4), X4, Y4)


def test_an_unfitted_classifier_is_named():
    with pytest.raises(NotFittedError, match="Threshold"):
        get_scorer("accuracy")(Threshold(), X4, Y4)


def test_a_positive_label_that_is_no_class_is_refused():
    with pytest.raises(ValueError, match="pos_label=1 is not a valid label"):
        get_scorer("f1")(Threshold().fit(X4, Y4), X4, Y4)


def test_options_given_twice_are_warned_of():
    scorer = make_scorer(fbeta_score, beta=1, pos_label="yes")
    with pytest.warns(UserWarning, match="beta given both"):
        scorer(Threshold().fit(X4, Y4), X4, Y4, beta=2)


def test_a_failing_scorer_may_leave_its_traceback():
    def fail(estimator, X, y):
        raise ZeroDivisionError("as told")

    scorers = {"good": "accuracy", "bad": fail}
    found = check_scoring(Threshold(), scorers, raise_exc=False)(Threshold().fit(X4, Y4), X4, Y4)
    assert found["good"] == 0.5
    assert "ZeroDivisionError: as told" in found["bad"]
    with pytest.raises(ZeroDivisionError):
        check_scoring(Threshold(), scorers)(Threshold().fit(X4, Y4), X4, Y4)


def test_scorers_say_what_they_are():
    assert repr(make_scorer(fbeta_score, beta=2)) == "make_scorer(fbeta_score, response_method='predict', beta=2)"
    assert repr(check_scoring(scoring={"a": "accuracy"})) == "MultimetricScorer('a')"
    expected = "make_scorer(mean_squared_error, greater_is_better=False, response_method='predict')"
    assert repr(make_scorer(mean_squared_error, greater_is_better=False)) == expected
    assert get_scorer(None) is None
    assert precision_score.__name__ in repr(get_scorer("precision_micro"))
