"""Put your own step into one of our estimators: everything else stays ours, and other estimators notice nothing.

Idea
    An algorithm's steps are functions that its modules find by name. Here the modules' names are copied, the one name
    is given another function, and what calls it, directly or through others, is made anew so that it looks its names up
    in the copy. Nothing that is shared is changed: other objects, other threads and the original go on as before.
    A compiled kernel has its callees built in. So a kernel that calls what is replaced runs as plain Python in the
    copy; all others stay compiled. Yours may be any Python function.
Cost
    A few milliseconds to make; a fit costs what your function costs, and a kernel that has to run plain is about a
    hundred times slower: try it on small data.
Differences
    The result is of a class of the same name, but no instance of the original one, and cannot be pickled. Fits of other
    estimators inside it stay ours: graft those and hand them over.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

from ..core import BaseEstimator, clone
from .where import Source, source_of
from .yours import TEXTBOOK, check_call, with_answer

PACKAGE = "scratchml."
CORE = "scratchml.core"  # knows no algorithm: it is never copied
WITH = " with your "  # stands in the names of functions that are made anew, before the steps that are not ours


def plain(value: Any) -> Any:
    """Return the Python function of a kernel; the value itself where it is none."""
    return getattr(value, "py_func", value)


def is_ours(value: Any) -> bool:
    """Say whether a value is a function or kernel of one of the rooms, by its own name in its module."""
    function = plain(value)
    if not isinstance(function, FunctionType) or "<locals>" in function.__qualname__:
        return False
    return function.__module__.startswith(PACKAGE) and not function.__module__.startswith(CORE)


def names_in(code: CodeType) -> set[str]:
    """Return all names that some code looks up, that of functions inside it included."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= names_in(constant)
    return found


def functions_of(cls: type) -> dict[str, FunctionType]:
    """Return the plain functions of a class's own methods and properties."""
    found = {}
    for name, item in vars(cls).items():
        parts = [item.fget, item.fset] if isinstance(item, property) else [getattr(item, "__func__", item)]
        found.update({f"{name}.{k}": part for k, part in enumerate(parts) if isinstance(part, FunctionType)})
    return found


def lineage(cls: type) -> list[type]:
    """Return the classes of ours that a class is made of, the most derived one first."""
    return [c for c in cls.__mro__ if c.__module__.startswith(PACKAGE) and not c.__module__.startswith(CORE)]


def is_part(value: Any) -> bool:
    """Say whether a value is a class of a room that helps an algorithm on: no estimator, no tuple, no error."""
    if not isinstance(value, type) or not value.__module__.startswith(PACKAGE) or value.__module__.startswith(CORE):
        return False
    return not issubclass(value, (tuple, BaseException, BaseEstimator)) and not getattr(value, "_is_protocol", False)


def code_under(value: Any) -> list[FunctionType]:
    """Return the Python functions of a function, a kernel, or a class."""
    return list(functions_of(value).values()) if isinstance(value, type) else [plain(value)]


def named_in(function: FunctionType) -> Iterator[Any]:
    """Yield the functions, kernels and classes of the rooms that a function finds by name, in tables too."""
    for name in sorted(names_in(function.__code__)):
        value = function.__globals__.get(name)
        value = tuple(value.values()) if isinstance(value, dict) else value
        for item in value if isinstance(value, (tuple, list)) else (value,):
            if is_ours(item) or is_part(item):
                yield item


def reached(cls: type) -> dict[str, Any]:
    """Return every function and kernel that the class's methods reach by name, by that name."""
    found: dict[str, Any] = {}
    waiting = [function for c in lineage(cls) for function in functions_of(c).values()]
    seen: set[int] = set()
    while waiting:
        function = waiting.pop(0)  # the nearest first: of two with one name, that one is meant
        if id(function) in seen:
            continue
        seen.add(id(function))
        for item in named_in(function):
            name = plain(item).__name__
            if is_ours(item) and not name.startswith("_"):
                found.setdefault(name, item)
            waiting += code_under(item)
    return found


_yours: dict[str, Any] = {}  # functions that were grafted, by what a name says of them; traces are read later


def remembered(step: str, mine: Any) -> str:
    """Return what a name says of a grafted step: "assign_points (mine, notes.py:3)"."""
    code = getattr(plain(mine), "__code__", None)
    where = f"{mine.__name__}, {code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}" if code else "an object"
    _yours[f"{step} ({where})"] = code
    return f"{step} ({where})"


def yours_in(name: str) -> dict[str, Source | None]:
    """Return the steps that are not ours in a function of this name, with their text; None where that is unknown."""
    words = name.partition(WITH)[2].split("; ") if WITH in name else []
    codes = {word.partition(" ")[0]: _yours.get(word) for word in words}
    return {step: source_of(code) if code is not None else None for step, code in codes.items()}


def yes(fine: bool = False) -> bool:
    """Say that someone listens."""
    return True


class Copy:
    """The names of the modules that a class needs, copied; what reaches the new steps is made anew to look there."""

    def __init__(self, cls: type, new: dict[int, Callable[..., Any]], told: str) -> None:
        self.new = new  # id of what is replaced -> by what
        self.told = told  # what names say of it
        self.spaces: dict[str, dict[str, Any]] = {}
        self.made: dict[int, Any] = {}
        self.classes: dict[type, type] = {}
        self.lineage = lineage(cls)
        self.modules = self._modules([c.__module__ for c in self.lineage])
        self.touched = self._touched()
        for name, module in self.modules.items():
            self.spaces[name] = dict(vars(module))
        for c in reversed(self.lineage):
            self.mirrored(c)
        for space in self.spaces.values():
            for name, value in list(space.items()):
                space[name] = yes if name == "someone_listens" else self.anew(value)  # no short cuts around your step

    def _modules(self, first: list[str]) -> dict[str, ModuleType]:
        found: dict[str, ModuleType] = {}
        waiting = list(first)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = sys.modules[name]
                values = list(vars(found[name]).values())
                waiting += [plain(value).__module__ for value in values if is_ours(value) or is_part(value)]
        return found

    def _touched(self) -> set[int]:
        """Return the ids of all that calls what is replaced, directly or through others."""
        values = [v for m in self.modules.values() for v in vars(m).values() if is_ours(v) or is_part(v)]
        calls = {id(v): {id(item) for f in code_under(v) for item in named_in(f)} for v in values}
        for value in values:
            calls[id(value)] |= {id(base) for base in getattr(value, "__bases__", ())}
        touched = set(self.new)
        while more := {key for key, named in calls.items() if key not in touched and named & touched}:
            touched |= more
        return touched

    def mirrored(self, cls: type) -> type:
        """Return the class that stands for `cls` in the copy."""
        if cls not in self.lineage and id(cls) not in self.touched:
            return cls
        if cls not in self.classes:
            self.classes[cls] = self._mirror(cls)
        return self.classes[cls]

    def anew(self, value: Any) -> Any:
        """Return what stands for a value in the copy."""
        if id(value) in self.new:
            mine = self.new[id(value)]
            return self.function(plain(mine)) if is_ours(mine) and plain(mine).__module__ in self.spaces else mine
        if isinstance(value, type):
            return self.mirrored(value)
        if is_ours(value):
            return self.function(plain(value)) if id(value) in self.touched else value
        if type(value) in (dict, list, tuple) and value:
            items = value.values() if isinstance(value, dict) else value
            if any(is_ours(item) for item in items):
                if isinstance(value, dict):
                    return {key: self.anew(item) for key, item in value.items()}
                return type(value)(map(self.anew, value))
        return value

    def function(self, old: FunctionType, cell: CellType | None = None) -> Any:
        """Return a function that looks its names up in the copy. cell: where its class is going to be."""
        if id(old) in self.made and cell is None:
            return self.made[id(old)]
        closure = old.__closure__
        if closure is not None and cell is not None:
            closure = tuple(cell if name == "__class__" else c for name, c in zip(old.__code__.co_freevars, closure))
        code = old.__code__.replace(co_qualname=old.__code__.co_qualname + self.told)
        made = FunctionType(code, self.spaces[old.__module__], old.__name__, old.__defaults__, closure)
        made.__kwdefaults__, made.__doc__, made.__dict__ = old.__kwdefaults__, old.__doc__, dict(old.__dict__)
        made.__qualname__, made.__module__, made.__annotations__ = old.__qualname__, old.__module__, old.__annotations__
        self.made[id(old)] = made
        if made.__defaults__:
            made.__defaults__ = tuple(map(self.anew, made.__defaults__))
        return made

    def _mirror(self, cls: type) -> type:
        """Return a class like `cls` whose methods look their names up in the copy."""
        cell = CellType()

        def moved(item: Any) -> Any:
            if isinstance(item, FunctionType):
                return self.function(item, cell) if item.__module__ in self.spaces else item
            if isinstance(item, property):
                get, put, drop = (f if f is None else moved(f) for f in (item.fget, item.fset, item.fdel))
                return property(get, put, drop, item.__doc__)
            if isinstance(item, (classmethod, staticmethod)):
                return type(item)(moved(item.__func__))
            return item

        body = {n: moved(item) for n, item in vars(cls).items() if n not in ("__dict__", "__weakref__")}
        bases = tuple(map(self.mirrored, cls.__bases__))
        made = type(cls)(cls.__name__, bases, body)
        cell.cell_contents = made
        return made


# the textbook's steps, by estimator: what to graft; `signature_of` says how each is called
STEPS: dict[str, tuple[str, ...]] = {
    "KMeans": ("assign_points", "choose_seeds", "means_of"),
    "AgglomerativeClustering": ("joined_distance", "nearest_to", "join_rows", "join_means"),
    "DBSCAN": ("find_neighbourhoods", "grow_cluster", "within"),
    "GaussianMixture": ("expect", "maximise", "log_densities"),
    "LinearRegression": ("factorise", "descend"),
    "LogisticRegression": ("loss_and_gradient", "logits_of", "descend"),
    "Lasso": ("soft_threshold", "pass_by_gram", "duality_gap"),
    "SGDClassifier": ("sample_slope", "step_length", "run_epoch"),
    "DecisionTreeClassifier": ("class_impurity", "split_gain", "best_threshold"),
    "SVC": ("worst_point", "best_partner", "move_pair", "intercept_of"),
    "KNeighborsClassifier": ("weigh_neighbours", "count_votes"),
    "MLPClassifier": ("activate", "lose", "back_through", "move_by_moments", "take_step"),
    "QLearning": ("learn", "choose_action", "scheduled"),
}


# steps that have no turn, or are built into a faster path, unless a parameter has this value
ONLY_WITH: dict[tuple[str, str], tuple[str, str]] = {
    ("LinearRegression", "descend"): ("solver", "gd"),
    ("LogisticRegression", "descend"): ("solver", "gd"),
    ("DecisionTreeClassifier", "class_impurity"): ("criterion", "entropy"),
    ("DecisionTreeClassifier", "split_gain"): ("criterion", "entropy"),
    ("DecisionTreeClassifier", "best_threshold"): ("criterion", "entropy"),
}


def graft(estimator: Any, **steps: Callable[..., Any]) -> Any:
    """Return an unfitted copy of an estimator in which some steps are yours.

    Yours is called just as ours is; see `signature_of`. For ``KMeans``, `assign_points` is offered in the textbook's
    form as well: a function of X (n, d), moved to its mean, and centres (k, d), that returns labels (n,).

    The textbook's steps of some estimators (any other function that an estimator reaches by name can be replaced, too):

    | estimator | steps |
    | --- | --- |
    | `KMeans` | `assign_points`, `choose_seeds`, `means_of` |
    | `AgglomerativeClustering` | `joined_distance`, `nearest_to`, `join_rows`; for ward of over 512 rows `join_means` |
    | `DBSCAN` | `find_neighbourhoods`, `grow_cluster`, `within` |
    | `GaussianMixture` | `expect`, `maximise`, `log_densities` |
    | `LinearRegression` | `factorise`; with solver="gd" `descend` |
    | `LogisticRegression` | `loss_and_gradient`, `logits_of`; with solver="gd" `descend` |
    | `Lasso` | `soft_threshold`, `pass_by_gram`, `duality_gap` |
    | `SGDClassifier` | `sample_slope`, `step_length`, `run_epoch` |
    | `DecisionTreeClassifier` | with criterion="entropy" `class_impurity`, `split_gain`, `best_threshold` |
    | `SVC` | `worst_point`, `best_partner`, `move_pair`, `intercept_of` |
    | `KNeighborsClassifier` | `weigh_neighbours`, `count_votes` |
    | `MLPClassifier` | `activate`, `lose`, `back_through`, `move_by_moments`, `take_step` |
    | `QLearning` | `learn`, `choose_action`, `scheduled` |

    Parameters
    ----------
    estimator : one of ours; it is not changed
    steps : functions by the names of those they replace

    Raises
    ------
    TypeError
        If `estimator` is none of ours, or a step is no function, or one that takes other arguments than ours.
    ValueError
        If it has no step of that name, or none with these parameters; the message lists those it has.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml import trace
    >>> from scratchml.cluster import KMeans
    >>> def mine(X, centres):
    ...     return np.abs(X[:, None] - centres).sum(axis=2).argmin(axis=1)  # city blocks
    >>> model = trace.graft(KMeans(2, random_state=0), assign_points=mine)
    >>> sorted(model.fit([[1.0], [2.0], [11.0], [12.0]]).cluster_centers_.ravel().tolist())
    [1.5, 11.5]
    """
    cls = type(estimator)
    if not isinstance(estimator, BaseEstimator) or not lineage(cls):
        raise TypeError(f"estimator={estimator!r:.60} is none of scratchml's; give an estimator (an instance).")
    if not steps:
        raise ValueError("no step is given; name one and give a function: graft(KMeans(3), assign_points=mine).")
    known, new = reached(cls), {}
    for name, mine in steps.items():
        if not callable(mine):
            raise TypeError(f"{name}={mine!r:.60} is no function.")
        parameter, value = ONLY_WITH.get((cls.__name__, name), ("", ""))
        if parameter and getattr(estimator, parameter) != value:
            raise ValueError(
                f"{cls.__name__} calls {name} with {parameter}={value!r} only, and {parameter} is "
                f"{getattr(estimator, parameter)!r}; graft {cls.__name__}({parameter}={value!r})."
            )
        adapt = TEXTBOOK.get((cls.__name__, name))
        wanted = {name: mine} if adapt is None else adapt(mine)
        for part, function in wanted.items():
            if part not in known:
                room = lineage(cls)[0].__module__.split(".")[1]
                near = sorted(n for n, v in known.items() if plain(v).__module__.split(".")[1] == room)
                near = sorted({*near, *(step for owner, step in TEXTBOOK if owner == cls.__name__)})
                far = sorted({*known} - {*near})
                first = STEPS.get(cls.__name__, ())
                raise ValueError(
                    f"{cls.__name__} has no step {name!r}; "
                    + (f"the textbook's are {', '.join(first)}; " if first else "")
                    + f"those of its room are {', '.join(near)}"
                    + (f"; from other rooms {', '.join(far)}." if far else ".")
                )
            if adapt is None:
                check_call(name, function, ours := plain(known[part]))
                function = function if is_ours(function) else with_answer(name, function, ours)
            new[id(known[part])] = function
    told = WITH + "; ".join(remembered(name, mine) for name, mine in steps.items())
    made = Copy(cls, new, told).classes[cls]
    return made(**clone(estimator).get_params(deep=False))


def signature_of(estimator: Any, step: str) -> str:
    """Return how a step of an estimator is called, and what it says of itself.

    >>> from scratchml import trace
    >>> from scratchml.cluster import KMeans
    >>> print(trace.signature_of(KMeans(), "means_of").splitlines()[0])
    means_of(found: 'Sums') -> 'FloatArray'

    Raises
    ------
    ValueError
        If it has no such step.
    """
    known = reached(type(estimator))
    if step not in known:
        raise ValueError(f"{type(estimator).__name__} has no step {step!r}; it has {', '.join(sorted(known))}.")
    function = plain(known[step])
    return f"{step}{inspect.signature(function)}\n{inspect.getdoc(function) or ''}"
