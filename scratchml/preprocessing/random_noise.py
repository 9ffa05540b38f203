"""Random noise: every number of a row is changed a little.

Idea
----
No camera measures the same light twice. A model trained on rows with fresh noise cannot learn the noise by heart, and
changes little where its input changes little: for squared loss and little noise it is as if slopes were penalised.

Maths
-----
new = x + scale e, with e drawn from the standard normal distribution for each number; then cut to `clip`.

Cost
----
A normal number for each number of X.

Differences
-----------
For any table, not only for images: no shape is needed. `scale` is in the unit of X (of the pixels), not of a column's
deviation: standardise first where columns have different units.

References
----------
C. M. Bishop (1995), "Training with noise is equivalent to Tikhonov regularization", Neural Computation 7(1), 108-116.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..core import check_random_state
from ..core.rules import Rule, random_state, real
from ..core.typing import FloatArray, RandomStateLike
from .images import Augmenter


def is_range(value: Any) -> bool:
    """Say whether a value is None or a pair (low, high) of numbers, low below high."""
    if value is None:
        return True
    kinds = [isinstance(end, (int, float, np.integer, np.floating)) and not isinstance(end, bool) for end in value]
    return len(kinds) == 2 and all(kinds) and bool(value[0] < value[1])


class RandomNoise(Augmenter):
    """Add normal noise to every number, in ``fit_transform`` only.

    Parameters
    ----------
    scale : standard deviation of the noise, in the unit of X
    clip : (low, high) between which results are kept, such as (0, 16) for the digits; None keeps them as they are
    random_state : decides the noise

    Attributes
    ----------
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Bishop (1995).

    Examples
    --------
    >>> from scratchml.preprocessing import RandomNoise
    >>> RandomNoise(0.5, clip=(0, 9), random_state=0).fit_transform([[1.0, 2.0, 9.0]]).round(2)
    array([[1.88, 2.2 , 9.  ]])
    """

    _rules: ClassVar = {
        "scale": real(0.0, np.finfo(np.float64).max),
        "clip": Rule(
            "None, or a pair (low, high) of numbers, low below high",
            lambda value: value is None or isinstance(value, (tuple, list)),
            is_range,
        ),
        "random_state": random_state,
    }

    def __init__(
        self,
        scale: float = 0.1,
        *,
        clip: tuple[float, float] | None = None,
        random_state: RandomStateLike = None,
    ) -> None:
        self.scale = scale
        self.clip = clip
        self.random_state = random_state

    def _augment(self, X: FloatArray) -> FloatArray:
        noise: FloatArray = check_random_state(self.random_state).normal(size=X.shape)
        with np.errstate(over="ignore"):
            noise *= self.scale
            noise += X
        if self.clip is not None:
            np.clip(noise, *self.clip, out=noise)
        if not np.isfinite(noise).all():
            raise ValueError(f"X and noise of scale={self.scale:.3g} add up beyond float64; lower scale, or scale X.")
        return noise
