"""Momentum as two sequences of points, with lists."""

from math import sqrt


def heavy_ball(gradient, w, step_size, momentum, n_iter):
    """Polyak: w_next = w - step_size gradient + momentum (w - w_before)."""
    path = [list(w), list(w)]
    for _ in range(n_iter):
        before, now = path[-2], path[-1]
        g = gradient(now)
        path.append([now[f] - step_size * g[f] + momentum * (now[f] - before[f]) for f in range(len(w))])
    return path[1:]


def nesterov(gradient, w, step_size, momentum, n_iter):
    """Return the look-ahead points."""
    looks, reached, t = [list(w)], [list(w)], 1.0
    for _ in range(n_iter):
        g = gradient(looks[-1])
        reached.append([looks[-1][f] - step_size * g[f] for f in range(len(w))])
        t_next = (1 + sqrt(1 + 4 * t**2)) / 2
        beta = (t - 1) / t_next if momentum is None else momentum
        t = t_next
        looks.append([reached[-1][f] + beta * (reached[-1][f] - reached[-2][f]) for f in range(len(w))])
    return looks
