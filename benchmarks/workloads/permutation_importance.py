"""Permutation importance of a forest's columns: a hundred and one predictions of shuffled rows."""

from benchmarks.workload import Contestant, race_of


def forests(data, rng):
    """Return a forest of 20 whole trees, ours and scikit-learn's, that are the same."""
    from sklearn.ensemble import RandomForestRegressor as Theirs

    from scratchml.ensemble import RandomForestRegressor as Ours

    how = {"n_estimators": 20, "random_state": 0}
    return {"ours": Ours(**how).fit(data["X"], data["y"]), "theirs": Theirs(**how).fit(data["X"], data["y"])}


def sklearn(data):
    from sklearn.inspection import permutation_importance

    return permutation_importance(data["theirs"], data["X"], data["y"], random_state=0, n_jobs=data["threads"])


def ask(permutation_importance, data):
    return permutation_importance(data["ours"], data["X"], data["y"], random_state=0)


WORKLOAD = race_of(
    "inspection.permutation_importance",
    ask,
    title="permutation importance, forest of 20 whole trees, 5 repeats",
    task="numbers",
    large=(5_000, 20),
    extra=forests,
    peers={"sklearn": Contestant(sklearn)},
    same=lambda found, data: found.importances,
    fit_name="ask",
)
