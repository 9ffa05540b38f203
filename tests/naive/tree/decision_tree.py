"""Decision trees from the book: recursive, every threshold of every feature tried, impurities as they are defined."""

from itertools import pairwise
from math import log, log2


def median(values):
    values = sorted(values)
    n = len(values)
    return (values[(n - 1) // 2] + values[n // 2]) / 2


def impurity(criterion, y):
    """Return how mixed a list of labels or numbers is."""
    n = len(y)
    if criterion in ("gini", "entropy", "log_loss"):
        shares = [y.count(label) / n for label in sorted(set(y))]
        return 1 - sum(p * p for p in shares) if criterion == "gini" else -sum(p * log2(p) for p in shares)
    if criterion == "absolute_error":
        return sum(abs(v - median(y)) for v in y) / n
    mean = sum(y) / n
    if criterion == "squared_error":
        return sum((v - mean) ** 2 for v in y) / n
    if mean == 0:
        return float("inf")
    return sum(v * log(v / mean) for v in y if v > 0) / n  # poisson


def prediction(criterion, y):
    if criterion in ("gini", "entropy", "log_loss"):
        return max(sorted(set(y)), key=y.count)
    return median(y) if criterion == "absolute_error" else sum(y) / len(y)


def candidates(criterion, X, y, rows, min_leaf=1):
    """Return (gain within the node, feature, threshold) of every split of the rows."""
    found = []
    whole = impurity(criterion, [y[i] for i in rows])
    for f in range(len(X[0])):
        values = sorted({X[i][f] for i in rows})
        for low, high in pairwise(values):
            threshold = low / 2 + high / 2
            left = [y[i] for i in rows if X[i][f] <= threshold]
            right = [y[i] for i in rows if X[i][f] > threshold]
            if min(len(left), len(right)) >= min_leaf:
                below = len(left) * impurity(criterion, left) + len(right) * impurity(criterion, right)
                found.append((whole - below / len(rows), f, threshold))
    return found


def grow(criterion, X, y, rows=None, depth=0, max_depth=99, min_leaf=1):
    """Return a tree: a number or label for a leaf, or (feature, threshold, left, right, gain)."""
    rows = list(range(len(y))) if rows is None else rows
    labels = [y[i] for i in rows]
    found = candidates(criterion, X, y, rows, min_leaf)
    if depth == max_depth or impurity(criterion, labels) < 1e-12 or not found:
        return prediction(criterion, labels)
    gain, f, threshold = max(found)
    left = [i for i in rows if X[i][f] <= threshold]
    right = [i for i in rows if X[i][f] > threshold]
    below = [grow(criterion, X, y, part, depth + 1, max_depth, min_leaf) for part in (left, right)]
    return (f, threshold, *below, gain)


def predict(tree, x):
    while isinstance(tree, tuple):
        tree = tree[2] if x[tree[0]] <= tree[1] else tree[3]
    return tree


def prune_once(impurities, weights, children, leaves):
    """Return (price, node) of the weakest link by the definition; all lists by node, `leaves` a set of nodes."""

    def below(i):
        return [i] if i in leaves else below(children[i][0]) + below(children[i][1])

    best = None
    reachable = []
    stack = [0]
    while stack:
        i = stack.pop()
        reachable.append(i)
        if i not in leaves:
            stack += children[i]
    for i in sorted(reachable):
        if i in leaves:
            continue
        ends = below(i)
        price = (impurities[i] * weights[i] - sum(impurities[j] * weights[j] for j in ends)) / (len(ends) - 1)
        if best is None or price < best[0] - 1e-15:
            best = price, i
    return best
