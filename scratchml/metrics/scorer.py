"""Scorers: a metric, and what it needs from an estimator, made into one function scorer(estimator, X, y).

Idea. A search over models needs one number for each, larger meaning better. A metric wants predictions or scores, and
may want the number small; a scorer asks the estimator for the right thing and turns the sign.

Maths. score = sign * metric(y, estimator.predict(X)), or of its predict_proba or decision_function. For two classes the
probabilities are those of the positive label, and decision values change sign where the positive label is the first.

Cost. One prediction; scorers evaluated together share it.

Differences. Names are scikit-learn's. Works with any estimator of that contract, scikit-learn's included. Metadata
routing is not offered.

References. None: this is plumbing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from traceback import format_exc
from typing import Any

import numpy as np

from ..core import NotFittedError, both, is_classifier, is_regressor
from ..core.rules import boolean, function
from ..core.typing import Array, MatrixLike, VectorLike
from .targets import check_options, type_of_target, warn

METHODS = ("predict", "predict_proba", "decision_function", "predict_log_proba")

Predictions = dict[str, Any]  # what each response method of one estimator gave for one X


class Scorer:
    """A metric that is called with an estimator; made by `make_scorer`.

    Parameters
    ----------
    metric : function of (y_true, y_pred, ...)
    sign : 1 if more is better, -1 if less is
    options : further arguments of the metric
    response_method : what to ask the estimator for; of several, the first it has

    Examples
    --------
    >>> from scratchml.metrics import get_scorer
    >>> get_scorer("neg_mean_squared_error")
    make_scorer(mean_squared_error, greater_is_better=False, response_method='predict')
    """

    def __init__(
        self, metric: Callable[..., Any], sign: int, options: dict[str, Any], response_method: str | tuple[str, ...]
    ) -> None:
        self.metric = metric
        self.sign = sign
        self.options = options
        self.response_method = response_method

    def __call__(
        self, estimator: Any, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None, **options: Any
    ) -> Any:
        """Return the score of the fitted estimator's predictions for X (n, d) against y (n,); larger is better.

        Raises
        ------
        AttributeError
            If the estimator has none of the methods asked for.
        NotFittedError
            If a classifier has not been fitted.
        """
        return self.score(estimator, X, y, sample_weight, {}, **options)

    def score(
        self,
        estimator: Any,
        X: MatrixLike,
        y: VectorLike,
        sample_weight: VectorLike | None,
        known: Predictions,
        **options: Any,
    ) -> Any:
        """Score as a call does, taking predictions from `known` and adding new ones to it."""
        overlap = sorted(set(self.options) & set(options))
        if overlap:
            warn(f"{', '.join(overlap)} given both to make_scorer and to the call; the call counts.")
        if sample_weight is not None:
            options["sample_weight"] = sample_weight
        positive = None if is_regressor(estimator) else self._positive_label()
        predicted = response_values(estimator, X, self.response_method, positive, known)
        return self.sign * self.metric(y, predicted, **{**self.options, **options})

    def _positive_label(self) -> Any:
        if "pos_label" in self.options:
            return self.options["pos_label"]
        parameter = inspect.signature(self.metric).parameters.get("pos_label")
        return None if parameter is None else parameter.default

    def _accept_sample_weight(self) -> bool:  # asked by scikit-learn's searches
        return "sample_weight" in inspect.signature(self.metric).parameters

    def __repr__(self) -> str:
        name = repr(self.metric) if isinstance(self.metric, partial) else getattr(self.metric, "__name__", "metric")
        sign = "" if self.sign > 0 else ", greater_is_better=False"
        options = "".join(f", {key}={value!r}" for key, value in self.options.items())
        return f"make_scorer({name}{sign}, response_method={self.response_method!r}{options})"


class EstimatorScorer:
    """A scorer that calls the estimator's own ``score``."""

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def __call__(
        self, estimator: Any, X: MatrixLike, y: VectorLike | None = None, sample_weight: VectorLike | None = None
    ) -> Any:
        """Return ``estimator.score(X, y)``, with `sample_weight` where it is given."""
        given = () if y is None else (y,)
        return estimator.score(X, *given, **({} if sample_weight is None else {"sample_weight": sample_weight}))

    def _accept_sample_weight(self) -> bool:
        return "sample_weight" in inspect.signature(self.estimator.score).parameters

    def __repr__(self) -> str:
        return f"{type(self.estimator).__name__}.score"


class MultimetricScorer:
    """Several scorers called as one, sharing predictions; returns a dict of scores by name.

    Parameters
    ----------
    scorers : by name
    raise_exc : False puts an exception's traceback, as text, in place of the score that raised it
    """

    def __init__(self, scorers: Mapping[str, Callable[..., Any]], raise_exc: bool = True) -> None:
        self.scorers = dict(scorers)
        self.raise_exc = raise_exc

    def __call__(
        self, estimator: Any, X: MatrixLike, y: VectorLike | None = None, sample_weight: VectorLike | None = None
    ) -> dict[str, Any]:
        """Return the score of each scorer; `sample_weight` goes to those that take it."""
        known: Predictions = {}
        scores: dict[str, Any] = {}
        for name, scorer in self.scorers.items():
            weight = sample_weight if sample_weight is not None and takes_weight(scorer) else None
            try:
                if isinstance(scorer, Scorer):
                    scores[name] = scorer.score(estimator, X, y, weight, known)
                elif weight is None:
                    scores[name] = scorer(estimator, X, y)
                else:
                    scores[name] = scorer(estimator, X, y, sample_weight=weight)
            except Exception:
                if self.raise_exc:
                    raise
                scores[name] = format_exc()
        return scores

    def _accept_sample_weight(self) -> bool:
        return any(takes_weight(scorer) for scorer in self.scorers.values())

    def __repr__(self) -> str:
        return f"MultimetricScorer({', '.join(repr(name) for name in self.scorers)})"


def takes_weight(scorer: Any) -> bool:
    """Say whether a scorer can be given `sample_weight`."""
    if hasattr(scorer, "_accept_sample_weight"):
        return bool(scorer._accept_sample_weight())
    return "sample_weight" in inspect.signature(scorer).parameters


# ---------------------------------------------------------------------------------------------------------------
# What an estimator answers.


def response_values(
    estimator: Any, X: MatrixLike, methods: str | Iterable[str], pos_label: Any, known: Predictions
) -> Any:
    """Return the answer of the first of `methods` the estimator has, in the form metrics take.

    For two classes that is shape (n,): the probability of `pos_label` (None means the last class), or the decision
    value with the sign that makes large values mean `pos_label`.
    """
    names = [methods] if isinstance(methods, str) else list(methods)
    name = next((name for name in names if hasattr(estimator, name)), None)
    if name is None:
        raise AttributeError(f"{type(estimator).__name__} has none of the following attributes: {', '.join(names)}.")

    def answer() -> Any:
        if name not in known:
            known[name] = getattr(estimator, name)(X)
        return known[name]

    if not is_classifier(estimator):
        return answer()
    classes = getattr(estimator, "classes_", None)
    if classes is None:
        raise both(NotFittedError)(
            f"This {type(estimator).__name__} instance is not fitted yet. Call 'fit' before scoring it."
        )
    if isinstance(classes, list):  # one array of classes for each label column
        found = answer()
        return np.column_stack([column[:, -1] for column in found]) if isinstance(found, list) else found
    classes = np.asarray(classes)
    if type_of_target(classes, name="classes_") != "binary":
        return answer()
    if pos_label is not None and pos_label not in classes.tolist():
        raise ValueError(f"pos_label={pos_label} is not a valid label: It should be one of {classes}")
    return _binary_answer(np.asarray(answer()), name, classes, classes[-1] if pos_label is None else pos_label)


def _binary_answer(found: Array, method: str, classes: Array, pos_label: Any) -> Array:
    if method in ("predict_proba", "predict_log_proba"):
        if found.shape[1] < 2:
            raise ValueError(f"Got {method} of shape {found.shape}, but need classifier with two classes.")
        return found[:, classes.tolist().index(pos_label)]
    if method == "decision_function" and pos_label == classes[0]:
        return -found
    return found


def make_scorer(
    score_func: Callable[..., Any],
    *,
    response_method: str | list[str] | tuple[str, ...] = "predict",
    greater_is_better: bool = True,
    **kwargs: Any,
) -> Scorer:
    """Return a scorer(estimator, X, y, sample_weight=None) made of a metric.

    Parameters
    ----------
    score_func : metric(y_true, y_pred, **kwargs)
    response_method : what the estimator is asked for: "predict", "predict_proba", "decision_function", or a list of
        which the first that it has is taken
    greater_is_better : False for a loss, which is then negated
    kwargs : further arguments of the metric

    Raises
    ------
    TypeError
        If `score_func` is not callable.
    ValueError
        If `response_method` is not known.

    Examples
    --------
    >>> from scratchml.metrics import fbeta_score
    >>> make_scorer(fbeta_score, beta=2)
    make_scorer(fbeta_score, response_method='predict', beta=2)
    """
    rules = {"score_func": function, "greater_is_better": boolean}
    check_options("make_scorer", rules, score_func=score_func, greater_is_better=greater_is_better)
    names = [response_method] if isinstance(response_method, str) else list(response_method)
    if not names or any(name not in METHODS for name in names):
        raise ValueError(f"response_method={response_method!r} is not known; give one or several of {METHODS}.")
    methods = response_method if isinstance(response_method, str) else tuple(response_method)
    return Scorer(score_func, 1 if greater_is_better else -1, kwargs, methods)
