"""Races that ties decide are passed over on rows that repeat each other, and told of."""

from dataclasses import replace

import pytest

from benchmarks import measure, results, tables, ties, workload


def test_every_name_is_a_race_with_data_of_several_kinds():
    for name in ties.TIES:
        assert workload.load(name).kinds


@pytest.mark.parametrize(("kind", "is_raced"), [("duplicated", False), ("gaussian", True)])
def test_who_is_passed_over_is_told(race_here, kind, is_raced):
    race_here(replace(workload.load("kneighbors_graph"), sizes={"large": (60, 3)}))
    found = {"rows": [], "calls": [], "growth": [], "failed": [], "absent": {}, "command": "", "machine": {}}
    measure.measure_races(found, "kneighbors_graph", 1, "large", ["sklearn"], 1, kind, False)
    assert (len(found["rows"]) > 0) == is_raced
    joined = results.join([{**found, "minutes": 1.0}])
    lines = [line for line in tables.remarks(joined) if line.startswith("Not raced")]
    told = f"Not raced, as ties or chance decide {ties.NEIGHBOURS}: kneighbors_graph (duplicated)."
    assert lines == ([] if is_raced else [told])
