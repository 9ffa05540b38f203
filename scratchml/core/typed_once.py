"""Types worked out once: what Numba looks up anew each time it meets the same operation, it looks up once.

To compile ``x * y`` Numba asks some twenty rules of typing in turn, most of which say no and leave a message that
nobody reads. It asks for each multiplication of each kernel, though the answer depends only on the operation, the types
of x and y and the options of the compiler. Here answers about numbers, arrays and records are kept, and the options,
part of every question, are compared in less time. First fits take a tenth to a fifth less of it; the machine
code is the same. What found no answer is asked again, so that errors are Numba's own.

Beside `twins.py` this is the only file that touches private parts of Numba. Where one is missing, importing it fails,
and Numba goes on in its own way.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from numba import types
from numba.core import targetconfig

_Config: Any = targetconfig.TargetConfig  # the options of one compilation
_Stack: Any = targetconfig.ConfigStack
_Operation: Any = types.Function  # an operator, or a function Numba knows
PLAIN = (types.Number, types.Boolean, types.Array, types.Record)  # equal ones are interchangeable: lists are not

_kept: dict[tuple[Any, ...], tuple[Any, Any]] = {}  # question -> (operation, answer); holding it keeps its id its own
_asked = _Operation.get_call_type  # Numba's own way


@cache
def options_of(kind: Any) -> tuple[dict[str, Any], int]:
    """Return the options that a kind of configuration has when nothing is set, and what Numba hashes: their names."""
    return {name: option.default for name, option in kind.options.items()}, hash(tuple(sorted(kind.options)))


def values(self: Any) -> dict[str, Any]:
    """Return all options by name. plainly: {name: getattr(self, name) for name in self.options}."""
    return {**options_of(self.__class__)[0], **self._values}


def hash_of(self: Any) -> int:
    """Return the hash of a configuration. plainly: hash(tuple(sorted(self.values()))), which are the names alone."""
    return options_of(self.__class__)[1]


def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
    """Return the signature of an operation for the types of its arguments, as Numba's method does."""
    if kws or not all(isinstance(one, PLAIN) for one in args):
        return _asked(self, context, args, kws)
    options = _Stack.top_or_none()
    found = _kept.get((id(self), context, tuple(args), options))
    if found is None:
        found = self, _asked(self, context, args, kws)
        _kept[id(self), context, tuple(args), options and options.copy()] = found  # the caller may change its own
    return found[1]


if not (hasattr(_Stack, "top_or_none") and hasattr(_Config(), "_values") and "values" in vars(_Config)):
    raise ImportError("this Numba keeps its options in another way")
_Config.values, _Config.__hash__ = values, hash_of
_Operation.get_call_type = get_call_type
