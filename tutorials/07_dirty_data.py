# %% [markdown]
# # Dirty data: from holes and words to a fitted pipeline
#
# Real tables have words in them ("Biscoe", "female"), holes (nobody weighed that penguin), and units that do not fit
# together. A model wants numbers. Between the two stand three small machines: an *imputer* fills holes, an *encoder*
# turns words into columns, a *scaler* brings units together. Each learns something from the data, so each can leak.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import matplotlib.pyplot as plt
import numpy as np

from scratchml.compose import ColumnTransformer
from scratchml.core import listen
from scratchml.core.jit import plain_python
from scratchml.datasets import load_penguins
from scratchml.impute import KNNImputer, SimpleImputer
from scratchml.linear_model import LogisticRegression
from scratchml.model_selection import StratifiedKFold, cross_val_score
from scratchml.outliers import IQRFences
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import OneHotEncoder, PowerTransformer, StandardScaler
from scratchml.preprocessing.standard_scaler import sum_block
from scratchml.viz import draw_before_after

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#CCCCCC"  # told apart by colour-blind eyes, too

# %% [markdown]
# ## 1. The picture
#
# 344 penguins of three species: the island and the sex are words, four measurements and the year are numbers. Black is
# a hole: two birds were not measured at all, and of eleven the sex is unknown.

# %%
penguins = load_penguins()
X, y = penguins.data, penguins.target
print(X[:4])
holes = np.array([[value != value for value in row] for row in X])
fig, ax = plt.subplots(figsize=(9, 3))
ax.imshow(holes.T, aspect="auto", cmap="Greys", interpolation="nearest")
ax.set_yticks(range(7), penguins.feature_names)
ax.set_xlabel("penguin")
ax.set_title(f"{holes.sum()} holes in {X.shape[0]} rows")
fig.tight_layout()
plt.show()
plt.close(fig)

# %% [markdown]
# One measurement, the body mass, as it is and as four machines hand it on (grey above, blue below; the orange bar holds
# the middle half, the dot is the median). A scaler moves the axis and keeps the shape. A power transform makes a
# lopsided shape more even (we made it lopsided, by exp). Filling every hole by the mean raises a spike that nobody
# measured (we tore the holes, a fifth of all birds). Birds outside the *fences* are cut off. Fences stand some lengths
# of the middle half beyond its ends: 1.5 lengths mostly, only 0.5 here, so that it shows.

# %%
measured = X[:, 1:5].astype(float)
weight = measured[:, 3:]
lopsided = np.exp(weight[~np.isnan(weight)][:, None] / 700)
torn = np.where(np.random.default_rng(0).random(weight.shape) < 0.2, np.nan, weight)
inside = IQRFences(threshold=0.5).fit_predict(np.nan_to_num(weight, nan=4200.0)) == 1  # a hole is no outlier
fig, axes = plt.subplots(2, 2, figsize=(10, 6.5))
draw_before_after(weight, StandardScaler().fit_transform(weight), axes[0, 0], ("body mass (g)", "StandardScaler"))
draw_before_after(lopsided, PowerTransformer().fit_transform(lopsided), axes[0, 1], ("exp(mass)", "PowerTransformer"))
draw_before_after(torn, SimpleImputer().fit_transform(torn), axes[1, 0], ("with holes", "mean filled in"), True)
draw_before_after(weight, weight[inside], axes[1, 1], ("all birds", "inside the fences"), True)
fig.tight_layout()
plt.show()
plt.close(fig)

# %% [markdown]
# ## 2. By hand, on six points
#
# Six bills, one of them not measured. The mean of the five others is 40, their median 39. A nearest neighbour asks
# more: the two birds most like this one, by what *is* known of it, have bills of 38 and 40, so it says 39.

# %%
six = np.array([[38.0, 180.0], [39.0, 195.0], [40.0, 182.0], [37.0, 199.0], [46.0, 220.0], [np.nan, 181.0]])
mean, median = (SimpleImputer(strategy=s).fit_transform(six)[5, 0] for s in ("mean", "median"))
near = KNNImputer(n_neighbors=2).fit_transform(six)[5, 0]
print(f"mean {mean}, median {median}, two nearest neighbours {near}")
assert (mean, median, near) == (40.0, 39.0, 39.0)

# %% [markdown]
# A word becomes as many columns as there are words, with a single 1 in each row.

# %%
words = np.array([["Biscoe"], ["Dream"], ["Biscoe"]], dtype=object)
encoder = OneHotEncoder().fit(words)
print(encoder.get_feature_names_out(), "\n", encoder.transform(words))
assert encoder.transform(words).tolist() == [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]

# %% [markdown]
# ## 3. The kernel in the debugger
#
# The scaler's sums pass over holes: NaN is the only number that differs from itself. Inside `plain_python()` the kernel
# `sum_block` in `scratchml/preprocessing/standard_scaler.py` is ordinary Python: put a `breakpoint()` into it and step.

# %%
with plain_python():
    total, count = np.empty(2), np.empty(2)
    sum_block(six, np.ones(6), total, count)
print("sums:", total, "of", count, "values")
assert total.tolist() == [200.0, 1157.0]
assert count.tolist() == [5.0, 6.0]

# %% [markdown]
# ## 4. Watch the steps
#
# The whole chain as one estimator: numbers are filled in and scaled, words filled in and encoded, and a logistic
# regression at the end. `listen` tells each step as it happens: "merge" is the scaler, which merges a part of the rows
# into its sums (here all rows are one part); "start" and "update" are the regression going downhill. In
# cross-validation the whole chain is fitted to the training rows of each split, so nothing in it ever sees the others.

# %%
numbers, categories = [1, 2, 3, 4, 6], [0, 5]
model = make_pipeline(
    ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            ("words", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), categories),
        ]
    ),
    LogisticRegression(),
)
seen = []
with listen(lambda step: seen.append(step.name)):
    model.fit(X, y)
print(f"{len(seen)} steps, the first: {seen[:6]}")
ready = model[0].transform(X)
print("a row as it was:", X[3], "\nand as the model sees it:", ready[3].round(2))
assert np.isfinite(ready.astype(float)).all()
assert ready.shape == (344, 10)

folds = StratifiedKFold(5, shuffle=True, random_state=0)
score = cross_val_score(model, X, y, cv=folds).mean()
print(f"right on {score:.1%} of birds never seen")
assert score > 0.97

# %% [markdown]
# ## 5. Break it
#
# ### Dropping what is incomplete
#
# "Drop the rows with holes" is easy to say. But holes are seldom thrown by dice. Below, heavy birds are weighed less
# often, as the scale is small. The rows left have too low a mean, and filling in that mean changes nothing about it.
# Neighbours are asked what birds with such flippers and bills weigh: they come nearest to the truth.

# %%
full = X[~holes.any(axis=1)]
weights = full[:, 1:5].astype(float)
rng = np.random.default_rng(0)
gone = rng.random(len(weights)) < np.clip((weights[:, 3] - 3500) / 3000, 0, 0.9)
torn = weights.copy()
torn[gone, 3] = np.nan
scaled = StandardScaler().fit(torn)
filled = scaled.inverse_transform(KNNImputer(n_neighbors=5).fit_transform(scaled.transform(torn)))
truth = weights[:, 3].mean()
answers = {
    "dropped": torn[~gone, 3].mean(),
    "mean": SimpleImputer().fit_transform(torn)[:, 3].mean(),
    "neighbours": filled[:, 3].mean(),
}
fig, ax = plt.subplots(figsize=(7, 3.5))
ax.bar(list(answers), [value - truth for value in answers.values()], color=[ORANGE, ORANGE, BLUE])
ax.axhline(0, color="black", linewidth=1)
ax.set_ylabel("gram")
ax.set_title(f"Off the true mean of {truth:.0f} g, {gone.sum()} of {len(gone)} birds not weighed")
fig.tight_layout()
plt.show()
plt.close(fig)
for name, value in answers.items():
    print(f"{name:>11}: {value:.0f} g, off by {value - truth:+.0f} g")
assert abs(answers["neighbours"] - truth) < 0.5 * abs(answers["dropped"] - truth)

# %% [markdown]
# ### A word nobody has seen
#
# An encoder knows the words of its training rows. What of a penguin from an island that was not there? An error is
# better than silence; if the world is known to bring new words, say so: `handle_unknown="ignore"` gives it no 1 at all.

# %%
try:
    encoder.transform([["Torgersen"]])
except ValueError as error:
    print("ValueError:", error)
tolerant = OneHotEncoder(handle_unknown="ignore").fit(words)
assert tolerant.transform(np.array([["Torgersen"]], dtype=object)).tolist() == [[0.0, 0.0]]

# %% [markdown]
# ## 6. Exercise
#
# That a value is missing can itself tell something. Write `with_flags(X)`, which returns X with a column of 0 and 1 for
# each column that has a hole, after the others. It is right if it agrees with `SimpleImputer(add_indicator=True)` in
# those columns. The answer is below.

# %%


def with_flags(X):
    """Return X with one more column for each column that has a hole."""
    missing = np.isnan(X)
    return np.column_stack([X, missing[:, missing.any(axis=0)].astype(float)])


imputed = SimpleImputer(add_indicator=True).fit_transform(torn)
assert np.array_equal(with_flags(torn)[:, 4:], imputed[:, 4:])
print("they agree:", int(imputed[:, 4].sum()), "holes flagged")
