"""What the functions of ``functions.py`` are called elsewhere, where a library has the same under another name.

Each takes what ours takes, and gives what ours gives. Under "numpy" stand the lines that a user would write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def expit(x: np.ndarray) -> Any:
    """Return the logistic function."""
    from scipy.special import expit

    return expit(x)


def softmax(Z: np.ndarray) -> Any:
    """Return each row's shares."""
    from scipy.special import softmax

    return softmax(Z, axis=1)


def digamma(x: np.ndarray) -> Any:
    """Return the digamma function."""
    from scipy.special import digamma

    return digamma(x)


def chi_squared_tail(k: float, x: np.ndarray) -> Any:
    """Return the chances that chi-squared exceeds x."""
    from scipy.special import chdtrc

    return chdtrc(k, x)


def f_tail(k: float, m: float, f: np.ndarray) -> Any:
    """Return the chances that F exceeds f."""
    from scipy.special import fdtrc

    return fdtrc(k, m, f)


def smallest(D: np.ndarray, k: int) -> Any:
    """Return the k smallest of each row and their columns."""
    columns = np.argpartition(D, k - 1, axis=1)[:, :k]
    values = np.take_along_axis(D, columns, axis=1)
    order = np.argsort(values, axis=1)
    return np.take_along_axis(values, order, axis=1), np.take_along_axis(columns, order, axis=1)


def information_gain(X: np.ndarray, y: np.ndarray) -> Any:
    """Return what each column tells of the classes, in bits."""
    from sklearn.feature_selection import mutual_info_classif

    return mutual_info_classif(X, y, discrete_features=True) / np.log(2.0)


def three_parts(X: np.ndarray, y: np.ndarray, random_state: int) -> Any:
    """Return training, validation and test part of rows and labels, from the same draws as ours."""
    from sklearn.model_selection import train_test_split

    draws = np.random.RandomState(random_state)
    rest, X_test, y_rest, y_test = train_test_split(X, y, test_size=0.2, random_state=draws)
    X_train, X_held, y_train, y_held = train_test_split(rest, y_rest, test_size=len(y_test), random_state=draws)
    return [X_train, X_held, X_test, y_train, y_held, y_test]


def type_of_target(y: np.ndarray) -> Any:
    """Return which kind of labels these are."""
    from sklearn.utils.multiclass import type_of_target

    return type_of_target(y)


def random_map(size: int, seed: int) -> Any:
    """Return a lake of size x size cells."""
    from gymnasium.envs.toy_text.frozen_lake import generate_random_map

    return generate_random_map(size, seed=seed)


PEERS: Mapping[str, Mapping[str, Callable[..., Any]]] = {  # of a function: by library, what is asked there
    "chi_squared_tail": {"scipy": chi_squared_tail},
    "digamma": {"scipy": digamma},
    "f_tail": {"scipy": f_tail},
    "generate_random_map": {"gymnasium": random_map},
    "information_gain": {"sklearn": information_gain},
    "sigmoid": {"scipy": expit},
    "smallest_of_rows": {"numpy": smallest},
    "softmax": {"scipy": softmax},
    "train_validation_test_split": {"sklearn": three_parts},
    "type_of_target": {"sklearn": type_of_target},
}
