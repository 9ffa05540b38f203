"""What the tour asks of each kind of estimator: a bundled real data set, a split, a score. Higher is better.

A task takes any estimator with scikit-learn's methods, so the stored reference scores come from the very same code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..core import clone, get_tags
from ..core.typing import Array
from ..datasets import load_breast_cancer, load_diabetes, load_iris, load_penguins, load_wine
from ..metrics import adjusted_rand_score, balanced_accuracy_score, roc_auc_score
from ..neighbors import KNeighborsClassifier
from ..rl import FrozenLake, HarmonicSchedule, LinearSchedule


class Task(NamedTuple):
    """One stop of the tour."""

    data: str
    metric: str
    run: Callable[[Any], float]  # fits the estimator it is given and returns its score


def split(X: Array, y: Array, scaled: bool = True) -> tuple[Array, Array, Array, Array]:
    """Return X_train, X_test, y_train, y_test: seven rows in ten to train on, shuffled with seed 0.

    `scaled` standardises the columns by the training rows' mean and standard deviation.
    """
    order = np.random.RandomState(0).permutation(len(X))
    train, test = order[: 7 * len(X) // 10], order[7 * len(X) // 10 :]
    X_train, X_test = X[train], X[test]
    if scaled:
        mean, scale = X_train.mean(axis=0), X_train.std(axis=0)
        scale[scale == 0] = 1.0
        X_train, X_test = (X_train - mean) / scale, (X_test - mean) / scale
    return X_train, X_test, y[train], y[test]


def classifier_data(estimator: Any) -> tuple[Array, Array, Array, Array]:
    """Return the split breast-cancer set, left unscaled for an estimator that wants no negative number."""
    data = load_breast_cancer()
    return split(data.data, data.target, scaled=not get_tags(estimator).positive_only)


def run_classifier(estimator: Any) -> float:
    """Return the accuracy on held-out rows."""
    X_train, X_test, y_train, y_test = classifier_data(estimator)
    return float(np.mean(estimator.fit(X_train, y_train).predict(X_test) == y_test))


def regressor_data() -> tuple[Array, Array, Array, Array]:
    """Return the split diabetes set."""
    data = load_diabetes()
    return split(data.data, data.target)


def run_regressor(estimator: Any) -> float:
    """Return R2 on held-out rows."""
    X_train, X_test, y_train, y_test = regressor_data()
    residual = y_test - estimator.fit(X_train, y_train).predict(X_test)
    return float(1 - (residual**2).sum() / ((y_test - y_test.mean()) ** 2).sum())


def cluster_data() -> tuple[Array, Array]:
    """Return the iris set's four measurements and three species."""
    data = load_iris()
    return data.data, data.target


def run_clusterer(estimator: Any) -> float:
    """Return how well the clusters agree with the species (adjusted Rand index)."""
    X, species = cluster_data()
    if "n_clusters" in estimator.get_params():
        estimator.set_params(n_clusters=3)
    return float(adjusted_rand_score(species, estimator.fit_predict(X)))


def run_density_estimator(estimator: Any) -> float:
    """Return the mean log-likelihood of iris, with as many components as species."""
    X, _ = cluster_data()
    if "n_components" in estimator.get_params():
        estimator.set_params(n_components=3)
    return float(estimator.fit(X).score(X))


def run_transformer(estimator: Any) -> float:
    """Return the held-out accuracy of 5 nearest neighbours on the transformed wines."""
    data = load_wine()
    X_train, X_test, y_train, y_test = split(data.data, data.target, scaled=False)
    return judge_columns(estimator, X_train, X_test, y_train, y_test)


def word_data() -> tuple[Array, Array]:
    """Return island and sex of the penguins whose sex is known, and their species."""
    data = load_penguins()
    words = data.data[:, [data.feature_names.index(name) for name in data.categorical_features]]
    known = np.array([isinstance(word, str) for word in words[:, 1]])
    return words[known], data.target[known]


def run_encoder(estimator: Any) -> float:
    """Return the held-out accuracy of 5 nearest neighbours on the penguins' island and sex, encoded."""
    return judge_columns(estimator, *split(*word_data(), scaled=False))


def judge_columns(transformer: Any, X_train: Array, X_test: Array, y_train: Array, y_test: Array) -> float:
    """Return the held-out accuracy of 5 nearest neighbours on what the transformer makes of the rows."""

    def dense(found: Any) -> Array:
        return np.asarray(found.toarray() if hasattr(found, "toarray") else found)

    judge = KNeighborsClassifier().fit(dense(transformer.fit_transform(X_train, y_train)), y_train)
    return float(judge.score(dense(transformer.transform(X_test)), y_test))


def run_sampler(estimator: Any) -> float:
    """Return the balanced accuracy of 5 nearest neighbours trained on the resampled rows, few of them malignant."""
    data = load_breast_cancer()
    X_train, X_test, y_train, y_test = split(data.data, data.target)
    malignant = np.flatnonzero(y_train == 0)
    keep = np.sort(np.concatenate([np.flatnonzero(y_train == 1), malignant[: len(malignant) // 6]]))
    judge = KNeighborsClassifier().fit(*estimator.fit_resample(X_train[keep], y_train[keep]))
    return float(balanced_accuracy_score(y_test, judge.predict(X_test)))


def run_outlier_detector(estimator: Any) -> float:
    """Return how well `score_samples` tells benign from malignant (area under the ROC curve)."""
    data = load_breast_cancer()
    X, _, y, _ = split(data.data, data.target)
    if "novelty" in estimator.get_params():
        estimator.set_params(novelty=True)  # so that it may be asked about rows it was not fitted to
    estimator.fit(X[y == 1])
    return float(roc_auc_score(y, estimator.score_samples(X)))


def run_searcher(estimator: Any) -> float:
    """Return how often the nearest known wine is of the same kind as a held-out one."""
    data = load_wine()
    X_train, X_test, y_train, y_test = split(data.data, data.target)
    nearest = estimator.fit(X_train).kneighbors(X_test, n_neighbors=1, return_distance=False)
    return float(np.mean(y_train[nearest[:, 0]] == y_test))


def run_agent(estimator: Any) -> float:
    """Return what the learned policy is really worth from the start of the frozen lake, discounted; by linear solve."""
    rate, epsilon = HarmonicSchedule(0.05, 0.0, 1000), LinearSchedule(1.0, 0.02, 800_000)
    estimator.set_params(learning_rate=rate, gamma=0.99, epsilon=epsilon, n_steps=1_000_000)
    return float(estimator.fit(FrozenLake()).certify(FrozenLake()).value)


TASKS: dict[str, Task] = {
    "agent": Task("frozen lake 4x4, slippery", "discounted return", run_agent),
    "sampler": Task("breast cancer, few malignant", "balanced accuracy", run_sampler),
    "outlier_detector": Task("breast cancer", "ROC AUC", run_outlier_detector),
    "classifier": Task("breast cancer", "accuracy", run_classifier),
    "regressor": Task("diabetes", "R2", run_regressor),
    "clusterer": Task("iris", "adjusted Rand index", run_clusterer),
    "density_estimator": Task("iris", "mean log-likelihood", run_density_estimator),
    "encoder": Task("penguins, words", "accuracy of 5-NN after it", run_encoder),
    "transformer": Task("wine", "accuracy of 5-NN after it", run_transformer),
    "searcher": Task("wine", "share of nearest rows of the same kind", run_searcher),
}


def kind_of(estimator: Any) -> str:
    """Return which of the tasks' kinds an estimator is.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    tags = get_tags(estimator)
    if tags.sampler:
        return "sampler"
    if tags.estimator_type in TASKS:
        return str(tags.estimator_type)
    if tags.transformer:
        return "encoder" if tags.categorical else "transformer"
    if hasattr(estimator, "kneighbors"):
        return "searcher"
    if hasattr(estimator, "score_samples"):
        return "density_estimator"
    raise ValueError(f"{type(estimator).__name__} is of no kind that the tour has a task for: {', '.join(TASKS)}.")


def prepared(estimator: Any) -> Any:
    """Return a fresh copy with every `random_state`, nested ones too, at 0."""
    copy = clone(estimator)
    seeds = {name: 0 for name in copy.get_params(deep=True) if name.split("__")[-1] == "random_state"}
    return copy.set_params(**seeds)
