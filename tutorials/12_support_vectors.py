# %% [markdown]
# # Support vectors: the widest street
#
# Two classes, a border between them. Many borders separate the training points; a support vector machine takes the one
# that leaves the widest empty street. Only the points on the kerb hold it there. This page shows how the street is
# found, two points at a time, and how anybody can check that it is the right one.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.svm import SVC, SVR, LinearSVC, pegasos
from scratchml.viz.svm import BLUE, GREY, ORANGE, draw_gap, draw_margins

# %% [markdown]
# ## 1. The picture
#
# The machine gives each point a number f; the border is where f = 0. Dashed: the kerbs, where f = -1 and f = 1. Ringed:
# the support vectors, the ring the larger the more a point counts. C is the price of a point that stands in the street
# or across it: with a small C the street is wide and many points stand in it; with a large C it is narrow and few do.

# %%
rng = np.random.default_rng(1)
y = np.arange(60) % 2
X = rng.normal(size=(60, 2)) + 1.4 * y[:, None]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained", sharey=True)
streets = []
for ax, C in zip(axes, (0.05, 10.0)):
    model = SVC(kernel="linear", C=C).fit(X, y)
    draw_margins(model, X, y, ax)
    ax.set_title(f"C = {C}: {len(model.support_)} support vectors")
    streets.append(2 / np.linalg.norm(model.coef_))
axes[0].legend(title="class", loc="upper left")
plt.show()
plt.close(fig)
print("width of the street:", np.round(streets, 2))
assert streets[0] > streets[1]

# %% [markdown]
# ## 2. By hand on six points
#
# On a line stand 0, 1, 2 (class -1) and 4, 5, 7 (class +1). The street can only run from 2 to 4: f(x) = x - 3, width 2.
# As f = w x + intercept with w = sum of y_i alpha_i x_i, the two kerb points need alpha = 1/2: (4 - 2) / 2 = 1.

# %%
x, side = np.array([0.0, 1.0, 2.0, 4.0, 5.0, 7.0]), np.array([-1, -1, -1, 1, 1, 1])
six = SVC(kernel="linear", C=10.0, tol=1e-9).fit(x[:, None], side)
print("support vectors at", x[six.support_], "with y alpha =", six.dual_coef_[0].round(6))
assert x[six.support_].tolist() == [2.0, 4.0]
assert np.allclose(six.dual_coef_, [[-0.5, 0.5]])
assert np.allclose(six.intercept_, -3.0)

# %% [markdown]
# How do we know that it is the best? The *KKT conditions* (of Karush, Kuhn and Tucker) say it, point by point:
# alpha = 0 where the point is beyond its kerb (y f >= 1), alpha = C where it is inside the street, anything between
# only exactly on the kerb. And two numbers say it at once: the *primal* is what this street costs, the *dual*, worked
# out from the alphas, is a number that no street's cost can fall below. Where the two meet, the street is the best.

# %%
alpha = np.zeros(6)
alpha[six.support_] = np.abs(six.dual_coef_[0])
margin = side * six.decision_function(x[:, None])
for where, a, m in zip(x, alpha, margin):
    print(f"x = {where:.0f}   alpha = {a:.2f}   y f = {m:.2f}   {'on the kerb' if a > 0 else 'beyond it'}")
assert (margin[alpha == 0] >= 1).all()
assert np.allclose(margin[alpha > 0], 1)
certificate = six.certify(x[:, None], side)
print(f"primal {certificate.primal:.6f}, dual {certificate.dual:.6f}: nobody can do better")
assert abs(certificate.gap) < 1e-6

# %% [markdown]
# ## 3. The kernel in the debugger
#
# The alphas must satisfy sum y alpha = 0, so one alone cannot move. SMO moves two: it *selects* the pair that promises
# most and *moves* it to the best place. Put `breakpoint()` into `move_pair` in `scratchml/svm/smo.py` and step through
# it inside `plain_python()`. Here a tracer counts what is called.

# %%
calls = {}


def count(frame, event, argument):
    if event == "call" and frame.f_code.co_filename.endswith("smo.py"):
        calls[frame.f_code.co_name] = calls.get(frame.f_code.co_name, 0) + 1


with plain_python():
    before = sys.gettrace()
    sys.settrace(count)
    try:
        plain = SVC(kernel="linear", C=10.0, tol=1e-9).fit(x[:, None], side)
    finally:
        sys.settrace(before)
print({name: calls[name] for name in ("worst_point", "best_partner", "move_pair", "move_residuals")})
assert calls["move_pair"] == plain.n_iter_[0]
assert (plain.dual_coef_ == six.dual_coef_).all()  # the same bits, plain or compiled

# %% [markdown]
# ## 4. Watch the steps
#
# Pair by pair: who moved, how far the pair was out of order, and whose border stopped the move. `b` is y alpha, with
# the first class as +1.

# %%
steps = record(SVC(kernel="linear", C=0.1).steps(x[:, None], side))
for s in steps[1:-1]:
    print(f"{s.iteration}: pair ({x[s.i]:.0f}, {x[s.j]:.0f})   violation {s.violation:.3f}   b {s.before} -> ", end="")
    print(f"{s.after.round(3)}   clipped by {s.side}   dual {s.objective:.4f}")
assert all(later.objective >= s.objective for s, later in pairwise(steps))

# %% [markdown]
# On the sixty points of the first picture: the dual objective climbs and never falls, the violation goes down, though
# not at every step. On the right, the KKT conditions turn true (by the intercept of the end): each row is a point,
# white where its condition is broken.

# %%
path = record(SVC(kernel="linear", C=1.0).steps(X, y))
moves = [s for s in path if s.name == "move"]
order = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)]  # the solver has the points class by class
sign = np.where(y[order] == 0, 1.0, -1.0)
K = X[order] @ X[order].T
intercept = path[-1].intercept
kept = np.array([
    np.where(s.b == 0, sign * (K @ s.b + intercept) >= 1 - 2e-2,
    np.where(np.abs(s.b) == 1, sign * (K @ s.b + intercept) <= 1 + 2e-2,
    np.abs(sign * (K @ s.b + intercept) - 1) <= 2e-2)) for s in moves
])  # fmt: skip
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
draw_gap(path, axes[0])
axes[0].set_title("the violation falls, the dual climbs")
axes[1].imshow(kept.T, aspect="auto", cmap="Blues", vmin=0, vmax=1.4, interpolation="nearest")
axes[1].set(xlabel="iteration", ylabel="point", title="KKT conditions, true in blue")
plt.show()
plt.close(fig)
print("points whose condition holds, at the first move and the last:", kept[0].sum(), kept[-1].sum())
assert kept[-1].all()
assert kept[0].sum() < 60

# %% [markdown]
# ## 5. Break it
#
# A ring around a core has no straight border. The rbf kernel exp(-gamma * distance^2) measures likeness by distance,
# and the same algorithm draws a closed one. But with a huge gamma every point is like itself only, and the machine
# learns by heart.

# %%
angle = rng.uniform(0, 2 * np.pi, 120)
radius = np.where(np.arange(120) % 2, 2.2, 0.8) + 0.35 * rng.normal(size=120)
ring, label = np.c_[radius * np.cos(angle), radius * np.sin(angle)], np.arange(120) % 2
fig, axes = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained", sharey=True)
right = []
for ax, how in zip(axes, ({"kernel": "linear"}, {"gamma": 0.5}, {"gamma": 200.0})):
    model = SVC(**how).fit(ring[:80], label[:80])
    draw_margins(model, ring[:80], label[:80], ax)
    right.append((model.score(ring[:80], label[:80]), model.score(ring[80:], label[80:])))
    name = "linear" if "kernel" in how else f"rbf, gamma = {how['gamma']}"
    ax.set_title(f"{name}\nseen {right[-1][0]:.2f}, new {right[-1][1]:.2f}")
plt.show()
plt.close(fig)
assert right[1][1] > 0.85 > right[0][1]
assert right[2][0] > right[2][1] + 0.1  # learnt by heart

# %% [markdown]
# Units matter too: a feature in millimetres beside one in kilometres drowns the other. And two equal points with
# opposite labels can never be told apart: both alphas run to C, and the solver stops there.

# %%
twins = SVC(kernel="linear").fit([[0.0], [0.0], [1.0], [1.0]], [0, 1, 0, 1])
print("alphas of twins:", np.abs(twins.dual_coef_[0]))
assert (np.abs(twins.dual_coef_) == 1.0).all()

# %% [markdown]
# The same idea for numbers: a tube instead of a street. Points inside it cost nothing.

# %%
t = np.sort(rng.uniform(0, 6, 40))
wave = np.sin(t) + 0.15 * rng.normal(size=40)
tube = SVR(epsilon=0.25, C=10.0, gamma=0.5).fit(t[:, None], wave)
grid = np.linspace(0, 6, 200)
f = tube.predict(grid[:, None])
fig, ax = plt.subplots(figsize=(7, 2.8), layout="constrained")
ax.fill_between(grid, f - 0.25, f + 0.25, color=GREY, alpha=0.3, label="tube")
ax.plot(grid, f, color=BLUE)
ax.plot(t, wave, "o", color=ORANGE, markersize=4)
ax.plot(t[tube.support_], wave[tube.support_], "o", markersize=10, markerfacecolor="none", markeredgecolor="black")
ax.set(xlabel="t", ylabel="wave", title=f"{len(tube.support_)} of 40 points hold the tube in place")
ax.legend()
plt.show()
plt.close(fig)
inside = np.setdiff1d(np.arange(40), tube.support_)
assert (np.abs(tube.predict(t[inside, None]) - wave[inside]) <= 0.25 + 1e-3).all()

# %% [markdown]
# ## 6. Exercise
#
# `pegasos` finds a linear machine by looking at one random point at a time. With the loss max(0, 1 - y f) of a point,
# it lowers lambda / 2 * w'w + the *mean* of the losses; `LinearSVC` lowers w'w / 2 + C times their *sum*. So lambda
# (`strength` below) and C describe the same trade in different words.
#
# 1. Which C belongs to lambda = 0.1 and n points? (Multiply Pegasos' objective by a constant.)
# 2. How many steps does it take to come within 1 % of the least objective?

# %% [markdown]
# Solution: dividing by lambda turns it into w'w / 2 + 1 / (lambda n) times the sum of losses, so C = 1 / (lambda n).

# %%
strength, centred = 0.1, X - X.mean(axis=0)
z = 2 * y - 1


def objective(w):
    return strength / 2 * w @ w + np.maximum(1 - z * (centred @ w), 0).mean()


best = LinearSVC(loss="hinge", C=1 / (strength * 60), fit_intercept=False, max_iter=100_000, random_state=0)
least = objective(best.fit(centred, y).coef_[0])
values = [objective(s.w) for s in pegasos(centred, y, strength=strength, max_iter=5000, random_state=0)]
far = [i for i, value in enumerate(values, start=1) if value > 1.01 * least]
print(f"least {least:.4f}; within 1 % for good after {far[-1]} steps")
assert far[-1] < 5000
assert min(values) >= least * (1 - 1e-6)
