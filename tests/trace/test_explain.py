"""Every formula's number is worked out anew and agrees with the step; the filled-in text comes to what it says."""

import math
import re
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pytest

from scratchml import trace
from scratchml.cluster import KMeans, linkage
from scratchml.core import finish
from scratchml.ensemble import (
    RandomForestClassifier,
)
from scratchml.feature_selection import RFE
from scratchml.imbalance import (
    SMOTE,
    SMOTENC,
)
from scratchml.linear_model import (
    Lasso,
    LogisticRegression,
    LogisticRegressionCV,
    Perceptron,
    Ridge,
    RidgeCV,
)
from scratchml.neighbors import KNeighborsClassifier
from scratchml.optim import gradient_descent, lbfgs
from scratchml.rl import FrozenLake, QLearning
from scratchml.svm import SVC, SVR
from scratchml.tree import DecisionTreeClassifier
from tests.trace.cases import CASES, LABELS, RARE, TARGET, X, traced


class Stranger(NamedTuple):
    """A step that nobody knows a formula for."""

    name: str
    iteration: int
    rows: np.ndarray


def check_lines(explanation):
    """Every line agrees with the step, and its text with the line, as far as six digits go."""
    for line in explanation.lines:
        if line.stated is not None:
            room = line.rtol * max(abs(line.value), abs(line.stated)) + 1e-10  # sums that cancel leave some rounding
            assert abs(line.value - line.stated) <= room, line
        if "..." in line.filled or not re.fullmatch(r"[\d\s.e+*/(),minaxlogqrtp2-]*", line.filled):
            continue
        words = {"log": math.log, "log2": math.log2, "exp": math.exp, "sqrt": math.sqrt, "min": min, "max": max}
        try:
            found = eval(line.filled, {"__builtins__": {}}, words)
        except SyntaxError:
            raise AssertionError(f"no arithmetic: {line.filled}") from None
        sizes = [abs(float(number)) for number in re.findall(r"\d+\.?\d*(?:e[+-]\d+)?", line.filled)]
        assert found == pytest.approx(line.value, rel=1e-4, abs=2e-5 * max([1e-9, *sizes])), (
            line
        )  # six digits are shown


# ---- by hand


def test_an_assignment_on_paper():
    with trace.record() as tr:
        KMeans(2, init=[[0.0], [10.0]], n_init=1).fit([[1.0], [3.0], [9.0]])
    assert str(tr.explain(1)) == "\n".join(
        [
            "KMeans, step 1: assign (iteration 1)",
            "Every point goes to its nearest centre; 3 of 3 changed their cluster.",
            "",
            "  nearest(x_0) = min_j ||x_0 - c_j||^2",
            "               = min(1, 81)",
            "               = 1",
            "",
            "  inertia = sum_i ||x_i - c_label(i)||^2",
            "          = 1 + 9 + 1",
            "          = 11",
        ]
    )


def test_a_step_of_gradient_descent_on_paper():
    with trace.record() as tr:
        finish(gradient_descent(lambda w: (float(w @ w), 2 * w), np.array([4.0]), step_size=0.25, max_iter=1))
    found = tr.explain(1)
    assert "4 - 0.25 * 8" == found.lines[0].filled
    assert 2.0 == found.lines[0].value
    assert "16 - 4" == found.lines[-1].filled
    assert str(found) == repr(found)  # a notebook shows it as it is printed


def test_a_row_left_out_of_a_ridge_fit_on_paper():
    x, y = np.array([[0.0], [1.0], [3.0]]), np.array([1.0, 2.0, 5.0])
    with trace.record() as tr:
        RidgeCV(alphas=[1.0]).fit(x, y)
    misses = [y[i] - Ridge(1.0).fit(np.delete(x, i, 0), np.delete(y, i)).predict(x[i : i + 1])[0] for i in range(3)]
    lines = tr.explain(0).lines
    assert lines[0].value == pytest.approx(max(misses, key=abs), rel=1e-12)  # three fits against one formula: rounding
    assert lines[1].value == pytest.approx(-np.mean(np.square(misses)), rel=1e-12)  # the same


def test_the_dual_of_regression_is_shown_where_many_pairs_move_at_once():
    with trace.record() as tr:
        SVR().fit(X, TARGET)
    lines = tr.only("move").explain(0).lines
    assert "epsilon" in lines[0].formula
    assert lines[0].value == pytest.approx(tr.only("move")[0].objective, rel=1e-9)  # sums in another order


def test_the_vote_for_a_category_is_counted():
    table = np.column_stack([X.astype(object), np.array(list("aab" * 10), dtype=object)])
    with trace.record() as tr:
        SMOTENC([2], k_neighbors=2, random_state=0).fit_resample(table, RARE)
    lines = tr.only("interpolate").explain(0).lines
    assert 2 == len(lines)
    assert "votes for" in lines[1].formula
    check_lines(tr.only("interpolate").explain(0))


def test_a_block_of_turns_tells_the_best_state():
    with trace.record() as tr:
        QLearning(n_steps=400, epsilon=0.5, random_state=0).fit(FrozenLake())
    lines = tr.explain(-1).lines
    assert tr[-1].q.max() == lines[-1].value
    check_lines(tr.explain(-1))


def test_a_turn_that_teaches_nothing_still_names_the_learning_rate():
    with trace.record(fine=True) as tr:
        QLearning(n_steps=1, learning_rate=0.25, random_state=0).fit(FrozenLake())
    assert "0 + 0.25 * 0" == tr.explain(0).lines[-1].filled


def test_trees_of_a_trace_from_a_file_are_put_into_words(tmp_path):
    tr = trace.load(traced(RandomForestClassifier(1, random_state=0), LABELS).save(tmp_path / "forest.json"))
    assert "1 tree grown" in tr.explain(-1).words
    tr = trace.load(traced(RFE(Ridge(), n_features_to_select=1), TARGET).save(tmp_path / "rfe.json"))
    check_lines(tr.only("drop").explain(0))


def test_a_mistake_of_the_perceptron_on_paper():
    with trace.record() as tr:
        finish(Perceptron(shuffle=False).mistakes([[1.0], [-2.0]], [1, 0]))
    assert "mistake" == tr.event(0).name
    assert "turn towards it" in tr.explain(0).words


# ---- laws


@pytest.mark.parametrize("method", ["single", "complete", "average", "weighted", "ward", "centroid", "median"])
def test_merges_of_the_function_linkage_are_explained_and_its_tree_is_the_same(method):
    with trace.record(fine=True) as tr:
        Z = linkage(X, method)
    assert np.array_equal(linkage(X, method), Z)
    assert {"Linkage"} == set(tr.labels)
    for i in range(len(tr.only("merge"))):
        (line,) = tr.explain(i).lines
        assert line.value == pytest.approx(line.stated, rel=1e-9)  # sums in another order
        check_lines(tr.explain(i))
    assert "merged at the distance" in tr.plot(3).get_xlabel()
    plt.close("all")


@pytest.mark.parametrize("name", CASES)
def test_every_number_agrees_with_its_step(name):
    model, y, wanted = CASES[name]
    tr = traced(model, y)
    stated = set()
    for i in range(len(tr)):
        found = tr.explain(i)
        check_lines(found)
        if any(line.stated is not None for line in found.lines):
            stated.add(tr.event(i).name)
    assert wanted <= stated


@pytest.mark.parametrize("name", ["SMO", "SMO linear", "SMO pairs", "SMO regression", "SMO polynomial"])
def test_every_move_that_no_border_stops_goes_as_far_as_the_slopes_say(name):
    model, y, _ = CASES[name]
    moves = traced(model, y).only("move")
    free = [i for i in range(len(moves)) if moves[i].side == "none"]
    assert len(free) > 9
    for i in free:
        assert [line for line in moves.explain(i).lines if line.formula.startswith("t = (rise_i - fall_j)")]


def test_rounds_of_a_dense_lasso_are_explained(rng):
    wide = rng.normal(size=(100, 60))
    with trace.record() as tr:
        Lasso(0.001).fit(wide, wide.sum(axis=1) + rng.normal(size=100))
    rounds = tr.only("round")
    assert len(rounds)
    for i in range(len(rounds)):
        found = rounds.explain(i)
        check_lines(found)
        assert [line.formula.split(" ")[0] for line in found.lines] == ["primal", "gap"]


def test_the_methods_of_optim_are_explained():
    for method in (gradient_descent, lbfgs):
        with trace.record() as tr:
            finish(method(lambda w: (float(w @ w) / 2, w.copy()), np.array([3.0, -1.0]), max_iter=3))
        for i in range(len(tr)):
            check_lines(tr.explain(i))
        assert any("gradient_norm" in line.formula for line in tr.explain(-1).lines)


def test_the_first_and_the_last_step_are_put_into_words():
    words = {}
    for model, y in [(KMeans(2, init=how, n_init=1, random_state=0), None) for how in ("k-means++", "random", X[:2])]:
        tr = traced(model, y)
        words[str(model.init)[:6]] = tr.explain(0).words
    assert "the farther from those already drawn" in words["k-mean"]
    assert "equally likely" in words["random"]
    assert "where they were told" in words[str(X[:2])[:6]]
    tr = traced(SVC(), LABELS)
    assert "every coefficient is 0" in tr.explain(0).words
    assert "support vector" in tr.explain(-1).words
    assert "node" in traced(DecisionTreeClassifier(), LABELS).explain(-1).words
    assert "1 tree grown" in traced(RandomForestClassifier(1, random_state=0), LABELS).explain(-1).words


# ---- edges and errors


def test_a_step_without_a_formula_gets_a_table_of_its_fields():
    with trace.record() as tr:
        finish(iter([Stranger("turn", 3, np.zeros((2, 2)))]))
    found = tr.explain(-1)
    assert () == found.lines
    assert "iteration" in str(found)
    assert "shape (2, 2), from 0 to 0" == found.table["rows"]


def test_a_step_after_one_of_another_kind_is_explained():
    tr = traced(LogisticRegressionCV(cv=2, Cs=2), LABELS)
    assert "paths" in [event.name for event in tr.events]
    for i in range(len(tr)):
        check_lines(tr.explain(i))


def test_votes_among_neighbours_are_counted():
    with trace.record() as tr:
        KNeighborsClassifier(3).fit([[0.0], [1.0], [2.0], [9.0]], [0, 0, 1, 1]).predict([[0.5]])
    assert "(0.5 + 0.5 + 1.5) / 3" == tr.only("search").explain(0).lines[0].filled
    assert 2 / 3 == pytest.approx(tr.only("vote").explain(0).lines[0].value, rel=1e-15)  # rounding of one division


def test_a_new_row_lies_on_its_segment():
    with trace.record() as tr:
        SMOTE(k_neighbors=2, random_state=0).fit_resample(X, LABELS[:30] * 0 + (np.arange(30) < 6))
    lines = tr.only("interpolate").explain(0).lines
    assert lines[0].value == pytest.approx(lines[0].stated, rel=1e-8)  # one product and one sum
    check_lines(tr.only("interpolate").explain(0))


def test_a_weighted_fit_is_not_explained_wrongly():
    weight = np.linspace(1, 5, 30)
    with trace.record(fine=True) as tr:
        DecisionTreeClassifier().fit(X, LABELS, sample_weight=weight)
        LogisticRegression().fit(X, LABELS, sample_weight=weight)
    for i in range(len(tr)):
        check_lines(tr.explain(i))


def test_a_missing_step_before_is_no_trouble():
    for model, y, _ in CASES.values():
        tr = traced(model, y)
        for i in range(0, len(tr), 7):
            check_lines(tr[i : i + 1].explain(0))
