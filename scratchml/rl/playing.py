"""Playing with a fixed policy: how much reward it brings, and how sure one can be of that.

Idea
----
Play many episodes, and average their returns. The average is itself random; the interval says where the true mean lies
with the given confidence.

Maths
-----
The return of an episode is ``r_1 + gamma r_2 + gamma^2 r_3 + ...``. For n returns with mean m and standard deviation d,
the interval is ``m +- t d / sqrt(n)``, t being the quantile of Student's distribution with n - 1 degrees of freedom.

Cost
----
About 20 nanoseconds for each step in an environment of ours; its own `step` in another one.

Differences
-----------
The interval rests on the mean being nearly normal: with rare rewards, play more episodes.

References
----------
Student (1908), "The probable error of a mean", Biometrika 6.
"""

from __future__ import annotations

import copy
import math
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from ..core import check_random_state, draw_seed
from ..core.jit import kernel
from ..core.rules import is_integer
from ..core.typing import FloatArray, IntArray, RandomStateLike, VectorLike
from .checks import check_count, check_limit, check_policy, check_share
from .environment import TabularEnvironment
from .table import Table, draw_outcome, draw_start

LONGEST = 10_000  # steps of an episode where nothing else limits it


class Evaluation(NamedTuple):
    """What playing a policy brought."""

    mean: float  # of the returns
    low: float  # the true mean lies in [low, high] with the confidence given
    high: float
    confidence: float
    returns: FloatArray  # (n_episodes,)
    lengths: IntArray  # (n_episodes,) steps
    n_truncated: int  # episodes that the clock ended


class Stage(NamedTuple):
    """An environment seen through numbers from 0 on."""

    env: Any
    n_states: int
    n_actions: int
    state_start: int
    action_start: int

    def reset(self, seed: int | None) -> int:
        """Begin an episode; return the state."""
        state, _ = self.env.reset(seed=seed)
        return self._place(state)

    def step(self, action: int) -> tuple[int, float, bool, bool]:
        """Take one action; return state, reward, terminated, truncated."""
        state, reward, terminated, truncated, _ = self.env.step(action + self.action_start)
        r = float(reward)
        if not math.isfinite(r):
            raise ValueError(f"the environment gave the reward {reward}; a reward must be finite.")
        return self._place(state), r, bool(terminated), bool(truncated)

    def _place(self, state: Any) -> int:
        place = int(state) - self.state_start
        if not 0 <= place < self.n_states:
            raise ValueError(f"the environment is in state {state}, outside its observation_space of {self.n_states}.")
        return place


def stage_of(env: Any) -> Stage:
    """Return the stage for an environment.

    Raises
    ------
    TypeError
        If it is a class, lacks Gymnasium's methods, or its spaces are not discrete.
    """
    if isinstance(env, type):
        raise TypeError(f"{env.__name__} is a class; give an instance, {env.__name__}().")
    for name in ("reset", "step", "observation_space", "action_space"):
        if not hasattr(env, name):
            raise TypeError(f"{env!r} is no environment: it has no {name}; give one of scratchml.rl or of Gymnasium.")
    for name in ("observation_space", "action_space"):
        space = getattr(env, name)
        if not is_integer(getattr(space, "n", None)):
            raise TypeError(f"{name}={space!r} is not discrete; a table needs states and actions that can be counted.")
    states, actions = env.observation_space, env.action_space
    return Stage(
        env, int(states.n), int(actions.n), int(getattr(states, "start", 0)), int(getattr(actions, "start", 0))
    )


def is_compiled(env: Any) -> bool:
    """Say whether a kernel may stand in for the `step` and `reset` of `env`."""
    return isinstance(env, TabularEnvironment) and env.complete_table


@kernel
def roll_out(
    table: Table,
    policy: IntArray,
    gamma: float,
    limit: int,
    rng: np.random.Generator,
    returns: FloatArray,
    lengths: IntArray,
) -> int:
    """Play episodes by policy (S,): read. returns, lengths (n,): overwritten. Return how many were truncated."""
    _, cumulative, next_state, reward, terminated, start = table
    truncated = 0
    for i in range(returns.shape[0]):
        s = draw_start(start, rng.random())
        total, weight, length, over = 0.0, 1.0, 0, False
        while not over and length < limit:
            a = policy[s]
            k = draw_outcome(cumulative, s, a, rng.random())
            total += weight * reward[s, a, k]
            weight *= gamma
            length += 1
            over = terminated[s, a, k]
            s = next_state[s, a, k]
        truncated += 0 if over else 1
        returns[i], lengths[i] = total, length
    return truncated


def roll_out_elsewhere(
    stage: Stage, policy: IntArray, gamma: float, limit: int, seed: int, returns: FloatArray, lengths: IntArray
) -> int:
    """Do what `roll_out` does by calling the environment's own `reset` and `step`."""
    n_truncated = 0
    for i in range(len(returns)):
        s = stage.reset(seed if i == 0 else None)
        total, weight, length, over, truncated = 0.0, 1.0, 0, False, False
        while not over and not truncated and length < limit:
            s, r, over, truncated = stage.step(int(policy[s]))
            total += weight * r
            weight *= gamma
            length += 1
        n_truncated += 0 if over else 1
        returns[i], lengths[i] = total, length
    return n_truncated


def play(
    env: Any,
    policy: VectorLike,
    n_episodes: int = 1000,
    *,
    gamma: float = 1.0,
    confidence: float = 0.95,
    max_episode_steps: int | None = None,
    random_state: RandomStateLike = None,
) -> Evaluation:
    """Play `n_episodes` by a policy; return the mean return with its confidence interval.

    Parameters
    ----------
    env : environment of ours, left as it was; or one of Gymnasium's with discrete spaces, reset and stepped through
    policy : array of shape (S,), the action (counted from 0) of each state
    n_episodes : at least 2
    gamma : what a reward is worth a step later, in [0, 1]; 1 gives the plain sum of rewards
    confidence : of the interval, in (0, 1)
    max_episode_steps : end an episode after so many steps. None takes the environment's own limit, or 10 000. In an
        environment of ours it stands in for that limit; elsewhere the shorter one holds
    random_state : seed of the environment

    Raises
    ------
    TypeError, ValueError
        If the environment, the policy or a number is not as above.

    Examples
    --------
    >>> from scratchml.rl import FrozenLake, play, value_iteration
    >>> plan = value_iteration(FrozenLake())
    >>> found = play(FrozenLake(), plan.policy, 5000, gamma=0.99, max_episode_steps=1000, random_state=0)
    >>> found.low < plan.start_value < found.high
    True
    """
    stage = stage_of(env)
    n_episodes, gamma = check_count("n_episodes", n_episodes, 2), check_share("gamma", gamma)  # one tells no spread
    if check_share("confidence", confidence) in (0.0, 1.0):
        raise ValueError(f"confidence={confidence} is not accepted; give a number above 0 and below 1.")
    actions = check_policy(policy, stage.n_states, stage.n_actions)
    limit, seed = check_limit(max_episode_steps), draw_seed(check_random_state(random_state))
    returns, lengths = np.zeros(n_episodes), np.zeros(n_episodes, dtype=np.int64)
    if isinstance(env, TabularEnvironment):
        limit = limit or env.max_episode_steps
        stage = stage._replace(env=copy.copy(env))
        stage.env.max_episode_steps = None
    limit = limit or LONGEST
    if is_compiled(env):
        rng = np.random.default_rng(seed)
        n_truncated = int(roll_out(env.table, actions, gamma, limit, rng, returns, lengths))
    else:
        n_truncated = roll_out_elsewhere(stage, actions, gamma, limit, seed, returns, lengths)
    mean = float(returns.mean())
    half = student_quantile((1.0 + confidence) / 2.0, len(returns) - 1) * float(returns.std(ddof=1))
    half /= math.sqrt(len(returns))
    return Evaluation(mean, mean - half, mean + half, float(confidence), returns, lengths, n_truncated)


@cache
def gauss_rule(n: int) -> tuple[FloatArray, FloatArray]:
    """Return the places and weights of Gauss's rule for integrals from -1 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return nodes, weights


def student_quantile(p: float, freedom: int) -> float:
    """Return the p-quantile (p >= 1/2) of Student's distribution, to about 1e-10.

    With x = sqrt(f) tan(a), the distribution is 1/2 + c times the integral of cos^(f - 1) from 0 to a: by Gauss's rule,
    and the quantile by halving. Above 10 000 degrees the first terms of Cornish and Fisher's series are as good.
    """
    z = NormalDist().inv_cdf(p)
    if freedom > 10_000:
        return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    nodes, weights = gauss_rule(100)
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(math.pi)
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        integral = float(weights @ np.cos(middle / 2 * (nodes + 1)) ** (freedom - 1)) * middle / 2
        low, high = (middle, high) if 0.5 + scale * integral < p else (low, middle)
    return math.sqrt(freedom) * math.tan(low)
