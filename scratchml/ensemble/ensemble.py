"""What all ensembles share: their members can be counted, listed and looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..core import BaseEstimator


def fitted_like(example: Any, **changed: Any) -> Any:
    """Return an estimator with the example's parameters, but for those changed, and with all that its fit found."""
    member = type(example)(**{**example.get_params(deep=False), **changed})
    for name in [name for name in vars(example) if name.endswith("_")]:
        setattr(member, name, getattr(example, name))  # vars(member) would be a dict of its own
    return member


class BaseEnsemble(BaseEstimator):
    """Base of all ensembles; use a class derived from it."""

    estimators_: Any  # the members, in the order in which they were fitted

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self.estimators_)

    def __getitem__(self, index: int) -> Any:
        """Return one member."""
        return self.estimators_[index]

    def __iter__(self) -> Iterator[Any]:
        """Go through the members."""
        return iter(self.estimators_)
