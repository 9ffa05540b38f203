"""How far feature selection is from scikit-learn's and SciPy's."""

import itertools

import numpy as np
import scipy.special
from sklearn import feature_selection as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine

import scratchml.feature_selection as ours
from scratchml.linear_model import Ridge, RidgeClassifier
from scratchml.maths.special import lower_beta, upper_gamma
from tests.naive.feature_selection import tests_of_columns as naive
from tests.parity.ledger import Row

CANCELLATION = "scikit-learn subtracts squares of sums from sums of squares"


def relative(found, expected):
    """Return the largest relative difference, entry by entry; of p-values those above 1e-280."""
    found, expected = np.asarray(found), np.asarray(expected)
    seen = np.abs(expected) > 1e-280
    return float(np.max(np.abs(found - expected)[seen] / np.abs(expected)[seen]))


def special_rows() -> list[Row]:
    """Measure the functions behind the p-values."""
    shapes, ratios = [0.5, 1, 2.5, 12, 100.5, 1e3], [0.01, 0.3, 0.9, 1.0, 1.1, 2.0, 5.0]
    pairs = [(upper_gamma(a, a * r), scipy.special.gammaincc(a, a * r)) for a in shapes for r in ratios]
    gamma = relative(*zip(*pairs))
    pairs = []
    for a, b, r in itertools.product(shapes, shapes, ratios):
        x, y = a * r / (a * r + b), b / (a * r + b)
        expected = scipy.special.betainc(a, b, x) if x < 0.5 else scipy.special.betaincc(b, a, y)
        pairs.append((lower_beta(a, b, x, y), expected))
    beta = relative(*zip(*pairs))
    return [
        Row("maths.upper_gamma", "SciPy gammaincc", "tails, a from 0.5 to 1000", gamma, 1e-12, "rounding of exponents"),
        Row("maths.lower_beta", "SciPy betaincc", "tails, a and b from 0.5 to 1000", beta, 2e-12, "SciPy's, to 7e-13"),
    ]


def rows() -> list[Row]:
    """Measure the rows of this room."""
    X, y = load_breast_cancer(return_X_y=True)
    digits, digit = load_digits(return_X_y=True)
    body, progression = load_diabetes(return_X_y=True)
    wine, grape = load_wine(return_X_y=True)
    exact = [naive.f_classif(x, y) for x in X.T[:6]]
    f, their_f = ours.f_classif(X, y), reference.f_classif(X, y)
    counts = digits[:, digits.any(axis=0)]
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    table = {"n_features_to_select": 2}
    rfe, their_rfe = (m.RFE(RidgeClassifier(), **table).fit(scaled, y) for m in (ours, reference))
    cv, their_cv = (m.RFECV(Ridge()).fit(body, progression) for m in (ours, reference))
    chosen, their_chosen = (m.SelectKBest(m.chi2, k=20).fit(counts, digit).get_support() for m in (ours, reference))
    whose = "scikit-learn"
    classif, regression = "mutual_info_classif", "mutual_info_regression"
    return [
        *special_rows(),
        Row("f_classif", whose, "F: breast cancer", relative(f[0], their_f[0]), 1e-10, CANCELLATION),
        Row("f_classif", whose, "p-values: the same", relative(f[1], their_f[1]), 2e-9, CANCELLATION),
        Row("f_classif", "exact fractions", "F: six columns of it", relative(f[0][:6], exact), 1e-13, "rounding"),
        Row(
            "f_regression",
            whose,
            "F: diabetes",
            relative(ours.f_regression(body, progression)[0], reference.f_regression(body, progression)[0]),
            1e-10,
            CANCELLATION,
        ),
        Row(
            "chi2",
            whose,
            "statistics and p-values: digits",
            relative(ours.chi2(counts, digit), reference.chi2(counts, digit)),
            5e-12,
            "a tail of 1e-280 changes 600 times as fast as its statistic",
        ),
        Row(
            classif,
            whose,
            "wine, same random_state",
            relative(
                ours.mutual_info_classif(wine, grape, random_state=0),
                reference.mutual_info_classif(wine, grape, random_state=0),
            ),
            1e-12,
        ),
        Row(
            regression,
            whose,
            "diabetes, same random_state",
            relative(
                ours.mutual_info_regression(body, progression, random_state=0),
                reference.mutual_info_regression(body, progression, random_state=0),
            ),
            1e-12,
        ),
        Row(
            "VarianceThreshold",
            whose,
            "variances: breast cancer",
            relative(ours.VarianceThreshold().fit(X).variances_, reference.VarianceThreshold().fit(X).variances_),
            1e-12,
            "sums are added up in another order",
        ),
        Row("SelectKBest", whose, "columns kept: digits", float((chosen != their_chosen).sum()), 0),
        Row("RFE", whose, "ranks: breast cancer", float(np.abs(rfe.ranking_ - their_rfe.ranking_).max()), 0),
        Row("RFECV", whose, "ranks: diabetes", float(np.abs(cv.ranking_ - their_cv.ranking_).max()), 0),
    ]
