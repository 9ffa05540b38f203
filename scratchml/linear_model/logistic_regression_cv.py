"""Logistic regression that chooses the strength of its penalty by cross-validation.

Idea
----
A weak penalty fits noise, a strong one misses what is there; which is right, the training rows cannot say. So for each
of several strengths fit on a part of the rows and score on the rest, part after part, and take the strength whose mean
score is best.

Maths
-----
``(C_, l1_ratio_)`` is the first of all pairs that maximises the sum over folds of their scores (`logistic_path.py`);
then the model is fitted to all rows. With ``refit=False`` every fold takes its own best, and C_, l1_ratio_ and
coefficients are the means of these.

Cost
----
Folds times Cs times l1_ratios fits, a few passes over X each. Folds run in threads.

Differences
-----------
From scikit-learn: threads in place of processes, None for `n_jobs` meaning all CPUs (bits are the same for any number);
one warning for all folds' fits that did not converge; `fit` takes no parameters for splitters and scorers but
`sample_weight`. Solvers are those of `logistic_regression.py`; several classes are always fitted at once.

References
----------
M. Stone (1974), "Cross-validatory choice and assessment of statistical predictions", J. R. Stat. Soc. B 36(2). T.
Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, section 7.10.
"""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    BaseEstimator,
    ConvergenceWarning,
    both,
    check_is_fitted,
    check_sample_weight,
    class_weights,
    finish,
)
from ..core.rules import anything, array_like, boolean, either, function, integer, none, one_of, text
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..metrics import get_scorer
from .folds import cut_folds
from .linear_classifier import ProbabilityMixin
from .logistic_options import RULES, Strength, check_solver, check_two_classes, row_weights, warn
from .logistic_path import PathStep, Search, as_fitted, best_of, parts, search_paths
from .logistic_regression import Certificate, LogisticRegression, warn_of
from .logistic_solvers import Step

LATER = "in scikit-learn 1.10; this model will follow"


class LogisticRegressionCV(ProbabilityMixin, BaseEstimator):
    """Logistic regression with `C` (and `l1_ratio`) chosen by cross-validation.

    Parameters
    ----------
    Cs : strengths to try, or their number, spread evenly on a logarithmic scale from 1e-4 to 1e4
    l1_ratios : mixes of l1 (1) and l2 (0) to try; None, deprecated, is l2
    fit_intercept : False puts every border through the origin
    cv : number of folds (stratified), splitter, iterable of (train, test), or None for 5 folds
    dual : for compatibility; must be False
    penalty : deprecated: "l2", "l1" or "elasticnet"; leave it out
    scoring : name or callable (estimator, X, y); None is accuracy
    solver, tol, max_iter, class_weight, verbose, random_state : as for `LogisticRegression`; "balanced" weights are
        those of all rows
    n_jobs : threads; None means all CPUs this process may use. The result does not depend on it
    refit : False averages the folds' best models in place of a last fit on all rows
    intercept_scaling : for compatibility; does nothing
    use_legacy_attributes : True gives the shapes below, False the simpler ones of scikit-learn 1.10: floats `C_` and
        `l1_ratio_`; `coefs_paths_` (n_folds, n_l1_ratios, n_cs, k, d + 1), `scores_` and `n_iter_` without its last two

    Attributes
    ----------
    classes_, coef_, intercept_, n_features_in_, feature_names_in_ : as for `LogisticRegression`
    Cs_ : array of shape (n_cs,); l1_ratios_ : array of shape (n_l1_ratios,)
    coefs_paths_ : dict by class (of two, the last only) of arrays (n_folds, n_cs, n_l1_ratios, d + 1), intercepts last
    scores_ : dict by class of arrays (n_folds, n_cs, n_l1_ratios), the same for all
    n_iter_ : array of shape (1, n_folds, n_cs, n_l1_ratios)
    C_, l1_ratio_ : arrays of shape (n_classes,), or (1,) for two; the best, the same for all
        Without l1_ratios (None) the axis of l1_ratios is left out of these arrays.

    References
    ----------
    Hastie, Tibshirani, Friedman (2009), section 7.10.

    Examples
    --------
    >>> from scratchml.linear_model import LogisticRegressionCV
    >>> X, y = [[float(i)] for i in range(8)], [0, 0, 0, 1, 0, 1, 1, 1]
    >>> how = {"l1_ratios": (0.0,), "scoring": "neg_log_loss", "use_legacy_attributes": False}
    >>> model = LogisticRegressionCV(Cs=[0.01, 1.0], cv=2, **how).fit(X, y)
    >>> model.C_, model.scores_.shape
    (1.0, (2, 1, 2))
    """

    _rules: ClassVar = {
        **{name: rule for name, rule in RULES.items() if name not in ("C", "warm_start", "l1_ratio", "multi_class")},
        "penalty": one_of("l1", "l2", "elasticnet", "deprecated"),
        "Cs": either(integer(1), array_like),
        "l1_ratios": either(array_like, none, one_of("warn")),
        "cv": anything,
        "scoring": either(text, function, none),
        "refit": boolean,
        "use_legacy_attributes": either(boolean, one_of("warn")),
    }

    def __init__(
        self,
        *,
        Cs: int | VectorLike = 10,
        l1_ratios: VectorLike | str | None = "warn",
        fit_intercept: bool = True,
        cv: Any = None,
        dual: bool = False,
        penalty: str = "deprecated",
        scoring: str | Callable[..., float] | None = "warn",
        solver: str = "lbfgs",
        tol: float = 1e-4,
        max_iter: int = 100,
        class_weight: Mapping[Any, float] | str | None = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        refit: bool = True,
        intercept_scaling: float = 1.0,
        random_state: RandomStateLike = None,
        use_legacy_attributes: bool | str = "warn",
    ) -> None:
        self.Cs = Cs
        self.l1_ratios = l1_ratios
        self.fit_intercept = fit_intercept
        self.cv = cv
        self.dual = dual
        self.penalty = penalty
        self.scoring = scoring
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.refit = refit
        self.intercept_scaling = intercept_scaling
        self.random_state = random_state
        self.use_legacy_attributes = use_legacy_attributes

    # ---- what is to be done

    def _read_options(self) -> tuple[FloatArray, FloatArray, bool]:
        """Return the Cs, the l1_ratios, and whether these were given; warn as scikit-learn does."""
        given = self.l1_ratios is not None and not isinstance(self.l1_ratios, str)
        if isinstance(self.l1_ratios, str):
            warn(f"The default of l1_ratios becomes (0.0,) {LATER}. Give l1_ratios, e.g. (0,).")
        if isinstance(self.scoring, str) and self.scoring == "warn":
            warn("The default of scoring becomes 'neg_log_loss' in scikit-learn 1.11; give scoring, e.g. 'accuracy'.")
        if self.use_legacy_attributes == "warn":
            warn(f"The default of use_legacy_attributes becomes False {LATER}. Give True or False.")
        if self.penalty != "deprecated":
            warn("'penalty' is deprecated since scikit-learn 1.8 and goes in 1.10: leave it out and give l1_ratios.")
        elif self.l1_ratios is None:
            warn("l1_ratios=None is deprecated since scikit-learn 1.8, an error from 1.10; give e.g. l1_ratios=(0,).")
        if self.penalty == "elasticnet" and not given:
            raise ValueError("l1_ratios must be an array-like of numbers between 0 and 1; got none; give e.g. (0, 1).")
        ratios = check_range("l1_ratios", self.l1_ratios, 0.0, 1.0) if given else np.zeros(1)
        if self.penalty in ("l1", "l2"):
            if given:
                text = f"l1_ratios parameter is only used when penalty is 'elasticnet'. Got (penalty={self.penalty})"
                warn(text, UserWarning)
            ratios = np.full(len(ratios), 1.0 if self.penalty == "l1" else 0.0)
        if isinstance(self.Cs, numbers.Integral):
            Cs: FloatArray = np.logspace(-4, 4, int(self.Cs))
        else:
            Cs = check_range("Cs", self.Cs, float(np.nextafter(0.0, 1.0)), np.inf)
        for ratio in ratios:
            check_solver(self.solver, Strength(float(Cs.min()), float(ratio)), self.dual)
        return Cs, ratios, given

    def _scorer(self) -> Any:
        return get_scorer("accuracy" if self.scoring in (None, "warn") else self.scoring)

    def _model(self, C: float = 1.0, l1_ratio: float = 0.0) -> LogisticRegression:
        """Return the model that is fitted again and again."""
        names = ("fit_intercept", "solver", "tol", "max_iter", "class_weight", "n_jobs", "random_state")
        return LogisticRegression(C=C, l1_ratio=l1_ratio, **{name: getattr(self, name) for name in names})

    def _fixed_class_weight(
        self, classes: Array, codes: IntArray, weight: FloatArray | None
    ) -> Mapping[Any, float] | None:
        """Return the class weights, "balanced" ones worked out over all rows."""
        if isinstance(self.class_weight, str):
            return dict(zip(classes.tolist(), class_weights(self.class_weight, classes, codes, weight).tolist()))
        unknown = set(self.class_weight or ()) - set(classes.tolist())
        if unknown:
            raise ValueError(
                "The given class_weight dict must have the class labels as keys; "
                f"classes={classes} but key={sorted(map(str, unknown))}"
            )
        return self.class_weight

    def _prepare(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None) -> tuple[Search, Array, bool]:
        """Return what is to be searched, the classes as they came, and whether l1_ratios were given."""
        self._check_params()
        Cs, ratios, given = self._read_options()
        X, classes, codes = self._check_X_labels(X, y)
        check_two_classes(classes)
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(codes))
        full_weight = row_weights(self._fixed_class_weight(classes, codes, weight), classes, codes, weight)
        names = np.asarray(classes.tolist()) if classes.dtype == object else classes  # metrics want a plain dtype
        labels = names[codes]
        folds = cut_folds(self.cv, X, labels, classifier=True)
        found = Search(X, codes, names, weight, full_weight, folds, Cs, ratios, self._scorer(), self._model())
        return found, classes, given

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[PathStep | Step]:
        """Return the fit as a generator of steps: "paths" once all folds are done, then those of the refit.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        return search_paths(self._prepare(X, y, sample_weight)[0], bool(self.refit))

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Choose C and l1_ratio, then fit; each row counts `sample_weight` (n,) times, in scores, too.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if y has one class only.

        Warns
        -----
        ConvergenceWarning
            If some fits did not converge.
        """
        search, classes, given = self._prepare(X, y, sample_weight)
        found: list[PathStep] = []
        last = finish(keep_paths(search_paths(search, bool(self.refit)), found), self)
        paths = found[0]
        if paths.unfinished:
            text = f"{paths.unfinished} of {paths.n_iter.size} fits on folds failed to converge; increase max_iter."
            warnings.warn(text, both(ConvergenceWarning), stacklevel=2)
        if isinstance(last, Step):
            r, c = best_of(paths.scores.sum(axis=0))
            C, ratio = search.Cs[c], search.ratios[r]
            self.coef_, self.intercept_ = last.coef.copy(), last.intercept.copy()
            warn_of(last, self.solver, self.max_iter, not np.isinf(C))
        else:
            each = [best_of(scores) for scores in paths.scores]
            C, ratio = np.mean([search.Cs[c] for _, c in each]), np.mean([search.ratios[r] for r, _ in each])
            W = np.mean([paths.coefs[i, r, c] for i, (r, c) in enumerate(each)], axis=0)
            self.coef_, self.intercept_ = parts(W, self.n_features_in_)
        self.classes_, self.Cs_ = classes, search.Cs
        self.l1_ratios_ = np.asarray(self.l1_ratios if given else [None])
        self._best = (float(C), float(ratio))
        self._tell_paths(paths, given)
        return self

    def _tell_paths(self, paths: PathStep, given: bool) -> None:
        """Set the attributes that tell of the search, in scikit-learn's shapes."""
        if self.use_legacy_attributes is False:
            told: tuple[Any, ...] = (*self._best, paths.coefs, paths.scores, paths.n_iter)
        else:
            labels = (self.classes_[-1:] if len(self.classes_) == 2 else self.classes_).tolist()
            coefs, scores, n_iter = (np.swapaxes(a, 1, 2) for a in (paths.coefs, paths.scores, paths.n_iter))
            if not given:  # no axis for them
                coefs, scores, n_iter = coefs[:, :, 0], scores[:, :, 0], n_iter[:, :, 0]
            ratio = self._best[1] if given or not self.refit else None
            told = (
                np.full(len(labels), self._best[0]),
                np.asarray([ratio] * len(labels)),
                {label: coefs[..., j, :].copy() for j, label in enumerate(labels)},
                {label: scores.copy() for label in labels},
                n_iter[None],
            )
        self.C_, self.l1_ratio_, self.coefs_paths_, self.scores_, self.n_iter_ = told

    def score(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> float:
        """Return the score by `scoring` of the predictions for X (n, d) against y (n,)."""
        check_is_fitted(self, "coef_")
        more = {} if sample_weight is None else {"sample_weight": sample_weight}
        return float(self._scorer()(self, X, y, **more))

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Return how nearly the coefficients are the best for `C_` and `l1_ratio_`; says nothing with ``refit=False``.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or `sample_weight` that do not fit.
        """
        check_is_fitted(self, "coef_")
        return as_fitted(self._model(*self._best), self.classes_, self.coef_, self.intercept_).certify(
            X, y, sample_weight
        )

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        how: dict[str, Any] = {"l1_ratios": (0.0,), "cv": 3, "use_legacy_attributes": False}
        return [cls(Cs=3, scoring="neg_log_loss", **how), cls(Cs=[0.1, 1.0], scoring="accuracy", refit=False, **how)]


def check_range(name: str, values: Any, low: float, high: float) -> FloatArray:
    """Return a parameter's numbers, (any number,), once all are seen to be within [low, high].

    Raises
    ------
    ValueError
        If they are not, or there are none.
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}={values!r} must be an array-like of numbers.") from error
    if found.ndim != 1 or not found.size or not ((found >= low) & (found <= high)).all():
        raise ValueError(f"{name} must be an array-like of numbers between {low:.3g} and {high:.3g}; got {values!r}.")
    return found


def keep_paths(steps: Iterator[PathStep | Step], found: list[PathStep]) -> Iterator[PathStep | Step]:
    """Pass steps on, and keep the one that tells of the paths."""
    for step in steps:
        if isinstance(step, PathStep):
            found.append(step)
        yield step
