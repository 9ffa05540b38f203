"""How far the reinforcement-learning room is from Gymnasium, from exact solutions and from printed values."""

import gymnasium
import numpy as np

from scratchml.rl import (
    CliffWalking,
    DoubleQLearning,
    DynaQ,
    ExpectedSarsa,
    FrozenLake,
    GridWorld,
    QLearning,
    Sarsa,
    SarsaLambda,
    Taxi,
    policy_evaluation,
    policy_iteration,
    value_iteration,
)
from tests.naive.rl.planning import policy_evaluation as exact_evaluation
from tests.parity.ledger import Row

PAIRS = {
    "FrozenLake-v1": (FrozenLake, {}),
    "FrozenLake8x8-v1": (lambda: FrozenLake(map_name="8x8"), {}),
    "CliffWalking-v1": (CliffWalking, {}),
    "CliffWalkingSlippery-v1": (lambda: CliffWalking(is_slippery=True), {}),
    "Taxi-v4": (Taxi, {}),
    "Taxi-v4, rainy and fickle": (
        lambda: Taxi(is_rainy=True, fickle_passenger=True),
        {"is_rainy": True, "fickle_passenger": True},
    ),
}
AGENTS = (DoubleQLearning, DynaQ, ExpectedSarsa, QLearning, Sarsa, SarsaLambda)


def differing_steps(ours, theirs, n_episodes=50, n_steps=100):
    """Return how many answers to seeded resets and steps differ in anything, the info included."""
    rng, found = np.random.default_rng(0), 0
    for seed in range(n_episodes):
        found += repr(ours.reset(seed=seed)[0]) != repr(theirs.reset(seed=seed)[0])
        for _ in range(n_steps):
            action = int(rng.integers(ours.action_space.n))
            mine, other = ours.step(action), theirs.step(action)
            same = mine[:4] == other[:4] and all(np.array_equal(v, other[4][k]) for k, v in mine[4].items())
            found += not same
            if mine[2] or mine[3]:
                break
    return found


def distance(env, gamma):
    """Return the largest difference of value iteration's values from the linear solve for the best policy."""
    best = policy_iteration(env, gamma)
    return float(np.abs(value_iteration(env, gamma).values - policy_evaluation(env, best.policy, gamma)).max())


def rows() -> list[Row]:
    """Measure the rows of this room."""
    found = [
        Row(
            name.split("-")[0],
            f"Gymnasium {name}",
            "answers that differ: 50 seeded episodes",
            float(differing_steps(make(), gymnasium.make(name.split(",")[0], **how))),
            0.0,
        )
        for name, (make, how) in PAIRS.items()
    ]
    for agent in AGENTS:
        ours = agent(n_steps=2000, random_state=0).fit(FrozenLake())
        theirs = agent(n_steps=2000, random_state=0).fit(gymnasium.make("FrozenLake-v1"))
        deviation = float(np.abs(ours.q_table_ - theirs.q_table_).max())
        found.append(Row(agent.__name__, "trained on Gymnasium's FrozenLake-v1", "Q: 2000 steps", deviation, 0.0))
    reason = "value iteration ends when the error is at most 1e-10"
    for name, env in {"frozen lake 8x8": FrozenLake(map_name="8x8"), "rainy taxi": Taxi(is_rainy=True)}.items():
        found.append(
            Row("value_iteration", "linear solve", f"values: {name}, gamma 0.99", distance(env, 0.99), 2e-10, reason)
        )
    small = GridWorld()
    plan = policy_iteration(small, 0.9)
    exact = np.array(exact_evaluation(small.P, plan.policy.tolist(), 0.9))
    printed = np.array([0.812, 0.868, 0.918, 0.762, 0.660, 0.705, 0.655, 0.611, 0.388])
    values = value_iteration(small, 1.0).values[[0, 1, 2, 4, 6, 8, 9, 10, 11]]
    return [
        *found,
        Row(
            "policy_evaluation",
            "exact fractions",
            "values: grid world",
            float(np.abs(plan.values - exact).max()),
            1e-14,
        ),
        Row(
            "value_iteration",
            "Russell and Norvig, figure 17.3",
            "values: their 4 x 3 world",
            float(np.abs(values - printed).max()),
            6e-4,
            "three digits are printed",
        ),
    ]
