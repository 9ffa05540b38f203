# %% [markdown]
# # k-means: two questions, asked in turn
#
# Put n points into k groups, so that points are near the centre of their group. Two questions are easy:
# *given the centres, which group does a point belong to?* (the nearest) and *given the groups, where should the centres
# be?* (at the means). k-means asks the one, then the other, until nothing changes. That is the whole algorithm; what
# it finds depends on where it begins, and that is the rest of this page.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from scratchml.cluster import KMeans
from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.datasets import make_blobs
from scratchml.metrics import adjusted_rand_score
from scratchml.viz import draw_cells

COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]  # told apart by colour-blind eyes as well
MARKS = "os^Dv*"

# %% [markdown]
# ## 1. The picture
#
# Every place of the plane has a nearest centre. The places that share one form a *Voronoi cell*; its walls lie halfway
# between two centres, so they are straight. k-means can only cut the plane in this way.

# %%
middles = np.array([[-5.0, -4.0], [-4.0, 5.0], [3.0, 4.0], [6.0, -3.0]])
X, truth = make_blobs(240, centers=middles, cluster_std=1.3, random_state=3)
model = KMeans(4, random_state=0).fit(X)

fig, axes = plt.subplots(figsize=(5, 4), layout="constrained")
draw_cells(X, model.cluster_centers_, model.labels_, ax=axes)
axes.set_title(f"four cells, inertia {model.inertia_:.0f}")
plt.show()
plt.close(fig)

assert adjusted_rand_score(truth, model.labels_) > 0.95  # 1: the same groups; 0: no more alike than by chance

# %% [markdown]
# The *inertia* is the sum of the squared distances of all points to their centres: what k-means makes small. It needs
# no labels, so it is no measure of truth.

# %% [markdown]
# ## 2. By hand on six points
#
# Six points on a line, and two centres that could hardly be worse: the first two points themselves.
#
# - assign: 1 goes to the centre 1; all others are nearer to the centre 2.
# - update: the means are 1 and (2 + 3 + 11 + 12 + 13) / 5 = 8.2.
# - assign: now 2 and 3 are nearer to 1 than to 8.2. They change sides.
# - update: the means are 2 and 12.
# - assign: nothing changes. Done.

# %%
x = np.array([1.0, 2.0, 3.0, 11.0, 12.0, 13.0])
centres = np.array([1.0, 2.0])
by_hand = []
while not by_hand or by_hand[-1] != centres.tolist():
    by_hand.append(centres.tolist())
    side = np.abs(x[:, None] - centres).argmin(axis=1)  # assign
    inertia = ((x - centres[side]) ** 2).sum()
    centres = np.array([x[side == j].mean() for j in range(2)])  # update
    print(f"labels {side}, inertia {inertia:5.1f}, then the centres move to {centres}")

path = record(KMeans(2, init=[[1.0], [2.0]]).steps(x[:, None]))
print([step.name for step in path])
moves = [step.centres.ravel() for step in path if step.name in ("seed", "update")]
assert np.allclose(moves[:3], by_hand)
assert path[-1].labels.tolist() == side.tolist() == [0, 0, 0, 1, 1, 1]

# %% [markdown]
# Why the *mean*? For one group, the sum of (x - c)^2 has the derivative -2 sum (x - c), which is zero only at the mean.
# Try it: any other place costs more, by the number of points times the squared distance from the mean.

# %%
group, places = x[:3], np.linspace(0, 4, 9)
costs = [float(((group - c) ** 2).sum()) for c in places]
print(dict(zip(places.tolist(), costs)))
assert places[np.argmin(costs)] == group.mean() == 2.0
assert np.allclose(costs, min(costs) + 3 * (places - 2.0) ** 2)

# %% [markdown]
# ## 3. The kernel in the debugger
#
# The loops are in `scratchml/cluster/assign.py`. `plain_python()` runs them as plain Python: put `breakpoint()` into
# `keep_nearer` and step through it. Here a tracer stands in for the debugger. It counts the calls of that file's
# kernels, and looks on as the first point meets one pair of centres after another.

# %%
calls, duels = {}, []


def look_on(frame, event, argument):
    if not frame.f_code.co_filename.endswith("assign.py"):
        return None
    if event == "call":
        calls[frame.f_code.co_name] = calls.get(frame.f_code.co_name, 0) + 1
        return look_on if frame.f_code.co_name == "keep_nearer" else None
    if event == "return":
        seen = frame.f_locals
        duels.append((seen["j"], seen["best"][0], seen["labels"][0]))
    return look_on


start = X[4:8]
compiled = KMeans(4, init=start, max_iter=1).fit(X)
before = sys.gettrace()
with plain_python():
    sys.settrace(look_on)
    try:
        plain = KMeans(4, init=start, max_iter=1).fit(X)
    finally:
        sys.settrace(before)
print({name: calls[name] for name in ("assign_blocks", "score_two", "keep_nearer", "add_points")})
for j, score, label in duels[:2]:
    print(f"after the centres {j} and {j + 1}: best score {score:.2f}, label {label}")
assert plain.cluster_centers_.tobytes() == compiled.cluster_centers_.tobytes()
assert duels[1][1] <= duels[0][1]  # the best score can only fall
assert [label for _, _, label in duels[:2]] == [0, 3]
assert ((X[0] - start) ** 2).sum(axis=1).argmin() == 3

# %% [markdown]
# Four centres are two pairs. There are two passes over the points: one assigns; the other, after the update, finds the
# labels that belong to the moved centres. The first point goes to centre 0, until centre 3 turns out to be nearer.
#
# The score is not the squared distance: it lacks the point's own squared length, which is the same for every centre. So
# the kernel takes no square root, and adds no length that decides nothing.

# %%
centred, moved_start = X[0] - X.mean(axis=0), start - X.mean(axis=0)
score = (moved_start**2).sum(axis=1) - 2 * moved_start @ centred
assert np.allclose(score + centred @ centred, ((X[0] - start) ** 2).sum(axis=1))
assert np.isclose(score.min(), duels[1][1])

# %% [markdown]
# ## 4. Watch the steps
#
# A fit is its steps: "seed", then "assign" and "update" in turn. (Two more end it: "score" adds up the inertia at the
# last centres, and "best" is the best of all runs, should there be several.) Here four centres all begin in one
# corner. Black lines are their trails.

# %%
corner = np.array([[-6.5, -5.5], [-6.0, -3.0], [-4.5, -5.0], [-4.0, -3.5]])
path = record(KMeans(4, init=corner, tol=0).steps(X))
halves = [step for step in path if step.name in ("assign", "update")]
shown = [0, 1, 2, 3, 5, len(halves) - 1]

fig, axes = plt.subplots(2, 3, figsize=(9, 5.6), layout="constrained")
for box, i in zip(axes.ravel(), shown):
    step = halves[i]
    draw_cells(X, step.centres, step.labels, trails=[corner, *(s.centres for s in halves[:i])], ax=box)
    box.set_title(f"{step.name} {step.iteration}", fontsize=10)
plt.show()
plt.close(fig)

# %% [markdown]
# After "assign" the colours of the points are those of the cells they lie in. After "update" the centres have moved and
# some points lie in a foreign cell: they are the ones that will change sides. (Two centres never leave the corner. We
# come back to that.)
#
# Neither half can raise the inertia: assigning picks the least distance, and the mean is the best centre. There are
# finitely many ways to group the points, none comes twice, so it must end.

# %%
fall = [step.inertia for step in path if step.name == "assign"]
changed = [step.moved for step in path if step.name == "assign"]
assert all(later <= earlier * (1 + 1e-12) for earlier, later in pairwise(fall))
assert changed[-1] == 0

fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained")
left.plot(range(1, len(fall) + 1), fall, "o-", color=COLOURS[0])
left.set(xlabel="iteration", ylabel="inertia", yscale="log", title="the inertia never rises")
right.bar(range(1, len(changed) + 1), changed, color=COLOURS[1])  # in iteration 1 all 240 get their first label
right.set(xlabel="iteration", ylabel="points", title="points that change sides")
for box in (left, right):
    box.set_xticks(range(1, len(fall) + 1))
plt.show()
plt.close(fig)

# %% [markdown]
# At the end the model can prove that it has ended: from here, no centre would move and no point would change sides.
# That is a certificate of a *fixed point*, and no more. The next beat shows what it does not say.

# %%
ended = KMeans(4, init=corner, tol=0).fit(X)
print(ended.certify(X))
assert ended.certify(X).largest_move < 1e-12
assert ended.certify(X).misplaced == 0

# %% [markdown]
# ### Distances that nobody measures
#
# Towards the end hardly a point changes its group, and yet Lloyd measures all n k distances again, every time. The
# triangle inequality spares nearly all of them. If the centres move by 1 at most, a point's distance to its own centre
# grows by 1 at most, and that to any other shrinks by 1 at most. So remember for each point an *upper* bound to its own
# centre and a *lower* bound to the others, let them give way with each move, and measure only where they meet.
# Hamerly keeps one lower bound for a point; Elkan keeps k. Each step says how many distances it took.

# %%
many, _ = make_blobs(4000, centers=20, cluster_std=0.6, random_state=0)
start = many[:20]
shares, labels = {}, {}
for name in ("lloyd", "hamerly", "elkan"):
    steps = record(KMeans(20, init=start, tol=0, algorithm=name).steps(many))
    shares[name] = np.array([s.measured / (len(many) * 20) for s in steps if s.name == "assign"])
    labels[name] = [s.labels.tolist() for s in steps]
assert labels["lloyd"] == labels["hamerly"] == labels["elkan"]  # after every step

fig, axes = plt.subplots(figsize=(7, 3), layout="constrained")
for (name, share), colour, mark in zip(shares.items(), COLOURS, MARKS):
    axes.plot(np.arange(1, len(share) + 1), share, color=colour, marker=mark, markersize=4, label=name)
axes.set(
    xlabel="iteration",
    ylabel="share of distances measured",
    yscale="log",
    xticks=range(1, 20, 3),
    title="the same labels in every iteration",
)
axes.legend()
plt.show()
plt.close(fig)
print({name: f"{share.sum() / len(share):.0%} of all distances" for name, share in shares.items()})
assert shares["elkan"].sum() < shares["hamerly"].sum() < 0.5 * shares["lloyd"].sum()

# %% [markdown]
# Fewer distances is not always less time: Elkan must look at k bounds to spare a distance, and a matrix product finds
# distances by the million. `KMeans` therefore begins as Lloyd and takes up Hamerly's bounds when few points move.
# Labels and centres are the same, to the last bit: where rounding could decide, the distance is measured
# (see `scratchml/cluster/bounds.py`).

# %% [markdown]
# ## 5. Break it
#
# A bad start: two centres in one group, and one centre between two groups. Each point is with its nearest centre, each
# centre is at its mean, the certificate is zero, and the answer is wrong. No half-step leads out.

# %%
bad_start = np.array([[-6.0, -4.0], [-4.0, -4.0], [-0.5, 4.5], [6.0, -3.0]])
stuck = KMeans(4, init=bad_start, tol=0).fit(X)
good = KMeans(4, n_init=10, random_state=0).fit(X)

fig, axes = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
for box, fitted, words in zip(axes, (stuck, good), ("a bad start", "the best of ten starts")):
    draw_cells(X, fitted.cluster_centers_, fitted.labels_, ax=box)
    box.set_title(f"{words}: inertia {fitted.inertia_:.0f}")
plt.show()
plt.close(fig)
assert stuck.certify(X).largest_move < 1e-12
assert stuck.inertia_ > 2 * good.inertia_

# %% [markdown]
# How often does chance lead there? Draw the start a hundred times: k rows at random, or by *k-means++*, which makes a
# row the more likely the farther it is from the centres drawn so far (and takes the best of a few candidates).

# %%
ends = {
    init: [KMeans(4, init=init, n_init=1, random_state=seed).fit(X).inertia_ for seed in range(100)]
    for init in ("random", "k-means++")
}
fig, axes = plt.subplots(figsize=(7, 2.4), layout="constrained")
for row, found in enumerate(ends.values()):
    jitter = np.random.default_rng(0).uniform(-0.2, 0.2, size=100)
    axes.plot(found, row + jitter, MARKS[row], color=COLOURS[row], alpha=0.6, markersize=5)
axes.set(xlabel="inertia at the end of a run (each mark is one start)", yticks=[0, 1], ylim=(-0.5, 1.5))
axes.set_yticklabels(list(ends))
plt.show()
plt.close(fig)
lost = {init: sum(inertia > 1.01 * good.inertia_ for inertia in found) for init, found in ends.items()}
print("runs of a hundred that end in a worse place:", lost)
assert lost["random"] > 10
assert lost["k-means++"] < lost["random"] / 2

# %% [markdown]
# A worse break, which no start can mend: k-means knows only distance to a mean, so its groups are cells. Long groups
# are cut across, and the inertia *prefers* the wrong answer to the right one.

# %%
rng = np.random.default_rng(1)
long_truth = np.repeat([0, 1], 150)
stripes = np.column_stack([rng.normal(scale=5, size=300), rng.normal(scale=0.4, size=300) + 3 * long_truth])
across = KMeans(2, n_init=10, random_state=0).fit(stripes)
right_means = np.array([stripes[long_truth == j].mean(axis=0) for j in range(2)])
inertia_of_truth = ((stripes - right_means[long_truth]) ** 2).sum()

fig, axes = plt.subplots(figsize=(7, 2.6), layout="constrained")
draw_cells(stripes, across.cluster_centers_, across.labels_, ax=axes)
axes.set_title(
    f"two stripes, cut across: inertia {across.inertia_:.0f}; of the stripes themselves {inertia_of_truth:.0f}"
)
plt.show()
plt.close(fig)
assert adjusted_rand_score(long_truth, across.labels_) < 0.2
assert across.inertia_ < inertia_of_truth

# %% [markdown]
# The mend is not in the algorithm but in the ruler: divide each column by its spread within the groups, if you know
# it. (Dividing by the spread of the whole column, as a scaler does, helps here as well.)

# %%
scaled = stripes / stripes.std(axis=0)
assert adjusted_rand_score(long_truth, KMeans(2, n_init=10, random_state=0).fit(scaled).labels_) > 0.9

# %% [markdown]
# ## 6. Exercise
#
# `init` may be a function of (rows, k, random_state) that returns k centres; random_state is one of NumPy's
# (`RandomState`). Write `farthest_first`: begin with a row drawn at random, then take again and again the row that is
# farthest from the centres so far.
#
# 1. How many of a hundred runs end in a worse place, compared with "random" and "k-means++"?
# 2. Add one row far outside, at (25, 25). What happens now, and why does k-means++ suffer less?
# 3. Which of the three would you call the safest default?


# %%
def farthest_first(rows, k, random_state):
    """Return k rows: one drawn at random, then each the farthest from those before it."""
    chosen = [random_state.randint(len(rows))]
    while len(chosen) < k:
        away = ((rows[:, None] - rows[chosen]) ** 2).sum(axis=2).min(axis=1)
        chosen.append(int(away.argmax()))
    return rows[chosen]


# %% [markdown]
# Solution: on clean groups it never fails, since the farthest row is always in a group that has no centre yet. But the
# farthest row is also what an outlier is: it takes a centre in *every* run and keeps it, and two groups must share one.
# k-means++ draws the outlier only now and then, and its choice among candidates prefers rows that help many others. A
# random start hardly ever draws the outlier, but it fails in the old way, and no less often than before.
#
# So k-means++ is the safest of the three: seldom wrong on clean groups, least often wrong beside an outlier. It is the
# default. And whatever the start, several are safer than one (`n_init`).


# %%
def lost_runs(rows, init):
    """Return how many of a hundred starts end in a worse place than the best of a hundred random ones."""
    least = KMeans(4, init="random", n_init=100, random_state=0).fit(rows).inertia_
    inertia = [KMeans(4, init=init, n_init=1, random_state=seed).fit(rows).inertia_ for seed in range(100)]
    return sum(value > 1.01 * least for value in inertia)


outside = np.vstack([X, [[25.0, 25.0]]])
starts = {"farthest first": farthest_first, "k-means++": "k-means++", "random": "random"}
clean = {name: lost_runs(X, init) for name, init in starts.items()}
beside_an_outlier = {name: lost_runs(outside, init) for name, init in starts.items()}
print("runs of a hundred that end in a worse place:", clean)
print("and beside an outlier:", beside_an_outlier)
assert clean["farthest first"] == 0
assert beside_an_outlier["farthest first"] == 100
assert beside_an_outlier["k-means++"] < beside_an_outlier["random"]
