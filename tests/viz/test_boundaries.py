"""Pictures of planes and of paths show what the model says, of our models and of scikit-learn's."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from sklearn.feature_selection import RFE as TheirRFE
from sklearn.linear_model import LogisticRegression as TheirLogistic
from sklearn.svm import SVC as TheirSVC

from scratchml.ensemble import IsolationForest
from scratchml.linear_model import LinearRegression, LogisticRegression, Perceptron, lasso_path
from scratchml.neighbors import KNeighborsClassifier
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import StandardScaler
from scratchml.svm import SVC
from scratchml.viz import draw_coefficient_path, draw_decision_regions
from scratchml.viz.boundaries import COLOURS, FULL

GRID = 21


@pytest.fixture
def axes():
    fig, axes = plt.subplots()
    yield axes
    plt.close(fig)


def places_of(axes):
    """Return the places of the grid under a picture, in the order of its cells."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    return np.stack(np.meshgrid(np.linspace(left, right, GRID), np.linspace(low, high, GRID)), -1).reshape(-1, 2)


def border_of(collection):
    """Return the places (m, 2) of a contour line."""
    return np.vstack([path.vertices for path in collection.get_paths()])


@pytest.mark.parametrize("kind", [LogisticRegression, TheirLogistic])
def test_each_place_has_the_colour_of_its_class_the_surer_the_fuller(rng, axes, kind):
    X = rng.normal(size=(90, 2))
    y = np.array(["a", "b", "c"])[np.digitize(X[:, 0] + 0.2 * X[:, 1], [-0.5, 0.5])]
    model = kind().fit(X, y)
    assert draw_decision_regions(model, X, y, grid=GRID, ax=axes) is axes
    image, p = np.asarray(axes.images[0].get_array()).reshape(-1, 4), model.predict_proba(places_of(axes))
    assert [to_hex(c).upper() for c in image[:, :3]] == [COLOURS[j] for j in p.argmax(axis=1)]
    sureness = 1.5 * (p.max(axis=1) - 1 / 3)
    np.testing.assert_allclose(image[:, 3], 0.06 + (FULL - 0.06) * sureness, rtol=0, atol=1e-9)  # grid is rounded
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b", "c"]


@pytest.mark.parametrize("kind", [SVC, TheirSVC])
def test_a_machine_shows_its_street_and_rings_its_vectors(rng, axes, kind):
    X = rng.normal(size=(60, 2))
    y = (X[:, 0] > 0).astype(int)
    model = make_pipeline(StandardScaler(), kind(kernel="linear", C=10.0)).fit(X, y)
    draw_decision_regions(model, X, y, grid=GRID, ax=axes)
    lines = axes.collections[:3]
    for level, line in zip((-1.0, 0.0, 1.0), lines):
        # a linear f is met exactly by linear interpolation
        np.testing.assert_allclose(model.decision_function(border_of(line)), level, rtol=0, atol=1e-9)
    rings = axes.collections[-1]
    np.testing.assert_array_equal(rings.get_offsets(), X[model[-1].support_])


def test_the_border_of_two_classes_is_where_both_are_as_likely(rng, axes):
    X = rng.normal(size=(80, 2))
    y = (X @ [1.0, 2.0] + rng.normal(size=80) > 0).astype(int)
    model = LogisticRegression().fit(X, y)
    draw_decision_regions(model, X, y, ax=axes)
    p = model.predict_proba(border_of(axes.collections[0]))[:, 1]
    np.testing.assert_allclose(p, 0.5, rtol=0, atol=1e-3)  # p is curved between two places of the grid


def test_models_without_probabilities_and_without_classes_are_drawn_too(rng, axes):
    X = rng.normal(size=(60, 2))
    y = np.digitize(X[:, 0], [-0.5, 0.5])
    for model in (Perceptron(random_state=0).fit(X, y), KNeighborsClassifier(3).fit(X, y)):
        for method in ("auto", "predict"):
            axes.clear()
            draw_decision_regions(model, X, y, response_method=method, grid=GRID, ax=axes)
            image = np.asarray(axes.images[0].get_array()).reshape(-1, 4)
            said = model.predict(places_of(axes))
            agree = np.mean([to_hex(c).upper() == COLOURS[j] for c, j in zip(image[:, :3], said)])
            assert agree > 0.98  # ties of votes on the rounded grid
    axes.clear()
    draw_decision_regions(LinearRegression().fit(X, X[:, 0]), X, grid=GRID, ax=axes)
    assert axes.figure.axes[-1].get_ylabel() == "prediction"
    axes.clear()
    forest = IsolationForest(n_estimators=5, random_state=0).fit(X)
    draw_decision_regions(forest, X, response_method="decision_function", grid=GRID, ax=axes)
    assert axes.figure.axes[-1].get_ylabel() == "decision_function"


def test_a_selectors_mask_of_columns_is_no_row_to_ring(rng, axes):
    X = rng.normal(size=(30, 2))
    y = (X[:, 0] > 0).astype(int)
    draw_decision_regions(TheirRFE(TheirLogistic(), n_features_to_select=1).fit(X, y), X, y, grid=GRID, ax=axes)
    assert len(axes.collections) == 3  # the border and the rows of two classes


def test_a_data_frame_names_the_axes_and_warns_of_nothing(rng, axes):
    X = pd.DataFrame(rng.normal(size=(40, 2)), columns=["width", "length"])
    model = LogisticRegression().fit(X, X["width"] > 0)
    draw_decision_regions(model, X, X["width"] > 0, grid=GRID, ax=axes)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("width", "length")


def test_a_coefficient_path_starts_at_the_strongest_penalty(rng, axes):
    X = rng.normal(size=(50, 4))
    alphas, coefs, _ = lasso_path(X, X @ [3.0, -2.0, 0.0, 0.5], alphas=20)
    draw_coefficient_path(
        alphas[::-1], coefs[:, ::-1], feature_names=list("abcd"), max_names=3, chosen=0.1, ax=axes
    )  # in any order
    for f in range(4):
        np.testing.assert_array_equal(axes.lines[f].get_data(), [alphas, coefs[f]])
    assert axes.get_xlim() == (alphas.max(), alphas.min())
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b", "d", "chosen: 0.1"]


def test_what_cannot_be_drawn_says_so(rng, axes):
    X = rng.normal(size=(20, 2))
    y = X[:, 0] > 0
    model = LogisticRegression().fit(X, y)
    with pytest.raises(ValueError, match="two columns"):
        draw_decision_regions(model, np.c_[X, X], y, ax=axes)
    with pytest.raises(ValueError, match=r"y has shape \(3,\) for 20 rows"):
        draw_decision_regions(model, X, y[:3], ax=axes)
    with pytest.raises(ValueError, match="Perceptron has no predict_proba"):
        draw_decision_regions(Perceptron().fit(X, y), X, y, response_method="predict_proba", ax=axes)
    with pytest.raises(ValueError, match=r"coefs has shape \(1, 2\)"):
        draw_coefficient_path([1.0], [[1.0, 2.0]], ax=axes)
    with pytest.raises(ValueError, match="positive penalties"):
        draw_coefficient_path([0.0, 1.0], [[1.0, 2.0]], ax=axes)
