"""The classification report: precision, recall, F1 and support of every label, as one table to read.

Idea. One number hides which label goes wrong. This table shows each label in a row, and below them the averages.

Maths. That of `precision_recall.py`. The line "accuracy" stands in place of the micro average, which it equals as long
as every label is counted.

Cost. That of a few passes over the labels.

Differences. The text is scikit-learn's, letter by letter, so that it can be compared.

References. As in `precision_recall.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.rules import boolean, integer
from ..core.typing import MatrixLike, VectorLike
from .precision_recall import precision_recall_fscore_support
from .targets import MULTILABEL, check_options, check_predictions, read_label_list, warn

HEADERS = ("precision", "recall", "f1-score", "support")


def classification_report(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    labels: VectorLike | None = None,
    target_names: VectorLike | None = None,
    sample_weight: VectorLike | None = None,
    digits: int = 2,
    output_dict: bool = False,
    zero_division: Any = "warn",
) -> str | dict[str, Any]:
    """Return a table of precision, recall, F1 and support, a row for each label and each average.

    Parameters
    ----------
    y_true, y_pred : labels (n,) or an indicator table (n, n_labels)
    labels : which labels, in which order; None means all that occur
    target_names : what the rows are called, in the order of the labels; None means by the labels
    sample_weight : shape (n,)
    digits : decimals shown
    output_dict : return a dict of dicts instead of text
    zero_division : what 0 / 0 gives: 0, 1, NaN, or "warn" (0 and a warning)

    Raises
    ------
    ValueError
        If there are more or fewer names than labels.

    Examples
    --------
    >>> report = classification_report(["a", "b", "b"], ["a", "b", "a"], output_dict=True)
    >>> report["a"]["precision"], report["b"]["recall"]
    (0.5, 0.5)
    """
    check_options(
        "classification_report", {"digits": integer(0), "output_dict": boolean}, digits=digits, output_dict=output_dict
    )
    targets = check_predictions(y_true, y_pred, sample_weight)
    shown = targets.labels if labels is None else read_label_list(labels, targets.labels)
    names = _row_names(shown, target_names, labels is not None)
    options: dict[str, Any] = {"labels": shown, "sample_weight": sample_weight, "zero_division": zero_division}
    *scores, support = precision_recall_fscore_support(y_true, y_pred, average=None, **options)
    if targets.kind != MULTILABEL and not (targets.y_true == targets.y_pred).any():
        support = support.astype(np.float64)  # the reference prints 3.0 instead of 3 where nothing is right
    rows: list[tuple[Any, ...]] = list(zip(names, *scores, support))
    total = np.sum(support)

    averages: list[tuple[Any, ...]] = []
    for average in ("micro", "macro", "weighted", *(("samples",) if targets.kind == MULTILABEL else ())):
        name = f"{average} avg"
        if average == "micro" and targets.kind != MULTILABEL and np.isin(targets.labels, shown).all():
            name = "accuracy"
        means = precision_recall_fscore_support(y_true, y_pred, average=average, **options)[:3]
        averages.append((name, *means, total))
    if output_dict:
        return _as_dict(rows, averages)
    return _as_text(rows, averages, max(*map(len, names), len("weighted avg"), digits), digits)


def _row_names(labels: Any, target_names: Any, labels_given: bool) -> list[str]:
    if target_names is None:
        return [str(label) for label in labels]
    names = list(target_names)
    if len(names) == len(labels):
        return names
    if not labels_given:
        raise ValueError(
            f"Number of classes, {len(labels)}, does not match size of target_names, {len(names)}. Try specifying the "
            "labels parameter."
        )
    warn(f"labels size, {len(labels)}, does not match size of target_names, {len(names)}; the shorter one counts.")
    return names


def _as_dict(rows: list[tuple[Any, ...]], averages: list[tuple[Any, ...]]) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for name, *scores in rows + averages:
        report[name] = {header: float(score) for header, score in zip(HEADERS, scores)}
    if "accuracy" in report:
        report["accuracy"] = report["accuracy"]["precision"]
    return report


def _as_text(rows: list[tuple[Any, ...]], averages: list[tuple[Any, ...]], width: int, digits: int) -> str:
    def line(name: str, cells: list[str], support: Any) -> str:
        return f"{name:>{width}} " + "".join(f" {cell:>9}" for cell in cells) + f" {support:>9}\n"

    def numbers(scores: tuple[Any, ...]) -> list[str]:
        return [f"{score:.{digits}f}" for score in scores]

    text = " " * width + " " + "".join(f" {header:>9}" for header in HEADERS) + "\n\n"
    for name, *scores, support in rows:
        text += line(name, numbers(tuple(scores)), support)
    text += "\n"
    for name, *scores, support in averages:
        cells = ["", "", *numbers((scores[2],))] if name == "accuracy" else numbers(tuple(scores))
        text += line(name, cells, support)
    return text
