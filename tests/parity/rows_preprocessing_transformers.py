"""How far the scalers, encoders and reshaping transformers are from the references'."""

import warnings

import numpy as np
from sklearn import preprocessing as reference
from sklearn.datasets import load_breast_cancer

from scratchml import preprocessing as ours
from tests.parity.ledger import Row
from tests.parity.rows_preprocessing import relative

SCALERS = [
    ("MinMaxScaler", {}),
    ("MaxAbsScaler", {}),
    ("RobustScaler", {"unit_variance": True}),
    ("Normalizer", {}),
    ("QuantileTransformer", {"n_quantiles": 200, "random_state": 0}),
    ("KBinsDiscretizer", {"encode": "ordinal"}),
    ("KBinsDiscretizer", {"encode": "ordinal", "strategy": "kmeans"}),
]
ROUNDING = "the same sums and products, rounded in another order"
FLAT = "Brent's method ends, in both, where a flat top no longer tells powers apart"

FAR = "far from 0 the likelihood is flat; scikit-learn goes on to where squares overflow or all values are one"


def said(how):
    """Return the parameters in words."""
    return ", ".join(f"{key}={value}" for key, value in how.items() if key != "random_state") or "defaults"


def rows() -> list[Row]:
    """Measure the rows of these transformers."""
    X, y = load_breast_cancer(return_X_y=True)
    found = []
    for name, how in SCALERS:
        pair = [getattr(room, name)(**how).fit(X).transform(X) for room in (ours, reference)]
        found.append(
            Row(name, f"scikit-learn {name}", f"rows: breast cancer, {said(how)}", relative(*pair), 1e-12, ROUNDING)
        )
    for method in ("yeo-johnson", "box-cox"):
        part = X[:, :5] + (0.01 if method == "box-cox" else 0.0)
        pair = [room.PowerTransformer(method).fit(part).lambdas_ for room in (ours, reference)]
        whose, compared = "scikit-learn PowerTransformer", f"powers: breast cancer, {method}"
        found.append(Row("PowerTransformer", whose, compared, relative(*pair), 1e-5, FLAT))
        far = 100.0 + 0.1 * np.random.default_rng(1).normal(size=(100, 1))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pair = [room.PowerTransformer(method=method).fit(far).lambdas_ for room in (ours, reference)]
        limit = (np.inf, FAR) if method == "box-cox" else (1e-5, FLAT)
        compared = f"powers: 100 values, 100 +- 0.1, {method}"
        found.append(Row("PowerTransformer", whose, compared, relative(*pair), *limit))
    rng = np.random.default_rng(0)
    words = rng.choice(np.array(["a", "b", "c", "d"], dtype=object), size=(len(X), 3))
    for name, how in (
        ("OrdinalEncoder", {}),
        ("OneHotEncoder", {"drop": "first"}),
        ("OneHotEncoder", {"max_categories": 3}),
    ):
        theirs = getattr(reference, name)(**how, **({"sparse_output": False} if name == "OneHotEncoder" else {}))
        pair = getattr(ours, name)(**how).fit_transform(words), theirs.fit_transform(words)
        found.append(Row(name, f"scikit-learn {name}", f"codes of words, {said(how)}", relative(*pair), 0.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        for smooth in ("auto", 5.0):
            pair = [
                room.TargetEncoder(smooth=smooth, random_state=0).fit_transform(words, y) for room in (ours, reference)
            ]
            whose, compared = "scikit-learn TargetEncoder", f"codes out of fold, smooth={smooth}"
            found.append(Row("TargetEncoder", whose, compared, relative(*pair), 1e-12, ROUNDING))
    for name in ("LabelEncoder", "LabelBinarizer"):
        pair = [getattr(room, name)().fit_transform(words[:, 0]).astype(float) for room in (ours, reference)]
        found.append(Row(name, f"scikit-learn {name}", "codes of words", relative(*pair), 0.0))
    pair = [room.FunctionTransformer(np.log1p).fit(X).transform(X) for room in (ours, reference)]
    found.append(Row("FunctionTransformer", "scikit-learn FunctionTransformer", "log(1 + x)", relative(*pair), 0.0))
    return found
