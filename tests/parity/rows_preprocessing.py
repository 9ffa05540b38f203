"""How far the scalers are from the references'."""

import numpy as np
from sklearn import preprocessing as reference
from sklearn.datasets import load_breast_cancer

from scratchml.preprocessing import StandardScaler
from tests.naive.preprocessing import standard_scaler as naive
from tests.parity.ledger import Row

ORDER = "sums are added up in another order"


def relative(found, expected):
    """Return the largest difference beside the size of what is expected, in its largest entry."""
    return float(np.nanmax(np.abs(found - expected)) / np.nanmax(np.abs(expected)))


def compare(ours, theirs, X):
    """Return the largest of the relative differences of means, scales and transformed rows."""
    pairs = [(ours.mean_, theirs.mean_), (ours.scale_, theirs.scale_), (ours.transform(X), theirs.transform(X))]
    return max(relative(found, expected) for found, expected in pairs)


def rows() -> list[Row]:
    """Measure the rows of this room."""
    name, whose = "StandardScaler", "scikit-learn StandardScaler"
    rng = np.random.default_rng(0)
    X = load_breast_cancer().data
    missing = np.where(rng.random(X.shape) < 0.1, np.nan, X)
    weight = rng.random(len(X))
    ours, theirs = StandardScaler(), reference.StandardScaler()
    for batch in np.array_split(X, 5):
        ours.partial_fit(batch)
        theirs.partial_fit(batch)
    offset = rng.normal(size=(1000, 3)) + 1e8
    scales = np.array(naive.standardise(offset)[2])
    return [
        Row(
            name,
            whose,
            "means, scales, rows: breast cancer",
            compare(StandardScaler().fit(X), reference.StandardScaler().fit(X), X),
            1e-13,
            ORDER,
        ),
        Row(
            name,
            whose,
            "the same, a tenth of the values missing",
            compare(StandardScaler().fit(missing), reference.StandardScaler().fit(missing), missing),
            1e-13,
            ORDER,
        ),
        Row(
            name,
            whose,
            "the same, with sample weights",
            compare(
                StandardScaler().fit(X, sample_weight=weight),
                reference.StandardScaler().fit(X, sample_weight=weight),
                X,
            ),
            1e-13,
            ORDER,
        ),
        Row(name, whose, "the same, learned in five batches", compare(ours, theirs, X), 1e-13, ORDER),
        Row(
            name,
            "exact fractions",
            "scales of data with mean 1e8 and spread 1",
            relative(StandardScaler().fit(offset).scale_, scales),
            2e-15,
            "rounding of a sum and a root",
        ),
    ]
