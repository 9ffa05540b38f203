"""Sums that a processor adds up faster than one number after the other: a kernel to be called from kernels."""

from __future__ import annotations

from ..core.jit import kernel
from ..core.typing import Array


@kernel
def inner_product(u: Array, v: Array) -> float:
    """Return u'v for u, v (n,): read. Four sums grow side by side: a processor adds four numbers as fast as one."""
    first, second, third, fourth = 0.0, 0.0, 0.0, 0.0
    whole = u.shape[0] - u.shape[0] % 4
    # plainly: for i in range(n): total += u[i] * v[i]
    for i in range(0, whole, 4):
        first += u[i] * v[i]
        second += u[i + 1] * v[i + 1]
        third += u[i + 2] * v[i + 2]
        fourth += u[i + 3] * v[i + 3]
    for i in range(whole, u.shape[0]):
        first += u[i] * v[i]
    return (first + second) + (third + fourth)
