"""Predictions of linear classifiers: by hand, outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_expit, log_softmax

from scratchml.core import NotFittedError
from scratchml.linear_model import LogisticRegression
from scratchml.linear_model.linear_classifier import list_log_sigmoids, log_shares


def fitted(coef, intercept, classes, **how):
    """Return a model with these coefficients."""
    model = LogisticRegression(**how)
    model.coef_, model.intercept_, model.classes_ = np.array(coef), np.array(intercept), np.array(classes)
    model.n_features_in_ = model.coef_.shape[1]
    return model


# ---- by hand


def test_two_classes_on_paper():
    model = fitted([[1.0, -1.0]], [0.5], ["no", "yes"])
    assert model.decision_function([[2.0, 1.0], [0.0, 1.0]]).tolist() == [1.5, -0.5]
    assert model.predict([[2.0, 1.0], [0.0, 1.0]]).tolist() == ["yes", "no"]
    p = 1 / (1 + np.exp(-1.5))
    np.testing.assert_allclose(model.predict_proba([[2.0, 1.0]]), [[1 - p, p]], rtol=1e-15)
    assert model.predict([[-0.5, 0.0]]).tolist() == ["no"]  # on the border: the first class


def test_three_classes_on_paper():
    model = fitted([[0.0], [np.log(2.0)], [0.0]], [0.0, 0.0, np.log(3.0)], [5, 6, 7])
    np.testing.assert_allclose(model.predict_proba([[1.0]]), [[1 / 6, 2 / 6, 3 / 6]], rtol=1e-15)
    np.testing.assert_allclose(model.predict_log_proba([[1.0]]), np.log([[1 / 6, 2 / 6, 3 / 6]]), rtol=1e-14)
    assert model.predict([[1.0], [2.0], [1.5]]).tolist() == [7, 6, 7]


def test_one_versus_rest_divides_by_the_sum():
    model = fitted([[0.0], [0.0], [0.0]], [0.0, np.log(3.0), 0.0], [0, 1, 2], multi_class="ovr")
    np.testing.assert_allclose(model.predict_proba([[9.0]]), [[0.5 / 1.75, 0.75 / 1.75, 0.5 / 1.75]], rtol=1e-15)


# ---- outside reference


def test_logarithms_are_scipys(rng):
    z = np.concatenate([rng.normal(size=50) * 10, [-800.0, 800.0, 0.0]])
    out = np.empty_like(z)
    list_log_sigmoids(z, out)
    np.testing.assert_allclose(out, log_expit(z), rtol=1e-14, atol=1e-300)
    Z = rng.normal(size=(20, 4)) * 50
    np.testing.assert_allclose(log_shares(Z), log_softmax(Z, axis=1), rtol=1e-12, atol=1e-15)  # near 0 it cancels


# ---- laws


@given(st.floats(-700, 700))
def test_a_small_probability_keeps_its_digits(z):
    model = fitted([[1.0]], [0.0], [0, 1])
    p = model.predict_proba([[z], [-z]])
    assert p[0, 0] == p[1, 1]  # exchanging the sides exchanges the classes, to the last bit
    assert p[0].sum() == pytest.approx(1.0, rel=1e-15)
    np.testing.assert_allclose(np.log(p), model.predict_log_proba([[z], [-z]]), rtol=1e-13, atol=1e-15)


def test_threads_do_not_change_a_bit(rng):
    X = rng.normal(size=(300_000, 4))
    model = fitted(rng.normal(size=(3, 4)), rng.normal(size=3), [0, 1, 2])
    alone = model.set_params(n_jobs=1).decision_function(X)
    assert alone.tobytes() == model.set_params(n_jobs=4).decision_function(X).tobytes()


# ---- edges and errors


def test_far_out_every_answer_is_finite():
    model = fitted([[1.0], [0.0], [-1.0]], [0.0, 0.0, 0.0], [0, 1, 2])
    assert model.predict_proba([[1e300]]).tolist() == [[1.0, 0.0, 0.0]]
    assert np.isfinite(model.predict_log_proba([[1e300]])).all()
    with pytest.raises(ValueError, match="too large for float64"):
        fitted([[1e10]], [0.0], [0, 1]).predict([[1e300]])


def test_before_fit_there_is_no_answer():
    for name in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        with pytest.raises(NotFittedError, match="not fitted"):
            getattr(LogisticRegression(), name)([[1.0]])
