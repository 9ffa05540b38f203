"""Dyna-Q: Q-learning that also learns from memories.

Idea
----
Steps in the world are dear, thoughts are cheap. Remember what every action led to the last time, and after each real
step relive a few remembered ones at random, learning from them as if they happened now. A reward spreads over the
whole map while the agent takes a few steps.

Maths
-----
After a real step (s, a, r, s'): Q-learning's update; ``model(s, a) = (r, s', terminated)``; then `n_planning` times a
pair (x, y) is drawn from those seen so far, each as likely, and Q-learning's update is made with model(x, y).

Cost
----
1 + n_planning updates for each step; the model is three numbers for each pair.

Differences
-----------
The textbook's model is for worlds without chance: it keeps the last outcome of each pair. Where outcomes are random,
memories make Q lean towards the latest one; with a small learning rate the mean comes out right.

References
----------
R. Sutton (1990), "Integrated architectures for learning, planning, and reacting based on approximating dynamic
programming", ICML. R. Sutton, A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, section 8.2.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.rules import integer
from ..core.typing import Array, FloatArray, IntArray, RandomStateLike
from .acting import Schedule, choose_action, scheduled
from .agent import Agent, Memory, Run, Seen
from .q_learning import learn
from .table import Table, draw_outcome, draw_start
from .walk import ACTIVE, EPISODES, LENGTH, STATE, STEPS, Rules, Walk


class Model(NamedTuple):
    """What each action led to the last time; all of it is overwritten."""

    reward: FloatArray  # (S, A)
    following: IntArray  # (S, A)
    terminated: Array  # (S, A) bool
    known: IntArray  # (S A,) the pairs s A + a seen so far, in the order they were first seen


@kernel
def remember(
    model: Model, s: int, a: int, r: float, following: int, terminated: bool, n_known: int, fresh: bool
) -> int:
    """Write a step into the model: overwritten; return how many pairs are known. fresh: (s, a) is a new one."""
    model.reward[s, a], model.following[s, a], model.terminated[s, a] = r, following, terminated
    if not fresh:
        return n_known
    model.known[n_known] = s * model.reward.shape[1] + a
    return n_known + 1


@kernel
def relive(q: FloatArray, model: Model, rules: Rules, visits: IntArray, n_known: int, rng: np.random.Generator) -> None:
    """Learn from n_planning remembered steps. q (S, A): overwritten; model, visits (S, A): read."""
    reward, following, terminated, known = model
    for _ in range(rules.n_planning):
        pair = known[min(int(rng.random() * n_known), n_known - 1)]
        s, a = pair // q.shape[1], pair % q.shape[1]
        rate = scheduled(rules.learning_rate, visits[s, a] - 1)
        learn(q, s, a, reward[s, a], following[s, a], terminated[s, a], rules.gamma, rate)


@kernel
def train(
    table: Table,
    q: FloatArray,
    model: Model,
    rules: Rules,
    walk: Walk,
    agent_rng: np.random.Generator,
    env_rng: np.random.Generator,
    n: int,
) -> None:
    """Take up to n turns, learning q (S, A): overwritten, as are model and walk. table, rules: read."""
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
        clock[ACTIVE] = remember(model, s, a, r, following, over, clock[ACTIVE], visits[s, a] == 1)
        relive(q, model, rules, visits, clock[ACTIVE], agent_rng)
        s, length, total = following, length + 1, total + r
        if over or length == limit:
            returns[episode], lengths[episode] = total, length
            episode, length, total = episode + 1, 0, 0.0
            s = draw_start(start, env_rng.random())
        t += 1
    clock[STEPS] = t
    clock[STATE], clock[LENGTH], clock[EPISODES], score[0] = s, length, episode, total


class DynaQ(Agent):
    """Dyna-Q: an agent that learns from its memories between one step and the next.

    Parameters
    ----------
    learning_rate : how far Q moves towards a target, in (0, 1]; or a schedule of the earlier visits of the pair
    gamma : what a reward is worth a step later, in [0, 1]. With 1, and steps that cost nothing, going round in circles
        looks as good as going on
    epsilon : share of steps that try any action, in [0, 1]; or a schedule of the steps taken
    n_steps : how many steps of the environment to learn from
    n_planning : how many remembered steps to relive after each real one; 0 is Q-learning
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
    Sutton (1990); Sutton and Barto (2018), section 8.2.

    Examples
    --------
    >>> from scratchml.rl import CliffWalking, DynaQ
    >>> agent = DynaQ(learning_rate=0.5, n_steps=2000, random_state=0).fit(CliffWalking())
    >>> agent.evaluate(CliffWalking(), n_episodes=10).mean
    -13.0
    """

    _rules: ClassVar = {**Agent._rules, "n_planning": integer(0)}

    def __init__(
        self,
        learning_rate: float | Schedule = 0.1,
        gamma: float = 0.99,
        epsilon: float | Schedule = 0.1,
        *,
        n_steps: int = 100_000,
        n_planning: int = 10,
        temperature: float | Schedule | None = None,
        initial_value: float = 0.0,
        random_state: RandomStateLike = None,
        verbose: bool | int = False,
    ) -> None:
        super().__init__(
            learning_rate,
            gamma,
            epsilon,
            n_steps=n_steps,
            temperature=temperature,
            initial_value=initial_value,
            random_state=random_state,
            verbose=verbose,
        )
        self.n_planning = n_planning

    def _training_rules(self, limit: int | None) -> Rules:
        return super()._training_rules(limit)._replace(n_planning=int(self.n_planning))

    def _remember(self, n_states: int, n_actions: int) -> Memory:
        shape = n_states, n_actions
        model = Model(
            np.zeros(shape),
            np.zeros(shape, dtype=np.int64),
            np.zeros(shape, dtype=np.bool_),
            np.zeros(n_states * n_actions, dtype=np.int64),
        )
        return *super()._remember(n_states, n_actions), model

    def _learn(self, run: Run, seen: Seen, rate: float) -> tuple[float, float]:
        (q, model), clock, visits = run.memory, run.walk.clock, run.walk.visits
        s, a, r, following, terminated, _ = seen
        found: tuple[float, float] = learn(q, s, a, r, following, terminated, run.rules.gamma, rate)
        clock[ACTIVE] = remember(model, s, a, r, following, terminated, clock[ACTIVE], visits[s, a] == 1)
        relive(q, model, run.rules, visits, clock[ACTIVE], run.agent_rng)
        return found

    def _train(self, table: Table, run: Run, env_rng: np.random.Generator, n: int) -> None:
        q, model = run.memory
        train(table, q, model, run.rules, run.walk, run.agent_rng, env_rng, n)
