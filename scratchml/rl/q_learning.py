"""Q-learning: learn what each action is worth if from then on one always did the best.

Idea
----
Keep a table Q of what every action in every state is worth. After each step there is a second, better informed
opinion: the reward just received plus what the best action of the next state is said to be worth. Move the old opinion
a little towards it. What is really done next does not matter, so Q-learning learns the best policy while it follows
another one that explores.

Maths
-----
After action a in state s gave reward r and led to state s'::

    target = r + gamma max_b Q(s', b)        (target = r, where the episode terminated: nothing follows)
    Q(s, a) <- Q(s, a) + learning_rate (target - Q(s, a))

Where the episode was truncated, the target still counts on s': the clock ended it, not the task. With every pair
visited again and again and learning rates whose sum is infinite and whose squares' sum is finite, Q converges to the
fixed point of the Bellman equation ``Q(s, a) = E[r + gamma max_b Q(s', b)]``, which planning finds by averaging.

Cost
----
A few dozen operations for each step: about 50 nanoseconds compiled. S x A numbers.

Differences
-----------
Equal values are broken by chance. The update has a plus before the bracket; a well-known print of it has a minus.

References
----------
C. Watkins, P. Dayan (1992), "Q-learning", Machine Learning 8, equation 1. R. Sutton, A. Barto (2018), "Reinforcement
learning: an introduction", 2nd edition, section 6.5, equation 6.8.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.typing import FloatArray
from .acting import choose_action, largest, scheduled
from .agent import Agent, Run, Seen
from .table import Table, draw_outcome, draw_start
from .walk import EPISODES, LENGTH, STATE, STEPS, Rules, Walk


@kernel
def learn(
    q: FloatArray, s: int, a: int, r: float, following: int, terminated: bool, gamma: float, rate: float
) -> tuple[float, float]:
    """Move q[s, a] towards r + gamma max q[following]; return it as it was, and the target. q (S, A): overwritten."""
    old = q[s, a]
    target = r if terminated else r + gamma * largest(q, following)
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
        learn(q, s, a, r, following, over, gamma, rate)
        s, length, total = following, length + 1, total + r
        if over or length == limit:
            returns[episode], lengths[episode] = total, length
            episode, length, total = episode + 1, 0, 0.0
            s = draw_start(start, env_rng.random())
        t += 1
    clock[STEPS] = t
    clock[STATE], clock[LENGTH], clock[EPISODES], score[0] = s, length, episode, total


class QLearning(Agent):
    """Q-learning: an agent that learns the best policy while it explores.

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
    Watkins and Dayan (1992); Sutton and Barto (2018), section 6.5.

    Examples
    --------
    >>> from scratchml.rl import CliffWalking, QLearning
    >>> agent = QLearning(learning_rate=0.5, n_steps=20_000, random_state=0).fit(CliffWalking())
    >>> agent.predict(36), agent.evaluate(CliffWalking(), n_episodes=10).mean
    (0, -13.0)
    """

    def _learn(self, run: Run, seen: Seen, rate: float) -> tuple[float, float]:
        s, a, r, following, terminated, _ = seen
        return learn(run.memory[0], s, a, r, following, terminated, run.rules.gamma, rate)

    def _train(self, table: Table, run: Run, env_rng: np.random.Generator, n: int) -> None:
        train(table, run.memory[0], run.rules, run.walk, run.agent_rng, env_rng, n)
