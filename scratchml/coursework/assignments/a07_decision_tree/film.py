"""The tree's film: the plane cut by the student's tree, one level deeper each frame."""

import numpy as np

COLOURS = np.array(["#0072b2", "#d55e00", "#009e73"])


def frames(functions):
    """Yield a drawing for each depth."""
    rng = np.random.default_rng(6)
    X = np.round(rng.uniform(-3, 3, size=(60, 2)), 2)
    y = (X[:, 0] * X[:, 1] > 0).astype(int) + (X[:, 0] > 1.5)
    side = np.linspace(-3, 3, 61)
    grid = np.array([[a, b] for b in side for a in side])

    def draw(depth, tree, right):
        def on(ax):
            ax.pcolormesh(
                side, side, np.asarray(functions.predict(tree, grid)).reshape(61, 61), cmap="Pastel1", vmin=0, vmax=8
            )
            ax.scatter(*X.T, c=COLOURS[y], s=24, edgecolors="black", linewidths=0.5)
            ax.set(title=f"depth {depth}: {right} of 60 right", xlabel="x0", ylabel="x1")

        return on

    for depth in range(7):
        tree = functions.grow(X, y, depth)
        yield draw(depth, tree, int((np.asarray(functions.predict(tree, X)) == y).sum()))
