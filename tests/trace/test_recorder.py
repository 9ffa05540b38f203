"""Recording: what is kept, whose it is, and that the fit does not notice."""

import threading
import weakref
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest

from scratchml import trace
from scratchml.cluster import KMeans, MiniBatchKMeans
from scratchml.cluster.lloyd import Step as KMeansStep
from scratchml.core import Listener, clone, finish, listen, pace, record, unheard
from scratchml.core.steps import final
from scratchml.core.typing import FinalFloats
from scratchml.discovery import all_agents, all_estimators
from scratchml.linear_model import LogisticRegression
from scratchml.model_selection import GridSearchCV
from scratchml.pipeline import Pipeline
from scratchml.preprocessing import StandardScaler
from scratchml.rl import FrozenLake, QLearning
from scratchml.svm import SVC
from scratchml.trace.copies import copied, fields_to_copy, promised_fields
from scratchml.trace.recorder import Recorder
from scratchml.trace.where import Place
from scratchml.tree import DecisionTreeClassifier
from tests.problems import check_same_bits, fit_quietly, learned, problem_for

STEPPING = [
    (f"{name}-{i}", example)
    for name, cls in all_estimators()
    if callable(getattr(cls, "steps", None))
    for i, example in enumerate(cls._examples())
]
X = np.array([[1.0], [2.0], [11.0], [12.0]])


def seeded(example):
    """Return a copy of an estimator whose random_state is 0, wherever it has one."""
    names = [name for name in example.get_params(deep=True) if name.split("__")[-1] == "random_state"]
    return clone(example).set_params(**dict.fromkeys(names, 0))


# ---- by hand


def test_each_step_is_kept_in_order_with_its_fit_and_its_line():
    with trace.record() as tr:
        KMeans(2, random_state=0).fit(X)
    assert ["seed", "assign", "update", "assign", "update", "score", "best"] == [step.name for step in tr]
    assert list(range(7)) == [event.number for event in tr.events]
    event = tr.event(1)
    source = tr.sources[event.source]
    assert source.file == "scratchml/cluster/lloyd.py"
    assert source.text.splitlines()[event.line - source.first].strip() == "yield step"
    before = source.text.splitlines()[event.line - source.first - 1]
    assert '"assign"' in before  # the yield below the assignment, not below the update
    assert tr.fits[0].X is X
    assert tr.fits[0].params["n_clusters"] == 2


def test_kept_steps_are_copies_that_the_loop_does_not_change():
    with trace.record() as tr:
        KMeans(2, init=np.array([[1.0], [2.0]]), n_init=1).fit(X)
    assert [-1, -1, -1, -1] == tr[0].labels.tolist()
    assert [0, 1, 1, 1] == tr[1].labels.tolist()
    assert [0, 0, 1, 1] == tr[-1].labels.tolist()


def test_every_second_step_and_the_last_are_kept():
    with trace.record(every=2) as tr:
        finish(iter(range(6)))
    assert [0, 2, 4, 5] == list(tr)


def test_too_many_steps_are_thinned_evenly():
    with trace.record(max_events=4) as tr:
        finish(iter(range(100)))
    numbers = [event.number for event in tr.events]
    assert numbers[0] == 0
    assert numbers[-1] == 99
    assert len(numbers) <= 4
    inner = np.diff(numbers[:-1])
    assert (inner == inner[0]).all()


def test_steps_that_take_turns_are_thinned_alike():
    rows = np.random.default_rng(3).normal(size=(400, 2))
    with trace.record(max_events=9) as tr:
        KMeans(8, algorithm="lloyd", n_init=1, random_state=0).fit(rows)
    kept = Counter(step.name for step in tr)
    assert len(tr) <= 9
    assert kept["assign"] >= 2
    assert abs(kept["assign"] - kept["update"]) <= 1


def test_events_that_no_reader_has_completed_are_thinned_like_others():
    recorder = Recorder(every=1, max_events=4, max_bytes=2**27, fine=False)
    recorder.trace.kept += [(0, k, k, Place("", 0)) for k in range(9)]  # other threads may add some at any time
    recorder.settle()
    assert [0, 4, 8] == [event.step for event in recorder.trace.events]
    assert all(type(event) is trace.Event for event in recorder.trace.events)


def test_arrays_that_take_too_much_are_thinned_and_final_ones_count(rng):
    class Step(NamedTuple):
        held: np.ndarray

    for finish_with in (np.copy, final):
        with trace.record(max_bytes=10_000) as tr:
            finish(Step(finish_with(np.full(100, k))) for k in range(100))
        assert 8 <= len(tr) <= 17  # of 800 bytes each; more than 16 that are too large are halved
        assert {0.0, 99.0} <= {step.held[0] for step in tr}


def test_filters_columns_and_slices():
    with trace.record() as tr:
        KMeans(2, random_state=0).fit(X)
    assert [2.0, 1.0] == tr.only("assign").column("inertia").tolist()
    assert 2 == len(tr[1:3])
    assert tr[-1].name == "best"
    assert tr.of("KMeans").events == tr.events
    assert ("inertia", 7) == (tr.curve()[0], len(tr.curve()[1]))


def test_fits_inside_fits_are_labelled_in_threads_too(rng):
    X = rng.normal(size=(40, 3))
    y = (X[:, 0] > 0).astype(int)
    pipe = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
    search = GridSearchCV(pipe, {"model__C": [0.1, 1.0]}, cv=3, n_jobs=2)
    with trace.record() as tr:
        search.fit(X, y)
    labels = [fit.label for fit in tr.fits]
    assert 1 + 2 * 2 * 3 + 2 == len(labels)  # the search, two fits for each candidate and fold, two of the refit
    expected = {"GridSearchCV", *(f"GridSearchCV / Pipeline / {n}" for n in ("StandardScaler", "LogisticRegression"))}
    assert expected == set(labels)
    for number in range(len(tr.fits)):  # threads do not mix up whose step it is
        assert list(range(len([e for e in tr.events if e.fit == number]))) == [
            e.number for e in tr.events if e.fit == number
        ]


def test_fine_shows_the_steps_that_a_fit_would_hurry_past():
    rows, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    cases = [(SVC(), "move"), (DecisionTreeClassifier(), "split")]
    for model, name in cases:
        with trace.record(fine=True) as fine, trace.record() as coarse:
            model.fit(rows, y)
        assert name in [step.name for step in fine]
        with trace.record() as coarse:
            model.fit(rows, y)
        assert len(coarse) < len(fine)
    with trace.record(fine=True) as tr:
        QLearning(n_steps=50, random_state=0).fit(FrozenLake())
    assert ["learn"] * 50 == [step.name for step in tr]


def test_steps_are_worked_out_when_asked_for():
    pulled = []

    class Counting:
        def steps(self, X):
            for i in range(3):
                pulled.append(i)
                yield i

    stepping = trace.steps(Counting(), None)
    assert 0 == next(stepping)
    assert [0] == pulled


def test_a_pipeline_is_stepped_through_behind_its_scaler(rng):
    X = rng.normal(3.0, 5.0, size=(20, 2))
    pipe = Pipeline([("none", "passthrough"), ("scale", StandardScaler()), ("model", KMeans(2, random_state=0))])
    expected = list(trace.steps(KMeans(2, random_state=0), StandardScaler().fit_transform(X)))
    check_same_bits([tuple(step) for step in expected], [tuple(step) for step in trace.steps(pipe, X)])


# ---- laws


@pytest.mark.parametrize("example", [e for _, e in STEPPING], ids=[name for name, _ in STEPPING])
def test_traced_and_untraced_fits_have_the_same_bits(example):
    X, y = problem_for(example, n=45)
    expected = learned(fit_quietly(seeded(example), X, y))
    for how in ({}, {"fine": True, "max_events": 8}):
        with trace.record(**how):
            model = fit_quietly(seeded(example), X, y)
        check_same_bits(expected, learned(model))


@pytest.mark.parametrize("agent", [cls for _, cls in all_agents()], ids=lambda cls: cls.__name__)
def test_traced_and_untraced_agents_have_the_same_bits(agent):
    expected, coarse, fine = (agent(n_steps=400, random_state=0) for _ in range(3))
    expected.fit(FrozenLake())
    with trace.record(max_events=20):
        coarse.fit(FrozenLake())
    with trace.record(max_events=20, fine=True):
        fine.fit(FrozenLake())
    for other in (coarse, fine):
        check_same_bits(expected.q_table_, other.q_table_)
        check_same_bits(expected.returns_, other.returns_)


def test_two_threads_record_apart(rng):
    X = rng.normal(size=(50, 2))
    traces = {}

    def work(k):
        with trace.record() as tr:
            KMeans(k, random_state=0).fit(X)
        traces[k] = tr

    threads = [threading.Thread(target=work, args=(k,)) for k in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, tr in traces.items():
        assert {k} == {len(step.centres) for step in tr}
        assert 1 == len(tr.fits)


def test_a_large_array_that_stays_the_same_is_kept_once_and_one_that_changes_is_not():
    held = np.zeros(20_000)

    def stepping():
        yield (held,)
        yield (held,)
        held[-1] = -0.0
        yield (held,)

    class Step(NamedTuple):
        held: np.ndarray

    with trace.record() as tr:
        finish(Step(*step) for step in stepping())
    assert tr[0].held is tr[1].held
    assert not np.signbit(tr[1].held[-1])
    assert np.signbit(tr[2].held[-1])  # another bit, though an equal number


def test_what_k_means_shows_is_final_and_kept_once(rng):
    with trace.record() as tr:
        model = KMeans(3, random_state=0).fit(rng.normal(size=(200, 2)))
    for k in range(2, len(tr) - 2):
        same = tr[k].labels is tr[k - 1].labels
        assert same == (tr[k].name == "update")
        assert not tr[k].labels.flags.writeable
        arrived = tr[k].centres is tr[k - 1].centres
        assert arrived == (tr[k].name == "assign")
    assert model.labels_.flags.writeable
    assert model.cluster_centers_.flags.writeable


def test_what_mini_batches_show_is_final_and_only_what_moved_is_copied(rng):
    X = rng.normal(size=(300, 2))
    with trace.record() as tr:
        model = MiniBatchKMeans(3, batch_size=40, max_iter=3, random_state=0).fit(X)
    expected = record(MiniBatchKMeans(3, batch_size=40, max_iter=3, random_state=0).steps(X))
    check_same_bits([tuple(step) for step in expected], [tuple(step) for step in tr])
    for before, step in pairwise(tr):
        assert not any(array.flags.writeable for array in (step.centres, step.mass, step.batch, step.labels))
        if step.name in ("assign", "end", "labels"):
            assert step.centres is before.centres
    assert model.labels_.flags.writeable
    assert model.cluster_centers_.flags.writeable
    assert not np.shares_memory(model.cluster_centers_, tr[-1].centres)


def test_a_recording_that_nobody_holds_is_let_go_at_once():
    with trace.record() as tr:
        KMeans(2, random_state=0).fit(X)
    gone = weakref.ref(tr)
    del tr
    assert gone() is None


def test_k_means_shows_labels_of_the_smallest_type_and_ends_with_int64(rng):
    X = rng.normal(size=(300, 2))
    kinds = []
    for k in (3, 200):
        with trace.record() as tr:
            KMeans(k, random_state=0, max_iter=2).fit(X)
        kinds.append({step.name: step.labels.dtype.name for step in tr})
        assert tr[0].labels.tolist() == [-1] * 300
        assert tr[1].labels.max() == k - 1
    few, many = kinds
    assert (few["assign"], many["assign"], few["best"], many["best"]) == ("int8", "int16", "int64", "int64")


def test_a_trace_read_while_it_is_recorded_is_the_same_in_the_end(rng):
    X = rng.normal(size=(200, 2))
    with trace.record(max_events=12) as read, listen(lambda step: len(read.events) > 10**9):
        KMeans(5, random_state=0).fit(X)
    with trace.record(max_events=12) as expected:
        KMeans(5, random_state=0).fit(X)
    assert [e[:2] + e[3:] for e in read.events] == [e[:2] + e[3:] for e in expected.events]
    assert all(type(event) is trace.Event for event in expected.events)
    assert read.events[-1].number > 12  # some were thinned


def test_k_means_that_a_listener_ends_early_owns_its_centres(rng):
    with listen(lambda step: step.name == "update"):
        model = KMeans(3, random_state=0).fit(rng.normal(size=(200, 2)))
    assert 1 == model.n_iter_
    assert model.cluster_centers_.flags.writeable


def test_only_fields_not_declared_as_numbers_and_words_are_looked_at():
    assert (3, 4) == fields_to_copy(KMeansStep)  # centres and labels
    assert (3, 4) == promised_fields(KMeansStep)


class Promised(NamedTuple):
    number: int
    held: FinalFloats


def test_arrays_that_are_promised_to_be_final_are_kept_as_they_are_and_count():
    shown = [Promised(k, final(np.full(100, float(k)))) for k in range(100)]
    with trace.record() as whole, trace.record(max_bytes=10_000) as thinned:
        finish(iter(shown))
    assert all(kept is step for kept, step in zip(whole, shown, strict=True))
    assert 8 <= len(thinned) <= 32  # of 800 bytes each; 16 are kept in any case, and one of 16 is weighed
    assert {0, 99} <= {step.number for step in thinned}


def test_a_loop_that_does_not_keep_the_promise_is_copied():
    def stepping():
        held = np.zeros(1)
        for k in range(3):
            held += 1
            yield Promised(k, held)

    with trace.record() as tr:
        finish(stepping())
    assert [1.0, 2.0, 3.0] == [step.held[0] for step in tr]
    assert [1.0, 2.0, 3.0] == [step.held[0] for step in map(copied, stepping())]  # as `trace.steps` does


def test_the_memory_of_a_recording_serves_the_next_one_unless_somebody_holds_it():
    class Step(NamedTuple):
        held: np.ndarray

    def kept(number):
        with trace.record() as tr:
            finish(iter([Step(np.full(1000, number))]))
        return tr[0].held

    first = kept(1.0)
    second = kept(2.0)
    assert not np.shares_memory(first, second)
    assert (first == 1.0).all()
    where = second.ctypes.data
    del second
    assert where == kept(3.0).ctypes.data


def test_numbers_and_words_of_any_declaration_are_kept_and_arrays_of_all_kinds_are_copied():
    class Step(NamedTuple):
        name: str
        count: "int"
        arrays: list
        whatever: object

    array, parts = np.zeros(3), [np.zeros(2), "word"]
    with trace.record() as tr:
        finish(iter([Step("a", 1, parts, {"x": (array, array[None])})]))
    array[:] = parts[0][:] = 1.0
    assert ("a", 1) == tr[0][:2]
    assert [0.0, 0.0] == tr[0].arrays[0].tolist()
    assert [0.0, 0.0, 0.0] == tr[0].whatever["x"][0].tolist()
    assert [[0.0, 0.0, 0.0]] == tr[0].whatever["x"][1].tolist()


# ---- edges and errors


def test_only_listeners_that_ask_for_it_change_the_pace_and_hear_inner_fits():
    heard = []

    class Nosy(Listener):
        fine = inner = True

        def see(self, step):
            heard.append(step)

    assert 7 == pace(7)
    with listen(heard.append):
        assert 7 == pace(7)
    with listen(Nosy()):
        assert 1 == pace(7)
        with unheard():
            finish(iter(["a"]))
    assert ["a"] == heard


def test_a_fit_that_fails_leaves_what_was_seen_and_the_next_one_is_not_inside_it():
    def failing():
        yield 1
        raise KeyError("broken")

    with trace.record() as tr:
        with pytest.raises(KeyError):
            finish(failing())
        finish(iter([2]))
    assert [1, 2] == list(tr)
    assert [-1, -1] == [fit.parent for fit in tr.fits]
    assert "failing" == tr.fits[0].label


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"every": 0}, ValueError),
        ({"every": 1.5}, TypeError),
        ({"max_events": 1}, ValueError),
        ({"every": True}, TypeError),
    ],
)
def test_counts_that_make_no_sense_are_named(how, error):
    with pytest.raises(error, match=next(iter(how))), trace.record(**how):
        pass


def test_names_fields_and_places_that_are_not_there_say_what_is():
    with trace.record() as tr:
        KMeans(2, random_state=0).fit(X)
    with pytest.raises(ValueError, match="seed"):
        tr.only("move")
    with pytest.raises(ValueError, match="inertia"):
        tr.column("loss")
    with pytest.raises(ValueError, match="KMeans"):
        tr.of("SVC")
    with pytest.raises(IndexError, match="7 steps"):
        tr[7]
    with pytest.raises(TypeError, match="integer"):
        tr["seed"]
    with pytest.raises(TypeError, match="KMeans has no steps"):
        trace.steps(KMeans, X)
    with pytest.raises(TypeError, match="object has no steps"):
        trace.steps(object(), X)
