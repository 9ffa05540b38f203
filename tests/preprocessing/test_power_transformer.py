"""PowerTransformer: by hand, naive twin, outside reference, laws, edges and errors."""

import decimal

import numpy as np
import pytest
import scipy.stats
import sklearn.preprocessing as reference

from scratchml.preprocessing import PowerTransformer
from scratchml.preprocessing.power_transformer import bend, bend_at_once, maximise
from tests.test_hostile import check_clear

# ---- by hand


def test_the_formulas_of_the_docstring():
    for power in (0.0, 0.5, 1.0, 2.0, -1.5, 3.0):
        x = np.array([-3.0, -0.2, 0.0, 0.7, 5.0])
        up = np.log(1 + np.maximum(x, 0)) if power == 0 else ((1 + np.maximum(x, 0)) ** power - 1) / power
        low = 2 - power
        down = -np.log(1 - np.minimum(x, 0)) if low == 0 else -((1 - np.minimum(x, 0)) ** low - 1) / low
        z = np.empty(5)
        bend(np.log1p(np.abs(x)), x >= 0, power, z)
        np.testing.assert_allclose(z, np.where(x >= 0, up, down), rtol=1e-14, atol=1e-15)  # powers by way of logs


def test_brents_method_finds_the_top_of_a_parabola_and_of_a_cosine():
    assert abs(maximise(lambda x: -((x - 0.3) ** 2), -5.0, 9.0) - 0.3) < 1e-7  # a flat top
    assert abs(maximise(np.cos, -1.0, 2.5)) < 1e-7


# ---- naive twin


@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
def test_no_power_of_a_fine_grid_is_more_likely(rng, method):
    x = rng.exponential(size=80) + 0.1
    best = PowerTransformer(method).fit(x[:, None]).lambdas_[0]
    llf = scipy.stats.boxcox_llf if method == "box-cox" else scipy.stats.yeojohnson_llf
    assert all(llf(best, x) >= llf(power, x) - 1e-10 for power in np.linspace(-4, 4, 401))  # room for rounding


@pytest.mark.parametrize("box_cox", [False, True])
@pytest.mark.parametrize("power", [-1.5, 0.0, 1e-17, 0.3, 1.0, 2.0, 3.7])
def test_numpys_functions_bend_as_the_kernel_does(power, box_cox, rng):
    x = np.exp(rng.normal(size=100)) if box_cox else np.concatenate([rng.normal(size=100) * 3, [0.0]])
    logs, z = np.log(x) if box_cox else np.log1p(np.abs(x)), np.empty(len(x))
    bend(logs, np.full(len(x), True) if box_cox else x >= 0, power, z)
    np.testing.assert_allclose(bend_at_once(x, power, box_cox), z, rtol=2e-15, atol=0)  # expm1 of one argument, twice


# ---- outside reference


@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
@pytest.mark.parametrize("missing", [False, True])
def test_equals_scikit_learns(rng, method, standardize, missing):
    X = np.column_stack([rng.exponential(size=200), rng.lognormal(size=200), rng.uniform(1, 3, 200) ** 3])
    if method == "yeo-johnson":
        X = np.column_stack([X, -X[:, 0], rng.normal(size=200), np.full(200, 3.0)])
    if missing:
        X = X[:, :5]  # of a constant column with gaps scikit-learn looks for a power
        X[rng.random(X.shape) < 0.1] = np.nan
    how = {"method": method, "standardize": standardize}
    found, expected = PowerTransformer(**how).fit(X), reference.PowerTransformer(**how).fit(X)
    np.testing.assert_allclose(found.lambdas_, expected.lambdas_, rtol=1e-6, atol=1e-6)  # both stop within 1e-7 or so
    np.testing.assert_allclose(found.transform(X), expected.transform(X), rtol=1e-4, atol=1e-5)  # a power times a log
    expected.lambdas_, found.lambdas_ = np.round(expected.lambdas_, 2), np.round(found.lambdas_, 2)
    if not standardize:  # with equal powers the numbers are equal
        Z = found.transform(X)
        np.testing.assert_allclose(Z, expected.transform(X), rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(
            found.inverse_transform(Z), expected.inverse_transform(Z.copy()), rtol=1e-10, atol=1e-12
        )


def exact_likelihood(x, power, shift):
    """The log-likelihood in 50 digits, from the formula."""
    with decimal.localcontext(decimal.Context(prec=50)):
        y = [decimal.Decimal(float(v)) + shift for v in x]
        power = decimal.Decimal(float(power))
        z = [(v**power - 1) / power for v in y]
        mean = sum(z) / len(z)
        variance = sum((v - mean) ** 2 for v in z) / len(z)
        return float(-variance.ln() * len(z) / 2 + (power - 1) * sum(v.ln() for v in y))


def digits_left(Z):
    """How many decimal digits Z's spread is above Z's rounding."""
    with np.errstate(divide="ignore"):
        return np.log10(Z.std() / (np.finfo(float).eps * np.abs(Z).max()))


@pytest.mark.filterwarnings("ignore:The optimal lambda")
@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
@pytest.mark.parametrize("spread", [10.0, 1.0, 0.1, 1e-3])
def test_far_from_zero_the_values_stay_apart_and_no_usable_power_is_more_likely(rng, method, spread):
    X, shift = 100.0 + spread * rng.normal(size=(40, 1)), int(method == "yeo-johnson")
    model = PowerTransformer(method, standardize=False).fit(X)
    ours, theirs = model.lambdas_[0], reference.PowerTransformer(method=method).fit(X).lambdas_[0]
    assert digits_left(model.transform(X)) > 4.9
    best = exact_likelihood(X[:, 0], ours, shift)
    for power in (theirs, ours - 3.0, ours - 0.1, ours + 0.1, ours + 3.0):
        model.lambdas_[0] = power
        Z = model.transform(X)
        if digits_left(Z) > 5.0 and np.abs(Z).max() < 1e146:
            assert best >= exact_likelihood(X[:, 0], power, shift) - 1e-9  # Brent ends within 1e-7 of a flat top


# ---- laws


@pytest.mark.parametrize("method", ["yeo-johnson", "box-cox"])
def test_inverse_undoes_transform_and_order_is_kept(rng, method):
    X = np.sort(rng.lognormal(size=(50, 2)), axis=0)
    model = PowerTransformer(method).fit(X)
    Z = model.transform(X)
    np.testing.assert_allclose(model.inverse_transform(Z), X, rtol=1e-10)  # there by logs and back
    assert (np.diff(Z, axis=0) >= 0).all()
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-13)  # sums of 50 terms
    np.testing.assert_allclose(Z.std(axis=0), 1, rtol=1e-12)


# ---- edges and errors


@pytest.mark.parametrize("factor", [1e-150, 1e-8, 1e8, 1e100])
def test_huge_and_tiny_values_have_a_finite_result_or_a_clear_error(rng, factor):
    X = rng.normal(size=(40, 1)) * factor
    try:
        assert np.isfinite(PowerTransformer().fit_transform(X)).all()
    except ValueError as error:
        check_clear(error, f"values of size {factor}")


def test_what_cannot_be_bent_is_a_clear_error():
    with pytest.raises(ValueError, match="strictly positive"):
        PowerTransformer("box-cox").fit([[0.0], [1.0]])
    with pytest.raises(ValueError, match="must not be constant"):
        PowerTransformer("box-cox").fit([[1.0], [1.0]])
    with pytest.raises(ValueError, match="all nan"):
        PowerTransformer("box-cox").fit([[1.0, np.nan], [2.0, np.nan]])
    with pytest.raises(ValueError, match="expecting 1"):
        PowerTransformer().fit([[1.0], [2.0]]).inverse_transform([[1.0, 2.0]])
    assert PowerTransformer().fit([[1.0], [1.0]]).lambdas_.tolist() == [1.0]
