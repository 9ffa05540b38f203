"""The search with a list of boxes to visit in place of calls to itself; the build by index arrays."""

import numpy as np


def build_tree(X, numbers, leaf_size):
    """Build with arrays of numbers."""
    numbers = np.sort(np.asarray(numbers, dtype=int))
    if len(numbers) <= leaf_size:
        return numbers.tolist()
    feature = int(np.ptp(X[numbers], axis=0).argmax())
    ordered = numbers[np.argsort(X[numbers, feature], kind="stable")]
    half = len(ordered) // 2
    sides = [build_tree(X, part, leaf_size) for part in (ordered[:half], ordered[half:])]
    return (feature, X[ordered[half], feature], *sides)


def search_tree(x, X, tree):
    """Search with a stack of (least squared distance, box)."""
    stack, best, number, measured = [(0.0, tree)], np.inf, -1, 0
    while stack:
        least, node = stack.pop()
        if least > best:
            continue
        if isinstance(node, list):
            for i in node:
                distance = ((X[i] - x) ** 2).sum()
                measured += 1
                if distance < best or (distance == best and i < number):
                    best, number = distance, i
            continue
        feature, value, left, right = node
        near, far = (left, right) if x[feature] < value else (right, left)
        stack.append(((value - x[feature]) ** 2, far))
        stack.append((0.0, near))
    return number, measured
