"""The film of logistic regression: the boundary turns as the student's gradient says."""

import numpy as np


def frames(functions):
    """Yield a drawing for some steps of gradient descent."""
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(30, 2)) - 1.2, rng.normal(size=(30, 2)) + 1.2])
    y = np.repeat([0, 1], 30)
    w, b = np.array([1.0, -1.0]), 1.0

    def draw(t, w, b, loss):
        def on(ax):
            ax.scatter(*X.T, c=np.array(["#0072b2", "#d55e00"])[y], s=22)
            ends = np.array([-4.0, 4.0])
            if abs(w[1]) > 1e-9:
                ax.plot(ends, -(w[0] * ends + b) / w[1], color="black", linewidth=2)
            ax.set(title=f"step {t}: log loss {loss:.3f}", xlabel="x0", ylabel="x1", xlim=(-4, 4), ylim=(-4, 4))

        return on

    for t in range(61):
        if t % 5 == 0:
            yield draw(t, w.copy(), float(b), float(functions.log_loss(X, y, w, b)))
        slope_w, slope_b = functions.gradient(X, y, w, b, 0.01)
        w, b = w - 0.5 * np.asarray(slope_w), b - 0.5 * float(slope_b)
