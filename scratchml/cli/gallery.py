"""The tour's pictures and its one page: what each estimator made of its data, and how its fit went."""

from __future__ import annotations

import base64
import html
import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from ..core import listen, track
from ..core.typing import Array
from ..datasets import load_wine
from ..rl import FrozenLake
from ..viz import draw_returns, draw_values
from .listing import first_sentence
from .tasks import classifier_data, cluster_data, kind_of, prepared, regressor_data, run_agent, split, word_data

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .tour import Visit

COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000"]  # Okabe and Ito


def _two_columns(X: Array, y: Array) -> Array:
    """Return the indices of the two columns whose class means differ most, in units of their spread."""
    means = np.array([X[y == label].mean(axis=0) for label in np.unique(y)])
    between = means.std(axis=0) / (X.std(axis=0) + 1e-300)
    first = int(np.argmax(between))
    tied = np.abs(np.corrcoef(X.T)[first])  # a second column that says something else
    return np.array([first, int(np.argmax(between * (1 - tied)))])


def draw_classifier(estimator: Any, ax: Axes) -> str:
    """Draw the decision regions over two columns; return what the picture shows."""
    X, _, y, _ = classifier_data(estimator)
    X = X[:, _two_columns(X, y)]
    model = estimator.fit(X, y)
    x_axis, y_axis = (np.linspace(low, high, 120) for low, high in zip(X.min(0) - 0.3, X.max(0) + 0.3))
    grid = np.array(np.meshgrid(x_axis, y_axis)).reshape(2, -1).T
    regions = np.searchsorted(np.unique(y), model.predict(grid)).reshape(120, 120)
    ax.contourf(x_axis, y_axis, regions, levels=np.arange(-0.5, len(np.unique(y))), colors=COLOURS, alpha=0.25)
    for j, label in enumerate(np.unique(y)):
        ax.scatter(X[y == label, 0], X[y == label, 1], s=9, color=COLOURS[j], label=["malignant", "benign"][j])
    ax.set(title="decision regions, two columns", xticks=[], yticks=[])
    ax.legend(loc="upper right", fontsize=7)
    return "points of two classes over the regions where each class is predicted"


def draw_regressor(estimator: Any, ax: Axes) -> str:
    """Draw predicted against true values of held-out rows; return what the picture shows."""
    X_train, X_test, y_train, y_test = regressor_data()
    predicted = estimator.fit(X_train, y_train).predict(X_test)
    ax.scatter(y_test, predicted, s=10, color=COLOURS[0])
    ends = [min(y_test.min(), predicted.min()), max(y_test.max(), predicted.max())]
    ax.plot(ends, ends, color="0.5", lw=1)
    ax.set(title="held-out rows", xlabel="true", ylabel="predicted")
    return "predicted against true values; a perfect model lies on the line"


def draw_clusterer(estimator: Any, ax: Axes) -> str:
    """Draw the clusters over petal length and width; return what the picture shows."""
    X, _ = cluster_data()
    if "n_clusters" in estimator.get_params():
        estimator.set_params(n_clusters=3)
    labels = estimator.fit_predict(X)
    for j in np.unique(labels):
        ax.scatter(X[labels == j, 2], X[labels == j, 3], s=12, color=COLOURS[j % len(COLOURS)] if j >= 0 else "0.7")
    if hasattr(estimator, "cluster_centers_"):
        centres = estimator.cluster_centers_
        ax.scatter(centres[:, 2], centres[:, 3], marker="X", s=90, color="k", edgecolor="w")
    ax.set(title="clusters of iris", xlabel="petal length (cm)", ylabel="petal width (cm)")
    return "flowers coloured by cluster over petal length and width"


def draw_transformer(estimator: Any, ax: Axes) -> str:
    """Draw each column's spread before and after; return what the picture shows."""
    data = load_wine()
    X, _, y, _ = split(data.data, data.target, scaled=False)
    after = np.asarray(estimator.fit_transform(X, y), dtype=np.float64)
    for columns, shade, label in ((X, "0.6", "before"), (after, COLOURS[0], "after")):
        low, middle, high = np.nanpercentile(columns, [5, 50, 95], axis=0)
        at = np.arange(columns.shape[1]) + (0.2 if label == "after" else -0.2)
        ax.errorbar(at, middle, [middle - low, high - middle], fmt="o", ms=3, color=shade, label=label)
    ax.set_yscale("symlog")
    ax.set(title="columns of wine: median, 5 % to 95 %", xlabel="column")
    ax.legend(fontsize=7)
    return "the spread of each column before and after the transformation"


def draw_encoder(estimator: Any, ax: Axes) -> str:
    """Draw what each pair of words becomes; return what the picture shows."""
    words, species = word_data()
    after = np.asarray(estimator.fit_transform(words, species), dtype=np.float64)
    pairs, rows = np.unique([" ".join(row) for row in words], return_index=True)
    ax.imshow(after[rows], cmap="Blues", aspect="auto")
    ax.set_yticks(range(len(pairs)), pairs, fontsize=7)
    ax.set(title="penguins: words in, numbers out", xlabel="column")
    return "what each island and sex becomes, the darker the larger"


def draw_sampler(estimator: Any, ax: Axes) -> str:
    """Draw the rows before and after over two columns; return what the picture shows."""
    X, _, y, _ = classifier_data(estimator)
    keep = np.concatenate([np.flatnonzero(y == 1), np.flatnonzero(y == 0)[:20]])
    X, y = X[np.ix_(keep, _two_columns(X, y))], y[keep]
    new_X, new_y = estimator.fit_resample(X, y)
    ax.scatter(new_X[:, 0], new_X[:, 1], s=12, c=np.asarray(COLOURS)[new_y], alpha=0.6)
    ax.scatter(X[:, 0], X[:, 1], s=30, facecolor="none", edgecolor="0.3", lw=0.5, label="rows given")
    ax.set(title="rows after resampling", xticks=[], yticks=[])
    ax.legend(fontsize=7)
    return "rows after resampling, the given ones circled"


def draw_outlier_detector(estimator: Any, ax: Axes) -> str:
    """Draw two columns, shaded by score; return what the picture shows."""
    X, _, y, _ = classifier_data(estimator)
    X = X[:, _two_columns(X, y)]
    if "novelty" in estimator.get_params():
        estimator.set_params(novelty=True)
    scores = estimator.fit(X).score_samples(X)
    ax.scatter(X[:, 0], X[:, 1], s=12, c=scores, cmap="cividis")
    ax.set(title="score: dark is unusual", xticks=[], yticks=[])
    return "points shaded by how unusual they are"


def draw_agent(estimator: Any, ax: Axes) -> str:
    """Draw what the agent thinks of each cell of the frozen lake, and what it does there."""
    run_agent(estimator)
    draw_values(FrozenLake(), estimator.values_, estimator.policy_, ax, title="values and policy learned")
    return "the frozen lake's cells shaded by their learned value, with the policy's arrows"


def draw_density_estimator(estimator: Any, ax: Axes) -> str:
    """Draw lines of equal density over petal length and width; return what the picture shows."""
    X, species = cluster_data()
    X = X[:, 2:]
    if "n_components" in estimator.get_params():
        estimator.set_params(n_components=3)
    estimator.fit(X)
    x_axis, y_axis = (np.linspace(low, high, 120) for low, high in zip(X.min(0) - 0.5, X.max(0) + 0.5))
    grid = np.array(np.meshgrid(x_axis, y_axis)).reshape(2, -1).T
    density = estimator.score_samples(grid).reshape(120, 120)
    ax.contour(x_axis, y_axis, density, levels=np.arange(-8, 2), cmap="cividis", linewidths=0.8)
    ax.scatter(X[:, 0], X[:, 1], s=10, c=np.asarray(COLOURS)[species])
    ax.set(title="lines of equal log-density", xlabel="petal length (cm)", ylabel="petal width (cm)")
    return "flowers of three species over lines of equal density"


def draw_searcher(estimator: Any, ax: Axes) -> str:
    """Draw a line from each flower to its nearest neighbour; return what the picture shows."""
    X, species = cluster_data()
    X = X[:, 2:]
    nearest = estimator.fit(X).kneighbors(n_neighbors=1, return_distance=False)[:, 0]
    for i, j in enumerate(nearest):
        ax.plot(X[[i, j], 0], X[[i, j], 1], color="0.5", lw=0.8)
    ax.scatter(X[:, 0], X[:, 1], s=12, c=np.asarray(COLOURS)[species])
    ax.set(title="each flower and its nearest", xlabel="petal length (cm)", ylabel="petal width (cm)")
    return "flowers of three species, each joined to its nearest neighbour"


DRAW = {
    "density_estimator": draw_density_estimator,
    "searcher": draw_searcher,
    "agent": draw_agent,
    "sampler": draw_sampler,
    "outlier_detector": draw_outlier_detector,
    "classifier": draw_classifier,
    "regressor": draw_regressor,
    "clusterer": draw_clusterer,
    "transformer": draw_transformer,
    "encoder": draw_encoder,
}


CURVES = ("inertia", "loss", "objective", "bound", "gradient_norm")  # what falls or rises while fitting


def _curve(steps: Sequence[Any]) -> tuple[str, list[float]]:
    """Return the first of CURVES that a fit's steps report, by name, with its values."""
    for name in CURVES:
        values = [getattr(step, name) for step in steps if isinstance(getattr(step, name, None), float)]
        values = [value for value in values if np.isfinite(value)]
        if len(values) > 2:
            return name, values
    return "", []


def draw_inside(model: Any, steps: Sequence[Any], figure: Figure) -> str:
    """Draw what the fit went through, or what it learned, beside the first picture; return what that shows."""
    name, values = _curve(steps)
    results = getattr(model, "cv_results_", None) if hasattr(model, "best_index_") else None
    weights = np.asarray(getattr(model, "coef_", []))
    if kind_of(model) != "agent" and results is None and not values and (weights.ndim != 1 or not weights.size):
        figure.set_size_inches(4.2, 3.2)
        figure.axes[0].set_subplotspec(figure.add_gridspec(1, 1)[0])
        return ""
    right = figure.add_subplot(1, 2, 2)
    if kind_of(model) == "agent":
        draw_returns(model.returns_, right, window=1000, title="returns while learning")
        return "; beside it the mean return of 1000 episodes while it learned"
    if results is not None:
        scores = np.asarray(results["mean_test_score"], dtype=np.float64)
        right.plot(np.arange(1, len(scores) + 1), scores, "o", color=COLOURS[5])
        right.axhline(scores[model.best_index_], color="0.5", lw=1)
        right.set(title="mean score of each candidate", xlabel="candidate")
        return f"; beside it the score of {len(scores)} candidates, the best at {scores[model.best_index_]:.4g}"
    if values:
        right.plot(np.arange(1, len(values) + 1), values, marker=".", color=COLOURS[5])
        right.set(title=f"{name} at each step of the fit", xlabel="step")
        return f"; beside it {name}, step by step, from {values[0]:.4g} to {values[-1]:.4g}"
    right.bar(np.arange(len(weights)), weights, color=COLOURS[5])
    right.axhline(0, color="0.5", lw=1)
    right.set(title="weights", xlabel="column")
    return f"; beside it the {len(weights)} weights"


def picture(estimator: Any) -> tuple[Figure, str]:
    """Return a figure of what an estimator did, and its description in words."""
    from matplotlib.figure import Figure

    numbers: list[Any] = []

    def keep_numbers(step: Any) -> None:
        fields = getattr(step, "_fields", ())
        if fields:
            numbers.append(step._replace(**{f: None for f in fields if not isinstance(getattr(step, f), (int, float))}))

    figure, model = Figure(figsize=(7.2, 3.2), layout="constrained"), prepared(estimator)
    left = figure.add_subplot(1, 2, 1)
    with warnings.catch_warnings(), listen(keep_numbers):
        warnings.simplefilter("ignore")
        shown = DRAW[kind_of(estimator)](model, left)
    return figure, shown + draw_inside(model, numbers, figure)


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>scratchml tour</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; color: #222; }}
table {{ border-collapse: collapse; font-size: .9rem; }}
td, th {{ padding: .2rem .7rem; border-bottom: 1px solid #ddd; }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums; }} .bad {{ color: #b00020; font-weight: bold; }}
.cards {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1.2rem; }}
figure {{ margin: 0; border: 1px solid #ddd; border-radius: .5rem; padding: .8rem; }} img {{ max-width: 100%; }}
figcaption h2 {{ font-size: 1.1rem; margin: 0; }} figcaption p {{ margin: .2rem 0; font-size: .9rem; }}
</style>
<h1>scratchml tour</h1>
<p>Every estimator of scratchml {version} on bundled real data. References are stored scores of {libraries}.</p>
<table><tr><th>algorithm<th>data<th>score of<th>score<th>reference<th>seconds<th>first call</tr>
{rows}
</table>
<h2>Gallery</h2>
<div class="cards">
{cards}
</div>
</html>
"""


def _row(visit: Visit) -> str:
    reference = "none" if visit.reference is None else f"{visit.reference.score:.4f}"
    verdict = "" if visit.passed else ' class="bad"'
    words = "".join(f"<td>{html.escape(text)}" for text in (visit.data, visit.metric))
    numbers = [f"{visit.score:.4f}", reference, f"{visit.seconds:.3f}", f"{visit.first_seconds:.3f}"]
    cells = "".join(f'<td class="n">{number}' for number in numbers)
    return f'<tr{verdict}><td><a href="#{visit.name}">{visit.name}</a>{words}{cells}</tr>'


def _failed_card(name: str, error: str) -> str:
    return (
        f'<figure id="{html.escape(name)}"><h2>{html.escape(name)}</h2><p class="bad">{html.escape(error)}</p></figure>'
    )


def _card(visit: Visit, folder: Path) -> str:
    name = html.escape(visit.name)
    figure, shown = picture(visit.estimator)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    (folder / f"{visit.name}.png").write_bytes(buffer.getvalue())
    code = base64.b64encode(buffer.getvalue()).decode()
    what = html.escape(first_sentence(type(visit.estimator)))
    return (
        f'<figure id="{name}"><img alt="{name}: {html.escape(shown)}" src="data:image/png;base64,{code}">'
        f"<figcaption><h2>{name}</h2><p>{what}.</p><p>{visit.metric} on {visit.data}: <b>{visit.score:.4f}</b></p>"
        "</figcaption></figure>"
    )


FACES = ("SVC", "KMeans", "GaussianMixture", "QLearning")  # of the package, for its README


def _overview(visits: Sequence[Visit], folder: Path) -> None:
    """Write overview.png: four of the algorithms visited, `FACES` where these are among them."""
    from matplotlib.figure import Figure

    chosen = sorted(visits, key=lambda visit: FACES.index(visit.name) if visit.name in FACES else len(FACES))[:4]
    figure = Figure(figsize=(9.6, 6.4), layout="constrained")
    for i, visit in enumerate(chosen):
        ax = figure.add_subplot(2, 2, i + 1)
        DRAW[kind_of(visit.estimator)](prepared(visit.estimator), ax)
        ax.set_title(f"{visit.name}: {ax.get_title()}", fontsize=10)
    if chosen:
        figure.savefig(folder / "overview.png", dpi=110)


def write_gallery(visits: Sequence[Visit], folder: Path) -> tuple[Path, dict[str, str]]:
    """Draw every visit into `folder`, one PNG each, and write index.html with all of them inside.

    Returns the page's path and, by name, what went wrong with pictures that could not be drawn.
    """
    libraries = sorted({visit.reference.library for visit in visits if visit.reference})
    cards: list[str] = []
    drawn: list[Visit] = []
    undrawn: dict[str, str] = {}
    for visit in track(visits, "drawing"):
        error = visit.error
        try:
            cards.append(_failed_card(visit.name, error) if error else _card(visit, folder))
        except OSError:  # the folder's fault, not the estimator's
            raise
        except Exception as problem:  # one broken picture must not end the tour; it fails on the page
            error = undrawn[visit.name] = f"no picture: {type(problem).__name__}: {problem}"
            cards.append(_failed_card(visit.name, error))
        drawn += [] if error else [visit]
    page = PAGE.format(
        version=__version__,
        libraries=", ".join(libraries) or "no library",
        rows="\n".join(map(_row, visits)),
        cards="\n".join(cards),
    )
    _overview(drawn, folder)
    path = (folder / "index.html").resolve()
    path.write_text(page, encoding="utf-8")
    return path, undrawn
