"""The film of SMO: the pairs chosen, and the street they build."""

import numpy as np


def frames(functions):
    """Yield a drawing for each move of the student's SMO."""
    rng = np.random.default_rng(3)
    X = np.vstack([rng.normal(size=(15, 2)) - 1.5, rng.normal(size=(15, 2)) + 1.5])
    y, C = np.repeat([-1, 1], 15), 2.0
    K, alpha = X @ X.T, np.zeros(30)

    def draw(t, alpha, pair, violation):
        w, b = (alpha * y) @ X, float(functions.intercept(K, y, alpha, C))

        def on(ax):
            ax.scatter(*X.T, c=np.where(y > 0, "#d55e00", "#0072b2"), s=20 + 60 * alpha)
            ax.scatter(*X[list(pair)].T, s=220, facecolors="none", edgecolors="black", linewidths=2)
            ends = np.array([-5.0, 5.0])
            if abs(w[1]) > 1e-9:
                for level, style in ((0, "-"), (1, "--"), (-1, "--")):
                    ax.plot(ends, (level - b - w[0] * ends) / w[1], style, color="black", linewidth=1)
            ax.set(title=f"pair {t}: violation {violation:.3f}", xlabel="x0", ylabel="x1", xlim=(-5, 5), ylim=(-5, 5))

        return on

    for t in range(1, 25):
        i, j, violation = functions.violating_pair(K, y, alpha, C)
        if violation < 1e-3:
            return
        alpha = np.asarray(functions.update_pair(K, y, alpha, C, int(i), int(j)))
        yield draw(t, alpha.copy(), (int(i), int(j)), float(violation))
