"""mul adds its parents; it should multiply them."""

import math


def evaluate(graph, inputs):
    """Confuse mul with add."""
    values = [0.0] * len(graph)
    for number in topological_order(graph):
        operation, parents = graph[number]
        if operation == "input":
            values[number] = inputs[parents[0]]
        elif operation == "pow":
            values[number] = values[parents[0]] ** parents[1]
        elif operation in ("add", "mul"):
            values[number] = values[parents[0]] + values[parents[1]]
        else:
            values[number] = math.exp(values[parents[0]]) if operation == "exp" else math.tanh(values[parents[0]])
    return values
