"""K-fold splits as one would do them by hand: lists, loops and cards."""


def k_fold(n, k):
    """Return (train, test) lists; the first n % k folds get one row more."""
    folds, next_row = [], 0
    for fold in range(k):
        size = n // k + (1 if fold < n % k else 0)
        folds.append(list(range(next_row, next_row + size)))
        next_row += size
    return [([i for i in range(n) if i not in fold], fold) for fold in folds]


def stratified_k_fold(y, k):
    """Return (train, test) lists: lay the rows out class after class and count them off 0 .. k-1, 0 .. k-1."""
    classes = []
    for label in y:
        if label not in classes:
            classes.append(label)
    quota = {label: [0] * k for label in classes}
    position = 0
    for label in classes:
        for other in y:
            if other == label:
                quota[label][position % k] += 1
                position += 1
    fold_of = []
    for label in y:
        fold = next(f for f in range(k) if quota[label][f] > 0)  # the first fold that still wants one of this class
        quota[label][fold] -= 1
        fold_of.append(fold)
    n = range(len(y))
    return [([i for i in n if fold_of[i] != fold], [i for i in n if fold_of[i] == fold]) for fold in range(k)]
