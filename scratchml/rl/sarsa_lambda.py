"""SARSA(lambda): SARSA with a memory of the way come, so that one reward teaches the whole way.

Idea
----
SARSA learns one step at a time: a reward at the end of a long way needs as many episodes to reach its beginning. A
trace remembers which actions were taken lately. Every surprise is then shared out among all of them, most to the
latest.

Maths
-----
With the temporal-difference error ``error = r + gamma Q(s', b) - Q(s, a)`` (b as in SARSA; r - Q(s, a), where the
episode terminated), after each step::

    E(s, a) <- E(s, a) + 1    ("accumulating")    or    E(s, a) <- 1    ("replacing")
    Q(x, y) <- Q(x, y) + learning_rate error E(x, y)    for all x, y
    E(x, y) <- gamma trace_decay E(x, y)                for all x, y

Traces begin at 0 in every episode. With trace_decay = 0 this is SARSA; with 1 the whole way learns alike.

Cost
----
The number of traces alive for each step: a list of them is kept, so it does not grow with S A.

Differences
-----------
A trace below 1e-12 is forgotten: it changes the last digits of Q at most.

References
----------
R. Sutton, A. Barto (2018), "Reinforcement learning: an introduction", 2nd edition, sections 12.2 and 12.7. S. Singh,
R. Sutton (1996), "Reinforcement learning with replacing eligibility traces", Machine Learning 22.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..core.jit import kernel
from ..core.rules import one_of, real
from ..core.typing import FloatArray, IntArray, RandomStateLike
from .acting import Schedule, choose_action, scheduled
from .agent import Agent, Memory, Run, Seen
from .table import Table, draw_outcome, draw_start
from .walk import ACTION, ACTIVE, EPISODES, LENGTH, NO_ACTION, STATE, STEPS, Rules, Walk

FORGOTTEN = 1e-12


@kernel
def mark(trace: FloatArray, active: IntArray, n_active: int, pair: int, replacing: bool) -> int:
    """Strengthen the trace of a pair s A + a; return how many are alive. trace, active (S A,): overwritten."""
    if trace[pair] == 0.0:
        active[n_active] = pair
        n_active += 1
    trace[pair] = 1.0 if replacing else trace[pair] + 1.0
    return n_active


@kernel
def share_out(q: FloatArray, trace: FloatArray, active: IntArray, n_active: int, amount: float, decay: float) -> int:
    """Add amount times its trace to each pair alive, and let traces decay; return how many stay alive.

    q, trace, active (S A,): overwritten.
    """
    i = 0
    while i < n_active:
        pair = active[i]
        q[pair] += amount * trace[pair]
        trace[pair] *= decay
        if trace[pair] < FORGOTTEN:
            trace[pair] = 0.0
            n_active -= 1
            active[i] = active[n_active]
        else:
            i += 1
    return n_active


@kernel
def learn(
    q: FloatArray,
    traces: tuple[FloatArray, IntArray],
    clock: IntArray,
    seen: tuple[int, int, float, int, int],
    rules: Rules,
    rate: float,
) -> tuple[float, float]:
    """Learn from a turn seen: (s, a, r, following, ahead); return q[s, a] as it was, and the target.

    q (S, A), traces (trace, active), clock: overwritten. ahead is the action chosen next, -1 where it is all over.
    """
    s, a, r, following, ahead = seen
    trace, active = traces
    old = q[s, a]
    target = r if ahead < 0 else r + rules.gamma * q[following, ahead]
    n_active = mark(trace, active, clock[ACTIVE], s * q.shape[1] + a, rules.replacing)
    amount, decay = rate * (target - old), rules.gamma * rules.trace_decay
    clock[ACTIVE] = share_out(q.reshape(-1), trace, active, n_active, amount, decay)
    return old, target


@kernel
def wipe(traces: tuple[FloatArray, IntArray], clock: IntArray) -> None:
    """Set all traces to 0: traces (trace, active), clock: overwritten."""
    trace, active = traces
    for i in range(clock[ACTIVE]):
        trace[active[i]] = 0.0
    clock[ACTIVE] = 0


@kernel
def train(
    table: Table,
    q: FloatArray,
    traces: tuple[FloatArray, IntArray],
    rules: Rules,
    walk: Walk,
    agent_rng: np.random.Generator,
    env_rng: np.random.Generator,
    n: int,
) -> None:
    """Take up to n turns, learning q (S, A): overwritten, as are traces and walk. table, rules: read."""
    _, cumulative, next_state, reward, terminated, start = table
    clock, score, returns, lengths, visits = walk
    _, rates, epsilons, temperatures, limit, _, _, _ = rules
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
        learn(q, traces, clock, (s, a, r, following, ahead), rules, rate)
        s, a, length, total = following, ahead, length + 1, total + r
        if over or length == limit:
            returns[episode], lengths[episode] = total, length
            episode, length, total = episode + 1, 0, 0.0
            s, a = draw_start(start, env_rng.random()), NO_ACTION
            wipe(traces, clock)
        t += 1
    clock[STEPS] = t
    clock[STATE], clock[ACTION], clock[LENGTH], clock[EPISODES], score[0] = s, a, length, episode, total


class SarsaLambda(Agent):
    """SARSA(lambda): an agent that shares each surprise out among the actions that led to it.

    Parameters
    ----------
    learning_rate : how far Q moves towards a target, in (0, 1]; or a schedule of the earlier visits of the pair
    gamma : what a reward is worth a step later, in [0, 1]. With 1, and steps that cost nothing, going round in circles
        looks as good as going on
    epsilon : share of steps that try any action, in [0, 1]; or a schedule of the steps taken
    n_steps : how many steps of the environment to learn from
    trace_decay : lambda, how much of a trace is left after a step, in [0, 1]; gamma takes its share besides
    traces : "accumulating" adds 1 to the trace of an action taken, "replacing" sets it to 1
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
    Sutton and Barto (2018), section 12.7; Singh and Sutton (1996).

    Examples
    --------
    >>> from scratchml.rl import GridWorld, SarsaLambda
    >>> world = GridWorld("S......G", slip=0.0)
    >>> agent = SarsaLambda(trace_decay=0.9, n_steps=5000, random_state=0).fit(world)
    >>> agent.predict([0, 1, 2, 3, 4, 5, 6])
    array([2, 2, 2, 2, 2, 2, 2])
    """

    _rules: ClassVar = {
        **Agent._rules,
        "trace_decay": real(0.0, 1.0),
        "traces": one_of("accumulating", "replacing"),
    }
    _on_policy: ClassVar[bool] = True

    def __init__(
        self,
        learning_rate: float | Schedule = 0.1,
        gamma: float = 0.99,
        epsilon: float | Schedule = 0.1,
        *,
        n_steps: int = 100_000,
        trace_decay: float = 0.9,
        traces: str = "replacing",
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
        self.trace_decay = trace_decay
        self.traces = traces

    def _training_rules(self, limit: int | None) -> Rules:
        plain = super()._training_rules(limit)
        return plain._replace(trace_decay=float(self.trace_decay), replacing=self.traces == "replacing")

    def _remember(self, n_states: int, n_actions: int) -> Memory:
        traces = np.zeros(n_states * n_actions), np.zeros(n_states * n_actions, dtype=np.int64)
        return *super()._remember(n_states, n_actions), traces

    def _learn(self, run: Run, seen: Seen, rate: float) -> tuple[float, float]:
        q, traces = run.memory
        turn = seen.s, seen.a, seen.r, seen.following, seen.next_action
        return learn(q, traces, run.walk.clock, turn, run.rules, rate)

    def _forget_episode(self, run: Run) -> None:
        wipe(run.memory[1], run.walk.clock)

    def _train(self, table: Table, run: Run, env_rng: np.random.Generator, n: int) -> None:
        q, traces = run.memory
        train(table, q, traces, run.rules, run.walk, run.agent_rng, env_rng, n)
