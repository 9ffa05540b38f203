# %% [markdown]
# # Forests and boosting
#
# One tree is easy to read and easy to fool: a few other rows, and it grows another way. Two cures are known. *Average*
# many trees that were grown apart from each other: a forest. Or let each tree *correct* the ones before it: boosting.
# Both end with hundreds of trees that nobody can read, so the last part asks: what made the model say this?
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.datasets import load_diabetes
from scratchml.ensemble import GradientBoostingRegressor, RandomForestRegressor
from scratchml.inspection import permutation_importance, tree_shap
from scratchml.inspection.path_shap import extend, unwound_sum
from scratchml.model_selection import train_test_split
from scratchml.tree import DecisionTreeRegressor
from scratchml.viz import draw_beeswarm, draw_dependence, draw_importances, draw_pruning, draw_round, draw_waterfall

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#BBBBBB"  # told apart by colour-blind eyes, too

# %% [markdown]
# ## 1. The picture
#
# A noisy wave, and three models: one tree grown to the end; a forest of a hundred trees, each grown from its own draw
# of the rows until three are left in a leaf; and a hundred rounds of boosting with small trees.

# %%
rng = np.random.default_rng(0)
t = np.sort(rng.uniform(0, 6, 120))
height = np.sin(t) + 0.3 * rng.normal(size=120)
fresh = np.linspace(0, 6, 500)
truth = np.sin(fresh)
models = {
    "one tree": DecisionTreeRegressor(random_state=0),
    "a forest of 100": RandomForestRegressor(100, min_samples_leaf=3, random_state=0),
    "100 rounds of boosting": GradientBoostingRegressor(
        n_estimators=100, max_depth=2, learning_rate=0.1, random_state=0
    ),
}
fig, panels = plt.subplots(1, 3, figsize=(10, 3.2), sharey=True, layout="constrained")
error = {}
for axes, (name, model), colour in zip(panels, models.items(), (GREEN, BLUE, ORANGE)):
    said = model.fit(t[:, None], height).predict(fresh[:, None])
    error[name] = np.mean((said - truth) ** 2)
    axes.plot(t, height, ".", color=GREY)
    axes.plot(fresh, truth, "--", color="black", linewidth=0.8)
    axes.plot(fresh, said, color=colour)
    axes.set(title=f"{name}: error {error[name]:.3f}", xlabel="t")
panels[0].set_ylabel("height")
plt.show()
plt.close(fig)

assert max(error["a forest of 100"], error["100 rounds of boosting"]) < 0.6 * error["one tree"]

# %% [markdown]
# Why does averaging help? If B trees have the variance s^2 each, and any two of them the correlation r, their mean has
# the variance r s^2 + (1 - r) s^2 / B. More trees remove the second term. The first is left: so a forest does all it
# can to make its trees different, by drawing rows, and, where there are several, features at each node
# (`max_features`).

# %%
at = np.array([[3.0]])
whole = [tree.predict(at)[0] for tree in models["a forest of 100"].estimators_]
print(
    f"single trees at t = 3: from {min(whole):.2f} to {max(whole):.2f}; their mean {np.mean(whole):.2f}; sin 3 = 0.14"
)
assert abs(np.mean(whole) - models["a forest of 100"].predict(at)[0]) < 1e-12

# %% [markdown]
# ## 2. By hand on six points
#
# | x | 1 | 2 | 3 | 4 | 5 | 6 |
# | --- | --- | --- | --- | --- | --- | --- |
# | y | 1 | 1 | 4 | 4 | 10 | 10 |
#
# Boosting with stumps, trees of one question. It starts from the mean, 5. What is still wrong are the *residuals*:
# -4, -4, -1, -1, 5, 5. The best question for them is x <= 4.5, with the means -2.5 and 5. With the learning rate 1/2
# half of that is added: predictions are now 3.75 and 7.5. Then the same again, for what is wrong now.

# %%
x, y = np.arange(1.0, 7.0), np.array([1.0, 1, 4, 4, 10, 10])
rounds = record(GradientBoostingRegressor(n_estimators=3, max_depth=1, learning_rate=0.5).steps(x[:, None], y))
by_hand = np.full(6, y.mean())
for step in rounds:
    wrong = y - by_hand
    splits = {
        s: ((wrong[x <= s] - wrong[x <= s].mean()) ** 2).sum() + ((wrong[x > s] - wrong[x > s].mean()) ** 2).sum()
        for s in x[:-1] + 0.5
    }
    best = min(splits, key=splits.get)
    stairs = np.where(x <= best, wrong[x <= best].mean(), wrong[x > best].mean())
    by_hand = by_hand + 0.5 * stairs
    print(f"residuals {wrong.round(2)}   x <= {best}: {stairs[0]:+.2f}, {stairs[-1]:+.2f}   now {by_hand.round(2)}")
    assert np.allclose(step.residuals[0], wrong)
    assert np.allclose(step.raw[0], by_hand)

# %% [markdown]
# ## 3. The kernel in the debugger
#
# A forest's answer can be taken apart, too. *Shapley values* tell how much each feature moved it: let the features come
# to be known in random order, and see how the expected prediction changes with each. `extend` and `unwound_sum` in
# `scratchml/inspection/path_shap.py` keep one number for each *size* of the set of known features, where there are 2^d
# sets. Here is the way to one leaf: the first feature's question sends 1/2 of the training rows this way, the second
# one's 1/4; the row at hand goes both ways.

# %%
features, share, goes, weights = np.zeros(4, dtype=np.int64), np.zeros(4), np.zeros(4), np.zeros(4)
with plain_python():
    # breakpoint()  # take the comment sign away, then: s (step in), n (next line), p w, p z
    extend(features, share, goes, weights, 0, (-1, 1.0, 1.0))  # nothing asked yet
    extend(features, share, goes, weights, 1, (0, 0.5, 1.0))
    extend(features, share, goes, weights, 2, (1, 0.25, 1.0))
    without_first = unwound_sum(share, goes, weights, 2, 1)
    without_second = unwound_sum(share, goes, weights, 2, 2)
first, second = without_first * (1 - 0.5), without_second * (1 - 0.25)
print(f"of a leaf of value 1: {first:.4f} by the first feature, {second:.4f} by the second")
# the chance of the leaf rises from 1/2 * 1/4 (nothing known) to 1 (both known)
assert np.isclose(first + second, 1 - 0.5 * 0.25)
# the first feature comes first in one of two orders: from 1/8 to 1/4, and second in the other: from 1/2 to 1
assert np.isclose(first, ((1 / 4 - 1 / 8) + (1 - 1 / 2)) / 2)

# %% [markdown]
# ## 4. Watch the steps
#
# Each round of boosting is a step, with its residuals, its tree, and the predictions so far.

# %%
steps = record(GradientBoostingRegressor(n_estimators=30, max_depth=2, learning_rate=0.3).steps(t[:, None], height))
fig, panels = plt.subplots(2, 3, figsize=(10, 5.2), sharex=True, sharey="row", layout="constrained")
for k, round_shown in enumerate((0, 1, 9)):
    draw_round(steps[round_shown], t[:, None], ax=panels[0, k])
    panels[0, k].set_xlabel("")
    panels[1, k].plot(t, height, ".", color=GREY)
    panels[1, k].plot(t, steps[round_shown].raw[0], color=ORANGE, drawstyle="steps-mid")
    panels[1, k].set(xlabel="t", title=f"all {round_shown + 1} together" if round_shown else "the first one alone")
panels[1, 0].set_ylabel("height")
plt.show()
plt.close(fig)

losses = [step.train_score for step in steps]
assert all(b < a for a, b in pairwise(losses))

# %% [markdown]
# Now real data: 442 people with diabetes, ten measurements each, and how their illness went on within a year. Which
# columns does a model go by? (s1 to s6 were measured in the blood; all columns are scaled, with mean 0.) Shuffle one
# column of rows it has not seen; the score falls by what the column was worth. The curve beside it shows *how* the
# prediction follows the body mass index, for single people and on average.

# %%
diabetes = load_diabetes()
names = diabetes.feature_names
train_X, test_X, train_y, test_y = train_test_split(diabetes.data, diabetes.target, random_state=0)
boosted = GradientBoostingRegressor(n_estimators=80, max_depth=2, random_state=0).fit(train_X, train_y)
worth = permutation_importance(boosted, test_X, test_y, random_state=0, n_repeats=10)
fig, (a, b) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
draw_importances(worth, feature_names=names, ax=a)
draw_dependence(boosted, train_X, names.index("bmi"), feature_names=names, kind="both", grid_resolution=40, ax=b)
plt.show()
plt.close(fig)
assert {names[f] for f in np.argsort(worth.importances_mean)[-2:]} == {"bmi", "s5"}

# %% [markdown]
# And one person? Their Shapley values and the base value, which is expected of anybody, add up to the prediction.

# %%
explained = tree_shap(boosted, test_X)
person = int(np.argmax(boosted.predict(test_X)))
fig, (a, b) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
draw_waterfall(explained, person, test_X, feature_names=names, max_features=6, ax=a)
draw_beeswarm(explained, test_X, feature_names=names, max_features=6, ax=b)
plt.show()
plt.close(fig)
assert np.allclose(explained.values.sum(axis=1) + explained.base_values, boosted.predict(test_X))

# %% [markdown]
# ## 5. Break it
#
# A forest cannot be broken by more trees: the mean only settles. Boosting can: each round corrects what is still wrong,
# and in the end what is wrong is noise. A large learning rate gets there soon.

# %%
noise = GradientBoostingRegressor(n_estimators=300, max_depth=2, learning_rate=0.5, random_state=0).fit(
    t[:, None], height
)
slow = GradientBoostingRegressor(n_estimators=300, max_depth=2, learning_rate=0.05, random_state=0).fit(
    t[:, None], height
)
forest = models["a forest of 100"]
curves = {
    "boosting, rate 0.5": [np.mean((said - truth) ** 2) for said in noise.staged_predict(fresh[:, None])],
    "boosting, rate 0.05": [np.mean((said - truth) ** 2) for said in slow.staged_predict(fresh[:, None])],
}
each = np.array([tree.predict(fresh[:, None]) for tree in forest.estimators_])
means = np.cumsum(each, axis=0) / np.arange(1, 101)[:, None]
curves["forest"] = ((means - truth) ** 2).mean(axis=1)
fig, (a, b) = plt.subplots(1, 2, figsize=(10, 3.5), layout="constrained")
for (name, curve), colour, style in zip(curves.items(), (ORANGE, GREEN, BLUE), ("-", "--", "-.")):
    a.semilogx(np.arange(1, len(curve) + 1), curve, style, color=colour, label=name)
a.set(xlabel="trees", ylabel="error on new points", title="more trees: a forest settles, boosting learns the noise")
a.title.set_fontsize("medium")
a.legend()
draw_pruning(models["one tree"], ax=b)
plt.show()
plt.close(fig)

assert curves["boosting, rate 0.5"][-1] > 2 * min(curves["boosting, rate 0.5"])
assert curves["forest"][-1] < 1.2 * min(curves["forest"])
assert min(curves["boosting, rate 0.05"]) < curves["boosting, rate 0.5"][-1]

# %% [markdown]
# A single tree has its own cure, on the right: a price for each leaf (`11_a_tree.py`).
#
# Explanations can be broken, too. Give a model the same column twice: shuffling one copy costs much less, for the other
# is still there. Each looks far less important than the column alone, though together they are all there is.

# %%
twice = np.column_stack([t, t + 1e-3 * rng.normal(size=120), rng.normal(size=120)])
copies = RandomForestRegressor(50, max_features=1, random_state=0).fit(twice, height)
alone = RandomForestRegressor(50, max_features=1, random_state=0).fit(twice[:, [0, 2]], height)
fall = permutation_importance(copies, twice, height, random_state=0).importances_mean
fall_alone = permutation_importance(alone, twice[:, [0, 2]], height, random_state=0).importances_mean
print("the column alone:", fall_alone[0].round(2), "  two copies of it:", fall[:2].round(2))
assert max(fall[:2]) < fall_alone[0]

# %% [markdown]
# ## 6. Exercise
#
# 1. By hand: what are the residuals of the six points after three rounds with the learning rate 1? Which question comes
#    second?
# 2. Boost the six points with `loss="absolute_error"`. It starts from the median, 4. What does each leaf add now, and
#    why is it a median?
# 3. Give `GradientBoostingRegressor` `subsample=0.5`. Does the curve of the rate 0.5 still rise? Explain it by the
#    variance of a mean.
# 4. Take two features that matter alike (y = x0 * x1, on a grid). Do their Shapley values come out equal?

# %% [markdown]
# Solutions. 1: -0.375 twice, 0.375 twice, 0 twice; x <= 2.5 comes second. 2: half the median of its residuals, for the
# sum of absolute misses is least there: -3 on the left of x <= 2.5; on the right the residuals are 0, 0, 6, 6, every
# number from 0 to 6 is a median, the lowest is taken, and the 10s are never reached. 3: yes. Averaging removes
# variance; boosting adds its trees up, each fitted to the noise that is left, whichever rows it sees. 4: not in one
# tree, where one of the two is asked first; on average over trees that ask at random, nearly.

# %%
*_, third = GradientBoostingRegressor(n_estimators=3, max_depth=1, learning_rate=1.0).steps(x[:, None], y)
assert np.allclose(y - third.raw[0], [-0.375, -0.375, 0.375, 0.375, 0, 0])
*_, third = GradientBoostingRegressor(loss="absolute_error", n_estimators=3, max_depth=1, learning_rate=0.5).steps(
    x[:, None], y
)
assert np.allclose(third.raw[0], [1.375, 1.375, 4, 4, 4, 4])  # 4 - 1.5 - 0.75 - 0.375
half = GradientBoostingRegressor(n_estimators=300, max_depth=2, learning_rate=0.5, subsample=0.5, random_state=0)
halves = [np.mean((said - truth) ** 2) for said in half.fit(t[:, None], height).staged_predict(fresh[:, None])]
print(f"3. half the rows a round: error {min(halves):.3f} at best, {halves[-1]:.3f} after 300 rounds")
assert halves[-1] > 2 * min(halves)

grid = np.stack(np.meshgrid(np.arange(4.0), np.arange(4.0)), axis=-1).reshape(-1, 2)
product = RandomForestRegressor(400, bootstrap=False, max_features=1, random_state=0).fit(grid, grid.prod(axis=1))
values, base = tree_shap(product, [[3.0, 3.0]])
print("4. x0 * x1 at (3, 3):", values.round(2), "from", base)
assert abs(values[0, 0] - values[0, 1]) < 0.25
