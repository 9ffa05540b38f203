"""Grafting: the reader's own step in our estimator, and nowhere else."""

import sys
import threading
import warnings

import numpy as np
import pytest

from scratchml import trace
from scratchml.cluster import DBSCAN, AgglomerativeClustering, KMeans
from scratchml.core import clone
from scratchml.linear_model import Lasso, LinearRegression, LogisticRegression, SGDClassifier
from scratchml.mixture import GaussianMixture
from scratchml.neighbors import KNeighborsClassifier
from scratchml.neural_network import MLPClassifier
from scratchml.pipeline import Pipeline
from scratchml.preprocessing import StandardScaler
from scratchml.rl import FrozenLake, QLearning
from scratchml.svm import SVC
from scratchml.trace.graft import ONLY_WITH, STEPS, reached
from scratchml.tree import DecisionTreeClassifier
from tests.problems import check_same_bits

X = np.array([[0.0, 0.0], [1.0, 0.3], [0.5, 1.0], [6.0, 5.0], [7.0, 5.5], [6.4, 6.0], [3.0, 3.1]])
Y = np.array([0, 1, 0, 1, 1, 0, 1])


def nearest(X, centres):
    """Say the nearest centre of each row, in one line of NumPy."""
    return ((X[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)


# ---- by hand


def test_the_textbooks_assignment_in_place_of_ours_finds_the_same():
    seen = []

    def mine(X, centres):
        seen.append(len(centres))
        return nearest(X, centres)

    model = trace.graft(KMeans(2, random_state=0), assign_points=mine).fit(X)
    ours = KMeans(2, random_state=0).fit(X)
    assert set(seen) == {2}
    assert ours.labels_.tolist() == model.labels_.tolist()
    # sums in another order
    np.testing.assert_allclose(model.cluster_centers_, ours.cluster_centers_, rtol=1e-12, atol=1e-12)
    assert "KMeans(n_clusters=2, random_state=0)" == repr(model)


def first_order(rise, k_ii, row, diagonal, r, down, gains, lanes):
    """Choose the partner as before 2005: the smallest fall, whatever the curvature says."""
    calls.append(rise)
    return int(np.argmin(r + down))


calls = []


def test_a_kernel_called_by_a_kernel_may_be_replaced_by_plain_python(rng):
    rows = rng.normal(size=(30, 2))
    y = (rows[:, 0] + 0.5 * rng.normal(size=30) > 0).astype(int)
    calls.clear()
    model = trace.graft(SVC(tol=1e-8), best_partner=first_order).fit(rows, y)
    ours = SVC(tol=1e-8).fit(rows, y)
    assert calls
    expected, found = ours.decision_function(rows), model.decision_function(rows)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)  # another path to the same optimum, up to tol
    before = len(calls)
    SVC().fit(rows, y)
    assert before == len(calls)  # ours is as it was


# ---- laws


@pytest.mark.parametrize(
    ("model", "step"),
    [(KMeans(2, random_state=0), "means_of"), (LogisticRegression(), "lbfgs"), (DecisionTreeClassifier(), "grow")],
    ids=["k-means", "logistic", "tree"],
)
def test_our_own_step_grafted_changes_no_bit(model, step):
    y = [0, 0, 1, 1, 1, 0, 1]
    ours = reached(type(model))[step]
    seen = []

    def mine(*given, **named):
        seen.append(step)
        return ours(*given, **named)

    grafted = trace.graft(model, **{step: mine}).fit(X, y)
    assert seen
    check_same_bits(clone(model).fit(X, y).predict(X), grafted.predict(X))


GRAFTED = {  # an estimator in which every one of its steps has its turn; some of them only do by another parameter
    "KMeans": [KMeans(2, random_state=0)],
    "AgglomerativeClustering": [AgglomerativeClustering(linkage="average"), AgglomerativeClustering()],
    "DBSCAN": [DBSCAN(1.5, min_samples=2)],
    "GaussianMixture": [GaussianMixture(2, random_state=0)],
    "LinearRegression": [LinearRegression(), LinearRegression(solver="gd")],
    "LogisticRegression": [LogisticRegression(), LogisticRegression(solver="gd")],
    "Lasso": [Lasso(0.01)],
    "SGDClassifier": [SGDClassifier(random_state=0, max_iter=3, tol=None)],
    "DecisionTreeClassifier": [DecisionTreeClassifier(), DecisionTreeClassifier(criterion="entropy", random_state=0)],
    "SVC": [SVC()],
    "KNeighborsClassifier": [KNeighborsClassifier(3)],
    "MLPClassifier": [MLPClassifier((4,), max_iter=2, random_state=0)],
    "QLearning": [QLearning(n_steps=60, random_state=0)],
}


def answer_of(model, rows=None):
    """Fit and return what the model says, in bits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some are stopped before they converge
        if hasattr(model, "n_steps"):  # an agent
            return model.fit(FrozenLake()).q_table_
        model.fit(X if rows is None else rows, Y if rows is None else None)
    return model.predict(X) if hasattr(model, "predict") else model.labels_


@pytest.mark.parametrize(
    ("name", "step"), [(n, s) for n, steps in STEPS.items() for s in steps if s != "assign_points"]
)
def test_every_textbook_step_that_is_promised_can_be_grafted(monkeypatch, name, step):
    seen = []
    monkeypatch.setitem(sys.modules["scratchml.cluster.linkage"].TINY, "ward", 128)  # plain Python takes its time
    rows = np.random.default_rng(0).normal(size=(130, 2)) if step == "join_means" else None  # fewer: another way
    for model in GRAFTED[name]:
        if (name, step) in ONLY_WITH and getattr(model, ONLY_WITH[name, step][0]) != ONLY_WITH[name, step][1]:
            with pytest.raises(ValueError, match=f"calls {step} with"):
                trace.graft(model, **{step: print})
            continue
        ours = reached(type(model))[step]

        def mine(*given, ours=ours, **named):
            seen.append(step)
            return ours(*given, **named)

        expected, found = answer_of(clone(model), rows), answer_of(trace.graft(clone(model), **{step: mine}), rows)
        check_same_bits(expected, found)
        if seen:
            break
    assert seen
    assert f"`{step}`" in trace.graft.__doc__


def test_no_short_cut_of_an_unseen_fit_goes_around_the_readers_step(rng):
    asked, rows = [], rng.normal(size=(300, 20))
    model = KMeans(4, algorithm="elkan", random_state=0)  # unseen, it keeps bounds only once it is calm

    def mine(*args):
        asked.append(1)
        return reached(KMeans)["look_around"](*args)

    grafted = trace.graft(model, look_around=mine).fit(rows)
    assert len(asked) > grafted.n_iter_  # it was asked in each iteration
    np.testing.assert_array_equal(grafted.labels_, model.fit(rows).labels_)


def test_an_agent_learns_by_the_readers_own_rule():
    def forgetful(q, s, a, r, following, terminated, gamma, rate):
        old = q[s, a]
        q[s, a] = 7.0
        return old, 7.0

    assert 7.0 == trace.graft(QLearning(n_steps=60, random_state=0), learn=forgetful).fit(FrozenLake()).q_table_.max()


def test_others_go_on_as_before_while_a_grafted_one_runs_in_another_thread():
    expected = KMeans(2, random_state=0).fit(X).labels_
    started, go_on = threading.Event(), threading.Event()

    def waits(X, centres):
        started.set()
        go_on.wait(20)
        return nearest(X, centres)

    model = trace.graft(KMeans(2, random_state=0), assign_points=waits)
    thread = threading.Thread(target=lambda: model.fit(X))
    thread.start()
    assert started.wait(20)
    check_same_bits(expected, KMeans(2, random_state=0).fit(X).labels_)
    go_on.set()
    thread.join()
    assert expected.tolist() == model.labels_.tolist()


def test_a_grafted_one_can_be_cloned_recorded_and_put_into_a_pipeline():
    seen = []
    model = trace.graft(KMeans(2, random_state=0), assign_points=lambda X, c: seen.append(1) or nearest(X, c))
    pipe = Pipeline([("scale", StandardScaler()), ("model", clone(model))])
    with trace.record() as tr:
        pipe.fit(X)
    assert seen
    assert "Pipeline / KMeans" in tr.labels
    assert "inertia" in str(tr.only("assign").explain(0))


# ---- edges and errors


def test_a_wrong_name_lists_those_that_can_be_replaced():
    with pytest.raises(ValueError, match=r"KMeans has no step 'asign'.*assign_points.*means_of"):
        trace.graft(KMeans(), asign=nearest)
    with pytest.raises(ValueError, match="no step is given"):
        trace.graft(KMeans())
    with pytest.raises(TypeError, match="assign_points=3"):
        trace.graft(KMeans(), assign_points=3)
    with pytest.raises(TypeError, match="none of scratchml's"):
        trace.graft(object(), assign=nearest)
    with pytest.raises(ValueError, match="means_of"):
        trace.signature_of(KMeans(), "asign")


WRONG = {
    "nothing": (lambda X, c: None, "returned None; return 7 integers from 0 to 1"),
    "rows": (lambda X, c: X, r"returned float64 of shape \(7, 2\)"),
    "floats": (lambda X, c: np.zeros(7), r"returned float64 of shape \(7,\)"),
    "counted from one": (lambda X, c: nearest(X, c) + 1, "returned labels from 1 to 2; return 7 integers from 0 to 1"),
    "one is missing": (lambda X, c: nearest(X, c)[1:], r"returned the shape \(6,\)"),
    "ragged": (lambda X, c: [[0], [0, 1]], "returned rows of different lengths"),
}


@pytest.mark.parametrize("name", WRONG)
def test_labels_that_are_none_are_refused_in_words(name):
    bad, words = WRONG[name]
    with pytest.raises(ValueError, match=f"assign_points {words}"):
        trace.graft(KMeans(2, random_state=0), assign_points=bad).fit(X)


def test_a_function_that_cannot_be_called_as_ours_is_refused_at_once():
    for model, steps, words in [
        (KMeans(), {"assign_points": lambda X: 0}, r"assign_points: yours is called as assign_points\(X, centres\)"),
        (KMeans(), {"means_of": lambda: 0}, r"means_of\(found\), but takes \(\)"),
        (DecisionTreeClassifier(criterion="entropy"), {"split_gain": lambda a: 0.0}, "but takes"),
    ]:
        with pytest.raises(TypeError, match=words):
            trace.graft(model, **steps)
    trace.graft(KMeans(), means_of=lambda *given: 0)
    trace.graft(Lasso(), soft_threshold=max)  # which does not tell what it takes


def test_a_forgotten_return_is_named():
    for model, steps in [
        (KMeans(2, random_state=0), {"means_of": lambda found: None}),
        (SVC(), {"worst_point": lambda *given: None}),
        (Lasso(0.01), {"soft_threshold": lambda *given: None}),
    ]:
        with pytest.raises(ValueError, match=f"{next(iter(steps))} returned None; return what ours does"):
            trace.graft(model, **steps).fit(X, Y)
