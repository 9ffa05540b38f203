"""The base of all agents: what fitting to an environment means, whatever the rule of learning.

Idea
----
An agent and an environment take turns: the agent chooses an action, the environment answers with a reward and the next
state, and the agent learns from what it saw. `fit` plays `n_steps` such turns.

There are two ways to play them. In an environment of ours the agent's training kernel draws the outcomes from the
transition table: machine code from end to end. In any other one, each turn is a call of its `step`, and the same
learning kernels are called one by one. `steps` always goes the second way and shows every turn. All ways give the same
agent, bit for bit: the agent's random numbers come from one generator, the environment's from another, each drawn from
in the same order.

Cost
----
Compiled, 50 nanoseconds for a turn of Q-learning or SARSA, 200 with traces, 500 with ten memories relived; otherwise
the environment's `step` and about 5 microseconds.
"""

from __future__ import annotations

import copy
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import AgentMixin, BaseEstimator, check_is_fitted, check_random_state, draw_seed, finish, pace
from ..core.rules import either, integer, none, random_state, real, verbosity
from ..core.typing import Array, FloatArray, RandomStateLike, VectorLike
from .acting import (
    Schedule,
    choose_action,
    rate_or_schedule,
    scheduled,
    share_or_schedule,
    temperature_or_schedule,
    to_numbers,
)
from .environment import TabularEnvironment
from .playing import Evaluation, Stage, is_compiled, play, stage_of
from .policy_evaluation import Certificate, certify
from .table import Table, draw_start, table_of
from .walk import EPISODES, NO_ACTION, STATE, STEPS, Rules, Walk, new_walk

BLOCK = 65_536  # turns that are told of together
NOTED = 1024  # episodes for which a call of the training kernel has room: when they are over, it ends
Memory = tuple[Any, ...]


class Step(NamedTuple):
    """One turn and what was learned from it."""

    name: str  # "learn"
    iteration: int  # turns taken so far
    s: int  # the state
    a: int  # the action taken in it
    r: float  # the reward
    following: int  # the state reached, s'
    terminated: bool  # the task is over: the target counts on nothing after it
    truncated: bool  # the clock ran out: the target still counts on s'
    old: float  # Q(s, a) before
    target: float  # what Q(s, a) was moved towards
    error: float  # target - old, the temporal-difference error
    q: FloatArray  # (S, A), a live view


class Block(NamedTuple):
    """Many turns at once: what `fit` shows of its progress."""

    name: str  # "block"
    iteration: int  # turns taken so far
    n_episodes: int  # episodes finished so far
    mean_return: float  # of the episodes finished in this block; NaN where there are none
    q: FloatArray  # (S, A), a live view


class Seen(NamedTuple):
    """What one turn gave to learn from."""

    s: int
    a: int
    r: float
    following: int
    terminated: bool
    next_action: int  # chosen already by an agent that learns from what it does next; -1 otherwise


class Run:
    """One training run: the agent's memory, the environment and where the run stands."""

    def __init__(self, stage: Stage, memory: Memory, rules: Rules, seeds: tuple[int, int]) -> None:
        self.stage, self.memory, self.rules = stage, memory, rules
        self.walk: Walk = new_walk(stage.n_states, stage.n_actions, NOTED)
        self.env_seed = seeds[0]
        self.agent_rng = np.random.default_rng(seeds[1])
        self.returns, self.lengths = array("d"), array("q")

    def put_away(self) -> None:
        """Move the episodes that the training kernel has noted behind the run's earlier ones."""
        n = int(self.walk.clock[EPISODES])
        self.returns.frombytes(self.walk.returns[:n].view(np.uint8).data)
        self.lengths.frombytes(self.walk.lengths[:n].view(np.uint8).data)
        self.walk.clock[EPISODES] = 0


def mean_of(values: Sequence[float]) -> float:
    """Return the mean; NaN of none."""
    return sum(values) / len(values) if values else float("nan")


class Agent(AgentMixin, BaseEstimator):
    """Base of the agents. A subclass says what it remembers, how it learns from one turn, and has a training kernel."""

    _rules: ClassVar = {
        "learning_rate": rate_or_schedule,
        "gamma": real(0.0, 1.0),
        "epsilon": share_or_schedule,
        "n_steps": integer(1),
        "temperature": either(none, temperature_or_schedule),
        "initial_value": real(-1e100, 1e100),
        "random_state": random_state,
        "verbose": verbosity,
    }
    _on_policy: ClassVar[bool] = False  # True: the next action is chosen before learning, because it is learned from

    def __init__(
        self,
        learning_rate: float | Schedule = 0.1,
        gamma: float = 0.99,
        epsilon: float | Schedule = 0.1,
        *,
        n_steps: int = 100_000,
        temperature: float | Schedule | None = None,
        initial_value: float = 0.0,
        random_state: RandomStateLike = None,
        verbose: bool | int = False,
    ) -> None:
        self.learning_rate = learning_rate
        self.gamma = gamma
        self.epsilon = epsilon
        self.n_steps = n_steps
        self.temperature = temperature
        self.initial_value = initial_value
        self.random_state = random_state
        self.verbose = verbose

    # ---- what a subclass says

    def _remember(self, n_states: int, n_actions: int) -> Memory:
        """Return fresh memory; its first array is the Q (S, A) that actions are chosen by."""
        return (np.full((n_states, n_actions), float(self.initial_value)),)

    def _learn(self, run: Run, seen: Seen, rate: float) -> tuple[float, float]:
        """Learn from one turn; return Q(s, a) as it was, and the target."""
        raise NotImplementedError

    def _train(self, table: Table, run: Run, env_rng: np.random.Generator, n: int) -> None:
        """Take up to n turns in the training kernel: fewer where it has no more room to note episodes."""
        raise NotImplementedError

    def _forget_episode(self, run: Run) -> None:
        """Forget what must not outlast an episode."""

    def _training_rules(self, limit: int | None) -> Rules:
        rate = to_numbers(self.learning_rate, "learning_rate", 0.0, 1.0)
        if rate[1] == 0.0:
            raise ValueError(f"learning_rate={self.learning_rate} starts at 0, so nothing is learned; start above 0.")
        epsilon = to_numbers(self.epsilon, "epsilon", 0.0, 1.0)
        warm = 0.0 if self.temperature is None else self.temperature
        temperature = to_numbers(warm, "temperature", 0.0, float("inf"), open_low=True)
        return Rules(float(self.gamma), rate, epsilon, temperature, limit or 0, 0.0, False, 0)

    # ---- the run

    def _begin(self, env: Any) -> Run:
        self._check_params()
        stage = stage_of(env)
        rules = self._training_rules(getattr(env, "max_episode_steps", None) if is_compiled(env) else None)
        rng = check_random_state(self.random_state)
        return Run(stage, self._remember(stage.n_states, stage.n_actions), rules, (draw_seed(rng), draw_seed(rng)))

    def _choose(self, run: Run, s: int, t: int) -> int:
        epsilon, temperature = scheduled(run.rules.epsilon, t), scheduled(run.rules.temperature, t)
        return int(choose_action(run.memory[0], s, epsilon, temperature, run.agent_rng.random()))

    def _turns(self, run: Run) -> Iterator[Step]:
        """Yield a Step after each turn, calling the environment's `step` and the learning kernels one by one."""
        stage, clock, visits, q = run.stage, run.walk.clock, run.walk.visits, run.memory[0]
        if isinstance(stage.env, TabularEnvironment):
            stage = stage._replace(env=copy.copy(stage.env))  # the caller's own goes on undisturbed
        s, a, length, total = stage.reset(run.env_seed), NO_ACTION, 0, 0.0
        for t in range(int(self.n_steps)):
            if a == NO_ACTION:
                a = self._choose(run, s, t)
            following, r, terminated, truncated = stage.step(a)
            visit = int(visits[s, a])
            visits[s, a] = visit + 1
            ahead = self._choose(run, following, t + 1) if self._on_policy and not terminated else NO_ACTION
            rate = scheduled(run.rules.learning_rate, visit)
            old, target = self._learn(run, Seen(s, a, r, following, terminated, ahead), rate)
            clock[STEPS] = t + 1
            length, total, over = length + 1, total + r, terminated or truncated
            if over:
                run.returns.append(total)
                run.lengths.append(length)
                length, total = 0, 0.0
                self._forget_episode(run)
            yield Step("learn", t + 1, s, a, r, following, terminated, truncated, old, target, target - old, q)
            s, a = (stage.reset(None), NO_ACTION) if over else (following, ahead)

    def _blocks(self, run: Run) -> Iterator[Block]:
        """Yield a Block after every 65 536 turns, taken in the training kernel where the environment allows it."""
        n, compiled, played = int(self.n_steps), is_compiled(run.stage.env), 0
        if compiled:
            table, env_rng = table_of(run.stage.env), np.random.default_rng(run.env_seed)
            run.walk.clock[STATE] = draw_start(table.start, env_rng.random())
        turns = self._turns(run)
        while played < n:
            take, before = min(BLOCK, n - played), len(run.returns)
            if compiled:
                while (left := played + take - int(run.walk.clock[STEPS])) > 0:
                    self._train(table, run, env_rng, left)
                    run.put_away()
            else:
                for _ in zip(range(take), turns):
                    pass
            played += take
            yield Block("block", played, len(run.returns), mean_of(run.returns[before:]), run.memory[0])

    def steps(self, env: Any) -> Iterator[Step]:
        """Return the training as a generator of turns: (s, a, r, s', old, target, error), one Step each.

        It gives the same agent as `fit`, bit for bit, at the speed of Python.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or environment; at once, before the first turn.
        """
        return self._turns(self._begin(env))

    def fit(self, env: Any) -> Self:
        """Learn from `n_steps` turns in `env`: one of ours, or any of Gymnasium's with discrete spaces.

        One of ours is left as it was. Another one is reset, with a seed drawn from `random_state`, and stepped through.

        Raises
        ------
        TypeError
            If `env` is no environment, or its spaces are not discrete; for a parameter of a wrong kind.
        ValueError
            For a parameter out of range; if a reward is not finite, or Q grows beyond float64.
        """
        run = self._begin(env)
        finish(self._blocks(run) if pace(BLOCK) > 1 else self._turns(run), self)
        return self._keep(run)

    def _keep(self, run: Run) -> Self:
        q = self._final_q(run.memory)
        if not np.isfinite(q).all():
            raise ValueError("Q has grown beyond float64; scale the rewards down, or lower learning_rate or gamma.")
        self.q_table_, self.policy_, self.values_ = q, q.argmax(axis=1), q.max(axis=1)
        self.returns_ = np.asarray(run.returns, dtype=np.float64)
        self.lengths_ = np.asarray(run.lengths, dtype=np.int64)
        self.visits_ = run.walk.visits
        self.n_steps_, self.n_episodes_ = int(run.walk.clock[STEPS]), len(self.returns_)
        self.state_start_, self.action_start_ = run.stage.state_start, run.stage.action_start
        return self

    def _final_q(self, memory: Memory) -> FloatArray:
        q: FloatArray = memory[0]
        return q

    # ---- the fitted agent

    def predict(self, state: VectorLike) -> Any:
        """Return the best action in `state`: an int for one state, an array (n,) for n of them.

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError, ValueError
            If `state` is no integer, or the environment of `fit` had no such state.
        """
        check_is_fitted(self, "q_table_")
        states: Array = np.asarray(state)
        if states.dtype.kind not in "iu":
            raise TypeError(f"state={state!r} is no integer; give the number of a state, or an array of them.")
        places = states - self.state_start_
        if states.size and (places.min() < 0 or places.max() >= len(self.policy_)):
            first, last = self.state_start_, self.state_start_ + len(self.policy_) - 1
            raise ValueError(f"state={state!r} is unknown: the environment of fit had states {first} ... {last}.")
        actions = self.policy_[places] + self.action_start_
        return int(actions) if states.ndim == 0 else actions

    def evaluate(
        self,
        env: Any,
        n_episodes: int = 1000,
        *,
        gamma: float = 1.0,
        confidence: float = 0.95,
        max_episode_steps: int | None = None,
        random_state: RandomStateLike = None,
    ) -> Evaluation:
        """Play `n_episodes` with the best actions only; return the mean return with its confidence interval.

        See `play` for the parameters, the result and the errors.
        """
        check_is_fitted(self, "q_table_")
        return play(
            env,
            self.policy_,
            n_episodes,
            gamma=gamma,
            confidence=confidence,
            max_episode_steps=max_episode_steps,
            random_state=random_state,
        )

    def certify(self, env: Any) -> Certificate:
        """Return how far Q is from the Bellman equation's solution; needs an environment with a transition table.

        See `Certificate`. Raises NotFittedError before `fit`; TypeError if `env` shows no table; ValueError if it is of
        another size than the one of `fit`.
        """
        check_is_fitted(self, "q_table_")
        table = table_of(env)
        if table.next_state.shape[:2] != self.q_table_.shape:
            raise ValueError(
                f"env has {table.next_state.shape[:2]} states and actions, but the agent was fitted to one with "
                f"{self.q_table_.shape}; give the same one."
            )
        return certify(table, self.q_table_, float(self.gamma))
