"""One step of a pipeline: fitting it, checking it, and which methods the last one lends to the pipeline.

Idea
----
A step is a transformer (``fit_transform``), a sampler (``fit_resample``) or, at the end, anything with ``fit``. Fitting
one is a function of a module rather than a method, because joblib.Memory can only cache such.

Maths
-----
None.

Cost
----
The step's.

Differences
-----------
From scikit-learn: where a method is not there, the error says which step has none, and what to do if it is a sampler.

References
----------
None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..core import check_same_length, get_tags
from ..core.tags import Tags
from .guards import holds_sampler, is_passthrough, is_sampler

# ---------------------------------------------------------------------------------------------------------------
# Fitting


def fit_transform_step(step: Any, X: Any, y: Any, params: dict[str, Any]) -> tuple[Any, Any]:
    """Return (X transformed, fitted step). The step's own fit_transform is preferred: it may cross-fit."""
    if hasattr(step, "fit_transform"):
        return step.fit_transform(X, y, **params), step
    return step.fit(X, y, **params).transform(X), step


def fit_resample_step(step: Any, X: Any, y: Any, params: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return (X resampled, y resampled, fitted step)."""
    X_resampled, y_resampled = step.fit_resample(X, y, **params)
    check_same_length(X=X_resampled, y=y_resampled)
    return X_resampled, y_resampled, step


def fit_last(step: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
    """Fit the last step."""
    return step.fit(X, y, **params) if hasattr(step, "fit") else step.fit_resample(X, y, **params)


def fit_transform_last(step: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
    """Fit the last step and return X transformed."""
    return fit_transform_step(step, X, y, params)[0]


def fit_predict_last(step: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
    """Fit the last step and return what it says of X."""
    return step.fit_predict(X, y, **params)


def fit_resample_last(step: Any, X: Any, y: Any, params: dict[str, Any]) -> Any:
    """Fit the last step and return (X resampled, y resampled)."""
    return fit_resample_step(step, X, y, params)[:2]


# ---------------------------------------------------------------------------------------------------------------
# Checks


def check_inner_step(name: str, step: Any) -> None:
    """Check that a step before the last is a transformer or a sampler, and not both.

    Raises
    ------
    TypeError
        Otherwise; also for an inner pipeline with a sampler, which would change the rows of X and not those of y.
    """
    if is_passthrough(step):
        return
    transforms = hasattr(step, "transform") and (hasattr(step, "fit") or hasattr(step, "fit_transform"))
    if transforms and is_sampler(step):
        raise TypeError(f"Step {name!r} ({step!r}) has both transform and fit_resample; it must be one of the two.")
    if not transforms and not is_sampler(step):
        raise TypeError(
            "All intermediate steps should be transformers and implement fit and transform, or samplers and implement "
            f"fit_resample, or be the string 'passthrough'. {name!r} is {step!r} (type {type(step)}), which doesn't."
        )
    if isinstance(getattr(step, "steps", None), (list, tuple)) and holds_sampler(step):
        raise TypeError(
            f"Step {name!r} is a {type(step).__name__} with a sampler inside. As an inner step it would change the "
            "rows of X but not of y; write its steps into this pipeline instead."
        )


def check_last_step(name: str, step: Any) -> None:
    """Check that the last step can be fitted.

    Raises
    ------
    TypeError
        Otherwise.
    """
    if not (is_passthrough(step) or hasattr(step, "fit") or is_sampler(step)):
        raise TypeError(
            f"Last step of Pipeline should implement fit or be the string 'passthrough'. {name!r} is {step!r} "
            f"(type {type(step)}), which doesn't."
        )


def split_params(names: list[str], params: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return each step's fit parameters from ``step__parameter`` names.

    Raises
    ------
    ValueError
        If a name has no step before it, or an unknown one.
    """
    found: dict[str, dict[str, Any]] = {name: {} for name in names}
    for key, value in params.items():
        step, delimiter, parameter = key.partition("__")
        if not delimiter:
            raise ValueError(
                f"Pipeline.fit does not accept the {key} parameter. You can pass parameters to specific steps of your "
                f"pipeline using the stepname__parameter format, e.g. fit(X, y, {names[-1]}__{key}=...)."
            )
        if step not in found:
            raise ValueError(f"{key}: there is no step {step!r}; the steps are {names}.")
        found[step][parameter] = value
    return found


def last_has(*methods: str, passthrough: bool = False) -> Callable[[Any], None]:
    """Return a check that a pipeline's last step has one of `methods` (or is "passthrough", if that serves too).

    The check raises AttributeError, so that ``hasattr(pipeline, method)`` tells the truth.
    """

    def check(pipeline: Any) -> None:
        parts = pipeline._parts()
        name, last = parts[-1] if parts else ("", None)
        if (passthrough and parts and is_passthrough(last)) or any(hasattr(last, method) for method in methods):
            return
        told = f"This {type(pipeline).__name__} has no attribute {methods[0]!r}"
        if is_sampler(last):
            told += (
                f": its last step, {name!r} ({type(last).__name__}), is a sampler, which resamples training rows and "
                "cannot predict or transform. Add a model as last step, or call fit_resample(X, y)."
            )
        elif parts:
            told += f": its last step, {name!r} ({type(last).__name__}), has none."
        raise AttributeError(told)

    return check


def all_invert(pipeline: Any) -> None:
    """Check that every step that transforms can be undone; raise AttributeError otherwise."""
    for name, step in pipeline._applied_steps():
        if not hasattr(step, "inverse_transform"):
            raise AttributeError(
                f"This {type(pipeline).__name__} has no attribute 'inverse_transform': its step {name!r} "
                f"({type(step).__name__}) has none."
            )
    if pipeline._parts() and is_sampler(pipeline._parts()[-1][1]):
        last_has("inverse_transform")(pipeline)


# ---------------------------------------------------------------------------------------------------------------
# What a pipeline is


def tags_of_steps(steps: list[Any]) -> Tags:
    """Return the tags of a pipeline of these steps: what goes in is said by the first, what comes out by the last."""
    if not steps:
        return Tags(transformer=True, allow_nan=True, string=True, requires_fit=False)
    each = [get_tags(step) for step in steps]
    tags = replace(each[-1])
    for fact in ("positive_only", "pairwise", "two_d_array", "categorical", "string", "no_validation"):
        setattr(tags, fact, getattr(each[0], fact))
    tags.sampler = is_sampler(steps[-1])
    tags.requires_y = any(facts.requires_y for facts in each) or any(is_sampler(step) for step in steps)
    tags.allow_nan = all(facts.allow_nan for facts in each)
    tags.non_deterministic = any(facts.non_deterministic for facts in each)
    tags.requires_fit = any(facts.requires_fit for facts in each)
    return tags
