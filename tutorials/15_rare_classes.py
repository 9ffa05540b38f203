# %% [markdown]
# # Rare classes: honest evaluation, and new rows between old ones
#
# One protein in thirty sits where we look for it; one payment in a thousand is fraud. A model that always says "no" is
# right 97 times in a hundred and useless. Two questions follow: how to *measure* a model of a rare class, and how to
# *train* one. SMOTE answers the second by making rows; this page shows how, and how it can fool you.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import matplotlib.pyplot as plt
import numpy as np

from scratchml.core.jit import plain_python
from scratchml.datasets import load_yeast, make_imbalanced
from scratchml.imbalance import SMOTE, BorderlineSMOTE, RandomOverSampler, RandomUnderSampler
from scratchml.imbalance.farthest import squared_distances
from scratchml.linear_model import LogisticRegression
from scratchml.metrics import balanced_accuracy_score, recall_score, roc_auc_score
from scratchml.model_selection import StratifiedKFold, cross_val_predict, cross_val_score
from scratchml.neighbors import KNeighborsClassifier
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import StandardScaler
from scratchml.viz import draw_confusion_matrix, draw_precision_recall, draw_roc, draw_segments

# %% [markdown]
# ## 1. The picture
#
# Thirty orange rows among a hundred and twenty blue ones. Each green cross is a row that SMOTE made: it lies on a line
# between an orange row and one of that row's five nearest orange neighbours. For one new row the whole story
# is drawn in black: its seed (a ring), the seed's five neighbours (dotted rings), the segment to the one that was drawn
# by lot, and the new row, which lies `gap` of the way along it.

# %%
X, y = make_imbalanced(150, weights=[0.8, 0.2], class_sep=2.5, n_clusters_per_class=2, random_state=1)
sampler = SMOTE(random_state=0)
X_more, y_more = sampler.fit_resample(X, y)
draw_segments(sampler, X, y, row=74)
plt.show()
plt.close("all")
print("before:", np.bincount(y), "after:", np.bincount(y_more))

# %% [markdown]
# ## 2. By hand, on six points
#
# Four rows of class 0 and two of class 1, at (0, 4) and (2, 4). With one neighbour, each of the two has the other as
# its neighbour, so every new row lies on the line between them. Its second number is always 4; its first is
# 0 + gap * 2 if the seed is (0, 4), and 2 - gap * 2 if it is (2, 4).

# %%
six = np.array([[0.0, 0.0], [5.0, 5.0], [6.0, 6.0], [9.0, 9.0], [0.0, 4.0], [2.0, 4.0]])
six_y = np.array([0, 0, 0, 0, 1, 1])
small = SMOTE(k_neighbors=1, random_state=7)
six_more, _ = small.fit_resample(six, six_y)
for new, (a, b), gap in zip(six_more[6:], small.parents_, small.gaps_):
    worked_out = six[a] + gap * (six[b] - six[a])
    print(f"seed {six[a]}, neighbour {six[b]}, gap {gap:.3f}: {worked_out}")
    assert (new == worked_out).all()

# %% [markdown]
# Every row made knows its parents. That is worth more than it seems: when a model errs on a row that never existed,
# you can ask where it came from.
#
# ## 3. The kernel in the debugger
#
# NearMiss, the opposite of SMOTE, keeps those rows of the *large* class that are near the rare one. Its second version
# asks for the distance to the farthest rare rows. Its kernel, `squared_distances` in `scratchml/imbalance/farthest.py`,
# works on many points at a time; inside `plain_python()` it is ordinary Python: put a `breakpoint()` into it and step.

# %%
with plain_python():
    found = np.empty(2)
    squared_distances(six[0], np.ascontiguousarray(six[4:].T), 0, found)
print("squared distances from (0, 0) to the rare rows:", found)
assert found.tolist() == [16.0, 20.0]

# %% [markdown]
# ## 4. Watch the steps
#
# Borderline-SMOTE first asks which rare rows are in danger: at least half of their ten nearest rows belong to the other
# class, but not all of them (those are taken for noise).

# %%
for step in BorderlineSMOTE(random_state=0).steps(X, y):
    if step.name == "danger":
        print("strangers among 10 neighbours:", step.strangers)
        danger, noise = step.in_danger.sum(), (step.strangers == 10).sum()
        print(f"{danger} rows in danger, {noise} taken for noise, {len(step.members) - danger - noise} safe")
    elif step.name == "interpolate":
        assert set(step.parents[:, 0]) <= set(step.seeds)
        print(f"{len(step.rows)} rows made, all from the {len(step.seeds)} in danger")

# %% [markdown]
# ## 5. Break it
#
# ### Accuracy says nothing
#
# Fifty-one of 1484 yeast proteins are of the site we look for. Always saying "no" has 97 % accuracy. *Recall* asks: of
# the fifty-one, how many were found? *Balanced accuracy* is the mean of the recalls of both classes: 0.5 for whoever
# does not look.

# %%
X, y = load_yeast(return_X_y=True)
folds = StratifiedKFold(5, shuffle=True, random_state=0)
contestants = {
    "always no": None,
    "as it is": make_pipeline(StandardScaler(), LogisticRegression()),
    "class_weight": make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced")),
    "under-sampled": make_pipeline(StandardScaler(), RandomUnderSampler(random_state=0), LogisticRegression()),
    "SMOTE": make_pipeline(StandardScaler(), SMOTE(random_state=0), LogisticRegression()),
}
table = {}
for name, model in contestants.items():
    said = np.zeros_like(y) if model is None else cross_val_predict(model, X, y, cv=folds)
    table[name] = [np.mean(said == y), recall_score(y, said), balanced_accuracy_score(y, said)]
    print(f"{name:>14}: accuracy {table[name][0]:.3f}, recall {table[name][1]:.3f}, balanced {table[name][2]:.3f}")
assert table["always no"][0] > table["SMOTE"][0]
assert table["as it is"][0] > table["SMOTE"][0]
assert table["as it is"][1] < 0.3
assert table["SMOTE"][2] > table["as it is"][2] + 0.1

fig, ax = plt.subplots(figsize=(8, 4))
for i, (kind, colour) in enumerate(zip(["accuracy", "recall", "balanced accuracy"], ["#999999", "#D55E00", "#0072B2"])):
    heights = [row[i] for row in table.values()]
    ax.bar(np.arange(len(table)) + 0.27 * (i - 1), heights, width=0.25, color=colour, label=kind)
ax.set_xticks(np.arange(len(table)), table)
ax.set_ylim(0, 1.3)
ax.set_title("Yeast, 51 proteins of 1484: accuracy is high where little is found")
ax.legend(ncols=3, loc="upper center")
plt.show()
plt.close(fig)

# %% [markdown]
# SMOTE is no magic: weighting the classes does as well here and makes no rows at all. Try that first.

# %%
assert abs(table["class_weight"][2] - table["SMOTE"][2]) < 0.05

# %% [markdown]
# ### What the threshold has to do with it
#
# A confusion matrix (left, of "class_weight") counts what *one* threshold on the probability does: here one half. The
# curves show all thresholds at once, and there the three models are much alike; "as it is" is no worse. Weighting and
# SMOTE hardly change which protein is thought likelier than which: they move the threshold. Mind the axes. The ROC
# looks fine, because its lower axis divides false alarms by the 1433 proteins that are "no". Precision divides by the
# number of alarms instead, and says that most of them are false.

# %%
p = {
    name: cross_val_predict(contestants[name], X, y, cv=folds, method="predict_proba")
    for name in ("as it is", "class_weight", "SMOTE")
}
fig, axes = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
draw_confusion_matrix(y, p["class_weight"].argmax(axis=1), class_names=["no", "yes"], ax=axes[0])
draw_roc(y, p, ax=axes[1])
draw_precision_recall(y, p, ax=axes[2])
plt.show()
plt.close(fig)
areas = [roc_auc_score(y, of_yes[:, 1]) for of_yes in p.values()]
print("areas under the ROC:", np.round(areas, 3))
assert max(areas) - min(areas) < 0.03

# %% [markdown]
# ### The leak
#
# Now a mistake that has been published more than once. The labels below are *thrown dice*: nothing can be learned, and
# an honest balanced accuracy is about 0.5. Sample first and split afterwards, and copies (or near copies) of one row
# fall on both sides of the split. The nearest neighbour then "predicts" by remembering.

# %%
rng = np.random.default_rng(0)
noise, dice = rng.normal(size=(400, 5)), (rng.random(400) < 0.1).astype(int)
nearest = KNeighborsClassifier(1)
folds = StratifiedKFold(5, shuffle=True, random_state=0)
scores = {}
for sampler in (RandomOverSampler(random_state=0), SMOTE(random_state=0)):
    name = type(sampler).__name__
    X_before, y_before = sampler.fit_resample(noise, dice)  # before the split: the mistake
    scores[name + ", before the split"] = cross_val_score(
        nearest, X_before, y_before, cv=folds, scoring="balanced_accuracy"
    ).mean()
    scores[name + ", in a pipeline"] = cross_val_score(
        make_pipeline(sampler, nearest), noise, dice, cv=folds, scoring="balanced_accuracy"
    ).mean()
for name, score in scores.items():
    print(f"{name:>36}: {score:.3f}")
for name in ("RandomOverSampler", "SMOTE"):
    assert scores[name + ", before the split"] > 0.8  # of dice!
    assert abs(scores[name + ", in a pipeline"] - 0.5) < 0.1

# %% [markdown]
# A `Pipeline` is the cure: it samples the training rows of each split only, and the rows to predict never.
#
# ## 6. Exercise
#
# SMOTE's neighbour may lie beyond a crowd of the other class, and then the new row lies in that crowd. Write
# `make_rows(X, parents, gaps, reach)`, which goes `reach * gap` of the way to the neighbour. It is right if it makes
# SMOTE's rows for `reach=1`, and if rows for `reach=0` are copies of the seeds. The answer is below.

# %%


def make_rows(X, parents, gaps, reach):
    """Return rows on the first part of each segment."""
    seeds, ends = X[parents[:, 0]], X[parents[:, 1]]
    return seeds + reach * gaps[:, None] * (ends - seeds)


check = SMOTE(random_state=0)
X_more, _ = check.fit_resample(X, y)
assert np.array_equal(make_rows(X, check.parents_, check.gaps_, 1.0), X_more[len(X) :])
assert np.array_equal(make_rows(X, check.parents_, check.gaps_, 0.0), X[check.parents_[:, 0]])
print("both hold")
