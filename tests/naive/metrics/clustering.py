"""Agreement of labellings from the definitions: pairs counted one by one, chances as exact fractions."""

import math
from collections import Counter
from fractions import Fraction
from itertools import permutations


def pair_confusion(true, predicted):
    """Return [[apart in both, together in pred only], [together in true only, together in both]], ordered pairs."""
    counts = [[0, 0], [0, 0]]
    for (t1, p1), (t2, p2) in permutations(list(zip(true, predicted)), 2):
        counts[t1 == t2][p1 == p2] += 1
    return counts


def rand(true, predicted):
    (apart, _), (_, together) = counts = pair_confusion(true, predicted)
    pairs = sum(map(sum, counts))
    return (apart + together) / pairs if pairs else 1.0


def adjusted_rand(true, predicted):
    """Return (index - expected) / (maximum - expected), in pairs of samples (Hubert and Arabie, equation 5)."""

    def pairs(counts):
        return sum(math.comb(c, 2) for c in counts)

    rows, columns = Counter(true).values(), Counter(predicted).values()
    index = pairs(Counter(zip(true, predicted)).values())
    expected = Fraction(pairs(rows) * pairs(columns), math.comb(len(true), 2))
    maximum = Fraction(pairs(rows) + pairs(columns), 2)
    return 1.0 if maximum == expected else float((index - expected) / (maximum - expected))


def fowlkes_mallows(true, predicted):
    (_, fp), (fn, tp) = pair_confusion(true, predicted)
    return tp / math.sqrt((tp + fp) * (tp + fn)) if tp else 0.0


def entropy(labels):
    n = len(labels)
    return -math.fsum(c / n * math.log(c / n) for c in Counter(labels).values())


def mutual_information(true, predicted):
    n, rows, columns = len(true), Counter(true), Counter(predicted)
    cells = Counter(zip(true, predicted))
    return math.fsum(c / n * math.log(n * c / (rows[t] * columns[p])) for (t, p), c in cells.items())


def expected_information(rows, columns):
    """Return the mean mutual information over all labellings with these cluster sizes, counting ways in integers."""
    n = sum(rows)
    terms = []
    for a in rows:
        for b in columns:
            k = max(0, a + b - n)
            ways, all_ways = math.comb(a, k) * math.comb(n - a, b - k), math.comb(n, b)
            while k <= min(a, b):
                if k:
                    terms.append(ways / all_ways * k / n * math.log1p((n * k - a * b) / (a * b)))
                ways = ways * (a - k) * (b - k) // ((k + 1) * (n - a - b + k + 1))
                k += 1
    return math.fsum(terms)


def adjusted_mutual_information(true, predicted, mean):
    chance = expected_information(list(Counter(true).values()), list(Counter(predicted).values()))
    upper = mean(entropy(true), entropy(predicted))
    return (mutual_information(true, predicted) - chance) / (upper - chance)
