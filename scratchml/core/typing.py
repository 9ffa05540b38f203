"""Names for the types that public signatures use."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
FinalFloats: TypeAlias = FloatArray  # in a step: read-only and not changed later, where someone listens (`sealed`)
FinalInts: TypeAlias = IntArray
MatrixLike: TypeAlias = Any  # an array, nested lists or a data frame of shape (n, d)
VectorLike: TypeAlias = Any  # an array, a list or a series of shape (n,)
RandomStateLike: TypeAlias = int | np.integer[Any] | np.random.RandomState | np.random.Generator | None
Whole: TypeAlias = int | np.integer[Any]  # a number of a row: Python's, or out of an array
