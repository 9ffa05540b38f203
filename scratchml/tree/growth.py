"""What a tree is grown from and in: the data, the limits, the workspace, the nodes. Arrays in named tuples.

Kernels take these tuples whole, so that a call has few arguments. `prepare` makes them. What is read only (the data,
the presorted columns) can be shared by all trees of a forest.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray
from .bitmap_sort import make_bits
from .columns import presort_targets, rank_rows
from .impurity import ABSOLUTE_ERROR, GINI, SAMPLES
from .scan import CLOSEST

OWN_LINES = 3  # of a tree, behind those of the features: see `Work`
SMALL_NODE = 32  # nodes of so many rows are sorted anew where few features are drawn
NEVER = 2**62  # as a small node: all nodes are small
FEW_OF = 3  # where at most one feature in so many is drawn, sorting those is cheaper than keeping all sorted
FEW_ROWS = 2**15  # whose numbers, marked or not, take 16 bits
SHALLOW = 8  # levels of a tree that seldom looks at values
LAZY_BYTES = 2**26  # what the nodes of a tree that grows alone may set aside at once
HUGE_BYTES = 2**22  # from here on, NumPy asks Linux for pages of 2 MB, which take memory whole when first written to
EXACT_COUNTS = 2.0**26  # squares of sums of integers up to here are exact


class Data(NamedTuple):
    """What a tree is to explain. Kernels only read it."""

    columns: Array  # (d, n) float32: X by column, or X.T as it lies, see `lies_well`; NaN where a value is missing
    y: FloatArray  # (n, t) targets, or class codes
    codes: Array  # (n,) int32: the class codes, for one target with classes; else empty
    weight: FloatArray  # (n,), or empty where all rows count 1
    n_classes: IntArray  # (t,) how many classes each target has; ones for numbers
    monotone: IntArray  # (d,) -1: falls with the feature, 1: rises, 0: free
    criterion: int
    is_classifier: bool


class Limits(NamedTuple):
    """When to stop, and how to search."""

    max_features: int
    max_depth: int
    max_leaf_nodes: int  # -1 for no limit: depth first then, best first otherwise
    min_samples_split: int
    min_samples_leaf: int
    min_weight_leaf: float
    min_impurity_decrease: float
    root_weight: float
    small_node: int  # nodes of no more rows are sorted anew; larger ones use the presorted columns
    is_simple: bool  # one target and no class sum that could be rounded: the quick scans serve
    has_monotone: bool


class Work(NamedTuple):
    """The workspace of one tree; overwritten.

    The lines of `rows` and `values` (l, m) are: the m rows in the tree sorted by each feature (none, for random
    thresholds), and by each target (for absolute errors), and three more: SAMPLES, the rows node by node; TURNED, a
    sorted column with missing values first; SPARE.
    """

    rows: Array  # (l, m) int32
    values: Array  # (l, m) float32: the feature's values in the order of the rows
    features: IntArray  # (2, d) a permutation; the features known to be constant, first
    goes_left: Array  # (n,) uint8
    stack: IntArray  # (64, 2) for sorting
    sums: FloatArray  # (3, t, k): of a node and of both sides of a split, by target and class
    draws: IntArray  # (5,): how far the drawing of features is
    state: IntArray  # (7,): random numbers, feature looked at last, nodes, pending nodes, depth so far, splits left,
    # nodes still to be looked at


class Table(NamedTuple):
    """X by column, sorted; `rank` and `bits` are for small nodes where few features are drawn, else empty."""

    columns: Array  # (d, n), as in `Data`; only read
    order: Array  # (d, n) int32 or int16, the rows sorted by each feature: as `presort` returns it; only read
    rank: Array  # (d, n) of the same type, each row's place in it; only read
    bits: Array  # (2, words) uint64 zeros, scratch


class Errors(NamedTuple):
    """Scratch for absolute errors."""

    runs: FloatArray  # (4, m) errors of the rows up to a place, and from it on; the medians of both
    median: FloatArray  # (t,) of the node
    tree: FloatArray  # (m + 1, 2)
    sorted_y: FloatArray  # (t, m)
    ranks: IntArray  # (t, n)


NODE = np.dtype(
    [
        ("left_child", np.int32),
        ("right_child", np.int32),
        ("feature", np.int32),
        ("missing_go_to_left", np.int32),
        ("threshold", np.float64),
        ("impurity", np.float64),
        ("n_node_samples", np.int64),
        ("weighted_n_node_samples", np.float64),
    ]
)
PENDING = np.dtype(
    [(name, np.int64) for name in ("start", "end", "split", "depth", "parent", "is_left", "n_constants")]
    + [
        (name, np.float64)
        for name in ("impurity", "left_impurity", "right_impurity", "low", "high", "middle", "left_weight", "gain")
    ]
)


Record: TypeAlias = Any  # one element of an array of NODE or PENDING: a live view


class Nodes(NamedTuple):
    """The tree, and the nodes still to be split, with room for more than there are yet; overwritten."""

    facts: Array  # (capacity,) of NODE
    value: FloatArray  # (capacity, t, k)
    pending: Array  # (capacity,) of PENDING: a stack (depth first), or one for each node (best first)
    heap: IntArray  # (capacity,) nodes by gain; empty for depth first


class Growth(NamedTuple):
    """All of it, as `prepare` makes it and `grow` takes it."""

    data: Data
    limits: Limits
    work: Work
    nodes: Nodes
    general: Errors | None  # None: the quick scans serve, and Numba leaves the code for all else out
    random: bool | None  # True for random thresholds; None, for which Numba leaves their code out, for the best
    table: Table
    quick: bool  # whether `grow_quickly` serves


class Shared(NamedTuple):
    """What trees have in common that grow one after the other from the same columns, as in boosting."""

    data: Data  # without weights
    limits: Limits
    order: Array  # (d, n) the rows sorted by each column; if ready, with a tree's own lines behind them
    ready: bool  # whether as a tree that looks at all features keeps them, see `sort_columns`


def share(growth: Growth) -> Shared:
    """Return what a growth in which all rows count has in common with trees that will grow in its place.

    For classes, the scan that it is prepared for has to be theirs, too: of exact sums, or of rounded ones.
    """
    ready = growth.quick and growth.limits.small_node == 0
    order = growth.work.rows if ready else growth.table.order
    return Shared(growth.data._replace(weight=np.empty(0)), growth.limits, order, ready)


def row_type(data: Data, limits: Limits) -> Any:
    """Return the narrowest type for the rows of trees that will share them: half as much to keep, and to copy."""
    is_narrow = len(data.y) <= FEW_ROWS and is_quick(data, limits)
    return np.int16 if is_narrow else np.int32


@lean_kernel
def fill_columns(order: Array, columns: Array, weight: Array, rows: Array, values: Array) -> None:
    """Copy the rows whose weight is not 0 in sorted order, and their values if wanted; (d, m) overwritten.

    Rows may be marked in order (d, n), see `mark_ties`, and stay so: a row without a tie has none among fewer rows.
    """
    for f in range(order.shape[0]):
        p = 0
        for j in range(order.shape[1]):
            if p == rows.shape[1]:
                break
            i = order[f, j] ^ (order[f, j] >> 31)  # plainly: ~order[f, j] if it is below 0
            rows[f, p] = order[f, j]  # plainly: if the row counts: write it; p += 1
            if values.shape[0] > 1:
                values[f, p] = columns[f, i]
            p += weight[i] != 0.0


def copy_columns(order: Array, columns: Array, weight: Array, rows: Array, values: Array) -> None:
    """Do what `fill_columns` does; where all rows count, without a kernel, so that first fits need not compile it."""
    if rows.shape[1] < order.shape[1]:
        fill_columns(order, columns, weight, rows, values)
        return
    rows[: len(order)] = order
    if len(values) > 1:
        for f, line in enumerate(order):
            values[f] = columns[f, line]


def mark_ties(values: Array, rows: Array) -> None:
    """Overwrite each row i of rows (d, m), sorted by values (d, m), with ~i if the next one's value may be equal."""
    for value, line in zip(values, rows):
        line[:-1] ^= -(value[1:] <= value[:-1] + CLOSEST).astype(line.dtype)  # plainly: ~i where equal, as i ^ -1 is ~i


def sort_columns(data: Data, order: Array, rows: Array, marks: bool) -> None:
    """Write the rows that count, sorted by each column, to rows (d, m), with ties marked if the scan asks for that.

    One column after the other, so that the values need a single line of scratch.
    """
    values = np.empty((2 if marks else 1, rows.shape[1]), dtype=np.float32)
    for f in range(len(rows)):
        here = slice(f, f + 1)
        copy_columns(order[here], data.columns[here], data.weight, rows[here], values)
        if marks:
            mark_ties(values[:1], rows[here])


def lies_well(data: Data, limits: Limits, shared: bool) -> bool:
    """Say whether X.T, which are the data's columns, will do without a copy by column.

    Where rows are kept sorted and tell classes apart, values are hardly ever looked at. For numbers it happens more
    often, and a fit would take 6 % more time, 14 % for 100 000 rows; not so where shallow trees share few rows sorted.
    Kernels know one layout of X.T; one row or one column has two.
    """
    seldom = data.is_classifier or (shared and limits.max_depth <= SHALLOW and len(data.y) <= FEW_ROWS)
    is_listed = seldom and limits.small_node == 0
    return is_listed and not data.columns.flags.c_contiguous and is_quick(data, limits)


def values_of(data: Data, feature: int, rows: IntArray) -> Array:
    """Return a feature's values (m,) float32 of some rows (m,)."""
    found: Array = data.columns[feature, rows].astype(np.float32)
    return found


def is_exact(weight: FloatArray, n: int) -> bool:
    """Say whether sums of weights and their squares are exact: integers, and not too many."""
    if not len(weight):
        return n <= EXACT_COUNTS
    return bool((weight == np.floor(weight)).all() and weight.sum() <= EXACT_COUNTS)


def is_plain(data: Data, limits: Limits) -> bool:
    """Say whether the quick scans serve: no constraint, no missing value, one target whose sums are not rounded."""
    return limits.is_simple and not limits.has_monotone and not bool(np.isnan(data.columns.min()))


def is_rounded(data: Data, limits: Limits) -> bool:
    """Say whether only rounded class sums keep a tree that looks at all features from the quick scans.

    It is quick then with a scan that adds in the reference's order.
    """
    is_gini = data.criterion == GINI and data.y.shape[1] == 1 and limits.small_node == 0
    return is_gini and not (limits.is_simple or limits.has_monotone or bool(np.isnan(data.columns.min())))


def is_quick(data: Data, limits: Limits) -> bool:
    """Say whether `grow_quickly` serves."""
    return limits.max_leaf_nodes < 0 and (is_plain(data, limits) or is_rounded(data, limits))


def make_lazy(shape: tuple[int, ...], dtype: Any) -> Array:
    """Return an array of any content whose memory is taken as it is written to, a small page at a time."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if size < HUGE_BYTES or sys.platform != "linux":
        return np.empty(shape, dtype=dtype)
    import mmap

    try:
        return np.ndarray(shape, dtype, mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
    except OSError:  # no memory, or too many maps: NumPy finds some, or raises MemoryError
        return np.empty(shape, dtype=dtype)


def prepare(
    data: Data,
    limits: Limits,
    order: Array | None,
    seed: int,
    rank: Array | None = None,
    ready: bool = False,
    room: Array | None = None,
    expected: int = 0,
) -> Growth:
    """Return all that one tree needs to grow, the root pending.

    order : what `presort` returns for ``data.columns``; None for random thresholds
    seed : of the random numbers, from ``random_state.randint(0, 2**31 - 1)``
    rank : what `rank_rows` returns for `order`; None to work it out if it is needed
    ready : whether `order` is what `sort_columns` writes where all rows count, and room behind it, as `share` returns
        it. A tree of one question parts no sorted column, so it works in there; others take a copy
    room : (d + OWN_LINES, n) int32, its first d lines the `order`: for a tree that grows alone, which may then work in
        them instead of in a copy; overwritten
    expected : how many nodes there may be; room for more is made when it is needed
    """
    d, n = data.columns.shape
    t, k = data.y.shape[1], int(data.n_classes.max())
    samples = np.flatnonzero(data.weight) if len(data.weight) else np.arange(n, dtype=np.int32)
    m, none = len(samples), np.empty((0, 0), dtype=np.int32)
    is_absolute, best_first = data.criterion == ABSOLUTE_ERROR, limits.max_leaf_nodes >= 0
    quick = ready or is_quick(data, limits)  # which was looked at when the order was shared
    table = Table(data.columns, none if order is None or ready else order, none, make_bits(0))
    if quick and order is not None and limits.small_node > 0:
        rank = rank_rows(order) if rank is None else rank
        table = Table(data.columns, order, rank, make_bits(n))
        if limits.max_features * FEW_OF <= d:
            limits = limits._replace(small_node=NEVER)
    n_sorted = d if order is not None and limits.small_node < NEVER else 0
    lines = n_sorted + (t if is_absolute else 0) + OWN_LINES
    if room is not None and quick and room.shape == (lines, m) and not len(table.rank):
        rows, table = room, table._replace(order=none)
    elif order is not None and ready and limits.max_depth == 1 and m == n:
        rows = order
    else:
        rows = np.empty((lines, m), dtype=order.dtype if order is not None and ready else np.int32)
    values = np.empty((1 if quick else lines, m), dtype=np.float32)
    rows[SAMPLES] = samples
    if order is not None and n_sorted:
        if quick and not ready:
            sort_columns(data, order, rows[:d], not (data.is_classifier and limits.is_simple))
        elif rows is not order:
            copy_columns(order[:d], data.columns, data.weight, rows, values)
    general, size = None, m if is_absolute else 0
    if is_absolute:
        by_target = presort_targets(data.y)
        copy_columns(by_target, np.zeros((t, n), dtype=np.float32), data.weight, rows[n_sorted:], values[n_sorted:])
    if not quick and (order is None or not is_plain(data, limits)):
        general = Errors(
            np.zeros((4, size)),
            np.zeros(t),
            np.zeros((size + 1, 2)),
            np.zeros((t, size)),
            np.zeros((t, n if is_absolute else 0), dtype=np.int64),
        )
    features = np.stack([np.arange(d), np.zeros(d, dtype=np.int64)])
    state = np.array([seed, -1, 0, 0 if best_first else 1, -1, limits.max_leaf_nodes - 1, 0])
    stack = np.empty((64, 2), dtype=np.int64)
    work = Work(
        rows,
        values,
        features,
        np.zeros(n, dtype=np.uint8),
        stack,
        np.zeros((3, t, k)),
        np.zeros(5, dtype=np.int64),
        state,
    )
    capacity = min(2048, 2 * m + 2, 2 ** min(limits.max_depth + 1, 11) + 2)
    if capacity == 2048:
        capacity = max(capacity, min(expected, 2 * m + 2))
    make: Any = np.empty if quick else np.zeros  # `grow_quickly` writes all there is to a node
    if room is not None and quick and capacity >= 2048 and m * (NODE.itemsize + 8 * t * k) < LAZY_BYTES:
        capacity = 2 * m + 2  # what is not written to takes no memory, and to enlarge takes twice as much
        make = make_lazy if data.is_classifier else np.empty  # numbers write to nearly all of it, classes seldom do
    nodes = Nodes(
        make((capacity,), dtype=NODE),
        make((capacity, t, k), dtype=np.float64),
        np.zeros(capacity if best_first else min(capacity, 128), dtype=PENDING),
        np.zeros(capacity if best_first else 0, dtype=np.int64),
    )
    root = nodes.pending[0]
    root["end"], root["parent"], root["impurity"], root["low"], root["high"] = m, -1, np.inf, -np.inf, np.inf
    return Growth(data, limits, work, nodes, general, None if order is not None else True, table, quick)


def enlarge(growth: Growth) -> Growth:
    """Return the same growth with room for twice as many nodes, or (depth first) pending ones: whichever are short."""
    nodes, state = growth.nodes, growth.work.state
    best_first = len(nodes.heap) > 0

    def twice(array: Array) -> Array:
        more = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
        more[: len(array)] = array
        return more

    if best_first or state[2] + 2 > len(nodes.facts):
        nodes = nodes._replace(facts=twice(nodes.facts), value=twice(nodes.value), heap=twice(nodes.heap))
    if best_first or state[3] + 2 > len(nodes.pending):
        nodes = nodes._replace(pending=twice(nodes.pending))
    return growth._replace(nodes=nodes)


def without_rows(growth: Growth) -> Growth:
    """Return a growth that is over without what takes most memory: the columns, and the rows sorted by each."""
    columns, none = np.empty((len(growth.data.columns), 0), dtype=np.float32), np.empty((0, 0), dtype=np.int32)
    return growth._replace(
        data=growth.data._replace(columns=columns),
        work=growth.work._replace(rows=none, values=columns),
        table=Table(columns, none, none, growth.table.bits),
    )


def without_workspace(growth: Growth) -> Growth:
    """Return what many trees share of a growth that has not begun: all but the room that one tree grows in."""
    empty, none = np.empty((0, 0), dtype=np.float32), np.empty((0, 0), dtype=np.int32)
    nodes = growth.nodes._replace(facts=np.empty(0, dtype=NODE), value=np.empty((0, 0, 0)))
    return growth._replace(work=growth.work._replace(rows=none, values=empty), nodes=nodes)
