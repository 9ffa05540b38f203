"""Slopes by finite differences: one number moved at a time, twice."""

import numpy as np


def slopes(function, values, h=1e-5):
    """Return the slopes of function(*arrays), a number, in each number of each array (central differences)."""
    found = []
    for array in values:
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            middle = array[place]
            array[place] = middle + h
            above = function(*values)
            array[place] = middle - h
            slope[place] = (above - function(*values)) / (2 * h)
            array[place] = middle
        found.append(slope)
    return found
