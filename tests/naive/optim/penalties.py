"""The proximal step of one number, by trying every candidate: where the parabola's slope is 0 on each side, and 0."""


def price(w, v, step, l1, l2):
    return l1 * abs(w) + l2 / 2 * w * w + (w - v) ** 2 / (2 * step)


def prox(v, step, l1, l2, positive):
    candidates = [0.0]
    for sign in (1.0,) if positive else (1.0, -1.0):
        w = (v / step - sign * l1) / (l2 + 1.0 / step)  # the slope of l1 sign w + ... is 0 there
        if w * sign > 0:
            candidates.append(w)
    return min(candidates, key=lambda w: price(w, v, step, l1, l2))
