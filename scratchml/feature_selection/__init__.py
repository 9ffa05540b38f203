"""feature_selection: which columns are worth keeping.

| file | what it holds |
| --- | --- |
| `selector.py` | what all selectors share: mask, transform and back |
| `variance_threshold.py` | `VarianceThreshold`: drop what hardly changes |
| `f_classif.py` | `f_classif`: do the class means differ? |
| `f_regression.py` | `r_regression`, `f_regression`: does the target follow the column? |
| `chi2.py` | `chi2`: are counts spread over the classes as the rows are? |
| `information_gain.py` | `information_gain`: how many bits a discrete column tells |
| `mutual_information.py` | `mutual_info_classif`, `mutual_info_regression`: the same for continuous ones |
| `univariate.py` | `SelectKBest`, `SelectPercentile`, `SelectFpr`, `SelectFwe`, `SelectFdr`: by scores of columns |
| `rfe.py` | `RFE`: drop what a model needs least, and ask it again |
| `rfecv.py` | `RFECV`: so many columns as held-out rows say |
| `select_from_model.py` | `SelectFromModel`: what one fit finds important |
| `of_estimator.py`, `importances.py` | what selectors that hold a model share |
"""

from .chi2 import chi2
from .f_classif import f_classif
from .f_regression import f_regression, r_regression
from .information_gain import information_gain
from .mutual_information import mutual_info_classif, mutual_info_regression
from .rfe import RFE
from .rfecv import RFECV
from .select_from_model import SelectFromModel
from .selector import SelectorMixin
from .univariate import SelectFdr, SelectFpr, SelectFwe, SelectKBest, SelectPercentile
from .variance_threshold import VarianceThreshold

__all__ = [
    "RFE",
    "RFECV",
    "SelectFdr",
    "SelectFpr",
    "SelectFromModel",
    "SelectFwe",
    "SelectKBest",
    "SelectPercentile",
    "SelectorMixin",
    "VarianceThreshold",
    "chi2",
    "f_classif",
    "f_regression",
    "information_gain",
    "mutual_info_classif",
    "mutual_info_regression",
    "r_regression",
]


def _warmup() -> None:
    """Compile the kernels that no example estimator reaches."""
    X, y = [[1.0, 2.0], [2.0, 1.0], [4.0, 3.0], [3.0, 5.0]], [0, 0, 1, 1]
    f_classif(X, y)
    f_regression(X, y)
    chi2(X, y)
    mutual_info_classif(X, y, n_neighbors=1)
    mutual_info_regression(X, y, n_neighbors=1)
