"""Which columns are important enough, column after column."""


def support(importances, threshold, most=None):
    """Return the mask of columns at or above the threshold, and among the `most` largest (the first of equal ones)."""
    ranked = sorted(range(len(importances)), key=lambda f: (-importances[f], f))
    most = len(ranked) if most is None else most
    return [importances[f] >= threshold and f in ranked[:most] for f in range(len(importances))]
