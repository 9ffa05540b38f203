"""The notebooks are the tutorials, cell by cell, and the index names every tutorial."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "tutorials"
SCRIPTS = sorted(FOLDER.glob("[0-9]*.py"))
SPEC = importlib.util.spec_from_file_location("notebooks", FOLDER / "notebooks.py")
notebooks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(notebooks)


def lines_of(text):
    """Return the lines that are not blank: only blank lines between cells may change."""
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_comes_back_from_its_notebook_and_is_stable_from_then_on(path):
    script = path.read_text()
    back = notebooks.to_script(json.loads(notebooks.write_text(script)))
    assert lines_of(back) == lines_of(script)
    assert notebooks.write_text(back) == notebooks.write_text(script)


def test_a_notebook_by_hand():
    script = "# %% [markdown]\n# # Title\n#\n# text\n\n# %%\nif x:\n\n    y = 1\n\n# %%\n"
    found = notebooks.to_notebook(script)
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in found["cells"]] == [
        ("markdown", "# Title\n\ntext"),
        ("code", "if x:\n\n    y = 1"),
        ("code", ""),
    ]
    assert notebooks.to_script(found) == script
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    assert all(cell["outputs"] == [] for cell in found["cells"][1:])
    assert all(re.fullmatch("[0-9a-f]{12}", cell["id"]) for cell in found["cells"])
    assert len({cell["id"] for cell in found["cells"]}) == 3
    assert found == notebooks.to_notebook(script)


def test_the_first_cell_installs_what_is_missing_and_only_that(tmp_path, monkeypatch):
    first = json.loads(notebooks.write_text("# %%\nprint(1)\n"))["cells"][0]
    cell = "".join(first["source"])
    ran = []
    monkeypatch.setattr("subprocess.run", lambda command, check: ran.append(command))
    exec(cell, {})
    assert [] == ran  # it is here
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.chdir(FOLDER / "notebooks")
    exec(cell, {})
    assert str(FOLDER.parent) == ran.pop()[-1]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="SOURCE"):
        exec(cell, {})
    exec(cell.replace('SOURCE = ""', 'SOURCE = "git+https://example.org/x"'), {})
    assert "git+https://example.org/x" == ran.pop()[-1]


def test_the_committed_notebooks_are_in_step():
    assert [path.name for path in notebooks.stale(FOLDER, FOLDER / "notebooks")] == []


def test_the_check_fails_where_one_is_stale_and_making_them_cures_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "01_x.py").write_text("# %%\nprint(1)\n")
    monkeypatch.setattr(notebooks, "HERE", tmp_path)
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path / "notebooks")
    assert notebooks.main(["--check"]) == 1
    assert "out of date: 01_x.ipynb" in capsys.readouterr().out
    assert notebooks.main([]) == 0
    assert notebooks.main(["--check"]) == 0
    (tmp_path / "01_x.py").write_text("# %%\nprint(2)\n")
    (tmp_path / "notebooks" / "02_gone.ipynb").write_text("{}")
    assert notebooks.main(["--check"]) == 1
    assert notebooks.main([]) == 0
    assert [path.name for path in (tmp_path / "notebooks").iterdir()] == ["01_x.ipynb"]
    assert notebooks.main(["--check"]) == 0


def test_what_is_no_percent_script_says_so():
    with pytest.raises(ValueError, match="line 1 stands before the first cell"):
        notebooks.split_cells("import numpy\n# %%\n")
    with pytest.raises(ValueError, match="line 2 of a text cell is no comment"):
        notebooks.split_cells("# %% [markdown]\nx = 1\n")


def test_the_index_has_one_line_for_each_tutorial_with_its_title():
    index = (FOLDER / "README.md").read_text()
    for path in SCRIPTS:
        title = path.read_text().splitlines()[1].removeprefix("# # ")
        line = f"| {path.stem[:2]} | [{title}]({path.name}) ([notebook](notebooks/{path.stem}.ipynb)) | "
        assert index.count(line) == 1, path.name


def test_every_film_can_be_made_again():
    spec = importlib.util.spec_from_file_location("gallery", FOLDER / "gallery.py")
    gallery = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gallery)
    assert sorted(gallery.FILMS) == sorted(path.stem for path in (FOLDER / "pictures").glob("*.gif"))
    assert 1 == gallery.make(["no such film"])
    assert {number for number, _ in gallery.FILMS.values()} <= {path.stem[:2] for path in SCRIPTS}
