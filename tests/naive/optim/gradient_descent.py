"""Gradient descent with lists, one number at a time."""


def gradient_descent(gradient, w, step_size, n_iter):
    path = [list(w)]
    for _ in range(n_iter):
        g = gradient(path[-1])
        path.append([path[-1][f] - step_size * g[f] for f in range(len(w))])
    return path
