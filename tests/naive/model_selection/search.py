"""A grid search as nested loops: every candidate, every fold; the first candidate with the highest mean wins."""

import copy
import math

from tests.naive.model_selection.validation import cross_val_score


def grid_search(model, settings, X, y, splits):
    """Return the table of scores, their means, deviations and ranks, and the number of the winner."""
    table = []
    for setting in settings:
        candidate = copy.deepcopy(model)
        for name, value in setting.items():
            setattr(candidate, name, value)
        table.append(cross_val_score(candidate, X, y, splits))
    means = [sum(scores) / len(scores) for scores in table]
    deviations = [math.sqrt(sum((s - m) ** 2 for s in scores) / len(scores)) for scores, m in zip(table, means)]
    return table, means, deviations, ranks(means), means.index(max(means))


def ranks(means):
    """Return 1 + the number of higher means, for each; a mean that is NaN is below all others."""
    filled = [-math.inf if math.isnan(mean) else mean for mean in means]
    return [1 + sum(other > mean for other in filled) for mean in filled]
