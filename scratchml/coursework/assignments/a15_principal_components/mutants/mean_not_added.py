"""The means are not added back."""


def rebuild(T, means, directions):
    """Forget the means."""
    return T @ directions
