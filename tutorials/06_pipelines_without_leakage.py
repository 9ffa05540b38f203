# %% [markdown]
# # Pipelines without leakage
#
# A test is honest only if nothing was learned from its rows. That is easy to say and easy to get wrong: the scaler,
# the selection of columns, the copies of rare rows were made *before* the data were split, and the score is a dream. A
# pipeline ties all of this to the model, so that whoever splits the data splits it for all of them.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap

from scratchml.compose import ColumnTransformer
from scratchml.core import BaseEstimator, Listener, SamplerMixin, TransformerMixin, listen
from scratchml.core.jit import plain_python
from scratchml.linear_model import LinearRegression
from scratchml.model_selection import GridSearchCV, GroupKFold, StratifiedKFold, cross_val_score
from scratchml.neighbors import KNeighborsClassifier
from scratchml.pipeline import LeakageWarning, Pipeline, make_pipeline
from scratchml.preprocessing import StandardScaler

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#CCCCCC"  # told apart by colour-blind eyes, too

# %% [markdown]
# ## 1. The picture
#
# Nine rows in ten are of class 0. Many models then hardly listen to class 1, so people repeat rare rows until both
# classes have as many. Whatever adds or removes rows is a *sampler*. It has one method, `fit_resample`, which returns
# rows *and* labels.


# %%
class Repeat(SamplerMixin, BaseEstimator):
    """Repeat rows of the rarer class, drawn at random, until both classes have as many."""

    def __init__(self, random_state=0):
        self.random_state = random_state

    def fit_resample(self, X, y):
        labels, counts = np.unique(y, return_counts=True)
        rare = np.flatnonzero(y == labels[counts.argmin()])
        drawn = np.random.default_rng(self.random_state).choice(rare, size=counts.max() - counts.min())
        rows = np.r_[np.arange(len(y)), drawn]
        return X[rows], y[rows]


# %% [markdown]
# The data are pure noise: X says nothing of y. *Balanced accuracy* is the share of right answers in each class,
# averaged over the classes; whoever guesses gets about 0.5. We cross-validate (`05_cross_validation.py`) on twenty
# such tables, in two ways that differ in one thing: where the sampler stands.

# %%
nearest = KNeighborsClassifier(1)
leaking, honest = [], []
for seed in range(20):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(100, 5)), (np.arange(100) % 10 == 0).astype(int)
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    X_more, y_more = Repeat().fit_resample(X, y)  # before the split: the mistake
    leaking.append(cross_val_score(nearest, X_more, y_more, cv=folds, scoring="balanced_accuracy").mean())
    inside = make_pipeline(Repeat(), nearest)  # inside the pipeline: after the split, training rows only
    honest.append(cross_val_score(inside, X, y, cv=folds, scoring="balanced_accuracy").mean())

fig, axes = plt.subplots(figsize=(8, 2.2), layout="constrained")
axes.plot(honest, np.full(20, 0.0), "o", alpha=0.5, color=BLUE)
axes.plot(leaking, np.full(20, 1.0), "s", alpha=0.5, color=ORANGE)
axes.axvline(0.5, color="black", linewidth=0.8, label="what guessing gets")
axes.set(xlabel="balanced accuracy, twenty tables of noise", ylim=(-0.7, 1.7), xlim=(0.3, 1.05))
axes.set_yticks([0, 1], ["resampled inside\nthe pipeline", "resampled before\nthe split"])
axes.legend(loc="center", bbox_to_anchor=(0.55, 0.5))
plt.show()
plt.close(fig)

assert np.mean(leaking) > 0.9
assert abs(np.mean(honest) - 0.5) < 0.05

# %% [markdown]
# ## 2. By hand on six points
#
# Why so good? Six points on a line; the last two are rare. Repeat both once, then split: a test point goes, its copy
# stays behind in the training rows, at distance zero. The nearest neighbour has seen the answer.
#
# | point | 0 | 2 | 4 | 6 | 8 | 10 | 8 again | 10 again |
# | --- | --- | --- | --- | --- | --- | --- | --- | --- |
# | class | 0 | 0 | 0 | 0 | 1 | 1 | 1 | 1 |
# | part | train | train | train | train | test | test | train | train |

# %%
x, labels = np.array([0.0, 2.0, 4.0, 6.0, 8.0, 10.0]), np.array([0, 0, 0, 0, 1, 1])
source = np.array([0, 1, 2, 3, 4, 5, 4, 5])  # which point each of the eight rows is a copy of
train, test = np.array([0, 1, 2, 3, 6, 7]), np.array([4, 5])
distance_after_copying = [float(np.abs(x[source[train]] - x[source[i]]).min()) for i in test]
print("nearest training row, copied before the split:", distance_after_copying)
assert distance_after_copying == [0.0, 0.0]

train, test = np.array([0, 1, 2, 3, 4]), np.array([5])
copied = np.r_[train, [4, 4, 4]]  # split first: only point 4 can be repeated
print("nearest training row, copied after the split:", np.abs(x[copied] - x[5]).min())
assert np.abs(x[copied] - x[5]).min() == 2.0

# %% [markdown]
# Leaks need no copies. Anything that is learned can leak, even a mean: over all six points it is 5, over the five
# training points it is 4. The pipeline must use 4, also for the test point.

# %%
pipe = Pipeline([("scale", StandardScaler()), ("nearest", KNeighborsClassifier(1))])
pipe.fit(x[train, None], labels[train])
print("the scaler's mean:", pipe.named_steps.scale.mean_, "of", x[train])
assert pipe.named_steps.scale.mean_ == x[train].mean() == 4.0

# %% [markdown]
# ## 3. The kernel in the debugger
#
# `plain_python()` runs every kernel as plain Python. Put `breakpoint()` into `standardise` in
# `scratchml/preprocessing/standard_scaler.py` and step through it. Here a tracer writes down which kernels of that
# file are called: several while fitting, and only the one that applies what is known while predicting.

# %%
called = []


def write_down(frame, event, argument):
    if event == "call" and frame.f_code.co_filename.endswith("standard_scaler.py"):
        called.append(frame.f_code.co_name)


def functions_called(work):
    called.clear()
    before = sys.gettrace()
    sys.settrace(write_down)
    try:
        work()
    finally:
        sys.settrace(before)
    return set(called)


compiled_answer = pipe.predict(x[:, None])
with plain_python():
    while_fitting = functions_called(lambda: pipe.fit(x[train, None], labels[train]))
    while_predicting = functions_called(lambda: pipe.predict(x[:, None]))
    plain_answer = pipe.predict(x[:, None])
by_name = ["sum_block", "square_block", "merge", "standardise"]  # the kernels, in the order of their work
print("fit:    ", [name for name in by_name if name in while_fitting])
print("predict:", [name for name in by_name if name in while_predicting])
assert {"merge", "standardise"} <= while_fitting
assert "standardise" in while_predicting
assert "merge" not in while_predicting  # nothing is learned from the rows to predict
assert (plain_answer == compiled_answer).all()

# %% [markdown]
# ## 4. Watch the steps
#
# Each part of the pipeline is fitted by its own textbook steps, and a listener sees all of them, in order.


# %%
class Diary(Listener):
    """Write down whose fit it is and each of its steps."""

    def __init__(self):
        self.lines = []

    def start(self, estimator):
        self.who = type(estimator).__name__

    def see(self, step):
        self.lines.append(f"{self.who}: {step.name}")


diary = Diary()
with listen(diary):
    make_pipeline(StandardScaler(), LinearRegression()).fit(x[:, None], 3 * x + 1)
print(*diary.lines, sep="\n")
assert diary.lines[0].startswith("StandardScaler")
assert diary.lines[-1].startswith("LinearRegression")

# %% [markdown]
# And which rows does a sampler see? A spy in its place writes them down, fold by fold; another one writes down which
# rows are predicted. (Column 0 of these data is the row's own number, so that the spies can tell rows apart.)

# %%
seen_while_fitting, seen_while_predicting = [], []


class Spy(Repeat):
    """A sampler that remembers the rows it was given."""

    def fit_resample(self, X, y):
        seen_while_fitting.append(X[:, 0].astype(int))
        return super().fit_resample(X, y)


class Watched(KNeighborsClassifier):
    """A model that remembers the rows it was asked about."""

    def predict(self, X):
        seen_while_predicting.append(X[:, 0].astype(int))
        return super().predict(X)


numbered = np.c_[np.arange(30.0), np.random.default_rng(0).normal(size=30)]
rare = (np.arange(30) % 5 == 0).astype(int)
folds = StratifiedKFold(5, shuffle=True, random_state=0)
cross_val_score(make_pipeline(Spy(), Watched(1)), numbered, rare, cv=folds)

picture = np.zeros((5, 30))
for fold, (learned, tested) in enumerate(zip(seen_while_fitting, seen_while_predicting)):
    assert not set(learned) & set(tested)  # this is the whole point
    assert set(learned) | set(tested) == set(range(30))
    picture[fold, learned], picture[fold, tested] = 1, 2
fig, axes = plt.subplots(figsize=(8, 2.2), layout="constrained")
axes.pcolormesh(picture, cmap=ListedColormap([GREY, BLUE]), vmin=1, vmax=2, edgecolors="white", linewidth=0.5)
axes.set(xlabel="row", ylabel="fold", yticks=np.arange(5) + 0.5, yticklabels=range(5))
axes.set_title("grey: the sampler saw this row, blue: it was predicted; no row is both", fontsize=10)
axes.invert_yaxis()
plt.show()
plt.close(fig)

# %% [markdown]
# ## 5. Break it
#
# The most famous leak is not resampling but *selection*. Among two thousand columns of noise some go well with y on
# these forty rows, by luck. Choose the best ten, looking at all rows, and only then cross-validate: the columns were
# chosen *because* they fit the test rows.


# %%
class BestColumns(TransformerMixin, BaseEstimator):
    """Keep the `k` columns whose correlation with y is largest."""

    def __init__(self, k=10):
        self.k = k

    def fit(self, X, y):
        centred = (X - X.mean(axis=0)) / X.std(axis=0)
        self.columns_ = np.argsort(-np.abs(centred.T @ (y - y.mean())))[: self.k]
        return self

    def transform(self, X):
        return X[:, self.columns_]


too_good, fair = [], []
coin = np.arange(40) % 2
for seed in range(6):
    noise = np.random.default_rng(seed).normal(size=(40, 2000))
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    chosen = BestColumns().fit_transform(noise, coin)  # all rows: the mistake
    too_good.append(cross_val_score(KNeighborsClassifier(5), chosen, coin, cv=folds).mean())
    inside = make_pipeline(BestColumns(), KNeighborsClassifier(5))
    fair.append(cross_val_score(inside, noise, coin, cv=folds).mean())
print(f"chosen before the split {np.mean(too_good):.2f}, inside the pipeline {np.mean(fair):.2f}, a coin 0.50")
assert np.mean(too_good) > 0.75
assert abs(np.mean(fair) - 0.5) < 0.12

# %% [markdown]
# Not every leak is large. Scaling with all rows mostly changes a score little, because means and deviations know
# nothing of y. It is still a habit to lose: nobody can tell in advance which leak is small.

# %%
scaled_before = cross_val_score(KNeighborsClassifier(5), StandardScaler().fit_transform(noise), coin, cv=folds).mean()
scaled_inside = cross_val_score(make_pipeline(StandardScaler(), KNeighborsClassifier(5)), noise, coin, cv=folds).mean()
print(f"scaled before the split {scaled_before:.2f}, inside {scaled_inside:.2f}")
assert abs(scaled_before - scaled_inside) < 0.2

# %% [markdown]
# The pipeline refuses what would tear rows and labels apart, and says what to do instead: a weight for each row, when
# a sampler is about to change the rows; a sampler for some of the columns only; a sampler at the end, where a model
# should be.


# %%
def error_of(work):
    try:
        work()
    except (TypeError, ValueError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("this should have been refused")


some, few = numbered, rare
told = [
    error_of(lambda: make_pipeline(Repeat(), nearest).fit(some, few, kneighborsclassifier__sample_weight=np.ones(30))),
    error_of(lambda: ColumnTransformer([("more", Repeat(), [0, 1])]).fit(some, few)),
    error_of(lambda: make_pipeline(StandardScaler(), Repeat()).predict(some)),
]
print(*told, sep="\n\n")
assert all("sampler" in line for line in told)

# %% [markdown]
# What makes sense, but is surely a mistake, it warns of: below, the search splits rows that have been repeated before.
# (Where the sampler should stand, the warning says.)

# %%
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    make_pipeline(Repeat(), GridSearchCV(nearest, {"n_neighbors": [1, 3]}, cv=3)).fit(some, few)
print(warned[0].message)
assert [message.category for message in warned] == [LeakageWarning]

# %% [markdown]
# ## 6. Exercise
#
# Thirty patients gave three samples each. Samples of one patient are nearly the same, and whether a patient is ill has
# nothing to do with them, so nothing can be learned. The pipeline below is clean, and yet its score is a dream.
#
# 1. Where is the leak, if no step has seen a test row?
# 2. Make the score honest by changing only `cv`. (Which splitter keeps together what belongs together?)
# 3. The folds are shuffled. What does the score become without shuffling, and is that a cure?

# %%
rng = np.random.default_rng(4)
patient = np.repeat(np.arange(30), 3)
samples = rng.normal(size=(30, 8))[patient] + 0.05 * rng.normal(size=(90, 8))
ill = (rng.permutation(30) % 2)[patient]
clean = make_pipeline(StandardScaler(), KNeighborsClassifier(1))
dream = cross_val_score(clean, samples, ill, cv=StratifiedKFold(5, shuffle=True, random_state=0)).mean()
print(f"a dream: {dream:.2f}")
assert dream > 0.95

# %% [markdown]
# Solution: two samples of a patient in the training rows give the third one away. `GroupKFold` puts all samples of
# a patient on the same side. It is shuffling that spreads a patient over the folds. Without it no patient is cut
# here, and the score is honest. But that is luck: the file has a patient's rows side by side, and each fold has room
# for whole patients. Do not hope for groups, name them.

# %%
awake = cross_val_score(clean, samples, ill, groups=patient, cv=GroupKFold(5)).mean()
print(f"awake: {awake:.2f}")
assert abs(awake - 0.5) < 0.2
unshuffled = cross_val_score(clean, samples, ill, cv=StratifiedKFold(5)).mean()
cut = [len(set(patient[train]) & set(patient[test])) for train, test in StratifiedKFold(5).split(samples, ill)]
print(f"not shuffled: {unshuffled:.2f}, patients on both sides in each split: {cut}")
assert abs(unshuffled - 0.5) < 0.2
assert not any(cut)
