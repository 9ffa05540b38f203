"""SGDRegressor, and what it has in common with the classifiers: by hand, twin, outside reference, laws, edges."""

import platform
import warnings
from itertools import product

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.linear_model.sgd_epoch as naive
from scratchml.core import ConvergenceWarning, record
from scratchml.linear_model import LinearRegression, SGDRegressor
from scratchml.linear_model.sgd_descent import Descent
from scratchml.preprocessing import StandardScaler

EPS = np.finfo(np.float64).eps
LOSSES = ("squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive")
SCHEDULES = ("constant", "optimal", "invscaling", "adaptive")
seeds = st.integers(0, 10**6)


def made(rng, n=80, d=4):
    """Return scaled X and y = linear + noise."""
    X = rng.normal(size=(n, d))
    return X, X @ np.arange(1.0, d + 1) + 1.0 + rng.normal(size=n)


def fit_quietly(model, *data, **how):
    """Fit without warnings of too few epochs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(*data, **how)


# ---- by hand


def test_widrow_and_hoffs_rule_on_paper():
    # x = 1, y = 2: z = 0, so w = b = 0.1 * 2 = 0.2; then x = -1, y = 0: z = 0, nothing to do
    model = SGDRegressor(learning_rate="constant", eta0=0.1, penalty=None, shuffle=False, max_iter=1, tol=None)
    model.fit([[1.0], [-1.0]], [2.0, 0.0])
    assert model.coef_.tolist() == [0.2]
    assert model.intercept_.tolist() == [0.2]
    assert (model.n_iter_, model.t_) == (1, 3.0)
    assert model.predict([[4.0]]) == pytest.approx([1.0])


def test_averaging_on_paper():
    # w after the updates: 0.2, 0.2 (as above); x = 1, y = 2 again: z = 0.4, 0.2 + 0.16; their mean
    data = [[1.0], [-1.0], [1.0]], [2.0, 0.0, 2.0]
    plain = {"learning_rate": "constant", "eta0": 0.1, "penalty": None, "shuffle": False, "max_iter": 1, "tol": None}
    assert SGDRegressor(average=True, **plain).fit(*data).coef_ == pytest.approx([(0.2 + 0.2 + 0.36) / 3])
    assert SGDRegressor(average=3, **plain).fit(*data).coef_ == pytest.approx([0.36])
    assert SGDRegressor(average=9, **plain).fit(*data).coef_ == pytest.approx([0.36])  # too late: the last iterate


def test_the_certificate_is_the_gradient_of_the_objective(rng):
    X, y = made(rng)
    weight = rng.random(80)
    model = fit_quietly(SGDRegressor(alpha=0.1, random_state=0, max_iter=3), X, y, sample_weight=weight)

    def objective(w, b):
        return np.mean(weight * (X @ w + b - y) ** 2) / 2 + 0.05 * w @ w

    w, b, step = model.coef_, model.intercept_[0], 1e-6
    slopes = [(objective(w + step * e, b) - objective(w - step * e, b)) / (2 * step) for e in np.eye(4)]
    slopes.append((objective(w, b + step) - objective(w, b - step)) / (2 * step))
    found = model.certify(X, y, weight)
    assert found.objective == pytest.approx(objective(w, b), rel=1e-14)
    assert found.gradient == pytest.approx(np.abs(slopes).max(), rel=1e-6)  # of the differences
    assert found.smooth


# ---- naive twin


@pytest.mark.parametrize("penalty", ["l2", "l1", "elasticnet", None])
@pytest.mark.parametrize("schedule", ["constant", "optimal", "invscaling"])
@pytest.mark.parametrize("loss", LOSSES)
def test_agrees_with_the_naive_twin(rng, loss, schedule, penalty):
    X, y = made(rng, 30)
    alpha = 1.0 if schedule == "optimal" else 0.01  # 1: its first steps are short enough not to blow up differences
    steps = {"alpha": alpha, "eta0": 0.02, "power_t": 0.25, "penalty": penalty}
    seed = np.random.RandomState(5).randint(0, 2**31 - 1)
    given = {"epochs": 3, "seed": seed, "schedule": schedule, "p": 0.2}
    iterates, objectives = naive.descend(X.tolist(), y.tolist(), loss, **given, **steps)
    how = {"learning_rate": schedule, "epsilon": 0.2, "max_iter": 3, "tol": None, "random_state": 5}
    path = record(SGDRegressor(loss, **how, **steps).steps(X, y))
    near = {"rtol": 1e-6, "atol": 1e-7}  # the twin's slopes are differences
    for step, (w, b) in zip(path, iterates[29::30], strict=True):
        np.testing.assert_allclose(step.weights.w[0], w, **near)
        np.testing.assert_allclose(step.weights.b[0], b, **near)
    if penalty in ("l2", None):  # with l1, |w| is taken before payment
        np.testing.assert_allclose([s.objective[0] for s in path], objectives, **near)


# ---- outside reference


@pytest.mark.parametrize("penalty", ["l2", "l1", "elasticnet", None])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_same_seed_gives_scikit_learns_weights(rng, loss, penalty):
    for schedule, average in product(SCHEDULES, (False, True, 100)):
        check_same_seed(rng, loss, schedule, penalty, average)


def check_same_seed(rng, loss, schedule, penalty, average):
    """Assert that both give the same weights with these settings."""
    (X, y), weight = made(rng), rng.random(80)
    how = {"loss": loss, "learning_rate": schedule, "penalty": penalty, "average": average, "random_state": 7}
    ours, theirs = (
        fit_quietly(m(max_iter=50, **how), X, y, sample_weight=weight) for m in (SGDRegressor, reference.SGDRegressor)
    )
    check_same(ours, theirs)


def check_same(ours, theirs):
    """Assert the same bits; of a mean, all but the last (see sgd_epoch.py)."""
    room = 64 * EPS if ours.average else 0.0  # their last addition of the mean rounds once
    if platform.machine() not in ("x86_64", "AMD64"):
        room = 1e-9  # elsewhere their compiler may fuse a multiplication and an addition
    room *= np.abs(theirs.coef_).max()
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0, atol=room)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=0, atol=room)
    assert (ours.n_iter_, ours.t_) == (theirs.n_iter_, theirs.t_)
    assert ours.coef_.shape == theirs.coef_.shape
    assert ours.intercept_.shape == theirs.intercept_.shape


OTHERS = {
    "pa1": {"loss": "epsilon_insensitive", "learning_rate": "pa1", "eta0": 0.5},
    "pa2": {"loss": "epsilon_insensitive", "learning_rate": "pa2", "eta0": 0.5, "penalty": None},
    "no intercept": {"fit_intercept": False},
    "no shuffle": {"shuffle": False},
    "no tol": {"tol": None, "max_iter": 7},
    "early stopping": {"early_stopping": True, "penalty": None},
    "early stopping, patient": {"early_stopping": True, "penalty": "l1", "n_iter_no_change": 9},
    "strong penalty": {"alpha": 5.0, "learning_rate": "constant"},  # scale becomes tiny and is multiplied in
    "weights cleared at once": {"alpha": 200.0, "learning_rate": "constant"},
}


@pytest.mark.parametrize("name", OTHERS)
def test_so_do_other_settings(rng, name):
    X, y = made(rng)
    ours = fit_quietly(SGDRegressor(random_state=3, **OTHERS[name]), X, y)
    check_same(ours, fit_quietly(reference.SGDRegressor(random_state=3, **OTHERS[name]), X, y))


def test_the_mean_under_a_penalty_that_shrinks_the_weights_to_nothing_in_each_epoch(rng):
    X, y = made(rng)
    how = {"alpha": 5.0, "learning_rate": "constant", "eta0": 0.1, "average": True, "random_state": 3}
    ours, theirs = (m(**how).fit(X, y) for m in (SGDRegressor, reference.SGDRegressor))
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-7)  # scale is 1e-9 before it is multiplied in
    assert ours.n_iter_ == theirs.n_iter_


def test_a_shared_generator_stays_in_step_with_scikit_learns(rng):
    X, y = made(rng)
    mine, other = np.random.RandomState(3), np.random.RandomState(3)
    how = {"early_stopping": True, "penalty": None}
    for _ in range(2):
        ours = SGDRegressor(random_state=mine, **how).fit(X, y)
        check_same(ours, reference.SGDRegressor(random_state=other, **how).fit(X, y))
    assert mine.randint(2**31 - 1) == other.randint(2**31 - 1)


@pytest.mark.parametrize("average", [False, True, 100])
def test_partial_fit_and_warm_start_give_scikit_learns_weights(rng, average):
    X, y = made(rng, 200)
    ours, theirs = (m(average=average, random_state=1) for m in (SGDRegressor, reference.SGDRegressor))
    for s in (slice(0, 50), slice(50, 120), slice(120, 200)):
        check_same(ours.partial_fit(X[s], y[s]), theirs.partial_fit(X[s], y[s]))
    # warm: as from weights given. scikit-learn's own warm start adds the old mean to the new one, uncounted
    ours = SGDRegressor(average=average, random_state=1, warm_start=True).fit(X, y)
    start = {"coef_init": ours.coef_.copy(), "intercept_init": ours.intercept_.copy()}
    check_same(ours.fit(X, y), reference.SGDRegressor(average=average, random_state=1).fit(X, y, **start))


def test_early_stopping_is_scikit_learns_but_for_the_weights_it_scores(rng, monkeypatch):
    # scikit-learn scores v, not w = scale v. Told to do the same, ours ends in the same epochs; else they may differ
    how = {"early_stopping": True, "alpha": 0.05, "learning_rate": "constant"}
    differing = 0
    for seed in range(10):
        X, y = made(rng)
        theirs = reference.SGDRegressor(random_state=seed, **how).fit(X, y)
        ours = SGDRegressor(random_state=seed, **how).fit(X, y)
        differing += ours.n_iter_ != theirs.n_iter_
        with monkeypatch.context() as patch:
            patch.setattr(Descent, "score_now", lambda self: self.stop.score(self.v, self.place.b))
            check_same(SGDRegressor(random_state=seed, **how).fit(X, y), theirs)
    assert differing > 0


def test_the_score_of_the_held_out_rows_is_that_of_the_model(rng):
    X, y = made(rng)
    path = record(SGDRegressor(early_stopping=True, alpha=0.05, random_state=0).steps(X, y))
    held_out = np.random.RandomState(0).permutation(80)[:8]
    model = SGDRegressor(alpha=0.05).fit(X, y)
    for step in path:
        model.coef_, model.intercept_ = step.weights.w[0], step.weights.b
        assert model.score(X[held_out], y[held_out]) == pytest.approx(step.score[0], rel=1e-12)


# ---- laws


@given(seeds)
def test_averaging_gives_the_mean_of_the_iterates(seed):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 12, 2)
    start = int(rng.integers(1, 20))
    how = {"shuffle": False, "tol": None, "alpha": 0.1, "eta0": 0.1}
    model = fit_quietly(SGDRegressor(average=start, max_iter=2, **how), X, y)
    one_by_one, iterates = SGDRegressor(**how), []
    for i in [*range(12), *range(12)]:
        one_by_one.partial_fit(X[i : i + 1], y[i : i + 1])
        iterates.append(np.r_[one_by_one.coef_, one_by_one.intercept_])
    expected = np.mean(iterates[start - 1 :], axis=0)
    np.testing.assert_allclose(np.r_[model.coef_, model.intercept_], expected, rtol=1e-11, atol=1e-12)  # 24 roundings


@given(seeds, st.sampled_from(LOSSES), st.sampled_from([False, True, 7]))
def test_partial_fits_over_epochs_are_a_fit_without_shuffle(seed, loss, average):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 12, 2)
    how = {"loss": loss, "shuffle": False, "tol": None, "average": average}
    expected = fit_quietly(SGDRegressor(max_iter=3, **how), X, y)
    found = SGDRegressor(**how)
    for _ in range(3):
        found.partial_fit(X, y)
    np.testing.assert_allclose(found.coef_, expected.coef_, rtol=1e-12, atol=1e-14)  # scale is multiplied in between
    np.testing.assert_allclose(found.intercept_, expected.intercept_, rtol=1e-12, atol=1e-14)
    assert found.t_ == expected.t_


@given(seeds)
def test_a_weight_of_two_is_a_step_twice_as_long(seed):
    # not the row twice: the second of two steps begins where the first has ended
    rng = np.random.default_rng(seed)
    X, y = made(rng, 15, 3)
    how = {"learning_rate": "constant", "penalty": None, "tol": None, "max_iter": 2, "random_state": seed}
    expected = fit_quietly(SGDRegressor(eta0=0.02, **how), X, y)
    found = fit_quietly(SGDRegressor(eta0=0.01, **how), X, y, sample_weight=np.full(15, 2.0))
    np.testing.assert_allclose(found.coef_, expected.coef_, rtol=1e-13)  # 0.02 and 2 * 0.01 are the same number
    np.testing.assert_allclose(found.intercept_, expected.intercept_, rtol=1e-13)


@given(seeds)
def test_a_weight_of_zero_is_as_good_as_no_row_where_steps_have_constant_length(seed):
    rng = np.random.default_rng(seed)
    (X, y), keep = made(rng, 15, 3), rng.random(15) < 0.6
    if not keep.any():
        return
    how = {"learning_rate": "constant", "penalty": None, "tol": None, "max_iter": 2, "shuffle": False}
    expected = fit_quietly(SGDRegressor(**how), X[keep], y[keep])
    found = fit_quietly(SGDRegressor(**how), X, y, sample_weight=keep.astype(float))
    assert found.coef_.tobytes() == expected.coef_.tobytes()


def test_the_end_of_a_long_walk_is_near_least_squares_and_the_mean_is_nearer(rng):
    X, y = made(rng, 500)
    best = LinearRegression().fit(X, y)
    how = {"alpha": 0.0, "learning_rate": "constant", "tol": None, "max_iter": 40, "random_state": 0}
    last, mean = (fit_quietly(SGDRegressor(average=average, **how), X, y) for average in (False, True))
    far, near = (np.linalg.norm(m.coef_ - best.coef_) for m in (last, mean))
    assert near < far < 0.3  # noise 1, steps 0.01
    assert mean.certify(X, y).gradient < last.certify(X, y).gradient


# ---- edges and errors


def test_it_warns_when_epochs_run_out(rng):
    with pytest.warns(ConvergenceWarning, match="Maximum number of iteration reached"):
        SGDRegressor(max_iter=2).fit(*made(rng))


def test_a_negative_power_is_warned_of(rng):
    with pytest.warns(FutureWarning, match="power_t"):
        SGDRegressor(power_t=-0.1, tol=None, max_iter=1).fit(*made(rng))


def test_steps_that_are_too_long_are_an_error_that_names_the_remedy(rng):
    X, y = made(rng)
    for model in (SGDRegressor, reference.SGDRegressor):
        with pytest.raises(ValueError, match=r"overflow occurred at epoch.*StandardScaler"):
            model(learning_rate="constant", random_state=0).fit(1e150 * X, y)
    with pytest.warns(ConvergenceWarning, match=r"went uphill.*StandardScaler"):  # scikit-learn says nothing
        worse = SGDRegressor(learning_rate="constant", random_state=0).fit(1e6 * X, y)
    check_same(worse, reference.SGDRegressor(learning_rate="constant", random_state=0).fit(1e6 * X, y))
    scaled = StandardScaler().fit_transform(1e6 * X)
    assert SGDRegressor(random_state=0).fit(scaled, y).score(scaled, y) > 0.9


def weights_or_message(model, X, y):
    """Return the bits of the weights, or the first words of the error."""
    try:
        return fit_quietly(model, X, y).coef_.tobytes()
    except ValueError as error:
        return str(error)[:40]


@pytest.mark.parametrize("scale", [1e-150, 1e-80, 1e80, 1e150])
@pytest.mark.parametrize("loss", LOSSES)
def test_at_any_scale_weights_and_errors_are_scikit_learns_and_weights_are_finite(rng, loss, scale):
    X, y = made(rng)
    for a, b in ((X * scale, y), (X, y * scale), (X * scale, y * scale)):
        how = {"loss": loss, "random_state": 0, "max_iter": 20}
        found = weights_or_message(SGDRegressor(**how), a, b)
        assert found == weights_or_message(reference.SGDRegressor(**how), a, b)
        assert found == "Floating-point under-/overflow occurred " or np.isfinite(np.frombuffer(found)).all()


def test_one_row_constant_and_doubled_columns(rng):
    assert SGDRegressor(random_state=0).fit([[2.0]], [3.0]).predict([[2.0]]) == pytest.approx([3.0], abs=0.3)
    X, y = made(rng)
    doubled = np.column_stack([X, X[:, 0], np.ones(80), np.zeros(80)])
    model = SGDRegressor(random_state=0).fit(doubled, y)
    assert model.coef_[0] == model.coef_[4]  # from the same start, the same steps
    assert model.coef_[6] == 0.0
    assert model.score(doubled, y) > 0.9


def test_settings_that_do_not_go_together_are_named(rng):
    X, y = made(rng, 10)
    cases = [
        ({"learning_rate": "optimal", "alpha": 0.0}, "alpha must be > 0"),
        ({"learning_rate": "pa1"}, "only works with loss 'epsilon_insensitive'"),
        ({"penalty": "elasticnet", "l1_ratio": None}, "l1_ratio must be set"),
        ({"early_stopping": True, "validation_fraction": 0.95}, "leaves none to train on"),
        ({"early_stopping": True, "validation_fraction": 0.1}, "single row"),
    ]
    for how, message in cases:
        with pytest.raises(ValueError, match=message):
            SGDRegressor(**how).fit(X, y)
    with pytest.raises(ValueError, match="early_stopping should be False"):
        SGDRegressor(early_stopping=True).partial_fit(X, y)
    held_out = np.random.RandomState(0).permutation(10)[:2]
    weight = np.where(np.isin(np.arange(10), held_out), 0.0, 1.0)
    with pytest.raises(ValueError, match="validation set are all zero"):
        SGDRegressor(early_stopping=True, validation_fraction=0.2, random_state=0).fit(X, y, sample_weight=weight)
    with pytest.raises(ValueError, match="coef_init does not match"):
        SGDRegressor().fit(X, y, coef_init=np.ones(3))
    with pytest.raises(ValueError, match="intercept_init does not match"):
        SGDRegressor().fit(X, y, intercept_init=np.ones(3))
    with pytest.raises(ValueError, match="kept no mean"):
        SGDRegressor().fit(X, y).set_params(average=True).partial_fit(X, y)
    with pytest.raises(ValueError, match="nothing to certify"):
        SGDRegressor("epsilon_insensitive", learning_rate="pa1").fit(X, y).certify(X, y)


def test_what_a_fit_starts_from_is_not_overwritten(rng):
    X, y = made(rng)
    w, b = np.ones(4), np.ones(1)
    SGDRegressor(random_state=0).fit(X, y, coef_init=w, intercept_init=b)
    assert w.tolist() == [1.0] * 4
    assert b.tolist() == [1.0]
