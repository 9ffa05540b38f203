"""The visit calls itself: a chain of 3000 nodes exceeds Python's stack."""


def topological_order(graph):
    """Recurse."""
    order, down = [], set()

    def visit(number):
        if number not in down:
            down.add(number)
            for parent in parents_of(graph[number]):
                visit(parent)
            order.append(number)

    for number in range(len(graph)):
        visit(number)
    return order
