"""The leakage guard: what is refused, and what is warned of, before a test set has been looked at by mistake.

Idea: what is learned from rows that later serve as a test makes the test too easy. A pipeline prevents the common forms
by its construction: every part is fitted to the training rows only, and a sampler works while fitting only. This file
looks for what construction cannot prevent.

Refused, because no sense can be made of it:

- a sampler where rows must stay aligned (in a FeatureUnion, a ColumnTransformer, a pipeline that is an inner step);
- weights (any fit parameter with one value a row) for a step after a sampler: rows and weights would no longer belong
  together, silently so where the lengths happen to agree;
- a transformer that drops or adds rows while fitting with targets: rows and targets would no longer belong together.

Warned of (`LeakageWarning`; make it an error with ``warnings.simplefilter("error", LeakageWarning)``):

- a step that cross-validates by itself after a sampler: copies of one row fall on both sides of its splits;
- the target itself among the features that reach the last step: same name and same values as a column.

Not seen from here: data resampled, scaled or selected *before* it was split. See the tutorial on pipelines.

References: S. Kaufman et al. (2012), Leakage in data mining: formulation, detection, and avoidance; M. Santos et al.
(2018), Cross-validation for imbalanced datasets: avoiding overoptimistic and overfitting approaches.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..core import is_data_frame
from ..core.tags import get_tags
from ..core.validation import count_samples
from .columns import names_after


class LeakageWarning(UserWarning):
    """Warns that a score measured on held-out rows would not be an honest one."""


def is_passthrough(part: Any) -> bool:
    """Say whether a step of a pipeline stands for "do nothing"."""
    return part is None or (isinstance(part, str) and part == "passthrough")


def is_sampler(part: Any) -> bool:
    """Say whether an estimator adds or removes rows: it has ``fit_resample``."""
    return not isinstance(part, type) and hasattr(part, "fit_resample")


def holds_sampler(part: Any) -> bool:
    """Say whether an estimator is a sampler or has one among its named parts, at any depth."""
    if is_sampler(part):
        return True
    for parameter in ("steps", "transformer_list", "transformers"):
        entries = getattr(part, parameter, None)
        if isinstance(entries, (list, tuple)):
            return any(holds_sampler(e[1]) for e in entries if isinstance(e, (list, tuple)) and len(e) > 1)
    return False


def refuse_samplers(owner: str, parts: Iterable[tuple[str, Any]]) -> None:
    """Raise TypeError if one of (name, estimator) is or holds a sampler: `owner` needs every row kept."""
    for name, part in parts:
        if holds_sampler(part):
            raise TypeError(
                f"{owner}: {name!r} ({type(part).__name__}) resamples: it would add or remove rows of some columns "
                "only, and the targets would not follow. Make the sampler a step of its own in a Pipeline, after the "
                f"{owner} and before the last step."
            )


def refuse_samplers_inside(step: Any) -> None:
    """Raise TypeError if a step joins columns and holds a sampler (scikit-learn's does not look by itself)."""
    for parameter in ("transformer_list", "transformers"):
        entries = getattr(step, parameter, None)
        if isinstance(entries, (list, tuple)):
            parts = [(str(e[0]), e[1]) for e in entries if isinstance(e, (list, tuple)) and len(e) > 1]
            refuse_samplers(type(step).__name__, parts)


def check_target_given(name: str, y: Any) -> None:
    """Raise ValueError if there are no targets for a sampler to balance."""
    if y is None:
        raise ValueError(
            f"Step {name!r} resamples, so the Pipeline requires y to be passed, but the target y is None; give the "
            "labels."
        )


def count_rows(X: Any) -> int | None:
    """Return the number of rows, or None where X does not tell (an iterator, say)."""
    try:
        return count_samples(X)
    except TypeError:
        return None


def check_rows_kept(name: str, part: Any, X: Any, Xt: Any, y: Any) -> None:
    """Raise ValueError if a transformer changed the number of rows while there are targets, one for each row."""
    if y is None:
        return
    before, after = count_rows(X), count_rows(Xt)
    if before is not None and after is not None and before != after:
        raise ValueError(
            f"Step {name!r} ({type(part).__name__}) turned {before} rows into {after}, and y has one target for each "
            f"of the {before}. A transformer must keep the rows; a step that drops or adds some must be a sampler, "
            "with fit_resample(X, y) returning both."
        )


def check_row_params(name: str, part: Any, sampler: str, params: Mapping[str, Any], n: int | None) -> None:
    """Raise ValueError if a fit parameter of a step after a sampler has one value for each row given to fit."""
    for parameter, value in params.items():
        if isinstance(value, (str, bytes, dict)) or count_rows(value) != n or n is None:
            continue
        raise ValueError(
            f"{name}__{parameter} has one value for each of the {n} rows, but the step {sampler!r} before {name!r} "
            f"adds or removes rows, so that they no longer belong together. Leave out {name}__{parameter}: weigh the "
            f"classes instead (class_weight of {type(part).__name__}, where it has one), or take the sampler out of "
            "the pipeline; sampler and weights are two ways to the same end."
        )


def warn_of_inner_splits(name: str, part: Any, sampler: str) -> None:
    """Warn if a step after a sampler cross-validates by itself."""
    params = part.get_params(deep=False) if hasattr(part, "get_params") else {}
    chooses = "scoring" in params or get_tags(part).estimator_type in ("classifier", "regressor")
    if "cv" in params and chooses and not (isinstance(params["cv"], str) and params["cv"] == "prefit"):
        warnings.warn(
            f"Step {name!r} ({type(part).__name__}) cross-validates on rows that step {sampler!r} has resampled, so "
            "its own scores are too good: copies of one row fall on both sides of its splits. Put the sampler inside: "
            f"{type(part).__name__}(Pipeline([({sampler!r}, ...), ...])).",
            LeakageWarning,
            stacklevel=4,
        )


def warn_of_target(X: Any, y: Any, last: Any, before: Iterable[tuple[str, Any]]) -> None:
    """Warn if the target is among the names of the features that reach a supervised last step.

    `before` are the fitted steps before it; where one does not tell its names, nothing is known and nothing said.
    """
    target = target_column(X, y)
    if target is None or get_tags(last).estimator_type not in ("classifier", "regressor"):
        return
    applied = [(name, step) for name, step in before if not is_passthrough(step) and not is_sampler(step)]
    try:
        names = names_after(applied, None) if applied else X.columns
    except (AttributeError, TypeError, ValueError):
        return
    found = [name for name in names if name == target or str(name).endswith(f"__{target}")]
    if found:
        warnings.warn(
            f"The target {target!r} is itself among the features that reach the last step (as {found[0]!r}), so it "
            f"predicts what it is told. Drop the column from X: X.drop(columns={target!r}).",
            LeakageWarning,
            stacklevel=4,
        )


def target_column(X: Any, y: Any) -> str | None:
    """Return the name of the column of data frame X that is y itself (same name, same values), or None."""
    name = getattr(y, "name", None)
    if not isinstance(name, str) or not is_data_frame(X) or list(X.columns).count(name) != 1:
        return None
    column, target = np.asarray(X[name]), np.asarray(y)
    return name if column.shape == target.shape and bool(np.all(column == target)) else None
