"""`grow_quickly.py` beside the textbook's `grow.py`: whatever both serve, they grow the same tree, to the last bit."""

from functools import partial

import numpy as np
import pytest

from scratchml.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
    grow,
    harvest,
    prepare,
)
from scratchml.tree.growth import share, without_rows
from tests.problems import check_same_bits

N, D = 150, 9  # nodes above and below SMALL_NODE rows
KINDS = {"two classes": 2, "three classes": 3, "numbers": 0}
WEIGHTS = ("none", "counts", "fractions")
LIMITS = (
    {},
    {"max_depth": 1},
    {"max_depth": 3},
    {"min_samples_split": 12},
    {"min_samples_leaf": 7},
    {"min_weight_fraction_leaf": 0.07},
    {"min_impurity_decrease": 0.003},
)
exact_classes = pytest.mark.parametrize(  # sums of classes that are rounded are served where all features are looked at
    ("kind", "weight"), [(k, w) for k in KINDS for w in WEIGHTS if k == "numbers" or w != "fractions"]
)
TEXTBOOK = ("in short", "in general", "by the plain scan")  # `find_simple_split`, `find_split`, that with `scan_any`


def make_rows(rng, kind, weight):
    """Return X with many ties, some of them only in float32, and a constant column; y; weights or None."""
    X = np.round(rng.normal(size=(N, D)), 1) + rng.choice([0.0, 5e-8, 1.2e-7], size=(N, D))
    X[:, 4] = 1.0
    signal = X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=N)
    y = np.digitize(signal, [0.0, 1.0][: KINDS[kind] - 1]) if KINDS[kind] else np.round(signal, 2)
    made = {"none": None, "counts": rng.integers(0, 4, size=N).astype(float), "fractions": rng.uniform(size=N)}
    made["fractions"][:9] = 0.0
    return X, y, made[weight]


def make_model(kind, **how):
    return (DecisionTreeClassifier if KINDS[kind] else DecisionTreeRegressor)(random_state=3, **how)


def grown(growth):
    """Return the nodes of a tree that is grown to its end, and the state of its random numbers."""
    ended = grow(growth)[0]
    return harvest(without_rows(ended)), int(ended.work.state[0])


def grown_by_the_textbook(growth, order, by, monkeypatch):
    """Return what `grown` does, by `grow.py`, the way `by`, for a growth that `grow_quickly` would have taken."""
    limits = growth.limits if by != "by the plain scan" else growth.limits._replace(is_simple=False)
    with monkeypatch.context() as change:
        change.setattr("scratchml.tree.growth.is_quick", lambda data, limits: False)
        if by != "in short":
            change.setattr("scratchml.tree.growth.is_plain", lambda data, limits: False)
        slow = prepare(growth.data, limits, order, int(growth.work.state[0]))
    assert not slow.quick
    return grown(slow)


def check_same_growth(expected, found):
    check_same_bits(expected[0].facts, found[0].facts)
    check_same_bits(expected[0].value, found[0].value)
    assert expected[1] == found[1]  # as many random numbers were drawn


def check_both(make, rows, by, monkeypatch):
    """Check the trees of a kind of model within each of LIMITS."""
    sizes = []
    for how in LIMITS:
        growth = make(**how)._problem(*rows).growth
        assert growth.quick
        order = growth.table.order if growth.random is None else None
        expected = grown_by_the_textbook(growth, order, by, monkeypatch)
        check_same_growth(expected, grown(growth))
        sizes.append(len(expected[0].facts))
    assert sizes[0] > 30  # without a limit; within some, features that tell little leave the root alone


@pytest.mark.parametrize("by", TEXTBOOK)
@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("kind", KINDS)
def test_best_splits_of_all_features(rng, monkeypatch, kind, weight, by):
    if by == "in short" and KINDS[kind] and weight == "fractions":
        by = "in general"  # sums that are rounded have no short way
    check_both(partial(make_model, kind), make_rows(rng, kind, weight), by, monkeypatch)


@pytest.mark.parametrize("by", TEXTBOOK)
@pytest.mark.parametrize("drawn", [1, 4, 8])  # up to a third of the features sorts all nodes, else small ones
@exact_classes
def test_best_splits_of_features_drawn(rng, monkeypatch, kind, weight, drawn, by):
    X, y, weights = make_rows(rng, kind, weight)
    if kind == "numbers" and weight == "fractions":
        X = rng.normal(size=X.shape)  # rows whose values are equal are sorted in another order, and sums are rounded
    elif kind == "numbers":
        y = np.round(y)  # whole numbers: sums are exact in any order
    check_both(partial(make_model, kind, max_features=drawn), (X, y, weights), by, monkeypatch)


@pytest.mark.parametrize("drawn", [1, 4, None])
@exact_classes
def test_random_thresholds(rng, monkeypatch, kind, weight, drawn):
    make = partial(ExtraTreeClassifier if KINDS[kind] else ExtraTreeRegressor, max_features=drawn, random_state=3)
    check_both(make, make_rows(rng, kind, weight), "in general", monkeypatch)


@pytest.mark.parametrize("depth", [1, 4, None])
@pytest.mark.parametrize("kind", KINDS)
def test_a_tree_that_works_in_the_only_sorted_rows(rng, monkeypatch, kind, depth):
    X, y, _ = make_rows(rng, kind, "none")
    model = make_model(kind, max_depth=depth)
    growth, alone = model._problem(X, y, None).growth, model._problem(X, y, None, alone=True).growth
    assert alone.quick
    assert not len(alone.table.order)  # they are its own lines now
    check_same_growth(grown_by_the_textbook(growth, growth.table.order, "in general", monkeypatch), grown(alone))


@pytest.mark.parametrize("depth", [1, 4])
@pytest.mark.parametrize("weight", ["positive", "with zeros"])
@pytest.mark.parametrize("kind", KINDS)
def test_trees_that_share_marked_rows(rng, monkeypatch, kind, weight, depth):
    X, y, weights = make_rows(rng, kind, "fractions")
    if weight == "positive":
        weights += 0.1
    model = make_model(kind, max_depth=depth)
    shared = share(model._problem(X, y, np.full(N, 0.5), shared=True).growth)
    own = model._problem(X, y, weights).growth
    ready = prepare(shared.data._replace(weight=weights), own.limits, shared.order, int(own.work.state[0]), ready=True)
    assert (ready.work.rows is shared.order) == (depth == 1 and weight == "positive")  # one question parts no column
    check_same_growth(grown_by_the_textbook(own, own.table.order, "in general", monkeypatch), grown(ready))


def test_what_only_the_textbook_serves_is_left_to_it(rng):
    X, y, weights = make_rows(rng, "two classes", "fractions")
    gaps, t = np.where(rng.random(X.shape) < 0.05, np.nan, X), np.column_stack([y, y])
    for model, rows in (
        (DecisionTreeClassifier(), (gaps, y, None)),
        (DecisionTreeRegressor(), (gaps, y, None)),
        (DecisionTreeClassifier(), (X, t, None)),
        (DecisionTreeClassifier(criterion="entropy"), (X, y, None)),
        (DecisionTreeRegressor(criterion="absolute_error"), (X, y, None)),
        (DecisionTreeRegressor(criterion="poisson"), (X, y, None)),
        (DecisionTreeRegressor(max_leaf_nodes=9), (X, y, None)),
        (DecisionTreeRegressor(monotonic_cst=[1] + [0] * (D - 1)), (X, y, None)),
        (DecisionTreeClassifier(monotonic_cst=[1] + [0] * (D - 1)), (X, y, weights)),
        (DecisionTreeClassifier(max_features=4), (X, y, weights)),
        (ExtraTreeClassifier(), (X, y, weights)),
    ):
        assert not model._problem(*rows).growth.quick
