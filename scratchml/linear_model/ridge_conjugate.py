"""Ridge regression by conjugate gradients: nothing is stored beside X, and few passes over it are made.

Idea
----
The equations of ridge regression can be solved without ever writing down X'X: it is enough to know what X'X makes of a
vector, and that takes two passes of a product. `optim/conjugate_gradient.py` needs no more. The ridge helps: it
bounds the condition number, hence the number of iterations.

Maths
-----
With c_f^2 = |x_f|^2 + alpha and u = C w (so that units of measurement do not matter)::

    A u = C^-1 (X'(X C^-1 u) + alpha C^-1 u) = C^-1 X'y

Iterations: about sqrt(condition number of A) times the number of digits wanted over two.

Cost
----
One pass over X, 4 n d operations, for each iteration and target; a few vectors of length d.

Differences
-----------
From scikit-learn's sparse_cg: columns are scaled, and the primal system is solved for n < d, too.

References
----------
Hestenes, Stiefel (1952), J. Res. NBS 49. Bjorck (1996), "Numerical methods for least squares problems", 7.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np

from ..core.typing import FloatArray
from ..optim import conjugate_gradient
from .factorisations import varying_columns
from .problem import Moments, Problem, in_units, times_gram
from .refinement import lengths

S = TypeVar("S", bound=Any)


def conjugate_steps(p: Problem, found: Moments, step: S, max_iter: int, tol: float) -> Iterator[S]:
    """Yield a step "iterate" after each iteration, one target after the other.

    Its `change` is the largest entry of the gradient, beside the largest at w = 0; the worst of the targets at the end.
    """
    (d, t), length = found.moment.shape, lengths(p, found)
    columns, *_ = varying_columns(found)  # the others get weight 0
    inverse = np.zeros(d)
    inverse[columns] = 1.0 / length[columns]
    w, n_iter, worst = np.zeros((d, t)), np.zeros(t), 0.0

    def product(u: FloatArray) -> FloatArray:
        return inverse * times_gram(p, found, (inverse * u)[:, None])[:, 0]

    for k in range(t):
        b = inverse * found.moment[:, k]
        top = float(np.abs(b).max())
        last_change = 0.0
        for found_k in conjugate_gradient(product, b, max_iter=max_iter, tol=tol * top):
            w[:, k], n_iter[k] = inverse * found_k.w, found_k.iteration
            last_change = found_k.gradient_norm / top if top > 0.0 else 0.0
            shown, intercept = in_units(p, w, found.mean_y - found.mean_x @ w)
            yield step._replace(
                name="iterate", w=shown, intercept=intercept, change=last_change, solver="sparse_cg", n_iter=n_iter
            )
        worst = max(worst, last_change)
    yield step._replace(name="solve", w=shown, intercept=intercept, change=worst, solver="sparse_cg", n_iter=n_iter)
