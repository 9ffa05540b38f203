"""Time-series splits counted from the end of the series backwards."""


def time_series_split(n, k, test_size=None, gap=0, max_train_size=None):
    """Return (train, test) lists, oldest test set first."""
    size = n // (k + 1) if test_size is None else test_size
    rows, splits = list(range(n)), []
    while len(splits) < k:
        test = rows[-size:]
        rows = rows[:-size]
        train = rows[: len(rows) - gap]
        if max_train_size is not None:
            train = train[-max_train_size:]
        splits.insert(0, (train, test))
    return splits
