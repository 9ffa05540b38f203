# %% [markdown]
# # Learning by reward
#
# Nobody tells the agent what is right. It acts, and now and then it is rewarded. From that alone it has to find out
# what to do, and the reward for a good step may come long after the step. This tutorial goes from planning, where the
# world is known, to learning, where it is not.
#
# Six beats: the picture; by hand on six cells; the kernel in the debugger; watch the steps; break it; exercise.

# %%
import time
from importlib.util import find_spec

import matplotlib.pyplot as plt
import numpy as np

from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.rl import (
    CliffWalking,
    Discrete,
    ExpectedSarsa,
    FrozenLake,
    GridWorld,
    HarmonicSchedule,
    LinearSchedule,
    QLearning,
    Sarsa,
    SarsaLambda,
    policy_evaluation,
    sweeps,
    value_iteration,
)
from scratchml.viz import draw_actions, draw_returns, draw_values, draw_visits, episode_text

# %% [markdown]
# ## 1. The picture
#
# A lake of ice. From S to G; a step into a hole H ends the walk. The ice is slippery: one step in three goes where it
# is meant to, the others to its left or right. The only reward is 1, for reaching G, and it counts the less the later
# it comes: after n more steps gamma^n, with gamma = 0.99.
#
# If the map and the chances are known, the best way to act can be worked out: that is *planning*. Value iteration
# improves a guess of what each cell is worth, sweep by sweep; watch the value spread from the goal. A dot stands where
# all moves are still worth the same.

# %%
lake = FrozenLake()
path = record(sweeps(lake, gamma=0.99))
fig, axes = plt.subplots(1, 4, figsize=(13, 3.2), layout="constrained")
for ax, n in zip(axes, (1, 3, 10, len(path))):
    step = path[n - 1]
    best_moves = np.where(step.q.max(axis=1) > step.q.min(axis=1), step.q.argmax(axis=1), -1)
    draw_values(lake, step.v, best_moves, ax, title=f"after {n} sweep{'s' if n > 1 else ''}")
plt.show()
plt.close(fig)

plan = value_iteration(lake, gamma=0.99)
print(f"{plan.n_iter} sweeps; the start is worth {plan.start_value:.4f}, with an error below {plan.bound:.1e}")
changes = np.array([step.change for step in path])
assert (changes[1:] <= 0.99 * changes[:-1] + 1e-15).all()  # each sweep shrinks the error by gamma at least

# %% [markdown]
# The arrow at S points to the wall on the left! That is no mistake: from there one slides down or stays, and never into
# trouble. On ice the best moves are those whose slides do not end in a hole, wherever there are such.
#
# An agent knows neither map nor chances. It walks a million steps, about a tenth of a second; a share of them,
# *epsilon*, is taken at random. It keeps a number Q(s, a) for each cell s and move a, what it believes the move to be
# worth, and learns nearly the same values. (Between two holes left and right are worth the same, so there its arrow may
# differ.) Whether Q is right, *Bellman's equation* tells: a move is worth its reward plus gamma times the best move
# from where it leads.

# %%
agent = QLearning(
    learning_rate=HarmonicSchedule(0.5, 0.0, 100),
    epsilon=LinearSchedule(1.0, 0.1, 800_000),
    n_steps=1_000_000,
    random_state=0,
).fit(lake)
fig, axes = plt.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
draw_values(lake, agent.values_, agent.policy_, axes[0], title="what the agent believes")
draw_actions(lake, agent.q_table_, axes[1])
draw_visits(lake, agent.visits_, axes[2])
plt.show()
plt.close(fig)

found = agent.evaluate(lake, 5000, gamma=0.99, max_episode_steps=1000, random_state=1)
print(
    f"5000 walks bring {found.mean:.3f}, in [{found.low:.3f}, {found.high:.3f}]; planning says {plan.start_value:.3f}"
)
certificate = agent.certify(lake)
print(f"its policy is really worth {certificate.value:.4f}; Bellman's equation is missed by {certificate.residual:.3f}")
assert certificate.value > plan.start_value - 0.02
assert np.abs(agent.q_table_ - plan.q).max() <= certificate.q_bound

# %% [markdown]
# ## 2. By hand on six cells
#
# A corridor: S, four cells, G. Each step costs 1, and gamma is 1. The update of Q-learning, with the learning rate 1/2:
#
#     target = r + gamma * max Q(s')        (target = r, where it is all over)
#     Q(s, a) <- Q(s, a) + 1/2 * (target - Q(s, a))

# %%
corridor = GridWorld("S....G", slip=0.0, step_reward=-1.0, goal_reward=0.0)
RIGHT = 2
Q = np.zeros((6, 4))
for s in (4, 4, 3):  # twice the last step, then the one before
    state, reward, over = s + 1, -1.0, s + 1 == 5
    target = reward if over else reward + Q[state].max()
    Q[s, RIGHT] += 0.5 * (target - Q[s, RIGHT])
    print(f"in cell {s} to the right: target {target:+.2f}, Q is now {Q[s, RIGHT]:+.3f}")
assert Q[4, RIGHT] == -0.75
assert Q[3, RIGHT] == -0.5  # the other moves of cell 4 are still thought to cost nothing

# %% [markdown]
# The last line is worth a second look: Q says 0 of moves it has never tried. That is *optimism*, for here everything
# costs something; an optimist tries every move once, and learns better. The values in the end, by a linear solve:

# %%
print("steps to go:", np.abs(policy_evaluation(corridor, np.full(6, RIGHT), gamma=1.0)))
assert policy_evaluation(corridor, np.full(6, RIGHT), gamma=1.0).tolist() == [-5, -4, -3, -2, -1, 0]

# %% [markdown]
# ## 3. The kernel in the debugger
#
# `fit` runs in one kernel, `train` in `scratchml/rl/q_learning.py`; it calls `learn` for every step. Inside
# `plain_python()` both are plain Python: put a `breakpoint()` into `learn`. The random numbers come from two generators
# that are passed in, so the plain run gives the same agent to the last bit.

# %%
short = QLearning(n_steps=20_000, random_state=0)
started = time.perf_counter()
compiled = short.fit(lake).q_table_
compiled_seconds = time.perf_counter() - started
started = time.perf_counter()
with plain_python():
    plain = short.fit(lake).q_table_
print(f"plain Python took {(time.perf_counter() - started) / compiled_seconds:.0f} times as long")
assert (compiled == plain).all()

# %% [markdown]
# ## 4. Watch the steps
#
# `steps` goes one turn at a time and tells what was learned from it: s, a, r, s', the old value, the target, the error.
# It calls the same `learn`, so its last table is the one that `fit` gives.

# %%
turns = record(QLearning(0.5, 1.0, 0.1, n_steps=60, random_state=1).steps(corridor))
for turn in turns[:4]:
    print(f"s={turn.s} a={turn.a} r={turn.r:+.0f} s'={turn.following}: {turn.old:+.2f} -> {turn.target:+.2f}")
ends = [turn.iteration for turn in turns if turn.terminated]
print("episodes ended after turns", ends)
assert (turns[-1].q == QLearning(0.5, 1.0, 0.1, n_steps=60, random_state=1).fit(corridor).q_table_).all()

# %% [markdown]
# Now the most famous walk of the textbook: along a cliff. A step costs 1, a fall 100. **Q-learning** learns what each
# step is worth if from then on one always does the best; **SARSA** learns what it is worth if one goes on as one does,
# missteps included, and one step in ten is taken at random here.

# %%
cliff = CliffWalking()
how = {"learning_rate": 0.1, "gamma": 1.0, "epsilon": 0.1, "n_steps": 300_000, "random_state": 0}
bold, careful = QLearning(**how).fit(cliff), Sarsa(**how).fit(cliff)
fig, axes = plt.subplots(3, 1, figsize=(9, 9.5), layout="constrained")
draw_values(cliff, bold.values_, bold.policy_, axes[0], title="Q-learning: along the edge")
draw_values(cliff, careful.values_, careful.policy_, axes[1], title="SARSA: at a distance")
draw_returns({"Q-learning": bold.returns_[:3000], "SARSA": careful.returns_[:3000]}, axes[2], title="while learning")
axes[2].set_ylim(-100, 0)
plt.show()
plt.close(fig)

for name, walker in (("Q-learning", bold), ("SARSA", careful)):
    learning, after = walker.returns_[-500:].mean(), walker.evaluate(cliff, 2).mean
    print(f"{name}: {learning:.0f} a walk while it explores, {after:.0f} once it has stopped")
assert bold.evaluate(cliff, 2).mean == -13 > careful.evaluate(cliff, 2).mean
assert careful.returns_[-500:].mean() > bold.returns_[-500:].mean()
print(episode_text(cliff, bold.policy_, max_steps=2))

# %% [markdown]
# Both are right. They answer two questions: what is best, and what is best *for one who stumbles*.

# %% [markdown]
# ## The same agent elsewhere
#
# An agent asks of an environment no more than Gymnasium's contract: `reset`, `step`, and spaces that can be counted.
# So `agent.fit(gymnasium.make("FrozenLake-v1"))` works, and gives the very same table as our own lake: the same seed is
# the same walk. Any class with these methods will do. Here is one with no table at all: guess a number from 0 to 9; the
# answer is "higher" or "lower", and the state is what is still possible.


# %%
class Guess:
    """Guess a number: the state is (lowest, highest) still possible, as one number."""

    observation_space, action_space = Discrete(100), Discrete(10)

    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self.rng = np.random.default_rng(seed)
        self.secret, self.low, self.high = int(self.rng.integers(10)), 0, 9
        return self.low * 10 + self.high, {}

    def step(self, action):
        if action == self.secret:
            return self.low * 10 + self.high, -1.0, True, False, {}
        if action < self.secret:
            self.low = max(self.low, action + 1)
        else:
            self.high = min(self.high, action - 1)
        return self.low * 10 + self.high, -1.0, False, False, {}


guesser = QLearning(HarmonicSchedule(0.5, 0.0, 50), gamma=1.0, epsilon=0.3, n_steps=60_000, random_state=0).fit(Guess())
mean = -guesser.evaluate(Guess(), 2000, random_state=1).mean
print(f"first guess {guesser.predict(9)}; {mean:.2f} guesses on average; halving the range needs 2.9")
assert mean < 3.1

# %%
# scratchml does not need gymnasium; where it is installed, `to_gymnasium` makes a real gymnasium.Env
if find_spec("gymnasium"):
    on_gymnasium = QLearning(n_steps=5000, random_state=0).fit(lake.to_gymnasium())
    print("learned on Gymnasium's side:", (on_gymnasium.q_table_ > 0).sum(), "moves known to lead somewhere")
    assert (on_gymnasium.q_table_ == QLearning(n_steps=5000, random_state=0).fit(lake).q_table_).all()

# %% [markdown]
# ## 5. Break it
#
# **Taking the clock for the end.** A walk that is cut off by a time limit (`truncated`) has not ended: the next state
# is still worth something. A reward of 1 for ever, with gamma = 0.9, is worth 1 / (1 - 0.9) = 10. An agent that forgets
# what lies behind the clock believes in less, and the less, the faster the clock.


# %%
class Confused(GridWorld):
    """The same world, but it says "terminated" where the clock ran out."""

    def step(self, action):
        state, reward, terminated, truncated, info = super().step(action)
        return state, reward, terminated or truncated, truncated, info


believed = {}
for name, world in (("truncated", GridWorld), ("taken for terminated", Confused)):
    env = world("S#\n.G", slip=0.0, step_reward=1.0, goal_reward=0.0, max_episode_steps=5)
    learner = QLearning(0.1, gamma=0.9, epsilon=0.3, n_steps=40_000, random_state=0)
    believed[name] = learner.fit(env).values_[0]
    print(f"{name}: the start is worth {believed[name]:.2f}")
assert abs(believed["truncated"] - 10) < 0.1
assert believed["taken for terminated"] < 8

# %% [markdown]
# **The wrong sign.** Write the update with a minus before the error. Ten steps of it suffice.

# %%
q_plus, q_minus = 0.0, 0.0
for _ in range(10):
    q_plus, q_minus = q_plus + 0.5 * (1.0 - q_plus), q_minus - 0.5 * (1.0 - q_minus)
print(f"towards a target of 1: {q_plus:.3f} with a plus, {q_minus:.1f} with a minus")
assert abs(q_plus - 1) < 0.01
assert q_minus < -50

# %% [markdown]
# **No exploring.** A penny lies two steps to the left, a pound five steps to the right. With epsilon 0 the agent takes
# what it finds first, and never looks again. An optimist (`initial_value=1`) is disappointed by all but the pound.

# %%
world = GridWorld("X.S....G", slip=0.0, step_reward=0.0, pit_reward=0.01, goal_reward=1.0)
for hope in (0.0, 1.0):
    walkers = [QLearning(epsilon=0.0, initial_value=hope, n_steps=5000, random_state=seed) for seed in range(20)]
    rich = sum(walker.fit(world).evaluate(world, 2).mean == 1.0 for walker in walkers)
    print(f"initial value {hope}: {rich} of 20 agents find the pound")
    assert rich == 20 if hope else rich < 10

# %% [markdown]
# ## 6. Exercise
#
# 1. Expected SARSA averages over its next action instead of drawing it. Which of the two paths along the cliff will it
#    take with epsilon = 0.1? And with epsilon = 0?
# 2. A corridor of 30 cells with a reward only at its end: how many episodes does SARSA need until the first cell knows
#    of it, and how many SARSA(lambda)? (Its errors also correct the moves before, the less the longer ago they were.)
# 3. Why does the value of the lake's start fall when gamma falls, although the best way stays nearly the same?

# %% [markdown]
# Solutions. 1: the distant path, for its average counts the missteps; with epsilon = 0 there are none to count, and it
# is Q-learning. 2: SARSA hands the news back by one cell a walk at best, so it takes at least as many walks as cells;
# SARSA(lambda) needs one. 3: the goal is many slides away, and each of them costs a factor gamma.

# %%
averaging = ExpectedSarsa(**how).fit(cliff)
greedy = ExpectedSarsa(**{**how, "epsilon": 0.0}).fit(cliff)
print(f"1. with exploring {averaging.evaluate(cliff, 2).mean:.0f}, without {greedy.evaluate(cliff, 2).mean:.0f}")
assert averaging.evaluate(cliff, 2).mean < -13  # it counts its missteps, like SARSA
assert greedy.evaluate(cliff, 2).mean == -13  # with epsilon = 0 it is Q-learning

long_corridor = GridWorld("S" + "." * 28 + "G", slip=0.0, step_reward=0.0, max_episode_steps=None)
needed = {}
for name, walker in (("SARSA", Sarsa()), ("SARSA(lambda)", SarsaLambda(trace_decay=0.95))):
    episodes = 0
    for turn in walker.set_params(n_steps=500_000, epsilon=0.5, random_state=0).steps(long_corridor):
        episodes += turn.terminated
        if turn.q[0].max() > 0:
            break
    needed[name] = episodes
print("2. episodes until the first cell knows:", needed)
assert needed["SARSA(lambda)"] < needed["SARSA"]

values = {gamma: round(value_iteration(lake, gamma).start_value, 3) for gamma in (0.9, 0.99, 1.0)}
print("3. a reward far away counts less the more it is discounted:", values)
assert values[0.9] < values[0.99] < values[1.0]
