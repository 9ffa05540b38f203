"""Turn what a caller gives into arrays that kernels can trust, or say what is wrong with it.

Every array a kernel reads has passed `check_array`: C-contiguous, writeable (Numba compiles a second version of a
kernel for read-only arrays, which costs seconds), float64 unless asked otherwise, finite unless NaN is welcome. The
caller's array is never changed; it is copied only where it does not have this form already.

Several messages use scikit-learn's words, because its contract tests (and people's search engines) look for them.
"""

from __future__ import annotations

import numbers
import warnings
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from .errors import DataConversionWarning, NotFittedError, both
from .finite import FLOAT64, check_finite, copy_and_look
from .typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from .words import look_up_words


def is_sparse(X: Any) -> bool:
    """Say whether X is a SciPy sparse matrix or array, without SciPy."""
    return hasattr(X, "tocsr") and hasattr(X, "nnz")


def is_data_frame(X: Any) -> bool:
    """Say whether X is a data frame (pandas or polars): named columns, two dimensions."""
    return hasattr(X, "columns") and hasattr(X, "to_numpy") and hasattr(X, "shape")


def _refuse_wrong_kinds(X: Any, name: str) -> None:
    if is_sparse(X):
        raise TypeError(
            f"Sparse data was passed for {name}, but dense data is required. Use {name}.toarray() to convert it."
        )
    if X is None:
        raise ValueError(f"{name}=None was given; {name} must be an array of numbers.")
    if isinstance(X, (str, bytes, dict, set)):
        raise TypeError(f"{name} is a {type(X).__name__}; give an array, nested lists or a data frame of numbers.")
    if isinstance(X, np.ma.MaskedArray) and np.ma.is_masked(X):
        raise TypeError(f"{name} is a masked array with masked values; fill them first, e.g. {name}.filled(np.nan).")


def _as_array(X: Any, name: str) -> Array:
    """Return X as an ndarray of its own dtype, complaining where that is no array of one shape."""
    _refuse_wrong_kinds(X, name)
    try:
        if is_data_frame(X) or hasattr(X, "to_numpy"):
            found = np.asarray(_frame_values(X))
        else:
            found = np.asarray(X)
    except ValueError as error:
        raise ValueError(f"{name} is ragged: its rows differ in length ({error}).") from error
    if found.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {name} has dtype {found.dtype}. Use {name}.real, perhaps.")
    if found.dtype.kind in "mM":
        raise TypeError(f"{name} holds dates or durations ({found.dtype}); turn them into numbers first.")
    if found.dtype.names is not None:
        raise TypeError(f"{name} is a structured array; give its fields as columns of a plain array.")
    return found


def _frame_values(X: Any) -> Any:
    """Return a data frame's or series' values; pandas' missing values become NaN."""
    dtypes = list(X.dtypes) if is_data_frame(X) and hasattr(X, "dtypes") else [getattr(X, "dtype", None)]
    if any(hasattr(dtype, "na_value") for dtype in dtypes):  # pandas' extension types
        kinds = {getattr(dtype, "kind", "O") for dtype in dtypes}
        if kinds <= set("iufb"):
            return X.to_numpy(dtype=np.float64, na_value=np.nan)
        return X.to_numpy(dtype=object, na_value=np.nan)
    return X.to_numpy()


def _to_numbers(found: Array, dtype: npt.DTypeLike, name: str) -> Array:
    if found.dtype == dtype:
        return found
    if found.dtype.kind in "US":
        raise ValueError(f"{name} holds strings, e.g. {found.flat[0]!r}; encode them as numbers first.")
    if found.dtype.kind == "O" and found.size:
        try:
            return found.astype(dtype)
        except OverflowError as error:
            raise ValueError(f"Input {name} contains an integer too large for float64; scale it down.") from error
        except (TypeError, ValueError) as error:
            bad = next((value for value in found.flat if not isinstance(value, numbers.Real)), None)
            text = f"{name} holds {bad!r}: argument must be a string or a real number, not {type(bad).__name__!r}."
            raise type(error)(text) from error
    with np.errstate(over="ignore"):
        return found.astype(dtype, copy=False)


def _is_ready(X: Any, min_samples: int, min_features: int, ensure_2d: bool) -> TypeGuard[Array]:
    """Say whether X is an array as kernels read it, and large enough: nothing but its numbers is left to look at."""
    if type(X) is not np.ndarray or X.dtype != FLOAT64 or not X.flags.carray:
        return False
    if X.ndim == 2:
        return bool(X.shape[0] >= min_samples and X.shape[1] >= min_features)
    return bool(X.ndim == 1 and not ensure_2d and X.shape[0] >= min_samples)


def check_array(
    X: MatrixLike,
    *,
    name: str = "X",
    dtype: npt.DTypeLike | None = np.float64,
    allow_nan: bool = False,
    finite: bool = True,
    min_samples: int = 1,
    min_features: int = 1,
    ensure_2d: bool = True,
    order: str = "C",
    copy: bool = False,
    estimator: Any = None,
) -> Array:
    """Return X as a contiguous, writeable, finite array, copied only where it has to be.

    Parameters
    ----------
    X : array, nested lists or data frame, shape (n, d), or (n,) with ``ensure_2d=False``
    name : what messages call it
    dtype : what it becomes; None keeps its own (then strings and objects pass)
    allow_nan : let NaN pass; infinity never does
    finite : False leaves out this check, which is a pass over X, for a caller who will see from the first sums
    min_samples, min_features : least rows and columns
    order : "C" or "F"; "any" leaves the layout as it is, and read-only, for BLAS, which takes them all
    copy : copy even where the array has the right form, so that the caller may overwrite it
    estimator : named in messages, where given

    Raises
    ------
    TypeError
        For sparse matrices, strings, dicts, masked arrays, dates: kinds this package does not take.
    ValueError
        For a wrong number of dimensions, too few rows or columns, NaN or infinity, text that is no number.
    """
    if dtype is np.float64 and order == "C" and _is_ready(X, min_samples, min_features, ensure_2d):
        # plainly: as below, which takes small arrays, the kind most often given, twice as long
        ready, sure = copy_and_look(X) if copy else (X, False)
        if finite and not sure:
            check_finite(X, name, allow_nan)
        return ready
    found = _as_array(X, name)
    owner = f" by {type(estimator).__name__}" if estimator is not None else ""
    if ensure_2d and found.ndim != 2:
        if found.ndim > 2:
            raise ValueError(f"Found array with dim {found.ndim}, while dim <= 2 is required{owner}.")
        kind = "1D" if found.ndim == 1 else "scalar"
        raise ValueError(
            f"Expected 2D array, got {kind} array instead:\n{name}={found}.\nReshape your data either using "
            "array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it contains a single "
            "sample."
        )
    if found.ndim == 0:
        raise ValueError(f"{name} is a single value, {found!r}; give an array.")
    if found.shape[0] < min_samples:
        raise ValueError(
            f"Found array with {found.shape[0]} sample(s) (shape={found.shape}) while a minimum of {min_samples} is "
            f"required{owner}: {name} needs more rows."
        )
    if found.ndim == 2 and found.shape[1] < min_features:
        raise ValueError(
            f"Found array with {found.shape[1]} feature(s) (shape={found.shape}) while a minimum of {min_features} is "
            f"required{owner}: {name} needs more columns."
        )
    if dtype is None:
        return found.copy() if copy else found
    numbers_ = _to_numbers(found, dtype, name)
    if finite:
        check_finite(numbers_, name, allow_nan)
    if order == "any" and not copy:
        return numbers_
    ready = np.asarray(numbers_, order="F" if order == "F" else "C")
    if not ready.flags.writeable or (copy and np.may_share_memory(ready, found)):
        ready = ready.copy(order="F" if order == "F" else "C")
    return ready


def count_samples(X: Any, name: str = "X") -> int:
    """Return the number of rows of anything with rows.

    Raises
    ------
    TypeError
        If it has none.
    """
    if hasattr(X, "shape") and len(X.shape) > 0:
        return int(X.shape[0])
    if hasattr(X, "__len__") and not isinstance(X, (str, bytes, dict)):
        return len(X)
    raise TypeError(f"{name} of type {type(X).__name__} has no rows; give an array, a list or a data frame.")


def check_same_length(**arrays: Any) -> int:
    """Return the common number of rows of the named arrays (None is passed over).

    Raises
    ------
    ValueError
        If they differ; the message names each with its length.
    """
    lengths = {name: count_samples(value, name) for name, value in arrays.items() if value is not None}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {told}; they must agree.")
    return next(iter(lengths.values()), 0)


def column_or_1d(y: VectorLike, *, name: str = "y", warn: bool = False) -> Array:
    """Return y as a 1-d array; a single column is flattened, with a DataConversionWarning if `warn`.

    Raises
    ------
    ValueError
        If y has more than one column, or none of the shapes (n,) and (n, 1).
    """
    found = _as_array(y, name)
    if found.ndim == 1:
        return found
    if found.ndim == 2 and found.shape[1] == 1:
        if warn:
            warnings.warn(
                "A column-vector y was passed when a 1d array was expected. Please change the shape of y to "
                "(n_samples,), for example using ravel().",
                both(DataConversionWarning),
                stacklevel=3,
            )
        return found.ravel()
    raise ValueError(f"{name} should be a 1d array, got an array of shape {found.shape} instead.")


def check_targets(y: VectorLike, *, name: str = "y", multi_output: bool = False) -> FloatArray:
    """Return regression targets as finite float64, shape (n,) or, with `multi_output`, (n,) or (n, t).

    Raises
    ------
    ValueError
        For NaN, infinity, text, or too many dimensions.
    """
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None; give the targets.")
    if multi_output:
        found = check_array(y, name=name, ensure_2d=False)
        if found.ndim > 2:
            raise ValueError(f"{name} has {found.ndim} dimensions; give shape (n,) or (n, n_targets).")
        return found
    return check_array(column_or_1d(y, name=name, warn=True), name=name, ensure_2d=False)


def check_labels(y: VectorLike, *, name: str = "y") -> tuple[Array, IntArray]:
    """Return (classes, codes) of class labels: ``classes[codes] == y``, classes sorted and unique, codes int64.

    Raises
    ------
    ValueError
        If y is None, empty, has NaN, or is continuous (numbers that are no whole numbers are no labels).
    TypeError
        If labels of kinds that cannot be sorted together are mixed.
    """
    if y is None:
        raise ValueError("requires y to be passed, but the target y is None; give the class labels.")
    labels = column_or_1d(y, name=name, warn=True)
    if labels.shape[0] == 0:
        raise ValueError(f"Found array with 0 sample(s) (shape={labels.shape}) while a minimum of 1 is required.")
    if labels.dtype.kind == "f":
        check_finite(labels, name)
        if (labels != np.floor(labels)).any():
            raise ValueError(
                f"Unknown label type: continuous. {name} holds {labels[labels != np.floor(labels)][0]}, for instance; "
                "classification needs discrete labels (for numbers to be predicted, use a regressor)."
            )
    if labels.dtype.kind == "O" and any(value is None or value != value for value in labels):
        raise ValueError(f"Input {name} contains NaN or None; drop these rows or give them a label of their own.")
    return classes_and_codes(labels, name)


def classes_and_codes(labels: Array, name: str = "y") -> tuple[Array, IntArray]:
    """Return (classes, codes) of labels (n,) that pass for such: ``classes[codes] == labels``, classes sorted.

    Raises
    ------
    TypeError
        If labels of kinds that cannot be sorted together are mixed.
    """
    if labels.dtype.kind in "iu" and labels.size:
        low, high = int(labels.min()), int(labels.max())
        if high - low < 4 * len(labels) and high < 2**62:  # whole numbers that lie close together: counted, not sorted
            places = labels.astype(np.int64)
            places -= low
            counts = np.bincount(places)
            if counts.all():  # plainly: as below; none between the least and the greatest is missing
                return (np.arange(len(counts)) + low).astype(labels.dtype), places
            seen = counts > 0
            return (np.flatnonzero(seen) + low).astype(labels.dtype), (np.cumsum(seen) - 1)[places]
    if labels.dtype.kind == "U":
        return look_up_words(labels)
    try:
        classes, codes = np.unique(labels, return_inverse=True)
    except TypeError as error:
        kinds = sorted({type(value).__name__ for value in labels})
        raise TypeError(f"{name} mixes labels of kinds {', '.join(kinds)}; make them all of one kind.") from error
    return classes, codes.astype(np.int64, copy=False).ravel()


def check_sample_weight(
    sample_weight: VectorLike | None, n: int, *, allow_negative: bool = False, name: str = "sample_weight"
) -> FloatArray:
    """Return weights as float64, shape (n,): ones for None, a scalar repeated.

    Raises
    ------
    ValueError
        If the shape is not (n,), a weight is negative (unless allowed) or not finite, or all are zero.
    """
    if sample_weight is None:
        return np.ones(n)
    if isinstance(sample_weight, numbers.Number):
        found: FloatArray = np.full(n, sample_weight, dtype=np.float64)
        check_finite(found, name)
    else:
        found = check_array(sample_weight, name=name, ensure_2d=False)
    if found.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {found.ndim}D array of shape {found.shape}.")
    if found.shape[0] != n:
        raise ValueError(f"{name}.shape == {found.shape}, expected ({n},): one weight for each sample.")
    if not allow_negative and (found < 0).any():
        raise ValueError(f"Negative values in data passed to {name}: {found.min()}; weights must be 0 or more.")
    if not (found != 0).any():
        raise ValueError(f"{name}: all weights are zero, so no sample is left; give at least one positive weight.")
    return found


def feature_names(X: Any) -> Array | None:
    """Return a data frame's column names as an object array if all are strings, else None.

    Raises
    ------
    TypeError
        If strings and other kinds are mixed.
    """
    if not is_data_frame(X):
        return None
    names = list(X.columns)
    strings = [isinstance(column, str) for column in names]
    if not any(strings):
        return None
    if not all(strings):
        raise TypeError(
            "Feature names are only supported if all input features have string names, but your input has mixed names. "
            "Convert them all to strings, e.g. X.columns = X.columns.astype(str)."
        )
    return np.asarray(names, dtype=object)


def check_is_fitted(estimator: Any, attributes: str | list[str] | None = None) -> None:
    """Check that `estimator` has been fitted: it has the attributes named, or any that ends with an underscore.

    Raises
    ------
    TypeError
        If a class is given in place of an instance.
    NotFittedError
        If it has not (scikit-learn's class too, where that is loaded).
    """
    if isinstance(estimator, type):
        raise TypeError(f"{estimator.__name__} is a class; give an instance, {estimator.__name__}().")
    if attributes is not None:
        wanted = [attributes] if isinstance(attributes, str) else attributes
        fitted = all(hasattr(estimator, attribute) for attribute in wanted)
    elif hasattr(estimator, "__sklearn_is_fitted__"):
        fitted = estimator.__sklearn_is_fitted__()
    else:
        fitted = any(name.endswith("_") and not name.startswith("__") for name in vars(estimator))
    if not fitted:
        raise both(NotFittedError)(
            f"This {type(estimator).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments before "
            "using this estimator."
        )


def rows_at(given: Any, chosen: IntArray) -> Any:
    """Return given[chosen]; whole rows of an array are copied by `numpy.take`, up to eight times as fast."""
    if type(given) is np.ndarray and given.flags.c_contiguous and chosen.dtype.kind in "iu":
        return given.take(chosen, axis=0)
    return given[chosen]


def take_rows(given: Any, chosen: IntArray) -> Any:
    """Return the chosen rows of an array, a list, a data frame or a series, as one of these."""
    if hasattr(given, "iloc"):
        return given.iloc[chosen]
    if isinstance(given, (list, tuple)):
        return type(given)([given[i] for i in chosen])
    return rows_at(given, chosen) if hasattr(given, "__getitem__") else np.asarray(given)[chosen]
