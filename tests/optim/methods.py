"""Every method that goes down a smooth loss, called in the same way: ``METHODS[name](f, w, hessian, **how)``."""

from scratchml.optim import (
    gradient_descent,
    heavy_ball,
    lbfgs,
    nesterov,
    newton,
    nonlinear_conjugate_gradient,
)

LINE_SEARCHES = {  # each step goes down
    "gradient_descent": lambda f, w, hessian, **how: gradient_descent(f, w, **how),
    "newton": lambda f, w, hessian, **how: newton(f, w, hessian, **how),
    "nonlinear_conjugate_gradient": lambda f, w, hessian, **how: nonlinear_conjugate_gradient(f, w, **how),
    "lbfgs": lambda f, w, hessian, **how: lbfgs(f, w, **how),
}
FIXED_STEPS = {  # right for curvatures up to 10
    "fixed": lambda f, w, hessian, step_size=0.1, **how: gradient_descent(f, w, step_size=step_size, **how),
    "heavy_ball": lambda f, w, hessian, step_size=0.1, **how: heavy_ball(f, w, step_size=step_size, **how),
    "nesterov": lambda f, w, hessian, step_size=0.1, **how: nesterov(f, w, step_size=step_size, **how),
}
METHODS = {**LINE_SEARCHES, **FIXED_STEPS}
