"""Optimisers, schedules, clipping, early stopping: by hand, naive twin, outside reference, laws, edges and errors."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import tests.naive.neural_network.optimisers as naive
from scratchml.neural_network import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    ClipByNorm,
    ClipByValue,
    ConstantRate,
    CosineRate,
    EarlyStopping,
    ExponentialRate,
    InverseScaling,
    Momentum,
    Nesterov,
    OneCycle,
    Plateau,
    RMSprop,
    StepRate,
    global_norm,
    optimisers,
)

ALL = [SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam, AdamW]


def walk(optimiser, w, slopes):
    """Return where w gets, moved once for each array of slopes."""
    w = np.array(w)
    optimiser.start([w])
    for g in slopes:
        optimiser.update([w], [np.asarray(g, dtype=w.dtype)])
    return w


# ---- by hand


def test_two_moves_of_each_on_paper():
    # w = 1, slopes 2 and 1, rate 0.1
    assert walk(SGD(0.1), [1.0], [[2.0], [1.0]]).item() == pytest.approx(1 - 0.2 - 0.1)
    # velocity -0.2, then 0.5 * -0.2 - 0.1 = -0.2
    assert walk(Momentum(0.1, 0.5), [1.0], [[2.0], [1.0]]).item() == pytest.approx(1 - 0.2 - 0.2)
    # the same velocities, looked ahead: 0.5 * -0.2 - 0.2 = -0.3, then 0.5 * -0.2 - 0.1 = -0.2
    assert walk(Nesterov(0.1, 0.5), [1.0], [[2.0], [1.0]]).item() == pytest.approx(1 - 0.3 - 0.2)
    # slopes 3 and 4: sums of squares 9 and 25: 3 / 3, 4 / 5
    assert walk(AdaGrad(0.1, 1e-300), [1.0], [[3.0], [4.0]]).item() == pytest.approx(1 - 0.1 - 0.08)
    # rho 3/4, slopes 2 and 1: mean squares 1 and 1: 2 / 1, 1 / 1
    assert walk(RMSprop(0.1, 0.75, 1e-300), [1.0], [[2.0], [1.0]]).item() == pytest.approx(1 - 0.2 - 0.1)
    # betas 1/2: m_hat 2, then (1/2 + 1/2) / (3/4) = 4/3; s_hat 4, then (1 + 1/2) / (3/4) = 2
    expected = 1 - 0.1 - 0.1 * (4 / 3) / math.sqrt(2)
    assert walk(Adam(0.1, 0.5, 0.5, 1e-300), [1.0], [[2.0], [1.0]]).item() == pytest.approx(expected)
    # decay 1/2: 1 * 0.95 - 0.1 = 0.85; 0.85 * 0.95 - ...
    expected = 0.85 * 0.95 - 0.1 * (4 / 3) / math.sqrt(2)
    found = walk(AdamW(0.1, 0.5, 0.5, 1e-300, weight_decay=0.5), [1.0], [[2.0], [1.0]])
    assert found.item() == pytest.approx(expected)


def test_schedules_on_paper():
    assert [ConstantRate(0.3)(t) for t in (0, 9)] == [0.3, 0.3]
    assert [StepRate(1.0, every=3, factor=0.1)(t) for t in (0, 2, 3, 6)] == pytest.approx([1, 1, 0.1, 0.01])
    assert [ExponentialRate(1.0, factor=0.5)(t) for t in (0, 1, 3)] == [1.0, 0.5, 0.125]
    assert [InverseScaling(1.0)(t) for t in (0, 3, 99)] == [1.0, 0.5, 0.1]
    cosine = CosineRate(1.0, steps=7, warm_up=2, least=0.2)  # 4 steps from the top to the floor
    expected = [0.5, 1.0, 1.0, 0.2 + 0.4 * (1 + math.sqrt(0.5)), 0.6, 0.2 + 0.4 * (1 - math.sqrt(0.5)), 0.2, 0.2]
    assert [cosine(t) for t in range(8)] == pytest.approx(expected)
    cycle = OneCycle(1.0, steps=10, rise=0.3, start_division=10.0, end_division=100.0)
    assert [cycle(t) for t in (0, 1, 2, 9, 50)] == pytest.approx([0.1, 0.55, 1.0, 0.001, 0.001])


def test_clipping_on_paper():
    g = [np.array([[3.0, 0.0]]), np.array([-4.0])]
    assert ClipByNorm(10.0)(g) == 5.0
    assert [a.tolist() for a in g] == [[[3.0, 0.0]], [-4.0]]
    assert ClipByNorm(1.0)(g) == 5.0
    assert [a.tolist() for a in g] == [[[0.6, 0.0]], [-0.8]]
    g = [np.array([3.0, 0.5, -4.0])]
    assert ClipByValue(1.0)(g) == pytest.approx(math.sqrt(25.25))
    assert g[0].tolist() == [1.0, 0.5, -1.0]


def test_patience_counts_epochs_in_a_row_that_are_no_better():
    stop = EarlyStopping(patience=2, tol=0.1)
    found = [stop(v) for v in (1.0, 0.95, 0.8, 0.79, 0.78, 0.77)]  # better by less than 0.1 is no better
    assert found == [False, False, False, False, False, True]
    assert (stop.best, stop.waited) == (0.77, 3)
    scores = EarlyStopping(patience=0, higher_is_better=True)
    assert [scores(v) for v in (0.5, 0.6, 0.6, 0.5)] == [False, False, False, True]


# ---- naive twin

CASES = [
    (lambda d: SGD(0.1, weight_decay=d), lambda w, s, d: naive.sgd(w, s, 0.1, d)),
    (lambda d: Momentum(0.1, 0.7, weight_decay=d), lambda w, s, d: naive.momentum(w, s, 0.1, 0.7, False, d)),
    (lambda d: Nesterov(0.1, 0.7, weight_decay=d), lambda w, s, d: naive.momentum(w, s, 0.1, 0.7, True, d)),
    (lambda d: AdaGrad(0.1, 1e-3, weight_decay=d), lambda w, s, d: naive.adagrad(w, s, 0.1, 1e-3, d)),
    (lambda d: RMSprop(0.1, 0.9, 1e-3, weight_decay=d), lambda w, s, d: naive.rmsprop(w, s, 0.1, 0.9, 1e-3, d)),
    (lambda d: Adam(0.1, 0.8, 0.95, 1e-3, weight_decay=d), lambda w, s, d: naive.adam(w, s, 0.1, 0.8, 0.95, 1e-3, d)),
    (
        lambda d: AdamW(0.1, 0.8, 0.95, 1e-3, weight_decay=d),
        lambda w, s, d: naive.adam(w, s, 0.1, 0.8, 0.95, 1e-3, 0.0, d),
    ),
]


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize(("ours", "plain"), CASES, ids=[c.__name__ for c in ALL])
def test_each_moves_as_plain_loops_do(rng, ours, plain, decay):
    w, slopes = rng.normal(size=4), rng.normal(size=(8, 4))
    np.testing.assert_allclose(
        walk(ours(decay), w, slopes), plain(w, slopes, decay), rtol=1e-12, atol=1e-14
    )  # rounding


def test_epsilon_hat_is_added_to_the_root_before_it_is_corrected(rng):
    w, slopes = rng.normal(size=4), rng.normal(size=(8, 4))
    expected = naive.adam_epsilon_hat(w, slopes, 0.1, 0.8, 0.95, 1e-2)
    found = walk(Adam(0.1, 0.8, 0.95, 1e-2, epsilon_hat=True), w, slopes)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)  # rounding


# ---- outside reference


# PyTorch 2.14: torch.optim on (w_0^2 + 10 w_1^2) / 2 from (1, -1), five steps, lr=0.05, weight_decay=0.1
FROZEN = {
    SGD: [0.7536314998406249, -0.02971843905937499],
    Momentum: [0.36667665959062495, 0.5086752161906251],
    Nesterov: [0.26324503637941093, 0.005446318363512404],
    AdaGrad: [0.8433807990739535, -0.8433807990650275],
    RMSprop: [0.049155068732869116, -0.04915504994818605],
    Adam: [0.7514778923584715, -0.7514778902555437],
    AdamW: [0.7293938180620094, -0.729393815739271],
}


@pytest.mark.parametrize("kind", ALL)
def test_five_moves_end_where_pytorchs_do(kind):
    w, optimiser = np.array([1.0, -1.0]), kind(0.05, weight_decay=0.1)
    optimiser.start([w])
    for _ in range(5):
        optimiser.update([w], [w * np.array([1.0, 10.0])])
    np.testing.assert_allclose(w, FROZEN[kind], rtol=1e-13, atol=1e-14)  # rounding


def test_schedules_have_pytorchs_rates():
    # PyTorch 2.14: OneCycleLR(max_lr=1, total_steps=10), CosineAnnealingLR(T_max=9, eta_min=0.2), each step's lr
    cycle = [0.04, 0.52, 1.0, 0.9504846320134737, 0.8117456539497631, 0.6112620219362893, 0.38874197806371075]
    cycle += [0.18825834605023697, 0.049519367986526286, 4e-06]
    cosine = [1.0, 0.9758770483143635, 0.9064177772475912, 0.8, 0.6694592710667723, 0.5305407289332279, 0.4]
    cosine += [0.29358222275240886, 0.2241229516856367, 0.2]
    assert [OneCycle(1.0, steps=10)(t) for t in range(10)] == pytest.approx(cycle, rel=1e-12)
    assert [CosineRate(1.0, steps=10, least=0.2)(t) for t in range(10)] == pytest.approx(cosine, rel=1e-12)


# ---- laws


@given(st.integers(0, 10**6), st.floats(1e-3, 1e3))
def test_the_step_of_adam_does_not_depend_on_the_slopes_unit(seed, unit):
    rng = np.random.default_rng(seed)
    w, slopes = rng.normal(size=3), rng.uniform(0.5, 2.0, (5, 3)) * rng.choice([-1.0, 1.0], (5, 3))
    one, other = (walk(Adam(0.1, epsilon=1e-30), w, slopes * u) for u in (1.0, unit))
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)  # rounding
    assert (np.abs(walk(Adam(0.1, epsilon=1e-30), w, slopes[:1]) - w) - 0.1 < 1e-12).all()


@given(st.integers(0, 10**6))
def test_switched_off_they_are_one_another(seed):
    rng = np.random.default_rng(seed)
    w, slopes = rng.normal(size=3), rng.normal(size=(5, 3))
    plain = walk(SGD(0.1), w, slopes)
    assert (walk(Momentum(0.1, 0.0), w, slopes) == plain).all()
    assert (walk(Nesterov(0.1, 0.0), w, slopes) == plain).all()
    assert (walk(AdamW(0.1, weight_decay=0.0), w, slopes) == walk(Adam(0.1), w, slopes)).all()
    np.testing.assert_allclose(  # decoupled and L2 are the same in SGD
        walk(SGD(0.1, weight_decay=0.3), w, slopes[:1]), w * (1 - 0.1 * 0.3) - 0.1 * slopes[0], rtol=1e-14, atol=1e-15
    )


def test_weights_decay_in_adamw_and_hardly_in_adam_where_slopes_are_large(rng):
    slopes = 100.0 * rng.choice([-1.0, 1.0], (200, 1))
    beside, through, without = (
        walk(o, [50.0], slopes)[0] for o in (AdamW(0.01, weight_decay=0.5), Adam(0.01, weight_decay=0.5), Adam(0.01))
    )
    assert beside - without == pytest.approx(50.0 * (0.995**200 - 1), rel=0.1)  # Adam's own moves decay, too
    assert abs(through - without) < abs(beside - without) / 10


@given(array_shapes(max_dims=3, max_side=3), st.integers(0, 10**6), st.floats(1e-3, 1e3))
def test_a_clipped_slope_is_no_longer_than_the_bound_and_points_the_same_way(shape, seed, bound):
    rng = np.random.default_rng(seed)
    g = [rng.normal(size=shape), rng.normal(size=2)]
    before = [a.copy() for a in g]
    norm = ClipByNorm(bound)(g)
    assert norm == pytest.approx(naive.norm(before), rel=1e-12)
    assert naive.norm(g) <= bound * (1 + 1e-12)  # rounding
    for a, b in zip(g, before, strict=True):
        np.testing.assert_allclose(a, b * min(1.0, bound / norm), rtol=1e-13)
    ClipByValue(bound)(before)
    assert max(np.abs(a).max() for a in before) <= bound


@given(
    st.sampled_from(ALL),
    st.lists(array_shapes(min_dims=0, max_dims=3, max_side=3), min_size=1, max_size=3),
    st.integers(0, 999),
)
def test_arrays_of_any_shape_move_as_one_vector_would(kind, shapes, seed):
    rng = np.random.default_rng(seed)
    arrays, slopes = ([np.asarray(rng.normal(size=shape)) for shape in shapes] for _ in range(2))
    w = np.concatenate([a.ravel() for a in arrays])
    optimiser = kind(0.1)
    optimiser.start(arrays)
    for _ in range(3):
        optimiser.update(arrays, slopes)
    expected = walk(kind(0.1), w, [np.concatenate([g.ravel() for g in slopes])] * 3)
    assert (np.concatenate([a.ravel() for a in arrays]) == expected).all()


@pytest.mark.parametrize("kind", ALL)
def test_it_starts_anew_from_start_takes_the_rate_it_is_given_and_leaves_slopes_alone(kind, rng):
    optimiser, w, slopes = kind(0.1, weight_decay=0.2), rng.normal(size=3), rng.normal(size=(4, 3))
    before = slopes.copy()
    first = walk(optimiser, w, slopes)
    assert (walk(optimiser, w, slopes) == first).all()
    assert (slopes == before).all()
    assert optimiser.t == 4
    given = w.copy()
    optimiser.start([given])
    for g in slopes:
        optimiser.update([given], [g], 0.02)
    assert (given == walk(kind(0.02, weight_decay=0.2), w, slopes)).all()
    assert optimiser.learning_rate == 0.1


@pytest.mark.parametrize("kind", ALL)
def test_a_call_makes_no_array(kind):
    w, g = [np.ones(100_000)], [np.ones(100_000)]
    optimiser = kind(weight_decay=0.1)
    optimiser.start(w)
    optimiser.update(w, g)  # compiles
    tracemalloc.start()
    optimiser.update(w, g)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000
    assert optimiser.nbytes == 800_000 * (kind.kept + (kind is not AdamW))


@pytest.mark.parametrize("kind", ALL)
def test_pieces_and_threads_do_not_change_a_bit(kind, rng, monkeypatch):
    first, slopes, found = rng.normal(size=1000), rng.normal(size=1000), []
    for piece, threads in ((2**18, "1"), (64, "1"), (64, "3")):
        monkeypatch.setattr(optimisers, "PIECE", piece)
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        w, optimiser = first.copy(), kind(weight_decay=0.1)
        optimiser.start([w])
        for _ in range(3):
            optimiser.update([w], [slopes])
        found.append(w)
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()


def test_a_plateau_lowers_the_rate_until_it_is_least():
    rate = Plateau(0.5)
    assert rate(99) == 0.5
    assert rate.lower()
    assert rate(0) == 0.1
    while rate.lower():
        pass
    assert 2e-7 < rate(0) <= 1e-6


def test_early_stopping_keeps_the_best_weights():
    w = [np.array([1.0]), np.array([2.0, 3.0])]
    stop = EarlyStopping(patience=1)
    stop(1.0, w)
    w[1][:] = 7.0
    stop(2.0, w)
    stop.restore(w)
    assert w[1].tolist() == [2.0, 3.0]
    fresh = EarlyStopping()
    fresh.restore(w)  # nothing kept, nothing changed
    assert w[0].tolist() == [1.0]


# ---- edges and errors


@pytest.mark.parametrize("kind", ALL)
def test_zero_slopes_move_nothing_and_huge_ones_leave_finite_weights(kind):
    decay = {"weight_decay": 0.0}
    assert (walk(kind(0.1, **decay), [1.0, -2.0], np.zeros((3, 2))) == [1.0, -2.0]).all()
    found = walk(kind(0.1, **decay), [1.0], [[1e150], [-1e150], [1e150]])
    assert np.isfinite(found).all()
    if kind in (AdaGrad, Adam, AdamW):
        assert abs(found[0] - 1.0) < 0.5  # a few rates, whatever the slopes' unit
    tiny = walk(kind(0.1, **decay), [1.0], [[1e-150]] * 3)
    assert tiny.item() == pytest.approx(1.0)


@pytest.mark.parametrize("kind", ALL)
def test_float32_weights_stay_float32_and_follow(kind, rng):
    w, slopes = rng.normal(size=5), rng.normal(size=(6, 5))
    found = walk(kind(0.1, weight_decay=0.1), w.astype(np.float32), slopes.astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, walk(kind(0.1, weight_decay=0.1), w, slopes), rtol=1e-4, atol=1e-5)  # float32


def test_huge_slopes_are_clipped_without_overflow():
    g = [np.array([3e200, -4e200])]
    assert ClipByNorm(1.0)(g) == pytest.approx(5e200)
    assert g[0] == pytest.approx([0.6, -0.8])
    g = [np.full(4, 3e38, dtype=np.float32)]
    assert ClipByNorm(2.0)(g) == pytest.approx(6e38, rel=1e-6)
    np.testing.assert_allclose(g[0], 1.0, rtol=1e-6)  # float32
    assert ClipByNorm(1.0)([np.zeros(3)]) == global_norm([]) == 0.0


def test_wrong_arguments_are_named():
    w, g = [np.ones(2)], [np.ones(2)]
    with pytest.raises(ValueError, match="call start"):
        SGD().update(w, g)
    optimiser = SGD()
    optimiser.start(w)
    with pytest.raises(ValueError, match="start saw weights of shapes"):
        optimiser.update(w, [np.ones(3)])
    with pytest.raises(TypeError, match=r"parameters\[0\] is int64"):
        optimiser.start([np.ones(2, dtype=int)])
    with pytest.raises(ValueError, match="C-contiguous"):
        optimiser.start([np.ones((2, 2)).T[:1]])
    with pytest.raises(ValueError, match="SGD: learning_rate=0"):
        SGD(0)
    with pytest.raises(ValueError, match=r"Adam: beta_1=1\.0"):
        Adam(beta_1=1.0)
    with pytest.raises(TypeError, match="Momentum: momentum='much'"):
        Momentum(momentum="much")
    with pytest.raises(ValueError, match="StepRate: every=0"):
        StepRate(0.1, every=0)
    with pytest.raises(ValueError, match="leaves none"):
        CosineRate(0.1, steps=5, warm_up=5)
    with pytest.raises(ValueError, match=r"least=0\.2 is above"):
        CosineRate(0.1, least=0.2)
    with pytest.raises(ValueError, match="step=-1"):
        ConstantRate(0.1)(-1)
    with pytest.raises(ValueError, match=r"gradients\[1\] holds nan"):
        ClipByNorm(1.0)([np.ones(2), np.array([1.0, np.nan])])
    with pytest.raises(ValueError, match=r"gradients\[0\] holds inf"):
        ClipByValue(1.0)([np.array([-np.inf])])
    with pytest.raises(ValueError, match="C-contiguous"):
        ClipByValue(1.0)([np.ones((2, 2)).T[:1]])
    with pytest.raises(ValueError, match="is NaN"):
        EarlyStopping()(math.nan)
    with pytest.raises(ValueError, match="patience=-1"):
        EarlyStopping(-1)
    assert repr(Momentum(0.1)) == "Momentum(learning_rate=0.1, weight_decay=0.0, momentum=0.9)"
