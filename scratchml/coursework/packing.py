"""packing: many files at once, and the zip that a grading service runs.

``grade_folder`` grades every submission of a folder on threads (each question's work is in its own process anyway).
``pack`` writes a Gradescope autograder: the package's own source, what installs it, and the one command that grades.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .assignment import Assignment
from .grading import Report, Verdict, grade
from .sandbox import Sandbox
from .testing import grade_tests

LARGEST = 1 << 20  # bytes of a submission

__all__ = ["grade_all", "grade_folder", "pack", "seed_of", "submissions"]

PACKAGE = Path(__file__).parent.parent


def seed_of(student: str, seed: int = 0) -> int:
    """Return a student's own seed: the same name always gets the same cases, another name others."""
    return zlib.crc32(f"{seed}:{student}".encode())


def submissions(folder: Path, assignment: Assignment) -> dict[str, Path]:
    """Return the files by student: ``NAME.py`` in the folder, or ``NAME/<assignment>.py`` (or the only one there)."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix == ".py":
            found[path.stem] = path
        elif path.is_dir():
            files = sorted(path.glob("*.py"))
            wanted = [file for file in files if file.stem == assignment.name] or files
            found[path.name] = wanted[0] if len(wanted) == 1 else path / f"{assignment.name}.py"
    return found


def read_source(path: Path) -> str:
    """Return a submission's text; bytes that are no UTF-8 become marks that Python refuses with a clear error.

    Raises
    ------
    ValueError
        When the file is a link (to the answers, perhaps) or too large.
    OSError
        When it cannot be read.
    """
    if path.is_symlink() or path.parent.is_symlink():
        raise ValueError(f"{path.name} is a link; hand in the file itself")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes; at most {LARGEST} are read")
    return path.read_text(encoding="utf-8-sig", errors="replace").replace("\0", "\ufffd")


def grade_all(
    assignment: Assignment,
    source: str,
    sandbox: Sandbox,
    seed: int = 0,
    tick: Callable[[str], None] = lambda name: None,
) -> Report:
    """Grade a source with the student's own tests in it."""
    report = grade(assignment, source, sandbox, seed, tick)
    if not any(verdict.check == "the rules" for verdict in report.verdicts):
        tests = grade_tests(assignment, source, sandbox)
        report.verdicts += [tests] if tests else []
    return report


def grade_folder(
    folder: Path,
    assignment: Assignment,
    sandbox: Sandbox,
    seed: int = 0,
    variants: bool = False,
    threads: int = 2,
    tick: Callable[[str], None] = lambda student: None,
) -> dict[str, Report]:
    """Return each student's report, in the order of their names; with ``variants`` each has a seed of their own."""

    def one(student: str, path: Path) -> Report:
        cases = seed_of(student, seed) if variants else seed
        try:
            source = read_source(path)
            if not source.strip():
                raise ValueError("the file is empty")
            report = grade_all(assignment, source, sandbox, cases)
        except (OSError, ValueError) as error:  # this file's trouble is not the others'
            lost = [Verdict(text.name, "the file", text.points, message=str(error)) for text in assignment.questions]
            report = Report(assignment.name, assignment.title, cases, lost)
        tick(student)
        return report

    files = submissions(folder, assignment)
    _ = assignment.checks, assignment.solution, assignment.mutant_modules  # once, before the threads
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        return dict(zip(files, pool.map(one, files, files.values())))


SETUP = """#!/usr/bin/env bash
apt-get update && apt-get install -y python3 python3-pip python3-venv
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install "numpy>=1.26" "numba>=0.61" "matplotlib>=3.8" "rich>=13"
"""
RUN = """#!/usr/bin/env bash
cd /autograder/source
/autograder/venv/bin/python -m scratchml course grade /autograder/submission/{name}.py \\
    --seed {seed} --gradescope /autograder/results/results.json || true
"""


def pack(assignment: Assignment, out: Path, seed: int) -> Path:
    """Write the autograder's zip for one assignment; the seed (keep it to yourself) chooses the submission's cases."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("setup.sh", SETUP), ("run_autograder", RUN.format(name=assignment.name, seed=seed))):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, text)
        for path in sorted(PACKAGE.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                archive.write(path, Path("scratchml") / path.relative_to(PACKAGE))
        if PACKAGE not in assignment.folder.parents:  # a teacher's own
            for path in sorted(assignment.folder.rglob("*.*")):
                if path.is_file() and path.suffix != ".pyc":
                    inside = Path("scratchml/coursework/assignments") / assignment.name
                    archive.write(path, inside / path.relative_to(assignment.folder))
    return out
