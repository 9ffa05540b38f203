"""The film of boosting: the sum of the student's stumps follows a curve."""

import numpy as np


def frames(functions):
    """Yield a drawing after some of the rounds."""
    rng = np.random.default_rng(9)
    x = np.sort(rng.uniform(-3, 3, size=60))
    y = np.sin(1.5 * x) + 0.15 * rng.normal(size=60)
    start, stumps = functions.boost(x[:, None], y, 40, 0.4)
    line = np.linspace(-3, 3, 300)[:, None]

    def draw(t):
        def on(ax):
            ax.scatter(x, y, s=16, color="#0072b2")
            ax.plot(line[:, 0], functions.predict(start, stumps[:t], 0.4, line), color="#d55e00", linewidth=2)
            ax.set(title=f"{t} stumps", xlabel="x", ylabel="y", ylim=(-1.6, 1.6))

        return on

    for t in (0, 1, 2, 3, 5, 8, 12, 20, 30, 40):
        yield draw(t)
