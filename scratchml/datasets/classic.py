"""The five small data sets that most books begin with: iris, wine, breast cancer, digits, diabetes.

Values, types and names are scikit-learn's, so that results can be compared digit by digit. Every call reads the
bundled file afresh and returns new arrays. Sources and licences: ``data/LICENSES.md`` in this folder.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.rules import check_rules, integer
from ..core.typing import FloatArray
from .bunch import Bunch
from .files import DATA_MODULE, check_switches, hand_out, read_numbers, read_text

ROWS = 16  # whose squares are held at a time


def load_iris(*, return_X_y: bool = False, as_frame: bool = False) -> Any:
    """Load the iris flowers: 150 samples, 4 lengths in cm, 3 species of 50 each (classification).

    Parameters
    ----------
    return_X_y : return ``(data, target)`` in place of a Bunch
    as_frame : give pandas objects in place of arrays (needs pandas)

    Returns
    -------
    Bunch with `data` (150, 4), `target` (150,) int, `frame` (None, or data and target in one), `feature_names`,
    `target_names` (3,), `DESCR`, `filename`, `data_module`; or the tuple ``(data, target)``.

    Raises
    ------
    TypeError
        If an argument is not True or False.
    ImportError
        If a frame is wanted and pandas is missing.

    Notes
    -----
    Cost: about 1 ms. Source: R. A. Fisher (1936), Annals of Eugenics 7, 179-188; CC BY 4.0 (UCI). One species is
    linearly separable from the others, which are not from each other.

    Examples
    --------
    >>> from scratchml.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> X.shape, y.shape
    ((150, 4), (150,))
    """
    check_switches("load_iris", return_X_y=return_X_y, as_frame=as_frame)
    filename = "iris.csv"
    data, target, names = _features_and_labels(filename)
    bunch = Bunch(
        data=data,
        target=target,
        frame=None,
        target_names=np.array(["setosa", "versicolor", "virginica"]),
        DESCR=read_text("iris.md"),
        feature_names=names,
        filename=filename,
        data_module=DATA_MODULE,
    )
    return hand_out("load_iris", bunch, None, return_X_y, as_frame)


def load_wine(*, return_X_y: bool = False, as_frame: bool = False) -> Any:
    """Load the wines: 178 samples, 13 chemical measurements, 3 growers of 59, 71 and 48 (classification).

    Parameters
    ----------
    return_X_y : return ``(data, target)`` in place of a Bunch
    as_frame : give pandas objects in place of arrays (needs pandas)

    Returns
    -------
    Bunch with `data` (178, 13), `target` (178,) int, `frame`, `feature_names`, `target_names` (3,), `DESCR`; or the
    tuple ``(data, target)``.

    Raises
    ------
    TypeError
        If an argument is not True or False.
    ImportError
        If a frame is wanted and pandas is missing.

    Notes
    -----
    Cost: about 1 ms. Source: S. Aeberhard and M. Forina, Wine (UCI, 1992); CC BY 4.0. The features' scales differ by
    a factor of a thousand, so methods that use distances need scaling here.

    Examples
    --------
    >>> from scratchml.datasets import load_wine
    >>> load_wine().data.shape
    (178, 13)
    """
    check_switches("load_wine", return_X_y=return_X_y, as_frame=as_frame)
    data, target, names = _features_and_labels("wine.csv")
    bunch = Bunch(
        data=data,
        target=target,
        frame=None,
        target_names=np.array(["class_0", "class_1", "class_2"]),
        DESCR=read_text("wine.md"),
        feature_names=names,
    )
    return hand_out("load_wine", bunch, None, return_X_y, as_frame)


def load_breast_cancer(*, return_X_y: bool = False, as_frame: bool = False) -> Any:
    """Load the breast tumours: 569 samples, 30 measurements of cell nuclei, 212 malignant and 357 benign.

    Parameters
    ----------
    return_X_y : return ``(data, target)`` in place of a Bunch
    as_frame : give pandas objects in place of arrays (needs pandas)

    Returns
    -------
    Bunch with `data` (569, 30), `target` (569,) int (0 malignant, 1 benign), `frame`, `feature_names` (30,),
    `target_names` (2,), `DESCR`, `filename`, `data_module`; or the tuple ``(data, target)``.

    Raises
    ------
    TypeError
        If an argument is not True or False.
    ImportError
        If a frame is wanted and pandas is missing.

    Notes
    -----
    Cost: about 5 ms. Source: W. Wolberg, O. Mangasarian, N. Street and W. Street, Breast Cancer Wisconsin
    (Diagnostic) (UCI, 1993); CC BY 4.0. Note that the label 1 means healthy.

    Examples
    --------
    >>> from scratchml.datasets import load_breast_cancer
    >>> tumours = load_breast_cancer()
    >>> [str(name) for name in tumours.target_names], tumours.data.shape
    (['malignant', 'benign'], (569, 30))
    """
    check_switches("load_breast_cancer", return_X_y=return_X_y, as_frame=as_frame)
    filename = "breast_cancer.csv"
    data, target, names = _features_and_labels(filename)
    bunch = Bunch(
        data=data,
        target=target,
        frame=None,
        target_names=np.array(["malignant", "benign"]),
        DESCR=read_text("breast_cancer.md"),
        feature_names=np.array(names),
        filename=filename,
        data_module=DATA_MODULE,
    )
    return hand_out("load_breast_cancer", bunch, None, return_X_y, as_frame)


def load_digits(*, n_class: int = 10, return_X_y: bool = False, as_frame: bool = False) -> Any:
    """Load the handwritten digits: 1797 images of 8x8 pixels with values 0 to 16, ten classes.

    Parameters
    ----------
    n_class : keep the digits below this number, 1 to 10
    return_X_y : return ``(data, target)`` in place of a Bunch
    as_frame : give pandas objects in place of arrays (needs pandas)

    Returns
    -------
    Bunch with `data` (n, 64), `target` (n,) int, `images` (n, 8, 8), `frame`, `feature_names`, `target_names` (10,),
    `DESCR`; or the tuple ``(data, target)``.

    Raises
    ------
    TypeError
        If `n_class` is no integer or a switch is not True or False.
    ValueError
        If `n_class` is outside 1 to 10.
    ImportError
        If a frame is wanted and pandas is missing.

    Notes
    -----
    Cost: about 20 ms. Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (UCI, 1998), its
    test part; CC BY 4.0.

    Examples
    --------
    >>> from scratchml.datasets import load_digits
    >>> load_digits(n_class=2).images.shape
    (360, 8, 8)
    """
    check_rules("load_digits", {"n_class": integer(1, 10)}, {"n_class": n_class})
    check_switches("load_digits", return_X_y=return_X_y, as_frame=as_frame)
    data, target, names = _features_and_labels("digits.csv.gz")
    if n_class < 10:
        kept = target < n_class
        data, target = data[kept], target[kept]
    images = data.reshape(-1, 8, 8)
    bunch = Bunch(
        data=data,
        target=target,
        frame=None,
        feature_names=names,
        target_names=np.arange(10),
        images=images if return_X_y else images.copy(),
        DESCR=read_text("digits.md"),
    )
    return hand_out("load_digits", bunch, None, return_X_y, as_frame)


def load_diabetes(*, return_X_y: bool = False, as_frame: bool = False, scaled: bool = True) -> Any:
    """Load the diabetes patients: 442 samples, 10 measurements, the disease's progress a year later (regression).

    Parameters
    ----------
    return_X_y : return ``(data, target)`` in place of a Bunch
    as_frame : give pandas objects in place of arrays (needs pandas)
    scaled : centre each feature and divide it by its length, so that its squares sum to 1; False gives the
        measurements as they were taken

    Returns
    -------
    Bunch with `data` (442, 10), `target` (442,) float from 25 to 346, `frame`, `feature_names`, `DESCR`,
    `data_filename`, `target_filename` (one file here), `data_module`; or the tuple ``(data, target)``.

    Raises
    ------
    TypeError
        If an argument is not True or False.
    ImportError
        If a frame is wanted and pandas is missing.

    Notes
    -----
    Cost: about 2 ms. Source: B. Efron, T. Hastie, I. Johnstone and R. Tibshirani (2004), "Least angle regression",
    Annals of Statistics 32, 407-499.

    Examples
    --------
    >>> from scratchml.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> round(float((X**2).sum()), 10)
    10.0
    """
    check_switches("load_diabetes", return_X_y=return_X_y, as_frame=as_frame, scaled=scaled)
    filename = "diabetes.csv"
    data, target, names = read_numbers(filename)
    if scaled:
        data = unit_length(data)
    bunch = Bunch(
        data=data,
        target=target,
        frame=None,
        DESCR=read_text("diabetes.md"),
        feature_names=names,
        data_filename=filename,
        target_filename=filename,
        data_module=DATA_MODULE,
    )
    return hand_out("load_diabetes", bunch, None, return_X_y, as_frame)


def unit_length(X: FloatArray) -> FloatArray:
    """Return X (n, d), each column centred and scaled to length 1: overwritten."""
    # plainly: (X - mean) / (std * sqrt(n)); divided twice, because that is how the reference rounds; by columns,
    # since NumPy would repeat the means in as much memory as X takes
    for column, mean in zip(X.T, X.mean(axis=0)):
        column -= mean
    total = np.zeros(X.shape[1])
    for start in range(0, len(X), ROWS):  # as X.std adds up squares, but some rows of them at a time
        squares = X[start : start + ROWS] ** 2
        squares[0] += total
        total = squares.sum(axis=0)
    for column, deviation in zip(X.T, np.sqrt(total / len(X))):
        column /= deviation
    X /= len(X) ** 0.5
    return X


def _features_and_labels(name: str) -> tuple[FloatArray, Any, list[str]]:
    """Return (features, integer labels, feature names) of a table whose last column holds the labels."""
    return read_numbers(name, np.int64)
