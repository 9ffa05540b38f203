"""Layers as the book states them: one number at a time."""

import math

import numpy as np


def conv2d(x, W, bias, stride=(1, 1), corner=(0, 0), places=None):
    """Return the sums of filters W (h, w, C, F) on images x (b, H, W, C); corner: zeros above and to the left."""
    (b, H, width, C), (h, w, _, F) = x.shape, W.shape
    rows, columns = places or ((H - h) // stride[0] + 1, (width - w) // stride[1] + 1)
    y = np.zeros((b, rows, columns, F))
    for i, u, v, f in np.ndindex(y.shape):
        total = bias[f]
        for p, q, c in np.ndindex(h, w, C):
            line, column = u * stride[0] - corner[0] + p, v * stride[1] - corner[1] + q
            if 0 <= line < H and 0 <= column < width:
                total += x[i, line, column, c] * W[p, q, c, f]
        y[i, u, v, f] = total
    return y


def max_pool2d(x, size, stride, corner=(0, 0), places=None):
    """Return the largest number of each window of x (b, H, W, C)."""
    b, H, W, C = x.shape
    rows, columns = places or ((H - size[0]) // stride[0] + 1, (W - size[1]) // stride[1] + 1)
    y = np.full((b, rows, columns, C), -np.inf)
    for i, u, v, c in np.ndindex(y.shape):
        for p, q in np.ndindex(*size):
            line, column = u * stride[0] - corner[0] + p, v * stride[1] - corner[1] + q
            if 0 <= line < H and 0 <= column < W:
                y[i, u, v, c] = max(y[i, u, v, c], x[i, line, column, c])
    return y


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of a number."""
    return 1.0 / (1.0 + math.exp(-z))


def lstm(x, W, U, bias):
    """Return h (b, T, k) for x (b, T, d); columns of W, U, bias: write, keep, what, show, k of each."""
    b, T, d = x.shape
    k = len(U)
    y = np.zeros((b, T, k))
    for i in range(b):
        h, c = [0.0] * k, [0.0] * k
        for t in range(T):
            z = [
                bias[j] + sum(x[i, t, f] * W[f, j] for f in range(d)) + sum(h[m] * U[m, j] for m in range(k))
                for j in range(4 * k)
            ]
            for j in range(k):
                write, keep, what, show = (
                    sigmoid(z[j]),
                    sigmoid(z[k + j]),
                    math.tanh(z[2 * k + j]),
                    sigmoid(z[3 * k + j]),
                )
                c[j] = keep * c[j] + write * what
                h[j] = show * math.tanh(c[j])
            y[i, t] = h
    return y


def attention(x, W_q, W_k, W_v, W_o, heads, causal):
    """Return y (b, T, d) for x (b, T, d)."""
    b, T, d = x.shape
    size = d // heads
    y = np.zeros_like(x)
    for i in range(b):
        mix = np.zeros((T, d))
        for head in range(heads):
            part = slice(head * size, (head + 1) * size)
            Q, K, V = x[i] @ W_q[:, part], x[i] @ W_k[:, part], x[i] @ W_v[:, part]
            for t in range(T):
                seen = range(t + 1) if causal else range(T)
                fits = [math.exp(sum(Q[t, f] * K[s, f] for f in range(size)) / math.sqrt(size)) for s in seen]
                for s, fit in zip(seen, fits):
                    mix[t, part] += fit / sum(fits) * V[s]
        y[i] = mix @ W_o
    return y


def standardise(rows, epsilon):
    """Return each column of rows (n, k) with mean 0 and deviation 1, epsilon added to the variance."""
    found = np.zeros_like(rows)
    for f in range(rows.shape[1]):
        mean = sum(rows[:, f]) / len(rows)
        variance = sum((value - mean) ** 2 for value in rows[:, f]) / len(rows)
        for i in range(len(rows)):
            found[i, f] = (rows[i, f] - mean) / math.sqrt(variance + epsilon)
    return found
