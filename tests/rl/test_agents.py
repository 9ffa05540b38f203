"""What all agents share, and that each learns: twins of steps, strangers, clocks, the ten seeds, edges and errors."""

import gymnasium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core import listen, record
from scratchml.core.jit import plain_python
from scratchml.rl import (
    CliffWalking,
    DynaQ,
    ExpectedSarsa,
    FrozenLake,
    GridWorld,
    HarmonicSchedule,
    LinearSchedule,
    QLearning,
    Sarsa,
    SarsaLambda,
    TabularEnvironment,
    Taxi,
    policy_evaluation,
    policy_iteration,
)
from tests.problems import check_same_bits, learned
from tests.rl.worlds import AGENTS, BUNDLED, Bare, one_state, random_world

every_agent = pytest.mark.parametrize("agent", AGENTS)
WAYS = {
    "plain": {},
    "boltzmann": {"temperature": 0.5},
    "schedules": {"learning_rate": HarmonicSchedule(0.5, 0.0, 20), "epsilon": LinearSchedule(1.0, 0.05, 300)},
    "optimistic": {"initial_value": 5.0, "gamma": 0.8},
    "falling temperature": {"temperature": LinearSchedule(2.0, 0.1, 300)},
}

# ---- by hand


def test_a_step_shows_all_that_was_learned():
    path = record(QLearning(learning_rate=0.5, gamma=0.5, n_steps=50, random_state=0).steps(GridWorld("S.G", slip=0.0)))
    assert len(path) == 50
    assert (path[0].name, path[0].s, path[0].old, path[0].iteration) == ("learn", 0, 0.0, 1)
    q = np.zeros((3, 4))
    for step in path:
        assert step.old == q[step.s, step.a]
        assert step.target == step.r + (0.0 if step.terminated else 0.5 * q[step.following].max())
        assert step.error == step.target - step.old
        q[step.s, step.a] = step.old + 0.5 * step.error
        assert np.array_equal(step.q, q)


def test_bookkeeping_on_paper():
    agent = QLearning(n_steps=10, epsilon=0.0, random_state=0).fit(one_state(False, limit=4))
    assert agent.returns_.tolist() == [4.0, 4.0]  # two more steps belong to an episode that has not ended
    assert agent.lengths_.tolist() == [4, 4]
    assert (agent.n_episodes_, agent.n_steps_, agent.visits_.sum()) == (2, 10, 10)


# ---- naive twin: fit, steps and strangers are the same run


@every_agent
@pytest.mark.parametrize("way", WAYS)
def test_fit_and_steps_give_the_same_agent_bit_for_bit(agent, way):
    for seed, env in enumerate((FrozenLake(), Taxi(is_rainy=True), random_world(3, limit=7))):
        model = agent(n_steps=400, random_state=seed, **WAYS[way])
        path = list(model.steps(env))
        model.fit(env)
        check_same_bits(path[-1].q, model.q_table_)
        ends = [step for step in path if step.terminated or step.truncated]
        assert len(ends) == model.n_episodes_
        assert np.bincount([step.s for step in path], minlength=env.observation_space.n).tolist() == (
            model.visits_.sum(axis=1).tolist()
        )


@every_agent
def test_strangers_are_learned_from_like_our_own(agent):
    for make in (lambda: random_world(5, limit=9), lambda: FrozenLake(max_episode_steps=11)):
        ours, theirs = (agent(n_steps=700, random_state=1) for _ in range(2))
        ours.fit(make())
        theirs.fit(Bare(make(), 3, 2))
        state_start, action_start = vars(theirs).pop("state_start_"), vars(theirs).pop("action_start_")
        assert (state_start, action_start) == (3, 2)
        check_same_bits(
            {**learned(ours), "state_start_": 0, "action_start_": 0},
            {**learned(theirs), "state_start_": 0, "action_start_": 0},
        )


@every_agent
def test_blocks_do_not_show(agent, monkeypatch):
    expected = agent(n_steps=500, random_state=2).fit(random_world(8, limit=6))
    monkeypatch.setattr("scratchml.rl.agent.BLOCK", 7)
    seen = []
    with listen(seen.append):
        found = agent(n_steps=500, random_state=2).fit(random_world(8, limit=6))
    check_same_bits(learned(expected), learned(found))
    assert len(seen) == 72  # 71 blocks of 7, and 3 more steps
    assert seen[-1].iteration == 500


@every_agent
def test_compiled_and_plain_agree(agent):
    for way in WAYS.values():
        expected = agent(n_steps=200, random_state=0, **way).fit(FrozenLake())
        with plain_python():
            found = agent(n_steps=200, random_state=0, **way).fit(FrozenLake())
        check_same_bits(learned(expected), learned(found))


# ---- outside reference: Gymnasium


@every_agent
@pytest.mark.parametrize(
    ("make", "name", "how"),
    [
        (FrozenLake, "FrozenLake-v1", {}),
        (Taxi, "Taxi-v4", {}),
        (CliffWalking, "CliffWalking-v1", {"max_episode_steps": 50}),
    ],
)
def test_training_on_gymnasiums_own_environment_gives_the_same_agent(agent, make, name, how):
    ours = agent(n_steps=500, random_state=7).fit(make(**how))
    theirs = agent(n_steps=500, random_state=7).fit(gymnasium.make(name, **how))
    check_same_bits(learned(ours), learned(theirs))


def test_an_environment_of_ours_may_wear_gymnasiums_wrappers():
    env = gymnasium.wrappers.TimeLimit(FrozenLake(max_episode_steps=None).to_gymnasium(), 100)
    ours = QLearning(n_steps=500, random_state=7).fit(FrozenLake())
    check_same_bits(learned(ours), learned(QLearning(n_steps=500, random_state=7).fit(env)))


def test_blackjack_tells_that_its_states_cannot_be_counted():
    with pytest.raises(TypeError, match=r"observation_space=Tuple.*is not discrete"):
        QLearning().fit(gymnasium.make("Blackjack-v1"))


# ---- laws: terminated is not truncated


@every_agent
def test_a_truncated_episode_still_counts_on_what_follows(agent):
    # reward 1 for ever, gamma 1/2: worth 2, however often the clock interrupts. A terminated one is worth 1
    for limit in (1, 3, None):
        endless = agent(n_steps=3000, gamma=0.5, learning_rate=0.2, random_state=0)
        for env in (one_state(False, limit), Bare(one_state(False, limit))):
            np.testing.assert_allclose(endless.fit(env).q_table_, 2.0, rtol=1e-6)  # 0.9^1000 of the start is left
        ending = agent(n_steps=3000, gamma=0.5, learning_rate=0.2, random_state=0)
        for env in (one_state(True, limit), Bare(one_state(True, limit))):
            np.testing.assert_allclose(ending.fit(env).q_table_, 1.0, rtol=1e-6)


@given(st.integers(0, 10**6))
def test_learning_stays_within_what_rewards_can_add_up_to(seed):
    world = random_world(seed)
    most = np.abs(world.table.reward).max() / (1 - 0.9)
    for agent in (QLearning, Sarsa, ExpectedSarsa, DynaQ):
        assert np.abs(agent(n_steps=300, gamma=0.9, random_state=seed).fit(world).q_table_).max() <= most


HARD = (
    "frozen lake",
    "frozen lake 8x8",
    "frozen lake, random map",
    "cliff, slippery",
    "taxi",
    "taxi, rainy",
    "grid world",
)


@pytest.mark.parametrize("name", BUNDLED)
def test_q_learning_reaches_the_best_value_from_each_of_ten_seeds(name):
    env, gamma = BUNDLED[name](), 0.99
    best = policy_iteration(env, gamma).start_value
    # the lakes' and the grid world's only reward is 1: hoping for it at first makes the agent look everywhere
    hope = 1.0 if env.table.reward.max() == 1.0 else 0.0
    for seed in range(10):
        agent = QLearning(
            HarmonicSchedule(0.5, 0.0, 100),
            gamma,
            0.3,
            n_steps=1_000_000 if name in HARD else 200_000,
            initial_value=hope,
            random_state=seed,
        ).fit(env)
        found = agent.evaluate(env, 2000, gamma=gamma, confidence=0.9999, max_episode_steps=2000, random_state=seed)
        assert found.low - 1e-9 <= best <= found.high + 1e-9  # 1e-9: dry worlds have intervals of no width
        exact = agent.certify(env).value
        assert exact >= best - 0.03 * max(1.0, abs(best))  # of what is worth having, 3 % at most are given away


def test_on_the_cliff_sarsa_takes_the_safe_path_and_q_learning_the_edge():
    env = CliffWalking()
    for seed in range(5):
        how = {"learning_rate": 0.1, "gamma": 1.0, "epsilon": 0.1, "n_steps": 300_000, "random_state": seed}
        bold, careful = QLearning(**how).fit(env), Sarsa(**how).fit(env)
        rows = {agent: {36 // 12} for agent in (bold, careful)}
        for agent in (bold, careful):
            s, _ = env.reset(seed=0)
            for _ in range(30):
                s, _, over, _, _ = env.step(agent.predict(s))
                rows[agent].add(s // 12)
                if over:
                    break
            assert over
        assert rows[bold] == {2, 3}  # along the edge
        assert min(rows[careful]) < 2  # at least one row of distance
        assert bold.evaluate(env, 2).mean == -13.0
        assert careful.evaluate(env, 2).mean < -13.0
        assert careful.returns_[-500:].mean() > bold.returns_[-500:].mean()  # but while exploring it fares better


def test_the_certificate_of_a_trained_agent_bounds_its_distance():
    env, gamma = GridWorld(), 0.9
    agent = QLearning(HarmonicSchedule(0.5, 0.0, 50), gamma, 0.5, n_steps=300_000, random_state=0).fit(env)
    found, plan = agent.certify(env), policy_iteration(env, gamma)
    seen = [s for s in range(12) if s not in (3, 5, 7)]
    assert 0 < found.residual < 0.2  # the corner beside the pit is seldom visited
    assert np.abs(agent.q_table_ - plan.q)[seen].max() <= found.q_bound
    assert found.value == pytest.approx(policy_evaluation(env, agent.policy_, gamma)[8], abs=1e-14)


# ---- edges and errors


@every_agent
@pytest.mark.parametrize("gamma", [0, 1])
def test_gamma_0_and_1_are_right(agent, gamma):
    env = GridWorld("S..G", slip=0.0, step_reward=-1.0, goal_reward=0.0)
    model = agent(n_steps=20_000, gamma=gamma, epsilon=LinearSchedule(0.5, 0.0, 15_000), random_state=0).fit(env)
    expected = [-3.0, -2.0, -1.0] if gamma else [-1.0, -1.0, -1.0]
    np.testing.assert_allclose(model.values_[:3], expected, atol=0.02)  # learning from a moving target
    if gamma:
        assert model.predict([0, 1, 2]).tolist() == [2, 2, 2]
        assert model.certify(env).q_bound == np.inf


def test_predict_takes_one_state_or_many():
    agent = QLearning(n_steps=500, random_state=0).fit(Bare(FrozenLake(), 10, 5))
    one, many = agent.predict(12), agent.predict([10, 12, 25])
    assert type(one) is int
    assert one == many[1] >= 5
    assert agent.predict(np.array([[10], [11]])).shape == (2, 1)
    for bad in (9, 26, [10, 26]):
        with pytest.raises(ValueError, match=r"had states 10 ... 25"):
            agent.predict(bad)
    with pytest.raises(TypeError, match="is no integer"):
        agent.predict(1.5)


class Broken:
    """An environment that goes wrong in a way of choice."""

    def __init__(self, state=0, reward=0.0):
        self.observation_space, self.action_space = one_state(False).observation_space, one_state(False).action_space
        self.state, self.reward = state, reward

    def reset(self, *, seed=None, options=None):
        return 0, {}

    def step(self, action):
        return self.state, self.reward, False, False, {}


@pytest.mark.parametrize(
    ("env", "error", "message"),
    [
        (Broken(state=5), ValueError, "is in state 5, outside"),
        (Broken(reward=float("nan")), ValueError, "gave the reward nan"),
        (FrozenLake, TypeError, "is a class; give an instance, FrozenLake"),
        ([[0.0, 1.0]], TypeError, "is no environment: it has no reset"),
        (None, TypeError, "is no environment"),
    ],
)
def test_a_wrong_environment_is_named(env, error, message):
    with pytest.raises(error, match=message):
        QLearning(n_steps=5).fit(env)


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"learning_rate": 0.0}, ValueError, "learning_rate=0.0"),
        ({"learning_rate": HarmonicSchedule(0.0, 0.0, 5)}, ValueError, "starts at 0"),
        ({"learning_rate": HarmonicSchedule(2.0, 0.0, 5)}, ValueError, "learning_rate=.*start 2.0"),
        ({"epsilon": LinearSchedule(1.0, 2.0, 5)}, ValueError, "epsilon=.*end 2.0"),
        ({"temperature": LinearSchedule(1.0, 0.0, 5)}, ValueError, "temperature=.*end 0.0"),
        ({"temperature": 0.0}, ValueError, "temperature=0.0"),
        ({"gamma": 1.01}, ValueError, "gamma=1.01"),
        ({"gamma": "1"}, TypeError, "gamma='1'"),
        ({"n_steps": 0}, ValueError, "n_steps=0"),
        ({"initial_value": float("inf")}, ValueError, "initial_value=inf"),
        ({"random_state": -1}, ValueError, "random_state=-1"),
    ],
)
def test_a_wrong_parameter_is_named_at_once(how, error, message):
    for begin in (QLearning(**how).fit, QLearning(**how).steps):
        with pytest.raises(error, match=message):
            begin(FrozenLake())


@pytest.mark.parametrize("scale", [2.0**-498, 2.0**498])
def test_tiny_and_huge_rewards_only_change_the_units(scale):
    plain = QLearning(n_steps=3000, random_state=0).fit(FrozenLake())
    found = QLearning(n_steps=3000, random_state=0).fit(FrozenLake(reward_schedule=(scale, 0, 0)))
    assert np.array_equal(found.q_table_ / scale, plain.q_table_)
    endless = TabularEnvironment([[[(1.0, 0, 1e308, False)]]], [1.0])
    with pytest.raises(ValueError, match="beyond float64"):
        QLearning(n_steps=3000, learning_rate=1.0, gamma=1.0, random_state=0).fit(endless)


def test_hope_makes_the_agent_look_everywhere():
    for seed in range(3):
        how = {"epsilon": 0.0, "n_steps": 3000, "random_state": seed}
        assert (
            QLearning(initial_value=1.0, **how).fit(FrozenLake(is_slippery=False)).visits_.sum(axis=1) > 0
        ).sum() >= 11


def test_a_fickle_taxi_is_learned_by_steps():
    agent = QLearning(n_steps=3000, random_state=0)
    check_same_bits(
        learned(agent.fit(Taxi(fickle_passenger=True))),
        learned(QLearning(n_steps=3000, random_state=0).fit(gymnasium.make("Taxi-v4", fickle_passenger=True))),
    )
    with pytest.raises(ValueError, match="fickle_passenger=True"):
        agent.certify(Taxi(fickle_passenger=True))


def test_an_overridden_method_is_heard():
    class Generous(FrozenLake):
        def step(self, action):
            state, _, *rest = super().step(action)
            return state, 1.0, *rest

    class Stuck(FrozenLake):
        def _arrive(self, state, following):
            return state

    agent = QLearning(n_steps=500, gamma=0.0, learning_rate=1.0, random_state=0)
    assert agent.fit(Generous()).q_table_[0].tolist() == [1.0] * 4
    assert agent.fit(Stuck()).visits_[0].sum() == 500


def test_a_certificate_needs_the_environment_of_the_fit():
    with pytest.raises(ValueError, match="give the same one"):
        QLearning(n_steps=10).fit(FrozenLake()).certify(CliffWalking())


def test_traces_reach_back():
    # one episode along a corridor: SARSA learns the last step only, SARSA(lambda) the whole way
    env = GridWorld("S....G", slip=0.0, step_reward=0.0)
    for agent, taught in ((Sarsa(), 1), (SarsaLambda(trace_decay=0.9), 5)):
        for step in agent.set_params(random_state=0, epsilon=1.0, n_steps=2000).steps(env):
            if step.terminated:
                break
        assert (step.q[:5].max(axis=1) > 0).sum() == taught
