"""The next state's value is added although the episode has ended: there is nothing after the end."""


def q_update(Q, s, a, reward, following, ended, rate, discount):
    """Ignore ended."""
    new = Q.copy()
    new[s, a] += rate * (reward + discount * Q[following].max() - Q[s, a])
    return new
