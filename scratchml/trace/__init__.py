"""trace: record, explain, draw and compare the steps that every fit already yields. No algorithm imports this room.

| file | what it does |
| --- | --- |
| `recorder.py` | `record`, `steps`: copies steps at the one doorway, `core.finish` |
| `copies.py` | how: steps are live views |
| `events.py` | `Trace`: what was recorded |
| `where.py` | the line of the source a step comes from |
| `explain.py`, `formulas/` | the formula of a step with its numbers filled in, a file for each room |
| `files.py` | a trace as JSON and back |
| `pictures.py`, `planes.py`, `regions.py` | one step as a picture; rows, and what is said of places, in a plane |
| `film.py` | all of them as a GIF |
| `player.py`, `player.html` | all of them as one offline page |
| `graft.py`, `yours.py` | your own step in our estimator |
| `work.py` | the lines and kernels that led to a step |
| `compare.py` | `diff`: where two traces part |
"""

from .compare import Difference, diff
from .events import Event, Fit, Trace
from .explain import Explanation
from .files import load
from .graft import graft, signature_of
from .player import compare_html
from .recorder import record, steps

__all__ = [
    "Difference",
    "Event",
    "Explanation",
    "Fit",
    "Trace",
    "compare_html",
    "diff",
    "graft",
    "load",
    "record",
    "signature_of",
    "steps",
]
