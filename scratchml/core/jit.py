"""`@kernel`: plain Python when you read or debug it, machine code when you run it.

This is the only place that configures Numba. A kernel is an ordinary function over arrays; the decorator
compiles it on its first call, caches the machine code on disk and releases the GIL while it runs. Where Numba is
missing, or ``NUMBA_DISABLE_JIT=1`` is set, the decorator returns the function as it is.

``with plain_python():`` runs every kernel of the package as plain Python inside the block, so that a debugger
can step through it. It swaps the module-level names for their Python functions and swaps them back, for the
whole process: it is a tool for reading and testing. Blocks may be nested, and entered by several threads; as long as
one of them is open, every thread runs plain.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

numba: Any
try:
    import numba
except ImportError:  # everything runs, slowly, without it
    numba = None
Kernel: Any = None  # with it, kernels that kernels call compile in less time
if numba is not None:
    try:
        from .twins import Kernel
    except (ImportError, AttributeError):  # another Numba, without the private parts it needs
        pass
    try:
        from . import typed_once  # noqa: F401  it makes Numba remember
    except (ImportError, AttributeError):
        pass

_KERNELS: dict[str, Any] = {}  # "module.name" -> compiled dispatcher, in order of definition
_plain_lock = threading.Lock()
_plain_blocks = 0  # how many `plain_python` blocks are open
_swapped: list[tuple[dict[str, Any], str, Any]] = []  # (names of a module, name, kernel): put back by the last block
_born_plain: dict[int, Any] = {}  # id of a function decorated while a block was open -> its kernel
_modules_before: set[str] = set()  # what was loaded when the first block opened


def kernel(function: F) -> F:
    """Compile `function` with the package's one set of Numba options; identity where Numba is missing or off.

    The options: machine code cached on disk, GIL released, NumPy's rule for division by zero (inf or nan, no
    exception). No fastmath and no parallel: both change results.
    """
    return _compiled(function, {})


def lean_kernel(function: F) -> F:
    """Compile as `kernel` does, without counting references to arrays: for kernels that make no array.

    Counting costs an atomic instruction for each array handed on, which small kernels that hand tuples of arrays to
    each other a million times feel: growing a tree takes five times as long with it. All that such a kernel calls must
    be lean, too; one that makes an array does not compile.
    """
    return _compiled(function, {"_nrt": False})


def lowest_bit(word: Any) -> int:
    """Return the place of the lowest bit set in an unsigned word of 64 bits that is not 0."""
    found = int(word)
    return (found & -found).bit_length() - 1


def count_bits(word: Any) -> int:
    """Return how many bits are set in an unsigned word of 64 bits."""
    return int(word).bit_count()


def larger(a: float, b: float) -> float:
    """Return the larger of two numbers, neither of which is NaN; of 0.0 and -0.0 either.

    In kernels that promise lets the compiler look for the largest of many with vector instructions.
    """
    return a if a > b else b


if numba is not None:
    from numba.extending import intrinsic, overload

    @intrinsic
    def count_trailing_zeros(context: Any, word: Any) -> Any:
        """Return LLVM's instruction of that name, for a word of 64 bits."""

        def build(_: Any, builder: Any, __: Any, values: Any) -> Any:
            return builder.cttz(values[0], numba.core.cgutils.true_bit)

        return numba.types.int64(numba.types.uint64), build

    @overload(lowest_bit)
    def lowest_bit_compiled(word: Any) -> Any:
        """Tell Numba what `lowest_bit` is in kernels."""

        def compiled(word: Any) -> Any:  # annotated as the function around it: Numba asks for that
            return count_trailing_zeros(word)  # type: ignore[call-arg]

        return compiled

    @intrinsic
    def count_set_bits(context: Any, word: Any) -> Any:
        """Return LLVM's instruction of that name, for a word of 64 bits."""

        def build(_: Any, builder: Any, __: Any, values: Any) -> Any:
            return builder.ctpop(values[0])

        return numba.types.int64(numba.types.uint64), build

    @overload(count_bits)
    def count_bits_compiled(word: Any) -> Any:
        """Tell Numba what `count_bits` is in kernels."""

        def compiled(word: Any) -> Any:
            return count_set_bits(word)  # type: ignore[call-arg]

        return compiled

    @intrinsic
    def select_larger(context: Any, a: Any, b: Any) -> Any:
        """Return LLVM's comparison and choice, with the promise that neither is NaN and zeros have no sign."""

        def build(_: Any, builder: Any, __: Any, values: Any) -> Any:
            promise = ("nnan", "nsz")
            return builder.select(builder.fcmp_ordered(">", *values, flags=promise), *values, flags=promise)

        return numba.types.float64(numba.types.float64, numba.types.float64), build

    @overload(larger)
    def larger_compiled(a: Any, b: Any) -> Any:
        """Tell Numba what `larger` is in kernels."""

        def compiled(a: Any, b: Any) -> Any:
            return select_larger(a, b)  # type: ignore[call-arg]

        return compiled


def _cached(function: Any, options: dict[str, Any]) -> Any:
    """Return the dispatcher of a function: cached on disk where a folder can be written to."""
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder can be written to for the cache: compile in every process instead
        return numba.njit(**options)(function)


def _compiled(function: F, more: dict[str, Any]) -> F:
    if not jit_enabled():
        return function
    compiled = _cached(function, {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, **more})
    if Kernel is not None:
        compiled.__class__ = Kernel
    _KERNELS[f"{function.__module__}.{function.__qualname__}"] = compiled
    if _plain_blocks:
        _born_plain[id(function)] = compiled
        return function
    return compiled  # type: ignore[no-any-return]


def jit_enabled() -> bool:
    """Say whether `@kernel` compiles in this process."""
    return numba is not None and not numba.config.DISABLE_JIT


def kernels() -> dict[str, Any]:
    """Return the compiled kernels of the rooms loaded so far, by "module.name"."""
    return dict(_KERNELS)


@contextmanager
def plain_python() -> Iterator[None]:
    """Run all kernels as plain Python inside the block: for debuggers, coverage and tests.

    Names are swapped in every loaded module of the package (and of its tests), so a kernel that calls a kernel
    is plain all the way down; in modules first imported inside the block too. A kernel stored in a dict or in a default
    argument is out of reach: keep names there.
    """
    global _plain_blocks
    with _plain_lock:
        if _plain_blocks == 0:
            _modules_before.clear()
            _modules_before.update(sys.modules)
            plain_of = {id(compiled): compiled.py_func for compiled in _KERNELS.values()}
            for names in _namespaces():
                compiled_here = {name: value for name, value in names.copy().items() if id(value) in plain_of}
                for name, compiled in compiled_here.items():
                    _swapped.append((names, name, compiled))
                    names[name] = plain_of[id(compiled)]
        _plain_blocks += 1
    try:
        yield
    finally:
        with _plain_lock:
            _plain_blocks -= 1
            if _plain_blocks == 0:
                _put_back()


def _namespaces() -> list[dict[str, Any]]:
    """Return the names of each loaded module of the package and of its tests.

    They hold some ten thousand values, so whoever looks at all of them makes no tuple for each: that takes 15 times
    as long, most of it in the garbage collector.
    """
    return [
        vars(module)
        for module_name, module in list(sys.modules.items())
        if module is not None and module_name.startswith(("scratchml", "tests", "test_", "__main__"))
    ]


def _put_back() -> None:
    """Undo the swaps, and give the kernels to modules that took their functions while a block was open."""
    for names, name, compiled in _swapped:
        names[name] = compiled
    kernel_of = {id(compiled.py_func): compiled for compiled in _KERNELS.values()} | _born_plain
    for names in _namespaces():
        plain_here = _born_plain if names.get("__name__") in _modules_before else kernel_of
        if plain_here:
            for name, value in names.copy().items():
                if id(value) in plain_here:
                    names[name] = plain_here[id(value)]
    _swapped.clear()
    _born_plain.clear()
