"""Estimators made of named estimators: what Pipeline, FeatureUnion and ColumnTransformer have in common.

Idea
----
A list of (name, estimator) pairs is one estimator whose parameters include those of its parts. The name is the
handle: ``set_params(scale__with_mean=False)`` reaches into the part called scale, ``set_params(scale=other)`` puts
another in its place. So a search can try out the settings of every part as if they were one estimator's.

Maths
-----
None; names are split at the first double underscore, which is why no name may contain one.

Cost
----
O(number of parameters) for reading or setting them.

Differences
-----------
As scikit-learn, but ``fit`` fits *copies* of the parts, as scikit-learn's ColumnTransformer does and its Pipeline
does not. The parts given stay parameters and never change; the fitted copies stand in an attribute that ends with an
underscore. So one scaler object given to two pipelines cannot carry what it learned from one to the other.

References
----------
G. Varoquaux et al. (2013), API design for machine learning software: experiences from the scikit-learn project,
sections 2 and 3.
"""

from __future__ import annotations

import html
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Self, TypeVar

from ..core import BaseEstimator, counted, map_chunks
from ..core.display import changed_params, estimator_html
from ..core.rules import Rule, either, has_methods, one_of

T = TypeVar("T")
R = TypeVar("R")

list_of_parts = Rule("a list of tuples", lambda value: isinstance(value, (list, tuple)))
transforms = Rule(
    "an estimator with fit (or fit_transform) and transform",
    lambda value: (
        not isinstance(value, type)
        and hasattr(value, "transform")
        and (hasattr(value, "fit") or hasattr(value, "fit_transform"))
    ),
)
part_or_word = either(one_of("drop", "passthrough"), transforms)
cache_or_none = Rule(
    "None or an object with a cache method, such as joblib.Memory(folder)",
    lambda value: value is None or has_methods("cache").accepts(value),
)


class Composition(BaseEstimator):
    """Base of estimators whose parameter `_parts_parameter` is a list of (name, estimator, ...) tuples."""

    _parts_parameter: ClassVar[str]

    # ---- the parts

    def _given_parts(self) -> list[tuple[str, Any]]:
        """Return (name, estimator) as given to the constructor; nothing where the list has a wrong form."""
        entries = getattr(self, self._parts_parameter)
        if not isinstance(entries, (list, tuple)):
            return []
        formed = all(isinstance(e, (tuple, list)) and len(e) >= 2 and isinstance(e[0], str) for e in entries)
        return [(entry[0], entry[1]) for entry in entries] if formed else []

    def _parts(self) -> list[tuple[str, Any]]:
        """Return (name, estimator): the fitted copies once there are some, the ones given before."""
        fitted = vars(self).get(self._parts_parameter + "_")
        return self._given_parts() if fitted is None else [(entry[0], entry[1]) for entry in fitted]

    def _check_parts(self, width: int) -> None:
        """Check the form of the list: tuples of `width`, good names, no classes for instances."""
        parameter = self._parts_parameter
        for entry in getattr(self, parameter):
            if not isinstance(entry, (tuple, list)) or len(entry) != width:
                wanted = "(name, estimator)" if width == 2 else "(name, transformer, columns)"
                raise TypeError(f"{parameter} holds {entry!r}; each entry must be a tuple {wanted}.")
            name, part = entry[0], entry[1]
            if not isinstance(name, str):
                raise TypeError(f"{parameter} holds the name {name!r} ({type(name).__name__}); names must be strings.")
            if isinstance(part, type):
                raise TypeError(
                    f"Expected an estimator instance ({part.__name__}()), got estimator class instead "
                    f"({part.__name__}), in {parameter} under {name!r}."
                )
        self._check_names([name for name, _ in self._given_parts()])

    def _check_names(self, names: list[str]) -> None:
        if len(set(names)) < len(names):
            raise ValueError(f"Names provided are not unique: {names}; give each part a name of its own.")
        taken = sorted(set(names) & set(self._parameter_names()))
        if taken:
            raise ValueError(f"Estimator names conflict with constructor arguments: {taken}; choose other names.")
        split = [name for name in names if "__" in name]
        if split:
            raise ValueError(
                f"Estimator names must not contain __: got {split}; it separates a part's name from its parameters."
            )

    # ---- parameters

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name; with `deep`, also the parts by their names and theirs as ``part__inner``."""
        found = super().get_params(deep)
        if deep:
            for name, part in self._given_parts():
                found[name] = part
                if hasattr(part, "get_params") and not isinstance(part, type):
                    found.update({f"{name}__{inner}": value for inner, value in part.get_params(deep=True).items()})
        return found

    def set_params(self, **params: Any) -> Self:
        """Set parameters, whole parts (``part=estimator``), or parameters of parts (``part__inner=value``).

        They count from the next ``fit`` on: what has been fitted keeps its own.

        Raises
        ------
        ValueError
            If a name is unknown, or belongs to a part that is no estimator ("passthrough").
        """
        own = self._parts_parameter
        if own in params:
            setattr(self, own, params.pop(own))
        parts = dict(self._given_parts())
        replaced = {name: params.pop(name) for name in list(params) if name in parts}
        if replaced:
            entries = getattr(self, own)
            setattr(self, own, [(e[0], replaced[e[0]], *e[2:]) if e[0] in replaced else e for e in entries])
            parts |= replaced
        for name in params:
            outer, delimiter, _ = name.partition("__")
            if delimiter and outer in parts and not hasattr(parts[outer], "set_params"):
                raise ValueError(f"{name!r} cannot be set: {outer!r} is {parts[outer]!r}, which has no parameters.")
        return super().set_params(**params)

    # ---- the fitted copies

    def _keep_fitted(self, fitted: list[Any]) -> None:
        setattr(self, self._parts_parameter + "_", fitted)
        self._params_when_fitted = {entry[0]: _plain_params(entry[1]) for entry in fitted}

    def _warn_of_lost_edits(self) -> None:
        """Warn where a parameter was changed on a fitted copy, since the next fit starts from the parts given."""
        before = vars(self).get("_params_when_fitted", {})
        given = {id(part) for _, part in self._given_parts()}  # a frozen part is its own copy
        for name, part in self._parts() if before else []:
            now = _plain_params(part) if id(part) not in given else {}
            edited = [inner for inner, shown in before.get(name, now).items() if now.get(inner, shown) != shown]
            if edited:
                told = ", ".join(f"{name}__{inner}={now[inner]}" for inner in edited)
                warnings.warn(
                    f"The fitted copy of {name!r} was changed, and this fit does not use it: fit starts from the "
                    f"parts given. Call set_params({told}) on the {type(self).__name__} instead.",
                    stacklevel=4,
                )

    # ---- looks

    def __repr__(self) -> str:
        own = self._parts_parameter
        rest = "".join(f", {name}={value!r}" for name, value in changed_params(self).items() if name != own)
        entries = getattr(self, own)
        line = f"{type(self).__name__}({own}={entries!r}{rest})"
        if len(line) <= 110 or not isinstance(entries, (list, tuple)):
            return line
        inner = textwrap.indent(",\n".join(map(repr, entries)), "    ")
        return f"{type(self).__name__}({own}=[\n{inner},\n]{rest})"

    def _repr_html_(self) -> str:
        inner = ""
        for name, part in self._parts():
            shown = part._repr_html_() if isinstance(part, BaseEstimator) else html.escape(repr(part))
            inner += f"<li>{html.escape(name)}: {shown}</li>"
        return estimator_html(self).removesuffix("</details>") + f"<ol>{inner}</ol></details>"


def _plain_params(part: Any) -> dict[str, str]:
    if not hasattr(part, "get_params"):
        return {}
    plain = (str, int, float, bool, type(None))
    return {name: repr(value) for name, value in part.get_params(deep=True).items() if isinstance(value, plain)}


def name_parts(estimators: Sequence[Any]) -> list[tuple[str, Any]]:
    """Return (name, estimator): the class in lower case, numbered -1, -2, ... where a class occurs more than once."""
    names = [e if isinstance(e, str) else type(e).__name__.lower() for e in estimators]
    total, seen = Counter(names), Counter[str]()
    found = []
    for name, estimator in zip(names, estimators):
        seen[name] += 1
        found.append((f"{name}-{seen[name]}" if total[name] > 1 else name, estimator))
    return found


# ---------------------------------------------------------------------------------------------------------------


def run_parts(task: Callable[[T], R], parts: Iterable[T], n_jobs: int | None, title: str, show: bool) -> list[R]:
    """Return ``[task(part) for part in parts]`` by `n_jobs` threads, with a progress bar if `show`.

    None means one thread: a part's own kernels use all of them, and other libraries' parts may not like company.
    """
    items = list(parts)
    n_jobs = 1 if n_jobs is None else n_jobs
    with counted(task, len(items), title, show) as job:
        return map_chunks(job, items, n_jobs)
