"""Make the films of README again: python tutorials/gallery.py [NAME ...]. About a minute for all."""

from __future__ import annotations

import sys
from pathlib import Path

from scratchml.cli import main

PICTURES = Path(__file__).parent / "pictures"
FILMS = {  # of which tutorial it is, and what `scratchml trace` is asked for
    "trace_kmeans": ("03", ["KMeans", "--data", "blobs", "--set", "init=random", "--set", "n_init=1"]),
    "trace_svc": ("12", ["SVC"]),
    "trace_tree": ("11", ["DecisionTreeClassifier", "--set", "max_depth=4"]),
    "trace_mixture": ("14", ["GaussianMixture", "--set", "init_params=random", "--set", "n_components=3"]),
    "trace_q_learning": ("20", ["QLearning", "--frames", "40"]),
}


def make(names: list[str]) -> int:
    """Write the films with these names, or all; return how many could not be made."""
    unknown = [name for name in names if name not in FILMS]
    if unknown:
        print(f"there is no film {unknown[0]!r}; there are {', '.join(FILMS)}.")
        return 1
    failed = [main(["trace", *FILMS[name][1], "--gif", str(PICTURES / f"{name}.gif")]) for name in names or FILMS]
    return sum(map(bool, failed))


if __name__ == "__main__":
    sys.exit(make(sys.argv[1:]))
