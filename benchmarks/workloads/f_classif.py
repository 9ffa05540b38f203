"""F statistics of fifty columns against three classes, two hundred thousand rows."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "feature_selection.f_classif",
    lambda f_classif, data: f_classif(data["X"], data["y"]),
    title="f_classif, three classes",
    task="three",
    large=(200_000, 50),
    same=lambda found, data: found,
    fit_name="test",
    floor=lambda data: data["X"].sum(axis=0),
    floor_name="one pass over X",
)
