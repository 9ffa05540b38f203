"""The hierarchical clustering quiz, from recorded merges."""

import numpy as np

from scratchml.cluster import AgglomerativeClustering
from scratchml.coursework.quiz import ask, because, number, recorded


def quiz(rng):
    """Ask which two merge first, and at which height the last merge is, by a drawn linkage."""
    X = np.cumsum(rng.permutation([1.0, 3.0, 6.0, 10.0]))[:, None]
    method = str(rng.choice(["single", "complete", "average"]))
    model = AgglomerativeClustering(2, linkage=method)
    tr = recorded(model.steps(X), model, X)
    last = max(i for i, step in enumerate(tr) if step.name == "merge")
    merges = sorted((step.height, step.first, step.second) for step in tr if step.name == "merge")
    first = next(i for i, step in enumerate(tr) if step.name == "merge" and step.height == merges[0][0])
    pair = sorted((tr[first].first, tr[first].second))
    ends = np.abs(X - X.T)
    places = f"Points 0, 1, 2, 3 lie at {number(X[:, 0])}."
    return [
        ask(
            rng,
            f"{places} Which two merge first?",
            f"{pair[0]} and {pair[1]}",
            ("0 and 1", "1 and 2", "2 and 3", "0 and 3"),
            because(f"the gaps are {number(np.diff(X[:, 0]))}", tr, first),
        ),
        ask(
            rng,
            f"{places} At which height is the last merge, by {method} linkage?",
            merges[-1][0],
            (ends.max(), merges[-1][0] / 2.0, merges[0][0], merges[1][0]),
            because(
                {"single": "the nearest", "complete": "the farthest", "average": "the mean over all"}[method]
                + " of the pairs across the two clusters",
                tr,
                last,
            ),
        ),
    ]
