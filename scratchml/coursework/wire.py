"""wire: values as bytes between the grader and the process that runs a student's code. No pickle.

A frame is four parts: a nonce of 16 bytes, the lengths of a JSON text and of a block of raw array bytes (two unsigned
64-bit integers, little-endian), the JSON text, the block. The JSON text describes the value; arrays stand in it by
kind, shape and place in the block. Reading a frame can make numbers, words, lists, tuples, dictionaries and arrays of
numbers, and nothing else: a hostile frame cannot run code.

This file uses only the standard library and NumPy: the child loads it by its path, without the package.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from typing import Any

import numpy as np

__all__ = ["LARGEST", "BrokenFrame", "pack", "receive", "send", "unpack"]

LARGEST = 64 * 2**20  # bytes of one frame: a larger answer is refused before it is read
LARGEST_TEXT = 2 * 2**20  # of them JSON: small, for as objects of Python it takes fifty times the room
HEAD = struct.Struct("<16sQQ")
KINDS = "biufc"  # booleans, integers, unsigned integers, floats, complex numbers


class BrokenFrame(ValueError):
    """What arrived is no frame of ours, or not the one that was asked for."""


def describe(value: Any, blocks: list[bytes], at: list[int]) -> Any:
    """Return the JSON form of a value; its arrays' bytes are appended to blocks, at[0] is the length so far."""
    kind = type(value)  # exact types: a subclass could lie about what it is
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return {"int": hex(value)}
    if kind is float:
        return {"float": value.hex()}
    if kind is list or kind is tuple:
        return {kind.__name__: [describe(item, blocks, at) for item in value]}
    if kind is dict:
        return {"dict": [[describe(key, blocks, at), describe(item, blocks, at)] for key, item in value.items()]}
    if kind is np.ndarray or isinstance(value, np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in KINDS:
            raise TypeError(f"an array of {array.dtype} cannot be returned; return numbers or booleans")
        if at[0] + array.nbytes > LARGEST:  # said at once: the copy below and its way through the pipe take long
            raise TypeError(f"the answer has {at[0] + array.nbytes} bytes; at most {LARGEST} are read")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        block = array.tobytes()
        blocks.append(block)
        at[0] += len(block)
        return {"array": array.dtype.str, "shape": list(array.shape), "at": at[0] - len(block)}
    raise TypeError(
        f"a {kind.__name__} cannot be returned; return numbers, words, lists, tuples, dictionaries or arrays"
    )


def build(form: Any, block: bytes) -> Any:
    """Return the value that a JSON form describes, arrays copied out of the block."""
    if form is None or isinstance(form, (bool, str)):
        return form
    if not isinstance(form, dict):
        raise BrokenFrame(f"{type(form).__name__} describes no value")
    if "int" in form:
        return int(form["int"], 16)
    if "float" in form:
        return float.fromhex(form["float"])
    if "list" in form:
        return [build(item, block) for item in form["list"]]
    if "tuple" in form:
        return tuple(build(item, block) for item in form["tuple"])
    if "dict" in form:
        return {build(key, block): build(item, block) for key, item in form["dict"]}
    dtype, shape, start = np.dtype(form["array"]), tuple(int(size) for size in form["shape"]), int(form["at"])
    if dtype.kind not in KINDS or any(size < 0 for size in shape):
        raise BrokenFrame(f"an array of {dtype} with shape {shape} is not read")
    count = math.prod(shape)
    if start < 0 or start + count * dtype.itemsize > len(block):
        raise BrokenFrame(f"an array of shape {shape} lies outside its block")
    return np.frombuffer(block, dtype, count, start).reshape(shape).copy()


def pack(value: Any, nonce: bytes) -> bytes:
    """Return the frame of a value. Raises TypeError for a value that has no place in a frame."""
    blocks: list[bytes] = []
    text = json.dumps(describe(value, blocks, [0])).encode()
    block = b"".join(blocks)
    return HEAD.pack(nonce, len(text), len(block)) + text + block


def unpack(text: bytes, block: bytes) -> Any:
    """Return the value of a frame's two parts. Raises BrokenFrame where they describe none."""
    try:
        return build(json.loads(text), block)
    except Exception as error:  # what a forged frame makes NumPy or json raise has many kinds
        raise BrokenFrame(f"the frame cannot be read: {error}") from error


def read_exactly(stream: socket.socket, size: int, until: float | None = None) -> bytes:
    """Read size bytes. Raises EOFError when the other side has gone, TimeoutError when it is not done in time.

    ``until`` is a time of the monotonic clock: a sender of one byte a second is late too.
    """
    parts = bytearray()
    while len(parts) < size:
        if until is not None:
            stream.settimeout(max(0.01, until - time.monotonic()))
            if parts and time.monotonic() > until:
                raise TimeoutError("the other process is too slow")
        part = stream.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError("the other process has ended")
        parts += part
    return bytes(parts)


def send(stream: socket.socket, value: Any, nonce: bytes) -> None:
    """Write one frame."""
    stream.sendall(pack(value, nonce))


def receive(stream: socket.socket, nonce: bytes | None = None, until: float | None = None) -> tuple[Any, bytes]:
    """Read one frame and return (value, nonce). Raises BrokenFrame where the nonce is not the one expected."""
    found, text_size, block_size = HEAD.unpack(read_exactly(stream, HEAD.size, until))
    if nonce is not None and found != nonce:
        raise BrokenFrame("the answer does not carry the question's number")
    if text_size + block_size > LARGEST:
        raise BrokenFrame(f"the answer has {text_size + block_size} bytes; at most {LARGEST} are read")
    if text_size > LARGEST_TEXT:
        raise BrokenFrame(f"the answer has lists or words of {text_size} bytes; return an array")
    return unpack(read_exactly(stream, text_size, until), read_exactly(stream, block_size, until)), found
