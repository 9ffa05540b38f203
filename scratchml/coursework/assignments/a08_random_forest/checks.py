"""How the random forest assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import exact


def draws(rng):
    """Return draws."""
    return (rng.uniform(size=int(rng.integers(1, 20))),)


def sample(rng):
    """Return a sample's rows and n."""
    n = int(rng.integers(1, 15))
    return rng.integers(0, n, size=n), n


def keys(rng):
    """Return keys and how many features."""
    d = int(rng.integers(1, 9))
    return np.round(rng.uniform(size=d), 3), int(rng.integers(1, d + 1))


def votes(rng):
    """Return the votes of some trees."""
    return (rng.integers(0, 4, size=(int(rng.integers(1, 9)), int(rng.integers(1, 8)))),)


def probabilities(rng):
    """Return the probabilities, in eighths, of some trees."""
    trees, n, k = int(rng.integers(1, 6)), int(rng.integers(1, 8)), int(rng.integers(2, 4))
    first = rng.integers(0, 9, size=(trees, n)) / 8
    rest = np.zeros((trees, n, k - 2))
    return (np.concatenate([first[:, :, None], rest, 1 - first[:, :, None]], axis=2),)


def judged(rng):
    """Return probabilities, who was left out where, and labels."""
    (p,) = probabilities(rng)
    return p, rng.uniform(size=p.shape[:2]) < 0.5, rng.integers(0, p.shape[2], size=p.shape[1])


def names_of_trees_are_free(rng, call):
    """The order of the trees does not matter."""
    (v,) = votes(rng)
    same = np.array_equal(np.asarray(call(v)), np.asarray(call(v[::-1].copy())))
    return None if same else "the vote changes with the order of the trees"


def about_a_third_is_left_out(rng, call):
    """A bootstrap sample leaves out a share of about 1/e of the rows."""
    rows = np.asarray(call(rng.uniform(size=2000)))
    share = 1.0 - len(np.unique(rows)) / 2000
    return None if 0.32 < share < 0.42 else f"the sample leaves out a share of {share:.3f}; about 0.368 is expected"


QUESTIONS = {
    "bootstrap": Question(
        draws,
        edges={"one row": (np.array([0.7]),), "the last row": (np.array([0.999, 0.0]),)},
        same=exact(),
        laws={"about 1/e of the rows are left out": about_a_third_is_left_out},
    ),
    "out_of_bag": Question(sample, edges={"all drawn": (np.arange(3), 3)}, same=exact()),
    "chosen_features": Question(keys, edges={"all": (np.array([0.3, 0.1]), 2)}, same=exact()),
    "vote": Question(
        votes,
        edges={"all differ": (np.array([[2], [0], [1]]),)},
        same=exact(),
        laws={"the order of the trees is free": names_of_trees_are_free},
        growth=Growth(lambda rng, n: (rng.integers(0, 3, size=(5, n)),), 1.0, reason="One count for each row."),
    ),
    "mean_probabilities": Question(probabilities, edges={"one tree": (np.array([[[0.25, 0.75]]]),)}),
    "oob_accuracy": Question(
        judged,
        edges={
            "every tree saw every row": (np.ones((2, 3, 2)) / 2, np.zeros((2, 3), dtype=bool), np.array([0, 1, 0])),
            "a tie": (np.ones((1, 1, 2)) / 2, np.ones((1, 1), dtype=bool), np.array([0])),
        },
    ),
}
