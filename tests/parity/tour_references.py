"""Measure the tour's reference scores: ``python -m tests.parity.tour_references`` writes scratchml/cli/references.json.

Each estimator of ours is turned into the reference library's class of the same name with the same changed parameters,
and run through the very task that the tour runs.
"""

from __future__ import annotations

import importlib.metadata
import json
import warnings
from pathlib import Path

import scratchml.cli
from scratchml.cli.tasks import TASKS, kind_of, prepared
from scratchml.core.display import changed_params
from scratchml.discovery import all_agents, all_estimators
from scratchml.rl import FrozenLake, value_iteration

PATH = Path(scratchml.cli.__file__).parent / "references.json"
ALLOWED_BELOW = 1e-9  # scores of the same model differ by rounding only
MAY_DIFFER = {  # a model that is not the same to the last digit may score a little lower on held-out rows
    # the reference ends at its tol, we nearer to the optimum
    "ElasticNet": 1e-3,
    "ElasticNetCV": 1e-3,
    "Lasso": 1e-3,
    "LassoCV": 1e-3,
    "SVR": 1e-5,
    # where two splits gain the same up to rounding, the order of additions decides
    "GradientBoostingRegressor": 1e-3,
}
AGENTS_ALLOWED_BELOW = 0.02  # on slippery ice a second policy is nearly as good, and exploring agents may prefer it
NO_REFERENCE = {  # name: why no library has it
    "AddAugmentedRows": "images are changed by functions elsewhere, before fitting",
    "DropIncompleteRows": "a method of data frames elsewhere, not a step of a pipeline",
    "IQRFences": "a rule of thumb, given in textbooks",
    "Mahalanobis": "scikit-learn's EllipticEnvelope is robust by default",
    "ModifiedZScore": "a rule of thumb, given in textbooks",
    "RandomNoise": "images are changed by functions elsewhere, before fitting",
    "RandomRotation": "images are changed by functions elsewhere, before fitting",
    "RandomShift": "images are changed by functions elsewhere, before fitting",
    "ZScore": "a rule of thumb, given in textbooks",
}


def reference_classes():
    """Return (library, class) by class name of every estimator of scikit-learn and imbalanced-learn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from imblearn.utils.testing import all_estimators as of_imblearn
        from sklearn.experimental import enable_halving_search_cv  # noqa: F401
        from sklearn.utils import all_estimators as of_sklearn

        found = {name: ("imbalanced-learn", cls) for name, cls in of_imblearn()}
        return found | {name: ("scikit-learn", cls) for name, cls in of_sklearn()}


def to_reference(value, classes):
    """Return the reference's counterpart of one of our estimators, of a list of them, or the value itself."""
    if isinstance(value, (list, tuple)):
        return type(value)(to_reference(item, classes) for item in value)
    if not hasattr(value, "get_params") or not type(value).__module__.startswith("scratchml"):
        return value
    theirs = classes[type(value).__name__][1]
    return theirs(**{name: to_reference(item, classes) for name, item in changed_params(value).items()})


def measure():
    """Return the reference scores of all estimators that a reference library has, by name."""
    classes, found = reference_classes(), {}
    for name, cls in all_estimators():
        if name in NO_REFERENCE:
            continue
        example = cls._examples()[0]
        library = classes[name][0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            score = TASKS[kind_of(example)].run(prepared(to_reference(example, classes)))
        version = importlib.metadata.version(library)
        allowed = MAY_DIFFER.get(name, ALLOWED_BELOW)
        found[name] = {"score": score, "library": f"{library} {version}", "allowed_below": allowed}
    best = value_iteration(FrozenLake(), gamma=0.99).start_value  # what no agent can beat: known by planning
    for name, _ in all_agents():
        found[name] = {"score": best, "library": "value iteration", "allowed_below": AGENTS_ALLOWED_BELOW}
    return found


if __name__ == "__main__":
    PATH.write_text(json.dumps(measure(), indent=1) + "\n")
    print(f"wrote {PATH}")
