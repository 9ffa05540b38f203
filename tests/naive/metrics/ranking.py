"""Ranking metrics by comparing all pairs and trying all thresholds, as a book defines them."""


def roc_auc(positive, scores, weight=None):
    """The chance that a positive scores higher than a negative, ties counting one half: all pairs are compared."""
    weight = [1] * len(scores) if weight is None else weight
    won = total = 0
    for is_positive, s, w in zip(positive, scores, weight):
        for is_other_positive, other, v in zip(positive, scores, weight):
            if is_positive and not is_other_positive:
                total += w * v
                won += w * v * (1.0 if s > other else 0.5 if s == other else 0.0)
    return won / total


def counts_at(positive, scores, threshold):
    """Return (true positives, false positives) when all scores of at least the threshold are called positive."""
    called = [bool(p) for p, s in zip(positive, scores) if s >= threshold]
    return sum(called), len(called) - sum(called)


def thresholds(scores):
    return sorted(set(scores), reverse=True)


def roc_points(positive, scores):
    P = sum(bool(p) for p in positive)
    N = len(positive) - P
    points = [(0.0, 0.0)]
    for threshold in thresholds(scores):
        tp, fp = counts_at(positive, scores, threshold)
        points.append((fp / N, tp / P))
    return points


def average_precision(positive, scores):
    """Sum of precision times the recall gained, from the highest threshold to the lowest."""
    P = sum(bool(p) for p in positive)
    total, before = 0.0, 0
    for threshold in thresholds(scores):
        tp, fp = counts_at(positive, scores, threshold)
        total += (tp - before) / P * (tp / (tp + fp))
        before = tp
    return total


def top_k_accuracy(y_true, table, k):
    """Share of rows whose true column (a number) is among the k largest; rows without ties."""
    hits = 0
    for true, row in zip(y_true, table):
        larger = sum(value > row[true] for value in row)
        hits += larger < k
    return hits / len(y_true)
