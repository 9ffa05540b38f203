"""The optimisers' film: three of them race down the same narrow valley."""

import numpy as np


def frames(functions):
    """Yield a drawing for some steps."""
    A = np.diag([1.0, 12.0])
    starts = np.array([-4.0, 1.5])
    paths = {"gradient": [starts], "momentum": [starts], "adam": [starts]}
    velocity, m, v = np.zeros(2), np.zeros(2), np.zeros(2)
    for t in range(1, 41):
        w = paths["gradient"][-1]
        paths["gradient"].append(np.asarray(functions.gradient_step(w, A @ w, 0.1)))
        w, velocity = functions.momentum_step(paths["momentum"][-1], velocity, A @ paths["momentum"][-1], 0.03, 0.9)
        paths["momentum"].append(np.asarray(w))
        w, m, v = functions.adam_step(paths["adam"][-1], m, v, A @ paths["adam"][-1], t, 0.3, 0.9, 0.99, 1e-8)
        paths["adam"].append(np.asarray(w))
    x, y = np.meshgrid(np.linspace(-5, 5, 60), np.linspace(-3, 3, 60))

    def draw(t):
        def on(ax):
            ax.contour(x, y, 0.5 * x**2 + 6 * y**2, levels=12, colors="#bbbbbb")
            for (name, path), colour in zip(paths.items(), ("#0072b2", "#d55e00", "#009e73")):
                ax.plot(*np.array(path[: t + 1]).T, marker="o", markersize=3, color=colour, label=name)
            ax.legend(loc="upper right")
            ax.set(title=f"step {t}", xlabel="w0", ylabel="w1", xlim=(-5, 5), ylim=(-3, 3))

        return on

    for t in range(0, 41, 4):
        yield draw(t)
