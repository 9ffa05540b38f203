"""Double Q-learning: two tables that check each other, so that luck is not taken for worth.

Idea
----
The largest of several noisy guesses is mostly one that was lucky: Q-learning's maximum is biased upwards. With two
tables, learned from different turns, one says which action is best and the other what it is worth. What was luck in one
is not in the other.

Maths
-----
With probability 1/2 table i = 0 learns, else i = 1; j is the other one. b is the action with the largest Q_i(s', b)::

    target = r + gamma Q_j(s', b)        (target = r, where the episode terminated)
    Q_i(s, a) <- Q_i(s, a) + learning_rate (target - Q_i(s, a))

Actions are chosen by the mean of both, ``Q = (Q_0 + Q_1) / 2``, which is also what is learned in the end.

It needs more exploring than one table does. On the cliff, where one table has learned that a step is deadly and the
other has never tried it, the second goes on recommending the step and the first goes on saying how bad it is: the whole
edge looks deadly, is avoided, and so the second table never learns better.

Cost
----
As Q-learning, with three tables and one more random number.

Differences
-----------
Of equal best actions b the first is taken. A learning-rate schedule counts the visits of both tables together.

References
----------
H. van Hasselt (2010), "Double Q-learning", NIPS 23, algorithm 1. R. Sutton, A. Barto (2018), "Reinforcement learning:
an introduction", 2nd edition, section 6.7, equation 6.10.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.typing import FloatArray
from .acting import choose_action, scheduled
from .agent import Agent, Memory, Run, Seen
from .table import Table, draw_outcome, draw_start
from .walk import EPISODES, LENGTH, STATE, STEPS, Rules, Walk


@kernel
def best_of_one_by_the_other(both: FloatArray, i: int, s: int) -> float:
    """Return what the other table says of the best action of table i in state s. both (2, S, A): read."""
    best = 0
    for a in range(1, both.shape[2]):
        if both[i, s, a] > both[i, s, best]:
            best = a
    return float(both[1 - i, s, best])


@kernel
def learn(
    mean: FloatArray, both: FloatArray, i: int, s: int, a: int, r: float, ahead: float, rate: float
) -> tuple[float, float]:
    """Move both[i, s, a] towards r + ahead; return it as it was, and the target.

    mean (S, A), both (2, S, A): overwritten. ahead is what follows, discounted; 0 where the episode terminated.
    """
    old = both[i, s, a]
    target = r + ahead
    both[i, s, a] = old + rate * (target - old)
    mean[s, a] = 0.5 * (both[0, s, a] + both[1, s, a])
    return old, target


@kernel
def train(
    table: Table,
    mean: FloatArray,
    both: FloatArray,
    rules: Rules,
    walk: Walk,
    agent_rng: np.random.Generator,
    env_rng: np.random.Generator,
    n: int,
) -> None:
    """Take up to n turns, learning both (2, S, A) and their mean (S, A): overwritten, like walk. table, rules: read."""
    _, cumulative, next_state, reward, terminated, start = table
    clock, score, returns, lengths, visits = walk
    gamma, rates, epsilons, temperatures, limit, _, _, _ = rules
    s, length, episode, total = clock[STATE], clock[LENGTH], clock[EPISODES], score[0]
    t, end = clock[STEPS], clock[STEPS] + n
    while t < end and episode < len(returns):
        epsilon, temperature = scheduled(epsilons, t), scheduled(temperatures, t)
        a = choose_action(mean, s, epsilon, temperature, agent_rng.random())
        k = draw_outcome(cumulative, s, a, env_rng.random())
        r, following, over = reward[s, a, k], next_state[s, a, k], terminated[s, a, k]
        rate = scheduled(rates, visits[s, a])
        visits[s, a] += 1
        i = 0 if agent_rng.random() < 0.5 else 1
        ahead = 0.0 if over else gamma * best_of_one_by_the_other(both, i, following)
        learn(mean, both, i, s, a, r, ahead, rate)
        s, length, total = following, length + 1, total + r
        if over or length == limit:
            returns[episode], lengths[episode] = total, length
            episode, length, total = episode + 1, 0, 0.0
            s = draw_start(start, env_rng.random())
        t += 1
    clock[STEPS] = t
    clock[STATE], clock[LENGTH], clock[EPISODES], score[0] = s, length, episode, total


class DoubleQLearning(Agent):
    """Double Q-learning: an agent with two tables, so that luck is not taken for worth.

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
    q_table_ : array of shape (S, A), what each action is worth: the mean of both tables
    q_tables_ : array of shape (2, S, A), the two tables
    policy_ : array of shape (S,), the best action of each state, the first of equals
    values_ : array of shape (S,), what the best action is worth
    returns_ : array of shape (n_episodes_,), the sum of rewards of each finished episode of the training
    lengths_ : array of shape (n_episodes_,), their numbers of steps
    visits_ : array of shape (S, A), how often each action was taken
    n_steps_ : int
    n_episodes_ : int

    References
    ----------
    Van Hasselt (2010); Sutton and Barto (2018), section 6.7.

    Examples
    --------
    >>> from scratchml.rl import CliffWalking, DoubleQLearning, LinearSchedule
    >>> epsilon = LinearSchedule(1.0, 0.1, 200_000)
    >>> agent = DoubleQLearning(0.5, epsilon=epsilon, n_steps=300_000, random_state=0).fit(CliffWalking())
    >>> agent.evaluate(CliffWalking(), n_episodes=10).mean
    -13.0
    """

    def _remember(self, n_states: int, n_actions: int) -> Memory:
        fill = float(self.initial_value)
        return np.full((n_states, n_actions), fill), np.full((2, n_states, n_actions), fill)

    def _learn(self, run: Run, seen: Seen, rate: float) -> tuple[float, float]:
        mean, both = run.memory
        i = 0 if run.agent_rng.random() < 0.5 else 1
        ahead = 0.0
        if not seen.terminated:
            ahead = run.rules.gamma * best_of_one_by_the_other(both, i, seen.following)
        return learn(mean, both, i, seen.s, seen.a, seen.r, ahead, rate)

    def _train(self, table: Table, run: Run, env_rng: np.random.Generator, n: int) -> None:
        mean, both = run.memory
        train(table, mean, both, run.rules, run.walk, run.agent_rng, env_rng, n)

    def _final_q(self, memory: Memory) -> FloatArray:
        self.q_tables_ = memory[1]
        return super()._final_q(memory)
