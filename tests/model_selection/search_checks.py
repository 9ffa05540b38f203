"""How the tests of searches compare two of them."""

import warnings

import numpy as np

FACTS = (
    *("best_index_", "best_params_", "best_score_", "n_splits_", "multimetric_", "n_resources_", "n_candidates_"),
    *("n_remaining_candidates_", "max_resources_", "min_resources_", "n_iterations_"),
    *("n_possible_iterations_", "n_required_iterations_"),
)


def check_same_table(expected, found):
    """Assert that two cv_results_ have the same keys in order, kinds, dtypes, masks and (but for times) values."""
    assert list(expected) == list(found)
    for name, column in expected.items():
        other = found[name]
        assert type(column) is type(other), name
        if name == "params":
            assert column == other
            continue
        assert column.dtype == other.dtype, name
        assert column.shape == other.shape, name
        if isinstance(column, np.ma.MaskedArray):
            np.testing.assert_array_equal(column.mask, other.mask, err_msg=name)
            assert column.tolist() == other.tolist(), name
        elif "time" not in name:
            np.testing.assert_array_equal(column, other, err_msg=name)


def check_same_search(expected, found, X):
    """Assert that two fitted searches know the same and predict the same."""
    check_same_table(expected.cv_results_, found.cv_results_)
    for name in FACTS:
        assert hasattr(expected, name) == hasattr(found, name), name
        if hasattr(expected, name):
            assert getattr(expected, name) == getattr(found, name), name
    if expected.refit:
        np.testing.assert_array_equal(expected.predict(X), found.predict(X))


def check_same_fit(theirs, ours, *args, X, y, fit_params=None, **how):
    """Fit scikit-learn's search and ours with the same arguments and compare them; return ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # small grids, failing candidates: told by both
        expected = theirs(*args, **how).fit(X, y, **(fit_params or {}))
        found = ours(*args, **how).fit(X, y, **(fit_params or {}))
    check_same_search(expected, found, X)
    return found
