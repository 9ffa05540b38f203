"""A grid search of ridge's alpha inside every fold of a cross-validation: 5 folds, 5 alphas, 5 folds."""

from benchmarks.contestants import find
from benchmarks.workload import Contestant, race_of


def search(library, data):
    """Return a library's own search, which may use the race's threads."""
    ridge, grid = find(library, "linear_model.Ridge"), find(library, "model_selection.GridSearchCV")
    alphas = {"alpha": [0.01, 0.1, 1.0, 10.0, 100.0]}
    return grid(ridge(), alphas, n_jobs=data["threads"]), data["X"], data["y"]


def sklearn(data):
    from sklearn.model_selection import cross_validate

    found = cross_validate(*search("sklearn", data), return_estimator=True, return_indices=True)
    return {**found, "best_params": [fitted.best_params_ for fitted in found["estimator"]]}


WORKLOAD = race_of(
    "model_selection.nested_cross_validate",
    lambda validate, data: validate(*search("scratchml", data)),
    task="numbers",
    data="correlated",
    large=(20_000, 20),
    peers={"sklearn": Contestant(sklearn)},
    same=lambda found, data: (found["test_score"], [best["alpha"] for best in found["best_params"]]),
    close=1e-7,
    fit_name="validate",
)
