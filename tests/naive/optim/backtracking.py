"""Backtracking with the parabola, and later the cubic, fitted by linear equations."""

import numpy as np


def backtracking(phi, slope, first, c1=1e-4):
    """Return every step tried along phi, the last of which is accepted. slope: of phi at 0."""
    steps = [first]
    while phi(steps[-1]) > phi(0.0) + c1 * steps[-1] * slope:
        cut = len(steps) > 1 and steps[-1] <= 0.1 * steps[-2] * (1 + 1e-12)
        known = steps[-1:] if cut else steps[-2:]  # polynomials through value and slope at 0, and the values there
        powers = range(len(known) + 2)
        equations = [[0.0**p for p in powers], [float(p == 1) for p in powers]]
        equations += [[s**p for p in powers] for s in known]
        fitted = np.linalg.solve(equations, [phi(0.0), slope, *map(phi, known)])
        bottoms = [r.real for r in np.roots(np.polyder(fitted[::-1])) if abs(r.imag) < 1e-12 * abs(r)]
        curved = [r for r in bottoms if np.polyval(np.polyder(fitted[::-1], 2), r) > 0 and r > 0]
        wanted = curved[0] if curved else np.inf
        steps.append(min(max(wanted, 0.1 * steps[-1]), 0.5 * steps[-1]))
    return steps
