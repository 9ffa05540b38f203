"""Policy evaluation: what a fixed policy is worth in each state, exactly; and a certificate for a learned Q.

Idea
----
The value of a state is the mean reward of the next step plus the discounted value of where it leads. For a fixed policy
these are S linear equations with S unknowns: solve them.

Maths
-----
With P the matrix of going from s to s' under the policy without terminating, and r the mean rewards::

    (I - gamma P) v = r

For gamma < 1 there is one solution. For gamma = 1 there is one if every state ends sooner or later. States that never
do keep the value 0 if they collect no reward (walking in circles for nothing); else their sum has no limit: an error.

The certificate. Let T be the Bellman operator, ``(T Q)(s, a) = E[r + gamma max_b Q(s', b)]``. It brings any two Q
closer by the factor gamma; so with ``residual = max |T Q - Q|``::

    max |Q - Q*| <= residual / (1 - gamma)
    v*(s) - v_policy(s) <= 2 residual / (1 - gamma)        for the policy that is greedy in Q

Cost
----
S^3 / 3 operations; one sweep S A K for the certificate.

Differences
-----------
None.

References
----------
R. Sutton, A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, section 4.1, equation 4.4. S. Singh,
R. Yee (1994), "An upper bound on the loss from approximate optimal-value functions", Machine Learning 16.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core import one_blas_thread
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray, VectorLike
from .checks import check_policy, check_share
from .table import Table, table_of


class Certificate(NamedTuple):
    """How nearly a learned Q solves the Bellman equation, over the states that can be reached from a start."""

    residual: float  # largest |T Q - Q|: 0 for the best Q
    q_bound: float  # no Q(s, a) is farther than this from the best one's; infinite for gamma = 1
    policy_bound: float  # the greedy policy loses at most this in any state; infinite for gamma = 1
    value: float  # what the greedy policy is really worth from the start, by linear solve; NaN where it has no limit
    n_states: int  # how many states can be reached


@kernel
def back_up(table: Table, gamma: float, v: FloatArray, q: FloatArray) -> None:
    """Put the mean of r + gamma v[s'] into q (S, A): overwritten. v (S,): read; a terminated outcome counts r alone."""
    probability, _, next_state, reward, terminated, _ = table
    for s in range(q.shape[0]):
        for a in range(q.shape[1]):
            total = 0.0
            for k in range(probability.shape[2]):
                ahead = 0.0 if terminated[s, a, k] else gamma * v[next_state[s, a, k]]
                total += probability[s, a, k] * (reward[s, a, k] + ahead)
            q[s, a] = total


@kernel
def mark_reachable(table: Table, seen: Array, stack: IntArray) -> None:
    """Set seen (S,) for every state that some actions lead to from a start: overwritten, as is stack (S,)."""
    probability, _, next_state, _, terminated, start = table
    size, before = 0, 0.0
    for s in range(seen.shape[0]):
        seen[s] = start[s] > before
        before = start[s]
        if seen[s]:
            stack[size] = s
            size += 1
    while size > 0:
        size -= 1
        s = stack[size]
        for a in range(probability.shape[1]):
            for k in range(probability.shape[2]):
                following = next_state[s, a, k]
                if probability[s, a, k] > 0.0 and not terminated[s, a, k] and not seen[following]:
                    seen[following] = True
                    stack[size] = following
                    size += 1


def reachable_states(table: Table) -> Array:
    """Return a mask (S,) of the states in which an action can ever have to be chosen."""
    n = len(table.start)
    seen = np.zeros(n, dtype=np.bool_)
    mark_reachable(table, seen, np.zeros(n, dtype=np.int64))
    return seen


def as_shares(policy: VectorLike, n_states: int, n_actions: int) -> FloatArray:
    """Return a policy as the share of each action, (S, A).

    Raises
    ------
    TypeError, ValueError
        If it is neither one action for each state nor a distribution for each.
    """
    found = np.asarray(policy)
    if found.shape == (n_states, n_actions):
        shares = np.asarray(found, dtype=np.float64)
        if not (np.all(shares >= 0) and np.allclose(shares.sum(axis=1), 1, rtol=0, atol=1e-8)):
            raise ValueError("policy: the shares of a state's actions must be at least 0 and add up to 1.")
        return shares
    shares = np.zeros((n_states, n_actions))
    shares[np.arange(n_states), check_policy(found, n_states, n_actions)] = 1.0
    return shares


@kernel
def add_up(table: Table, shares: FloatArray, P: FloatArray, r: FloatArray, end: FloatArray) -> None:
    """Add what each outcome weighs under a policy's shares (S, A), read, to P (S, S), r (S,) and end (S,): zeros."""
    probability, _, next_state, reward, terminated, _ = table
    for s in range(shares.shape[0]):
        for a in range(shares.shape[1]):
            if shares[s, a] == 0.0:
                continue
            for k in range(probability.shape[2]):
                weight = shares[s, a] * probability[s, a, k]
                r[s] += weight * reward[s, a, k]
                if terminated[s, a, k]:
                    end[s] += weight
                else:
                    P[s, next_state[s, a, k]] += weight


def chain_of(table: Table, shares: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return, under a policy's shares (S, A): P (S, S) of going on, r (S,) of mean rewards, end (S,) of terminating."""
    n = len(table.start)
    P, r, end = np.zeros((n, n)), np.zeros(n), np.zeros(n)
    add_up(table, shares, P, r, end)
    return P, r, end


def ending_states(P: FloatArray, end: FloatArray) -> Array:
    """Return a mask (S,) of the states from which the chain may terminate."""
    found = end > 0
    while True:
        grown = found | ((P > 0) @ found)
        if (grown == found).all():
            return found
        found = grown


def policy_evaluation(env: Any, policy: VectorLike, gamma: float = 0.99) -> FloatArray:
    """Return what a policy is worth in each state, shape (S,), by solving the Bellman equations.

    Parameters
    ----------
    env : environment with a transition table: of ours, or one of Gymnasium's that shows its `P`
    policy : array of shape (S,), one action for each state; or (S, A), the share of each action
    gamma : what a reward is worth a step later, in [0, 1]

    Raises
    ------
    TypeError
        If `env` shows no table, or `policy` or `gamma` is of a wrong kind.
    ValueError
        If `policy` or `gamma` is out of range; if gamma is 1 and some state collects rewards for ever.

    Examples
    --------
    >>> from scratchml.rl import GridWorld, policy_evaluation
    >>> env = GridWorld("S.G", slip=0.0, step_reward=-1.0, goal_reward=0.0)
    >>> policy_evaluation(env, [2, 2, 2], gamma=1.0)
    array([-2., -1.,  0.])
    """
    table, gamma = table_of(env), check_share("gamma", gamma)
    n_states, n_actions, _ = table.next_state.shape
    return evaluate_shares(table, as_shares(policy, n_states, n_actions), gamma)


def evaluate_shares(table: Table, shares: FloatArray, gamma: float) -> FloatArray:
    """Return the values (S,) of the policy with these shares (S, A). Raises ValueError where a sum has no limit."""
    P, r, end = chain_of(table, shares)
    v = np.zeros(len(r))
    solved = np.ones(len(r), dtype=np.bool_)
    if gamma == 1.0:
        solved = ending_states(P, end)
        paid = ((shares[:, :, None] * table.probability > 0) & (table.reward != 0)).any(axis=(1, 2))
        if (paid & ~solved).any():
            s = int(np.flatnonzero(paid & ~solved)[0])
            raise ValueError(
                f"gamma=1 and the policy never ends from state {s}, where it collects rewards for ever: the sum has no "
                "limit; give gamma below 1."
            )
    # plainly: A = np.eye(...) - gamma * P[np.ix_(solved, solved)]
    A = P if solved.all() else P[np.ix_(solved, solved)]
    A *= -gamma
    A.flat[:: len(A) + 1] += 1.0
    with one_blas_thread():
        v[solved] = np.linalg.solve(A, r[solved])
    return v


def certify(table: Table, q: FloatArray, gamma: float) -> Certificate:
    """Return the certificate of q (S, A): the Bellman residual and what follows from it."""
    backed = np.empty_like(q)
    back_up(table, gamma, q.max(axis=1), backed)
    seen = reachable_states(table)
    residual = float(np.abs(backed - q)[seen].max())
    bound = residual / (1.0 - gamma) if gamma < 1.0 else float("inf")
    try:
        v = evaluate_shares(table, as_shares(q.argmax(axis=1), *q.shape), gamma)
        value = float(table.start_probability @ v)
    except ValueError:
        value = float("nan")
    return Certificate(residual, bound, 2.0 * bound, value, int(seen.sum()))
