"""Marking ties from the definition: sorted rows whose next value is no farther than 1e-7 above, in float32."""

import numpy as np


def mark_ties(columns, rows):
    """Return rows (d, m) with ~i for each row i whose next one may be equal."""
    found = [list(line) for line in rows]
    for f, line in enumerate(rows):
        for p in range(len(line) - 1):
            reach = np.float32(columns[f][line[p]]) + np.float32(1e-7)
            if columns[f][line[p + 1]] <= reach:
                found[f][p] = -line[p] - 1
    return found
