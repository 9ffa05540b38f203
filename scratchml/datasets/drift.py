"""Make a stream whose truth changes: sudden, gradual or recurring concept drift.

Idea: a model in use meets data that slowly or suddenly stop being what it was trained on. Here the moment and the size
of each change are known, so a drift detector can be judged by what it misses, how late it is and how often it cries
wolf. A concept is a rule that labels points; a drift replaces one concept by another.

- sudden: from one sample to the next, a new concept.
- gradual: for `width` samples old and new concept take turns at random, the new one ever more often.
- recurring: sudden drifts among `n_concepts` concepts in a ring, so that old ones come back.

Maths: x ~ N(m_c, I), y = 1 if w_c . x > 0. The normal w_c of concept c is w_0 turned by the angle pi * magnitude * c in
one plane, and half a turn is a turned label: between the concepts c and c + 1 exactly the share `magnitude` of the
points changes its label (P(differ) = angle / pi). The mean m_c moves by `shift` per concept, in a direction that no
w_c has a part in: features drift, labels do not care (virtual drift). A share `flip_y` of the labels is turned over at
the end.
Gradual: sample i after a drift at p follows the new concept with probability (i - p + 1) / (width + 1).

Cost: O(n d) time and memory; the stream is drawn at once and handed out in batches.

Differences: our own; the library that students know has nothing like it. The rotating boundary follows Hulten et al.

References: J. Gama, I. Zliobaite, A. Bifet, M. Pechenizkiy, A. Bouchachia (2014), "A survey on concept drift
adaptation", ACM Computing Surveys 46(4), 44, section 2 (kinds of drift). G. Hulten, L. Spencer, P. Domingos (2001),
"Mining time-changing data streams", KDD, 97-106 (rotating hyperplane).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..core.random import check_random_state
from ..core.rules import check_rules, either, integer, none, one_of
from ..core.typing import FloatArray, IntArray, RandomStateLike, VectorLike
from .shared import finite, one_dimensional

RULES = {
    "n_samples": integer(1),
    "kind": one_of("sudden", "gradual", "recurring"),
    "n_drifts": integer(0),
    "drift_positions": either(none, one_dimensional),
    "width": either(none, integer(1)),
    "n_concepts": integer(2),
    "magnitude": finite(0.0, 1.0),
    "shift": finite(0.0),
    "flip_y": finite(0.0, 1.0),
    "n_features": integer(2),
    "batch_size": integer(1),
}


class Batch(NamedTuple):
    """Samples that arrive together: X (b, d), y (b,), and the concept (b,) that labelled each (for the judge only)."""

    X: FloatArray
    y: IntArray
    concept: IntArray


@dataclass(frozen=True, eq=False)
class DriftingStream:
    """A stream of batches with a known truth; iterate over it, as often as you like.

    Attributes
    ----------
    X : (n, d) float64, all samples in order of arrival
    y : (n,) int64, their labels 0 and 1
    concept : (n,) int64, the concept that labelled each
    kind : "sudden", "gradual" or "recurring"
    drift_positions : index of the first sample of each change
    drift_ends : index of the first sample after each change, where the new concept reigns alone (equal to
        `drift_positions` unless the drift is gradual)
    batch_size : samples in a batch; the last may have fewer

    Examples
    --------
    >>> from scratchml.datasets import make_drifting_stream
    >>> stream = make_drifting_stream(300, n_drifts=2, random_state=0)
    >>> stream.drift_positions, len(stream)
    ((100, 200), 3)
    >>> [sorted(set(concept.tolist())) for X, y, concept in stream]
    [[0], [1], [2]]
    """

    X: FloatArray
    y: IntArray
    concept: IntArray
    kind: str
    drift_positions: tuple[int, ...]
    drift_ends: tuple[int, ...]
    batch_size: int

    def __len__(self) -> int:
        n_samples: int = self.X.shape[0]
        return -(-n_samples // self.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        for start in range(0, self.X.shape[0], self.batch_size):
            rows = slice(start, start + self.batch_size)
            yield Batch(self.X[rows].copy(), self.y[rows].copy(), self.concept[rows].copy())


def make_drifting_stream(
    n_samples: int = 2000,
    *,
    kind: str = "sudden",
    n_drifts: int = 3,
    drift_positions: VectorLike | None = None,
    width: int | None = None,
    n_concepts: int = 2,
    magnitude: float = 0.3,
    shift: float = 0.0,
    flip_y: float = 0.0,
    n_features: int = 2,
    batch_size: int = 100,
    random_state: RandomStateLike = None,
) -> DriftingStream:
    """Make a stream of labelled samples whose concept drifts at known positions.

    Parameters
    ----------
    n_samples : number of samples n
    kind : "sudden", "gradual" or "recurring"
    n_drifts : number of drifts, at equal distances; not used where `drift_positions` is given
    drift_positions : index of the first sample of each change, rising, between 1 and n - 1
    width : number of samples that a gradual drift takes; None is a quarter of the distance of equally spaced drifts.
        For "gradual" only
    n_concepts : number of concepts that take turns. For "recurring" only: otherwise every drift brings a new one
    magnitude : share of points whose label differs between the concepts c and c + 1, 0 to 1 (1 turns every label over).
        Concepts c and c + 2 / magnitude are the same
    shift : how far the mean of X moves per concept; needs three features
    flip_y : share of labels turned over at random
    n_features : number of features d
    batch_size : samples in a batch
    random_state : seed

    Returns
    -------
    DriftingStream, which yields batches (X, y, concept) and knows its `drift_positions`.

    Raises
    ------
    TypeError
        If an argument is of a wrong kind.
    ValueError
        If it has a wrong value, positions do not rise or lie outside, drifts overlap, or `shift` meets two features.

    Notes
    -----
    Cost: O(n d) time and memory.

    Examples
    --------
    >>> from scratchml.datasets import make_drifting_stream
    >>> stream = make_drifting_stream(400, kind="recurring", n_drifts=3, batch_size=100, random_state=0)
    >>> [int(concept[0]) for X, y, concept in stream]
    [0, 1, 0, 1]
    """
    check_rules("make_drifting_stream", RULES, locals())
    if shift > 0 and n_features < 3:
        raise ValueError(
            f"shift={shift} needs a direction that no label depends on; raise n_features={n_features} to 3."
        )
    starts = place_drifts(n_samples, n_drifts, drift_positions)
    if kind == "gradual":
        width = max(1, n_samples // (4 * (len(starts) + 1))) if width is None else width
    else:
        width = 0
    ends = end_drifts(n_samples, starts, width)
    rng = check_random_state(random_state)
    concept = draw_concepts(n_samples, starts, width, rng)
    if kind == "recurring":
        concept %= n_concepts
    X, y = draw_labelled(concept, n_features, magnitude, shift, rng)
    y ^= rng.uniform(size=n_samples) < flip_y
    return DriftingStream(X, y, concept, kind, tuple(starts), tuple(ends), batch_size)


def place_drifts(n_samples: int, n_drifts: int, drift_positions: VectorLike | None) -> list[int]:
    """Return the index of the first sample of each drift: those given, or equal distances.

    Raises
    ------
    TypeError, ValueError
        See `make_drifting_stream`.
    """
    if drift_positions is None:
        if n_drifts >= n_samples:
            raise ValueError(f"n_drifts={n_drifts} do not fit into n_samples={n_samples}; lower n_drifts.")
        return [n_samples * (j + 1) // (n_drifts + 1) for j in range(n_drifts)]
    starts = [p.item() if isinstance(p, np.generic) else p for p in drift_positions]
    if not all(integer().accepts(p) for p in starts):
        raise TypeError(f"drift_positions={drift_positions!r} holds something else than integers.")
    if any(not 1 <= p < n_samples for p in starts) or any(b <= a for a, b in pairwise(starts)):
        raise ValueError(
            f"drift_positions={drift_positions!r} must rise and lie between 1 and n_samples - 1 = {n_samples - 1}."
        )
    return starts


def end_drifts(n_samples: int, starts: list[int], width: int) -> list[int]:
    """Return the index of the first sample after each drift.

    Raises
    ------
    ValueError
        If a drift is not over before the next one, or the stream's end.
    """
    ends = [start + width for start in starts]
    for end, limit in zip(ends, [*starts[1:], n_samples]):
        if end > limit:
            raise ValueError(
                f"width={width} lets the drift at {end - width} last until {end}, but the next one (or the end) is at "
                f"{limit}; lower width or move drift_positions."
            )
    return ends


def draw_concepts(n_samples: int, starts: list[int], width: int, rng: np.random.RandomState) -> IntArray:
    """Return the concept of each sample (n,): it rises by one at each drift, with a coin's help while one lasts."""
    concept = np.zeros(n_samples, dtype=np.int64)
    for start in starts:
        new = np.ones(n_samples - start, dtype=bool)
        # plainly: sample i follows the new concept with probability (i - start + 1) / (width + 1)
        new[:width] = rng.uniform(size=width) < np.arange(1, width + 1) / (width + 1)
        concept[start:] += new
    return concept


def draw_labelled(
    concept: IntArray, n_features: int, magnitude: float, shift: float, rng: np.random.RandomState
) -> tuple[FloatArray, IntArray]:
    """Return points X (n, d) and the labels y (n,) that their concepts give them."""
    directions, _ = np.linalg.qr(rng.standard_normal(size=(n_features, n_features)))
    angle = np.pi * magnitude * concept
    X = rng.standard_normal(size=(concept.shape[0], n_features))
    if shift > 0:
        X += shift * concept[:, None] * directions[:, 2]
    # plainly: w = cos(angle) u + sin(angle) v with u, v the first two directions; y = 1 if w . x > 0
    side = np.cos(angle) * (X @ directions[:, 0]) + np.sin(angle) * (X @ directions[:, 1])
    return X, (side > 0).astype(np.int64)
