"""An isolation forest of 100 trees, asked for the scores of its rows."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "ensemble.IsolationForest",
    lambda IsolationForest, data: IsolationForest(random_state=0, n_jobs=data["threads"]).fit(data["X"]),
    title="isolation forest, 100 trees",
    data="heavy_tailed",
    large=(20_000, 20),
    ask=["predict", "score_samples"],
)
