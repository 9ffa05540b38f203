"""A row's sum in lanes: a function that a kernel may call where rows are added up one by one.

To add a row's numbers one after the other, a processor waits for each sum before it adds the next number. `add_up` lets
thirty-two sums grow side by side, in machine code by instructions that add several neighbours at once; as plain Python
it is the loops you see, with the same bits. It is more exact than one sum, too: each of its sums is of few numbers.
Measured on rows of 64 and 256 numbers: float32 6 and 14 times, float64 3.5 and 8 times as fast as one after the other.

As the functions of ``lanes.py``, it is not checked by ``NUMBA_BOUNDSCHECK``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .jit import jit_enabled
from .lanes import _parts_of_numba
from .typing import Array

MANY, FEW = 32, 8  # sums side by side: MANY while the row is long, FEW for what is left


def add_up(row: Array) -> Any:
    """Return the sum of a row (m,) of float64 or float32, C-contiguous, as a number of its kind."""
    m = row.shape[0]
    sums = np.zeros(MANY, row.dtype)
    for first in range(0, m - m % MANY, MANY):
        sums += row[first : first + MANY]
    sums = in_half(in_half(sums))
    for first in range(m - m % MANY, m - m % FEW, FEW):
        sums += row[first : first + FEW]
    total = in_half(in_half(in_half(sums)))[0]
    for i in range(m - m % FEW, m):
        total += row[i]
    return total


def in_half(sums: Array) -> Array:
    """Return half as many sums (m,): the first half, read, plus the second."""
    half = len(sums) // 2
    return sums[:half] + sums[half:]


def _teach_adding_up() -> None:
    """Tell Numba what adding a row up is in machine code."""
    types, cgutils, ir, intrinsic, overload = _parts_of_numba()
    whole, word = ir.IntType(64), ir.IntType(32)

    @intrinsic  # type: ignore[untyped-decorator]
    def sum_of_eights(typing: Any, row: Any, m: Any) -> Any:
        """Return the sum of row[:m], m a multiple of FEW."""

        def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            held, number = context.make_array(row)(context, builder, args[0]), context.get_value_type(row.dtype)

            def add_all(sums: Any, begin: Any, end: Any, lanes: int) -> Any:
                """Return the sums, lane by lane, plus what stands in each line of so many numbers."""
                kind = ir.VectorType(number, lanes)
                grown = cgutils.alloca_once_value(builder, sums)
                with cgutils.for_range_slice(builder, begin, end, whole(lanes), whole) as (place, _):
                    line = builder.bitcast(builder.gep(held.data, [place]), kind.as_pointer())
                    line = builder.load(line, align=row.dtype.bitwidth // 8)
                    builder.store(builder.fadd(builder.load(grown), line), grown)
                return builder.load(grown)

            def folded(sums: Any, lanes: int) -> Any:
                """Return half as many sums, again and again, until there are so many."""
                while sums.type.count > lanes:
                    half = sums.type.count // 2
                    parts = [
                        ir.Constant(ir.VectorType(word, half), list(range(first, first + half))) for first in (0, half)
                    ]
                    sums = builder.fadd(*(builder.shuffle_vector(sums, sums, part) for part in parts))
                return sums

            split = builder.and_(args[1], whole(-MANY))
            sums = add_all(ir.Constant(ir.VectorType(number, MANY), [0.0] * MANY), whole(0), split, MANY)
            sums = add_all(folded(sums, FEW), split, args[1], FEW)
            return builder.extract_element(folded(sums, 1), word(0))

        return row.dtype(row, types.int64), make

    @overload(add_up)  # type: ignore[untyped-decorator]
    def add_up_compiled(row: Any) -> Any:
        def compiled(row: Any) -> Any:
            m = row.shape[0]
            in_eights = m - m % FEW
            total = sum_of_eights(row, in_eights)
            for i in range(in_eights, m):
                total += row[i]
            return total

        return compiled


if jit_enabled():
    _teach_adding_up()
