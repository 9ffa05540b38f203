"""What logistic regression is told: scikit-learn's names for penalties, solvers that can do them, who counts how much.

Idea
----
scikit-learn 1.8 replaced `penalty` by `l1_ratio` and ``C=inf``, and takes the old word with a warning until 1.10. All
spellings come down to two numbers, and which solvers can deal with them.

Maths
-----
With S the sum of weights, the mean loss is joined by::

    l1 sum |w| + l2 / 2 sum w^2,      l1 = l1_ratio / (C S),      l2 = (1 - l1_ratio) / (C S)

Cost
----
None.

Differences
-----------
None in the names and warnings of penalties; "liblinear", "newton-cg" and "sag" are not offered, "gd" is added.

References
----------
H. Zou, T. Hastie (2005), "Regularization and variable selection via the elastic net", J. R. Stat. Soc. B 67(2).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..core import check_sample_weight, class_weights
from ..core.rules import Rule, boolean, either, integer, mapping, n_jobs, none, one_of, random_state, real, verbosity
from ..core.typing import Array, FloatArray, IntArray, VectorLike

SOLVERS = ("lbfgs", "newton-cholesky", "gd", "saga")

RULES: Mapping[str, Rule] = {
    "penalty": one_of("l1", "l2", "elasticnet", "deprecated", None),
    "C": real(0.0, open_low=True),
    "l1_ratio": either(real(0.0, 1.0), none),
    "dual": boolean,
    "tol": real(0.0),
    "fit_intercept": boolean,
    "intercept_scaling": real(0.0, math.inf, open_low=True, open_high=True),
    "class_weight": either(one_of("balanced"), mapping, none),
    "random_state": random_state,
    "solver": one_of(*SOLVERS),
    "max_iter": integer(0),
    "verbose": verbosity,
    "warm_start": boolean,
    "n_jobs": n_jobs,
    "multi_class": one_of("multinomial", "ovr"),
}


class Strength(NamedTuple):
    """The penalty in one way: C = inf for none."""

    C: float
    l1_ratio: float


def warn(text: str, kind: type[Warning] = FutureWarning) -> None:
    """Warn whoever called `fit`."""
    warnings.warn(text, kind, stacklevel=5)


def read_penalty(penalty: str | None, C: float, l1_ratio: float | None) -> Strength:
    """Return what the three spellings together mean, with scikit-learn's warnings.

    Raises
    ------
    ValueError
        If the elastic net has no `l1_ratio`.
    """
    if penalty == "deprecated":
        if l1_ratio is None:
            warn("l1_ratio=None is deprecated since scikit-learn 1.8, an error from 1.10; give a number in [0, 1].")
        return Strength(float(C), float(l1_ratio or 0.0))
    warn(
        "'penalty' is deprecated since scikit-learn 1.8 and goes in 1.10: leave it out. In place of 'l2' give "
        "l1_ratio=0, of 'l1' l1_ratio=1, of 'elasticnet' an l1_ratio between the two, of None C=inf."
    )
    if penalty != "elasticnet" and l1_ratio is not None and 0 < l1_ratio < 1:
        warn(f"l1_ratio parameter is only used when penalty is 'elasticnet'. Got (penalty={penalty})", UserWarning)
    if (penalty == "l2" and l1_ratio != 0) or (penalty == "l1" and l1_ratio != 1):
        warn(f"Inconsistent values: penalty={penalty} with l1_ratio={l1_ratio}; give l1_ratio only.", UserWarning)
    if penalty == "elasticnet":
        if l1_ratio is None:
            raise ValueError("l1_ratio must be specified when penalty is elasticnet; give a number in [0, 1].")
        return Strength(float(C), float(l1_ratio))
    if penalty is None:
        if C != 1.0:
            warn("Setting penalty=None will ignore the C and l1_ratio parameters", UserWarning)
        return Strength(math.inf, 0.0)
    return Strength(float(C), 1.0 if penalty == "l1" else 0.0)


def asks_for_saga(solver: str, strength: Strength) -> bool:
    """Say whether SAGA itself is to run: with l1, "saga" stands for proximal Newton."""
    return solver == "saga" and (strength.l1_ratio == 0.0 or math.isinf(strength.C))


def check_solver(solver: str, strength: Strength, dual: bool) -> None:
    """Check that the solver can do what is asked.

    Raises
    ------
    ValueError
        If it cannot; only "saga" knows l1.
    """
    if strength.l1_ratio > 0.0 and not math.isinf(strength.C) and solver != "saga":
        name = "l1" if strength.l1_ratio == 1.0 else "elasticnet"
        raise ValueError(
            f"Solver {solver} supports only 'l2' or None penalties, got {name} penalty; take solver='saga', "
            "or l1_ratio=0."
        )
    if dual:
        raise ValueError(f"Solver {solver} supports only dual=False, got dual={dual}; leave dual out.")


def penalty_weights(strength: Strength, total: float) -> tuple[float, float]:
    """Return l1 and l2 for a sum of weights `total`."""
    with np.errstate(all="ignore"):
        price = float(np.minimum(1.0 / (np.float64(strength.C) * total), 1e300))
    return strength.l1_ratio * price, (1.0 - strength.l1_ratio) * price


def row_weights(
    class_weight: Mapping[Any, float] | str | None, classes: Array, codes: IntArray, sample_weight: VectorLike | None
) -> FloatArray | None:
    """Return what each row counts, (n,): its own weight times its class's; None where all count 1.

    Raises
    ------
    TypeError, ValueError
        For weights that cannot be used, or that are all 0.
    """
    weight = None if sample_weight is None else check_sample_weight(sample_weight, len(codes))
    if class_weight is not None:
        by_class = class_weights(class_weight, classes, codes, weight)[codes]
        weight = by_class if weight is None else weight * by_class
        check_sample_weight(weight, len(codes), name="sample_weight times class_weight")
    return weight


def check_two_classes(classes: Array) -> None:
    """Check that there is something to tell apart.

    Raises
    ------
    ValueError
        If there is one class only.
    """
    if len(classes) < 2:
        raise ValueError(
            "This solver needs samples of at least 2 classes in the data, but the data contains only one class: "
            f"{classes[0]!r}; give rows of another class, too."
        )
