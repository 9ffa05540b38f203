"""Pictures of curves and splits show the scores and the rows that they are said to show."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sklearn.model_selection as theirs
from matplotlib.colors import to_hex

from scratchml.linear_model import Ridge
from scratchml.model_selection import KFold, PredefinedSplit, TimeSeriesSplit, learning_curve, validation_curve
from scratchml.viz import draw_cv_splits, draw_learning_curve, draw_validation_curve
from scratchml.viz.selection import BLUE, LIGHT, ORANGE


@pytest.fixture
def axes():
    fig, axes = plt.subplots()
    yield axes
    plt.close(fig)


def rows_in(collection, colour):
    """Return the rows that a bar shows in a colour."""
    rows = []
    for path, face in zip(collection.get_paths(), collection.get_facecolors()):
        if to_hex(face).upper() == colour:
            x = path.vertices[:, 0]
            rows.extend(range(round(x.min()), round(x.max())))
    return rows


def test_a_learning_curve_shows_the_means_of_the_folds(rng, axes):
    X = rng.normal(size=(60, 3))
    found = learning_curve(Ridge(), X, X[:, 0] + rng.normal(size=60), cv=3)
    assert draw_learning_curve(*found, score_name="R2", ax=axes) is axes
    train, test = axes.lines
    np.testing.assert_array_equal(test.get_xdata(), found[0])
    np.testing.assert_array_equal(train.get_ydata(), found[1].mean(axis=1))
    np.testing.assert_array_equal(test.get_ydata(), found[2].mean(axis=1))
    low, high = (edge(axes.collections[1].get_paths()[0].vertices[:, 1]) for edge in (np.min, np.max))
    mean, spread = found[2].mean(axis=1), found[2].std(axis=1)
    assert (low, high) == ((mean - spread).min(), (mean + spread).max())
    assert axes.get_ylabel() == "R2"


def test_a_validation_curve_rings_the_best_and_is_logarithmic_where_values_are(rng, axes):
    X = rng.normal(size=(40, 8))
    alphas = [0.01, 1.0, 30.0, 1000.0]
    train, test = validation_curve(
        Ridge(), X, X[:, 0] + 2 * rng.normal(size=40), param_name="alpha", param_range=alphas
    )
    draw_validation_curve(alphas, train, test, param_name="alpha", ax=axes)
    best = int(np.argmax(test.mean(axis=1)))
    np.testing.assert_array_equal(axes.collections[-1].get_offsets(), [[alphas[best], test.mean(axis=1)[best]]])
    assert axes.get_xscale() == "log"
    assert axes.get_title().startswith(f"best: alpha = {alphas[best]:.4g}")


def test_words_stand_side_by_side_and_a_failed_fold_is_never_best(axes):
    draw_validation_curve(["l1", "l2", None], [[1.0]] * 3, [[np.nan], [0.5], [0.25]], param_name="penalty", ax=axes)
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["l1", "l2", "None"]
    assert axes.get_title() == "best: penalty = l2, score 0.500"


@pytest.mark.parametrize("room", [{"KFold": KFold, "TimeSeriesSplit": TimeSeriesSplit}, vars(theirs)])
def test_each_bar_holds_the_rows_of_its_split(axes, room):
    X = np.zeros((23, 1))
    for cv in (room["KFold"](4, shuffle=True, random_state=0), room["TimeSeriesSplit"](3)):
        axes.clear()
        draw_cv_splits(cv, X, ax=axes)
        splits = list(cv.split(X))
        assert len(axes.collections) == len(splits)
        for bar, (train, test) in zip(axes.collections, splits):
            assert rows_in(bar, BLUE) == sorted(train)
            assert rows_in(bar, ORANGE) == sorted(test)
            assert rows_in(bar, LIGHT) == sorted(set(range(23)) - set(train) - set(test))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", "test", "left out"]


def test_classes_and_groups_are_stripes_below_but_many_targets_are_not(axes):
    X, y = np.zeros((30, 1)), np.repeat(["a", "b", "c"], 10)
    groups = np.repeat([5, 6], 15)
    draw_cv_splits(KFold(2), X, y, groups, ax=axes)
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["split 0", "split 1", "class", "group"]
    assert [len(bar.get_paths()) for bar in axes.collections] == [2, 2, 3, 2]
    axes.clear()
    draw_cv_splits(KFold(2), X, np.arange(30.0), ax=axes)
    assert len(axes.collections) == 2


def test_what_cannot_be_drawn_says_so(axes):
    with pytest.raises(ValueError, match=r"train_scores has shape \(1, 2\) for 2 places"):
        draw_learning_curve([1, 2], [[0.0, 1.0]], [[0.0, 1.0]], ax=axes)
    with pytest.raises(ValueError, match="failed fold"):
        draw_validation_curve([1], [[0.0]], [[np.nan]], ax=axes)
    with pytest.raises(TypeError, match="cv=5 has no split"):
        draw_cv_splits(5, [[0.0]], ax=axes)
    with pytest.raises(ValueError, match="made no split"):
        draw_cv_splits(PredefinedSplit([-1, -1]), [[0.0], [1.0]], ax=axes)
