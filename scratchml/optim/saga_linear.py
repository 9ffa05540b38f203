"""SAGA for linear models: the table holds a number per sample instead of a vector, and machine code turns it.

Idea
    In a linear model the gradient of one sample is its row times one number, the slope of the loss at its prediction.
    So remember the number; the row is there anyway. Everything else is `saga.py`: read that first.
Maths
    minimise 1/n sum_i weight_i loss(x_i'w + intercept, y_i) + penalty(w),     mean of weight = 1

        new = weight_i slope(x_i'w + intercept, y_i)
        w <- prox(w - step_size ((new - table[i]) x_i + average))
        average <- average + (new - table[i]) x_i / n,      table[i] <- new

    With k classes w is (k, d), a prediction k numbers, and table (n, k). step_size = 1 / (2 L + min(2 n l2, L)), the
    larger of the two that are usual, with L = smoothness max_i weight_i (|x_i|^2 + 1) + l2, where smoothness bounds
    the loss's curvature and the 1 is the intercept's. The intercept is one more weight, of a column of ones, that no
    penalty touches.
Cost
    2 k d operations for a draw; n k numbers for the table, 2 n k to look at all samples after each epoch.
Differences
    From scikit-learn's saga: it stops when w changes little, here when the optimality condition holds to `tol`, which
    costs one matrix product per epoch. The step is the same.
References
    Defazio, Bach, Lacoste-Julien (2014), NIPS 27, section 2. Schmidt, Le Roux, Bach (2017), section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..core import check_array, check_random_state, check_same_length, check_sample_weight, one_blas_thread
from ..core.jit import kernel
from ..core.rules import boolean, either, none, real
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from .losses import FOR_LABELS, MULTINOMIAL, Loss, slope_at
from .multinomial import add_cross_entropies, cross_entropy_row
from .objective import Step, check_method, largest
from .penalties import Penalty, checked_penalty, soft_threshold

RULES = {"step_size": either(none, real(0.0, open_low=True)), "fit_intercept": boolean}


@kernel
def draw_samples(
    X: Array,
    y: Array,
    weight: Array,
    W: Array,
    table: Array,
    average: Array,
    order: Array,
    step: float,
    loss: tuple[int, float],
    penalty: tuple[float, float, bool],
) -> None:
    """Take one step of SAGA for each sample of `order`.

    X (n, d), y (n,), weight (n,), order (any number,): read. W (k, d), or (k, d + 1) with intercepts in its last
    column, table (n, k), average (of W's shape): overwritten. loss: (code, parameter). penalty: (l1, l2, positive).
    """
    (n, d), k = X.shape, W.shape[0]
    code, p = loss
    l1, l2, positive = penalty
    threshold, shrink = step * l1, 1.0 / (1.0 + step * l2)
    z, new = np.empty(k), np.empty(k)
    for i in order:
        for c in range(k):
            z[c] = W[c, d] if W.shape[1] > d else 0.0
            for f in range(d):
                z[c] += X[i, f] * W[c, f]
        if code == MULTINOMIAL:
            cross_entropy_row(z, int(y[i]), new)
        else:
            new[0] = slope_at(code, p, z[0], y[i])
        for c in range(k):
            change = weight[i] * new[c] - table[i, c]
            table[i, c] += change
            for f in range(d):
                moved = W[c, f] - step * (change * X[i, f] + average[c, f])
                W[c, f] = soft_threshold(moved, threshold, positive) * shrink
                average[c, f] += change * X[i, f] / n
            if W.shape[1] > d:
                W[c, d] -= step * (change + average[c, d])
                average[c, d] += change / n


def saga_linear(
    X: MatrixLike,
    y: VectorLike,
    loss: Loss,
    w: MatrixLike | None = None,
    *,
    sample_weight: VectorLike | None = None,
    fit_intercept: bool = True,
    penalty: Penalty | None = None,
    step_size: float | None = None,
    max_iter: int = 100,
    tol: float = 1e-4,
    random_state: RandomStateLike = None,
) -> Iterator[Step]:
    """Yield the steps of SAGA for a linear model: "start", then "epoch" after every n draws.

    Parameters
    ----------
    X : shape (n, d)
    y : shape (n,): numbers, labels -1 and +1, or for "multinomial" class numbers 0 ... k-1
    loss : from `loss_named`; one without jumps in its slope
    w : where to start, shape (k, d), or (k, d + 1) with intercepts last; copied; k = 1 but for "multinomial"; zeros by
        default
    sample_weight : shape (n,); scaled to a mean of 1
    fit_intercept : whether W has a last column of intercepts
    penalty : what is added to the mean loss, intercepts excepted; nothing by default
    step_size : 1 / (2 L + min(2 n l2, L)) by default
    max_iter : most epochs
    tol : stop when 0 is no further than this from the slopes of mean loss + penalty, in any coordinate
    random_state : decides which samples are drawn

    Returns
    -------
    Iterator[Step]
        `w` and `gradient` are of W's shape; `loss` is mean loss + penalty, `gradient` the mean loss's,
        `gradient_norm` the distance compared with `tol`; `n_evaluations` counts samples. The last step's `name` is
        "diverged" where the method could not go on (with a step_size of the caller's only).

    Raises
    ------
    TypeError, ValueError
        For a parameter or data that cannot be used, at once; for a loss that is not finite at the start, when it is
        taken.

    Examples
    --------
    >>> from scratchml.optim import Penalty, loss_named, minimize, saga_linear
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    >>> steps = saga_linear(X, y, loss_named("squared_error"), max_iter=1000, tol=1e-8, random_state=0)
    >>> minimize(steps).w.round(6).tolist()
    [[2.0, 1.0]]
    """
    check_method("saga_linear", RULES, step_size=step_size, fit_intercept=fit_intercept, max_iter=max_iter, tol=tol)
    chosen = checked_penalty(penalty)
    if not isinstance(loss, Loss):
        raise TypeError(f"loss={loss!r} is no Loss; make one, e.g. loss_named('log_loss').")
    rows, targets = check_array(X), check_array(y, name="y", ensure_2d=False)
    check_same_length(X=rows, y=targets)
    weight = check_sample_weight(sample_weight, len(rows))
    given = None if w is None else check_array(w, name="w", copy=True)
    k = _outputs(loss, targets, given)
    shape = (k, rows.shape[1] + bool(fit_intercept))
    W = np.zeros(shape) if given is None else given
    if W.shape != shape:
        raise ValueError(f"w has shape {W.shape}; give {shape}.")
    weight = weight / weight.max()  # so that the sum neither overflows nor loses digits
    weight *= len(rows) / weight.sum()
    if step_size is None:
        with np.errstate(over="ignore"):
            top = float((weight * (np.einsum("if,if->i", rows, rows) + bool(fit_intercept))).max())
        if not np.isfinite(top):
            raise ValueError("squares of X overflow; scale X, e.g. with StandardScaler.")
        L = loss.smoothness * top + chosen.l2
        step_size = 1.0 / (2.0 * L + min(2.0 * len(rows) * chosen.l2, L)) if top > 0.0 else 1.0
        if not np.isfinite(step_size):
            raise ValueError("squares of X are too small for float64; scale X, e.g. with StandardScaler.")
    rng = check_random_state(random_state)
    return _epochs(rows, targets, weight, loss, W, chosen, float(step_size), max_iter, tol, rng)


def _outputs(loss: Loss, y: FloatArray, w: FloatArray | None) -> int:
    """Return k, the number of predictions per row, once loss and targets are seen to go together."""
    if not np.isfinite(loss.smoothness):
        raise ValueError(f"loss {loss.name!r} jumps in its slope, and SAGA needs one that does not; take another loss.")
    if y.ndim != 1:
        raise ValueError(f"y has shape {y.shape}; give a vector.")
    if loss.code == MULTINOMIAL:
        if y.min() < 0 or (y != np.floor(y)).any():
            raise ValueError("y must hold class numbers 0 ... k-1 for the loss 'multinomial'.")
        if y.max() >= len(y if w is None else w):
            given = f"{len(y)} samples" if w is None else f"{len(w)} rows of w"
            raise ValueError(
                f"y holds class number {y.max():.0f} with {given}; number the classes 0 ... k-1, e.g. by "
                "np.unique(y, return_inverse=True)[1], or give w with a row for each class."
            )
        return int(y.max()) + 1 if w is None else len(w)
    if loss.name in FOR_LABELS and not np.isin(y, (-1.0, 1.0)).all():
        raise ValueError(f"y must hold labels -1 and +1 for the loss {loss.name!r}.")
    return 1


def _epochs(
    X: FloatArray,
    y: FloatArray,
    weight: FloatArray,
    loss: Loss,
    W: FloatArray,
    penalty: Penalty,
    step_size: float,
    max_iter: int,
    tol: float,
    rng: np.random.RandomState,
) -> Iterator[Step]:
    (n, d), k = X.shape, W.shape[0]
    predictions, table, gradient = np.empty((n, k)), np.empty((n, k)), np.empty_like(W)
    labels = y.astype(np.int64) if loss.code == MULTINOMIAL else y

    def look(name: str, iteration: int, slopes: FloatArray) -> Step:
        """Return the step at W, worked out from all samples; slopes (n, k): overwritten."""
        with one_blas_thread(), np.errstate(all="ignore"):
            np.dot(X, W[:, :d].T, out=predictions)
            if W.shape[1] > d:
                predictions[:] += W[:, d]
            if loss.code == MULTINOMIAL:
                total = add_cross_entropies(predictions, labels, weight, slopes)
            else:
                total = loss.total(predictions[:, 0], labels, weight, slopes[:, 0])
            gradient[:, :d] = slopes.T @ X / n
            if W.shape[1] > d:
                gradient[:, d] = slopes.sum(axis=0) / n
            value = float(total) / n + penalty.value(W[:, :d])
        away = max(penalty.stationarity(W[:, :d], gradient[:, :d]), largest(gradient[:, d:]) if W.shape[1] > d else 0.0)
        name, converged = (name, away <= tol) if np.isfinite(value + away) else ("diverged", False)
        return Step(name, iteration, W, value, gradient, away, step_size, (2 * iteration + 1) * n, converged)

    step = look("start", 0, table)
    if step.name == "diverged":
        raise ValueError(f"loss={step.loss} at the start; start from another w, or scale the data.")
    yield step
    average, formula, prices = gradient.copy(), (loss.code, loss.parameter), (penalty.l1, penalty.l2, penalty.positive)
    while not step.converged and step.iteration < max_iter and step.name != "diverged":
        with np.errstate(all="ignore"):
            draw_samples(
                X, y, weight, W, table, average, np.asarray(rng.randint(n, size=n)), step_size, formula, prices
            )
        step = look("epoch", step.iteration + 1, np.empty((n, k)))  # room made anew: the draws have had theirs
        yield step
