"""Parity of pipelines, unions, column transformers and transformed targets with scikit-learn and imbalanced-learn."""

import numpy as np
import pandas as pd
import sklearn.compose
import sklearn.pipeline
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import Pipeline as ImblearnPipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder

from scratchml.compose import ColumnTransformer, TransformedTargetRegressor
from scratchml.pipeline import FeatureUnion, Pipeline
from scratchml.preprocessing import StandardScaler
from tests.parity.ledger import Row


def furthest(expected, found):
    """Return the largest difference between two arrays of numbers; infinity where the shapes differ."""
    expected, found = np.asarray(expected, dtype=float), np.asarray(found, dtype=float)
    return float(np.abs(expected - found).max()) if expected.shape == found.shape else float("inf")


def rows() -> list[Row]:
    X, y = load_breast_cancer(return_X_y=True)
    found = []

    def scaled(last):
        return [("scale", StandardScaler()), ("select", SelectKBest(k=10)), ("model", last)]

    theirs = sklearn.pipeline.Pipeline(scaled(LogisticRegression())).fit(X, y).predict_proba(X)
    ours = Pipeline(scaled(LogisticRegression())).fit(X, y).predict_proba(X)
    what = "class probabilities of scaler, selection and logistic regression (breast cancer)"
    found.append(Row("Pipeline", "sklearn.pipeline.Pipeline", what, furthest(theirs, ours), 0.0))

    def resampled():
        inner = [("smote", SMOTE(random_state=0)), ("under", RandomUnderSampler(random_state=0))]
        return [("scale", StandardScaler()), *inner, ("model", KNeighborsClassifier())]

    few = np.flatnonzero((y == 1) | (np.arange(len(y)) % 5 == 0))
    how = {"cv": 5, "method": "predict_proba"}
    theirs = cross_val_predict(ImblearnPipeline(resampled()), X[few], y[few], **how)
    ours = cross_val_predict(Pipeline(resampled()), X[few], y[few], **how)
    what = "held-out probabilities of scaler, SMOTE, undersampling and neighbours (breast cancer, made unbalanced)"
    found.append(Row("Pipeline", "imblearn.pipeline.Pipeline", what, furthest(theirs, ours), 0.0))

    parts = [("pca", PCA(3)), ("scale", StandardScaler()), ("raw", "passthrough")]
    theirs = sklearn.pipeline.FeatureUnion(parts, transformer_weights={"pca": 0.5}).fit_transform(X)
    ours = FeatureUnion(parts, transformer_weights={"pca": 0.5}).fit_transform(X)
    what = "columns of PCA (weighted), scaler and passthrough (breast cancer)"
    found.append(Row("FeatureUnion", "sklearn.pipeline.FeatureUnion", what, furthest(theirs, ours), 0.0))

    diabetes = load_diabetes(as_frame=True)
    frame, target = diabetes.data.assign(sex=pd.Categorical(diabetes.data["sex"] > 0)), diabetes.target
    parts = [
        ("scale", StandardScaler(), ["age", "bmi", "bp"]),
        ("sex", OneHotEncoder(sparse_output=False), ["sex"]),
        ("least", MinMaxScaler(), slice("s1", "s3")),
    ]
    theirs = sklearn.compose.ColumnTransformer(parts, remainder="passthrough").fit(frame)
    ours = ColumnTransformer(parts, remainder="passthrough").fit(frame)
    again = frame[frame.columns[::-1]]
    gap = furthest(theirs.transform(again), ours.transform(again))
    same_names = theirs.get_feature_names_out().tolist() == ours.get_feature_names_out().tolist()
    what = "columns, and their names, of a frame with reordered columns (diabetes)"
    reference = "sklearn.compose.ColumnTransformer"
    found.append(Row("ColumnTransformer", reference, what, gap if same_names else float("inf"), 0.0))

    numbers = diabetes.data.to_numpy()
    functions = {"func": np.log, "inverse_func": np.exp}
    theirs = sklearn.compose.TransformedTargetRegressor(LinearRegression(), **functions).fit(numbers, target)
    ours = TransformedTargetRegressor(LinearRegression(), **functions).fit(numbers, target)
    gap = furthest(theirs.predict(numbers), ours.predict(numbers))
    what = "predictions of a line through log y (diabetes)"
    reference = "sklearn.compose.TransformedTargetRegressor"
    found.append(Row("TransformedTargetRegressor", reference, what, gap, 0.0))
    return found
