"""The next state is worth its best action; this takes the mean over its actions."""


def q_update(Q, s, a, reward, following, ended, rate, discount):
    """Use the mean."""
    new = Q.copy()
    new[s, a] += rate * (reward + (0.0 if ended else discount * Q[following].mean()) - Q[s, a])
    return new
