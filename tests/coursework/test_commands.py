"""The course's commands, as a student and a teacher call them."""

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from scratchml.cli import main
from scratchml.coursework import Limits, Sandbox, find_assignment, grade
from scratchml.coursework.exports import csv_row, to_gradescope, to_html, to_json, to_junit
from scratchml.coursework.packing import seed_of
from scratchml.coursework.reporting import print_report, summary_line
from scratchml.coursework.sandbox import StudentError
from scratchml.coursework.shrinking import shrink
from scratchml.coursework.starter import starter_source
from scratchml.coursework.testing import grade_tests

NAME = "a11_perceptron"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def half_done():
    """Return a file with one right function and one classic mistake."""
    assignment = find_assignment(NAME)
    return assignment.variant_source(assignment.mutants["boundary_is_right"])


def test_a_student_starts_grades_and_is_led_on(folder, capsys):
    assert main(["course", "start", "11"]) == 0
    path = folder / f"{NAME}.py"
    assert path.read_text() == find_assignment(NAME).starter_source
    assert main(["course", "start", "11"]) == 2  # what is there is never overwritten
    assert main(["course", "grade", str(path)]) == 1
    assert "not started" in capsys.readouterr().out
    path.write_text(half_done())
    assert main(["course", "grade", str(path)]) == 1
    out = capsys.readouterr().out
    assert "graded in " in out
    assert "1 edge cases" not in out
    assert "A row on the boundary counts as right" in out
    assert f"scratchml course hint {NAME} update" in out
    assert "yours:" in out
    assert "expected:" in out


def test_hints_go_deeper_and_the_text_is_shown(capsys):
    shown = []
    for level in ("1", "2", "3"):
        assert main(["course", "hint", NAME, "update", "--level", level]) == 0
        shown.append(capsys.readouterr().out)
    assert len(set(shown)) == 3
    assert "--level 2" in shown[0]
    assert "--level" not in shown[2]
    assert main(["course", "show", NAME]) == 0
    assert "margin" in capsys.readouterr().out
    assert main(["course", "list"]) == 0
    assert capsys.readouterr().out.count("points") >= 20


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["hint", NAME, "nothing"], "there are: score"),
        (["show", "a99"], "there are: a01"),
        (["grade", "nowhere/a11_perceptron.py"], "nowhere"),
        (["batch", ".", "--assignment", NAME], "holds no submissions"),
    ],
)
def test_a_wrong_call_says_what_is_there(words, says, folder, capsys):
    assert main(["course", *words]) == 2
    assert says in capsys.readouterr().err


def test_reset_keeps_the_old_text(folder):
    path = folder / f"{NAME}.py"
    for text in ("first", "second"):
        path.write_text(text)
        assert main(["course", "reset", str(path)]) == 0
        assert path.read_text() == find_assignment(NAME).starter_source
    assert [old.read_text() for old in sorted(folder.glob("*.old*"))] == ["first", "second"]


def test_a_quiz_is_marked(capsys):
    assert main(["course", "predict", NAME, "--answers", "9,9"]) == 1
    out = capsys.readouterr().out
    assert "0 of 2 right" in out
    assert out.count("no, it is") == 2  # the right one is told, with the step's formula
    assert " = " in out


def test_every_form_of_the_report_tells_the_same(folder):
    path = folder / f"{NAME}.py"
    path.write_text(half_done())
    forms = [word for form in ("json", "junit", "html", "gradescope") for word in (f"--{form}", str(folder / form))]
    assert main(["course", "grade", str(path), *forms]) == 1
    report = json.loads((folder / "json").read_text())
    assert report["schema"] == 1
    lost = sum(verdict["earned"] < verdict["points"] for verdict in report["verdicts"])
    suite = ElementTree.fromstring((folder / "junit").read_text())
    assert int(suite.get("failures")) == len(suite.findall(".//failure")) == lost > 0
    service = json.loads((folder / "gradescope").read_text())
    assert service["score"] == pytest.approx(report["earned"])
    assert sum(test["status"] == "failed" for test in service["tests"]) == lost
    page = (folder / "html").read_text()
    assert page.count('class="open"') == lost
    assert 0 < page.count("<svg") <= lost  # yours beside the expected, drawn
    assert "http" not in page


def test_a_page_escapes_what_a_student_wrote():
    with Sandbox() as sandbox:
        source = "def score(X, w, b):\n    raise ValueError('<script>alert(1)</script>')\n"
        page = to_html(grade(find_assignment(NAME), source, sandbox, only={"score"}))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_no_letter_of_a_student_moves_the_cursor_or_breaks_a_file():
    source = "def score(X, w, b):\n    raise ValueError('\\x1b[2J \\ud800 \\ufffe \\u202e [red]')\n"
    with Sandbox() as sandbox:
        report = grade(find_assignment(NAME), source, sandbox, only={"score"})
    page = io.StringIO()
    print_report(report, Console(file=page, force_terminal=True, color_system=None, width=200))
    for text in (page.getvalue(), to_html(report), to_junit(report), to_json(report), to_gradescope(report)):
        text.encode()
        assert not set("\x1b\u202e\ufffe") & set(text)
    assert "[red]" in page.getvalue()
    assert csv_row("=1+1", report)["student"] == "'=1+1"


def test_never_is_all_said_to_be_passed():
    with Sandbox() as sandbox:
        assignment = find_assignment(NAME)
        report = grade(assignment, assignment.solution_source, sandbox, only={"score"})
    assert report.earned == report.points
    assert "other cases" in summary_line(report)


def test_a_folder_is_graded_into_a_table(folder):
    assignment = find_assignment(NAME)
    hand_in = folder / "hand_in"
    (hand_in / "cleo").mkdir(parents=True)
    (hand_in / "ada.py").write_text(assignment.solution_source)
    (hand_in / "bob.py").write_bytes(b"def score(X, w, b):\n    return '\xff\x00'\n")
    (hand_in / "cleo" / f"{NAME}.py").write_text(half_done())
    (hand_in / "dora.py").symlink_to(assignment.folder / "solution.py")
    (hand_in / "eve").mkdir()
    (hand_in / "fay.py").write_text("\n")
    assert main(["course", "batch", str(hand_in), "--assignment", NAME, "--csv", "grades.csv", "--variants"]) == 0
    rows = list(csv.DictReader((folder / "grades.csv").read_text().splitlines()))
    assert [row["student"] for row in rows] == ["ada", "bob", "cleo", "dora", "eve", "fay"]
    assert [float(row["earned"]) for row in rows[3:]] == [0.0] * 3  # a link, no file at all, an empty one
    assert rows[5]["note"] == "the file is empty"
    assert "is a link" in rows[3]["note"]
    assert "No such file" in rows[4]["note"]
    assert float(rows[0]["earned"]) == float(rows[0]["points"]) == 12
    assert float(rows[1]["earned"]) == 0
    assert 0 < float(rows[2]["earned"]) < 12


def test_a_teachers_own_assignment_is_found_proved_and_packed(folder, monkeypatch, capsys):
    own = folder / "mine" / "b01_own"
    shutil.copytree(find_assignment(NAME).folder, own, ignore=shutil.ignore_patterns("__pycache__", "starter.py"))
    monkeypatch.setenv("SCRATCHML_ASSIGNMENTS", str(own.parent))
    # the sandbox is tested for the cases' full number elsewhere; here each part of the proof is asked with a few
    checks = own / "checks.py"
    checks.write_text(
        checks.read_text() + "\nfrom dataclasses import replace\n\nQUESTIONS = {\n"
        "    name: replace(question, count=20) for name, question in QUESTIONS.items()\n}\n"
    )
    assert main(["course", "prove", "b01_own", "--write-starter"]) == 0
    assert (own / "starter.py").read_text() == find_assignment(NAME).starter_source
    for path in [*(own / "mutants").glob("*.py")][:-2]:  # what was proved need not be proved again
        path.unlink()
    (own / "mutants" / "none.py").write_text('"""No mistake."""\n\n\ndef score(X, w, b):\n    return X @ w + b\n')
    assert main(["course", "prove", "b01_own"]) == 1
    assert "mutant none is caught: not in score" in capsys.readouterr().out.replace("\n", " ")
    assert main(["course", "pack", "b01_own", "--seed", "1"]) == 0
    with zipfile.ZipFile(folder / "b01_own.zip") as archive:
        assert "scratchml/coursework/assignments/b01_own/checks.py" in archive.namelist()
    with (
        Sandbox() as sandbox,
        sandbox.child(f"def f():\n    return open({str(own / 'solution.py')!r}).read()") as child,
    ):
        child.load()
        with pytest.raises(StudentError, match="not to be read"):
            child.call("f")
    monkeypatch.setenv("SCRATCHML_ASSIGNMENTS", "nowhere")
    assert main(["course", "list"]) == 2


def test_students_get_their_own_cases():
    assert seed_of("ada") == seed_of("ada") != seed_of("bob")
    assert seed_of("ada", 1) != seed_of("ada", 2)


def test_the_autograder_holds_the_package_and_its_command(folder):
    assert main(["course", "pack", NAME, "--seed", "31"]) == 0
    with zipfile.ZipFile(folder / f"{NAME}.zip") as archive:
        names = archive.namelist()
        assert {"setup.sh", "run_autograder", "scratchml/coursework/child.py"} <= set(names)
        assert f"scratchml/coursework/assignments/{NAME}/checks.py" in names
        assert "--seed 31 --gradescope /autograder/results/results.json" in archive.read("run_autograder").decode()
        assert not any("__pycache__" in name for name in names)


def test_the_students_own_tests_are_scored_by_the_mistakes_they_catch():
    assignment = find_assignment(NAME)
    good = (
        "\n\ndef test_boundary():\n    assert update(np.ones(1), 1, np.zeros(1), 0.0, 1.0)[2]\n"
        "\n\ndef test_margin():\n    assert margin(np.ones((1, 1)), np.array([-1]), np.array([2.0]), 0.0) == -1.0\n"
    )
    with Sandbox() as sandbox:
        verdict = grade_tests(assignment, assignment.solution_source + good, sandbox)
        assert verdict.earned == pytest.approx(2.0 * 3 / 7)  # boundary_is_right and the two wrong margins
        wrong = grade_tests(assignment, assignment.solution_source + "\n\ndef test_no():\n    assert False\n", sandbox)
        assert wrong.earned == 0
        assert "fails on a right answer" in wrong.message
        assert grade_tests(assignment, assignment.solution_source, sandbox) is None
        hurried = type(assignment)(
            assignment.folder, assignment.title, assignment.questions, assignment.forbidden, Limits(wall=1.0)
        )
        endless = "\n\ndef test_long():\n    perceptron(np.ones((2, 1)), np.array([1, -1]), 1.0, 10**9)\n"
        assert grade_tests(hurried, assignment.solution_source + endless, sandbox).earned == 0


def test_a_file_run_by_itself_plays_the_students_functions(folder):
    path = folder / "a12_k_means.py"
    path.write_text(find_assignment("12").solution_source)
    ran = subprocess.run(
        [sys.executable, str(path)],
        env={"MPLBACKEND": "Agg", "PATH": "", "PYTHONPATH": sys.path[0] + ":" + ":".join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert (folder / "a12_k_means.gif").read_bytes()[:3] == b"GIF"


def test_a_starter_needs_docstrings_and_the_questions_functions():
    with pytest.raises(ValueError, match="has no function g"):
        starter_source('def f():\n    """Say."""\n    return 1\n', ["g"])
    with pytest.raises(ValueError, match="needs a docstring"):
        starter_source("def f():\n    return 1\n", ["f"])


def test_a_case_shrinks_to_the_row_that_matters():
    X, y = np.arange(20.0).reshape(10, 2) + 0.123, np.arange(10)
    small_X, small_y = shrink((X, y), lambda case: bool((case[0] > 18).any()))
    assert small_X.shape == (1, 2)
    assert len(small_y) == 1
    assert (small_X == np.round(small_X)).all()
