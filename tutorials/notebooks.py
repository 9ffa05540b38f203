"""Make notebooks of the tutorials, without outputs: python tutorials/notebooks.py [--check]. Standard library only.

A tutorial is a percent script: `# %%` begins a cell of code, `# %% [markdown]` one of text, whose lines begin with
`# `. The notebook (nbformat 4.5) holds the same cells in the same order. The ids of its cells follow from their place
and text, so that the same script gives the same bytes. With --check nothing is written: the command fails and names the
notebooks that are not what their scripts say.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FOLDER = HERE / "notebooks"
CODE, TEXT = "# %%", "# %% [markdown]"
SETUP = """\
# Where scratchml is missing, this installs it: from the checkout this notebook lies in, or from SOURCE.
# In Colab, put the address of the repository there: "git+https://...". Elsewhere this cell does nothing.
import importlib.util
import pathlib
import subprocess
import sys

SOURCE = ""

if importlib.util.find_spec("scratchml") is None:
    folders = (pathlib.Path.cwd() / "x").resolve().parents
    found = [str(f) for f in folders if (f / "scratchml" / "core").is_dir() and (f / "pyproject.toml").exists()]
    if not (SOURCE or found):
        raise ModuleNotFoundError("scratchml is not installed; write the address of its repository into SOURCE, above.")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", SOURCE or found[0]], check=True)
    importlib.invalidate_caches()
"""  # the first cell of every notebook; a script has none, for whoever has it has the package


def split_cells(script: str) -> list[tuple[str, str]]:
    """Return (kind, source) of each cell: "markdown" without its comment signs, "code" as it stands.

    Raises
    ------
    ValueError
        If something stands before the first cell, or a line of a text cell is no comment.
    """
    cells: list[tuple[str, list[str]]] = []
    for number, line in enumerate(script.splitlines(), start=1):
        if line in (CODE, TEXT):
            cells.append(("markdown" if line == TEXT else "code", []))
        elif not cells:
            raise ValueError(f"line {number} stands before the first cell: {line!r}; begin the script with {CODE!r}.")
        elif cells[-1][0] == "code":
            cells[-1][1].append(line)
        elif line and line != "#" and not line.startswith("# "):
            raise ValueError(f"line {number} of a text cell is no comment: {line!r}; begin it with '# ', or a cell.")
        else:
            cells[-1][1].append(line[2:])
    return [(kind, "\n".join(lines).strip("\n")) for kind, lines in cells]


def join_cells(cells: list[tuple[str, str]]) -> str:
    """Return the script of some cells; blank lines at the ends of cells are one."""
    parts = []
    for kind, source in cells:
        if kind == "markdown":
            lines = [f"# {line}" if line else "#" for line in source.split("\n")]
            parts.append("\n".join([TEXT, *lines]))
        else:
            parts.append(f"{CODE}\n{source}" if source else CODE)
    return "\n\n".join(parts) + "\n"


def to_notebook(script: str) -> dict[str, Any]:
    """Return the notebook of a percent script, as the dictionary that JSON stores."""
    cells: list[dict[str, Any]] = []
    for place, (kind, source) in enumerate(split_cells(script)):
        name = hashlib.sha256(f"{place} {kind} {source}".encode()).hexdigest()[:12]
        cell: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(True)}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def to_script(notebook: dict[str, Any]) -> str:
    """Return the percent script of a notebook; its outputs are left out."""
    cells = [cell for cell in notebook["cells"] if "setup" not in cell["metadata"].get("tags", [])]
    return join_cells([(cell["cell_type"], "".join(cell["source"])) for cell in cells])


def write_text(script: str) -> str:
    """Return the text of the notebook's file: the script's cells behind one that installs the package if need be."""
    notebook = to_notebook(script)
    source = SETUP.strip().splitlines(True)
    first = {"cell_type": "code", "id": "setup", "metadata": {"tags": ["setup"]}, "source": source}
    notebook["cells"].insert(0, first | {"execution_count": None, "outputs": []})
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def stale(scripts: Path, folder: Path) -> list[Path]:
    """Return the notebooks that are missing, differ from their scripts, or have none."""
    expected = {folder / f"{path.stem}.ipynb": path for path in sorted(scripts.glob("[0-9]*.py"))}
    found = []
    for notebook, script in expected.items():
        written = notebook.read_text(encoding="utf-8") if notebook.exists() else None
        if written != write_text(script.read_text(encoding="utf-8")):
            found.append(notebook)
    return found + [path for path in sorted(folder.glob("*.ipynb")) if path not in expected]


def main(arguments: list[str] | None = None) -> int:
    """Write what is stale, or with --check only name it; return 1 where the check fails."""
    parser = argparse.ArgumentParser(description="Make notebooks of the tutorials, without outputs.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a notebook is out of date")
    is_check = parser.parse_args(arguments).check
    FOLDER.mkdir(exist_ok=True)
    found = stale(HERE, FOLDER)
    for notebook in found:
        print("out of date:" if is_check else "made:", notebook.name)
        script = HERE / f"{notebook.stem}.py"
        if not is_check and script.exists():
            notebook.write_text(write_text(script.read_text(encoding="utf-8")), encoding="utf-8")
        elif not is_check:
            notebook.unlink()  # its script is gone
    if is_check and found:
        print("run: python tutorials/notebooks.py")
    return int(is_check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
