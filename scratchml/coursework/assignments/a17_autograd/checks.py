"""How the autograd assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import exact


def graph_of(rng):
    """Return a graph whose last node uses others, not always in order, and its inputs."""
    inputs = [float(v) for v in np.round(rng.uniform(-1.5, 1.5, size=int(rng.integers(1, 4))), 1) + 0.05]
    nodes = [("input", [i]) for i in range(len(inputs))]
    for _ in range(int(rng.integers(1, 9))):
        operation = str(rng.choice(["add", "mul", "exp", "tanh", "pow"]))
        a, b = (int(v) for v in rng.integers(0, len(nodes), size=2))
        if operation == "exp":
            nodes.append(("tanh", [a]))  # keeps numbers small
            a = len(nodes) - 1
        nodes.append((operation, [a, b] if operation in ("add", "mul") else [a, 2] if operation == "pow" else [a]))
    return nodes, inputs


def shuffled(rng):
    """Return a graph whose nodes stand in any order, the last one last."""
    nodes, inputs = graph_of(rng)
    order = [*(int(v) for v in rng.permutation(len(nodes) - 1)), len(nodes) - 1]
    place = {old: new for new, old in enumerate(order)}
    moved = []
    for old in order:
        operation, parents = nodes[old]
        if operation == "pow":
            moved.append((operation, [place[parents[0]], parents[1]]))
        else:
            moved.append((operation, parents if operation == "input" else [place[parent] for parent in parents]))
    return moved, inputs


def graph_alone(rng):
    """Return a graph."""
    return (shuffled(rng)[0],)


def one_node(rng):
    """Return a node, the values of its parents and its own."""
    operation = str(rng.choice(["add", "mul", "exp", "tanh", "pow"]))
    a, b = (float(v) for v in np.round(rng.uniform(0.2, 2.0, size=2), 1))
    value = {"add": a + b, "mul": a * b, "exp": float(np.exp(a)), "tanh": float(np.tanh(a)), "pow": a**3}[operation]
    if operation in ("add", "mul"):
        return (operation, [0, 1]), [a, b], value
    return (operation, [0, 3] if operation == "pow" else [0]), [a], value


def chain(n):
    """Return a chain of n additions of the input."""
    return [("input", [0]), *(("add", [i, 0]) for i in range(n))]


def slopes_by_differences(rng, call):
    """Central differences give the same slope in the first input."""
    nodes, inputs = graph_of(rng)

    def end(x):
        values = []
        for operation, parents in nodes:
            v = [values[p] for p in parents] if operation not in ("input", "pow") else []
            if operation == "input":
                values.append(x if parents[0] == 0 else inputs[parents[0]])
            elif operation == "pow":
                values.append(values[parents[0]] ** parents[1])
            else:
                values.append({"add": sum(v), "mul": np.prod(v), "exp": np.exp(v[0]), "tanh": np.tanh(v[0])}[operation])
        return values[-1]

    measured = (end(inputs[0] + 1e-6) - end(inputs[0] - 1e-6)) / 2e-6
    found = float(call(nodes, inputs)[0])
    if abs(found - measured) > 1e-4 * max(1.0, abs(measured)):
        return "the slope in the first input is not that of the end, by central differences"
    return None


LONG = chain(3000)
QUESTIONS = {
    "topological_order": Question(
        graph_alone,
        edges={
            "a chain of 3000": (LONG,),
            "the chain backwards": ([*(("exp", [i + 1]) for i in range(2000)), ("input", [0])],),
        },
        same=exact(),
        growth=Growth(lambda rng, n: (chain(n),), 1.0, reason="Visit every node once."),
    ),
    "evaluate": Question(shuffled, edges={"an input alone": ([("input", [0])], [3.0])}),
    "local_slopes": Question(one_node, edges={"an input": (("input", [0]), [], 3.0)}),
    "backward": Question(
        shuffled,
        edges={"a node used twice": ([("input", [0]), ("add", [0, 0])], [3.0]), "a chain of 3000": (LONG, [0.5])},
        laws={"the slopes are those of the end": slopes_by_differences},
    ),
}
