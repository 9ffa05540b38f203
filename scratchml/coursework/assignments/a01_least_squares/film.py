"""The film of least squares: gradient descent with the student's gradient turns a line until it fits."""

import numpy as np


def frames(functions):
    """Yield a drawing for some of the steps of gradient descent."""
    rng = np.random.default_rng(4)
    x = rng.uniform(-1, 1, size=40)
    y = 2.0 * x + 1.0 + 0.3 * rng.normal(size=40)
    X, w, b = x[:, None], np.array([-2.0]), -1.0

    def draw(t, slope, height, error):
        def on(ax):
            ax.scatter(x, y, s=18, color="#0072b2")
            ends = np.array([-1.0, 1.0])
            ax.plot(ends, slope * ends + height, color="#d55e00", linewidth=2.5)
            ax.vlines(x, y, slope * x + height, color="#999999", linewidth=0.8)
            ax.set(title=f"step {t}: mean squared error {error:.3f}", xlabel="x", ylabel="y", ylim=(-4, 5))

        return on

    for t in range(41):
        if t % 4 == 0:
            yield draw(t, float(w[0]), float(b), float(functions.mean_squared_error(X, y, w, b)))
        slope_w, slope_b = functions.gradient(X, y, w, b)
        w, b = w - 0.2 * np.asarray(slope_w), b - 0.2 * float(slope_b)
