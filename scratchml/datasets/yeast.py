"""The yeast proteins: a real imbalanced problem, 51 proteins of one site against 1433 others."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.rules import check_rules, either, none, one_of
from .bunch import Bunch
from .files import DATA_MODULE, check_switches, hand_out, read_rows, read_text

SITES = ("CYT", "ERL", "EXC", "ME1", "ME2", "ME3", "MIT", "NUC", "POX", "VAC")
RULES = {"positive": either(none, one_of(*SITES))}


def load_yeast(*, positive: str | None = "ME2", return_X_y: bool = False, as_frame: bool = False) -> Any:
    """Load the yeast proteins: 1484 samples, 8 scores of a sequence, where in the cell it works.

    Parameters
    ----------
    positive : the site that is class 1, against all others as class 0: "CYT" (463 proteins), "NUC" (429), "MIT"
        (244), "ME3" (163), "ME2" (51, 1 to 28), "ME1" (44), "EXC" (35), "VAC" (30), "POX" (20) or "ERL" (5); None
        keeps all ten as classes 0 to 9 in alphabetical order
    return_X_y : return ``(data, target)`` in place of a Bunch
    as_frame : give pandas objects in place of arrays (needs pandas)

    Returns
    -------
    Bunch with `data` (1484, 8), `target` (1484,) int, `frame`, `feature_names`, `target_names`, `DESCR`, `filename`,
    `data_module`; or the tuple ``(data, target)``.

    Raises
    ------
    TypeError
        If `positive` is neither a string nor None, or a switch is not True or False.
    ValueError
        If `positive` is none of the ten sites.
    ImportError
        If a frame is wanted and pandas is missing.

    Notes
    -----
    Cost: about 5 ms. Source: K. Nakai, Yeast (UCI, 1991); P. Horton and K. Nakai (1996), "A probabilistic
    classification system for predicting the cellular localization sites of proteins", ISMB, 109-115; CC BY 4.0. With
    "ME2" this is the problem that the literature on imbalance calls yeast_me2 or yeast4. Some rows occur twice.

    Examples
    --------
    >>> from scratchml.datasets import load_yeast
    >>> X, y = load_yeast(return_X_y=True)
    >>> X.shape, int(y.sum())
    ((1484, 8), 51)
    """
    check_rules("load_yeast", RULES, {"positive": positive})
    check_switches("load_yeast", return_X_y=return_X_y, as_frame=as_frame)
    filename = "yeast.csv.gz"
    rows, header = read_rows(filename)
    sites = np.array([row[-1] for row in rows])
    if positive is None:
        target, target_names = np.searchsorted(SITES, sites), np.array(SITES)
    else:
        target, target_names = sites == positive, np.array(["other", positive])
    bunch = Bunch(
        data=np.array([row[:-1] for row in rows], dtype=np.float64),
        target=target.astype(np.int64),
        frame=None,
        target_names=target_names,
        DESCR=read_text("yeast.md"),
        feature_names=header[:-1],
        filename=filename,
        data_module=DATA_MODULE,
    )
    return hand_out("load_yeast", bunch, None, return_X_y, as_frame)
