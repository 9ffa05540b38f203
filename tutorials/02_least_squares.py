# %% [markdown]
# # From a line to least squares
#
# A line through a cloud of points misses most of them. Of all lines, take the one whose misses, squared, add up to the
# least. This is one of the few questions of machine learning that a formula answers. It is also the best place to
# learn what formulas do not tell: two ways to compute the same thing may differ by eight digits.
#
# Six beats: the picture; by hand on six points; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import sys
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import record
from scratchml.datasets import load_diabetes
from scratchml.linear_model import LinearRegression

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"  # told apart by colour-blind eyes, too

# %% [markdown]
# ## 1. The picture
#
# Six points and a line. Each miss is drawn as a real square: its side is the miss, its area what the point costs. Turn
# the line about the middle of the points, and the total area follows a parabola. A parabola has one lowest point.

# %%
x = np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.0])
y = np.array([1.0, 2.0, 4.0, 2.0, 4.0, 5.0])


def area(slope):
    """Return the sum of squares of the line with this slope that goes through the middle of the points, (4, 3)."""
    return float(((y - 3 - slope * (x - 4)) ** 2).sum())


def draw_line(box, slope, color):
    for point, height in zip(x, y):
        miss = height - 3 - slope * (point - 4)
        corner = (point - max(miss, 0), height - max(miss, 0))  # above the line to its left, below it to its right
        box.add_patch(plt.Rectangle(corner, abs(miss), abs(miss), color=color, alpha=0.25))
    box.plot([0, 8], [3 - 4 * slope, 3 + 4 * slope], color=color)
    box.plot(x, y, "o", color="black")
    box.set(title=f"slope {slope}, total area {area(slope):.2f}", xlabel="x", ylabel="y")
    box.set(xlim=(-0.5, 8.5), ylim=(-1.5, 7.5), aspect="equal")


fig, (left, middle, right) = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
draw_line(left, 1.0, ORANGE)
draw_line(middle, 0.5, BLUE)
slopes = np.linspace(-0.2, 1.2, 50)
right.plot(slopes, [area(slope) for slope in slopes], color=GREY)
right.plot(1.0, area(1.0), "o", color=ORANGE)
right.plot(0.5, area(0.5), "o", color=BLUE)
right.set(title="total area of every slope", xlabel="slope", ylabel="sum of squares", ylim=(0, None))
plt.show()
plt.close(fig)
assert area(0.5) == 5
assert all(area(slope) >= 5 for slope in slopes)

# %% [markdown]
# ## 2. By hand on six points
#
# Where is the lowest point? There the residuals r = y - intercept - slope x satisfy two equations, one for each number
# that we may choose:
#
# - sum of r = 0: otherwise moving the line up or down would help. So the line goes through the middle, (4, 3), and we
#   may subtract the means and forget the intercept (*centre*);
# - sum of (x - 4) r = 0: otherwise turning it would help.
#
# | x - 4 | -3 | -2 | -1 | 1 | 2 | 3 | |
# | --- | --- | --- | --- | --- | --- | --- | --- |
# | y - 3 | -2 | -1 | 1 | -1 | 1 | 2 | |
# | (x - 4)^2 | 9 | 4 | 1 | 1 | 4 | 9 | sum 28 |
# | (x - 4)(y - 3) | 6 | 2 | -1 | -1 | 2 | 6 | sum 14 |
#
# The second equation reads 14 - slope * 28 = 0. So slope = **0.5** and intercept = 3 - 0.5 * 4 = **1**.

# %%
residual = y - 1 - 0.5 * x
print("residuals:", residual, " their sum:", residual.sum(), " with x - 4:", (x - 4) @ residual)
assert residual.sum() == 0
assert (x - 4) @ residual == 0
line = LinearRegression().fit(x[:, None], y)
assert np.allclose([line.coef_[0], line.intercept_], [0.5, 1.0], rtol=1e-14, atol=0)

# %% [markdown]
# **Two columns.** Nothing new, only more of it: with *every* column the products with the residual must add up to 0
# (the residual is at right angles to the column). In one line X'r = 0, where X' is X with rows and columns exchanged;
# and with r = y - X w that is
#
#     X'X w = X'y                          the normal equations
#
# X'X is the table of all sums of products of two (centred) columns. Six points again, columns a and b:

# %%
a = np.array([-2.0, -1.0, 0.0, 0.0, 1.0, 2.0])
b = np.array([-2.0, 0.0, -1.0, 1.0, 0.0, 2.0])
height = np.array([-5.0, -2.0, -2.0, 2.0, 0.0, 7.0])
A = np.column_stack([a, b])
gram, moment = A.T @ A, A.T @ height
print("X'X =", gram.tolist(), " X'y =", moment.tolist())
assert gram.tolist() == [[10, 8], [8, 10]]
assert moment.tolist() == [26, 28]

# %% [markdown]
# So 10 w_a + 8 w_b = 26 and 8 w_a + 10 w_b = 28. Their difference says w_b - w_a = 1, and then w = **(1, 2)**.
#
# Beware: with column a alone its weight would be 26 / 10 = 2.6. The columns rise and fall together (8 out of 10), and
# the one that is asked alone takes the other's credit.

# %%
both = LinearRegression().fit(A + np.array([3, 5]), height)  # moving a column moves only the intercept
alone = LinearRegression().fit(a[:, None], height)
print("together", both.coef_.round(12), " a alone", alone.coef_.round(12))
assert np.allclose(both.coef_, [1, 2], rtol=1e-14, atol=0)
assert np.allclose(alone.coef_, 2.6, rtol=1e-14, atol=0)
residual = height - A @ [1, 2]
assert (A.T @ residual == 0).all()

# %% [markdown]
# ## 3. The kernel in the debugger
#
# How does a machine solve such a system? Were the columns at right angles to each other, X'X would have zeros beside
# its diagonal, and every weight could be read off alone. *Cholesky* finds out how far they are from that: X'X = R'R,
# with zeros below the diagonal of R. Column j of R says how much of column j of X the columns before it explain, and
# on the diagonal how much of it is *left*. With such zeros a system is easy: its last equation has one unknown, the
# one above it one more, and so on.
#
# The columns first get length one, so that units do not matter: 10 and 8 become 1 and 0.8, and on paper
#
#     1   0.8         1    0       1   0.8
#             =                             because 0.6 = sqrt(1 - 0.8^2)
#     0.8 1           0.8  0.6     0   0.6
#
# Here is Cholesky in plain Python. Put a `breakpoint()` where you like; a tracer stands in for you and writes R down
# whenever it changes.


# %%
def cholesky(G):
    """Return the upper triangle R with R'R = G, column after column."""
    d = len(G)
    R = [[0.0] * d for _ in range(d)]
    for j in range(d):
        for i in range(j):  # how much of column j is like column i, beyond what earlier columns explain
            R[i][j] = (G[i][j] - sum(R[k][i] * R[k][j] for k in range(i))) / R[i][i]
        left_over = G[j][j] - sum(R[k][j] ** 2 for k in range(j))
        R[j][j] = left_over**0.5
    return R


def solve(R, side):
    """Return w with R'R w = side: first u with R'u = side, going down, then w with R w = u, going up."""
    d = len(R)
    u, w = [0.0] * d, [0.0] * d
    for i in range(d):
        u[i] = (side[i] - sum(R[k][i] * u[k] for k in range(i))) / R[i][i]
    for i in reversed(range(d)):
        w[i] = (u[i] - sum(R[i][k] * w[k] for k in range(i + 1, d))) / R[i][i]
    return w


diary = []


def write_down(frame, event, argument):
    if frame.f_code is not cholesky.__code__:
        return None
    R = frame.f_locals.get("R")
    if R is not None and (not diary or diary[-1] != R):
        diary.append([row.copy() for row in R])
    return write_down


before = sys.gettrace()
sys.settrace(write_down)
try:
    R = cholesky([[1.0, 0.8], [0.8, 1.0]])
finally:
    sys.settrace(before)
for R_so_far in diary:
    print(R_so_far)
assert np.allclose(R, [[1, 0.8], [0, 0.6]])
lengths = np.sqrt(gram.diagonal())
w = solve(R, moment / lengths) / lengths
print("w =", w)
assert np.allclose(w, [1, 2])

# %% [markdown]
# In `scratchml/linear_model/factorisations.py` NumPy does these loops; all the rest is plain Python, too, so a
# `breakpoint()` in `triangle_factor` shows you this R. Its `triangle` is R in the columns' own units.

# %%
steps = {step.name: step for step in record(LinearRegression().steps(A, height))}
factor = steps["factor"].factor
print(factor.solver, (factor.triangle / lengths).round(3).tolist())
assert factor.solver == "cholesky"
assert np.allclose(factor.triangle / lengths, R)

# %% [markdown]
# ## 4. Watch the steps
#
# Real data: 442 people with diabetes, ten measurements, and how far the disease went within a year. The steps are
# *centre* (subtract means), *gram* (X'X and X'y), *factor* (R), *solve* (w) and *refine*.

# %%
people = load_diabetes()
X, progress = people.data, people.target
steps = record(LinearRegression().steps(X, progress))
for step in steps:
    known = [name for name in ("gram", "factor", "w") if getattr(step, name) is not None]
    print(f"{step.name:7} knows the means and {known}")
assert [step.name for step in steps[:5]] == ["centre", "gram", "factor", "solve", "refine"]

gram = steps[1].gram
lengths = np.sqrt(gram.diagonal())
R = steps[2].factor.triangle / lengths
fig, boxes = plt.subplots(1, 3, figsize=(11, 3.8), layout="constrained")
names, unit_gram = people.feature_names, gram / np.outer(lengths, lengths)
for box, table, title in zip(boxes, [unit_gram, R], ["gram: X'X, columns of length 1", "factor: R"]):
    image = box.imshow(table, cmap="RdBu_r", vmin=-1, vmax=1)
    box.set(title=title, xticks=range(10), yticks=range(10), xticklabels=names, yticklabels=names)
    box.tick_params(axis="x", labelrotation=90)
fig.colorbar(image, ax=boxes[:2], shrink=0.8)
boxes[2].barh(names, steps[3].w * X.std(axis=0), color=BLUE)
boxes[2].set(title="solve: w, per standard deviation", xlabel="change of the target")
boxes[2].invert_yaxis()
plt.show()
plt.close(fig)
left_over = R.diagonal()
left_over_last = 1 / np.linalg.norm(np.linalg.inv(R), axis=1)  # the same for each column, were it put last
print("share of each column's length not explained by ...   the columns before it   all the others")
for name, before_it, others in zip(names, left_over, left_over_last):
    print(f"{name:>40} {before_it:24.2f} {others:16.2f}")
assert (left_over_last <= left_over + 1e-12).all()
assert names[left_over_last.argmin()] == "s1"

# %% [markdown]
# The diagonal of R tells a story. s1 (cholesterol) comes early and looks like news, but of what it says only 13 % is
# not in the other columns. Its weight rests on that little. Such weights are large and nearly cancel (s1 against s2
# and s5): do not read them as causes.
#
# **Refine.** Solving rounds. But the equations themselves tell how wrong the answer is: put w in, compute the gradient
# X'(y - X w), which should be 0, and solve once more with that on the right side. R is there already, so this costs
# one pass over the rows. `change` says how far the correction moved w.

# %%
for step in steps[4:]:
    print(f"refine moved w by {step.change:.0e} of its length")
model = LinearRegression().fit(X, progress)
residual = progress - model.predict(X)
cosines = X.T @ residual / np.linalg.norm(X, axis=0) / np.linalg.norm(residual)
print("cosines between the columns and the residual are at most", f"{np.abs(cosines).max():.0e}")
print(model.certify(X, progress))
assert np.abs(cosines).max() < 1e-13  # 1e-16 times the number of terms, with room
assert model.certify(X, progress).gradient < 1e-14

# %% [markdown]
# ## 5. Break it
#
# **Nearly dependent columns.** Let the second column be the first plus a little noise. The smaller the noise, the less
# is left on the diagonal of R. How many digits of w survive? We need the truth for that, and fractions do not round.
#
# Three ways: the normal equations as on paper; QR of X, which finds the same R without ever forming X'X; and
# `LinearRegression`, which looks at R and then decides how to go on.


# %%
def exact_weights(first, second, target):
    """Return both weights of the best plane with intercept, as fractions: Cramer's rule on the centred sums."""
    columns = [[Fraction(value) for value in column.tolist()] for column in (first, second, target)]
    n = len(target)
    p, q, t = ([value - sum(column) / n for value in column] for column in columns)

    def dot(left, right):
        return sum(u * v for u, v in zip(left, right))

    determinant = dot(p, p) * dot(q, q) - dot(p, q) ** 2
    return [
        (dot(p, t) * dot(q, q) - dot(p, q) * dot(q, t)) / determinant,
        (dot(q, t) * dot(p, p) - dot(p, q) * dot(p, t)) / determinant,
    ]


def by_normal_equations(X, y):
    X, y = X - X.mean(axis=0), y - y.mean()
    return np.linalg.solve(X.T @ X, X.T @ y)


def by_qr(X, y):
    X, y = X - X.mean(axis=0), y - y.mean()
    Q, R = np.linalg.qr(X)
    return np.linalg.solve(R, Q.T @ y)


rng = np.random.default_rng(0)
first, noise, misses = rng.normal(size=(3, 40))
ways = {"normal equations": by_normal_equations, "QR of X": by_qr, "LinearRegression": None}
conditions, errors, solvers = [], {name: [] for name in ways}, []
for size in 10.0 ** -np.arange(0, 13):
    X = np.column_stack([first, first + size * noise])
    y = X @ [1.0, 2.0] + 0.1 * misses
    truth = exact_weights(*X.T, y)
    conditions.append(np.linalg.cond(X - X.mean(axis=0)))
    for name, way in ways.items():
        fitted = LinearRegression().fit(X, y)
        try:
            found = fitted.coef_ if way is None else way(X, y)
            error = max(abs((Fraction(value) - true) / true) for value, true in zip(found.tolist(), truth))
        except np.linalg.LinAlgError:
            error = 1.0
        errors[name].append(min(max(float(error), 1e-17), 10.0))
    solvers.append(fitted.solver_)

fig, box = plt.subplots(figsize=(8, 4), layout="constrained")
for (name, values), mark, color in zip(errors.items(), "s^o", (ORANGE, GREEN, BLUE)):
    box.loglog(conditions, values, mark + "-", color=color, label=name)
box.loglog(conditions, 1e-16 * np.square(conditions), ":", color=ORANGE, label="1e-16 condition^2")
box.loglog(conditions, 1e-16 * np.array(conditions), ":", color=GREEN, label="1e-16 condition")
box.set(
    xlabel="condition number: how nearly dependent the columns are", ylabel="relative error of w", ylim=(1e-17, 100)
)
box.set(title="one formula, three ways to compute it")
box.legend(fontsize=8)
plt.show()
plt.close(fig)
for condition, *line in zip(conditions, *errors.values(), solvers):
    print(f"condition {condition:7.0e}:", *(f"{error:7.0e}" for error in line[:3]), f" by {line[3]}")
assert errors["normal equations"][8] > 1e-3
assert errors["QR of X"][8] < 1e-6
assert max(errors["LinearRegression"]) < 1e-14

# %% [markdown]
# Why? What is left of the second column is, say, 1e-6 of it. X'X does not hold that number, it holds its *square*,
# 1e-12, as the difference 1 - 0.999999999999, and only four digits of it fit into the sixteen that a number has. So
# the normal equations lose digits twice as fast, and at condition 1e8 all of them: half the range that QR can serve.
#
# `LinearRegression` takes Cholesky, which is fastest, only where R says that it is safe, and else QR. Then it refines,
# and where digits are scarce it computes the residual and the gradient with twice as many
# (`scratchml/linear_model/compensated.py`). The correction is solved with a rough R, but corrections need not be exact:
# each one removes most of the error that is left.

# %%
X = np.column_stack([first, first + 1e-7 * noise])
y = X @ [1.0, 2.0] + 0.1 * misses
truth = exact_weights(*X.T, y)
for step in record(LinearRegression().steps(X, y))[3:]:
    error = max(abs((Fraction(value) - true) / true) for value, true in zip(step.w.tolist(), truth))
    print(f"after {step.name:7} by {step.factor.solver}: error {float(error):.0e}")
assert error < Fraction(1, 10**14)

# %% [markdown]
# This is the right answer *for the numbers in the table*. If these are measured to six digits, then at condition 1e7
# another measurement gives quite another w, and no algorithm can help. Leave a column out, or punish large weights.
#
# **Dependent columns.** The same column twice. Any split of its weight is as good as any other: the normal equations
# have no single answer, and rounding decides whether solving them fails or gives nonsense. `LinearRegression` takes
# the *shortest* w, which shares the weight equally (by singular values, "svd"); and it tells by `rank_`. Ask for
# Cholesky, and it says why it will not.

# %%
twice = LinearRegression().fit(np.column_stack([x, x]), height)
once = LinearRegression().fit(x[:, None], height)
print("weights", twice.coef_, " rank", twice.rank_, " by", twice.solver_)
assert np.allclose(twice.coef_, once.coef_ / 2)
assert twice.rank_ == 1
try:
    LinearRegression(solver="cholesky").fit(np.column_stack([x, x]), height)
except ValueError as error:
    print(error)
else:
    raise AssertionError("this should have been refused")

# %% [markdown]
# ## 6. Exercise
#
# How well does the line predict a point that it has not seen? Leave point i out, fit the others, predict it: n fits.
# But for least squares one fit is enough. The leverage
#
#     h_i = 1/n + x_i' (X'X)^-1 x_i         x_i: row i of the centred X
#
# says how strongly point i pulls the plane towards itself, and its residual, had it been left out, is r_i / (1 - h_i).
#
# 1. Write `left_out_residuals(X, y)` with one fit only. (X'X = R'R, so h_i = 1/n + |R'^-1 x_i|^2. Or use the `basis` of
#    the step "factor": the columns of X @ basis are at right angles and have length one.)
# 2. On paper: what is the sum of all h_i? What does it mean if h_i = 1?
#
# Solution below.


# %%
def left_out_residuals(X, y):
    """Return for each row how far the fit to all the other rows misses it."""
    *_, last = LinearRegression().steps(X, y)
    Q = (X - last.mean_x) @ last.factor.basis
    leverage = 1 / len(X) + (Q**2).sum(axis=1)
    return (y - X @ last.w - last.intercept) / (1 - leverage)


def the_long_way(X, y):
    """Do the same by n fits."""
    found = []
    for i in range(len(X)):
        others = np.arange(len(X)) != i
        found.append(y[i] - LinearRegression().fit(X[others], y[others]).predict(X[[i]])[0])
    return np.array(found)


X, y = people.data[:100], progress[:100]
print("root mean square of the residuals:", (y - LinearRegression().fit(X, y).predict(X)).std().round(1))
print("                   when left out:", np.sqrt((left_out_residuals(X, y) ** 2).mean()).round(1))
assert np.allclose(left_out_residuals(X, y), the_long_way(X, y), rtol=0, atol=1e-9)

# %% [markdown]
# 2. Each column of Q has length one, so the sum of h_i is d + 1: the number of weights with the intercept. A point with
#    h_i = 1 has the plane to itself: it goes through the point whatever its y, and leaving it out leaves one weight
#    unknown.
