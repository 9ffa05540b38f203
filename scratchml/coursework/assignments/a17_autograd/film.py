"""The film of autograd: slopes walk backwards through y = tanh(a b) + (a b)^2."""


def frames(functions):
    """Yield a drawing for each node, from the last to the first."""
    graph = [("input", [0]), ("input", [1]), ("mul", [0, 1]), ("tanh", [2]), ("pow", [2, 2]), ("add", [3, 4])]
    names = ["a", "b", "c = a b", "d = tanh c", "e = c^2", "y = d + e"]
    place = [(0, 2), (0, 0), (1, 1), (2, 2), (2, 0), (3, 1)]
    inputs = [0.5, 1.5]
    values, slopes = functions.evaluate(graph, inputs), functions.backward(graph, inputs)
    order = list(functions.topological_order(graph))[::-1]

    def draw(known):
        def on(ax):
            for number, (operation, parents) in enumerate(graph):
                for parent in [] if operation == "input" else parents[:1] if operation == "pow" else parents:
                    ax.plot(*zip(place[parent], place[number]), color="#999999", zorder=1)
            for number, name in enumerate(names):
                slope = f"slope {slopes[number]:.3f}" if number in known else "slope ?"
                colour = "#d55e00" if number == known[-1] else "#0072b2"
                box = {"boxstyle": "round", "facecolor": "white", "edgecolor": colour, "linewidth": 2}
                words = f"{name}\n{values[number]:.3f}\n{slope}"
                ax.text(*place[number], words, ha="center", va="center", bbox=box, fontsize=9)
            ax.set(title=f"the slope of y in {names[known[-1]].split()[0]}", xlim=(-0.5, 3.5), ylim=(-0.6, 2.6))
            ax.set(xticks=[], yticks=[])

        return on

    for count in range(1, len(order) + 1):
        yield draw(order[:count])
