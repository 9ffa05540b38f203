"""Random over-sampling: rows of the small classes are shown several times, or with a little noise.

Idea
    The simplest way to balance: draw rows of the rare class with replacement until there are enough. Copies add nothing
    new, so a model may learn them by heart; a little noise around each (a smoothed bootstrap) helps against that.
Maths
    new row = x_a,  a drawn with replacement;     with shrinkage t:
    new row = x_a + t h sigma z,                  z ~ N(0, I), sigma the columns' standard deviations in the class,
    h = (4 / ((d + 2) n))^(1 / (d + 4)),          Silverman's bandwidth for n rows of d columns
Cost
    d for each new row.
Differences
    The same random_state gives imbalanced-learn's rows; with noise they are float64, as there. NaN, words and (in a
    frame) dates pass where there is no noise.
References
    Menardi, Torelli (2014), Training and assessing classification rules with imbalanced data, Data Mining and Knowledge
    Discovery 28, 92-122: ROSE, section 3.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import check_array, check_random_state
from ..core.rules import check_rules, either, mapping, none, random_state, real
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, RandomStateLike
from .containers import Labels
from .sampler import OverSampler
from .strategy import OVER, STRATEGY_RULES, Strategy


class Step(NamedTuple):
    """Which rows of a class are shown again."""

    name: str  # "draw"
    label: Any
    parents: IntArray  # (m, 2): the row twice
    gaps: FloatArray  # (m,): 0
    rows: Array  # (m, d): the new rows


class RandomOverSampler(OverSampler):
    """Over-sample by drawing rows again, with replacement.

    Parameters
    ----------
    sampling_strategy, random_state : as for `SMOTE`
    shrinkage : None, copies; a number t of at least 0, or a dict from class to one: Gaussian noise of t times
        Silverman's bandwidth is added

    Attributes
    ----------
    sample_indices_ : shape (n + m,): which row of X each row of the result is a copy of
    shrinkage_ : None, or a dict from class to t
    parents_, gaps_, synthetic_indices_ : as for `SMOTE`: both parents are the row drawn, the gap is 0
    sampling_strategy_, n_features_in_, feature_names_in_ : as for `SMOTE`

    Raises
    ------
    TypeError, ValueError
        By ``fit_resample``: for input or a parameter of a wrong kind or value, or a single class.

    Examples
    --------
    >>> from scratchml.imbalance import RandomOverSampler
    >>> X_more, y_more = RandomOverSampler(random_state=0).fit_resample([["a"], ["b"], ["c"]], [0, 0, 1])
    >>> X_more
    [['a'], ['b'], ['c'], ['c']]
    """

    _rules: ClassVar = {
        "sampling_strategy": STRATEGY_RULES[OVER],
        "random_state": random_state,
        "shrinkage": either(none, real(0.0), mapping),
    }
    _how_to_read: ClassVar = {"dtype": None}

    def __init__(
        self,
        *,
        sampling_strategy: Strategy = "auto",
        random_state: RandomStateLike = None,
        shrinkage: float | Mapping[Any, float] | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.shrinkage = shrinkage

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        rng = check_random_state(self.random_state)
        self.shrinkage_ = self._read_shrinkage()
        if self.shrinkage_ is not None:
            finite = check_array(X)
            X = X if X.dtype.kind == "f" else finite
        made: list[Step] = []
        for label, size, members in self._members(labels):
            drawn = rng.choice(members, size=size, replace=True)
            rows = X[drawn]
            if self.shrinkage_ is not None:
                rows = self._add_noise(rows, X, members, float(self.shrinkage_[label]), rng)
            made.append(Step("draw", label, np.column_stack([drawn, drawn]), np.zeros(size), rows))
            del rows
            yield made[-1]
        self.sample_indices_ = np.concatenate([np.arange(len(X)), *(step.parents[:, 0] for step in made)])
        yield self._gather(X, labels, made)

    def _chosen(self) -> IntArray | None:
        return self.sample_indices_ if self.shrinkage_ is None else None

    def _read_shrinkage(self) -> dict[Any, float] | None:
        if self.shrinkage is None:
            return None
        if not isinstance(self.shrinkage, Mapping):
            return dict.fromkeys(self.sampling_strategy_, float(self.shrinkage))
        missing = [label for label in self.sampling_strategy_ if label not in self.shrinkage]
        if missing:
            raise ValueError(
                "`shrinkage` should contain a shrinkage factor for each class that will be resampled. The missing "
                f"classes are: {missing}; add them, 0 for plain copies."
            )
        for label, factor in self.shrinkage.items():
            name = f"shrinkage[{label!r}]"
            check_rules("RandomOverSampler", {name: real(0.0)}, {name: factor})
        return dict(self.shrinkage)

    def _add_noise(self, rows: Array, X: Array, members: IntArray, factor: float, rng: np.random.RandomState) -> Array:
        n, d = X.shape
        bandwidth = (4 / ((d + 2) * n)) ** (1 / (d + 4))
        with np.errstate(over="ignore"):
            spread = np.std(X[members], axis=0)
            noisy = rng.randn(len(rows), d) * (factor * bandwidth * spread) + rows
        if not np.isfinite(noisy).all():
            raise ValueError("X spreads so widely that its standard deviation overflows float64; scale X down.")
        found: Array = noisy  # float64, also where X is float32
        return found

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = tags.string = self.shrinkage is None
        tags.sample_indices = True
        return tags
