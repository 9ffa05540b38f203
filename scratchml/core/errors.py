"""Errors and warnings of the package, and how they agree with scikit-learn's.

A program that catches ``sklearn.exceptions.NotFittedError`` must catch ours too, yet scikit-learn is never
imported here. So each class is looked up when it is raised: where scikit-learn is already loaded, the class
raised is a child of both; otherwise it is ours alone.
"""

from __future__ import annotations

from functools import cache

from .sklearn_bridge import loaded_sklearn_exception


class NotFittedError(ValueError, AttributeError):
    """Raised when a method needs ``fit`` to have been called first."""


class ConvergenceWarning(UserWarning):
    """Warns that an iteration ended before its stopping rule was met."""


class DataConversionWarning(UserWarning):
    """Warns that the data given were reshaped or converted in a way the caller may not have meant."""


class FitFailedWarning(RuntimeWarning):
    """Warns that a fit inside a cross-validation raised, and its score was replaced by ``error_score``."""


class UndefinedMetricWarning(UserWarning):
    """Warns that a score is not defined for the data given (0 / 0), and says which value stands in for it."""


@cache
def _joined(ours: type, theirs: type) -> type:
    return type(ours.__name__, (ours, theirs), {"__module__": ours.__module__, "__doc__": ours.__doc__})


def both(ours: type) -> type:
    """Return `ours`, or its child that is also scikit-learn's class of the same name where that is loaded."""
    theirs = loaded_sklearn_exception(ours.__name__)
    return ours if theirs is None else _joined(ours, theirs)
