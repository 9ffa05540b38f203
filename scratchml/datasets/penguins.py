"""The Palmer penguins: real data with words, numbers and holes, for encoders, imputers and column transformers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.typing import Array
from .bunch import Bunch
from .files import DATA_MODULE, check_switches, hand_out, import_pandas, read_rows, read_text

CATEGORICAL = ["island", "sex"]
SPECIES = ["Adelie", "Chinstrap", "Gentoo"]


def load_penguins(*, return_X_y: bool = False, as_frame: bool = False) -> Any:
    """Load the penguins: 344 birds, 2 categories and 5 numbers with 19 missing values, 3 species.

    Parameters
    ----------
    return_X_y : return ``(data, target)`` in place of a Bunch
    as_frame : give pandas objects in place of arrays (needs pandas): words become pandas' categories, measurements
        float64, the year int64

    Returns
    -------
    Bunch with `data` (344, 7), `target` (344,) int, `frame`, `feature_names`, `categorical_features` and
    `numeric_features` (names), `target_names` (3,), `DESCR`, `filename`, `data_module`; or ``(data, target)``. As
    arrays, `data` is of dtype object: island and sex are strings, the others floats, and whatever is missing is NaN
    (in a column of words too). Take the numbers out with ``data[:, 1:5].astype(float)``.

    Raises
    ------
    TypeError
        If an argument is not True or False.
    ImportError
        If a frame is wanted and pandas is missing.

    Notes
    -----
    Cost: about 1 ms. Source: K. Gorman, T. Williams and W. Fraser (2014), PLoS ONE 9(3), e90081; CC0. Two birds were
    not measured at all, and of eleven the sex is unknown.

    Examples
    --------
    >>> from scratchml.datasets import load_penguins
    >>> penguins = load_penguins()
    >>> penguins.data[3].tolist()
    ['Torgersen', nan, nan, nan, nan, nan, 2007.0]
    """
    check_switches("load_penguins", return_X_y=return_X_y, as_frame=as_frame)
    filename = "penguins.csv"
    rows, header = read_rows(filename)
    names = header[:-1]
    columns = {name: _column(name, [row[f] for row in rows]) for f, name in enumerate(names)}
    data = np.empty((len(rows), len(names)), dtype=object)
    for f, name in enumerate(names):
        data[:, f] = columns[name]
    bunch = Bunch(
        data=data,
        target=np.array([SPECIES.index(row[-1]) for row in rows], dtype=np.int64),
        frame=None,
        target_names=np.array(SPECIES),
        DESCR=read_text("penguins.md"),
        feature_names=names,
        categorical_features=list(CATEGORICAL),
        numeric_features=[name for name in names if name not in CATEGORICAL],
        filename=filename,
        data_module=DATA_MODULE,
    )
    if as_frame:
        pandas = import_pandas("load_penguins")
        columns |= {name: pandas.Categorical(columns[name]) for name in CATEGORICAL}
        columns["year"] = columns["year"].astype(np.int64)
    return hand_out("load_penguins", bunch, columns, return_X_y, as_frame)


def _column(name: str, words: list[str]) -> Array:
    """Return one column: words as objects, numbers as float64; NaN for what is missing."""
    if name in CATEGORICAL:
        return np.array([np.nan if word == "NA" else word for word in words], dtype=object)
    return np.array([np.nan if word == "NA" else float(word) for word in words])
