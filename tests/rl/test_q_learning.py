"""Each rule of learning: by hand, and as its naive twin learns from the same random numbers."""

import numpy as np
import pytest

from scratchml.rl import (
    CliffWalking,
    DoubleQLearning,
    DynaQ,
    ExpectedSarsa,
    FrozenLake,
    QLearning,
    Sarsa,
    SarsaLambda,
    TabularEnvironment,
    double_q_learning,
    dyna_q,
    expected_sarsa,
    q_learning,
    sarsa,
    sarsa_lambda,
)
from scratchml.rl.walk import ACTIVE, Rules, new_walk
from tests.naive.rl.double_q_learning import double_q_learning as naive_double_q_learning
from tests.naive.rl.q_learning import q_learning as naive_q_learning
from tests.naive.rl.sarsa import expected_sarsa as naive_expected_sarsa
from tests.naive.rl.sarsa import sarsa as naive_sarsa

# ---- by hand: Q = [[1, 2], [4, 8]], in state 0 action 1 gave reward 3 and led to state 1; gamma 1/2, rate 1/4


def table():
    return np.array([[1.0, 2.0], [4.0, 8.0]])


def test_q_learning_on_paper():
    q = table()
    assert q_learning.learn(q, 0, 1, 3.0, 1, False, 0.5, 0.25) == (2.0, 7.0)  # 3 + 8 / 2
    assert q.tolist() == [[1.0, 3.25], [4.0, 8.0]]  # 2 + 5 / 4: towards the target, not away from it
    q = table()
    assert q_learning.learn(q, 0, 1, 3.0, 1, True, 0.5, 0.25) == (2.0, 3.0)
    assert q[0, 1] == 2.25


def test_sarsa_on_paper():
    q = table()
    assert sarsa.learn(q, 0, 1, 3.0, 1, 0, 0.5, 0.25) == (2.0, 5.0)  # 3 + 4 / 2: action 0 is taken next
    assert q[0, 1] == 2.75
    assert sarsa.learn(table(), 0, 1, 3.0, 1, -1, 0.5, 0.25) == (2.0, 3.0)


def test_expected_sarsa_on_paper():
    from scratchml.rl.acting import expected_value

    q = table()
    ahead = expected_value(q, 1, 0.5, 0.0)
    assert ahead == 0.5 * 6 + 0.5 * 8
    assert expected_sarsa.learn(q, 0, 1, 3.0, ahead, 0.5, 0.25) == (2.0, 6.5)
    assert q[0, 1] == 2 + 4.5 / 4


def test_double_q_learning_on_paper():
    both = np.array([[[1.0, 2.0], [4.0, 8.0]], [[0.0, 6.0], [1.0, 3.0]]])
    mean = both.mean(axis=0)
    assert double_q_learning.best_of_one_by_the_other(both, 0, 1) == 3.0  # table 0 likes action 1, table 1 says 3
    assert double_q_learning.learn(mean, both, 0, 0, 1, 3.0, 1.5, 0.25) == (2.0, 4.5)
    assert both[0].tolist() == [[1.0, 2.625], [4.0, 8.0]]
    assert both[1].tolist() == [[0.0, 6.0], [1.0, 3.0]]
    assert mean[0, 1] == (2.625 + 6) / 2


@pytest.mark.parametrize(("replacing", "mark"), [(False, 1.5), (True, 1.0)])
def test_sarsa_lambda_on_paper(replacing, mark):
    constant = np.array([0.0, 0.25, 0.25, 1.0])
    rules = Rules(0.5, constant, constant, constant, 0, 0.5, replacing, 0)
    q, clock = table(), new_walk(2, 2, 1).clock
    traces = np.array([0.0, 0.5, 0.0, 0.25]), np.array([1, 3, 0, 0])
    clock[ACTIVE] = 2
    # the error is 3 + 4 / 2 - 2 = 3; (0, 1) has trace 1/2 + 1 or 1, (1, 1) has 1/4
    assert sarsa_lambda.learn(q, traces, clock, (0, 1, 3.0, 1, 0), rules, 0.25) == (2.0, 5.0)
    assert q.tolist() == [[1.0, 2 + 0.75 * mark], [4.0, 8 + 0.75 * 0.25]]
    assert traces[0].tolist() == [0.0, mark / 4, 0.0, 0.0625]
    sarsa_lambda.wipe(traces, clock)
    assert clock[ACTIVE] == 0
    assert not traces[0].any()


def test_dyna_q_on_paper():
    model = DynaQ()._remember(2, 2)[1]
    assert dyna_q.remember(model, 0, 1, 3.0, 1, False, 0, True) == 1
    assert dyna_q.remember(model, 0, 1, 5.0, 1, True, 1, False) == 1  # the last outcome is kept
    assert (model.reward[0, 1], model.following[0, 1], model.terminated[0, 1], model.known[0]) == (5.0, 1, True, 1)
    constant = np.array([0.0, 0.25, 0.25, 1.0])
    rules = Rules(0.5, constant, constant, constant, 0, 0.0, False, 2)
    q = table()
    dyna_q.relive(q, model, rules, np.ones((2, 2), dtype=np.int64), 1, np.random.default_rng(0))
    assert q[0, 1] == 2.75 + 2.25 / 4  # twice a quarter of the way to 5


# ---- naive twins: the same draws, plain loops over `step`

WORLDS = {"lake": FrozenLake, "cliff": lambda: CliffWalking(max_episode_steps=40)}
ROUNDING = {"rtol": 1e-12, "atol": 1e-12}  # a thousand updates, added up in another order


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_agents_agree_with_their_naive_twins(world, seed):
    make, how = (
        WORLDS[world],
        {"learning_rate": 0.3, "gamma": 0.9, "epsilon": 0.2, "n_steps": 1500, "random_state": seed},
    )
    Q, returns = naive_q_learning(make(), **how)
    agent = QLearning(**how).fit(make())
    assert agent.q_table_.tolist() == Q
    assert agent.returns_.tolist() == returns
    assert DynaQ(n_planning=3, **how).fit(make()).q_table_.tolist() == naive_q_learning(make(), **how, n_planning=3)[0]
    assert DoubleQLearning(**how).fit(make()).q_tables_.tolist() == naive_double_q_learning(make(), **how)
    assert Sarsa(**how).fit(make()).q_table_.tolist() == naive_sarsa(make(), **how)


@pytest.mark.parametrize("world", WORLDS)
def test_agents_that_add_in_another_order_agree_but_for_rounding(world):
    make, how = WORLDS[world], {"learning_rate": 0.3, "gamma": 0.9, "epsilon": 0.2, "n_steps": 400, "random_state": 3}
    np.testing.assert_allclose(
        ExpectedSarsa(**how).fit(make()).q_table_, naive_expected_sarsa(make(), **how), **ROUNDING
    )
    for traces in ("accumulating", "replacing"):
        found = SarsaLambda(trace_decay=0.7, traces=traces, **how).fit(make()).q_table_
        expected = naive_sarsa(make(), **how, trace_decay=0.7, replacing=traces == "replacing")
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)  # traces below 1e-12 are forgotten


def test_boltzmann_agrees_with_its_naive_twin():
    how = {"learning_rate": 0.3, "gamma": 0.9, "epsilon": 0.0, "n_steps": 800, "random_state": 0, "temperature": 0.3}
    found = QLearning(**how).fit(FrozenLake())
    np.testing.assert_allclose(found.q_table_, naive_q_learning(FrozenLake(), **how)[0], **ROUNDING)


# ---- laws


def test_special_cases_of_one_agent_are_another():
    how = {"learning_rate": 0.3, "n_steps": 2000, "random_state": 1}
    q = QLearning(**how).fit(FrozenLake()).q_table_
    assert np.array_equal(DynaQ(n_planning=0, **how).fit(FrozenLake()).q_table_, q)
    assert np.array_equal(
        SarsaLambda(trace_decay=0.0, **how).fit(FrozenLake()).q_table_, Sarsa(**how).fit(FrozenLake()).q_table_
    )
    greedy = {**how, "epsilon": 0.0, "initial_value": 1.0}
    np.testing.assert_allclose(
        ExpectedSarsa(**greedy).fit(FrozenLake()).q_table_, QLearning(**greedy).fit(FrozenLake()).q_table_, rtol=1e-12
    )


def test_double_q_learning_does_not_take_luck_for_worth():
    # Sutton and Barto, example 6.7: ten arms of mean -0.1 look good by luck; going left is never worth it
    arms = [[(0.5, 1, -1.1, True), (0.5, 1, 0.9, True)]] * 10
    world = TabularEnvironment([[[(1.0, 0, 0.0, True)]] * 9 + [[(1.0, 1, 0.0, False)]], arms], [1.0, 0.0])
    how = {"learning_rate": 0.1, "gamma": 1.0, "epsilon": 1.0, "n_steps": 2000}
    single, double = (
        np.mean([agent(random_state=seed, **how).fit(world).q_table_[0, 9] for seed in range(40)])
        for agent in (QLearning, DoubleQLearning)
    )
    assert single > 0.05 > -0.02 > double  # the truth is -0.1
