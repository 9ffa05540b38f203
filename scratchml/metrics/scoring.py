"""Scorers by name: "accuracy", "roc_auc", "neg_mean_squared_error", ...

Idea. A search is told what to maximise by a word. This table says which metric the word means, what that metric needs
of an estimator, and whether its sign is turned. The metric is looked up in the room when its scorer is asked for.

Maths. None.

Cost. None.

Differences. Names are scikit-learn's; a name is known as long as this room has its metric.

References. None: this is plumbing.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .scorer import EstimatorScorer, MultimetricScorer, make_scorer

SCORES = ("decision_function", "predict_proba")  # whichever the estimator has first


class Named(NamedTuple):
    """How the scorer of a name is made; the metric is looked up in this room when it is asked for."""

    metric: str
    greater_is_better: bool = True
    response_method: str | tuple[str, ...] = "predict"
    options: Mapping[str, Any] = {}


_NAMED: dict[str, Named] = {
    "accuracy": Named("accuracy_score"),
    "balanced_accuracy": Named("balanced_accuracy_score"),
    "matthews_corrcoef": Named("matthews_corrcoef"),
    "top_k_accuracy": Named("top_k_accuracy_score", response_method=SCORES),
    "roc_auc": Named("roc_auc_score", response_method=SCORES),
    "average_precision": Named("average_precision_score", response_method=SCORES),
    "neg_log_loss": Named("log_loss", False, "predict_proba"),
    "neg_brier_score": Named("brier_score_loss", False, "predict_proba"),
    "d2_log_loss_score": Named("d2_log_loss_score", response_method="predict_proba"),
    "d2_brier_score": Named("d2_brier_score", response_method="predict_proba"),
    "r2": Named("r2_score"),
    "explained_variance": Named("explained_variance_score"),
    "d2_absolute_error_score": Named("d2_absolute_error_score"),
}
for _scheme in ("ovr", "ovo"):
    _options = {"multi_class": _scheme}
    _NAMED[f"roc_auc_{_scheme}"] = Named("roc_auc_score", True, "predict_proba", _options)
    _NAMED[f"roc_auc_{_scheme}_weighted"] = Named(
        "roc_auc_score", True, "predict_proba", {**_options, "average": "weighted"}
    )
for _name in ("precision", "recall", "f1", "jaccard"):
    _NAMED[_name] = Named(f"{_name}_score", options={"average": "binary"})
    for _average in ("macro", "micro", "samples", "weighted"):
        _NAMED[f"{_name}_{_average}"] = Named(f"{_name}_score", options={"pos_label": None, "average": _average})
for _name in (
    "max_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_gamma_deviance",
    "mean_poisson_deviance",
    "mean_squared_error",
    "mean_squared_log_error",
    "median_absolute_error",
    "root_mean_squared_error",
    "root_mean_squared_log_error",
):
    _NAMED[f"neg_{_name}"] = Named(_name, greater_is_better=False)
for _name in (
    "adjusted_mutual_info_score",
    "adjusted_rand_score",
    "completeness_score",
    "fowlkes_mallows_score",
    "homogeneity_score",
    "mutual_info_score",
    "normalized_mutual_info_score",
    "rand_score",
    "v_measure_score",
):
    _NAMED[_name] = Named(_name)


def _room() -> Any:
    return importlib.import_module(__name__.rpartition(".")[0])


def get_scorer_names() -> list[str]:
    """Return the names that `get_scorer` knows, sorted.

    Examples
    --------
    >>> "roc_auc" in get_scorer_names()
    True
    """
    room = _room()
    return sorted(name for name, named in _NAMED.items() if hasattr(room, named.metric))


def get_scorer(scoring: str | Callable[..., Any] | None) -> Any:
    """Return the scorer of a name; a callable, or None, is returned as it is.

    Raises
    ------
    ValueError
        If the name is not known.

    Examples
    --------
    >>> get_scorer("accuracy")
    make_scorer(accuracy_score, response_method='predict')
    """
    if scoring is None or (callable(scoring) and not isinstance(scoring, str)):
        return scoring
    if not isinstance(scoring, str):
        raise TypeError(f"scoring={scoring!r} is of type {type(scoring).__name__}; give a name or a callable.")
    named = _NAMED.get(scoring)
    metric = None if named is None else getattr(_room(), named.metric, None)
    if named is None or metric is None:
        raise ValueError(f"{scoring!r} is not a valid scoring value. Use get_scorer_names() to get valid options.")
    return make_scorer(
        metric,
        response_method=named.response_method,
        greater_is_better=named.greater_is_better,
        **named.options,
    )


def check_scoring(
    estimator: Any = None, scoring: Any = None, *, allow_none: bool = False, raise_exc: bool = True
) -> Any:
    """Return the scorer that `scoring` asks for.

    Parameters
    ----------
    estimator : to be scored; needed where `scoring` is None
    scoring : None (the estimator's own ``score``), a name, a scorer, or several: names in a list, tuple or set, or a
        dict of names or scorers, which give a scorer that returns a dict
    allow_none : return None where there is no scoring and the estimator has no ``score``
    raise_exc : for several scorers, False puts the traceback of one that fails in place of its score

    Raises
    ------
    TypeError
        If `scoring` is None and the estimator has no ``score``.
    ValueError
        If a name is not known, names are repeated, or a metric is given in place of a scorer.

    Examples
    --------
    >>> check_scoring(scoring=["accuracy", "roc_auc"])
    MultimetricScorer('accuracy', 'roc_auc')
    """
    if scoring is None:
        if hasattr(estimator, "score"):
            return EstimatorScorer(estimator)
        if allow_none:
            return None
        raise TypeError(
            "If no scoring is specified, the estimator passed should have a 'score' method. The estimator "
            f"{estimator!r} does not; give scoring."
        )
    if isinstance(scoring, (list, tuple, set, Mapping)):
        return MultimetricScorer(_several(estimator, scoring), raise_exc)
    _refuse_metric(scoring)
    return get_scorer(scoring)


def _refuse_metric(scoring: Any) -> None:
    module = str(getattr(scoring, "__module__", ""))
    if inspect.isfunction(scoring) and module.startswith(("scratchml.metrics", "sklearn.metrics")):
        raise ValueError(
            f"scoring value {scoring!r} looks like it is a metric function rather than a scorer. A scorer should "
            "require an estimator as its first parameter. Please use make_scorer to convert a metric to a scorer."
        )


def _several(estimator: Any, scoring: Any) -> dict[str, Any]:
    names = list(scoring)
    if not names:
        raise ValueError(f"scoring={scoring!r} is empty; give at least one name.")
    if not all(isinstance(name, str) for name in names):
        raise ValueError(
            f"scoring={scoring!r} has entries that are not strings; to name callables, give a dict of name: scorer."
        )
    if len(set(names)) != len(names):
        raise ValueError(f"scoring={scoring!r} repeats a name; each must occur once.")
    scorers = scoring if isinstance(scoring, Mapping) else {name: name for name in names}
    return {name: check_scoring(estimator, scorer) for name, scorer in scorers.items()}
