"""Any step that goes down is accepted; Armijo's rule asks for a part c of what the slope promises."""


def backtracking(A, b, w, p, c):
    """Drop the right side."""
    size = 1.0
    for _ in range(30):
        new = w + size * p
        if 0.5 * new @ A @ new - b @ new <= 0.5 * w @ A @ w - b @ w:
            break
        size /= 2.0
    return size
