"""The convolution's quiz, from a recorded batch of a small network."""

import numpy as np

from scratchml.coursework.quiz import ask, because, number, recorded
from scratchml.neural_network import Conv2D, Flatten, Sequential


def quiz(rng):
    """Ask for an output of the convolution, and for the slope in a place of the kernel."""
    image, kernel = rng.integers(-4, 5, size=4).astype(float), rng.permutation([-2.0, -1.0, 1.0, 3.0])[:3]
    target = rng.integers(-9, 10, size=2).astype(float)
    network = Sequential([Conv2D(1, (1, 3), bias=False, name="conv"), Flatten()], random_state=0)
    network.build((1, 4, 1)).parameters["conv.weights"].flat[:] = kernel
    X, y = image.reshape(1, 1, 4, 1), target[None, :]
    tr = recorded(network.steps(X, y, epochs=1, batch_size=1))
    out, slope = np.ravel(tr[0].activations["conv"]), np.ravel(tr[0].slopes["conv"])
    k, f = int(rng.integers(0, 2)), int(rng.integers(0, 3))
    found = np.ravel(tr[0].gradients["conv.weights"])[f]
    there = image[f : f + 2]
    return [
        ask(
            rng,
            f"The kernel {number(kernel)} moves over the image row {number(image)}, stride 1, no frame. "
            f"What is output number {k} (from 0)?",
            out[k],
            (kernel[::-1] @ image[k : k + 3], out[1 - k], image[k] * kernel[0], out[k] / 3.0),
            because(f"the products in place, summed: {number(image[k : k + 3])} with {number(kernel)}", tr, 0),
        ),
        ask(
            rng,
            f"The image row is {number(image)}, the loss's slopes in the two outputs are {number(slope)}. "
            f"What is the slope in place {f} (from 0) of the kernel?",
            found,
            (there[::-1] @ slope, found / 2.0, slope.sum(), -found),
            because(f"the places it met, times the slopes, summed: {number(there)} with {number(slope)}", tr, 0),
        ),
    ]
