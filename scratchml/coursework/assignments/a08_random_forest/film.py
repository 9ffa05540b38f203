"""The film of a forest: bootstrap samples, and how often each row was left out so far."""

import numpy as np


def frames(functions):
    """Yield a drawing after each tree's sample."""
    rng = np.random.default_rng(2)
    n, times = 30, np.zeros(30)

    def draw(t, rows, times):
        def on(ax):
            ax.bar(
                np.arange(n) - 0.2, np.bincount(rows, minlength=n), width=0.4, color="#0072b2", label="drawn this time"
            )
            ax.bar(np.arange(n) + 0.2, times / t, width=0.4, color="#d55e00", label="share of trees that left it out")
            ax.axhline(np.exp(-1), color="black", linewidth=1)
            ax.legend(loc="upper right")
            ax.set(title=f"tree {t}; the line is 1/e", xlabel="row", ylim=(0, 5))

        return on

    for t in range(1, 21):
        rows = np.asarray(functions.bootstrap(rng.uniform(size=n)))
        times = times + np.asarray(functions.out_of_bag(rows, n))
        yield draw(t, rows, times)
