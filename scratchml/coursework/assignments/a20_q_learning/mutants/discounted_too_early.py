"""The first reward is discounted too; it counts in full."""


def discounted_return(rewards, discount):
    """Start at the power 1."""
    return sum(discount ** (t + 1) * reward for t, reward in enumerate(rewards)) + 0.0
