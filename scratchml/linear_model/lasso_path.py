"""The path of the lasso: how the weights come in, one after the other, while the price falls.

Idea
----
At a high price all weights are 0. Lower it, and the column that explains most of y comes in first; the others follow.
The best w at one price is a good guess for the next lower one, so the whole path costs little more than its last point.

Maths
-----
Prices are equally far apart on a logarithmic scale, from ``alpha_max = max_f |x_f'y| / (n l1_ratio)``, the lowest at
which all weights are 0, to ``eps alpha_max``. Each is solved by the steps of `lasso.py`, beginning where the last
ended.

Cost
----
With more rows than columns: X'X once, then nothing depends on n. Else a pass over X or two for each price.

Differences
-----------
From scikit-learn: y is one target (an (n, t) y is there the multi-task lasso, which is not here); the parameters
X_offset, X_scale and sample_weight, which it hands through for its own estimators, are refused. A y that its mean
explains but for rounding gives alphas of 1e-15, as there, where that is judged beside the size of the data.

References
----------
J. Friedman, T. Hastie, R. Tibshirani (2010), J. Stat. Software 33(1), section 2.5 (pathwise coordinate descent).
"""

from __future__ import annotations

import numbers
import sys
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core import ConvergenceWarning, both, check_array, check_same_length
from ..core.rules import array_like, boolean, check_rules, either, integer, none, one_of, random_state, real, verbosity
from ..core.typing import FloatArray, IntArray, MatrixLike, VectorLike
from .columns import EPS, Columns, prepare, to_scale
from .elastic_net import known_products, order_of, rules_for
from .lasso import Rules, State, Step, descend, empty_model
from .no_price import least_squares_steps

TINY = float(np.finfo(np.float64).tiny)
LOWEST = 1e-15  # stands for alpha_max where there is nothing to explain

PATH_RULES = {
    "l1_ratio": real(0.0, 1.0),
    "eps": real(0.0, open_low=True),
    "n_alphas": either(integer(1), one_of("deprecated")),
    "alphas": either(integer(1), array_like, none, one_of("warn")),
    "precompute": either(boolean, one_of("auto"), array_like),
    "Xy": either(none, array_like),
    "copy_X": boolean,
    "coef_init": either(none, array_like),
    "verbose": verbosity,
    "return_n_iter": boolean,
    "positive": boolean,
    "check_input": boolean,
    "tol": real(0.0),
    "max_iter": integer(1),
    "random_state": random_state,
    "selection": one_of("cyclic", "random"),
    "do_screening": boolean,
}
SOLVER_DEFAULTS = {
    "tol": 1e-4,
    "max_iter": 1000,
    "random_state": None,
    "selection": "cyclic",
    "do_screening": True,
}


class Path(NamedTuple):
    """What was found at each alpha, largest first."""

    alphas: FloatArray  # (k,)
    coefs: FloatArray  # (d, k)
    gaps: FloatArray  # (k,)
    iterations: IntArray  # (k,)
    tolerance: float  # what the gaps should be below


def alpha_grid(columns: Columns, k: int, l1_ratio: float, positive: bool, eps: float, count: int) -> FloatArray:
    """Return `count` alphas from the lowest at which all weights of target k are 0 down to `eps` times that.

    Raises
    ------
    ValueError
        If `l1_ratio` is 0, where no finite alpha makes all weights 0.
    """
    if l1_ratio == 0.0:
        raise ValueError(
            "Automatic alpha grid generation is not supported for l1_ratio=0. Please supply a grid by providing your "
            "estimator with the appropriate `alphas=` argument."
        )
    p, target, total = columns.p, columns.target(k), columns.weight_total
    with np.errstate(all="ignore"):
        moment = np.ldexp(target.moment / total, int(p.shift_y[k]) + p.shift_x)
        length_x = np.ldexp(np.sqrt(columns.a / total + columns.mean_x**2), p.shift_x)
        length_y = np.ldexp(np.sqrt(target.total / total + columns.mean_y[k] ** 2), int(p.shift_y[k]))
        highest = float((moment if positive else np.abs(moment)).max(initial=0.0)) / l1_ratio
        noise = 4.0 * EPS * float(length_x.max()) * float(length_y)
    if not highest > noise or not np.isfinite(highest) or highest * eps < TINY:
        return np.full(count, LOWEST)
    return np.geomspace(highest, highest * eps, num=count)


def walk(
    columns: Columns,
    alphas: FloatArray,
    l1_ratio: float,
    positive: bool,
    rules: Rules,
    begin: FloatArray | None = None,
    watched: bool = True,
) -> Iterator[Step]:
    """Yield the steps for each alpha in turn, for the first target, each beginning where the last ended.

    Not `watched`, only those named "settled".
    """
    d = columns.d
    model = empty_model(columns)
    start = np.zeros(d) if begin is None else np.where(columns.flat, 0.0, to_scale(columns.p, begin, 0))
    state = State(columns, 0, start, model, watched)
    model.tolerance[0] = state.per_row(rules.tol * state.target.total)
    for alpha in alphas:
        if alpha == 0.0:
            p = columns.p
            X = p.X if not p.shift_x.any() else np.ldexp(p.X, p.shift_x)
            y = np.ldexp(p.Y[:, 0], int(p.shift_y[0]))
            for step in least_squares_steps(X, y, p.weight, p.centred, positive):
                yield step._replace(name="settled")
            return
        yield from descend(state, columns.penalties(float(alpha), l1_ratio, positive, 0), rules, loose=False)


def follow(
    columns: Columns,
    alphas: FloatArray,
    l1_ratio: float,
    positive: bool,
    rules: Rules,
    begin: FloatArray | None = None,
    verbose: int = 0,
) -> Path:
    """Return what `walk` finds at each of these alphas, largest first."""
    k = len(alphas)
    coefs, gaps, iterations = np.empty((columns.d, k)), np.empty(k), np.empty(k, np.int64)
    i, tolerance = 0, 0.0
    for step in walk(columns, alphas, l1_ratio, positive, rules, begin, watched=False):
        if step.name == "settled":
            coefs[:, i], gaps[i], iterations[i] = step.w, step.model.gap[0], step.iteration
            tolerance = float(step.model.tolerance[0])
            i += 1
            if verbose > 1:
                print(f"Path: {i - 1:03d} out of {k:03d}")
            elif verbose:
                sys.stderr.write(".")
    return Path(alphas, coefs, gaps, iterations, tolerance)


def warn_of_gaps(path: Path, max_iter: int) -> None:
    """Warn, once, where gaps are above the tolerance."""
    above = np.flatnonzero(path.gaps > path.tolerance)
    if len(above):
        worst = above[np.argmax(path.gaps[above])]
        warnings.warn(
            f"Objective did not converge at {len(above)} of {len(path.alphas)} alphas. The worst is alpha="
            f"{path.alphas[worst]:.4g}: the duality gap is {path.gaps[worst]:.3e}, so the objective may still fall by "
            f"that much, and the tolerance is {path.tolerance:.3e}. Increase max_iter={max_iter}, scale the columns, "
            "or leave out the smallest alphas.",
            both(ConvergenceWarning),
            stacklevel=4,
        )


def wanted_alphas(alphas: Any, n_alphas: Any) -> Any:
    """Return a number of alphas, or the alphas (k,), largest first, as `alphas` and the outdated `n_alphas` say.

    Raises
    ------
    ValueError
        If an alpha is negative or not finite, or there is none.
    """
    count = 100
    if n_alphas != "deprecated":
        warnings.warn(
            "'n_alphas' was deprecated in 1.9 and will be removed in 1.11. 'alphas' now accepts an integer value which "
            "removes the need to pass 'n_alphas'. Pass an explicit value to 'alphas' and leave 'n_alphas' to its "
            "default value to silence this warning.",
            FutureWarning,
            stacklevel=4,
        )
        count = n_alphas
    if alphas is None:
        warnings.warn(
            "'alphas=None' is deprecated and will be removed in 1.11, at which point the default value will be set to "
            "100. Set 'alphas=100' to silence this warning.",
            FutureWarning,
            stacklevel=4,
        )
        return count
    if isinstance(alphas, str):
        return count
    return alphas if isinstance(alphas, numbers.Integral) else sorted_alphas(alphas)


def sorted_alphas(alphas: VectorLike) -> FloatArray:
    """Return given alphas (k,), checked, largest first.

    Raises
    ------
    ValueError
        If an alpha is negative or not finite, or there is none.
    """
    found = check_array(alphas, name="alphas", ensure_2d=False)
    if found.ndim != 1:
        raise ValueError(f"alphas has shape {found.shape}; give a list of numbers.")
    if (found < 0.0).any():
        raise ValueError(f"alphas[{int(np.argmin(found))}] == {found.min()}, must be >= 0.0.")
    return np.sort(found)[::-1].copy()


def enet_path(
    X: MatrixLike,
    y: VectorLike,
    *,
    l1_ratio: float = 0.5,
    eps: float = 1e-3,
    n_alphas: int | str = "deprecated",
    alphas: int | VectorLike | None = "warn",
    precompute: bool | str | MatrixLike = "auto",
    Xy: VectorLike | None = None,
    copy_X: bool = True,
    coef_init: VectorLike | None = None,
    verbose: bool | int = False,
    return_n_iter: bool = False,
    positive: bool = False,
    check_input: bool = True,
    **params: Any,
) -> tuple[Any, ...]:
    """Return the weights of the elastic net at each of a sequence of alphas. There is no intercept: centre X and y.

    Parameters
    ----------
    X : shape (n, d)
    y : shape (n,), or (n, 1)
    l1_ratio : share of the price that is put on absolute values: 1 is the lasso
    eps : the smallest alpha beside the largest, where they are chosen here
    n_alphas : outdated; give a number as `alphas`
    alphas : how many to choose, 100 by default, or the alphas themselves
    precompute : whether X'X is worked out at once, or X'X itself; "auto": where rows are more than columns
    Xy, copy_X, check_input : for compatibility; X'y is worked out anyway, X never overwritten, input always checked
    coef_init : weights (d,) to begin from
    verbose : print a sign of life for each alpha
    return_n_iter : return the passes, too
    positive : allow no weight below zero
    **params : ``tol``, ``max_iter``, ``selection``, ``random_state`` as in `ElasticNet`

    Returns
    -------
    alphas : shape (k,), largest first
    coefs : shape (d, k), or (1, d, k) for y of shape (n, 1)
    dual_gaps : shape (k,)
    n_iters : list of k, only with `return_n_iter`

    Raises
    ------
    TypeError, ValueError
        For arguments that cannot be used; for y with several columns.

    Warns
    -----
    ConvergenceWarning
        If gaps are above ``tol |y|^2 / n`` after `max_iter` passes.

    Examples
    --------
    >>> from scratchml.linear_model import enet_path
    >>> alphas, coefs, gaps = enet_path([[1.0, 0.0], [0.0, 2.0]], [4.0, 3.0], l1_ratio=1.0, alphas=[3.0, 1.0])
    >>> coefs.round(6).tolist()
    [[0.0, 2.0], [0.0, 1.0]]
    """
    settings = {**SOLVER_DEFAULTS, **params}
    unknown = sorted(set(params) - set(SOLVER_DEFAULTS))
    if any(params[name] is not None for name in unknown):
        raise ValueError(
            f"Unexpected parameters in params: {', '.join(unknown)}. Known are {', '.join(SOLVER_DEFAULTS)}; for "
            "sample weights multiply the rows of X and y by their roots."
        )
    settings = {name: value for name, value in settings.items() if name in SOLVER_DEFAULTS}
    check_rules(
        "enet_path",
        PATH_RULES,
        {
            **settings,
            "l1_ratio": l1_ratio,
            "eps": eps,
            "n_alphas": n_alphas,
            "alphas": alphas,
            "precompute": precompute,
            "Xy": Xy,
            "copy_X": copy_X,
            "coef_init": coef_init,
            "verbose": verbose,
            "return_n_iter": return_n_iter,
            "positive": positive,
            "check_input": check_input,
        },
    )
    chosen = wanted_alphas(alphas, n_alphas)
    matrix = check_array(X, order=order_of(X))
    targets = check_array(y, name="y", ensure_2d=False)
    check_same_length(X=matrix, y=targets)
    if targets.ndim > 2 or (targets.ndim == 2 and targets.shape[1] != 1):
        raise ValueError(
            f"y has shape {targets.shape}: for several targets scikit-learn's path is the multi-task lasso, which is "
            "not here; call this once for each column of y."
        )
    columns = prepare(matrix, targets, None, False, known_products(precompute))
    if isinstance(chosen, numbers.Integral):
        chosen = alpha_grid(columns, 0, float(l1_ratio), bool(positive), float(eps), int(chosen))
    begin = None
    if coef_init is not None:
        begin = check_array(coef_init, name="coef_init", ensure_2d=False).ravel()
        if begin.shape != (columns.d,):
            raise ValueError(f"coef_init has {begin.size} numbers; give one for each of the {columns.d} columns of X.")
        begin = np.maximum(begin, 0.0) if positive else begin
    rules = rules_for(settings["tol"], settings["max_iter"], settings["selection"], settings["random_state"])
    path = follow(columns, chosen, float(l1_ratio), bool(positive), rules, begin, int(verbose))
    warn_of_gaps(path, rules.max_iter)
    coefs = path.coefs if targets.ndim == 1 else path.coefs[None]
    found = (path.alphas, coefs, path.gaps)
    return (*found, path.iterations.tolist()) if return_n_iter else found


def lasso_path(
    X: MatrixLike,
    y: VectorLike,
    *,
    eps: float = 1e-3,
    n_alphas: int | str = "deprecated",
    alphas: int | VectorLike | None = "warn",
    precompute: bool | str | MatrixLike = "auto",
    Xy: VectorLike | None = None,
    copy_X: bool = True,
    coef_init: VectorLike | None = None,
    verbose: bool | int = False,
    return_n_iter: bool = False,
    positive: bool = False,
    **params: Any,
) -> tuple[Any, ...]:
    """Return the weights of the lasso at each of a sequence of alphas: `enet_path` with ``l1_ratio=1``.

    Parameters, results and errors are those of `enet_path`.

    Examples
    --------
    >>> from scratchml.linear_model import lasso_path
    >>> alphas, coefs, gaps = lasso_path([[1.0, 0.0], [0.0, 2.0]], [4.0, 3.0], alphas=3, eps=0.25)
    >>> alphas.round(6).tolist(), coefs.round(6).tolist()
    ([3.0, 1.5, 0.75], [[0.0, 1.0, 2.5], [0.0, 0.75, 1.125]])
    """
    return enet_path(
        X,
        y,
        l1_ratio=1.0,
        eps=eps,
        n_alphas=n_alphas,
        alphas=alphas,
        precompute=precompute,
        Xy=Xy,
        copy_X=copy_X,
        coef_init=coef_init,
        verbose=verbose,
        return_n_iter=return_n_iter,
        positive=positive,
        **params,
    )
