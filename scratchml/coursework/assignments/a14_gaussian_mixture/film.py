"""The film of EM: two Gaussians find their clumps."""

import numpy as np


def frames(functions):
    """Yield a drawing for each round of the student's E and M steps."""
    rng = np.random.default_rng(11)
    X = np.vstack([rng.normal(size=(60, 2)) * [0.6, 1.4], rng.normal(size=(40, 2)) * [1.2, 0.5] + [4.0, 2.0]])
    weights, means, variances = np.ones(2) / 2, np.array([[1.0, 2.0], [2.0, -1.0]]), np.ones((2, 2)) * 2.0
    turn = np.linspace(0, 2 * np.pi, 80)

    def draw(t, R, means, variances, worth):
        def on(ax):
            ax.scatter(*X.T, c=R[:, 0], cmap="coolwarm", vmin=0, vmax=1, s=18)
            for m, v in zip(means, variances):
                ax.plot(m[0] + 2 * np.sqrt(v[0]) * np.cos(turn), m[1] + 2 * np.sqrt(v[1]) * np.sin(turn), color="black")
            ax.set(
                title=f"round {t}: mean log-likelihood {worth:.3f}",
                xlabel="x0",
                ylabel="x1",
                xlim=(-4, 8),
                ylim=(-5, 6),
            )

        return on

    for t in range(12):
        R = np.asarray(functions.responsibilities(X, weights, means, variances))
        yield draw(t, R, means, variances, float(functions.log_likelihood(X, weights, means, variances)))
        weights, means, variances = (np.asarray(part) for part in functions.update(X, R))
