"""A function as a transformer: a step of a pipeline that learns nothing.

Idea
----
A logarithm, a unit, a column made from two others: what needs no data to be learned from needs no class of its own.
Given as a function (and its inverse), it takes part in pipelines and searches.

Maths
-----
::

    Z = func(X, **kw_args)        X = inverse_func(Z, **inv_kw_args)

With both functions given, `fit` tries on about a hundred rows whether the second undoes the first.

Cost
----
That of the function. One of NumPy's that treats each number by itself (``np.log1p``) runs on pieces of X in several
threads, and whether X is finite is seen while a piece is in the cache.

Differences
-----------
From scikit-learn: sparse X is handed to the function where `validate` is False, and refused where it is True, whatever
`accept_sparse` says; `set_output` is not there.

References
----------
J. D. Tukey, "Exploratory data analysis", chapter 3 (re-expression).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    BaseEstimator,
    TransformerMixin,
    check_array,
    check_finite,
    chunks,
    count_samples,
    feature_names,
    input_feature_names,
    is_data_frame,
    map_chunks,
    one_blas_thread,
    surely_finite,
)
from ..core.conditional import only_if
from ..core.rules import boolean, either, function, mapping, none, one_of
from ..core.tags import Tags
from ..core.typing import Array, MatrixLike, VectorLike

TRIED_ROWS = 100
PIECE = 2**18  # numbers of X that are worked on at a time


def names_are_known(transformer: FunctionTransformer) -> None:
    """Raise an AttributeError where `feature_names_out` is None."""
    if transformer.feature_names_out is None:
        raise AttributeError("FunctionTransformer names no columns unless feature_names_out is given.")


def works_alone(func: Any, X: Any) -> bool:
    """Say whether func treats each number of a large array X by itself, in compiled code: a ufunc of one argument."""
    if not isinstance(func, np.ufunc) or (func.nin, func.nout, func.signature) != (1, 1, None):
        return False
    return type(X) is np.ndarray and X.dtype == np.float64 and X.flags.c_contiguous and X.size > PIECE


def apply_piecewise(func: np.ufunc, X: Array, finite: bool) -> Array | None:
    """Return func(X), made by several threads; None where it asks for care.

    That is where a number of X may not be `finite`, where the results are no numbers, and where one of them deserves a
    warning, which ``func(X)`` gives once and not for each piece.
    """
    flat = X.reshape(-1)
    with np.errstate(all="ignore"):
        kind = func(flat[:1]).dtype
    if kind.kind == "O":
        return None
    out = np.empty(X.shape, kind)
    to, handling = out.reshape(-1), dict[str, Any](np.geterr())
    handling.update((what, "raise") for what, how in np.geterr().items() if how != "ignore")

    def task(part: slice) -> bool:
        try:
            with np.errstate(**handling):  # threads may start with NumPy's defaults
                func(flat[part], out=to[part])
        except FloatingPointError:
            return False
        # second, because the function's reading of memory is hidden by its work, and the check's is not
        return not finite or surely_finite(flat[part])

    with one_blas_thread():
        return out if all(map_chunks(task, chunks(X.size, PIECE))) else None


class FunctionTransformer(TransformerMixin, BaseEstimator):
    """Apply a function to X; None is the identity.

    Parameters
    ----------
    func, inverse_func : functions of X, or None for the identity
    validate : turn X into a finite float64 array of two dimensions before it is handed on
    accept_sparse : without effect where `validate` is False; with it, sparse X is refused
    check_inverse : let `fit` warn where `inverse_func` does not undo `func`
    feature_names_out : "one-to-one", or a function of (transformer, names in); None leaves `get_feature_names_out` away
    kw_args, inv_kw_args : more keyword arguments of the functions, dicts or None

    Attributes
    ----------
    n_features_in_ : int, where X has columns
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Tukey, chapter 3.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.preprocessing import FunctionTransformer
    >>> FunctionTransformer(np.sqrt).fit_transform(np.array([[4.0, 9.0]]))
    array([[2., 3.]])
    """

    _rules: ClassVar = {
        "func": either(function, none),
        "inverse_func": either(function, none),
        "validate": boolean,
        "accept_sparse": boolean,
        "check_inverse": boolean,
        "feature_names_out": either(function, one_of("one-to-one"), none),
        "kw_args": either(mapping, none),
        "inv_kw_args": either(mapping, none),
    }

    def __init__(
        self,
        func: Callable[..., Any] | None = None,
        inverse_func: Callable[..., Any] | None = None,
        *,
        validate: bool = False,
        accept_sparse: bool = False,
        check_inverse: bool = True,
        feature_names_out: str | Callable[..., Any] | None = None,
        kw_args: Mapping[str, Any] | None = None,
        inv_kw_args: Mapping[str, Any] | None = None,
    ) -> None:
        self.func = func
        self.inverse_func = inverse_func
        self.validate = validate
        self.accept_sparse = accept_sparse
        self.check_inverse = check_inverse
        self.feature_names_out = feature_names_out
        self.kw_args = kw_args
        self.inv_kw_args = inv_kw_args

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Check the parameters, remember X's columns, and try whether the functions undo each other.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter; with `validate`, for a wrong X; for words in X where the inverse is to be tried.
        """
        self._check_params()
        if self.validate:
            X = self._check_X(X, fitting=True)
        else:
            self._check_feature_names(X, fitting=True)
            shape = getattr(X, "shape", None)
            if shape is not None:
                self.n_features_in_ = int(shape[1]) if len(shape) > 1 else 1
            elif isinstance(X, (list, tuple)) and len(X) and hasattr(X[0], "__len__"):
                self.n_features_in_ = len(X[0])
        if self.check_inverse and self.func is not None and self.inverse_func is not None:
            self._try_inverse(X)
        return self

    def _try_inverse(self, X: MatrixLike) -> None:
        every = max(1, count_samples(X) // TRIED_ROWS)
        some = X.iloc[::every] if hasattr(X, "iloc") else X[::every]
        kinds = [X.dtype] if hasattr(X, "dtype") else list(X.dtypes) if is_data_frame(X) else []
        if not all(getattr(kind, "kind", "O") in "iufc" for kind in kinds):
            raise ValueError(
                "'check_inverse' is only supported when all the elements in `X` is numerical; set it False."
            )
        back = np.asarray(self.inverse_transform(self.transform(some)))
        if not np.allclose(np.asarray(some), back, rtol=1e-7, atol=1e-9, equal_nan=True):
            warnings.warn(
                "The provided functions are not strictly inverse of each other. If you are sure you want to proceed "
                "regardless, set 'check_inverse=False'.",
                UserWarning,
                stacklevel=3,
            )

    def transform(self, X: MatrixLike) -> Any:
        """Return func(X, **kw_args).

        Raises
        ------
        TypeError, ValueError
            With `validate`, for a wrong X; where a data frame comes out whose columns are not those of
            `get_feature_names_out`; what the function raises.
        """
        if self.validate:
            X = self._check_X(X, finite=False)
        out = self._applied(X)
        if is_data_frame(out) and self.feature_names_out is not None:
            wanted = list(self.get_feature_names_out())
            if list(out.columns) != wanted:
                given = feature_names(X)
                if (given is None or list(given) != list(out.columns)) and feature_names(out) is not None:
                    raise ValueError(
                        "The output generated by `func` have different column names than the ones provided by "
                        f"`get_feature_names_out`: {list(out.columns)} and {wanted}; make them equal."
                    )
                out = out.copy()
                out.columns = wanted
        return out

    def _applied(self, X: Any) -> Any:
        """Return func(X) for X that is checked but for NaN and infinity."""
        func: Any = self.func
        if not self.kw_args and works_alone(func, X):
            found = apply_piecewise(func, X, finite=self.validate)
            if found is not None:
                return found
        if self.validate:
            check_finite(X)
        return X if func is None else func(X, **(self.kw_args or {}))

    def inverse_transform(self, X: MatrixLike) -> Any:
        """Return inverse_func(X, **inv_kw_args).

        Raises
        ------
        TypeError, ValueError
            With `validate`, for a wrong X; what the function raises.
        """
        if self.validate:
            X = check_array(X, estimator=self)
        return X if self.inverse_func is None else self.inverse_func(X, **(self.inv_kw_args or {}))

    @only_if(names_are_known)
    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out; there only where `feature_names_out` is given.

        Raises
        ------
        ValueError
            If `input_features` has another length, or other names than ``fit`` saw.
        """
        names = input_features
        if hasattr(self, "n_features_in_"):
            names = input_feature_names(self, input_features)
        if callable(self.feature_names_out):
            names = self.feature_names_out(self, names)
        if names is None:
            raise ValueError("No columns are known; call fit, or give input_features.")
        return np.asarray(names, dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(np.cbrt, validate=True)]

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.no_validation = not self.validate
        tags.requires_fit, tags.sparse = False, not self.validate
        return tags
