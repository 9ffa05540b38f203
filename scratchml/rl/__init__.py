"""rl: learning by reward. Environments, agents that learn in them, and planning, which knows what they should learn.

    env = FrozenLake()                                    # Gymnasium's contract, no Gymnasium needed
    agent = QLearning(random_state=0).fit(env)            # or any Gymnasium environment with discrete spaces
    agent.predict(0), agent.evaluate(env, 1000)           # the best action; mean return with its interval
    value_iteration(env, gamma=0.99).start_value          # the best there is

| file | what it gives |
| --- | --- |
| `frozen_lake.py`, `cliff_walking.py`, `taxi.py`, `grid_world.py` | the environments |
| `environment.py`, `spaces.py`, `table.py`, `grid.py`, `checks.py` | what they share: contract, transition table |
| `gymnasium_bridge.py` | an environment of ours as a ``gymnasium.Env`` |
| `planning.py`, `policy_evaluation.py` | value iteration, policy iteration, exact values, the certificate |
| `q_learning.py`, `double_q_learning.py`, `dyna_q.py` | agents that learn the best policy while they explore |
| `sarsa.py`, `expected_sarsa.py`, `sarsa_lambda.py` | agents that learn what their own way of acting is worth |
| `acting.py` | epsilon-greedy, Boltzmann, schedules |
| `agent.py`, `walk.py` | what fitting to an environment means |
| `playing.py` | returns of a fixed policy and their confidence interval |

An agent has the methods of an estimator (`get_params`, `clone`, `fit`, `predict`), but it is fitted to an environment.
Pictures are in `scratchml.viz`.
"""

from .acting import ExponentialSchedule, HarmonicSchedule, LinearSchedule
from .cliff_walking import CliffWalking
from .double_q_learning import DoubleQLearning
from .dyna_q import DynaQ
from .environment import TabularEnvironment
from .expected_sarsa import ExpectedSarsa
from .frozen_lake import FrozenLake, generate_random_map
from .grid_world import GridWorld
from .planning import policy_iteration, rounds, sweeps, value_iteration
from .playing import play
from .policy_evaluation import policy_evaluation
from .q_learning import QLearning
from .sarsa import Sarsa
from .sarsa_lambda import SarsaLambda
from .spaces import Discrete
from .taxi import Taxi

__all__ = [
    "CliffWalking",
    "Discrete",
    "DoubleQLearning",
    "DynaQ",
    "ExpectedSarsa",
    "ExponentialSchedule",
    "FrozenLake",
    "GridWorld",
    "HarmonicSchedule",
    "LinearSchedule",
    "QLearning",
    "Sarsa",
    "SarsaLambda",
    "TabularEnvironment",
    "Taxi",
    "generate_random_map",
    "play",
    "policy_evaluation",
    "policy_iteration",
    "rounds",
    "sweeps",
    "value_iteration",
]


def _warmup() -> None:
    """Compile the room's kernels: called by ``scratchml warmup``."""
    env = FrozenLake(max_episode_steps=20)
    for agent in (QLearning, DoubleQLearning, Sarsa, ExpectedSarsa, SarsaLambda, DynaQ):
        for _ in agent(n_steps=30, random_state=0).steps(env):
            pass
        agent(n_steps=30, random_state=0).fit(env).certify(env)
    play(env, value_iteration(env).policy, 2, random_state=0)
    LinearSchedule(1.0, 0.0, 10).value(1)
