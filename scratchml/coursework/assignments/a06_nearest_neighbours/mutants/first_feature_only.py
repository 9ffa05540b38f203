"""The tree always splits the first feature; it should split where the points spread most."""


def build_tree(X, numbers, leaf_size):
    """Split feature 0."""
    if len(numbers) <= leaf_size:
        return sorted(int(i) for i in numbers)
    ordered = sorted(numbers, key=lambda i: (X[i, 0], i))
    half = len(ordered) // 2
    return (
        0,
        float(X[ordered[half], 0]),
        build_tree(X, ordered[:half], leaf_size),
        build_tree(X, ordered[half:], leaf_size),
    )
