"""SGDClassifier: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings
from itertools import product

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.model_selection import GridSearchCV

import scratchml.linear_model.sgd_classifier as module
import tests.naive.linear_model.sgd_epoch as naive
from scratchml.core import record
from scratchml.core.parallel import THREADS_VARIABLE
from scratchml.linear_model import SGDClassifier
from scratchml.linear_model.sgd_descent import THREADS_FROM, Descent
from scratchml.linear_model.sgd_estimator import LOSSES
from tests.linear_model.test_sgd_regressor import check_same, fit_quietly

SCHEDULES = ("constant", "optimal", "invscaling", "adaptive")
seeds = st.integers(0, 10**6)


def made(rng, k=2, n=90, d=4):
    """Return X and labels 0 ... k-1 that overlap a little."""
    y = np.arange(n) % k
    return rng.normal(size=(n, d)) + y[:, None] * np.linspace(-1, 1, d), y


# ---- by hand


def test_two_steps_of_hinge_on_paper():
    # eta 0.5. x = 1, y = 1: z = 0 <= 1, w = b = 0.5. x = -1, y = -1: z = 0, -z <= 1: w = 1, b = 0
    how = {"penalty": None, "learning_rate": "constant", "eta0": 0.5, "shuffle": False, "tol": None, "max_iter": 1}
    model = SGDClassifier(**how).fit([[1.0], [-1.0]], ["yes", "no"])
    assert model.coef_.tolist() == [[1.0]]
    assert model.intercept_.tolist() == [0.0]
    assert model.classes_.tolist() == ["no", "yes"]
    assert model.decision_function([[2.0]]).tolist() == [2.0]
    assert model.predict([[2.0], [-3.0], [0.0]]).tolist() == ["yes", "no", "no"]


def test_class_weights_lengthen_the_steps_on_paper():
    how = {"penalty": None, "learning_rate": "constant", "eta0": 0.5, "shuffle": False, "tol": None, "max_iter": 1}
    model = SGDClassifier(class_weight={1: 3.0}, **how).fit([[1.0], [-1.0]], [1, 0], sample_weight=[2.0, 1.0])
    # x = 1: w = b = 0.5 * 3 * 2 = 3. x = -1: z = 0 <= 1: w = 3.5, b = 2.5
    assert model.coef_.tolist() == [[3.5]]
    assert model.intercept_.tolist() == [2.5]


def test_probabilities_on_paper():
    model = SGDClassifier("log_loss", random_state=0).fit([[-1.0], [1.0]], [0, 1])
    model.coef_, model.intercept_ = np.array([[1.0]]), np.array([0.0])
    assert model.predict_proba([[np.log(3.0)]])[0] == pytest.approx([0.25, 0.75])
    assert model.predict_log_proba([[np.log(3.0)]])[0] == pytest.approx(np.log([0.25, 0.75]))
    model.set_params(loss="modified_huber")
    assert model.predict_proba([[0.5], [3.0], [-1.0]]).tolist() == [[0.25, 0.75], [0.0, 1.0], [1.0, 0.0]]
    three = SGDClassifier("modified_huber", random_state=0).fit([[-1.0], [0.0], [1.0]], [0, 1, 2])
    three.coef_, three.intercept_ = np.array([[1.0], [2.0], [0.0]]), np.array([0.0, 0.0, -1.0])
    assert three.predict_proba([[0.5], [-2.0]]) == pytest.approx(np.array([[3 / 7, 4 / 7, 0], [1 / 3, 1 / 3, 1 / 3]]))


# ---- naive twin


@pytest.mark.parametrize("loss", LOSSES)
def test_agrees_with_the_naive_twin(rng, loss):
    X, y = made(rng, n=30)
    X *= 0.3  # steps are short enough then not to blow up what differences lack
    stream = np.random.RandomState(5)
    stream.randint(1, 2**31 - 1)  # drawn in vain
    how = {"alpha": 0.5, "penalty": "elasticnet"}
    seed = stream.randint(2**31 - 1)
    iterates, _ = naive.descend(X.tolist(), (2.0 * y - 1).tolist(), loss, epochs=3, seed=seed, p=0.2, **how)
    model = SGDClassifier(loss, epsilon=0.2, max_iter=3, tol=None, random_state=5, **how).fit(X, y)
    np.testing.assert_allclose(model.coef_[0], iterates[-1][0], rtol=1e-6, atol=1e-7)  # slopes are differences there
    np.testing.assert_allclose(model.intercept_[0], iterates[-1][1], rtol=1e-6, atol=1e-7)


# ---- outside reference


@pytest.mark.parametrize("loss", LOSSES)
def test_the_same_seed_gives_scikit_learns_weights(rng, loss):
    weight = rng.random(90)
    for k, schedule, penalty, average in product((2, 3), SCHEDULES, ("l2", "elasticnet"), (False, 100)):
        X, y = made(rng, k)
        how = {"learning_rate": schedule, "penalty": penalty, "average": average, "random_state": 7, "max_iter": 30}
        both = (SGDClassifier, reference.SGDClassifier)
        check_same(*(fit_quietly(m(loss, **how), X, y, sample_weight=weight) for m in both))


OTHERS = {
    "l1": {"penalty": "l1", "alpha": 0.01},
    "no penalty": {"penalty": None},
    "pa1": {"learning_rate": "pa1", "eta0": 0.5},
    "pa2": {"learning_rate": "pa2", "eta0": 0.5, "penalty": None},
    "no intercept": {"fit_intercept": False},
    "no shuffle": {"shuffle": False},
    "no tol": {"tol": None, "max_iter": 7},
    "balanced": {"class_weight": "balanced"},
    "weights of classes": {"class_weight": {0: 3.0, 1: 0.5}},
    "early stopping": {"early_stopping": True, "penalty": None},
    "strong penalty": {"alpha": 10.0},
}


@pytest.mark.parametrize("name", OTHERS)
def test_so_do_other_settings_and_predictions_are_scikit_learns(rng, name):
    for k in (2, 4):
        X, y = made(rng, k)
        keep = rng.random(90) < np.where(y == 0, 0.4, 1.0)
        X, y = X[keep], y[keep]
        ours, theirs = (
            fit_quietly(m(random_state=3, **OTHERS[name]), X, y) for m in (SGDClassifier, reference.SGDClassifier)
        )
        check_same(ours, theirs)
        np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), rtol=1e-12, atol=1e-12)
        assert ours.predict(X).tolist() == theirs.predict(X).tolist()


@pytest.mark.parametrize("loss", ["log_loss", "modified_huber"])
def test_probabilities_are_scikit_learns(rng, loss):
    for k in (2, 3):
        X, y = made(rng, k)
        ours, theirs = (m(loss, random_state=0).fit(X, y) for m in (SGDClassifier, reference.SGDClassifier))
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=1e-15)  # 1 - p, theirs


def test_real_data_and_default_epochs():
    for X, y in (load_breast_cancer(return_X_y=True), load_digits(return_X_y=True)):
        check_same(*(m(random_state=0).fit(X, y) for m in (SGDClassifier, reference.SGDClassifier)))


def test_partial_fit_and_warm_start_give_scikit_learns_weights(rng):
    for k in (2, 3):
        X, y = made(rng, k, 200)
        ours, theirs = (m(random_state=1) for m in (SGDClassifier, reference.SGDClassifier))
        for s in (slice(0, 50), slice(50, 120), slice(120, 200)):
            classes = np.arange(k) if s.start == 0 else None
            check_same(ours.partial_fit(X[s], y[s], classes), theirs.partial_fit(X[s], y[s], classes))
        check_same(ours.fit(X, y).partial_fit(X, y), theirs.fit(X, y).partial_fit(X, y))
        ours, theirs = (m(random_state=1, warm_start=True) for m in (SGDClassifier, reference.SGDClassifier))
        for _ in range(2):
            check_same(ours.fit(X, y), theirs.fit(X, y))


def test_a_shared_generator_stays_in_step_with_scikit_learns(rng):
    mine, other = np.random.RandomState(3), np.random.RandomState(3)
    for k in (2, 3, 2):
        X, y = made(rng, k)
        how = {"early_stopping": True, "penalty": None}
        ours, theirs = SGDClassifier(random_state=mine, **how), reference.SGDClassifier(random_state=other, **how)
        check_same(ours.fit(X, y), theirs.fit(X, y))
    assert mine.randint(2**31 - 1) == other.randint(2**31 - 1)


@pytest.mark.parametrize("loss", ["hinge", "log_loss"])
def test_early_stopping_is_scikit_learns_but_for_what_it_scores(rng, monkeypatch, loss):
    # scikit-learn scores v, not w = scale v, and compares -1 and 1 with log_loss's labels 0 and 1, so that it counts
    # positives only. Told to do the same, ours ends in the same epochs; else they may differ
    def accuracy_of_positives(X, positive, weight):
        return lambda w, b: float(np.average((X @ w + b > 0) & positive, weights=weight))

    differing = 0
    for seed in range(12):
        X, y = made(rng, 2, 200)
        how = {"early_stopping": True, "alpha": 0.01, "random_state": seed}
        ours, theirs = (m(loss, **how).fit(X, y) for m in (SGDClassifier, reference.SGDClassifier))
        differing += ours.n_iter_ != theirs.n_iter_
        with monkeypatch.context() as patch:
            patch.setattr(Descent, "score_now", lambda self: self.stop.score(self.v, self.place.b))
            if loss == "log_loss":
                patch.setattr(module, "accuracy_on", accuracy_of_positives)
            check_same(SGDClassifier(loss, **how).fit(X, y), theirs)
    assert differing > 0


def test_works_inside_scikit_learns_grid_search(rng):
    X, y = made(rng)
    models = SGDClassifier(random_state=0), reference.SGDClassifier(random_state=0)
    found, expected = (GridSearchCV(m, {"loss": ["hinge", "log_loss"]}, cv=3).fit(X, y) for m in models)
    assert found.cv_results_["mean_test_score"].tolist() == expected.cv_results_["mean_test_score"].tolist()


# ---- laws


@given(seeds, st.sampled_from([False, True, 7]), st.integers(2, 3))
def test_partial_fits_over_epochs_are_a_fit_without_shuffle(seed, average, k):
    # with averaging this is not so in scikit-learn, whose partial_fit forgets the intercept it has got to
    X, y = made(np.random.default_rng(seed), k, 15, 2)
    how = {"shuffle": False, "tol": None, "average": average, "alpha": 0.01}
    expected = fit_quietly(SGDClassifier(max_iter=3, **how), X, y)
    found = SGDClassifier(**how)
    for _ in range(3):
        found.partial_fit(X, y, np.arange(k))
    np.testing.assert_allclose(found.coef_, expected.coef_, rtol=1e-11, atol=1e-12)  # scale is multiplied in between
    np.testing.assert_allclose(found.intercept_, expected.intercept_, rtol=1e-11, atol=1e-12)


@given(seeds, st.sampled_from(["hinge", "squared_hinge", "modified_huber", "perceptron", "squared_error"]))
def test_exchanged_labels_turn_the_plane_round(seed, loss):
    X, y = made(np.random.default_rng(seed), 2, 20)
    expected, found = (SGDClassifier(loss, random_state=seed).fit(X, labels) for labels in (y, 1 - y))
    assert (-found.coef_).tobytes() == expected.coef_.tobytes()
    assert (-found.intercept_).tobytes() == expected.intercept_.tobytes()


@given(seeds)
def test_the_names_of_classes_do_not_matter(seed):
    X, y = made(np.random.default_rng(seed), 3, 30)
    expected = SGDClassifier(random_state=0).fit(X, y)
    found = SGDClassifier(random_state=0).fit(X, np.array(["ape", "bee", "cat"])[y])
    assert found.coef_.tobytes() == expected.coef_.tobytes()
    assert found.predict(X).tolist() == np.array(["ape", "bee", "cat"])[expected.predict(X)].tolist()


def test_one_class_against_all_others_is_a_fit_of_its_own(rng):
    X, y = made(rng, 3)
    how = {"shuffle": False, "tol": None, "max_iter": 4}
    all_three = SGDClassifier(**how).fit(X, y)
    for j in range(3):
        alone = SGDClassifier(**how).fit(X, y == j)
        assert alone.coef_[0].tobytes() == all_three.coef_[j].tobytes()


def test_threads_change_no_bit(rng, monkeypatch):
    X, y = made(rng, 4, THREADS_FROM // 20, 20)  # large enough for threads to be used
    fits = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv(THREADS_VARIABLE, threads)
        fits.append(fit_quietly(SGDClassifier(random_state=0, max_iter=5, average=True), X, y))
    assert len({model.coef_.tobytes() for model in fits}) == 1
    assert len({model.n_iter_ for model in fits}) == 1


def test_the_certificate_is_small_at_the_minimum_found_otherwise(rng):
    X, y = made(rng)
    C = 1 / (0.01 * 90)  # scikit-learn's C is 1 / (alpha n)
    best = reference.LogisticRegression(C=C, tol=1e-12, max_iter=1000).fit(X, y)
    model = SGDClassifier("log_loss", alpha=0.01, random_state=0).fit(X, y)
    walked = model.certify(X, y)
    assert walked.smooth
    assert 1e-4 < walked.gradient < 0.1  # the walk is noisy
    model.coef_, model.intercept_ = best.coef_, best.intercept_
    found = model.certify(X, y)
    assert found.gradient < 1e-9
    assert found.objective < walked.objective
    assert not SGDClassifier(random_state=0).fit(X, y).certify(X, y).smooth


def test_a_step_tells_of_each_class_whether_it_goes_on(rng):
    X, y = made(rng, 3)
    path = record(SGDClassifier(random_state=0).steps(X, y))
    running = np.array([s.running for s in path])
    assert not running[-1].any()
    assert (np.diff(running.astype(int), axis=0) <= 0).all()  # who has ended does not begin again
    ended = int(np.argmin(running[:, 0]))
    assert (path[-1].weights.w[0] == path[ended].weights.w[0]).all()
    assert [s.iteration for s in path] == list(range(1, len(path) + 1))


# ---- edges and errors


def test_probabilities_are_there_for_two_losses_only():
    for loss in LOSSES:
        model = SGDClassifier(loss)
        assert hasattr(model, "predict_proba") == (loss in ("log_loss", "modified_huber"))
    with pytest.raises(AttributeError, match="probability estimates are not available for loss='hinge'"):
        _ = SGDClassifier().predict_proba


def test_one_class_is_an_error(rng):
    X = rng.normal(size=(5, 2))
    for fit in (lambda: SGDClassifier().fit(X, [1] * 5), lambda: SGDClassifier().partial_fit(X, [1] * 5, [1])):
        with pytest.raises(ValueError, match="greater than one; got 1 class"):
            fit()


def test_partial_fit_wants_to_know_all_labels(rng):
    X, y = made(rng, 3)
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        SGDClassifier().partial_fit(X, y)
    with pytest.raises(ValueError, match="label 2, which is not among the classes"):
        SGDClassifier().partial_fit(X, y, [0, 1])
    model = SGDClassifier(random_state=0).partial_fit(X[:1], y[:1], [0, 1, 2])  # not all need be there
    assert model.coef_.shape == (3, 4)
    with pytest.raises(ValueError, match="not the same as on last call"):
        model.partial_fit(X, y, [0, 1])
    with pytest.raises(ValueError, match="class_weight 'balanced' is not supported"):
        SGDClassifier(class_weight="balanced").partial_fit(X, y, [0, 1, 2])
    with pytest.raises(ValueError, match="labels other than those of fit"):
        model.certify(X, y + 1)


def test_early_stopping_needs_rows_of_each_class_on_both_sides(rng):
    X = rng.normal(size=(12, 2))
    with pytest.raises(ValueError, match="only 1 member"):
        SGDClassifier(early_stopping=True).fit(X, [0] * 11 + [1])
    with pytest.raises(ValueError, match="number of classes = 3"):
        SGDClassifier(early_stopping=True).fit(X, [0, 1, 2] * 4)


def test_coef_init_of_another_shape_is_refused(rng):
    X, y = made(rng, 3)
    with pytest.raises(ValueError, match="coef_init does not match"):
        SGDClassifier().fit(X, y, coef_init=np.ones((2, 4)))
    with pytest.raises(ValueError, match="intercept_init does not match"):
        SGDClassifier().fit(X, y, intercept_init=np.ones(2))


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_hinge_works_at_any_scale_or_says_why_not(rng, scale):
    X, y = made(rng, 2, 200)
    X = X - X.mean(axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = SGDClassifier("perceptron", learning_rate="constant", penalty=None, random_state=0).fit(X, y)
        found = SGDClassifier("perceptron", learning_rate="constant", penalty=None, random_state=0, fit_intercept=False)
        found.fit(X * scale, y)
    assert found.score(X, y) > expected.score(X, y) - 0.1  # the perceptron does not care for units
    with pytest.raises(ValueError, match=r"overflow occurred.*StandardScaler"):
        SGDClassifier("squared_error", random_state=0).fit(X * 1e155, y)
