"""Planning and exact evaluation: by hand, naive twin, outside reference, laws, steps, edges and errors."""

import warnings
from itertools import pairwise

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.rl.planning as naive
from scratchml.core import ConvergenceWarning, record
from scratchml.rl import (
    CliffWalking,
    FrozenLake,
    GridWorld,
    TabularEnvironment,
    Taxi,
    policy_evaluation,
    policy_iteration,
    rounds,
    sweeps,
    value_iteration,
)
from scratchml.rl.policy_evaluation import back_up, certify, reachable_states
from tests.rl.worlds import BUNDLED, one_state, random_world

EPS = np.finfo(np.float64).eps
seeds = st.integers(0, 10**6)
gammas = st.sampled_from([0.0, 0.3, 0.9, 0.99])


def backed(world, v, gamma):
    q = np.empty(world.table.next_state.shape[:2])
    back_up(world.table, gamma, np.asarray(v, dtype=float), q)
    return q


# ---- by hand


def test_a_corridor_on_paper():
    # S . . G with step -1 and goal 0: three steps, then two, then one
    env = GridWorld("S..G", slip=0.0, step_reward=-1.0, goal_reward=0.0)
    assert value_iteration(env, 1.0).values.tolist() == [-3.0, -2.0, -1.0, 0.0]
    assert value_iteration(env, 0.5).values.tolist() == [-1.75, -1.5, -1.0, 0.0]
    assert value_iteration(env, 0.0).values.tolist() == [-1.0, -1.0, -1.0, 0.0]
    assert policy_iteration(env, 0.5).policy[:3].tolist() == [2, 2, 2]


def test_one_backup_on_paper():
    # two outcomes: 1/4 to state 1 with reward 4, else the end with reward 8; v(1) = 10, gamma = 1/2
    env = TabularEnvironment([[[(0.25, 1, 4.0, False), (0.75, 1, 8.0, True)]], [[(1.0, 1, 0.0, True)]]], [1.0, 0.0])
    assert backed(env, [0.0, 10.0], 0.5).tolist() == [[0.25 * (4 + 5) + 0.75 * 8], [0.0]]


def test_the_equations_of_the_docstring_hold():
    env, gamma = FrozenLake(), 0.9
    plan = value_iteration(env, gamma)
    q = [
        [sum(p * (r + gamma * plan.values[s2] * (not t)) for p, s2, r, t in env.P[s][a]) for a in range(4)]
        for s in range(16)
    ]
    np.testing.assert_allclose(plan.values, np.max(q, axis=1), atol=1e-10)  # tol
    assert plan.start_value == plan.values[0]


def test_the_cliffs_goal_counts_as_an_end_although_it_has_rows():
    assert value_iteration(CliffWalking(), 1.0).start_value == -13.0
    assert policy_iteration(CliffWalking(), 1.0).start_value == -13.0


def test_certificate_on_paper():
    # one state, reward 1 for ever, gamma 1/2: Q* = 2. Q = 1 has residual |1 + 1/2 - 1| = 1/2 and is 1 away
    found = certify(one_state(False).table, np.array([[1.0, 1.0]]), 0.5)
    assert (found.residual, found.q_bound, found.policy_bound, found.value, found.n_states) == (0.5, 1.0, 2.0, 2.0, 1)


# ---- naive twin


@given(seeds, gammas)
def test_agrees_with_the_naive_twin(seed, gamma):
    world = random_world(seed, n_states=4, n_actions=2)
    policy, values = naive.policy_iteration(world.P, gamma)
    plan = policy_iteration(world, gamma)
    np.testing.assert_allclose(plan.values, values, rtol=1e-11, atol=1e-11)  # condition up to 200
    assert plan.policy.tolist() == policy
    np.testing.assert_allclose(policy_evaluation(world, policy, gamma), values, rtol=1e-11, atol=1e-11)


@given(seeds, gammas, st.integers(1, 12))
def test_each_sweep_equals_the_naive_twins(seed, gamma, n):
    world = random_world(seed)
    path = record(sweeps(world, gamma, tol=1e-300, max_iter=n))
    np.testing.assert_allclose(path[-1].v, naive.value_iteration(world.P, gamma, path[-1].iteration), atol=1e-13)


# ---- outside reference


def test_russell_and_norvigs_values():
    # Artificial intelligence: a modern approach, 3rd edition, figure 17.3; three digits are printed
    expected = [0.812, 0.868, 0.918, 0.762, 0.660, 0.705, 0.655, 0.611, 0.388]
    plan = value_iteration(GridWorld(), 1.0)
    assert plan.values[[0, 1, 2, 4, 6, 8, 9, 10, 11]].round(3).tolist() == expected
    assert plan.policy[[0, 1, 2, 4, 6, 8, 9, 10, 11]].tolist() == [2, 2, 2, 3, 3, 3, 0, 0, 0]


def test_frozen_lakes_optimum_is_the_one_that_gymnasium_notes():
    # gymnasium/envs/__init__.py notes "optimum = 0.74" for 100 steps; without a limit it is 14/17
    assert value_iteration(FrozenLake(), 1.0).start_value == pytest.approx(14 / 17, abs=1e-6)  # slow without discount
    assert policy_iteration(FrozenLake(), 1.0).start_value == pytest.approx(14 / 17, abs=1e-13)


def test_planning_works_on_gymnasiums_own_environment():
    theirs, ours = gymnasium.make("Taxi-v4"), Taxi()
    for plan in (value_iteration, policy_iteration):
        assert plan(theirs, 0.9).values.tobytes() == plan(ours, 0.9).values.tobytes()


@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize("gamma", [0.5, 0.95])
def test_value_iteration_policy_iteration_and_linear_solve_agree(name, gamma):
    env = BUNDLED[name]()
    swept, iterated = value_iteration(env, gamma), policy_iteration(env, gamma)
    scale = max(1.0, np.abs(iterated.values).max())
    np.testing.assert_allclose(swept.values, iterated.values, atol=1e-10 + 1e-13 * scale)  # tol, and rounding
    np.testing.assert_allclose(policy_evaluation(env, swept.policy, gamma), iterated.values, atol=1e-11 * scale)
    assert iterated.bound < 1e-9 * scale


@pytest.mark.parametrize("name", BUNDLED)
def test_without_discount_the_policy_found_really_ends(name):
    env = BUNDLED[name]()
    if name == "frozen lake, random map":
        env = FrozenLake(desc=["SFF", "HFF", "FFG"])
    iterated = policy_iteration(env, 1.0)
    scale = max(1.0, np.abs(iterated.values).max())
    seen = reachable_states(env.table)
    swept = value_iteration(env, 1.0, tol=1e-12)
    np.testing.assert_allclose(swept.values[seen], iterated.values[seen], atol=1e-8 * scale)  # geometric, rate near 1
    for plan in (iterated, swept):
        values = policy_evaluation(env, plan.policy, 1.0)
        np.testing.assert_allclose(values[seen], iterated.values[seen], atol=1e-7 * scale)


# ---- laws


@given(seeds, gammas)
def test_the_bellman_operator_contracts(seed, gamma):
    rng, world = np.random.default_rng(seed), random_world(seed)
    v, w = rng.normal(size=5), rng.normal(size=5)
    before = np.abs(v - w).max()
    after = np.abs(backed(world, v, gamma).max(axis=1) - backed(world, w, gamma).max(axis=1)).max()
    assert after <= gamma * before + 8 * EPS  # rounding of sums near 1


@given(seeds, gammas)
def test_the_bellman_operator_is_monotone(seed, gamma):
    rng, world = np.random.default_rng(seed), random_world(seed)
    v = rng.normal(size=5)
    w = v + rng.random(5)
    assert (backed(world, w, gamma) >= backed(world, v, gamma)).all()


@given(seeds, gammas)
def test_no_error_exceeds_its_bound(seed, gamma):
    world = random_world(seed)
    best = policy_iteration(world, gamma).values
    for step in sweeps(world, gamma, tol=1e-8):
        assert np.abs(step.v - best).max() <= step.bound + 1e-10  # values near 100, rounded, times 1 / (1 - gamma)
        assert step.change >= 0


@given(seeds, gammas)
def test_every_round_of_policy_iteration_is_no_worse(seed, gamma):
    path = [step for step in record(rounds(random_world(seed), gamma)) if step.name == "evaluate"]
    for before, after in pairwise(path):
        assert (after.v >= before.v - 1e-11).all()  # rounding of the linear solve


@given(seeds, gammas)
def test_no_policy_beats_the_best_one(seed, gamma):
    rng, world = np.random.default_rng(seed), random_world(seed)
    shares = rng.dirichlet(np.ones(3), size=5)
    best = policy_iteration(world, gamma).values
    assert (policy_evaluation(world, shares, gamma) <= best + 1e-11).all()
    assert (policy_evaluation(world, rng.integers(3, size=5), gamma) <= best + 1e-11).all()


@given(seeds, gammas)
def test_a_certificate_holds_what_it_says(seed, gamma):
    rng, world = np.random.default_rng(seed), random_world(seed)
    q = rng.normal(size=(5, 3))
    found, plan = certify(world.table, q, gamma), policy_iteration(world, gamma)
    seen = reachable_states(world.table)
    assert np.abs(q - plan.q)[seen].max() <= found.q_bound * (1 + 1e-12) + 1e-12
    values = policy_evaluation(world, q.argmax(axis=1), gamma)
    assert (plan.values - values)[seen].max() <= found.policy_bound * (1 + 1e-12) + 1e-12
    assert found.value == pytest.approx(world.table.start_probability @ values, abs=1e-12)
    assert certify(world.table, plan.q, gamma).residual < 1e-11


@given(seeds, st.integers(-30, 30))
def test_rewards_in_other_units_change_the_values_by_just_that(seed, power):
    world = random_world(seed)
    scaled = [[[(p, s2, float(np.ldexp(r, power)), t) for p, s2, r, t in o] for o in row] for row in world.P]
    other = TabularEnvironment(scaled, world.initial_state_distrib)
    one = record(sweeps(world, 0.9, max_iter=20))[-1].v
    two = record(sweeps(other, 0.9, max_iter=20, tol=1e-300))[
        min(19, len(record(sweeps(world, 0.9, max_iter=20))) - 1)
    ].v
    assert np.array_equal(np.ldexp(one, power), two)


# ---- steps


def test_the_steps_tell_what_happens():
    env = GridWorld("S..G", slip=0.0, step_reward=-1.0, goal_reward=0.0)
    path = record(sweeps(env, 1.0))
    assert [s.v.tolist() for s in path] == [[-1, -1, -1, 0], [-2, -2, -1, 0], [-3, -2, -1, 0], [-3, -2, -1, 0]]
    assert [s.change for s in path] == [1, 1, 1, 0]
    assert [s.name for s in record(rounds(env, 1.0))] == ["evaluate", "improve"]  # the shortest way out is the start


# ---- edges and errors


def test_circles_without_reward_are_worth_nothing_without_discount():
    env = FrozenLake(is_slippery=False)
    assert policy_evaluation(env, np.zeros(16, dtype=int), 1.0)[0] == 0.0  # left for ever, against the wall


def test_circles_with_reward_are_a_clear_error_without_discount():
    with pytest.raises(ValueError, match="never ends from state 0, where it collects rewards for ever"):
        policy_evaluation(CliffWalking(), np.zeros(48, dtype=int), 1.0)
    assert policy_evaluation(CliffWalking(), np.zeros(48, dtype=int), 0.5)[36] == pytest.approx(-2.0)
    with pytest.raises(ValueError, match="gamma=1"):
        policy_iteration(one_state(False), 1.0)
    with pytest.warns(ConvergenceWarning, match="did not settle in 50 sweeps"):
        value_iteration(one_state(False), 1.0, max_iter=50)
    assert np.isnan(certify(one_state(False).table, np.ones((1, 2)), 1.0).value)
    assert certify(one_state(False).table, np.ones((1, 2)), 1.0).q_bound == np.inf


def test_running_out_of_iterations_warns():
    with pytest.warns(ConvergenceWarning, match="raise max_iter"):
        value_iteration(FrozenLake(), 0.99, max_iter=3)
    with pytest.warns(ConvergenceWarning, match="still changed"):
        policy_iteration(FrozenLake(), 0.99, max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value_iteration(FrozenLake(reward_schedule=(1e150, 0, 0)), 0.99)
        value_iteration(FrozenLake(reward_schedule=(1e-150, 0, 0)), 0.99)


def test_a_fickle_passenger_cannot_be_planned_for():
    with pytest.raises(ValueError, match="fickle_passenger=True"):
        value_iteration(Taxi(fickle_passenger=True))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda env: value_iteration(env, 1.5), ValueError, "gamma=1.5"),
        (lambda env: value_iteration(env, "1"), TypeError, "gamma='1'"),
        (lambda env: value_iteration(env, float("nan")), ValueError, "gamma=nan"),
        (lambda env: value_iteration(env, tol=0.0), ValueError, "tol=0.0"),
        (lambda env: value_iteration(env, max_iter=0), ValueError, "max_iter=0"),
        (lambda env: policy_iteration(env, max_iter=0), ValueError, "max_iter=0"),
        (lambda env: policy_evaluation(env, [0, 1]), ValueError, "policy has shape"),
        (lambda env: policy_evaluation(env, np.full(16, 4)), ValueError, "actions outside 0 ... 3"),
        (lambda env: policy_evaluation(env, np.zeros(16)), TypeError, "policy holds float64"),
        (lambda env: policy_evaluation(env, np.full((16, 4), 0.3)), ValueError, "add up to 1"),
    ],
)
def test_a_wrong_argument_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call(FrozenLake())
