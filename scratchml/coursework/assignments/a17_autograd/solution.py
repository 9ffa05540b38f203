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
    order, down = [], [False] * len(graph)
    for first in range(len(graph)):
        stack = [first]
        while stack:
            number = stack[-1]
            waiting = [parent for parent in parents_of(graph[number]) if not down[parent]]
            if down[number] or not waiting:
                stack.pop()
                if not down[number]:
                    down[number] = True
                    order.append(number)
            else:
                stack.append(waiting[0])
    return order


def evaluate(graph, inputs):
    """Return the value of every node, a list. inputs is a list of numbers.

    >>> evaluate([("input", [0]), ("mul", [0, 0]), ("pow", [0, 3])], [2.0])
    [2.0, 4.0, 8.0]
    """
    values = [0.0] * len(graph)
    for number in topological_order(graph):
        operation, parents = graph[number]
        if operation == "input":
            values[number] = inputs[parents[0]]
        elif operation == "pow":
            values[number] = values[parents[0]] ** parents[1]
        else:
            a, b = values[parents[0]], values[parents[-1]]
            if operation == "add":
                values[number] = a + b
            elif operation == "mul":
                values[number] = a * b
            else:
                values[number] = math.exp(a) if operation == "exp" else math.tanh(a)
    return values


def local_slopes(node, inputs, value):
    """Return the slopes, a list, of one node in its parents. inputs are the parents' values, value is its own.

    >>> local_slopes(("mul", [0, 1]), [2.0, 5.0], 10.0), local_slopes(("pow", [0, 3]), [2.0], 8.0)
    ([5.0, 2.0], [12.0])
    """
    operation, parents = node
    if operation == "add":
        return [1.0, 1.0]
    if operation == "mul":
        return [inputs[1], inputs[0]]
    if operation == "exp":
        return [value]
    if operation == "tanh":
        return [1.0 - value**2]
    if operation == "pow":
        return [parents[1] * inputs[0] ** (parents[1] - 1)]
    return []


def backward(graph, inputs):
    """Return the slope of the last node in every node, a list. inputs is a list of numbers.

    >>> backward([("input", [0]), ("mul", [0, 0])], [3.0])
    [6.0, 1.0]
    """
    values, slopes = evaluate(graph, inputs), [0.0] * len(graph)
    slopes[-1] = 1.0
    for number in reversed(topological_order(graph)):
        parents = parents_of(graph[number])
        locals_here = local_slopes(graph[number], [values[parent] for parent in parents], values[number])
        for parent, slope in zip(parents, locals_here):
            slopes[parent] += slopes[number] * slope
    return slopes


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
