"""maths: what a third algorithm would otherwise write again. Arrays in, arrays out; no estimator, no labels.

| file | what it gives | why it is built so |
| --- | --- | --- |
| `distances.py` | `prepare`, `all_distances` | One formula to a kernel. What can be done once about the rows measured to is done once, when it is first asked for; `all_distances` then works on blocks of rows, so callers that reduce them (silhouettes) never hold an n x n array. The Euclidean distance uses a product and measures again where that would be inaccurate. |
| `by_product.py` | `inner_products`, and what `all_distances` needs for many features | A block of the result is finished (a square completed, a root or a power taken) while it is in the cache. |
| `nearest.py` | `k_nearest`, `smallest_of_rows` | Exhaustive search: a rough ruler rules out, an exact one decides. The same answer as the plain formula, ties to the lowest index. |
| `ruler.py` | what `prepare` makes for products, when first asked | How near a row can be at the least, from float32: most rows need no exact measuring. |
| `sampling.py` | `apportion`, `draw_stratified` | Stratified draws, with scikit-learn's random numbers in scikit-learn's order. |
| `mersenne.py` | `draw_uniform`, `draw_normal`, for RandomState's own numbers | Hundreds are drawn at a time: two to six times as fast, bit for bit. |
| `shuffle.py` | `random_order`, for RandomState's own orders | The same for shuffles: tries of places are written down without a branch. |
| `folds.py` | `consecutive_folds`, `deal_classes` | Folds as scikit-learn cuts them: for splitters, and for encoders two floors below these. |
| `within.py` | `within_radius`, `within_of_rows` | The same search with a radius for a limit. |
| `crowded_within.py` | `is_crowded`, `within_crowded_radius` | The same again where a tenth of all rows is within: nothing is left to sort. |
| `kd_tree.py`, `kd_tree_build.py`, `kd_tree_branch.py`, `kd_tree_within.py` | `build_tree`, `k_nearest_in_tree`, `within_radius_in_tree` | The same answers, bit for bit, without looking at every row; boxes within the ball are taken whole. |
| `selection.py` | `ranks_of_columns` | Medians and quartiles without a partition; and what cuts a k-d tree's branches. To be called from kernels. |
| `kd_tree_rows.py` | `RowsOfTree`, `without_points` | The tree holds the rows; nobody need keep them besides. |
| `special.py` | `f_tail`, `chi_squared_tail`, `digamma` | p-values and entropies without SciPy, to 12 digits far into the tails. |
| `normal.py` | `normal_share`, `normal_value` | The bell curve's share below a value, and back. To be called from kernels. |
| `scales.py` | `squared_norms`, `exponent_of`, `unit_rows` | How long rows are, and powers of two at which squares neither overflow nor vanish. |
| `sums.py` | `inner_product` | The one sum that kernels of three rooms need, four lanes wide. To be called from kernels. |
| `heap.py` | `offer`, `sort_heap` | The k smallest in one pass: kernels to be called from kernels. |

The table `FORMULAS` holds kernel *names*, looked up when called: `plain_python()` swaps module-level names, and could
not reach a function kept in a table.
"""  # noqa: E501

from .by_product import inner_products
from .crowded_within import is_crowded, within_crowded_radius
from .distances import (
    METRICS,
    Reference,
    all_distances,
    metric_name,
    prepare,
)
from .kd_tree import TREE_METRICS, build_tree, k_nearest_in_tree
from .kd_tree_build import Tree
from .kd_tree_rows import RowsOfTree, without_points
from .kd_tree_within import within_radius_in_tree
from .nearest import k_nearest, smallest_of_rows
from .scales import exponent_of, squared_norms, unit_rows
from .special import chi_squared_tail, digamma, f_tail
from .within import Neighbourhoods, within_of_rows, within_radius

__all__ = [
    "METRICS",
    "TREE_METRICS",
    "Neighbourhoods",
    "Reference",
    "RowsOfTree",
    "Tree",
    "all_distances",
    "build_tree",
    "chi_squared_tail",
    "digamma",
    "exponent_of",
    "f_tail",
    "inner_products",
    "is_crowded",
    "k_nearest",
    "k_nearest_in_tree",
    "metric_name",
    "prepare",
    "smallest_of_rows",
    "squared_norms",
    "unit_rows",
    "within_crowded_radius",
    "within_of_rows",
    "within_radius",
    "within_radius_in_tree",
    "without_points",
]
