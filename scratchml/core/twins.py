"""Twins: what a kernel compiles of the kernels it calls, without all that only a call from Python needs.

Numba makes machine code of every function it compiles, optimised, with wrappers so that Python and C can call it. Most
kernels are only ever called by kernels, and a calling kernel takes in the functions it calls and optimises the whole
again. So a kernel that compiles asks those it calls for their *twins*: typed and lowered, kept on disk as a kernel is,
but neither optimised, nor wrapped, nor made machine code. The whole is optimised once, in the kernel that Python
calls. With `_call_with_room`, first fits of trees, forests and boosting take a fifth to two fifths less time; the loops
run as fast, to the same bits.

Beside `typed_once.py` this is the only file that touches private parts of Numba. Where one is missing, importing it
fails, and `jit.py` compiles in Numba's own way: slower at first calls, alike in everything else.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
import sys
import types
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numba
from numba.core import caching, codegen, compiler, registry
from numba.np import linalg

ENVIRONMENT = "_ZN08NumbaEnv"  # names of globals that hold what a compiled function needs of Python begin so
_llvm: Any = vars(codegen).get("ll")  # what Numba itself imports of LLVM
_Dispatcher: Any = registry.CPUDispatcher
_Library: Any = codegen.JITCodeLibrary
_Compiler: Any = compiler.Compiler
_unliteral: Any = numba.types.unliteral
NEEDED = {
    _Dispatcher: ("get_call_template", "get_overload", "compile", "py_func", "targetoptions", "_cache"),
    _Library: ("_optimize_functions", "_optimize_final_module", "_finalize_final_module", "enable_object_caching"),
    _Compiler: ("define_pipelines",),
}


def missing_parts() -> list[str]:
    """Return the names of parts of Numba that twins are built on and that this Numba lacks."""
    made = numba.njit(lambda: None)  # has what a dispatcher is given when it is made, too
    return [
        f"{owner.__name__}.{name}"
        for owner, names in NEEDED.items()
        for name in names
        if not hasattr(made if owner is _Dispatcher else owner, name)
    ]


if _llvm is None or missing_parts():
    raise ImportError(f"this Numba lacks {', '.join(missing_parts()) or 'llvmlite under the name ll'}")


def scipy_is_there() -> None:
    """Answer Numba's question whether it could multiply matrices, without importing the SciPy that it would use.

    Numba asks when it first compiles or loads anything; SciPy's linear algebra would take half of a first call from
    the cache, and no kernel multiplies matrices. Whoever compiles a product later is asked as ever.
    """
    linalg.ensure_blas = _ensure_blas
    if find_spec("scipy") is None:
        raise ImportError("no SciPy")


_ensure_blas: Any = vars(linalg).get("ensure_blas")
if _ensure_blas is not None and "numba.np.arraymath" not in sys.modules:
    linalg.ensure_blas = scipy_is_there


class TwinLibrary(_Library):  # type: ignore[misc]
    """The code of a twin: it is linked into the kernels that call it, which optimise it, and never run itself."""

    _final_module: Any
    _shared_module: Any

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        """Keep the code for callers, and make machine code of the environments' places only: Numba fills them."""
        whole = self._final_module
        for function in whole.functions:
            if not function.is_declaration and function.linkage == _llvm.Linkage.external:
                function.linkage = "linkonce_odr"  # many callers may hold it
        self._shared_module = whole
        places = [g.name for g in whole.global_variables if g.name.startswith(ENVIRONMENT)]
        declared = [f"@{name} = common global ptr null" for name in places]
        empty = str(self._codegen._create_empty_module(self.name))
        self._final_module = _llvm.parse_assembly("\n".join([empty, *declared]))
        self._final_module.name = whole.name
        super()._finalize_final_module()


class TwinCompiler(_Compiler):  # type: ignore[misc]
    """Numba's compiler, whose result goes into a `TwinLibrary`."""

    def define_pipelines(self) -> Any:
        """Choose the library before the passes run; they are Numba's own."""
        library = TwinLibrary(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        library.enable_object_caching()
        self.state.library = library
        return super().define_pipelines()


@cache
def fingerprint(path: str) -> str:
    """Return a digest of a source file, or "" where it cannot be read."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def frozen_into(function: Any) -> dict[str, str]:
    """Return what the machine code of `function` holds of other files: digests of the files, values of constants.

    A change in any of it has to make the code anew. Numba's cache asks for a change in the function's own file only.
    """
    found: dict[str, str] = {}
    waiting, met = [function], {function}
    while waiting:
        caller = waiting.pop()
        found[caller.__code__.co_filename] = fingerprint(caller.__code__.co_filename)
        for name in caller.__code__.co_names:
            value = caller.__globals__.get(name)
            if isinstance(value, (bool, int, float, str, tuple)):
                found[f"{caller.__module__}.{name}"] = repr(value)
            elif isinstance(value, _Dispatcher) and value.py_func not in met:
                met.add(value.py_func)
                waiting.append(value.py_func)
    return found


def _call(function: Any, argument: Any) -> Any:
    return function(argument)


# CPython lays the frames of calls into chunks of 16 kB. A call made where a chunk ends asks the system for the next and
# gives it back on return. Compiling makes a million calls, at all depths: a tree's first fit asked 37 000 or 197 000
# times, which takes a second and more, by where the ends happened to fall. A frame that claims 512 kB gets a chunk of
# 1 MB; the calls below it fit into the rest.
_call_with_room = types.FunctionType(_call.__code__.replace(co_stacksize=2**16), globals())


class CachedDispatcher(_Dispatcher):  # type: ignore[misc]
    """Numba's dispatcher, whose cache knows when a callee has changed, and may break without breaking a fit."""

    _cache: Any

    def compile(self, signature: Any) -> Any:
        """Compile for the types of the arguments, or load what an earlier process kept."""
        kept = getattr(self._cache, "_cache_file", None)
        if kept is not None and not isinstance(kept._source_stamp, tuple):
            kept._source_stamp = (kept._source_stamp, sorted(frozen_into(self.py_func).items()))
        try:
            return super().compile(signature)
        except (OSError, EOFError, pickle.UnpicklingError):  # full disk, lost rights, broken file: go on without cache
            self._cache = caching.NullCache()
            return super().compile(signature)


class Kernel(CachedDispatcher):
    """A kernel compiled as usual when called from Python, and as its twin when called from a kernel.

    A kernel that calls itself works when called from Python; from another kernel, only once it was called from Python.
    """

    def compile(self, signature: Any) -> Any:
        """Compile or load, with room for the many frames of a compiler, and without looking for garbage meanwhile.

        A compiler makes millions of objects that live until it ends: looking through them again and again takes a tenth
        of a first fit, and finds next to nothing.
        """
        looks = gc.isenabled()
        gc.disable()
        try:
            return _call_with_room(super().compile, signature)
        finally:
            if looks:
                gc.enable()

    @property
    def twin(self) -> Any:
        """Return the dispatcher that answers kernels: it must never be called from Python."""
        found = vars(self).get("_twin")
        if found is None:
            plain = self.py_func
            code, names = plain.__code__, plain.__globals__
            same = types.FunctionType(code, names, plain.__name__, plain.__defaults__, plain.__closure__)
            same.__qualname__ = f"{plain.__qualname__}.twin"  # so it has cache files of its own
            options = {name: value for name, value in self.targetoptions.items() if name != "nopython"}
            options |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": TwinCompiler}
            found = self._twin = dispatcher(same, options)
            found.__class__ = CachedDispatcher
        return found

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Answer a kernel that compiles and calls this one. A number written out is of a type like any other."""
        args = tuple(_unliteral(one) for one in args)  # else f(0, X) and f(i, X) were two machine codes
        if args in self.overloads:
            return super().get_call_template(args, kws)
        return self.twin.get_call_template(args, kws)

    def get_overload(self, signature: Any) -> Any:
        """Return what was compiled for the answer."""
        twin, asked = vars(self).get("_twin"), tuple(signature)
        if twin is not None and asked in twin.overloads:
            return twin.get_overload(asked)
        return super().get_overload(asked)


def dispatcher(function: Any, options: dict[str, Any]) -> Any:
    """Return Numba's dispatcher of a function: cached on disk where a folder can be written to."""
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder can be written to for the cache: compile in every process instead
        return numba.njit(**options)(function)
