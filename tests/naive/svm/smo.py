"""SMO with the most violating pair, and nothing else: no second order, no cache, no shrinking."""


def slopes(r, b, low, high, epsilon):
    """Return (rise, fall): what a small move up or down is worth, None where it is not allowed."""
    rise = None if b >= high else r + epsilon if b < 0 else r - epsilon
    fall = None if b <= low else r - epsilon if b > 0 else r + epsilon
    return rise, fall


def smo(K, z, low, high, epsilon=0.0, tol=1e-3, max_iter=200_000):
    """Return (b, intercept) of: maximise z'b - epsilon sum |b| - b'Kb / 2, sum b = 0, low <= b <= high."""
    n = len(z)
    b = [0.0] * n
    for _ in range(max_iter):
        r = [z[i] - sum(K[i][k] * b[k] for k in range(n) if b[k] != 0) for i in range(n)]
        pairs = [slopes(r[i], b[i], low[i], high[i], epsilon) for i in range(n)]
        i = max((k for k in range(n) if pairs[k][0] is not None), key=lambda k: pairs[k][0])
        j = min((k for k in range(n) if pairs[k][1] is not None), key=lambda k: pairs[k][1])
        slope = pairs[i][0] - pairs[j][1]
        if slope <= tol:
            break
        curvature = max(K[i][i] + K[j][j] - 2 * K[i][j], 1e-12)
        room_i = (0.0 if b[i] < 0 else high[i]) - b[i]
        room_j = b[j] - (0.0 if b[j] > 0 else low[j])
        t = min(slope / curvature, room_i, room_j)
        b[i] = b[i] + t if t < room_i else b[i] + room_i
        b[j] = b[j] - t if t < room_j else b[j] - room_j
    free = [p[0] for p, value in zip(pairs, b) if p[0] is not None and p[0] == p[1] and value != 0]
    intercept = sum(free) / len(free) if free else (pairs[i][0] + pairs[j][1]) / 2
    return b, intercept


def objective(K, z, b, epsilon=0.0):
    n = len(z)
    quadratic = sum(b[i] * K[i][k] * b[k] for i in range(n) for k in range(n))
    return sum(b[i] * z[i] - epsilon * abs(b[i]) for i in range(n)) - quadratic / 2


def primal(K, z, C, b, intercept, epsilon=None):
    """Return the primal objective; epsilon None stands for classes."""
    n = len(z)
    f = [sum(K[i][k] * b[k] for k in range(n)) + intercept for i in range(n)]
    if epsilon is None:
        loss = sum(C * max(0.0, 1 - z[i] * f[i]) for i in range(n))
    else:
        loss = sum(C * max(0.0, abs(z[i] - f[i]) - epsilon) for i in range(n))
    return sum(b[i] * K[i][k] * b[k] for i in range(n) for k in range(n)) / 2 + loss
