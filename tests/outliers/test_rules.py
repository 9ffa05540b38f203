"""ZScore, ModifiedZScore, IQRFences, Mahalanobis: by hand, naive twins, references, laws, edges and errors."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.covariance import EmpiricalCovariance

import tests.naive.outliers.rules as naive
from scratchml.ensemble import IsolationForest
from scratchml.maths.special import gamma_height, gamma_tails
from scratchml.neighbors import LocalOutlierFactor
from scratchml.outliers import IQRFences, Mahalanobis, ModifiedZScore, ZScore
from scratchml.outliers.chi_square import quantile
from scratchml.outliers.detector import FARTHEST, leave_band, mean_and_spread

RULES = [ZScore, ModifiedZScore, IQRFences, Mahalanobis]
TWINS = dict(zip(RULES, (naive.z_score, naive.modified_z_score, naive.iqr_fences, naive.mahalanobis)))
SIX = [*RULES, IsolationForest, LocalOutlierFactor]
every_rule = pytest.mark.parametrize("rule", RULES)
every_detector = pytest.mark.parametrize("detector", SIX)


def cloud(rng, n=80, d=2):
    X = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 5.0
    X[0] = 40.0
    return X


def made(detector, **params):
    """Return a detector that can judge new rows, with a seed where it draws."""
    more = {IsolationForest: {"random_state": 0}, LocalOutlierFactor: {"novelty": True}}.get(detector, {})
    return detector(**more, **params)


# ---- by hand


def test_z_scores_on_paper():
    model = ZScore(threshold=1.9).fit([[0.0], [0.0], [0.0], [0.0], [5.0]])  # mean 1, s = 2, z = -1/2 and 2
    assert (model.mean_, model.scale_, model.offset_) == (1.0, 2.0, -1.9)
    assert model.score_samples([[0.0], [5.0]]).tolist() == [-0.5, -2.0]
    assert model.predict([[0.0], [5.0]]).tolist() == [1, -1]


def test_modified_z_scores_on_paper():
    model = ModifiedZScore().fit([[1.0], [2.0], [4.0], [5.0], [104.0]])  # median 4, distances 0 1 2 3 100: MAD 2
    assert (model.median_, model.mad_, model.scale_) == (4.0, 2.0, 2.0 / 0.6745)
    assert model.score_samples([[104.0]])[0] == pytest.approx(-0.6745 * 100 / 2, rel=1e-15)  # a rounding
    assert model.offset_ == -3.5


def test_a_mad_of_zero_falls_back_on_the_mean_deviation():
    model = ModifiedZScore().fit([[1.0], [1.0], [1.0], [1.0], [11.0]])
    assert model.mad_ == 0.0
    assert model.scale_ == 1.253314 * 2.0
    assert pytest.approx(np.sqrt(np.pi / 2), abs=5e-7) == 1.253314  # six digits


def test_fences_on_paper():
    model = IQRFences().fit([[1.0], [2.0], [3.0], [4.0], [50.0]])
    assert (model.q1_, model.q3_, model.iqr_) == (2.0, 4.0, 2.0)
    assert (model.lower_fence_, model.upper_fence_) == (-1.0, 7.0)
    assert model.predict([[-1.0], [7.0], [7.5], [-1.5]]).tolist() == [1, 1, -1, -1]


def test_mahalanobis_on_paper():
    X = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]])  # S = diag(2, 1/2)
    model = Mahalanobis().fit(X)
    np.testing.assert_allclose(model.covariance_, [[2.0, 0.0], [0.0, 0.5]], rtol=1e-15, atol=1e-15)  # a rounding
    np.testing.assert_allclose(model.precision_, [[0.5, 0.0], [0.0, 2.0]], rtol=1e-14, atol=1e-15)  # eigenvectors
    np.testing.assert_allclose(model.dist_, [2.0] * 4, rtol=1e-14)  # likewise
    assert model.mahalanobis([[2.0, 1.0]])[0] == pytest.approx(4.0, rel=1e-14)
    assert model.offset_ == pytest.approx(2.0 * np.log(0.025), rel=1e-14)  # for 2 degrees P = 1 - exp(-x / 2)


def test_a_row_is_as_strange_as_its_strangest_column():
    beyond = np.empty(4)
    X = np.array([[2.0, 2.0], [5.0, 2.0], [2.0, 3.0], [0.0, 2.0]])
    leave_band(X, np.array([1.0, 2.0]), np.array([3.0, 2.0]), np.array([2.0, 0.0]), beyond)
    assert beyond.tolist() == [0.0, 1.0, FARTHEST, 0.5]


# ---- naive twins


@every_rule
def test_agrees_with_the_naive_twin(rng, rule):
    X = cloud(rng)
    found = -rule().fit(X).score_samples(X)
    np.testing.assert_allclose(found, TWINS[rule](X.tolist()), rtol=1e-11, atol=1e-13)  # sums, an inverse


# ---- outside references


def test_z_scores_are_scipys(rng):
    X = cloud(rng, d=4)
    expected = np.abs(scipy.stats.zscore(X)).max(axis=1)
    np.testing.assert_allclose(-ZScore().fit(X).score_samples(X), expected, rtol=1e-12)  # sums in another order


def test_modified_z_scores_are_scipys_mad(rng):
    X = cloud(rng, d=4)
    np.testing.assert_allclose(ModifiedZScore().fit(X).mad_, scipy.stats.median_abs_deviation(X), rtol=1e-14)  # units


def test_fences_are_scipys_iqr(rng):
    X = cloud(rng, d=4)
    np.testing.assert_allclose(IQRFences().fit(X).iqr_, scipy.stats.iqr(X, axis=0), rtol=1e-14)  # units


def test_distances_are_scikit_learns(rng):
    X = cloud(rng, d=5)
    ours, theirs = Mahalanobis().fit(X), EmpiricalCovariance().fit(X)
    np.testing.assert_allclose(ours.dist_, theirs.mahalanobis(X), rtol=1e-10)  # two inverses of one matrix
    np.testing.assert_allclose(ours.covariance_, theirs.covariance_, rtol=1e-12)  # sums in another order
    assert ours.offset_ == pytest.approx(-scipy.stats.chi2.ppf(0.975, 5), rel=1e-13)


@pytest.mark.parametrize("k", [1, 2, 3, 10, 77, 2000])
def test_the_chi_square_distribution_is_scipys(k):
    for p in (1e-10, 0.001, 0.3, 0.5, 0.975, 1 - 1e-9):
        assert quantile(p, k) == pytest.approx(scipy.stats.chi2.ppf(p, k), rel=1e-12)  # SciPy's own last digits
    for x in (0.0, 0.1 * k, k, 1.5 * k + 30):
        lower, upper = gamma_tails(0.5 * k, 0.5 * x)
        assert lower == pytest.approx(scipy.stats.chi2.cdf(x, k), rel=1e-12, abs=1e-300)
        assert upper == pytest.approx(scipy.stats.chi2.sf(x, k), rel=1e-12, abs=1e-300)
    density = gamma_height(0.5 * k, 0.75 * k) / (1.5 * k)
    assert density == pytest.approx(scipy.stats.chi2.pdf(1.5 * k, k), rel=1e-11)  # SciPy takes exp of a large lgamma


@pytest.mark.parametrize("n", [*range(1, 12), 100, 1003])
def test_quartiles_and_medians_have_the_bits_of_numpys(rng, n):
    X = rng.normal(size=(n, 3))
    X[:, 0] = np.round(X[:, 0])  # with ties
    fences, robust = IQRFences().fit(X), ModifiedZScore().fit(X)
    np.testing.assert_array_equal([fences.q1_, fences.q3_], np.percentile(X, [25.0, 75.0], axis=0))
    np.testing.assert_array_equal(robust.median_, np.median(X, axis=0))
    np.testing.assert_array_equal(robust.mad_, np.median(np.abs(X - np.median(X, axis=0)), axis=0))


# ---- laws: six detectors, one interface


@every_detector
def test_labels_scores_and_offset_fit_together(rng, detector):
    X = cloud(rng)
    model = made(detector).fit(X)
    new = np.vstack([cloud(rng, n=31)[1:], [[900.0, -900.0]]])
    score, decision, label = model.score_samples(new), model.decision_function(new), model.predict(new)
    assert score.shape == decision.shape == label.shape == (31,)
    np.testing.assert_array_equal(decision, score - model.offset_)
    np.testing.assert_array_equal(label, np.where(decision < 0, -1, 1))
    assert label[-1] == -1
    assert score[-1] == score.min()
    assert isinstance(model.offset_, float)


@every_detector
def test_fit_predict_marks_the_planted_row(rng, detector):
    model = made(detector)
    if detector is LocalOutlierFactor:
        model.set_params(novelty=False)
    labels = model.fit_predict(cloud(rng))
    assert set(labels.tolist()) == {-1, 1}
    assert labels[0] == -1


@every_detector
@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_contamination_is_the_share_of_training_rows_called_outliers(rng, detector, share):
    X = cloud(rng, n=200)
    model = made(detector, contamination=share)
    if detector is LocalOutlierFactor:
        model.set_params(novelty=False)
    found = (model.fit_predict(X) == -1).mean()
    # a score that rows share (a forest's) stays on one side; two columns have few such
    assert found == pytest.approx(share, abs=0.011)


@every_detector
@pytest.mark.parametrize("wrong", [0.0, 0.6, "many"])
def test_a_wrong_contamination_is_refused(rng, detector, wrong):
    with pytest.raises(ValueError, match="contamination"):
        made(detector, contamination=wrong).fit(cloud(rng))


@every_rule
@settings(max_examples=30)
@given(exponent=st.integers(-450, 450), seed=st.integers(0, 5))
def test_the_unit_of_measurement_does_not_matter(rule, exponent, seed):
    X = cloud(np.random.default_rng(seed), n=20)
    expected = rule().fit(X).score_samples(X)
    found = rule().fit(np.ldexp(X, exponent)).score_samples(np.ldexp(X, exponent))
    np.testing.assert_allclose(found, expected, rtol=1e-12)  # a power of two: no rounding, but in sums of units


def test_mahalanobis_does_not_change_with_the_axes(rng):
    X = cloud(rng, d=3)
    turned = X @ rng.normal(size=(3, 3)) + 7.0
    np.testing.assert_allclose(Mahalanobis().fit(turned).dist_, Mahalanobis().fit(X).dist_, rtol=1e-9)  # condition


def test_mean_and_spread_keep_their_digits_far_from_zero_and_of_constant_columns(rng):
    X = np.column_stack([rng.normal(size=(1000, 3)) + 1e8, np.full(1000, 0.1)])
    mean, spread, more = np.empty((3, 4))
    mean_and_spread(X, mean, spread, more, np.empty((3, 4)))
    columns = [[Fraction(x) for x in column] for column in X[:, :3].T]
    means = [sum(column) / 1000 for column in columns]
    expected = [math.sqrt(sum((x - m) ** 2 for x in column) / 1000) for column, m in zip(columns, means)]
    np.testing.assert_allclose(mean[:3], [float(m) for m in means], rtol=3e-16)  # one rounding
    np.testing.assert_allclose(spread[:3], expected, rtol=1e-12)  # 1e8 eps is what the rows themselves were rounded by
    assert (mean[3], spread[3]) == (0.1, 0.0)


@pytest.mark.parametrize("odd", [np.nextafter(0.1, 1.0), 0.1 + 1e-9, 1e6])
@pytest.mark.parametrize("place", [0, -1])
def test_one_odd_value_among_many_equal_ones_is_all_the_spread_there_is(odd, place):
    n = 100_000
    X = np.full((n, 1), 0.1)
    X[place] = odd
    gap = Fraction(float(odd)) - Fraction(0.1)
    expected = math.sqrt(float(gap**2 * (n - 1))) / n  # of one value 1, n - 1 values 0: the root of (n - 1) / n^2
    assert ZScore().fit(X).scale_[0] == pytest.approx(expected, rel=1e-13)  # n / PORTION + PORTION roundings
    assert ZScore().fit(X).mean_[0] == pytest.approx(float(Fraction(0.1) + gap / n), rel=1e-13)


def test_a_covariance_keeps_its_digits_far_from_zero(rng):
    X = rng.integers(-(2**10), 2**10, (5000, 3)) * 2.0**-20  # so that the shift is exact, and its mean is not
    near, far = (Mahalanobis().fit(rows).covariance_ for rows in (X, X + 2.0**26))
    np.testing.assert_allclose(far, near, rtol=1e-9, atol=1e-9 * near.max())  # differences are exact; 5000 are summed


def test_distances_of_training_rows_sum_to_n_d(rng):
    assert Mahalanobis().fit(cloud(rng, n=50, d=3)).dist_.sum() == pytest.approx(150.0, rel=1e-11)  # trace(S^-1 S) n


def test_no_z_score_passes_the_bound_and_masks_an_outlier_that_medians_show():
    X = np.array([[float(x)] for x in range(9)] + [[1e9]])
    assert -ZScore().fit(X).score_samples(X).min() <= 3.0 * (1 + 1e-12)  # sqrt(10 - 1), and rounding
    assert ZScore().fit_predict(X).min() == 1
    assert ModifiedZScore().fit_predict(X).tolist() == [1] * 9 + [-1]


# ---- edges and errors


@every_rule
@given(arrays(np.float64, (6, 2), elements=st.floats(-1.7e308, 1.7e308)))
def test_every_score_is_finite(rule, X):
    model = rule().fit(X)
    for rows in (X, -X, np.zeros((1, 2)), np.full((1, 2), 1.7e308)):
        assert np.isfinite(model.score_samples(rows)).all()


@every_rule
def test_the_least_number_there_is_may_be_a_column(rule):
    model = rule().fit(np.full((6, 2), 5e-324))
    assert np.isfinite(model.score_samples([[5e-324, 5e-324], [0.0, 1.0]])).all()
    assert not np.isnan(getattr(model, "precision_", 0.0)).any()


@every_rule
def test_another_value_in_a_constant_column_is_an_outlier_and_the_constant_is_none(rng, rule):
    X = np.column_stack([rng.normal(size=50), np.full(50, 0.1)])
    found = rule().fit(X).predict([[0.0, 0.1], [0.0, 0.2]])
    assert found.tolist() == [1, -1]


def test_a_row_that_leaves_the_plane_of_the_training_rows_is_an_outlier(rng):
    x = rng.normal(size=60)
    model = Mahalanobis().fit(np.column_stack([x, 2.0 * x, x + 1.0]))
    assert model.rank_ == 1
    assert model.predict([[1.0, 2.0, 2.0], [1.0, 2.001, 2.0]]).tolist() == [1, -1]


@every_rule
def test_frames_are_read_and_their_columns_checked(rng, rule):
    frame = pd.DataFrame(cloud(rng), columns=["a", "b"])
    model = rule().fit(frame)
    assert model.predict(frame)[0] == -1
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame[["b", "a"]])


@pytest.mark.parametrize("rule", RULES[:3])
def test_a_wrong_threshold_is_refused(rule):
    with pytest.raises(ValueError, match="threshold"):
        rule(threshold=-1.0).fit([[1.0], [2.0]])


def test_a_level_outside_0_and_1_and_a_quantile_of_nothing_are_refused():
    with pytest.raises(ValueError, match="level"):
        Mahalanobis(level=1.0).fit([[1.0], [2.0]])
    with pytest.raises(ValueError, match="no quantile"):
        quantile(1.0, 3)
