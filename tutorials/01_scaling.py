# %% [markdown]
# # Scaling: grams and kilometres in one table
#
# One wine has 100 mg more of an amino acid than another, and 2 % less alcohol. Are the two *near* each other? Whoever
# measures distances in a table must answer that, and without scaling the answer depends on the units that somebody
# happened to write down.
# `StandardScaler` measures each column in its own unit: how many standard deviations lies a value above the mean?
#
# Two sums look too simple for a whole page. But the famous short formula for the second one can lose every digit.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.datasets import load_wine
from scratchml.linear_model import LinearRegression
from scratchml.model_selection import StratifiedKFold, cross_val_score
from scratchml.neighbors import KNeighborsClassifier
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import StandardScaler, standard_scaler

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"  # told apart by colour-blind eyes, too

# %% [markdown]
# ## 1. The picture
#
# Two of the thirteen columns of the wine data: proline (an amino acid), with numbers from 278 to 1680, and malic acid,
# from 0.7 to 5.8. Take one wine (the star) and ask for its eight nearest. Both pictures show the same wines. On the
# left distance is measured in the numbers of the file: 1 of proline counts as much as 1 of malic acid, and the acid
# might as well not be there. On the right each column is measured in its own standard deviations.

# %%
X, cultivar = load_wine(return_X_y=True)
two = X[:, [12, 1]]
star = 69


def nearest_to(Z, i, k=8):
    """Return the rows of the k points nearest to point i."""
    return np.argsort(((Z - Z[i]) ** 2).sum(axis=1))[1 : k + 1]


def draw(box, Z, title, xlabel, ylabel):
    near = nearest_to(Z, star)
    box.plot(*Z.T, ".", color=GREY, label="a wine")
    box.plot(*Z[near].T, "o", color=ORANGE, label="the eight nearest")
    box.plot(*Z[star], "*", color=BLUE, markersize=15, label="asked about")
    box.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return near


fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
raw = draw(left, two, "distances in the file's numbers", "proline, as in the file", "malic acid, as in the file")
Z = StandardScaler().fit_transform(two)
scaled = draw(right, Z, "distances in standard deviations", "proline, scaled", "malic acid, scaled")
left.legend(loc="upper right", fontsize=8)
plt.show()
plt.close(fig)

raw_miss, scaled_miss = (np.abs(two[near] - two[star]).max(axis=0) for near in (raw, scaled))
print(f"nearest in the file's numbers: proline differs by up to {raw_miss[0]:.0f}, acid by up to {raw_miss[1]:.2f}")
print(f"in standard deviations: proline differs by up to {scaled_miss[0]:.0f}, acid by up to {scaled_miss[1]:.2f}")
assert scaled_miss[1] < raw_miss[1] / 5

# %% [markdown]
# Does it matter? Ask a classifier that looks at the five nearest wines where a wine comes from, using all thirteen
# columns.

# %%
folds = StratifiedKFold(5, shuffle=True, random_state=0)
as_written = cross_val_score(KNeighborsClassifier(5), X, cultivar, cv=folds).mean()
standardised = cross_val_score(make_pipeline(StandardScaler(), KNeighborsClassifier(5)), X, cultivar, cv=folds).mean()
print(f"share of right answers: {as_written:.2f} as written, {standardised:.2f} scaled")
assert standardised > as_written + 0.15

# %% [markdown]
# Who needs it: whatever measures distances (neighbours, k-means, kernels), walks down a gradient (see
# `08_downhill.py`) or punishes large weights. Who does not: trees, which only ask "above or below", and least squares
# without a penalty, whose weights simply take the opposite unit. The exercise checks that.
#
# ## 2. By hand on six points
#
# | x | 7 | 11 | 8 | 10 | 11 | 13 | sum |
# | --- | --- | --- | --- | --- | --- | --- | --- |
# | x - mean | -3 | 1 | -2 | 0 | 1 | 3 | 0 |
# | squared | 9 | 1 | 4 | 0 | 1 | 9 | 24 |
#
# The sum of x is 60, so the mean is 60 / 6 = **10**. The variance is 24 / 6 = **4**, so one standard deviation is
# **2**. (Divided by n, not n - 1: scaling describes these rows, it does not guess at others.)

# %%
x = np.array([7.0, 11.0, 8.0, 10.0, 11.0, 13.0])
by_hand = (x - 10) / 2
print(by_hand)
scaler = StandardScaler().fit(x[:, None])
assert scaler.mean_ == 10
assert scaler.var_ == 4
assert (scaler.transform(x[:, None])[:, 0] == by_hand).all()
assert np.allclose(StandardScaler().fit_transform(1000 * x[:, None])[:, 0], by_hand)  # grams or kilograms: no matter

# %% [markdown]
# **In one pass.** The recipe needs the mean before it can square anything, so it reads the numbers twice. A million
# rows do not fit the processor's cache, and fetching them twice costs more than the arithmetic. So cut them into
# blocks: a block is fetched once and read twice. What remains is to merge two blocks, of which we know only n, mean
# and the sum of squared deviations, `square`:
#
#     gap    = mean_b - mean_a
#     mean   = mean_a + gap n_b / n
#     square = square_a + square_b + gap^2 n_a n_b / n
#
# By hand, with a = (7, 11) and b = (8, 10, 11, 13): the means are 9 and 10.5, the squares 4 + 4 = 8 and
# 6.25 + 0.25 + 0.25 + 6.25 = 13. The gap is 1.5. Merged: the mean is 9 + 1.5 * 4 / 6 = 10, and the square
# 8 + 13 + 2.25 * 2 * 4 / 6 = 24. The last term is what the blocks could not see: that they lie apart.
#
# Here is the whole pass in plain Python, for one column:


# %%
def moments_of(block):
    """Return (n, mean, sum of squared deviations) of one block, read twice."""
    n = len(block)
    mean = sum(block) / n
    return n, mean, sum((value - mean) ** 2 for value in block)


def merge(a, b):
    """Return the same three numbers for two blocks together."""
    (n_a, mean_a, square_a), (n_b, mean_b, square_b) = a, b
    n, gap = n_a + n_b, mean_b - mean_a
    return n, mean_a + gap * n_b / n, square_a + square_b + gap**2 * n_a * n_b / n


def one_pass(values, size):
    """Merge block after block; no block is looked at again."""
    known = moments_of(values[:size])
    for start in range(size, len(values), size):
        known = merge(known, moments_of(values[start : start + size]))
    return known


assert moments_of([7, 11]) == (2, 9, 8)
assert moments_of([8, 10, 11, 13]) == (4, 10.5, 13)
assert merge((2, 9, 8), (4, 10.5, 13)) == (6, 10, 24)
print("in blocks of two:", one_pass(x.tolist(), 2))
assert np.allclose(one_pass(x.tolist(), 2), (6, 10, 24))

# %% [markdown]
# ## 3. The kernel in the debugger
#
# In `scratchml/preprocessing/standard_scaler.py` the same is done for all columns at once: `moments_of` is the kernels
# `sum_block` and `square_block`, `merge` is `merge`, and `one_pass` is `chunk_moments`. Inside `plain_python()` they
# are plain Python: put a `breakpoint()` into `merge` and run this cell. Here a tracer stands in for you and writes down
# what is known each time `merge` returns.

# %%
diary = []


def write_down(frame, event, argument):
    if frame.f_code.co_name != "merge":
        return None
    if event == "return":
        known = frame.f_locals
        diary.append(tuple(float(known[name][0]) for name in ("n", "mean", "square")))
    return write_down


before = sys.gettrace()
with plain_python():
    sys.settrace(write_down)
    try:
        plain = standard_scaler.chunk_moments(x[:, None], np.ones(6), 2)  # blocks of two rows; a fit takes 64
    finally:
        sys.settrace(before)
for n, mean, square in diary:
    print(f"after {n:.0f} rows: mean {mean:7.4f}, sum of squares {square:7.4f}, variance {square / n:.4f}")
assert [n for n, _, _ in diary] == [2, 4, 6]
assert np.allclose(diary[-1], (6, 10, 24))

compiled = standard_scaler.chunk_moments(x[:, None], np.ones(6), 2)
assert all((a == b).all() for a, b in zip(plain, compiled))  # the same bits as machine code

# %% [markdown]
# ## 4. Watch the steps
#
# A fit merges chunks of 16384 rows (each made of blocks of 64) and yields a step after every chunk. So the mean can be
# watched settling: of n rows, it is off by about std / sqrt(n). Four times the rows, half the error.

# %%
rng = np.random.default_rng(0)
many = rng.normal(loc=3.0, scale=2.0, size=(400_000, 1))
steps = record(StandardScaler().steps(many))
n = np.array([step.n[0] for step in steps])
mean = np.array([step.mean[0] for step in steps])
band = 2 * 2.0 / np.sqrt(n)  # two standard errors
fig, box = plt.subplots(figsize=(7, 3), layout="constrained")
box.fill_between(n, 3 - band, 3 + band, color=GREY, alpha=0.4, label="3, give or take 2 std / sqrt(n)")
box.plot(n, mean, "o-", color=BLUE, markersize=4, label="mean so far")
box.set(xlabel="rows merged so far", ylabel="mean", title="one dot for each step of the fit")
box.legend()
plt.show()
plt.close(fig)
print(len(steps), "steps, the last mean is", round(mean[-1], 4))
assert (np.diff(n) > 0).all()
assert (np.abs(mean - 3) < 2 * band).all()

# %% [markdown]
# Because merging is all there is, rows may also come day by day. `partial_fit` merges a batch and forgets its rows.

# %%
daily = StandardScaler()
for batch in np.array_split(many, 7):
    daily.partial_fit(batch)
whole = StandardScaler().fit(many)
print("in seven batches", daily.mean_, daily.var_, "at once", whole.mean_, whole.var_)
assert np.allclose([daily.mean_, daily.var_], [whole.mean_, whole.var_], rtol=1e-13, atol=0)

# %% [markdown]
# ## 5. Break it
#
# **Cancellation.** The short formula of the textbooks needs one pass and no merging: the mean of the squares minus the
# square of the mean. It is right on paper. On a computer a number has 16 digits: at a mean of 1e9 both squares are
# about 1e18, and a variance of 1 would stand in their 19th digit, which they do not have. (Near 1e18 floats are 128
# apart. So the formula can answer 0, 128 or -128, but never 1.)


# %%
def textbook_variance(values):
    return (values**2).mean() - values.mean() ** 2


deviations = np.round(rng.normal(size=1000) * 64) / 64  # multiples of 1/64, so that adding a large mean rounds nothing
exact = [Fraction(value) for value in deviations.tolist()]
truth = sum(value**2 for value in exact) / 1000 - (sum(exact) / 1000) ** 2  # fractions do not round
means = 10.0 ** np.arange(0, 14)
assert all((deviations + m - m == deviations).all() for m in means)


def relative_error(found):
    return float(abs(Fraction(float(found)) - truth) / truth)


textbook = [relative_error(textbook_variance(deviations + m)) for m in means]
ours = [relative_error(StandardScaler().fit((deviations + m)[:, None]).var_[0]) for m in means]
print("at mean 1e9 the variance is", float(truth))
print("    by the textbook's formula", textbook_variance(deviations + 1e9))
print("    by blocks and merging    ", StandardScaler().fit((deviations + 1e9)[:, None]).var_[0])

fig, box = plt.subplots(figsize=(7, 3.5), layout="constrained")
box.loglog(means, np.maximum(textbook, 1e-17), "s-", color=ORANGE, label="mean of squares - square of mean")
box.loglog(means, np.maximum(ours, 1e-17), "o-", color=BLUE, label="blocks, merged")
box.loglog(means, 1e-16 * (means**2 + 1), "--", color=GREY, label="1e-16 mean^2")
box.axhline(1, color="black", linewidth=0.8)
box.text(1, 2, "above this line not one digit is right", fontsize=8)
box.set(xlabel="mean (the standard deviation is 1)", ylabel="relative error of the variance", ylim=(1e-17, 1e13))
box.legend(loc="upper left", bbox_to_anchor=(0, 0.9))
plt.show()
plt.close(fig)
assert textbook[9] >= 1
assert max(ours) < 1e-14

# %% [markdown]
# (No error at all is drawn at the lower edge. Where the orange line lies on the black one, the formula said 0.)
#
# The error grows as the *square* of mean / deviation, so a mean of 1e8 deviations costs all sixteen digits. Such
# columns exist: times in seconds since 1970 (1.7e9), coordinates in millimetres. Where the formula gives a variance
# below zero, its square root is not even a number.
#
# **A constant column.** Its deviation is 0, and 0 / 0 is not a number. Worse is a column of 0.1: the sum of a thousand
# of them rounds, so the mean misses 0.1 by a hair, the deviation is that hair, and dividing by it blows rounding up
# into a feature.

# %%
constant = [0.1] * 1000
total = 0.0
for value in constant:  # not sum(), which newer Pythons round more cleverly
    total += value
mean = total / 1000
deviation = (sum((value - mean) ** 2 for value in constant) / 1000) ** 0.5
column = np.array(constant)[:, None]
careful = StandardScaler().fit(column)
print("by the plain recipe:", (0.1 - mean) / deviation, " by StandardScaler:", careful.transform(column)[0, 0])
assert mean != 0.1
assert abs((0.1 - mean) / deviation) > 0.9  # a constant, "one standard deviation" away from its own mean
assert careful.scale_ == 1  # a deviation that rounding alone could have made counts as none
assert np.abs(careful.transform(column)).max() < 1e-15

# %% [markdown]
# **Leaking.** Scale, *then* split, and the training rows are measured with a ruler made from the test rows, too. To
# see it, change one number in a test row (somebody forgot a decimal point, the number is a hundred times too large)
# and look at the *training* rows, which nobody touched.

# %%
train, test = np.arange(0, 178, 2), np.arange(1, 178, 2)
typo = X.copy()
typo[test[0], 12] *= 100


def before_splitting(table):
    return StandardScaler().fit_transform(table)[train]


def after_splitting(table):
    return StandardScaler().fit(table[train]).transform(table[train])


moved = np.abs(before_splitting(typo) - before_splitting(X)).max()
print(f"a number in a test row moved the training rows by up to {moved:.2f} standard deviations")
assert moved > 1
assert (after_splitting(typo) == after_splitting(X)).all()

# %% [markdown]
# The opposite mistake: to scale the test rows *by themselves*. Then what the model says of a wine depends on which
# other wines are asked about with it. A wine that comes alone is its own mean: all its numbers become 0, whatever they
# were.

# %%
alone = StandardScaler().fit_transform(X[test[:1]])
print("a wine scaled by itself:", alone[0, :4], "...")
assert (alone == 0).all()

# %% [markdown]
# So: `fit` on training rows, `transform` on every row. A pipeline does just that; `06_pipelines_without_leakage.py`
# shows how.
#
# ## 6. Exercise
#
# 1. Rows come one at a time. Write `update(n, mean, square, value)`, which returns the three numbers with one more
#    value. (Merge with a block of one row: what are its mean and its sum of squares?) Try it at mean 1e9.
# 2. On paper: what happens to the weights of least squares when a column is scaled? And to the predictions? Check it.
#
# Solutions below.


# %%
def update(n, mean, square, value):
    """Merge a block of one row: its mean is the value, its sum of squares 0 (Welford 1962)."""
    gap = value - mean
    return n + 1, mean + gap / (n + 1), square + gap**2 * n / (n + 1)


known = (0, 0.0, 0.0)
for value in (deviations + 1e9).tolist():
    known = update(*known, value)
print("one by one, at mean 1e9:", known[2] / known[0])
assert relative_error(known[2] / known[0]) < 1e-6

# %% [markdown]
# Not as many digits as by blocks: after each row the mean is rounded to seven digits behind the point, as 1e9 leaves
# room for no more. scratchml keeps what rounding took in a second number (`rest`), and merges less often.

# %%
y = X[:, 0]
plain_fit, scaled_fit = LinearRegression().fit(X[:, 1:], y), make_pipeline(StandardScaler(), LinearRegression())
scaled_fit.fit(X[:, 1:], y)
scale = scaled_fit[0].scale_
assert np.allclose(scaled_fit[1].coef_, plain_fit.coef_ * scale)  # a column divided by s gets a weight times s
assert np.allclose(scaled_fit.predict(X[:, 1:]), plain_fit.predict(X[:, 1:]))  # and the predictions stay
print("least squares: the weights change, the predictions do not")
