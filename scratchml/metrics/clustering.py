"""How well do two labellings of the same samples agree, whatever the labels are called?

Idea
    Count how many samples have label i in one labelling and j in the other: the contingency matrix. Everything here
    is a sum over its cells. One family counts pairs of samples that are together or apart in both (Rand, Fowlkes and
    Mallows), the other asks how much one labelling tells about the other (mutual information). "Adjusted" scores
    subtract what two unrelated labellings with the same cluster sizes would reach by chance.
Maths
    n_ij: count of cell (i, j); a_i, b_j: its row's and its column's total; n: all.
    MI = sum_ij n_ij/n log(n n_ij / (a_i b_j)); H = -sum_i a_i/n log(a_i/n).
    NMI = MI / mean(H_true, H_pred); AMI = (MI - E) / (mean(H_true, H_pred) - E).
    E: under random labels n_ij follows the hypergeometric law, whose neighbouring probabilities have the ratio
    P(k+1) / P(k) = (a-k)(b-k) / ((k+1)(n-a-b+k+1)). Starting from the most likely k and dividing by the sum at the
    end gives them without one factorial, to full accuracy.
    Rand = (pairs together in both + pairs apart in both) / all pairs.
    Fowlkes-Mallows = TP / sqrt((TP + FP) (TP + FN)), of pairs.
Cost
    O(n) for the counts of whole numbers that lie close together, O(n log n) of other labels; the adjusted mutual
    information needs O(rows x columns x sqrt(cluster size)) more.
    Cells that are empty are never stored.
Differences
    The expected mutual information is found without logarithms of factorials, whose rounding errors grow with n in
    scikit-learn's; from about ten thousand samples on ours is the more accurate (tests/metrics has the figures).
References
    Hubert, Arabie, Comparing partitions, Journal of Classification 2 (1985), equation 5 (adjusted Rand).
    Vinh, Epps, Bailey, Information theoretic measures for clusterings comparison, JMLR 11 (2010), equation 24.
    Rosenberg, Hirschberg, V-measure, EMNLP (2007). Fowlkes, Mallows, JASA 78 (1983) 553-569.
"""

from __future__ import annotations

import math
import numbers
import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..core import check_array, check_same_length, classes_and_codes
from ..core.jit import kernel
from ..core.typing import Array, IntArray, MatrixLike, VectorLike

EPS = float(np.finfo(np.float64).eps)


class Contingency(NamedTuple):
    """The counts of two labellings, cell by cell."""

    rows: IntArray  # (c,) index of the true label of each cell that is not empty
    columns: IntArray  # (c,) index of the predicted label
    counts: IntArray  # (c,) n_ij, all above 0
    row_sums: IntArray  # (r,) a_i
    column_sums: IntArray  # (s,) b_j
    n: int


def _labels(labels: VectorLike, name: str) -> Array:
    found: Array = check_array(labels, name=name, dtype=None, ensure_2d=False, min_samples=0)
    if found.ndim != 1:
        raise ValueError(f"{name} must be 1D: shape is {found.shape}; give one label a sample.")
    if found.dtype.kind == "f":
        if not np.isfinite(found).all():
            raise ValueError(f"{name} contains NaN or infinity; drop these samples or give them a label of their own.")
        if (found != np.floor(found)).any():
            warnings.warn(
                f"Clustering metrics expects discrete values but received continuous values for {name}; every "
                "distinct number counts as a label.",
                UserWarning,
                stacklevel=4,
            )
    return found


def count_cells(labels_true: VectorLike, labels_pred: VectorLike) -> Contingency:
    """Return the counts of two labellings (n,)."""
    true, predicted = _labels(labels_true, "labels_true"), _labels(labels_pred, "labels_pred")
    n = check_same_length(labels_true=true, labels_pred=predicted)
    (rows, i), (columns, j) = classes_and_codes(true, "labels_true"), classes_and_codes(predicted, "labels_pred")
    width = max(1, len(columns))
    cells, counts = _counted(i * width + j, len(rows) * width)
    row_sums, column_sums = np.bincount(i, minlength=len(rows)), np.bincount(j, minlength=len(columns))
    return Contingency(cells // width, cells % width, counts, row_sums, column_sums, n)


def _counted(cells: IntArray, many: int) -> tuple[IntArray, IntArray]:
    """Return which of so many cells occur among `cells` (n,), in their order, and how often."""
    if many > 4 * len(cells):  # a table of mostly empty cells takes longer than sorting
        found, counts = np.unique(cells, return_counts=True)
        return found, counts.astype(np.int64)
    counts = np.bincount(cells, minlength=many)
    found = np.flatnonzero(counts)
    return found, counts[found]


def contingency_matrix(
    labels_true: VectorLike, labels_pred: VectorLike, *, eps: float | None = None, dtype: npt.DTypeLike = np.int64
) -> Array:
    """Return how many samples have the i-th true label and the j-th predicted one, shape (r, s), labels sorted.

    `eps`, where given, is added to each cell, which makes them floats.

    >>> contingency_matrix(["a", "a", "b"], [1, 2, 1])
    array([[1, 1],
           [1, 0]])
    """
    if eps is not None and not (isinstance(eps, numbers.Real) and eps >= 0):
        raise ValueError(f"eps={eps!r} is not accepted; give None or a number of 0 or more.")
    cells = count_cells(labels_true, labels_pred)
    found: Array = np.zeros((len(cells.row_sums), len(cells.column_sums)), dtype=dtype)
    found[cells.rows, cells.columns] = cells.counts
    return found if eps is None else found + eps


# ---------------------------------------------------------------------------------------------------------------
# Counting pairs.


def pair_confusion_matrix(labels_true: VectorLike, labels_pred: VectorLike) -> IntArray:
    """Return [[apart in both, together in pred only], [together in true only, together in both]], ordered pairs.

    >>> pair_confusion_matrix([0, 0, 1, 1], [1, 1, 0, 0])
    array([[8, 0],
           [0, 4]])
    """
    cells = count_cells(labels_true, labels_pred)
    squares = int((cells.counts**2).sum())
    in_pred, in_true = int((cells.column_sums**2).sum()), int((cells.row_sums**2).sum())
    together, pred_only, true_only = squares - cells.n, in_pred - squares, in_true - squares
    apart = cells.n**2 - pred_only - true_only - squares
    return np.array([[apart, pred_only], [true_only, together]], dtype=np.int64)


def rand_score(labels_true: VectorLike, labels_pred: VectorLike) -> float:
    """Return the share of pairs of samples that are together, or apart, in both labellings (n,); 1 is the best.

    >>> round(rand_score([0, 0, 1, 2], [0, 0, 1, 1]), 4)
    0.8333
    """
    (apart, pred_only), (true_only, together) = pair_confusion_matrix(labels_true, labels_pred).tolist()
    pairs = apart + pred_only + true_only + together
    return 1.0 if pairs == 0 else float((apart + together) / pairs)


def adjusted_rand_score(labels_true: VectorLike, labels_pred: VectorLike) -> float:
    """Return the Rand score corrected for chance: 1 for equal labellings (n,), about 0 for unrelated, at least -0.5.

    >>> adjusted_rand_score([0, 0, 1, 1], [1, 1, 0, 0])
    1.0
    """
    # Python's integers: the products of pair counts overflow 64 bits from about 60 000 samples on
    (tn, fp), (fn, tp) = pair_confusion_matrix(labels_true, labels_pred).tolist()
    if fn == 0 and fp == 0:
        return 1.0
    return float(2.0 * (tp * tn - fn * fp) / ((tp + fn) * (fn + tn) + (tp + fp) * (fp + tn)))


def fowlkes_mallows_score(labels_true: VectorLike, labels_pred: VectorLike) -> float:
    """Return the geometric mean of the precision and the recall of pairs, from 0 to 1; labels (n,).

    >>> fowlkes_mallows_score([0, 0, 0, 0], [0, 1, 2, 3])
    0.0
    """
    (_, fp), (fn, tp) = pair_confusion_matrix(labels_true, labels_pred).tolist()
    return 0.0 if tp == 0 else math.sqrt(tp / (tp + fp)) * math.sqrt(tp / (tp + fn))


# ---------------------------------------------------------------------------------------------------------------
# Information.


def _information(cells: Contingency) -> float:
    """Return the mutual information in nats.

    n n_ij and a_i b_j are whole numbers, so their difference is exact, and so are unrelated cells: they give log 1 = 0.
    The sum is exact too (fsum), so the order of the labels, and which labelling comes first, changes nothing.
    """
    if len(cells.row_sums) <= 1 or len(cells.column_sums) <= 1:
        return 0.0
    apart = cells.row_sums[cells.rows] * cells.column_sums[cells.columns]
    terms = (cells.counts / cells.n) * np.log1p((cells.n * cells.counts - apart) / apart)
    return max(0.0, math.fsum(terms))


def _entropy(sums: IntArray, n: int) -> float:
    """Return the entropy, in nats, of clusters of sizes `sums` (r,) of n samples: what they tell of themselves."""
    each = np.arange(len(sums))
    return _information(Contingency(each, each, sums, sums, sums, n))


@kernel
def expected_information(a: Array, b: Array, n: int) -> float:
    """Return the mean mutual information of labellings drawn at random with cluster sizes a (r,) and b (s,): read."""
    expected = 0.0
    for i in range(a.shape[0]):
        for j in range(b.shape[0]):
            low, high = max(0, a[i] + b[j] - n), min(a[i], b[j])
            mode = ((a[i] + 1) * (b[j] + 1)) // (n + 2)
            total, weighted = 0.0, 0.0  # sums of P(k) / P(mode), and of that times k/n log(n k / (a b))
            for step in (1, -1):
                k, chance = mode, 1.0
                if step == -1:
                    chance *= mode / (b[j] - mode + 1.0) * (n - a[i] - b[j] + mode) / (a[i] - mode + 1.0)
                    k = mode - 1
                while low <= k <= high and chance > 1e-25:  # what is left out cannot change the last digit
                    total += chance
                    if k > 0:
                        weighted += chance * (k / n) * math.log1p((n * k - a[i] * b[j]) / (a[i] * b[j]))
                    if step == 1:
                        chance *= (a[i] - k) / (k + 1.0) * (b[j] - k) / (n - a[i] - b[j] + k + 1.0)
                    else:
                        chance *= k / (b[j] - k + 1.0) * (n - a[i] - b[j] + k) / (a[i] - k + 1.0)
                    k += step
            expected += weighted / total
    return expected


def mutual_info_score(
    labels_true: VectorLike | None, labels_pred: VectorLike | None, *, contingency: MatrixLike | None = None
) -> float:
    """Return how many nats one labelling (n,) tells about the other; 0 if nothing.

    `contingency` (r, s), where given, is used in place of the labels.

    >>> mutual_info_score([0, 0, 1, 1], [5, 5, 3, 3]) == float(np.log(2))
    True
    """
    if contingency is None:
        return _information(count_cells(labels_true, labels_pred))
    table = check_array(contingency, name="contingency", dtype=None)
    if table.dtype.kind not in "iufb" or (table < 0).any() or not table.any():
        raise ValueError("contingency must hold counts of 0 or more, not all of them 0.")
    table = table.astype(np.float64 if table.dtype.kind == "f" else np.int64)
    rows, columns = np.nonzero(table)
    sums = table.sum(axis=1), table.sum(axis=0)
    return _information(Contingency(rows, columns, table[rows, columns], *sums, table.sum().item()))


def homogeneity_completeness_v_measure(
    labels_true: VectorLike, labels_pred: VectorLike, *, beta: float = 1.0
) -> tuple[float, float, float]:
    """Return homogeneity, completeness, and their harmonic mean in which completeness counts `beta` times.

    Homogeneity: each cluster has samples of one class only. Completeness: each class is in one cluster only. All
    from 0 to 1; labels (n,).

    >>> homogeneity_completeness_v_measure([0, 0, 1, 1], [0, 0, 0, 0])
    (0.0, 1.0, 0.0)
    """
    if not (isinstance(beta, numbers.Real) and beta >= 0):
        raise ValueError(f"beta={beta!r} is not accepted; give a number of 0 or more.")
    cells = count_cells(labels_true, labels_pred)
    if cells.n == 0:
        return 1.0, 1.0, 1.0
    information = _information(cells)
    of_true, of_pred = _entropy(cells.row_sums, cells.n), _entropy(cells.column_sums, cells.n)
    homogeneity = information / of_true if of_true else 1.0
    completeness = information / of_pred if of_pred else 1.0
    if homogeneity + completeness == 0.0:
        return homogeneity, completeness, 0.0
    v = (1 + beta) * homogeneity * completeness / (beta * homogeneity + completeness)
    return homogeneity, completeness, float(v)


def homogeneity_score(labels_true: VectorLike, labels_pred: VectorLike) -> float:
    """Return 1 if each cluster has samples of one class only, 0 if clusters tell nothing of classes; labels (n,)."""
    return homogeneity_completeness_v_measure(labels_true, labels_pred)[0]


def completeness_score(labels_true: VectorLike, labels_pred: VectorLike) -> float:
    """Return 1 if each class is in one cluster only, 0 if classes tell nothing of clusters; labels (n,)."""
    return homogeneity_completeness_v_measure(labels_true, labels_pred)[1]


def v_measure_score(labels_true: VectorLike, labels_pred: VectorLike, *, beta: float = 1.0) -> float:
    """Return the harmonic mean of homogeneity and completeness, in which completeness counts `beta` times."""
    return homogeneity_completeness_v_measure(labels_true, labels_pred, beta=beta)[2]


def _average(u: float, v: float, average_method: Any) -> float:
    means = {"min": min(u, v), "geometric": math.sqrt(u * v), "arithmetic": (u + v) / 2, "max": max(u, v)}
    if average_method not in means:
        raise ValueError(f"average_method={average_method!r} is not known; give one of {', '.join(means)}.")
    return means[average_method]


def normalized_mutual_info_score(
    labels_true: VectorLike, labels_pred: VectorLike, *, average_method: str = "arithmetic"
) -> float:
    """Return the mutual information over a mean of the two entropies, from 0 to 1; labels (n,).

    `average_method`: which mean: min, geometric, arithmetic, max.
    """
    _average(0.0, 0.0, average_method)
    cells = count_cells(labels_true, labels_pred)
    if len(cells.row_sums) == len(cells.column_sums) <= 1:
        return 1.0
    information = _information(cells)
    if information == 0.0:
        return 0.0
    return information / _average(
        _entropy(cells.row_sums, cells.n), _entropy(cells.column_sums, cells.n), average_method
    )


def adjusted_mutual_info_score(
    labels_true: VectorLike, labels_pred: VectorLike, *, average_method: str = "arithmetic"
) -> float:
    """Return the mutual information corrected for chance: 1 for equal labellings (n,), about 0 for unrelated ones.

    `average_method`: which mean of the entropies it is measured against: min, geometric, arithmetic, max.

    >>> adjusted_mutual_info_score([0, 0, 0, 0], [0, 1, 2, 3])
    0.0
    """
    _average(0.0, 0.0, average_method)
    cells = count_cells(labels_true, labels_pred)
    if len(cells.row_sums) == len(cells.column_sums) <= 1:
        return 1.0
    if len(cells.row_sums) == 1 or len(cells.column_sums) == 1:
        return 0.0
    chance = expected_information(cells.row_sums, cells.column_sums, cells.n)
    entropies = _entropy(cells.row_sums, cells.n), _entropy(cells.column_sums, cells.n)
    gained = _away_from_zero(_information(cells) - chance)
    return gained / _away_from_zero(_average(*entropies, average_method) - chance)


def _away_from_zero(x: float) -> float:
    """Return x, or eps with its sign if it is smaller: where both differences vanish the labellings are equal."""
    return math.copysign(max(abs(x), EPS), x)
