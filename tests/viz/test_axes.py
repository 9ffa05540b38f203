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
from scratchml.core import record
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
