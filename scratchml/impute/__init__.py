"""impute: what to do with a value that is not there: put one in its place, mark the hole, or drop the row.

| file | what it gives | why it is built so |
| --- | --- | --- |
| `holes.py` | `find_holes`, `read_cells`, `BaseImputer` | NaN is not equal to itself, so the search for holes has one home. |
| `simple_imputer.py` | `SimpleImputer` | One number, or one word, for a column. |
| `knn_imputer.py` | `KNNImputer` | The rows most like this one say what is likely to be missing. |
| `missing_indicator.py` | `MissingIndicator` | That a value is missing may tell more than the value. |
| `drop_incomplete_rows.py` | `DropIncompleteRows` | A sampler: rows are dropped in ``fit`` only, since every row asked about in ``predict`` wants an answer. |
"""  # noqa: E501

from .drop_incomplete_rows import DropIncompleteRows
from .knn_imputer import KNNImputer
from .missing_indicator import MissingIndicator
from .simple_imputer import SimpleImputer

__all__ = ["DropIncompleteRows", "KNNImputer", "MissingIndicator", "SimpleImputer"]


def _warmup() -> None:
    """Compile the kernels that look for donors, and for words, which a table of numbers without holes does not need."""
    SimpleImputer(strategy="constant").fit([["word"]])
    KNNImputer(n_neighbors=1).fit_transform([[1.0, float("nan")], [2.0, 3.0], [4.0, 5.0]])
