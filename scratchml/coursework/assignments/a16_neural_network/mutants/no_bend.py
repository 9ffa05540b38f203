"""The bend is missing: two linear layers are one linear layer."""


def forward(X, W1, b1, W2, b2):
    """Forget relu."""
    H = X @ W1 + b1
    return H, H @ W2 + b2
