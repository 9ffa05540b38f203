"""grading: a student's file in, a verdict for every check out.

For each question: the rules are read from the source, one child is forked, the fixed edge cases and the generated
cases are asked, then laws, growth and graft. A question's points are shared equally among its checks. A failing case
is shrunk, replayed in a fresh child, and compared with the classic mistakes. Nothing here depends on load: no check
measures seconds.
"""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Container
from dataclasses import dataclass, field, fields
from functools import partial
from math import fsum
from typing import Any

import numpy as np

from .assignment import Assignment, QuestionText
from .checking import Growth, Question
from .comparing import close
from .diagnosing import diagnose, mutant_with_error, outcome
from .picturing import drawable
from .rules import breaches, graded_part
from .sandbox import Child, Sandbox, Stopped, StudentError
from .shrinking import shrink
from .wire import pack

__all__ = ["Report", "Verdict", "grade"]

NOT_STARTED, NOT_RUN = "not started", "the file cannot be run"
NO_NONCE = bytes(16)


@dataclass
class Verdict:
    """The result of one check: earned of points, and what a student needs to go on."""

    question: str
    check: str
    points: float
    earned: float = 0.0
    message: str = ""
    diagnosis: str = ""
    line: int = 0
    case: str = ""
    yours: str = ""
    expected: str = ""
    yours_numbers: list[Any] | None = None  # to be drawn
    expected_numbers: list[Any] | None = None

    @property
    def passed(self) -> bool:
        """Whether the check holds in full."""
        return self.earned == self.points


@dataclass
class Report:
    """All verdicts of one file."""

    assignment: str
    title: str
    seed: int
    verdicts: list[Verdict] = field(default_factory=list)
    printed: str = ""

    @property
    def points(self) -> float:
        """What could be earned."""
        return round(fsum(verdict.points for verdict in self.verdicts), 9)

    @property
    def earned(self) -> float:
        """What was earned."""
        return round(fsum(verdict.earned for verdict in self.verdicts), 9)


@dataclass
class Failure(Exception):
    """Why a check does not hold."""

    message: str
    diagnosis: str = ""
    line: int = 0
    case: str = ""
    yours: str = ""
    expected: str = ""
    yours_numbers: list[Any] | None = None
    expected_numbers: list[Any] | None = None


def show(value: Any) -> str:
    """Return a value as a student would type it, cut after some 500 letters."""
    text = spell(value)
    return text if len(text) <= 500 else f"{text[:450]} ... ({len(text)} letters)"


def spell(value: Any) -> str:
    """Return a value as a student would type it; of long arrays the ends."""
    if isinstance(value, np.ndarray) and value.ndim:
        value = value + 0.0 if value.dtype.kind == "f" else value  # no -0.
        text = np.array2string(value, precision=5, separator=", ", threshold=60, suppress_small=True)
        return " ".join(text.split()).replace("[ ", "[")
    if isinstance(value, (float, np.floating, np.ndarray)):
        return f"{float(value):.6g}" if np.asarray(value).dtype.kind == "f" else str(value)
    if isinstance(value, (tuple, list)):
        return (
            ("(" if isinstance(value, tuple) else "[")
            + ", ".join(map(spell, value))
            + (")" if isinstance(value, tuple) else "]")
        )
    try:
        return repr(value)
    except ValueError:  # a whole number of more digits than Python writes
        return "a number with thousands of digits"


class Grader:
    """Checks one question in one child."""

    def __init__(
        self, assignment: Assignment, text: QuestionText, question: Question, source: str, child: Child, seed: int
    ) -> None:
        self.assignment, self.text, self.question = assignment, text, question
        self.source, self.child, self.seed = source, child, seed
        self.reference = getattr(assignment.solution, text.name)
        self.hopeless = False  # whether every generated case was wrong: then keeping a law is no merit

    def rng(self, *place: int) -> np.random.Generator:
        """Return the generator of one place of this question: the same seed asks the same cases."""
        return np.random.default_rng(
            [self.seed, zlib.crc32(f"{self.assignment.name}.{self.text.name}".encode()), *place]
        )

    def answer(self, arguments: tuple[Any, ...], child: Child | None = None) -> tuple[str | None, Any, Any]:
        """Return (what is wrong or None, the student's answer, the right answer) of one case."""
        kind, expected = outcome(self.reference, arguments)
        asked = {"do": "call", "name": self.text.name, "arguments": copy.deepcopy(arguments)}
        try:
            answer = (child or self.child).ask(asked)
        except StudentError as error:
            if error.kind == "NotImplementedError":
                raise
            if kind == "error":
                return (
                    (None if error.kind == expected else f"raises {error.kind}; {expected} is wanted"),
                    error.kind,
                    expected,
                )
            raise
        found = answer["value"]
        if kind == "error":
            return f"returns an answer; an error of kind {expected} is wanted", found, expected
        if word := self.question.same(expected, found, arguments):
            return word, found, expected
        if pack(answer["arguments"], NO_NONCE) != pack(arguments, NO_NONCE):
            return "changes its arguments; work on a copy", found, expected
        return None, found, expected

    def trouble(self, arguments: tuple[Any, ...], child: Child | None = None) -> str | None:
        """Return what is wrong with one case, an error of the student's code included; None if nothing is."""
        try:
            return self.answer(arguments, child)[0]
        except StudentError as error:
            if error.kind == "NotImplementedError":
                raise
            return f"raises {error}"

    def fail(self, arguments: tuple[Any, ...], others: list[tuple[Any, ...]], lead: str) -> Failure:
        """Return the failure of a case: shrunk, replayed in a fresh child, diagnosed."""

        def still_fails(candidate: tuple[Any, ...]) -> bool:
            is_sound = outcome(self.reference, candidate)[0] == "value" and self.question.has_one_answer(*candidate)
            return is_sound and self.trouble(candidate) is not None

        small = shrink(arguments, still_fails)
        sandbox, limits = self.child.sandbox, self.child.limits
        with sandbox.child(self.source, self.child_name, limits) as fresh:
            fresh.load()
            if self.trouble(small, fresh) is None:  # it failed only after other calls: the function keeps something
                return Failure(
                    f"{lead}: the same call gives another answer after other calls; keep nothing between calls"
                )
            case = f"{self.text.name}{show(small)}"
            try:
                word, found, expected = self.answer(small, fresh)
            except StudentError as error:
                right = show(outcome(self.reference, small)[1])
                diagnosis = mutant_with_error(self.assignment, self.text.name, small, error.kind)
                return Failure(f"{lead}: raises {error}", diagnosis, error.line, case, "", right)
            cases = [(small, found)]
            for other in others[:5]:
                try:
                    cases.append((other, self.answer(other, fresh)[1]))
                except StudentError:
                    pass
        diagnosis = diagnose(self.assignment, self.text.name, self.question, cases, expected)
        numbers = drawable(found), drawable(expected)
        return Failure(f"{lead}: {word}", diagnosis, 0, case, show(found), show(expected), *numbers)

    @property
    def child_name(self) -> str:
        """The file name that errors of the student's code carry."""
        return f"{self.assignment.name}.py"

    def check_edges(self) -> None:
        """Ask the fixed cases."""
        for name, arguments in self.question.edges.items():
            if self.trouble(arguments) is not None:
                raise self.fail(arguments, [], f"the case '{name}'")

    def check_cases(self) -> None:
        """Ask the generated cases."""
        cases = [self.question.cases(self.rng(i)) for i in range(self.question.count)]
        wrong = [case for case in cases if self.trouble(case) is not None]
        if wrong:
            self.hopeless = len(wrong) == len(cases)
            raise self.fail(wrong[0], wrong[1:], f"{len(wrong)} of {len(cases)} generated cases fail")

    def check_law(self, number: int, law: Callable[..., str | None]) -> None:
        """Try a law ten times."""
        for i in range(10):
            if word := law(self.rng(1000 + number, i), lambda *a: self.child.call(self.text.name, *a)):
                mutants = self.assignment.mutant_modules.items()
                tried = ((name, getattr(module, self.text.name)) for name, module in mutants)
                alike = (name for name, f in tried if breaks_alike(law, self.rng(1000 + number, i), f, word))
                mutant = next(alike, "")
                raise Failure(word, self.assignment.diagnosis(mutant) if mutant else "")

    def check_growth(self, growth: Growth) -> None:
        """Count the lines that run at several sizes."""
        lines = []
        for n in growth.sizes:
            asked = {"do": "count", "name": self.text.name, "arguments": growth.make(self.rng(2000, n), n)}
            lines.append(max(1, int(self.child.ask(asked)["lines"])))
        slope = float(np.polyfit(np.log(growth.sizes), np.log(lines), 1)[0])
        if slope > growth.at_most + 0.15:  # a constant part of the count bends the line by less than this
            counts = ", ".join(f"{n}: {count}" for n, count in zip(growth.sizes, lines))
            grows = f"the lines run grow like n^{slope:.1f} ({counts}); n^{growth.at_most:g} is possible."
            raise Failure(f"{grows} {growth.reason}".strip())

    def check_graft(self) -> None:
        """Run our estimator with the student's function in it beside the same with ours."""
        graft = self.question.graft
        assert graft is not None
        ours = graft.run(self.reference)
        theirs = graft.run(lambda *arguments: self.child.call(self.text.name, *arguments))
        for i, ((step, expected), (_, found)) in enumerate(zip(ours, theirs)):
            if word := differ(expected, found, ()):
                raise Failure(
                    f"first diverging step: number {i + 1}, '{step}': {word}",
                    yours=show(found),
                    expected=show(expected),
                )

    def checks(self) -> list[tuple[str, Callable[[], None]]]:
        """Return this question's checks by the sentence that a report shows."""
        question, found = self.question, []
        if question.edges:
            number = len(question.edges)
            found.append((f"{number} edge case{'s' * (number > 1)}", self.check_edges))
        found.append((f"equals the reference on {question.count} generated cases", self.check_cases))
        for i, (sentence, law) in enumerate(question.laws.items()):
            found.append((sentence, partial(self.check_law, i, law)))
        if question.growth is not None:
            growth = question.growth
            found.append((f"lines run grow at most like n^{growth.at_most:g}", partial(self.check_growth, growth)))
        if question.graft is not None:
            found.append((question.graft.says, self.check_graft))
        return found


differ = close(1e-7, 1e-9)  # a step's value may differ by what a hundred roundings add up to


def breaks_alike(law: Callable[..., str | None], rng: np.random.Generator, function: Any, word: str) -> bool:
    """Return whether a function of ours breaks a law with the same sentence."""
    with np.errstate(all="ignore"):
        try:
            return law(rng, function) == word
        except Exception:  # a mutant that cannot even be asked breaks the law otherwise
            return False


def grade_question(
    assignment: Assignment, text: QuestionText, source: str, sandbox: Sandbox, seed: int
) -> tuple[list[Verdict], str]:
    """Return the verdicts of one question and what the student's code printed."""
    question = assignment.checks[text.name]
    with sandbox.child(source, f"{assignment.name}.py", assignment.limits) as child:
        grader = Grader(assignment, text, question, source, child, seed)
        checks = grader.checks()
        verdicts = [Verdict(text.name, sentence, text.points / len(checks)) for sentence, _ in checks]
        stopped = ""
        try:
            if text.name not in child.load():
                stopped = f"the file defines no function {text.name}"
        except (StudentError, Stopped) as error:
            stopped = f"{NOT_RUN}: {error}"
        for verdict, (_, check) in zip(verdicts, checks):
            if stopped:
                verdict.message = stopped
                continue
            try:
                check()
                verdict.earned = 0.0 if grader.hopeless else verdict.points
                verdict.message = "counts as soon as one generated case is right" if grader.hopeless else ""
            except Failure as failure:
                for part in fields(failure):
                    setattr(verdict, part.name, getattr(failure, part.name))
            except StudentError as error:
                started = error.kind != "NotImplementedError"
                verdict.message, verdict.line = (f"raises {error}", error.line) if started else (NOT_STARTED, 0)
                stopped = "" if started else NOT_STARTED
            except Stopped as error:
                stopped = verdict.message = str(error)
            except Exception as error:  # no answer, however strange, ends the grading of the others
                verdict.message = f"the answer is of another kind than is wanted ({type(error).__name__}: {error})"
        return verdicts, child.printed.decode(errors="replace")


def broken_rules(assignment: Assignment, source: str) -> str:
    """Return why a file is not run at all ("" if it is)."""
    try:
        found = breaches(source, assignment.forbidden)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # the last two: nested too deeply
        return f"the file is not Python: {error or 'it is nested too deeply'}"
    return "; ".join(f"line {breach.line} {breach.sentence}" for breach in found)


def grade(
    assignment: Assignment,
    source: str,
    sandbox: Sandbox,
    seed: int = 0,
    tick: Callable[[str], None] = lambda name: None,
    only: Container[str] | None = None,
) -> Report:
    """Grade a student's source, or the questions ``only``; ``tick`` is called with each question's name before."""
    report = Report(assignment.name, assignment.title, seed)
    why_not = broken_rules(assignment, source)
    for text in assignment.questions:
        if only is not None and text.name not in only:
            continue
        tick(text.name)
        if why_not:
            report.verdicts.append(Verdict(text.name, "the rules", text.points, message=why_not))
            continue
        verdicts, printed = grade_question(assignment, text, graded_part(source), sandbox, seed)
        if verdicts[0].message.startswith(NOT_RUN):
            why_not = verdicts[0].message  # a file that cannot be run is not run again for the next question
        report.verdicts += verdicts
        report.printed = report.printed or printed
    return report
