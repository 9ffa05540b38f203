"""Moons, circles, swiss roll and S, one point at a time, without noise and in order."""

import math


def steps(start, stop, n, endpoint):
    """Return n equally spaced numbers."""
    gaps = n - 1 if endpoint else n
    return [start + (stop - start) * i / gaps if gaps else start for i in range(n)]


def make_moons(n_samples):
    n_outer = n_samples // 2
    points, labels = [], []
    for a in steps(0, math.pi, n_outer, endpoint=True):
        points.append([math.cos(a), math.sin(a)])
        labels.append(0)
    for a in steps(0, math.pi, n_samples - n_outer, endpoint=True):
        points.append([1 - math.cos(a), 0.5 - math.sin(a)])
        labels.append(1)
    return points, labels


def make_circles(n_samples, factor):
    n_outer = n_samples // 2
    points, labels = [], []
    for radius, label, n in ((1.0, 0, n_outer), (factor, 1, n_samples - n_outer)):
        for a in steps(0, 2 * math.pi, n, endpoint=False):
            points.append([radius * math.cos(a), radius * math.sin(a)])
            labels.append(label)
    return points, labels


def make_swiss_roll(n_samples, rng):
    """rng: a RandomState, drawn from in the same order as the fast one does."""
    along = [rng.uniform() for _ in range(n_samples)]
    across = [rng.uniform() for _ in range(n_samples)]
    points, positions = [], []
    for u, v in zip(along, across):
        t = 1.5 * math.pi + 3 * math.pi * u
        points.append([t * math.cos(t), 21 * v, t * math.sin(t)])
        positions.append(t)
    return points, positions


def make_s_curve(n_samples, rng):
    along = [rng.uniform() for _ in range(n_samples)]
    across = [rng.uniform() for _ in range(n_samples)]
    points, positions = [], []
    for u, v in zip(along, across):
        t = 3 * math.pi * (u - 0.5)
        points.append([math.sin(t), 2 * v, (math.cos(t) - 1) * (1 if t > 0 else -1)])
        positions.append(t)
    return points, positions
