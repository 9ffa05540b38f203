"""Counting metrics by loops over the samples, as a book defines them."""

import math


def labels_of(y_true, y_pred):
    return sorted(set(y_true) | set(y_pred))


def confusion_matrix(y_true, y_pred, weight=None, labels=None):
    labels = labels_of(y_true, y_pred) if labels is None else labels
    weight = [1] * len(y_true) if weight is None else weight
    table = [[0 for _ in labels] for _ in labels]
    for t, p, w in zip(y_true, y_pred, weight):
        for i, row in enumerate(labels):
            for j, column in enumerate(labels):
                if t == row and p == column:
                    table[i][j] += w
    return table


def accuracy_score(y_true, y_pred, weight=None):
    weight = [1] * len(y_true) if weight is None else weight
    return sum(w for t, p, w in zip(y_true, y_pred, weight) if t == p) / sum(weight)


def balanced_accuracy_score(y_true, y_pred):
    recalls = []
    for label in sorted(set(y_true)):
        of_label = [p for t, p in zip(y_true, y_pred) if t == label]
        recalls.append(sum(p == label for p in of_label) / len(of_label))
    return sum(recalls) / len(recalls)


def matthews_corrcoef(y_true, y_pred):
    """Gorodkin's R_K as he defines it: a covariance of one-hot tables over the root of both variances."""
    labels = labels_of(y_true, y_pred)
    n = len(y_true)

    def covariance(a, b):
        total = 0.0
        for label in labels:
            x, y = [v == label for v in a], [v == label for v in b]
            mean_x, mean_y = sum(x) / n, sum(y) / n
            total += sum((i - mean_x) * (j - mean_y) for i, j in zip(x, y))
        return total

    scale = covariance(y_true, y_true) * covariance(y_pred, y_pred)
    return 0.0 if scale == 0 else covariance(y_true, y_pred) / math.sqrt(scale)


def cohen_kappa_score(y1, y2, cost):
    """1 - observed disagreement / disagreement of all pairs of labels; cost(i, j) of two labels' places."""
    labels = labels_of(y1, y2)
    a, b = [labels.index(v) for v in y1], [labels.index(v) for v in y2]
    observed = sum(cost(i, j) for i, j in zip(a, b)) / len(a)
    by_chance = sum(cost(i, j) for i in a for j in b) / (len(a) * len(b))
    return 1.0 - observed / by_chance
