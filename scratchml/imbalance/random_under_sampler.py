"""Random under-sampling: rows of the large classes are left out at random.

Idea
    The cheapest way to balance, and often a good one: what a large class loses, it has in plenty.
Maths
    From each class that is too large draw the wanted number of rows, without replacement (or with).
Cost
    O(n).
Differences
    The same random_state gives imbalanced-learn's rows. NaN and words pass.
References
    Japkowicz, Stephen (2002), The class imbalance problem: a systematic study, Intelligent Data Analysis 6, 429-449.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, ClassVar, NamedTuple

from ..core import check_random_state
from ..core.rules import boolean, random_state
from ..core.tags import Tags
from ..core.typing import Array, IntArray, RandomStateLike
from .containers import Labels
from .sampler import UnderSampler
from .strategy import STRATEGY_RULES, UNDER, Strategy


class Step(NamedTuple):
    """Which rows of a class stay."""

    name: str  # "draw"
    label: Any
    members: IntArray  # (n,): the rows of X in the class
    chosen: IntArray  # (m,): which of them stay, as positions among the members


class RandomUnderSampler(UnderSampler):
    """Under-sample by drawing the rows that stay.

    Parameters
    ----------
    sampling_strategy : which classes shrink, and to what size: "auto" (all but the smallest, to its size), "majority",
        "not minority", "not majority", "all"; the ratio minority / majority to reach, of two classes; a dict from class
        to number of rows; a function of y that returns one
    random_state : None, int, RandomState or Generator
    replacement : draw with replacement

    Attributes
    ----------
    sampling_strategy_ : dict from class to number of rows that stay
    sample_indices_ : shape (m,): the rows of X that stay, class by class; a data frame's keep their index
    n_features_in_, feature_names_in_ : the columns seen

    Raises
    ------
    TypeError, ValueError
        By ``fit_resample``: for input or a parameter of a wrong kind or value, or a single class.

    Examples
    --------
    >>> from scratchml.imbalance import RandomUnderSampler
    >>> X, y = RandomUnderSampler(random_state=0).fit_resample([["a"], ["b"], ["c"]], [0, 0, 1])
    >>> y, X[-1]
    ([0, 1], ['c'])
    """

    _rules: ClassVar = {
        "sampling_strategy": STRATEGY_RULES[UNDER],
        "random_state": random_state,
        "replacement": boolean,
    }
    _how_to_read: ClassVar = {"dtype": None}
    _keeps_index: ClassVar = True

    def __init__(
        self,
        *,
        sampling_strategy: Strategy = "auto",
        random_state: RandomStateLike = None,
        replacement: bool = False,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.replacement = replacement

    def _choices(self, X: Array, labels: Labels) -> Callable[..., Generator[Any, None, IntArray]]:
        rng = check_random_state(self.random_state)

        def draw(label: Any, size: int, members: IntArray) -> Generator[Any, None, IntArray]:
            chosen: IntArray = rng.choice(len(members), size=size, replace=bool(self.replacement))
            yield Step("draw", label, members, chosen)
            return chosen

        return draw

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = tags.string = True
        return tags
