import copy
import pickle

import numpy as np
import pytest
import sklearn.metrics as reference
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from scratchml.metrics import (
    accuracy_score,
    brier_score_loss,
    check_scoring,
    get_scorer,
    get_scorer_names,
    log_loss,
    make_scorer,
    r2_score,
    roc_auc_score,
)
from tests.metrics.made import X4, Y4, Threshold

CLUSTERING = [
    "adjusted_mutual_info_score",
    "adjusted_rand_score",
    "completeness_score",
    "fowlkes_mallows_score",
    "homogeneity_score",
    "mutual_info_score",
    "normalized_mutual_info_score",
    "rand_score",
    "v_measure_score",
]


@pytest.fixture(scope="module")
def fitted():
    """Return (model, X, y) by name: fitted models of scikit-learn on small data."""
    rng = np.random.default_rng(20240607)
    X = rng.normal(size=(80, 3))
    score = X[:, 0] + 0.8 * rng.normal(size=80)
    words, bits = np.where(score > 0.3, "yes", "no"), (score > 0.3).astype(int)
    several = np.argmax(X + 0.5 * rng.normal(size=X.shape), axis=1)
    amounts = np.exp(X @ [1.0, -0.5, 0.2] / 2 + 0.1 * rng.normal(size=80))
    models = {
        "words": (LogisticRegression(), words),
        "decisions": (RidgeClassifier(), bits),
        "several": (LogisticRegression(), several),
        "numbers": (LinearRegression(), amounts),
        "pipeline": (make_pipeline(StandardScaler(), LogisticRegression()), bits),
    }
    return {name: (model.fit(X, y), X, y) for name, (model, y) in models.items()}


# ---- by hand


def test_a_name_gives_its_metric():
    assert repr(get_scorer("recall_macro")) == (
        "make_scorer(recall_score, response_method='predict', pos_label=None, average='macro')"
    )


# ---- naive twin: scorers written out


def test_named_scorers_are_what_they_stand_for(fitted):
    model, X, y = fitted["words"]
    p = model.predict_proba(X)
    assert get_scorer("neg_log_loss")(model, X, y) == -log_loss(y, p)
    assert get_scorer("roc_auc")(model, X, y) == roc_auc_score(y, model.decision_function(X))
    brier = make_scorer(brier_score_loss, response_method="predict_proba", greater_is_better=False, pos_label="no")
    assert brier(model, X, y) == -brier_score_loss(y, p[:, 0], pos_label="no")
    model, X, y = fitted["numbers"]
    assert get_scorer("r2")(model, X, y) == r2_score(y, model.predict(X))


# ---- outside reference


def test_names_are_the_references():
    ours, theirs = set(get_scorer_names()), set(reference.get_scorer_names())
    assert ours <= theirs
    assert theirs - ours <= {"positive_likelihood_ratio", "neg_negative_likelihood_ratio", *CLUSTERING}


def score_of(scorer, case, **options):
    try:
        return scorer(*case, **options)
    except (ValueError, TypeError, AttributeError):
        return "error"


@pytest.mark.parametrize("name", [n for n in get_scorer_names() if n not in CLUSTERING])
@pytest.mark.filterwarnings("ignore")
def test_every_name_gives_the_references_score(name, fitted):
    ours, theirs = get_scorer(name), reference.get_scorer(name)
    for case in fitted.values():
        for options in ({}, {"sample_weight": np.arange(80) % 3 + 1.0}):
            expected, found = score_of(theirs, case, **options), score_of(ours, case, **options)
            assert found == expected or found == pytest.approx(expected, abs=1e-12, nan_ok=True)  # the room's


# ---- laws


@pytest.mark.parametrize("name", get_scorer_names())
def test_a_scorer_survives_copying_and_pickling(name):
    scorer = get_scorer(name)
    assert repr(pickle.loads(pickle.dumps(scorer))) == repr(copy.deepcopy(scorer)) == repr(scorer)


# ---- edges and errors


def test_without_scoring_the_estimators_own_score_counts():
    model = Threshold().fit(X4, Y4)
    scorer = check_scoring(model)
    assert repr(scorer) == "Threshold.score"
    assert scorer(model, X4, Y4) == model.score(X4, Y4)
    assert scorer(model, X4, Y4, sample_weight=[1, 0, 0, 1]) == 1.0
    assert check_scoring(object(), allow_none=True) is None
    with pytest.raises(TypeError, match="'score' method"):
        check_scoring(object())


@pytest.mark.parametrize(
    ("scoring", "error", "words"),
    [
        ("acuracy", ValueError, "not a valid scoring value"),
        ([], ValueError, "empty"),
        (["accuracy", "accuracy"], ValueError, "repeats"),
        (["accuracy", 3], ValueError, "not strings"),
        ([accuracy_score], ValueError, "not strings"),
        ({1: "accuracy"}, ValueError, "not strings"),
        (accuracy_score, ValueError, "make_scorer"),
        (reference.accuracy_score, ValueError, "make_scorer"),
        (3.5, TypeError, "name or a callable"),
        ({"a": "acuracy"}, ValueError, "not a valid scoring value"),
    ],
)
def test_wrong_scoring_is_refused_with_a_reason(scoring, error, words):
    with pytest.raises(error, match=words):
        check_scoring(Threshold(), scoring)
