"""How the Q-learning assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import exact


def table(rng):
    """Return a table of quarters."""
    return np.round(rng.normal(size=(int(rng.integers(1, 6)), int(rng.integers(1, 5)))) * 8) / 4


def table_and_state(rng):
    """Return a table and a state."""
    Q = table(rng)
    return Q, int(rng.integers(0, Q.shape[0]))


def with_draw(rng):
    """Return a table, a state, epsilon and a draw in 64ths."""
    return (*table_and_state(rng), float(rng.choice([0.25, 0.5, 1.0])), int(rng.integers(0, 64)) / 64)


def one_step(rng):
    """Return a table and a step."""
    Q = table(rng)
    s, following = (int(i) for i in rng.integers(0, Q.shape[0], size=2))
    a, reward, ended = int(rng.integers(0, Q.shape[1])), float(rng.integers(-3, 4)), bool(rng.uniform() < 0.4)
    return Q, s, a, reward, following, ended, float(rng.choice([0.1, 0.5, 1.0])), float(rng.choice([0.5, 0.9, 1.0]))


def world(rng):
    """Return a small world, values and a discount."""
    n, k = int(rng.integers(1, 5)), int(rng.integers(1, 4))

    def outcomes():
        shares = rng.dirichlet(np.ones(int(rng.integers(1, 4))))
        return [
            (float(p), int(rng.integers(0, n)), float(rng.integers(-2, 3)), bool(rng.uniform() < 0.3)) for p in shares
        ]

    return [[outcomes() for _ in range(k)] for _ in range(n)], np.round(rng.normal(size=n) * 4, 1), 0.9


def rewards(rng):
    """Return rewards and a discount."""
    return [float(v) for v in rng.integers(-3, 4, size=int(rng.integers(0, 12)))], float(
        rng.choice([0.0, 0.5, 0.9, 1.0])
    )


def is_a_contraction(rng, call):
    """Two tables of values come nearer by the discount at least."""
    P, V, discount = world(rng)
    W = V + rng.normal(size=len(V))
    near = np.abs(np.asarray(call(P, V, discount)) - np.asarray(call(P, W, discount))).max()
    return (
        None if near <= discount * np.abs(V - W).max() + 1e-9 else "two value tables do not come nearer by the discount"
    )


def touches_one_entry(rng, call):
    """A step changes one entry of the table."""
    Q, s, a, *rest = one_step(rng)
    changed = np.asarray(call(Q, s, a, *rest)) != Q
    changed[s, a] = False
    return "an update changes entries other than Q[s, a]" if changed.any() else None


Q2 = np.array([[1.0, 1.0], [0.0, 3.0]])
QUESTIONS = {
    "greedy_action": Question(table_and_state, edges={"equal values": (Q2, 0)}, same=exact()),
    "epsilon_greedy": Question(with_draw, edges={"never explore": (Q2, 1, 0.0, 0.0)}, same=exact()),
    "q_update": Question(
        one_step,
        edges={"the end of an episode": (Q2, 0, 0, 1.0, 1, True, 0.5, 0.9)},
        laws={"one entry changes": touches_one_entry},
    ),
    "bellman_backup": Question(
        world,
        edges={"one state that ends": ([[[(1.0, 0, 5.0, True)]]], np.array([100.0]), 0.9)},
        laws={"value tables come nearer by the discount": is_a_contraction},
    ),
    "discounted_return": Question(
        rewards,
        edges={"no rewards": ([], 0.5)},
        growth=Growth(lambda rng, n: (rng.normal(size=n).tolist(), 0.9), 1.0, reason="One pass is enough."),
    ),
}
