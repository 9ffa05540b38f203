"""The film of principal components: power iteration turns a vector into the first one."""

import numpy as np


def frames(functions):
    """Yield a drawing for each step of the student's power iteration."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(120, 2)) * [2.2, 0.9] @ np.array([[0.8, 0.6], [-0.6, 0.8]])
    A, _ = functions.centre(X)
    C = np.asarray(functions.covariance(X))

    def draw(t, v, value):
        def on(ax):
            ax.scatter(*np.asarray(A).T, s=14, color="#0072b2", alpha=0.6)
            ax.annotate("", xy=4 * v, xytext=(0, 0), arrowprops={"color": "#d55e00", "width": 2, "headwidth": 9})
            ax.set(
                title=f"step {t}: variance along it {value:.3f}", xlim=(-6, 6), ylim=(-6, 6), xlabel="x0", ylabel="x1"
            )

        return on

    for t in range(9):
        v, value = functions.power_iteration(C, np.array([-0.75, 0.8]), t)
        yield draw(t, np.asarray(v), float(value))
