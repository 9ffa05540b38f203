"""Playing a policy: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from scratchml.rl import CliffWalking, FrozenLake, GridWorld, Taxi, play, policy_evaluation, policy_iteration
from scratchml.rl.playing import student_quantile
from tests.rl.worlds import Bare, one_state, random_world

# ---- by hand


def test_a_corridor_on_paper():
    env = GridWorld("S..G", slip=0.0, step_reward=-1.0, goal_reward=10.0)
    found = play(env, [2, 2, 2, 2], 3, gamma=0.5, random_state=0)
    assert found.returns.tolist() == [-1 - 0.5 + 0.25 * 9] * 3
    assert found.lengths.tolist() == [3, 3, 3]
    assert (found.mean, found.low, found.high, found.n_truncated) == (0.75, 0.75, 0.75, 0)


def test_the_interval_on_paper():
    found = play(FrozenLake(), policy_iteration(FrozenLake()).policy, 400, confidence=0.9, random_state=0)
    half = scipy.stats.t.ppf(0.95, 399) * found.returns.std(ddof=1) / 20
    assert found.low == pytest.approx(found.mean - half, rel=1e-9)
    assert found.high == pytest.approx(found.mean + half, rel=1e-9)


# ---- naive twin: the same policy through `step`


@given(st.integers(0, 10**5), st.sampled_from([None, 7]))
def test_compiled_play_equals_stepping(seed, limit):
    world = random_world(seed, limit=5 if seed % 2 else None)
    policy = np.random.default_rng(seed).integers(3, size=5)
    one = play(world, policy, 8, gamma=0.9, max_episode_steps=limit, random_state=seed)
    world.max_episode_steps = None if limit else world.max_episode_steps
    other = play(Bare(world, 3, 1), policy, 8, gamma=0.9, max_episode_steps=limit, random_state=seed)
    assert one.returns.tobytes() == other.returns.tobytes()
    assert one.lengths.tobytes() == other.lengths.tobytes()
    assert one[:4] == other[:4]
    assert one.n_truncated == other.n_truncated


# ---- outside reference


@pytest.mark.parametrize("freedom", [1, 2, 3, 10, 99, 999, 10_000, 10_001, 10**6])
@pytest.mark.parametrize("p", [0.6, 0.9, 0.975, 0.9995])
def test_students_quantiles_are_scipys(p, freedom):
    assert student_quantile(p, freedom) == pytest.approx(scipy.stats.t.ppf(p, freedom), rel=1e-8)


# ---- laws


def test_the_interval_holds_the_true_value_about_as_often_as_it_says():
    env, gamma = FrozenLake(), 0.95
    policy = policy_iteration(env, gamma).policy
    truth = policy_evaluation(env, policy, gamma)[0]
    runs = [
        play(env, policy, 300, gamma=gamma, confidence=0.9, max_episode_steps=2000, random_state=i) for i in range(400)
    ]
    hits = np.mean([run.low <= truth <= run.high for run in runs])
    assert 0.85 < hits < 0.95  # 0.9 expected; standard deviation of a share of 400 is 0.015


def test_playing_leaves_the_environment_alone():
    env = Taxi()
    env.reset(seed=1)
    before = (env.s, env.max_episode_steps, env.np_random.bit_generator.state)
    play(env, np.zeros(500, dtype=int), 3, random_state=0)
    assert before == (env.s, env.max_episode_steps, env.np_random.bit_generator.state)


# ---- edges and errors


def test_limits():
    assert play(one_state(False, limit=4), [0], 2, random_state=0).lengths.tolist() == [4, 4]
    assert play(one_state(False, limit=4), [0], 2, max_episode_steps=9, random_state=0).lengths.tolist() == [9, 9]
    found = play(one_state(False), [0], 2, random_state=0)
    assert found.lengths.tolist() == [10_000, 10_000]
    assert found.n_truncated == 2
    assert play(CliffWalking(), np.zeros(48, dtype=int), 2, max_episode_steps=50).mean == -50.0


def test_a_fickle_passenger_is_played_by_step():
    env = Taxi(fickle_passenger=True, fickle_probability=1.0)
    found = play(env, policy_iteration(Taxi()).policy, 50, random_state=0)
    assert found.n_truncated == 0
    assert found.mean != play(Taxi(), policy_iteration(Taxi()).policy, 50, random_state=0).mean


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"n_episodes": 1}, ValueError, "n_episodes=1"),
        ({"n_episodes": 2.0}, TypeError, "n_episodes=2.0"),
        ({"gamma": 1.1}, ValueError, "gamma=1.1"),
        ({"confidence": 1}, ValueError, "confidence=1"),
        ({"max_episode_steps": 0}, ValueError, "max_episode_steps=0"),
        ({"policy": [0] * 15}, ValueError, "policy has shape"),
        ({"env": FrozenLake}, TypeError, "is a class; give an instance"),
        ({"env": 3}, TypeError, "is no environment: it has no reset"),
        ({"random_state": "a"}, TypeError, "random_state='a'"),
    ],
)
def test_a_wrong_argument_is_named(how, error, message):
    with pytest.raises(error, match=message):
        play(**{"env": FrozenLake(), "policy": np.zeros(16, dtype=int), **how})
