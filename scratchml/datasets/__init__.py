"""datasets: small real data sets, and makers of artificial ones whose truth is known.

Loaders read bundled files (nothing is downloaded); sources and licences are in ``data/LICENSES.md``. Makers give
scikit-learn's numbers for the same seed where it has the same maker.
"""

from .blobs import make_blobs, make_gaussian_quantiles
from .bunch import Bunch
from .classic import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from .classification import make_classification
from .drift import Batch, DriftingStream, make_drifting_stream
from .imbalance import make_imbalance, make_imbalanced
from .penguins import load_penguins
from .regression import make_friedman1, make_low_rank_matrix, make_regression, make_sparse_uncorrelated
from .shapes import make_circles, make_moons, make_s_curve, make_swiss_roll
from .sonnets import load_sonnets
from .yeast import load_yeast

__all__ = [
    "Batch",
    "Bunch",
    "DriftingStream",
    "load_breast_cancer",
    "load_diabetes",
    "load_digits",
    "load_iris",
    "load_penguins",
    "load_sonnets",
    "load_wine",
    "load_yeast",
    "make_blobs",
    "make_circles",
    "make_classification",
    "make_drifting_stream",
    "make_friedman1",
    "make_gaussian_quantiles",
    "make_imbalance",
    "make_imbalanced",
    "make_low_rank_matrix",
    "make_moons",
    "make_regression",
    "make_s_curve",
    "make_sparse_uncorrelated",
    "make_swiss_roll",
]


def _warmup() -> None:
    """Compile the room's kernels: called by ``scratchml warmup``."""
    from ..maths.mersenne import is_exact

    is_exact()
