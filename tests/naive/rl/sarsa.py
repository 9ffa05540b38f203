"""SARSA, Expected SARSA and SARSA(lambda) as the book prints them; traces are swept over all pairs."""

from tests.naive.rl.acting import chances, choose, generators


def sarsa(env, learning_rate, gamma, epsilon, n_steps, random_state, trace_decay=0.0, replacing=False):
    """Return Q; with a trace decay it is SARSA(lambda)."""
    env_seed, rng = generators(random_state)
    n_states, n_actions = env.observation_space.n, env.action_space.n
    Q = [[0.0] * n_actions for _ in range(n_states)]
    E = [[0.0] * n_actions for _ in range(n_states)]
    s, _ = env.reset(seed=env_seed)
    a = choose(Q[s], epsilon, 0.0, rng.random())
    for _ in range(n_steps):
        s2, r, terminated, truncated, _ = env.step(a)
        target = r
        if not terminated:
            a2 = choose(Q[s2], epsilon, 0.0, rng.random())
            target = r + gamma * Q[s2][a2]
        error = target - Q[s][a]
        E[s][a] = 1.0 if replacing else E[s][a] + 1.0
        for x in range(n_states):
            for b in range(n_actions):
                Q[x][b] += learning_rate * error * E[x][b]
                E[x][b] *= gamma * trace_decay
        if terminated or truncated:
            E = [[0.0] * n_actions for _ in range(n_states)]
            s, _ = env.reset()
            a = choose(Q[s], epsilon, 0.0, rng.random())
        else:
            s, a = s2, a2
    return Q


def expected_sarsa(env, learning_rate, gamma, epsilon, n_steps, random_state, temperature=0.0):
    """Return Q."""
    env_seed, rng = generators(random_state)
    Q = [[0.0] * env.action_space.n for _ in range(env.observation_space.n)]
    s, _ = env.reset(seed=env_seed)
    for _ in range(n_steps):
        a = choose(Q[s], epsilon, temperature, rng.random())
        s2, r, terminated, truncated, _ = env.step(a)
        ahead = sum(p * x for p, x in zip(chances(Q[s2], epsilon, temperature), Q[s2]))
        Q[s][a] += learning_rate * ((r if terminated else r + gamma * ahead) - Q[s][a])
        s = s2
        if terminated or truncated:
            s, _ = env.reset()
    return Q
