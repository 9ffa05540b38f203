"""Policy iteration on the lakes of ``value_iteration.py``, beside the same in NumPy, from action 0 everywhere."""

import numpy as np

from benchmarks.workloads.policy_evaluation import worth
from benchmarks.workloads.value_iteration import GAMMA, race


def numpy(data):
    outcomes, policy = data["outcomes"], np.zeros_like(data["policy"])
    every = np.arange(len(policy))
    while True:
        v = worth(outcomes, policy)
        q = outcomes.back_up(v)
        best = q.argmax(axis=1)
        better = q[every, best] > q[every, policy] + 1e-12
        if not better.any():
            return v, q
        policy = np.where(better, best, policy)


WORKLOAD = race(
    "policy_iteration",
    "Policy iteration",
    lambda plan, data: plan(data["env"], GAMMA),
    numpy,
    24,
    reasons={
        "plan": "Of 64 states ours takes some microseconds to see that the equations of each policy have a solution; "
        "of more, ours is ahead. The solutions are the bound."
    },
)
