"""exp and log to 50 digits, by Python's decimal numbers."""

from decimal import Decimal, localcontext


def exp_of_minus(a):
    with localcontext() as context:
        context.prec = 50
        return float((-Decimal(a)).exp())


def log_one_plus(e):
    with localcontext() as context:
        context.prec = 400  # 1 + 1e-300 needs 300 digits
        return float((1 + Decimal(e)).ln())
