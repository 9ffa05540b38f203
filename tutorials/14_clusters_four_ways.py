# %% [markdown]
# # Clusters, four ways
#
# "Find the groups" is no question until you say what a group is. Four answers:
#
# - **k-means**: the points around a *centre*. Every point belongs to the nearest.
# - **Hierarchical clustering** (here by single linkage): what hangs together by *short links*.
# - **DBSCAN**: what hangs together through *crowded places*. Lone points belong to nobody.
# - **Mixture of Gaussians**: what one *bell* may have thrown, however long and tilted. Belonging is a probability.
#
# None is the best. Each wins where its answer is the right one, and each can be broken by a few points.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from scratchml.cluster import DBSCAN, AgglomerativeClustering, KMeans
from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.datasets import make_blobs, make_moons
from scratchml.metrics import adjusted_rand_score, silhouette_score
from scratchml.mixture import GaussianMixture

COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]  # told apart by colour-blind eyes as well
MARKS = "os^Dv*"

# %% [markdown]
# ## 1. The picture
#
# Four sets of points, and on each of them all four. The score over a picture is the adjusted Rand index: 1 if the
# groups are those that the points were made in, about 0 if they are no better than chance.


# %%
def four_ways(k, eps):
    """Return the four, told how many groups there are (k), or how near a neighbour is (eps)."""
    return {
        "k-means": KMeans(k, n_init=10, random_state=0),
        "single linkage": AgglomerativeClustering(k, linkage="single"),
        "DBSCAN": DBSCAN(eps=eps, min_samples=5),
        "mixture": GaussianMixture(k, n_init=5, random_state=0),
    }


def draw(box, X, labels):
    """Draw the points (n, 2) in the colours and marks of their labels; those of nobody (-1) as grey dots."""
    box.plot(*X[labels == -1].T, ".", color="0.6", markersize=3)
    by_size = np.argsort(-np.bincount(labels[labels >= 0], minlength=1))
    for place, j in enumerate(by_size):
        mine = X[labels == j]
        box.plot(*mine.T, MARKS[place % 6], color=COLOURS[place % 6], markersize=3)
    box.set(xticks=[], yticks=[])


rng = np.random.default_rng(0)
round_groups, round_truth = make_blobs(200, centers=[[0, 0], [6, 1], [2, 6]], cluster_std=1.1, random_state=1)
moons, moon_truth = make_moons(200, noise=0.06, random_state=0)
long_rng, long_truth = np.random.default_rng(1), np.repeat([0, 1], 100)
long_groups = long_rng.normal(size=(200, 2)) * [2.2, 0.45] + np.column_stack([1.5 * long_truth, 3.0 * long_truth])
long_groups = long_groups @ np.array([[0.8, 0.6], [-0.6, 0.8]])
noise_truth = np.repeat([0, 1, -1], [90, 90, 40])
noisy = np.vstack([rng.normal(size=(90, 2)) * 0.4, rng.normal(size=(90, 2)) * 0.4 + 4, rng.uniform(-4, 8, (40, 2))])
PROBLEMS = {
    "round": (round_groups, round_truth, 3, 0.9),
    "moons": (moons, moon_truth, 2, 0.2),
    "long": (long_groups, long_truth, 2, 0.9),
    "amid noise": (noisy, noise_truth, 2, 0.5),
}

scores = {}
fig, axes = plt.subplots(4, 4, figsize=(9, 9), layout="constrained")
for row, (problem, (X, truth, k, eps)) in zip(axes, PROBLEMS.items()):
    for box, (name, model) in zip(row, four_ways(k, eps).items()):
        labels = model.fit_predict(X)
        scores[problem, name] = adjusted_rand_score(truth, labels)
        draw(box, X, labels)
        box.set_title(f"{name}: {scores[problem, name]:.2f}", fontsize=10)
    row[0].set_ylabel(problem, fontsize=11)
plt.show()
plt.close(fig)

assert scores["round", "k-means"] > 0.9 > scores["round", "single linkage"]
assert scores["moons", "k-means"] < 0.5 < 0.9 < scores["moons", "single linkage"]
assert scores["long", "mixture"] > 0.9 > scores["long", "k-means"]
assert scores["amid noise", "DBSCAN"] == max(scores["amid noise", name] for name in four_ways(1, 1.0))

# %% [markdown]
# Read it by rows. *Round* groups: a centre is the right idea, and a bell as well. *Moons*: no centre describes a
# crescent, but links and crowds follow it. *Long* groups: a bell may be long, a cell of k-means may not, and single
# linkage is fooled by one lone point, which it takes for the second group. *Amid noise*: only DBSCAN may leave points
# alone (grey), all others must give each of them to somebody.

# %% [markdown]
# ## 2. By hand on six points
#
# 0, 1, 2, then 6, 7, then 20, and two groups wanted.
#
# - *Single linkage*: the links are 1, 1, 4, 1, 13. The longest is cut: {0, 1, 2, 6, 7} and {20}.
# - *k-means*: {0, 1, 2, 6, 7} with the mean 3.2 and {20} costs 38.8. The other cut, {0, 1, 2} and {6, 7, 20}, has the
#   means 1 and 11 and costs 2 + 122. The lone point wins.
# - *DBSCAN* with eps = 1.5, two points within it making a crowd: {0, 1, 2}, {6, 7}, and 20 is noise.
# - *Mixture*: let both bells be as wide as each other ("tied"). 20 belongs to its own bell with certainty.

# %%
six = np.array([[0.0], [1.0], [2.0], [6.0], [7.0], [20.0]])
links = AgglomerativeClustering(2, linkage="single", compute_distances=True).fit(six)
assert links.distances_.tolist() == [1.0, 1.0, 1.0, 4.0, 13.0]
means = KMeans(2, n_init=10, random_state=0).fit(six)
by_hand = sum((x - 3.2) ** 2 for x in (0, 1, 2, 6, 7))
assert np.isclose(means.inertia_, by_hand)
assert by_hand < sum((x - 1) ** 2 for x in (0, 1, 2)) + sum((x - 11) ** 2 for x in (6, 7, 20))
crowds = DBSCAN(eps=1.5, min_samples=2).fit(six)
assert crowds.labels_.tolist() == [0, 0, 0, 1, 1, -1]
bells = GaussianMixture(2, covariance_type="tied", n_init=5, random_state=0).fit(six)
for name, found in (("links", links.labels_), ("k-means", means.labels_), ("DBSCAN", crowds.labels_)):
    print(f"{name:8s} {found}")
print("mixture ", bells.predict_proba(six).round(3).tolist())
assert adjusted_rand_score(links.labels_, means.labels_) == 1.0
assert adjusted_rand_score(links.labels_, bells.predict(six)) == 1.0

# %% [markdown]
# ## 3. The kernel in the debugger
#
# Each of the four spends its time in a few small functions. `plain_python()` runs compiled ones as plain Python, so a
# debugger can step into them: put `breakpoint()` into `join_tree` in `scratchml/cluster/minimum_spanning_tree.py`,
# which takes the nearest point that is not yet linked, or into `grow_cluster` in `scratchml/cluster/dbscan.py`, which
# walks from neighbour to neighbour until the crowd ends. (`score_two` and `keep_nearer` are in `assign.py` beside them,
# `expect` and `maximise` in `scratchml/mixture/expectation_maximisation.py`.) Here a tracer stands in for the debugger
# and counts which are entered.

# %%
entered = {}


def look_on(frame, event, argument):
    """Count the functions of the rooms cluster and mixture that are entered."""
    file = frame.f_code.co_filename.replace("\\", "/")
    if event == "call" and ("/cluster/" in file or "/mixture/" in file or "/maths/" in file):
        entered[frame.f_code.co_name] = entered.get(frame.f_code.co_name, 0) + 1


WATCHED = {
    "k-means": ("score_two", "keep_nearer", "add_points"),
    "single linkage": ("reach_out", "join_tree", "root_of"),
    "DBSCAN": ("grow_cluster",),
    "mixture": ("expect", "maximise"),
}
small = round_groups[:30]
before = sys.gettrace()
for name, model in four_ways(2, 1.5).items():
    entered.clear()
    with plain_python():
        sys.settrace(look_on)
        try:
            model.fit(small)
        finally:
            sys.settrace(before)
    print(f"{name}:", {kernel: entered[kernel] for kernel in WATCHED[name]})

# %% [markdown]
# ## 4. Watch the steps
#
# A fit is its steps, and each of the four has its own quantity that tells how far it has come: k-means lowers the
# inertia (the sum of squared distances to the centres), links grow longer, DBSCAN finishes one crowd after another, and
# the mixture raises the likelihood (how probable it thinks the points are). Each of the four can only go one way: that
# is a law, and here it is checked.

# %%
X = round_groups
inertia = [s.inertia for s in record(KMeans(3, init=X[:3], tol=0).steps(X)) if s.name == "assign"]
tree = record(AgglomerativeClustering(3, linkage="single").steps(X))[-1]
heights = tree.merges[:, 2]
crowd = record(DBSCAN(eps=0.9).steps(X))
grown = [int((s.labels >= 0).sum()) for s in crowd]
bound = [
    s.bound for s in record(GaussianMixture(3, tol=1e-6, max_iter=300, random_state=0).steps(X)) if s.name == "maximise"
]

fig, axes = plt.subplots(1, 4, figsize=(11, 2.7), layout="constrained")
shown = {
    "k-means": (inertia, "iteration", "inertia"),
    "single linkage": (heights, "merge", "length of the link"),
    "DBSCAN": (grown, "step", "points in a cluster"),
    "mixture": (bound, "iteration", "mean log likelihood"),
}
for box, (name, (values, across, up)), colour in zip(axes, shown.items(), COLOURS):
    box.plot(np.arange(len(values)), values, marker="o" if len(values) < 40 else "", markersize=4, color=colour)
    box.set(title=name, xlabel=across, ylabel=up)
plt.show()
plt.close(fig)
assert all(b <= a * (1 + 1e-12) for a, b in pairwise(inertia))
assert all(b >= a for a, b in pairwise(heights))
assert all(b >= a for a, b in pairwise(grown))
assert all(b >= a - 1e-9 for a, b in pairwise(bound))

# %% [markdown]
# ## 5. Break it
#
# Each answer has its own enemy. A *bridge* of a few points between two groups: single linkage walks over it. A *faraway
# point*: k-means spends a centre on it. Groups of *different crowding*: an eps that parts the two tight ones leaves
# much of the loose one to nobody, and an eps that suits the loose one joins the tight ones. Without bridge and faraway
# point, the first two would find their groups without a fault. (The enemy of the mixture is above: a group that is no
# bell, like a moon.)

# %%
two, two_truth = make_blobs(160, centers=[[0, 0], [8, 0]], cluster_std=0.9, random_state=2)
bridge = np.column_stack([np.linspace(1, 7, 14), np.zeros(14)])
far = np.array([[60.0, 40.0]])
tight = np.vstack([rng.normal(size=(60, 2)) * 0.12, rng.normal(size=(60, 2)) * 0.12 + [0.9, 0.0]])
crowdings = np.vstack([tight, rng.normal(size=(80, 2)) * 1.2 + [6.0, 0.0]])

for untroubled in (AgglomerativeClustering(2, linkage="single"), KMeans(2, n_init=10, random_state=0)):
    assert adjusted_rand_score(two_truth, untroubled.fit_predict(two)) == 1.0
linked = AgglomerativeClustering(2, linkage="single").fit_predict(np.vstack([two, bridge]))[:160]
pulled = KMeans(2, n_init=10, random_state=0).fit_predict(np.vstack([two, far]))[:160]
joined, lonely = {}, {}
for eps in (0.1, 0.2, 0.3, 0.5, 0.8, 1.2):
    labels = DBSCAN(eps=eps).fit_predict(crowdings)
    joined[eps] = bool(np.bincount(labels[:60] + 1).argmax() == np.bincount(labels[60:120] + 1).argmax())
    lonely[eps] = float((labels[120:] == -1).mean())
fig, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
draw(axes[0], two, linked)
axes[0].plot(*bridge.T, "x", color="black", markersize=5)
axes[0].set_title(f"single linkage over a bridge: {adjusted_rand_score(two_truth, linked):.2f}", fontsize=10)
draw(axes[1], two, pulled)
axes[1].set_title(f"k-means with a point at (60, 40): {adjusted_rand_score(two_truth, pulled):.2f}", fontsize=10)
draw(axes[2], crowdings, DBSCAN(eps=0.3).fit_predict(crowdings))
axes[2].set_title(f"DBSCAN, eps=0.3: {lonely[0.3]:.0%} of the loose group lost", fontsize=10)
plt.show()
plt.close(fig)

print("eps: are the tight groups joined, and what share of the loose one is nobody's?")
print({eps: (joined[eps], round(lonely[eps], 2)) for eps in joined})
assert adjusted_rand_score(two_truth, linked) < 0.1
assert adjusted_rand_score(two_truth, pulled) < 0.1
assert all(joined[eps] or lonely[eps] > 0.25 for eps in joined)

# %% [markdown]
# ## 6. Exercise
#
# You have no truth, so you would like a number that tells which of the four is right. The *silhouette* asks each point
# whether it is nearer to its own group than to the next one.
#
# 1. On the moons, which of the four does the silhouette prefer?
# 2. Is it the right one? What does that say about the silhouette?
# 3. On which of the four problems would you trust it?

# %% [markdown]
# Solutions. 1 and 2: it prefers k-means, which is wrong. Nearness to one's own group and farness from the others is
# k-means's own idea of a group, so the silhouette judges by k-means's book: a measure that needs no truth has put its
# own idea of a group in the place of the truth. 3: it may be trusted where groups are round, and there k-means finds
# them anyway.

# %%
X, truth, k, eps = PROBLEMS["moons"]
judged = {name: silhouette_score(X, model.fit_predict(X)) for name, model in four_ways(k, eps).items()}
print({name: round(value, 2) for name, value in judged.items()})
favourite = max(judged, key=judged.get)
assert favourite == "k-means"
assert scores["moons", favourite] < scores["moons", "single linkage"]
