"""Comparisons: equal where equal answers are wanted, and a sentence, never an error, for anything else that arrives."""

import numpy as np
import pytest

from scratchml.coursework.comparing import close, exact, same_partition, same_value, up_to_sign

ANYTHING = [
    None, True, 3, 10**400, float("nan"), "word", [], [1, [2, 3]], ["a"], [None], (1, (2, 3)), {}, {"a": 1},
    np.zeros(0), np.zeros((2, 0)), np.array([1 + 2j]), np.array([True]), np.full(3, np.nan), np.full(3, np.inf),
]  # fmt: skip
ALL = {
    "close": close(),
    "exact": exact(),
    "up to sign": up_to_sign(),
    "same partition": same_partition(),
    "same value": same_value(lambda answer, *arguments: float(np.sum(answer))),
}


@pytest.mark.parametrize("name", ALL)
def test_anything_may_arrive_and_a_sentence_or_none_comes_back(name):
    for expected in (np.array([1.0, 2.0, 3.0]), np.zeros((2, 2)), 2.0, (1.0, np.ones(3))):
        for found in ANYTHING:
            if name in ("up to sign", "same partition") and not isinstance(expected, np.ndarray):
                continue
            word = ALL[name](expected, found, ())
            assert word is None or isinstance(word, str)
            assert word is not None or found is True or name in ("same value", "same partition")


def test_rounding_is_forgiven_and_a_wrong_number_is_counted():
    expected = np.array([1.0, 2.0, 3.0])
    assert close()(expected, expected + 1e-12, ()) is None
    assert close()(expected, [1.0, 2.0, 3.0], ()) is None
    assert close()(expected, np.array([1.0, 2.1, 3.2]), ()) == "2 of 3 numbers differ"
    assert exact()(np.array([1, 2]), np.array([1, 2 + 1e-9]), ()) == "1 of 2 numbers differ"
    assert "NaN" in close()(expected, expected * np.nan, ())
    assert "shape (3, 1)" in close()(expected, expected[:, None], ())


def test_infinities_agree_only_with_themselves():
    expected = np.array([np.inf, 1.0])
    assert close()(expected, expected.copy(), ()) is None
    assert close()(expected, np.array([-np.inf, 1.0]), ()) == "1 of 2 numbers differ"
    assert close()(np.array([1.0, 1.0]), expected, ()) == "1 of 2 numbers differ"


def test_a_row_turned_round_is_the_same_up_to_sign():
    expected = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert up_to_sign()(expected, expected * [[-1], [1]], ()) is None
    assert up_to_sign()(expected, expected * [[-1, 1]], ()) is not None


def test_names_of_clusters_are_free():
    assert same_partition()(np.array([0, 0, 1]), np.array([5, 5, 2]), ()) is None
    assert "1 pairs" not in same_partition()(np.array([0, 0, 1]), np.array([1, 1, 1]), ())


def test_any_answer_of_the_same_worth_is_right():
    worth = same_value(
        lambda answer, c: float(np.dot(answer, c)), allowed=lambda a, c: "is negative" if min(a) < 0 else None
    )
    c = np.array([1.0, 1.0])
    assert worth(np.array([1.0, 0.0]), np.array([0.5, 0.5]), (c,)) is None
    assert worth(np.array([1.0, 0.0]), np.array([2.0, -1.0]), (c,)) == "is negative"
    assert "is worth 3" in worth(np.array([1.0, 0.0]), np.array([3.0, 0.0]), (c,))
