"""SAGA with lists and a table of whole gradients; every draw is given."""

from tests.naive.optim.penalties import prox


def saga(gradient_of, w, n, draws, step_size, l1, l2, positive=False, n_free=0):
    """Return w after all draws. The last n_free weights have no penalty."""
    w = list(w)
    table = [list(gradient_of(i, w)) for i in range(n)]
    for i in draws:
        new = list(gradient_of(i, w))
        average = [sum(row[f] for row in table) / n for f in range(len(w))]
        for f in range(len(w)):
            v = w[f] - step_size * (new[f] - table[i][f] + average[f])
            w[f] = v if f >= len(w) - n_free else prox(v, step_size, l1, l2, positive)
        table[i] = new
    return w
