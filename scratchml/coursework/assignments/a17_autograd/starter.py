"""Autograd: slopes of anything.

Write a computation as a list of small steps, each with a slope you know. The chain rule, walked backwards, gives the
slope of the end in everything at the price of one more walk. A graph is a list of nodes (operation, parents). Write
the functions below. Grade the file with ``scratchml course grade a17_autograd.py``.

References: S. Linnainmaa (1976), Taylor expansion of the accumulated rounding error; A. Griewank and A. Walther (2008),
Evaluating derivatives, chapter 3.
"""

import math


def parents_of(node):
    """Return the numbers of the nodes that a node is made of. Given."""
    operation, parents = node
    if operation == "input":
        return []
    return parents[:1] if operation == "pow" else parents


def topological_order(graph):
    """Return all node numbers, each after its parents. graph is a list of (operation, parents).

    >>> topological_order([("add", [1, 2]), ("input", [0]), ("exp", [1])])
    [1, 2, 0]
    """
    raise NotImplementedError("topological_order is yours to write")


def evaluate(graph, inputs):
    """Return the value of every node, a list. inputs is a list of numbers.

    >>> evaluate([("input", [0]), ("mul", [0, 0]), ("pow", [0, 3])], [2.0])
    [2.0, 4.0, 8.0]
    """
    raise NotImplementedError("evaluate is yours to write")


def local_slopes(node, inputs, value):
    """Return the slopes, a list, of one node in its parents. inputs are the parents' values, value is its own.

    >>> local_slopes(("mul", [0, 1]), [2.0, 5.0], 10.0), local_slopes(("pow", [0, 3]), [2.0], 8.0)
    ([5.0, 2.0], [12.0])
    """
    raise NotImplementedError("local_slopes is yours to write")


def backward(graph, inputs):
    """Return the slope of the last node in every node, a list. inputs is a list of numbers.

    >>> backward([("input", [0]), ("mul", [0, 0])], [3.0])
    [6.0, 1.0]
    """
    raise NotImplementedError("backward is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
