"""Lloyd's iteration as the book tells it, row by row, in the caller's own coordinates."""


def square(x, c):
    return sum((a - b) ** 2 for a, b in zip(x, c))


def nearest(x, centres):
    away = [square(x, c) for c in centres]
    return away.index(min(away))


def refill(X, weight, centres, labels, sums, mass):
    """Give each empty cluster one of the rows farthest from their centres, farthest first; change sums and mass."""
    empty = [j for j in range(len(centres)) if mass[j] == 0]
    away = [square(x, centres[j]) for x, j in zip(X, labels)]
    if not empty or max(away) == 0:
        return
    for j in empty:
        i = away.index(max(away))
        away[i] = -1.0
        part = [weight[i] * v for v in X[i]]
        sums[labels[i]] = [s - v for s, v in zip(sums[labels[i]], part)]
        mass[labels[i]] -= weight[i]
        sums[j], mass[j] = part, weight[i]


def update(X, weight, centres, labels):
    """Return the new centres; a cluster without mass gets the mean of the heaviest."""
    k, d = len(centres), len(X[0])
    sums, mass = [[0.0] * d for _ in range(k)], [0.0] * k
    for x, w, j in zip(X, weight, labels):
        mass[j] += w
        sums[j] = [s + w * v for s, v in zip(sums[j], x)]
    refill(X, weight, centres, labels, sums, mass)
    heaviest = mass.index(max(mass))
    chosen = [j if mass[j] > 0 else heaviest for j in range(k)]
    return [[s / mass[j] for s in sums[j]] for j in chosen]


def inertia(X, weight, centres, labels):
    return sum(w * square(x, centres[j]) for x, w, j in zip(X, weight, labels))


def lloyd(X, centres, weight=None, max_iter=300, tol=0.0):
    """Return (labels, centres, inertia, iterations, path); path holds the inertia after each assignment.

    `tol` is what the squared moves of the centres may add up to at the end.
    """
    X, centres = [list(map(float, x)) for x in X], [list(map(float, c)) for c in centres]
    weight = [1.0] * len(X) if weight is None else list(map(float, weight))
    labels, path = None, []
    for iteration in range(1, max_iter + 1):
        previous, labels = labels, [nearest(x, centres) for x in X]
        path.append(inertia(X, weight, centres, labels))
        moved = update(X, weight, centres, labels)
        shift = sum(square(a, b) for a, b in zip(moved, centres))
        centres = moved
        if labels == previous:
            break
        if shift <= tol or iteration == max_iter:
            labels = [nearest(x, centres) for x in X]
            break
    return labels, centres, inertia(X, weight, centres, labels), iteration, path
