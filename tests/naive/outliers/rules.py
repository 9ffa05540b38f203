"""The outlier rules, value by value: how strange each row is."""

import math
import statistics


def z_score(X):
    """Return max_f |x - mean| / s for each row."""
    bands = [(statistics.fmean(column), statistics.pstdev(column)) for column in zip(*X)]
    return [max(abs(x - mean) / s for x, (mean, s) in zip(row, bands)) for row in X]


def modified_z_score(X):
    """Return max_f |M| for each row."""
    strange = [0.0] * len(X)
    for column in zip(*X):
        middle = statistics.median(column)
        distances = [abs(x - middle) for x in column]
        mad = statistics.median(distances)
        unit = mad / 0.6745 if mad > 0 else 1.253314 * statistics.fmean(distances)
        strange = [max(s, away / unit) for s, away in zip(strange, distances)]
    return strange


def iqr_fences(X):
    """Return max_f of the distance beyond the box, in boxes, for each row."""
    boxes = [statistics.quantiles(column, n=4, method="inclusive") for column in zip(*X)]
    return [max(max(q1 - x, x - q3) / (q3 - q1) for x, (q1, _, q3) in zip(row, boxes)) for row in X]


def mahalanobis(X):
    """Return (x - m)' S^-1 (x - m) for each row of two columns, by the formula for the inverse of a 2 x 2 matrix."""
    n = len(X)
    a, b = (math.fsum(column) / n for column in zip(*X))
    saa = math.fsum((x - a) ** 2 for x, _ in X) / n
    sbb = math.fsum((y - b) ** 2 for _, y in X) / n
    sab = math.fsum((x - a) * (y - b) for x, y in X) / n
    det = saa * sbb - sab**2
    return [(sbb * (x - a) ** 2 - 2 * sab * (x - a) * (y - b) + saa * (y - b) ** 2) / det for x, y in X]
