"""Pictures of how good predictions are: confusions, ROC, precision and recall, calibration, residuals.

Idea
    A score is one number; these pictures show what it hides: which class is taken for which, what each threshold would
    cost, whether "70 %" happens seven times in ten, and where a regressor errs to one side. They take the truth and
    what was predicted, as `metrics` does, so any model's predictions can be drawn; all values are those of `metrics`.
Maths
    ROC: share of the positives found against share of the negatives called positive, one point for each threshold. The
    area under it is the chance that a positive has a higher score than a negative. Average precision is the area under
    the stairs of precision over recall. A calibrated p: in each bin, mean(p) = share of positives.
Cost
    One sort of the scores for each curve.
References
    Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 27 (2006). Niculescu-Mizil, Caruana,
    Predicting good probabilities with supervised learning, ICML 2005.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from ..core import check_array, check_labels, check_same_length, check_targets
from ..core.axes import new_axes
from ..core.rules import check_rules, integer, one_of
from ..core.typing import FloatArray, IntArray, VectorLike
from ..metrics import (
    average_precision_score,
    brier_score_loss,
    confusion_matrix,
    precision_recall_curve,
    r2_score,
    roc_auc_score,
    roc_curve,
    root_mean_squared_error,
)
from .shap import BLUE, GREY, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

COLOURS = [BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]  # Okabe and Ito
STYLES: list[Any] = ["-", "--", "-.", ":", (0, (6, 1)), (0, (3, 1, 1, 1, 1, 1))]
MARKS = "os^Dv*"
TREND = 10  # parts of the predictions in each of which the mean residual is shown


class Contest(NamedTuple):
    """One positive class against the rest: the name of the curve, who is positive (n,), and the scores (n,)."""

    name: str
    is_positive: IntArray
    scores: FloatArray


def contests(y_true: VectorLike, y_score: Any, pos_label: Any) -> Iterator[Contest]:
    """Yield one contest for each curve that truth and scores ask for; `y_score` as in `draw_roc`.

    Raises
    ------
    ValueError
        If there is one class only, the positive label is unknown, or the scores fit neither rows nor classes.
    """
    classes, codes = check_labels(y_true, name="y_true")
    if len(classes) < 2:
        raise ValueError(f"y_true holds one class, {classes.tolist()[0]!r}; a curve needs positives and negatives.")
    positive = 1 if pos_label is None else int(np.argmax(classes == pos_label))
    if pos_label is not None and classes[positive] != pos_label:
        raise ValueError(f"pos_label={pos_label!r} is not in y_true, which holds {classes.tolist()}; give one of them.")
    for name, given in (y_score if isinstance(y_score, Mapping) else {"": y_score}).items():
        scores = check_array(given, name="y_score", ensure_2d=False)
        if len(scores) != len(codes):
            raise ValueError(f"y_score has {len(scores)} rows and y_true {len(codes)}; give one score for each row.")
        single = scores.ndim == 1
        if (not single and scores.shape[1] != len(classes)) or (single and len(classes) > 2 and pos_label is None):
            raise ValueError(
                f"y_score has shape {scores.shape} for {len(classes)} classes; give one column for each class, or one "
                "score for each row and pos_label."
            )
        each = range(len(classes)) if len(classes) > 2 and pos_label is None else [positive]
        for j in each:
            title = ", ".join([*([str(name)] if name else []), *([f"class {classes[j]}"] if len(each) > 1 else [])])
            yield Contest(title, (codes == j).astype(np.int64), scores if single else scores[:, j])


def draw_confusion_matrix(
    y_true: VectorLike,
    y_pred: VectorLike,
    *,
    labels: VectorLike | None = None,
    normalize: str | None = None,
    class_names: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each true class (rows) was predicted as each class (columns); return the axes.

    Parameters
    ----------
    y_true, y_pred : labels, shape (n,)
    labels : the classes to show, in this order; None for all, sorted
    normalize : "true", "pred" or "all" for shares of a row, a column or everything; None for numbers of rows
    class_names : one for each class; None for the labels
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If lengths differ, labels are unknown, or there is not one name for each class.

    Examples
    --------
    >>> from scratchml.viz import draw_confusion_matrix
    >>> ax = draw_confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1])
    >>> [text.get_text() for text in ax.texts]
    ['1', '1', '0', '2']
    """
    found = confusion_matrix(y_true, y_pred, labels=labels, normalize=normalize)
    shown = np.unique(np.concatenate([np.asarray(y_true), np.asarray(y_pred)])) if labels is None else labels
    names = [str(name) for name in (shown if class_names is None else class_names)]
    if len(names) != len(found):
        raise ValueError(f"class_names has {len(names)} names for {len(found)} classes; give one for each.")
    ax = new_axes(ax, 4.8)
    most = max(float(found.max()), np.finfo(np.float64).tiny)
    ax.imshow(found, cmap="Blues", vmin=0.0, vmax=most)
    for (row, column), value in np.ndenumerate(found):
        written = str(int(value)) if normalize is None else f"{value:.2f}"
        dark = value > 0.55 * most
        ax.text(column, row, written, ha="center", va="center", color="white" if dark else "black")
    turned = max(len(name) for name in names) > 6 and len(names) > 4
    ax.set_xticks(range(len(names)), names, rotation=45 if turned else 0, ha="right" if turned else "center")
    ax.set_yticks(range(len(names)), names)
    accuracy = np.mean(np.asarray(y_true) == np.asarray(y_pred))
    whole = {None: "rows", "true": "share of the true class", "pred": "share of the predicted class", "all": "share"}
    ax.set(xlabel="predicted", ylabel="true", title=f"{whole[normalize]}; accuracy {accuracy:.3f}")
    return ax


def draw_roc(y_true: VectorLike, y_score: Any, *, pos_label: Any = None, ax: Axes | None = None) -> Axes:
    """Draw ROC curves with the areas under them; return the axes.

    Parameters
    ----------
    y_true : labels, shape (n,)
    y_score : what ``decision_function`` or ``predict_proba`` returns: shape (n,), the larger, the more likely positive;
        or (n, k), a column for each class, sorted, which draws each class against the rest. A dict of such draws one
        curve for each model under its name
    pos_label : the positive label; None for the larger of two, and for every one of more
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If there is one class only, or scores do not fit.

    Examples
    --------
    >>> from scratchml.viz import draw_roc
    >>> ax = draw_roc([0, 0, 1, 1], {"mine": [0.1, 0.4, 0.35, 0.8]})
    >>> ax.lines[0].get_label()
    'mine: AUC 0.750'
    """
    found = list(contests(y_true, y_score, pos_label))
    ax = new_axes(ax, 4.8)
    for k, (name, truth, scores) in enumerate(found):
        fpr, tpr, _ = roc_curve(truth, scores)
        label = f"{name}{': ' if name else ''}AUC {roc_auc_score(truth, scores):.3f}"
        ax.plot(fpr, tpr, color=COLOURS[k % 6], linestyle=STYLES[k % 6], linewidth=1.8, label=label)
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.0, label="thrown dice: AUC 0.5", zorder=1)
    ax.set(
        xlabel="false positive rate", ylabel="true positive rate", title="ROC", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01)
    )
    ax.legend(loc="lower right", fontsize="small")
    return ax


def draw_precision_recall(y_true: VectorLike, y_score: Any, *, pos_label: Any = None, ax: Axes | None = None) -> Axes:
    """Draw precision over recall with the average precisions; return the axes. Parameters and errors: as `draw_roc`.

    Grey lines mark the share of the positives: the precision of thrown dice.

    Raises
    ------
    ValueError
        If there is one class only, or scores do not fit.

    Examples
    --------
    >>> from scratchml.viz import draw_precision_recall
    >>> ax = draw_precision_recall([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> ax.lines[0].get_label()
    'AP 0.833'
    """
    found = list(contests(y_true, y_score, pos_label))
    ax = new_axes(ax, 4.8)
    for k, (name, truth, scores) in enumerate(found):
        precision, recall, _ = precision_recall_curve(truth, scores)
        label = f"{name}{': ' if name else ''}AP {average_precision_score(truth, scores):.3f}"
        # stairs, not slopes: between two thresholds nothing is predicted, and a slope would promise too much
        ax.plot(
            recall, precision, color=COLOURS[k % 6], linestyle=STYLES[k % 6], linewidth=1.8, label=label,
            drawstyle="steps-post",
        )  # fmt: skip
    shares = sorted({float(truth.mean()) for _, truth, _ in found})
    for i, share in enumerate(shares):
        label = "_" if i else f"thrown dice: {share:.3f}" if len(shares) == 1 else "thrown dice"
        ax.axhline(share, color=GREY, linewidth=1.0, label=label, zorder=1)
    ax.set(xlabel="recall", ylabel="precision", title="Precision and recall", xlim=(-0.01, 1.01), ylim=(-0.01, 1.03))
    ax.legend(loc="best", fontsize="small")
    return ax


def bin_probabilities(
    is_positive: IntArray, p: FloatArray, n_bins: int, strategy: str
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return mean p (b,), share of positives (b,) and rows (b,) of each bin of p that is not empty."""
    within = np.linspace(0.0, 1.0, n_bins + 1)
    edges = within if strategy == "uniform" else np.quantile(p, within)
    place = np.searchsorted(edges[1:-1], p)
    rows = np.bincount(place, minlength=n_bins)
    filled = rows > 0
    said = np.bincount(place, weights=p, minlength=n_bins)[filled] / rows[filled]
    happened = np.bincount(place, weights=is_positive, minlength=n_bins)[filled] / rows[filled]
    return said, happened, rows[filled]


def draw_calibration(
    y_true: VectorLike,
    y_proba: Any,
    *,
    pos_label: Any = None,
    n_bins: int = 10,
    strategy: str = "uniform",
    ax: Axes | None = None,
) -> Axes:
    """Draw how often the positive class came true (up) where it was given probability p (across); return the axes.

    On the diagonal, a model means what it says; below it, it promises too much. The larger a mark, the more rows.

    Parameters
    ----------
    y_true : labels, shape (n,)
    y_proba : probabilities of the positive class (n,), or of all classes (n, k), or a dict of such, as in `draw_roc`
    pos_label : the positive label; None for the larger of two, and for every one of more
    n_bins : number of bins
    strategy : "uniform" for bins of one width, "quantile" for bins of about as many rows
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If probabilities are outside [0, 1] or do not fit, or there is one class only.
    """
    rules = {"n_bins": integer(1, None), "strategy": one_of("uniform", "quantile")}
    check_rules("draw_calibration", rules, {"n_bins": n_bins, "strategy": strategy})
    found = list(contests(y_true, y_proba, pos_label))
    for name, _, p in found:
        if p.min() < 0 or p.max() > 1:
            raise ValueError(f"y_proba {name} reaches from {p.min():.4g} to {p.max():.4g}; give probabilities, 0 to 1.")
    ax = new_axes(ax, 4.8)
    for k, (name, truth, p) in enumerate(found):
        said, happened, rows = bin_probabilities(truth, p, n_bins, strategy)
        label = f"{name}{': ' if name else ''}Brier {brier_score_loss(truth, p):.3f}"
        ax.plot(said, happened, color=COLOURS[k % 6], linestyle=STYLES[k % 6], linewidth=1.5, label=label)
        size = 12.0 + 110.0 * rows / rows.max()
        ax.scatter(said, happened, s=size, color=COLOURS[k % 6], marker=MARKS[k % 6], alpha=0.8, zorder=3)
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.0, label="means what it says", zorder=1)
    ax.set(xlabel="mean predicted probability", ylabel="share of positives", title="Calibration")
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    ax.legend(loc="upper left", fontsize="small")
    return ax


def draw_residuals(y_true: VectorLike, y_pred: VectorLike, *, ax: Axes | None = None) -> Axes:
    """Draw the residuals y - prediction over the predictions, and their mean in each tenth of them; return the axes.

    A mean that bends away from zero says that the model misses a shape; a funnel, that errors grow with the prediction.

    Parameters
    ----------
    y_true, y_pred : shape (n,)
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If lengths differ, or values are not finite.
    """
    truth, said = check_targets(y_true, name="y_true"), check_targets(y_pred, name="y_pred")
    check_same_length(y_true=truth, y_pred=said)
    residuals = truth - said
    ax = new_axes(ax, 4.0)
    ax.axhline(0.0, color="black", linewidth=1.0)
    ax.scatter(said, residuals, s=14, color=BLUE, alpha=0.55, linewidths=0)
    parts = [part for part in np.array_split(np.argsort(said, kind="stable"), TREND) if len(part)]
    middles, means = ([column[part].mean() for part in parts] for column in (said, residuals))
    ax.plot(middles, means, color=ORANGE, marker="s", markersize=4, linewidth=1.6, label="mean of each tenth")
    fit = f", R2 {r2_score(truth, said):.3f}" if len(truth) > 1 else ""
    ax.set(xlabel="prediction", ylabel="y - prediction", title=f"RMSE {root_mean_squared_error(truth, said):.4g}{fit}")
    ax.legend(fontsize="small")
    return ax
