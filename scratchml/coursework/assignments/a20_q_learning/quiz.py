"""The Q-learning quiz, from the recorded turns of an agent."""

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.rl import GridWorld, QLearning


def quiz(rng):
    """Ask for the target of a turn, and for the value after it."""
    model = QLearning(learning_rate=0.5, gamma=0.9, epsilon=0.3, n_steps=300, random_state=int(rng.integers(1000)))
    world = GridWorld(step_reward=-1.0, goal_reward=10.0, pit_reward=-10.0)
    tr = recorded(model.steps(world), model, world)
    going = [i for i, s in enumerate(tr) if i and not s.terminated and tr[i - 1].q[s.following].max() != 0.0]
    i = going[int(rng.integers(0, len(going)))]
    step, there = tr[i], tr[i - 1].q[tr[i].following]
    best = float(there.max())
    return [
        ask(
            rng,
            f"The reward is {number(step.r)}, the values of the next state's actions are {number(there)}, the discount "
            "0.9. What is the target?",
            step.target,
            (step.r + 0.9 * there.mean(), step.r + best, step.r, 0.9 * (step.r + best)),
            because(f"reward + discount * the best next value = {number(step.r)} + 0.9 * {number(best)}", tr, i),
        ),
        ask(
            rng,
            f"Q(s, a) is {number(step.old)}, the target {number(step.target)}, the rate 0.5. What is Q(s, a) then?",
            step.q[step.s, step.a],
            (step.target, step.old - 0.5 * step.error, step.old + step.error * 1.5, step.old),
            because(f"half of the way: {number(step.old)} + 0.5 * {number(step.error)}", tr, i),
        ),
    ]
