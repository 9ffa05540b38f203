"""Splits, cross-validation and curves beside scikit-learn's, on the same data with the same seeds."""

import warnings

import numpy as np
import sklearn.model_selection as reference
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier

import scratchml.model_selection as ours
from tests.parity.ledger import Row

SEEDS = range(6)


def shuffled(name, **how):
    """Return the parameters of a splitter for each of six seeds."""
    return name, [{**how, "random_state": seed} for seed in SEEDS]


SPLITTERS = [
    ("KFold", [{"n_splits": k} for k in (2, 3, 7)]),
    shuffled("KFold", n_splits=5, shuffle=True),
    ("StratifiedKFold", [{"n_splits": k} for k in (2, 3, 7)]),
    shuffled("StratifiedKFold", n_splits=5, shuffle=True),
    ("GroupKFold", [{"n_splits": k} for k in (2, 3, 7)]),
    shuffled("GroupKFold", n_splits=5, shuffle=True),
    ("StratifiedGroupKFold", [{"n_splits": k} for k in (2, 3, 7)]),
    shuffled("StratifiedGroupKFold", n_splits=5, shuffle=True),
    shuffled("RepeatedKFold", n_splits=4, n_repeats=2),
    shuffled("RepeatedStratifiedKFold", n_splits=4, n_repeats=2),
    shuffled("ShuffleSplit", test_size=0.23),
    shuffled("StratifiedShuffleSplit", test_size=0.23, train_size=100),
    shuffled("GroupShuffleSplit", test_size=0.3),
    ("TimeSeriesSplit", [{}, {"gap": 3, "test_size": 11}, {"max_train_size": 50}]),
    ("LeaveOneOut", [{}]),
    ("LeaveOneGroupOut", [{}]),
    ("LeavePGroupsOut", [{"n_groups": 2}]),
    ("PredefinedSplit", [{"test_fold": np.arange(240) % 6 - 1}]),
]


def differing_rows(name, settings, X, y, groups):
    """Return how many positions differ, over all settings and splits."""
    differing = 0
    for how in settings:
        splitter, expected = getattr(ours, name)(**how), getattr(reference, name)(**how)
        kept = groups if splitter._uses_groups else None
        pairs = zip(expected.split(X, y, kept), splitter.split(X, y, kept), strict=True)
        for split, found in pairs:
            differing += sum(int(np.setxor1d(a, b).size + (a != b).sum()) for a, b in zip(split, found))
    return float(differing)


def gap(expected, found):
    """Return the largest difference between two arrays, or two tuples of arrays."""
    if isinstance(expected, tuple):
        return max(gap(one, other) for one, other in zip(expected, found, strict=True))
    return float(np.max(np.abs(np.asarray(expected, dtype=float) - np.asarray(found, dtype=float))))


def rows():
    """Measure every row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [*split_rows(), *validation_rows()]


def split_rows():
    """Count the positions that differ from the reference's splits."""
    X, y = (part[:240] for part in load_breast_cancer(return_X_y=True))
    groups = np.random.RandomState(0).randint(0, 25, size=len(y))
    found = []
    for name, settings in SPLITTERS:
        seeds = f"{len(settings)} seeds" if "random_state" in settings[0] else f"{len(settings)} settings"
        told = ", ".join(f"{key}={value}" for key, value in settings[0].items() if key in ("shuffle", "test_size"))
        what = f"positions that differ, 240 rows of breast cancer, {seeds}" + (f" ({told})" if told else "")
        found.append(Row(name, f"scikit-learn {name}", what, differing_rows(name, settings, X, y, groups), 0.0))
    for stratify in (None, y):
        different = 0.0
        for seed in SEEDS:
            how = {"test_size": 0.3, "random_state": seed, "stratify": stratify}
            expected, parts = (module.train_test_split(np.arange(len(y)), **how) for module in (reference, ours))
            different += gap(tuple(expected), tuple(parts))
        what = "positions, 240 rows of breast cancer, 6 seeds" + (", stratified" if stratify is not None else "")
        found.append(Row("train_test_split", "scikit-learn train_test_split", what, different, 0.0))
    return found


def validation_rows():
    """Compare scores, predictions and curves."""
    X, y = load_iris(return_X_y=True)
    D, target = load_diabetes(return_X_y=True)
    knn = KNeighborsClassifier()
    folds = reference.StratifiedKFold(5, shuffle=True, random_state=0)
    search = reference.GridSearchCV(knn, {"n_neighbors": [1, 5, 15]}, cv=3)
    scored = {"cv": 5, "scoring": "r2"}
    permuted = {"n_permutations": 5, "random_state": 0}
    learned = {"shuffle": True, "random_state": 0, "cv": 3}
    varied = {"param_name": "n_neighbors", "param_range": [1, 5, 15], "cv": 3}
    expected_p, found_p = (module.permutation_test_score(knn, X, y, **permuted) for module in (reference, ours))
    expected = {
        "cross_val_score": reference.cross_val_score(Ridge(), D, target, **scored),
        "cross_validate": reference.cross_validate(knn, X, y, cv=folds, scoring="accuracy")["test_score"],
        "cross_val_predict": reference.cross_val_predict(knn, X, y, cv=folds, method="predict_proba"),
        "permutation_test_score": (expected_p[0], expected_p[1], expected_p[2]),
        "learning_curve": reference.learning_curve(knn, X, y, **learned),
        "validation_curve": reference.validation_curve(knn, X, y, **varied),
        "nested_cross_validate": reference.cross_val_score(search, X, y, cv=3),
    }
    found = {
        "cross_val_score": ours.cross_val_score(Ridge(), D, target, **scored),
        "cross_validate": ours.cross_validate(knn, X, y, cv=folds, scoring="accuracy", n_jobs=2)["test_score"],
        "cross_val_predict": ours.cross_val_predict(knn, X, y, cv=folds, method="predict_proba"),
        "permutation_test_score": (found_p[0], found_p[1], found_p[2]),
        "learning_curve": ours.learning_curve(knn, X, y, **learned),
        "validation_curve": ours.validation_curve(knn, X, y, **varied),
        "nested_cross_validate": ours.nested_cross_validate(search, X, y, cv=3)["test_score"],
    }
    compared = {
        "cross_val_score": ("cross_val_score", "R2 of scikit-learn's Ridge, diabetes, 5 folds", 1e-13),
        "cross_validate": ("cross_validate", "accuracy of scikit-learn's 5 neighbours, iris, 2 threads", 0.0),
        "cross_val_predict": ("cross_val_predict", "probabilities; neighbours, iris", 0.0),
        "permutation_test_score": ("permutation_test_score", "score, 5 shuffled scores, p; neighbours, iris", 0.0),
        "learning_curve": ("learning_curve", "sizes, training and test scores; neighbours, iris", 0.0),
        "validation_curve": ("validation_curve", "training and test scores; neighbours, iris", 0.0),
        "nested_cross_validate": ("cross_val_score of a GridSearchCV", "outer test scores; neighbours, iris", 0.0),
    }
    return [
        Row(
            name,
            f"scikit-learn {theirs}",
            what,
            gap(expected[name], found[name]),
            tolerance,
            "the metric's sums are in another order" if tolerance else "",
        )
        for name, (theirs, what, tolerance) in compared.items()
    ]
