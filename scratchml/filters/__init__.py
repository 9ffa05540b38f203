"""filters: take the noise out of a signal, a sequence of measurements at equal intervals.

Functions, not estimators: what comes out at one time depends on its neighbours in time, so rows may not be shuffled,
and nothing is learned. All take a signal (n,), or a table (n, d) whose columns are signals, and return the same shape.

| file | what it gives | why it is built so |
| --- | --- | --- |
| `window.py` | edges, missing values | Every filter answers them alike, so they are answered once. |
| `moving_average.py` | `moving_average` | The least noise where noise is all alike. |
| `median_filter.py` | `median_filter` | Spikes go, jumps stay. |
| `wide_median.py` | medians of wide windows | Blocks sorted once, then two linked lists: no search at all. |
| `exponential_filter.py` | `exponential_filter` | Looks back only, and remembers one number. |
| `hampel_filter.py` | `hampel_filter` | Replaces spikes and leaves everything else as it is. |
"""

from .exponential_filter import exponential_filter
from .hampel_filter import hampel_filter
from .median_filter import median_filter
from .moving_average import moving_average

__all__ = ["exponential_filter", "hampel_filter", "median_filter", "moving_average"]


def _warmup() -> None:
    """Compile the kernels."""
    for filter_ in (moving_average, median_filter, hampel_filter, exponential_filter):
        filter_([1.0, 2.0, 3.0])
    median_filter([1.0, 2.0, 3.0], window=101)
