"""epsilon is taken for the probability of being greedy; it is that of exploring."""


def epsilon_greedy(Q, s, epsilon, u):
    """Swap the branches."""
    return int(u * Q.shape[1]) if u >= epsilon else greedy_action(Q, s)
