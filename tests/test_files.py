"""How the package is laid out: short files, a README that cannot drift, a complete project file."""

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "scratchml").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_enough_to_read_tonight(path):
    assert len(path.read_text().splitlines()) <= 400, "the bar is 400 lines; split it by idea"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_and_function_is_documented_and_short(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "say what this file is for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno
            assert length <= 120, f"{node.name} is {length} lines long"


@pytest.mark.parametrize("room", sorted(path.parent.name for path in (ROOT / "scratchml").glob("*/__init__.py")))
def test_a_rooms_table_of_files_names_all_that_are_there_and_no_others(room):
    folder = ROOT / "scratchml" / room
    told = "".join(path.read_text() for path in (folder / "__init__.py", folder / "README.md") if path.exists())
    if "| file | " in told:
        own = re.sub(r"`\w+/\w+\.py`", "", told)  # without files of other rooms
        names = [name.replace("...", "*") for name in re.findall(r"`([\w.*]+\.py)`", own)]
        here = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert [file for file in here if not any(fnmatch(file, name) for name in names)] == []
        assert [name for name in names if not any(fnmatch(file, name) for file in here)] == []


def test_readme_has_the_two_lines_and_ci_runs_the_second():
    readme = (ROOT / "README.md").read_text()
    lines = [line for line in readme.splitlines() if line.startswith("python3 -m venv ")]
    assert len(lines) == 2
    assert lines[0].endswith("scratchml tour")
    assert lines[1].endswith("-m pytest")
    assert "grep -m 1 -E '^python3 -m venv .*pytest' README.md" in (ROOT / ".ci" / "run").read_text()


def test_readme_opens_with_a_picture_that_is_there_and_links_to_files_that_are():
    readme = (ROOT / "README.md").read_text()
    assert re.search(r"^!\[.+\]\(.+\.png\)", readme, re.M).start() < 300
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert link.startswith("http") or (ROOT / link).exists(), f"README links to {link}"


def test_readmes_python_runs_as_it_stands():
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert blocks
    for block in blocks:
        ran = subprocess.run([sys.executable, "-W", "error", "-c", block], capture_output=True, text=True, cwd=ROOT)
        assert ran.returncode == 0, ran.stderr


def test_run_time_needs_four_packages_and_nothing_else():
    names = sorted(re.match(r"[a-z]+", need).group() for need in PROJECT["project"]["dependencies"])
    assert names == ["matplotlib", "numba", "numpy", "rich"]
    assert PROJECT["project"]["name"] == "scratchml-learn"
    assert PROJECT["project"]["scripts"] == {"scratchml": "scratchml.cli:main"}
    assert set(PROJECT["project"]["optional-dependencies"]) == {"test", "bench", "dev"}


def test_nobody_is_told_to_install_another_authors_package():
    for path in [*ROOT.glob("*.md"), *ROOT.glob("scratchml/**/*.md"), *FILES, *ROOT.glob("tutorials/*.py")]:
        assert not re.search(r"pip install scratchml(?!-learn)", path.read_text()), path
