"""Traces on disk: JSON with a schema version, never pickle.

Idea
    A step becomes its class's name and its fields; an array its kind of numbers, its shape and its bytes in base64, so
    that every bit comes back. What has no such form (an estimator, a generator) is written as a note of its kind.
    Reading makes plain tuples with the same field names: no class is imported and no code of the file is run.
Cost
    Four thirds of the arrays' bytes.
"""

from __future__ import annotations

import base64
import binascii
import json
import keyword
import math
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..core.typing import Array
from .events import Event, Fit, Trace, is_number
from .where import Source

FORMAT, VERSION = "scratchml-trace", 1
KINDS = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8")
DEEPEST = 40  # nested values
MOST_FIELDS = 200


class Omitted(str):
    """What stands in a loaded trace for something that JSON has no form for: what it was."""


def encoded(value: Any, deep: int = 0) -> Any:
    """Return what JSON is to hold for a value."""
    if deep > DEEPEST:
        return {"omitted": "nested too deeply"}
    if value is None or isinstance(value, (str, bool)):
        return {"omitted": str(value)} if isinstance(value, Omitted) else value
    if isinstance(value, (np.bool_, np.generic)):
        value = value.item()
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, np.ndarray):
        return _encoded_array(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        cls = type(value)
        fields = {field: encoded(getattr(value, field), deep + 1) for field in value._fields}
        return {"step": f"{cls.__module__}.{cls.__qualname__}", "fields": fields}
    if isinstance(value, (list, tuple)):
        return {"tuple" if isinstance(value, tuple) else "list": [encoded(item, deep + 1) for item in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: encoded(item, deep + 1) for key, item in value.items()}}
    return {"omitted": type(value).__name__}


def _encoded_array(value: Array) -> Any:
    kind = value.dtype.str[1:]
    if kind not in KINDS:
        if value.dtype.kind in "UO" and all(isinstance(item, str) for item in value.ravel()):
            return {"words": [str(item) for item in value.ravel()], "shape": list(value.shape)}
        return {"omitted": f"array of {value.dtype}"}
    raw = np.ascontiguousarray(value).astype(f"<{kind}", copy=False).tobytes()
    return {"array": base64.b64encode(raw).decode(), "dtype": kind, "shape": list(value.shape)}


def save(trace: Trace, path: str | Path) -> Path:
    """Write a trace as JSON and return the path."""
    page = {
        "format": FORMAT,
        "version": VERSION,
        "fits": [
            [f.label, f.name, f.parent, encoded(f.params), encoded(_rows(f.X)), encoded(_rows(f.y))] for f in trace.fits
        ],
        "sources": {key: list(source) for key, source in trace.sources.items()},
        "events": [[e.fit, e.number, encoded(e.step), e.source, e.line] for e in trace.events],
    }
    path = Path(path)
    path.write_text(json.dumps(page, allow_nan=False), encoding="utf-8")
    return path


def _rows(given: Any) -> Any:
    """Return what a fit was given as an array, where it can be one."""
    if given is None or isinstance(given, (str, Omitted)):
        return given
    try:
        return np.asarray(given)
    except (TypeError, ValueError):
        return Omitted(type(given).__name__)


# ---------------------------------------------------------------------------------------------------------------
# Reading: nothing in the file is trusted


class Broken(Exception):
    """What is wrong with a file."""


def _need(condition: bool, what: str) -> None:
    if not condition:
        raise Broken(what)


def decoded(value: Any, deep: int = 0) -> Any:
    """Return the value that `encoded` turned into `value`."""
    _need(deep <= DEEPEST, "values are nested too deeply")
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    _need(isinstance(value, dict) and len(value) > 0, f"{type(value).__name__} where a value is wanted")
    kind = next(iter(value))
    read = READ.get(kind)
    if read is None:
        raise Broken(f"a value of the unknown kind {kind!r:.40}")
    return read(value, deep + 1)


def _step(value: dict[str, Any], deep: int) -> Any:
    fields, path = value.get("fields"), value["step"]
    if not (isinstance(path, str) and isinstance(fields, dict)):
        raise Broken("a step without its class or fields")
    module, _, name = path.rpartition(".")
    for word in (name, *fields):
        good = word.isascii() and word.isidentifier() and not keyword.iskeyword(word) and word[0] != "_"
        _need(good and len(word) <= 100, f"{word!r:.40} cannot be a name")
    _need(len(fields) <= MOST_FIELDS, f"a step of {len(fields)} fields")
    cls: Any = namedtuple(name, list(fields))  # type: ignore[misc]
    cls.__module__ = module
    return cls(*(decoded(item, deep) for item in fields.values()))


def _shape(value: dict[str, Any]) -> tuple[int, ...]:
    shape = value.get("shape")
    _need(isinstance(shape, list) and len(shape) <= 8, "an array without a shape")
    assert isinstance(shape, list)
    _need(all(type(length) is int and 0 <= length < 2**40 for length in shape), "an array of an impossible shape")
    return tuple(shape)


def _array(value: dict[str, Any], deep: int) -> Array:
    kind, shape, text = value.get("dtype"), _shape(value), value["array"]
    _need(kind in KINDS and isinstance(text, str), f"an array of the unknown kind {kind!r:.20}")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Broken("an array that is no base64") from None
    dtype = np.dtype(f"<{kind}")
    wanted = math.prod(shape) * dtype.itemsize
    _need(len(raw) == wanted, f"an array of {len(raw)} bytes whose shape needs {wanted}")
    return np.frombuffer(raw, dtype=dtype).astype(dtype.newbyteorder("=")).reshape(shape)


def _words(value: dict[str, Any], deep: int) -> Array:
    words, shape = value["words"], _shape(value)
    _need(isinstance(words, list) and all(isinstance(word, str) for word in words), "words that are none")
    _need(len(words) == math.prod(shape), f"{len(words)} words for the shape {shape}")
    return np.array(words, dtype=object).reshape(shape)


def _float(value: dict[str, Any], deep: int) -> float:
    _need(value["float"] in ("inf", "-inf", "nan"), f"{value['float']!r:.20} is no number")
    return float(value["float"])


def _items(kind: str) -> Callable[[dict[str, Any], int], list[Any]]:
    def read(value: dict[str, Any], deep: int) -> list[Any]:
        _need(isinstance(value[kind], list), f"a {kind} that is none")
        return [decoded(item, deep) for item in value[kind]]

    return read


def _dict(value: dict[str, Any], deep: int) -> dict[str, Any]:
    _need(isinstance(value["dict"], dict), "a dict that is none")
    return {key: decoded(item, deep) for key, item in value["dict"].items()}


READ: dict[str, Callable[[dict[str, Any], int], Any]] = {
    "float": _float,
    "array": _array,
    "words": _words,
    "step": _step,
    "list": _items("list"),
    "tuple": lambda value, deep: tuple(_items("tuple")(value, deep)),
    "dict": _dict,
    "omitted": lambda value, deep: Omitted(value["omitted"]),
}


def load(path: str | Path) -> Trace:
    """Read a trace that `save` has written. Its steps are tuples with the same fields as those recorded.

    Raises
    ------
    ValueError
        If the file is not such a trace, or of a version that is not known; it says what is wrong.
    """
    try:
        page = json.loads(Path(path).read_text(encoding="utf-8"))
        _need(isinstance(page, dict) and page.get("format") == FORMAT, f"it is not of the format {FORMAT!r}")
        version = page.get("version")
        _need(version == VERSION, f"its version is {version!r:.20}, and {VERSION} is known; load it with what saved it")
        return _read_page(page)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{path} is no trace: it is no JSON ({type(error).__name__}).") from None
    except Broken as error:
        raise ValueError(f"{path} is no trace that can be read: {error}.") from None


def _rows_of(page: dict[str, Any], name: str, length: int) -> list[list[Any]]:
    rows = page.get(name)
    _need(isinstance(rows, list), f"{name} are missing")
    assert isinstance(rows, list)
    _need(all(isinstance(row, list) and len(row) == length for row in rows), f"{name} of a wrong length")
    return rows


def _read_page(page: dict[str, Any]) -> Trace:
    fits, events, sources = [], [], {}
    for number, (label, name, parent, params, X, y) in enumerate(_rows_of(page, "fits", 6)):
        _need(isinstance(label, str) and isinstance(name, str), "a fit without a name")
        _need(type(parent) is int and -1 <= parent < number, "a fit inside one that is not there")
        params = decoded(params)
        _need(isinstance(params, dict), "a fit without parameters")
        fits.append(Fit(label, name, parent, params, decoded(X), decoded(y)))
    found = page.get("sources")
    _need(isinstance(found, dict), "sources are missing")
    assert isinstance(found, dict)
    for key, source in found.items():
        _need(isinstance(source, list) and len(source) == 4, "a source of a wrong length")
        good = all(isinstance(source[k], str) for k in (0, 1, 3)) and type(source[2]) is int
        _need(good, "a source that is none")
        sources[key] = Source(*source)
    for fit, number, step, source, line in _rows_of(page, "events", 5):
        _need(type(fit) is int and 0 <= fit < len(fits), "a step of a fit that is not there")
        _need(type(number) is int and number >= 0 and type(line) is int, "a step without its number")
        _need(source == "" or source in sources, "a step of a source that is not there")
        value = decoded(step)
        _need(hasattr(value, "_fields") or is_number(value) or isinstance(value, str), "a step that is none")
        events.append(Event(fit, number, value, source, line))
    return Trace(fits, events, sources)
