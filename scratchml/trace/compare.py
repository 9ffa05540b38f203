"""Where two traces part: the first step and the first field that differ, with both values."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .events import Trace, name_of


class Difference(NamedTuple):
    """The first place where two traces differ."""

    step: int  # number of the step in both
    name: str  # what the first trace did there
    field: str  # "centres[1, 0]"; "name", or "length" where one trace ends before the other
    first: Any  # the value in the first trace, None if it has ended
    second: Any

    def __str__(self) -> str:
        return (
            f"step {self.step} ({self.name}): {self.field} is {self.first!r} in the one, {self.second!r} in the other"
        )


def diff(first: Trace, second: Trace, *, rtol: float = 0.0, atol: float = 0.0) -> Difference | None:
    """Return the first difference of two traces; None where there is none.

    Steps are compared in order, field by field; what is no number, word or array of these is passed over.

    Parameters
    ----------
    first, second : traces; take `of` and `only` where they have more steps than are to be compared
    rtol, atol : numbers a and b are the same where |a - b| <= atol + rtol max(|a|, |b|); NaN is NaN

    Raises
    ------
    TypeError, ValueError
        If one of them is no Trace, or a tolerance is below 0.

    Examples
    --------
    >>> from scratchml import trace
    >>> from scratchml.cluster import KMeans
    >>> X, traces = [[1.0], [2.0], [11.0], [12.0]], []
    >>> for start in ([[1.0], [2.0]], [[1.0], [2.5]]):
    ...     with trace.record() as tr:
    ...         model = KMeans(2, init=start).fit(X)
    ...     traces.append(tr)
    >>> print(trace.diff(*traces))
    step 0 (seed): centres[1, 0] is 2.0 in the one, 2.5 in the other
    """
    for name, value in (("first", first), ("second", second)):
        if not isinstance(value, Trace):
            raise TypeError(f"{name}={value!r:.60} is no Trace; record one with trace.record().")
    if not (rtol >= 0 and atol >= 0):
        raise ValueError(f"rtol={rtol} and atol={atol} must not be below 0.")
    for i, (a, b) in enumerate(zip(first, second)):
        found = _parts(a, b, "", rtol, atol)
        if found is not None:
            return Difference(i, name_of(a), *found)
    if len(first) != len(second):
        i = min(len(first), len(second))
        longer = first if len(first) > i else second
        names = [name_of(tr[i]) if len(tr) > i else None for tr in (first, second)]
        return Difference(i, name_of(longer[i]), "length", *names)
    return None


def _parts(a: Any, b: Any, path: str, rtol: float, atol: float) -> tuple[str, Any, Any] | None:
    """Return (where, a's value, b's value) of the first difference; None where there is none."""
    numbers = (bool, int, float, np.generic)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return _arrays(a, b, path, rtol, atol)
    if isinstance(a, numbers) and isinstance(b, numbers):
        return None if _close(np.asarray(a), np.asarray(b), rtol, atol).all() else (path, a, b)
    if isinstance(a, str) and isinstance(b, str):
        return None if a == b else (path, a, b)
    if hasattr(a, "_fields") and hasattr(b, "_fields"):
        if a._fields != b._fields:
            return (f"{path}.fields".lstrip("."), a._fields, b._fields)
        pairs = [(f"{path}.{field}".lstrip("."), getattr(a, field), getattr(b, field)) for field in a._fields]
    elif isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        if len(a) != len(b):
            return (f"len({path})", len(a), len(b))
        pairs = [(f"{path}[{k}]", x, y) for k, (x, y) in enumerate(zip(a, b))]
    elif (a is None) != (b is None):
        return (path, a, b)
    else:
        return None
    return next((found for where, x, y in pairs if (found := _parts(x, y, where, rtol, atol)) is not None), None)


def _arrays(a: Any, b: Any, path: str, rtol: float, atol: float) -> tuple[str, Any, Any] | None:
    if a.shape != b.shape:
        return (f"{path}.shape", a.shape, b.shape)
    same = _close(a, b, rtol, atol) if a.dtype.kind in "biuf" and b.dtype.kind in "biuf" else np.asarray(a == b)
    if same.all():
        return None
    place = tuple(int(k) for k in np.argwhere(~same)[0])
    return (f"{path}{list(place)}" if place else path, a[place].item(), b[place].item())


def _close(a: Any, b: Any, rtol: float, atol: float) -> Any:
    with np.errstate(invalid="ignore", over="ignore"):
        a, b = a.astype(np.float64), b.astype(np.float64)
        room = atol + rtol * np.maximum(np.abs(a), np.abs(b)) if rtol else atol
        return (a == b) | (np.isnan(a) & np.isnan(b)) | (np.isfinite(a) & np.isfinite(b) & (np.abs(a - b) <= room))
