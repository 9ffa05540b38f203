"""What both estimators of histogram boosting share: data in, the fit's parts put together, scores out.

Idea
----
Bookkeeping only: nothing here is boosting. Rows are numbered, kept aside, binned; the loop is run; the trees are kept.

Cost
----
A copy of the rows kept aside, and of X where it holds categories.

Differences
-----------
Told in `hist_gradient_boosting.py`.

References
----------
See `hist_gradient_boosting.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple, Self

import numpy as np

from ..core import (
    Tags,
    check_is_fitted,
    check_labels,
    check_random_state,
    check_same_length,
    check_sample_weight,
    check_targets,
    class_weights,
    count_samples,
    finish,
    is_data_frame,
)
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from ..metrics import check_scoring
from ..model_selection import train_test_split
from .boosting_certificate import Certificate, Task, certify_rounds, codes_of, leaves_of
from .hist_binning import bin_rows, find_bins
from .hist_boosting import Boosting, Judge, Rows, ScoreByScorer, Step, boost, rescaled, scores_of, shift_of
from .hist_columns import Columns, find_categorical, learn_columns, to_numbers
from .hist_growing import Limits, TreeGrower
from .hist_losses import MULTINOMIAL, best_constant
from .hist_options import LARGEST_WEIGHT, check_interactions, check_monotonic
from .hist_trees import Tree, Wood, add_scores, pile

Given = tuple[Any, Any, Any]  # X_val, y_val, sample_weight_val, as the caller gave them


class Plan(NamedTuple):
    """What a fit has settled before its first step."""

    boosting: Boosting
    columns: Columns | None  # None: no categories
    categorical: Array | None
    classes: Array | None
    seed: int
    rng: np.random.Generator  # draws columns


class HistGradientBoosting:
    """The base of both estimators."""

    classes_: Array
    n_iter_: int
    _rounds: list[list[Tree]]
    _start: FloatArray
    _columns: Columns | None
    _wood: Wood | None = None
    _known: tuple[FloatArray, FloatArray] | None = None  # of a stand-in: rows, and their scores

    # ---- data in

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.allow_nan = True
        return tags

    def _targets(self, y: VectorLike) -> FloatArray:
        return check_targets(y)

    def _labels(self, y: VectorLike) -> tuple[Array, FloatArray]:
        classes, codes = check_labels(y)
        return classes, codes.astype(np.float64)

    def _numbered(self, y: VectorLike) -> tuple[Array | None, FloatArray]:
        raise NotImplementedError

    def _loss_code(self, classes: Array | None) -> tuple[int, float]:
        raise NotImplementedError

    def _numbers(self, X: MatrixLike, columns: Columns | None, fitting: bool = False) -> FloatArray:
        """Return X (n, d) in numbers, columns of categories first."""
        model: Any = self
        if columns is None:
            found: FloatArray = model._check_X(X, fitting=fitting, finite=False)
            return found
        model._check_feature_names(X, fitting)
        given = X if is_data_frame(X) else np.asarray(X)
        if given.ndim != 2 or not len(given):
            return np.asarray(model._check_X(given, fitting=fitting, finite=False))  # says what is wrong
        if fitting:
            model.n_features_in_ = int(given.shape[1])
        elif given.shape[1] != model.n_features_in_:
            raise ValueError(
                f"X has {given.shape[1]} features, but {type(self).__name__} is expecting {model.n_features_in_} "
                "features as input."
            )
        return to_numbers(given, columns, self)

    def _weights(
        self, weight: VectorLike | None, n: int, classes: Array | None, codes: FloatArray
    ) -> FloatArray | None:
        found = None if weight is None else check_sample_weight(weight, n)
        by_class = getattr(self, "class_weight", None)
        if by_class is not None and classes is not None:
            whole = codes.astype(np.int64)
            each = class_weights(by_class, classes, whole)[whole]
            found = each if found is None else found * each
        if found is not None and not (0 < found.max() <= LARGEST_WEIGHT):
            raise ValueError(
                f"sample_weight: the largest weight is {found.max()}; give weights with a largest above 0 and of at "
                f"most {LARGEST_WEIGHT}."
            )
        return found

    # ---- the parts of a fit

    def _goes_on(self) -> bool:
        return bool(self.warm_start and getattr(self, "_rounds", None))  # type: ignore[attr-defined]

    def _kept_aside(
        self,
        X: FloatArray,
        y: FloatArray,
        weight: FloatArray | None,
        given: Given,
        seed: int,
        classes: Array | None,
        columns: Columns | None,
        stops: bool,
    ) -> tuple[FloatArray, FloatArray, FloatArray | None, tuple[FloatArray, FloatArray, FloatArray | None] | None]:
        """Return the rows to train on, and those kept aside for early stopping (or None)."""
        model: Any = self
        X_val, y_val, weight_val = given
        if X_val is not None or y_val is not None:
            if X_val is None or y_val is None:
                raise ValueError("X_val and y_val go together, but only one of them was provided; give both.")
            if model.early_stopping is False:
                raise ValueError("X_val and y_val are for early stopping, but early_stopping is False; set it to True.")
            rows = self._numbers(X_val, columns)
            truth = self._numbers_of_labels(y_val, classes)
            check_same_length(X_val=rows, y_val=truth)
            w = None if weight_val is None else check_sample_weight(weight_val, len(rows), name="sample_weight_val")
            return X, y, weight, (rows, truth, w)
        if not stops or model.validation_fraction is None:
            return X, y, weight, None
        how = {
            "test_size": model.validation_fraction,
            "stratify": None if classes is None else y,
            "random_state": seed,
        }
        if weight is None:
            X, X_aside, y, y_aside = train_test_split(X, y, **how)
            return X, y, None, (X_aside, y_aside, None)
        X, X_aside, y, y_aside, weight, weight_aside = train_test_split(X, y, weight, **how)
        return X, y, weight, (X_aside, y_aside, weight_aside)

    def _numbers_of_labels(self, y: VectorLike, classes: Array | None) -> FloatArray:
        if classes is None:
            return self._numbered(y)[1]
        labels, codes = check_labels(y, name="y_val")
        unknown = np.setdiff1d(labels, classes)
        if len(unknown):
            raise ValueError(f"y_val has labels that y does not have: {unknown.tolist()}; leave these rows out.")
        return np.searchsorted(classes, labels)[codes].astype(np.float64)

    def _judge(
        self, loss: int, q: float, seed: int, classes: Array | None, shift: int,
        earlier: list[list[Tree]], start: FloatArray,
    ) -> Judge:  # fmt: skip
        model: Any = self
        scorer = None
        if model.scoring != "loss":
            stand_in = copy.copy(self)
            stand_in._columns, stand_in._wood = None, None  # it is asked about rows in numbers, and grows
            stand_in._rounds, stand_in._start = earlier, start
            if classes is not None:
                stand_in.classes_ = classes
            stand_in.n_iter_ = 0
            scorer = ScoreByScorer(check_scoring(stand_in, model.scoring), stand_in, classes, shift)
        judge = Judge(loss, q, model.n_iter_no_change, model.tol, scorer, seed, classes is not None)
        if self._goes_on():
            judge.train_scores = model.train_score_.tolist()
            judge.validation_scores = model.validation_score_.tolist()
        return judge

    def _plan(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None, given: Given) -> Plan:
        model: Any = self
        model._check_params()
        if y is None:
            raise ValueError(f"{type(self).__name__} requires y to be passed, but the target y is None; give it.")
        categorical, columns = find_categorical(X, model.categorical_features), None
        if categorical is not None:
            columns = learn_columns(X if is_data_frame(X) else np.asarray(X), categorical, model.max_bins)
        rows = self._numbers(X, columns, fitting=True)
        classes, truth = self._numbered(y)
        check_same_length(X=rows, y=truth)
        weight = self._weights(sample_weight, len(rows), classes, truth)
        loss, q = self._loss_code(classes)
        k, d = (len(classes) if loss == MULTINOMIAL and classes is not None else 1), rows.shape[1]
        order = np.arange(d) if columns is None else columns.order
        limits, monotonic = self._limits(d, order, k, categorical)
        seed, rng = self._draws()
        stops = len(rows) > 10_000 if model.early_stopping == "auto" else bool(model.early_stopping)
        rows, truth, weight, aside = self._kept_aside(rows, truth, weight, given, seed, classes, columns, stops)
        counts = np.full(d, -1, dtype=np.int64) if columns is None else columns.counts
        bins = find_bins(rows, model.max_bins, counts, weight, seed, None)
        grower = TreeGrower(bin_rows(rows, bins, None), bins, monotonic, limits, rng, None)
        goes_on = self._goes_on()
        earlier = list(self._rounds) if goes_on else []
        if len(earlier) > model.max_iter:
            raise ValueError(
                f"max_iter={model.max_iter} must be larger than or equal to n_iter_={len(earlier)} when "
                "warm_start==True; raise it, or set warm_start=False."
            )
        shift = 0 if classes is not None else shift_of(truth, loss)
        truth = np.ldexp(truth, -shift) if shift else truth
        start = np.ldexp(self._start, -shift) if goes_on else best_constant(loss, q, truth, weight, k)
        if goes_on and len(start) != k:
            raise ValueError(f"warm_start: the last fit had {len(start)} scores, these labels want {k}; fit anew.")
        scaled = rescaled(earlier, -shift)
        train = Rows(rows, truth, weight, scores_of(rows, start, scaled))
        validation = None
        if aside is not None and stops:
            y_aside = np.ldexp(aside[1], -shift)
            validation = Rows(aside[0], y_aside, aside[2], scores_of(aside[0], start, scaled))
        judge = self._judge(loss, q, seed, classes, shift, earlier, np.ldexp(start, shift)) if stops else None
        boosting = Boosting(
            loss, q, float(model.learning_rate), model.max_iter, shift, len(earlier), grower, train, validation, judge,
            earlier, np.ldexp(start, shift),
        )  # fmt: skip
        return Plan(boosting, columns, categorical, classes, seed, rng)

    def _limits(self, d: int, order: IntArray, k: int, categorical: Array | None) -> tuple[Limits, IntArray]:
        """Return what a tree may become, and the monotone columns, both by the reordered columns."""
        model: Any = self
        if model.monotonic_cst is not None and k > 1:
            raise ValueError("monotonic constraints are not supported for multiclass classification.")
        monotonic = check_monotonic(model.monotonic_cst, d, getattr(self, "feature_names_in_", None))
        if categorical is not None and monotonic[categorical].any():
            raise ValueError("Categorical features cannot have monotonic constraints; set their monotonic_cst to 0.")
        groups = check_interactions(model.interaction_cst, d)
        if groups is not None:
            place = np.argsort(order)
            groups = [{int(place[f]) for f in group} for group in groups]
        limits = Limits(
            model.max_leaf_nodes, model.max_depth, model.min_samples_leaf, float(model.l2_regularization),
            float(model.max_features), groups,
        )  # fmt: skip
        return limits, monotonic[order]

    def _draws(self) -> tuple[int, np.random.Generator]:
        """Return the seed of the split and the bins, and the generator that draws columns; those of the last fit, if
        this one goes on from it."""
        model: Any = self
        if self._goes_on():
            return model._seed, model._rng
        rng = check_random_state(model.random_state)
        top = np.iinfo(np.uint32).max
        seed, column_seed = rng.randint(top, dtype="u8"), rng.randint(top, dtype="u8")
        return int(seed), np.random.default_rng(column_seed)

    # ---- the fit

    def steps(
        self,
        X: MatrixLike,
        y: VectorLike,
        sample_weight: VectorLike | None = None,
        *,
        X_val: MatrixLike | None = None,
        y_val: VectorLike | None = None,
        sample_weight_val: VectorLike | None = None,
    ) -> Iterator[Step]:
        """Return the fit as a generator of steps: "start", then "round" after each round.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or weights; at once, before the first step.
        """
        return boost(self._plan(X, y, sample_weight, (X_val, y_val, sample_weight_val)).boosting)

    def fit(
        self,
        X: MatrixLike,
        y: VectorLike,
        sample_weight: VectorLike | None = None,
        *,
        X_val: MatrixLike | None = None,
        y_val: VectorLike | None = None,
        sample_weight_val: VectorLike | None = None,
    ) -> Self:
        """Grow trees for X (n, d), NaN where missing, and y (n,); each row counts `sample_weight` (n,) times.

        `X_val`, `y_val` and `sample_weight_val` take the place of rows kept aside for early stopping.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or weights.
        """
        plan = self._plan(X, y, sample_weight, (X_val, y_val, sample_weight_val))
        b = plan.boosting
        finish(boost(b), self)
        self._rounds, self._start, self._columns = b.earlier, b.start, plan.columns
        self._seed, self._rng, self._wood = plan.seed, plan.rng, pile(b.earlier)
        self._fitted_with_sw = sample_weight is not None  # the trees' counts of rows know no weights
        self.is_categorical_ = plan.categorical
        if plan.classes is not None:
            self.classes_ = plan.classes
        self.n_iter_, self.n_trees_per_iteration_ = len(b.earlier), len(b.start)
        self.do_early_stopping_ = b.judge is not None
        self.train_score_ = np.array([] if b.judge is None else b.judge.train_scores)
        self.validation_score_ = np.array([] if b.judge is None else b.judge.validation_scores)
        return self

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Check that the start and each leaf's step are the best for the rows they were fitted to, and the loss falls.

        Give the rows of the fit. Proves, without bins, histograms or the kernels of the fit: the start is the best
        constant; each leaf's value is `learning_rate` times the step of least loss, or Newton's step where the loss is
        no parabola. It is that up to 1e-6 only, as slopes are kept in float32. Rows kept aside for early stopping had
        no say, and monotone columns hold values back: with them `leaf_slope` is not 0. Says nothing of which splits
        were taken.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For X, y or weights that do not fit.
        """
        check_is_fitted(self, "n_iter_")
        model: Any = self
        rows, classes = self._numbers(X, self._columns), getattr(self, "classes_", None)
        truth = self._numbered(y)[1] if classes is None else codes_of(y, classes)
        check_same_length(X=rows, y=truth)
        weight = self._weights(sample_weight, len(rows), classes, truth)
        task = Task(model.loss, self._loss_code(classes)[1], truth, np.ones(len(rows)) if weight is None else weight)
        rate = float(model.learning_rate)
        stages = ([(leaves_of(tree, rows), tree.value / rate) for tree in trees] for trees in self._rounds)
        scores = np.repeat(self._start[:, None], len(rows), axis=1)
        return certify_rounds(task, scores, stages, rate, float(model.l2_regularization))

    # ---- scores out

    def _pile(self) -> Wood:
        return pile(self._rounds) if self._wood is None else self._wood

    def _scores(self, X: MatrixLike) -> FloatArray:
        """Return the scores (k, n) of the rows of X."""
        if self._known is not None and X is self._known[0]:
            return self._known[1]
        check_is_fitted(self, "n_iter_")
        rows = self._numbers(X, self._columns)
        scores = np.repeat(self._start[:, None], count_samples(rows), axis=1)
        if self._rounds:
            add_scores(rows, self._pile(), scores)
        return scores

    def _staged_scores(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield the scores (k, n) of the rows of X after each round."""
        check_is_fitted(self, "n_iter_")
        rows = self._numbers(X, self._columns)
        scores = np.repeat(self._start[:, None], count_samples(rows), axis=1)
        for trees in self._rounds:
            add_scores(rows, pile([trees]), scores)
            yield scores.copy()
