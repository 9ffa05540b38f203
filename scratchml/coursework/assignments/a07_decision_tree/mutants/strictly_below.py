"""A row on the threshold goes right; <= sends it left."""

import numpy as np


def predict(tree, X):
    """Use < for <=."""

    def ask(node, x):
        while isinstance(node, tuple):
            node = node[2] if x[node[0]] < node[1] else node[3]
        return node

    return np.array([ask(tree, x) for x in X])
