"""Softmax and cross-entropy from their definitions, in 60-digit numbers."""

from decimal import Decimal, localcontext


def softmax(logits):
    with localcontext() as context:
        context.prec = 60
        powers = [Decimal(z).exp() for z in logits]
        return [power / sum(powers) for power in powers]


def loss_and_slopes(logits, label):
    with localcontext() as context:
        context.prec = 60
        shares = softmax(logits)
        slopes = [share - (1 if c == label else 0) for c, share in enumerate(shares)]
        return float(-shares[label].ln()), [float(slope) for slope in slopes]
