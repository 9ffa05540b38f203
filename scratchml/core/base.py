"""The estimator base: parameters, cloning, input checks, how an estimator shows itself.

The contract is scikit-learn's, so that our estimators work inside its pipelines and searches; nothing here needs it.
"""

from __future__ import annotations

import copy
import inspect
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, Self

from .display import estimator_html, estimator_repr
from .rules import Rule, check_rules
from .sklearn_bridge import to_sklearn_tags
from .tags import Tags
from .typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from .validation import check_array, check_labels, check_same_length, check_targets, feature_names


@cache
def _names_of(init: Callable[..., None], owner: str) -> tuple[str, ...]:
    """Return the sorted names of a constructor's parameters; looked up once, as it takes longer than a small fit."""
    parameters = list(inspect.signature(init).parameters.values())[1:]
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            raise RuntimeError(f"{owner}.__init__ must name its parameters; it may not take *args.")
    return tuple(sorted(p.name for p in parameters if p.kind is not p.VAR_KEYWORD))


class BaseEstimator:
    """Base of every estimator: ``__init__`` stores its arguments unchanged, everything else happens in ``fit``.

    A subclass gives `_rules`, one rule for each parameter, and `_tags` where the defaults do not describe it.
    """

    _rules: ClassVar[Mapping[str, Rule]] = {}

    # ---- parameters

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return [] if cls.__init__ is object.__init__ else list(_names_of(cls.__init__, cls.__name__))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name; with `deep`, also those of nested estimators as ``outer__inner``."""
        if not deep:
            return {name: getattr(self, name) for name in self._parameter_names()}
        found: dict[str, Any] = {}
        for name in self._parameter_names():
            value = getattr(self, name)
            found[name] = value
            if hasattr(value, "get_params") and not isinstance(value, type):
                found.update({f"{name}__{inner}": v for inner, v in value.get_params().items()})
        return found

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name, nested ones as ``outer__inner``; return self.

        Raises
        ------
        ValueError
            If a name is unknown; the message lists the known ones.
        """
        if not params:
            return self
        known = self.get_params(deep=True)
        nested: dict[str, dict[str, Any]] = defaultdict(dict)
        for name, value in params.items():
            outer, delimiter, inner = name.partition("__")
            if outer not in known:
                raise ValueError(
                    f"Invalid parameter {outer!r} for estimator {self}. Valid parameters are: "
                    f"{sorted(self.get_params(deep=False))!r}."
                )
            if delimiter:
                nested[outer][inner] = value
            else:
                setattr(self, outer, value)
                known[outer] = value
        for outer, inner_params in nested.items():
            if not hasattr(known[outer], "set_params"):
                raise ValueError(
                    f"Invalid parameter {outer}__{next(iter(inner_params))!s} for estimator {self}: {outer}="
                    f"{known[outer]!r} is no estimator and has no parameters of its own; set {outer} itself."
                )
            known[outer].set_params(**inner_params)
        return self

    def _check_params(self) -> None:
        held = vars(self)  # plainly: self.get_params(deep=False), which takes longer
        values = held if held.keys() >= self._rules.keys() else self.get_params(deep=False)
        check_rules(type(self).__name__, self._rules, values)

    # ---- input

    def _check_X(self, X: MatrixLike, *, fitting: bool = False, **how: Any) -> FloatArray:
        """Return X as `check_array` does; remember its columns when `fitting`, compare with them otherwise."""
        self._check_feature_names(X, fitting)
        how.setdefault("allow_nan", self._tags().allow_nan)
        found = check_array(X, estimator=self, **how)
        if fitting:
            self.n_features_in_ = int(found.shape[1])
        elif hasattr(self, "n_features_in_") and found.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {found.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                "features as input."
            )
        return found

    def _check_X_y(
        self, X: MatrixLike, y: VectorLike, *, multi_output: bool = False, **how: Any
    ) -> tuple[FloatArray, FloatArray]:
        """Return X (n, d) and regression targets y (n,) or (n, t), checked together, for fitting."""
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None; give the targets."
            )
        found = self._check_X(X, fitting=True, **how)
        targets = check_targets(y, multi_output=multi_output)
        check_same_length(X=found, y=targets)
        return found, targets

    def _check_X_labels(self, X: MatrixLike, y: VectorLike, **how: Any) -> tuple[FloatArray, Array, IntArray]:
        """Return X (n, d), the sorted classes (k,) and each row's class index (n,), for fitting."""
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None; give the labels."
            )
        found = self._check_X(X, fitting=True, **how)
        classes, codes = check_labels(y)
        check_same_length(X=found, y=codes)
        return found, classes, codes

    def _check_feature_names(self, X: Any, fitting: bool) -> None:
        given = feature_names(X)
        if fitting:
            if given is not None:
                self.feature_names_in_ = given
            elif hasattr(self, "feature_names_in_"):
                del self.feature_names_in_
            return
        fitted: Array | None = getattr(self, "feature_names_in_", None)
        if fitted is None and given is None:
            return
        name = type(self).__name__
        if fitted is None:
            if not hasattr(self, "n_features_in_"):  # a stateless estimator: nothing to compare with
                return
            warnings.warn(f"X has feature names, but {name} was fitted without feature names", stacklevel=4)
            return
        if given is None:
            warnings.warn(
                f"X does not have valid feature names, but {name} was fitted with feature names", stacklevel=4
            )
            return
        if len(fitted) == len(given) and (fitted == given).all():
            return
        raise ValueError(_names_message(fitted, given))

    # ---- what it is and how it looks

    def _tags(self) -> Tags:
        return Tags()

    def __sklearn_tags__(self) -> Any:
        return to_sklearn_tags(self._tags())

    def __repr__(self) -> str:
        return estimator_repr(self)

    def _repr_html_(self) -> str:
        return estimator_html(self)

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        """Return instances for generic tests and the tour; override where the constructor needs arguments."""
        return [cls()]


def _names_message(fitted: Array, given: Array) -> str:
    def listed(names: list[str]) -> str:
        shown = "".join(f"- {name}\n" for name in names[:5])
        return shown + ("- ...\n" if len(names) > 5 else "")

    message = "The feature names should match those that were passed during fit.\n"
    unseen = sorted(set(given) - set(fitted))
    missing = sorted(set(fitted) - set(given))
    if unseen:
        message += "Feature names unseen at fit time:\n" + listed(unseen)
    if missing:
        message += "Feature names seen at fit time, yet now missing:\n" + listed(missing)
    if not unseen and not missing:
        message += "Feature names must be in the same order as they were in fit.\n"
    return message


def clone(estimator: Any, *, safe: bool = True) -> Any:
    """Return an unfitted copy with the same parameters; lists, tuples, sets and dicts of estimators are cloned inside.

    Works for any object with ``get_params``, scikit-learn's estimators included. With ``safe=False`` other objects
    are deep-copied.

    Raises
    ------
    TypeError
        If `estimator` is a class, or (with `safe`) no estimator.
    RuntimeError
        If its constructor changes a parameter.
    """
    if isinstance(estimator, (list, tuple, set, frozenset)):
        return type(estimator)([clone(item, safe=safe) for item in estimator])
    if type(estimator) is dict:
        return {key: clone(value, safe=safe) for key, value in estimator.items()}
    if isinstance(estimator, type) or not hasattr(estimator, "get_params"):
        if not safe:
            return copy.deepcopy(estimator)
        if isinstance(estimator, type):
            raise TypeError(f"Cannot clone the class {estimator.__name__}; give an instance, {estimator.__name__}().")
        raise TypeError(f"Cannot clone {estimator!r} ({type(estimator).__name__}): it has no get_params method.")
    if hasattr(estimator, "__sklearn_clone__"):
        return estimator.__sklearn_clone__()
    params = {name: clone(value, safe=False) for name, value in estimator.get_params(deep=False).items()}
    twin = type(estimator)(**params)
    held = twin.get_params(deep=False)
    for name, value in params.items():
        if held[name] is not value:
            raise RuntimeError(f"Cannot clone {estimator!r}: its constructor changes or drops parameter {name!r}.")
    return twin
