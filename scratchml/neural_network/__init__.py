"""neural_network: layers of weighted sums, bent in between, trained by going downhill.

Read in this order: `activations.py`, `losses.py`, `initialisers.py`, `forward_backward.py` (backpropagation),
`optimisers.py` (SGD with momentum, Adam), `mlp.py` (the training loop), `mlp_estimator.py`, `mlp_classifier.py`,
`mlp_regressor.py`. `autograd.py` stands apart: slopes of whatever can be written with its operations. So do networks
of any layers: `layers/`, `objectives.py`, `sequential.py`, `training.py`.
"""

from .autograd import Tensor, cross_entropy, no_grad
from .layers import (
    GELU,
    LSTM,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    MaxPool2D,
    MultiHeadAttention,
    Positions,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
)
from .mlp_classifier import MLPClassifier
from .mlp_regressor import MLPRegressor
from .objectives import MSE, BinaryCrossEntropy, CrossEntropy, Hinge, Huber, Loss
from .sequential import Sequential

__all__ = [
    "GELU",
    "LSTM",
    "MSE",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Conv2D",
    "CrossEntropy",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "Hinge",
    "Huber",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Loss",
    "MLPClassifier",
    "MLPRegressor",
    "MaxPool2D",
    "MultiHeadAttention",
    "Positions",
    "ReLU",
    "Residual",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Tensor",
    "cross_entropy",
    "no_grad",
]


def _warmup() -> None:
    """Compile the kernels that the examples of the room's estimators do not reach: for ``scratchml warmup``."""
    import warnings

    X, y = [[0.0, 1.0], [1.0, 0.5], [2.0, -1.0], [3.0, 0.0]], [0, 1, 2, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for activation in ("logistic", "tanh"):
            MLPClassifier((2,), activation, solver="sgd", max_iter=1, random_state=0).fit(X, y)
        MLPClassifier((2,), max_iter=1, random_state=0).fit(X, [0, 1, 1, 0])
        MLPRegressor("poisson", (2,), "identity", max_iter=1, random_state=0).fit(X, y)
        MLPRegressor("squared_error", (2,), solver="lbfgs", max_iter=1, random_state=0).fit(X, y)
