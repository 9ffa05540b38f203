"""Every example in a docstring runs and prints what it says; every public estimator has one."""

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import scratchml
from scratchml.discovery import all_estimators

MODULES = [m.name for m in pkgutil.walk_packages(scratchml.__path__, "scratchml.") if not m.name.endswith("__main__")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    module = importlib.import_module(name)
    with np.printoptions(legacy=False):
        failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert failed == 0


@pytest.mark.parametrize(("name", "cls"), all_estimators(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_estimator_has_a_short_example_and_says_its_parameters(name, cls):
    text = inspect.getdoc(cls) or ""
    examples = doctest.DocTestParser().get_examples(text)
    assert 1 <= len(examples) <= 8, f"{name}: {len(examples)} example lines"
    for heading in ("Parameters\n---", "Attributes\n---"):
        assert heading in text or (heading.startswith("Param") and not cls()._parameter_names()), f"{name}: {heading}"
    for parameter in cls._parameter_names():
        assert parameter in text, f"{name}'s docstring does not name its parameter {parameter}"
