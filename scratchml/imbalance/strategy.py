"""`sampling_strategy`: how many rows each class shall have, in all the forms in which it may be said.

Idea
    To balance is to bring classes to one size: the small ones up to the largest (over-sampling), or the large ones down
    to the smallest (under-sampling). A name says which classes, a number how far, a dict exactly how many.
Maths
    With n_j rows in class j, and the classes named by the strategy:

    over:   add max_j n_j - n_j rows;       a number r: add int(r max_j n_j - n_j)     (two classes)
    under:  keep min_j n_j rows;            a number r: keep int(min_j n_j / r)        (two classes)
    clean:  the method itself decides how many rows go; only which classes may lose some can be said

    =============== ==================================== ====
    name            classes
    =============== ==================================== ====
    "auto"          over: "not majority", else "not minority"
    "not majority"  all but the largest
    "not minority"  all but the smallest
    "minority"      the smallest                         over
    "majority"      the largest                          under, clean
    "all"           all
    =============== ==================================== ====

    Of several largest (smallest) classes, the first in sorted order counts.
Cost
    One count of y: O(n).
Differences
    The same answers and refusals as imbalanced-learn's; a tuple is as good as a list for the cleaning methods.
References
    Lemaitre, Nogueira, Aridas (2017), Imbalanced-learn, Journal of Machine Learning Research 18(17).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..core.rules import Rule, check_rules, either, function, integer, mapping, one_of, real
from ..core.typing import Array, IntArray

Strategy = float | str | Mapping[Any, int] | Sequence[Any] | Callable[[Any], Mapping[Any, int]]

OVER, UNDER, CLEAN = "over", "under", "clean"
CLASSES = Rule("a list of classes", lambda value: isinstance(value, (list, tuple)))
RATIO = real(0.0, 1.0, open_low=True)
STRATEGY_RULES = {
    OVER: either(RATIO, one_of("auto", "minority", "not minority", "not majority", "all"), mapping, function),
    UNDER: either(RATIO, one_of("auto", "majority", "not minority", "not majority", "all"), mapping, function),
    CLEAN: either(one_of("auto", "majority", "not minority", "not majority", "all"), CLASSES, function),
}


def resolve_strategy(strategy: Strategy, kind: str, y: Array, classes: Array, codes: IntArray) -> dict[Any, int]:
    """Return, for each class the strategy names, in sorted order: rows to add (over) or to keep (under, clean).

    `classes` (k,) sorted, `codes` (n,): y in numbers. `y` itself is what a callable strategy is called with.

    Raises
    ------
    TypeError
        If a callable returns no dict, or a number of rows is no integer.
    ValueError
        For fewer than two classes, a class that y does not have, or sizes that this kind of method cannot reach.
    """
    counts = dict(zip(classes.tolist(), np.bincount(codes, minlength=len(classes)).tolist()))
    if len(counts) < 2:
        raise ValueError(
            f"The target 'y' needs to have more than 1 class. Got {len(counts)} class instead "
            f"({classes[0]!r}); there is nothing to balance."
        )
    if isinstance(strategy, str):
        return by_name(strategy, kind, counts)
    if isinstance(strategy, (list, tuple)):
        return {label: min(counts.values()) for label in sorted(known(strategy, counts))}
    if callable(strategy):
        strategy = strategy(y)
        if kind == CLEAN and isinstance(strategy, (list, tuple)):
            return {label: min(counts.values()) for label in sorted(known(strategy, counts))}
        if not isinstance(strategy, Mapping):
            raise TypeError(f"sampling_strategy returned a {type(strategy).__name__}; it must return a dict.")
    if isinstance(strategy, Mapping):
        return by_sizes(strategy, kind, counts)
    return by_ratio(float(strategy), kind, counts)  # type: ignore[arg-type]


def known(labels: Any, counts: Mapping[Any, int]) -> list[Any]:
    """Return the labels, each of which must be a class.

    Raises
    ------
    ValueError
        For one that is not.
    """
    classes = list(counts)  # compared, not hashed: a label may be of any kind
    strangers = [label for label in labels if label not in classes]
    if strangers:
        named = ", ".join(sorted({repr(label) for label in strangers}))
        raise ValueError(
            f"sampling_strategy names {strangers}: The {{{named}}} target class is/are not present in the data, "
            f"whose classes are {classes}."
        )
    return [label for label in counts if label in labels]


def by_name(strategy: str, kind: str, counts: Mapping[Any, int]) -> dict[Any, int]:
    """Return the sizes for a strategy given by name."""
    name = (
        {OVER: "not majority", UNDER: "not minority", CLEAN: "not minority"}[kind] if strategy == "auto" else strategy
    )
    least, most = min(counts.values()), max(counts.values())
    smallest = min(counts, key=counts.__getitem__)  # the first of equals
    largest = max(counts, key=counts.__getitem__)
    named = {
        "minority": [smallest],
        "majority": [largest],
        "not minority": [label for label in counts if label != smallest],
        "not majority": [label for label in counts if label != largest],
        "all": list(counts),
    }[name]
    return {label: most - counts[label] if kind == OVER else least for label in named}


def by_sizes(wanted: Mapping[Any, int], kind: str, counts: Mapping[Any, int]) -> dict[Any, int]:
    """Return the sizes for a strategy given as a dict from class to number of rows.

    Raises
    ------
    TypeError, ValueError
        See `resolve_strategy`.
    """
    if kind == CLEAN:
        raise ValueError(
            "'sampling_strategy' as a dict for cleaning methods is not supported: they decide by themselves how many "
            f"rows go. Give the list of classes that may lose rows: {list(wanted)}."
        )
    found = {}
    for label in known(wanted, counts):
        name = f"sampling_strategy[{label!r}]"
        check_rules("sampler", {name: integer(0)}, {name: wanted[label]})
        size, present = int(wanted[label]), counts[label]
        if kind == OVER and size < present:
            raise ValueError(
                f"{name}={size}: With over-sampling methods, the number of samples in a class should be greater or "
                f"equal to the original number of samples, which is {present}; ask for that many or more."
            )
        if kind == UNDER and size > present:
            raise ValueError(
                f"{name}={size}: With under-sampling methods, the number of samples in a class should be less or "
                f"equal to the original number of samples, which is {present}; ask for that many or fewer."
            )
        found[label] = size - present if kind == OVER else size
    return found


def by_ratio(ratio: float, kind: str, counts: Mapping[Any, int]) -> dict[Any, int]:
    """Return the sizes for a strategy given as minority / majority after resampling, of two classes.

    Raises
    ------
    ValueError
        For more than two classes, or a ratio on the wrong side of today's.
    """
    if len(counts) != 2:
        raise ValueError(
            f'sampling_strategy={ratio}: "sampling_strategy" can be a float only when the type of target is binary, '
            f"and y has {len(counts)} classes. For multi-class, use a dict."
        )
    least, most = min(counts.values()), max(counts.values())
    today = f"it is {least / most:.4g} now"
    if kind == OVER:
        largest = max(counts, key=counts.__getitem__)
        found = {label: int(most * ratio - n) for label, n in counts.items() if label != largest}
        if min(found.values()) <= 0:
            raise ValueError(
                f"sampling_strategy={ratio}: The specified ratio required to remove samples from the minority class "
                f"while trying to generate new samples. Please increase the ratio: {today}."
            )
        return found
    smallest = min(counts, key=counts.__getitem__)
    found = {label: int(least / ratio) for label in counts if label != smallest}
    if any(size > counts[label] for label, size in found.items()):
        raise ValueError(
            f"sampling_strategy={ratio}: The specified ratio required to generate new sample in the majority class "
            f"while trying to remove samples. Please increase the ratio: {today}."
        )
    return found
