"""A regressor that learns a transformed target and answers in the target's own units.

Idea
----
Prices, counts and times spread over powers of ten; a linear model fits their logarithm better. Whoever transforms y
by hand must remember to undo it after every prediction. This estimator does both.

Maths
-----
``fit: regressor.fit(X, g(y))``; ``predict: h(regressor.predict(X))`` with h the inverse of g.

Cost
----
The regressor's, and one pass over y each way.

Differences
-----------
As scikit-learn's. A `func` that is undefined for some target (the log of a negative number) is named in the error,
not left to the regressor to stumble over.

References
----------
G. Box and D. Cox (1964), An analysis of transformations. Note that the mean of h(z) is not h of the mean of z:
predictions of a squared-error regressor on log y aim at the median of y, not at its mean.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, RegressorMixin, TransformerMixin, check_is_fitted, check_targets, clone, get_tags
from ..core.rules import boolean, either, function, has_methods, none
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike


class FunctionPair(TransformerMixin, BaseEstimator):
    """The transformer made of a function and its inverse; None stands for the identity."""

    def __init__(
        self, func: Callable[[Array], Any] | None = None, inverse_func: Callable[[Array], Any] | None = None
    ) -> None:
        self.func = func
        self.inverse_func = inverse_func

    def fit(self, X: MatrixLike, y: VectorLike | None = None) -> Self:
        """Learn nothing."""
        return self

    def transform(self, X: MatrixLike) -> Any:
        """Return func(X)."""
        return X if self.func is None else self.func(X)

    def inverse_transform(self, X: MatrixLike) -> Any:
        """Return inverse_func(X)."""
        return X if self.inverse_func is None else self.inverse_func(X)

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.requires_fit = False
        return tags


class TransformedTargetRegressor(RegressorMixin, BaseEstimator):
    """A regressor of a transformed target; predictions are transformed back.

    Parameters
    ----------
    regressor : regressor or None, default=None
        A copy is fitted; None means LinearRegression().
    transformer : transformer or None, default=None
        With ``fit``, ``transform`` and ``inverse_transform``, for y as a matrix (n, t). Not together with `func`.
    func, inverse_func : function or None, default=None
        To transform y (n, t), and back. Give both or none; none means y as it is.
    check_inverse : bool, default=True
        Warn if transforming every tenth or so target and back does not give it again.

    Attributes
    ----------
    regressor_, transformer_ : the fitted copies
    n_features_in_, feature_names_in_ : of the regressor

    Raises
    ------
    ValueError
        When fitting: if `transformer` and functions are both given, or one function without the other; if
        transformed targets are not finite or not as many as y.

    References
    ----------
    See the head of this file.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.compose import TransformedTargetRegressor
    >>> from scratchml.linear_model import LinearRegression
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> model = TransformedTargetRegressor(LinearRegression(), func=np.log, inverse_func=np.exp)
    >>> model.fit(X, np.exp(2 * X[:, 0])).regressor_.coef_.round(6)
    array([2.])
    """

    _rules: ClassVar = {
        "regressor": either(none, has_methods("fit", "predict")),
        "transformer": either(none, has_methods("fit", "transform", "inverse_transform")),
        "func": either(none, function),
        "inverse_func": either(none, function),
        "check_inverse": boolean,
    }

    def __init__(
        self,
        regressor: Any = None,
        *,
        transformer: Any = None,
        func: Callable[[Array], Any] | None = None,
        inverse_func: Callable[[Array], Any] | None = None,
        check_inverse: bool = True,
    ) -> None:
        self.regressor = regressor
        self.transformer = transformer
        self.func = func
        self.inverse_func = inverse_func
        self.check_inverse = check_inverse

    def _regressor(self) -> Any:
        if self.regressor is not None:
            return self.regressor
        from ..linear_model import LinearRegression

        return LinearRegression()

    def _new_transformer(self) -> Any:
        if self.transformer is not None:
            if self.func is not None or self.inverse_func is not None:
                raise ValueError(
                    "'transformer' and functions 'func'/'inverse_func' cannot both be set; leave one of the two out."
                )
            return clone(self.transformer)
        if (self.func is None) != (self.inverse_func is None):
            given, lacking = ("func", "inverse_func") if self.inverse_func is None else ("inverse_func", "func")
            raise ValueError(
                f"When '{given}' is provided, '{lacking}' must also be provided. If it is supposed to do nothing, pass "
                "the identity, lambda y: y."
            )
        return FunctionPair(self.func, self.inverse_func)

    def _transformed(self, transformer: Any, y: FloatArray) -> FloatArray:
        with np.errstate(all="ignore"):  # where it is undefined is said below
            found = np.asarray(transformer.transform(y), dtype=np.float64)
        if found.shape[:1] != y.shape[:1]:
            raise ValueError(
                f"The target transformer turned y of shape {y.shape} into {found.shape}; it must keep the rows."
            )
        bad = np.argwhere(~np.isfinite(found.reshape(len(y), -1)))
        if len(bad):
            i = int(bad[0, 0])
            what = "func" if self.transformer is None else "the transformer"
            raise ValueError(
                f"{what} turns the target {y[i].tolist()} of row {i} into {found[i].tolist()}: it is not defined "
                "there. Choose a transformation that suits all targets (log1p for counts, say)."
            )
        return found

    def _warn_if_not_inverse(self, transformer: Any, y: FloatArray) -> None:
        some = y[:: max(1, len(y) // 10)]
        with np.errstate(all="ignore"):
            back = np.asarray(transformer.inverse_transform(transformer.transform(some)), dtype=np.float64)
        if back.shape != some.shape or not np.allclose(some, back):
            warnings.warn(
                "The provided functions or transformer are not strictly inverse of each other. If you are sure you "
                "want to proceed regardless, set 'check_inverse=False'.",
                UserWarning,
                stacklevel=3,
            )

    def fit(self, X: MatrixLike, y: VectorLike, **fit_params: Any) -> Self:
        """Fit the transformer to y, and a copy of the regressor to X and the transformed y; return self.

        Parameters
        ----------
        X : shape (n, d)
        y : targets, shape (n,) or (n, t)
        **fit_params : for the regressor's ``fit``, e.g. sample_weight
        """
        self._check_params()
        targets = check_targets(y, multi_output=True)
        y_2d = targets.reshape(len(targets), -1)
        transformer = self._new_transformer().fit(y_2d)
        y_new = self._transformed(transformer, y_2d)
        if self.check_inverse:
            self._warn_if_not_inverse(transformer, y_2d)
        if targets.ndim == 1 and y_new.ndim == 2 and y_new.shape[1] == 1:
            y_new = y_new[:, 0]
        regressor = clone(self._regressor())
        regressor.fit(X, y_new, **fit_params)
        self.transformer_, self.regressor_, self._y_dim = transformer, regressor, targets.ndim
        self._check_feature_names(X if hasattr(regressor, "feature_names_in_") else None, fitting=True)
        return self

    def predict(self, X: MatrixLike, **predict_params: Any) -> Any:
        """Return the regressor's predictions in the units of y, shape (n,) or (n, t).

        Warns where the way back gives NaN or infinity for a finite prediction.
        """
        check_is_fitted(self, "regressor_")
        found = np.asarray(self.regressor_.predict(X, **predict_params))
        with np.errstate(all="ignore"):  # where it is undefined is said below
            back = np.asarray(self.transformer_.inverse_transform(found.reshape(len(found), -1)))
        _warn_where_undefined(found, back)
        return back[:, 0] if self._y_dim == 1 and back.ndim == 2 and back.shape[1] == 1 else back

    @property
    def n_features_in_(self) -> int:  # type: ignore[override]
        """Number of columns that the regressor was fitted to."""
        if "regressor_" not in vars(self):
            raise AttributeError(f"{type(self).__name__} object has no n_features_in_ attribute before fit.")
        return int(self.regressor_.n_features_in_)

    def _tags(self) -> Tags:
        tags = super()._tags()
        inner = get_tags(self._regressor())
        for fact in ("multi_output", "allow_nan", "pairwise", "positive_only", "non_deterministic", "two_d_labels"):
            setattr(tags, fact, getattr(inner, fact))
        changed = self.transformer is not None or self.func is not None
        tags.poor_score = inner.poor_score or changed  # a good fit of g(y) may be a poor one of y
        return tags

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        from ..linear_model import LinearRegression
        from ..preprocessing import StandardScaler

        return [cls(LinearRegression()), cls(LinearRegression(), transformer=StandardScaler())]


def _warn_where_undefined(found: Array, back: Array) -> None:
    """Warn if a finite prediction became NaN or infinity on its way back to the units of y."""
    if back.dtype.kind != "f" or not np.isfinite(found).all() or np.isfinite(back).all():
        return
    i = int(np.argwhere(~np.isfinite(back))[0, 0])
    warnings.warn(
        f"The way back from the transformed target is not defined everywhere: the prediction {found[i].tolist()} for "
        f"row {i} becomes {back[i].tolist()}.",
        RuntimeWarning,
        stacklevel=3,
    )
