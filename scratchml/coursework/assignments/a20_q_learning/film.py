"""The film of value iteration: worth spreads over a lake from the goal, by the student's backup."""

import numpy as np


def frames(functions):
    """Yield a drawing for each sweep on a lake of 5 by 5."""
    side, holes, goal = 5, {6, 8, 16, 18}, 24

    def move(s, a):
        row, column = divmod(s, side)
        row = min(side - 1, max(0, row + (a == 1) - (a == 3)))
        column = min(side - 1, max(0, column + (a == 2) - (a == 0)))
        return row * side + column

    def outcome(s, a):
        t = move(s, a)
        return (1 / 3, t, float(t == goal), t == goal or t in holes)

    P = [[[outcome(s, b % 4) for b in (a - 1, a, a + 1)] for a in range(4)] for s in range(side * side)]
    for s in (*holes, goal):
        P[s] = [[(1.0, s, 0.0, True)] for _ in range(4)]
    V = np.zeros(side * side)

    def draw(t, V):
        def on(ax):
            ax.imshow(V.reshape(side, side), cmap="viridis", vmin=0, vmax=1)
            for s in range(side * side):
                word = "hole" if s in holes else "goal" if s == goal else f"{V[s]:.2f}"
                ax.text(s % side, s // side, word, ha="center", va="center", color="white", fontsize=9)
            ax.set(title=f"sweep {t}", xticks=[], yticks=[])

        return on

    for t in range(13):
        yield draw(t, V.copy())
        V = np.asarray(functions.bellman_backup(P, V, 0.97))
