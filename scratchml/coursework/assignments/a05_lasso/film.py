"""The lasso's film: the weights as the penalty shrinks."""

import numpy as np


def frames(functions):
    """Yield a drawing for each penalty of a path."""
    rng = np.random.default_rng(8)
    X = rng.normal(size=(60, 6))
    w = np.array([3.0, -2.0, 1.0, 0.0, 0.0, 0.0])
    y = X @ w + rng.normal(size=60)
    top = float(functions.largest_alpha(X, y))
    alphas = top * np.geomspace(1.0, 0.01, 14)
    path = np.array([np.asarray(functions.lasso(X, y, alpha, 30)) for alpha in alphas])

    def draw(t):
        def on(ax):
            ax.plot(alphas[: t + 1], path[: t + 1], marker="o", markersize=3)
            ax.axhline(0, color="black", linewidth=0.8)
            some = int((path[t] != 0).sum())
            ax.set(title=f"alpha = {alphas[t]:.3f}: {some} of 6 weights are not zero", xlabel="alpha", ylabel="weight")
            ax.set(xscale="log", xlim=(alphas[0] * 1.1, alphas[-1] * 0.9), ylim=(-2.6, 3.6))

        return on

    for t in range(len(alphas)):
        yield draw(t)
