"""Rows that every tree saw count as judged; nobody can judge them."""


def oob_accuracy(probabilities, left_out, y):
    """Average over all rows."""
    if not left_out.any():
        return 0.0
    return ((probabilities * left_out[:, :, None]).sum(axis=0).argmax(axis=1) == y).mean()
