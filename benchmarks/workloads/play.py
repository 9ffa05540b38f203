"""Episodes on the slippery frozen lake by a policy, beside a plain Python loop over Gymnasium.

The gate compares the mean return with what it is in truth, counted forward through the table.
"""

import numpy as np

from benchmarks.workload import Contestant, Workload

LIMIT = 100  # steps, Gymnasium's


def make(n, d, kind):
    from scratchml.rl import FrozenLake, value_iteration

    env = FrozenLake()
    policy = value_iteration(env).policy
    p, _, following, reward, terminated = (array[np.arange(16), policy] for array in env.table[:5])
    v = np.zeros(16)
    for _ in range(LIMIT):
        v = (p * (reward + ~terminated * v[following])).sum(axis=1)
    return {"env": env, "policy": policy, "n": n, "worth": v[0]}


def ours(play, data):
    return play(data["env"], data["policy"], data["n"], random_state=0).mean


def python_loop(data):
    import gymnasium

    env, policy = gymnasium.make("FrozenLake-v1"), data["policy"].tolist()
    returns, lengths = np.zeros(data["n"]), np.zeros(data["n"], dtype=np.int64)  # of each episode, as ours keeps them
    s, _ = env.reset(seed=0)
    for episode in range(data["n"]):
        over = False
        while not over:
            s, reward, terminated, truncated, _ = env.step(policy[s])
            returns[episode] += float(reward)
            lengths[episode] += 1
            over = terminated or truncated
        s, _ = env.reset()
    return returns.mean()


WORKLOAD = Workload(
    title="Episodes by a policy, frozen lake",
    make=make,
    sizes={"small": (200, 4), "large": (2_000, 4)},
    contestants={"Python loop over Gymnasium": Contestant(python_loop, library="gymnasium")},
    estimator="rl.play",
    run=ours,
    loss=lambda mean, data: abs(mean - data["worth"]),
    slack=0.15,  # four standard errors of 200 episodes
    gate="distance from the true mean return",
    fit_name="play",
)
