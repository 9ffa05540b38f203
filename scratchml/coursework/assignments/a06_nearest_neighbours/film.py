"""The neighbours' film: the boxes of the student's tree, and the nearest point of a moving query."""

import numpy as np


def frames(functions):
    """Yield a drawing for each place of the query."""
    rng = np.random.default_rng(5)
    X = np.round(rng.uniform(0, 10, size=(40, 2)), 1)
    tree = functions.build_tree(X, list(range(40)), 3)

    def boxes(ax, node, low, high):
        if isinstance(node, list):
            return
        feature, value, left, right = node
        line = (
            (ax.plot, ([value, value], [low[1], high[1]]))
            if feature == 0
            else (ax.plot, ([low[0], high[0]], [value, value]))
        )
        line[0](*line[1], color="#999999", linewidth=1)
        below, above = list(high), list(low)
        below[feature] = above[feature] = value
        boxes(ax, left, low, below)
        boxes(ax, right, above, high)

    def draw(x, nearest, measured):
        def on(ax):
            boxes(ax, tree, [0, 0], [10, 10])
            ax.scatter(*X.T, s=22, color="#0072b2")
            ax.scatter(*x, marker="X", s=160, color="#d55e00")
            ax.scatter(*X[nearest], s=200, facecolors="none", edgecolors="black", linewidths=2)
            ax.set(title=f"{measured} of 40 points measured", xlim=(0, 10), ylim=(0, 10), xlabel="x0", ylabel="x1")

        return on

    for t in np.linspace(0, 2 * np.pi, 13):
        x = np.array([5 + 4 * np.cos(t), 5 + 4 * np.sin(t)])
        nearest, measured = functions.search_tree(x, X, tree)
        yield draw(x, int(nearest), int(measured))
