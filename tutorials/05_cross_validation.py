# %% [markdown]
# # Cross-validation: which rows may judge a model?
#
# A model that is asked about rows it was fitted on is asked what it remembers. So some rows are kept back to judge it:
# the others *train* the model, these *test* it. To waste none, cut the rows into k parts, called *folds*, and let each
# fold be the test part once: k models, k scores, and their mean. That is cross-validation. *Which* rows go into a fold
# decides whether the score means anything, and that is what this page is about.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from scratchml.core import BaseEstimator, TransformerMixin, listen
from scratchml.core.jit import plain_python
from scratchml.datasets import load_breast_cancer
from scratchml.maths.folds import deal_classes
from scratchml.model_selection import (
    BaseCrossValidator,
    GridSearchCV,
    GroupKFold,
    KFold,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
    learning_curve,
    nested_cross_validate,
    train_test_split,
    train_validation_test_split,
    validation_curve,
)
from scratchml.neighbors import KNeighborsClassifier
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import StandardScaler

# %% [markdown]
# ## 1. The picture
#
# Forty rows, from left to right. They are sorted by class, and belong to ten groups (ten patients, say). The two
# strips at the top show both: the darker, the higher the class; and where the grey changes, another group begins.
# Below, each line of a box is one split.

# %%
labels = np.repeat([0, 1, 2], [20, 14, 6])
groups = np.repeat(np.arange(10), [3, 6, 2, 5, 4, 7, 3, 4, 4, 2])
splitters = [
    KFold(4),
    KFold(4, shuffle=True, random_state=0),
    StratifiedKFold(4),
    GroupKFold(4),
    StratifiedGroupKFold(2),
    ShuffleSplit(4, test_size=0.25, train_size=0.5, random_state=0),
    TimeSeriesSplit(4, gap=2),
]


def split_picture(splitter):
    """Return a table (splits, rows): 1 where a row trains, 2 where it tests, 0 where it is left out."""
    asked = groups if "Group" in type(splitter).__name__ else None
    splits = list(splitter.split(labels, labels, asked))
    table = np.zeros((len(splits), len(labels)))
    for line, (train, test) in enumerate(splits):
        table[line, train], table[line, test] = 1, 2
    return table


WHITE, BLUE, ORANGE, GREY = "#FFFFFF", "#0072B2", "#E69F00", "#999999"  # told apart by colour-blind eyes, too
names = [
    "KFold(4): consecutive rows",
    "KFold(4, shuffle=True): rows at random",
    "StratifiedKFold(4): every class in every fold",
    "GroupKFold(4): no group is cut",
    "StratifiedGroupKFold(2): no group is cut, classes as even as that allows",
    "ShuffleSplit(4): test and training rows drawn anew each time, some left out",
    "TimeSeriesSplit(4, gap=2): train on the past, leave two rows out, test on what comes next",
]
heights = [2] + [4] * 7
fig, axes = plt.subplots(8, 1, figsize=(8, 9), layout="constrained", height_ratios=heights)
axes[0].imshow(np.vstack([labels / 2, groups % 2]), aspect="auto", cmap="Greys", vmax=2)
axes[0].set_yticks([0, 1], ["class", "group"])
axes[0].set_title("blue: trains    orange: tests    white: left out", fontsize=10)
for box, splitter, name in zip(axes[1:], splitters, names):
    table = split_picture(splitter)
    box.pcolormesh(table, cmap=ListedColormap([WHITE, BLUE, ORANGE]), vmin=0, vmax=2, edgecolors="white", linewidth=0.4)
    box.invert_yaxis()
    box.set_yticks(np.arange(len(table)) + 0.5, range(len(table)))
    box.set_title(name, fontsize=9)
for box in axes:
    box.set_xticks([])
axes[-1].set_xlabel("row")
fig.supylabel("number of the split")
plt.show()
plt.close(fig)

# %% [markdown]
# Read it box by box. The last line of `KFold(4)` tests all rows of class 2, and none of that class is left to learn
# from. `StratifiedKFold` spreads every class over the folds. The group splitters never cut a group: a model must
# answer for patients it has never met. `TimeSeriesSplit` trains on the past only. Ask of your data: what will be new,
# when the model is used? New rows, new patients, or the future? That must be new in the test, too.

# %%
for splitter in splitters[:4]:
    table = split_picture(splitter)
    assert ((table == 2).sum(axis=0) == 1).all()  # in k folds every row is tested exactly once
counts = [np.bincount(labels[line == 2], minlength=3) for line in split_picture(StratifiedKFold(4))]
print("classes in each stratified test fold:", [count.tolist() for count in counts])
assert np.ptp(counts, axis=0).max() <= 1  # whole rows cannot be spread more evenly

# %% [markdown]
# ## 2. By hand on six points
#
# Six points on a line, two classes. The model says of a point what its nearest training point is. Deal the points to
# three folds, one of each class. The first fold tests 0 and 10; the model knows the other four. Nearest to 0 is 1, of
# class 0: right. Nearest to 10 is 11, of class 1: right. The score of this fold is 2 / 2.
#
# | point | 0 | 1 | 3 | 10 | 11 | 13 |
# | --- | --- | --- | --- | --- | --- | --- |
# | class | 0 | 0 | 0 | 1 | 1 | 1 |
# | fold | 0 | 1 | 2 | 0 | 1 | 2 |
# | nearest in other folds | 1 | 0 | 1 | 11 | 10 | 11 |

# %%
x, y = np.array([0.0, 1.0, 3.0, 10.0, 11.0, 13.0]), np.array([0, 0, 0, 1, 1, 1])


def by_hand(splits):
    """Return the share of right answers in each split: for each test point, find the nearest training point."""
    scores = []
    for train, test in splits:
        right = 0
        for i in test:
            nearest = min(train, key=lambda j: abs(x[j] - x[i]))
            right += int(y[nearest] == y[i])
        scores.append(right / len(test))
    return scores


dealt = [([1, 2, 4, 5], [0, 3]), ([0, 2, 3, 5], [1, 4]), ([0, 1, 3, 4], [2, 5])]
print("one of each class in every fold:", by_hand(dealt))
assert by_hand(dealt) == cross_val_score(KNeighborsClassifier(1), x[:, None], y, cv=dealt).tolist() == [1.0, 1.0, 1.0]

# %% [markdown]
# The rows are sorted by class, as in many files. Two folds of consecutive rows then test class 0 by a model that has
# seen only class 1. The score is not low, it is zero; and scratchml says why.

# %%
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    halves = cross_val_score(KNeighborsClassifier(1), x[:, None], y, cv=KFold(2))
print(halves, "-", told[0].message)
assert halves.tolist() == by_hand(KFold(2).split(x)) == [0.0, 0.0]
assert "fold 0 lacks [0]" in str(told[0].message)
assert cross_val_score(KNeighborsClassifier(1), x[:, None], y, cv=StratifiedKFold(3)).tolist() == [1.0, 1.0, 1.0]

# %% [markdown]
# ## 3. The kernel in the debugger
#
# The heart of stratifying is `deal_classes`: lay the rows out class after class and deal them to the folds like cards.
# It is plain Python, in `scratchml/maths/folds.py`; put `breakpoint()` into it. Here a tracer stands in for
# you and writes down `share` (how many rows of the class each fold gets) each time a class has been dealt: seven rows,
# four of class 0 and three of class 1, to three folds. Where class 0 ended, class 1 goes on, so that the folds stay as
# large as each other: 3, 2 and 2.

# %%
shares = []


def write_down(frame, event, argument):
    if frame.f_code.co_name != "deal_classes":
        return None
    share = frame.f_locals.get("share")
    if share is not None and (not shares or shares[-1] != share.tolist()):
        shares.append(share.tolist())
    return write_down


before = sys.gettrace()
sys.settrace(write_down)
try:
    fold_of = deal_classes(np.array([0, 0, 0, 0, 1, 1, 1]), 3, None)
finally:
    sys.settrace(before)
print("rows of class 0 in each fold:", shares[0], " of class 1:", shares[1])
assert shares == [[2, 1, 1], [1, 1, 1]]
assert fold_of.tolist() == [0, 0, 1, 2, 0, 1, 2]  # the fold of each row

# %% [markdown]
# The models inside the folds have compiled kernels. `plain_python()` reaches them, too: the same scores, bit for bit.

# %%
compiled = cross_val_score(KNeighborsClassifier(3), x[:, None], y, cv=3)
with plain_python():
    plain = cross_val_score(KNeighborsClassifier(3), x[:, None], y, cv=3)
assert compiled.tolist() == plain.tolist()

# %% [markdown]
# ## 4. Watch the steps
#
# Real data: 569 tumours, 30 measurements. First, how much luck is in *one* split? A hundred times we cut a quarter off
# and score on it; then we take ten folds. Of the same model, one split says 0.92 and another 1.00.

# %%
X, tumour = load_breast_cancer(return_X_y=True)
model = make_pipeline(StandardScaler(), KNeighborsClassifier(5))
single = cross_val_score(model, X, tumour, cv=ShuffleSplit(100, test_size=0.25, random_state=0))
tenfold = cross_val_score(model, X, tumour, cv=StratifiedKFold(10, shuffle=True, random_state=0))
print(f"100 single splits from {single.min():.3f} to {single.max():.3f}; mean of ten folds {tenfold.mean():.3f}")
assert single.max() - single.min() > 0.03
assert abs(tenfold.mean() - single.mean()) < 0.01

fig, box = plt.subplots(figsize=(7, 2.2), layout="constrained")
right_of_143 = np.round(single * 143).astype(int)  # of 143 test rows, how many were right
box.bar(np.arange(144) / 143, np.bincount(right_of_143, minlength=144), width=0.8 / 143, color=GREY)
box.axvline(tenfold.mean(), color=ORANGE, label="mean of ten folds")
box.set(xlabel="accuracy", ylabel="test parts", xlim=(0.9, 1.01), title="a hundred splits, one model")
box.legend(loc="upper left")
plt.show()
plt.close(fig)

# %% [markdown]
# A search is a fit like any other, so a listener sees its steps: one for each candidate, with the mean of its folds.

# %%
path = []


def note(step):
    """Write down the candidate; the search's last fit, on all rows, takes steps of other names."""
    if step.name == "candidate":
        path.append((step.params["kneighborsclassifier__n_neighbors"], step.score))


with listen(note):
    grid = {"kneighborsclassifier__n_neighbors": [1, 3, 9, 27, 81]}
    search = GridSearchCV(model, grid, cv=StratifiedKFold(5)).fit(X, tumour)
for neighbours, score in path:
    print(f"{neighbours:3d} neighbours {score:.4f} {'#' * round(400 * (score - 0.85))}")
assert len(path) == 5
assert max(path, key=lambda pair: pair[1])[0] == search.best_params_["kneighborsclassifier__n_neighbors"]

# %% [markdown]
# Two curves tell what a model lacks. On the left, how *free* is it? One neighbour remembers every training row, and is
# fooled by each odd one among the others: a gap between the scores (*overfitting*). Eighty-one neighbours average
# everything away: no gap, but both scores are low (*underfitting*). The test score has its summit between. On the
# right, does it lack *rows*? With more rows the two scores come together; where they have met, still more rows would
# not help.

# %%
values = [1, 3, 9, 27, 81]
train_scores, test_scores = validation_curve(
    model, X, tumour, param_name="kneighborsclassifier__n_neighbors", param_range=values, cv=5
)
sizes, grown_train, grown_test = learning_curve(
    model, X, tumour, train_sizes=[0.05, 0.1, 0.2, 0.5, 1.0], cv=5, shuffle=True, random_state=0
)
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained", sharey=True)
left.plot(values, train_scores.mean(axis=1), "o-", color=BLUE, label="asked about training rows")
left.plot(values, test_scores.mean(axis=1), "s-", color=ORANGE, label="asked about test rows")
left.set(xlabel="neighbours", ylabel="accuracy", title="validation curve: how free?", xscale="log")
left.set_xticks(values, values)
left.set_xticks([], minor=True)
right.plot(sizes, grown_train.mean(axis=1), "o-", color=BLUE, label="asked about training rows")
right.plot(sizes, grown_test.mean(axis=1), "s-", color=ORANGE, label="asked about test rows")
right.set(xlabel="number of training rows", title="learning curve: enough rows?")
right.legend()
plt.show()
plt.close(fig)
assert train_scores[0].mean() == 1.0  # one neighbour remembers everything
assert test_scores[1:4].mean(axis=1).max() > max(test_scores[0].mean(), test_scores[4].mean())
assert grown_test[-1].mean() > grown_test[0].mean()

# %% [markdown]
# ## 5. Break it
#
# **Time.** A quantity that wanders slowly: each day, the sum of the last fifteen days of noise. Is it above its
# median? Told only the number of the day, nobody can say anything of the far future. But shuffled folds ask about days
# whose neighbours on both sides are known.

# %%
dream, awake = [], []
for seed in range(12):
    wander = np.convolve(np.random.default_rng(seed).normal(size=414), np.ones(15), "valid")
    high, day = (wander > np.median(wander)).astype(int), np.arange(400.0)[:, None]
    nearest = KNeighborsClassifier(1)
    dream.append(cross_val_score(nearest, day, high, cv=KFold(5, shuffle=True, random_state=seed)).mean())
    awake.append(cross_val_score(nearest, day, high, cv=TimeSeriesSplit(5)).mean())
print(f"shuffled folds {np.mean(dream):.2f}, training on the past {np.mean(awake):.2f}")
assert np.mean(dream) > 0.85
assert np.mean(awake) < 0.65

fig, axes = plt.subplots(2, 1, figsize=(9, 3.6), layout="constrained", sharex=True)
ways = {"shuffled: test days lie among training days": KFold(5, shuffle=True, random_state=0)}
ways["on the past only: test days lie ahead"] = TimeSeriesSplit(5)
for box, (title, cv) in zip(axes, ways.items()):
    known, asked = list(cv.split(day))[2]
    box.plot(known, wander[known], ".", color=BLUE, markersize=4, label="trains")
    box.plot(asked, wander[asked], "s", color=ORANGE, markersize=4, label="tests")
    box.axhline(np.median(wander), color=GREY, linewidth=0.8)
    box.set(title=f"{title} (third split of five)", ylabel="sum")
axes[1].legend(loc="center right", fontsize=8)
axes[1].set_xlabel("day")
plt.show()
plt.close(fig)

# %% [markdown]
# **Choosing.** Labels by tossing a coin, and thirty columns of noise; each column makes a model that can only guess.
# The best of the thirty on the folds looks like a discovery, but its score was the reason to choose it. *Nested*
# cross-validation puts the choosing inside: each outer fold judges a choice that was made without it.


# %%
class PickColumn(TransformerMixin, BaseEstimator):
    """Keep one column."""

    def __init__(self, column=0):
        self.column = column

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return X[:, [self.column]]


flattered, honest = [], []
for seed in range(3):
    noise, coin = np.random.default_rng(seed).normal(size=(60, 30)), np.arange(60) % 2
    guesses = make_pipeline(PickColumn(), KNeighborsClassifier(5))
    choice = GridSearchCV(guesses, {"pickcolumn__column": list(range(30))}, cv=StratifiedKFold(3))
    found = nested_cross_validate(choice, noise, coin, cv=StratifiedKFold(3, shuffle=True, random_state=seed))
    flattered.append(found["best_score"].mean())
    honest.append(found["test_score"].mean())
print(f"the winner on the folds that made it win {np.mean(flattered):.2f}, on rows it never met {np.mean(honest):.2f}")
assert np.mean(flattered) > 0.6
assert np.mean(honest) < np.mean(flattered) - 0.1

# %% [markdown]
# With plenty of rows there is a simpler way: three parts. Choose by the validation part; look at the test part once.

# %%
X_train, X_choose, X_test, y_train, y_choose, y_test = train_validation_test_split(
    X, tumour, validation_size=0.2, test_size=0.2, stratify=tumour, random_state=1
)
scores = {k: KNeighborsClassifier(k).fit(X_train, y_train).score(X_choose, y_choose) for k in values}
best = max(scores, key=scores.get)
last_word = KNeighborsClassifier(best).fit(X_train, y_train).score(X_test, y_test)
print(f"{best} neighbours chosen at {scores[best]:.3f}; on the test part {last_word:.3f}")
assert len(X_train) + len(X_choose) + len(X_test) == len(X)
# the test part is the one that train_test_split cuts off with the same seed
assert np.array_equal(X_test, train_test_split(X, test_size=len(X_test), stratify=tumour, random_state=1)[1])

# %% [markdown]
# ## 6. Exercise
#
# Measurements once a day, and each row's features look back over the last five days. `KFold` without shuffling cuts
# the days into blocks, but the rows right beside a test block share days with it: a leak.
#
# 1. Write a splitter whose test parts are the k blocks of `KFold`, and whose training parts leave out the `gap` rows
#    before *and* after each block. All you need is `_pairs(n, y, groups)`, which yields (train, test).
# 2. Why can `TimeSeriesSplit` do with a gap on one side?
#
# Solution below.


# %%
class BlockedKFold(BaseCrossValidator):
    """K consecutive blocks, each with `gap` rows on both sides left out of the training part."""

    def __init__(self, n_splits=5, gap=0):
        self.n_splits = n_splits
        self.gap = gap

    # drop the block and the `gap` rows on both sides of it
    def _pairs(self, n, y, groups):
        for _, test in KFold(self.n_splits).split(np.zeros(n)):
            rows = np.arange(n)
            far = (rows < test[0] - self.gap) | (rows > test[-1] + self.gap)
            yield rows[far], test


for train, test in BlockedKFold(4, gap=5).split(np.zeros(40)):
    assert np.abs(train[:, None] - test[None]).min() == 6  # five days between the two
print(BlockedKFold(4, gap=5), "splits", BlockedKFold(4, gap=5).get_n_splits(), "times")

# %% [markdown]
# 2. Its training rows lie only before the test block, so there is no other side.
