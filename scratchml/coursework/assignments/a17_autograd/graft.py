"""The autograd grafts: the package's Tensor walks back over the student's slopes; the student's walk over our graph."""

import numpy as np

from scratchml.coursework.checking import Graft
from scratchml.neural_network.autograd import Tensor

GRAPH = [
    ("input", [0]), ("input", [1]), ("mul", [0, 1]), ("tanh", [2]), ("exp", [3]), ("pow", [1, 3]), ("add", [4, 5]),
    ("mul", [6, 2]),
]  # fmt: skip
INPUTS = [0.75, -1.25]
WORDS = {"mul": np.multiply, "tanh": np.tanh, "exp": np.exp, "pow": np.power, "add": np.add}


def tensors(local_slopes):
    """Return our Tensor of each node; what sends a slope back is the student's."""
    found = []
    for operation, parents in GRAPH:
        if operation == "input":
            found.append(Tensor(INPUTS[parents[0]], requires_grad=True))
            continue
        made_of = [found[p] for p in (parents[:1] if operation == "pow" else parents)]
        inputs = [float(tensor.value) for tensor in made_of]
        value = float(WORDS[operation](*inputs, *(parents[1:] if operation == "pow" else [])))
        slopes = local_slopes((operation, parents), inputs, value)
        pulls = [lambda here, slope=slope: here * slope for slope in slopes]
        found.append(Tensor.result(np.array(value), *zip(made_of, pulls)))
    return found


def walk_of_our_tensor(local_slopes):
    """Yield the slope in each node, from the end to the inputs."""
    found = tensors(local_slopes)
    numbers = {id(tensor): i for i, tensor in enumerate(found)}
    for tensor, slope in found[-1].slopes(np.array(1.0)):
        yield f"node {numbers[id(tensor)]} ({GRAPH[numbers[id(tensor)]][0]})", float(slope)


def walk_of_yours(backward):
    """Yield the slope in each node of the same graph, from the end to the inputs."""
    slopes = backward([(operation, list(parents)) for operation, parents in GRAPH], list(INPUTS))
    for i in reversed(range(len(GRAPH))):
        yield f"node {i} ({GRAPH[i][0]})", slopes[i]


GRAFTS = {
    "local_slopes": Graft(walk_of_our_tensor, "our Tensor with your slopes walks back the same way"),
    "backward": Graft(walk_of_yours, "walks back over the nodes as our Tensor does"),
}
