"""A race for every public estimator that has no file in ``benchmarks/workloads`` yet, made from its example and tags.

So nothing of the package goes unraced, and a new estimator is raced from its first day. A file of the estimator's own
takes the place of what is here; write one when the race deserves better data, sizes, or a sharper gate.
"""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import Any

import numpy as np

from benchmarks.contestants import find
from benchmarks.workload import HERE, Contestant, Data, Workload, answering, file_names, load, race_of

LARGE = {  # (n, d) where the usual one would take too long, or no time at all
    "sampler": (20_000, 20),
    "classifier": (20_000, 20),
    "regressor": (20_000, 20),
    "outlier_detector": (20_000, 10),
    "transformer": (100_000, 20),
    "GradientBoostingClassifier": (2_000, 20),
    "GridSearchCV": (20_000, 50),
    "HalvingGridSearchCV": (20_000, 50),
    "HalvingRandomSearchCV": (20_000, 50),
    "KNeighborsRegressor": (20_000, 5),
    "LocalOutlierFactor": (10_000, 5),
    "MLPRegressor": (2_000, 20),
    "RadiusNeighborsClassifier": (10_000, 5),
    "RadiusNeighborsRegressor": (10_000, 5),
    "RandomizedSearchCV": (20_000, 50),
    "RFECV": (5_000, 20),
    "SelectFromModel": (100_000, 20),
    "VarianceThreshold": (200_000, 20),
    "ClusterCentroids": (3_000, 10),
    "Pipeline": (100_000, 50),
    "TransformedTargetRegressor": (100_000, 50),
    "ElasticNetCV": (10_000, 20),
    "IncrementalPCA": (50_000, 20),
    "LinearSVR": (10_000, 20),
    "EditedNearestNeighbours": (5_000, 20),
    "SMOTEENN": (5_000, 20),
    "SMOTETomek": (5_000, 20),
    "TomekLinks": (5_000, 20),
    "HistGradientBoostingRegressor": (50_000, 20),
    "LassoCV": (10_000, 20),
}
PARAMETERS: dict[str, dict[str, Any]] = {  # in place of the example's
    "LocalOutlierFactor": {"novelty": True},
    "RadiusNeighborsClassifier": {"radius": 1.0, "outlier_label": "most_frequent"},
    "RadiusNeighborsRegressor": {"radius": 2.5},
    "MLPRegressor": {"max_iter": 10},
}
# how far answers may be apart, relative to the largest number
ALLOWED = {
    "regressor": 1e-3,
    "outlier_detector": 1e-6,
    "classifier": 1e-6,
    "transformer": 1e-8,
    "sampler": 1e-12,
}
SHARE = {"classifier": 0.01, "outlier_detector": 0.001}  # of the rows whose label may differ
ASKED = {  # the methods timed apart from the fit, of who has them
    "classifier": ("predict", "predict_proba", "decision_function"),
    "regressor": ("predict",),
    "outlier_detector": ("predict", "decision_function", "score_samples"),
    "clusterer": ("predict",),
    "transformer": ("transform",),
}
REASONS = {  # why one is slower than somebody
    "KNeighborsRegressor": {
        "predict": "Ours grows its tree in the first predict, once it is seen to pay, which is a third of this time; "
        "the peer grows one in fit, where it takes twenty times as long as ours: fit and predict together ours is "
        "ahead, on one thread and on two. The bound is the search in the leaves that the queries' balls reach."
    },
}


@cache
def public() -> dict[str, Any]:
    """Return every public estimator and agent by name."""
    from scratchml.discovery import all_agents, all_estimators

    return dict(all_estimators() + all_agents())


@cache
def without_a_file() -> list[str]:
    """Return the names of the public estimators that no file of ``benchmarks/workloads`` races."""
    raced = {load(name).estimator.split(".")[-1] for name in file_names()}
    text = "\n".join(path.read_text() for path in HERE.glob("*.py"))
    for imported in re.findall(r"from scratchml\.\w+ import (.+)", text):
        raced |= set(re.findall(r"[A-Z]\w+", imported))
    return sorted(set(public()) - raced)


def room_of(estimator: Any) -> str:
    """Return "room.Name" of a class of scratchml."""
    return f"{estimator.__module__.split('.')[1]}.{estimator.__name__}"


def translated(value: Any, library: str) -> Any:
    """Return a library's counterpart of one of our estimators, of a list of them, or the value itself."""
    if isinstance(value, (list, tuple)):
        return type(value)(translated(item, library) for item in value)
    if not hasattr(value, "get_params") or not type(value).__module__.startswith("scratchml"):
        return value
    known = [library] if library == "scratchml" else [library, "sklearn"]
    theirs = next(filter(None, (find(name, room_of(type(value))) for name in known)), type(value))
    return theirs(**{name: translated(item, library) for name, item in changed(value).items()})


def changed(estimator: Any) -> dict[str, Any]:
    """Return the parameters of an estimator that are not at their defaults."""
    defaults = {p.name: p.default for p in inspect.signature(type(estimator).__init__).parameters.values()}
    given = estimator.get_params(deep=False)
    return {name: value for name, value in given.items() if value is not defaults.get(name)}


def built(cls: Any, parameters: dict[str, Any]) -> Any:
    """Return a library's estimator with our example's parameters and seed 0."""
    root = cls.__module__.split(".")[0]
    library = {"sklearnex": "intelex", "benchmarks": "scratchml"}.get(root, root)  # a student's file gets our parts
    given = {name: translated(value, library) for name, value in parameters.items()}
    given |= {"random_state": 0} if "random_state" in inspect.signature(cls).parameters else {}
    return cls(**given)


def fitting_rows(tags: Any, room: str, parameters: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return the race's rows as the estimator wants them: categories, no negative numbers, or with holes."""
    found = {}
    for name in {"X", "Q"} & set(data):
        X = data[name]
        X = np.abs(np.round(2 * X)) if tags.categorical else np.abs(X) if tags.positive_only else X
        if "categorical_features" in parameters:
            X[:, 0] = np.round(X[:, 0])
        if room == "impute":
            X = np.where(np.random.default_rng(2).random(X.shape) < 0.1, np.nan, X)
        found[name] = X
    return found


def kind_of(tags: Any) -> str:
    """Return which kind of race an estimator runs."""
    return "sampler" if tags.sampler else (tags.estimator_type or "transformer")


def workload_of(name: str) -> Workload:
    """Return the race of one estimator."""
    from scratchml.core import get_tags

    cls = public()[name]
    room = cls.__module__.split(".")[1]
    if room == "rl":
        return agent(cls)
    example = cls._examples()[0]
    tags = get_tags(example)
    kind = kind_of(tags)
    parameters = PARAMETERS.get(name) or changed(example)
    asked = [method for method in ASKED.get(kind, ()) if hasattr(cls, method)]

    def run(whose: Any, data: Data) -> Any:
        model = built(whose, parameters)
        if kind == "sampler":
            return model.fit_resample(data["X"], data["y"])
        return model.fit(data["X"], data["y"])

    return race_of(
        f"{room}.{name}",
        run,
        large=LARGE.get(name, LARGE.get(kind, (20_000, 20))),
        task={"regressor": "numbers", "sampler": "rare"}.get(kind, "two"),
        data="correlated" if kind in ("sampler", "regressor") else "gaussian",
        queries=0 if kind in ("sampler", "transformer") else 5_000,
        extra=lambda data, rng: fitting_rows(tags, room, parameters, data),
        ask=asked,
        same=(lambda made, data: made) if kind == "sampler" else answering(*asked),
        close=ALLOWED.get(name, ALLOWED.get(kind, 1e-9)),
        share=SHARE.get(kind, 0.0),
        fit_name="fit_resample" if kind == "sampler" else "fit",
        reasons=REASONS.get(name, {}),
    )


def agent(cls: Any) -> Workload:
    """Return the race of an agent: 20 000 steps on our frozen lake, and on Gymnasium's."""

    def learned(data: Data, env: Any) -> Any:
        return cls(0.05, 0.99, 0.2, n_steps=20_000, random_state=data["seed"]).fit(env).q_table_

    def ours(data: Data) -> Any:
        from scratchml.rl import FrozenLake

        return learned(data, FrozenLake())

    def theirs(data: Data) -> Any:
        import gymnasium

        return learned(data, gymnasium.make("FrozenLake-v1"))

    def minus_value(q: Any, data: Data) -> float:
        from scratchml.rl import FrozenLake, policy_evaluation

        return -float(policy_evaluation(FrozenLake(), q.argmax(axis=1), 0.99)[0])

    on_gymnasium = Contestant(theirs, library="gymnasium")
    return Workload(
        title=f"{cls.__name__}, frozen lake, 20k steps",
        make=lambda: {"seed": 0},
        contestants={"scratchml": Contestant(ours), "scratchml on Gymnasium's env": on_gymnasium},
        loss=minus_value,
        gate="minus the policy's value",
        slack=0.1,  # other random numbers, another policy of nearly the same worth
    )
