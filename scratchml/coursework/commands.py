"""commands: ``scratchml course list | start | show | grade | watch | hint | predict | reset | batch | prove | pack``.

Exit codes: 0 all checks hold; 1 some do not; 2 called wrongly.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
import warnings
from pathlib import Path
from typing import Any

from .assignment import Assignment, assignments, find_assignment
from .exports import csv_row, to_gradescope, to_html, to_json, to_junit
from .grading import Report
from .packing import grade_all, grade_folder, pack, read_source, seed_of, submissions
from .proving import prove
from .quiz import mark, quizzes
from .reporting import print_report
from .sandbox import Sandbox

__all__ = ["add_course_parser", "run_course"]

FORMS = {"json": to_json, "junit": to_junit, "html": to_html, "gradescope": to_gradescope}


def add_course_parser(commands: Any) -> None:
    """Add ``course`` and its own commands to the command line."""
    course = commands.add_parser(
        "course",
        help="assignments that grade themselves",
        description="Assignments on the package's own algorithms: start one, write its functions, grade it yourself.",
        epilog="Begin with: scratchml course list, scratchml course start 12",
    )
    steps = course.add_subparsers(dest="step", metavar="STEP", required=True)
    steps.add_parser("list", help="list the assignments")

    def add(name: str, says: str, what: str) -> argparse.ArgumentParser:
        step: argparse.ArgumentParser = steps.add_parser(name, help=says, description=f"{says[0].upper()}{says[1:]}.")
        step.add_argument("what", metavar=what, help="an assignment's name or number" if what == "NAME" else None)
        return step

    start = add("start", "write an assignment's starter file", "NAME")
    start.add_argument("--folder", type=Path, default=Path(), help="where to (default: here)")
    add("show", "print an assignment's text", "NAME")
    for name, says in (("grade", "check a file"), ("watch", "check a file again each time it is saved")):
        step = add(name, says, "FILE")
        step.add_argument("--assignment", metavar="NAME", help="default: the file's name says it")
        step.add_argument("--seed", type=int, default=0, help="which generated cases (default: %(default)s)")
        step.add_argument("--student", metavar="WHO", help="the cases of this student's own variant")
        for form in FORMS:
            step.add_argument(f"--{form}", type=Path, metavar="OUT", help=f"write the report as {form}")
    hint = add("hint", "a hint: a nudge, then the formula, then pseudocode", "NAME")
    hint.add_argument("question")
    hint.add_argument("--level", type=int, choices=(1, 2, 3), default=1)
    predict = add("predict", "a short quiz: what will the next step do?", "NAME")
    predict.add_argument("--seed", type=int, default=0)
    predict.add_argument("--answers", metavar="1,2,...", help="answer without being asked")
    add("reset", "begin anew; the old file is kept beside it", "FILE")
    batch = add("batch", "grade a folder of submissions into a CSV file", "FOLDER")
    batch.add_argument("--assignment", metavar="NAME", required=True)
    batch.add_argument("--csv", type=Path, default=Path("grades.csv"), metavar="OUT", help="default: %(default)s")
    batch.add_argument("--seed", type=int, default=0)
    batch.add_argument("--variants", action="store_true", help="each student's own cases")
    proving = add("prove", "show that an assignment of yours is fit: solution, starter, mutants, alternatives", "NAME")
    proving.add_argument("--write-starter", action="store_true", help="first make starter.py anew from solution.py")
    packing = add("pack", "write a Gradescope autograder", "NAME")
    packing.add_argument("--out", type=Path, metavar="ZIP")
    packing.add_argument("--seed", type=int, required=True, help="chooses the submission's cases; keep it to yourself")


def run_course(arguments: argparse.Namespace) -> int:
    """Run one of the course's commands and return its exit code."""
    from rich.console import Console

    warnings.simplefilter("ignore", RuntimeWarning)  # of the reference on shrunken cases: nothing a student should see
    console = Console(width=int(os.environ.get("COLUMNS", 0)) or None)
    step = {
        "list": list_all, "start": start, "show": show_text, "grade": grade_file, "watch": watch, "hint": hint,
        "predict": predict, "reset": reset, "batch": batch, "prove": prove_it, "pack": write_pack,
    }[arguments.step]  # fmt: skip
    return step(arguments, console)


def list_all(arguments: argparse.Namespace, console: Any) -> int:
    """Print every assignment."""
    for assignment in assignments():
        names = ", ".join(question.name for question in assignment.questions)
        console.print(f"{assignment.name:28} {assignment.points:3.0f} points  [dim]{names}[/]", highlight=False)
    return 0


def start(arguments: argparse.Namespace, console: Any) -> int:
    """Write the starter; an existing file is never overwritten."""
    assignment = find_assignment(arguments.what)
    path = arguments.folder / f"{assignment.name}.py"
    if path.exists():
        raise ValueError(f"{path} is there already; go on with it, or begin anew: scratchml course reset {path}")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    path.write_text(assignment.starter_source)
    console.print(
        f"{path} is yours. Read it: scratchml course show {assignment.name}; check it: scratchml course grade {path}"
    )
    return 0


def show_text(arguments: argparse.Namespace, console: Any) -> int:
    """Print the questions, their points and the rules."""
    assignment = find_assignment(arguments.what)
    console.print(f"[bold]{assignment.title}[/] ({assignment.points:g} points)")
    for question in assignment.questions:
        grows = f"; lines run at most like n^{question.complexity:g}" if question.complexity else ""
        console.print(f"\n[bold]{question.name}[/] ({question.points:g}{grows})\n{question.text}", highlight=False)
    if assignment.forbidden:
        console.print(f"\nNot to be used: {', '.join(assignment.forbidden)}", highlight=False)
    return 0


def graded(arguments: argparse.Namespace, sandbox: Sandbox, console: Any) -> Report:
    """Grade the file that the arguments name, with a line that says which question is at work."""
    path = Path(arguments.what)
    assignment = find_assignment(arguments.assignment or path.stem)
    seed = seed_of(arguments.student, arguments.seed) if arguments.student else arguments.seed
    source = read_source(path)
    with console.status("starting") as status:
        return grade_all(assignment, source, sandbox, seed, lambda name: status.update(f"checking {name}"))


def grade_file(arguments: argparse.Namespace, console: Any) -> int:
    """Grade one file, print the report, write it in the forms asked for."""
    start = time.monotonic()
    with Sandbox() as sandbox:
        report = graded(arguments, sandbox, console)
    print_report(report, console)
    console.print(f"graded in {time.monotonic() - start:.1f} s", style="dim", highlight=False)
    for form, write in FORMS.items():
        if out := getattr(arguments, form):
            out.write_text(write(report), encoding="utf-8")
    return 0 if report.earned == report.points else 1


def watch(arguments: argparse.Namespace, console: Any) -> int:
    """Grade again each time the file is saved, until everything holds or Ctrl-C."""
    path, before = Path(arguments.what), 0.0
    with Sandbox() as sandbox:
        while True:
            if (now := path.stat().st_mtime) != before:
                before = now
                report = graded(arguments, sandbox, console)
                print_report(report, console)
                if report.earned == report.points:
                    return 0
                console.print("[dim]waiting for the file to be saved; Ctrl-C ends[/]")
            time.sleep(0.3)


def hint(arguments: argparse.Namespace, console: Any) -> int:
    """Print one hint and how to get the next."""
    assignment = find_assignment(arguments.what)
    if arguments.question not in assignment.hints:
        raise ValueError(f"no question {arguments.question!r}; there are: {', '.join(assignment.hints)}")
    console.print(assignment.hints[arguments.question][arguments.level - 1], highlight=False, markup=False)
    if arguments.level < 3:
        more = f"scratchml course hint {assignment.name} {arguments.question} --level {arguments.level + 1}"
        console.print(f"more: {more}", style="dim", highlight=False)
    return 0


def predict(arguments: argparse.Namespace, console: Any) -> int:
    """Ask the quiz; exit code 1 where an answer is wrong."""
    from rich.markup import escape

    questions = quizzes(find_assignment(arguments.what), arguments.seed)
    given = [int(word) - 1 for word in arguments.answers.split(",")] if arguments.answers else None
    answers: list[int] = []
    for number, question in enumerate(questions):
        console.print(f"\n[bold]{number + 1}.[/] {escape(question.text)}", highlight=False)
        for i, choice in enumerate(question.choices):
            console.print(f"   {i + 1}) {escape(choice)}", highlight=False)
        if given is not None:
            word = str(given[number] + 1) if number < len(given) else ""
        else:
            try:
                word = console.input("   your answer: ")
            except EOFError:
                raise ValueError("there is nobody to ask; give the answers: --answers 1,2") from None
        answers.append(int(word) - 1 if word.strip().isdigit() else -1)
        right = mark([question], answers[-1:])[0]
        answer = "[green]right[/]" if right else f"[red]no, it is {question.right + 1})[/]"
        console.print(f"   {answer}: {escape(question.why).replace(chr(10), chr(10) + '   ')}", highlight=False)
    marks = mark(questions, answers)
    console.print(f"\n{sum(marks)} of {len(marks)} right")
    return 0 if all(marks) else 1


def reset(arguments: argparse.Namespace, console: Any) -> int:
    """Put the starter in the file's place; the old text stays in FILE.old, FILE.old2, ..."""
    path = Path(arguments.what)
    assignment: Assignment = find_assignment(path.stem)
    if path.exists():
        olds = (path.with_name(f"{path.name}.old{number or ''}") for number in range(1000))
        old = next(old for old in olds if not old.exists())
        path.rename(old)
        console.print(f"your text is kept in {old}")
    path.write_text(assignment.starter_source)
    return 0


def batch(arguments: argparse.Namespace, console: Any) -> int:
    """Grade a folder into a CSV file, with a progress bar."""
    from rich.progress import Progress

    assignment, folder = find_assignment(arguments.assignment), Path(arguments.what)
    total = len(submissions(folder, assignment))
    if not total:
        raise ValueError(f"{folder} holds no submissions (NAME.py, or NAME/{assignment.name}.py)")
    with Sandbox() as sandbox, Progress(console=console) as progress:
        bar = progress.add_task("grading", total=total)

        def tick(student: str) -> None:
            progress.advance(bar)

        threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
        reports = grade_folder(folder, assignment, sandbox, arguments.seed, arguments.variants, threads, tick)
    rows = [csv_row(student, report) for student, report in reports.items()]
    names = [question.name for question in assignment.questions]
    columns = ["student", "earned", "points", *names, "your tests", "note"]
    with arguments.csv.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    console.print(f"{total} submissions: {arguments.csv}")
    return 0


def prove_it(arguments: argparse.Namespace, console: Any) -> int:
    """Grade everything in an assignment's folder; exit code 1 where something is not as it must be."""
    from rich.markup import escape

    assignment, open_parts = find_assignment(arguments.what), 0
    if arguments.write_starter:
        assignment.write_starter()
    with Sandbox() as sandbox:
        for tried, trouble in prove(assignment, sandbox):
            open_parts += bool(trouble)
            mark, words = ("[red]--[/]", f": {trouble}") if trouble else ("[green]ok[/]", "")
            console.print(f"{mark} {escape(tried + words)}", highlight=False)
    return 1 if open_parts else 0


def write_pack(arguments: argparse.Namespace, console: Any) -> int:
    """Write the autograder's zip."""
    assignment = find_assignment(arguments.what)
    out = pack(assignment, arguments.out or Path(f"{assignment.name}.zip"), arguments.seed)
    console.print(f"{out} is ready to be uploaded")
    return 0
