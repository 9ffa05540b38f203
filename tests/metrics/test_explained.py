import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

import scratchml.metrics as ours
from scratchml.core.errors import UndefinedMetricWarning
from scratchml.metrics import d2_absolute_error_score, d2_pinball_score, explained_variance_score, r2_score
from tests.metrics.made import check_same, few, weights
from tests.naive.metrics import regression as naive


@st.composite
def numbers(draw):
    """Return (y_true, y_pred, sample_weight) with constant columns now and then."""
    n, t = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    value = st.sampled_from([-2.0, -0.5, 0.0, 1.0, 1.5, 4.0])
    y, f = (np.array(draw(st.lists(value, min_size=n * t, max_size=n * t))).reshape(n, t) for _ in range(2))
    if draw(st.booleans()):
        y[:, 0] = 1.0
    if draw(st.booleans()):
        f[:, 0] = y[:, 0]
    return y, f, draw(weights(n))


# ---- by hand: the mean of 1, 2, 3, 6 is 3; squares about it 4, 1, 0, 9

Y = [1.0, 2.0, 3.0, 6.0]
F = [1.0, 1.0, 3.0, 4.0]


def test_the_share_explained_of_four_numbers():
    assert r2_score(Y, F) == 1 - 5 / 14
    # y - f is 0, 1, 0, 2 with mean 3/4: variance 11/16; variance of y 14/4
    assert explained_variance_score(Y, F) == pytest.approx(1 - (11 / 16) / (14 / 4), abs=1e-15)  # rounding
    # about the median 2.5: 1.5, 0.5, 0.5, 3.5
    assert d2_absolute_error_score(Y, F) == 1 - 3 / 6


def test_a_constant_offset_is_forgiven_by_the_explained_variance_alone():
    f = [y + 10 for y in Y]
    assert explained_variance_score(Y, f) == 1.0
    assert r2_score(Y, f) == 1 - 400 / 14


@pytest.mark.parametrize(("f", "finite", "raw"), [([2.0, 2.0], 1.0, np.nan), ([2.0, 3.0], 0.0, -np.inf)])
def test_a_constant_truth_gives_one_or_nothing(f, finite, raw):
    for score in (r2_score, explained_variance_score):
        assert score([2.0, 2.0], f) == finite
        np.testing.assert_equal(score([2.0, 2.0], f, force_finite=False), raw)


# ---- naive twin


@given(numbers())
def test_shares_equal_the_loops(made):
    y, f, w = made
    y, f = y[:, -1], f[:, -1]
    shown = y if w is None else y[w > 0]
    if len(set(shown.tolist())) > 1:
        expected = naive.r2_score(y, f, w)
        assert r2_score(y, f, sample_weight=w) == pytest.approx(expected, rel=1e-9, abs=1e-9)  # a quotient
        expected = naive.explained_variance_score(y, f, w)
        assert explained_variance_score(y, f, sample_weight=w) == pytest.approx(expected, rel=1e-9, abs=1e-9)  # same


# ---- outside reference


@pytest.mark.parametrize("name", ["r2_score", "explained_variance_score"])
@few
@given(
    made=numbers(),
    multioutput=st.sampled_from(["uniform_average", "raw_values", "variance_weighted", [0.2, 0.3, 0.5]]),
    finite=st.booleans(),
)
def test_shares_are_the_references(name, made, multioutput, finite):
    y, f, w = made
    if not finite and w is not None:
        w = np.ceil(w)  # broken weights leave 1e-17 in place of 0: then NaN and infinity hang on rounding
    options = {"sample_weight": w, "multioutput": multioutput, "force_finite": finite}
    with np.errstate(all="ignore"):
        check_same(getattr(ours, name), getattr(reference, name), y, f, tolerance=1e-10, **options)  # quotients


@few
@given(numbers(), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.sampled_from(["uniform_average", "raw_values"]))
def test_shares_of_the_pinball_loss_are_the_references(made, alpha, multioutput):
    y, f, w = made
    options = {"sample_weight": w, "alpha": alpha, "multioutput": multioutput}
    check_same(d2_pinball_score, reference.d2_pinball_score, y, f, tolerance=1e-10, **options)  # quotients
    check_same(d2_absolute_error_score, reference.d2_absolute_error_score, y, f, sample_weight=w, tolerance=1e-10)


# ---- laws


@given(numbers(), st.floats(0.5, 4.0), st.floats(-5.0, 5.0))
def test_units_do_not_matter(made, factor, shift):
    y, f, _ = made
    y, f = y[:, -1], f[:, -1]
    if len(set(y.tolist())) > 1:
        for score in (r2_score, explained_variance_score, d2_absolute_error_score):
            expected = score(y, f)
            assert score(factor * y + shift, factor * f + shift) == pytest.approx(expected, rel=1e-9, abs=1e-9)  # same


@given(numbers())
def test_r2_is_at_most_the_explained_variance(made):
    y, f, w = made
    y, f = y[:, -1], f[:, -1]
    shown = y if w is None else y[w > 0]
    if len(set(shown.tolist())) > 1:
        assert r2_score(y, f, sample_weight=w) <= explained_variance_score(y, f, sample_weight=w) + 1e-9  # rounding


# ---- edges and errors


def test_fewer_than_two_samples_explain_nothing():
    for score in (r2_score, d2_pinball_score, d2_absolute_error_score):
        with pytest.warns(UndefinedMetricWarning, match="fewer than two"):
            assert np.isnan(score([1.0], [1.0]))


@pytest.mark.parametrize(
    ("score", "options", "error", "words"),
    [
        (r2_score, {"multioutput": "median"}, ValueError, "Allowed 'multioutput'"),
        (r2_score, {"force_finite": "yes"}, TypeError, "True or False"),
        (explained_variance_score, {"multioutput": [1.0]}, ValueError, "only in multi-output"),
        (d2_pinball_score, {"alpha": 2.0}, ValueError, "alpha"),
        (d2_pinball_score, {"multioutput": "variance_weighted"}, ValueError, "Allowed 'multioutput'"),
    ],
)
def test_wrong_options_are_refused(score, options, error, words):
    with pytest.raises(error, match=words):
        score([1.0, 2.0], [1.0, 2.0], **options)
