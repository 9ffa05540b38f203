"""The lasso with alpha = 0: least squares, told as a step of the lasso.

Idea
----
Where weights cost nothing there is nothing to search for: least squares has an answer in closed form.

Maths
-----
``minimise |y - Xw - b|^2 / (2 n)``. There is no duality gap without a price; |X'r|^2 / n, which is 0 at the best w,
stands in its place.

Cost
----
See `linear_regression.py`.

Differences
-----------
From scikit-learn: its coordinate descent walks towards this answer and stops where max_iter says.

References
----------
T. Hastie, R. Tibshirani, J. Friedman (2009), "The elements of statistical learning", section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from ..core.typing import FloatArray
from .columns import prepare, to_scale
from .lasso import State, Step, empty_model
from .linear_regression import Walk, least_squares
from .problem import learn_moments, make_problem


def least_squares_steps(
    X: FloatArray, y: FloatArray, weight: FloatArray | None, centred: bool, positive: bool
) -> Iterator[Step]:
    """Yield the one step of alpha = 0: least squares, as `linear_regression.py` finds it."""
    p, found = learn_moments(make_problem(X, y, weight, centred, None), positive or len(X) <= X.shape[1])
    *_, last = least_squares(p, found, "auto", None, positive, Walk(1, None, 1, None))
    w = np.ascontiguousarray(np.atleast_2d(np.asarray(last.w).T))
    t = len(w)
    columns = prepare(X, y, weight, centred, False)
    model = empty_model(columns)._replace(w=w, tolerance=np.full(t, inf), iterations=np.ones(t, np.int64))
    for k in range(t):
        state = State(columns, k, to_scale(columns.p, w[k], k), model)
        state.w = np.where(columns.flat, 0.0, state.w)
        b = np.maximum(state.c, 0.0) if positive else state.c
        model.gap[k] = state.per_row(float(b @ b))
        square = state.per_row(0.5 * state.square)
        yield Step("solve", k, 0.0, 1, w[k], np.arange(columns.d), square, square, 0.0, model)
