"""tree: questions, one at a time. Each node asks whether one feature is at most a threshold.

| file | what it gives |
| --- | --- |
| `impurity.py` | how mixed a node is; what a split gains |
| `scan.py` | the best threshold of a sorted column |
| `absolute_error.py` | the same for medians |
| `draw.py`, `find_split.py` | features drawn at random; a node's split |
| `partition.py` | a node's rows divided, every column still sorted |
| `bitmap_sort.py` | a node's rows sorted by rank, without comparisons |
| `columns.py` | X by column; the rows sorted by each |
| `growth.py`, `grow.py` | what a tree grows from; the loop, depth first or best first |
| `grow_quickly.py`, `sums.py` | the same for the common case, in short |
| `walk.py` | rows walk down to their leaves |
| `arrays.py` | the tree as arrays (`tree_`): predictions, importances |
| `pruning.py` | the weakest links |
| `candidates.py` | all splits of a node, for steps and certificates |
| `drawn_thresholds.py` | a node's random thresholds drawn again, for steps |
| `export_text.py`, `plot_tree.py` | a tree as text, as a picture |
| `decision_tree.py`, `..._classifier.py`, `..._regressor.py`, `extra_tree.py` | the estimators |

For whoever builds a forest: a tree can be grown without an estimator, from columns sorted once for all trees::

    columns = by_column(X)                        # (d, n) float32; X (n, d) float64
    order = presort(columns)                      # (d, n), shared; None for random thresholds
    data = Data(columns, y, codes, weight, ...)   # y (n, t) float64; weight (n,), rows of weight 0 are left out
    limits = Limits(...)                          # see `growth.py`
    rank = rank_rows(order)                       # (d, n), shared, where few features are drawn
    growth, _ = grow(prepare(data, limits, order, seed, rank))   # seed: RandomState(s).randint(0, 2**31 - 1)
    tree = harvest(growth)                        # a `Tree`, as `tree_`

`prepare` allocates, `grow` runs whole in machine code without the GIL, so several trees grow at once in threads. Use
`data._replace(weight=...)` for another bootstrap; `estimator._problem(X, y, sample_weight).growth` shows how an
estimator fills `data` and `limits` in.
"""

from .arrays import DecisionPath, Tree, harvest
from .columns import by_column, presort
from .decision_tree_classifier import DecisionTreeClassifier
from .decision_tree_regressor import DecisionTreeRegressor
from .export_text import export_text
from .extra_tree import ExtraTreeClassifier, ExtraTreeRegressor
from .grow import grow
from .growth import Data, Growth, Limits, prepare
from .plot_tree import plot_tree

__all__ = [
    "Data",
    "DecisionPath",
    "DecisionTreeClassifier",
    "DecisionTreeRegressor",
    "ExtraTreeClassifier",
    "ExtraTreeRegressor",
    "Growth",
    "Limits",
    "Tree",
    "by_column",
    "export_text",
    "grow",
    "harvest",
    "plot_tree",
    "prepare",
    "presort",
]


def _warmup() -> None:
    """Compile the kernels that no example estimator reaches (for ``scratchml warmup``)."""
    X, y = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]], [0, 1, 1, 0]
    for how in ({"max_leaf_nodes": 3}, {"criterion": "entropy"}, {"criterion": "entropy", "max_leaf_nodes": 3}):
        DecisionTreeClassifier(random_state=0, ccp_alpha=0.1, **how).fit(X, y).decision_path(X)
    for how in ({"max_leaf_nodes": 3}, {"criterion": "entropy"}):
        ExtraTreeClassifier(random_state=0, **how).fit(X, y)
    list(ExtraTreeClassifier(random_state=0).steps(X, y))  # draws its thresholds again, by kernels called from Python
