"""Successive halving as a loop that counts for itself: try all, keep the best, give those more."""

import math


def rounds(n_candidates, least, most, factor):
    """Return [(candidates, resource)] of each round, until dividing leaves no candidate or the resource is used up."""
    plan = []
    left, resource = n_candidates, least
    while left >= 1 and resource <= most:
        plan.append((n_candidates, resource))
        n_candidates = math.ceil(n_candidates / factor)
        left //= factor
        resource *= factor
    return plan


def halve(settings, score, least, most, factor):
    """Return the winner among `settings` by score(setting, resource), and the settings of each round."""
    seen = []
    for n, resource in rounds(len(settings), least, most, factor):
        assert n == len(settings)
        scored = sorted(settings, key=lambda setting: score(setting, resource))
        seen.append(list(settings))
        settings = scored[-math.ceil(n / factor) :]
    return scored[-1], seen
