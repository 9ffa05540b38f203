# %% [markdown]
# # Why regularise: a price on every weight
#
# Least squares uses every column it is given. A column of pure noise gets a weight, too, because by chance it
# explains a little of the rows at hand. With many columns and few rows, chance explains everything, and nothing is
# left for the truth. The *lasso* lets a weight cost something. Then a column must explain more than it costs, and
# most get exactly 0.
#
# It also comes with a rare gift: a number that says how far you are from the best answer *before you know that answer*.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import ConvergenceWarning, record
from scratchml.core.jit import plain_python
from scratchml.datasets import load_diabetes
from scratchml.linear_model import ElasticNet, Lasso, LassoCV, LinearRegression, lasso_path
from scratchml.linear_model import coordinate_passes as passes

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind eyes, too

# %% [markdown]
# ## 1. The picture
#
# 442 diabetes patients, ten measurements each, and how the disease went on within a year. We add fifty columns of
# noise, and learn from 80 patients only. Least squares knows no better than to use all sixty columns. Now let the
# price `alpha` fall from left to right. At first all weights are 0. Then the columns come in, the most useful first.

# %%
diabetes = load_diabetes()
rng = np.random.default_rng(0)
noise = rng.normal(size=(442, 50)) / np.sqrt(442)  # as long as the real columns
X, y = np.c_[diabetes.data, noise], diabetes.target
train = rng.permutation(442)[:80]
test = np.setdiff1d(np.arange(442), train)
A, t = X[train] - X[train].mean(axis=0), y[train] - y[train].mean()

alphas, weights, gaps = lasso_path(A, t, alphas=60, eps=0.02)
predicted = (X[test] - X[train].mean(axis=0)) @ weights + y[train].mean()
error = np.sqrt(((predicted - y[test, None]) ** 2).mean(axis=0))
learned = np.sqrt(((A @ weights - t[:, None]) ** 2).mean(axis=0))

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.plot(alphas, weights[10:].T, color=GREY, linewidth=0.8)
left.plot(alphas, weights[:10].T, color=BLUE, linewidth=1.8)
left.plot([], [], color=BLUE, label="a measurement")
left.plot([], [], color=GREY, label="a column of noise")
left.set(
    xscale="log", xlabel="alpha, the price (falls to the right)", ylabel="weight", title="weights come in one by one"
)
right.plot(alphas, error, color=ORANGE, label="patients not seen")
right.plot(alphas, learned, color=GREEN, linestyle="--", label="patients learned from")
right.plot(alphas[error.argmin()], error.min(), "o", color=ORANGE)
right.set(xscale="log", xlabel="alpha, the price (falls to the right)", ylabel="root mean squared error")
right.set_title("a low price learns chance by heart")
for box in (left, right):
    box.invert_xaxis()
    box.legend()
plt.show()
plt.close(fig)

least_squares = LinearRegression().fit(X[train], y[train])
their_error = np.sqrt(((least_squares.predict(X[test]) - y[test]) ** 2).mean())
print(f"error on patients not seen: least squares {their_error:.0f}, lasso at its best {error.min():.0f}")
assert (weights[:, 0] == 0).all()
assert error.min() < 0.75 * their_error
assert error.argmin() < len(alphas) - 1  # the lowest price is not the best one

# %% [markdown]
# ## 2. By hand on six points
#
# One column, x = -1, -1, -1, 1, 1, 1, and y = -4, -3, -2, 2, 3, 4. With weight w the misses cost `sum (y - x w)^2 /
# 12`, a parabola. The column explains `c = x'y / 6 = 3`, its length is `x'x / 6 = 1`, so the lowest point is w = 3.
#
# Now a weight costs `alpha |w|` on top. Left of 0 that has slope -alpha, right of 0 +alpha: a *kink*. Setting the slope
# `-(3 - w) + alpha` to zero gives w = 3 - alpha. And where alpha is 3 or more, the parabola falls less steeply than the
# price rises: the lowest point is the kink itself, at 0, exactly. This rule, "pull towards 0 by alpha, and stop there",
# is called *soft thresholding*.

# %%
x6, y6 = np.array([-1.0, -1, -1, 1, 1, 1]), np.array([-4.0, -3, -2, 2, 3, 4])


def cost(w, alpha):
    """Return the lasso's objective for one weight."""
    return ((y6 - x6 * w) ** 2).sum() / 12 + alpha * abs(w)


w_axis = np.linspace(-1.5, 5, 200)
fig, axes = plt.subplots(figsize=(6.5, 4), layout="constrained")
for alpha, colour in ((0.0, GREY), (1.0, BLUE), (3.5, ORANGE)):
    best = passes.soft_threshold(3.0, alpha, False)
    axes.plot(w_axis, [cost(w, alpha) for w in w_axis], color=colour, label=f"alpha = {alpha}: best w = {best:g}")
    axes.plot(best, cost(best, alpha), "o", color=colour)
    assert cost(best, alpha) <= min(cost(w, alpha) for w in w_axis)
axes.set(
    xlabel="w", ylabel="half the mean squared miss + alpha |w|", ylim=(0, 20), title="the kink at 0 holds the weight"
)
axes.legend(loc="upper left")
plt.show()
plt.close(fig)

for alpha in (0.5, 1.0, 2.9, 3.0, 10.0):
    found = Lasso(alpha, fit_intercept=False).fit(x6[:, None], y6).coef_[0]
    print(f"alpha {alpha:4}: w = {found:g}")
    assert abs(found - max(3 - alpha, 0)) < 1e-12

# %% [markdown]
# How good is a w if we do not know the best one? Take the residual r = y - x w and shrink it by a factor s until the
# column explains no more of it than the price: `|x'(s r)| / 6 <= alpha`. Every such vector v gives a number `v'y / 6 -
# v'v / 12` that lies *below* the best cost (this is called duality). Cost minus that number is the **duality gap**:
# whatever happens, no more than that can still be gained.

# %%
alpha, best_cost = 1.0, cost(2.0, 1.0)
print("   w    cost   bound     gap   really left")
for w in (0.0, 1.0, 1.9, 2.0):
    r = y6 - x6 * w
    s = min(1.0, alpha / abs(x6 @ r / 6))
    bound = s * (r @ y6) / 6 - s * s * (r @ r) / 12
    print(
        f"{w:4.1f} {cost(w, alpha):7.3f} {bound:7.3f} {cost(w, alpha) - bound:7.3f} {cost(w, alpha) - best_cost:10.3f}"
    )
    assert bound <= best_cost + 1e-12
    assert cost(w, alpha) - best_cost <= cost(w, alpha) - bound + 1e-12

# %% [markdown]
# ## 3. The kernel in the debugger
#
# With several columns we do the same for one weight after the other, the rest held still: *coordinate descent*. Under
# `plain_python()` the kernels are ordinary Python. Put `breakpoint()` into `pass_by_gram` in
# `scratchml/linear_model/coordinate_passes.py` and step through it. Here a tracer writes down what you would see. A
# second column is half the first plus what the first leaves over. So the two get into each other's way, and one pass is
# not enough.

# %%
left_over = y6 - 3 * x6
X6 = np.c_[x6, 0.5 * x6 + left_over]
seen, newest = [], None


def look(frame, event, argument):
    global newest
    if frame.f_code.co_name != "pass_by_gram":
        return None
    values = frame.f_locals
    if "best" in values and values["best"] is not newest:  # worked out in the line before
        newest = values["best"]
        seen.append((int(values["j"]), float(newest)))
    return look


price = 6 * 0.3  # the kernels know nothing of means: n alpha
w, c = np.zeros(2), X6.T @ y6
with plain_python():
    before = sys.gettrace()
    sys.settrace(look)
    try:
        for _ in range(4):
            passes.pass_by_gram(X6.T @ X6, w, c, np.full(2, price), np.zeros(2), np.arange(2), False)
    finally:
        sys.settrace(before)
for i, (j, best) in enumerate(seen):
    print(f"pass {i // 2 + 1}, column {j}: best weight, the other held, is {best:.4f}")
exact = Lasso(0.3, fit_intercept=False).fit(X6, y6).coef_
print("the answer:", exact.round(4))
assert abs(seen[0][1] - (3 - 0.3)) < 1e-12  # as by hand
np.testing.assert_allclose(w, exact, atol=0.1)
np.testing.assert_allclose(c, X6.T @ (y6 - X6 @ w), atol=1e-12)  # the books are kept

# %% [markdown]
# ## 4. Watch the steps
#
# Now the patients, at a low price. A dot is the cost of a step above the best cost: what is *really* left. The line
# is the gap: what we *know* to be left, without the answer. (Passes take the gap over the columns in play. Before and
# after them a "check", which has no dot, takes it over all.) Coordinate descent creeps; but while the signs of the
# weights hold, the lasso is a system of linear equations. A "solve" step solves it. Where a sign would change on the
# way it stops there, like the first three; the last one lands at the bottom.

# %%
path = record(Lasso(alphas[-1], tol=1e-9).steps(X[train], y[train]))
least = path[-1].primal
really = np.array([max(step.primal - least, 1e-13) for step in path])
known = np.array([max(step.gap, 1e-13) for step in path])
kinds = np.array([step.name for step in path])
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.plot(known, color=GREY, label="the gap: known to be left at most")
for kind, colour, mark in (("pass", BLUE, "."), ("solve", ORANGE, "o")):
    left.plot(
        np.flatnonzero(kinds == kind), really[kinds == kind], mark, color=colour, label=f"really left after a {kind}"
    )
left.set(yscale="log", xlabel="step", ylabel="cost above the best", title="the gap ends the search")
left.legend(fontsize=8)
image = np.array([step.w for step in path if step.name == "pass"]).T
right.imshow(image != 0, aspect="auto", cmap="Greys", interpolation="nearest")
right.axhline(9.5, color=ORANGE)
right.set(xlabel="pass", ylabel="column (below the line: noise)", title="dark: the weight is not 0")
plt.show()
plt.close(fig)

assert {"check", "pass", "solve"} <= set(kinds)
assert (np.diff([step.primal for step in path]) <= 1e-9 * least).all()  # never uphill
assert all(step.primal - least <= step.gap + 1e-9 * least for step in path if step.name == "check")
assert path[-1].gap < 1e-9 * least

# %% [markdown]
# ## 5. Break it
#
# **Units.** A price on weights is a price on *units*. Write the body mass index in other units, so that its numbers
# are a thousand times smaller: it needs a weight a thousand times larger, which costs a thousand times more.

# %%
real, alpha = diabetes.data, 0.5
fair = Lasso(alpha).fit(real, y)
bmi = diabetes.feature_names.index("bmi")
spoilt = real.copy()
spoilt[:, bmi] /= 1000
unfair = Lasso(alpha).fit(spoilt, y)
print(f"weight of bmi: {fair.coef_[bmi]:.0f}; in other units: {unfair.coef_[bmi]:.0f}")
assert fair.coef_[bmi] != 0.0
assert unfair.coef_[bmi] == 0.0  # so: scale the columns first (StandardScaler)
assert LinearRegression().fit(spoilt, y).score(spoilt, y) > unfair.score(spoilt, y)

# %% [markdown]
# **Twins.** Of two equal columns the lasso pays for one: which one is chance, here the order. The elastic net has a
# second price, on squares, and two halves are cheaper than one whole: equal columns share.

# %%
twins = np.c_[real[:, bmi], real[:, bmi]]
one, shared = Lasso(alpha).fit(twins, y), ElasticNet(0.001, l1_ratio=0.5).fit(twins, y)
print("lasso:", one.coef_.round(1), " elastic net:", shared.coef_.round(1))
assert np.count_nonzero(one.coef_) == 1
assert abs(shared.coef_[0] - shared.coef_[1]) < 1e-6 * abs(shared.coef_[0])

# %% [markdown]
# **No time.** Stop after two passes. The fit says so in words, and the gap it names is still true: it is an upper bound
# of the harm done.

# %%
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    hasty = Lasso(alphas[-1], max_iter=2, tol=1e-8).fit(X[train], y[train])
print(told[0].message)
r = y[train] - hasty.predict(X[train])
harm = (r @ r) / 160 + hasty.alpha * np.abs(hasty.coef_).sum() - least
print(f"the harm: {harm:.2f}, and the gap had said: at most {hasty.dual_gap_:.2f}")
assert issubclass(told[0].category, ConvergenceWarning)
assert 0 < harm <= hasty.dual_gap_

# %% [markdown]
# ## 6. Exercise
#
# 1. From which alpha on are *all* weights 0? Find a formula with the ideas of beat 2, and test it on the patients.
# 2. Which column comes in first, and why that one?
# 3. Choose alpha without looking at the test patients (`LassoCV`). How close to the best alpha of the first picture do
#    you get?

# %% [markdown]
# Solution: a weight stays at 0 as long as its column explains no more than the price: `|x_f'y| / n <= alpha` for all
# columns (centred). So the highest useful alpha is `max_f |x_f'y| / n`, and the column that has this maximum is first.

# %%
explains = np.abs(A.T @ t) / len(t)
highest = explains.max()
assert not Lasso(highest * 1.0001).fit(X[train], y[train]).coef_.any()
just_below = Lasso(highest * 0.999).fit(X[train], y[train]).coef_
assert np.flatnonzero(just_below).tolist() == [int(explains.argmax())]
print("comes in first:", [*diabetes.feature_names, *["noise"] * 50][int(explains.argmax())])

chosen = LassoCV(cv=10).fit(X[train], y[train])
found = np.sqrt(((chosen.predict(X[test]) - y[test]) ** 2).mean())
kept = np.flatnonzero(chosen.coef_)
print(f"alpha {chosen.alpha_:.2f} with an error of {found:.1f}")
print(f"the best would have been {alphas[error.argmin()]:.2f} with {error.min():.1f}")
print(f"{np.sum(kept < 10)} measurements and {np.sum(kept >= 10)} of 50 columns of noise are kept")
assert found < 1.15 * error.min()
assert len(kept) < 30
