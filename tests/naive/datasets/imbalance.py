"""Shares and samples of unequal classes, by loops and exact fractions."""

from fractions import Fraction


def class_sizes(n_samples, weights):
    """Largest remainders, in exact arithmetic on the decimal numbers as they are written."""
    shares = [Fraction(str(w)) for w in weights]
    exact = [n_samples * share / sum(shares) for share in shares]
    sizes = [int(e) for e in exact]
    while sum(sizes) < n_samples:
        lacking = [e - size for e, size in zip(exact, sizes)]
        sizes[lacking.index(max(lacking))] += 1
    return sizes


def choose_samples(y, sizes, rng):
    """Keep `sizes[label]` random samples of a class (all where it is not named), class after class."""
    kept = []
    for label in sorted(set(y)):
        members = [i for i, found in enumerate(y) if found == label]
        if label in sizes:
            members = [members[i] for i in rng.permutation(len(members))[: sizes[label]]]
        kept += members
    return kept
