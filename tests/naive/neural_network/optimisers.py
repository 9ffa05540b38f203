"""Optimisers in plain loops, one number at a time: each returns where w gets, moved once for each list of slopes."""

import math


def sgd(w, slopes, rate, decay=0.0):
    """Move against the slope of loss + decay / 2 |w|^2."""
    w = list(w)
    for g in slopes:
        for i in range(len(w)):
            w[i] = w[i] - rate * (g[i] + decay * w[i])
    return w


def momentum(w, slopes, rate, mu, nesterov, decay=0.0):
    """Keep PyTorch's velocity: the rate is multiplied at the end."""
    w, velocity = list(w), [0.0] * len(w)
    for g in slopes:
        for i in range(len(w)):
            slope = g[i] + decay * w[i]
            velocity[i] = mu * velocity[i] + slope
            w[i] -= rate * (slope + mu * velocity[i] if nesterov else velocity[i])
    return w


def adagrad(w, slopes, rate, epsilon, decay=0.0):
    """Divide by the root of the sum of squares."""
    w, total = list(w), [0.0] * len(w)
    for g in slopes:
        for i in range(len(w)):
            slope = g[i] + decay * w[i]
            total[i] += slope**2
            w[i] -= rate / (math.sqrt(total[i]) + epsilon) * slope
    return w


def rmsprop(w, slopes, rate, rho, epsilon, decay=0.0):
    """Divide by the root mean square."""
    w, mean = list(w), [0.0] * len(w)
    for g in slopes:
        for i in range(len(w)):
            slope = g[i] + decay * w[i]
            mean[i] = rho * mean[i] + (1 - rho) * slope**2
            w[i] -= rate / (math.sqrt(mean[i]) + epsilon) * slope
    return w


def adam(w, slopes, rate, beta_1, beta_2, epsilon, decay=0.0, decoupled=0.0):
    """Algorithm 1 of Kingma and Ba, with its own m_hat and v_hat; decoupled decay first."""
    w, m, v = list(w), [0.0] * len(w), [0.0] * len(w)
    for t, g in enumerate(slopes, 1):
        for i in range(len(w)):
            w[i] = w[i] - rate * decoupled * w[i]
            slope = g[i] + decay * w[i]
            m[i] = beta_1 * m[i] + (1 - beta_1) * slope
            v[i] = beta_2 * v[i] + (1 - beta_2) * slope**2
            m_hat, v_hat = m[i] / (1 - beta_1**t), v[i] / (1 - beta_2**t)
            w[i] -= rate * m_hat / (math.sqrt(v_hat) + epsilon)
    return w


def adam_epsilon_hat(w, slopes, rate, beta_1, beta_2, epsilon):
    """The form at the end of section 2: epsilon beside the root that is not corrected."""
    w, m, v = list(w), [0.0] * len(w), [0.0] * len(w)
    for t, g in enumerate(slopes, 1):
        for i in range(len(w)):
            m[i] = beta_1 * m[i] + (1 - beta_1) * g[i]
            v[i] = beta_2 * v[i] + (1 - beta_2) * g[i] ** 2
            corrected = rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            w[i] -= corrected * m[i] / (math.sqrt(v[i]) + epsilon)
    return w


def norm(gradients):
    """Return the length of all numbers of all arrays."""
    return math.sqrt(sum(float(v) ** 2 for g in gradients for v in g.ravel()))
