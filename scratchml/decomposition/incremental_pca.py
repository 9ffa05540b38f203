"""Incremental PCA: the components of more rows than fit into memory, a batch at a time.

Idea
    What is known of the rows seen so far is short: their mean, and their components with their lengths. Put the
    components, as long as they are, below the new rows, and decompose that small stack: it has nearly the same
    directions as all rows together.
Maths
    With N rows seen, mean m, components V (k, d) of singular values S; a batch X (b, d) of mean c:

    stack  [ diag(S) V ;  X - c ;  sqrt(N b / (N + b)) (m - c) ]  =  U S' V'^T       keep the first k of S', V'
    mean   (N m + b c) / (N + b)

    The last row makes up for the two means being different. What is lost are directions beyond the k-th.
Cost
    (k + b) d^2 for a batch; memory the batch.
Differences
    The same numbers as scikit-learn's. X is never changed, whatever `copy` says.
References
    Ross, Lim, Lin, Yang (2008), Incremental learning for robust visual tracking, International Journal of Computer
    Vision 77, 125-141: section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, finish
from ..core.rules import boolean, either, integer, none
from ..core.typing import FloatArray, MatrixLike
from .pca import singular_directions, unit_of
from .projection import ProjectionMixin, point_axes


class Step(NamedTuple):
    """What is known after a batch."""

    name: str  # "batch"
    rows_seen: int
    mean: FloatArray  # (d,)
    singular_values: FloatArray  # (k,)
    components: FloatArray  # (k, d)


def batches(n: int, size: int, least: int) -> list[slice]:
    """Cut range(n) into slices of `size`; a last one of fewer than `least` rows is joined to the one before."""
    starts = [start for start in range(0, n, size) if start == 0 or n - start >= least]
    return [slice(a, b) for a, b in zip(starts, [*starts[1:], n])]


class IncrementalPCA(ProjectionMixin, BaseEstimator):
    """Principal component analysis, batch by batch.

    Parameters
    ----------
    n_components : k; None: as many as the first batch has rows or columns, whichever is fewer
    whiten : divide projections by their standard deviations
    copy : taken for compatibility; X is never changed
    batch_size : rows of a batch in ``fit``; None is 5 d

    Attributes
    ----------
    components_, explained_variance_, explained_variance_ratio_, singular_values_, mean_, noise_variance_,
    n_components_, n_features_in_, feature_names_in_ : as for `PCA`
    var_ : shape (d,): variance of each column (divisor n)
    n_samples_seen_ : rows seen
    batch_size_ : rows of a batch

    Raises
    ------
    TypeError, ValueError
        By ``fit`` and ``partial_fit``: for input or a parameter of a wrong kind or value, or more components than the
        first batch has rows.

    Examples
    --------
    >>> from scratchml.decomposition import IncrementalPCA
    >>> X = [[0.0, 0.0], [1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
    >>> model = IncrementalPCA(1, batch_size=2).fit(X)
    >>> model.n_samples_seen_, (model.components_[0] * 5**0.5).round(12).tolist()
    (4, [1.0, 2.0])
    """

    singular_values_: FloatArray
    var_: FloatArray
    _rules: ClassVar = {
        "n_components": either(none, integer(1)),
        "whiten": boolean,
        "copy": boolean,
        "batch_size": either(none, integer(1)),
    }

    def __init__(
        self,
        n_components: int | None = None,
        *,
        whiten: bool = False,
        copy: bool = True,
        batch_size: int | None = None,
    ) -> None:
        self.n_components = n_components
        self.whiten = whiten
        self.copy = copy
        self.batch_size = batch_size

    def steps(self, X: MatrixLike, y: Any = None) -> Iterator[Step]:
        """Check the input at once; return a generator that yields a `Step` after each batch."""
        self._check_params()
        found = self._check_X(X, fitting=True, min_samples=2)
        for name in [name for name in vars(self) if name.endswith("_") and name not in LASTING]:
            delattr(self, name)
        self.batch_size_ = 5 * found.shape[1] if self.batch_size is None else int(self.batch_size)
        return self._run(found)

    def _run(self, X: FloatArray) -> Iterator[Step]:
        for rows in batches(len(X), self.batch_size_, self.n_components or 0):
            yield self._learn(X[rows])

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the components of the rows of X, shape (n, d), n at least 2; y is not used. Return self.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, or more components than the first batch has rows.
        """
        finish(self.steps(X, y), self)
        return self

    def partial_fit(self, X: MatrixLike, y: Any = None, check_input: bool = True) -> Self:
        """Learn one more batch, the rows of X (b, d); y is not used. Return self.

        Raises
        ------
        TypeError, ValueError
            As `fit`, or for another number of columns than before.
        """
        self._check_params()
        self._learn(self._check_X(X, fitting=not hasattr(self, "components_")))
        return self

    def _count(self, rows: int, columns: int) -> int:
        seen = getattr(self, "components_", None)
        if self.n_components is None:
            return min(rows, columns) if seen is None else len(seen)
        k = int(self.n_components)
        if k > columns:
            raise ValueError(
                f"n_components={k} invalid for n_features={columns}, need more rows than columns for IncrementalPCA "
                "processing; lower n_components."
            )
        if seen is None and k > rows:
            raise ValueError(
                f"n_components={k} must be less or equal to the batch number of samples {rows} for the first "
                "partial_fit call; lower n_components or give more rows at first."
            )
        if seen is not None and len(seen) != k:
            raise ValueError(
                f"n_components={k}, but {len(seen)} components have been learnt; keep n_components between calls to "
                "partial_fit, or call fit to begin anew."
            )
        return k

    def _learn(self, X: FloatArray) -> Step:
        b, d = X.shape
        k = self._count(b, d)
        N = int(getattr(self, "n_samples_seen_", 0))
        with np.errstate(over="ignore", invalid="ignore"):
            middle = X.mean(axis=0)
            away = X - middle
            mean, stack, square = middle, away, (away**2).sum(axis=0)
            if N > 0:
                gap = self.mean_ - middle
                mean = (N * self.mean_ + b * middle) / (N + b)
                known = self.singular_values_[:, None] * self.components_
                stack = np.vstack([known, away, np.sqrt(N / (N + b) * b) * gap])
                square += self.var_ * N + gap**2 * (N * b / (N + b))
        if not (np.isfinite(square).all() and np.isfinite(stack).all()):
            raise ValueError("X spreads so widely that its variances overflow float64; divide X by a constant first.")
        e = unit_of(stack)
        sizes, axes = singular_directions(np.ldexp(stack, -e))
        point_axes(axes)
        sizes = np.ldexp(sizes, e)
        total, variances = float(square.sum()), sizes**2 / max(N + b - 1, 1)
        self.n_samples_seen_, self.mean_, self.var_, self.n_components_ = N + b, mean, square / (N + b), k
        self.components_ = axes[:k].copy(order="C")
        self.singular_values_, self.explained_variance_ = sizes[:k], variances[:k]
        self.explained_variance_ratio_ = sizes[:k] ** 2 / total if total > 0 else np.zeros(k)
        self.noise_variance_ = float(variances[k:].mean()) if k not in (b, d) and len(variances) > k else 0.0
        self._n_features_out = k
        return Step("batch", N + b, mean, self.singular_values_, self.components_)


LASTING = ("n_features_in_", "feature_names_in_")
