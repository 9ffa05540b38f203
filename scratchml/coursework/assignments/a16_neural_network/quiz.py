"""The network's quiz, from a recorded batch of MLPRegressor."""

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.neural_network import MLPRegressor


def quiz(rng):
    """Ask for the slope of an output weight, and for the slope behind a unit that is off."""
    X, y = rng.integers(1, 5, size=(4, 2)).astype(float), rng.integers(-9, 10, size=4).astype(float)
    for seed in range(100):  # a start where some unit is off for the row and some is on
        model = MLPRegressor(
            hidden_layer_sizes=(3,), solver="sgd", batch_size=1, shuffle=False, alpha=0.0, max_iter=1,
            momentum=0.0, random_state=int(rng.integers(10**6)) + seed,
        )  # fmt: skip
        tr = recorded(model.steps(X, y), model, X, y)
        h = tr[0].activations[0][0]
        if 0 < (h > 0).sum() < 3:
            break
    on, off = int(h.argmax()), int(h.argmin())
    end = tr[0].slopes[-1][0, 0]
    weight = tr[0].coef_slopes[1][on, 0]
    behind = tr[0].coef_slopes[0][0, off]
    out = tr[0].before[1][off, 0]
    told = f"A batch of one row: the hidden values are {number(h)}, the loss's slope in the output is {number(end)}."
    return [
        ask(
            rng,
            f"{told} What is the slope in the output weight of hidden unit {on}?",
            weight,
            (end, h[on], -weight, weight / 2.0),
            because("the hidden value times the slope in the output", tr, 0),
        ),
        ask(
            rng,
            f"{told} Unit {off} is off, its output weight is {number(out)}, and x0 = {number(X[0, 0])}. "
            "What slope reaches its weight from x0?",
            behind,
            (end * out * X[0, 0], end * out, X[0, 0]),
            because("relu is flat there: nothing passes back", tr, 0),
        ),
    ]
