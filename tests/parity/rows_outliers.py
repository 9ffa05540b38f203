"""How far the outlier rules are from the references'."""

import numpy as np
import scipy.stats
from sklearn.covariance import EmpiricalCovariance
from sklearn.datasets import load_wine

from scratchml.outliers import IQRFences, Mahalanobis, ModifiedZScore, ZScore
from scratchml.outliers.chi_square import quantile
from tests.parity.ledger import Row

ORDER = "sums are added up in another order"
UNITS = "scikit-learn inverts in the columns' own units; of exact fractions it misses 1e-11 here, ours 1e-15"


def relative(found, expected):
    """Return the largest relative difference."""
    return float(np.max(np.abs(np.asarray(found) / np.asarray(expected) - 1.0)))


def rows() -> list[Row]:
    """Measure the rows of this room."""
    X = load_wine().data
    z = np.abs(scipy.stats.zscore(X)).max(axis=1)
    chances = [(p, k) for k in (1, 2, 5, 13, 100, 1000) for p in (1e-6, 0.1, 0.5, 0.975, 0.9999)]
    cuts = [quantile(p, k) for p, k in chances], [scipy.stats.chi2.ppf(p, k) for p, k in chances]
    mad, iqr = scipy.stats.median_abs_deviation(X), scipy.stats.iqr(X, axis=0)
    whose, ours = "scikit-learn EmpiricalCovariance", Mahalanobis().fit(X)
    distances = EmpiricalCovariance().fit(X).mahalanobis(X)
    return [
        Row(
            "ZScore", "SciPy zscore", "largest |z|: wine", relative(-ZScore().fit(X).score_samples(X), z), 1e-12, ORDER
        ),
        Row(
            "ModifiedZScore",
            "SciPy median_abs_deviation",
            "MAD: wine",
            relative(ModifiedZScore().fit(X).mad_, mad),
            1e-12,
            "none expected",
        ),
        Row("IQRFences", "SciPy iqr", "ranges: wine", relative(IQRFences().fit(X).iqr_, iqr), 1e-12, "none expected"),
        Row("Mahalanobis", whose, "squared distances: wine", relative(ours.dist_, distances), 1e-10, UNITS),
        Row("Mahalanobis", "SciPy chi2.ppf", "cut-offs, 1 to 1000 degrees", relative(*cuts), 1e-12, "rounding"),
    ]
