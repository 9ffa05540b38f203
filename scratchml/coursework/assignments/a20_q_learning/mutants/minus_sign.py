"""The update moves away from the target: it is target minus old value, not the other way round."""


def q_update(Q, s, a, reward, following, ended, rate, discount):
    """Turn the difference round."""
    new = Q.copy()
    new[s, a] += rate * (Q[s, a] - reward - (0.0 if ended else discount * Q[following].max()))
    return new
