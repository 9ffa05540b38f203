"""Races of public functions and splitters that have no file in ``benchmarks/workloads``, a line of a table each.

Scores, distances, kernels, ways to split and to validate, makers and loaders of data: short work, asked for often. A
line says which group's data it is asked about and what else it is given; whoever has a function of that name runs, and
who has it under another one (``other_names.py``). Where nobody has, ours runs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks.contestants import find, installed
from benchmarks.every import translated
from benchmarks.floors import by_blocks
from benchmarks.other_names import PEERS
from benchmarks.workload import Contestant, Data, Workload, race_of

Extra = Callable[[dict[str, Any], np.random.Generator], Mapping[str, Any]]


def just_asked(function: Any, *asked: Any, **given: Any) -> Any:
    """Return what a function answers."""
    return function(*asked, **given)


class Group(NamedTuple):
    """What the functions of a group have in common: their room, what they are asked about, and the sizes."""

    room: str
    asked: tuple[str, ...]  # names of the data, in the order of the arguments
    large: tuple[int, int]
    small: tuple[int, int] = (500, 1)
    task: str = "none"
    extra: Extra | None = None
    allowed: float = 1e-9  # how far answers may be apart, relative to the largest number
    call: Callable[..., Any] = just_asked
    bound: tuple[str, Callable[[Data], Any]] | None = None  # its name, and the work that cannot be avoided
    same: Callable[[Any], Any] = lambda answer: answer  # which numbers must be the reference's
    loss: Callable[[Any, Data], float] | None = None  # and what is to be small


def guesses(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return labels of which seven in ten are the true ones."""
    y = data["y"]
    return {"guess": np.where(rng.random(len(y)) < 0.7, y, rng.integers(y.max() + 1, size=len(y)))}


def chances(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return for each row the probability of the second class."""
    return {"chance": 0.7 * rng.random(len(data["y"])) + 0.3 * data["y"]}


def probabilities(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return for each row the probabilities of all classes, more for the true one."""
    P = rng.random((len(data["y"]), data["y"].max() + 1)) + 1e-3
    P[np.arange(len(P)), data["y"]] += 1.0
    return {"P": P / P.sum(axis=1, keepdims=True)}


def estimates(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return positive targets, and estimates of them a tenth off or so."""
    truth = np.abs(data["y"]) + 0.1
    return {"y": truth, "estimate": truth * np.exp(0.1 * rng.normal(size=len(truth)))}


def curve(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return the points of a curve, sorted by their first coordinate."""
    return {"x": np.sort(data["X"][:, 0]), "height": rng.random(len(data["X"]))}


def two_sets(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return half as many other rows."""
    return {"other": rng.normal(size=(len(data["X"]) // 2, data["X"].shape[1]))}


def holes(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return rows of which one number in ten is missing, and half as many others."""
    X = np.where(rng.random(data["X"].shape) < 0.1, np.nan, data["X"])
    return {"X": X, "other": X[: len(X) // 2]}


def counts(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return rows of counts."""
    return {"X": np.floor(3 * np.abs(data["X"]))}


def groups(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return which of 30 groups each row is of."""
    return {"groups": rng.integers(30, size=len(data["X"]))}


def merges(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return the tree of average linkage."""
    from scratchml.cluster import linkage

    return {"Z": linkage(data["X"], "average")}


def splits(splitter: Any, *asked: Any, **given: Any) -> list[Any]:
    """Return all splits of a splitter."""
    return list(splitter(**given).split(*asked))


def validation(function: Any, X: np.ndarray, y: np.ndarray, **given: Any) -> Any:
    """Return what a function tells of ridge regression that is of the same library, but for the seconds it took."""
    from scratchml.linear_model import Ridge

    library = function.__module__.split(".")[0]
    answer = function(translated(Ridge(), library), X, y, **given)
    return answer["test_score"] if isinstance(answer, dict) else answer


def few_rows(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return the first 150 rows: as many as there are pairs of rows would take too long."""
    return {name: data[name][:150] for name in ("X", "y")}


def wide_enough(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return rows of at least 20 numbers: where X has fewer, how far its first column is from 300 points."""
    X = data["X"]
    return {} if X.shape[1] >= 20 else {"X": np.abs(X[:, :1] - rng.normal(size=(1, 300)))}


def as_wide(maker: Any, X: np.ndarray, **given: Any) -> Any:
    """Return as many made-up rows and columns as X has, five columns at least."""
    return maker(n_samples=X.shape[0], n_features=max(X.shape[1], 5), **given)


def as_long(maker: Any, X: np.ndarray, **given: Any) -> Any:
    """Return as many made-up rows as X has, of a maker that knows how many columns it makes."""
    return maker(n_samples=X.shape[0], **given)


def fewer_of_each(y: np.ndarray) -> dict[int, int]:
    """Return how many rows are to be kept of each class: of class j, a share of 1 / (j + 1)."""
    return {j: int(size) // (j + 1) for j, size in enumerate(np.bincount(y))}


def grown(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return the tree that each library grows itself."""
    found = {name: find(name, "tree.DecisionTreeClassifier") for name in ("scratchml", "sklearn") if installed(name)}
    return {"trees": {name: cls(random_state=0).fit(data["X"], data["y"]) for name, cls in found.items()}}


def of_its_own(function: Any, trees: dict[str, Any], **given: Any) -> Any:
    """Return what a library's function tells of that library's tree."""
    return function(trees[function.__module__.split(".")[0]], **given)


def places(data: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Return numbers above 0, degrees of freedom, and rows of ten."""
    x = 20.0 * rng.random(len(data["X"])) + 0.01
    return {"x": x, "signed": x - 10.0, "k": 7.0, "m": 50.0, "Z": 3.0 * rng.normal(size=(len(x) // 10, 10))}


def as_stream(maker: Any, X: np.ndarray, **given: Any) -> Any:
    """Return the batches of a stream of as many rows as X has."""
    return [batch.X for batch in as_wide(maker, X, **given)]


def passes(*names: str) -> tuple[str, Callable[[Data], Any]]:
    """Return one pass over each of some arrays as a bound."""
    return f"one pass over {' and '.join(names)}", lambda data: [data[name].sum() for name in names]


def path_objective(l1_ratio: float, path: Any, data: Data) -> float:
    """Return the elastic net's objectives of a path's weights, added up over its penalties."""
    alphas, weights = path[0], path[1]
    residuals, l1, squares = data["y"][:, None] - data["X"] @ weights, np.abs(weights).sum(axis=0), weights**2
    penalty = alphas * (l1_ratio * l1 + 0.5 * (1 - l1_ratio) * squares.sum(axis=0))
    return float((0.5 * (residuals**2).mean(axis=0) + penalty).sum())


labels = Group("metrics", ("y", "guess"), (200_000, 1), task="ten", extra=guesses, bound=passes("y", "guess"))
scores = Group("metrics", ("y", "chance"), (200_000, 1), task="two", extra=chances, bound=passes("y", "chance"))
classes = Group("metrics", ("y", "P"), (100_000, 1), task="ten", extra=probabilities, bound=passes("P"))
numbers = Group(
    "metrics", ("y", "estimate"), (200_000, 1), task="numbers", extra=estimates, bound=passes("y", "estimate")
)
curves = Group("metrics", ("x", "height"), (200_000, 1), extra=curve, bound=passes("x", "height"))
product = ("one product X Y'", lambda data: data["X"] @ data["other"].T)
rows = Group("metrics", ("X", "other"), (3_000, 20), (300, 20), extra=two_sets, allowed=1e-7, bound=product)
in_blocks = by_blocks(lambda data, rows: data["X"][rows] @ data["other"].T)
nearest = rows._replace(bound=("one product X Y', by blocks", in_blocks))
rows_with_holes = rows._replace(extra=holes)
clusters = Group("metrics", ("X", "y"), (100_000, 20), (500, 20), task="ten", bound=passes("X"))
itself = ("one product X X', by blocks", by_blocks(lambda data, rows: data["X"][rows] @ data["X"].T))
silhouettes = clusters._replace(large=(5_000, 20), allowed=1e-7, bound=itself)
columns = Group("feature_selection", ("X", "y"), (200_000, 20), (500, 20), task="numbers", bound=passes("X"))
counted = columns._replace(task="ten", extra=counts)
tree = Group("cluster", ("Z",), (3_000, 10), (300, 10), extra=merges)
splitters = Group("model_selection", ("X", "y"), (200_000, 10), (500, 10), task="ten", call=splits)
grouped = splitters._replace(asked=("X", "y", "groups"), large=(50_000, 10), extra=groups)
validations = Group("model_selection", ("X", "y"), (50_000, 20), (500, 20), task="numbers", call=validation)
centres = Group("cluster", ("X",), (100_000, 10), (500, 10))
paths = Group(
    "linear_model", ("X", "y"), (20_000, 50), (500, 20), "numbers",
    same=lambda path: path[0],  # the penalties; weights that stop within tol are up to a hundredth from the best ones
    loss=partial(path_objective, 0.5),
)  # fmt: skip
makers = Group("datasets", ("X",), (100_000, 20), (500, 20), call=as_wide)
shapes = makers._replace(call=as_long)
thinned = Group("datasets", ("X", "y"), (100_000, 20), (500, 20), "ten")
trees = Group("tree", ("trees",), (20_000, 20), (500, 20), "two", grown, call=of_its_own)
special = Group("maths", ("x",), (200_000, 1), extra=places, bound=passes("x"))
table = Group("maths", ("X",), (2_000, 2_000), (300, 300), extra=wide_enough)
loaders = Group("datasets", (), (0, 0))  # of the sizes that they are
seed = {"random_state": 0}

LINES: list[tuple[Group, dict[str, Any], str]] = [  # what else is given, and who is asked
    (labels, {}, "accuracy_score adjusted_mutual_info_score adjusted_rand_score balanced_accuracy_score hamming_loss"),
    (labels, {}, "classification_report cohen_kappa_score completeness_score confusion_matrix contingency_matrix"),
    (labels, {}, "fowlkes_mallows_score homogeneity_completeness_v_measure homogeneity_score matthews_corrcoef"),
    (labels, {}, "multilabel_confusion_matrix mutual_info_score normalized_mutual_info_score pair_confusion_matrix"),
    (labels, {}, "precision_recall_fscore_support rand_score v_measure_score zero_one_loss"),
    (labels, {"average": "macro"}, "f1_score jaccard_score precision_score recall_score"),
    (labels, {"average": "macro", "beta": 2.0}, "fbeta_score"),
    (scores, {}, "average_precision_score brier_score_loss confusion_matrix_at_thresholds d2_brier_score det_curve"),
    (scores, {}, "hinge_loss precision_recall_curve roc_curve"),
    (classes, {}, "d2_log_loss_score log_loss top_k_accuracy_score"),
    (numbers, {}, "d2_absolute_error_score d2_pinball_score d2_tweedie_score explained_variance_score max_error"),
    (numbers, {}, "mean_absolute_error mean_absolute_percentage_error mean_gamma_deviance mean_pinball_loss"),
    (numbers, {}, "mean_poisson_deviance mean_squared_error mean_squared_log_error mean_tweedie_deviance r2_score"),
    (numbers, {}, "median_absolute_error root_mean_squared_error root_mean_squared_log_error"),
    (curves, {}, "auc"),
    (clusters, {}, "calinski_harabasz_score davies_bouldin_score"),
    (silhouettes, {}, "silhouette_samples silhouette_score"),
    (rows, {}, "cosine_distances cosine_similarity euclidean_distances linear_kernel manhattan_distances"),
    (rows, {}, "pairwise_distances"),
    (nearest, {}, "pairwise_distances_argmin pairwise_distances_argmin_min"),
    (rows, {}, "polynomial_kernel rbf_kernel sigmoid_kernel"),
    (rows_with_holes, {}, "nan_euclidean_distances"),
    (columns, {}, "f_regression r_regression"),
    (columns._replace(large=(3_000, 20)), seed, "mutual_info_regression"),
    (counted, {}, "chi2"),
    (tree, {}, "cophenet leaves_list"),
    (tree, {"t": 8, "criterion": "maxclust"}, "fcluster"),
    (centres, {"n_clusters": 20, **seed}, "kmeans_plusplus"),
    (paths, {}, "enet_path"),
    (paths._replace(loss=partial(path_objective, 1.0)), {}, "lasso_path"),
    (splitters, {}, "KFold StratifiedKFold TimeSeriesSplit"),
    (splitters, seed, "RepeatedKFold RepeatedStratifiedKFold ShuffleSplit StratifiedShuffleSplit"),
    (splitters._replace(large=(3_000, 10)), {}, "LeaveOneOut"),
    (splitters._replace(large=(150, 10), small=(50, 10), extra=few_rows), {"p": 2}, "LeavePOut"),
    (grouped, {}, "GroupKFold LeaveOneGroupOut StratifiedGroupKFold"),
    (grouped, seed, "GroupShuffleSplit"),
    (grouped._replace(large=(5_000, 10)), {"n_groups": 2}, "LeavePGroupsOut"),
    (splitters._replace(call=just_asked), seed, "train_test_split"),
    (validations, {}, "cross_val_predict cross_val_score cross_validate learning_curve"),
    (validations, {"param_name": "alpha", "param_range": [0.1, 1.0, 10.0]}, "validation_curve"),
    (validations._replace(large=(20_000, 20)), {"n_permutations": 20, **seed}, "permutation_test_score"),
    (makers, seed, "make_blobs make_classification make_gaussian_quantiles make_low_rank_matrix"),
    (makers, seed, "make_sparse_uncorrelated"),
    (makers, {"noise": 0.5, **seed}, "make_friedman1 make_regression"),
    (shapes, {"noise": 0.1, **seed}, "make_circles make_moons make_s_curve make_swiss_roll"),
    (thinned, {"sampling_strategy": fewer_of_each, **seed}, "make_imbalance"),
    (trees, {"max_depth": 30}, "export_text"),
    (loaders, {"return_X_y": True}, "load_breast_cancer load_diabetes load_digits load_iris load_wine"),
    (loaders, {"return_X_y": True}, "load_penguins load_yeast"),
    (loaders, {}, "load_sonnets"),
    (loaders._replace(room="rl"), {"size": 40, "seed": 0}, "generate_random_map"),
    (makers, seed, "make_imbalanced"),
    (makers._replace(call=as_stream), seed, "make_drifting_stream"),
    (special, {}, "digamma"),
    (special._replace(asked=("k", "x")), {}, "chi_squared_tail"),
    (special._replace(asked=("k", "m", "x")), {}, "f_tail"),
    (special._replace(room="optim", asked=("signed",)), {}, "sigmoid"),
    (special._replace(room="optim", asked=("Z",)), {}, "softmax"),
    (table, {"k": 10}, "smallest_of_rows"),
    (counted, {}, "information_gain"),
    (splitters._replace(call=just_asked), seed, "train_validation_test_split"),
    (labels._replace(asked=("y",)), {}, "type_of_target"),
]
REASONS = {  # why one is slower than somebody
    "smallest_of_rows": "Of a row of m numbers about k (1 + log(m / k)) enter the heap of the k smallest: of 300 one "
    "in seven, which is the bound; of 2000 one in thirty, and there ours is ahead. The peer partitions, and leaves the "
    "order of equal numbers to chance.",
    "digamma": "Of 150 numbers a call takes 2 us, of which the way into machine code is 0.8, for SciPy 0.4; of 500 and "
    "more ours is ahead. The bound is the logarithm of each.",
    "cosine_similarity": "On two threads a call of either takes 5 ms, or twice that or more: theirs took 0.6 to 3.3 of "
    "ours in five runs. On one thread ours is ahead. The bound is the product, and writing its 36 MB.",
}
TABLE = {name: (group, given) for group, given, line in LINES for name in line.split()}


def run(group: Group, given: Mapping[str, Any], function: Any, data: Data) -> Any:
    """Return what a library's function answers, asked as its group is."""
    return group.call(function, *(data[name] for name in group.asked), **given)


def workload_of(name: str) -> Workload:
    """Return the race of one function or splitter."""
    group, given = TABLE[name]
    peers = {
        library: Contestant(partial(run, group._replace(call=just_asked), given, function))
        for library, function in PEERS.get(name, {}).items()
    }
    made = race_of(
        f"{group.room}.{name}",
        partial(run, group, given),
        large=group.large,
        small=group.small,
        task=group.task,
        extra=group.extra,
        peers=peers,
        same=lambda answer, data: group.same(answer),
        close=group.allowed,
        loss=group.loss,
        gate="objectives of the path",
        allowed=1e-6,
        floor_name=group.bound[0] if group.bound else "",
        floor=group.bound[1] if group.bound else None,
        fit_name="ask",
        reasons={"ask": REASONS[name]} if name in REASONS else {},
    )
    return made if group.asked else replace(made, make=dict, sizes={}, kinds=False)  # asked about nothing, of one size
