"""outliers: rows that do not belong, by rules that fit on one line.

All have scikit-learn's interface of outlier detectors: `fit_predict` and `predict` give -1 or 1, `score_samples` is the
lower the stranger, `decision_function` is the score less `offset_`. So they can be swapped for one another and for
`ensemble.IsolationForest` and `neighbors.LocalOutlierFactor`, which are rooms of their own.

| file | what it gives | why it is built so |
| --- | --- | --- |
| `detector.py` | `BaseDetector`, `BandDetector` | What is the same for all: scores, threshold, contamination. |
| `z_score.py`, `modified_z_score.py`, `iqr_fences.py` | three rules | Each is a band for every column; they differ in how it is found. |
| `mahalanobis.py`, `chi_square.py` | `Mahalanobis` | The columns together: a row may be strange though each of its values is usual. |
"""  # noqa: E501

from .iqr_fences import IQRFences
from .mahalanobis import Mahalanobis
from .modified_z_score import ModifiedZScore
from .z_score import ZScore

__all__ = ["IQRFences", "Mahalanobis", "ModifiedZScore", "ZScore"]
