"""A random forest that tells classes apart: the mean of many trees' shares.

Idea, maths, cost
-----------------
Those of `forest.py`: bootstraps of the rows, a few features drawn at each node, and the mean of all trees.

Differences
-----------
The same `random_state` gives scikit-learn's forest, node for node, and so its predictions, importances and
out-of-bag score. Where two rows tie in a feature and weights are no integers, sums may be rounded in another order.
``n_jobs=None`` means all CPUs. Sparse X is refused. `decision_path` gives a record in the form of a CSR matrix.

References
----------
L. Breiman, "Random forests", Machine Learning 45, 2001, section 4.
C. Chen, A. Liaw, L. Breiman, "Using random forest to learn imbalanced data", report 666, Berkeley, 2004: weights.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from ..core import ClassifierMixin, class_weights
from ..core.rules import Rule, array_like, either, mapping, none, one_of
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, MatrixLike, RandomStateLike, VectorLike
from ..metrics import accuracy_score
from ..tree import DecisionTreeClassifier
from ..tree.decision_tree import BaseDecisionTree
from ..tree.decision_tree_classifier import ClassWeight
from .forest import BaseForest, Forest


class RandomForestClassifier(ClassifierMixin, BaseForest):
    """A random forest classifier.

    Parameters
    ----------
    n_estimators : how many trees
    criterion, max_depth, min_samples_split, min_samples_leaf, min_weight_fraction_leaf, max_leaf_nodes,
    min_impurity_decrease, ccp_alpha, monotonic_cst : as of `DecisionTreeClassifier`
    max_features : how many features are drawn at each node; "sqrt" of d by default
    bootstrap : draw each tree's rows with replacement; False: each tree gets all rows
    oob_score : judge each row by the trees that have not seen it: by accuracy (True), or a function of (y, predicted)
    n_jobs : how many threads; None or -1 for all CPUs; the forest is the same for any number
    random_state : of bootstraps and draws of features
    verbose : show a progress bar
    warm_start : keep the trees there are, and grow those that are missing
    class_weight : None, a dict, a list of dicts (many targets), "balanced": n / (k count of the class), or
        "balanced_subsample": the same within each bootstrap
    max_samples : how many rows a bootstrap draws; a float is a share; None: as many as there are

    Attributes
    ----------
    estimators_ : list of `DecisionTreeClassifier`, whose classes are codes
    estimator_ : an unfitted tree
    classes_ : array (k,), or a list of them for many targets
    n_classes_, n_outputs_, n_features_in_ : int (n_classes_: a list for many targets)
    feature_importances_ : array (d,)
    estimators_samples_ : list of arrays (m,), the rows drawn
    oob_score_ : float, and oob_decision_function_ : array (n, k) or (n, k, t); only with `oob_score`
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Breiman (2001), section 4.

    Examples
    --------
    >>> from scratchml.ensemble import RandomForestClassifier
    >>> model = RandomForestClassifier(10, random_state=0).fit([[1.0], [2.0], [4.0], [5.0]], ["a", "a", "b", "b"])
    >>> model.predict([[0.0], [6.0]]).tolist(), model.predict_proba([[6.0]]).tolist()
    (['a', 'b'], [[0.1, 0.9]])
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **BaseForest._rules,
        "criterion": one_of("gini", "entropy", "log_loss"),
        "class_weight": either(none, one_of("balanced", "balanced_subsample"), mapping, array_like),
    }
    _tree: ClassVar[type[Any]] = DecisionTreeClassifier

    def __init__(
        self,
        n_estimators: int = 100,
        *,
        criterion: str = "gini",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: int | float | str | None = "sqrt",
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        bootstrap: bool = True,
        oob_score: bool | Callable[[Array, Array], float] = False,
        n_jobs: int | None = None,
        random_state: RandomStateLike = None,
        verbose: int = 0,
        warm_start: bool = False,
        class_weight: ClassWeight = None,
        ccp_alpha: float = 0.0,
        max_samples: int | float | None = None,
        monotonic_cst: VectorLike | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start
        self.class_weight = class_weight
        self.ccp_alpha = ccp_alpha
        self.max_samples = max_samples
        self.monotonic_cst = monotonic_cst

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.multi_label = True
        return tags

    def _weights(
        self, example: BaseDecisionTree, y: FloatArray, weight: FloatArray | None
    ) -> tuple[FloatArray | None, Callable[[FloatArray], FloatArray] | None]:
        assert isinstance(example, DecisionTreeClassifier)
        self.classes_: Any = example.classes_
        self.n_classes_: Any = example.n_classes_ if example.n_outputs_ == 1 else list(example.n_classes_)
        if self.class_weight is None:
            return weight, None
        classes = [self.classes_] if self.n_outputs_ == 1 else self.classes_
        codes = [column.astype(np.int64) for column in y.T]
        wanted = self.class_weight
        if not isinstance(wanted, str):
            example.class_weight = wanted
            factors = example._class_factors(classes, codes)
            example.class_weight = None
            return (factors if weight is None or factors is None else weight * factors), None
        if self.warm_start:
            warnings.warn(
                'class_weight presets "balanced" or "balanced_subsample" are not recommended for warm_start if the '
                "fitted data differs from the full dataset. Pass the weights as a dict instead.",
                stacklevel=5,
            )

        def balanced(counts: FloatArray | None) -> FloatArray:
            found = np.ones(len(y))
            for labels, code in zip(classes, codes):
                found *= class_weights("balanced", labels, code, counts)[code]
            return found

        if wanted == "balanced_subsample" and self.bootstrap:
            return weight, balanced
        factors = balanced(weight)
        return (factors if weight is None else weight * factors), None

    def _judge(self, X: Array, forest: Forest) -> None:
        y = forest.problem.growth.data.y
        sizes = [self.n_classes_] if self.n_outputs_ == 1 else self.n_classes_
        if len(sizes) > 1 and max(sizes) > 2:
            raise ValueError(
                "The type of target cannot be used to compute OOB estimates. Got multiclass-multioutput; set "
                "oob_score=False or fit one forest for each target."
            )
        width = max(sizes)
        found = self._out_of_bag(X, y, len(sizes) * width).reshape(len(X), len(sizes), width).transpose(0, 2, 1)
        self.oob_decision_function_: FloatArray = np.ascontiguousarray(found[:, :, 0] if len(sizes) == 1 else found)
        best = np.argmax(self.oob_decision_function_, axis=1)
        truth = (y[:, 0] if len(sizes) == 1 else y).astype(np.int64)
        score = self.oob_score if callable(self.oob_score) else accuracy_score
        self.oob_score_ = score(truth, best)

    def predict(self, X: MatrixLike) -> Array:
        """Return the class of each row of X (m, d), shape (m,) or (m, t); the first of those with the largest share."""
        best = self._mean(X).argmax(axis=2)
        if self.n_outputs_ == 1:
            found: Array = self.classes_[best[:, 0]]
            return found
        return np.stack([classes[best[:, k]] for k, classes in enumerate(self.classes_)], axis=1)

    def predict_proba(self, X: MatrixLike) -> Any:
        """Return the mean of the trees' shares of the classes, (m, k), or a list of them for many targets."""
        found = self._mean(X)
        if self.n_outputs_ == 1:
            return found[:, 0]
        return [found[:, k, :n] for k, n in enumerate(self.n_classes_)]

    def predict_log_proba(self, X: MatrixLike) -> Any:
        """Return the logarithm of `predict_proba`; -inf for a share of 0."""
        found = self.predict_proba(X)
        with np.errstate(divide="ignore"):
            return np.log(found) if self.n_outputs_ == 1 else [np.log(one) for one in found]
