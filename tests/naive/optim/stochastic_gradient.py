"""Stochastic gradient descent with lists; every order of the samples is given."""

from tests.naive.optim.penalties import prox


def stochastic_gradient(gradient_of, w, orders, step_size_at, batch_size, l1, l2, average_from):
    """Return (last w, average of all w from update number average_from on)."""
    w, t, seen = list(w), 0, []
    for order in orders:
        for first in range(0, len(order), batch_size):
            batch = order[first : first + batch_size]
            gradients = [gradient_of(i, w) for i in batch]
            t += 1
            size = step_size_at(t)
            for f in range(len(w)):
                slope = sum(g[f] for g in gradients) / len(batch)
                w[f] = prox(w[f] - size * slope, size, l1, l2, False)
            if t >= average_from:
                seen.append(list(w))
    return w, [sum(column) / len(seen) for column in zip(*seen)]
