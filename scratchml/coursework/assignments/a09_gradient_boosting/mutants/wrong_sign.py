"""The residual has the wrong sign: it is target minus answer."""


def residuals(y, answers):
    """Turn the difference round."""
    return answers - y
