"""Planning: the best policy of an environment whose transition table is known. What agents must learn, worked out.

Idea
----
Value iteration: guess what each state is worth, then improve all guesses at once: a state is worth what its best action
brings on average, counting on the guesses. Each sweep makes the largest error smaller by the factor gamma. Policy
iteration: work out exactly what a policy is worth, take in each state the action that is then best, and repeat; after a
few rounds nothing changes, and that policy is the best one.

Maths
-----
With ``q(s, a) = sum_k p_k (r_k + gamma v(s'_k))``, where v(s') counts as 0 if outcome k terminates:

* value iteration: ``v <- max_a q(s, a)``. The operator contracts: ``max |v_new - v*| <= gamma max |v - v*|``, so after
  a change d the error is at most ``gamma d / (1 - gamma)``; it ends when that is at most `tol`.
* policy iteration: v of the policy by linear solve; then in each state another action where it is better.

Cost
----
A sweep: S A K multiplications; log(1 / tol) / (1 - gamma) sweeps. Policy iteration: S^3 / 3 for each of a few rounds.

Differences
-----------
With gamma = 1, policy iteration starts from a policy that ends everywhere; value iteration ends when nothing changes
any more, without a bound.

References
----------
R. Bellman (1957), "Dynamic programming", chapter 11. R. Howard (1960), "Dynamic programming and Markov processes".
R. Sutton, A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, sections 4.3 and 4.4.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core import ConvergenceWarning, both, finish
from ..core.typing import Array, FloatArray, IntArray
from .checks import check_share
from .policy_evaluation import as_shares, back_up, evaluate_shares
from .table import Table, table_of

EPS = float(np.finfo(np.float64).eps)


class Sweep(NamedTuple):
    """What is known after one sweep of value iteration."""

    name: str  # "sweep"
    iteration: int
    v: FloatArray  # (S,), a live view
    q: FloatArray  # (S, A), a live view
    change: float  # largest change of a value
    bound: float  # no value is farther from the best one's than this; infinite for gamma = 1


class Round(NamedTuple):
    """What is known after one round of policy iteration."""

    name: str  # "evaluate", then "improve"
    iteration: int
    policy: IntArray  # (S,)
    v: FloatArray  # (S,) worth of the policy evaluated last
    changed: int  # in how many states a better action was found


class Plan(NamedTuple):
    """The best policy and what it is worth."""

    values: FloatArray  # (S,)
    q: FloatArray  # (S, A)
    policy: IntArray  # (S,) the first of the best actions; for gamma = 1 one that leads to an end
    n_iter: int  # sweeps or rounds
    bound: float  # no value is farther from the truth than this, rounding aside
    start_value: float  # mean value of the states an episode starts in


def sweeps(env: Any, gamma: float = 0.99, *, tol: float = 1e-10, max_iter: int = 100_000) -> Iterator[Sweep]:
    """Return value iteration as a generator, one Sweep after the other; see `value_iteration`."""
    table, gamma = table_of(env), check_share("gamma", gamma)
    if not tol > 0:
        raise ValueError(f"tol={tol} is not accepted; give a number above 0.")
    if max_iter < 1:
        raise ValueError(f"max_iter={max_iter} is not accepted; give an integer of at least 1.")
    return _sweeps(table, gamma, tol, max_iter)


def _sweeps(table: Table, gamma: float, tol: float, max_iter: int) -> Iterator[Sweep]:
    v, q = np.zeros(len(table.start)), np.zeros(table.next_state.shape[:2])
    for iteration in range(1, max_iter + 1):
        back_up(table, gamma, v, q)
        new = q.max(axis=1)
        change = float(np.abs(new - v).max())
        v[:] = new
        bound = gamma * change / (1.0 - gamma) if gamma < 1.0 else float("inf")
        yield Sweep("sweep", iteration, v, q, change, bound)
        if (change if gamma == 1.0 else bound) <= max(tol, 4 * EPS * float(np.abs(v).max())):
            return


def value_iteration(env: Any, gamma: float = 0.99, *, tol: float = 1e-10, max_iter: int = 100_000) -> Plan:
    """Return the best policy, found by value iteration.

    Parameters
    ----------
    env : environment with a transition table: of ours, or one of Gymnasium's that shows its `P`
    gamma : what a reward is worth a step later, in [0, 1]
    tol : the largest error of a value that is allowed
    max_iter : most sweeps

    Raises
    ------
    TypeError, ValueError
        If `env` shows no table, or a number is out of range.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` ran out. With gamma = 1 this happens where rewards can be collected, or must be paid, for ever.

    Examples
    --------
    >>> from scratchml.rl import CliffWalking, value_iteration
    >>> plan = value_iteration(CliffWalking(), gamma=1.0)
    >>> plan.start_value, int(plan.policy[36]), plan.n_iter
    (-13.0, 0, 15)
    """
    last = finish(sweeps(env, gamma, tol=tol, max_iter=max_iter))
    allowed = max(tol, 4 * EPS * float(np.abs(last.v).max()))
    if (last.change if gamma == 1.0 else last.bound) > allowed:
        warnings.warn(
            f"value iteration did not settle in {last.iteration} sweeps (last change {last.change:.3g}); raise "
            "max_iter, or lower gamma.",
            both(ConvergenceWarning),
            stacklevel=2,
        )
    table = table_of(env)
    policy = best_policy(table, last.q, float(gamma))
    return Plan(last.v, last.q, policy, last.iteration, last.bound, float(table.start_probability @ last.v))


def rounds(env: Any, gamma: float = 0.99, *, max_iter: int = 1000) -> Iterator[Round]:
    """Return policy iteration as a generator: "evaluate" and "improve" in turn; see `policy_iteration`."""
    table, gamma = table_of(env), check_share("gamma", gamma)
    if max_iter < 1:
        raise ValueError(f"max_iter={max_iter} is not accepted; give an integer of at least 1.")
    return _rounds(table, gamma, max_iter)


def _rounds(table: Table, gamma: float, max_iter: int) -> Iterator[Round]:
    policy, q = ending_policy(table), np.zeros(table.next_state.shape[:2])
    every = np.arange(len(policy))
    for iteration in range(1, max_iter + 1):
        v = evaluate_shares(table, as_shares(policy, *table.next_state.shape[:2]), gamma)
        yield Round("evaluate", iteration, policy, v, 0)
        back_up(table, gamma, v, q)
        best = q.argmax(axis=1)
        room = 1e-12 * max(1.0, float(np.abs(v).max()))  # equal actions must not take turns for ever
        better = q[every, best] > q[every, policy] + room
        policy = np.where(better, best, policy)
        yield Round("improve", iteration, policy, v, int(better.sum()))
        if not better.any():
            return


def ending_policy(table: Table, allowed: Array | None = None) -> IntArray:
    """Return a policy (S,) that ends sooner or later from every state where any policy does: the shortest way out.

    `allowed` (S, A) says which actions it may take; where none of them leads out, it takes the first.
    """
    possible: Array = np.asarray(table.probability > 0)
    if allowed is not None:
        possible = possible & allowed[:, :, None]
    done: Array = np.any(possible & table.terminated, axis=2)
    default = np.zeros(len(done), dtype=np.int64) if allowed is None else allowed.argmax(axis=1)
    known: Array = np.any(done, axis=1)
    policy = np.where(known, done.argmax(axis=1), default)
    while True:
        closer: Array = np.any(possible & ~table.terminated & known[table.next_state], axis=2)
        fresh = ~known & np.any(closer, axis=1)
        if not fresh.any():
            return policy
        policy = np.where(fresh, closer.argmax(axis=1), policy)
        known = known | fresh


def best_policy(table: Table, q: FloatArray, gamma: float) -> IntArray:
    """Return the first best action of each state (S,).

    For gamma = 1 going round in circles may look as good as going on, so of equal actions one that leads out is taken.
    """
    if gamma < 1.0:
        first: IntArray = q.argmax(axis=1)
        return first
    best = q.max(axis=1, keepdims=True)
    return ending_policy(table, q >= best - 1e-9 * np.maximum(1.0, np.abs(best)))


def policy_iteration(env: Any, gamma: float = 0.99, *, max_iter: int = 1000) -> Plan:
    """Return the best policy, found by policy iteration: exact but for rounding.

    Parameters
    ----------
    env : environment with a transition table: of ours, or one of Gymnasium's that shows its `P`
    gamma : what a reward is worth a step later, in [0, 1]
    max_iter : most rounds

    Raises
    ------
    TypeError, ValueError
        If `env` shows no table, or a number is out of range; if gamma is 1 and from some state no policy ends while
        rewards go on.

    Warns
    -----
    ConvergenceWarning
        If `max_iter` ran out.

    Examples
    --------
    >>> from scratchml.rl import CliffWalking, policy_iteration
    >>> policy_iteration(CliffWalking(), gamma=1.0).start_value
    -13.0
    """
    last = finish(rounds(env, gamma, max_iter=max_iter))
    table = table_of(env)
    if last.changed:
        warnings.warn(
            f"policy iteration still changed {last.changed} actions in round {last.iteration}; raise max_iter.",
            both(ConvergenceWarning),
            stacklevel=2,
        )
    q = np.zeros(table.next_state.shape[:2])
    back_up(table, float(gamma), last.v, q)
    gap = float(np.abs(q.max(axis=1) - last.v).max())
    bound = gap / (1.0 - gamma) if gamma < 1.0 else float("inf")
    policy = best_policy(table, q, float(gamma))
    return Plan(last.v, q, policy, last.iteration, bound, float(table.start_probability @ last.v))
