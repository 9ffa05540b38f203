"""A product's slope in a factor is the other factor, not itself."""


def local_slopes(node, inputs, value):
    """Swap the factors."""
    operation, parents = node
    if operation == "mul":
        return [inputs[0], inputs[1]]
    if operation == "pow":
        return [parents[1] * inputs[0] ** (parents[1] - 1)]
    return {"add": [1.0, 1.0], "exp": [value], "tanh": [1.0 - value**2], "input": []}[operation]
