"""The contract of every public estimator, found by discovery: scikit-learn's checks and our own, one id each."""

import inspect
import multiprocessing
import pickle
import sys
import threading
import typing
import warnings

import numpy as np
import pytest

from scratchml.core import NotFittedError, clone
from scratchml.core.display import changed_params
from scratchml.core.parallel import THREADS_VARIABLE
from scratchml.core.tags import get_tags
from scratchml.discovery import all_agents, all_estimators, all_functions
from tests.problems import METHODS, check_same_bits, check_same_model, fit_quietly, learned, outputs, problem_for

EXAMPLES = [(f"{name}-{i}", item) for name, cls in all_estimators() for i, item in enumerate(cls._examples())]
every_estimator = pytest.mark.parametrize("example", [e for _, e in EXAMPLES], ids=[name for name, _ in EXAMPLES])


def seeded(example):
    """Return a fresh copy whose random_state (nested ones too) is 0."""
    copy = clone(example)
    names = [name for name in copy.get_params(deep=True) if name.split("__")[-1] == "random_state"]
    return copy.set_params(**dict.fromkeys(names, 0))


def sklearn_checks():
    """Return one parameter for each estimator and check of scikit-learn."""
    from sklearn.utils.estimator_checks import estimator_checks_generator

    params = []
    for name, example in EXAMPLES:
        if hasattr(example, "sampling_strategy"):
            continue  # imbalanced-learn's checks cover these
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "does not inherit from sklearn.base.BaseEstimator": on purpose
            for estimator, check in estimator_checks_generator(example, legacy=True):
                function = getattr(check, "func", check)
                extra = "-".join(str(v) for v in getattr(check, "keywords", {}).values())
                params.append(pytest.param(estimator, check, id=f"{name}-{function.__name__}{extra and '-' + extra}"))
    return params


@pytest.mark.filterwarnings("ignore")  # these checks provoke and catch warnings of their own
@pytest.mark.parametrize(("estimator", "check"), sklearn_checks())
def test_scikit_learns_check_passes(estimator, check):
    from unittest import SkipTest

    try:
        check(estimator)
    except SkipTest as skipped:
        absent = [name for name in METHODS if name in str(skipped) and not hasattr(estimator, name)]
        # an augmenter changes rows in fit_transform only, and its tests say so: not what these checks ask for
        at_random = "non deterministic" in str(skipped) and get_tags(estimator).non_deterministic
        if not absent and not at_random:
            pytest.fail(f"the check was skipped, so it proves nothing: {skipped}")
    except (AssertionError, ValueError):
        reason = why_the_reference_fails(estimator, check)
        if not reason:
            raise
        pytest.xfail(reason)


def imblearn_checks():
    """Return one parameter for each sampler and check of imbalanced-learn."""
    from imblearn.utils.estimator_checks import estimator_checks_generator

    return [
        pytest.param(estimator, check, id=f"{name}-{check.func.__name__}")
        for name, example in EXAMPLES
        if hasattr(example, "sampling_strategy")  # a sampler that changes the classes' sizes
        for estimator, check in estimator_checks_generator(seeded(example))
    ]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("estimator", "check"), imblearn_checks())
def test_imbalanced_learns_check_passes(estimator, check):
    check(estimator)


def why_the_reference_fails(estimator, check):
    """Return scikit-learn's own reason why its class of the same name fails a check, or "" where it passes.

    Where the same seed has to give scikit-learn's answer, ours cannot pass a check that scikit-learn's own fails: rows
    drawn by their position, say, cannot be the same for a row of weight 2 as for that row twice.
    """
    from sklearn.utils import all_estimators as of_sklearn
    from sklearn.utils._test_common.instance_generator import _get_expected_failed_checks

    theirs = dict(of_sklearn()).get(type(estimator).__name__)
    if theirs is None:
        return ""
    reference = theirs(**changed_params(estimator))
    reason = _get_expected_failed_checks(reference).get(getattr(check, "func", check).__name__, "")
    if reason:
        with pytest.raises((AssertionError, ValueError)):
            check(reference)
    return reason


# ---- our own contract


@every_estimator
def test_constructor_stores_its_arguments_and_clone_keeps_them(example):
    copy = clone(example)
    assert type(copy) is type(example)
    assert copy is not example
    assert copy.get_params(deep=False).keys() == example.get_params(deep=False).keys()
    assert repr(copy) == repr(example)


@every_estimator
def test_every_parameter_has_a_rule(example):
    missing = set(example.get_params(deep=False)) - set(example._rules)
    assert not missing, f"{type(example).__name__}._rules says nothing of {sorted(missing)}"


@every_estimator
def test_a_wrong_parameter_is_named_when_fitting(example):
    X, y = problem_for(example)
    for name in example.get_params(deep=False):
        broken = clone(example)
        setattr(broken, name, object)  # a class is never a value, and no rule but `anything` takes it
        if broken._rules[name].accepts(object):
            continue
        with pytest.raises((TypeError, ValueError), match=name):
            fit_quietly(broken, X, y)


@every_estimator
def test_using_it_before_fit_is_a_clear_error(example):
    X, _ = problem_for(example)
    if not get_tags(example).requires_fit:
        return
    for name in METHODS:
        if hasattr(example, name):
            with pytest.raises(NotFittedError, match="not fitted"):
                getattr(clone(example), name)(X)


@every_estimator
def test_fitting_and_predicting_leave_the_inputs_alone(example):
    X, y = problem_for(example)
    X_before, y_before = X.copy(), y.copy()
    model = fit_quietly(clone(example), X, y)
    outputs(model, X)
    check_same_bits([X, y], [X_before, y_before])


@every_estimator
def test_fitting_leaves_the_parameters_alone(example):
    X, y = problem_for(example)
    model = clone(example)
    before = {name: pickle.dumps(value) for name, value in model.get_params(deep=False).items()}
    fit_quietly(model, X, y)
    after = {name: pickle.dumps(value) for name, value in model.get_params(deep=False).items()}
    assert before == after


@every_estimator
def test_same_seed_gives_the_same_bits(example):
    X, y = problem_for(example)
    first, second = (fit_quietly(seeded(example), X, y) for _ in range(2))
    check_same_model(first, second, X)


@every_estimator
def test_fitting_twice_forgets_the_first_fit(example):
    X, y = problem_for(example)
    other_X, other_y = problem_for(example, n=30, seed=5)
    once = fit_quietly(seeded(example), X, y)
    twice = fit_quietly(fit_quietly(seeded(example), other_X, other_y), X, y)
    check_same_model(once, twice, X)


@every_estimator
def test_thread_count_does_not_change_a_bit(example, monkeypatch):
    X, y = problem_for(example, n=3000 if not get_tags(example).pairwise else 60)
    monkeypatch.setenv(THREADS_VARIABLE, "1")
    alone = fit_quietly(seeded(example), X, y)
    alone_says = outputs(alone, X)
    for threads in ("2", "5"):
        monkeypatch.setenv(THREADS_VARIABLE, threads)
        together = fit_quietly(seeded(example), X, y)
        check_same_bits(learned(alone), learned(together), f"{type(example).__name__} with {threads} threads")
        check_same_bits(alone_says, outputs(together, X), f"{type(example).__name__} with {threads} threads")


@every_estimator
def test_several_threads_may_fit_at_once(example):
    X, y = problem_for(example)
    expected = fit_quietly(seeded(example), X, y)
    models = [seeded(example) for _ in range(4)]
    with warnings.catch_warnings():  # the filter is one for the process: set it here, not inside the threads
        warnings.simplefilter("ignore")
        sampler = get_tags(example).sampler
        work = [threading.Thread(target=m.fit_resample if sampler else m.fit, args=(X, y)) for m in models]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    for model in models if not sampler else []:
        check_same_model(expected, model, X)


def _fit_in_child(model, X, y, send):
    send.send(outputs(fit_quietly(model, X, y), X))


@every_estimator
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_it_works_after_a_fork(example):
    X, y = problem_for(example)
    expected = outputs(fit_quietly(seeded(example), X, y), X)
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=_fit_in_child, args=(seeded(example), X, y, send))
    child.start()
    assert receive.poll(60), "the child hung or died"
    check_same_bits(expected, receive.recv())
    child.join(10)
    assert child.exitcode == 0


@every_estimator
def test_a_pickled_model_says_the_same(example):
    X, y = problem_for(example)
    model = fit_quietly(seeded(example), X, y)
    check_same_bits(outputs(model, X), outputs(pickle.loads(pickle.dumps(model)), X))


@every_estimator
def test_text_and_notebook_forms_name_the_class(example):
    X, y = problem_for(example)
    assert repr(example).startswith(type(example).__name__ + "(")
    page = fit_quietly(clone(example), X, y)._repr_html_()
    assert type(example).__name__ in page
    assert "(fitted)" in page or get_tags(example).sampler


# ---- public signatures


def public_signatures():
    """Return (name, function) of every public function and public method of a public class."""
    found = list(all_functions())
    for name, cls in all_estimators() + all_agents():
        found += [(f"{name}.__init__", cls.__init__)]
        for method_name, method in inspect.getmembers(cls, inspect.isfunction):
            if not method_name.startswith("_") and method.__module__.startswith("scratchml"):
                found.append((f"{name}.{method_name}", method))
    return found


@pytest.mark.parametrize("item", [pytest.param(f, id=name) for name, f in public_signatures()])
def test_public_signature_is_fully_typed_and_documented(item):
    function = inspect.unwrap(item)
    hints = typing.get_type_hints(function) if "NDArray" not in str(function.__annotations__) else {}
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name not in ("self", "cls")]
    untyped = [p.name for p in parameters if p.annotation is p.empty]
    assert not untyped, f"no type for {untyped}"
    assert inspect.signature(function).return_annotation is not inspect.Signature.empty, "no return type"
    assert hints is not None
    if function.__name__ != "__init__":
        assert (function.__doc__ or "").strip(), "no docstring"


def test_discovery_finds_the_first_residents():
    names = {name for name, _ in all_estimators()}
    assert {"StandardScaler", "LinearRegression", "KNeighborsClassifier", "KMeans"} <= names


def test_np_random_seed_decides_when_random_state_is_none():
    from scratchml.cluster import KMeans

    X, _ = problem_for(KMeans())
    np.random.seed(3)
    first = KMeans(3).fit(X).cluster_centers_
    np.random.seed(3)
    check_same_bits(first, KMeans(3).fit(X).cluster_centers_)
