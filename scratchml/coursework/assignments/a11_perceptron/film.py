"""The perceptron's film: the boundary after each mistake."""

import numpy as np


def frames(functions):
    """Yield a drawing for each mistake of the student's perceptron."""
    rng = np.random.default_rng(2)
    X = np.vstack([rng.normal(size=(20, 2)) * 1.2 - 1.2, rng.normal(size=(20, 2)) * 1.2 + 1.2])
    y = np.repeat([-1, 1], 20)
    order = rng.permutation(40)
    w, b, mistakes = np.zeros(2), 0.0, 0

    def draw(title, w, b, i):
        def on(ax):
            ax.scatter(*X.T, c=np.where(y > 0, "#d55e00", "#0072b2"), s=22)
            ax.scatter(*X[i], s=160, facecolors="none", edgecolors="black", linewidths=2)
            ends = np.array([-6.0, 6.0])
            if abs(w[1]) > 1e-12:
                ax.plot(ends, -(w[0] * ends + b) / w[1], color="black", linewidth=2)
            ax.set(title=title, xlabel="x0", ylabel="x1", xlim=(-6, 6), ylim=(-6, 6))

        return on

    for epoch in range(4):
        for i in order:
            w, b, mistake = functions.update(X[i], int(y[i]), w, b, 1.0)
            if mistake and mistakes < 20:
                mistakes += 1
                yield draw(f"epoch {epoch + 1}: mistake {mistakes}, the line moves", np.array(w), float(b), i)
    yield draw(f"{mistakes} mistakes in four epochs", np.array(w), float(b), order[0])
