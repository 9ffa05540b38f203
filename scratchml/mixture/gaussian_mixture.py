"""GaussianMixture, the estimator: where EM begins, how many runs, which run is kept. EM: `expectation_maximisation`.

Idea
    A density made of k Gaussians, and a clustering with doubt: each row has a probability for each component.
Maths
    p(x) = sum_j weights_j N(x; means_j, covariances_j)
Cost
    Runs times iterations times the cost of an iteration (see `gaussians`), and k-means to begin with.
Differences
    The same seed gives scikit-learn's numbers up to rounding. Rows are centred first, which loses fewer digits.
    `verbose` shows a bar in place of lines; `verbose_interval` is taken for compatibility. Given starts stay.
References
    Dempster, Laird, Rubin 1977; Bishop, section 9.2 (see the other files). Schwarz, Estimating the dimension of a
    model, Annals of Statistics 6 (1978) 461-464 (bic).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from math import inf, log
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..cluster import KMeans, kmeans_plusplus
from ..core import (
    BaseEstimator,
    ConvergenceWarning,
    both,
    check_array,
    check_is_fitted,
    check_random_state,
    finish,
    one_blas_thread,
    unheard,
)
from ..core.rules import array_like, boolean, either, integer, none, one_of, random_state, real, verbosity
from ..core.steps import owned
from ..core.typing import FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from .expectation_maximisation import Step, check_near, expect, expectation_maximisation, maximise, weigh
from .gaussians import SHAPES, Gaussians, estimate, factor_given, factor_precisions, precisions_of


class Certificate(NamedTuple):
    """How far from a fixed point of EM a fitted mixture is."""

    gain: float  # by how much one more iteration raises the mean log likelihood; never below 0 but for rounding


class GaussianMixture(BaseEstimator):
    """A mixture of Gaussians, fitted by expectation-maximisation.

    Parameters
    ----------
    n_components : k, at most the number of rows
    covariance_type : "full", "tied", "diag" or "spherical"
    tol : a run ends when the mean log likelihood changes by less
    reg_covar : added to each variance, in squared units of X
    max_iter : most iterations of a run
    n_init : number of runs; the one of largest likelihood is kept
    init_params : "kmeans", "k-means++", "random" (random shares) or "random_from_data" (k rows)
    weights_init, means_init, precisions_init : start values, shapes (k,), (k, d), and as `precisions_`; or None
    random_state : None, int, RandomState or Generator
    warm_start : whether fit goes on from the last fit
    verbose : show a progress bar
    verbose_interval : taken for compatibility

    Attributes
    ----------
    weights_, means_ : shapes (k,), (k, d)
    covariances_, precisions_, precisions_cholesky_ : full (k, d, d), tied (d, d), diag (k, d), spherical (k,)
    converged_, n_iter_, lower_bound_, lower_bounds_ : of the best run
    n_features_in_, feature_names_in_ : the columns seen in fit

    Raises
    ------
    TypeError, ValueError
        By ``fit``: for input or a parameter of a wrong kind or value, or a component that collapses onto a point.

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning, section 9.2.2.

    Examples
    --------
    >>> from scratchml.mixture import GaussianMixture
    >>> model = GaussianMixture(2, random_state=0).fit([[1.0], [2.0], [3.0], [11.0], [12.0], [13.0]])
    >>> sorted(model.means_.ravel().round(6).tolist())
    [2.0, 12.0]
    """

    _rules: ClassVar = {
        "n_components": integer(1),
        "covariance_type": one_of(*SHAPES),
        "tol": real(0.0),
        "reg_covar": real(0.0),
        "max_iter": integer(0),
        "n_init": integer(1),
        "init_params": one_of("kmeans", "k-means++", "random", "random_from_data"),
        "weights_init": either(none, array_like),
        "means_init": either(none, array_like),
        "precisions_init": either(none, array_like),
        "random_state": random_state,
        "warm_start": boolean,
        "verbose": verbosity,
        "verbose_interval": integer(1),
    }

    def __init__(
        self,
        n_components: int = 1,
        *,
        covariance_type: str = "full",
        tol: float = 1e-3,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        n_init: int = 1,
        init_params: str = "kmeans",
        weights_init: VectorLike | None = None,
        means_init: MatrixLike | None = None,
        precisions_init: MatrixLike | None = None,
        random_state: RandomStateLike = None,
        warm_start: bool = False,
        verbose: int | bool = 0,
        verbose_interval: int = 10,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), *(cls(2, covariance_type=shape) for shape in SHAPES)]

    # ---- fitting

    def steps(self, X: MatrixLike, y: Any = None) -> Iterator[Step]:
        """Check the input at once; return a generator that yields a `Step` after each half-iteration of each run."""
        self._check_params()
        found = self._check_X(X, fitting=True, min_samples=2)
        n, d = found.shape
        k = int(self.n_components)
        if n < k:
            raise ValueError(f"Expected n_samples >= n_components but got n_components={k}, n_samples={n}; lower it.")
        given = self._given(d)
        return self._runs(found, given, check_random_state(self.random_state))

    def _given(self, d: int) -> dict[str, FloatArray]:
        """Return the start values that were given, checked."""
        k, found = int(self.n_components), {}
        precisions = {"full": (k, d, d), "tied": (d, d), "diag": (k, d), "spherical": (k,)}[self.covariance_type]
        for name, wanted in (("weights", (k,)), ("means", (k, d)), ("precisions", precisions)):
            value = getattr(self, f"{name}_init")
            if value is None:
                continue
            flat = np.asarray(value)
            if flat.shape != wanted:
                raise ValueError(f"The parameter '{name}' should have the shape of {wanted}, but got {flat.shape}.")
            checked = check_array(flat.reshape(-1), name=f"{name}_init", ensure_2d=False)
            found[name] = checked.reshape(wanted)
        if "weights" in found:
            weights = found["weights"]
            if (weights < 0).any() or (weights > 1).any() or abs(weights.sum() - 1.0) > 1e-8:
                raise ValueError(f"weights_init={weights} should be in the range [0, 1] and sum to 1, normalized.")
        if "precisions" in found:
            found["factors"] = factor_given(found["precisions"], self.covariance_type)
        return found

    def _runs(self, X: FloatArray, given: dict[str, FloatArray], rng: np.random.RandomState) -> Iterator[Step]:
        with np.errstate(over="ignore", invalid="ignore"):
            center = X.mean(axis=0)
            rows = X - center
            if not np.isfinite(rows).all():
                raise ValueError("X spreads so widely that its mean overflows float64; divide X by a constant first.")
        going_on = bool(self.warm_start) and hasattr(self, "converged_") and self.means_.shape[1] == X.shape[1]
        best: Step | None = None
        for r in range(1 if going_on else int(self.n_init)):
            if going_on:
                held = Gaussians(self.weights_, self.means_ - center, self.covariances_, self.precisions_cholesky_)
                start = Step("start", r, 0, held, self.lower_bound_, (), False)
            else:
                start = Step("start", r, 0, self._start(X, rows, center, given, rng), -inf, (), False)
            step = yield from expectation_maximisation(
                rows, start, self.covariance_type, float(self.reg_covar), int(self.max_iter), float(self.tol)
            )
            if best is None or step.bound > best.bound:
                best = step
        assert best is not None  # there is at least one run
        yield best._replace(name="best", found=best.found._replace(means=best.found.means + center))

    def _start(
        self,
        X: FloatArray,
        rows: FloatArray,
        center: FloatArray,
        given: dict[str, FloatArray],
        rng: np.random.RandomState,
    ) -> Gaussians:
        """Return the Gaussians to begin with, around centred means."""
        n, shape = len(X), self.covariance_type
        if {"weights", "means", "factors"} <= given.keys():
            precisions = given["precisions"]
            covariances = np.asarray(np.linalg.inv(precisions) if shape in ("full", "tied") else 1.0 / precisions)
            return Gaussians(given["weights"], given["means"] - center, covariances, given["factors"])
        with unheard():
            share = self._first_shares(X, rng)
        tied = shape == "tied"  # where shares of a row do not sum to 1, scikit-learn's tied start depends on the origin
        with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
            mass, means, covariances = estimate(X if tied else rows, share, float(self.reg_covar), shape)
        means = means - center if tied else means
        means = given["means"] - center if "means" in given else means
        factors = given["factors"] if "factors" in given else factor_precisions(covariances, shape)
        return Gaussians(given.get("weights", mass / n), means, covariances, factors)

    def _first_shares(self, X: FloatArray, rng: np.random.RandomState) -> FloatArray:
        n, k = len(X), int(self.n_components)
        if self.init_params == "random":
            share: FloatArray = rng.uniform(size=(n, k))
            share /= share.sum(axis=1)[:, None]
            return share
        share = np.zeros((n, k))
        if self.init_params == "kmeans":
            share[np.arange(n), KMeans(k, n_init=1, random_state=rng).fit(X).labels_] = 1.0
        elif self.init_params == "k-means++":
            share[kmeans_plusplus(X, k, random_state=rng)[1], np.arange(k)] = 1.0
        else:
            share[rng.choice(n, size=k, replace=False), np.arange(k)] = 1.0
        return share

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Fit the mixture to the rows of X, shape (n, d); y is not used.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, or a component that collapses.
        """
        last = finish(self.steps(X, y), self)
        found = last.found
        if last.name != "best":  # a listener ended the fit early, on centred rows
            found = found._replace(means=found.means + self._check_X(X).mean(axis=0))
        parts = map(owned, found)  # what listeners see is read-only
        self.weights_, self.means_, self.covariances_, self.precisions_cholesky_ = parts
        self.precisions_ = precisions_of(found.factors, self.covariance_type)
        self.converged_, self.n_iter_ = last.converged, last.iteration
        self.lower_bound_, self.lower_bounds_ = last.bound, list(last.bounds)
        if not last.converged and self.max_iter > 0:
            warnings.warn(
                "Best performing initialization did not converge. Try different init parameters, or increase max_iter, "
                "tol, or check for degenerate data.",
                both(ConvergenceWarning),
                stacklevel=2,
            )
        return self

    def fit_predict(self, X: MatrixLike, y: Any = None) -> IntArray:
        """Fit to X and return the most probable component of each row, shape (n,)."""
        return self.fit(X, y).predict(X)

    # ---- using

    def _held(self) -> Gaussians:
        check_is_fitted(self, "means_")
        return Gaussians(self.weights_, self.means_, self.covariances_, self.precisions_cholesky_)

    def _expect(self, X: MatrixLike) -> tuple[FloatArray, FloatArray]:
        held = self._held()
        with one_blas_thread():
            return expect(self._check_X(X), held, self.covariance_type)

    def score_samples(self, X: MatrixLike) -> FloatArray:
        """Return the log density at each row of X, shape (n,)."""
        return self._expect(X)[0]

    def score(self, X: MatrixLike, y: Any = None) -> float:
        """Return the mean log density at the rows of X: the larger, the better."""
        return float(self.score_samples(X).mean())

    def predict(self, X: MatrixLike) -> IntArray:
        """Return the most probable component of each row of X, shape (n,)."""
        held = self._held()
        with one_blas_thread():
            joint = weigh(self._check_X(X), held, self.covariance_type)
        labels: IntArray = joint.argmax(axis=1)
        check_near(joint[np.arange(len(labels)), labels])
        return labels

    def predict_proba(self, X: MatrixLike) -> FloatArray:
        """Return the probability that each row came from each component, shape (n, k)."""
        return np.exp(self._expect(X)[1])

    def sample(self, n_samples: int = 1) -> tuple[FloatArray, IntArray]:
        """Return new rows drawn from the mixture, shape (n_samples, d), and the component of each, ascending.

        Raises
        ------
        ValueError
            If n_samples is below 1.
        """
        check_is_fitted(self, "means_")
        if n_samples < 1:
            raise ValueError(f"n_samples={n_samples}: the sampling requires at least one sample; give 1 or more.")
        rng, shape = check_random_state(self.random_state), self.covariance_type
        counts, d = rng.multinomial(n_samples, self.weights_), self.means_.shape[1]
        drawn = []
        for j, count in enumerate(counts):
            if shape in ("full", "tied"):
                covariance = self.covariances_[j] if shape == "full" else self.covariances_
                drawn.append(rng.multivariate_normal(self.means_[j], covariance, int(count)))
            else:
                drawn.append(self.means_[j] + rng.standard_normal(size=(count, d)) * np.sqrt(self.covariances_[j]))
        return np.vstack(drawn), np.repeat(np.arange(len(counts)), counts)

    def _parameter_count(self) -> int:
        k, d = self.means_.shape
        each = {"full": k * d * (d + 1) // 2, "tied": d * (d + 1) // 2, "diag": k * d, "spherical": k}
        return int(each[self.covariance_type] + k * d + k - 1)

    def bic(self, X: MatrixLike) -> float:
        """Return the Bayesian information criterion, p log n - 2 log likelihood of X: the lower, the better."""
        likelihoods = self.score_samples(X)
        return float(-2.0 * likelihoods.sum() + self._parameter_count() * log(len(likelihoods)))

    def aic(self, X: MatrixLike) -> float:
        """Return the Akaike information criterion, 2 p - 2 log likelihood of X: the lower, the better."""
        return float(-2.0 * self.score_samples(X).sum() + 2 * self._parameter_count())

    def certify(self, X: MatrixLike) -> Certificate:
        """Return by how much one more iteration on X, the rows of the fit, would raise the mean log likelihood."""
        likelihoods, log_share = self._expect(X)
        rows = self._check_X(X)
        center = rows.mean(axis=0)
        with one_blas_thread():
            better = maximise(rows - center, log_share, float(self.reg_covar), self.covariance_type)
            after = expect(rows - center, better, self.covariance_type)[0]
        return Certificate(float(after.mean() - likelihoods.mean()))
