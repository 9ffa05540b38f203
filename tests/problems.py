"""Fitting whatever the estimator, and comparing two fitted ones bit for bit. Used by the generic tests."""

import re
import warnings

import numpy as np

from scratchml.core.tags import get_tags
from scratchml.discovery import example_problem as problem_for

__all__ = [
    "METHODS",
    "check_same_bits",
    "check_same_model",
    "fit_quietly",
    "learned",
    "name_of_case",
    "outputs",
    "problem_for",
]
METHODS = ("predict", "predict_proba", "decision_function", "transform", "score_samples")


def name_of_case(value):
    """Return a parametrized value as text without addresses: a test keeps its name from process to process."""
    return re.sub(" at 0x[0-9A-Fa-f]+", "", str(value))


def fit_quietly(estimator, X, y, **how):
    """Fit (or resample) without passing warnings on; return what `fit` or `fit_resample` returns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if get_tags(estimator).sampler:
            estimator.resampled_ = estimator.fit_resample(X, y)
            return estimator
        return estimator.fit(X, y, **how)


def outputs(estimator, X):
    """Return what each predicting method of a fitted estimator says of X, by method name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: getattr(estimator, name)(X) for name in METHODS if hasattr(estimator, name)}


def learned(estimator):
    """Return the learned attributes of a fitted estimator; wall-clock times are left out."""
    return {
        name: value
        for name, value in vars(estimator).items()
        if name.endswith("_") and not name.startswith("_") and "time" not in name
    }


def check_same_bits(first, second, where="", depth=0):
    """Assert that two values hold the same numbers to the last bit, however they are nested."""
    assert depth < 20, f"{where} nests too deep"
    if isinstance(first, dict):
        assert first.keys() == second.keys(), where
        for key in first:
            if "time" not in str(key):
                check_same_bits(first[key], second[key], f"{where}[{key!r}]", depth + 1)
    elif isinstance(first, (list, tuple)):
        assert len(first) == len(second), where
        for i, (one, other) in enumerate(zip(first, second)):
            check_same_bits(one, other, f"{where}[{i}]", depth + 1)
    elif hasattr(first, "get_params"):
        check_same_bits(learned(first), learned(second), f"{where}.{type(first).__name__}", depth + 1)
    elif hasattr(first, "to_numpy"):
        check_same_bits(first.to_numpy(), second.to_numpy(), where, depth + 1)
    elif isinstance(first, np.ndarray) and first.dtype.kind != "O":
        assert first.dtype == second.dtype, where
        assert first.shape == second.shape, where
        assert np.ascontiguousarray(first).tobytes() == np.ascontiguousarray(second).tobytes(), f"{where} differs"
    elif isinstance(first, np.ndarray):
        check_same_bits(first.ravel().tolist(), second.ravel().tolist(), where, depth + 1)
    elif isinstance(first, float):
        assert np.float64(first).tobytes() == np.float64(second).tobytes(), where
    elif isinstance(first, (int, str, bool, bytes, type(None), np.generic)):
        assert first == second, where
    else:
        assert type(first) is type(second), where


def check_same_model(first, second, X):
    """Assert that two fitted estimators learned the same and say the same of X, to the last bit."""
    check_same_bits(learned(first), learned(second), type(first).__name__)
    check_same_bits(outputs(first, X), outputs(second, X), type(first).__name__)
