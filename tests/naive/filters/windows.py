"""The filters by their definitions: each window cut out, sorted, summed."""

import math
import statistics


def windows(x, w, center=True):
    """Yield the values that are there in the window around (or up to) each time; cut short at the ends."""
    left = w // 2 if center else w - 1
    for i in range(len(x)):
        yield [v for v in x[max(i - left, 0) : i + w - left] if not math.isnan(v)]


def moving_average(x, w, center=True):
    """Return the exact means, rounded once."""
    return [math.fsum(seen) / len(seen) if seen else math.nan for seen in windows(x, w, center)]


def median_filter(x, w, center=True):
    """Return the medians."""
    return [statistics.median(seen) if seen else math.nan for seen in windows(x, w, center)]


def hampel_filter(x, w, n_sigmas, center=True):
    """Return x with what is too far from its window's median replaced by that."""
    y = list(x)
    for i, seen in enumerate(windows(x, w, center)):
        if seen:
            middle = statistics.median(seen)
            spread = 1.4826 * statistics.median([abs(v - middle) for v in seen])
            if abs(x[i] - middle) > n_sigmas * spread:
                y[i] = middle
    return y


def exponential_filter(x, alpha, adjust):
    """Return the weighted means, each summed anew."""
    y = []
    for i in range(len(x)):
        weights = [(1.0 if adjust or k == i else alpha) * (1 - alpha) ** k for k in range(i + 1)]
        y.append(math.fsum(w * x[i - k] for k, w in enumerate(weights)) / math.fsum(weights))
    return y
