"""The fair race is fair: it strikes out wrong answers, takes a student's file, and its reports say what was found."""

import importlib
import inspect
import io
import json
import math
import mmap
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest
from rich.console import Console

import benchmarks
from benchmarks import __main__ as command
from benchmarks import (
    contestants,
    data,
    every,
    first_calls,
    floors,
    functions,
    gates,
    growth,
    layers,
    machine,
    measure,
    memory,
    page,
    race,
    results,
    steps,
    tables,
    workload,
)
from benchmarks.__main__ import asked_for, options
from benchmarks.plots import ratio_bars
from benchmarks.workload import Contestant, Workload, race_of
from scratchml.discovery import rooms

ROOT = Path(__file__).parent.parent.parent


def mean_race(**peers):
    """Return a race of functions that should give the columns' means."""
    return Workload(
        title="means",
        make=lambda n, d, kind: data.draw(kind, n, d),
        sizes={"small": (40, 3), "large": (80, 3)},
        contestants={"scratchml": Contestant(lambda d: d["X"].sum(axis=0) / len(d["X"])), **peers},
        same=lambda model, d: model,
        kinds=True,
    )


def run(workload, rounds=2):
    return race.race(workload, rounds, dict(workload.contestants), race.data_of(workload, "small", "gaussian"))


# ---- by hand


def test_a_workload_is_the_ten_lines_of_the_documentation():
    lines = benchmarks.__doc__.split("::\n\n", 1)[1].split("\n\nWhoever")[0]
    example = "\n".join(line[4:] for line in lines.splitlines())
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    names = {}
    exec(example, names)
    made = names["WORKLOAD"]
    runners, _ = contestants.line_up(made, ["sklearn"])
    assert list(runners) == ["scratchml", "sklearn"]
    found = race.race(made, 2, runners, race.data_of(made, "120x2", "gaussian"))
    assert found["struck"] == {"scratchml": "", "sklearn": ""}
    assert set(found["times"]["sklearn"]) == {"fit", "transform"}


def test_growth_of_an_exact_power_is_that_power_with_no_error():
    n = np.array([100, 200, 400, 800])
    slope = growth.fit_slope(n, 3e-6 * n**1.5)
    assert slope.exponent == pytest.approx(1.5, rel=1e-12)  # rounding of logarithms
    assert slope.error == pytest.approx(0, abs=1e-12)


def test_growths_error_is_the_textbooks_on_paper():
    # log2 sizes 0 1 2, log2 seconds 0 1 1: slope 1/2, residuals -1/6 1/3 -1/6, their sum of squares 1/6, over (1)(2)
    slope = growth.fit_slope([1, 2, 4], [1, 2, 2])
    assert slope.exponent == pytest.approx(0.5, rel=1e-12)
    assert slope.error == pytest.approx(math.sqrt(1 / 12), rel=1e-12)
    with pytest.raises(ValueError, match="at least three"):
        growth.fit_slope([1, 2], [1, 2])


def test_auc_loss_of_three_rows_on_paper():
    class Scores:
        def predict_proba(self, X):
            return np.column_stack([1 - X[:, 0], X[:, 0]])

    rows = {"X": np.array([[0.1], [0.5], [0.5], [0.9]]), "y": np.array([0, 0, 1, 1])}
    assert gates.beyond_auc(Scores(), rows) == pytest.approx(1 - 3.5 / 4, abs=1e-15)  # one pair in four is a tie


def test_times_and_sizes_are_written_with_three_digits_and_a_unit():
    assert [tables.seconds(s) for s in (12.34, 0.0421, 3.1e-5)] == ["12.3 s", "42.1 ms", "31 us"]
    assert [results.short(n) for n in (500, 12_500, 200_000, 1_000_000)] == ["500", "12.5k", "200k", "1M"]


# ---- first calls


def test_first_calls_are_of_every_example_and_the_bars_are_told():
    known = first_calls.tasks()
    assert {name.split(".")[1].partition("/")[0] for name in known} == set(every.public())
    assert "cluster.KMeans/2" in known
    first_calls.call("rl.QLearning")()
    assert len(first_calls.call("neighbors.NearestNeighbors")()[0]) == 60
    slow = first_calls.Row("a.B", cold=6.0, warm=0.9, second=0.1, importing=0.5)
    assert first_calls.missed([slow]) == ["a.B: 6.00 s cold, more than 5 s.", "a.B: 0.80 s warm, more than 0.5 s."]
    assert first_calls.missed([slow._replace(cold=4.0, second=0.5)]) == []


# ---- the gate


def test_a_faster_wrong_answer_is_struck_out_and_says_why():
    right, wrong = Contestant(lambda d: d["X"].mean(axis=0), library="sklearn"), Contestant(lambda d: np.zeros(3))
    found = run(mean_race(right=right, numpy=wrong))
    assert found["struck"]["scratchml"] == found["struck"]["right"] == ""
    assert found["struck"]["numpy"].startswith("3 of 3 numbers differ from the reference's, by up to 0.")


def test_ours_is_struck_out_too_when_it_is_wrong():
    workload = mean_race(right=Contestant(lambda d: d["X"].mean(axis=0) + 1, library="sklearn"))
    assert "differ" in run(workload)["struck"]["scratchml"]


def test_a_loss_worse_than_the_best_or_no_number_is_struck_out():
    made = Workload("", dict, loss=lambda m, d: m, allowed=1e-3, gate="inertia")
    losses = {"a": 100.0, "b": 100.05, "c": 101.0, "d": math.nan}
    found = gates.strike_out(made, {name: gates.Answer(loss) for name, loss in losses.items()}, "a")
    assert found == {
        "a": "",
        "b": "",
        "c": "inertia 101 where 100 is wanted",
        "d": "inertia nan where 100 is wanted",
    }


def test_where_optima_are_local_a_lucky_peer_strikes_nobody_out():
    made = Workload("", dict, loss=lambda m, d: m, allowed=1e-3, local=True)
    answers = {"sklearn": gates.Answer(100.0), "lucky": gates.Answer(90.0)}
    assert set(gates.strike_out(made, answers, "sklearn").values()) == {""}


def test_a_small_loss_with_other_numbers_than_the_references_is_struck_out():
    made = Workload("", dict, loss=lambda m, d: 0.0, same=lambda m, d: m)
    answers = {"sklearn": gates.Answer(1.0, np.ones(3)), "wrong": gates.Answer(1.0, np.zeros(3))}
    said = "3 of 3 numbers differ from the reference's, by up to 1"
    assert gates.strike_out(made, answers, "sklearn") == {"sklearn": "", "wrong": said}


JUDGED_BY_NUMBERS = """
    agglomerative_grid agglomerative_ward augment_images exponential_filter hampel_filter iqr_fences k_neighbors
    lbfgs mahalanobis median_filter modified_z_score moving_average newton nonlinear_conjugate_gradient
    tree_shap z_score
"""


def nothing(answer):
    """Return an answer of the same shape that is 0 all through."""
    if isinstance(answer, tuple):
        return tuple(nothing(part) for part in answer)
    if hasattr(answer, "labels_"):
        return SimpleNamespace(labels_=np.zeros_like(answer.labels_))
    if hasattr(answer, "predict"):
        return SimpleNamespace(predict=lambda Q: np.zeros(len(Q)))
    return np.zeros_like(answer)


@pytest.mark.parametrize("name", JUDGED_BY_NUMBERS.split())
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # shap, where it is installed, draws by an old name
def test_zeros_are_struck_out_beside_the_right_answer(name):
    made = workload.load(name)
    rows = race.data_of(made, "small", made.data)
    runners, _ = contestants.line_up(made, ["sklearn", "scipy", "numpy", "shap"])
    found = {who: contestant.fit(rows) for who, contestant in runners.items()}
    found["wrong"] = nothing(found["scratchml"])
    answers = {who: gates.answer_of(made, model, rows) for who, model in found.items()}
    reference = race.reference_of({who: contestants.library_of(who, how) for who, how in runners.items()})
    struck = gates.strike_out(made, answers, reference)
    assert struck.pop("wrong") != ""
    assert struck == dict.fromkeys(runners, "")


def test_a_least_loss_of_wrong_numbers_strikes_nobody_else_out():
    made = Workload("", dict, loss=lambda m, d: 0.0, same=lambda m, d: m)
    answers = {"sklearn": gates.Answer(1.0, np.ones(3)), "wrong": gates.Answer(0.0, np.zeros(3))}
    assert gates.strike_out(made, answers, "sklearn")["sklearn"] == ""


def test_who_changes_the_data_has_failed_and_the_others_get_it_as_it_was():
    def ruin(data):
        data["X"][:] = 0.5
        return data["X"].mean(axis=0)

    workload = mean_race(right=Contestant(lambda d: d["X"].mean(axis=0), library="sklearn"), numpy=Contestant(ruin))
    found = run(workload)
    assert found["failed"] == {"numpy": "ValueError: it changed the data it was given: X"}
    assert found["struck"] == {"scratchml": "", "right": ""}


def test_without_a_reference_the_first_that_is_not_ours_is_taken_for_right():
    assert race.reference_of({"scratchml": "scratchml", "a": "torch", "b": "sklearn"}) == "b"
    assert race.reference_of({"scratchml": "scratchml", "mine": "my.py", "a": "torch"}) == "a"
    assert race.reference_of({"scratchml": "scratchml", "env": "gymnasium"}) is None


def test_a_method_that_a_model_lacks_is_not_timed():
    made = workload.race_of("a.Thing", lambda whose, data: whose(), large=(60, 3), ask=["count", "predict"])
    seconds, _ = race.run_once(Contestant(lambda data: [], made.phases), {"X": 1}, "fit", {})
    assert set(seconds) == {"fit", "count"}  # a list counts, and predicts nothing


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (np.ones(3), ""),
        (np.array([1, 1, 1 + 1e-12]), ""),
        (np.array([1, 1, np.nan]), "1 of 3 numbers differ from the reference's, by up to 0"),
        (np.ones(2), "shapes [(2,)] for [(3,)]"),
        (np.array(["1", "1", "2"]), "3 of 3 numbers differ from the reference's, by up to nan"),
    ],
)
def test_two_answers_differ_or_not(found, said):
    assert gates.differ(found, np.ones(3), 1e-9, 0.0) == said


def test_a_contestant_that_raises_is_told_of_and_the_others_go_on():
    def broken(d):
        raise RuntimeError("no such solver")

    found = run(mean_race(numpy=Contestant(broken)))
    assert found["failed"] == {"numpy": "RuntimeError: no such solver"}
    assert list(found["times"]) == ["scratchml"]
    nobody = run(Workload("", lambda n, d, kind: {}, {"scratchml": Contestant(broken)}, sizes=mean_race().sizes))
    assert (list(nobody["failed"]), nobody["times"]) == (["scratchml"], {})


def test_contestants_take_turns_and_the_first_to_start_changes():
    started = []

    def slow(name):
        return Contestant(lambda d: started.append(name) or time.sleep(0.006))  # longer than what is repeated in a row

    made = Workload("", dict, {"a": slow("a"), "b": slow("b")})
    found = race.race(made, 4, dict(made.contestants), {})
    assert "".join(started) == "aabb" + "abbaabba"  # warm-up, then four rounds
    assert {len(seconds) for phases in found["times"].values() for seconds in phases.values()} == {4}


# ---- who runs


STUDENT = """
class MinMaxScaler:
    def fit(self, X, y=None):
        self.low, self.high = X.min(axis=0), X.max(axis=0)  # and forgets to return self

    def transform(self, X):
        return (X - self.low) / (self.high - self.low){wrong}
"""


@pytest.mark.parametrize(("wrong", "struck"), [("", ""), (" + 1", "120 of 120 numbers differ")])
def test_a_students_file_is_raced_and_gated_like_the_rest(tmp_path, wrong, struck):
    (tmp_path / "my_solution.py").write_text(STUDENT.format(wrong=wrong))
    made = workload.load("min_max_scaler")
    runners, absent = contestants.line_up(made, ["sklearn", str(tmp_path / "my_solution.py")])
    assert list(runners) == ["scratchml", "sklearn", "my_solution.py"]
    assert absent == {}
    found = race.race(made, 2, runners, race.data_of(made, "40x3", "gaussian"))
    assert found["struck"]["my_solution.py"].startswith(struck)
    assert found["struck"]["scratchml"] == ""


def test_a_file_without_the_name_and_a_library_not_installed_are_absent(tmp_path, monkeypatch):
    (tmp_path / "my.py").write_text("x = 1\n")
    monkeypatch.setitem(contestants.LIBRARIES, "sklearn", "no_module_of_this_name")
    runners, absent = contestants.line_up(workload.load("min_max_scaler"), ["sklearn", str(tmp_path / "my.py")])
    assert list(runners) == ["scratchml"]
    assert absent == {"sklearn": "not installed", "my.py": "the file defines no MinMaxScaler"}


def test_a_students_file_may_import_files_beside_it_and_one_that_breaks_is_told_of(tmp_path):
    (tmp_path / "first2_beside.py").write_text("def low(X):\n    return X.min(axis=0)\n")
    good = STUDENT.format(wrong="").replace("X.min(axis=0)", "low(X)")
    (tmp_path / "my.py").write_text("from first2_beside import low\n" + good)
    (tmp_path / "broken.py").write_text("class MinMaxScaler\n")
    (tmp_path / "leaves.py").write_text("import sys\nsys.exit('bye')\n")
    files = [str(tmp_path / name) for name in ("my.py", "broken.py", "leaves.py")]
    runners, absent = contestants.line_up(workload.load("min_max_scaler"), files)
    assert list(runners) == ["scratchml", "my.py"]
    assert absent["broken.py"].startswith("the file cannot be imported: SyntaxError: expected ':' (broken.py, line 1)")
    assert absent["leaves.py"] == "the file cannot be imported: SystemExit: bye"
    assert contestants.line_up(workload.load("min_max_scaler"), files[:1], ours=False)[0].keys() == {"my.py"}


def test_a_contestant_nobody_knows_is_refused_with_the_names_that_are_known():
    with pytest.raises(ValueError, match=r"--vs sklearm: name one of sklearn, .* or a file that ends in \.py"):
        asked_for(options().parse_args(["--vs", "sklearm"]))
    with pytest.raises(ValueError, match="no such file"):
        asked_for(options().parse_args(["--vs", "nowhere.py"]))


def test_every_public_estimator_has_a_race():
    assert set(every.without_a_file()) <= set(workload.names())
    raced = {workload.load(name).estimator.split(".")[-1] for name in workload.file_names()}
    written_out = {"QLearning", "IQRFences", "Mahalanobis", "ModifiedZScore", "RandomRotation", "ZScore"}
    assert set(every.public()) - raced - set(every.without_a_file()) <= written_out


NO_ALGORITHMS = {  # that a reference has by the same name, too, and why they are none
    # lists of what to try, and splits that the caller has made
    "model_selection": {"BaseCrossValidator", "ParameterGrid", "ParameterSampler", "PredefinedSplit", "check_cv"},
    "metrics": {"check_scoring", "get_scorer", "get_scorer_names", "make_scorer"},  # choose what is computed
    "compose": {"make_column_selector", "make_column_transformer"},  # choose and put together
    "pipeline": {"make_pipeline", "make_union"},  # put together
    "cluster": {"dendrogram"},  # draws
    "tree": {"plot_tree"},  # draws
    "feature_selection": {"SelectorMixin"},  # shared with every selector
}


@pytest.mark.parametrize("room", sorted(rooms()))
def test_every_public_function_that_a_reference_has_is_raced(room):
    raced = {workload.load(name).estimator for name in workload.names()}
    public = set(getattr(rooms()[room], "__all__", ())) - NO_ALGORITHMS.get(room, set())
    for name in {f"{room}.{function}" for function in public} - raced:
        assert not any(contestants.find(library, name) for library in contestants.REFERENCES), name


def test_functions_and_layers_are_asked_for_in_a_word():
    assert command.chosen_of(["kmeans", "functions"]) == ["kmeans", *functions.TABLE]
    assert command.chosen_of(["layers", "kmeans"]) == [*layers.TABLE, "kmeans"]
    assert command.chosen_of([]) == workload.names()


ALONE = {
    "load_penguins",
    "load_sonnets",
    "load_yeast",
    "make_drifting_stream",
    "make_imbalanced",
    "generate_random_map",
}


@pytest.mark.parametrize("name", sorted(functions.TABLE))
def test_functions_answer_as_the_reference_does(name):
    asked = workload.load(name)
    n, d = asked.sizes.get("small", (0, 0))
    rows = race.data_of(asked, f"{min(n, 300)}x{d}", asked.data)
    runners, _ = contestants.line_up(asked, [*contestants.REFERENCES, "numpy"])
    assert len(runners) == 2 - (name in ALONE)
    answers = {who: gates.answer_of(asked, contestant.fit(rows), rows) for who, contestant in runners.items()}
    struck = gates.strike_out(asked, answers, next((who for who in runners if who != "scratchml"), None))
    assert struck == dict.fromkeys(runners, "")


STEPS = [*layers.TABLE, "conv2d", "conv2d_float32", "lstm", "multi_head_attention"]


@pytest.mark.parametrize("name", STEPS)
def test_layers_steps_are_pytorchs(name):
    asked = workload.load(name)
    rows = race.data_of(asked, "4x8", "gaussian")
    runners, _ = contestants.line_up(asked, ["torch"])
    assert "scratchml" in runners  # and PyTorch, where it is installed
    answers = {who: gates.answer_of(asked, contestant.fit(rows), rows) for who, contestant in runners.items()}
    reference = next((who for who in runners if who != "scratchml"), None)
    assert gates.strike_out(asked, answers, reference) == dict.fromkeys(runners, "")


@pytest.mark.parametrize("name", STEPS)
def test_a_wrong_step_beside_the_right_one_is_struck_out(name):
    asked = workload.load(name)
    rows = race.data_of(asked, "10x8", "gaussian")  # so many that all holes are no accident
    model = asked.contestants["scratchml"].fit(rows)
    right = steps.arrays_of(model, rows)
    models = {"scratchml": model, "all zeros": [0.0 * a for a in right], "all negated": [-a for a in right]}
    for i, array in enumerate(right):
        for how, wrong in {"zeros": 0.0 * array, "negated": -array, "backwards": np.flip(array)}.items():
            if how != "backwards" or (array != wrong).any():
                models[f"{i} {how}"] = [*right[:i], wrong, *right[i + 1 :]]
    rows["kept"]["told"] = steps.Step(len, list)
    answers = {}
    for who, found in models.items():
        answers[who] = gates.answer_of(asked, found if who == "scratchml" else ("told", found), rows)
    struck = gates.strike_out(asked, answers, "scratchml")
    assert [who for who, why in struck.items() if not why] == ["scratchml"]


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")  # ten epochs are what is raced
def test_a_network_with_other_labels_or_too_good_a_loss_is_struck_out():
    class Surer:
        def __init__(self, model, by):
            self.model, self.by = model, by

        def predict_proba(self, X):
            p = self.model.predict_proba(X) ** self.by
            return p / p.sum(axis=1, keepdims=True)

        def predict(self, X):
            return self.predict_proba(X).argmax(axis=1)

    class Shifted(Surer):
        def predict(self, X):
            return (super().predict(X) + 1) % 10

    asked = workload.load("mlp_adam")
    rows = race.data_of(asked, "400x8", "gaussian")
    model = contestants.line_up(asked, [])[0]["scratchml"].fit(rows)
    models = {"scratchml": model, "alike": Surer(model, 1), "surer": Surer(model, 1.1), "shifted": Shifted(model, 1)}
    answers = {who: gates.answer_of(asked, found, rows) for who, found in models.items()}
    assert answers["surer"].loss < answers["scratchml"].loss
    assert [who for who, why in gates.strike_out(asked, answers, "scratchml").items() if why] == ["surer", "shifted"]


def test_every_layer_loss_and_optimiser_is_raced():
    from scratchml import neural_network as room
    from scratchml.neural_network.optimisers import Optimiser

    classes = {n for n in room.__all__ if isinstance(getattr(room, n), type)} - {"Layer", "Loss"}  # bases
    public = {n for n in classes if issubclass(getattr(room, n), (room.Layer, room.Loss, Optimiser))}
    files = "".join(path.read_text() for path in workload.HERE.glob("*.py"))
    assert public == {n for n in public if n in layers.TABLE or f"import {n}\n" in files}


def test_an_estimator_that_a_file_races_has_no_second_race_of_its_name():
    raced = {workload.load(name).estimator.split(".")[-1] for name in workload.file_names()}
    assert {"MinMaxScaler", "KMeans", "QuantileTransformer"} <= raced
    assert not raced & set(every.without_a_file())


def test_titles_tell_the_sizes_that_a_race_has():
    sized = workload.load("label_encoder")
    assert results.title_of(sized, {"n": 2000}) == "LabelEncoder, words, n=2k"
    assert results.title_of(sized, {"n": 2000, "d": 3}) == "LabelEncoder, words, n=2k d=3"
    assert results.title_of(replace(sized, sizes={}), {"n": 2000}) == "LabelEncoder, words,"


def test_every_title_of_a_race_of_two_sizes_tells_how_many_rows():
    for name in workload.names():
        made = workload.load(name)
        if made.sizes:
            assert "n" in race.shape_of(race.data_of(made, "small", made.data)), name


def test_without_rows_a_title_tells_the_size_asked_for():
    made = workload.load("AdaGrad")
    assert results.title_of(made, race.shape_of(race.data_of(made, "small", ""))) == "AdaGrad, one step n=100 d=50"
    assert race.shape_of({"X": np.ones((5, 4)), "asked": (6, 7)}) == {"n": 5, "d": 4}  # what there is


def test_every_contestant_is_of_a_library_that_can_be_asked_for():
    known = {"scratchml", *contestants.LIBRARIES}
    for name in workload.names():
        made = workload.load(name)
        assert {contestants.library_of(who, how) for who, how in made.contestants.items()} <= known, name


def test_bounds_and_reasons_are_of_phases_that_are_raced():
    for name in (*workload.file_names(), *layers.REASONS, *every.REASONS):
        made = workload.load(name)
        assert {*made.floors, *made.reasons} <= {made.fit_name, *made.phases, "memory"}, name
        assert all(text.endswith(".") and "bound" in text for text in made.reasons.values()), name


class Rows(dict):
    """Data that have whatever is asked for, and more threads than anybody takes by itself."""

    def __init__(self):
        super().__init__(X=np.eye(4), y=np.array([0.0, 1.0, 0.0, 1.0]), threads=77)

    def __missing__(self, name):
        return MagicMock()


def recording(told):
    """Return a function that keeps the number of threads it is told, and answers nothing."""

    def stand_in(*asked, n_jobs=None, random_state=None, **given):
        told.append(n_jobs)
        raise LookupError

    stand_in.__module__ = "sklearn.somewhere"
    return stand_in


TOLD_OF_NONE = ("optim", "neural_network")  # rooms without n_jobs
THREADED = [n for n in workload.names() if workload.load(n).estimator.split(".")[0] not in TOLD_OF_NONE]


@pytest.mark.parametrize("name", THREADED)
def test_whoever_can_be_told_the_number_of_threads_is_told_the_races(monkeypatch, name):
    made, told = workload.load(name), []
    monkeypatch.setattr(contestants, "find", lambda library, estimator: recording(told))
    if stands_for_all := contestants.by_name(made, "sklearn"):
        with pytest.raises(LookupError):
            stands_for_all.fit(Rows())
        assert set(told) == {77}


@pytest.mark.parametrize("name", [n for n in workload.file_names() if workload.load(n).estimator])
def test_written_out_contestants_are_told_the_number_of_threads_too(monkeypatch, name):
    made, told = workload.load(name), []
    for library in set(made.contestants) & set(contestants.PLACES):
        theirs = contestants.find(library, made.estimator)
        if theirs is not None and "n_jobs" in inspect.signature(theirs).parameters:
            place = importlib.import_module(theirs.__module__.rpartition(".")[0])
            monkeypatch.setattr(place, theirs.__name__, recording(told))
            with pytest.raises(LookupError):
                made.contestants[library].fit(Rows())
    assert set(told) <= {77}


def test_who_cannot_be_told_the_number_of_threads_is_asked_as_it_is():
    assert contestants.on_threads(len)(2) is len
    assert contestants.on_threads(dict)(2) is dict  # has no signature


def test_a_nested_estimator_becomes_the_librarys_own():
    made = workload.load("GridSearchCV")
    runners, _ = contestants.line_up(made, ["sklearn"])
    rows = {**made.make(60, 3, "gaussian"), "threads": 1}
    assert type(runners["sklearn"].fit(rows).best_estimator_).__module__.startswith("sklearn")
    assert type(runners["scratchml"].fit(rows).best_estimator_).__module__.startswith("scratchml")


# ---- the data


@pytest.mark.parametrize("kind", data.NAMES)
@pytest.mark.parametrize("task", data.TASKS)
def test_every_kind_of_data_is_finite_and_the_same_each_time(kind, task):
    one, other = data.draw(kind, 50, 4, task, queries=10), data.draw(kind, 50, 4, task, queries=10)
    assert all(np.array_equal(one[name], other[name]) for name in one)
    assert np.isfinite(one["X"]).all()
    assert len(one["Q"]) == 10
    assert ("y" in one) == (task != "none")
    if task in data.CLASSES and kind in data.KINDS:
        assert len(np.unique(one["y"])) == data.CLASSES[task]


def test_the_kinds_have_the_structure_they_are_named_for():
    def of(kind):
        return data.draw(kind, 2_000, 6)["X"]

    assert np.abs(np.corrcoef(of("gaussian").T) - np.eye(6)).max() < 0.1  # 4 standard errors of 1 / sqrt(2000)
    assert np.abs(np.corrcoef(of("correlated").T) - np.eye(6)).max() > 0.5
    assert len(np.unique(of("duplicated"), axis=0)) <= 1_000
    heavy = of("heavy_tailed")
    assert (np.abs(heavy - heavy.mean(axis=0)) / heavy.std(axis=0)).max() > 6  # of normal ones: 4.3 or so
    X = of("clustered")
    assert np.linalg.norm(X[:, None] - X[None, :200], axis=2).std() > np.sqrt(6)  # centres are 3 apart in each column


def test_an_unknown_kind_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="no data 'lumpy'; there are: gaussian, "):
        data.draw("lumpy", 10, 2)
    with pytest.raises(ValueError, match="no task 'four'"):
        data.draw("gaussian", 10, 2, "four")


# ---- what is told


def found_of(ratio=2.0, struck=""):
    """Return what a run of one race would have found."""
    times = {"scratchml": {"fit": [1.0, 1.1, 0.9]}, "sklearn": {"fit": [ratio, ratio, ratio]}}
    why = {"reasons": {"fit": "It makes a copy."}, "floors": {"predict": ("a product", len)}}
    races = {
        "times": times,
        "size": "large",
        "data": "clustered",
        "bounds": {"fit": [0.5], "predict": [0.25]},
        "n": 1000,
        "d": 2,
        "struck": {"scratchml": "", "sklearn": struck},
        "losses": {},
        "libraries": {"scratchml": "scratchml", "sklearn": "sklearn"},
    }
    why["notes"] = "both at their default tol"
    made = race_of("a.Thing", None, large=(1000, 2), title="a <thing>", floor=len, floor_name="one pass", **why)
    rows = results.rows_of("thing", made, 1, races)
    points = [{"axis": "n", "n": n, "d": 2, "contestant": "scratchml", "seconds": 1e-6 * n} for n in (1, 2, 4, 8)]
    calls = [
        {"workload": "thing", "contestant": "scratchml", "loading": 0.25, "cold": 1.0, "warm": 0.1, "memory": 2**21}
    ]
    calls[0] |= {"library": "scratchml", "memory_with_threads": 3 * 2**20}
    what = {"cpu": "abacus", "cores": 1, "memory_gb": 1.0, "system": "S", "python": "3", "versions": {"numpy": "2"}}
    told = {
        "schema": results.SCHEMA,
        "command": "python -m benchmarks",
        "machine": what,
        "rows": rows,
        "minutes": 1.0,
    }
    told |= {
        "growth": results.slopes("thing", points),
        "calls": calls,
        "failed": [],
        "absent": {"faiss": "not installed"},
    }
    return {**told, "summary": results.summary(rows)}


def test_wins_and_losses_are_told_alike():
    won, lost = found_of(2.0), found_of(0.5)
    assert won["summary"]["reference"] == {"rows": 1, "lost": 0, "share_of_their_time": pytest.approx(0.5, rel=1e-12)}
    assert lost["summary"]["fastest peer"]["lost"] == 1
    assert "2.00 x faster" in tables.to_markdown(won)
    assert "2.00 x SLOWER" in tables.to_markdown(lost)
    said = "Lost: a <thing> n=1k d=2 (clustered), 1 thread(s), fit: sklearn is 2.00 times faster."
    reason = "It makes a copy. Bound, one pass: ours takes 2.0 times that, theirs 1.0."
    assert f"{said} {reason}" in tables.remarks(lost)
    assert "It makes a copy" not in " ".join(tables.remarks(won))


def test_a_races_note_is_told_once_for_each_size_on_all_pages():
    found = found_of()
    found["rows"] += [{**row, "threads": 2} for row in found["rows"]]
    said = "Note: a <thing> n=1k d=2: both at their default tol."
    assert tables.remarks(found).count(said) == 1
    assert f"- {said}\n" in tables.to_markdown(found)
    assert page.escape(said) in page.to_html(found)
    for row in found["rows"]:
        row["note"] = ""
    assert "Note" not in " ".join(tables.remarks(found))


def test_a_struck_out_time_counts_in_no_mean_and_its_reason_is_told():
    found = found_of(0.5, struck="inertia 2 where 1 is wanted")
    assert found["summary"]["reference"]["rows"] == 0
    assert "Struck out: a <thing> n=1k d=2: sklearn: inertia 2 where 1 is wanted." in tables.remarks(found)


def test_a_floor_does_its_work_for_each_row_once():
    X = np.arange(6_001.0)[:, None]
    for n in (0, 5, 6_001):
        seen = []
        floors.by_blocks(lambda data, rows, seen=seen: seen.append(data["X"][rows].sum()))({"X": X[:n], "threads": 2})
        assert sum(seen) == X[:n].sum()


def test_a_bound_that_is_beaten_and_the_code_raced_are_told():
    found = found_of(0.2)
    assert tables.beaten_bounds(found["rows"]) == [
        "Bound beaten: a <thing> n=1k d=2, fit: sklearn takes 0.40 of one pass, on 1 thread(s)."
    ]
    assert tables.beaten_bounds(found_of(2.0)["rows"]) == []
    found["rows"][0]["code"] = "abc"
    (said,) = (line for line in tables.remarks(found) if "digest" in line)
    assert said.startswith("Raced by the digest of scratchml's files: ")
    assert "abc (1 rows)" in said
    assert re.fullmatch(r"[0-9a-f]{8}", machine.code())


def test_results_say_by_which_command_or_by_which_runs_they_were_printed():
    one, again = found_of(), found_of()
    one["command"], again["command"] = "python -m benchmarks thing", "python -m benchmarks thing --rounds 7"
    assert "Printed by `python -m benchmarks thing` on" in tables.to_markdown(one)
    assert "Printed by <code>python -m benchmarks thing</code> on" in page.to_html(one)
    both = results.join([one, again, one])
    assert results.commands_of(both) == [one["command"], again["command"]]
    text, html = tables.to_markdown(both), page.to_html(both)
    assert "Printed by 2 runs, listed at the end, on" in text
    assert text.endswith(f"## Runs\n\n- `{one['command']}`\n- `{again['command']}`")
    assert "Printed by 2 runs, listed at the end, on" in html
    assert f"<h2>Runs</h2><ul><li><code>{one['command']}</code></li>" in html


def test_markdown_has_bound_first_call_memory_and_growth():
    text = tables.to_markdown(found_of())
    assert "500 ms, one pass: 2.0 times that" in text
    assert "| thing | scratchml | 0.25 | 1.00 | 0.10 | 2.00 | 3.00 | 1.00 +- 0.00 |  |" in text
    assert "Absent: faiss: not installed." in text


def test_the_terminals_tables_fit_80_columns_with_the_longest_name_there_is():
    found = found_of(struck="objective 2 where 1 is wanted")
    for row in found["rows"] + found["calls"] + found["growth"]:
        row["workload"] = max(workload.file_names(), key=len)
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(*tables.rich_tables(found), *tables.once_tables(found))
    lines = [line.rstrip() for line in console.export_text().splitlines()]
    assert "fit    scratchml      1 s  950 ms - 1.05 s" in lines
    assert "fit    sklearn        2 s        2 s - 2 s  struck out" in lines
    assert "bound of fit: 500 ms, one pass: 2.0 times that" in lines
    assert f"{row['workload']}  scratchml       0.25    1.00    0.10" in lines
    assert f"{row['workload']}  scratchml      2.00         3.00" in lines
    assert f"{row['workload']}  scratchml   1.00 +- 0.00" in lines


def test_a_slow_first_call_and_more_memory_than_somebody_are_told():
    found = found_of()
    found["calls"][0].update(cold=6.0, warm=0.6)
    found["calls"].append({**found["calls"][0], "contestant": "sklearn", "library": "sklearn", "memory": 2**19})
    found["calls"].append({**found["calls"][0], "contestant": "abacus", "library": "abacus", "memory": 2**18})
    found["calls"][0]["reason"] = "Beads are the bound."
    said = [line for line in tables.remarks(found) if "First call" in line or "Memory" in line]
    assert said == [
        "First call: thing: 6.00 s cold, more than 5 s.",
        "First call: thing: 0.60 s warm, more than 0.5 s.",
        "Memory: thing: 2.00 MB where the reference takes 0.50 MB. Beads are the bound.",
        "Memory: thing: 2.00 MB where abacus takes 0.25 MB. Beads are the bound.",
    ]
    found["calls"][2]["memory_with_threads"] = 2**20  # abacus's
    said = "Memory, all threads: thing: 3.00 MB where abacus takes 1.00 MB. Beads are the bound."
    assert tables.remarks(found).count(said) == 1
    found["calls"][2]["library"] = "gymnasium"  # which has no learner of its own
    assert tables.remarks(found).count(said) == 0


def test_the_page_holds_everything_and_loads_nothing():
    text = page.to_html(found_of())
    assert not re.search(r"(src|href)=.?(http|//|/|\.)|url\(|@import|<script|<link", text.replace("<thing>", ""))
    assert text.count("data:image/png;base64,") == 2
    assert "abacus" in text
    assert "a &lt;thing&gt;" in text


def test_bars_of_losses_go_left_of_one():
    bars = ratio_bars(found_of(0.5)["rows"], "large", 1).axes[0].patches
    assert [bar.get_width() for bar in bars] == [pytest.approx(-0.5)]


def test_comparing_tells_what_became_slower_beyond_the_spread():
    old, new = found_of(), found_of()
    assert results.compare(new, old) == []
    for row in new["rows"]:
        row.update({k: row[k] * 1.5 for k in ("median", "low", "high")})
    (slower,) = results.compare(new, old)
    assert (slower["contestant"], slower["times"]) == ("scratchml", pytest.approx(1.5, rel=1e-12))
    assert results.compare(new, old, above=1.6) == []
    with pytest.raises(ValueError, match="has schema 0"):
        results.compare(new, {**old, "schema": 0})


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_peak_memory_of_an_array_is_its_size():
    rise = memory.peak_above(np.ones, 4_000_000)
    for account in rise:
        assert 31.7e6 <= account < 36e6  # 8 bytes each, and pages of the allocator's own; one counts them in lots


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_a_small_peak_is_known_to_the_page():
    memory.lay_arrays_apart()
    for n in (2**15, 2**16):
        peaks = [memory.surest_peak(np.ones, n) for _ in range(3)]
        assert 8 * n <= min(peaks)
        assert max(peaks) <= 8 * n + 8 * mmap.PAGESIZE  # the array's head, and Python's objects


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_pages_that_nobody_touches_do_not_count():
    memory.lay_arrays_apart()
    assert memory.peak_above(np.empty, memory.LOT).mapped >= 8 * memory.LOT  # bytes
    assert memory.surest_peak(np.empty, memory.LOT) <= 3 * memory.LOT  # touched pages are counted by lots


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_pages_that_are_touched_again_count_though_they_were_mapped_before():
    class Taken:
        def __del__(self):
            store.madvise(mmap.MADV_DONTNEED)

    def touch(size):
        for at in range(0, size, mmap.PAGESIZE):
            store[at] = 1
        return Taken()

    store = mmap.mmap(-1, 2**21, flags=memory.PRIVATE)
    assert memory.surest_peak(touch, 2**21) == pytest.approx(2**21, abs=2 * memory.LOT)


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_memory_is_measured_on_as_many_cores_as_threads(monkeypatch):
    source = "import os\nfrom benchmarks import memory\nmemory.start_anew({})\nprint(len(os.sched_getaffinity(0)))"
    cores = len(os.sched_getaffinity(0))
    for threads in (1, cores):
        ran = subprocess.run([sys.executable, "-c", source.format(threads)], capture_output=True, text=True, cwd=ROOT)
        assert ran.stdout == f"{threads}\n", ran.stderr
    asked = []

    def child(arguments, threads, cache=None):
        asked.append((arguments[-2], threads))
        return {"first": 2.0, "second": 1.0, "loading": 0.0, "memory": 1e6 * threads}

    monkeypatch.setattr(measure, "child", child)
    (found,), failed = measure.measure_alone({"sklearn": "sklearn"}, "min_max_scaler", "", 3)
    assert failed == []
    assert (found["memory"], found["memory_with_threads"]) == (1e6, 3e6)
    assert asked == [("--first-call", 1), ("--memory", 1), ("--memory", 3)]


def test_of_two_accounts_the_exact_one_is_told_where_they_agree():
    lot = float(memory.LOT)
    for mapped in (1e6 - lot, 1e6, 1e6 + 2 * lot):
        assert memory.surest([memory.Peak(1e6, mapped)], 1) == mapped
    for mapped in (1e6 - lot - 1, 1e6 + 2 * lot + 1, math.inf):  # touched again, never touched, not known
        assert memory.surest([memory.Peak(1e6, mapped)], 1) == 1e6
    for cores in (2, 64):
        for mapped in (1e6 - 2 * lot, 1e6 + 4 * lot):  # each of two cores may be as far off
            assert memory.surest([memory.Peak(1e6, mapped)], cores) == mapped
        assert memory.surest([memory.Peak(1e6, 1e6 + 4 * lot + 1)], cores) == 1e6
    peaks = [memory.Peak(1e6 - lot, 1e6), memory.Peak(1e6, 1e6 + 8), memory.Peak(1e6 - lot, math.inf)]
    assert memory.surest(peaks, 1) == 1e6 + 8  # the highest seen, the middle of what was mapped


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_holes_that_a_heap_happens_to_have_do_not_count():
    memory.lay_arrays_apart()
    sizes = range(8_000, 30_000, 4_000)  # bytes
    pairs = [(bytearray(size), bytearray(5_000)) for _ in range(20) for size in sizes]
    kept = [small for _, small in pairs]  # between the holes, so that these do not become one
    del pairs

    def one_after_the_other():
        for size in sizes:
            np.ones(size // 8)

    assert memory.surest_peak(one_after_the_other) < 2 * max(sizes)  # not their sum, a hole for each
    assert len(kept) == 120


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_small_objects_count_where_the_heap_has_holes_for_them():
    source = (
        "from benchmarks import memory\n"
        "memory.start_anew(1)\n"
        "memory.lay_arrays_apart()\n"
        "objects = [bytes(200) for _ in range(20_000)]\n"
        "kept = objects[::2]\n"  # beside 10 000 holes
        "del objects\n"
        "print(memory.surest_peak(lambda: [bytes(200) for _ in range(5_000)]))\n"
    )
    ran = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    assert 5_000 * 200 <= float(ran.stdout) < 5_000 * 300  # each with a head, and a place in the list


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_memory_of_started_processes_counts_above_what_they_loaded():
    hold = (
        "import sys\nfor line in sys.stdin:\n    rows = b'1' * int(line)\n    del rows\n    print(line, flush=True)\n"
    )
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    start = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {hold!r}])"  # its child is asked
    with subprocess.Popen([sys.executable, "-c", start], **pipe) as process:

        def have_it_touch(size):
            process.stdin.write(f"{size}\n")
            return process.stdout.readline(), process.stdout.readline()

        have_it_touch(60_000_000)  # before the call, and so no part of it
        loaded = memory.held_elsewhere()
        assert len(loaded) >= 2
        assert memory.peak_above(list).touched < 2e6
        assert memory.peak_above(have_it_touch, 30_000_000, loaded=loaded).touched == pytest.approx(30e6, rel=0.1)
        assert memory.peak_above(list, loaded={}).touched > 2 * 3e6  # interpreters that came with the call
        process.stdin.close()


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_peak_memory_counts_the_callers_rows_for_a_model_that_keeps_hold_of_them():
    data = {"X": np.ones((2_000_000, 3))[:1_000_000], "y": np.ones(10)}  # a view of what is not handed over whole
    assert memory.peak_above(lambda data: [data["X"]], data).touched >= 24e6
    assert memory.peak_above(lambda data: data["X"][:, :1], data).touched >= 24e6  # a view of the rows holds them all
    assert memory.peak_above(lambda data: float(data["X"][0, 0]), data).touched < 4e6
    own = {"X": data["X"].copy()}  # whose base is None, and nobody's to count
    assert memory.peak_above(lambda data: [None] * 1000, own).touched < 4e6
    assert memory.peak_above(lambda data: [data["X"]], own).touched >= 24e6


@pytest.mark.skipif(not memory.RESET.exists(), reason="the peak is known on Linux only")
def test_what_a_layer_keeps_from_step_to_step_is_memory_of_its_step():
    slopes = 20_000 * 100 * 8  # bytes: as many slopes as there are outputs
    found = race.memory_of(workload.load("MSE"), "scratchml", "scratchml", "")
    assert slopes <= found < 1.1 * slopes  # and a piece of the differences


def test_the_command_writes_json_markdown_and_a_page_and_compares(tmp_path):
    out = [tmp_path / name for name in ("out.json", "out.md", "out.html")]
    how = [sys.executable, "-m", "benchmarks", "min_max_scaler", "--sizes", "60x3", "--rounds", "2", "--threads", "1"]
    how += ["--no-first-call", "--vs", "sklearn", "--data", "duplicated"]
    how += ["--json", out[0], "--markdown", out[1], "--report", out[2]]
    ran = subprocess.run(how, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(out[0].read_text())
    assert found["schema"] == results.SCHEMA
    assert {"cpu", "cores", "memory_gb", "system", "python", "versions"} == set(found["machine"])
    assert {(r["n"], r["d"], r["data"], r["rounds"]) for r in found["rows"]} == {(60, 3, "duplicated", 2)}
    assert {r["contestant"] for r in found["rows"]} == {"scratchml", "sklearn"}
    assert all(r["struck"] == "" and r["low"] <= r["median"] <= r["high"] for r in found["rows"])
    assert "MinMaxScaler n=60 d=3" in ran.stdout
    assert out[1].read_text().startswith("# Results")
    assert out[2].read_text().startswith("<!doctype html>")


def test_importing_takes_hardly_longer_than_numpy_and_is_told():
    found = found_of()
    found["import"] = measure.seconds_to_import()
    assert found["import"] > 0.0
    assert (
        f"Import: scratchml takes {found['import']:.3f} s beyond NumPy's import; the bar is 0.1 s."
        in tables.remarks(results.join([found, found_of()]))
    )


def test_first_call_and_memory_are_measured_in_a_fresh_process():
    (found,), failed = measure.measure_alone({"sklearn": "sklearn"}, "min_max_scaler", "", 2)
    assert failed == []
    assert found["loading"] > 0
    assert found["warm"] > 0
    assert found["cold"] == found["warm"]  # it brings its machine code
    for which in ("memory", "memory_with_threads"):
        assert found[which] is None or found[which] >= 0
    (found,), failed = measure.measure_alone({"sklearn": "sklearn"}, "min_max_scaler", "", 1)
    assert failed == []
    assert found["memory_with_threads"] is None  # measured already


def test_import_lines_of_a_race_are_no_part_of_a_first_call(tmp_path, monkeypatch):
    slow = "import time\nended = time.process_time() + 0.2\nwhile time.process_time() < ended: pass\n"
    (tmp_path / "first2_slow_library.py").write_text(slow + "def fit():\n    import first2_slow_part\n")
    (tmp_path / "first2_slow_part.py").write_text(slow)
    monkeypatch.syspath_prepend(tmp_path)
    names = {"__name__": "benchmarks.workloads.slow"}
    exec("def work():\n    import first2_slow_library\n    first2_slow_library.fit()", names)
    found = race.first_and_second(names["work"])
    assert found["loading"] == pytest.approx(0.2, abs=0.05)  # the race's own line
    assert found["first"] == pytest.approx(0.2, abs=0.05)  # what the library imports when it is called
    assert found["second"] < 0.05


def test_growth_is_measured_of_ours_the_reference_and_a_students_file(tmp_path):
    (tmp_path / "my.py").write_text(STUDENT.format(wrong=""))
    made = replace(workload.load("min_max_scaler"), sizes={"small": (40, 3), "large": (320, 8)})
    points = race.grow(made, "gaussian", ["sklearn", "faiss", str(tmp_path / "my.py")])
    assert {p["contestant"] for p in points} == {"scratchml", "sklearn", "my.py"}
    ours = [(p["axis"], p["n"], p["d"]) for p in points if p["contestant"] == "scratchml"]
    wanted = [("n", 40, 8), ("n", 80, 8), ("n", 160, 8), ("n", 320, 8)]
    assert ours == [*wanted, ("d", 320, 2), ("d", 320, 3), ("d", 320, 5), ("d", 320, 8)]
    assert all(p["seconds"] > 0 for p in points)


def test_without_rounds_nothing_is_raced_but_growth_is_measured(race_here):
    race_here(replace(workload.load("min_max_scaler"), sizes={"small": (40, 3), "large": (320, 8)}))
    found = {"rows": [], "growth": [], "failed": [], "absent": {}}
    ran = measure.measure_races(found, "min_max_scaler", 1, "large", ["sklearn"], 0, "", True)
    assert ran == {"scratchml": "scratchml", "sklearn": "sklearn"}
    assert (found["rows"], found["failed"]) == ([], [])
    axes = {(s["contestant"], s["axis"]) for s in found["growth"]}
    assert axes == {("scratchml", "d"), ("scratchml", "n"), ("sklearn", "d"), ("sklearn", "n")}


def test_runs_are_joined_and_the_last_counts_where_two_hold_the_same(tmp_path, monkeypatch, capsys):
    first, second = found_of(2.0), found_of(4.0)
    first["rows"] += [{**row, "workload": "other"} for row in first["rows"]] + [
        {**row, "threads": 2} for row in first["rows"]
    ]
    second |= {"command": "python -m benchmarks thing", "calls": [], "growth": []}
    told = results.join([first, second])
    assert [(r["workload"], r["threads"], r["contestant"]) for r in told["rows"]] == [
        ("thing", 1, "scratchml"),
        ("thing", 1, "sklearn"),
        ("thing", 2, "scratchml"),
        ("thing", 2, "sklearn"),
        ("other", 1, "scratchml"),
        ("other", 1, "sklearn"),
    ]
    assert [r["ratio"] for r in told["rows"] if r["contestant"] == "sklearn"] == [4.0, 2.0, 2.0]
    assert (told["calls"], told["growth"]) == (first["calls"], first["growth"])
    assert (told["command"], told["minutes"]) == ("python -m benchmarks && python -m benchmarks thing", 2.0)
    files = [tmp_path / name for name in ("a.json", "b.json", "out.md")]
    for path, run in zip(files, (first, second)):
        path.write_text(json.dumps(run))
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--join", *map(str, files[:2]), "--markdown", str(files[2])])
    assert command.main() == 0
    assert files[2].read_text() == tables.to_markdown(told)
    second["machine"] = {**second["machine"], "cores": 64}
    files[1].write_text(json.dumps(second))
    with pytest.raises(SystemExit):
        command.main()
    assert "runs to join differ in cores; measure all of them on one machine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sizes", "big"], "--sizes big: name small, large, a number of rows"),
        (["--rounds", "-1"], "--rounds -1: give 0 or more"),
        (["--threads", "0,2"], "--threads 0: give 1 or more"),
        (["--json", "nowhere/out.json"], "no folder nowhere to write out.json to"),
        (["--compare", "nowhere.json"], "nowhere.json holds no results: [Errno 2] No such file"),
        (["--compare", "pyproject.toml"], "pyproject.toml holds no results: Expecting value"),
        (["no_such"], "no workload no_such; --list prints all of them"),
        (["KMeans"], "no workload KMeans (kmeans or "),
        (["--threads", "two"], "invalid whole_numbers value: 'two'"),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_runs(monkeypatch, capsys, words, said):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(command, "run", pytest.fail)
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])
    with pytest.raises(SystemExit):
        command.main()
    assert said in capsys.readouterr().err


def test_the_command_is_told_without_the_files_it_writes():
    words = [
        "kmeans",
        "--json",
        "/some where/a.json",
        "--vs",
        "sklearn,my.py",
        "--report=x.html",
        "--compare",
        "a.json",
    ]
    assert command.typed(words) == "python -m benchmarks kmeans --vs sklearn,my.py"


@pytest.mark.parametrize(("limit", "code"), [([], 0), (["--fail-above", "1.2"], 1), (["--fail-above", "1.6"], 0)])
def test_a_run_that_became_slower_fails_where_that_is_asked(tmp_path, monkeypatch, capsys, limit, code):
    slower = found_of()
    for row in slower["rows"]:
        row.update({k: row[k] * 1.5 for k in ("median", "low", "high")})
    (tmp_path / "old.json").write_text(json.dumps(found_of()))
    monkeypatch.setattr(command, "run", lambda *_: slower)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--compare", str(tmp_path / "old.json"), *limit])
    assert command.main() == code
    assert "fit, scratchml: 1 s became 1.5 s, 1.50 times" in " ".join(capsys.readouterr().out.split())
