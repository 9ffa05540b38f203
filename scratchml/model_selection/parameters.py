"""Sets of parameter settings to try: every point of a grid, or points drawn at random.

Idea: a grid tries every combination, so its size is the product of its lists. Random settings cost what one decides
to spend, and when only one or two of many parameters matter they try more different values of those [1]_.

Maths: point number `index` of a grid is `index` written in a mixed base, whose digits are the positions in the lists;
the last name in alphabetical order turns fastest. So a grid can be sampled without being written out.

Cost: a point of a grid takes time O(number of parameters), whatever the grid's size.

Differences: the same settings in the same order as scikit-learn's for the same seed. `uniform` takes (low, high) like
NumPy's, where SciPy's takes (start, width); the draws of all three distributions are those of SciPy for the same seed.

References
----------
.. [1] J. Bergstra and Y. Bengio (2012). Random search for hyper-parameter optimization. JMLR 13, section 2.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from ..core import check_random_state
from ..core.typing import Array, RandomStateLike

# ---------------------------------------------------------------------------------------------------------------
# Distributions: anything with rvs(random_state=...) is one. These three spare SciPy.


def _check_bounds(name: str, low: float, high: float) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"{name}(low={low!r}, high={high!r}): low must be below high, and both finite.")


@dataclass(frozen=True)
class uniform:
    """Numbers spread evenly over [low, high).

    Parameters
    ----------
    low, high : ends of the range

    Raises
    ------
    ValueError
        If low is not below high, or either is not finite.

    Examples
    --------
    >>> from scratchml.model_selection import uniform
    >>> bool(2 <= uniform(2, 5).rvs(random_state=0) < 5)
    True
    """

    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _check_bounds("uniform", self.low, self.high)

    def rvs(self, size: int | None = None, random_state: RandomStateLike = None) -> float | Array:
        """Draw one number, or an array of `size`: low + (high - low) u, u even over [0, 1)."""
        u = check_random_state(random_state).uniform(size=size)
        return self.low + (self.high - self.low) * u


@dataclass(frozen=True)
class log_uniform:
    """Numbers whose logarithm is spread evenly: as many in [1, 10) as in [10, 100). For scales such as a penalty.

    Parameters
    ----------
    low, high : ends of the range, above 0

    Raises
    ------
    ValueError
        If low is not above 0, not below high, or either is not finite.

    Examples
    --------
    >>> from scratchml.model_selection import log_uniform
    >>> bool(1e-3 <= log_uniform(1e-3, 1e3).rvs(random_state=0) <= 1e3)
    True
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low > 0:
            raise ValueError(f"log_uniform(low={self.low!r}): a logarithm needs low above 0.")
        _check_bounds("log_uniform", self.low, self.high)

    def rvs(self, size: int | None = None, random_state: RandomStateLike = None) -> float | Array:
        """Draw one number, or an array of `size`: exp(log low + (log high - log low) u), u even over [0, 1)."""
        u = check_random_state(random_state).uniform(size=size)
        start, end = math.log(self.low), math.log(self.high)
        drawn: Any = np.exp(start + (end - start) * u)
        return float(drawn) if size is None else drawn


@dataclass(frozen=True)
class randint:
    """Whole numbers low, low + 1, ..., high - 1, equally likely.

    Parameters
    ----------
    low, high : first number, and the number after the last

    Raises
    ------
    ValueError
        If low is not below high, or either is no whole number.

    Examples
    --------
    >>> from scratchml.model_selection import randint
    >>> sorted({randint(1, 4).rvs(random_state=seed) for seed in range(20)})
    [1, 2, 3]
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        _check_bounds("randint", self.low, self.high)
        if int(self.low) != self.low or int(self.high) != self.high:
            raise ValueError(f"randint(low={self.low!r}, high={self.high!r}): give whole numbers.")

    def rvs(self, size: int | None = None, random_state: RandomStateLike = None) -> int | Array:
        """Draw one number, or an array of `size`."""
        return check_random_state(random_state).randint(self.low, self.high, size=size)


# ---------------------------------------------------------------------------------------------------------------
# Grid


def _as_dicts(params: Any, what: str) -> list[dict[str, Any]]:
    if isinstance(params, Mapping):
        return [dict(params)]
    if isinstance(params, str) or not isinstance(params, Iterable):
        raise TypeError(f"{what} should be a dict or a list of dicts, got {params!r} ({type(params).__name__}).")
    dicts = list(params)
    for entry in dicts:
        if not isinstance(entry, Mapping):
            raise TypeError(f"{what} is not a dict ({entry!r}); give a dict from name to values, or a list of such.")
    return [dict(entry) for entry in dicts]


def _check_values(name: str, values: Any) -> None:
    if isinstance(values, np.ndarray) and values.ndim > 1:
        raise ValueError(f"Parameter array for {name!r} should be one-dimensional, got shape {values.shape}.")
    if isinstance(values, (str, bytes)) or not isinstance(values, (np.ndarray, Sequence)):
        raise TypeError(
            f"Parameter grid for parameter {name!r} needs to be a list or a numpy array, but got {values!r} "
            f"({type(values).__name__}); wrap a single value in a list, [{values!r}]."
        )
    if len(values) == 0:
        raise ValueError(f"Parameter grid for parameter {name!r} need to be a non-empty sequence; give a value to try.")


class ParameterGrid:
    """Every combination of the values given for each parameter, in a fixed order.

    Names are taken in alphabetical order and the last one turns fastest.

    Parameters
    ----------
    param_grid : dict of str to list, or list of such dicts
        The values to try of each parameter. An empty dict stands for the default parameters; a list of dicts for
        one grid after the other.

    Raises
    ------
    TypeError
        If it is no dict or list of dicts, or a value is no list or array.
    ValueError
        If a list is empty or an array has more than one dimension.

    Examples
    --------
    >>> from scratchml.model_selection import ParameterGrid
    >>> grid = ParameterGrid({"b": [True, False], "a": [1, 2]})
    >>> len(grid), grid[1]
    (4, {'b': False, 'a': 1})
    >>> list(grid)[:2]
    [{'a': 1, 'b': True}, {'a': 1, 'b': False}]
    """

    def __init__(self, param_grid: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> None:
        self.param_grid = _as_dicts(param_grid, "Parameter grid")
        for grid in self.param_grid:
            for name, values in grid.items():
                _check_values(name, values)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for grid in self.param_grid:
            names = sorted(grid)
            for values in product(*(grid[name] for name in names)):
                yield dict(zip(names, values))

    def __len__(self) -> int:
        return sum(math.prod(len(values) for values in grid.values()) for grid in self.param_grid)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Return setting number `index`, equal to ``list(grid)[index]``, without making the others."""
        if index < 0:
            raise IndexError(f"ParameterGrid index {index} is negative; count from 0.")
        rest = int(index)
        for grid in self.param_grid:
            size = math.prod(len(values) for values in grid.values())
            if rest >= size:
                rest -= size
                continue
            setting = {}
            for name in sorted(grid, reverse=True):  # the fastest digit first
                rest, digit = divmod(rest, len(grid[name]))
                setting[name] = grid[name][digit]
            return setting
        raise IndexError(f"ParameterGrid index {index} is out of range for {len(self)} settings.")


# ---------------------------------------------------------------------------------------------------------------
# Random settings


def draw_without_replacement(n: int, size: int, rng: np.random.RandomState) -> list[int]:
    """Draw `size` different numbers of range(n), by one of three methods as scikit-learn chooses among them.

    A sample between 1 % and 99 % of n is cut from a permutation (memory O(n)); a smaller one is drawn number by number,
    refusing repeats (memory O(size)); a larger one starts from range(size) and lets each later number
    replace a random earlier one (a reservoir).
    """
    share = size / n if n else 1.0
    if 0.01 < share < 0.99:
        return [int(i) for i in rng.permutation(n)[:size]]
    if share < 0.2:
        drawn: dict[int, None] = {}  # a set that keeps the order
        while len(drawn) < size:
            drawn[int(rng.randint(n))] = None
        return list(drawn)
    reservoir = list(range(size))
    for i in range(size, n):
        j = int(rng.randint(0, i + 1))
        if j < size:
            reservoir[j] = i
    return reservoir


class ParameterSampler:
    """Parameter settings drawn at random.

    Where every parameter is given as a list, settings are drawn without replacement; as soon as one is a
    distribution, with replacement. Each iteration over the sampler starts from `random_state` anew.

    Parameters
    ----------
    param_distributions : dict of str to list or distribution, or list of such dicts
        A distribution is any object with ``rvs(random_state=...)``: `uniform`, `log_uniform` and `randint` of this
        room, or those of ``scipy.stats``. A list is drawn from evenly. Of a list of dicts, one is drawn
        for each setting.
    n_iter : int
        The number of settings.
    random_state : int, RandomState, Generator or None, default=None
        Seeds the draws.

    Raises
    ------
    TypeError
        If a parameter is neither a list nor a distribution.
    ValueError
        If a list is empty.

    Examples
    --------
    >>> from scratchml.model_selection import ParameterSampler, randint
    >>> settings = list(ParameterSampler({"k": randint(1, 9), "p": [1, 2]}, n_iter=3, random_state=0))
    >>> len(settings), sorted(settings[0])
    (3, ['k', 'p'])
    """

    def __init__(
        self,
        param_distributions: Mapping[str, Any] | Iterable[Mapping[str, Any]],
        n_iter: int,
        *,
        random_state: RandomStateLike = None,
    ) -> None:
        self.param_distributions = _as_dicts(param_distributions, "Parameter distribution")
        for entry in self.param_distributions:
            for name, values in entry.items():
                if hasattr(values, "rvs"):
                    continue
                if isinstance(values, (str, bytes)) or not (
                    hasattr(values, "__len__") and hasattr(values, "__getitem__")
                ):
                    raise TypeError(
                        f"Parameter grid for parameter {name!r} is not iterable or a distribution (value={values!r}); "
                        "give a list of values, or an object with an rvs method."
                    )
                if len(values) == 0:
                    raise ValueError(f"Parameter {name!r} has an empty list of values; give at least one.")
        self.n_iter = n_iter
        self.random_state = random_state

    def _all_lists(self) -> bool:
        return not any(hasattr(values, "rvs") for entry in self.param_distributions for values in entry.values())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        rng = check_random_state(self.random_state)
        if self._all_lists():
            yield from self._from_grid(rng)
            return
        for _ in range(self.n_iter):
            entry = rng.choice(self.param_distributions)  # type: ignore[arg-type]
            yield {name: _draw(entry[name], rng) for name in sorted(entry)}

    def _from_grid(self, rng: np.random.RandomState) -> Iterator[dict[str, Any]]:
        grid = ParameterGrid(self.param_distributions)
        if len(grid) < self.n_iter:
            warnings.warn(
                f"The total space of parameters {len(grid)} is smaller than n_iter={self.n_iter}. Running {len(grid)} "
                "iterations. For exhaustive searches, use GridSearchCV.",
                UserWarning,
                stacklevel=3,
            )
        for index in draw_without_replacement(len(grid), len(self), rng):
            yield grid[index]

    def __len__(self) -> int:
        return min(self.n_iter, len(ParameterGrid(self.param_distributions))) if self._all_lists() else self.n_iter


def _draw(values: Any, rng: np.random.RandomState) -> Any:
    return values.rvs(random_state=rng) if hasattr(values, "rvs") else values[rng.randint(len(values))]
