"""Searches of parameters beside scikit-learn's: the same estimators inside, the same seeds."""

import warnings

import numpy as np
import scipy.stats
import sklearn.model_selection as reference
from sklearn.datasets import load_iris
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 (makes the reference importable)
from sklearn.tree import DecisionTreeClassifier

import scratchml.model_selection as ours
from tests.parity.ledger import Row

GRID = {"max_depth": [1, 2, 3, None], "min_samples_split": [2, 40]}
RANDOM = {"max_depth": scipy.stats.randint(1, 9), "ccp_alpha": scipy.stats.uniform(0, 0.1)}
SEARCHES = {
    "GridSearchCV": (GRID, {"cv": 3, "return_train_score": True}),
    "RandomizedSearchCV": (RANDOM, {"cv": 3, "n_iter": 6, "random_state": 0}),
    "HalvingGridSearchCV": (GRID, {"cv": 3, "random_state": 0}),
    "HalvingRandomSearchCV": (RANDOM, {"cv": 2, "random_state": 0, "n_candidates": 6}),
}


def distance(expected, found):
    """Return the largest difference between two cv_results_, times left out; infinite if candidates differ."""
    if list(expected) != list(found) or expected["params"] != found["params"]:
        return np.inf
    columns = [name for name in expected if "score" in name and "time" not in name]
    return max(float(np.abs(expected[name] - found[name]).max()) for name in columns)


def of_distributions():
    """Return the largest relative difference between 1000 draws of ours and of SciPy's, of each distribution."""
    pairs = [
        (ours.uniform(-2, 5), scipy.stats.uniform(-2, 7)),
        (ours.log_uniform(1e-4, 10), scipy.stats.loguniform(1e-4, 10)),
        (ours.randint(-3, 12), scipy.stats.randint(-3, 12)),
    ]
    draws = [[one.rvs(size=1000, random_state=0) for one in pair] for pair in pairs]
    return max(float((np.abs(a - b) / np.maximum(np.abs(b), 1e-4)).max()) for a, b in draws)


def rows():
    """Compare each search on iris, and the draws on their own."""
    X, y = load_iris(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    X, y = X[order], y[order]
    found = []
    for name, (settings, how) in SEARCHES.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pair = [
                getattr(room, name)(DecisionTreeClassifier(random_state=0), settings, **how).fit(X, y).cv_results_
                for room in (reference, ours)
            ]
        said = "cv_results_: candidates, scores of each fold, means, deviations, ranks; iris, a tree inside"
        found.append(Row(name, f"scikit-learn {name}", said, distance(*pair), 0.0))
    same_grid = list(reference.ParameterGrid([GRID, {}])) == list(ours.ParameterGrid([GRID, {}]))
    found.append(
        Row(
            "ParameterGrid", "scikit-learn ParameterGrid", "settings and their order", 0.0 if same_grid else np.inf, 0.0
        )
    )
    differing = [
        seed
        for seed in range(20)
        for settings in (GRID, RANDOM, [GRID, RANDOM])
        if list(reference.ParameterSampler(settings, 4, random_state=seed))
        != list(ours.ParameterSampler(settings, 4, random_state=seed))
    ]
    said = "settings for 20 seeds: lists, distributions, both"
    found.append(Row("ParameterSampler", "scikit-learn ParameterSampler", said, float(len(differing)), 0.0))
    found.append(
        Row(
            *("uniform, log_uniform, randint", "SciPy uniform, loguniform, randint", "1000 draws each, relative"),
            *(of_distributions(), 1e-13),
        )
    )
    return found
