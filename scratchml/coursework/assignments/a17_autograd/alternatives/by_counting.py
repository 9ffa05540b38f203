"""The backward pass by collecting from the users of each node."""


def topological_order(graph):
    """Keep (node, next parent) pairs on the stack."""
    order, state = [], [0] * len(graph)
    for first in range(len(graph)):
        stack = [] if state[first] else [(first, 0)]
        while stack:
            number, at = stack.pop()
            parents = parents_of(graph[number])
            while at < len(parents) and state[parents[at]]:
                at += 1
            if at < len(parents):
                stack.append((number, at + 1))
                stack.append((parents[at], 0))
            elif not state[number]:
                state[number] = 1
                order.append(number)
    return order


def backward(graph, inputs):
    """Sum over the users of each node."""
    values = evaluate(graph, inputs)
    users = [[] for _ in graph]
    for number, node in enumerate(graph):
        parents = parents_of(node)
        for parent, slope in zip(parents, local_slopes(node, [values[p] for p in parents], values[number])):
            users[parent].append((number, slope))
    slopes = [0.0] * len(graph)
    for number in reversed(topological_order(graph)):
        own = 1.0 if number == len(graph) - 1 else 0.0
        slopes[number] = own + sum(slopes[user] * slope for user, slope in users[number])
    return slopes
