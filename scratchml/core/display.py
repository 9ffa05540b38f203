"""How an estimator looks: one line of Python for a console, a small table for a notebook."""

from __future__ import annotations

import html
import inspect
from typing import Any

import numpy as np


def _same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    if type(value) is not type(default):
        return False
    if isinstance(value, float) and np.isnan(value) and np.isnan(default):
        return True
    try:
        return bool(value == default)
    except (TypeError, ValueError):
        return False


def changed_params(estimator: Any) -> dict[str, Any]:
    """Return the parameters that differ from the constructor's defaults, in the constructor's order."""
    changed = {}
    for name, parameter in inspect.signature(type(estimator).__init__).parameters.items():
        if name != "self" and parameter.kind is not parameter.VAR_KEYWORD and hasattr(estimator, name):
            value = getattr(estimator, name)
            if not _same(value, parameter.default):
                changed[name] = value
    return changed


def _short(value: Any, longest: int = 200) -> str:
    if isinstance(value, np.ndarray) and value.size > 6:
        return f"array of shape {value.shape}"
    shown = repr(value)
    return shown if len(shown) <= longest else shown[: longest - 3] + "..."


def estimator_repr(estimator: Any) -> str:
    """Return ``KMeans(n_clusters=3)``: the class and the parameters that are not at their defaults."""
    given = ", ".join(f"{name}={_short(value)}" for name, value in changed_params(estimator).items())
    return f"{type(estimator).__name__}({given})"


def estimator_html(estimator: Any) -> str:
    """Return a table of parameters and, once fitted, of learned attributes; nested estimators fold out."""
    changed = changed_params(estimator)
    rows = []
    for name, value in estimator.get_params(deep=False).items():
        shown = html.escape(_short(value))
        if hasattr(value, "_repr_html_") and hasattr(value, "get_params"):
            shown = value._repr_html_()
        weight = "bold" if name in changed else "normal"
        rows.append(f'<tr><td style="font-weight:{weight}">{html.escape(name)}</td><td>{shown}</td></tr>')
    learned = []
    for name, value in vars(estimator).items():
        if name.endswith("_") and not name.startswith("_"):
            kind = f"array {value.shape}" if isinstance(value, np.ndarray) else _short(value, 60)
            learned.append(f"<tr><td>{html.escape(name)}</td><td>{html.escape(kind)}</td></tr>")
    state = "fitted" if learned else "not fitted"
    table = f"<table>{''.join(rows)}</table>"
    if learned:
        table += f"<table>{''.join(learned)}</table>"
    title = html.escape(type(estimator).__name__)
    return f"<details><summary><b>{title}</b> ({state})</summary>{table}</details>"
