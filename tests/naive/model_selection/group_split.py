"""Group splits by the book: each group to the fold that suits it best so far."""

import statistics


def group_k_fold(groups, k):
    """Return (train, test) lists: the largest group first, to the fold with fewest rows; later groups win ties."""
    groups = list(groups)
    kinds = sorted(set(groups))
    by_size = sorted(kinds, key=lambda g: (groups.count(g), kinds.index(g)), reverse=True)
    rows = [0] * k
    fold_of = {}
    for group in by_size:
        fold = rows.index(min(rows))
        fold_of[group] = fold
        rows[fold] += groups.count(group)
    return _pairs(groups, fold_of, k)


def stratified_group_k_fold(y, groups, k):
    """Return test sets: the most one-sided group first, to the fold that leaves the classes most even.

    None where unlike folds are equally good: then round-off decides, and any of them is right.
    """
    y, groups = list(y), list(groups)
    classes = sorted(set(y))
    count = {g: [sum(a == c and b == g for a, b in zip(y, groups)) for c in classes] for g in sorted(set(groups))}
    total = [y.count(c) for c in classes]
    folds = [[0] * len(classes) for _ in range(k)]
    fold_of = {}
    for group in sorted(count, key=lambda g: -statistics.pstdev(count[g])):
        value = []
        for fold in range(k):
            proposed = [row[:] for row in folds]
            proposed[fold] = [a + b for a, b in zip(proposed[fold], count[group])]
            spread = [statistics.pstdev([row[c] / total[c] for row in proposed]) for c in range(len(classes))]
            value.append(statistics.fmean(spread))
        best = [fold for fold in range(k) if value[fold] <= min(value) + 1e-6]
        if any(folds[fold] != folds[best[0]] for fold in best):
            return None
        fold_of[group] = best[0]
        folds[best[0]] = [a + b for a, b in zip(folds[best[0]], count[group])]
    return [[i for i in range(len(groups)) if fold_of[groups[i]] == fold] for fold in range(k)]


def _pairs(groups, fold_of, k):
    n = range(len(groups))
    return [
        ([i for i in n if fold_of[groups[i]] != fold], [i for i in n if fold_of[groups[i]] == fold])
        for fold in range(k)
    ]
