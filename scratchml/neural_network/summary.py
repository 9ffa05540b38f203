"""Summary: a network as a table in plain text.

Idea
    Before training, one looks where the parameters are and how large the arrays get.
Maths
    Memory of a layer: parameters, gradients, and the room for the values of the largest batch seen so far.
Cost
    None.
Differences
    From Keras: memory is shown, too.
References
    None needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from .layers import Layer
from .objectives import Loss


def in_words(n_bytes: int) -> str:
    """Return a number of bytes, easy to read."""
    size, unit = float(n_bytes), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000.0:
            break
        size, unit = size / 1000.0, larger
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"


def table(layers: Sequence[Layer], loss: Loss, n_bytes: int) -> str:
    """Return one line for each layer: name, outputs' shape, parameters, memory; then the sums."""
    rows = [("layer", "output shape", "parameters", "memory")]
    rows += [
        (
            layer.name,
            f"(b, {', '.join(map(str, layer.output_shape))})",
            str(layer.count_parameters()),
            in_words(layer.nbytes),
        )
        for layer in layers
    ]
    rows.append(("all", f"loss {loss!r}", str(sum(layer.count_parameters() for layer in layers)), in_words(n_bytes)))
    wide = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{row[0]:<{wide[0]}}  {row[1]:<{wide[1]}}  {row[2]:>{wide[2]}}  {row[3]:>{wide[3]}}".rstrip() for row in rows
    ]
    rule = "-" * max(map(len, lines))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])
