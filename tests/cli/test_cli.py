"""The command line, called as a user would: exit codes, what is printed, what is written."""

import json
import re
import subprocess
import sys

import pytest

from scratchml.cli import gallery, main, tour
from scratchml.cli.tasks import TASKS, kind_of
from scratchml.cli.tracing import AGENTS, DATA
from scratchml.core.jit import jit_enabled
from scratchml.discovery import all_agents, all_estimators
from tests.parity.tour_references import NO_REFERENCE, PATH, measure

NAMES = [name for name, _ in all_estimators() + all_agents()]


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


# ---- tour


def test_the_whole_tour_passes_and_writes_one_self_contained_page(tmp_path, capsys):
    assert main(["tour", "--output", str(tmp_path / "new" / "folder")]) == 0
    printed = capsys.readouterr().out
    page = (tmp_path / "new" / "folder" / "index.html").read_text()
    for name in NAMES:
        assert name in printed
        assert f'id="{name}"' in page
        assert (tmp_path / "new" / "folder" / f"{name}.png").stat().st_size > 3000
    assert str(tmp_path) in printed.replace("\n", "")
    assert page.count("data:image/png;base64,") == len(NAMES)
    assert page.count('alt="') == len(NAMES)
    assert not re.search(r"(src|href)=\"(?!data:|#)", page), "the page loads something from elsewhere"


def test_stored_references_are_what_the_reference_libraries_give():
    stored, found = json.loads(PATH.read_text()), measure()
    assert stored.keys() == found.keys(), "run python -m tests.parity.tour_references"
    for name, entry in found.items():
        assert stored[name]["score"] == pytest.approx(entry["score"], abs=1e-6), name  # BLAS differs by machine
        assert stored[name]["library"].split()[0] == entry["library"].split()[0]


def test_every_estimator_has_a_task_and_a_reference():
    stored = json.loads(PATH.read_text())
    for name, cls in all_estimators() + all_agents():
        assert kind_of(cls._examples()[0]) in TASKS
        assert name in stored or NO_REFERENCE[name]


def test_a_score_below_its_reference_is_said_and_exits_with_1(monkeypatch, capsys):
    too_good = {"KMeans": tour.Reference(2.0, "nobody 1.0", 0.0)}
    monkeypatch.setattr(tour, "stored_references", lambda: too_good)
    assert main(["tour", "KMeans", "--no-pictures"]) == 1
    assert "is below its reference 2.0" in capsys.readouterr().out


def test_an_estimator_that_raises_is_said_and_exits_with_1(monkeypatch, capsys):
    def broken(estimator):
        raise ZeroDivisionError("on purpose")

    monkeypatch.setitem(TASKS, "clusterer", TASKS["clusterer"]._replace(run=broken))
    assert main(["tour", "KMeans", "LinearRegression", "--no-pictures"]) == 1
    printed = capsys.readouterr().out
    assert "KMeans: ZeroDivisionError: on purpose" in printed
    assert "LinearRegression" in printed


def test_an_unknown_name_exits_with_2_and_points_to_the_list(capsys):
    assert main(["tour", "KMens"]) == 2
    assert "KMens; `scratchml list`" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_exits_with_2_before_any_work(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["tour", "-o", str(tmp_path / "file" / "below")]) == 2
    assert "file" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_exits_with_2_before_any_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tour.os, "access", lambda folder, mode: False)
    monkeypatch.setattr(tour, "visit", lambda *args: pytest.fail("the work had begun"))
    assert main(["tour", "KMeans", "-o", str(tmp_path)]) == 2
    assert "name another folder with --output" in capsys.readouterr().err


def test_words_in_brackets_are_printed_as_they_are(tmp_path, monkeypatch, capsys):
    def broken(estimator):
        raise ValueError("labels [a] and [/b] <script>alert(1)</script>")

    monkeypatch.setitem(TASKS, "clusterer", TASKS["clusterer"]._replace(run=broken))
    folder = tmp_path / "[bold]x"
    assert main(["tour", "KMeans", "-o", str(folder)]) == 1
    printed = capsys.readouterr().out
    assert "ValueError: labels [a] and [/b] <script>" in printed
    assert f"gallery: {folder / 'index.html'}" in printed
    page = (folder / "index.html").read_text()
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_a_picture_that_cannot_be_drawn_is_said_and_exits_with_1(tmp_path, monkeypatch, capsys):
    def broken(estimator, ax):
        raise ZeroDivisionError("no ink")

    monkeypatch.setitem(gallery.DRAW, "clusterer", broken)
    assert main(["tour", "KMeans", "LinearRegression", "-o", str(tmp_path)]) == 1
    assert "KMeans: no picture: ZeroDivisionError: no ink" in capsys.readouterr().out
    page = (tmp_path / "index.html").read_text()
    assert "no ink" in page
    assert page.count("data:image/png") == 1


def test_a_score_that_is_no_number_fails_with_or_without_a_reference(monkeypatch, capsys):
    monkeypatch.setitem(TASKS, "clusterer", TASKS["clusterer"]._replace(run=lambda estimator: float("nan")))
    monkeypatch.setattr(tour, "stored_references", dict)
    assert main(["tour", "KMeans", "--no-pictures"]) == 1
    assert "score nan is no number" in capsys.readouterr().out


@pytest.mark.parametrize("columns", ["20", "40"])
def test_names_and_numbers_stay_whole_on_a_narrow_screen(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in NAMES)
    assert main(["tour", "LinearRegression", "--no-pictures"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"LinearRegression .*\b0\.\d{4} +0\.\d{4} +\d+\.\d{3} +\d+\.\d{3}", printed), printed


# ---- the other commands


def test_list_names_every_estimator(capsys):
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in NAMES)
    assert main(["list", "--kind", "regressor"]) == 0
    printed = capsys.readouterr().out
    assert "LinearRegression" in printed
    assert "KMeans" not in printed
    assert main(["list", "--kind", "agent"]) == 0
    printed = capsys.readouterr().out
    assert "QLearning" in printed
    assert "LinearRegression" not in printed


def test_info_tells_versions_threads_and_cache(capsys):
    assert main(["info"]) == 0
    printed = capsys.readouterr().out
    for word in ("scratchml", "numpy", "numba", "threads", "kernel cache", sys.executable.split("/")[-1]):
        assert word in printed


def test_warmup_compiles_and_says_how_many(capsys):
    assert main(["warmup"]) == 0
    assert re.search(r"\d+ kernels are ready", capsys.readouterr().out)


AFTER_WARMUP = """
import numpy as np
from scratchml.cli import main
from scratchml.cluster import DBSCAN
from scratchml.core.jit import kernels
from scratchml.ensemble import AdaBoostClassifier, RandomForestClassifier, RandomForestRegressor
from scratchml.linear_model import Perceptron
from scratchml.neighbors import NearestNeighbors
from scratchml.optim import newton_direction
from scratchml.preprocessing import KBinsDiscretizer
from scratchml.svm import SVC
from scratchml.tree import DecisionTreeClassifier

main(["warmup"])
ready = {name: set(map(str, kernel.signatures)) for name, kernel in kernels().items()}
for n in (300, 40_000):  # trees count rows in 16 bits up to 32 768
    X = np.random.default_rng(0).normal(size=(n, 3))
    numbers = X[:, 0] + X[:, 1] ** 2
    RandomForestRegressor(2).fit(X, numbers)
    NearestNeighbors().fit(X).kneighbors(X[:50])
    NearestNeighbors(algorithm="kd_tree").fit(X).radius_neighbors(X[:50], 0.1)
    DBSCAN(0.01).fit(np.vstack([X[:3000], X[:1] + 1e4]))
    KBinsDiscretizer(subsample=None).fit(X)
    newton_direction(np.eye(100), np.ones(100), np.empty(100), 0.0)
    Perceptron(max_iter=2, tol=None).fit(X, numbers > 1)
    for labels in (numbers > 1, np.digitize(numbers, [-0.5, 0.5, 1.5])):
        SVC().fit(X[:300], labels[:300])
        for model in (DecisionTreeClassifier(), RandomForestClassifier(2), AdaBoostClassifier(n_estimators=2)):
            model.fit(X, labels).predict(X)
print("compiled since:", [name for name, kernel in kernels().items() if set(map(str, kernel.signatures)) - ready[name]])
"""


@pytest.mark.skipif(not jit_enabled(), reason="without Numba there is nothing to compile")
def test_after_a_warmup_nothing_is_left_to_compile_for_few_rows_or_many():
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", AFTER_WARMUP], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "compiled since: []"


@pytest.mark.parametrize("command", [[], ["tour"], ["trace"], ["list"], ["warmup"], ["info"]])
def test_every_command_has_help(command, capsys):
    assert main([*command, "--help"]) == 0
    assert "usage: scratchml" in capsys.readouterr().out


@pytest.mark.parametrize("bad", [[], ["fit"], ["list", "--kind", "cat"], ["tour", "--colour"]])
def test_a_wrong_call_exits_with_2(bad, capsys):
    assert main(bad) == 2
    assert "usage" in capsys.readouterr().err


def test_python_dash_m_runs_it():
    found = subprocess.run([sys.executable, "-m", "scratchml", "--version"], capture_output=True, text=True, check=True)
    assert found.stdout.startswith("scratchml 0.")


# ---- trace


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SVC", "out of order"),
        ("decisiontreeclassifier", "questions"),
        ("KMeans", "inertia = sum_i"),
        ("QLearning", "target = r + gamma"),
        ("KNeighborsClassifier", "search"),
        ("SMOTE", "interpolate"),
    ],
)
def test_trace_prints_the_steps_and_writes_a_page(name, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["trace", name, "--frames", "3"]) == 0
    printed = capsys.readouterr().out
    assert words in printed
    pages = list(tmp_path.glob("*.html"))
    assert [name.lower()] == [page.stem.lower() for page in pages]
    assert str(pages[0]) in printed
    assert pages[0].read_text().startswith("<!doctype html>")


def test_trace_takes_data_parameters_and_paths(tmp_path, capsys):
    gif, page = tmp_path / "x.gif", tmp_path / "x.html"
    call = ["trace", "KMeans", "--data", "blobs", "--set", "n_clusters=2", "--set", "init=random", "--frames", "3"]
    assert main([*call, "--gif", str(gif), "--html", str(page)]) == 0
    assert "n_clusters=2" in capsys.readouterr().out
    assert gif.read_bytes().startswith(b"GIF8")
    assert page.exists()


def test_trace_says_what_it_leaves_out_and_its_help_names_all_data(tmp_path, capsys):
    assert main(["trace", "QLearning", "--set", "n_steps=30", "--frames", "2", "--html", str(tmp_path / "x.html")]) == 0
    assert "(14 steps between these are left out here.)" in capsys.readouterr().out
    assert main(["trace", "--help"]) == 0
    words = re.sub(r"-\s+", "-", capsys.readouterr().out)  # names broken at the end of a line
    assert [] == [name for name in [*DATA, *AGENTS] if name not in words]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (["KMean"], "Did you mean KMeans"),
        (["KMeans", "--data", "lake"], "there are petals"),
        (["QLearning", "--data", "petals"], "there are lake"),
        (["KMeans", "--set", "clusters=3"], "has no parameter 'clusters'"),
        (["KMeans", "--set", "clusters"], "is no NAME=VALUE"),
        (["KMeans", "--set", "n_clusters=0"], "n_clusters"),
        (["KMeans", "--frames", "1"], "frames=1"),
        (["Normalizer"], "takes no steps"),
    ],
)
def test_trace_called_wrongly_says_what_is_wrong(call, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["trace", *call]) == 2
    assert words in capsys.readouterr().err
