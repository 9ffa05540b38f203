"""Every estimator meets every hostile input: a finite, right-shaped result or a clear error of ours; nothing else.

"Clear" means: a TypeError or ValueError raised by a line of this package, in words, not one that fell out of NumPy.
"""

import inspect
import traceback
import warnings
from pathlib import Path

import numpy as np
import pytest

import scratchml
from scratchml.core import clone
from scratchml.core.tags import get_tags
from scratchml.discovery import all_estimators
from tests.hostile import HOSTILE_WEIGHT, HOSTILE_X, HOSTILE_Y
from tests.problems import fit_quietly, learned, outputs, problem_for

PACKAGE = str(Path(scratchml.__file__).parent)
EXAMPLES = [(f"{name}-{i}", item) for name, cls in all_estimators() for i, item in enumerate(cls._examples())]
every_estimator = pytest.mark.parametrize("example", [e for _, e in EXAMPLES], ids=[name for name, _ in EXAMPLES])


def check_clear(error, where):
    """Assert that an error was raised on purpose, by this package, and says something."""
    assert isinstance(error, (TypeError, ValueError)), f"{where}: {type(error).__name__}: {error}"
    assert not isinstance(error, np.linalg.LinAlgError), f"{where}: {error}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    assert last.filename.startswith(PACKAGE), f"{where}: fell out of {last.filename}:{last.lineno}: {error}"
    assert len(str(error).split()) >= 4, f"{where}: says too little: {error!r}"


def check_finite_outputs(model, X, where):
    """Assert that each prediction for X is finite (where it is a number) and has a row for each row of X."""
    allow_nan = get_tags(model).allow_nan
    for method, found in outputs(model, X).items():
        for values in map(np.asarray, found if isinstance(found, list) else [found]):  # a list: one for each target
            if X is not None:  # None stands for the training rows, where a model keeps them
                assert values.shape[0] == len(X), f"{where}: {method} gave {values.shape[0]} rows for {len(X)}"
            if values.dtype.kind in "fc" and not allow_nan:
                assert np.isfinite(values).all(), f"{where}: {method} is not finite"
    for name, value in learned(model).items():
        if isinstance(value, float) and "score" not in name and not allow_nan:
            assert np.isfinite(value), f"{where}: {name} = {value}"


def allow_clear_errors(where, function, *arguments, **how):
    """Call the function; an error it raises must be clear, a failed assertion of ours passes through."""
    try:
        return function(*arguments, **how)
    except AssertionError:
        raise
    except Exception as error:
        check_clear(error, where)


def check_meeting(example, X, y, where, **how):
    """Fit, then predict: each gives a finite result or a clear error."""
    model = allow_clear_errors(where, fit_quietly, clone(example), X, y, **how)
    if model is not None and not get_tags(model).sampler:
        allow_clear_errors(where, check_finite_outputs, model, X, where)


def test_there_are_at_least_sixty_hostile_inputs():
    assert len(HOSTILE_X) + len(HOSTILE_Y) >= 60


@every_estimator
def test_hostile_X_gives_a_finite_result_or_a_clear_error(example):
    X, y = problem_for(example, n=40)
    for name, spoil in HOSTILE_X.items():
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bad = spoil(X)
        check_meeting(example, bad, y, f"{type(example).__name__}.fit with {name}")


@every_estimator
def test_hostile_y_gives_a_finite_result_or_a_clear_error(example):
    X, y = problem_for(example, n=40)
    for name, spoil in HOSTILE_Y.items():
        check_meeting(example, X, spoil(y.astype(np.float64)), f"{type(example).__name__}.fit with {name}")


@every_estimator
def test_hostile_weights_give_a_finite_result_or_a_clear_error(example):
    method = getattr(example, "fit_resample", None) or example.fit
    if "sample_weight" not in inspect.signature(method).parameters:
        return
    X, y = problem_for(example, n=40)
    for name, spoil in HOSTILE_WEIGHT.items():
        how = {"sample_weight": spoil(np.linspace(0.5, 2, len(X)))}
        check_meeting(example, X, y, f"{type(example).__name__}.fit with {name}", **how)


@every_estimator
def test_hostile_X_after_fitting_gives_a_finite_result_or_a_clear_error(example):
    if get_tags(example).sampler:
        return
    X, y = problem_for(example, n=40)
    model = fit_quietly(clone(example), X, y)
    for name, spoil in HOSTILE_X.items():
        where = f"{type(example).__name__} fitted, then {name}"
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bad = spoil(X)
        allow_clear_errors(where, check_finite_outputs, model, bad, where)


@every_estimator
@pytest.mark.parametrize("n", [1, 2, 3])
def test_very_few_rows_give_a_finite_result_or_a_clear_error(example, n):
    X, y = problem_for(example, n=60)
    if get_tags(example).pairwise:
        X = X[:n, :n]
    check_meeting(example, X[:n], y[:n], f"{type(example).__name__} with {n} rows")
