"""Pictures of predictions show the values that they are said to show, of our models and of scikit-learn's."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.calibration import calibration_curve as their_calibration
from sklearn.linear_model import LogisticRegression as TheirLogistic
from sklearn.metrics import average_precision_score, roc_auc_score

from scratchml.linear_model import LogisticRegression
from scratchml.viz import (
    draw_calibration,
    draw_confusion_matrix,
    draw_precision_recall,
    draw_residuals,
    draw_roc,
)


@pytest.fixture
def axes():
    fig, axes = plt.subplots()
    yield axes
    plt.close(fig)


@pytest.fixture
def two_classes(rng):
    X = rng.normal(size=(200, 2))
    return X, np.where(X[:, 0] + rng.normal(size=200) > 0.5, "sick", "healthy")


# --- by hand


def test_each_cell_holds_its_number_of_rows(axes):
    assert draw_confusion_matrix(["a", "a", "b", "c"], ["a", "b", "b", "b"], ax=axes) is axes
    assert [text.get_text() for text in axes.texts] == ["1", "1", "0", "0", "1", "0", "0", "1", "0"]
    np.testing.assert_array_equal(axes.images[0].get_array(), [[1, 1, 0], [0, 1, 0], [0, 1, 0]])
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b", "c"]
    assert axes.get_title() == "rows; accuracy 0.500"


def test_shares_of_a_row_are_written_with_the_names_given(axes):
    names = ["no", "yes"]
    draw_confusion_matrix([0, 0, 0, 1], [0, 0, 1, 1], normalize="true", class_names=names, labels=[1, 0], ax=axes)
    assert [text.get_text() for text in axes.texts] == ["1.00", "0.00", "0.33", "0.67"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == names


def test_a_roc_of_four_rows_has_the_corners_of_the_textbook(axes):
    assert draw_roc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], ax=axes) is axes
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), [[0, 0], [0, 0.5], [0.5, 0.5], [0.5, 1], [1, 1]])
    assert axes.lines[0].get_label() == "AUC 0.750"  # three of the four pairs are in order
    np.testing.assert_array_equal(axes.lines[1].get_xydata(), [[0, 0], [1, 1]])


def test_calibration_by_hand_in_two_bins(axes):
    draw_calibration([0, 1, 1, 1], [0.1, 0.3, 0.6, 1.0], n_bins=2, ax=axes)
    # halves of [0.1, 0.3] came true, and all of [0.6, 1.0]
    np.testing.assert_allclose(axes.lines[0].get_xydata(), [[0.2, 0.5], [0.8, 1.0]], rtol=1e-15)  # one rounding
    np.testing.assert_array_equal(axes.collections[0].get_offsets(), axes.lines[0].get_xydata())


def test_residuals_stand_over_the_predictions_and_their_mean_shows_the_bend(axes):
    x = np.linspace(-1, 1, 201)
    said = np.polynomial.Polynomial.fit(x, x**2 + x, 1)(x)
    draw_residuals(x**2 + x, said, ax=axes)
    np.testing.assert_array_equal(axes.collections[0].get_offsets(), np.column_stack([said, x**2 + x - said]))
    means = axes.lines[1].get_ydata()
    assert len(means) == 10
    assert means[0] > 0 > means[4]
    assert means[-1] > 0
    assert "RMSE 0.30" in axes.get_title()  # sqrt of the variance of x^2: sqrt(4 / 45) = 0.298


# --- outside reference


@pytest.mark.parametrize("kind", [LogisticRegression, TheirLogistic])
def test_curves_of_probabilities_take_the_larger_label_for_positive(two_classes, axes, kind):
    X, y = two_classes
    model = kind().fit(X, y)
    p = model.predict_proba(X)
    draw_roc(y, {"p": p, "f": model.decision_function(X)}, ax=axes)
    area = roc_auc_score(y == "sick", p[:, 1])
    assert [line.get_label() for line in axes.lines[:2]] == [f"p: AUC {area:.3f}", f"f: AUC {area:.3f}"]
    drawn = axes.lines[0].get_xydata()
    assert np.trapezoid(drawn[:, 1], drawn[:, 0]) == pytest.approx(area, rel=1e-12)


def test_the_area_under_the_stairs_is_the_average_precision(two_classes, axes):
    X, y = two_classes
    draw_precision_recall(y, X[:, 0], ax=axes)
    recall, precision = axes.lines[0].get_data()
    assert axes.lines[0].get_drawstyle() == "steps-post"
    expected = average_precision_score(y == "sick", X[:, 0])
    assert -np.sum(np.diff(recall) * precision[:-1]) == pytest.approx(expected, rel=1e-12)
    assert axes.lines[0].get_label() == f"AP {expected:.3f}"
    assert set(axes.lines[1].get_ydata()) == {np.mean(y == "sick")}


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_calibration_is_the_references(two_classes, axes, strategy):
    X, y = two_classes
    p = LogisticRegression().fit(X, y).predict_proba(X)
    draw_calibration(y, p, strategy=strategy, n_bins=7, ax=axes)
    share, said = their_calibration(y == "sick", p[:, 1], strategy=strategy, n_bins=7)
    np.testing.assert_allclose(axes.lines[0].get_xydata(), np.column_stack([said, share]), rtol=1e-12, atol=0)


# --- laws


def test_of_three_classes_each_is_drawn_against_the_rest(rng, axes):
    y, p = np.arange(60) % 3, rng.dirichlet(np.ones(3), 60)
    draw_roc(y, p, ax=axes)
    labels = [line.get_label() for line in axes.lines[:3]]
    assert labels == [f"class {j}: AUC {roc_auc_score(y == j, p[:, j]):.3f}" for j in range(3)]
    axes.clear()
    draw_roc(y, {"mine": p}, pos_label=2, ax=axes)
    assert axes.lines[0].get_label() == f"mine: AUC {roc_auc_score(y == 2, p[:, 2]):.3f}"


def test_the_sizes_of_the_marks_grow_with_the_rows_of_a_bin(axes):
    draw_calibration([0, 0, 0, 1, 1], [0.1, 0.1, 0.1, 0.9, 0.9], n_bins=2, ax=axes)
    few, many = sorted(axes.collections[0].get_sizes())
    assert few < many
    assert axes.collections[0].get_sizes()[0] == many


# --- edges and errors


def test_what_cannot_be_drawn_says_so(axes):
    with pytest.raises(ValueError, match="one class, 1"):
        draw_roc([1, 1], [0.1, 0.2], ax=axes)
    with pytest.raises(ValueError, match="pos_label=7"):
        draw_roc([0, 1], [0.1, 0.2], pos_label=7, ax=axes)
    with pytest.raises(ValueError, match="3 rows and y_true 2"):
        draw_precision_recall([0, 1], [0.1, 0.2, 0.3], ax=axes)
    with pytest.raises(ValueError, match="one column for each class"):
        draw_roc([0, 1, 2], [0.1, 0.2, 0.3], ax=axes)
    with pytest.raises(ValueError, match="give probabilities"):
        draw_calibration([0, 1], [-2.0, 3.0], ax=axes)
    with pytest.raises(ValueError, match="strategy"):
        draw_calibration([0, 1], [0.0, 1.0], strategy="best", ax=axes)
    with pytest.raises(ValueError, match="1 names for 2"):
        draw_confusion_matrix([0, 1], [0, 1], class_names=["no"], ax=axes)
    with pytest.raises(ValueError, match="NaN"):
        draw_residuals([0.0, np.nan], [0.0, 1.0], ax=axes)
    plt.close(draw_residuals([0.0], [1.0]).figure)  # one row has no R2
