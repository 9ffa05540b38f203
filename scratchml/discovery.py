"""Find every public estimator and function of the package, so that tests, tour and warmup need no list.

What is public is what a room names in its ``__all__``. Being there is all it takes to be tested, listed and toured.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import Any

import numpy as np

import scratchml

from .core.base import BaseEstimator
from .core.mixins import AgentMixin
from .core.tags import get_tags
from .core.typing import Array

NOT_ROOMS = {"core", "cli", "discovery", "coursework", "serving"}


def rooms() -> dict[str, ModuleType]:
    """Import and return the rooms that hold algorithms, by name."""
    names = [module.name for module in pkgutil.iter_modules(scratchml.__path__)]
    return {
        name: importlib.import_module(f"scratchml.{name}")
        for name in sorted(names)
        if name not in NOT_ROOMS and not name.startswith("_")
    }


def all_estimators(type_filter: str | None = None) -> list[tuple[str, type[BaseEstimator]]]:
    """Return (name, class) of every public estimator of X and y, sorted by name.

    `all_agents` are apart, and so are the two coders of labels, which are fitted to y alone.

    Parameters
    ----------
    type_filter : "classifier", "regressor", "clusterer", "transformer", "sampler", "outlier_detector", or None for all
    """
    found = {name: item for name, item in _public_classes().items() if not issubclass(item, AgentMixin)}
    found = {name: item for name, item in found.items() if all(e._tags().two_d_array for e in item._examples())}
    return [(name, found[name]) for name in sorted(found) if type_filter in (None, *kinds(found[name]))]


def all_agents() -> list[tuple[str, type[BaseEstimator]]]:
    """Return (name, class) of every public agent, sorted by name: estimators that are fitted to an environment."""
    return sorted((name, item) for name, item in _public_classes().items() if issubclass(item, AgentMixin))


def _public_classes() -> dict[str, type[BaseEstimator]]:
    """Return every public class with an estimator's parameters, by name."""
    found: dict[str, type[BaseEstimator]] = {}
    for room in rooms().values():
        for name in getattr(room, "__all__", []):
            item: Any = getattr(room, name)
            if inspect.isclass(item) and issubclass(item, BaseEstimator) and not inspect.isabstract(item):
                found[name] = item
    return found


def kinds(estimator: type[BaseEstimator]) -> set[str]:
    """Return what an estimator is: "classifier", "transformer", ... (it may be more than one)."""
    found = set()
    for tags in (example._tags() for example in estimator._examples()):
        found |= {tags.estimator_type} if tags.estimator_type else set()
        found |= ({"transformer"} if tags.transformer else set()) | ({"sampler"} if tags.sampler else set())
    return found


def all_functions() -> list[tuple[str, Any]]:
    """Return ("room.name", function) of every public function of the rooms, sorted by name."""
    return [
        (f"{room_name}.{name}", getattr(room, name))
        for room_name, room in rooms().items()
        for name in sorted(getattr(room, "__all__", []))
        if inspect.isfunction(inspect.unwrap(getattr(room, name)))
    ]


def example_problem(estimator: Any, n: int = 60, d: int = 4, seed: int = 0) -> tuple[Array, Array]:
    """Return made-up X (n, d) and y (n,) that `estimator` can be fitted to, by what its tags say of it.

    Classes overlap a little; regression targets are linear with noise; a sampler gets unequal classes; an estimator of
    distances gets a distance matrix (n, n).
    """
    rng = np.random.default_rng(seed)
    tags = get_tags(estimator)
    labels = np.arange(n) % (3 if tags.multi_class else 2)
    if tags.sampler:
        labels = np.array([0, 1, 0, 2])[np.arange(n) % 4]
    X = rng.normal(size=(n, d)) + labels[:, None] * np.linspace(-2, 2, d)
    if tags.positive_only:
        X = np.abs(X)
    if tags.pairwise:
        X = np.sqrt(((X[:, None] - X[None]) ** 2).sum(axis=2))
    y: Array = labels
    if tags.estimator_type == "regressor":
        y = X @ np.linspace(1, 2, X.shape[1]) + 0.1 * rng.normal(size=n)
    if tags.positive_y:
        y = np.abs(y) + 1
    return np.ascontiguousarray(X), y[:, None] if tags.two_d_labels else y
