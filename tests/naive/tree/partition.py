"""Partitions from the book: the swaps from both ends, and the stable one with two lists."""


def part_samples(values, rows, start, end, threshold):
    """Return (rows, split): Hoare's scheme, one swap for each row on the left that goes right. values by place."""
    pairs = list(zip(values, rows))
    p, q = start, end
    while p < q:
        if pairs[p][0] <= threshold:
            p += 1
        else:
            q -= 1
            pairs[p], pairs[q] = pairs[q], pairs[p]
    return [row for _, row in pairs], p


def partition_rows(rows, start, end, goes_left):
    """Return the rows with those that go left first, each side in its old order; ~i stands for row i."""
    inside = [(row, goes_left[~row if row < 0 else row]) for row in rows[start:end]]
    return [*rows[:start], *(r for r, left in inside if left), *(r for r, left in inside if not left), *rows[end:]]


def gather_values(column, line, start, end):
    """Return (values in the order of the rows, least, largest)."""
    values = [column[i] for i in line[start:end]]
    return values, min(values), max(values)
