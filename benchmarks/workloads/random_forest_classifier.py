"""A random forest of 20 trees that tells two classes apart."""

from benchmarks.gates import brier_score, error_rate
from benchmarks.workload import race_of


def fitted(RandomForestClassifier, data):
    return RandomForestClassifier(n_estimators=20, random_state=0).fit(data["X"], data["y"])


WORKLOAD = race_of(
    "ensemble.RandomForestClassifier",
    fitted,
    title="random forest, classifier, 20 trees",
    task="two",
    large=(20_000, 20),
    queries=5_000,
    ask=["predict", "predict_proba"],
    loss=error_rate,
    gate="share of wrong labels",
    local=True,
    same=brier_score,  # other trees: not their probabilities, but the probabilities' error, either way
    close=0.25,
    floor=lambda data: [data["X"][: 5 * len(data["X"]) // 8, :4].sum() for _ in range(20)],  # 1 - 1/e are drawn
    floor_name="reading four columns of each tree's rows",
    reasons={
        "fit": "Ours is ahead on one thread, and of 20 000 rows on two. Of 500 rows a tree takes a third of a "
        "millisecond, more than half of it the interpreter's (measured), where threads take turns: a second one costs "
        "more than it gains. The bound is what no tree can leave out: to read at its root four columns of its rows.",
        "predict": "Both walk down every tree for every row, ours with eight rows side by side. The bound is "
        "fetching one node from the cache for each row, tree and level: two nanoseconds a step were "
        "measured, and no level can be left out.",
    },
    slack=0.05,  # other draws, other trees; of few rows some more or fewer are wrong
)
