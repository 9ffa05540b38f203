"""The bundled files are read wherever the package lies, and each has a description, a source and a licence."""

import builtins
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import scratchml
from scratchml import datasets
from scratchml.datasets.files import read_numbers, read_rows, read_text

PACKAGE = Path(scratchml.__file__).parent
DATA = PACKAGE / "datasets" / "data"
TABLES = sorted(path.name for path in DATA.glob("*.csv*"))


def run_fresh(code, **environment):
    """Run code in a fresh process; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# by hand


def test_numbers_and_rows_of_a_table():
    X, y, names = read_numbers("iris.csv")
    assert X.shape == (150, 4)
    assert y.shape == (150,)
    assert len(names) == 4
    rows, header = read_rows("penguins.csv")
    assert len(rows) == 344
    assert rows[0] == ["Torgersen", "39.1", "18.7", "181", "3750", "male", "2007", "Adelie"]
    assert header[-1] == "species"


# laws


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_a_description_and_a_section_in_the_licences(name):
    licences = read_text("LICENSES.md")
    row = next(line for line in licences.splitlines() if line.startswith(f"| `{name}`"))
    n_rows, licence = row.split("|")[2:4]
    assert int(n_rows) == len(read_text(name).splitlines()) - 1
    assert licence.strip()
    title = read_text(name.split(".")[0] + ".md").splitlines()[0]
    section = next(part for part in licences.split("\n## ")[1:] if part.splitlines()[0] == title.removeprefix("# "))
    for word in ("- Makers: ", "- Source: ", "- Licence: ", "- Changed: "):
        assert word in section, f"{name}: {word}"


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_modest_and_plain(name):
    assert (DATA / name).stat().st_size < 125_000
    text = read_text(name)
    widths = {len(line.split(",")) for line in text.splitlines()}
    assert len(widths) == 1
    assert re.fullmatch(r"[\x20-\x7e\n]+", text)


def test_the_package_works_from_a_zip_file(tmp_path):
    archive = tmp_path / "scratchml.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for folder in (PACKAGE / "core", PACKAGE / "datasets"):
            for path in folder.rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    packed.write(path, path.relative_to(PACKAGE.parent))
        packed.write(PACKAGE / "__init__.py", "scratchml/__init__.py")
    code = f"import sys; sys.path.insert(0, {str(archive)!r})\n" + (
        "from scratchml import datasets\n"
        "assert '.zip' in datasets.__file__, datasets.__file__\n"
        "print(datasets.load_digits().data.shape, datasets.load_iris().DESCR[:6])"
    )
    assert run_fresh(code, PYTHONPATH="") == "(1797, 64) # Iris"


def test_importing_and_loading_needs_numpy_only():
    code = (
        "import sys; from scratchml.datasets import load_digits, make_moons; load_digits(); make_moons()\n"
        "print(sorted({'numba', 'pandas', 'scipy', 'sklearn', 'matplotlib', 'rich'} & set(sys.modules)))"
    )
    assert run_fresh(code) == "[]"


# edges and errors


TABLES = sorted({n for n in datasets.__all__ if n.startswith("load_")} - {"load_sonnets"})  # a text has no columns


@pytest.mark.parametrize("name", TABLES)
def test_a_frame_without_pandas_is_an_import_error_that_says_what_to_do(name, monkeypatch):
    real = builtins.__import__

    def without_pandas(module, *args, **kwargs):
        if module == "pandas":
            raise ImportError("no module named pandas")
        return real(module, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pandas)
    with pytest.raises(ImportError, match=rf"{name}\(as_frame=True\) needs pandas; install it, or use as_frame=False"):
        getattr(datasets, name)(as_frame=True)
    assert isinstance(getattr(datasets, name)(), datasets.Bunch)


def test_numbers_survive_the_trip_through_text():
    X, y, _ = read_numbers("breast_cancer.csv")
    again = np.array(
        [[float(word) for word in line.split(",")] for line in read_text("breast_cancer.csv").splitlines()[1:]]
    )
    np.testing.assert_array_equal(np.column_stack([X, y]), again)
