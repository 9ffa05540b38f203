"""optim: downhill. Methods that find the w where a loss is least; every model fitted by gradients calls one of them.

Each method is one file, and all files have the same shape, so that the difference between two of them is the lesson:
a function that checks its arguments at once and returns a generator of `Step`. Watch it, record it, or run it to its
end with `minimize`::

    last = minimize(lbfgs(loss_and_gradient, w))          # loss_and_gradient(w) -> (float, array like w)
    last.w, last.loss, last.gradient_norm, last.converged, last.n_evaluations

| file | what it gives | needs | when |
| --- | --- | --- | --- |
| `gradient_descent.py` | `gradient_descent` | loss, gradient | to understand; fixed step or backtracking |
| `momentum.py` | `heavy_ball`, `nesterov` | loss, gradient | long valleys, no line search |
| `newton.py` | `newton`, `newton_direction` | the Hessian too | few weights: few, dear iterations |
| `conjugate_gradient.py` | `conjugate_gradient`, `nonlinear_conjugate_gradient` | A v; or loss, gradient | large d |
| `lbfgs.py` | `lbfgs` | loss, gradient | nearly always |
| `lbfgs_more_thuente.py` | `lbfgs_more_thuente` | loss, gradient | to walk the path of L-BFGS-B: networks |
| `coordinate_descent.py` | `coordinate_descent` | A, b | quadratic loss, penalty with kinks |
| `stochastic_gradient.py` | `stochastic_gradient`, `step_sizes` | both, of some samples | many samples, few digits |
| `saga.py` | `saga` | the same | many samples, penalty with kinks, all digits |
| `saga_linear.py` | `saga_linear` | X, y | the same for linear models, in machine code |
| `backtracking.py`, `wolfe.py` | `backtracking`, `strong_wolfe` | | the line searches |
| `more_thuente.py` | `more_thuente` | | the line search of L-BFGS-B |
| `penalties.py` | `Penalty`, and its kernels | | l1, l2, both, positive weights |
| `losses.py`, `multinomial.py` | `loss_named`, `sigmoid`, `softmax`, and kernels | | what linear models minimise |
| `exponentials.py` | `exp_of_minus`, `log_one_plus` | | for kernels: several at once |
| `objective.py`, `check.py` | `Step`, `minimize`, `check_gradient`, `check_hessian` | | shared by all |

How a method ends: the last step's ``converged`` says whether the stopping rule was met. If not, its ``name`` is
"stuck" (float64 can tell no lower point apart, or stochastic gradients found none), "diverged" (fixed step sizes only;
`minimize` turns this into an error, while the bare generator just ends, so that a plot can show it), or an ordinary
one where ``max_iter`` ran out; a ConvergenceWarning is the caller's to give. A loss that is not finite at the start is
a ValueError everywhere.

For whoever builds a linear model: predictions z = X w go through a kernel ``add_losses(code, p, z, y, weight, slope)``
(`add_log_losses` for log_loss, `add_cross_entropies` for classes), which returns the weighted sum of losses and leaves
the slopes, so that the gradient is X' slope; work block by block of rows and X is read once. Labels are -1 and +1.
`Loss.smoothness` bounds the curvature in z.
"""

from .backtracking import backtracking
from .check import check_gradient, check_hessian
from .conjugate_gradient import conjugate_gradient, nonlinear_conjugate_gradient
from .coordinate_descent import coordinate_descent
from .gradient_descent import gradient_descent
from .lbfgs import lbfgs
from .lbfgs_more_thuente import lbfgs_more_thuente
from .losses import Loss, loss_named, sigmoid
from .momentum import heavy_ball, nesterov
from .more_thuente import more_thuente
from .multinomial import softmax
from .newton import newton, newton_direction, solve_triangle
from .objective import LossAndGradient, Objective, Step, minimize
from .penalties import Penalty
from .saga import saga
from .saga_linear import saga_linear
from .stochastic_gradient import FiniteSum, step_sizes, stochastic_gradient
from .wolfe import strong_wolfe

__all__ = [
    "FiniteSum",
    "Loss",
    "LossAndGradient",
    "Objective",
    "Penalty",
    "Step",
    "backtracking",
    "check_gradient",
    "check_hessian",
    "conjugate_gradient",
    "coordinate_descent",
    "gradient_descent",
    "heavy_ball",
    "lbfgs",
    "lbfgs_more_thuente",
    "loss_named",
    "minimize",
    "more_thuente",
    "nesterov",
    "newton",
    "newton_direction",
    "nonlinear_conjugate_gradient",
    "saga",
    "saga_linear",
    "sigmoid",
    "softmax",
    "step_sizes",
    "stochastic_gradient",
    "strong_wolfe",
]


def _warmup() -> None:
    """Compile the room's kernels: called by ``scratchml warmup``."""
    import numpy as np

    X, y = np.array([[0.0, 1.0], [1.0, 0.5], [2.0, -1.0]]), np.array([-1.0, 1.0, 1.0])
    for name in ("log_loss", "multinomial", "squared_error"):
        minimize(
            saga_linear(X, np.abs(y) if name == "multinomial" else y, loss_named(name), max_iter=2, random_state=0)
        )
    minimize(coordinate_descent(X.T @ X, X.T @ y, max_iter=2))
    minimize(saga(lambda rows, w: (float(w @ w), 2 * w), [1.0, 2.0], 2, step_size=0.1, max_iter=1))
    minimize(conjugate_gradient(lambda v: 2.0 * v, [1.0, 2.0], max_iter=2))
    minimize(newton(lambda w: (float(w @ w), 2 * w), [1.0, 2.0], lambda w: 2 * np.eye(2), max_iter=2))
    solve_triangle(np.eye(2), np.eye(2))
    for name in ("huber", "log_loss"):
        loss = loss_named(name)
        loss.values(y, y), loss.slopes(y, y), loss.curvatures(y, y), loss.total(y, y, y, np.empty(3))
    sigmoid(y), softmax(X)
