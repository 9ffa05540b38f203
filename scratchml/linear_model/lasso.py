"""The lasso: least squares in which every weight has its price, so that most weights are exactly 0.

Idea
----
Least squares uses every column, also those that help by chance only. So let a weight cost something: alpha times its
size. A column gets a weight only if it explains more than it costs; the others get exactly 0, because |w| has a kink
there: the first bit of weight already costs the full price. The elastic net adds a second price, on squares, which
shares weight out among columns that say the same. How good a w is can be known without knowing the best one: the
*duality gap* bounds what is still to be gained, and ends the search.

Maths
-----
With r = y - Xw - b (centred, so that b drops out) and weights of the rows that add up to n::

    minimise |r|^2 / (2 n) + alpha l1_ratio |w|_1 + alpha (1 - l1_ratio) |w|^2 / 2

At the best w each column explains exactly what its weight costs, or less if it has none: with c = X'r / n and p = alpha
l1_ratio, ``c_f - alpha (1 - l1_ratio) w_f = p sign(w_f)`` where w_f != 0, and ``|c_f| <= p`` where w_f = 0. Hence all
weights are 0 from alpha = max |X'y| / (n l1_ratio) on. `fit` takes these steps:

0. only where X is small, or most columns are likely to get a weight, while the gap is above what `tol` asks for: mix,
   a step of all weights at once, with those before it (`mixed_steps.py`: many rows, columns that are not alike); or
   round, several passes over all columns, and a guess where they lead (`dense_rounds.py`);
1. check: X'r for all columns, the gap (`coordinate_passes.py`), which columns are safe to leave out, and which are to
   come into play: those nearest to getting a weight (`columns.py`);
2. pass: the best value of each weight in play, one after the other;
3. solve: once passes have cost as much as it would cost: with the signs known the lasso is a system of linear equations
   (`active_columns.py`). Then passes again.

Steps 2 and 3 are repeated until the gap of the columns in play is small, then all are repeated. A small alpha (below a
thirtieth of the highest, with many columns that are alike) is reached from above, by way of larger ones, each beginning
where the last ended.

Cost
----
n d for each check (a few), n m^2 for the products of the m columns in play, m^2 for a pass, s^3 to solve for s weights.
Memory: no copy of X; what is held of it has at most n d numbers.

Differences
-----------
From scikit-learn: the rule ``gap <= tol |y|^2 / n`` must be met, else a ConvergenceWarning tells the gap; but passes
also go on until the gap is below 1e-10 of the objective, because with step 3 this mostly costs little (scikit-learn
goes on until no weight changes by more than tol). Where rounds leave more than 80 weights, it would cost more than they
did: they end with the rule; lower `tol` for more digits (below 1e-6 there are no rounds). Among many best w (equal
columns) another one may be found. alpha = 0 is least squares. selection="random" takes each column once a pass. Sparse
X is refused; float32 becomes float64.

References
----------
R. Tibshirani (1996), "Regression shrinkage and selection via the lasso", J. R. Stat. Soc. B 58(1). J. Friedman, T.
Hastie, R. Tibshirani (2010), J. Stat. Software 33(1). E. Ndiaye et al. (2017), J. Mach. Learn. Res. 18(128). M. Massias
et al. (2018), "Celer", ICML; Q. Bertrand et al. (2022), "Beyond L1: faster and better sparse models with skglm",
NeurIPS.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from math import inf
from typing import NamedTuple

import numpy as np

from ..core.steps import final
from ..core.typing import FloatArray, IntArray
from .active_columns import ActiveColumns
from .columns import EPS, FEW_COLUMNS, SMALL_ALPHA, Columns, Penalties, to_scale, to_units
from .coordinate_passes import duality_gap, room_left
from .dense_rounds import look_at_all, may_be_rounded, rounded_products, rounds_by_gram
from .few_signs import FEW
from .mixed_steps import may_be_mixed, mixed_steps

POLISH = 1e-10  # of the objective: the gap aimed at, whatever tol
LOOSE = 1e-2  # of the objective: enough where another, smaller alpha follows
ALIKE = 1.0  # likeness of the columns from which on a small alpha is better reached from above
STRIDE = 3.0  # by which alpha falls from stage to stage on the way; by more where that would take more than
MOST_STAGES = 20  # so many stages
FIRST = 50  # columns that come into play at first
FRESH = 20  # at least so many at a time later: to look at all columns once more costs as much as some passes
NEAR = 0.03  # share of the gap of all columns: nearer, those in play are not solved before others may come in
ROUNDING = 1e-10  # of its price: a column that explains no more than that beyond it does not want to come in
SOLVES = 5  # in a row, as long as each stops at a weight of 0
MAX = float(np.finfo(np.float64).max)
QUICK = 4e5  # multiplications: a system of equations that is cheaper than this is solved before the first pass
STILL = 1e-30  # of y'y: a change of F that comes of rounding alone
MANY = 40  # columns: for fewer, equations are cheaper than rounds
HURRIED = 1e-6  # a tolerance up to which rounds are quicker than equations
MOST_ROUNDS = 200


class Step(NamedTuple):
    """What is known after a step. Numbers are in the units of the data, F divided by the number of rows."""

    name: str  # "mix", "round", "check", "pass", "solve"; "settled" when an alpha is done with
    target: int  # which column of y
    alpha: float  # the penalty at this moment; falls towards the one asked for
    iteration: int  # passes, or rounds or mixtures, at this alpha so far
    w: FloatArray  # (d,) weights of this target, a live view
    active: IntArray  # the columns in play
    primal: float  # F(w)
    dual: float  # no w has a lower F; for "pass" and "solve": no w that has weights in play only
    gap: float  # primal - dual
    model: Model  # what is known of all targets


class Model(NamedTuple):
    """Weights and what else `fit` needs to know, for t targets."""

    w: FloatArray  # (t, d)
    mean_x: FloatArray  # (d,)
    mean_y: FloatArray  # (t,)
    gap: FloatArray  # (t,)
    tolerance: FloatArray  # (t,) what the gap should be below
    iterations: IntArray  # (t,) passes at the last alpha
    one_target: bool  # y was given as (n,)

    @property
    def intercept(self) -> FloatArray:
        """Return the intercepts (t,)."""
        return np.array([m - self.mean_x @ w for m, w in zip(self.mean_y, self.w)])


class Rules(NamedTuple):
    """When to stop, and in which order to go round."""

    tol: float
    max_iter: int
    shuffled: Callable[[IntArray], IntArray] | None  # None: in order


# ---------------------------------------------------------------------------------------------------------------
# The loop


class State:
    """Where the search for one target stands: w, what it leaves unexplained, and how to tell it.

    Not `watched`, steps before "settled" are not told: telling takes longer than a step of a small problem. Not `fine`,
    of mixtures the last only.
    """

    def __init__(
        self, columns: Columns, k: int, w: FloatArray, model: Model, watched: bool = True, fine: bool = True
    ) -> None:
        self.columns, self.k, self.model = columns, k, model
        self.target = columns.target(k)
        self.w = w
        self.watched, self.fine = watched, fine
        self.unit = float(np.ldexp(1.0, int(columns.p.shift_y[k])))  # squares are in units of its square
        self.scaled = bool((columns.p.shift_x != columns.p.shift_y[k]).any())
        self.c, self.square, self.residual = self.target.moment.copy(), self.target.total, None
        if columns.gram is None:
            self.residual = self.target.y.copy()
        if w.any():
            self.begin(w)

    def begin(self, w: FloatArray) -> None:
        """Go to w (d,)."""
        support = np.flatnonzero(w)
        inside = np.isin(support, self.columns.features)
        if not inside.all():
            self.columns.take_in(support[~inside])
        self.w[:] = w
        self.c, self.square, self.residual = self.columns.look(self.w, self.target)

    def gap(self, penalties: Penalties) -> tuple[float, float, float]:
        """Return (F, gap, s) for all columns; s as in `duality_gap`."""
        l1, l2, every = penalties.l1, penalties.l2, np.arange(self.columns.d)
        return duality_gap(self.w, self.c, l1, l2, self.target.noise, every, self.square, penalties.positive)

    def per_row(self, value: float) -> float:
        """Return a value of F in the units of the data, for one row."""
        return min(value / self.columns.weight_total * self.unit * self.unit, MAX)

    def step(self, name: str, alpha: float, iteration: int, active: IntArray, primal: float, gap: float) -> Step:
        """Return the step, and show w in the model."""
        shown = self.model.w[self.k]
        shown[:] = to_units(self.columns.p, self.w, self.k) if self.scaled else self.w
        self.model.iterations[self.k] = iteration
        if name in ("check", "settled"):
            self.model.gap[self.k] = self.per_row(gap)
        P, g = self.per_row(primal), self.per_row(gap)
        return Step(name, self.k, alpha, iteration, shown, final(active), P, P - g, g, self.model)


def descend(
    state: State, penalties: Penalties, rules: Rules, loose: bool = False, hurried: bool = False
) -> Iterator[Step]:
    """Yield the steps for one alpha, from where `state` stands; end with "settled".

    `loose`: another alpha will follow. `hurried`: begin with rounds.
    """
    columns, total = state.columns, state.target.total
    room = np.empty(columns.d)
    iteration, best, best_gap, entered, polish = 0, inf, inf, 1, POLISH
    if hurried:
        iteration = yield from hurry(state, penalties, rules)
        polish = POLISH if np.count_nonzero(state.w) <= FEW else inf  # plainly: POLISH; but equations cost s^3
    while True:
        primal, gap, s = state.gap(penalties)
        if state.watched:
            yield state.step("check", penalties.alpha, iteration, columns.features, primal, gap)
        goal = LOOSE * primal if loose else min(rules.tol * total, polish * primal)
        stalled = entered == 0 and gap > 0.5 * best_gap and primal >= best * (1.0 - EPS)
        if gap <= goal or iteration >= rules.max_iter or stalled:
            break
        best, best_gap = primal, gap
        room_left(state.w, state.c, columns.a, penalties.l1, penalties.l2, s, penalties.positive, room)
        alive = (room <= np.sqrt(2.0 * gap)) | (state.w != 0.0)
        entered = 0 if columns.gram is not None else choose(state, room, alive, penalties)
        within = 0.5 * goal if entered == 0 else max(0.5 * goal, NEAR * gap)
        iteration = yield from inside(state, penalties, rules, alive, within, iteration, known=entered == 0)
    yield state.step("settled", penalties.alpha, iteration, columns.features, primal, gap)


def hurry(state: State, penalties: Penalties, rules: Rules) -> Generator[Step, None, int]:
    """Yield mixtures, or rounds over all columns, until the gap is what `tol` asks for; return how many.

    Where products are not at hand, those of columns rounded to float32 show the way. X itself has the last word: c and
    the gap that counts are worked out anew, and with exact products it goes on where that does not suffice.
    """
    columns, target = state.columns, state.target
    order, goal, iteration = np.flatnonzero(~columns.flat), rules.tol * target.total, 0
    if state.gap(penalties)[1] <= goal:
        return 0
    looks = mixed_steps(columns, target, penalties, state.w, state.c) if may_be_mixed(columns, target) else iter(())
    for iteration, (w, state.c, state.square, state.residual) in enumerate(looks, 1):
        state.w[:] = w
        primal, gap, _ = state.gap(penalties)
        if state.watched and (state.fine or gap <= goal):
            yield state.step("mix", penalties.alpha, iteration, order, primal, gap)
        if gap <= goal:
            if np.count_nonzero(w) <= FEW:
                state.begin(w)
            return iteration
    for exact in (False, True):
        if columns.gram is None and (exact or not may_be_rounded(columns)):
            columns.take_all()
        gram = rounded_products(columns) if columns.gram is None else columns.gram
        aim, gap = 0.5 * goal if columns.gram is None else goal, inf
        while gap > aim and iteration < MOST_ROUNDS:
            rounds, primal, gap = rounds_by_gram(
                gram, target.moment, target.total, state.w, state.c, penalties.l1, penalties.l2, target.noise, order,
                aim, 1 if state.watched else MOST_ROUNDS - iteration, penalties.positive,
            )  # fmt: skip
            iteration += rounds
            if state.watched:
                yield state.step("round", penalties.alpha, iteration, order, primal, gap)
        if columns.gram is None and np.count_nonzero(state.w) > FEW:
            state.c, state.square, state.residual = look_at_all(columns, state.w, target)
        else:
            state.begin(state.w.copy())
        if columns.gram is not None or state.gap(penalties)[1] <= goal:
            break
    return iteration


def choose(state: State, room: FloatArray, alive: IntArray, penalties: Penalties) -> int:
    """Bring those columns into play that are nearest to getting a weight; return how many come in."""
    columns = state.columns
    outside = alive.copy()
    outside[columns.features] = False
    candidates = np.flatnonzero(outside)
    near = room[candidates]
    b = np.abs(state.c[candidates] - penalties.l2[candidates] * state.w[candidates])
    wanting = int(np.count_nonzero(b > penalties.l1[candidates] * (1.0 + ROUNDING)))
    if not wanting:
        return 0
    size = max(FIRST, 2 * int(np.count_nonzero(state.w))) - len(columns.features)
    count = len(candidates) if penalties.l1[0] == 0.0 else min(max(size, min(wanting, FIRST), FRESH), len(candidates))
    if count < len(candidates):
        candidates = np.sort(candidates[np.argpartition(near, count - 1)[:count]])
    columns.take_in(candidates)
    return count


def inside(
    state: State,
    penalties: Penalties,
    rules: Rules,
    alive: IntArray,
    within: float,
    iteration: int,
    known: bool,
) -> Generator[Step, None, int]:
    """Yield passes and solutions among the columns in play until their gap is `within`; return the passes so far.

    `known`: these columns have been in play before, so most signs may be right.
    """
    active = ActiveColumns(state.columns, state.target, penalties)
    active.start(state.w, state.c, state.residual)
    order = alive[active.whole].nonzero()[0]
    shown, spent = active.whole[order], 0.0
    found = (inf, inf)

    def told(name: str) -> Step:
        state.w[active.whole] = active.w
        return state.step(name, penalties.alpha, iteration, shown, *found)

    def solved() -> Generator[Step, None, bool]:
        nonlocal found
        for _ in range(SOLVES):
            sunk, changed = active.solve_support()
            found = active.gap(order)
            if sunk and state.watched:
                yield told("solve")
            if not changed or found[1] <= within:
                break
        return found[1] <= within

    done = False
    if known and rules.shuffled is None and active.residual is None and active.solve_cost() <= QUICK:
        done = yield from solved()  # begun from a neighbour on the path, most signs are right
    while iteration < rules.max_iter and not done:
        largest, signs, moved = active.sweep(order if rules.shuffled is None else rules.shuffled(order))
        iteration += 1
        found = active.gap(order)
        if state.watched:
            yield told("pass")
        if found[1] <= within or (signs == 0 and largest <= STILL * state.target.total):
            break
        spent += active.pass_cost(moved)
        if spent >= active.solve_cost() * (1.0 if signs == 0 else 4.0):
            spent = 0.0
            done = yield from solved()
    state.w[active.whole] = active.w
    state.c, state.square, state.residual = state.columns.look(state.w, state.target)
    return iteration


# ---------------------------------------------------------------------------------------------------------------
# From data to steps


def stages(state: State, alpha: float, l1_ratio: float, positive: bool) -> list[float]:
    """Return the alphas to go through: from near the one where all weights are 0 down to `alpha`, the last."""
    penalties = state.columns.penalties(alpha, l1_ratio, positive, state.k)
    if penalties.l1[0] == 0.0 or state.columns.d <= FEW_COLUMNS:
        return [alpha]
    moment = state.target.moment if positive else np.abs(state.target.moment)
    ratio = float((moment / penalties.l1).max())
    if ratio <= SMALL_ALPHA:  # near enough to go there at once
        return [alpha]
    if state.columns.gram is not None and state.columns.likeness() <= ALIKE:  # passes alone are fast
        return [alpha]
    count = min(int(np.ceil(np.log(ratio) / np.log(STRIDE))), MOST_STAGES)
    return [alpha * ratio ** ((count - i) / count) for i in range(1, count)] + [alpha]


def empty_model(columns: Columns) -> Model:
    """Return the model before the first step."""
    t = columns.Y.shape[1]
    w, gap, tolerance, iterations = np.zeros((t, columns.d)), np.zeros(t), np.zeros(t), np.zeros(t, np.int64)
    mean_x, mean_y = final(columns.user_mean_x), final(columns.user_mean_y)
    return Model(w, mean_x, mean_y, gap, tolerance, iterations, columns.p.one_target)


def elastic_net(
    columns: Columns,
    alpha: float,
    l1_ratio: float,
    positive: bool,
    rules: Rules,
    begin: FloatArray | None,
    watched: bool = True,
    fine: bool = True,
) -> Iterator[Step]:
    """Yield the steps for one alpha, one target after the other; `begin` (t, d) are weights to begin from, or None."""
    t, d = columns.Y.shape[1], columns.d
    model = empty_model(columns)
    loosely = rules.tol >= HURRIED and rules.shuffled is None and rules.max_iter >= MOST_ROUNDS
    loosely = loosely and d > MANY and l1_ratio > 0.0
    for k in range(t):
        start = np.zeros(d) if begin is None else to_scale(columns.p, begin[k], k)
        state = State(columns, k, np.where(columns.flat, 0.0, start), model, watched, fine)
        model.tolerance[k] = state.per_row(rules.tol * state.target.total)
        penalties = columns.penalties(alpha, l1_ratio, positive, k)
        dense = columns.gram is None and columns.foresees_all(state.target, penalties)
        if loosely and (dense or columns.are_cheap()):
            yield from descend(state, penalties, rules, hurried=True)
            continue
        if dense:
            columns.take_all()
        if columns.gram is not None:
            state.residual = None
        by_way = begin is None and (columns.gram is not None or columns.n < d)
        way = stages(state, alpha, l1_ratio, positive) if by_way else [alpha]
        for stage in way:
            penalties = columns.penalties(stage, l1_ratio, positive, k)
            yield from descend(state, penalties, rules, loose=stage != alpha)
