"""pipeline: transformers, samplers and a model as one estimator, and a guard against leakage.

Read `pipeline.py` first, then `guards.py`: what is refused or warned of so that a test stays a test. `stepping.py` fits
one step; `union.py` puts results side by side, by `columns.py` and `frames.py`; `composition.py` is what all of these
have in common.
"""

from .guards import LeakageWarning
from .pipeline import Pipeline, make_pipeline
from .union import FeatureUnion, make_union

__all__ = ["FeatureUnion", "LeakageWarning", "Pipeline", "make_pipeline", "make_union"]
