"""Sorting by rank from the book: one mark for each rank, read off from the lowest to the highest."""


def rank_span(rank, rows, start, end):
    ranks = [rank[i] for i in rows[start:end]]
    return min(ranks), max(ranks)


def sort_by_rank(rank, order, rows, start, end):
    """Return rows with the stretch from start to end sorted by rank."""
    marked = [False] * len(order)
    for i in rows[start:end]:
        marked[rank[i]] = True
    return [*rows[:start], *(order[r] for r in range(len(order)) if marked[r]), *rows[end:]]
