"""What gradient boosting for classes and for numbers share: parameters, the fit around the rounds, predictions."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    check_is_fitted,
    check_random_state,
    check_same_length,
    check_sample_weight,
    check_targets,
    finish,
)
from ..core.rules import Rule, boolean, either, has_methods, integer, none, one_of, real, verbosity
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..model_selection import train_test_split
from ..tree import DecisionTreeRegressor
from ..tree.decision_tree import BaseDecisionTree
from ..tree.growth import share
from ..tree.walk import as_float32
from .boosting import Boosting, Rows, Step, add_round, boost
from .boosting_certificate import Certificate, Task, certify_rounds, codes_of
from .boosting_losses import Loss
from .ensemble import BaseEnsemble
from .walk import Pile, add_pile, pile_up

LARGEST = 2.0**250  # targets beyond this would overflow when squared
OF_TREES = (
    "max_depth",
    "min_samples_split",
    "min_samples_leaf",
    "min_weight_fraction_leaf",
    "max_features",
    "max_leaf_nodes",
    "min_impurity_decrease",
    "ccp_alpha",
)  # the parameters that are handed on to the trees


class Start(NamedTuple):
    """A constant to start from, in place of an `init` estimator."""

    raw: FloatArray  # (k,)


class Fit(NamedTuple):
    """A fit, prepared."""

    boosting: Boosting
    raw: FloatArray  # (k, n)
    stages: list[Step]
    rng: np.random.RandomState


class BaseGradientBoosting(BaseEnsemble):
    """Base of gradient boosting; use a class derived from it."""

    _rules: ClassVar[Mapping[str, Rule]] = {
        **{k: rule for k, rule in BaseDecisionTree._rules.items() if k not in ("splitter", "monotonic_cst")},
        "learning_rate": real(0.0),
        "n_estimators": integer(1),
        "criterion": one_of("deprecated", "squared_error", "friedman_mse"),
        "subsample": real(0.0, 1.0, open_low=True),
        "verbose": verbosity,
        "warm_start": boolean,
        "validation_fraction": real(0.0, 1.0, open_low=True, open_high=True),
        "n_iter_no_change": either(none, integer(1)),
        "tol": real(0.0),
        "init": either(none, one_of("zero"), has_methods("fit", "predict")),
    }
    learning_rate: float
    n_estimators: int
    criterion: str
    subsample: float
    warm_start: bool
    validation_fraction: float
    n_iter_no_change: int | None
    tol: float
    init: Any
    random_state: RandomStateLike
    ccp_alpha: float
    estimators_: Any
    _piles: tuple[Pile, ...] = ()  # the trees of all rounds once more, for `_raw`

    # ---- fitting

    def _encode(self, y: VectorLike, weight: FloatArray | None, n: int) -> FloatArray:
        """Return y as numbers (n,)."""
        raise NotImplementedError

    def _make_loss(self) -> Loss:
        raise NotImplementedError

    def _start_of(self, X: FloatArray) -> FloatArray:
        """Return the raw predictions (k, n) before the first round."""
        if isinstance(self.init_, str):
            return np.zeros((self._loss.n_trees, len(X)))
        if isinstance(self.init_, Start):
            return np.repeat(self.init_.raw[:, None], len(X), axis=1)
        predicted = self.init_.predict_proba(X) if self._is_classifier() else self.init_.predict(X)
        return self._loss.link(np.asarray(predicted))

    def _is_classifier(self) -> bool:
        return self._tags().estimator_type == "classifier"

    def _fit_start(self, X: FloatArray, y: FloatArray, weight: FloatArray, is_plain: bool) -> None:
        """Set `init_`."""
        if self.init is None:
            self.init_: Any = Start(self._loss.start(y, None if is_plain else weight))
            return
        self.init_ = self.init
        if isinstance(self.init, str):
            return
        try:
            self.init_.fit(X, y) if is_plain else self.init_.fit(X, y, sample_weight=weight)
        except TypeError as error:
            if "unexpected keyword argument 'sample_weight'" not in str(error):
                raise
            name = type(self.init_).__name__
            raise ValueError(
                f"The initial estimator {name} does not support sample weights; give none, or another init."
            ) from error
        except ValueError as error:
            if "stepname__parameter" not in str(error):
                raise
            name = type(self.init_).__name__
            raise ValueError(f"The initial estimator {name} does not support sample weights.") from error

    def _split(self, X: FloatArray, y: FloatArray, weight: FloatArray) -> list[Any]:
        """Return X, y, weight of the rows to learn from, and of those held out (or None)."""
        if self.n_iter_no_change is None:
            return [X, y, weight, None]
        parts = train_test_split(
            X,
            y,
            weight,
            random_state=self.random_state,
            test_size=self.validation_fraction,
            stratify=y if self._is_classifier() else None,
        )
        if self._is_classifier() and len(np.unique(y)) != len(np.unique(parts[2])):
            raise ValueError(
                "The training data after the early stopping split is missing some classes. Try using another random "
                "seed."
            )
        return [*(np.ascontiguousarray(part) for part in parts[::2]), parts[1::2]]

    def _prepare(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None) -> Fit:
        """Check everything, and return the fit prepared."""
        self._check_params()
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None; give it.")
        if self.criterion != "deprecated":
            warnings.warn(
                "The parameter `criterion` is deprecated and has no effect. Leave it to its default value.",
                FutureWarning,
                stacklevel=4,
            )
        X = self._check_X(X, fitting=True)
        weight = check_sample_weight(sample_weight, len(X))
        targets = self._encode(y, None if sample_weight is None else weight, len(X))
        X, targets, weight, held = self._split(X, targets, weight)
        stages = list(getattr(self, "_stages", [])) if self.warm_start else []
        if len(stages) > self.n_estimators:
            raise ValueError(
                f"n_estimators={self.n_estimators} must be larger or equal to estimators_.shape[0]={len(stages)} when "
                "warm_start==True; raise it."
            )
        if not stages:
            self._loss = self._make_loss()
            self._fit_start(X, targets, weight, sample_weight is None)
            self._rng = check_random_state(self.random_state)
        held_out = None
        if held is not None:
            held_out = Rows(as_float32(held[0]), held[1], held[2], self._sum(held[0], stages))
        own = {name: getattr(self, name) for name in OF_TREES}
        example = DecisionTreeRegressor(**own, random_state=0)
        shared = share(example._problem(X, targets, None, shared=True).growth)
        self.max_features_ = example.max_features_
        boosting = Boosting(
            X,
            targets,
            weight,
            self._loss,
            example,
            shared,
            float(self.learning_rate),
            max(1, int(self.subsample * len(X))) if self.subsample < 1.0 else len(X),
            float(self.ccp_alpha),
            held_out,
            self.n_iter_no_change or 0,
            float(self.tol),
        )
        return Fit(boosting, self._sum(X, stages), stages, self._rng)

    def _sum(self, X: FloatArray, stages: list[Step]) -> FloatArray:
        """Return the raw predictions (k, n) after some rounds."""
        raw, rows = self._start_of(X), as_float32(X)
        for step in stages:
            add_round(step.trees, rows, float(self.learning_rate), raw)
        return raw

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: one for each round, with residuals, trees and scores.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        fit = self._prepare(X, y, sample_weight)
        return boost(fit.boosting, fit.raw, fit.stages, self.n_estimators, fit.rng)

    def fit(
        self,
        X: MatrixLike,
        y: VectorLike,
        sample_weight: VectorLike | None = None,
        monitor: Callable[[int, Any, dict[str, Any]], bool] | None = None,
    ) -> Self:
        """Boost from X (n, d) and y (n,); return self.

        Parameters
        ----------
        sample_weight : (n,) how much each row counts; None for 1
        monitor : called after each round with (round from 0, self, {"step": step}); True ends the fit

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`.
        """
        fit = self._prepare(X, y, sample_weight)
        if len(fit.stages) == self.n_estimators:
            return self
        rounds = boost(fit.boosting, fit.raw, fit.stages, self.n_estimators, fit.rng)
        self._keep(finish(self._watched(rounds, monitor), self).stages)
        self._piles = tuple(pile_up([member.tree_ for member in trees]) for trees in self.estimators_.T)
        return self

    def _watched(
        self, rounds: Iterator[Step], monitor: Callable[[int, Any, dict[str, Any]], bool] | None
    ) -> Iterator[Step]:
        for step in rounds:
            yield step
            if monitor is not None:
                self._keep(step.stages)
                if monitor(step.iteration - 1, self, {"step": step}):
                    return

    def _keep(self, stages: list[Step]) -> None:
        """Set what is known after these rounds."""
        self._stages = stages
        self.n_estimators_, self.n_trees_per_iteration_ = len(stages), self._loss.n_trees
        self.estimators_ = np.empty((len(stages), self._loss.n_trees), dtype=object)
        for t, step in enumerate(stages):
            self.estimators_[t] = step.trees
        self.train_score_ = np.array([step.train_score for step in stages])
        if self.subsample < 1.0:
            self.oob_scores_ = np.array([step.oob_score for step in stages])
            before = np.concatenate([[stages[0].first_oob_score], self.oob_scores_[:-1]])
            self.oob_improvement_ = before - self.oob_scores_
            self.oob_score_ = float(self.oob_scores_[-1])

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Check that the start and each leaf's step are the best for the rows they were fitted to, and the loss falls.

        Give the rows of the fit. Proves, without the kernels of the fit and rounding apart: the start is the best
        constant (with `init=None`); each leaf takes the step of least loss, or Newton's step where the loss is no
        parabola. Rows held out, or left out by `subsample`, had no say: with them `leaf_slope` is not 0. Says nothing
        of which splits were taken; `estimators_` are for that.

        Raises
        ------
        ValueError
            For loss "huber", whose border moves from round to round: there is no one loss to check.
        """
        check_is_fitted(self, "estimators_")
        params: Any = self
        if params.loss == "huber":
            raise ValueError("loss='huber' changes from round to round and cannot be certified; give another loss.")
        rows = self._check_X(X)
        weight = check_sample_weight(sample_weight, len(rows))
        targets = codes_of(y, params.classes_) if self._is_classifier() else check_targets(y)
        check_same_length(X=rows, y=targets)
        task = Task(params.loss, float(getattr(self, "alpha", 0.5)), targets, weight)
        k = self._loss.n_trees
        stages = (
            [(member.tree_.apply(rows), member.tree_.value[:, 0, 0]) for member in trees] for trees in self.estimators_
        )
        start, factor = self._start_of(rows), (k - 1) / k if k > 1 else 1.0
        return certify_rounds(task, start, stages, float(self.learning_rate), factor=factor)

    # ---- predicting

    def _staged_raw(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield the raw predictions (k, m) after each round; a live view."""
        check_is_fitted(self, "estimators_")
        found = self._check_X(X)
        raw, rows = self._start_of(found), as_float32(found)
        for trees in self.estimators_:
            add_round(list(trees), rows, float(self.learning_rate), raw)
            yield raw

    def _raw(self, X: MatrixLike) -> FloatArray:
        """Return the raw predictions (k, m): the last ones of `_staged_raw`."""
        check_is_fitted(self, "estimators_")
        # plainly: *_, raw = self._staged_raw(X)
        found = self._check_X(X)
        raw, rows = self._start_of(found), as_float32(found)
        for j, pile in enumerate(self._fresh_piles()):
            add_pile(pile, rows, raw[j][:, None], float(self.learning_rate))
        return raw

    def _fresh_piles(self) -> tuple[Pile, ...]:
        """Return the piles of the trees, made anew where `estimators_` have been changed since the fit."""
        trees = [[member.tree_ for member in column] for column in self.estimators_.T]
        piled = [tree for pile in self._piles for tree in pile.trees]
        grown = [tree for column in trees for tree in column]
        is_fresh = len(piled) == len(grown) and all(map(operator.is_, piled, grown))
        return self._piles if is_fresh else tuple(map(pile_up, trees))

    def apply(self, X: MatrixLike) -> Array:
        """Return the leaf that each row of X (m, d) ends in, for each tree: (m, n_estimators_, k)."""
        check_is_fitted(self, "estimators_")
        rows = self._check_X(X)
        found: IntArray = np.array([[member.tree_.apply(rows) for member in trees] for trees in self.estimators_])
        return found.transpose(2, 0, 1).astype(np.float64)

    @property
    def feature_importances_(self) -> FloatArray:
        """Return each feature's share (d,) of the fall of the residuals' variance; zeros if no tree has a split."""
        check_is_fitted(self, "estimators_")
        trees = [member.tree_ for member in self.estimators_.ravel() if member.tree_.node_count > 1]
        if not trees:
            return np.zeros(self.n_features_in_)
        mean = np.mean([tree.compute_feature_importances(normalize=False) for tree in trees], axis=0)
        shares: FloatArray = mean / mean.sum()
        return shares
