"""Brute-force nearest neighbours: 5000 queries against 20 000 rows."""

import numpy as np

from benchmarks.workload import Contestant, race_of


class Faiss:
    """The vote of the 5 nearest rows, found in float32."""

    def __init__(self, data):
        import faiss

        faiss.omp_set_num_threads(data["threads"])
        self.index, self.y = faiss.IndexFlatL2(data["X"].shape[1]), data["y"]
        self.index.add(data["X"].astype("float32"))

    def predict(self, Q):
        nearest = self.index.search(Q.astype("float32"), 5)[1]
        return np.where(self.y[nearest].sum(axis=1) >= 3, 1, 0)


def fitted(KNeighborsClassifier, data):
    return KNeighborsClassifier(5, algorithm="brute").fit(data["X"], data["y"])


WORKLOAD = race_of(
    "neighbors.KNeighborsClassifier",
    fitted,
    title="k-NN brute, a quarter as many queries",
    task="two",
    large=(20_000, 50),
    queries=5_000,
    ask=["predict", "predict_proba"],
    peers={"faiss": Contestant(Faiss, {"predict": lambda model, data: model.predict(data["Q"])})},
    share=0.01,  # neighbours that are equally near in float32
    floors={"fit": ("one copy of X", lambda data: data["X"].copy())},
    reasons={
        "fit": "Fitting brute force is keeping the rows: ours sees that they are finite, copies them, so that later "
        "changes of X change no answer, and numbers the labels; the peer takes them as float32, half as many "
        "bytes. It is a fiftieth of one predict, where ours is ahead; the bound is one copy of X.",
        "predict": "Two thirds of the time are float32 products of length 51 by NumPy's OpenBLAS, whose blocks the "
        "threads share; those products are the bound. The peer has products of its own.",
    },
)
