"""What the winner of a search can do, the search can do: methods handed on to `best_estimator_`.

Idea: after a search the best estimator stands for the whole search. A method is visible on the search, to ``hasattr``
too, only where that estimator has it; before a fit, the estimator searched for answers in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..core import check_is_fitted
from ..core.typing import Array, MatrixLike, VectorLike

F = TypeVar("F", bound=Callable[..., Any])


class _OfBest:
    """A method that a search has if, and only if, its best estimator has it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, search: Any, owner: type | None = None) -> Any:
        if search is None:
            return self.function
        search._check_best_has(self.function.__name__)
        return self.function.__get__(search, owner)


def of_best(method: F) -> F:
    """Make a method visible (to hasattr, too) only where the estimator searched for has one of that name."""
    return _OfBest(method)  # type: ignore[return-value]


class BestEstimatorMixin:
    """The methods of a search that are its best estimator's."""

    estimator: Any
    refit: Any
    scorer_: Any
    best_estimator_: Any

    def _check_refitted(self, name: str) -> None:
        if not self.refit:
            raise AttributeError(
                f"This {type(self).__name__} instance was initialized with `refit=False`. {name} is available only "
                "after refitting on the best parameters: set refit=True, or fit an estimator with `best_params_`."
            )

    def _check_best_has(self, name: str) -> None:
        self._check_refitted(name)
        getattr(getattr(self, "best_estimator_", self.estimator), name)  # AttributeError if it has none

    def _fitted_best(self) -> Any:
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_

    def score(self, X: MatrixLike, y: VectorLike | None = None) -> float:
        """Return the score of the best estimator on X and y, by the metric that chose it.

        Raises
        ------
        NotFittedError
            Before `fit`.
        AttributeError
            If ``refit=False``.
        ValueError
            If there are several metrics and `refit` names none of them.
        """
        self._check_refitted("score")
        best = self._fitted_best()
        scorer, several = self.scorer_, isinstance(self.scorer_, Mapping)
        if several and isinstance(self.refit, str):
            scorer, several = scorer[self.refit], False
        found: Any = None if several else scorer(best, X) if y is None else scorer(best, X, y)
        if several or (isinstance(found, Mapping) and not isinstance(self.refit, str)):
            raise ValueError(
                f"score needs one metric, but refit={self.refit!r} names none of the several; give its name."
            )
        return found[self.refit] if isinstance(found, Mapping) else found  # type: ignore[no-any-return]

    @of_best
    def predict(self, X: MatrixLike) -> Array:
        """Return the best estimator's predictions for X (n, d)."""
        return self._fitted_best().predict(X)  # type: ignore[no-any-return]

    @of_best
    def predict_proba(self, X: MatrixLike) -> Array:
        """Return the best estimator's class probabilities for X (n, d), shape (n, k)."""
        return self._fitted_best().predict_proba(X)  # type: ignore[no-any-return]

    @of_best
    def predict_log_proba(self, X: MatrixLike) -> Array:
        """Return the logarithms of the best estimator's class probabilities for X (n, d), shape (n, k)."""
        return self._fitted_best().predict_log_proba(X)  # type: ignore[no-any-return]

    @of_best
    def decision_function(self, X: MatrixLike) -> Array:
        """Return the best estimator's decision values for X (n, d), shape (n,) or (n, k)."""
        return self._fitted_best().decision_function(X)  # type: ignore[no-any-return]

    @of_best
    def score_samples(self, X: MatrixLike) -> Array:
        """Return the best estimator's score of each row of X (n, d), shape (n,)."""
        return self._fitted_best().score_samples(X)  # type: ignore[no-any-return]

    @of_best
    def transform(self, X: MatrixLike) -> Any:
        """Return X (n, d) as the best estimator transforms it."""
        return self._fitted_best().transform(X)

    @of_best
    def inverse_transform(self, X: MatrixLike) -> Any:
        """Return X as it was before the best estimator's `transform`."""
        return self._fitted_best().inverse_transform(X)

    @property
    def classes_(self) -> Array:
        """Class labels of the best estimator, shape (k,)."""
        self._check_best_has("classes_")
        return self.best_estimator_.classes_  # type: ignore[no-any-return]

    @property
    def n_features_in_(self) -> int:
        """Number of columns seen in fit; an AttributeError before it."""
        if "best_estimator_" not in vars(self):
            raise AttributeError(f"{type(self).__name__} object has no n_features_in_ attribute before a fit.")
        return self.best_estimator_.n_features_in_  # type: ignore[no-any-return]
