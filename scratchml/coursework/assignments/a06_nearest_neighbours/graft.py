"""The neighbours' graft: the package's KNeighborsClassifier with the student's search."""

import numpy as np

from scratchml.coursework.checking import Graft
from scratchml.neighbors import KNeighborsClassifier


def votes_of_neighbours(k_nearest):
    """Yield what the classifier knows after each query's search and vote."""
    rng = np.random.default_rng(1)
    X, y, queries = rng.normal(size=(20, 2)), rng.integers(0, 3, size=20), rng.normal(size=(6, 2))

    class Yours(KNeighborsClassifier):
        def _search(self, queries, rows, k, alone):
            found = np.asarray(k_nearest(queries[rows].copy(), X.copy(), int(k)))
            return np.sqrt(((queries[rows][:, None] - X[found]) ** 2).sum(axis=2)), found

    model = Yours(4).fit(X, y)
    for i in range(len(queries)):
        for step in model.steps(queries[i : i + 1]):
            yield f"query {i}, {step.name}", step.indices if step.name == "search" else step.votes[0]


GRAFTS = {"k_nearest": Graft(votes_of_neighbours, "our classifier with your search finds the same, query by query")}
