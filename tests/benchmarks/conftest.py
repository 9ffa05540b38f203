"""What the tests of the races share."""

import json
import sys

import pytest

from benchmarks import measure, race


@pytest.fixture
def race_here(monkeypatch, capsys):
    """Return a function of a workload that is raced from then on, whatever the name, in the test's own process."""

    def here(arguments, threads):
        monkeypatch.setattr(sys, "argv", ["race", *arguments])
        race.main()
        return json.loads(capsys.readouterr().out)

    def set_up(workload):
        monkeypatch.setattr(race, "load", lambda name: workload)
        monkeypatch.setattr(measure, "child", here)

    return set_up
