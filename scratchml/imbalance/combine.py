"""What SMOTEENN and SMOTETomek share: over-sample, then clean.

Idea
    SMOTE draws lines between rare rows without looking what lies between, so some of its rows end up among another
    class. Cleaning afterwards takes those away, and the old rows they now outvote.
Differences
    The same random_state gives imbalanced-learn's rows. The new rows that survive know their parents, as SMOTE's do.
References
    Batista, Prati, Monard (2004), A study of the behavior of several methods for balancing machine learning training
    data, ACM SIGKDD Explorations 6, 20-29: section 2.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..core import clone
from ..core.rules import Rule, either, none
from ..core.steps import final
from ..core.typing import Array
from .containers import Labels
from .sampler import BaseSampler, CleaningSampler, Resampled
from .smote import SMOTE
from .strategy import OVER

A_SMOTE = either(none, Rule("a SMOTE", lambda value: isinstance(value, SMOTE)))


class Step(NamedTuple):
    """The rows after one of the two methods."""

    name: str  # "over-sample", then "clean"
    X: Array  # (m, d)
    y: Array  # (m,)


class SmoteThenClean(BaseSampler):
    """Base of the two: `_resample` runs a SMOTE and a cleaning sampler on its result."""

    _kind: ClassVar = OVER
    random_state: Any
    smote: SMOTE | None
    n_jobs: int | None

    def _cleaner(self) -> CleaningSampler:
        raise NotImplementedError(f"{type(self).__name__} must say how it cleans.")

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        own = SMOTE(sampling_strategy=self.sampling_strategy, random_state=self.random_state)
        self.smote_ = sampler = own if self.smote is None else clone(self.smote)
        more = yield from kept_steps(sampler.steps(X, labels.values))
        y = labels.classes[more.codes]
        yield Step("over-sample", final(more.X), y)
        cleaner = self._cleaner()
        cleaner._alone = True
        try:
            last = yield from kept_steps(cleaner.steps(more.X, y))
        finally:
            cleaner._alone = False  # whoever uses it again gives it rows of his own
        yield Step("clean", last.X, labels.classes[last.codes])
        stay = cleaner.sample_indices_
        self.synthetic_indices_ = np.flatnonzero(stay >= len(X))
        made = stay[stay >= len(X)] - len(X)
        self.parents_, self.gaps_ = sampler.parents_[made], sampler.gaps_[made]
        yield last


def kept_steps(steps: Any) -> Generator[Any, None, Resampled]:
    """Yield a sampler's steps but the last, which is returned."""
    for step in steps:
        if isinstance(step, Resampled):
            return step
        yield step
        del step  # before there is the next
    raise RuntimeError("a sampler ended without a result; its last step must be Resampled.")
