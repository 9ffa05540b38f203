"""Q-learning as the book prints it: a dict of dicts and a loop over the environment's step."""

from tests.naive.rl.acting import choose, generators


def q_learning(env, learning_rate, gamma, epsilon, n_steps, random_state, temperature=0.0, n_planning=0):
    """Return (Q, returns of the finished episodes); with `n_planning` it is Dyna-Q."""
    env_seed, rng = generators(random_state)
    Q = [[0.0] * env.action_space.n for _ in range(env.observation_space.n)]
    model, returns, total = {}, [], 0.0
    s, _ = env.reset(seed=env_seed)
    for _ in range(n_steps):
        a = choose(Q[s], epsilon, temperature, rng.random())
        s2, r, terminated, truncated, _ = env.step(a)
        target = r if terminated else r + gamma * max(Q[s2])
        Q[s][a] += learning_rate * (target - Q[s][a])
        model[s, a] = (s2, r, terminated)
        for _ in range(n_planning):
            x, b = list(model)[int(rng.random() * len(model))]
            x2, reward, over = model[x, b]
            target = reward if over else reward + gamma * max(Q[x2])
            Q[x][b] += learning_rate * (target - Q[x][b])
        total += r
        s = s2
        if terminated or truncated:
            returns.append(total)
            total, (s, _) = 0.0, env.reset()
    return Q, returns
