"""OpenBLAS's threads run on for a tenth of a second after a product: nothing that ours follow begins them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

THREADS = Path("/proc/self/task")  # each thread's file schedstat begins with the nanoseconds it has run

SCRIPT = """
import os, time
import numpy as np
from scratchml.core.parallel import blas_threads

tasks = "/proc/self/task"
of_blas = [task for task in os.listdir(tasks) if int(task) != os.getpid()]  # those that NumPy began when imported
if blas_threads() != 2 or len(of_blas) != 1:
    print("no BLAS of two threads")
    raise SystemExit

def ran():
    time.sleep(0.012)  # the system brings its account up to date every 10 milliseconds or less
    with open(f"{tasks}/{of_blas[0]}/schedstat") as file:
        return int(file.read().split()[0])

def wakes(work):
    before = ran()
    while (now := ran()) != before:  # until it sleeps
        before = now
    work()
    return ran() != before

from scratchml.cluster import MiniBatchKMeans
from scratchml.decomposition import PCA
from scratchml.linear_model import ElasticNet, LassoCV
from scratchml.metrics import roc_auc_score
from scratchml.neural_network import Conv2D

rng = np.random.default_rng(0)
X, y = rng.normal(size=(20_000, 20)), rng.integers(2, size=20_000)
layer, images = Conv2D(8, 3), rng.normal(size=(8, 16, 16, 4))
layer.build((16, 16, 4), np.random.RandomState(0), np.float64)

def step():
    layer.backward(np.ones_like(layer.forward(images, training=True)))

works = {
    "a product": lambda: X[:, 0] @ X[:, 1],
    "MiniBatchKMeans": lambda: MiniBatchKMeans(20, random_state=0).fit(X).predict(X),
    "PCA": lambda: PCA(10).fit(X).transform(X),
    "ElasticNet": lambda: ElasticNet(0.001).fit(X, X[:, 0] + X[:, 1]),
    "LassoCV": lambda: LassoCV().fit(X, X[:, 0] + X[:, 1]),
    "ROC AUC": lambda: roc_auc_score(y, X[:, 0]),
    "Conv2D": step,
}
print([name for name, work in works.items() if wakes(work)])
"""


@pytest.mark.skipif(not THREADS.exists(), reason="only Linux tells how long a thread has run")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor has no second BLAS thread")
def test_no_fit_or_score_wakes_a_thread_of_blas_that_would_take_a_core_from_ours():
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2", "SCRATCHML_NUM_THREADS": "2"}
    found = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    woken = found.stdout.strip()
    if woken == "no BLAS of two threads":
        pytest.skip(woken)
    assert woken == "['a product']"  # the first shows that the account tells
