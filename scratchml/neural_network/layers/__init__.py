"""layers: one file for each layer, its values forward and its slopes backward.

Read `layer.py` first, then `dense.py`. Arrays have the batch first and the features (channels) last, everywhere.
"""

from .activations import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from .attention import MultiHeadAttention
from .batch_norm import BatchNorm
from .conv2d import Conv2D
from .dense import Dense
from .dropout import Dropout
from .embedding import Embedding
from .flatten import Flatten
from .layer import Layer
from .layer_norm import LayerNorm
from .lstm import LSTM
from .max_pool2d import MaxPool2D
from .positions import Positions
from .residual import Residual

__all__ = [
    "GELU",
    "LSTM",
    "BatchNorm",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "MaxPool2D",
    "MultiHeadAttention",
    "Positions",
    "ReLU",
    "Residual",
    "Sigmoid",
    "Softmax",
    "Tanh",
]
