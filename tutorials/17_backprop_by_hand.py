# %% [markdown]
# # Backpropagation by hand
#
# A network learns by asking of each of its weights: if I made you a little larger, would the loss rise or fall, and how
# fast? That number is the weight's *slope*. Backpropagation finds all of them in one walk from the loss back to the
# weights, for about the price of two predictions. Nothing in it is deeper than the chain rule. To see that, take a
# network so small that every number fits on paper.
#
# Six beats: the picture; by hand; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import math
import sys

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.neural_network import SGD, Adam, MLPClassifier, Momentum, RMSprop, Tensor
from scratchml.neural_network.forward_backward import Network, Rows
from scratchml.viz import (
    draw_graph,
    draw_layer,
    draw_loss_surface,
    draw_update_ratios,
    draw_weight_plane,
    walk_downhill,
)

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"  # told apart by colour-blind eyes, too

# %% [markdown]
# ## 1. The picture
#
# Two inputs, two hidden units with a sigmoid each, one output. The weights are chosen so that the sigmoids meet
# numbers we know: sigmoid(0) = 1/2 and sigmoid(ln 3) = 3/4. The row is x = (1, 2), its target y = 3.
#
# Each box is a number. It has the *value* it got going forward (black) and the loss's *slope* in it, found going
# backward (orange). Read it from left to right for the values, then from right to left for the slopes.


# %%
def leaf(value):
    return Tensor(value, requires_grad=True)


x1, x2, y = leaf(1.0), leaf(2.0), 3.0
w11, w21, b1 = leaf(2.0), leaf(-1.0), leaf(0.0)  # into hidden unit 1: from x1, from x2, bias
w12, w22, b2 = leaf(-2.0), leaf(1.0), leaf(math.log(3.0))  # into hidden unit 2
v1, v2, c = leaf(4.0), leaf(-4.0), leaf(2.0)  # into the output

h1 = (x1 * w11 + x2 * w21 + b1).sigmoid()
h2 = (x1 * w12 + x2 * w22 + b2).sigmoid()
p = h1 * v1 + h2 * v2 + c
loss = (p - y) ** 2 * 0.5

names = {"x1": x1, "x2": x2, "w11": w11, "w21": w21, "b1": b1, "w12": w12, "w22": w22, "b2": b2}
names |= {"v1": v1, "v2": v2, "c": c, "h1": h1, "h2": h2, "p": p, "loss": loss}
fig, axes = plt.subplots(figsize=(14, 7), layout="constrained")
draw_graph(loss, names, ax=axes)
plt.show()
plt.close(fig)

# %% [markdown]
# ## 2. By hand
#
# Forward:
#
# | | sum | value |
# | --- | --- | --- |
# | h1 | 1 * 2 + 2 * (-1) + 0 = 0 | 1/2 |
# | h2 | 1 * (-2) + 2 * 1 + ln 3 = ln 3 | 3/4 |
# | p | 1/2 * 4 + 3/4 * (-4) + 2 | 1 |
# | loss | (1 - 3)^2 / 2 | 2 |
#
# Backward, with three rules. *A sum* hands its slope on to each part as it is. *A product* hands it on to each factor
# times the other factor. *A sigmoid* hands it on times h (1 - h), so h1 times 1/4 and h2 times 3/16. Where a number was
# used twice, what comes back is added.
#
# | slope in | | |
# | --- | --- | --- |
# | p | p - y | -2 |
# | v1, v2, c | -2 * 1/2, -2 * 3/4, -2 | -1, -1.5, -2 |
# | h1, h2 | -2 * 4, -2 * (-4) | -8, 8 |
# | their sums | -8 * 1/4, 8 * 3/16 | -2, 1.5 |
# | w11, w21, b1 | -2 * 1, -2 * 2, -2 | -2, -4, -2 |
# | w12, w22, b2 | 1.5 * 1, 1.5 * 2, 1.5 | 1.5, 3, 1.5 |
# | x1 | -2 * 2 + 1.5 * (-2) | -7 |
#
# So to lower the loss, raise v1 (its slope is below 0) and lower w22. `backward` walks the same graph:

# %%
loss.backward()
by_hand = {"v1": -1, "v2": -1.5, "c": -2, "w11": -2, "w21": -4, "b1": -2, "w12": 1.5, "w22": 3, "b2": 1.5, "x1": -7}
for name, slope in by_hand.items():
    print(f"{name:4s} by hand {slope:5.2f}, by autograd {names[name].grad:5.2f}")
    assert math.isclose(names[name].grad, slope, rel_tol=1e-12)
assert math.isclose(loss.value, 2.0, rel_tol=1e-12)

# %% [markdown]
# ## 3. The kernel in the debugger
#
# A library does not walk from number to number. It has two matrices of weights, and does for all rows and units at once
# what you have just done: `scratchml/neural_network/forward_backward.py`. The slopes of a layer's weights are one
# product, (values that came in)' times (slopes in its sums). `plain_python()` runs the kernels as plain Python: put
# `breakpoint()` into `back_through_logistic` in `activations.py` and look at A and D. Here a tracer does it for us.

# %%
network = Network([2, 2, 1], "logistic", "squared_error")
W, V = np.array([[2.0, -2.0], [-1.0, 1.0]]), np.array([[4.0], [-4.0]])
network.set_weights([W, V], [np.array([0.0, math.log(3.0)]), np.array([2.0])])
row = Rows(np.array([[1.0, 2.0]]), np.array([[3.0]]), np.ones(1), False)


def look(frame, event, argument):
    if event == "call" and frame.f_code.co_name == "back_through_logistic":
        print(
            "back_through_logistic gets the values", frame.f_locals["A"], "and the slopes in them", frame.f_locals["D"]
        )


before = sys.gettrace()
with plain_python():
    sys.settrace(look)
    try:
        found = network.loss_and_gradient(row.X, np.array([0]), row, 0.0)
    finally:
        sys.settrace(before)
print("slopes of the hidden layer's weights", *network.coef_slopes[0])
assert math.isclose(found, 2.0)
np.testing.assert_allclose(network.coef_slopes[0], [[-2.0, 1.5], [-4.0, 3.0]], rtol=1e-12)
np.testing.assert_allclose(network.coef_slopes[1], [[-1.0], [-1.5]], rtol=1e-12)
np.testing.assert_allclose(network.intercept_slopes[0], [-2.0, 1.5], rtol=1e-12)

# %% [markdown]
# There is a third way, which knows no calculus: move a weight a little to both sides, look at the loss each time, and
# divide (*finite differences*). It costs two predictions for every single weight, too slow to train by, but it is how
# every gradient in this library is tested. How little is a little? Too large a step and the loss bends in between; too
# small, and the two losses agree in nearly all of their digits. The error falls as h^2, then rises as 1 / h.


# %%
def differences(objective, w, h):
    """Return the slopes of a function of w (p,) by finite differences."""
    slopes = np.empty_like(w)
    for i in range(len(w)):
        step = np.zeros_like(w)
        step[i] = h
        slopes[i] = (objective(w + step) - objective(w - step)) / (2 * h)
    return slopes


def objective(w):
    network.w[:] = w
    return network.loss_and_gradient(row.X, np.array([0]), row, 0.0)


here = network.w.copy()
objective(here)
exact = network.gradient.copy()
steps = 10.0 ** np.arange(-12, 0.5, 0.5)
errors = [np.abs(differences(objective, here, h) - exact).max() / np.abs(exact).max() for h in steps]
fig, axes = plt.subplots(figsize=(6, 3.2), layout="constrained")
axes.loglog(steps, errors, "o-", color=BLUE, label="finite differences")
axes.loglog(steps[10:], errors[-7] * (steps[10:] / steps[-7]) ** 2, "--", color=ORANGE, label="h^2")
axes.set(xlabel="step h", ylabel="largest relative error")
axes.legend()
plt.show()
plt.close(fig)
assert min(errors) < 1e-9
assert errors[0] > 1e3 * min(errors)
assert errors[-1] > 1e3 * min(errors)

# %% [markdown]
# ## 4. Watch the steps
#
# Knowing the slopes, how far shall we go? *Gradient descent* goes a fixed share of the slope. In a valley that is steep
# across and flat along, it bounces between the walls. Momentum rolls, RMSprop gives each weight a rate of its own, Adam
# does both. Who wins depends on the rates: here RMSprop, at about 0.02 a move, does not come far in 120 moves. All
# start at the cross; the star is the goal. This valley is Rosenbrock's.


# %%
def valley(a, b):
    return (1 - a) ** 2 + 20 * (b - a * a) ** 2


def valley_slopes(w):
    a, b = w
    return np.array([-2 * (1 - a) - 80 * a * (b - a * a), 40 * (b - a * a)])


racers = {"SGD": SGD(0.008), "Momentum": Momentum(0.004), "RMSprop": RMSprop(0.02), "Adam": Adam(0.1)}
paths = {name: walk_downhill(o, valley_slopes, [-1.2, 1.8], steps=120) for name, o in racers.items()}
fig, axes = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
draw_loss_surface(valley, paths, x_range=(-1.8, 1.6), y_range=(-0.8, 2.4), lowest=(1, 1), ax=axes[0])
for (name, path), colour in zip(paths.items(), ["#0072B2", "#E69F00", "#009E73", "#CC79A7"]):
    axes[1].semilogy([valley(*w) for w in path], color=colour, label=name)
axes[1].set(xlabel="move", ylabel="loss")
axes[1].legend()
plt.show()
plt.close(fig)
ends = {name: valley(*path[-1]) for name, path in paths.items()}
print({name: f"{end:.2g}" for name, end in ends.items()})
assert ends["Momentum"] < ends["SGD"]
assert ends["Adam"] < ends["SGD"]

# %% [markdown]
# Now a network in training: two spirals, two hidden layers. Its steps show, batch by batch, the values of each layer,
# the slopes in them, and how far the weights moved. Healthy: values spread out, neither all 0 nor all at the ends;
# moves of about a thousandth (dashed) to a few hundredths of the weights. The last picture is the plane in which the
# weights moved most, from the cross to the ring, with the loss on it.

# %%
rng = np.random.default_rng(0)
angle = rng.uniform(0.5, 3.0, 400) * math.pi
side = np.arange(400) % 2
X = np.column_stack([np.cos(angle + side * math.pi), np.sin(angle + side * math.pi)]) * angle[:, None] / 5
X += rng.normal(scale=0.03, size=X.shape)
model = MLPClassifier((24, 12), "tanh", learning_rate_init=0.01, batch_size=100, max_iter=400, tol=1e-3, random_state=0)
epochs = [step for step in record(model.steps(X, side)) if step.name == "epoch"]
model.fit(X, side)
fig, axes = plt.subplots(2, 2, figsize=(11, 8), layout="constrained")
draw_layer(epochs, 0, ax=axes[0, 0])
draw_layer(epochs, 1, what="slopes", ax=axes[0, 1])
draw_update_ratios(epochs, ax=axes[1, 0])
draw_weight_plane(model, X, side, epochs, ax=axes[1, 1])
plt.show()
plt.close(fig)
print(f"loss {epochs[0].loss:.2f} at first, {epochs[-1].loss:.4f} at last")
assert epochs[-1].loss < 0.1 * epochs[0].loss

# %% [markdown]
# ## 5. Break it
#
# *A sign.* The slope of tanh is 1 - t^2. Written as 1 + t^2 the program still runs, and the loss may even fall. Finite
# differences see it at once.


# %%
def wrong_tanh(z):
    t = np.tanh(z.value)
    return Tensor.result(t, (z, lambda s: s * (1.0 + t * t)))


at = np.array([0.3, -1.2, 0.8])
checked = {}
for name, bend in {"tanh": Tensor.tanh, "wrong tanh": wrong_tanh}.items():
    z = leaf(at)
    (bend(z) * np.array([1.0, 2.0, 3.0])).sum().backward()
    expected = differences(lambda w: float((np.tanh(w) * np.array([1.0, 2.0, 3.0])).sum()), at, 1e-5)
    checked[name] = np.abs(z.grad - expected).max() / np.abs(expected).max()
print({name: f"{error:.1e}" for name, error in checked.items()})
assert checked["tanh"] < 1e-6
assert checked["wrong tanh"] > 0.1

# %% [markdown]
# *A sum for a mean.* Forget to divide the slopes by the number of rows, and the same learning rate that served 20 rows
# is a hundred times too large for 2000. It is among the most frequent faults of hand-written networks.

# %%
ended = {}
for n in (20, 2000):
    column = np.random.default_rng(n).normal(size=n)
    for kind, divisor in {"mean": n, "sum": 1}.items():
        w = 0.0
        for _ in range(30):
            w -= 0.05 * float(column @ (column * w - 3 * column)) / divisor
            if abs(w) > 1e6:
                break
        ended[kind, n] = w
        print(f"{n:5d} rows, slopes by {kind:4s}: w = {w:.3g}, wanted 3")
assert abs(ended["sum", 20] - 3) < 0.1
assert abs(ended["mean", 2000] - 3) < abs(0 - 3)
assert abs(ended["sum", 2000]) > 1e6

# %% [markdown]
# *Saturated sigmoids.* A sigmoid hands on at most 1/4 of its slope, h (1 - h). In six layers little arrives at the
# first one. Weights ten times as large make up for some of it, but at a price: the sums become so large that half of
# the values are nearly 0 or nearly 1 (*saturated*), and such a unit hands on less than a hundredth: it has stopped
# learning. So weights are drawn as small as `initialisers.py` draws them, and relu, which hands on all or nothing, took
# the sigmoid's place.

# %%
rng = np.random.default_rng(1)
deep = Rows(rng.normal(size=(200, 10)), rng.normal(size=(200, 1)), np.ones(200), False)
norms, saturated = {}, {}
for name, activation, scale in (
    ("relu, drawn as usual", "relu", 1.0),
    ("sigmoid, drawn as usual", "logistic", 1.0),
    ("sigmoid, ten times as large", "logistic", 10.0),
):
    network = Network([10, 20, 20, 20, 20, 20, 1], activation, "squared_error")
    for coefs in network.coefs:
        bound = scale * math.sqrt(6 / sum(coefs.shape))
        coefs[:] = np.random.default_rng(2).uniform(-bound, bound, coefs.shape)
    network.loss_and_gradient(deep.X, np.arange(200), deep, 0.0)
    values, sums = network.buffers(200)  # of each layer; slopes in the sums of each layer
    hidden = np.concatenate([h.ravel() for h in values[1:-1]])
    saturated[name] = float(np.mean(hidden * (1 - hidden) < 0.01)) if activation == "logistic" else math.nan
    norms[name] = np.array([np.median(np.abs(D[D != 0.0])) for D in sums])
fig, axes = plt.subplots(figsize=(7, 3.4), layout="constrained")
for (name, heights), colour, mark in zip(norms.items(), [BLUE, GREEN, ORANGE], "os^"):
    axes.semilogy(range(1, 7), heights / heights[-1], marker=mark, color=colour, label=name)
axes.set(xlabel="layer (6 is the output)", ylabel="median slope, beside the output's")
axes.legend()
plt.show()
plt.close(fig)
shrunk = {name: heights[0] / heights[-1] for name, heights in norms.items()}
assert shrunk["sigmoid, drawn as usual"] < 0.05 * shrunk["relu, drawn as usual"]
print({name: f"{share:.0%} saturated" for name, share in saturated.items() if share == share})
assert saturated["sigmoid, drawn as usual"] < 0.01
assert saturated["sigmoid, ten times as large"] > 0.3

# %% [markdown]
# ## 6. Exercise
#
# *Softplus*, log(1 + exp(z)), is a relu without its corner. Write it as an operation of its own: its value beside its
# slope. Careful: exp(1000) overflows, though softplus(1000) is just 1000. Then let `check` below tell
# whether it is right. Change the slope on purpose and see it fail. The answer is at the end of this file.


# %%
def check(operation):
    """Say whether an operation's value and slope are softplus's, for numbers of any size."""
    z = leaf(np.array([-1000.0, -2.0, 0.5, 3.0, 1000.0]))
    result = operation(z)
    result.sum().backward()
    expected = differences(lambda w: float(np.logaddexp(0.0, w).sum()), z.value[1:4], 1e-5)
    values = np.allclose(result.value, np.logaddexp(0.0, z.value), rtol=1e-12, atol=0)
    slopes = np.allclose(z.grad[1:4], expected, rtol=1e-6, atol=0) and z.grad[0] == 0.0 and z.grad[4] == 1.0
    return bool(values and slopes)


def not_softplus(z):
    return z.relu()


print("is relu softplus?", check(not_softplus))
assert not check(not_softplus)


# %%
def softplus(z):  # the answer
    far = np.exp(-np.abs(z.value))  # never above 1
    value = np.maximum(z.value, 0.0) + np.log1p(far)
    p = np.where(z.value >= 0.0, 1.0, far) / (1.0 + far)  # the slope is the sigmoid
    return Tensor.result(value, (z, lambda s: s * p))


assert check(softplus)
