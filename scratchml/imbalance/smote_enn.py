"""SMOTEENN: SMOTE, then edited nearest neighbours over all classes.

Idea, differences, references: see `combine`. Of the two, this one takes away more.
"""

from __future__ import annotations

from typing import ClassVar

from ..core import clone
from ..core.rules import Rule, either, none, random_state
from ..core.rules import n_jobs as n_jobs_rule
from ..core.typing import RandomStateLike
from .combine import A_SMOTE, SmoteThenClean
from .edited_nearest_neighbours import EditedNearestNeighbours
from .sampler import CleaningSampler
from .smote import SMOTE
from .strategy import OVER, STRATEGY_RULES, Strategy


class SMOTEENN(SmoteThenClean):
    """Over-sample by SMOTE and clean by edited nearest neighbours.

    Parameters
    ----------
    sampling_strategy, random_state : as for `SMOTE`, used where `smote` is None
    smote : a `SMOTE`; None: one with defaults
    enn : an `EditedNearestNeighbours`; None: one that may take rows of all classes
    n_jobs : number of threads of the cleaning, where `enn` is None

    Attributes
    ----------
    smote_, enn_ : the two samplers
    parents_, gaps_, synthetic_indices_ : of the new rows that are left, as for `SMOTE`
    sampling_strategy_, n_features_in_, feature_names_in_ : as for `SMOTE`

    Raises
    ------
    TypeError, ValueError
        As `SMOTE` and `EditedNearestNeighbours`.

    Examples
    --------
    >>> from scratchml.imbalance import SMOTEENN
    >>> from scratchml.datasets import make_imbalanced
    >>> X, y = make_imbalanced(200, weights=[0.9, 0.1], random_state=0)
    >>> sampler = SMOTEENN(random_state=0)
    >>> X_more, y_more = sampler.fit_resample(X, y)
    >>> len(X_more) < 360, len(sampler.parents_) == len(sampler.synthetic_indices_)
    (True, True)
    """

    _rules: ClassVar = {
        "sampling_strategy": STRATEGY_RULES[OVER],
        "random_state": random_state,
        "smote": A_SMOTE,
        "enn": either(
            none, Rule("an EditedNearestNeighbours", lambda value: isinstance(value, EditedNearestNeighbours))
        ),
        "n_jobs": n_jobs_rule,
    }

    def __init__(
        self,
        *,
        sampling_strategy: Strategy = "auto",
        random_state: RandomStateLike = None,
        smote: SMOTE | None = None,
        enn: EditedNearestNeighbours | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.smote = smote
        self.enn = enn
        self.n_jobs = n_jobs

    def _cleaner(self) -> CleaningSampler:
        given = self.enn
        own = EditedNearestNeighbours(sampling_strategy="all", n_jobs=self.n_jobs)
        self.enn_ = cleaner = own if given is None else clone(given)
        return cleaner
