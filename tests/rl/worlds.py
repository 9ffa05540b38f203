"""Small worlds for the tests of this room."""

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
    TabularEnvironment,
    Taxi,
    generate_random_map,
)

AGENTS = (DoubleQLearning, DynaQ, ExpectedSarsa, QLearning, Sarsa, SarsaLambda)
BUNDLED = {
    "frozen lake": FrozenLake,
    "frozen lake, dry": lambda: FrozenLake(is_slippery=False),
    "frozen lake 8x8": lambda: FrozenLake(map_name="8x8"),
    "frozen lake 8x8, dry": lambda: FrozenLake(map_name="8x8", is_slippery=False),
    "frozen lake, random map": lambda: FrozenLake(desc=generate_random_map(6, seed=3)),
    "cliff": CliffWalking,
    "cliff, slippery": lambda: CliffWalking(is_slippery=True),
    "taxi": Taxi,
    "taxi, rainy": lambda: Taxi(is_rainy=True),
    "grid world": GridWorld,
}


def random_world(seed, n_states=5, n_actions=3, n_outcomes=3, ending=True, limit=None):
    """Return a world of random outcomes and rewards; with `ending`, one outcome in five terminates."""
    rng = np.random.default_rng(seed)
    P = []
    for _ in range(n_states):
        row = []
        for _ in range(n_actions):
            p = rng.random(n_outcomes)
            p /= p.sum()
            row.append(
                [
                    (float(q), int(rng.integers(n_states)), float(rng.normal()), bool(ending and rng.random() < 0.2))
                    for q in p
                ]
            )
        P.append(row)
    start = rng.random(n_states)
    return TabularEnvironment(P, start / start.sum(), max_episode_steps=limit)


def one_state(terminates, limit=None):
    """Return a world of one state and two actions that both give the reward 1."""
    outcome = [(1.0, 0, 1.0, terminates)]
    return TabularEnvironment([[outcome, outcome]], [1.0], max_episode_steps=limit)


class Bare:
    """One of our worlds with nothing but Gymnasium's methods, its numbers shifted: a stranger to the agents."""

    def __init__(self, env, state_start=0, action_start=0):
        self.env, self.state_start, self.action_start = env, state_start, action_start
        self.observation_space = type(env.observation_space)(env.observation_space.n, start=state_start)
        self.action_space = type(env.action_space)(env.action_space.n, start=action_start)

    def reset(self, *, seed=None, options=None):
        state, info = self.env.reset(seed=seed, options=options)
        return state + self.state_start, info

    def step(self, action):
        state, *rest = self.env.step(action - self.action_start)
        return state + self.state_start, *rest
