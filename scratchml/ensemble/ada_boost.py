"""AdaBoost: each round looks at what the rounds before got wrong.

Idea
----
Fit a weak classifier (a stump). Raise the weight of the rows it got wrong, fit the next one to the weighted rows, and
so on. In the end all vote, the better ones with more weight.

Maths
-----
With k classes and weights w that add up to 1, in each round: error e = sum of w over the rows got wrong;
alpha = learning_rate (log((1 - e) / e) + log(k - 1)); w_i <- w_i exp(alpha) for the rows got wrong, then made to add up
to 1. The decision for class c is the mean, weighted by alpha, of 1 for a vote for c and -1 / (k - 1) for another.

Cost
----
One fit of the weak classifier for each round; trees share their sorted columns.

Differences
-----------
The same `random_state` gives scikit-learn's rounds, weights and errors. Metadata routing is not there; sparse X is
refused.

References
----------
J. Zhu, H. Zou, S. Rosset, T. Hastie, "Multi-class AdaBoost", Statistics and Its Interface 2, 2009, algorithm 2 (SAMME).
Y. Freund, R. Schapire, "A decision-theoretic generalization of on-line learning and an application to boosting",
Journal of Computer and System Sciences 55, 1997.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    ClassifierMixin,
    check_is_fitted,
    check_random_state,
    check_same_length,
    check_sample_weight,
    clone,
    draw_seed,
    finish,
)
from ..core.rules import Rule, either, has_methods, integer, none, random_state, real
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from ..metrics import accuracy_score
from ..tree import DecisionTreeClassifier, prepare
from ..tree.decision_tree import NO_LIMIT, NODES_AT_ONCE, Problem, grow_tree
from ..tree.growth import Shared, share
from ..tree.walk import as_float32
from .boosting_certificate import codes_of
from .ensemble import BaseEnsemble
from .walk import add_tree

EPS = 2.220446049250313e-16


class Step(NamedTuple):
    """What is known after one round."""

    name: str  # "round"
    iteration: int
    estimator: Any  # fitted to the rows weighted by `weight`
    weight: FloatArray  # (n,) of the rows in this round
    is_wrong: Array  # (n,) which rows it got wrong
    error: float  # their share of the weight
    alpha: float  # the weight of its vote
    rounds: list[tuple[Any, float, float]]  # (estimator, alpha, error) of all rounds so far


class Certificate(NamedTuple):
    """What AdaBoost promises of its rounds, worked out anew from the members' votes."""

    step_slope: float  # largest |error - (1 - 1/k)| of a member under the weights of the next round; 0: no better vote
    largest_rise: float  # of the exponential loss in a round; below 0 if it always falls
    loss: float  # the exponential loss in the end
    train_error: float  # share of the weight got wrong in the end; for two classes never above `loss`


def vote_weight(error: float, n_classes: int, learning_rate: float) -> float:
    """Return alpha, the weight of a vote."""
    return float(learning_rate * (np.log((1.0 - error) / error) + np.log(n_classes - 1.0)))


def raise_weights(weight: FloatArray, is_wrong: Array, alpha: float) -> FloatArray:
    """Return the weights (n,) with those of the rows got wrong multiplied by exp(alpha)."""
    with np.errstate(divide="ignore", over="ignore"):
        found: FloatArray = np.exp(np.log(weight) + alpha * is_wrong * (weight > 0))
    return found


def seed_of(estimator: Any, rng: np.random.RandomState) -> dict[str, int]:
    """Return a seed for each `random_state` among an estimator's parameters, nested ones included."""
    names = sorted(estimator.get_params(deep=True))
    return {name: draw_seed(rng) for name in names if name == "random_state" or name.endswith("__random_state")}


def sorted_once(estimator: Any, X: FloatArray, y: Array) -> Shared | None:
    """Return the columns and how they are sorted, which serves all rounds; None for other estimators than trees."""
    if type(estimator) is not DecisionTreeClassifier or estimator.splitter != "best" or estimator.class_weight:
        return None
    example = clone(estimator)
    if example.random_state is not None and not isinstance(example.random_state, (int, np.integer)):
        example.set_params(random_state=0)  # a generator is not to be drawn from here
    weight = np.full(len(X), 0.5)  # no whole numbers, as in the rounds: sums will be rounded
    return share(example._problem(X, y, weight, shared=True).growth)


def fit_weighted(member: Any, known: Shared | None, X: FloatArray, y: Array, weight: FloatArray) -> Any:
    """Fit a weak classifier to weighted rows and return it; a tree takes its columns sorted, and so the same tree."""
    if known is None:
        return member.fit(X, y, sample_weight=weight)
    member._check_params()
    member.n_features_in_, member.n_outputs_ = X.shape[1], 1
    member.classes_, member.max_features_ = np.unique(y), member._draw_count(X.shape[1])
    member.n_classes_ = len(member.classes_)
    data = known.data._replace(weight=weight)
    limits = member._limits(len(X), weight, float(np.sum(weight)), data)._replace(is_simple=False)
    seed = int(check_random_state(member.random_state).randint(0, NO_LIMIT))
    growth = prepare(data, limits, known.order, seed, ready=known.ready)
    *_, last = grow_tree(Problem(growth, 0), NODES_AT_ONCE, float(member.ccp_alpha))
    member.tree_ = last.tree
    return member


class AdaBoostClassifier(ClassifierMixin, BaseEnsemble):
    """AdaBoost for two or more classes (SAMME).

    Parameters
    ----------
    estimator : the weak classifier, whose fit takes `sample_weight`; None for a stump, a tree of depth 1
    n_estimators : how many rounds at most
    learning_rate : a factor of the votes' weights
    random_state : of the weak classifiers

    Attributes
    ----------
    estimators_ : list of the fitted weak classifiers
    estimator_ : the unfitted one
    classes_ : array (k,)
    n_classes_, n_features_in_ : int
    estimator_weights_ : array (n_estimators,), alpha of each round; 0 for rounds not played
    estimator_errors_ : array (n_estimators,), each round's weighted error; 1 for rounds not played
    feature_importances_ : array (d,), the mean of the rounds', if they have any
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Zhu, Zou, Rosset, Hastie (2009), algorithm 2.

    Examples
    --------
    >>> from scratchml.ensemble import AdaBoostClassifier
    >>> model = AdaBoostClassifier(n_estimators=3).fit([[1.0], [2.0], [4.0], [5.0]], ["a", "b", "a", "a"])
    >>> model.predict([[1.0], [2.0], [5.0]]).tolist()
    ['a', 'b', 'a']
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        "estimator": either(none, has_methods("fit", "predict")),
        "n_estimators": integer(1),
        "learning_rate": real(0.0, open_low=True),
        "random_state": random_state,
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_estimators: int = 50,
        learning_rate: float = 1.0,
        random_state: RandomStateLike = None,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.random_state = random_state

    # ---- fitting

    def _rounds(self, X: FloatArray, y: Array, weight: FloatArray) -> Iterator[Step]:
        """Yield a Step after each round, until one is perfect, or no better than a guess."""
        rng, k = check_random_state(self.random_state), self.n_classes_
        counts, weight = weight > 0, weight / weight.sum()
        rounds: list[tuple[Any, float, float]] = []
        known = sorted_once(self.estimator_, X, y)
        for t in range(1, self.n_estimators + 1):
            weight = np.where(counts, np.maximum(weight, EPS), 0.0)
            member = clone(self.estimator_)
            seeds = seed_of(member, rng)
            member = fit_weighted(member.set_params(**seeds), known, X, y, weight)
            is_wrong = member.predict(X) != y
            error = float(np.average(is_wrong, weights=weight))
            if error >= 1.0 - 1.0 / k and error > 0.0:
                if not rounds:
                    raise ValueError(
                        "BaseClassifier in AdaBoostClassifier ensemble is worse than random, ensemble can not be fit; "
                        "give another estimator."
                    )
                return
            alpha = 1.0 if error <= 0.0 else vote_weight(error, k, self.learning_rate)
            rounds = [*rounds, (member, alpha, max(error, 0.0))]
            yield Step("round", t, member, weight, is_wrong, error, alpha, rounds)
            if error <= 0.0:
                return
            weight = raise_weights(weight, is_wrong, alpha)
            total = float(np.sum(weight))
            if not np.isfinite(total):
                warnings.warn(
                    f"Sample weights have reached infinite values, at iteration {t - 1}, causing overflow. Iterations "
                    "stopped. Try lowering the learning rate.",
                    stacklevel=4,
                )
                return
            weight = weight / total

    def steps(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: one for each round.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        X, classes, codes = self._check_X_labels(X, y)
        weight = check_sample_weight(sample_weight, len(X))
        self.estimator_ = DecisionTreeClassifier(max_depth=1) if self.estimator is None else self.estimator
        if "sample_weight" not in inspect.signature(self.estimator_.fit).parameters:
            raise ValueError(
                f"{type(self.estimator_).__name__} doesn't support sample_weight; give an estimator whose fit takes it."
            )
        self.classes_, self.n_classes_ = classes, len(classes)
        return self._rounds(X, classes[codes], weight)

    def fit(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Self:
        """Boost from X (n, d) and the labels y (n,); return self.

        Parameters
        ----------
        sample_weight : (n,) the weights to start from; None for equal ones

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, y or `sample_weight`; if the first round is no better than a guess.
        """
        rounds = finish(self.steps(X, y, sample_weight), self).rounds
        self.estimators_ = [member for member, _, _ in rounds]
        self.estimator_weights_ = np.zeros(self.n_estimators)
        self.estimator_errors_ = np.ones(self.n_estimators)
        self.estimator_weights_[: len(rounds)] = [alpha for _, alpha, _ in rounds]
        self.estimator_errors_[: len(rounds)] = [error for _, _, error in rounds]
        return self

    def certify(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Certificate:
        """Check that each vote has the best weight, and that the exponential loss falls, for the rows of the fit.

        With `learning_rate=1`, alpha is where the loss is least along the new member's votes: the next round's weights
        make that member no better than a guess, `step_slope` is 0 but for rounding. (A perfect member ends the fit;
        its vote is not looked at.) With k classes and f the sum of alpha times votes, 1 for a class and -1 / (k - 1)
        for others, the loss is the mean of exp(-(k - 1) f_y / k), times a constant in each row: the weights.
        """
        check_is_fitted(self, "estimators_")
        rows, k = self._check_X(X), self.n_classes_
        codes = codes_of(y, self.classes_).astype(np.int64)
        check_same_length(X=rows, y=codes)
        weight = check_sample_weight(sample_weight, len(rows))
        weight, loss, rise, slope = weight / weight.sum(), 1.0, -np.inf, 0.0
        first = weight
        for member, alpha, error in zip(self.estimators_, self.estimator_weights_, self.estimator_errors_):
            if error <= 0.0:
                break
            is_wrong = member.predict(rows) != self.classes_[codes]
            # a right vote divides a row's loss by exp(alpha (k - 1) / k), a wrong one multiplies it by exp(alpha / k)
            weight = weight * np.exp(alpha * np.where(is_wrong, 1.0, 1.0 - k) / k)
            change = float(weight.sum())
            rise, loss, weight = max(rise, loss * (change - 1.0)), loss * change, weight / change
            slope = max(slope, abs(float(weight[is_wrong].sum()) - (1.0 - 1.0 / k)))
        wrong = self.predict(rows) != self.classes_[codes]
        return Certificate(slope, rise, loss, float(first[wrong].sum()))

    # ---- predicting

    def _staged(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield the mean of the votes (m, k) after each round."""
        check_is_fitted(self, "estimators_")
        rows, k = self._check_X(X), self.n_classes_
        total, norm, narrow = np.zeros((len(rows), k)), 0.0, as_float32(rows)
        for member, alpha in zip(self.estimators_, self.estimator_weights_):
            norm += alpha
            other = -1.0 / (k - 1) * alpha if k > 1 else 0.0
            if type(member) is DecisionTreeClassifier:  # the same, without a check of all rows for each tree
                votes = np.full((member.tree_.node_count, k), other)
                votes[np.arange(len(votes)), member.tree_.value[:, 0].argmax(axis=1)] = alpha
                add_tree(member.tree_, narrow, False, total, 1.0, votes)
            else:
                total += np.where(member.predict(rows)[:, None] == self.classes_, alpha, other)
            yield total / norm

    def _decision(self, votes: FloatArray) -> FloatArray:
        if self.n_classes_ == 1:
            return np.zeros((len(votes), 1))
        found: FloatArray = votes[:, 1] - votes[:, 0] if self.n_classes_ == 2 else votes
        return found

    def _named(self, decision: FloatArray) -> Array:
        best = (decision > 0).astype(np.int64) if decision.ndim == 1 else decision.argmax(axis=1)
        found: Array = self.classes_[best]
        return found

    def _shares(self, decision: FloatArray) -> FloatArray:
        if self.n_classes_ == 1:
            return np.ones((len(decision), 1))
        pair = decision.ndim == 1
        logits = np.stack([-decision, decision], axis=1) / 2 if pair else decision / (self.n_classes_ - 1)
        risen = np.exp(logits - logits.max(axis=1, keepdims=True))
        found: FloatArray = risen / risen.sum(axis=1, keepdims=True)
        return found

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return the mean of the votes for X (m, d): (m,) for two classes, above 0 for the second; (m, k) for more."""
        *_, votes = self._staged(X)
        return self._decision(votes)

    def staged_decision_function(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield what `decision_function` would return after each round."""
        for votes in self._staged(X):
            yield self._decision(votes)

    def predict(self, X: MatrixLike) -> Array:
        """Return the class (m,) of each row of X (m, d)."""
        return self._named(self.decision_function(X))

    def staged_predict(self, X: MatrixLike) -> Iterator[Array]:
        """Yield what `predict` would return after each round."""
        for decision in self.staged_decision_function(X):
            yield self._named(decision)

    def staged_score(self, X: MatrixLike, y: VectorLike, sample_weight: VectorLike | None = None) -> Iterator[float]:
        """Yield the accuracy on X and y after each round."""
        for predicted in self.staged_predict(X):
            yield accuracy_score(y, predicted, sample_weight=sample_weight)

    def predict_proba(self, X: MatrixLike) -> FloatArray:
        """Return the shares (m, k) of the classes: the softmax of the votes' mean."""
        decision = self.decision_function(X)
        return self._shares(decision)

    def staged_predict_proba(self, X: MatrixLike) -> Iterator[FloatArray]:
        """Yield what `predict_proba` would return after each round."""
        for decision in self.staged_decision_function(X):
            yield self._shares(decision)

    def predict_log_proba(self, X: MatrixLike) -> FloatArray:
        """Return the logarithm of `predict_proba`."""
        found: FloatArray = np.log(self.predict_proba(X))
        return found

    @property
    def feature_importances_(self) -> FloatArray:
        """Return each feature's importance (d,): the mean of the rounds', weighted by their votes."""
        check_is_fitted(self, "estimators_")
        if not hasattr(self.estimators_[0], "feature_importances_"):
            raise AttributeError(
                f"{type(self.estimators_[0]).__name__} has no feature_importances_, so this ensemble has none."
            )
        pairs = zip(self.estimator_weights_, self.estimators_)
        total = sum(alpha * member.feature_importances_ for alpha, member in pairs)
        found: FloatArray = total / self.estimator_weights_.sum()
        return found
