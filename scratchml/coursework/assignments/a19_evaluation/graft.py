"""The evaluation's graft: the package's SMOTE with the student's new rows."""

import numpy as np

from scratchml import trace
from scratchml.coursework.checking import Graft
from scratchml.imbalance import SMOTE
from scratchml.imbalance.smote import draw_parents


def rows_of_our_smote(smote):
    """Yield each row that SMOTE makes."""
    rng = np.random.default_rng(1)
    X, y = np.round(rng.normal(size=(20, 2)), 2), np.repeat([0, 1], [13, 7])
    drawn = {}

    def draw(seeds, neighbours, m, rng):
        parents, gaps, places = draw_parents(seeds, neighbours, m, rng)
        drawn["seeds"], drawn["picks"] = np.divmod(places, neighbours.shape[1])
        drawn["members"] = seeds
        return parents, gaps, places

    def interpolate(X, parents, gaps):
        found = smote(X[drawn["members"]], drawn["seeds"], drawn["picks"], gaps.copy())
        return np.array(found, dtype=np.float64).reshape(len(gaps), X.shape[1])

    model = trace.graft(SMOTE(k_neighbors=3, random_state=2), draw_parents=draw, interpolate=interpolate)
    made, _ = model.fit_resample(X, y)
    for j, row in enumerate(made[len(X) :]):
        seed, pick = int(drawn["seeds"][j]), int(drawn["picks"][j])
        yield f"new row {j}, from row {seed} towards neighbour {pick}", row


GRAFTS = {"smote": Graft(rows_of_our_smote, "our SMOTE makes the same rows with your function")}
