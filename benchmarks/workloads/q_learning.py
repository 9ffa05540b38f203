"""Q-learning on the slippery frozen lake: 200 000 steps, against a plain Python loop over Gymnasium.

Every contestant takes all the steps; nothing is scaled. The gate compares what the learned policies are really worth,
by linear solve. "ours on Gymnasium's" shows what is left of the speed where the environment is Python.
"""

import numpy as np

from benchmarks.workload import Contestant, Workload

N_STEPS, RATE, GAMMA, EPSILON = 200_000, 0.05, 0.99, 0.2


def make():
    return {"seed": 0}


def ours(data):
    from scratchml.rl import FrozenLake, QLearning

    return QLearning(RATE, GAMMA, EPSILON, n_steps=N_STEPS, random_state=data["seed"]).fit(FrozenLake()).q_table_


def ours_on_gymnasiums(data):
    import gymnasium

    from scratchml.rl import QLearning

    agent = QLearning(RATE, GAMMA, EPSILON, n_steps=N_STEPS, random_state=data["seed"])
    return agent.fit(gymnasium.make("FrozenLake-v1")).q_table_


def python_loop(data):
    import gymnasium

    env, rng, q = gymnasium.make("FrozenLake-v1"), np.random.default_rng(data["seed"]), np.zeros((16, 4))
    s, _ = env.reset(seed=data["seed"])
    returns, lengths = [0.0], [0]  # of the episodes, as ours tells them
    for _ in range(N_STEPS):
        if rng.random() < EPSILON:
            a = int(rng.integers(4))
        else:
            a = int(rng.choice(np.flatnonzero(q[s] == q[s].max())))
        following, r, terminated, truncated, _ = env.step(a)
        target = r if terminated else r + GAMMA * q[following].max()
        q[s, a] += RATE * (target - q[s, a])
        returns[-1] += float(r)
        lengths[-1] += 1
        if terminated or truncated:
            returns.append(0.0)
            lengths.append(0)
        s = env.reset()[0] if terminated or truncated else following
    return q


def minus_value(q, data):
    from scratchml.rl import FrozenLake, policy_evaluation

    return -float(policy_evaluation(FrozenLake(), q.argmax(axis=1), GAMMA)[0])


WORKLOAD = Workload(
    title="Q-learning, frozen lake, 200k steps",
    make=make,
    contestants={
        "scratchml": Contestant(ours),
        "Python loop over Gymnasium": Contestant(python_loop, library="gymnasium"),
        "scratchml on Gymnasium's env": Contestant(ours_on_gymnasiums, library="gymnasium"),
    },
    loss=minus_value,
    gate="minus the policy's value",
    allowed=0.05,  # of the policy's value: other random numbers, another policy of nearly the same worth
)
