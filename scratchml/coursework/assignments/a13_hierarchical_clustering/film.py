"""The film of hierarchical clustering: the student's merges, and the dendrogram that grows from them."""

import numpy as np


def frames(functions):
    """Yield a drawing after each merge of twelve points."""
    rng = np.random.default_rng(4)
    X = np.sort(rng.normal(size=(12, 1)) + np.repeat([[0.0], [5.0], [9.0]], 4, axis=0), axis=0)
    merges = np.asarray(functions.linkage(X, "average"))

    def draw(t):
        def on(ax):
            place, height = {i: float(x) for i, x in enumerate(X[:, 0])}, dict.fromkeys(range(12), 0.0)
            ax.scatter(X[:, 0], np.zeros(12), color="#0072b2", zorder=3)
            for made, (i, j, distance, _) in enumerate(merges[:t]):
                colour = "#d55e00" if made == t - 1 else "#555555"
                a, b = int(i), int(j)
                corners = [place[a], place[a], place[b], place[b]]
                ax.plot(corners, [height[a], distance, distance, height[b]], color=colour, linewidth=2)
                place[12 + made], height[12 + made] = (place[a] + place[b]) / 2, float(distance)
            last = merges[t - 1]
            ax.set(title=f"merge {t}: clusters {int(last[0])} and {int(last[1])} at distance {last[2]:.2f}")
            ax.set(xlabel="x", ylabel="distance", ylim=(-0.3, merges[-1, 2] * 1.08))

        return on

    for t in range(1, len(merges) + 1):
        yield draw(t)
