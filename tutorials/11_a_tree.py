# %% [markdown]
# # A tree, one question at a time
#
# A decision tree asks: is this feature at most that number? Each answer leads to another question, until there is
# nothing left to ask. It needs no distances, no scaling and no gradients; and whoever can read can follow it.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.datasets import load_penguins
from scratchml.tree import DecisionTreeClassifier, DecisionTreeRegressor, export_text, plot_tree
from scratchml.tree.scan import scan_gini

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#888888"  # told apart by colour-blind eyes, too

# %% [markdown]
# ## 1. The picture
#
# Three species of penguins, four measurements. Some were not taken: a tree does not mind, rows without a value go with
# whichever answer serves better.

# %%
penguins = load_penguins()
X, y = penguins.data[:, 1:5].astype(float), penguins.target
names = [name.replace("_", " ") for name in penguins.feature_names[1:5]]
model = DecisionTreeClassifier(random_state=0, max_depth=3).fit(X, y)
plot_tree(model, X, y, feature_names=names, class_names=penguins.target_names, precision=4)
plt.show()
plt.close("all")

# %% [markdown]
# Each box shows the rows that have come so far, by the feature that is asked for next; the line is the threshold. The
# last boxes, the *leaves*, show their species. The same as text:

# %%
print(export_text(model, feature_names=names, class_names=penguins.target_names, max_depth=1))

# %% [markdown]
# In the plane of two features, questions are cuts along the axes, and leaves are boxes.

# %%
P = X[:, [2, 0]]
known = ~np.isnan(P).any(axis=1)
P, species = P[known], y[known]
grid_x, grid_y = np.meshgrid(np.linspace(170, 235, 200), np.linspace(30, 61, 200))
fig, panels = plt.subplots(1, 3, figsize=(10, 3.4), sharey=True, layout="constrained")
for axes, depth in zip(panels, (1, 2, 4)):
    boxes = DecisionTreeClassifier(random_state=0, max_depth=depth).fit(P, species)
    Z = boxes.predict(np.column_stack([grid_x.ravel(), grid_y.ravel()])).reshape(grid_x.shape)
    axes.contourf(grid_x, grid_y, Z, levels=[-0.5, 0.5, 1.5, 2.5], colors=[BLUE, ORANGE, GREEN], alpha=0.25)
    axes.scatter(*P.T, c=species, s=8, cmap=ListedColormap([BLUE, ORANGE, GREEN]))
    axes.set(title=f"up to {depth} question{'s' * (depth > 1)}", xlabel=names[2])
panels[0].set_ylabel(names[0])
plt.show()
plt.close(fig)

# %% [markdown]
# ## 2. By hand on six points
#
# | x | 1 | 2 | 3 | 5 | 6 | 7 |
# | --- | --- | --- | --- | --- | --- | --- |
# | class | a | a | b | b | b | a |
#
# How mixed is this? Draw two points at random, with replacement: how often do they differ? With shares p that is the
# *Gini impurity*, 1 - sum of p squared; here 1 - 1/4 - 1/4 = 1/2. A threshold splits the points into two sides; what is
# left of the impurity is that of both sides, each counted by its number of points. Five gaps, five candidates:

# %%
x, label = np.array([1.0, 2, 3, 5, 6, 7]), np.array(list("aabbba"))


def gini(labels):
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return 1 - (shares**2).sum()


gains = {}
for threshold in (x[:-1] + x[1:]) / 2:
    left, right = label[x <= threshold], label[x > threshold]
    gains[threshold] = gini(label) - len(left) / 6 * gini(left) - len(right) / 6 * gini(right)
    print(f"x <= {threshold:.1f}   {''.join(left):>5} | {''.join(right):<5}   gain {gains[threshold]:.3f}")

stump = DecisionTreeClassifier(max_depth=1, random_state=0).fit(x[:, None], label)
assert stump.tree_.threshold[0] == max(gains, key=gains.get) == 2.5

# %% [markdown]
# ## 3. The kernel in the debugger
#
# To try all thresholds one needs no new sums for each. Walk through the sorted points, and move one after the other
# from the right side to the left: two counts change. That is all `scan_gini` in `scratchml/tree/scan.py` does. Take the
# comment sign before `breakpoint()` away and step into it; the other arguments are room for its counts, and the least
# number of rows in a leaf.

# %%
sums = np.zeros((3, 1, 2))
sums[0, 0] = 3, 3  # three of class a, three of class b in the node
values, rows = x.astype(np.float32), np.arange(6, dtype=np.int32)
codes, no_weights, leaf = np.array([0, 0, 1, 1, 1, 0], dtype=np.int32), np.empty(0), (1, 0.0)
with plain_python():
    # breakpoint()  # s (step in), n (next line), p left_square (sum of the left side's squared counts), p split
    score, split = scan_gini(values, rows, (0, 6), (codes, no_weights), sums, leaf, -np.inf)
print("the best split lies before place", split, "; two points go left")
assert split == 2
assert np.isclose(score, -6 * (0.5 - max(gains.values())))  # minus what impurity is left, times the points

# %% [markdown]
# A node is split, its rows divided, and each half is walked through again, for each feature. Must it be sorted again?
# No: dividing a sorted list without changing the order leaves both parts sorted (`partition_column` in
# `scratchml/tree/partition.py`). So each column is sorted once, before the tree grows, and not again at each node.

# %% [markdown]
# ## 4. Watch the steps
#
# `steps` gives one step for each node: its rows, all candidates with their gains, and the split chosen. Here is a
# regression tree: a leaf predicts the mean, and impurity is the variance.

# %%
rng = np.random.default_rng(0)
t = np.sort(rng.uniform(0, 6, 80))
height = np.sin(t) + 0.2 * rng.normal(size=80)
path = record(DecisionTreeRegressor(max_leaf_nodes=6, random_state=0).steps(t[:, None], height))
splits = [step for step in path if step.name == "split"]
fig, panels = plt.subplots(2, 3, figsize=(10, 4.6), sharex=True, layout="constrained")
for k, step in enumerate(splits[:3]):
    upper, lower = panels[:, k]
    upper.plot(t, height, ".", color="#CCCCCC")
    upper.plot(t[step.rows], height[step.rows], ".", color=BLUE)
    upper.axvline(step.threshold, color="black", linewidth=1)
    upper.set_title(f"split {k + 1}: {len(step.rows)} rows, t <= {step.threshold:.2f}?")
    lower.plot(step.candidates.threshold, step.candidates.gain, color=ORANGE)
    lower.axvline(step.threshold, color="black", linewidth=1)
    lower.set_xlabel("threshold t")
panels[0, 0].set_ylabel("height")
panels[1, 0].set_ylabel("gain")
plt.show()
plt.close(fig)

assert all(np.isclose(step.gain, step.candidates.gain.max()) for step in splits)
assert len(splits) == 5  # six leaves

# %% [markdown]
# ## 5. Break it
#
# A tree that may go on asking learns the noise by heart. Grown to the end, each leaf holds one row; on rows it has not
# seen it is worse than a small tree. Pruning asks a price for each leaf, and cuts the branches that do not pay.

# %%
fresh = np.sort(rng.uniform(0, 6, 2000))
truth = np.sin(fresh)
whole = DecisionTreeRegressor(random_state=0).fit(t[:, None], height)
prices = whole.cost_complexity_pruning_path(t[:, None], height).ccp_alphas
errors, leaves = [], []
for price in prices:
    pruned = DecisionTreeRegressor(random_state=0, ccp_alpha=max(price, 0.0)).fit(t[:, None], height)
    errors.append(np.mean((pruned.predict(fresh[:, None]) - truth) ** 2))
    leaves.append(pruned.get_n_leaves())
best = int(np.argmin(errors))
right = DecisionTreeRegressor(random_state=0, ccp_alpha=prices[best]).fit(t[:, None], height)

fig, (a, b) = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained")
a.semilogx(leaves, errors, "o-", color=BLUE, markersize=3)
a.set(xlabel="leaves", ylabel="mean squared error on new points", title="too few leaves, and too many")
b.plot(t, height, ".", color="#BBBBBB")
b.plot(fresh, whole.predict(fresh[:, None]), color=ORANGE, linewidth=0.8, label=f"{whole.get_n_leaves()} leaves")
b.plot(fresh, right.predict(fresh[:, None]), color=BLUE, label=f"{right.get_n_leaves()} leaves")
b.set(xlabel="t", ylabel="height", title="noise by heart, and pruned")
b.legend()
plt.show()
plt.close(fig)

assert whole.score(t[:, None], height) == 1.0
assert errors[best] < 0.7 * errors[0]
assert 3 < leaves[best] < 40

# %% [markdown]
# A second way to break it: the exclusive or. Neither feature alone tells anything, so the first question gains nearly
# nothing, and a tree that stops when a question gains little never finds the second one.

# %%
Q = rng.uniform(-1, 1, size=(400, 2))
either = (Q[:, 0] > 0) != (Q[:, 1] > 0)
greedy = DecisionTreeClassifier(random_state=0, min_impurity_decrease=0.05).fit(Q, either)
patient = DecisionTreeClassifier(random_state=0).fit(Q, either)
print("stops when little is gained:", greedy.score(Q, either), "  goes on:", patient.score(Q, either))
assert greedy.get_n_leaves() == 1
assert patient.score(Q, either) == 1.0

# %% [markdown]
# ## 6. Exercise
#
# 1. By hand: the *entropy*, minus the sum of p log2 p, is another measure of a mixture; that of the six points is 1
#    bit. Which threshold gains most by it? Is it the same one?
# 2. Multiply the x of the six points by 1000, or take its exponential, and fit again. What changes in the tree, what
#    does not, why?
# 3. Grow twenty trees, each on rows drawn with replacement, and average their predictions of `height`. Compare with the
#    best pruned tree. What you have made is a forest.

# %% [markdown]
# Solutions. 1: the same one, x <= 2.5; what is left of the 1 bit is 4/6 times the entropy of 1/4 and 3/4. 2: only the
# thresholds change; the order of the points is the same, so the same rows part in the same places. 3: twenty trees,
# though each has learned its noise by heart, come near the best pruned tree: their noise is not the same and averages
# out.


# %%
def entropy(labels):
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return -(shares * np.log2(shares)).sum()


left_over = {s: sum(len(part) / 6 * entropy(part) for part in (label[x <= s], label[x > s])) for s in gains}
print("1. bits gained:", {float(s): round(float(entropy(label) - bits), 3) for s, bits in left_over.items()})
assert min(left_over, key=left_over.get) == 2.5

for stretched in (1000 * x, np.exp(x)):
    again = DecisionTreeClassifier(random_state=0).fit(stretched[:, None], label)
    first = DecisionTreeClassifier(random_state=0).fit(x[:, None], label)
    assert (again.apply(stretched[:, None]) == first.apply(x[:, None])).all()  # each point in the same leaf

several = np.mean(
    [
        DecisionTreeRegressor(random_state=seed).fit(t[:, None][drawn], height[drawn]).predict(fresh[:, None])
        for seed, drawn in enumerate(rng.integers(80, size=(20, 80)))
    ],
    axis=0,
)
averaged = np.mean((several - truth) ** 2)
print(
    f"3. error of one whole tree {errors[0]:.3f}, of twenty {averaged:.3f}, of the best pruned tree {errors[best]:.3f}"
)
assert averaged < errors[0]
