"""F, r and chi-squared of one column as the definitions say, in exact fractions."""

from fractions import Fraction
from math import sqrt


def exact(values):
    return [Fraction(float(x)) for x in values]


def f_classif(x, y):
    """Return F of a column against labels."""
    x, labels = exact(x), list(y)
    mean, classes = sum(x) / len(x), sorted(set(labels))
    between = within = Fraction(0)
    for label in classes:
        own = [value for value, other in zip(x, labels) if other == label]
        m = sum(own) / len(own)
        between += len(own) * (m - mean) ** 2
        within += sum((value - m) ** 2 for value in own)
    return float((between / (len(classes) - 1)) / (within / (len(x) - len(classes))))


def r_regression(x, y):
    """Return Pearson's r of a column with a target."""
    x, y = exact(x), exact(y)
    a, b = sum(x) / len(x), sum(y) / len(y)
    product = sum((u - a) * (v - b) for u, v in zip(x, y))
    return float(product) / sqrt(sum((u - a) ** 2 for u in x)) / sqrt(sum((v - b) ** 2 for v in y))


def chi2(x, y):
    """Return chi-squared of a column of counts against labels."""
    x, labels, total = exact(x), list(y), Fraction(0)
    for label in set(labels):
        observed = sum(value for value, other in zip(x, labels) if other == label)
        expected = sum(x) * labels.count(label) / len(labels)
        total += (observed - expected) ** 2 / expected
    return float(total)
