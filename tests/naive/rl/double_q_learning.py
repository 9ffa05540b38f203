"""Double Q-learning as van Hasselt prints it."""

from tests.naive.rl.acting import choose, generators


def double_q_learning(env, learning_rate, gamma, epsilon, n_steps, random_state):
    """Return both tables."""
    env_seed, rng = generators(random_state)
    Q = [[[0.0] * env.action_space.n for _ in range(env.observation_space.n)] for _ in range(2)]
    s, _ = env.reset(seed=env_seed)
    for _ in range(n_steps):
        mean = [0.5 * (one + other) for one, other in zip(Q[0][s], Q[1][s])]
        a = choose(mean, epsilon, 0.0, rng.random())
        s2, r, terminated, truncated, _ = env.step(a)
        i = 0 if rng.random() < 0.5 else 1
        best = Q[i][s2].index(max(Q[i][s2]))
        target = r if terminated else r + gamma * Q[1 - i][s2][best]
        Q[i][s][a] += learning_rate * (target - Q[i][s][a])
        s = s2
        if terminated or truncated:
            s, _ = env.reset()
    return Q
