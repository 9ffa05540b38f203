"""SMOTE: nine rows in ten against the rare tenth, overlapping, correlated columns."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "imbalance.SMOTE",
    lambda SMOTE, data: SMOTE(random_state=0).fit_resample(data["X"], data["y"]),
    title="SMOTE",
    task="rare",
    data="correlated",
    large=(100_000, 20),
    same=lambda rows, data: rows,  # the very same rows
    share=0.005,  # but where two neighbours are equally far, as between images of digits: either is right
    fit_name="fit_resample",
)
