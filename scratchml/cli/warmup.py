"""``scratchml warmup``: compile every kernel once, with a progress bar."""

from __future__ import annotations

import time
import warnings
from typing import Any

from rich.console import Console

from ..core import clone, track
from ..core.jit import jit_enabled, kernels
from ..core.tags import get_tags
from ..core.typing import Array
from ..discovery import all_estimators, example_problem, rooms

SIZES = (60, 400)  # of rows: for some kernels 60 are too few
METHODS = ("predict", "predict_proba", "decision_function", "transform", "inverse_transform", "score_samples")


def exercise(estimator: Any) -> None:
    """Fit fresh copies on made-up rows and call what they predict with, so that their kernels are compiled.

    Classifiers are fitted to two classes, too: some have kernels for these alone.
    """
    for n in SIZES:
        X, y = example_problem(estimator, n)
        fit_and_ask(clone(estimator), X, y)
        tags = get_tags(estimator)
        if tags.estimator_type == "classifier" and tags.multi_class and not tags.two_d_labels:
            fit_and_ask(clone(estimator), X, y % 2)


def fit_and_ask(model: Any, X: Array, y: Array) -> None:
    """Fit a model, and call what it predicts with."""
    if hasattr(model, "fit_resample"):
        model.fit_resample(X, y)
        return
    model.fit(X, y)
    for method in METHODS:
        if hasattr(model, method):
            given = model.transform(X) if method == "inverse_transform" else X
            getattr(model, method)(given)


def warmup() -> int:
    """Compile every kernel once; return the exit code."""
    console = Console()
    if not jit_enabled():
        console.print("Numba is missing or off: there is nothing to compile.")
        return 0
    started = time.perf_counter()
    jobs: list[tuple[str, Any]] = [
        (name, lambda example=example: exercise(example))
        for name, cls in all_estimators()
        for example in cls._examples()
    ]
    jobs += [(name, room._warmup) for name, room in rooms().items() if hasattr(room, "_warmup")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _, job in track(jobs, "compiling kernels"):
            job()
    spent = time.perf_counter() - started
    console.print(f"{len(kernels())} kernels are ready; {spent:.1f} s.")
    return 0
