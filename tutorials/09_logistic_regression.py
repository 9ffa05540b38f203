# %% [markdown]
# # Logistic regression
#
# A weighted sum of columns can be any number; a probability cannot. Logistic regression lets the weighted sum be
# the *log-odds*, and everything follows: the S-shaped curve, the straight border between classes, what a weight
# means, and what goes wrong when no row is on the wrong side.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
import warnings
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import ConvergenceWarning, record
from scratchml.core.jit import plain_python
from scratchml.datasets import load_iris
from scratchml.linear_model import LogisticRegression, LogisticRegressionCV

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#999999"  # told apart by colour-blind eyes

# %% [markdown]
# ## 1. The picture
#
# Hours of study, and whether the exam was passed. The model says: each further hour *multiplies the odds* of passing,
# p / (1 - p), by the same factor. On the scale of log-odds that is a straight line; as a probability, it is an S.

# %%
rng = np.random.default_rng(3)
hours = np.sort(rng.uniform(0, 6, size=40))
passed = (rng.random(40) < 1 / (1 + np.exp(4.0 - 1.4 * hours))).astype(int)
exam = LogisticRegression(C=np.inf).fit(hours[:, None], passed)  # C = inf: no penalty; beat 5 says what that is
w, b = exam.coef_[0, 0], exam.intercept_[0]

line = np.linspace(0, 6, 200)
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
left.plot(line, w * line + b, color=BLUE)
left.axhline(0, color=GREY, linewidth=0.8)
left.set(title="log-odds: a straight line", xlabel="hours", ylabel="log(p / (1 - p))")
right.plot(line, exam.predict_proba(line[:, None])[:, 1], color=BLUE)
right.plot(hours[passed == 0], passed[passed == 0], "o", color=ORANGE, label="failed")
right.plot(hours[passed == 1], passed[passed == 1], "s", color=GREEN, label="passed")
right.axvline(-b / w, color=GREY, linewidth=0.8)
right.set(title="probability: an S", xlabel="hours", ylabel="p")
right.legend(loc="center left")
plt.show()
plt.close(fig)

print(f"each hour multiplies the odds by {np.exp(w):.2f}; the odds are even after {-b / w:.2f} hours")
odds = np.exp(exam.decision_function([[2.0], [3.0], [4.0]]))
assert np.allclose(odds[1:] / odds[:-1], np.exp(w))
assert np.allclose(exam.predict_proba([[-b / w]]), 0.5)

# %% [markdown]
# ## 2. By hand on six points
#
# At the best weights the gradient is zero, and that is a sentence one can read: the mean of `p - y` is zero, and so is
# the mean of `(p - y) x`. So the model expects as many successes as there were, and the same mean x among them.

# %%
x, y = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), np.array([0, 0, 1, 0, 1, 1])


def gradient(w, b):
    p = 1 / (1 + np.exp(-(w * x + b)))
    return np.mean((p - y) * x), np.mean(p - y)


print("at w = b = 0, p is 1/2 everywhere; the gradient is", np.round(gradient(0.0, 0.0), 4))
assert np.allclose(gradient(0.0, 0.0), (-7 / 12, 0.0))  # by hand: (0 + 1 - 2 + 3 - 4 - 5) / 2 / 6
six = LogisticRegression(C=np.inf, tol=1e-10).fit(x[:, None], y)
w, b = six.coef_[0, 0], six.intercept_[0]
print(f"w = {w:.4f}, b = {b:.4f}; the gradient there is at most {np.abs(gradient(w, b)).max():.0e}")
assert np.allclose(gradient(w, b), 0, atol=1e-9)
p = six.predict_proba(x[:, None])[:, 1]
assert np.isclose(p.sum(), y.sum())
assert np.isclose(p @ x, y @ x)

# %% [markdown]
# The points lie symmetric about 2.5, so the border must be there.

# %%
assert np.isclose(-b / w, 2.5)

# %% [markdown]
# ## 3. The kernel in the debugger
#
# `plain_python()` runs every kernel as plain Python. Put `breakpoint()` into `add_log_losses` in
# `scratchml/optim/losses.py`: it gets the log-odds (*logits*) of some rows and leaves the slopes `p - y`. Here a
# tracer writes down what it was given at the start, and what it left.

# %%
seen = []


def write_down(frame, event, argument):
    if event == "call" and frame.f_code.co_name == "add_log_losses":
        return lambda frame, event, argument: (
            seen.append((frame.f_locals["z"].copy(), frame.f_locals["slope"].copy())) if event == "return" else None
        )
    return None


with plain_python():
    before = sys.gettrace()
    sys.settrace(write_down)
    try:
        slow = LogisticRegression(C=np.inf, tol=1e-10).fit(x[:, None], y)
    finally:
        sys.settrace(before)
logits, slopes = seen[0]
print("logits at the start:", logits, "\nslopes p - y:       ", slopes)
assert (logits == 0).all()
assert np.allclose(slopes, 0.5 - y)
assert np.allclose(slow.coef_, six.coef_, rtol=1e-12)

# %% [markdown]
# ## 4. Watch the steps
#
# The loss is a bowl, so every way downhill ends at the same place; but not equally soon. Here are two columns, one
# twenty times larger than the other: a long valley. Gradient descent goes to and fro across it. L-BFGS first chooses
# coordinates in which the valley is about round.

# %%
X = rng.normal(size=(200, 2)) * [1.0, 20.0]
labels = (rng.random(200) < 1 / (1 + np.exp(-(1.5 * X[:, 0] + 0.1 * X[:, 1])))).astype(int)
how = {"C": np.inf, "fit_intercept": False, "tol": 1e-6}
paths = {
    "gradient descent": record(LogisticRegression(solver="gd", max_iter=400, **how).steps(X, labels)),
    "Newton": record(LogisticRegression(solver="newton-cholesky", **how).steps(X, labels)),
    "L-BFGS": record(LogisticRegression(**how).steps(X, labels)),
}
least = min(step.loss for path in paths.values() for step in path)

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
grid = np.meshgrid(np.linspace(-0.3, 2.5, 80), np.linspace(-0.05, 0.25, 80))
signs = 2 * labels - 1
loss = np.mean([np.logaddexp(0, -s * (row[0] * grid[0] + row[1] * grid[1])) for row, s in zip(X, signs)], axis=0)
left.contour(*grid, loss, levels=np.geomspace(loss.min() * 1.001, loss.max(), 18), colors=GREY, linewidths=0.6)
for (name, path), colour, mark in zip(paths.items(), (ORANGE, GREEN, BLUE), "osv"):
    way = np.array([step.coef[0] for step in path])
    left.plot(*way.T, mark + "-", color=colour, markersize=4, linewidth=1, label=name)
    above = [max(step.loss - least, 1e-16) for step in path]
    right.semilogy([step.n_evaluations for step in path], above, mark + "-", color=colour, markersize=4, label=name)
left.set(title="three ways down one valley", xlabel="weight of column 0", ylabel="weight of column 1")
right.set(title="loss above its least", xlabel="evaluations", xlim=(0, 60), ylim=(1e-14, 1))
left.legend(loc="upper left")
right.legend()
plt.show()
plt.close(fig)

print({name: (path[-1].iteration, path[-1].converged) for name, path in paths.items()})
assert len(paths["L-BFGS"]) < len(paths["gradient descent"]) / 3
assert np.allclose(paths["L-BFGS"][-1].coef, paths["Newton"][-1].coef, atol=1e-4)

# %% [markdown]
# ### Softmax
#
# Several classes: one row of weights for each. The class with the largest logit wins, so borders are straight lines;
# and the shares `exp(z_c) / sum exp(z)` say how sure the model is. Adding one number to all logits changes nothing.

# %%
iris = load_iris()
petals, species = iris.data[:, 2:], iris.target
flowers = LogisticRegression(C=10.0).fit(petals, species)
z = flowers.decision_function(petals)
shares = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
assert np.allclose(flowers.predict_proba(petals), shares)
assert np.allclose(np.exp(z + 5) / np.exp(z + 5).sum(axis=1, keepdims=True), shares)

grid = np.meshgrid(np.linspace(0.5, 7.2, 200), np.linspace(-0.1, 2.8, 200))
points = np.column_stack([g.ravel() for g in grid])
sure = flowers.predict_proba(points)
fig, axes = plt.subplots(figsize=(6.5, 4.2), layout="constrained")
axes.contourf(*grid, sure.max(axis=1).reshape(200, 200), levels=np.linspace(1 / 3, 1, 9), cmap="Greys_r", alpha=0.5)
axes.contour(*grid, flowers.predict(points).reshape(200, 200), levels=[0.5, 1.5], colors="black", linewidths=1)
for c, (colour, mark) in enumerate(zip((BLUE, ORANGE, GREEN), "osv")):
    rows = species == c
    axes.plot(*petals[rows].T, mark, color=colour, markersize=4, label=str(iris.target_names[c]))
axes.set(title="iris: borders, darker where less sure", xlabel="petal length in cm", ylabel="petal width in cm")
axes.legend(loc="upper left")
plt.show()
plt.close(fig)

# %% [markdown]
# ## 5. Break it
#
# Six points again, but now no point is on the wrong side. Then twice the weights fit better, and ten times better
# still: the loss falls for ever, and "the best weights" do not exist. The model says so.

# %%
separable = np.array([0, 0, 0, 1, 1, 1])
sizes = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
losses = [np.mean(np.logaddexp(0, -(2 * separable - 1) * s * (x - 2.5))) for s in sizes]
print("loss for weights", dict(zip(sizes.tolist(), np.round(losses, 9).tolist())))
assert all(after < before for before, after in pairwise(losses))
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    LogisticRegression(C=np.inf).fit(x[:, None], separable)
print(told[0].message)
assert issubclass(told[0].category, ConvergenceWarning)
assert "separable" in str(told[0].message)

# %% [markdown]
# A penalty on the size of the weights cures it: `C` says how much the data weigh beside it. As C grows, so do the
# weights, without end for separable classes; towards C = 0 only the odds of the classes are left.

# %%
Cs = np.logspace(-4, 6, 21)
weights = {
    "separable": [LogisticRegression(C=C).fit(x[:, None], separable).coef_[0, 0] for C in Cs],
    "one point on the wrong side": [LogisticRegression(C=C).fit(x[:, None], y).coef_[0, 0] for C in Cs],
}
fig, axes = plt.subplots(figsize=(6.5, 3.4), layout="constrained")
for (name, found), colour, mark in zip(weights.items(), (ORANGE, BLUE), "os"):
    axes.semilogx(Cs, found, mark + "-", color=colour, markersize=4, label=name)
axes.axhline(w, color=GREY, linewidth=0.8)
axes.set(title="a finite best weight needs a penalty or some overlap", xlabel="C", ylabel="weight")
axes.legend()
plt.show()
plt.close(fig)
assert weights["separable"][-1] > 2 * weights["separable"][12]
assert np.isclose(weights["one point on the wrong side"][-1], w, atol=1e-3)
assert abs(weights["separable"][0]) < 1e-2

# %% [markdown]
# ## 6. Exercise
#
# Thirty columns, of which three matter, and sixty rows.
#
# 1. Without a penalty, are the classes separable? Why is that no surprise with so many columns?
# 2. Choose C by cross-validation (`LogisticRegressionCV`, scored by `neg_log_loss`). On 2000 new rows, how much better
#    are its probabilities than those of a nearly unpenalised fit?
# 3. The l1 penalty (``solver="saga", l1_ratio=1``) sets weights to exactly zero. Does it keep the three that matter?

# %%
many = rng.normal(size=(2060, 30))
truth = (rng.random(2060) < 1 / (1 + np.exp(-many[:, :3] @ [2.0, -2.0, 1.5]))).astype(int)
train, new = slice(0, 60), slice(60, None)

# %% [markdown]
# Solution: yes. With thirty weights and an intercept a plane has so much freedom that it parts 60 points even where a
# coin has tossed their classes, in about 60 of 100 cases (Cover 1965). These classes follow a plane but for a few rows,
# so it nearly always can.

# %%
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    LogisticRegression(C=np.inf).fit(many[train], truth[train])
assert "separable" in str(told[0].message)


def surprise(model):
    """Return the mean of -log p of what came."""
    log_p = model.predict_log_proba(many[new])
    return -log_p[np.arange(2000), truth[new]].mean()


# l1_ratios: only the penalty on squares; use_legacy_attributes=False: C_ is one number, not one for each class
chosen = LogisticRegressionCV(l1_ratios=(0.0,), scoring="neg_log_loss", use_legacy_attributes=False)
chosen.fit(many[train], truth[train])
bold = LogisticRegression(C=1e4).fit(many[train], truth[train])
print(f"C = {chosen.C_:.3g}: surprise {surprise(chosen):.2f}; C = 1e4: {surprise(bold):.2f}; a coin: {np.log(2):.2f}")
assert surprise(chosen) < np.log(2) < surprise(bold)

sparse = LogisticRegression(C=0.3, l1_ratio=1.0, solver="saga", max_iter=2000, random_state=0).fit(
    many[train], truth[train]
)
print("columns kept:", np.flatnonzero(sparse.coef_[0]))
assert (sparse.coef_[0, :3] != 0).all()
assert (sparse.coef_[0] == 0).sum() > 10

# %% [markdown]
# 2. The nearly unpenalised fit is sure of every answer, and each one that is wrong costs it dearly: it does far worse
#    than a coin. The chosen C is small. Its probabilities are cautious, and only a little better than a coin's: sixty
#    rows say no more about thirty weights.
# 3. Yes, it keeps the three, and sets most of the others to zero. Some columns of noise stay, which helped by chance on
#    these sixty rows. That a weight is not zero is no proof.
