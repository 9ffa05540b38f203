"""The largest label is returned, not the most frequent one."""


def vote(labels):
    """Return the maximum."""
    return labels.max(axis=1)
