"""Multiply the Q of a tall matrix's QR factorisation, which is Householder's, without making it.

Idea: the columns of a tall random matrix are nearly at right angles already. Then their d x d products G'G say all that
is needed to straighten them: Q = G R^-1 with R the Cholesky factor of G'G. A Q that is only to be multiplied need not
be made: Q M = G (R^-1 M).

Maths: G'G = R'R with a positive diagonal; Householder's R has signs: that of row j is against the sign of the pivot j
of Q, top d rows, eliminated by Gauss with these signs taken from its diagonal (Q - [diag(sign); 0] = L U).

Cost: 2 n d^2 operations in two products, where Householder's factorisation and product take 6 n d^2, half of them in
slow ones. Memory: the result.

Differences: Q's columns are off right angles by 1e-16 times the square of G's condition number: below 10 for
independent normal entries and n >= 4 d, where alone this is used.

References: G. Ballard, J. Demmel, L. Grigori, M. Jacquelin, H. D. Nguyen, E. Solomonik (2014), "Reconstructing
Householder vectors from tall-skinny QR", IPDPS, algorithm 5 (the signs). Y. Yamamoto, Y. Nakatsukasa, Y. Yanagisawa, T.
Fukaya (2015), "Roundoff error analysis of the CholeskyQR2 algorithm", Electronic Transactions on Numerical Analysis 44.
"""

from __future__ import annotations

import numpy as np

from ..core import one_blas_thread
from ..core.typing import FloatArray
from .shared import MANY

TALL = 4  # times as many rows as columns


def q_times(G: FloatArray, M: FloatArray) -> FloatArray:
    """Return Q M (n, k): Q (n, d) from Householder's factorisation of G (n, d), whose entries are normal; M (d, k)."""
    n, d = G.shape
    if n < TALL * d or G.size < MANY:  # of few numbers Householder's is made sooner than it is avoided
        found: FloatArray = np.dot(np.linalg.qr(G)[0], M)
        return found
    # plainly: np.linalg.qr(G)[0] @ M
    with one_blas_thread():  # sums over rows, in the same order whatever the number of threads
        squares = np.dot(G.T, G)
    inverse = np.linalg.inv(np.linalg.cholesky(squares).T)
    signs = signs_of(np.dot(G[:d], inverse))
    found = np.dot(G, np.dot(inverse * signs, M))
    return found


def signs_of(top: FloatArray) -> FloatArray:
    """Return the signs (d,) of the diagonal of Householder's R. top (d, d): the first rows of Q for positive signs."""
    A = top.copy()
    signs = np.empty(len(A))
    for j in range(len(A)):
        signs[j] = -1.0 if A[j, j] >= 0.0 else 1.0
        A[j + 1 :, j] /= A[j, j] - signs[j]  # never small: the two have opposite signs
        A[j + 1 :, j + 1 :] -= np.outer(A[j + 1 :, j], A[j, j + 1 :])
    return signs
