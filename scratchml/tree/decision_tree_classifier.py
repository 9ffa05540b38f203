"""A decision tree that tells classes apart, one question at a time.

Idea
----
Ask the question "is feature f at most t?" that makes both answers as pure as possible, and go on with each answer by
itself, until a node holds one class, or a limit is reached. A leaf predicts by its shares.

Maths
-----
See `impurity.py` (what purity is), `scan.py` (how the best question is found) and `pruning.py` (how a
tree is cut back).

Cost
----
Each column is sorted once; then each level of the tree costs n d steps, without comparisons between rows
(`partition.py`). Memory while growing: 4 n d bytes (12 to 16 where only some features are drawn, or where
`grow_quickly.py` does not serve, 5 for random thresholds), about 40 for each row, and for two classes up to 200 for
each node, of which the tree keeps 65.

Differences
-----------
The same `random_state` gives scikit-learn's tree, node for node. X is compared in float32, as there, and values closer
than 1e-7 count as equal; values beyond float32 are an error in `fit` and count as infinite in `predict`. Where rows
tie in a feature and their weights are no integers, sums may be rounded in another order, so that one of two splits of
the same gain to the last bit may be taken instead of the other. Sparse X and criterion objects are refused.
`decision_path` gives a record in the form of a CSR matrix.

References
----------
L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees", Wadsworth, 1984, chapters 2 to 5.
T. Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, section 9.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from ..core import ClassifierMixin, check_array, check_labels, check_same_length, class_weights
from ..core.rules import Rule, array_like, either, mapping, none, one_of
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from .decision_tree import BaseDecisionTree

ClassWeight = Mapping[Any, float] | Sequence[Mapping[Any, float]] | str | None


class DecisionTreeClassifier(ClassifierMixin, BaseDecisionTree):
    """A decision tree classifier.

    Parameters
    ----------
    criterion : "gini", "entropy" or "log_loss" (the same as "entropy"): what impurity is
    splitter : "best" threshold of each feature, or one at "random"
    max_depth : how many questions one after the other at most; None for no limit
    min_samples_split : a node with fewer rows is a leaf; a float is a share of all rows
    min_samples_leaf : no leaf has fewer rows; a float is a share of all rows
    min_weight_fraction_leaf : no leaf has less than this share of all weight
    max_features : how many features are drawn at each node; a float is a share, "sqrt" and "log2" are of d; None: all
    random_state : of the draws of features (also with all drawn: it decides which of equal splits is taken)
    max_leaf_nodes : grow best first, until there are so many leaves; None for no limit, depth first
    min_impurity_decrease : a node is split only if the gain is at least this
    class_weight : a dict from label to weight, "balanced", a list of these for many targets, or None
    ccp_alpha : the price of a leaf; branches that do not pay are cut (`cost_complexity_pruning_path`)
    monotonic_cst : (d,) 1: the share of the second of two classes may only rise with the feature, -1 fall, 0 free

    Attributes
    ----------
    classes_ : array (k,), or a list of them for many targets
    n_classes_ : int, or array (t,)
    tree_ : `Tree`, the arrays
    feature_importances_ : array (d,)
    max_features_, n_outputs_, n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Breiman, Friedman, Olshen, Stone (1984).

    Examples
    --------
    >>> from scratchml.tree import DecisionTreeClassifier
    >>> model = DecisionTreeClassifier(random_state=0).fit([[1.0], [2.0], [4.0], [5.0]], ["a", "a", "b", "b"])
    >>> model.predict([[0.0], [3.5]]).tolist(), float(model.tree_.threshold[0])
    (['a', 'b'], 3.0)
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **BaseDecisionTree._rules,
        "criterion": one_of("gini", "entropy", "log_loss"),
        "class_weight": either(none, one_of("balanced"), mapping, array_like),
    }

    def __init__(
        self,
        *,
        criterion: str = "gini",
        splitter: str = "best",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: int | float | str | None = None,
        random_state: RandomStateLike = None,
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        class_weight: ClassWeight = None,
        ccp_alpha: float = 0.0,
        monotonic_cst: VectorLike | None = None,
    ) -> None:
        self.criterion = criterion
        self.splitter = splitter
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.random_state = random_state
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.class_weight = class_weight
        self.ccp_alpha = ccp_alpha
        self.monotonic_cst = monotonic_cst

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.multi_label = True
        return tags

    def _targets(self, y: VectorLike, n: int) -> tuple[FloatArray, IntArray, FloatArray | None]:
        labels = check_array(y, name="y", dtype=None, ensure_2d=False, min_samples=0)
        if labels.ndim > 2:
            raise ValueError(f"y has {labels.ndim} dimensions; give shape (n,) or (n, n_targets).")
        columns = labels.T if labels.ndim == 2 else labels[None]
        names = ["y"] if len(columns) == 1 else [f"y, column {k}," for k in range(len(columns))]
        pairs = [check_labels(column, name=name) for column, name in zip(columns, names)]
        check_same_length(X=np.empty(n), y=pairs[0][1])
        classes, codes = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        self.n_outputs_ = len(pairs)
        n_classes = np.array([len(c) for c in classes])
        self.classes_: Any = classes[0] if len(pairs) == 1 else classes
        self.n_classes_: Any = int(n_classes[0]) if len(pairs) == 1 else n_classes
        return np.stack(codes, axis=1, dtype=np.float64), n_classes, self._class_factors(classes, codes)

    def _class_factors(self, classes: list[Array], codes: list[IntArray]) -> FloatArray | None:
        wanted: Any = self.class_weight
        if wanted is None:
            return None
        if isinstance(wanted, (list, tuple)):
            if len(wanted) != len(classes):
                raise ValueError(
                    f"class_weight has {len(wanted)} entries for {len(classes)} targets; give one for each."
                )
            each = list(wanted)
        elif isinstance(wanted, Mapping) and len(classes) > 1:
            raise ValueError("For many targets, class_weight must be a list of dicts, one for each, or 'balanced'.")
        else:
            each = [wanted] * len(classes)
        factors = np.ones(len(codes[0]))
        for one, labels, code in zip(each, classes, codes):
            factors *= class_weights(one, labels, code)[code]
        return factors

    def predict(self, X: MatrixLike, check_input: bool = True) -> Array:
        """Return the class of each row of X (m, d), shape (m,) or (m, t); the first of those with the largest share."""
        leaf = self.apply(X)
        if self.n_outputs_ == 1:
            found: Array = self.classes_.take(self.tree_.largest_of(leaf, 0))
            return found
        return np.stack([classes[self.tree_.largest_of(leaf, k)] for k, classes in enumerate(self.classes_)], axis=1)

    def predict_proba(self, X: MatrixLike, check_input: bool = True) -> Any:
        """Return the shares of the classes in each row's leaf, (m, k), or a list of them for many targets."""
        leaf = self.apply(X)
        found = self.tree_.value_of(leaf)
        if self.n_outputs_ == 1:
            return found[:, 0]
        return [found[:, k, :n] for k, n in enumerate(self.n_classes_)]

    def predict_log_proba(self, X: MatrixLike) -> Any:
        """Return the logarithm of `predict_proba`; -inf for a share of 0."""
        found = self.predict_proba(X)
        with np.errstate(divide="ignore"):
            return np.log(found) if self.n_outputs_ == 1 else [np.log(one) for one in found]
