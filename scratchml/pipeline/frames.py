"""Data frames out: results whose columns carry their names, where the caller asks for them.

Idea
----
A matrix of numbers says nothing of what its columns mean. After ``set_output(transform="pandas")`` what comes out is a
data frame, with the names of ``get_feature_names_out`` and the row labels of what went in.

Maths
-----
None.

Cost
----
A copy of the result; pandas is loaded on first use.

Differences
-----------
From scikit-learn: for pipelines, unions and column transformers only. A Pipeline names the columns after each of its
steps itself, so its steps need no ``set_output`` of their own; scikit-learn's global setting is not looked at; polars
frames go in but do not come out.

References
----------
None.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from ..core import BaseEstimator, clone, is_data_frame
from ..core.typing import Array
from .columns import dense, names_out


class FrameOutput(BaseEstimator):
    """Adds `set_output` to a transformer made of others; the choice is kept by ``clone``."""

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what `transform` and `fit_transform` return: "default" (an array), "pandas", None for no change.

        Raises
        ------
        ValueError
            For anything else.
        """
        if transform not in (None, "default", "pandas"):
            raise ValueError(f"transform={transform!r} is no form of output; give 'default', 'pandas' or None.")
        if transform is not None:
            self._output_form = transform
        return self

    def _gives_frame(self) -> bool:
        return vars(self).get("_output_form") == "pandas"

    def __sklearn_clone__(self) -> Self:
        twin = type(self)(**{name: clone(value, safe=False) for name, value in self.get_params(deep=False).items()})
        return twin.set_output(transform=vars(self).get("_output_form"))


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise ImportError("set_output(transform='pandas') needs pandas, which is not installed.") from error
    return pandas


def framed(name: str, step: Any, Xt: Any, X: Any) -> Any:
    """Return what `step` made of X as a data frame with the step's names and the rows' labels of X."""
    if hasattr(Xt, "iloc"):
        return Xt
    return _pandas().DataFrame(dense(Xt), columns=list(names_out(name, step, None)), index=getattr(X, "index", None))


def stack_frames(pieces: Sequence[Any], names: Array, X: Any) -> Any:
    """Return the pieces side by side as a data frame: each column keeps its type, rows are labelled as those of X."""
    pandas, frames = _pandas(), []
    for piece in pieces:
        if is_data_frame(piece) and not hasattr(piece, "iloc"):  # polars, say
            piece = {column: piece[column].to_numpy() for column in piece.columns}
        frame = pandas.DataFrame(dense(piece))
        frames.append(frame.set_axis(getattr(X, "index", range(len(frame))), axis=0))
    joined = pandas.concat(frames, axis=1) if frames else pandas.DataFrame(index=getattr(X, "index", range(len(X))))
    return joined.set_axis(list(names), axis=1)
