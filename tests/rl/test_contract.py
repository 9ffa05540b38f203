"""The contract of every public agent, found by discovery: what `tests/test_contract.py` asks of estimators of X, y."""

import doctest
import inspect
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading

import pytest

from scratchml.core import NotFittedError, clone, get_tags
from scratchml.core.jit import plain_python
from scratchml.core.parallel import THREADS_VARIABLE
from scratchml.discovery import all_agents, all_estimators
from scratchml.rl import CliffWalking, FrozenLake
from tests.problems import check_same_bits, learned

AGENTS = [(name, item) for name, cls in all_agents() for item in cls._examples()]
every_agent = pytest.mark.parametrize("example", [e for _, e in AGENTS], ids=[name for name, _ in AGENTS])


def seeded(example, **params):
    return clone(example).set_params(random_state=0, n_steps=300, **params)


def test_agents_are_found_apart_from_estimators_of_x_and_y():
    names = {name for name, _ in all_agents()}
    assert names == {"DoubleQLearning", "DynaQ", "ExpectedSarsa", "QLearning", "Sarsa", "SarsaLambda"}
    assert not names & {name for name, _ in all_estimators()}


@every_agent
def test_constructor_stores_its_arguments_and_clone_keeps_them(example):
    changed = clone(example).set_params(gamma=0.5, n_steps=7)
    copy = clone(changed)
    assert copy is not changed
    assert copy.get_params() == changed.get_params()
    assert repr(copy) == repr(changed) == f"{type(example).__name__}(gamma=0.5, n_steps=7)"
    assert get_tags(example).estimator_type == "agent"


@every_agent
def test_every_parameter_has_a_rule_and_a_wrong_one_is_named(example):
    assert set(example.get_params()) == set(example._rules)
    for name in example.get_params():
        with pytest.raises(TypeError, match=name):
            clone(example).set_params(**{name: object}).fit(FrozenLake())


@every_agent
def test_using_it_before_fit_is_a_clear_error(example):
    for use in (
        lambda agent: agent.predict(0),
        lambda agent: agent.evaluate(FrozenLake()),
        lambda agent: agent.certify(FrozenLake()),
    ):
        with pytest.raises(NotFittedError, match="not fitted"):
            use(clone(example))


@every_agent
def test_same_seed_gives_the_same_bits_and_another_one_does_not(example):
    first, second = (seeded(example).fit(FrozenLake()) for _ in range(2))
    check_same_bits(learned(first), learned(second))
    other = seeded(example).set_params(random_state=1).fit(FrozenLake())
    assert other.visits_.tobytes() != first.visits_.tobytes()


@every_agent
def test_fitting_twice_forgets_the_first_fit(example):
    once = seeded(example).fit(FrozenLake())
    twice = seeded(example).fit(CliffWalking()).fit(FrozenLake())
    check_same_bits(learned(once), learned(twice))


@every_agent
def test_fitting_leaves_parameters_and_environment_alone(example):
    env, agent = FrozenLake(), seeded(example)
    env.reset(seed=3)
    before = pickle.dumps((env.s, env.np_random.bit_generator.state, agent.get_params()))
    agent.fit(env)
    for _ in agent.steps(env):
        pass
    agent.evaluate(env, 3)
    assert before == pickle.dumps((env.s, env.np_random.bit_generator.state, agent.get_params()))


@every_agent
def test_compiled_and_plain_agree(example):
    expected = seeded(example).fit(FrozenLake())
    with plain_python():
        found = seeded(example).fit(FrozenLake())
        says = found.predict(range(16)), found.evaluate(FrozenLake(), 5, random_state=0), found.certify(FrozenLake())
    check_same_bits(learned(expected), learned(found))
    check_same_bits(
        (
            expected.predict(range(16)),
            expected.evaluate(FrozenLake(), 5, random_state=0),
            expected.certify(FrozenLake()),
        ),
        says,
    )


@every_agent
@pytest.mark.parametrize("threads", ["1", "3"])
def test_thread_count_does_not_change_a_bit(example, threads, monkeypatch):
    expected = seeded(example).fit(FrozenLake())
    monkeypatch.setenv(THREADS_VARIABLE, threads)
    check_same_bits(learned(expected), learned(seeded(example).fit(FrozenLake())))


@every_agent
def test_several_threads_may_fit_at_once_to_one_environment(example):
    env = FrozenLake()
    expected = seeded(example).set_params(n_steps=50_000).fit(env)
    agents = [seeded(example).set_params(n_steps=50_000) for _ in range(4)]
    work = [threading.Thread(target=agent.fit, args=(env,)) for agent in agents]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    for agent in agents:
        check_same_bits(learned(expected), learned(agent))


def _fit_in_child(agent, send):
    send.send(agent.fit(FrozenLake()).q_table_)


@every_agent
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_it_works_after_a_fork(example):
    expected = seeded(example).fit(FrozenLake()).q_table_
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=_fit_in_child, args=(seeded(example), send))
    child.start()
    assert receive.poll(60), "the child hung or died"
    check_same_bits(expected, receive.recv())
    child.join(10)
    assert child.exitcode == 0


@every_agent
def test_a_pickled_agent_says_the_same(example):
    agent = seeded(example).fit(FrozenLake())
    twin = pickle.loads(pickle.dumps(agent))
    check_same_bits(learned(agent), learned(twin))
    check_same_bits(agent.predict(range(16)), twin.predict(range(16)))


@every_agent
def test_the_notebook_form_names_the_class_and_what_was_learned(example):
    page = seeded(example).fit(FrozenLake())._repr_html_()
    assert type(example).__name__ in page
    assert "q_table_" in page


@every_agent
def test_every_agent_has_a_short_example_and_says_its_parameters(example):
    text = inspect.getdoc(type(example)) or ""
    assert 1 <= len(doctest.DocTestParser().get_examples(text)) <= 8
    for name in [*example.get_params(), "Attributes\n---", *learned(seeded(example).fit(FrozenLake()))]:
        assert name in text or name in ("state_start_", "action_start_"), name


@every_agent
def test_verbose_shows_a_bar(example, capsys):
    seeded(example, verbose=True).fit(FrozenLake())
    assert type(example).__name__ in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "variables", "run"),
    [
        ("", {"NUMBA_DISABLE_JIT": "1"}, "rl._warmup()"),
        ("sys.modules['numba'] = None", {}, "rl._warmup()"),  # as if Numba were not installed
        # each index is checked at any level of optimising; all agents would take 10 s
        ("", {"NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "0"}, "rl.SarsaLambda(n_steps=500).fit(rl.FrozenLake())"),
    ],
    ids=["jit off", "numba absent", "bounds checked"],
)
def test_everything_runs(before, variables, run, tmp_path):
    environment = {**os.environ, **variables, "NUMBA_CACHE_DIR": str(tmp_path)}
    code = f"import sys\n{before}\nimport scratchml.rl as rl; {run}; print('all fitted')"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert found.stdout.strip().endswith("all fitted"), found.stderr[-2000:]
