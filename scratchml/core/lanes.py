"""Neighbouring numbers changed at once: three functions that a kernel may call where its inner loop is all that counts.

A processor adds two or four neighbouring numbers as fast as one, and can be asked to fetch memory before it is needed.
Compilers see neither where the place is only known at run time (`sums[bins[i]]`). These functions say it: in machine
code each is one such instruction; as plain Python, when reading or debugging, they are the loops you see. Adding side
by side is the same addition: not a bit changes. Measured on the histograms of boosted trees: 1.6 to 4 times.

Unlike plain indexing, they are not checked by ``NUMBA_BOUNDSCHECK``: the plain run is what finds a wrong index.
"""

from __future__ import annotations

from typing import Any

from .jit import jit_enabled
from .typing import Array, Whole


def add_pair(sums: Array, row: Whole, a: float, b: float) -> None:
    """Add (a, b) to one row of sums (rows, 2) float64, C-contiguous: overwritten."""
    sums[row, 0] += a
    sums[row, 1] += b


def add_triple(sums: Array, row: Whole, a: float, b: float, c: float) -> None:
    """Add (a, b, c) to one row of sums (rows, 4) float64, C-contiguous: overwritten; the fourth number stays."""
    sums[row, 0] += a
    sums[row, 1] += b
    sums[row, 2] += c


def fetch_ahead(array: Array, row: Whole) -> None:
    """Ask for the memory of a row of array (rows, ...), C-contiguous, that will be read soon: changes nothing."""


def _teach_numba() -> None:
    """Tell Numba what the three functions are in machine code."""
    import numba.core.cgutils
    import numba.extending

    types: Any = numba.types
    cgutils: Any = numba.core.cgutils
    ir: Any = cgutils.ir  # of llvmlite, which comes with Numba
    intrinsic: Any = numba.extending.intrinsic
    overload: Any = numba.extending.overload

    def add_lanes(lanes: int) -> Any:
        def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            vector = ir.VectorType(ir.DoubleType(), lanes)
            found = context.make_array(signature.args[0])(context, builder, args[0])
            place = builder.gep(found.data, [builder.mul(args[1], ir.Constant(ir.IntType(64), lanes))])
            place = builder.bitcast(place, vector.as_pointer())
            added = ir.Constant(vector, [0.0] * lanes)
            for lane, number in enumerate(args[2:]):
                added = builder.insert_element(added, number, ir.Constant(ir.IntType(32), lane))
            builder.store(builder.fadd(builder.load(place, align=8), added), place, align=8)
            return context.get_dummy_value()

        return make

    @intrinsic  # type: ignore[untyped-decorator]
    def pair_added(typing: Any, sums: Any, row: Any, a: Any, b: Any) -> Any:
        return types.void(sums, types.int64, types.float64, types.float64), add_lanes(2)

    @intrinsic  # type: ignore[untyped-decorator]
    def triple_added(typing: Any, sums: Any, row: Any, a: Any, b: Any, c: Any) -> Any:
        return types.void(sums, types.int64, *[types.float64] * 3), add_lanes(4)

    @intrinsic  # type: ignore[untyped-decorator]
    def fetched(typing: Any, array: Any, row: Any) -> Any:
        def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            number, place = ir.IntType(32), args[1]
            found = context.make_array(array)(context, builder, args[0])
            for size in cgutils.unpack_tuple(builder, found.shape, array.ndim)[1:]:
                place = builder.mul(place, size)
            place = builder.bitcast(builder.gep(found.data, [place]), ir.IntType(8).as_pointer())
            asked = ir.FunctionType(ir.VoidType(), [place.type, number, number, number])
            prefetch = builder.module.declare_intrinsic("llvm.prefetch", [place.type], asked)
            builder.call(prefetch, [place, number(0), number(3), number(1)])  # to read, into all caches, data
            return context.get_dummy_value()

        return types.void(array, types.int64), make

    overload(add_pair)(lambda sums, row, a, b: lambda sums, row, a, b: pair_added(sums, row, a, b))
    overload(add_triple)(lambda sums, row, a, b, c: lambda sums, row, a, b, c: triple_added(sums, row, a, b, c))
    overload(fetch_ahead)(lambda array, row: lambda array, row: fetched(array, row))


if jit_enabled():
    _teach_numba()
