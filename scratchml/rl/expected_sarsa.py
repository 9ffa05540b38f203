"""Expected SARSA: learn what each action is worth if one goes on as one does, averaged over what one might do next.

Idea
----
SARSA learns from the action that is really taken next, which chance decides when one explores: its targets jump about.
But the agent knows its own habits: it can average over all its next actions instead. The mean is the same, the noise of
the choice is gone.

Maths
-----
After action a in state s gave reward r and led to s', with p(b | s') the chances of the agent's own next actions::

    target = r + gamma sum_b p(b | s') Q(s', b)        (target = r, where the episode terminated)
    Q(s, a) <- Q(s, a) + learning_rate (target - Q(s, a))

Under epsilon-greedy the sum is ``epsilon mean_b Q(s', b) + (1 - epsilon) max_b Q(s', b)``. With epsilon = 0 this is
Q-learning.

Cost
----
As Q-learning, and a mean.

Differences
-----------
Where epsilon or the temperature follow a schedule, their values of the present turn stand for the next one.

References
----------
H. van Seijen, H. van Hasselt, S. Whiteson, M. Wiering (2009), "A theoretical and empirical analysis of expected SARSA",
IEEE ADPRL. R. Sutton, A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, section 6.6, eq. 6.9.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.typing import FloatArray
from .acting import choose_action, expected_value, scheduled
from .agent import Agent, Run, Seen
from .table import Table, draw_outcome, draw_start
from .walk import EPISODES, LENGTH, STATE, STEPS, Rules, Walk


@kernel
def learn(q: FloatArray, s: int, a: int, r: float, ahead: float, gamma: float, rate: float) -> tuple[float, float]:
    """Move q[s, a] towards r + gamma ahead, the value expected of the next state; return it as it was, and the target.

    q (S, A): overwritten.
    """
    old = q[s, a]
    target = r + gamma * ahead
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
    s, length, episode, total = clock[STATE], clock[LENGTH], clock[EPISODES], score[0]
    t, end = clock[STEPS], clock[STEPS] + n
    while t < end and episode < len(returns):
        epsilon, temperature = scheduled(epsilons, t), scheduled(temperatures, t)
        a = choose_action(q, s, epsilon, temperature, agent_rng.random())
        k = draw_outcome(cumulative, s, a, env_rng.random())
        r, following, over = reward[s, a, k], next_state[s, a, k], terminated[s, a, k]
        rate = scheduled(rates, visits[s, a])
        visits[s, a] += 1
        ahead = 0.0 if over else expected_value(q, following, epsilon, temperature)
        learn(q, s, a, r, ahead, gamma, rate)
        s, length, total = following, length + 1, total + r
        if over or length == limit:
            returns[episode], lengths[episode] = total, length
            episode, length, total = episode + 1, 0, 0.0
            s = draw_start(start, env_rng.random())
        t += 1
    clock[STEPS] = t
    clock[STATE], clock[LENGTH], clock[EPISODES], score[0] = s, length, episode, total


class ExpectedSarsa(Agent):
    """Expected SARSA: an agent that learns what its own way of acting is worth, averaged over its next action.

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
    Van Seijen, van Hasselt, Whiteson and Wiering (2009); Sutton and Barto (2018), section 6.6.

    Examples
    --------
    >>> from scratchml.rl import CliffWalking, ExpectedSarsa
    >>> agent = ExpectedSarsa(learning_rate=0.5, n_steps=100_000, random_state=0).fit(CliffWalking())
    >>> agent.evaluate(CliffWalking(), n_episodes=10).mean < -13  # it keeps away from the edge
    True
    """

    def _learn(self, run: Run, seen: Seen, rate: float) -> tuple[float, float]:
        q, rules, t = run.memory[0], run.rules, run.walk.clock[STEPS]
        ahead = 0.0
        if not seen.terminated:
            epsilon, temperature = scheduled(rules.epsilon, t), scheduled(rules.temperature, t)
            ahead = expected_value(q, seen.following, epsilon, temperature)
        return learn(q, seen.s, seen.a, seen.r, ahead, rules.gamma, rate)

    def _train(self, table: Table, run: Run, env_rng: np.random.Generator, n: int) -> None:
        train(table, run.memory[0], run.rules, run.walk, run.agent_rng, env_rng, n)
