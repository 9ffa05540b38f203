# %% [markdown]
# # k nearest neighbours
#
# The shortest idea in machine learning: a new point is probably what the known points around it are. Nothing is
# learned; all training rows are kept, and when a question comes, the *k* nearest of them vote. So everything hangs on
# one word, *near*, and on one number, *k*.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.datasets import load_wine, make_moons
from scratchml.maths import build_tree, prepare
from scratchml.model_selection import StratifiedKFold, cross_val_score
from scratchml.neighbors import KNeighborsClassifier, k_neighbors
from scratchml.neighbors.kd_tree import search_by_steps
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import StandardScaler
from scratchml.viz import draw_boxes

BLUE, ORANGE = "#0072B2", "#E69F00"  # told apart by colour-blind eyes, too
pale, strong = ListedColormap(["#BFDCEC", "#F9E7BF"]), ListedColormap([BLUE, ORANGE])

# %% [markdown]
# ## 1. The picture
#
# Two moons, and what k neighbours make of the plane. With k = 1 every odd point is an island: the map is jagged, right
# on all training points and wrong beside many of them. With k = 150 of 200 points nearly everybody votes everywhere,
# and the shape is lost. In between lies a map one would draw by hand.

# %%
X, y = make_moons(200, noise=0.3, random_state=0)
x_axis, y_axis = np.linspace(-2.1, 3.1, 130), np.linspace(-1.5, 2.0, 90)
plane = np.array([[a, b] for b in y_axis for a in x_axis])

fig, panels = plt.subplots(1, 3, figsize=(10, 3.0), sharey=True, layout="constrained")
remembered, judged = {}, {}
for panel, k in zip(panels, (1, 15, 150)):
    model = KNeighborsClassifier(k).fit(X, y)
    remembered[k], judged[k] = model.score(X, y), model.score(None, y)  # None: each row is judged by the others
    panel.pcolormesh(x_axis, y_axis, model.predict(plane).reshape(90, 130), cmap=pale)
    for label, marker, colour in ((0, "o", BLUE), (1, "^", ORANGE)):
        panel.scatter(*X[y == label].T, s=14, marker=marker, color=colour, edgecolor="black", linewidth=0.3)
    panel.set(title=f"k = {k}: {remembered[k]:.2f} remembered, {judged[k]:.2f} honest", xticks=[], yticks=[])
plt.show()
plt.close(fig)

assert remembered[1] == 1.0  # every point is its own nearest neighbour
assert judged[15] > judged[1] > judged[150]

# %% [markdown]
# The first number in a title is the share of training points predicted right *when each may vote for itself*; the
# second leaves each point out of its own vote. With k = 1 the first is always 1 and says nothing at all.
#
# ## 2. By hand on six points
#
# Six points on a line: 0 and 1 are left, 3, 4 and 8 are right, 9 is left. What is 7, by three neighbours?

# %%
known = np.array([0.0, 1.0, 3.0, 4.0, 8.0, 9.0])
side = np.array(["left", "left", "right", "right", "right", "left"])
distance = np.abs(known - 7.0)
order = np.argsort(distance, kind="stable")  # stable: of equal distances, the earlier row comes first
for i in order:
    print(f"{known[i]:.0f} is {distance[i]:.0f} away and {side[i]}")
nearest = order[:3]
assert known[nearest].tolist() == [8.0, 9.0, 4.0]

# %% [markdown]
# Two of the three say right, so 7 is right, with 2/3 of the votes. If a vote counts 1 / distance, right has 1/1 + 1/3
# and left has 1/2: right again, with 8/11.

# %%
alike = KNeighborsClassifier(3).fit(known[:, None], side)
nearer_counts_more = KNeighborsClassifier(3, weights="distance").fit(known[:, None], side)
print(alike.classes_, alike.predict_proba([[7.0]]), nearer_counts_more.predict_proba([[7.0]]))
assert alike.predict([[7.0]]) == "right"
assert np.allclose(alike.predict_proba([[7.0]]), [[1 / 3, 2 / 3]])
assert np.allclose(nearer_counts_more.predict_proba([[7.0]]), [[3 / 11, 8 / 11]])

# %% [markdown]
# ## 3. The kernel in the debugger
#
# The vote is a kernel of five lines, `count_votes` in `scratchml/neighbors/k_neighbors.py`. With `plain_python()` it
# runs as the Python you read; put `breakpoint()` into it and step. Here a tracer does so for us, and writes the votes
# down whenever they have changed.

# %%
diary = []


def write_down(frame, event, argument):
    if frame.f_code.co_name != "count_votes":
        return None
    votes = frame.f_locals["votes"].round(3).tolist()
    if event != "call" and (not diary or diary[-1] != votes):
        diary.append(votes)
    return write_down


labels, indices = (side == "right").astype(np.int64), nearest[None, :]
weights, votes = 1.0 / distance[indices], np.zeros((1, 2))
with plain_python():
    before = sys.gettrace()
    sys.settrace(write_down)
    try:
        k_neighbors.count_votes(labels, indices, weights, votes)
    finally:
        sys.settrace(before)
print("votes for (left, right):", *diary, sep="\n")
assert diary == [[[0.0, 0.0]], [[0.0, 1.0]], [[0.5, 1.0]], [[0.5, 1.333]]]

compiled = np.zeros((1, 2))
k_neighbors.count_votes(labels, indices, weights, compiled)
assert (compiled == votes).all()  # the same source, the same bits

# %% [markdown]
# ## 4. Watch the steps
#
# Other models take their steps while they are fitted. Here `fit` only remembers, so it is the *prediction* that has
# steps: search, then vote. `record` keeps a copy of each. On the left, whom each of three new points asks; on the
# right, how much each neighbour's word counts when it is 1 / distance.

# %%
queries = np.array([[-0.8, 1.3], [0.55, 0.25], [2.1, -0.9]])
model = KNeighborsClassifier(7, weights="distance").fit(X, y)
path = record(model.steps(queries))
print([step.name for step in path])
assert [step.name for step in path] == ["search", "vote"]
search, vote = path
assert not search.votes[0].any()  # nobody has voted yet
assert (vote.votes[0].argmax(axis=1) == model.predict(queries)).all()

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained", width_ratios=[1.5, 1])
for label, marker in ((0, "o"), (1, "^")):
    left.scatter(*X[y == label].T, s=18, marker=marker, color=strong(label), alpha=0.6)
for q, name in enumerate("ABC"):
    for j in search.indices[q]:
        left.plot(*np.stack([queries[q], X[j]]).T, color="black", linewidth=0.8)
    left.plot(*queries[q], "s", color="white", markeredgecolor="black", markersize=5)
    left.annotate(name, queries[q], xytext=(5, 7), textcoords="offset points", weight="bold")
    start = np.zeros(2)
    for j, gap in zip(search.indices[q], search.distances[q]):
        share = 1 / gap / (1 / search.distances[q]).sum()
        right.barh(3 * q + y[j], share, left=start[y[j]], color=strong(y[j]), edgecolor="white")
        start[y[j]] += share
left.set(title="search: the seven nearest", xticks=[], yticks=[], aspect="equal")
rows = [3 * q + label for q in range(3) for label in range(2)]
names = [f"{name}: {shape}" for name in "ABC" for shape in ("circle", "triangle")]
right.set(title="vote: one box is one neighbour", xlabel="share of the votes", yticks=rows, xlim=(0, 1.02))
right.set_yticklabels(names)
right.invert_yaxis()
plt.show()
plt.close(fig)

# %% [markdown]
# ## 5. Break it
#
# *Break the ruler.* A wine is described by thirteen numbers, each in its own unit. One of them, proline, runs from 278
# to 1680; the others stay far below. The nearest wine is then the one with nearly the same proline, and the other
# twelve numbers hardly matter. Scaling each column to the same spread gives all of them a say.

# %%
wine = load_wine()
folds = StratifiedKFold(5, shuffle=True, random_state=0)
raw = cross_val_score(KNeighborsClassifier(5), wine.data, wine.target, cv=folds).mean()
proline = cross_val_score(KNeighborsClassifier(5), wine.data[:, 12:], wine.target, cv=folds).mean()
scaled = cross_val_score(
    make_pipeline(StandardScaler(), KNeighborsClassifier(5)), wine.data, wine.target, cv=folds
).mean()
print(f"as measured {raw:.2f}, proline alone {proline:.2f}, scaled {scaled:.2f}")
assert scaled > raw + 0.2
assert abs(raw - proline) < 0.1
assert (wine.data[:, 12].min(), wine.data[:, 12].max()) == (278, 1680)
assert wine.data[:, :12].max() < 170

# %% [markdown]
# *Break the space.* Near and far are words of a world with few dimensions. Throw 500 points into a cube and stand in
# it: on a line the nearest point is hundreds of times nearer than the farthest; with a thousand coordinates all points
# are about equally far away. A sum of many independent terms hardly varies, and a squared distance is such a sum. So
# the nearest neighbour is hardly nearer than anybody else, and what it says is hardly worth more.

# %%
rng = np.random.default_rng(0)
dimensions, contrast = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], []
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained")
for d in dimensions:
    points, stands = rng.random((500, d)), rng.random((20, d))
    gaps, _ = KNeighborsClassifier(500).fit(points, np.zeros(500, dtype=int)).kneighbors(stands)
    contrast.append((gaps[:, 0] / gaps[:, -1]).mean())
    if d in (2, 10, 100, 1000):
        shade = plt.cm.viridis(np.log10(d) / 3.5)
        left.hist(gaps[0] / gaps[0].max(), bins=np.linspace(0, 1, 51), color=shade, alpha=0.7, label=f"d = {d}")
left.set(xlabel="distance / largest distance", ylabel="points", title="500 points seen from one")
left.legend(loc="upper left")

moons, crescent = make_moons(400, noise=0.2, random_state=0)
extra, accuracy = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], []
for columns in extra:
    noisy = np.column_stack([moons, rng.normal(size=(400, columns))])
    accuracy.append(KNeighborsClassifier(15).fit(noisy, crescent).score(None, crescent))
right.semilogx(dimensions, contrast, "o-", color=BLUE, label="nearest / farthest distance in a cube")
right.semilogx(extra, accuracy, "^-", color=ORANGE, label="accuracy on moons with d columns of noise")
right.axhline(0.5, color="black", linewidth=0.8, linestyle=":")
right.set(xlabel="d", title="the curse of dimension", ylim=(0, 1.3), yticks=np.arange(0, 1.01, 0.25))
right.legend(loc="upper left")
plt.show()
plt.close(fig)

assert contrast == sorted(contrast)
assert contrast[0] < 0.01
assert contrast[-1] > 0.85
assert accuracy[0] > 0.9
assert accuracy[-1] < 0.65  # 0.5 is a coin

# %% [markdown]
# ## Brute force against a tree
#
# Must one look at every point? A k-d tree cuts the points in two at the median, the halves again, and so on, and puts a
# box around each part. A query that knows its k nearest so far passes over every box that is farther away. Blue boxes
# were measured, hatched ones were passed over (*pruned*), with all that is in them.

# %%
fig, panel = plt.subplots(figsize=(6, 3.6), layout="constrained")
draw_boxes(X, [0.55, 0.25], 5, leaf_size=8, ax=panel)
plt.show()
plt.close(fig)

# %% [markdown]
# The answer is the same, bit for bit; only the work differs. How much is saved is a matter of the dimension: in a plane
# a handful of boxes touches the ball around the query; in twelve dimensions most boxes do, and in twenty nearly all,
# because a ball that holds five points is then nearly as wide as the whole cloud. Count the points that have to be
# measured:

# %%
share = []
for d in (1, 2, 3, 5, 8, 12, 20):
    cloud, stands = rng.normal(size=(4000, d)), rng.normal(size=(5, d))
    reference = prepare(cloud)
    tree = build_tree(reference, 20)
    sizes, measured = tree.stops - tree.starts, 0
    for x in stands:
        measured += sum(sizes[s.node] for s in search_by_steps(x, reference, tree, 5) if s.name == "measure")
    share.append(measured / (5 * 4000))
    print(f"d = {d:2d}: {100 * share[-1]:5.1f} % of the points measured")
    trees, brute = (
        KNeighborsClassifier(5, algorithm=how).fit(cloud, np.arange(4000) % 2) for how in ("kd_tree", "brute")
    )
    for found, expected in zip(trees.kneighbors(stands), brute.kneighbors(stands)):
        assert (found == expected).all()
assert share[1] < 0.05
assert share[-2] > 0.5
assert share[-1] > 0.95  # a tree is no help here, and costs its bookkeeping

# %% [markdown]
# More points help very little: to have one point in every cell of a tenth of the width takes ten points on a line, a
# hundred in a square, 10^d in d dimensions. What helps is fewer columns, or better ones.
#
# ## 6. Exercise
#
# `predict(None)` judges every training row by the others: leave-one-out cross-validation for the price of one
# prediction.
#
# 1. Use it to choose k for the moons of beat 1. Which k are about as good as the best?
# 2. Before you run it: what does k = n - 1 = 199 predict, and how often is it right? (There are 100 points of each
#    kind.)
# 3. Write a weight of your own, exp(-(d / 0.3)^2 / 2), give it as `weights=`, and ask all 199. Why does k hardly matter
#    now?

# %%
ks = np.arange(1, 200, 2)
scores = np.array([KNeighborsClassifier(k).fit(X, y).score(None, y) for k in ks])
print(
    f"best: k = {ks[scores.argmax()]}, {scores.max():.3f}; fewer than 4 rows worse: {ks[scores > scores.max() - 0.02]}"
)
assert scores[0] < scores.max() > scores[60]

# %% [markdown]
# Solution to 2: without itself, a point is left with 99 of its own kind and 100 of the other. All of them vote, the
# other kind wins every time, and the score is 0: worse than a coin. Leaving one out tilts the scale against it.

# %%
print("k = 199:", scores[-1])
assert scores[-1] == 0.0

# %% [markdown]
# Solution to 3: far points have a weight of nearly nothing, so it is the width 0.3, not k, that says who is near. This
# is the Nadaraya-Watson estimate, and the first step towards kernel methods.


# %%
def bell(distances):
    return np.exp(-((distances / 0.3) ** 2) / 2)


soft = [KNeighborsClassifier(k, weights=bell).fit(X, y).score(None, y) for k in (50, 100, 199)]
print("by the bell curve, k = 50, 100, 199:", soft)
assert min(soft) > scores.max() - 0.03
assert max(soft) - min(soft) < 0.02
