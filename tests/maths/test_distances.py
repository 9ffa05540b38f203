"""Distances: each formula, and the accuracy that the fast way promises."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from scratchml.core.jit import plain_python
from scratchml.core.parallel import THREADS_VARIABLE
from scratchml.maths import all_distances, inner_products, metric_name, prepare, unit_rows
from scratchml.maths.distances import FEW_FEATURES, FORMULAS, SYNONYMS, power_of_gap
from tests.naive.maths import distances as naive

PLAIN = ["euclidean", "sqeuclidean", "manhattan", "chebyshev", "hamming", "cosine"]


def all_pairs(X, Y, metric, **how):
    return all_distances(X, prepare(Y, metric, **how))


def exact_square(x, y):
    """Return ||x - y||^2 of floats without any rounding."""
    return sum((Fraction(float(a)) - Fraction(float(b))) ** 2 for a, b in zip(x, y))


def check_squares(X, Y, relative):
    """Assert that each squared distance is right to `relative`, against rational arithmetic."""
    found = all_pairs(X, Y, "sqeuclidean")
    for i in range(len(X)):
        for j in range(len(Y)):
            truth = exact_square(X[i], Y[j])
            assert abs(Fraction(float(found[i, j])) - truth) <= Fraction(relative) * truth, (i, j)


# ---- by hand


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("euclidean", 5.0),
        ("sqeuclidean", 25.0),
        ("manhattan", 7.0),
        ("chebyshev", 4.0),
        ("hamming", 2 / 3),
        ("minkowski", 91 ** (1 / 3)),
    ],
)
def test_three_four_five_by_hand(metric, expected):
    X, Y = np.array([[1.0, 1.0, 2.0]]), np.array([[4.0, 5.0, 2.0]])
    assert all_pairs(X, Y, metric, p=3.0)[0, 0] == pytest.approx(expected, rel=4e-16)  # one rounding of the root


def test_cosine_by_hand():
    X, Y = np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[5.0, 0.0], [0.0, 3.0], [-1.0, 0.0], [0.0, 0.0]])
    expected = [[0.0, 1.0, 2.0, 1.0], [1 - math.sqrt(0.5), 1 - math.sqrt(0.5), 1 + math.sqrt(0.5), 1.0]]
    assert np.allclose(expected, all_pairs(X, Y, "cosine"), rtol=0, atol=4e-16)  # a few roundings of numbers near 1


def test_missing_values_by_hand():
    nan = np.nan
    X, Y = np.array([[3.0, nan, 1.0], [nan, 2.0, nan]]), np.array([[0.0, 5.0, nan]])
    assert all_pairs(X, Y, "nan_euclidean").tolist() == [[math.sqrt(9 * 3)], [math.sqrt(9 * 3)]]
    assert np.isnan(all_pairs(X[1:], np.array([[1.0, nan, 2.0]]), "nan_euclidean")).all()


# ---- naive twin


@pytest.mark.parametrize("d", [1, 3, FEW_FEATURES, FEW_FEATURES + 1, 40])
@pytest.mark.parametrize("metric", [*PLAIN, "minkowski", "nan_euclidean"])
def test_every_metric_agrees_with_its_naive_twin(rng, metric, d):
    X, Y = rng.normal(size=(9, d)).round(1), rng.normal(size=(13, d)).round(1)
    if metric == "nan_euclidean":
        X[rng.random(X.shape) < 0.3] = np.nan
    how = {"p": 1.5} if metric == "minkowski" else {}
    expected, found = naive.distances(metric, X, Y, **how), all_pairs(X, Y, metric, **how)
    assert np.allclose(expected, found, rtol=1e-13, atol=1e-15, equal_nan=True)  # d roundings; 1 - cos near 0


def test_weights_of_minkowski_agree_with_the_naive_twin(rng):
    X, Y, w = rng.normal(size=(5, 4)), rng.normal(size=(6, 4)), np.array([0.5, 0.0, 2.0, 1.0])
    for p in (1.0, 2.0, 3.0):
        expected = naive.distances("minkowski", X, Y, p=p, w=w)
        assert np.allclose(expected, all_pairs(X, Y, "minkowski", p=p, w=w), rtol=1e-13, atol=0)  # root and power


@pytest.mark.parametrize("p", [17.0, 50.0, 1000.0, 1e6, 1e300])
@pytest.mark.parametrize("scale", [1e-150, 1e-9, 1.0, 1e150])
def test_minkowski_of_a_large_p_agrees_with_the_naive_twin(rng, p, scale):
    X, Y = rng.normal(size=(5, 4)) * scale, rng.normal(size=(6, 4)) * scale
    Y[0] = X[0]
    expected, found = naive.distances("minkowski", X, Y, p=p), all_pairs(X, Y, "minkowski", p=p)
    assert np.allclose(expected, found, rtol=1e-15, atol=0)  # a few roundings; the p-th root takes away the power's
    assert np.count_nonzero(found == 0.0) == 1
    limit = all_pairs(X, Y, "chebyshev")
    assert (found >= limit).all()
    assert np.allclose(limit, found, rtol=4 ** (1 / p) - 1 + 1e-15, atol=0)  # between max and d^(1/p) max


@pytest.mark.parametrize("p", [0.5, 1.5, 2.5, 2.7, 3.0, 4.0, 7.0, 20.0, 63.5, 64.0, 65.0])
def test_powers_of_gaps_are_right_to_p_roundings(rng, p):
    for gap in (0.0, 1.0, *rng.uniform(0.1, 3.0, size=20).tolist()):
        expected = np.longdouble(gap) ** np.longdouble(p)
        assert abs(power_of_gap(gap, p) - expected) <= max(p, 2.0) * 2.0**-53 * expected  # a power and a root at least


# ---- outside reference


@pytest.mark.parametrize("metric", ["euclidean", "sqeuclidean", "cityblock", "chebyshev", "hamming", "cosine"])
def test_it_agrees_with_scipy(rng, metric):
    X, Y = rng.normal(size=(150, 24)).round(1), rng.normal(size=(1100, 24)).round(1)  # several blocks either way
    assert np.allclose(cdist(X, Y, metric), all_pairs(X, Y, metric), rtol=1e-13, atol=1e-15)  # round-off of 24 terms


# ---- laws


def test_squares_are_accurate_far_from_the_origin(rng):
    X = rng.normal(size=(6, 30)) + 1e8
    Y = rng.normal(size=(5, 30)) + 1e8
    check_squares(X, Y, 1e-13)  # the shift is exact to 1e-16 of the spread; 30 terms
    naive_expansion = (X**2).sum(1)[:, None] - 2 * X @ Y.T + (Y**2).sum(1)
    assert abs(naive_expansion - all_pairs(X, Y, "sqeuclidean")).max() > 1  # what the shift is for


def test_squares_are_accurate_in_tight_clusters_far_apart(rng):
    centers = rng.normal(size=(3, 30)) * 1e6
    X = centers[[0, 0, 1, 2]] + rng.normal(size=(4, 30))
    check_squares(X, np.vstack([X, X + 1e-7]), 1e-12)  # d eps / NEAR, and a little room


def test_equal_rows_are_at_distance_zero_exactly(rng):
    X = rng.normal(size=(300, 50)) * 1e3 + 1e5
    for metric in (*PLAIN, "minkowski"):
        assert (all_pairs(X, X, metric, p=3.0).diagonal() == 0).all(), metric


@pytest.mark.parametrize("metric", [*PLAIN, "minkowski"])
def test_a_set_with_itself_gives_an_exactly_symmetric_matrix(rng, metric):
    X = rng.normal(size=(700, 20))
    reference = prepare(X, metric, p=3.0)
    D = all_distances(X, reference, same=True)
    assert (D == D.T).all()
    assert np.allclose(D, all_distances(X, reference), rtol=1e-13, atol=1e-15)  # the products are blocked differently


@given(st.integers(0, 10**6), st.sampled_from([*PLAIN[:1], *PLAIN[2:5], "minkowski"]), st.integers(1, 24))
def test_the_triangle_inequality_holds(seed, metric, d):
    X = np.random.default_rng(seed).normal(size=(8, d))
    D = all_pairs(X, X, metric, p=1.7)
    through = (D[:, :, None] + D[None, :, :]).min(axis=1)
    assert (D <= through * (1 + 1e-12)).all()  # room for rounding only


@given(st.integers(0, 10**6), st.integers(-300, 300))
def test_a_power_of_two_scales_distances_exactly(seed, exponent):
    X, Y = np.random.default_rng(seed).normal(size=(2, 4, 20))
    factor = 2.0**exponent
    assert (all_pairs(X * factor, Y * factor, "euclidean") == all_pairs(X, Y, "euclidean") * factor).all()


def test_extreme_scales_neither_overflow_nor_vanish(rng):
    X, Y = rng.normal(size=(4, 20)), rng.normal(size=(5, 20))
    for metric, p in (("euclidean", 2.0), ("minkowski", 3.0)):
        expected = all_pairs(X, Y, metric, p=p)
        for factor in (1e-200, 1e-300, 1e200, 1e300):
            found = all_pairs(X * factor, Y * factor, metric, p=p) / factor
            assert np.allclose(expected, found, rtol=1e-12, atol=0), factor  # the factor itself is rounded


def test_cosine_of_nearly_parallel_rows_is_accurate(rng):
    x = rng.normal(size=30)
    y = x * (1 + 1e-9 * rng.normal(size=30))
    expected = naive.cosine_distance(x, y)
    found = all_pairs(x[None], y[None], "cosine")[0, 0]
    assert expected > 0
    assert found == pytest.approx(expected, abs=1e-19)  # the twin's own rounding (longdouble) is 1e-19


def test_unit_rows_have_length_one_whatever_their_scale(rng):
    X = rng.normal(size=(6, 5)) * 10.0 ** np.array([-320, -200, 0, 5, 200, 307])[:, None]
    X[2] = 0.0
    assert np.allclose(np.linalg.norm(unit_rows(X, 0), axis=1), 1.0, rtol=0, atol=1e-15)  # rounding of the norm
    assert unit_rows(X, 1)[2].tolist() == [0.0] * 6 + [1.0]


def test_threads_do_not_change_a_bit(rng, monkeypatch):
    X, Y = rng.normal(size=(600, 40)), rng.normal(size=(700, 40))
    for metric in ("euclidean", "manhattan"):
        results = []
        for threads in ("1", "2", "5"):
            monkeypatch.setenv(THREADS_VARIABLE, threads)
            results.append((all_pairs(X, Y, metric).tobytes(), inner_products(X, Y).tobytes()))
        assert results[0] == results[1] == results[2]


def test_inner_products_agree_with_a_plain_product(rng):
    X, Y = rng.normal(size=(300, 7)), rng.normal(size=(40, 7))
    assert np.allclose(X @ Y.T, inner_products(X, Y), rtol=0, atol=1e-14)  # seven terms near 1
    K = inner_products(X, X, same=True)
    assert (K == K.T).all()


# ---- edges and errors


@pytest.mark.parametrize("metric", [*PLAIN, "minkowski", "nan_euclidean"])
@pytest.mark.parametrize("d", [3, 20])
def test_plain_python_gives_the_same_bits(rng, metric, d):
    X, Y = rng.normal(size=(6, d)), rng.normal(size=(7, d))
    expected = all_pairs(X, Y, metric, p=3.0)
    with plain_python():
        assert expected.tobytes() == all_pairs(X, Y, metric, p=3.0).tobytes()


def test_every_formula_names_a_kernel_of_the_module():
    import scratchml.maths.distances as module

    for kernel_name, _ in FORMULAS.values():
        assert callable(getattr(module, kernel_name))
    assert set(SYNONYMS.values()) <= set(FORMULAS)


def test_minkowski_of_special_p_has_its_own_name():
    names = [metric_name("minkowski", p) for p in (1, 2, np.inf, 3)]
    assert names == ["manhattan", "euclidean", "chebyshev", "minkowski"]


def test_unknown_names_and_parameters_are_errors(rng):
    Y = rng.normal(size=(3, 2))
    with pytest.raises(ValueError, match="metric='euclid' is not known; give one of"):
        prepare(Y, "euclid")
    with pytest.raises(ValueError, match="p=0 is not accepted"):
        prepare(Y, "minkowski", p=0)
    with pytest.raises(ValueError, match="only minkowski with a finite p takes weights"):
        prepare(Y, "manhattan", w=np.ones(2))
    with pytest.raises(ValueError, match="w holds 1e\\+10, which makes X too large"):
        prepare(Y, "minkowski", p=0.01, w=np.full(2, 1e10))


def test_inputs_are_left_alone(rng):
    X, Y = rng.normal(size=(5, 20)), rng.normal(size=(6, 20))
    before = X.copy(), Y.copy()
    for metric in PLAIN:
        all_pairs(X, Y, metric)
    assert (X == before[0]).all()
    assert (Y == before[1]).all()
