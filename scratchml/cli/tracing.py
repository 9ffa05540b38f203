"""``scratchml trace``: fit one algorithm to small data, print its steps, and write them as a page or a film."""

from __future__ import annotations

import ast
import difflib
import inspect
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import trace
from ..core.typing import Array
from ..datasets import load_breast_cancer, load_diabetes, load_iris, load_wine, make_blobs, make_circles, make_moons
from ..discovery import all_agents, all_estimators, example_problem, kinds
from ..rl import CliffWalking, FrozenLake, Taxi
from ..trace import Trace

SMALL = {  # so that a film is neither long nor empty
    "n_clusters": 3, "n_components": 2, "n_estimators": 12, "n_steps": 5000, "epsilon": 0.3, "random_state": 0,
    "hidden_layer_sizes": (8,), "learning_rate_init": 0.05,
}  # fmt: skip
MOST_LINES = 16  # steps printed
AGENTS: dict[str, Callable[[], Any]] = {
    "lake": lambda: FrozenLake(is_slippery=False),
    "slippery-lake": FrozenLake,
    "cliff": CliffWalking,
    "taxi": Taxi,
}


def _petals(*species: int) -> tuple[Array, Array]:
    found = load_iris()
    chosen = np.isin(found.target, species)
    return found.data[chosen][:, 2:], found.target[chosen]


def _made(make: Callable[..., Any], **how: Any) -> Callable[[], tuple[Array, Array]]:
    def rows() -> tuple[Array, Array]:
        X, y = make(random_state=0, **how)[:2]
        return X, y

    return rows


def _whole(load: Callable[..., Any]) -> Callable[[], tuple[Array, Array]]:
    def rows() -> tuple[Array, Array]:
        found = load()
        return found.data, found.target

    return rows


def _body_mass() -> tuple[Array, Array]:
    found = load_diabetes()
    return found.data[:150, [2]], found.target[:150]


DATA: dict[str, Callable[[], tuple[Array, Array]]] = {
    "petals": lambda: _petals(0, 1, 2),  # iris, length and width
    "two-petals": lambda: _petals(1, 2),  # the two species that overlap
    "body-mass": _body_mass,  # diabetes, one column
    "moons": _made(make_moons, n_samples=80, noise=0.2),
    "circles": _made(make_circles, n_samples=80, noise=0.1, factor=0.5),
    "blobs": _made(make_blobs, n_samples=60, centers=3),
    "iris": _whole(load_iris),
    "wine": _whole(load_wine),
    "breast-cancer": _whole(load_breast_cancer),
    "diabetes": _whole(load_diabetes),
}
BY_KIND = {"classifier": "two-petals", "regressor": "body-mass", "clusterer": "petals"}


def find_class(name: str) -> Any:
    """Return the estimator or agent of that name, upper or lower case; ValueError names those that are near."""
    known = {found.lower(): cls for found, cls in all_estimators() + all_agents()}
    if name.lower() not in known:
        near = difflib.get_close_matches(name.lower(), known, n=4, cutoff=0.4)
        words = ", ".join(known[found].__name__ for found in near)
        hint = f" Did you mean {words}?" if words else ""
        raise ValueError(f"there is no estimator {name!r}.{hint} 'scratchml list' shows all.")
    return known[name.lower()]


def parse_options(options: Sequence[str]) -> dict[str, Any]:
    """Return parameters from words like "C=10" or "kernel=linear"."""
    found = {}
    for option in options:
        name, equals, text = option.partition("=")
        if not equals or not name.isidentifier():
            raise ValueError(f"--set {option!r} is no NAME=VALUE.")
        try:
            found[name] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            found[name] = text
    return found


def prepared(cls: Any, given: dict[str, Any]) -> Any:
    """Return an estimator with parameters for a short film, and those given."""
    model = cls._examples()[0]
    known = model.get_params(deep=False)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"{cls.__name__} has no parameter {unknown[0]!r}; it has {', '.join(known)}.")
    return model.set_params(**{name: value for name, value in SMALL.items() if name in known}).set_params(**given)


def find_data(model: Any, name: str | None) -> tuple[str, tuple[Any, ...]]:
    """Return the name of the data and what the estimator is to be fitted to."""
    is_agent = type(model) in [cls for _, cls in all_agents()]
    offered: dict[str, Any] = dict(AGENTS) if is_agent else dict(DATA)
    if name is not None and name not in offered:
        raise ValueError(f"--data {name!r}: for {type(model).__name__} there are {', '.join(offered)}.")
    if is_agent:
        name = name or "lake"
        return name, (AGENTS[name](),)
    if name is None:
        kind = next((kind for kind in BY_KIND if kind in kinds(type(model))), "clusterer")
        name = "wine" if "min_features_to_select" in model.get_params(deep=False) else BY_KIND[kind]
        tags = model._tags()
        if tags.positive_y or tags.pairwise or tags.two_d_labels or tags.sampler:  # wants something of its own
            return "made-up rows", example_problem(model, d=2)
    return name, DATA[name]()


def trace_fit(model: Any, given: tuple[Any, ...], frames: int) -> Trace:
    """Return the trace of a fit in its smallest steps; of a prediction, where the fit takes none."""
    with trace.record(max_events=max(8 * frames, 1000), fine=True) as tr, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a short film may end before the fit has converged
        if hasattr(model, "fit_resample"):
            model.fit_resample(*given)
        else:
            model.fit(*given)
        if not len(tr) and "X" in inspect.signature(getattr(model, "steps", len)).parameters:
            model.predict(given[0][:12])
    if not len(tr):
        raise ValueError(
            f"{type(model).__name__} takes no steps: all it does is one pass over the data, with nothing to watch. "
            "Try one that goes on step by step, such as KMeans, SVC, DecisionTreeClassifier or QLearning."
        )
    return tr


def print_steps(tr: Trace, most: int) -> None:
    """Print what happened, step by step, at most so many of them."""
    from ..trace.pictures import frame_numbers

    chosen = frame_numbers(len(tr), most)
    for i in chosen:
        found = tr.explain(i)
        print(f"{found.title}. {found.words}".strip())
    if len(tr) > len(chosen):
        print(f"({len(tr) - len(chosen)} steps between these are left out here.)")
    fullest = max(chosen[1:] or chosen, key=lambda i: len(tr.explain(i).lines))
    print(f"\n{tr.explain(fullest)}")
    name, values = tr.curve()
    finite = values[np.isfinite(values)]
    if name and len(finite):
        print(f"\n{len(tr)} steps; {name} went from {finite[0]:.6g} to {finite[-1]:.6g}.")


def trace_command(
    name: str, data: str | None, html: Path | None, gif: Path | None, options: Sequence[str], frames: int
) -> int:
    """Run ``scratchml trace`` and return its exit code."""
    model = prepared(find_class(name), parse_options(options))
    said, given = find_data(model, data)
    tr = trace_fit(model, given, frames)
    print(f"{model!r} on {said}\n")
    print_steps(tr, MOST_LINES)
    if html is None and gif is None:
        html = Path(f"{type(model).__name__}.html")
    main_fit = tr.of(type(model).__name__) if type(model).__name__ in [fit.name for fit in tr.fits] else tr
    shown = main_fit if len(main_fit) else tr
    if html is not None:
        print(f"player: {shown.to_html(html, frames=frames).resolve()}")
    if gif is not None:
        print(f"film: {shown.animate(gif, frames=min(frames, 60)).resolve()}")
    return 0
