"""The environments: by hand, naive twin, outside reference (Gymnasium, step for step), laws, edges and errors."""

import copy
import pickle

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.toy_text import cliffwalking, frozen_lake, taxi
from hypothesis import given
from hypothesis import strategies as st

from scratchml.rl import (
    CliffWalking,
    Discrete,
    FrozenLake,
    GridWorld,
    TabularEnvironment,
    Taxi,
    generate_random_map,
    policy_iteration,
)
from scratchml.rl.table import draw_outcome, draw_start, make_table, table_of
from scratchml.rl.taxi import decode, encode
from tests.rl.worlds import BUNDLED, random_world

CUSTOM = ["SFFH", "FSFG", "HFFF"]

# ---- by hand


def test_a_slippery_step_goes_one_of_three_ways():
    env = FrozenLake()
    third = pytest.approx(1 / 3, rel=1e-15)  # (1 - 1/3) / 2 rounds
    assert env.P[0][2] == [(third, 4, 0, False), (third, 1, 0, False), (third, 0, 0, False)]  # down, right, up
    assert env.P[14][2] == [(third, 14, 0, False), (third, 15, 1, True), (third, 10, 0, False)]
    assert env.P[5][0] == [(1.0, 5, 0, True)]  # in a hole


def test_success_rate_and_rewards_are_as_given():
    env = FrozenLake(success_rate=0.5, reward_schedule=(10, -5, -1))
    assert env.P[6][0] == [(0.25, 2, -1, False), (0.5, 5, -5, True), (0.25, 10, -1, False)]  # 5 is a hole
    assert env.P[14][2][1] == (0.5, 15, 10, True)


def test_the_cliff_sends_back_and_the_goal_ends():
    env = CliffWalking()
    assert env.P[36][1] == [(1.0, 36, -100, False)]
    assert env.P[35][2] == [(1.0, 47, -1, True)]
    assert env.P[0][0] == [(1.0, 0, -1, False)]  # off the map one stays


def test_a_taxi_ride_on_paper():
    env = Taxi()
    env.reset(seed=0)
    env.s = encode(0, 1, 0, 1)  # beside R, the passenger waits at R and wants to G
    assert env.step(5)[:3] == (encode(0, 1, 0, 1), -10, False)  # nobody to let out
    assert env.step(3)[:3] == (encode(0, 0, 0, 1), -1, False)
    assert env.step(4)[:3] == (encode(0, 0, 4, 1), -1, False)
    assert env.step(4)[:3] == (encode(0, 0, 4, 1), -10, False)  # nobody to pick up
    env.s = encode(0, 4, 4, 1)
    assert env.step(5)[:3] == (encode(0, 4, 1, 1), 20, True)


def test_a_grid_world_on_paper():
    env = GridWorld("S # X\n . . G", slip=0.5, step_reward=-1.0, goal_reward=10.0, pit_reward=-7.0)
    assert env.rows == ["S#X", "..G"]
    assert env.P[0][2] == [(0.25, 3, -1.0, False), (0.5, 0, -1.0, False), (0.25, 0, -1.0, False)]  # a wall ahead
    assert env.P[4][2] == [(0.25, 4, -1.0, False), (0.5, 5, 9.0, True), (0.25, 4, -1.0, False)]
    assert env.layout().tolist() == [[0, -1, 2], [3, 4, 5]]
    assert env.initial_state_distrib.tolist() == [1, 0, 0, 0, 0, 0]


def test_an_outcome_is_drawn_by_its_interval():
    cumulative = np.cumsum([[[0.25, 0.5, 0.25]]], axis=2)
    assert [draw_outcome(cumulative, 0, 0, u) for u in (0.0, 0.2499, 0.25, 0.7499, 0.75, 0.9999)] == [0, 0, 1, 1, 2, 2]
    assert draw_outcome(np.array([[[0.5, 0.9]]]), 0, 0, 0.95) == 0  # Gymnasium's argmax of nothing but False
    assert [draw_start(np.array([0.0, 0.5, 0.5, 1.0]), u) for u in (0.0, 0.4999, 0.5, 0.9)] == [1, 1, 3, 3]
    assert draw_start(np.array([0.3, 0.9]), 0.95) == 0


# ---- naive twin


@given(st.integers(0, 10**6))
def test_drawing_equals_the_plain_definition(seed):
    rng = np.random.default_rng(seed)
    p = rng.random(int(rng.integers(1, 9)))
    p /= p.sum()
    u = rng.random()
    expected = int(np.argmax(np.cumsum(p) > u))
    assert draw_outcome(np.cumsum(p)[None, None], 0, 0, u) == expected
    assert draw_start(np.cumsum(p), u) == expected


# ---- outside reference: Gymnasium

PAIRS = {
    "lake": (FrozenLake, lambda: gymnasium.make("FrozenLake-v1")),
    "lake 8x8": (lambda: FrozenLake(map_name="8x8"), lambda: gymnasium.make("FrozenLake8x8-v1")),
    "dry lake": (lambda: FrozenLake(is_slippery=False), lambda: gymnasium.make("FrozenLake-v1", is_slippery=False)),
    "custom lake": (
        lambda: FrozenLake(desc=CUSTOM, success_rate=0.7, reward_schedule=(5, -1, -0.25)),
        lambda: gymnasium.make("FrozenLake-v1", desc=CUSTOM, success_rate=0.7, reward_schedule=(5, -1, -0.25)),
    ),
    "cliff": (CliffWalking, lambda: gymnasium.make("CliffWalking-v1")),
    "slippery cliff": (lambda: CliffWalking(is_slippery=True), lambda: gymnasium.make("CliffWalkingSlippery-v1")),
    "taxi": (Taxi, lambda: gymnasium.make("Taxi-v4")),
    "rainy taxi": (lambda: Taxi(is_rainy=True), lambda: gymnasium.make("Taxi-v4", is_rainy=True)),
    "fickle taxi": (
        lambda: Taxi(fickle_passenger=True, fickle_probability=0.9),
        lambda: gymnasium.make("Taxi-v4", fickle_passenger=True, fickle_probability=0.9),
    ),
    "rainy, fickle taxi": (
        lambda: Taxi(is_rainy=True, fickle_passenger=True, rainy_probability=0.6),
        lambda: gymnasium.make("Taxi-v4", is_rainy=True, fickle_passenger=True, rainy_probability=0.6),
    ),
}


def check_same(ours, theirs):
    """Assert that two answers of an environment are equal, the info's arrays included."""
    assert len(ours) == len(theirs)
    for mine, other in zip(ours[:-1], theirs[:-1]):
        assert mine == other
        assert type(mine) in (int, float, bool)
    assert ours[-1].keys() == theirs[-1].keys()
    for name, value in ours[-1].items():
        np.testing.assert_array_equal(value, theirs[-1][name])


@pytest.mark.parametrize("name", PAIRS)
def test_seeded_episodes_equal_gymnasiums_step_for_step(name):
    ours, theirs = (make() for make in PAIRS[name])
    choices = np.random.default_rng(0)
    n_steps = 0
    for seed in [*range(12), None, None]:  # None: the generator runs on
        check_same(ours.reset(seed=seed), theirs.reset(seed=seed))
        for _ in range(300):
            mask = getattr(ours, "action_mask", lambda s: np.ones(ours.action_space.n))(ours.s)
            allowed = np.flatnonzero(mask)
            action = int(choices.choice(allowed)) if choices.random() < 0.8 else int(choices.integers(len(mask)))
            mine, other = ours.step(action), theirs.step(action)
            check_same(mine, other)
            n_steps += 1
            if mine[2] or mine[3]:
                break
    assert n_steps > 50


@pytest.mark.parametrize("name", PAIRS)
def test_the_table_equals_gymnasiums(name):
    ours, theirs = (make().unwrapped for make in PAIRS[name])
    assert np.array_equal(ours.initial_state_distrib, theirs.initial_state_distrib)
    for s in range(ours.observation_space.n):
        for a in range(ours.action_space.n):
            assert [tuple(map(float, outcome)) for outcome in ours.P[s][a]] == [
                tuple(map(float, outcome)) for outcome in theirs.P[s][a]
            ]
    for one, other in zip(
        table_of(ours) if ours.complete_table else ours.table, make_table(theirs.P, theirs.initial_state_distrib)
    ):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (FrozenLake, frozen_lake.FrozenLakeEnv),
        (CliffWalking, cliffwalking.CliffWalkingEnv),
        (Taxi, taxi.TaxiEnv),
    ],
)
def test_rendered_text_equals_gymnasiums(ours, theirs):
    mine, other = ours(), theirs(render_mode="ansi")
    for seed in range(5):
        mine.reset(seed=seed), other.reset(seed=seed)
        assert mine.render() == other.render()
        for action in np.random.default_rng(seed).integers(4, size=30):
            over = mine.step(int(action))[2]
            other.step(int(action))
            assert mine.render() == other.render()
            if over:
                break
    mine.s = other.s = 100 if ours is Taxi else 3
    assert mine.render() == other.render()
    if ours is Taxi:
        for state in range(500):
            mine.s = other.s = state
            assert mine.render() == other.render()


@pytest.mark.parametrize("seed", [0, 1, 7])
@pytest.mark.parametrize("size", [2, 5, 8])
def test_random_maps_equal_gymnasiums(size, seed):
    for p in (0.4, 0.8, 1.0, 3.0):
        assert generate_random_map(size, p, seed) == frozen_lake.generate_random_map(size, p, seed)


def test_spaces_draw_as_gymnasiums_do():
    ours, theirs = Discrete(7, seed=3, start=2), gymnasium.spaces.Discrete(7, seed=3, start=2)
    mask = np.array([0, 1, 0, 0, 1, 1, 0], dtype=np.int8)
    for _ in range(20):
        assert ours.sample() == theirs.sample()
        assert ours.sample(mask) == theirs.sample(mask)
    assert ours.sample(np.zeros(7, dtype=np.int8)) == theirs.sample(np.zeros(7, dtype=np.int8)) == 2
    for x in (2, 8, 1, 9, np.int64(3), np.array(4), 2.0, True, "2"):
        assert (x in ours) == (x in theirs) or x is True  # a bool is no action here
    assert ours == Discrete(7, start=2)
    assert ours != Discrete(7)
    assert hash(ours) == hash(Discrete(7, start=2))


@pytest.mark.filterwarnings("ignore:.*We recommend using a.*")
@pytest.mark.filterwarnings("ignore:.*spec.*")
@pytest.mark.parametrize("name", BUNDLED)
def test_gymnasiums_checker_accepts_the_wrapped_environment(name):
    from gymnasium.utils.env_checker import check_env

    wrapped = BUNDLED[name]().to_gymnasium()
    assert isinstance(wrapped, gymnasium.Env)
    check_env(wrapped, skip_render_check=True)


def test_gymnasiums_wrappers_work_on_it():
    env = gymnasium.wrappers.TimeLimit(FrozenLake(max_episode_steps=None).to_gymnasium(), 3)
    env.reset(seed=0)
    assert [env.step(0)[3] for _ in range(3)] == [False, False, True]
    assert "FFF" in env.render()


# ---- laws


@given(st.integers(0, 10**6))
def test_the_same_seed_gives_the_same_episode_and_a_reset_without_one_runs_on(seed):
    first, second = random_world(seed % 97), random_world(seed % 97)
    for env in (first, second):
        env.reset(seed=seed)
    for k in range(30):
        one, other = first.step(k % 3), second.step(k % 3)
        assert one == other
        if one[2]:
            assert first.reset() == second.reset()


def test_unseeded_environments_differ():
    def start(env):
        return [env.reset()[0] for _ in range(20)]

    assert start(Taxi()) != start(Taxi())


@pytest.mark.parametrize("name", BUNDLED)
def test_probabilities_add_up_and_the_mask_tells_what_changes(name):
    env = BUNDLED[name]()
    np.testing.assert_allclose(env.table.probability.sum(axis=2), 1, rtol=4e-16)  # three roundings
    assert env.table.start[-1] == pytest.approx(1, abs=1e-13)  # 300 roundings
    if isinstance(env, Taxi):
        for s in range(500):
            changes = [any(s2 != s for _, s2, _, _ in env.P[s][a]) for a in range(6)]
            assert env.action_mask(s).tolist() == [int(c) for c in changes] or env.is_rainy


def test_copies_and_pickles_go_on_alike():
    env = Taxi(is_rainy=True)
    env.reset(seed=4)
    env.step(0)
    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        again = copy.deepcopy(env)
        for action in (0, 1, 2, 3):
            assert repr(twin.step(action)) == repr(again.step(action))


# ---- edges and errors


def test_the_clock_truncates_and_does_not_terminate():
    env = CliffWalking(max_episode_steps=2)
    env.reset(seed=0)
    assert env.step(0)[2:4] == (False, False)
    assert env.step(0)[2:4] == (False, True)
    with pytest.raises(RuntimeError, match="has ended; call reset"):
        env.step(0)


def test_both_flags_may_be_set_at_once_as_in_gymnasium():
    env = GridWorld("SG", slip=0.0, max_episode_steps=1)
    env.reset(seed=0)
    assert env.step(2)[2:4] == (True, True)


def test_time_limits_are_gymnasiums():
    limits = [FrozenLake().max_episode_steps, FrozenLake(map_name="8x8").max_episode_steps, Taxi().max_episode_steps]
    specs = [gymnasium.spec(name).max_episode_steps for name in ("FrozenLake-v1", "FrozenLake8x8-v1", "Taxi-v4")]
    assert limits == specs == [100, 200, 200]
    assert CliffWalking().max_episode_steps is gymnasium.spec("CliffWalking-v1").max_episode_steps is None


def test_stepping_before_a_reset_is_a_clear_error():
    with pytest.raises(RuntimeError, match=r"no episode has begun; call reset\(\)"):
        FrozenLake().step(0)


@pytest.mark.parametrize(
    ("action", "error"),
    [(4, ValueError), (-1, ValueError), (1.0, TypeError), ("0", TypeError), (None, TypeError), (True, TypeError)],
)
def test_a_wrong_action_is_named(action, error):
    env = FrozenLake()
    env.reset(seed=0)
    with pytest.raises(error, match=r"action=.*give an integer of 0 ... 3"):
        env.step(action)


@pytest.mark.parametrize(("seed", "error"), [(-1, ValueError), (1.5, TypeError), ("a", TypeError), (True, TypeError)])
def test_a_wrong_seed_is_named(seed, error):
    with pytest.raises(error, match="seed="):
        FrozenLake().reset(seed=seed)


BAD_MAPS = {
    "no goal": (["SFF", "FFF"], "has no goal"),
    "no start": (["FFF", "FFG"], "has no start"),
    "goal out of reach": (["SFH", "FHG"], "no way leads from the start at row 0, column 0"),
    "one start cut off": (["SHS", "HHG"], "no way leads from the start at row 0, column 0"),
    "ragged": (["SFF", "FG"], "row 1 has 2 cells, row 0 has 3"),
    "unknown letter": (["SFX", "FFG"], "row 0 holds 'X'"),
    "empty": ([], "is empty"),
    "empty row": ([""], "is empty"),
}


@pytest.mark.parametrize("name", BAD_MAPS)
def test_a_bad_map_is_a_clear_error(name):
    rows, message = BAD_MAPS[name]
    with pytest.raises(ValueError, match=message):
        FrozenLake(desc=rows)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("S..", "has no goal"),
        ("..G", "has no start"),
        ("S#G", "no way leads"),
        ("SXG", "no way leads"),
        ("S.G\n..", "row 1 has 2 cells"),
        ("S?G", "holds '\\?'"),
        ("", "is empty"),
    ],
)
def test_a_bad_world_is_a_clear_error(text, message):
    with pytest.raises(ValueError, match=message):
        GridWorld(text)
    with pytest.raises(TypeError, match="no list of strings"):
        GridWorld([1, 2])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FrozenLake(map_name="5x5"), "map_name='5x5'"),
        (lambda: FrozenLake(success_rate=1.5), "success_rate=1.5"),
        (lambda: FrozenLake(reward_schedule=(1, 0)), "three rewards"),
        (lambda: FrozenLake(render_mode="human"), "scratchml.viz"),
        (lambda: FrozenLake(max_episode_steps=0), "max_episode_steps=0"),
        (lambda: Taxi(rainy_probability=-0.1), "rainy_probability=-0.1"),
        (lambda: GridWorld(slip=2.0), "slip=2.0"),
        (lambda: generate_random_map(1), "size=1"),
        (lambda: generate_random_map(4, p=0.0), "p=0.0"),
        (lambda: Discrete(0), "n=0"),
        (lambda: Discrete(3).sample([1, 0]), r"give \(3,\)"),
        (lambda: TabularEnvironment([], []), "P is empty"),
        (lambda: TabularEnvironment([[[(0.5, 0, 0.0, False)]]], [1.0]), "do not add up"),
        (lambda: TabularEnvironment([[[(1.5, 0, 0.0, False), (-0.5, 0, 0.0, False)]]], [1.0]), "are negative"),
        (lambda: TabularEnvironment([[[(1.0, 1, 0.0, False)]]], [1.0]), "a next state"),
        (lambda: TabularEnvironment([[[(1.0, 0, np.inf, False)]]], [1.0]), "not finite"),
        (lambda: TabularEnvironment([[[]]], [1.0]), "holds no outcome"),
        (lambda: TabularEnvironment([[[(1.0, 0, 0.0, False)]]], [0.5]), "no distribution"),
        (lambda: TabularEnvironment([[[(1.0, 0, 0, False)]], []], [1.0, 0.0]), "other actions"),
        (lambda: FrozenLake().cell(99), "lies in no cell"),
        (lambda: random_world(0).layout(), "no cells"),
    ],
)
def test_a_wrong_value_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Discrete(2.0), "n=2.0"),
        (lambda: generate_random_map(4.0), "size=4.0"),
        (lambda: FrozenLake(max_episode_steps=1.5), "max_episode_steps=1.5"),
        (lambda: policy_iteration(object()), "shows no transition table"),
    ],
)
def test_a_wrong_kind_is_named(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_without_gymnasium_the_wrapper_says_what_to_install(monkeypatch):
    import sys

    from scratchml.rl import gymnasium_bridge

    gymnasium_bridge.wrapper_class.cache_clear()
    monkeypatch.setitem(sys.modules, "gymnasium", None)
    with pytest.raises(ImportError, match="install the package `gymnasium`"):
        FrozenLake().to_gymnasium()


def test_states_of_the_taxi_are_numbered_both_ways():
    assert all(encode(*decode(s)) == s for s in range(500))
    assert Taxi().cell(encode(3, 2, 4, 1)) == (3, 2)
    assert repr(Taxi()) == "Taxi(500 states, 6 actions)"
    assert repr(Discrete(3)) == "Discrete(3)"
    assert repr(Discrete(3, start=1)) == "Discrete(3, start=1)"
