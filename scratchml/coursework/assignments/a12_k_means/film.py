"""The k-means assignment's film: points and centres, assigned and updated by the student's functions."""

import numpy as np

COLOURS = np.array(["#0072b2", "#d55e00", "#009e73"])


def frames(functions):
    """Yield a drawing for each half-iteration from three poor first centres."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(90, 2)) + np.repeat([[0.0, 0.0], [6.0, 1.0], [2.5, 5.0]], 30, axis=0)
    centres = X[:3].copy()

    def draw(title, labels, places):
        def on(ax):
            ax.scatter(*X.T, c=COLOURS[labels], s=20)
            ax.scatter(*places.T, c=COLOURS, s=220, marker="X", edgecolors="black", linewidths=1.5)
            ax.set(title=title, xlabel="x0", ylabel="x1")

        return on

    before = None
    for t in range(1, 12):
        labels = np.asarray(functions.assign_points(X, centres))
        worth = float(functions.inertia(X, labels, centres))
        yield draw(f"round {t}: assign, inertia {worth:.1f}", labels, centres)
        if before is not None and (before == labels).all():
            return
        before = labels
        centres = np.asarray(functions.update_centres(X, labels, centres))
        yield draw(f"round {t}: update", labels, centres)
