"""A pipeline: transformers and samplers one after the other, then a model; fitted as one, so nothing leaks.

Idea
----
Preparing data is part of learning. If a scaler, an imputer or a sampler has seen the test rows, the test is no longer
one. A pipeline binds the preparation to the model, so that whoever splits the data (cross-validation, a search) fits
all of it to the training part and only applies it to the other.

Maths
-----
Fitting, for a transformer, a sampler and the model at the end::

    X, y  =  T.fit_transform(X, y), y        X, y  =  S.fit_resample(X, y)        model.fit(X, y)

Prediction is ``model.predict(T_k(... T_1(X)))``. Samplers are left out: the rows to predict are what they are.

Cost
----
The sum of the steps'.

Differences
-----------
From scikit-learn: samplers are steps too, and ``fit`` fits copies of the steps. ``named_steps``, ``pipe[name]`` and
slices give the fitted copies; the parameter ``steps`` keeps the estimators as they were given. There is no metadata
routing: `transform_input` must stay None. From imbalanced-learn: ``fit_transform(X, y)`` is ``fit(X, y).transform(X)``
with samplers too (its rows are those of X; `fit_resample` gives the resampled ones), and what `guards.py` refuses
is refused.

References
----------
T. Hastie, R. Tibshirani, J. Friedman (2009), The Elements of Statistical Learning, section 7.10.2: the wrong and the
right way to do cross-validation. M. Santos et al. (2018), "Cross-validation for imbalanced datasets", IEEE
Computational Intelligence Magazine 13(4): resampling belongs inside the training fold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self

from ..core import BaseEstimator, NotFittedError, check_is_fitted, clone, get_tags, track
from ..core.conditional import only_if
from ..core.rules import none, verbosity
from ..core.tags import Tags
from ..core.typing import Array, MatrixLike, VectorLike
from ..datasets.bunch import Bunch
from . import guards
from .columns import names_after
from .composition import Composition, cache_or_none, list_of_parts, name_parts
from .frames import FrameOutput, framed
from .guards import is_passthrough, is_sampler
from .stepping import (
    all_invert,
    check_inner_step,
    check_last_step,
    fit_last,
    fit_predict_last,
    fit_resample_last,
    fit_resample_step,
    fit_transform_last,
    fit_transform_step,
    last_has,
    split_params,
    tags_of_steps,
)


class Pipeline(FrameOutput, Composition):
    """Transformers and samplers in a row, with a model (or one more transformer or sampler) at the end.

    Parameters
    ----------
    steps : list of (str, estimator)
        In this order. Each but the last has ``fit`` and ``transform``, or ``fit_resample`` (a sampler, of ours or of
        imbalanced-learn), or is "passthrough" or None. The last one needs ``fit`` only, or may be "passthrough".
    transform_input : None
        Here for scikit-learn's signature; there is no metadata routing, so it must be None.
    memory : None or object with a ``cache`` method, default=None
        ``joblib.Memory(folder)`` keeps the fitted transformers and samplers of earlier fits (not the last step).
    verbose : bool, default=False
        Show a progress bar over the steps.

    Attributes
    ----------
    steps_ : list of (str, estimator), the fitted copies
    named_steps : the steps by name, as keys and as attributes; the fitted copies once there are some
    classes_ : ndarray of shape (k,), of the last step
    n_features_in_, feature_names_in_ : of the first step

    Raises
    ------
    TypeError
        When fitting: for a step that is no transformer or sampler; for a sampler inside a FeatureUnion,
        ColumnTransformer or an inner Pipeline.
    ValueError
        When fitting: for bad names, an unknown fit parameter; for a fit parameter with one value a row after a sampler;
        for a transformer that drops or adds rows while there are targets.

    Notes
    -----
    Samplers work in ``fit`` (and `fit_transform`, `fit_predict`, `fit_resample`) only, never in ``predict``,
    ``transform`` or ``score``. Inside cross-validation they hence see training rows only. Two more mistakes cause a
    `LeakageWarning`: a last step that cross-validates after a sampler, and a target that is also a feature.

    ``fit`` fits copies, always from scratch: the estimators given are not changed, and `set_params` counts from the
    next ``fit`` on. Estimators that are fitted already may be put together and used without a further ``fit``.

    References
    ----------
    See the head of this file.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.pipeline import Pipeline
    >>> from scratchml.preprocessing import StandardScaler
    >>> from scratchml.linear_model import LinearRegression
    >>> X, y = np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 4.0, 6.0])
    >>> pipe = Pipeline([("scale", StandardScaler()), ("model", LinearRegression())]).fit(X, y)
    >>> pipe.predict([[4.0]]).round(6), pipe.named_steps.scale.mean_
    (array([8.]), array([2.]))
    """

    _parts_parameter = "steps"
    _rules: ClassVar = {"steps": list_of_parts, "transform_input": none, "memory": cache_or_none, "verbose": verbosity}

    def __init__(
        self,
        steps: Sequence[tuple[str, Any]],
        *,
        transform_input: None = None,
        memory: Any = None,
        verbose: bool | int = False,
    ) -> None:
        self.steps = steps
        self.transform_input = transform_input
        self.memory = memory
        self.verbose = verbose

    # ---- looking at the steps

    @property
    def named_steps(self) -> Bunch:
        """The steps by name; the fitted copies once there are some."""
        return Bunch(**dict(self._parts()))

    def __len__(self) -> int:
        return len(self._parts())

    def __getitem__(self, index: int | slice | str) -> Any:
        """Return a step by position or name, or by a slice a Pipeline of these (fitted, if this one is) steps."""
        parts = self._parts()
        if isinstance(index, slice):
            if index.step not in (1, None):
                raise ValueError(f"Pipeline slicing only supports a step of 1, got {index.step}.")
            return type(self)(parts[index], memory=self.memory, verbose=self.verbose)
        if isinstance(index, str):
            if index not in dict(parts):
                raise KeyError(f"{index!r} is no step; the steps are {[name for name, _ in parts]}.")
            return dict(parts)[index]
        return parts[index][1]

    def _applied_steps(self, with_last: bool = True) -> list[tuple[str, Any]]:
        """Return the steps that transform: no passthrough and no sampler."""
        parts = self._parts() if with_last else self._parts()[:-1]
        return [(name, step) for name, step in parts if not is_passthrough(step) and not is_sampler(step)]

    def _first(self, attribute: str) -> Any:
        for _, step in self._parts():
            if not is_passthrough(step):
                return getattr(step, attribute)
        raise AttributeError(f"This {type(self).__name__} has no attribute {attribute!r}: it has no step that knows.")

    @property
    def n_features_in_(self) -> int:  # type: ignore[override]
        """Number of columns that the first step was fitted to."""
        return int(self._first("n_features_in_"))

    @property
    def feature_names_in_(self) -> Array:  # type: ignore[override]
        """Names of the columns that the first step was fitted to."""
        names: Array = self._first("feature_names_in_")
        return names

    @property
    def classes_(self) -> Array:
        """The classes of the last step."""
        last_has("classes_")(self)
        classes: Array = self._parts()[-1][1].classes_
        return classes

    def __sklearn_is_fitted__(self) -> bool:
        if "steps_" in vars(self):
            return True
        given = [step for _, step in self._given_parts() if not is_passthrough(step)]
        if not given:
            return len(self._given_parts()) > 0
        try:
            check_is_fitted(given[-1])
        except NotFittedError:
            return not get_tags(given[-1]).requires_fit
        return True

    # ---- fitting

    def _check_steps(self) -> None:
        if not self.steps:
            raise ValueError("The pipeline is empty (steps=[]). Please add steps, e.g. ('model', LinearRegression()).")
        self._check_parts(2)
        *inner, (name, last) = self._given_parts()
        for inner_name, step in inner:
            check_inner_step(inner_name, step)
        check_last_step(name, last)
        for _, step in self._given_parts():
            guards.refuse_samplers_inside(step)

    def _fit_with(self, finish: Callable[..., Any], X: MatrixLike, y: Any, params: dict[str, Any]) -> Any:
        """Fit a copy of each step to what the one before makes of X and y; return what `finish` makes of the last."""
        self._check_params()
        self._check_steps()
        params_of = split_params([name for name, _ in self._given_parts()], params)
        self._warn_of_lost_edits()
        parts, cached = self._given_parts(), (lambda function: function) if self.memory is None else self.memory.cache
        Xt, yt, n, sampler, result, fitted = X, y, guards.count_rows(X), None, None, list[tuple[str, Any]]()
        for name, step in track(parts, type(self).__name__, show=bool(self.verbose)):
            copy, how = clone(step, safe=False), params_of[name]
            if sampler is not None and not is_passthrough(step):
                guards.check_row_params(name, step, sampler, how, n)
                guards.warn_of_inner_splits(name, step, sampler)
            if is_sampler(step):
                guards.check_target_given(name, y)
            if len(fitted) == len(parts) - 1:
                guards.warn_of_target(X, y, step, fitted)
                result = (Xt, yt) if is_passthrough(step) else finish(copy, Xt, yt, how)
            elif is_sampler(step):
                Xt, yt, copy = cached(fit_resample_step)(copy, Xt, yt, how)
                sampler = name
            elif not is_passthrough(step):
                before = Xt
                Xt, copy = cached(fit_transform_step)(copy, before, yt, how)
                guards.check_rows_kept(name, step, before, Xt, yt)
                Xt = self._in_form(name, copy, Xt, before)
            fitted.append((name, copy))
        self._keep_fitted(fitted)
        return result

    def fit(self, X: MatrixLike, y: VectorLike | None = None, **params: Any) -> Self:
        """Fit a copy of each step in turn, resampling where a step is a sampler; return self.

        Parameters
        ----------
        X : what the first step takes, shape (n, d)
        y : targets, shape (n,), where the steps need them
        **params : ``step__parameter=value`` for the ``fit`` of a step, e.g. ``model__sample_weight=w``
        """
        self._fit_with(fit_last, X, y, params)
        return self

    @only_if(last_has("transform", "fit_transform", passthrough=True))
    def fit_transform(self, X: MatrixLike, y: VectorLike | None = None, **params: Any) -> Any:
        """Fit, and return X transformed by all steps but samplers: the rows stay those of X."""
        if any(is_sampler(step) for _, step in self._given_parts()):
            return self.fit(X, y, **params).transform(X)
        Xt = self._fit_with(fit_transform_last, X, y, params)
        name, last = self._parts()[-1]
        return Xt[0] if is_passthrough(last) else self._in_form(name, last, Xt, X)

    @only_if(last_has("fit_predict"))
    def fit_predict(self, X: MatrixLike, y: VectorLike | None = None, **params: Any) -> Any:
        """Fit, and return what the last step's ``fit_predict`` says of each row.

        Raises
        ------
        ValueError
            If there is a sampler: the last step would speak of other rows than those of X.
        """
        sampler = next((name for name, step in self._given_parts() if is_sampler(step)), None)
        if sampler is not None:
            raise ValueError(
                f"fit_predict would label the rows that step {sampler!r} resampled, not those of X. Call fit(X, y), "
                "then predict(X)."
            )
        return self._fit_with(fit_predict_last, X, y, params)

    @only_if(last_has("fit_resample"))
    def fit_resample(self, X: MatrixLike, y: VectorLike, **params: Any) -> tuple[Any, Any]:
        """Fit, and return (X transformed and resampled, y resampled): for training only."""
        found: tuple[Any, Any] = self._fit_with(fit_resample_last, X, y, params)
        return found

    # ---- using what was fitted: samplers are left out

    def _before_last(self, X: MatrixLike) -> Any:
        check_is_fitted(self)
        for name, step in self._applied_steps(with_last=False):
            X = self._in_form(name, step, step.transform(X), X)
        return X

    def _in_form(self, name: str, step: Any, Xt: Any, X: Any) -> Any:
        return framed(name, step, Xt, X) if self._gives_frame() else Xt

    def _last(self) -> Any:
        return self._parts()[-1][1]

    @only_if(last_has("predict"))
    def predict(self, X: MatrixLike, **params: Any) -> Any:
        """Transform X and return the last step's predictions; `params` go to its ``predict``."""
        return self._last().predict(self._before_last(X), **params)

    @only_if(last_has("predict_proba"))
    def predict_proba(self, X: MatrixLike, **params: Any) -> Any:
        """Transform X and return the last step's class probabilities, shape (n, k)."""
        return self._last().predict_proba(self._before_last(X), **params)

    @only_if(last_has("predict_log_proba"))
    def predict_log_proba(self, X: MatrixLike, **params: Any) -> Any:
        """Transform X and return the logarithms of the last step's class probabilities, shape (n, k)."""
        return self._last().predict_log_proba(self._before_last(X), **params)

    @only_if(last_has("decision_function"))
    def decision_function(self, X: MatrixLike) -> Any:
        """Transform X and return the last step's decision values."""
        return self._last().decision_function(self._before_last(X))

    @only_if(last_has("score_samples"))
    def score_samples(self, X: MatrixLike) -> Any:
        """Transform X and return the last step's score of each row."""
        return self._last().score_samples(self._before_last(X))

    @only_if(last_has("score"))
    def score(self, X: MatrixLike, y: VectorLike | None = None, sample_weight: VectorLike | None = None) -> Any:
        """Transform X and return the last step's score; `sample_weight` is passed on where given."""
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        return self._last().score(self._before_last(X), y, **weights)

    @only_if(last_has("transform", passthrough=True))
    def transform(self, X: MatrixLike) -> Any:
        """Return X transformed by all steps but samplers."""
        Xt = self._before_last(X)
        name, last = self._parts()[-1]
        return Xt if is_passthrough(last) else self._in_form(name, last, last.transform(Xt), Xt)

    @only_if(all_invert)
    def inverse_transform(self, X: MatrixLike) -> Any:
        """Return X with the steps undone, the last one first."""
        check_is_fitted(self)
        for _, step in reversed(self._applied_steps()):
            X = step.inverse_transform(X)
        return X

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Any:
        """Return the names of the columns out, shape (p,), each step naming its own after those of the one before.

        Raises
        ------
        AttributeError
            If a step does not tell its names (a model at the end: take ``pipe[:-1].get_feature_names_out()``).
        """
        check_is_fitted(self)
        return names_after(self._applied_steps(), input_features)

    # ---- what it is

    def _tags(self) -> Tags:
        return tags_of_steps([step for _, step in self._given_parts() if not is_passthrough(step)])

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        from ..linear_model import LinearRegression
        from ..neighbors import KNeighborsClassifier
        from ..preprocessing import StandardScaler

        return [
            cls([("scale", StandardScaler()), ("model", LinearRegression())]),
            cls([("scale", StandardScaler()), ("neighbors", KNeighborsClassifier(1))]),
            cls([("scale", StandardScaler()), ("nothing", "passthrough")]),
        ]


def make_pipeline(
    *steps: Any, memory: Any = None, transform_input: None = None, verbose: bool | int = False
) -> Pipeline:
    """Return a Pipeline of `steps`, named by their classes in lower case (and numbered where a class occurs twice).

    Parameters
    ----------
    *steps : estimators
    memory, transform_input, verbose : as of Pipeline

    Examples
    --------
    >>> from scratchml.pipeline import make_pipeline
    >>> from scratchml.preprocessing import StandardScaler
    >>> make_pipeline(StandardScaler(), "passthrough")
    Pipeline(steps=[('standardscaler', StandardScaler()), ('passthrough', 'passthrough')])
    """
    return Pipeline(name_parts(steps), memory=memory, transform_input=transform_input, verbose=verbose)
