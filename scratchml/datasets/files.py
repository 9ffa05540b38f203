"""Read the bundled tables: comma-separated text with one header line, plain or gzipped.

They are read through `importlib.resources`, so an installed package may sit in a read-only folder or in a zip file.
Nothing is cached: each call parses the file again (a few milliseconds) and the caller owns what it gets.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import numpy as np

from ..core.rules import boolean, check_rules
from ..core.typing import Array, FloatArray
from .bunch import Bunch
from .decimals import read_table

DATA_MODULE = "scratchml.datasets.data"
TARGET = "target"  # the name of the target column in every frame


@contextmanager
def opened(name: str) -> Iterator[Any]:
    """Open a bundled file for bytes; one whose name ends in .gz is unpacked as it is read."""
    with (files("scratchml.datasets") / "data" / name).open("rb") as raw:
        if not name.endswith(".gz"):
            yield raw
            return
        with gzip.open(raw) as unpacked:
            yield unpacked


def read_text(name: str) -> str:
    """Return a bundled file's text."""
    with opened(name) as file:
        text: str = file.read().decode("utf-8")
    return text


def read_numbers(name: str, kind: Any = np.float64) -> tuple[FloatArray, Array, list[str]]:
    """Return a table of numbers only: the features (n, d), the last column (n,) as `kind`, and the features' names."""
    with opened(name) as file:
        return read_table(file, kind)


def read_rows(name: str) -> tuple[list[list[str]], list[str]]:
    """Return a table that holds words too, as rows of strings, and its column names."""
    header, *rows = csv.reader(read_text(name).splitlines())
    return rows, header


def check_switches(loader: str, **switches: Any) -> None:
    """Check that the named arguments of `loader` are True or False.

    Raises
    ------
    TypeError
        If one is anything else.
    """
    check_rules(loader, dict.fromkeys(switches, boolean), switches)


def import_pandas(loader: str) -> Any:
    """Import and return pandas, which is needed for frames only.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError(f"{loader}(as_frame=True) needs pandas; install it, or use as_frame=False.") from error
    return pandas


def hand_out(loader: str, bunch: Bunch, columns: dict[str, Array] | None, return_X_y: bool, as_frame: bool) -> Any:
    """Give the caller what was asked for: the Bunch or (data, target), as arrays or as pandas objects.

    `columns` are the frame's feature columns by name where they are not simply those of ``bunch.data``.
    """
    if as_frame:
        pandas = import_pandas(loader)
        names = list(bunch.feature_names)
        features = columns if columns is not None else dict(zip(names, bunch.data.T))
        frame = pandas.DataFrame({name: pandas.Series(features[name]) for name in names} | {TARGET: bunch.target})
        bunch.frame, bunch.data, bunch.target = frame, frame[names], frame[TARGET]
    return (bunch.data, bunch.target) if return_X_y else bunch
