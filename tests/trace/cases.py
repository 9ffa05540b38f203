"""What is fitted, to what, for the tests of formulas."""

import warnings

import numpy as np

from scratchml import trace
from scratchml.cluster import DBSCAN, AgglomerativeClustering, KMeans, MiniBatchKMeans
from scratchml.decomposition import PCA, IncrementalPCA
from scratchml.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
)
from scratchml.feature_selection import RFE, RFECV
from scratchml.imbalance import (
    ADASYN,
    SMOTE,
    SMOTEENN,
    SMOTENC,
    BorderlineSMOTE,
    ClusterCentroids,
    EditedNearestNeighbours,
    NearMiss,
    RandomOverSampler,
    RandomUnderSampler,
    TomekLinks,
)
from scratchml.linear_model import (
    ElasticNet,
    ElasticNetCV,
    Lasso,
    LassoCV,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    Ridge,
    RidgeClassifierCV,
    RidgeCV,
    SGDClassifier,
)
from scratchml.mixture import GaussianMixture
from scratchml.model_selection import GridSearchCV
from scratchml.neighbors import LocalOutlierFactor
from scratchml.neural_network import MLPClassifier
from scratchml.preprocessing import MinMaxScaler, RobustScaler, StandardScaler
from scratchml.rl import FrozenLake, QLearning
from scratchml.svm import SVC, SVR, LinearSVC
from scratchml.tree import DecisionTreeClassifier, DecisionTreeRegressor

RNG = np.random.default_rng(7)
X = RNG.normal(size=(30, 2))
LABELS = (X[:, 0] + X[:, 1] ** 2 > 0.3).astype(int)
THREE = LABELS + (X[:, 1] > 0.5)
RARE = (np.arange(30) < 9).astype(int)
TARGET = X @ [1.0, 2.0] + 0.3 * RNG.normal(size=30)

# what is fitted, to what, and the steps of which a formula must state a number that the step states as well
CASES = {
    "k-means": (KMeans(3, random_state=0), THREE, {"assign", "update"}),
    "ward": (AgglomerativeClustering(), None, {"merge"}),
    "average": (AgglomerativeClustering(linkage="average"), None, {"merge"}),
    "single": (AgglomerativeClustering(linkage="single"), None, {"merge"}),
    "complete": (AgglomerativeClustering(linkage="complete"), None, {"merge"}),
    "city blocks": (AgglomerativeClustering(linkage="average", metric="manhattan"), None, {"merge"}),
    "ward along edges": (AgglomerativeClustering(connectivity=np.ones((30, 30))), None, {"merge"}),
    "gini": (DecisionTreeClassifier(), THREE, {"split", "leaf"}),
    "entropy": (DecisionTreeClassifier(criterion="entropy"), THREE, {"split", "leaf"}),
    "variance": (DecisionTreeRegressor(max_depth=3), TARGET, {"split", "leaf"}),
    "absolute errors": (DecisionTreeRegressor(criterion="absolute_error", max_depth=3), TARGET, {"split", "leaf"}),
    "counts": (DecisionTreeRegressor(criterion="poisson", max_depth=3), np.abs(TARGET), {"split", "leaf"}),
    "pruned": (DecisionTreeClassifier(ccp_alpha=0.03), THREE, {"split", "leaf", "cut"}),
    "SMO": (SVC(), LABELS, {"move"}),
    "SMO linear": (SVC(kernel="linear"), LABELS, {"move"}),
    "SMO pairs": (SVC(), THREE, {"move"}),
    "SMO regression": (SVR(), TARGET, {"move", "climb", "end"}),
    "SMO polynomial": (SVC(kernel="poly"), LABELS, {"move"}),
    "SMO sigmoid": (SVC(kernel="sigmoid", coef0=0.1), LABELS, {"move"}),
    "linear machine": (LinearSVC(), LABELS, set()),
    "logistic L-BFGS": (LogisticRegression(), LABELS, {"update"}),
    "logistic by gradients": (LogisticRegression(solver="gd", max_iter=20), LABELS, {"update"}),
    "lasso": (Lasso(0.1), TARGET, {"pass"}),
    "elastic net": (ElasticNet(0.1), TARGET, {"pass"}),
    "EM": (GaussianMixture(2, random_state=0), None, {"expect", "maximise"}),
    "EM diag": (GaussianMixture(2, covariance_type="diag", random_state=0), None, {"expect", "maximise"}),
    "EM tied": (GaussianMixture(2, covariance_type="tied", random_state=0), None, {"expect", "maximise"}),
    "EM spherical": (GaussianMixture(2, covariance_type="spherical", random_state=0), None, {"expect", "maximise"}),
    "boosting": (GradientBoostingRegressor(n_estimators=4), TARGET, {"round"}),
    "boosting absolute errors": (GradientBoostingRegressor(loss="absolute_error", n_estimators=4), TARGET, {"round"}),
    "boosting a quantile": (GradientBoostingRegressor(loss="quantile", alpha=0.7, n_estimators=4), TARGET, {"round"}),
    "boosting Huber's": (GradientBoostingRegressor(loss="huber", n_estimators=4), TARGET, {"round"}),
    "boosting exponential": (GradientBoostingClassifier(loss="exponential", n_estimators=3), LABELS, {"round"}),
    "boosting two classes": (GradientBoostingClassifier(n_estimators=3), LABELS, {"round"}),
    "boosting three classes": (GradientBoostingClassifier(n_estimators=2), THREE, {"round"}),
    "boosting, rows held out": (GradientBoostingRegressor(n_estimators=3, n_iter_no_change=2), TARGET, {"round"}),
    "forest": (RandomForestClassifier(2, max_depth=2, random_state=0), THREE, {"tree"}),
    "histogram boosting": (HistGradientBoostingRegressor(max_iter=3), TARGET, {"start", "round"}),
    "histogram boosting classes": (HistGradientBoostingClassifier(max_iter=2), LABELS, {"start", "round"}),
    "AdaBoost": (AdaBoostClassifier(n_estimators=4), THREE, {"round"}),
    "SGD": (SGDClassifier(max_iter=5, tol=None, random_state=0), LABELS, {"epoch"}),
    "PCA": (PCA(), None, {"centre", "covariance", "decompose"}),
    "PCA by batches": (IncrementalPCA(2, batch_size=10), None, {"batch"}),
    "MLP": (MLPClassifier((4,), max_iter=5, random_state=0), LABELS, {"epoch"}),
    "least squares": (LinearRegression(), TARGET, {"centre", "gram", "solve"}),
    "least squares by gradients": (LinearRegression(solver="gd"), TARGET, {"centre", "gram", "descend"}),
    "nonnegative": (LinearRegression(positive=True), TARGET, {"exchange", "refine"}),
    "ridge": (Ridge(2.0), TARGET, {"centre", "gram", "solve"}),
    "ridge leaving one out": (RidgeCV(), TARGET, {"score", "solve"}),
    "ridge classes leaving one out": (RidgeClassifierCV(), THREE, {"score", "solve"}),
    "ridge by folds": (RidgeCV(cv=3), TARGET, {"score", "solve"}),
    "lasso by folds": (LassoCV(cv=3, alphas=4), TARGET, {"grid", "score", "choose"}),
    "elastic net by folds": (ElasticNetCV(cv=3, alphas=4, l1_ratio=[0.5, 0.9]), TARGET, {"grid", "score", "choose"}),
    "logistic by folds": (LogisticRegressionCV(cv=2, Cs=2), LABELS, {"paths"}),
    "elimination": (RFE(LinearRegression(), n_features_to_select=1), TARGET, {"drop"}),
    "elimination by folds": (RFECV(Ridge(), cv=3), TARGET, {"fold", "fit"}),
    "outlier factor": (LocalOutlierFactor(5), None, {"search", "density", "compare"}),
    "SMOTE": (SMOTE(k_neighbors=2, random_state=0), RARE, {"neighbours", "interpolate"}),
    "ADASYN": (ADASYN(n_neighbors=4, random_state=0), RARE, {"hardness", "interpolate", "resampled"}),
    "borderline": (BorderlineSMOTE(k_neighbors=2, random_state=0), RARE, {"interpolate", "resampled"}),
    "SMOTE, then edited": (SMOTEENN(random_state=0), RARE, {"over-sample", "clean", "resampled"}),
    "drawn again": (RandomOverSampler(random_state=0), RARE, {"resampled"}),
    "drawn to stay": (RandomUnderSampler(random_state=0), RARE, {"resampled"}),
    "SMOTENC": (SMOTENC([1], k_neighbors=2, random_state=0), RARE, {"interpolate"}),
    "NearMiss 1": (NearMiss(n_neighbors=2), RARE, {"select"}),
    "NearMiss 2": (NearMiss(version=2, n_neighbors=2), RARE, {"select"}),
    "NearMiss 3": (NearMiss(version=3, n_neighbors=2), RARE, {"select"}),
    "Tomek links": (TomekLinks(), np.arange(30) % 2, {"link"}),
    "edited": (EditedNearestNeighbours(), LABELS, {"edit"}),
    "centroids": (ClusterCentroids(random_state=0), RARE, {"cluster"}),
    "standard scaler": (StandardScaler(), None, {"merge"}),
    "min-max scaler": (MinMaxScaler(), None, {"widen"}),
    "robust scaler": (RobustScaler(), None, {"quantiles"}),
    "DBSCAN": (DBSCAN(0.8, min_samples=3), None, {"cluster"}),
    "mini-batches": (
        MiniBatchKMeans(3, batch_size=10, max_iter=3, random_state=0),
        None,
        {"assign", "update", "labels"},
    ),
    "isolation": (IsolationForest(n_estimators=3, random_state=0), None, set()),
    "random directions": (PCA(1, svd_solver="randomized", random_state=0), None, {"decompose"}),
    "search": (GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=3), TARGET, {"candidate"}),
    "Q-learning": (QLearning(n_steps=400, epsilon=0.5, random_state=0), FrozenLake(), {"learn"}),
}


def traced(model, y):
    """Return the trace of a fit in its smallest steps."""
    with warnings.catch_warnings(), trace.record(fine=True) as tr:
        warnings.simplefilter("ignore")  # some are stopped before they converge
        if isinstance(y, FrozenLake):
            model.fit(y)
        else:
            model.fit_resample(X, y) if hasattr(model, "fit_resample") else model.fit(X, y)
    return tr
