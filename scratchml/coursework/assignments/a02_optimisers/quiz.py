"""The optimisers' quiz, from recorded descents on a parabola."""

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.optim import gradient_descent, heavy_ball


def quiz(rng):
    """Ask where the next step of gradient descent, and of momentum, is."""
    middle, curve, start = (float(v) for v in rng.integers(1, 9, size=3))

    def loss_and_gradient(w):
        return 0.5 * curve * float((w[0] - middle) ** 2), curve * (w - middle)

    rate = 0.5 / curve
    first = [start + middle]
    plain = recorded(gradient_descent(loss_and_gradient, first, step_size=rate, max_iter=3))
    heavy = recorded(heavy_ball(loss_and_gradient, first, step_size=rate, momentum=0.5, max_iter=4))
    w, slope, after = plain[1].w[0], plain[1].gradient[0], plain[2].w[0]
    before, here, there = (heavy[i].w[0] for i in range(3))
    pull = heavy[1].gradient[0]
    return [
        ask(
            rng,
            f"Gradient descent is at w = {number(w)}, the slope there is {number(slope)}, "
            f"the rate {number(rate)}. Where is it next?",
            after,
            (w + rate * slope, w - slope, middle),
            because(f"w - rate slope = {number(w)} - {number(rate)} * {number(slope)}", plain, 2),
        ),
        ask(
            rng,
            f"With momentum 0.5 it went from {number(before)} to {number(here)}, where the slope is {number(pull)}; "
            f"the rate is {number(rate)}. Where is it next?",
            there,
            (here - rate * pull, here - rate * pull - 0.5 * (here - before), here + 0.5 * (here - before)),
            because(
                f"w + momentum (w - w before) - rate slope = {number(here)} + 0.5 * {number(here - before)} "
                f"- {number(rate)} * {number(pull)}",
                heavy,
                2,
            ),
        ),
    ]
