"""What selectors that hold a model share: its tags, and its methods on the columns kept."""

from __future__ import annotations

from typing import Any

from ..core import Tags, check_is_fitted, get_tags
from ..core.conditional import only_if
from ..core.typing import Array, MatrixLike
from .selector import SelectorMixin


def estimator_has(name: str) -> Any:
    """Return a check for `only_if`: the estimator, fitted or not, has the method `name`."""

    def check(selector: Any) -> None:
        getattr(getattr(selector, "estimator_", selector.estimator), name)  # AttributeError if it has none

    return check


class EstimatorSelectorMixin(SelectorMixin):
    """A selector that hands predictions on to `estimator_`, fitted to the columns kept."""

    estimator: Any
    estimator_: Any

    @property
    def classes_(self) -> Array:
        """The classes of the estimator, where it is a classifier."""
        found: Array = self.estimator_.classes_
        return found

    def _ask(self, method: str, X: MatrixLike, *more: Any, **params: Any) -> Any:
        check_is_fitted(self, "estimator_")
        return getattr(self.estimator_, method)(self.transform(X), *more, **params)

    @only_if(estimator_has("predict"))
    def predict(self, X: MatrixLike) -> Array:
        """Return the estimator's predictions for X (n, d), from the columns kept."""
        return self._ask("predict", X)  # type: ignore[no-any-return]

    @only_if(estimator_has("predict_proba"))
    def predict_proba(self, X: MatrixLike) -> Array:
        """Return the estimator's class probabilities for X (n, d), shape (n, k)."""
        return self._ask("predict_proba", X)  # type: ignore[no-any-return]

    @only_if(estimator_has("predict_log_proba"))
    def predict_log_proba(self, X: MatrixLike) -> Array:
        """Return the logarithms of the estimator's class probabilities for X (n, d), shape (n, k)."""
        return self._ask("predict_log_proba", X)  # type: ignore[no-any-return]

    @only_if(estimator_has("decision_function"))
    def decision_function(self, X: MatrixLike) -> Array:
        """Return the estimator's decision values for X (n, d), shape (n,) or (n, k)."""
        return self._ask("decision_function", X)  # type: ignore[no-any-return]

    def _tags(self) -> Tags:
        tags, inner = super()._tags(), get_tags(self.estimator)
        tags.estimator_type, tags.multi_class = inner.estimator_type, inner.multi_class
        tags.allow_nan, tags.multi_output = inner.allow_nan, inner.multi_output
        tags.requires_y = tags.poor_score = True
        return tags
