"""inspection: ask a fitted model what it goes by.

Three questions: how much worse is it without a column (permutation importance)? How does its answer follow a column
(partial dependence)? What made this one answer what it is (Shapley values)? The first two ask any model; the third,
and the quick way to the second, walk through trees.

| file | what it gives |
| --- | --- |
| `permutation_importance.py` | the fall of the score when a column is shuffled |
| `grid.py`, `partial_dependence.py` | the average answer as a function of one or two columns |
| `grove.py` | the trees of any model in one form: trees, forests, both kinds of boosting |
| `recursion.py` | partial dependence by the trees' own counts |
| `path_shap.py` | TreeSHAP as published: paths extended and unwound |
| `linear_shap.py` | the same values by an integral, in time linear in the tree |
| `explain.py` | `tree_shap`, which calls either |
| `table.py` | rows and columns of arrays and data frames |
"""

from .explain import Explanation, tree_shap
from .partial_dependence import partial_dependence
from .permutation_importance import permutation_importance

__all__ = ["Explanation", "partial_dependence", "permutation_importance", "tree_shap"]


def _warmup() -> None:
    """Compile the kernels of the room, which no estimator reaches (for ``scratchml warmup``)."""
    from ..tree import DecisionTreeRegressor

    X = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]]
    model = DecisionTreeRegressor(random_state=0).fit(X, [0.0, 1.0, 1.0, 3.0])
    for algorithm in ("linear", "paths"):
        tree_shap(model, X, algorithm=algorithm)
    partial_dependence(model, X, [0], method="recursion")
