"""Principal component analysis: the directions in which the data vary most.

Idea
    Turn the axes so that the first points along the longest extent of the cloud of points, the second along the longest
    that is at a right angle to it, and so on. Often a few of them tell nearly everything.
Maths
    With the rows centred, X (n, d), there are three ways to the same directions:

    covariance_eigh   C = X^T X / (n - 1),  C v = lambda v                     d^3, after one pass over X
    full              X = U S V^T,  lambda = S^2 / (n - 1)                     no squares: twice as many digits
    randomized        as full, but only in the k + p directions X leans to    n d (k + p), for k much below d

    The variance along a component is lambda; what the components left out explain is lost: the mean squared error of
    the rows brought back is the sum of their lambda, times (n - 1) / n.
Cost
    covariance_eigh: n d^2 / 2 products (a symmetric matrix), blocks of rows centred as they come, memory 8 d^2. full: X
    is copied once; a tall X is reduced to its triangular factor first, 2 n d^2. randomized: see `randomized_range`.
Differences
    From scikit-learn: there is no "arpack"; float32 becomes float64; constant X has explained_variance_ratio_ 0, not
    NaN; the Gaussian model (get_covariance, score) is that of X also with whiten=True. covariance_eigh centres the rows
    before it multiplies (there: X^T X less n m m^T, which costs the digits by which the mean exceeds the spread, twice:
    100 +- 0.001 comes out right to 5). A direction without variance is rounding in both, and whitening makes it large:
    leave it out. The choice of solver, signs (largest entry positive), n_components in all its forms, and the numbers
    are its.
References
    Pearson (1901), On lines and planes of closest fit, Philosophical Magazine 2, 559-572. Hotelling (1933). Jolliffe,
    Principal Component Analysis (2002), chapters 1 to 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    BaseEstimator,
    check_is_fitted,
    check_random_state,
    chunks,
    finish,
    merge_chunks,
    one_blas_thread,
)
from ..core.rules import boolean, either, integer, none, one_of, random_state, real
from ..core.typing import FloatArray, MatrixLike, RandomStateLike
from .minka import choose_dimension
from .projection import CHUNK_ROWS, ProjectionMixin, centred, point_axes
from .randomized_range import RangeStep, power_iteration

FIRST = 512  # rows that tell how far the mean is
SAFE = 300  # binary exponents up to here can be squared and added up
NARROW = 128  # columns; of so many, READ_TWICE rows stay in a core's own cache between their product and their sum
READ_TWICE = 1024
LARGE = 400  # columns from which a second BLAS thread pays for running on for a tenth of a second, where none needs it


class Step(NamedTuple):
    """What is known after a step."""

    name: str  # "centre", then "covariance" (by that solver), "decompose", "choose"
    mean: FloatArray  # (d,)
    covariance: FloatArray | None  # (d, d), before it is decomposed
    variances: FloatArray | None  # (r,): along each component found, descending
    components: FloatArray | None  # (r, d)
    total: float  # variance in all directions together
    exponent: int  # covariance, variances and total are in units of 4^exponent


Sums = tuple[FloatArray, FloatArray]  # of shifted rows (d,) and of their products (d, d)


class Certificate(NamedTuple):
    """How far the components are from directions of largest variance; both numbers are 0 for exact ones."""

    obliqueness: float  # largest entry of V V^T - I
    residual: float  # largest |C v - lambda v|, as a share of the largest lambda


def unit_of(X: FloatArray) -> int:
    """Return an exponent e for which squares of X / 2^e neither overflow nor vanish: 0 unless X is huge or tiny."""
    e = int(np.frexp(max(X.max(), -X.min()))[1])
    return e if abs(e) > SAFE else 0


def mean_and_covariance(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean (d,) and C = sum (x - m)(x - m)^T / (n - 1), shape (d, d), in one pass over X.

    Rows are shifted by some s as they come: sum (x - m)(x - m)^T = sum (x - s)(x - s)^T - n (m - s)(m - s)^T. Where the
    mean of the first block is small beside its spread, s is 0 and nothing need be copied; else s is that mean. Either
    way |m - s|^2 is at most n / block times the variance, and subtracting it costs no more than the digits of that.
    """
    n, d = X.shape
    first = X[:FIRST]
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        shift = first.mean(axis=0)
        squares = np.einsum("ij,ij->j", first, first) / len(first)
        # plainly: np.abs(shift) <= 2 * first.std(axis=0), of which no square vanishes, but which copies the rows
        far = not (shift**2 <= 4 * (squares - shift**2)).all()

        def work(part: slice) -> Sums:
            total, product, rows = np.zeros(d), np.zeros((d, d)), X[part]
            as_they_stand = ((some, rows[some]) for some in chunks(len(rows), size))
            for _, block in centred(rows, shift) if far else as_they_stand:
                total += np.ones(len(block)) @ block
                product += block.T @ block
            return total, product

        def merge(a: Sums, b: Sums) -> Sums:
            (total, product), (more, beside) = a, b
            total += more
            product += beside
            return a

        size = READ_TWICE if d <= NARROW else CHUNK_ROWS
        total, C = merge_chunks(merge, work, chunks(n, CHUNK_ROWS))
        away = total / n
        pull = np.dot(away[:, None], away[None, :])  # plainly: np.outer(away, away), which takes twice the memory
        pull *= n
        C -= pull
        C /= n - 1
        return (shift + away if far else away), C


def singular_directions(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the singular values (r,) of X (n, d) and their directions (r, d), r = min(n, d)."""
    if len(X) > X.shape[1]:
        triangle: FloatArray = np.linalg.qr(X, mode="r")  # type: ignore[assignment]
        X = triangle  # same singular values and directions, far fewer rows
    _, values, axes = np.linalg.svd(X, full_matrices=False)
    return values, axes


def count_components(wanted: Any, n: int, d: int, solver: str) -> int | float | str:
    """Return n_components after checking it against the shape of X.

    Raises
    ------
    ValueError
        For a number that the solver cannot give.
    """
    least = min(n, d)
    if wanted is None:
        return least
    if wanted == "mle":
        if solver == "randomized":
            raise ValueError(f"n_components='mle' cannot be a string with svd_solver={solver!r}; use 'full'.")
        if n < d:
            raise ValueError(
                f"n_components='mle' is only supported if n_samples >= n_features, but X has {n} rows and {d} columns."
            )
        return "mle"
    low = 1 if solver == "randomized" else 0
    if not low <= wanted <= least:
        raise ValueError(
            f"n_components={wanted!r} must be between {low} and min(n_samples, n_features)={least} with "
            f"svd_solver={solver!r}; lower it."
        )
    return float(wanted) if isinstance(wanted, (float, np.floating)) and wanted < 1 else int(wanted)


class PCA(ProjectionMixin, BaseEstimator):
    """Principal component analysis.

    Parameters
    ----------
    n_components : k: an integer; a float in (0, 1), as many as explain more than this share of the variance; "mle", by
        Minka's evidence; None, all of them
    copy : taken for compatibility; X is never changed
    whiten : divide projections by their standard deviations
    svd_solver : "auto", "full", "covariance_eigh" or "randomized"; "auto" is covariance_eigh for d <= 1000 and
        n >= 10 d; else full for up to 500 rows and columns or n_components="mle"; else randomized for
        k < 0.8 min(n, d); else full
    tol : taken for compatibility
    iterated_power : rounds of the randomized solver; "auto" is 7 for k < 0.1 min(n, d), else 4
    n_oversamples : random vectors beside the k wanted
    power_iteration_normalizer : "auto", "QR", "LU" or "none": what keeps the random vectors apart between rounds; LU is
        QR here, "auto" is "none" for up to two rounds
    random_state : None, int, RandomState or Generator, of the randomized solver

    Attributes
    ----------
    components_ : shape (k, d): directions of length 1, the most important first, each with its largest entry positive
    explained_variance_, explained_variance_ratio_ : shape (k,): variance along each, and its share of the whole
    singular_values_ : shape (k,): sqrt((n - 1) explained_variance_)
    mean_ : shape (d,)
    n_components_ : k
    n_samples_ : n
    noise_variance_ : mean variance along the directions left out
    n_features_in_, feature_names_in_ : the columns seen in fit

    Raises
    ------
    TypeError, ValueError
        By ``fit``: for input or a parameter of a wrong kind or value, a single row, or variances that overflow.

    Examples
    --------
    >>> from scratchml.decomposition import PCA
    >>> model = PCA(1).fit([[0.0, 0.0], [1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    >>> model.explained_variance_ratio_.round(12).tolist(), (model.components_[0] * 5**0.5).round(12).tolist()
    ([1.0], [1.0, 2.0])
    """

    _rules: ClassVar = {
        "n_components": either(none, one_of("mle"), integer(0), real(0.0, 1.0, open_low=True, open_high=True)),
        "copy": boolean,
        "whiten": boolean,
        "svd_solver": one_of("auto", "full", "covariance_eigh", "randomized"),
        "tol": real(0.0),
        "iterated_power": either(one_of("auto"), integer(0)),
        "n_oversamples": integer(1),
        "power_iteration_normalizer": one_of("auto", "QR", "LU", "none"),
        "random_state": random_state,
    }

    def __init__(
        self,
        n_components: int | float | str | None = None,
        *,
        copy: bool = True,
        whiten: bool = False,
        svd_solver: str = "auto",
        tol: float = 0.0,
        iterated_power: int | str = "auto",
        n_oversamples: int = 10,
        power_iteration_normalizer: str = "auto",
        random_state: RandomStateLike = None,
    ) -> None:
        self.n_components = n_components
        self.copy = copy
        self.whiten = whiten
        self.svd_solver = svd_solver
        self.tol = tol
        self.iterated_power = iterated_power
        self.n_oversamples = n_oversamples
        self.power_iteration_normalizer = power_iteration_normalizer
        self.random_state = random_state

    # ---- fitting

    def steps(self, X: MatrixLike, y: Any = None) -> Iterator[Step | RangeStep]:
        """Check the input at once; return a generator of steps: centre, covariance or range, decompose, choose."""
        self._check_params()
        found = self._check_X(X, fitting=True, min_samples=2)
        n, d = found.shape
        solver = self._choose_solver(n, d)
        wanted = count_components(self.n_components, n, d, solver)
        return self._run(found, solver, wanted)

    def _choose_solver(self, n: int, d: int) -> str:
        k: Any = min(n, d) if self.n_components is None else self.n_components
        if self.svd_solver != "auto":
            return self.svd_solver
        if d <= 1000 and n >= 10 * d:
            return "covariance_eigh"
        if max(n, d) <= 500 or isinstance(k, str):
            return "full"
        return "randomized" if 1 <= k < 0.8 * min(n, d) else "full"

    def _run(self, X: FloatArray, solver: str, wanted: int | float | str) -> Iterator[Step | RangeStep]:
        n, d = X.shape
        e = 0
        if solver == "covariance_eigh":
            mean, C = mean_and_covariance(X)
            if not 2.0**-SAFE < np.trace(C) < 2.0**SAFE and (e := unit_of(X)) != 0:
                mean, C = mean_and_covariance(np.ldexp(X, -e))
                mean = np.ldexp(mean, e)
            yield Step("centre", mean, None, None, None, 0.0, e)
            yield Step("covariance", mean, C, None, None, float(np.trace(C)), e)
            with one_blas_thread() if d < LARGE else nullcontext():
                values, vectors = np.linalg.eigh(C)
            variances, axes = np.maximum(values[::-1], 0.0), vectors.T[::-1]
            total = float(variances.sum())
        else:
            e = unit_of(X)
            scaled = np.ldexp(X, -e) if e else X.copy()
            middle = scaled.mean(axis=0)
            scaled -= middle
            mean = np.ldexp(middle, e)
            yield Step("centre", mean, None, None, None, 0.0, e)
            if solver == "full":
                sizes, axes = singular_directions(scaled)
                variances = sizes**2 / (n - 1)
                total = float(variances.sum())
            else:
                variances, axes = yield from self._randomized(scaled, int(wanted))
                total = float(np.einsum("ij,ij->", scaled, scaled)) / (n - 1)
        point_axes(axes)
        yield Step("decompose", mean, None, variances, axes, total, e)
        k = self._count(wanted, variances, total, n, e)
        self._keep(n, d, k, Step("choose", mean, None, variances, axes, total, e))
        yield Step("choose", mean, None, variances[:k], axes[:k], total, e)

    def _randomized(self, A: FloatArray, k: int) -> Any:
        n, d = A.shape
        rounds = self.iterated_power
        q = (7 if k < 0.1 * min(n, d) else 4) if isinstance(rounds, str) else int(rounds)
        normalizer = self.power_iteration_normalizer
        normalizer = ("none" if q <= 2 else "QR") if normalizer == "auto" else normalizer
        rng = check_random_state(self.random_state)
        wide = n < d
        M = A.T if wide else A
        basis = np.empty((0, 0))
        for step in power_iteration(M, k + int(self.n_oversamples), q, normalizer, rng):
            basis = step.basis
            yield step
        left, sizes, right = np.linalg.svd(basis.T @ M, full_matrices=False)
        axes = (basis @ left).T if wide else right
        return sizes[:k] ** 2 / (n - 1), axes[:k]

    def _count(self, wanted: int | float | str, variances: FloatArray, total: float, n: int, e: int) -> int:
        if isinstance(wanted, str):  # what counts as no variance is absolute, so X's own unit matters
            return choose_dimension(np.ldexp(variances, 2 * e), n)
        if isinstance(wanted, float):
            if not total > 0:
                return 1  # rows that are all one have no shares to add up
            share = np.cumsum(variances / total)
            return min(int(np.searchsorted(share, wanted, side="right")) + 1, len(variances))
        return wanted

    def _keep(self, n: int, d: int, k: int, last: Step) -> None:
        """Set the attributes from all that was found, in units of 4^exponent."""
        assert last.variances is not None
        assert last.components is not None
        variances, total, unit = last.variances, last.total, 2.0 * last.exponent
        rest = (len(variances) if len(variances) > k else min(n, d)) - k
        left_out = float(variances[k:].sum()) if len(variances) > k else max(total - float(variances.sum()), 0.0)
        with np.errstate(over="ignore"):
            explained = np.ldexp(variances[:k], int(unit))
            noise = float(np.ldexp(left_out / rest, int(unit))) if k < min(n, d) else 0.0
        if not np.isfinite(explained).all():
            raise ValueError("X spreads so widely that its variances overflow float64; divide X by a constant first.")
        self.mean_, self.n_samples_, self.n_components_ = last.mean, n, k
        self.components_ = last.components[:k].copy(order="C")
        self.explained_variance_, self.noise_variance_ = explained, noise
        self.explained_variance_ratio_ = variances[:k] / total if total > 0 else np.zeros(k)
        self.singular_values_ = np.ldexp(np.sqrt(variances[:k] * (n - 1)), last.exponent)
        self._n_features_out = k

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the components of the rows of X, shape (n, d), n at least 2; y is not used. Return self.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, a single row, or variances that overflow.
        """
        last = finish(self.steps(X, y), self)
        if last.name != "choose":
            raise ValueError(f"PCA was ended early, at the step {last.name!r}, and has no components; let it finish.")
        return self

    def fit_transform(self, X: MatrixLike, y: Any = None, **fit_params: Any) -> FloatArray:
        """Fit to X and return its projections, shape (n, k)."""
        self.fit(X, y)
        return self._project(self._check_X(X))

    def certify(self, X: MatrixLike) -> Certificate:
        """Return how far the components are from eigenvectors of the covariance of X, the rows they were fitted to.

        Needs no other fit to compare with: C v is worked out as X^T (X v). Components of the randomized solver are
        approximate, and their residual says how much.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X of a wrong kind or shape.
        """
        check_is_fitted(self, "components_")
        rows = self._check_X(X)
        if self.n_components_ == 0:
            return Certificate(0.0, 0.0)
        e = unit_of(rows)
        scaled, V = np.ldexp(rows - self.mean_, -e), self.components_
        oblique = float(np.abs(V @ V.T - np.eye(len(V))).max())
        variances = np.ldexp(self.explained_variance_, -2 * e)
        residual = (scaled @ V.T).T @ scaled / (len(rows) - 1) - variances[:, None] * V
        largest = math.sqrt(float((residual**2).sum(axis=1).max()))
        return Certificate(oblique, largest / float(variances[0]) if variances[0] > 0 else largest)
