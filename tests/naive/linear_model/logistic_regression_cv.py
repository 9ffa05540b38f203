"""Cross-validated logistic regression in loops: fit by Newton on each fold, score, add up."""

from tests.naive.linear_model.logistic_regression import newton, probabilities


def accuracy(W, X, codes):
    hits = 0
    for x, code in zip(X, codes):
        p = probabilities(W, x)
        hits += p.index(max(p)) == code
    return hits / len(X)


def search(X, codes, k, Cs, folds):
    """Return (best C, the fit to all rows with it, scores by fold and C)."""
    scores = []
    for train, test in folds:
        row = []
        for C in Cs:
            W = newton([X[i] for i in train], [codes[i] for i in train], k, C)
            row.append(accuracy(W, [X[i] for i in test], [codes[i] for i in test]))
        scores.append(row)
    sums = [sum(row[c] for row in scores) for c in range(len(Cs))]
    best = Cs[sums.index(max(sums))]
    return best, newton(X, codes, k, best), scores
