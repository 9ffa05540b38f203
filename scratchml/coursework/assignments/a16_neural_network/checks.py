"""How the neural network assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question


def network(rng):
    """Return rows and the weights of a network whose layers have different widths."""
    n, d, h, k = (int(v) for v in rng.integers([2, 1, 2, 1], [8, 4, 6, 4]))
    parts = [np.round(rng.normal(size=shape), 1) for shape in ((n, d), (d, h), (h,), (h, k), (k,))]
    return tuple(parts)


def with_targets(rng):
    """Return rows, targets and weights."""
    X, *weights = network(rng)
    return X, np.round(rng.normal(size=(len(X), weights[-1].shape[0])), 1), *weights


def scores_and_targets(rng):
    """Return scores and targets."""
    shape = (int(rng.integers(1, 9)), int(rng.integers(1, 4)))
    return np.round(rng.normal(size=shape), 1), np.round(rng.normal(size=shape), 1)


def draws(rng):
    """Return draws for weights."""
    return (rng.uniform(size=(int(rng.integers(1, 6)), int(rng.integers(1, 6)))),)


def hidden(rng):
    """Return a layer's outputs, draws and a rate."""
    shape = (int(rng.integers(1, 6)), int(rng.integers(1, 6)))
    return np.round(rng.normal(size=shape), 1), rng.uniform(size=shape), float(rng.choice([0.0, 0.25, 0.5]))


def slopes_are_those_of_the_loss(rng, call):
    """Central differences of the loss give the same slopes."""
    X, Y, *weights = with_targets(rng)
    weights = [w + 0.013 for w in weights]  # away from the bend
    slopes = [np.asarray(slope, dtype=float) for slope in call(X, Y, *weights)]

    def value(weights):
        W1, b1, W2, b2 = weights
        return 0.5 * ((np.maximum(X @ W1 + b1, 0.0) @ W2 + b2 - Y) ** 2).sum() / len(X)

    for number, (name, slope) in enumerate(zip(("W1", "b1", "W2", "b2"), slopes)):
        direction, h = rng.normal(size=weights[number].shape), 1e-6
        ahead, back = list(weights), list(weights)
        ahead[number], back[number] = weights[number] + h * direction, weights[number] - h * direction
        measured = (value(ahead) - value(back)) / (2 * h)
        if slope.shape != direction.shape or abs((slope * direction).sum() - measured) > 1e-4 * max(1.0, abs(measured)):
            return f"the slope in {name} is not that of the loss, by central differences"
    return None


def keeps_the_mean(rng, call):
    """On average dropout changes nothing."""
    H = np.ones((40, 50))
    mean = float(np.mean(call(H, rng.uniform(size=H.shape), 0.5)))
    return None if abs(mean - 1.0) < 0.12 else f"the mean of a layer of ones becomes {mean:.2f}"


ONE = (np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.zeros(1))
QUESTIONS = {
    "forward": Question(network, edges={"nothing passes": (np.array([[-1.0]]), *ONE)}),
    "loss": Question(scores_and_targets, edges={"perfect": (np.ones((2, 2)), np.ones((2, 2)))}),
    "backward": Question(
        with_targets,
        edges={"at the bend": (np.zeros((2, 1)), np.ones((2, 1)), *ONE)},
        gradient=True,
        laws={"the slopes are those of the loss": slopes_are_those_of_the_loss},
        growth=Growth(
            lambda rng, n: (
                rng.normal(size=(n, 2)),
                rng.normal(size=(n, 1)),
                np.ones((2, 3)),
                np.zeros(3),
                np.ones((3, 1)),
                np.zeros(1),
            ),
            1.0,
            reason="One pass forward and one backward over the rows is enough.",
        ),
    ),
    "glorot": Question(draws, edges={"one weight": (np.array([[0.25]]),)}),
    "dropout": Question(
        hidden,
        edges={"nothing dropped": (np.ones((1, 2)), np.zeros((1, 2)), 0.0)},
        laws={"the mean stays": keeps_the_mean},
    ),
}
