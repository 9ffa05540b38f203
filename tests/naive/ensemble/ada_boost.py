"""AdaBoost from the book (SAMME), with stumps found by trying everything."""

import itertools
import math


def stump(X, y, weight):
    """Return (feature, threshold, class left, class right) with the least weighted Gini impurity."""
    classes, best = sorted(set(y)), None

    def total(rows, label=None):
        return sum(weight[i] for i in rows if label is None or y[i] == label)

    for f in range(len(X[0])):
        values = sorted({row[f] for row in X})
        for low, high in itertools.pairwise(values):
            t = low / 2 + high / 2
            sides = [[i for i in range(len(X)) if (X[i][f] <= t) == left] for left in (True, False)]
            mixed = sum(total(s) - sum(total(s, c) ** 2 for c in classes) / total(s) for s in sides)
            if best is None or mixed < best[0] - 1e-12:
                best = (mixed, f, t, *(max(classes, key=lambda c, s=s: total(s, c)) for s in sides))
    return best[1:]


def says(rule, row):
    f, t, left, right = rule
    return left if row[f] <= t else right


def boost(X, y, n_rounds):
    """Return [(stump, alpha)]."""
    n, k = len(y), len(set(y))
    weight, rounds = [1 / n] * n, []
    for _ in range(n_rounds):
        rule = stump(X, y, weight)
        wrong = [says(rule, row) != label for row, label in zip(X, y)]
        error = sum(w for w, bad in zip(weight, wrong) if bad)
        alpha = math.log((1 - error) / error) + math.log(k - 1)
        weight = [w * math.exp(alpha) if bad else w for w, bad in zip(weight, wrong)]
        weight = [w / sum(weight) for w in weight]
        rounds.append((rule, alpha))
    return rounds


def decide(rounds, row, classes):
    """Return the mean vote for each class."""
    whole, k = sum(alpha for _, alpha in rounds), len(classes)
    return [sum(a if says(rule, row) == c else -a / (k - 1) for rule, a in rounds) / whole for c in classes]
