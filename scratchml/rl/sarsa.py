"""SARSA: learn what each action is worth if one goes on as one does, missteps included.

Idea
----
Like Q-learning, but the second opinion asks the action that is really taken next, not the best one: state, action,
reward, state, action. So an agent that explores learns the worth of a life with exploring. Along a cliff this teaches
it to keep away from the edge, while Q-learning learns to walk there and falls now and then.

Maths
-----
After action a in state s gave reward r and led to s', where action b is chosen (before anything is learned)::

    target = r + gamma Q(s', b)        (target = r, where the episode terminated)
    Q(s, a) <- Q(s, a) + learning_rate (target - Q(s, a))

Where the episode was truncated, b is chosen all the same, to count on, but never taken.

Cost
----
As Q-learning.

Differences
-----------
Equal values are broken by chance.

References
----------
G. Rummery, M. Niranjan (1994), "On-line Q-learning using connectionist systems", Cambridge University. R. Sutton,
A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, section 6.4, equation 6.7, example 6.6.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..core.jit import kernel
from ..core.typing import FloatArray
from .acting import choose_action, scheduled
from .agent import Agent, Run, Seen
from .table import Table, draw_outcome, draw_start
from .walk import ACTION, EPISODES, LENGTH, NO_ACTION, STATE, STEPS, Rules, Walk


@kernel
def learn(
    q: FloatArray, s: int, a: int, r: float, following: int, ahead: int, gamma: float, rate: float
) -> tuple[float, float]:
    """Move q[s, a] towards r + gamma q[following, ahead]; return it as it was, and the target. q (S, A): overwritten.

    ahead is the action chosen next, -1 where the episode terminated.
    """
    old = q[s, a]
    target = r if ahead < 0 else r + gamma * q[following, ahead]
    q[s, a] = old + rate * (target - old)
    return old, target


@kernel
def train(
    table: Table,
    q: FloatArray,
    rules: Rules,
    walk: Walk,
    agent_rng: np.random.Generator,
    env_rng: np.random.Generator,
    n: int,
) -> None:
    """Take up to n turns in `table` (read) by `rules` (read), learning q (S, A): overwritten. walk: overwritten."""
    _, cumulative, next_state, reward, terminated, start = table
    clock, score, returns, lengths, visits = walk
    gamma, rates, epsilons, temperatures, limit, _, _, _ = rules
    s, a, length, episode, total = clock[STATE], clock[ACTION], clock[LENGTH], clock[EPISODES], score[0]
    epsilon, temperature = scheduled(epsilons, clock[STEPS]), scheduled(temperatures, clock[STEPS])
    t, end = clock[STEPS], clock[STEPS] + n
    while t < end and episode < len(returns):
        if a == NO_ACTION:
            a = choose_action(q, s, epsilon, temperature, agent_rng.random())
        k = draw_outcome(cumulative, s, a, env_rng.random())
        r, following, over = reward[s, a, k], next_state[s, a, k], terminated[s, a, k]
        rate = scheduled(rates, visits[s, a])
        visits[s, a] += 1
        epsilon, temperature = scheduled(epsilons, t + 1), scheduled(temperatures, t + 1)
        ahead = NO_ACTION if over else choose_action(q, following, epsilon, temperature, agent_rng.random())
        learn(q, s, a, r, following, ahead, gamma, rate)
        s, a, length, total = following, ahead, length + 1, total + r
        if over or length == limit:
            returns[episode], lengths[episode] = total, length
            episode, length, total = episode + 1, 0, 0.0
            s, a = draw_start(start, env_rng.random()), NO_ACTION
        t += 1
    clock[STEPS] = t
    clock[STATE], clock[ACTION], clock[LENGTH], clock[EPISODES], score[0] = s, a, length, episode, total


class Sarsa(Agent):
    """SARSA: an agent that learns what its own way of acting is worth, missteps included.

    Parameters
    ----------
    learning_rate : how far Q moves towards a target, in (0, 1]; or a schedule of the earlier visits of the pair
    gamma : what a reward is worth a step later, in [0, 1]. With 1, and steps that cost nothing, going round in circles
        looks as good as going on
    epsilon : share of steps that try any action, in [0, 1]; or a schedule of the steps taken
    n_steps : how many steps of the environment to learn from
    temperature : explore by Boltzmann's rule at this temperature (or schedule of steps), in place of epsilon
    initial_value : what Q holds at first; more than any return makes the agent try everything (optimism)
    random_state : seed of the agent's choices and of the environment
    verbose : show a progress bar

    Attributes
    ----------
    q_table_ : array of shape (S, A), what each action is worth
    policy_ : array of shape (S,), the best action of each state, the first of equals
    values_ : array of shape (S,), what the best action is worth
    returns_ : array of shape (n_episodes_,), the sum of rewards of each finished episode of the training
    lengths_ : array of shape (n_episodes_,), their numbers of steps
    visits_ : array of shape (S, A), how often each action was taken
    n_steps_ : int
    n_episodes_ : int

    References
    ----------
    Rummery and Niranjan (1994); Sutton and Barto (2018), section 6.4.

    Examples
    --------
    >>> from scratchml.rl import CliffWalking, Sarsa
    >>> agent = Sarsa(n_steps=300_000, random_state=0).fit(CliffWalking())
    >>> agent.evaluate(CliffWalking(), n_episodes=10).mean < -13  # it keeps away from the edge
    True
    """

    _on_policy: ClassVar[bool] = True

    def _learn(self, run: Run, seen: Seen, rate: float) -> tuple[float, float]:
        s, a, r, following, _, ahead = seen
        return learn(run.memory[0], s, a, r, following, ahead, run.rules.gamma, rate)

    def _train(self, table: Table, run: Run, env_rng: np.random.Generator, n: int) -> None:
        train(table, run.memory[0], run.rules, run.walk, run.agent_rng, env_rng, n)
