"""Q times a matrix without Q: Householder's Q, signs and all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.datasets import make_low_rank_matrix, tall
from scratchml.datasets.tall import q_times, signs_of


def test_the_sign_of_one_column_is_against_its_first_number():
    assert signs_of(np.array([[0.5]])) == [-1.0]
    assert signs_of(np.array([[-0.5]])) == [1.0]
    assert signs_of(np.array([[0.0]])) == [-1.0]


@given(seed=st.integers(0, 10**6), d=st.integers(3, 30), times=st.integers(4, 9), k=st.integers(1, 5))
def test_products_are_those_with_householders_q(seed, d, times, k):
    rng = np.random.default_rng(seed)
    G, M = rng.normal(size=(d * times, d)), rng.normal(size=(d, k))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tall, "MANY", 1)
        found = q_times(G, M)
    # a condition number below 100 or so, squared, times rounding
    np.testing.assert_allclose(found, np.linalg.qr(G)[0] @ M, atol=1e-11)


def test_a_tall_matrix_of_low_rank_is_the_one_of_the_other_way(monkeypatch):
    quick = make_low_rank_matrix(5000, 20, random_state=0)
    monkeypatch.setattr(tall, "TALL", 5001)
    plain = make_low_rank_matrix(5000, 20, random_state=0)
    assert not np.array_equal(quick, plain)  # the two ways were taken
    np.testing.assert_allclose(quick, plain, atol=1e-15)  # rounding: entries are below 0.1
