"""SMOTE, Borderline-SMOTE and ADASYN as their papers tell them: loops over rows, squared distances written out."""


def square(x, y):
    return sum((a - b) ** 2 for a, b in zip(x, y))


def nearest(X, i, among, k):
    """The k rows of `among` nearest to row i, itself left out."""
    return sorted((j for j in among if j != i), key=lambda j: (square(X[i], X[j]), j))[:k]


def between(a, b, gap):
    return [p + gap * (q - p) for p, q in zip(a, b)]


def smote(X, seeds, among, k, draws, gaps):
    """Chawla et al., Populate: draw number r means seed r // k and its neighbour r % k."""
    made = []
    for r, gap in zip(draws, gaps):
        seed = seeds[r // k]
        made.append(between(X[seed], X[nearest(X, seed, among, k)[r % k]], gap))
    return made


def in_danger(X, y, label, m):
    """Han et al., step 2: rows of the class of whose m neighbours half or more, but not all, are strangers."""
    found = []
    for i in range(len(X)):
        if y[i] == label:
            strangers = sum(y[j] != label for j in nearest(X, i, range(len(X)), m))
            if m / 2 <= strangers < m:
                found.append(i)
    return found


def adasyn_counts(X, y, label, k, size):
    """He et al., steps 3 to 5: how many new rows start from each row of the class."""
    members = [i for i in range(len(X)) if y[i] == label]
    share = [sum(y[j] != label for j in nearest(X, i, range(len(X)), k)) / k for i in members]
    return [round(r / sum(share) * size) for r in share]
