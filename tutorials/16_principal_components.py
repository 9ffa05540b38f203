# %% [markdown]
# # Principal components: turn the axes, keep the long ones
#
# Four measurements of a flower, sixty-four grey values of a digit: most of them tell nearly the same story. Principal
# component analysis turns the axes so that the first points along the longest extent of the data, the second along the
# longest at a right angle to it, and so on. Keep a few, and little is lost; how much is known exactly.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import matplotlib.pyplot as plt
import numpy as np

from scratchml.datasets import load_digits, load_iris, load_wine
from scratchml.decomposition import PCA, IncrementalPCA
from scratchml.decomposition.pca import mean_and_covariance
from scratchml.viz import draw_biplot, draw_scree

# %% [markdown]
# ## 1. The picture
#
# The iris flowers by their first two components. Each arrow is one of the four measurements: petal length and width
# point the same way (they tell the same story), and that way separates the species. On the right, the scree plot: what
# share of the variance each component explains. After the cliff comes rubble.

# %%
iris = load_iris()
model = PCA().fit(iris.data)
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
draw_biplot(model, iris.data, iris.target_names[iris.target], left, names=iris.feature_names)
draw_scree(model, right)
fig.tight_layout()
plt.show()
plt.close(fig)
assert model.explained_variance_ratio_[0] > 0.9

# %% [markdown]
# ## 2. By hand, on six points
#
# Six points on and beside the line y = x. The mean is (0, 0). A variance is the sum of squares over n - 1 = 5,
# a covariance the sum of products over 5: both variances are (9 + 9 + 1 + 1 + 1 + 1) / 5 = 22/5, and the covariance is
# (9 + 9 + 1 + 1 - 1 - 1) / 5 = 18/5. For a matrix [[a, b], [b, a]] the directions are (1, 1) and (1, -1), with the
# variances a + b = 8 and a - b = 0.8 along them.

# %%
six = np.array([[3.0, 3.0], [-3.0, -3.0], [1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
by_hand = PCA().fit(six)
print("variances:", by_hand.explained_variance_, "directions:", by_hand.components_.round(3).tolist())
assert np.allclose(by_hand.explained_variance_, [40 / 5, 4 / 5], rtol=1e-14)
assert np.allclose(by_hand.components_[0], np.sqrt(0.5), rtol=1e-14)

# %% [markdown]
# ## 3. The kernel in the debugger
#
# There is no compiled kernel here: the time goes into matrix products. The function to step into is
# `mean_and_covariance` in `scratchml/decomposition/pca.py`, which reads the rows once. It is written so that a mean far
# from zero costs no digits; the textbook's short formula, mean(x x^T) - mean(x) mean(x)^T, loses them all.

# %%
far = six + 1e8
mean, C = mean_and_covariance(far)
short = (far.T @ far - 6 * np.outer(far.mean(axis=0), far.mean(axis=0))) / 5
print("one pass, shifted:\n", C, "\nthe short formula:\n", short)
assert np.allclose(C, [[4.4, 3.6], [3.6, 4.4]], rtol=1e-7)
assert not np.allclose(short, C, rtol=0.1)

# %% [markdown]
# ## 4. Watch the steps
#
# For many columns and few components, `svd_solver="randomized"` sends random vectors through the data and back. With
# each round they lean more towards the first components. Below, round by round: how much of the true first component
# the vectors already hold (1 is all of it), and of the fifth, which is harder to tell from the sixth.

# %%
digits = load_digits().data
truth = PCA(svd_solver="full").fit(digits)
scores = (digits - truth.mean_) @ truth.components_.T
scores /= np.linalg.norm(scores, axis=0) + 1e-12
held = []
for step in PCA(5, svd_solver="randomized", n_oversamples=1, random_state=0).steps(digits):
    if step.name == "range":
        held.append([np.linalg.norm(step.basis.T @ scores[:, i]) for i in (0, 4)])
        print(f"round {step.iteration}: {held[-1][0]:.6f} of component 1, {held[-1][1]:.6f} of component 5")
assert held[-1][0] > held[0][0]
assert held[-1][0] > 0.9999

# %% [markdown]
# What is lost is known before looking: the mean squared error of rows brought back is the sum of the variances left out
# (variances over n, not n - 1). Below, a digit with 2, 8, 32 and all 64 components.

# %%
fig, panels = plt.subplots(1, 4, figsize=(11, 3))
for k, panel in zip([2, 8, 32, 64], panels):
    part = PCA(k, svd_solver="full").fit(digits)
    back = part.inverse_transform(part.transform(digits))
    error = ((digits - back) ** 2).sum(axis=1).mean()
    expected = truth.explained_variance_[k:].sum() * (len(digits) - 1) / len(digits)
    assert abs(error - expected) <= 1e-9 * max(expected, 1.0)
    panel.imshow(back[3].reshape(8, 8), cmap="gray_r")
    panel.set_title(f"{k} components\nerror {error:.1f}")
    panel.set_axis_off()
plt.show()
plt.close(fig)

# %% [markdown]
# ## 5. Break it
#
# Components follow the *units*. The wine data hold proline in mg per litre, in the hundreds, beside numbers below 1:
# the first component is proline and nothing else. Standardised, the story is another one.

# %%
wine = load_wine()
raw = PCA().fit(wine.data)
scaled = (wine.data - wine.data.mean(axis=0)) / wine.data.std(axis=0)
fair = PCA().fit(scaled)
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
draw_biplot(raw, wine.data, wine.target, left, names=wine.feature_names)
left.set_title("raw units: component 1 is proline and nothing else")
draw_biplot(fair, scaled, wine.target, right, names=wine.feature_names)
right.set_title("standardised: thirteen columns have their say")
fig.tight_layout()
plt.show()
plt.close(fig)
assert np.abs(raw.components_[0]).max() > 0.99
assert np.abs(fair.components_[0]).max() < 0.6

# %% [markdown]
# How many to keep? More components always explain more, so the shares alone never say "stop". `n_components="mle"` asks
# another question (Minka, 2000): from how many directions on is the rest only noise, equally strong everywhere? Of
# these thirteen columns hardly any is mere noise.

# %%
print("wine, standardised: Minka's choice is", PCA("mle").fit(scaled).n_components_, "of 13")

# %% [markdown]
# ## 6. Exercise
#
# The rows of a big file come in batches. Write `running_mean(batches)` that gives the mean of all rows and never holds
# more than one batch. It is right if it agrees with `IncrementalPCA`'s. The answer is below.

# %%


def running_mean(batches):
    """Return the mean of all rows, batch by batch."""
    count, mean = 0, 0.0
    for batch in batches:
        mean = (count * mean + len(batch) * batch.mean(axis=0)) / (count + len(batch))
        count += len(batch)
    return mean


batches = [digits[i : i + 200] for i in range(0, len(digits), 200)]
incremental = IncrementalPCA(10)
for batch in batches:
    incremental.partial_fit(batch)
assert np.allclose(running_mean(batches), incremental.mean_, rtol=1e-12)
agreement = np.abs(np.sum(incremental.components_[:3] * truth.components_[:3], axis=1))
print("how far the first three components of batches agree with those of all rows:", agreement.round(4))
assert agreement.min() > 0.95
