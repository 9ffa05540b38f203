"""feature_selection: which columns are worth keeping.

| file | what it holds |
| --- | --- |
| `selector.py` | what all selectors share: mask, transform and back |
| `variance_threshold.py` | `VarianceThreshold`: drop what hardly changes |
"""

from .selector import SelectorMixin
from .variance_threshold import VarianceThreshold

__all__ = ["SelectorMixin", "VarianceThreshold"]
