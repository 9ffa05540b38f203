"""Every assignment: its solution earns all, its starter nothing, each mutant its diagnosis, each alternative all."""

import ast
import doctest
import json
import re
from functools import cache

import numpy as np
import pytest

from scratchml import trace
from scratchml.coursework import Sandbox, assignments, find_assignment, grade
from scratchml.coursework.assignment import load_module
from scratchml.coursework.exports import to_json
from scratchml.coursework.quiz import mark, quizzes
from scratchml.coursework.rules import breaches
from scratchml.coursework.starter import starter_source

ALL = assignments()
NAMES = [assignment.name for assignment in ALL]
MUTANTS = [(a.name, mutant) for a in ALL for mutant in a.mutants]
ALTERNATIVES = [(a.name, other) for a in ALL for other in a.alternatives]


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def by_name():
    return {assignment.name: assignment for assignment in ALL}


@pytest.fixture(scope="module")
def graded(by_name, sandbox):
    """Return a function that grades the solution, or what a mutant changes in it; the same file only once."""

    @cache
    def once(name, mutant=""):
        assignment = by_name[name]
        if not mutant:
            return grade(assignment, assignment.solution_source, sandbox)
        source = assignment.variant_source(assignment.mutants[mutant])
        return grade(assignment, source, sandbox, only=assignment.changes(mutant))

    return once


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_earns_every_point(name, by_name, graded):
    report = graded(name)
    assert [verdict.message for verdict in report.verdicts if not verdict.passed] == []
    assert report.earned == pytest.approx(sum(question.points for question in by_name[name].questions))


@pytest.mark.parametrize("name", NAMES)
def test_the_starter_is_made_from_the_solution_and_earns_nothing(name, by_name, sandbox):
    assignment = by_name[name]
    questions = [question.name for question in assignment.questions]
    assert assignment.starter_source == starter_source(assignment.solution_source, questions)
    report = grade(assignment, assignment.starter_source, sandbox)
    assert report.earned == 0
    assert {verdict.message for verdict in report.verdicts} == {"not started"}


@pytest.mark.parametrize(("name", "mutant"), MUTANTS)
def test_a_classic_mistake_loses_points_and_is_called_by_its_name(name, mutant, by_name, graded):
    assignment = by_name[name]
    changed = assignment.changes(mutant)
    report = graded(name, mutant)
    assert {verdict.question for verdict in report.verdicts if not verdict.passed} == changed
    assert assignment.diagnosis(mutant) in {verdict.diagnosis for verdict in report.verdicts}


@pytest.mark.parametrize(("name", "other"), ALTERNATIVES)
def test_a_right_answer_written_differently_earns_every_point(name, other, by_name, sandbox):
    assignment = by_name[name]
    source = assignment.variant_source(assignment.alternatives[other])
    changed = {name for name in assignment.checks if source.count(f"\ndef {name}(") > 1}
    report = grade(assignment, source, sandbox, only=changed)
    assert report.points > 0
    assert [verdict.message for verdict in report.verdicts if not verdict.passed] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_is_complete(name, by_name):
    assignment = by_name[name]
    assert len(assignment.mutants) >= 5
    assert len(assignment.alternatives) >= 2
    assert len({assignment.diagnosis(mutant) for mutant in assignment.mutants}) == len(assignment.mutants)
    assert breaches(assignment.solution_source, assignment.forbidden) == []
    for question in assignment.questions:
        assert len(assignment.hints[question.name]) == 3, f"{question.name} wants a nudge, a formula and pseudocode"
        assert all(assignment.hints[question.name])
        assert question.text
        growth = assignment.checks[question.name].growth
        assert question.complexity == (growth and growth.at_most)
    assert any(question.complexity for question in assignment.questions) != assignment.complexity.startswith("none: ")
    changed = set().union(*(assignment.changes(mutant) for mutant in assignment.mutants))
    assert changed <= {question.name for question in assignment.questions}
    assert assignment.checks


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_the_docstrings_hold(name, by_name):
    assignment = by_name[name]
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
    examined = 0
    for question in assignment.questions:
        function = getattr(assignment.solution, question.name)
        for test in finder.find(function, question.name, module=False, globs=dict(vars(assignment.solution))):
            examined += len(test.examples)
            assert runner.run(test).failed == 0
    assert examined >= len(assignment.questions)


@pytest.mark.parametrize("name", NAMES)
def test_a_quiz_has_its_right_answers_among_its_choices_and_changes_with_the_seed(name, by_name):
    with trace.record() as tr:
        first = quizzes(by_name[name], 0)
    assert len(tr) > 1  # the answers are a run's
    second = quizzes(by_name[name], 1)
    assert all(0 <= quiz.right < len(quiz.choices) == len(set(quiz.choices)) for quiz in [*first, *second])
    assert [quiz.text for quiz in first] != [quiz.text for quiz in second]
    assert all(mark(first, [quiz.right for quiz in first]))
    assert not any(mark(first, []))


def test_a_quizs_right_answer_has_no_place_of_its_own(by_name):
    places = [
        quiz.right
        for name in ("a07_decision_tree", "a20_q_learning")
        for k in range(8)
        for quiz in quizzes(by_name[name], k)
    ]
    assert len(set(places)) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_film_has_frames_that_draw(name, by_name):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    frames = list(load_module(by_name[name].folder / "film.py", "film").frames(by_name[name].solution))
    assert 2 <= len(frames) <= 60
    figure, ax = plt.subplots()
    for draw in (frames[0], frames[-1]):
        ax.clear()
        draw(ax)
        assert ax.get_title()
    plt.close(figure)


def test_a_graft_names_the_first_diverging_step(graded):
    said = [verdict.message for verdict in graded("a20_q_learning", "mean_of_next").verdicts]
    assert any(re.match(r"first diverging step: number \d+, 'turn \d+, state \d+, action \d'", word) for word in said)
    assert all(any(question.graft for question in a.checks.values()) for a in ALL)


@pytest.mark.parametrize("name", NAMES)
def test_grading_a_mistake_again_gives_the_same_json(name, by_name, graded, sandbox):
    assignment = by_name[name]
    mutant = next(iter(assignment.mutants))
    source = assignment.variant_source(assignment.mutants[mutant])
    again = [grade(assignment, source, sandbox, only=assignment.changes(mutant)) for _ in range(2)]
    texts = {to_json(report) for report in [graded(name, mutant), *again]}
    assert len(texts) == 1
    assert json.loads(texts.pop())["schema"] == 1


@pytest.mark.parametrize("name", ["a11_perceptron", "a12_k_means"])
def test_grading_the_solution_again_gives_the_same_json(name, by_name, graded, sandbox):
    again = grade(by_name[name], by_name[name].solution_source, sandbox)
    assert to_json(graded(name)) == to_json(again)


def test_a_variant_holds_functions_and_what_they_need():
    for assignment in ALL:
        for path in [*assignment.mutants.values(), *assignment.alternatives.values()]:
            kinds = (ast.FunctionDef, ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)
            assert all(isinstance(node, kinds) for node in ast.parse(path.read_text()).body), path


def test_generated_cases_are_the_seeds_own():
    assignment = find_assignment("12")
    make = assignment.checks["assign_points"].cases
    first, again, other = (make(np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes() != other.tobytes()
