"""One turn of an agent, and a sweep of planning."""

from __future__ import annotations

import numpy as np

from .scene import Answer, Line, Scene, among, formula, many, say, signed

ROUNDING = 1e-12  # of a value: a smaller change of it may be rounding


@formula("rl.agent.Step", "learn")
def learn(scene: Scene) -> Answer | None:
    """error = target - old; Q(s, a) = old + rate * error; Q-learning's target = r + gamma max_a Q(s', a)."""
    step, lines = scene.step, []
    gamma = scene.params.get("gamma")
    q = step.q if step.following != step.s else None if scene.before is None else scene.before.q
    if scene.estimator == "QLearning" and isinstance(gamma, (int, float)) and (q is not None or step.terminated):
        best = 0.0 if step.terminated or q is None else float(np.max(q[step.following]))
        filled = f"{say(step.r)} + {say(gamma)} * {signed(best)}"
        name = f"target = r + gamma * max_a Q({step.following}, a)" + (" (0: it is over)" if step.terminated else "")
        lines.append(Line(name, filled, float(step.r + gamma * best), float(step.target)))
    old, error = float(step.old), float(step.error)
    lines.append(Line("error = target - old", f"{say(step.target)} - {signed(old)}", float(step.target) - old, error))
    if step.q.ndim == 2:
        now = float(step.q[step.s, step.a])
        rate = scene.params.get("learning_rate")  # or one that changes, which two numbers far enough apart tell
        if not isinstance(rate, (int, float)) or abs(old + rate * error - now) > ROUNDING * max(abs(old), abs(now)):
            rate = (now - old) / error if abs(error) > ROUNDING * abs(old) else 0.0
        name = f"Q({step.s}, {step.a}) = old + rate * error"
        lines.append(Line(name, f"{say(old)} + {say(rate)} * {signed(error)}", old + rate * error, now))
    names = getattr(scene.env, "action_names", ())
    called = f" ({names[step.a].lower()})" if step.a < len(names) else ""
    words = (
        f"In state {step.s} action {step.a}{called} gave the reward {say(step.r)} and led to state {step.following}."
    )
    return Answer(words, tuple(lines))


@formula("rl.planning.Sweep", "sweep")
def sweep(scene: Scene) -> Answer | None:
    """v(s) = max_a q(s, a)."""
    step, before = scene.step, scene.before
    s = int(np.argmax(np.abs(step.v - before.v))) if before is not None else int(np.argmax(step.v))
    filled = f"max({', '.join(map(say, step.q[s]))})"
    lines = [Line(f"v({s}) = max_a q({s}, a)", filled, float(np.max(step.q[s])), float(step.v[s]))]
    return Answer("Every state's value is worked out anew from its neighbours'.", tuple(lines))


@formula("rl.agent.Block", "block")
def block(scene: Scene) -> Answer | None:
    """V(s) = max_a Q(s, a), where most is promised; and how long episodes are."""
    step, lines = scene.step, []
    q = np.asarray(step.q)
    if step.n_episodes > 0:
        length = step.iteration / step.n_episodes
        lines.append(Line("turns an episode = turns / episodes", f"{step.iteration} / {step.n_episodes}", length))
    if q.ndim == 2 and q.size:
        s = int(q.max(axis=1).argmax())
        lines.append(Line(f"V({s}) = max_a Q({s}, a)", among("max", q[s]), float(q[s].max())))
    words = f"{many(step.iteration, 'turn')} taken, {many(step.n_episodes, 'episode')} finished"
    mean = "" if np.isnan(step.mean_return) else f"; the last ones returned {say(step.mean_return)} on average"
    return Answer(f"{words}{mean}.", tuple(lines))
