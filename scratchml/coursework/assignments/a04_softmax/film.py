"""The softmax film: three regions take shape."""

import numpy as np


def frames(functions):
    """Yield a drawing for some steps."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(90, 2)) * 0.8 + np.repeat([[-2.0, -1.0], [2.0, -1.0], [0.0, 2.0]], 30, axis=0)
    y = np.repeat([0, 1, 2], 30)
    W, b = np.zeros((2, 3)), np.zeros(3)
    side = np.linspace(-4, 4, 81)
    grid = np.array([[u, v] for v in side for u in side])

    def draw(t, W, b, loss):
        def on(ax):
            found = np.asarray(functions.classify(grid @ W + b)).reshape(81, 81)
            ax.pcolormesh(side, side, found, cmap="Pastel1", vmin=0, vmax=8)
            ax.scatter(*X.T, c=np.array(["#d55e00", "#0072b2", "#009e73"])[y], s=20, edgecolors="black", linewidths=0.4)
            ax.set(title=f"step {t}: cross-entropy {loss:.3f}", xlabel="x0", ylabel="x1")

        return on

    for t in range(31):
        if t % 3 == 0:
            yield draw(t, W.copy(), b.copy(), float(functions.cross_entropy(X @ W + b, y)))
        slope_W, slope_b = functions.gradient(X, y, W, b)
        W, b = W - 0.2 * np.asarray(slope_W), b - 0.2 * np.asarray(slope_b)
