"""A node used twice keeps only the slope that arrived last; slopes must add up."""


def backward(graph, inputs):
    """Use = for +=."""
    values, slopes = evaluate(graph, inputs), [0.0] * len(graph)
    slopes[-1] = 1.0
    for number in reversed(topological_order(graph)):
        parents = parents_of(graph[number])
        here = local_slopes(graph[number], [values[parent] for parent in parents], values[number])
        for parent, slope in zip(parents, here):
            slopes[parent] = slopes[number] * slope
    return slopes
