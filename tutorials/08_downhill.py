# %% [markdown]
# # Downhill: seven ways into one valley
#
# Fitting a model mostly means: find the weights w where a loss is least. All you can ask is how high you stand and
# which way is up (the gradient). You see the ground under your feet, never the valley. Seven methods of
# `scratchml/optim` make something different of the same two answers. Here they race, on a surface so small that it can
# be drawn.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.optim import (
    Objective,
    check_gradient,
    conjugate_gradient,
    gradient_descent,
    heavy_ball,
    lbfgs,
    minimize,
    nesterov,
    newton,
    nonlinear_conjugate_gradient,
)

# %% [markdown]
# ## 1. The picture
#
# A line through six points has two weights, slope and intercept. Every point (slope, intercept) of the plane is a
# line, and its height is the line's loss: half the mean of the squared misses. (`02_least_squares.py` knows the answer
# by a formula: slope 0.5, intercept 1. Here we pretend not to.)

# %%
x = np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.0])
y = np.array([1.0, 2.0, 4.0, 2.0, 4.0, 5.0])


def loss_and_gradient(w):
    """Return the loss of the line w = (slope, intercept), and its derivatives by the two."""
    miss = w[0] * x + w[1] - y
    return float(miss @ miss) / 12, np.array([x @ miss, miss.sum()]) / 6


assert check_gradient(loss_and_gradient, [0.3, -2.0]) < 1e-9  # compared with differences of the loss itself

# %% [markdown]
# The ground is curved: walk along some direction, and the slope changes. The second derivatives tell how fast. They
# are the *Hessian*, the same everywhere, because this loss is a parabola in every direction. Its eigenvalues are the
# least and the largest curvature there are, m and L: along the valley, and straight up its wall.

# %%
hessian = np.array([[x @ x / 6, x.mean()], [x.mean(), 1.0]])
moment = np.array([x @ y / 6, y.mean()])
m, L = np.linalg.eigvalsh(hessian)
print(f"curvature along the valley m = {m:.2f}, across it L = {L:.2f}: the wall is {L / m:.0f} times as curved")

start, answer, least = np.array([-1.0, 4.0]), np.array([0.5, 1.0]), 5 / 12
common = {"max_iter": 2000, "tol": 1e-8}
share = np.sqrt(m / L)
race = {
    "gradient descent, step 1/L": gradient_descent(loss_and_gradient, start, step_size=1 / L, **common),
    "gradient descent, backtracking": gradient_descent(loss_and_gradient, start, **common),
    "heavy ball": heavy_ball(loss_and_gradient, start, step_size=1 / L, momentum=(1 - share) ** 2, **common),
    "Nesterov": nesterov(loss_and_gradient, start, step_size=1 / L, momentum=(1 - share) / (1 + share), **common),
    "conjugate gradient": conjugate_gradient(lambda v: hessian @ v, moment, start, **common),
    "L-BFGS": lbfgs(loss_and_gradient, start, **common),
    "Newton": newton(loss_and_gradient, start, lambda w: hessian, **common),
    "gradient descent, step 2.1/L": gradient_descent(loss_and_gradient, start, step_size=2.1 / L, max_iter=60),
}
paths = {name: record(steps) for name, steps in race.items()}
colors = dict(zip(paths, ["#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#0072B2", "#000000", "#666666", "#D55E00"]))
marks = dict(zip(paths, "osD^vXP*"))

slopes, intercepts = np.meshgrid(np.linspace(-1.6, 2.2, 120), np.linspace(-0.6, 5.0, 120))
heights = ((slopes[..., None] * x + intercepts[..., None] - y) ** 2).mean(axis=-1) / 2 - least
fig, boxes = plt.subplots(2, 4, figsize=(13, 6.4), layout="constrained", sharex=True, sharey=True)
for box, (name, path) in zip(boxes.flat, paths.items()):
    walked = np.array([step.w for step in (path if path[-1].converged else path[:11])])
    box.contour(slopes, intercepts, heights, levels=10.0 ** np.arange(-2, 2.1, 0.25), colors="#BBBBBB", linewidths=0.6)
    box.plot(*walked.T, marks[name] + "-", color=colors[name], markersize=3, linewidth=1)
    box.plot(*answer, "+", color="black", markersize=12)
    box.set(xlim=(-1.6, 2.2), ylim=(-0.6, 5.0))
    box.set_title(
        f"{name}\n{path[-1].n_evaluations} evaluations" + ("" if path[-1].converged else ", not there"), fontsize=10
    )
fig.supxlabel("slope")
fig.supylabel("intercept")
plt.show()
plt.close(fig)
for name, path in paths.items():
    print(
        f"{name:32} {len(path) - 1:5} iterations, {path[-1].n_evaluations:5} evaluations, ends at {path[-1].w.round(6)}"
    )
assert all(path[-1].converged == (name != "gradient descent, step 2.1/L") for name, path in paths.items())

# %% [markdown]
# All start at (-1, 4), upper left, and look for the cross. Plain descent falls into the valley at once, and then
# creeps, because along the valley the gradient is small. Backtracking takes longer steps and bounces between the
# walls. The heavy ball keeps some of its speed: it swings from wall to wall, and meanwhile gathers speed along the
# floor. Nesterov's ball looks ahead and brakes in time. Conjugate gradient needs two steps, Newton one: they are told
# the curvature. L-BFGS learns it on the way. The last one was told to fail (its first ten steps are drawn); section 5
# says why it does.
#
# ## 2. By hand on six points
#
# Start at w = (0, 0), the line y = 0. It misses each point by -y.
#
# | x | 1 | 2 | 3 | 5 | 6 | 7 | sum |
# | --- | --- | --- | --- | --- | --- | --- | --- |
# | y | 1 | 2 | 4 | 2 | 4 | 5 | 18 |
# | x y | 1 | 4 | 12 | 10 | 24 | 35 | 86 |
# | y^2 | 1 | 4 | 16 | 4 | 16 | 25 | 66 |
# | x^2 | 1 | 4 | 9 | 25 | 36 | 49 | 124 |
#
# The loss is 66 / 12 = 5.5. Its derivative by the slope is the mean of x times miss, by the intercept the mean miss:
# the gradient is (-86, -18) / 6 = (-14.33, -3).
#
# *Gradient descent* with step 0.06 goes to (0.86, 0.18). *Newton* asks where the gradient would be 0, if it goes on
# changing as the Hessian says: hessian * direction = -gradient, or, times six,
#
#     124 d_slope + 24 d_intercept = 86
#      24 d_slope +  6 d_intercept = 18        d_slope = (86 * 6 - 24 * 18) / (124 * 6 - 24 * 24) = 84 / 168
#
# so the direction is (0.5, 1), and the first jump lands on the answer.

# %%
loss, gradient = loss_and_gradient(np.zeros(2))
assert loss == 5.5
assert np.allclose(6 * gradient, [-86, -18])
first_step = record(gradient_descent(loss_and_gradient, np.zeros(2), step_size=0.06, max_iter=1))[-1]
jump = record(newton(loss_and_gradient, np.zeros(2), lambda w: hessian))[1]
print("gradient descent goes to", first_step.w, "- Newton goes to", jump.w)
assert np.allclose(first_step.w, [0.86, 0.18])
assert np.allclose(jump.w, [0.5, 1.0])

# %% [markdown]
# ## 3. The kernel in the debugger
#
# Two places where a `breakpoint()` teaches most. First `backtracking`: how long may the step be? Try one twice as long
# as the last one taken; while the loss does not fall by a fair share of what the slope promised, shorten it. A tracer
# stands in for you and writes down each trial in the first two iterations of gradient descent.


# %%
def watch(function, names, work):
    """Run `work`; return what the variables `names` of a function were, each time the last of them changed."""
    seen = []

    def write_down(frame, event, argument):
        if frame.f_code.co_name != function:
            return None
        known = frame.f_locals
        if all(name in known for name in names):
            values = tuple(np.array(known[name], dtype=float).tolist() for name in names)
            if not seen or seen[-1][-1] != values[-1]:
                seen.append(values)
        return write_down

    before = sys.gettrace()
    sys.settrace(write_down)
    try:
        work()
    finally:
        sys.settrace(before)
    return seen


def two_iterations():
    return record(gradient_descent(loss_and_gradient, start, max_iter=2))


trials = watch("backtracking", ["step", "loss"], two_iterations)
taken = [step.loss for step in two_iterations()]
print(f"the loss at the start is {taken[0]:.4f}")
for step_size, found in trials:
    print(
        f"try step {step_size:.4f}: loss {found:.4f} {'taken' if found in taken else 'no lower than before: shorten'}"
    )
assert len(trials) > 2
assert trials[-1][1] == taken[-1] < taken[-2] < taken[0]

# %% [markdown]
# Second, a kernel: Newton's equations are solved by `solve_triangles` in `scratchml/optim/newton.py`, machine code
# when it runs, plain Python here. The Hessian is L L' with L lower triangular (the file's name for it, not the
# curvature L); go down L, then up L'. `b` starts as the (negative, scaled) gradient and becomes the direction, one
# number at a time.

# %%
with plain_python():
    numbers = watch("solve_triangles", ["b"], lambda: record(newton(loss_and_gradient, start, lambda w: hessian)))
    plain = record(newton(loss_and_gradient, start, lambda w: hessian))
for (b,) in numbers:
    print("b =", np.round(b, 4))
scale = np.sqrt(hessian.diagonal())  # Newton divides each weight by this first, so that units do not matter
assert np.allclose(start + numbers[-1][0] / scale, answer)
assert (plain[-1].w == paths["Newton"][-1].w).all()  # the same bits as machine code

# %% [markdown]
# ## 4. Watch the steps
#
# Every method is a generator of the same `Step` (w, loss, gradient, evaluations so far), so one loop draws them all.
# Height above the answer, on a logarithmic axis: a straight line means that each iteration takes off the same share.

# %%
fig, box = plt.subplots(figsize=(11, 4.4), layout="constrained")
for name, path in paths.items():
    left_out = 5.5 if name == "conjugate gradient" else 0.0  # its loss is w'Hw / 2 - moment'w, without the 66 / 12
    above = [step.loss + left_out - least for step in path]
    evaluations = [step.n_evaluations for step in path]
    box.semilogy(evaluations, np.maximum(above, 1e-16), marks[name] + "-", color=colors[name], label=name, markersize=3)
box.set(xlim=(0, 130), ylim=(1e-14, 1e5), xlabel="evaluations of loss and gradient", ylabel="loss - least loss")
box.set_title("the race (for conjugate gradient: products with the Hessian)")
box.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()
plt.close(fig)


def shrinkage(name, first, last):
    """Return by how much the distance to the answer shrank per iteration, on average between two iterations."""
    far, near = (np.linalg.norm(paths[name][t].w - answer) for t in (first, last))
    return (near / far) ** (1 / (last - first))


plain_keeps, ball_keeps = shrinkage("gradient descent, step 1/L", 5, 100), shrinkage("heavy ball", 10, 80)
print(f"of the distance, gradient descent keeps {plain_keeps:.4f}; by theory 1 - m/L = {1 - m / L:.4f}")
print(f"the heavy ball keeps {ball_keeps:.4f}; by theory, in the long run, 1 - sqrt(m/L) = {1 - share:.4f}")
assert np.isclose(plain_keeps, 1 - m / L, rtol=1e-6)
assert abs(ball_keeps - (1 - share)) < 0.05

# %% [markdown]
# Momentum turns m/L into its square root: at L = 100 m, ten iterations where plain descent needs a hundred. The price
# is that the loss may rise on the way; and step and momentum were computed from m and L, which in earnest nobody
# knows. Backtracking and L-BFGS need to know neither, and L-BFGS is fast: many programs use it unless told otherwise.

# %%
assert len(paths["conjugate gradient"]) - 1 == 2  # as many steps as weights, on a parabola
assert len(paths["Newton"]) - 1 == 1
assert paths["L-BFGS"][-1].n_evaluations < 30 < paths["heavy ball"][-1].n_evaluations
slow = paths["gradient descent, step 1/L"]
assert (np.diff([step.loss for step in slow]) <= 1e-15).all()  # plain descent never rises (but for rounding)

# %% [markdown]
# ## 5. Break it
#
# **Too long a step.** Why 2/L? Measure the error w - answer along the two directions of the valley. The gradient along
# a direction of curvature c is c times the error, so a step of gradient descent turns
#
#     error   into   error - step c error = (1 - step c) error
#
# Along the wall c = L: with step = 1/L the error is gone at once, with 2/L it only changes sign, and beyond it grows.
# Along the floor c = m: the factor is nearly 1, whatever we do. One step size must serve both, and the best compromise
# is 2 / (L + m), where both factors are as large: (L - m) / (L + m) = 0.98.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
sizes = np.linspace(0, 2.3, 200) / L
left.plot(sizes * L, np.abs(1 - sizes * L), color="#0072B2", label="along the wall, |1 - step L|")
left.plot(sizes * L, np.abs(1 - sizes * m), color="#E69F00", label="along the floor, |1 - step m|")
left.axhline(1, color="black", linewidth=0.8)
left.axvline(2, color="#D55E00", linestyle="--", label="step = 2/L")
left.set(xlabel="step times L", ylabel="what is left of the error", title="one step of gradient descent")
left.legend(fontsize=8)
for factor, color, mark in [(0.5, "#56B4E9", "s"), (1.0, "#E69F00", "o"), (2.0, "#666666", "^"), (2.1, "#D55E00", "*")]:
    path = record(gradient_descent(loss_and_gradient, start, step_size=factor / L, max_iter=40))
    right.semilogy(
        [step.loss - least for step in path], mark + "-", color=color, markersize=3, label=f"step {factor}/L"
    )
right.set(xlabel="iteration", ylabel="loss - least loss", title="four step sizes")
right.legend(fontsize=8)
plt.show()
plt.close(fig)

steep = np.linalg.eigh(hessian)[1][:, 1]  # the direction straight up the wall
errors = [(step.w - answer) @ steep for step in paths["gradient descent, step 2.1/L"][:10]]
print("error along the wall, step by step:", np.round(errors, 2))
assert np.allclose(np.array(errors[1:]) / errors[:-1], 1 - 2.1)

# %% [markdown]
# Run on, the loss leaves the numbers that a computer has. The bare generator just ends there, so that it can be drawn;
# `minimize`, which everybody else should call, makes an error of it.

# %%
too_long = {"step_size": 2.1 / L, "max_iter": 100_000}
last = record(gradient_descent(loss_and_gradient, start, **too_long), every=100_000)[-1]
assert last.name == "diverged"
try:
    minimize(gradient_descent(loss_and_gradient, start, **too_long))
except ValueError as error:
    print(error)
else:
    raise AssertionError("this should have been refused")

# %% [markdown]
# **Mend the surface, not the method.** Why is the valley so narrow? Because x is not scaled: its mean, 4, ties slope
# and intercept together. Scale x first (`01_scaling.py`), and the valley is a round bowl: m = L = 1, and plain descent
# is there in one step.

# %%
z = (x - x.mean()) / x.std()


def scaled_loss_and_gradient(w):
    miss = w[0] * z + w[1] - y
    return float(miss @ miss) / 12, np.array([z @ miss, miss.sum()]) / 6


last = minimize(gradient_descent(scaled_loss_and_gradient, start, step_size=1.0, tol=1e-8))
print("after scaling:", last.iteration, "iteration; slope in the old units", last.w[0] / x.std())
assert last.iteration <= 2  # one, and perhaps another for what rounding left
assert np.isclose(last.w[0] / x.std(), 0.5)

# %% [markdown]
# **No parabola.** On the six points Newton and conjugate gradient look like magic, because there the curvature is the
# same everywhere. In Rosenbrock's valley it is not, and the floor is bent like a banana. (Conjugate gradient is here
# the variant with a line search, for losses of any shape.)


# %%
def banana(w):
    a, b = 1 - w[0], w[1] - w[0] ** 2
    return float(a**2 + 100 * b**2), np.array([-2 * a - 400 * w[0] * b, 200 * b])


def banana_hessian(w):
    return np.array([[2 - 400 * (w[1] - 3 * w[0] ** 2), -400 * w[0]], [-400 * w[0], 200.0]])


far = np.array([-1.2, 1.0])
bent = {
    "gradient descent, backtracking": gradient_descent(banana, far, max_iter=50_000),
    "conjugate gradient": nonlinear_conjugate_gradient(banana, far),
    "L-BFGS": lbfgs(banana, far),
    "Newton": newton(banana, far, banana_hessian),
}
horizontal, vertical = np.meshgrid(np.linspace(-1.7, 1.5, 150), np.linspace(-0.7, 2.2, 150))
fig, boxes = plt.subplots(1, 4, figsize=(13, 3.6), layout="constrained", sharey=True)
for box, (name, steps) in zip(boxes, bent.items()):
    path = record(steps)
    heights = (1 - horizontal) ** 2 + 100 * (vertical - horizontal**2) ** 2
    box.contour(horizontal, vertical, heights, levels=10.0 ** np.arange(-1, 4, 0.5), colors="#BBBBBB", linewidths=0.8)
    box.plot(*np.array([step.w for step in path]).T, marks[name] + "-", color=colors[name], markersize=4, linewidth=1)
    box.plot(1, 1, "+", color="black", markersize=12)
    box.set(xlim=(-1.7, 1.5), ylim=(-0.7, 2.2), xlabel="w[0]")
    box.set_title(f"{name}\n{path[-1].n_evaluations} evaluations", fontsize=10)
    bent[name] = path[-1]
boxes[0].set_ylabel("w[1]")
plt.show()
plt.close(fig)
assert all(last.converged for last in bent.values())
counts = {name: last.n_evaluations for name, last in bent.items()}
print(counts)
assert (
    max(counts["L-BFGS"], counts["Newton"], counts["conjugate gradient"]) * 20
    < counts["gradient descent, backtracking"]
)

# %% [markdown]
# **A saddle.** "The gradient is 0" does not mean "this is a minimum". On this surface the ground falls to both sides
# of a ridge, w[1] = 0. Started exactly on the ridge, nobody who looks at the gradient alone learns of the valleys
# beside it. A little beside it, Newton meets a Hessian that is no bowl, and bends it into one; its steps are called
# "damped".


# %%
def ridge(w):
    return float(w[0] ** 2 / 2 - w[1] ** 2 / 2 + w[1] ** 4 / 4), np.array([w[0], w[1] ** 3 - w[1]])


def ridge_hessian(w):
    return np.diag([1.0, 3 * w[1] ** 2 - 1])


on_ridge = minimize(gradient_descent(ridge, [1.0, 0.0]))
beside = record(newton(ridge, [1.0, 0.1], ridge_hessian))
print("on the ridge:", on_ridge.w, "- curvatures there", np.linalg.eigvalsh(ridge_hessian(on_ridge.w)))
print("beside it:   ", beside[-1].w.round(6), [step.name for step in beside])
assert on_ridge.converged
assert on_ridge.w[1] == 0
assert "damped" in [step.name for step in beside]
assert np.allclose(beside[-1].w, [0, 1], atol=1e-5)

# %% [markdown]
# ## 6. Exercise
#
# Barzilai and Borwein (1988) changed one line of gradient descent. After a move s = w - w_before, along which the
# gradient changed by g = gradient - gradient_before, take as the next step size
#
#     step = s's / s'g
#
# 1. Write it as a generator of steps, and race it. (`Objective` counts evaluations and makes the steps: `start`, then
#    `update`, see `help(Objective)`; let the first step size be 0.5/L.)
# 2. On a parabola g = hessian * s. What is s's / s'g, then? Between which two numbers does it lie? Compare with 2/L.
# 3. Does the loss always fall?
#
# Solution below.


# %%
def barzilai_borwein(loss_and_gradient, w, *, step_size, max_iter=1000, tol=1e-5):
    objective, w, gradient = Objective(loss_and_gradient), np.array(w, dtype=float), np.empty(len(w))
    step = objective.start(w, gradient, tol)
    yield step
    while not step.converged and step.iteration < max_iter and step.name != "diverged":
        w_before, gradient_before = w.copy(), gradient.copy()
        w -= step_size * gradient
        step = objective.update("update", step, w, objective(w, gradient), gradient, step_size, tol)
        yield step
        s, g = w - w_before, gradient - gradient_before
        step_size = (s @ s) / (s @ g)


path = record(barzilai_borwein(loss_and_gradient, start, step_size=0.5 / L, tol=1e-8))
print(f"{path[-1].n_evaluations} evaluations, against {slow[-1].n_evaluations} of gradient descent with step 1/L")
for step in path:
    print(f"step size {step.step_size * L:6.2f}/L: loss - least loss {step.loss - least:9.6f}")
assert path[-1].converged
assert path[-1].n_evaluations < slow[-1].n_evaluations / 20
assert all(1 - 1e-6 < step.step_size * L < (L / m) * (1 + 1e-6) for step in path[2:])
assert np.diff([step.loss for step in path]).max() > 0.1

# %% [markdown]
# 2. s's / s'(hessian s) is one over the curvature along s: between 1/L and 1/m. Some are far beyond 2/L, where a fixed
#    step would diverge.
# 3. No. A long step wipes out the error along the floor and enlarges the error along the wall: the loss jumps up. But
#    the next step has seen the wall's curvature, is short, and takes that away.
