"""Parameter settings as the textbook says them: a loop inside a loop for each name."""


def grid(values):
    """Return every setting of a dict of lists; names in alphabetical order, the last one turning fastest."""
    settings = [{}]
    for name in sorted(values):
        longer = []
        for setting in settings:
            for value in values[name]:
                extended = dict(setting)
                extended[name] = value
                longer.append(extended)
        settings = longer
    return settings
