"""The film of evaluation: a threshold walks down the scores and draws the ROC curve."""

import numpy as np


def frames(functions):
    """Yield a drawing for some thresholds."""
    rng = np.random.default_rng(10)
    y = (rng.uniform(size=80) < 0.3).astype(int)
    scores = rng.normal(size=80) + 1.3 * y
    area = float(functions.roc_auc(y, scores))
    thresholds = np.sort(scores)[::-1]
    tables = [np.asarray(functions.confusion_matrix(y, (scores >= t).astype(int), 2)) for t in thresholds]
    hits = np.array([table[1, 1] / table[1].sum() for table in tables])
    alarms = np.array([table[0, 1] / table[0].sum() for table in tables])

    def draw(t):
        def on(ax):
            ax.plot([0, 1], [0, 1], color="#999999", linewidth=1)
            ax.step(alarms[: t + 1], hits[: t + 1], where="post", color="#0072b2", linewidth=2)
            ax.scatter(alarms[t], hits[t], color="#d55e00", zorder=3)
            ax.set(
                title=f"threshold {thresholds[t]:.2f}; the whole area is {area:.3f}",
                xlim=(-0.02, 1.02),
                ylim=(-0.02, 1.02),
            )
            ax.set(xlabel="share of class 0 called 1", ylabel="share of class 1 called 1")

        return on

    for t in range(0, 80, 6):
        yield draw(t)
