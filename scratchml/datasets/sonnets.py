"""Shakespeare's sonnets: a small text, for models that foretell the next character.

Every call reads the bundled file afresh. Source and licence: ``data/LICENSES.md`` in this folder.
"""

from __future__ import annotations

from .bunch import Bunch
from .files import DATA_MODULE, read_text


def load_sonnets() -> Bunch:
    """Load Shakespeare's 154 sonnets.

    Returns
    -------
    Bunch with `text` (all of them, one blank line between two), `sonnets` (list of 154 strings), `DESCR`, `filename`,
    `data_module`

    Notes
    -----
    Cost: below 1 ms. Source: Project Gutenberg, by way of the Python package shakespeare 0.6; public domain.

    Examples
    --------
    >>> from scratchml.datasets import load_sonnets
    >>> load_sonnets().sonnets[17].splitlines()[0]
    "Shall I compare thee to a summer's day?"
    """
    text = read_text("sonnets.txt")
    return Bunch(
        text=text,
        sonnets=text.strip().split("\n\n"),
        DESCR=read_text("sonnets.md"),
        filename="sonnets.txt",
        data_module=DATA_MODULE,
    )
