"""SAGA for linear models: by hand, naive twin (written-out gradients), outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import ElasticNet, LogisticRegression

import tests.naive.optim.saga_linear as naive
from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.optim import Penalty, loss_named, minimize, saga, saga_linear, softmax
from tests.optim.surfaces import mean_logistic, two_clouds

EPS = np.finfo(np.float64).eps
SMOOTH = ("squared_error", "huber", "squared_epsilon_insensitive", "log_loss", "squared_hinge", "modified_huber")
HUGE = 10**4  # epochs, more than any of these problems needs

penalties = st.builds(Penalty, st.sampled_from([0.0, 0.05]), st.sampled_from([0.0, 0.1]), st.booleans())


def problem(rng, name, n, d):
    """Return X and targets of the kind a loss wants."""
    X, y = two_clouds(rng, n, d)
    if name == "multinomial":
        return X, np.arange(n) % 3 * 1.0
    return X, y if "hinge" in name or name in ("log_loss", "modified_huber") else X[:, 0] + rng.normal(size=n)


def slopes_of(name):
    if name == "multinomial":
        return lambda z, label: softmax([z])[0] - (np.arange(len(z)) == label)
    return lambda z, y: loss_named(name).slopes(z, y)


# ---- by hand


def test_a_line_through_four_points_is_found():
    X, y = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    last = minimize(saga_linear(X, y, loss_named("squared_error"), max_iter=HUGE, tol=1e-12, random_state=0))
    assert last.w[0] == pytest.approx([2.0, 1.0], abs=1e-10)  # tol over the least curvature


def test_one_sample_on_paper():
    # x = 2, y = 4, no intercept, step 1 / (2 * 4): the gradient (2 w - 4) 2 is -8 at 0, so w = 8/8
    path = record(saga_linear([[2.0]], [4.0], loss_named("squared_error"), fit_intercept=False, max_iter=1))
    assert path[0].gradient.tolist() == [[-8.0]]
    assert path[1].w[0, 0] == pytest.approx(1.0, rel=4 * EPS)  # a few roundings
    assert path[1].step_size == pytest.approx(1 / 8, rel=EPS)
    assert [s.n_evaluations for s in path] == [1, 3]


def test_the_step_of_the_docstring():
    X, y, weight = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([1.0, -1.0]), np.array([3.0, 1.0])
    for name, curvature in (("log_loss", 0.25), ("squared_hinge", 2.0)):
        for intercept in (True, False):
            sizes = weight / 2 * ((X**2).sum(axis=1) + intercept)  # weights with a mean of 1
            for l2 in (0.0, 0.1, 100.0):
                how = {"sample_weight": weight, "fit_intercept": intercept, "penalty": Penalty(l2=l2)}
                step, L = next(saga_linear(X, y, loss_named(name), **how)), curvature * sizes.max() + l2
                expected = 1 / (2 * L + min(2 * 2 * l2, L))
                assert step.step_size == pytest.approx(expected, rel=4 * EPS)  # a few roundings


# ---- naive twin


@pytest.mark.parametrize("name", [*SMOOTH, "multinomial"])
@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), penalty=penalties, intercept=st.booleans(), weighted=st.booleans())
def test_epochs_are_those_of_written_out_gradients(name, seed, penalty, intercept, weighted):
    rng = np.random.default_rng(seed)
    X, y = problem(rng, name, 6, 2)
    weight = rng.random(6) + 0.1 if weighted else np.ones(6)
    k = 3 if name == "multinomial" else 1
    W = np.abs(rng.normal(size=(k, 2 + intercept)))
    how = {"sample_weight": weight, "fit_intercept": intercept, "penalty": penalty, "random_state": seed}
    path = record(saga_linear(X, y, loss_named(name), W, max_iter=2, tol=0.0, **how))
    draws = np.random.RandomState(seed)
    drawn = np.concatenate([draws.randint(6, size=6) for _ in range(2)]).tolist()
    shares, step = weight / weight.mean(), path[0].step_size
    expected = naive.saga_linear(X, y, slopes_of(name), shares, W, drawn, step, *penalty, intercept)
    np.testing.assert_allclose(path[-1].w, expected, rtol=1e-10, atol=1e-12)  # averages kept, not worked out


# ---- outside reference


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_end_is_scikit_learns_logistic_regression(rng, share):
    X, y = two_clouds(rng, 80, 3)
    weight, strength = rng.random(80), 0.03
    theirs = LogisticRegression(
        C=1 / (weight.sum() * strength), l1_ratio=share, solver="saga", tol=1e-12, max_iter=HUGE, random_state=0
    ).fit(X, y, weight)
    penalty = Penalty(strength * share, strength * (1 - share))
    last = minimize(
        saga_linear(X, y, loss_named("log_loss"), sample_weight=weight, penalty=penalty, max_iter=HUGE, tol=1e-10,
                    random_state=0)
    )  # fmt: skip
    assert last.converged
    np.testing.assert_allclose(last.w[0], [*theirs.coef_[0], *theirs.intercept_], atol=1e-6)  # theirs stops by change


def test_the_end_is_scikit_learns_multinomial_regression(rng):
    X = rng.normal(size=(90, 3))
    y = (X @ rng.normal(size=(3, 3)) + rng.gumbel(size=(90, 3))).argmax(axis=1)
    theirs = LogisticRegression(C=1 / (90 * 0.1), tol=1e-12, max_iter=HUGE).fit(X, y)
    last = minimize(
        saga_linear(X, y, loss_named("multinomial"), penalty=Penalty(l2=0.1), max_iter=HUGE, tol=1e-9, random_state=0)
    )
    np.testing.assert_allclose(last.w[:, :3], theirs.coef_, atol=1e-6)  # theirs stops by its gradient, divided
    intercepts = last.w[:, 3] - last.w[:, 3].mean()  # a constant added to all changes nothing
    np.testing.assert_allclose(intercepts, theirs.intercept_ - theirs.intercept_.mean(), atol=1e-6)  # the same


@pytest.mark.parametrize("positive", [False, True])
def test_the_end_is_scikit_learns_elastic_net(rng, positive):
    X = rng.normal(size=(50, 4))
    y = X @ [2.0, -1.0, 0.5, 0.0] + 3.0 + rng.normal(size=50)
    theirs = ElasticNet(alpha=0.3, l1_ratio=0.5, positive=positive, tol=1e-14, max_iter=HUGE).fit(X, y)
    penalty = Penalty(0.15, 0.15, positive)
    last = minimize(
        saga_linear(X, y, loss_named("squared_error"), penalty=penalty, max_iter=HUGE, tol=1e-10, random_state=0)
    )
    np.testing.assert_allclose(last.w[0], [*theirs.coef_, theirs.intercept_], atol=1e-7)  # theirs: duality gap


# ---- laws


@given(seed=st.integers(0, 10**6), penalty=penalties)
def test_it_is_saga_itself_draw_by_draw(seed, penalty):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 10, 3)
    how = {"step_size": 0.05, "penalty": penalty, "max_iter": 3, "tol": 0.0, "random_state": seed}
    linear = record(saga_linear(X, y, loss_named("log_loss"), fit_intercept=False, **how))
    plain = record(saga(mean_logistic(X, y), np.zeros(3), 10, **how))
    for one, other in zip(linear, plain):
        np.testing.assert_allclose(one.w[0], other.w, rtol=1e-11, atol=1e-13)  # sums in another order
        assert one.loss == pytest.approx(other.loss, rel=1e-12)  # the same
        assert one.gradient_norm == pytest.approx(other.gradient_norm, rel=1e-8, abs=1e-13)  # the same, cancelled


@pytest.mark.parametrize("name", [*SMOOTH, "multinomial"])
@pytest.mark.parametrize("intercept", [True, False])
def test_what_converged_is_stationary(rng, name, intercept):
    X, y = problem(rng, name, 30, 2)
    penalty = Penalty(0.05, 0.1)
    how = {"fit_intercept": intercept, "penalty": penalty, "max_iter": HUGE, "random_state": 0}
    last = minimize(saga_linear(X, y, loss_named(name), tol=1e-6, **how))
    assert last.converged
    rows = np.column_stack([X, np.ones(30)]) if intercept else X
    slopes = np.array(
        [np.atleast_1d(slopes_of(name)(z if len(z) > 1 else z[0], t)) for z, t in zip(rows @ last.w.T, y)]
    )
    gradient = slopes.T @ rows / 30
    np.testing.assert_allclose(last.gradient, gradient, rtol=1e-10, atol=1e-14)  # sums in another order
    assert penalty.stationarity(last.w[:, :2], gradient[:, :2]) <= 1.001e-6
    assert not intercept or np.abs(gradient[:, 2]).max() <= 1.001e-6  # no penalty on intercepts


@given(seed=st.integers(0, 10**6), power=st.integers(-300, 300))
def test_only_the_ratio_of_sample_weights_counts(seed, power):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 8, 2)
    weight = rng.random(8)
    runs = [
        minimize(saga_linear(X, y, loss_named("log_loss"), sample_weight=w, max_iter=2, random_state=0)).w.tobytes()
        for w in (weight, np.ldexp(weight, power))
    ]
    assert runs[0] == runs[1]


def test_a_weight_of_2_is_a_sample_twice_and_of_0_none(rng):
    X, y = two_clouds(rng, 12, 2)
    weight = np.array([2, 0, 1] * 4)
    how = {"penalty": Penalty(0.02, 0.1), "max_iter": HUGE, "tol": 1e-11, "random_state": 0}
    weighted = minimize(saga_linear(X, y, loss_named("log_loss"), sample_weight=weight, **how))
    repeated = minimize(saga_linear(X.repeat(weight, axis=0), y.repeat(weight), loss_named("log_loss"), **how))
    np.testing.assert_allclose(weighted.w, repeated.w, atol=1e-9)  # tol / l2


def test_two_classes_of_multinomial_are_log_loss(rng):
    X, y = two_clouds(rng, 40, 2)
    how = {"max_iter": HUGE, "tol": 1e-10, "random_state": 0}
    two = minimize(saga_linear(X, (y + 1) / 2, loss_named("multinomial"), penalty=Penalty(l2=0.2), **how)).w
    one = minimize(saga_linear(X, y, loss_named("log_loss"), penalty=Penalty(l2=0.1), **how)).w
    np.testing.assert_allclose(two[1] - two[0], one[0], atol=1e-8)  # tol / l2; l2 is shared by two halves


@pytest.mark.parametrize("name", ["log_loss", "squared_error", "multinomial"])
def test_compiled_and_plain_give_the_same_bits(rng, name):
    X, y = problem(rng, name, 12, 2)
    how = {"penalty": Penalty(0.01, 0.02), "max_iter": 2, "random_state": 0}
    compiled = minimize(saga_linear(X, y, loss_named(name), **how)).w
    with plain_python():
        plain = minimize(saga_linear(X, y, loss_named(name), **how)).w
    assert plain.tobytes() == compiled.tobytes()


# ---- edges and errors


def test_inputs_are_kept_and_may_be_lists_or_of_any_order(rng):
    X, y = two_clouds(rng, 12, 2)
    W, weight = np.ones((1, 3)), rng.random(12)
    before = X.copy(), y.copy(), W.copy(), weight.copy()

    def run(rows, labels):
        return minimize(saga_linear(rows, labels, loss_named("log_loss"), W, sample_weight=weight, random_state=0)).w

    expected = run(X, y)
    assert all((one == other).all() for one, other in zip((X, y, W, weight), before))
    assert run(np.asfortranarray(X), y.astype(int)).tobytes() == expected.tobytes()
    assert run(X.tolist(), y.tolist()).tobytes() == expected.tobytes()


def test_no_epoch_is_allowed_and_a_minimum_is_seen_at_once():
    X, y = np.array([[1.0], [2.0]]), np.zeros(2)
    loss = loss_named("squared_error")
    assert minimize(saga_linear(X, y + 1, loss, max_iter=0)).name == "start"
    assert (minimize(saga_linear(X, y, loss, tol=0.0)).name, minimize(saga_linear(X, y, loss)).converged) == (
        "start",
        True,
    )


def test_zeros_only_need_only_an_intercept():
    loss = loss_named("squared_error")
    last = minimize(saga_linear(np.zeros((4, 2)), np.arange(4.0), loss, tol=1e-9, max_iter=HUGE))
    assert last.w[0] == pytest.approx([0.0, 0.0, 1.5], abs=1e-8)  # tol
    assert minimize(saga_linear(np.zeros((4, 2)), np.arange(4.0), loss, fit_intercept=False)).converged


def test_labels_far_from_the_border_do_not_overflow(rng):
    X, y = two_clouds(rng, 20, 2)
    last = minimize(saga_linear(X, y, loss_named("log_loss"), np.array([[1e4, -1e4, 1e4]]), max_iter=3))
    assert np.isfinite(last.w).all()
    last = minimize(saga_linear(1e4 * X, y, loss_named("log_loss"), max_iter=3))
    assert np.isfinite(last.w).all()


def test_a_class_that_did_not_come_may_be_in_w(rng):
    X, y = rng.normal(size=(4, 2)), np.array([0.0, 1.0, 0.0, 5.0])
    with pytest.raises(ValueError, match="y holds class number 5 with 4 samples; number the classes"):
        saga_linear(X, y, loss_named("multinomial"))
    for k in (6, 8):
        assert minimize(saga_linear(X, y, loss_named("multinomial"), np.zeros((k, 3)), max_iter=2)).w.shape == (k, 3)
    with pytest.raises(ValueError, match="class number 5 with 5 rows of w"):
        saga_linear(X, y, loss_named("multinomial"), np.zeros((5, 3)))


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_sizes_far_from_1(rng, size):
    X, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    how = {"fit_intercept": False, "max_iter": 300, "random_state": 0}
    here = minimize(saga_linear(X, y, loss_named("squared_error"), tol=1e-9, **how))
    there = minimize(saga_linear(size * X, y, loss_named("squared_error"), tol=1e-9 * size, **how))
    np.testing.assert_allclose(there.w * size, here.w, rtol=1e-6)  # tol


@pytest.mark.parametrize(("size", "word"), [(1e160, "squares of X overflow"), (1e-160, "squares of X are too small")])
def test_rows_whose_squares_are_beyond_the_range_are_named(rng, size, word):
    with pytest.raises(ValueError, match=word):
        saga_linear(size * (1 + rng.random((5, 2))), np.ones(5), loss_named("squared_error"), fit_intercept=False)


def test_a_too_long_step_diverges(rng):
    X, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    path = record(saga_linear(X, y, loss_named("squared_error"), step_size=10.0, max_iter=HUGE, random_state=0))
    assert (path[-1].name, path[-1].converged) == ("diverged", False)
    with pytest.raises(ValueError, match="diverged in iteration"):
        minimize(saga_linear(X, y, loss_named("squared_error"), step_size=10.0, max_iter=HUGE, random_state=0))


def test_targets_beyond_the_range_are_named(rng):
    with pytest.raises(ValueError, match="loss=inf at the start"):
        minimize(saga_linear(rng.normal(size=(3, 1)), [1e200, 1.0, 2.0], loss_named("squared_error")))


@pytest.mark.parametrize(
    ("how", "kind", "word"),
    [
        ({"loss": "log_loss"}, TypeError, "loss='log_loss' is no Loss"),
        ({"loss": loss_named("hinge")}, ValueError, "'hinge' jumps in its slope"),
        ({"y": [0.0, 1.0, 1.0]}, ValueError, "labels -1 and \\+1"),
        ({"y": [1.0, -1.0]}, ValueError, "inconsistent"),
        ({"y": [[1.0], [-1.0], [1.0]]}, ValueError, "y has shape"),
        ({"y": [1.0, np.nan, 1.0]}, ValueError, "y contains NaN"),
        ({"X": [1.0, 2.0, 3.0]}, ValueError, "Expected 2D array"),
        ({"X": [[np.inf], [1.0], [2.0]]}, ValueError, "infinity"),
        ({"w": [[1.0]]}, ValueError, r"w has shape \(1, 1\); give \(1, 2\)"),
        ({"w": [[1.0, np.nan]]}, ValueError, "w contains NaN"),
        ({"w": 1.0}, ValueError, "w"),
        ({"sample_weight": [1.0, -1.0, 1.0]}, ValueError, "Negative"),
        ({"sample_weight": [0.0, 0.0, 0.0]}, ValueError, "all weights are zero"),
        ({"penalty": 0.1}, TypeError, "penalty"),
        ({"step_size": 0.0}, ValueError, "step_size"),
        ({"fit_intercept": 1}, TypeError, "fit_intercept"),
        ({"tol": -1.0}, ValueError, "tol"),
        ({"max_iter": 1.5}, TypeError, "max_iter"),
        ({"loss": loss_named("multinomial")}, ValueError, "class numbers 0"),
        ({"loss": loss_named("multinomial"), "y": [0.0, 0.5, 1.0]}, ValueError, "class numbers 0"),
    ],
)
def test_wrong_arguments_are_named_at_once(how, kind, word):
    given = {"X": [[1.0], [2.0], [3.0]], "y": [1.0, -1.0, 1.0], "loss": loss_named("log_loss"), **how}
    with pytest.raises(kind, match=word):
        saga_linear(**given)
