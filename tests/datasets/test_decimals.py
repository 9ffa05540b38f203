"""Tables of plain decimal numbers: by hand, and to the same bits as Python reads them."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.datasets.decimals import WORD, read_numbers, read_table
from scratchml.datasets.files import read_text

# by hand


def test_two_lines_with_a_header():
    X, y, names = read_table(io.BytesIO(b"a,b,target\n1,2.5,0\n.5,10,1\n"))
    assert X.tolist() == [[1, 2.5], [0.5, 10]]
    assert y.tolist() == [0, 1]
    assert names == ["a", "b"]


# outside reference


@given(words=st.lists(st.from_regex(r"\A([0-9]{1,4}(\.[0-9]{0,4})?|[0-9]{5,8}\.?)\Z"), min_size=1))
def test_numbers_are_those_that_python_reads(words):
    assert read_numbers((",".join(words) + "\n").encode()).tolist() == [float(word) for word in words]


@pytest.mark.parametrize("word", ["0", "99999999", "9999999.9", ".99999999", "00000001", "1."])
def test_words_as_long_as_may_be_are_those_that_python_reads(word):
    assert read_numbers(f"{word},{word}\n".encode()).tolist() == [float(word)] * 2


def test_a_table_of_many_blocks_is_that_of_python(rng):
    table = [[f"{x:.{d}f}" for d, x in enumerate(row)] for row in 1000 * rng.random((6000, 5))]
    X, y, _ = read_table(io.BytesIO("\n".join(map(",".join, [["name"] * 5, *table, ""])).encode()))
    np.testing.assert_array_equal(np.column_stack([X, y]), np.array(table, dtype=np.float64))


# laws


@pytest.mark.parametrize("name", ["breast_cancer.csv", "diabetes.csv", "digits.csv.gz", "iris.csv", "wine.csv"])
def test_the_bundled_tables_of_numbers_hold_nothing_else(name):
    lines = read_text(name).split("\n")[1:]
    assert lines[-1] == ""
    words = [word for line in lines[:-1] for word in line.split(",")]
    bare = [word.replace(".", "", 1) for word in words]
    assert all(word.isdigit() and len(word) <= WORD for word in bare)
