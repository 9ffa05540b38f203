"""The film of a network: a curve bends to its points by the student's slopes."""

import numpy as np


def frames(functions):
    """Yield a drawing for some steps of training."""
    rng = np.random.default_rng(12)
    x = np.sort(rng.uniform(-2, 2, size=50))[:, None]
    Y = np.abs(x) - 1.0 + 0.1 * rng.normal(size=x.shape)
    weights = [np.asarray(functions.glorot(rng.uniform(size=(1, 12)))), 0.5 * rng.normal(size=12)]
    weights += [np.asarray(functions.glorot(rng.uniform(size=(12, 1)))), np.zeros(1)]
    line = np.linspace(-2, 2, 200)[:, None]

    def draw(t, weights, worth):
        def on(ax):
            ax.scatter(x[:, 0], Y[:, 0], s=16, color="#0072b2")
            ax.plot(line[:, 0], np.asarray(functions.forward(line, *weights)[1])[:, 0], color="#d55e00", linewidth=2)
            ax.set(title=f"step {t}: loss {worth:.4f}", xlabel="x", ylabel="y", ylim=(-1.6, 1.6))

        return on

    for t in range(201):
        if t % 20 == 0:
            yield draw(t, [w.copy() for w in weights], float(functions.loss(functions.forward(x, *weights)[1], Y)))
        slopes = functions.backward(x, Y, *weights)
        weights = [w - 0.2 * np.asarray(slope) for w, slope in zip(weights, slopes)]
