"""What a policy is worth in each state of the lakes of ``value_iteration.py``, beside NumPy's solution."""

import numpy as np

from benchmarks.workloads.value_iteration import GAMMA, race


def chain(outcomes, policy):
    """Return the chances to go on from state to state (S, S), and the mean reward of each (S,)."""
    n = len(policy)
    every = np.arange(n)
    p, reward, following, goes_on = (array[every, policy] for array in outcomes)
    P = np.zeros((n, n))
    np.add.at(P, (every[:, None], following), p * goes_on)
    return P, (p * reward).sum(axis=1)


def worth(outcomes, policy):
    P, reward = chain(outcomes, policy)
    return np.linalg.solve(np.eye(len(P)) - GAMMA * P, reward)


WORKLOAD = race(
    "policy_evaluation",
    "Worth of a policy",
    lambda worth, data: (worth(data["env"], data["policy"], GAMMA),),
    lambda data: (worth(data["outcomes"], data["policy"]),),
    24,
    floor=lambda data: np.linalg.solve(np.eye(len(data["policy"])), np.ones(len(data["policy"]))),
    floor_name="one solution of as many equations",
    reasons={
        "plan": "Of 64 states ours takes some microseconds to look at the policy and to see that the equations have a "
        "solution; of more, ours is ahead. One solution of as many equations is the bound."
    },
)
