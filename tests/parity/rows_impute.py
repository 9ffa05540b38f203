"""How far the imputers are from the references'."""

import numpy as np
from sklearn import impute as reference
from sklearn.datasets import load_breast_cancer

from scratchml.impute import KNNImputer, MissingIndicator, SimpleImputer
from tests.naive.impute import knn_imputer as naive
from tests.parity.ledger import Row

ORDER = "sums are added up in another order"


def relative(found, expected):
    """Return the largest difference beside the size of what is expected, column by column."""
    return float((np.abs(found - expected).max(axis=0) / np.abs(expected).max(axis=0)).max())


def rows() -> list[Row]:
    """Measure the rows of this room."""
    rng = np.random.default_rng(0)
    X = load_breast_cancer().data[:, :20]
    X = np.where(rng.random(X.shape) < 0.1, np.nan, X)
    Z = (X - np.nanmean(X, axis=0)) / np.nanstd(X, axis=0)

    def both(ours, X=X, **params):
        theirs = getattr(reference, ours.__name__)
        return relative(ours(**params).fit_transform(X), theirs(**params).fit_transform(X))

    found = [
        Row(
            "SimpleImputer",
            "scikit-learn SimpleImputer",
            f"rows filled by {strategy}: breast cancer, a tenth missing",
            both(SimpleImputer, strategy=strategy),
            1e-14,
            ORDER if strategy == "mean" else "none expected",
        )
        for strategy in ("mean", "median", "most_frequent", "constant")
    ]
    marks = MissingIndicator().fit_transform(X), reference.MissingIndicator().fit_transform(X)
    slow = np.array(naive.fill(Z[:60].tolist(), Z.tolist(), 5, "distance"))
    whose = "scikit-learn KNNImputer"
    return [
        *found,
        Row(
            "MissingIndicator",
            "scikit-learn MissingIndicator",
            "marks that differ: breast cancer, a tenth missing",
            float((marks[0] != marks[1]).sum()),
            0.0,
            "none expected",
        ),
        Row("KNNImputer", whose, "rows filled, equal weights: breast cancer", both(KNNImputer, Z), 1e-12, ORDER),
        Row(
            "KNNImputer",
            whose,
            "rows filled, inverse distances: breast cancer",
            both(KNNImputer, Z, weights="distance"),
            1e-12,
            ORDER,
        ),
        Row(
            "KNNImputer",
            "naive twin",
            "60 rows filled, inverse distances: breast cancer",
            relative(KNNImputer(weights="distance").fit(Z).transform(Z[:60]), slow),
            1e-13,
            ORDER,
        ),
    ]
