"""Formulas with a step's numbers filled in, one file for each room. See `scene.py` for how one is entered."""

from . import (
    cluster,
    decomposition,
    ensemble,
    feature_selection,
    imbalance,
    least_squares,
    linear,
    linear_cv,
    mixture,
    model_selection,
    neighbors,
    neural_network,
    openings,
    preprocessing,
    resampling,
    rl,
    svm,
    tree,
)
from .scene import TABLE, Answer, Line, Scene

__all__ = ["TABLE", "Answer", "Line", "Scene", "cluster", "decomposition", "ensemble", "feature_selection", "imbalance",
           "least_squares", "linear", "linear_cv", "mixture", "model_selection", "neighbors", "neural_network",
           "openings", "preprocessing", "resampling", "rl", "svm", "tree"]  # fmt: skip
