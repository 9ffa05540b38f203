"""Shakespeare's sonnets: a small text."""

import hashlib

from scratchml.datasets import load_sonnets

# by hand


def test_the_sonnets_have_fourteen_lines_but_for_two():
    sonnets = load_sonnets().sonnets
    assert len(sonnets) == 154
    assert {i + 1: n for i, n in enumerate(len(s.splitlines()) for s in sonnets) if n != 14} == {99: 15, 126: 12}


# laws


def test_the_text_is_the_sonnets_and_is_not_changed_by_anybody():
    found = load_sonnets()
    assert "\n\n".join(found.sonnets) + "\n" == found.text
    assert found.text.isascii()
    assert all(line == line.rstrip() for line in found.text.splitlines())
    # the text itself, as bundled on the day it came in
    assert (
        hashlib.sha256(found.text.encode()).hexdigest()
        == "99e73fdbf09143edd75e85a08bd347bd59d20f594ef456a4114e2b4199bfca3c"
    )


def test_source_and_licence_are_named():
    assert "Public domain" in load_sonnets().DESCR
