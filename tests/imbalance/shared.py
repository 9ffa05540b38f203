"""Data and checks that the tests of samplers share."""

import numpy as np
from sklearn.datasets import make_classification


def three_classes(n=600, seed=0):
    """Overlapping classes of about 15, 25 and 60 percent, 8 columns."""
    return make_classification(
        n, 8, n_informative=5, n_classes=3, weights=[0.15, 0.25, 0.6], flip_y=0.05, random_state=seed
    )


def two_classes(rng, n=60, d=3, rare=20):
    """Gaussian classes that overlap, the rare one is 1."""
    y = (np.arange(n) >= n - rare).astype(int)
    return rng.normal(size=(n, d)) + y[:, None], y


def check_same_rows(ours, theirs):
    """Assert that two results are the same, to the bit, dtypes included."""
    assert ours[0].dtype == theirs[0].dtype
    assert ours[0].tolist() == theirs[0].tolist()
    assert ours[1].dtype == theirs[1].dtype
    assert ours[1].tolist() == theirs[1].tolist()


def check_provenance(sampler, X, found):
    """Assert that each new row lies where its parents and its gap say."""
    new = found[sampler.synthetic_indices_]
    a, b = X[sampler.parents_[:, 0]], X[sampler.parents_[:, 1]]
    # one rounding of the gap, where it is a product, and two of the row
    np.testing.assert_allclose(new, a + sampler.gaps_[:, None] * (b - a), rtol=1e-13, atol=1e-13 * np.abs(X).max())
