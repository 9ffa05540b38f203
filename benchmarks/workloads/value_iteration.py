"""Planning on a frozen lake of n x n cells with a random map, beside the same sweeps in NumPy.

Both know the table of outcomes as arrays before they start, and end when no value can be farther than 1e-10 from the
best policy's. ``policy_iteration.py`` and ``policy_evaluation.py`` race on the same lakes.
"""

from typing import Any, NamedTuple

import numpy as np

from benchmarks.workload import Contestant, Workload

GAMMA, TOL = 0.99, 1e-10


class Outcomes(NamedTuple):
    """Of each state and action (S, A, K): how likely, what it brings, where it leads, whether the episode goes on."""

    p: Any
    reward: Any
    following: Any
    goes_on: Any

    def back_up(self, v):
        """Return what each action is worth (S, A), counting on the values v (S,)."""
        return (self.p * (self.reward + GAMMA * self.goes_on * v[self.following])).sum(axis=2)


def make(n, d, kind):
    from scratchml.rl import FrozenLake, generate_random_map
    from scratchml.rl.planning import ending_policy

    env = FrozenLake(desc=generate_random_map(n, seed=0))
    p, _, following, reward, terminated, _ = env.table
    outcomes = Outcomes(p, reward, following, 1.0 - terminated)
    return {"env": env, "outcomes": outcomes, "policy": ending_policy(env.table)}


def numpy(data):
    outcomes, v = data["outcomes"], np.zeros(len(data["policy"]))
    while True:
        q = outcomes.back_up(v)
        before, v = v, q.max(axis=1)
        if GAMMA * np.abs(v - before).max() <= TOL * (1.0 - GAMMA):
            return v, q


def race(name, title, ours, numpy, large, **rest):
    """Return the race of a planner on a small lake and a large one; the gate compares what the states are worth."""
    return Workload(
        title=f"{title}, frozen lake of n x n cells",
        make=make,
        sizes={"small": (8, 4), "large": (large, 4)},
        contestants={"numpy": Contestant(numpy)},
        estimator=f"rl.{name}",
        run=ours,
        same=lambda found, data: found[0],
        close=1e-8,
        fit_name="plan",
        **rest,
    )


WORKLOAD = race(
    "value_iteration",
    "Value iteration",
    lambda plan, data: plan(data["env"], GAMMA, tol=TOL),
    numpy,
    40,
)
