"""Shifts and rotations of one grey image, pixel by pixel, from the formulas. Lists in, lists out."""

import math


def pixel(image, row, column, mode, fill):
    """Return a pixel, also beyond the border."""
    height, width = len(image), len(image[0])
    if 0 <= row < height and 0 <= column < width:
        return image[row][column]
    if mode == "constant":
        return fill
    return image[max(0, min(row, height - 1))][max(0, min(column, width - 1))]


def shift(image, down, right, mode="constant", fill=0.0):
    """Return the image moved by whole pixels."""
    return [[pixel(image, r - down, c - right, mode, fill) for c in range(len(image[0]))] for r in range(len(image))]


def rotate(image, degrees, mode="constant", fill=0.0):
    """Return the image turned about its centre."""
    height, width = len(image), len(image[0])
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = [[0.0] * width for _ in range(height)]
    for r in range(height):
        for c in range(width):
            u, v = r - (height - 1) / 2, c - (width - 1) / 2
            row = (height - 1) / 2 + u * cosine + v * sine
            column = (width - 1) / 2 - u * sine + v * cosine
            for i in (math.floor(row), math.floor(row) + 1):
                for j in (math.floor(column), math.floor(column) + 1):
                    weight = (1 - abs(row - i)) * (1 - abs(column - j))
                    turned[r][c] += weight * pixel(image, i, j, mode, fill)
    return turned
