"""neighbors: learning by remembering. What is nearest decides.

| file | what it gives |
| --- | --- |
| `search.py` | the search every estimator of this room shares: parameters, `kneighbors` |
| `k_neighbors.py` | the vote: `KNeighborsClassifier` |
"""

from .k_neighbors import KNeighborsClassifier

__all__ = ["KNeighborsClassifier"]


def _warmup() -> None:
    """Compile the kernels that no example estimator reaches (for ``scratchml warmup``)."""
    X, y = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]], [0, 1, 1]
    for metric in ("manhattan", "chebyshev", "cosine", "hamming"):
        KNeighborsClassifier(1, metric=metric).fit(X, y).predict(X)
    KNeighborsClassifier(1, p=20).fit(X, y).predict(X)
