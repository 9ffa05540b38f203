"""Precision, recall, F and Jaccard from sets of samples, as a book defines them."""


def sets_of(y_true, y_pred, label):
    """Return the sets of samples that truly have the label, and that were called so."""
    truly = {i for i, value in enumerate(y_true) if value == label}
    called = {i for i, value in enumerate(y_pred) if value == label}
    return truly, called


def precision(truly, called, empty=0.0):
    return len(truly & called) / len(called) if called else empty


def recall(truly, called, empty=0.0):
    return len(truly & called) / len(truly) if truly else empty


def fbeta(truly, called, beta=1.0, empty=0.0):
    """The weighted harmonic mean of precision and recall, van Rijsbergen's with alpha = 1 / (1 + beta^2)."""
    if not truly and not called:
        return empty
    p, r = precision(truly, called), recall(truly, called)
    if p == 0 or r == 0:
        return 0.0
    alpha = 1 / (1 + beta**2)
    return 1 / (alpha / p + (1 - alpha) / r)


def jaccard(truly, called, empty=0.0):
    return len(truly & called) / len(truly | called) if truly | called else empty


def average(score, y_true, y_pred, how, **options):
    """Average a score of (truly, called) over labels: "macro" or "weighted"."""
    labels = sorted(set(y_true) | set(y_pred))
    scores = [score(*sets_of(y_true, y_pred, label), **options) for label in labels]
    weights = [1 if how == "macro" else sum(v == label for v in y_true) for label in labels]
    return sum(w * s for w, s in zip(weights, scores)) / sum(weights)
