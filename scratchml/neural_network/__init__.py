"""neural_network: layers of weighted sums, bent in between, trained by going downhill.

Read in this order: `activations.py`, `losses.py`, `initialisers.py`, `forward_backward.py` (backpropagation),
`optimisers.py` (SGD to AdamW), `schedules.py`, `clipping.py`, `early_stopping.py`, `mlp.py` (the training loop),
`mlp_estimator.py`, `mlp_classifier.py`, `mlp_regressor.py`. `autograd.py` stands apart: slopes of whatever can be
written with its operations. So do networks of any layers: `layers/`, `objectives.py`, `sequential.py`, `training.py`,
`summary.py` (a network as a table), `products.py` (a convolution's large products).
"""

from .autograd import Tensor, cross_entropy, no_grad
from .clipping import ClipByNorm, ClipByValue, global_norm
from .early_stopping import EarlyStopping
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
from .optimisers import SGD, AdaGrad, Adam, AdamW, Momentum, Nesterov, RMSprop
from .schedules import ConstantRate, CosineRate, ExponentialRate, InverseScaling, OneCycle, Plateau, StepRate
from .sequential import Sequential

__all__ = [
    "GELU",
    "LSTM",
    "MSE",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "BinaryCrossEntropy",
    "ClipByNorm",
    "ClipByValue",
    "ConstantRate",
    "Conv2D",
    "CosineRate",
    "CrossEntropy",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "ExponentialRate",
    "Flatten",
    "Hinge",
    "Huber",
    "InverseScaling",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Loss",
    "MLPClassifier",
    "MLPRegressor",
    "MaxPool2D",
    "Momentum",
    "MultiHeadAttention",
    "Nesterov",
    "OneCycle",
    "Plateau",
    "Positions",
    "RMSprop",
    "ReLU",
    "Residual",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "StepRate",
    "Tanh",
    "Tensor",
    "cross_entropy",
    "global_norm",
    "no_grad",
]


def _warmup() -> None:
    """Compile the kernels that the examples of the room's estimators do not reach: for ``scratchml warmup``."""
    import warnings

    import numpy as np

    X, y = [[0.0, 1.0], [1.0, 0.5], [2.0, -1.0], [3.0, 0.0]], [0, 1, 2, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for activation in ("logistic", "tanh"):
            MLPClassifier((2,), activation, solver="sgd", max_iter=1, random_state=0).fit(X, y)
        MLPClassifier((2,), max_iter=1, random_state=0).fit(X, [0, 1, 1, 0])
        MLPRegressor("poisson", (2,), "identity", max_iter=1, random_state=0).fit(X, y)
        MLPRegressor("squared_error", (2,), solver="lbfgs", max_iter=1, random_state=0).fit(X, y)
    w, g = [np.ones(2)], [np.ones(2)]
    for optimiser in (SGD(weight_decay=0.1), AdaGrad(), AdamW()):
        optimiser.start(w)
        optimiser.update(w, g)
    ClipByNorm(0.1)(g), ClipByValue(0.01)(g)
    for dtype in ("float32", "float64"):
        norms = [BatchNorm(), LayerNorm()]
        images = [Conv2D(1, 1), Conv2D(1, 2), *norms, MaxPool2D(2), ReLU(), LeakyReLU(), GELU(), Flatten(), Dense(1)]
        Sequential(images, dtype=dtype).fit(np.ones((1, 3, 3, 1)), [0.0], epochs=1)
        for loss in ("huber", "binary_cross_entropy"):
            Sequential([Dense(1)], loss, dtype=dtype).fit(np.ones((1, 1)), [0.0], epochs=1)
        bends = [Dense(1), Sigmoid(), Tanh(), Softmax()]
        Sequential(bends, dtype=dtype).fit(np.ones((1, 1)), [0.0], epochs=1)
        words = [Embedding(2, 2), LSTM(2, whole=False), Dense(1)]
        Sequential(words, dtype=dtype).fit(np.zeros((1, 2), np.int64), [0.0], epochs=1)
