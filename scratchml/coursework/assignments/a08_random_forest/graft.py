"""The forest's graft: the package's random forest with the student's bootstrap samples."""

import numpy as np

from scratchml import trace
from scratchml.coursework.checking import Graft
from scratchml.ensemble import RandomForestClassifier


def trees_of_the_forest(bootstrap):
    """Yield the sample of each tree, and what the tree says of the rows."""
    rng = np.random.default_rng(1)
    X, y = np.round(rng.normal(size=(25, 2)), 2), rng.integers(0, 2, size=25)

    def draw_rows(seed, n, size, weight):
        rows = np.asarray(bootstrap(np.random.RandomState(seed).uniform(size=n)))
        if rows.shape != (n,) or rows.dtype.kind not in "iu" or rows.min() < 0 or rows.max() >= n:
            raise ValueError("a tree cannot be grown from that sample")
        return rows.astype(np.int64)

    model = trace.graft(RandomForestClassifier(5, max_depth=3, random_state=3, n_jobs=1), draw_rows=draw_rows).fit(X, y)
    for t, (rows, tree) in enumerate(zip(model.estimators_samples_, model.estimators_)):
        yield f"tree {t}, sample", np.asarray(rows)
        yield f"tree {t}, grown", tree.predict(X)


GRAFTS = {"bootstrap": Graft(trees_of_the_forest, "our forest with your samples grows the same trees")}
