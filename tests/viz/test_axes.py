"""Every picture may be drawn on axes that are given, and makes its own where none are."""

import inspect

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering as TheirClusters
from sklearn.cluster import KMeans as TheirKMeans
from sklearn.decomposition import PCA as TheirPCA
from sklearn.inspection import permutation_importance as their_importance
from sklearn.linear_model import LogisticRegression as TheirLogistic
from sklearn.linear_model import lasso_path as their_path
from sklearn.mixture import GaussianMixture as TheirMixture
from sklearn.model_selection import KFold as TheirFolds
from sklearn.model_selection import learning_curve as their_learning
from sklearn.model_selection import validation_curve as their_validation
from sklearn.svm import SVC as TheirSVC
from sklearn.tree import DecisionTreeClassifier as TheirTree

from scratchml import viz
from scratchml.core import NotFittedError, record
from scratchml.svm import SVC

PICTURES = [name for name in viz.__all__ if name.startswith("draw_")]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_takes_axes_or_none(name):
    given = inspect.signature(getattr(viz, name)).parameters
    word = "axes" if name == "draw_merges" else "ax"  # two pictures side by side
    assert given[word].default is None


def test_pictures_of_machines_make_their_own_axes_where_none_are_given():
    X, y = np.array([[0.0, 0.0], [0.0, 1.0], [2.0, 0.0], [2.0, 1.0]]), [0, 0, 1, 1]
    model = SVC(kernel="linear")
    steps = record(model.steps(X, y))
    for ax in (viz.draw_gap(steps), viz.draw_margins(model.fit(X, y), X, y), viz.draw_decision_regions(model, X, y)):
        assert ax.has_data()
        plt.close(ax.figure)


RNG = np.random.default_rng(3)
ROWS = RNG.normal(size=(40, 2)) + np.repeat([[0.0, 0.0], [2.5, 1.0]], 20, axis=0)
CLASSES = np.repeat([0, 1], 20)
LOGISTIC = TheirLogistic().fit(ROWS, CLASSES)
SHARES = LOGISTIC.predict_proba(ROWS)[:, 1]
MACHINE = TheirSVC(kernel="linear").fit(ROWS, CLASSES)
CENTRES = TheirKMeans(2, random_state=0, n_init=1).fit(ROWS)
CURVE = {"cv": 3}

THEIRS = {  # what scikit-learn has fitted, predicted or split, drawn by us
    "draw_decision_regions": lambda ax: viz.draw_decision_regions(MACHINE, ROWS, CLASSES, ax=ax),
    "draw_margins": lambda ax: viz.draw_margins(MACHINE, ROWS, CLASSES, ax=ax),
    "draw_tree_path": lambda ax: viz.draw_tree_path(
        TheirTree(max_depth=2).fit(ROWS, CLASSES), ROWS[0], X=ROWS, y=CLASSES, ax=ax
    ),
    "draw_split_curve": lambda ax: viz.draw_split_curve(
        TheirTree(max_depth=2).fit(ROWS, CLASSES), ROWS, CLASSES, 0, ax=ax
    ),
    "plot_dendrogram": lambda ax: viz.plot_dendrogram(TheirClusters(compute_distances=True).fit(ROWS), ax=ax),
    "draw_cells": lambda ax: viz.draw_cells(ROWS, CENTRES.cluster_centers_, CENTRES.labels_, ax=ax),
    "draw_silhouettes": lambda ax: viz.draw_silhouettes(ROWS, CENTRES.labels_, ax=ax),
    "draw_ellipses": lambda ax: viz.draw_ellipses(TheirMixture(2, random_state=0).fit(ROWS), ROWS, ax=ax),
    "draw_coefficient_path": lambda ax: viz.draw_coefficient_path(*their_path(ROWS, SHARES)[:2], ax=ax),
    "draw_confusion_matrix": lambda ax: viz.draw_confusion_matrix(CLASSES, LOGISTIC.predict(ROWS), ax=ax),
    "draw_roc": lambda ax: viz.draw_roc(CLASSES, SHARES, ax=ax),
    "draw_precision_recall": lambda ax: viz.draw_precision_recall(CLASSES, SHARES, ax=ax),
    "draw_calibration": lambda ax: viz.draw_calibration(CLASSES, SHARES, ax=ax),
    "draw_residuals": lambda ax: viz.draw_residuals(CLASSES, SHARES, ax=ax),
    "draw_learning_curve": lambda ax: viz.draw_learning_curve(
        *their_learning(LOGISTIC, ROWS, CLASSES, shuffle=True, random_state=0, **CURVE), ax=ax
    ),
    "draw_validation_curve": lambda ax: viz.draw_validation_curve(
        [0.1, 1.0], *their_validation(LOGISTIC, ROWS, CLASSES, param_name="C", param_range=[0.1, 1.0], **CURVE), ax=ax
    ),
    "draw_cv_splits": lambda ax: viz.draw_cv_splits(TheirFolds(3), ROWS, CLASSES, ax=ax),
    "draw_biplot": lambda ax: viz.draw_biplot(TheirPCA(2).fit(ROWS), ROWS, CLASSES, ax=ax),
    "draw_scree": lambda ax: viz.draw_scree(TheirPCA(2).fit(ROWS), ax=ax),
    "draw_importances": lambda ax: viz.draw_importances(
        their_importance(LOGISTIC, ROWS, CLASSES, n_repeats=2, random_state=0), ax=ax
    ),
    "draw_dependence": lambda ax: viz.draw_dependence(LOGISTIC, ROWS, 0, ax=ax),
}


@pytest.mark.parametrize("name", THEIRS)
def test_what_scikit_learn_has_fitted_is_drawn_on_the_axes_given(name):
    figure, ax = plt.subplots()
    found = THEIRS[name](ax)
    assert found is ax
    assert ax.has_data() or ax.images or ax.texts
    plt.close(figure)


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize("wrong", ["ax", plt.Figure(), np.array([None, None])], ids=["text", "figure", "array"])
def test_axes_that_are_none_are_named(name, wrong):
    with pytest.raises(TypeError, match=r"ax is (of type (str|Figure)|an array)"):
        THEIRS[name](wrong)


UNFITTED = {
    "draw_decision_regions": lambda: viz.draw_decision_regions(SVC(), ROWS, CLASSES),
    "draw_margins": lambda: viz.draw_margins(SVC(), ROWS, CLASSES),
    "draw_tree_path": lambda: viz.draw_tree_path(TheirTree(), ROWS[0]),
    "draw_split_curve": lambda: viz.draw_split_curve(TheirTree(), ROWS, CLASSES, 0),
    "draw_ellipses": lambda: viz.draw_ellipses(TheirMixture(2), ROWS),
    "draw_biplot": lambda: viz.draw_biplot(TheirPCA(2), ROWS),
    "draw_scree": lambda: viz.draw_scree(TheirPCA(2)),
    "plot_dendrogram": lambda: viz.plot_dendrogram(TheirClusters()),
}


@pytest.mark.parametrize("name", UNFITTED)
def test_what_is_not_fitted_is_said_to_be_so(name):
    pictures = plt.get_fignums()
    with pytest.raises(NotFittedError, match="not fitted yet"):
        UNFITTED[name]()
    assert plt.get_fignums() == pictures  # no empty one is left behind


def test_rows_that_do_not_belong_to_the_model_are_named():
    pictures = plt.get_fignums()
    with pytest.raises(ValueError, match=r"y has shape \(3,\) for 40 rows"):
        viz.draw_margins(MACHINE, ROWS, CLASSES[:3])
    with pytest.raises(ValueError, match="X has 3 rows, and row"):
        viz.draw_margins(MACHINE, ROWS[:3], CLASSES[:3])
    with pytest.raises(ValueError, match="LogisticRegression keeps no support vectors"):
        viz.draw_margins(LOGISTIC, ROWS, CLASSES)
    with pytest.raises(ValueError, match=r"y has shape \(3,\) for 40 rows"):
        viz.draw_biplot(TheirPCA(2).fit(ROWS), ROWS, CLASSES[:3])
    with pytest.raises(ValueError, match=r"of shape \(3, 2\)"):
        viz.plot_dendrogram(np.ones((3, 2)))
    with pytest.raises(ValueError, match="step 'x' has no candidates"):
        viz.draw_split("x")
    with pytest.raises(TypeError, match="env=None is no environment"):
        viz.draw_values(None, [1.0, 2.0])
    with pytest.raises(TypeError, match="loss=3 is no function"):
        viz.draw_loss_surface(3)
    with pytest.raises(ValueError, match="nowhere finite"):
        viz.draw_loss_surface(lambda a, b: np.nan, fine=3)
    with pytest.raises(TypeError, match="no weights"):
        viz.draw_weight_plane(None, ROWS, CLASSES, [1, 2])
    assert plt.get_fignums() == pictures  # no empty one is left behind


def test_a_street_names_its_axes_and_classes():
    ax = viz.draw_margins(MACHINE, ROWS, CLASSES)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x0", "x1")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["0", "1"]
    assert ax.get_title() == f"SVC: {len(MACHINE.support_)} support vectors (ringed)"
    plt.close(ax.figure)
