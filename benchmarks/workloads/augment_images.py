"""Digits as 28 x 28 images, each turned by up to 15 degrees."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    return {"X": np.random.default_rng(0).random((n, 28 * 28)), "seed": 0}


def ours(data):
    from scratchml.preprocessing import RandomRotation

    return RandomRotation(15.0, random_state=data["seed"]).fit_transform(data["X"])


def scipy(data):
    from scipy import ndimage

    angles = np.random.RandomState(data["seed"]).uniform(-15.0, 15.0, size=len(data["X"]))
    images = data["X"].reshape(-1, 28, 28)
    how = {"order": 1, "reshape": False, "mode": "grid-constant"}
    return np.array([ndimage.rotate(image, angle, **how) for image, angle in zip(images, angles)]).reshape(-1, 28 * 28)


WORKLOAD = Workload(
    title="rotate images of 28 x 28",
    make=make,
    sizes={"small": (50, 28 * 28), "large": (2000, 28 * 28)},
    contestants={"scratchml": Contestant(ours), "scipy": Contestant(scipy)},
    same=lambda found, data: found,
    fit_name="fit_transform",
)
