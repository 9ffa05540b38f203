"""Which columns to keep, as the rules say, one column after the other."""


def best_k(scores, k):
    """The k highest scores; of equal ones the last."""
    ranked = sorted(range(len(scores)), key=lambda f: (scores[f], f), reverse=True)
    return [f in ranked[:k] for f in range(len(scores))]


def discovery_rate(p, alpha):
    """Benjamini and Hochberg: find the last rank whose p-value is below its line; keep all up to it."""
    ranked, last = sorted(range(len(p)), key=lambda f: p[f]), 0
    for i, f in enumerate(ranked, 1):
        if p[f] <= i * alpha / len(p):
            last = i
    return [f in ranked[:last] for f in range(len(p))]
