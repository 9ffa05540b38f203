"""ElasticNetCV: alpha and l1_ratio, chosen by cross-validation. See `lasso_cv.py`, of which this is the longer search.

Idea
----
For each l1_ratio a path of its own; of all pairs the one that predicts the rows kept back best.

Maths
-----
As in `lasso_cv.py`; the grid of alphas starts at ``max |X'y| / (n l1_ratio)``, so it differs with l1_ratio.

Cost
----
As many times that of `LassoCV` as there are values of l1_ratio; the products of columns are shared.

References
----------
H. Zou, T. Hastie (2005), "Regularization and variable selection via the elastic net", J. R. Stat. Soc. B 67(2), section
3.5.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..core import check_array
from ..core.rules import array_like, either, real
from ..core.typing import MatrixLike, RandomStateLike, VectorLike
from .lasso_cv import LassoCV


class ElasticNetCV(LassoCV):
    """The elastic net with the alpha and l1_ratio that predict best in cross-validation.

    Parameters
    ----------
    l1_ratio : share of the price that is put on absolute values, or a list of shares to choose from
    eps : the smallest alpha beside the largest, where they are chosen here
    alphas : how many to choose for each l1_ratio, or the alphas themselves
    fit_intercept : False fits planes through the origin
    precompute : whether X'X is worked out at once; "auto": where rows are more than columns
    max_iter : most passes over the columns in play, for each alpha
    tol : the duality gap must be at most ``tol |y|^2 / n``
    cv : a number of folds (None: 5), a splitter, or pairs of row numbers (train, test)
    copy_X : for compatibility; X is never overwritten
    verbose : True shows a progress bar
    n_jobs : threads; None means all CPUs this process may use. The result does not depend on it
    positive : allow no weight below zero
    random_state : seed for ``selection="random"``
    selection : "cyclic", or "random": another order in every pass

    Attributes
    ----------
    alpha_, l1_ratio_ : floats, what was chosen
    mse_path_ : array of shape (l, k, folds), or (k, folds) for a single l1_ratio
    alphas_ : array of shape (l, k), or (k,) for a single l1_ratio or where `alphas` were given
    coef_, intercept_, dual_gap_, n_iter_, n_features_in_, feature_names_in_ : as in `LassoCV`

    References
    ----------
    Zou and Hastie (2005), section 3.5 (choice of both parameters).

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.linear_model import ElasticNetCV
    >>> x = np.arange(20.0)
    >>> model = ElasticNetCV(l1_ratio=[0.5, 1.0], alphas=[1.0, 0.01], cv=4).fit(np.c_[x, x % 3], 2 * x)
    >>> model.alpha_, model.l1_ratio_
    (0.01, 1.0)
    """

    _rules: ClassVar = {"l1_ratio": either(real(0.0, 1.0), array_like), **LassoCV._rules}

    def __init__(
        self,
        *,
        l1_ratio: float | VectorLike = 0.5,
        eps: float = 1e-3,
        alphas: int | VectorLike = 100,
        fit_intercept: bool = True,
        precompute: bool | str | MatrixLike = "auto",
        max_iter: int = 1000,
        tol: float = 1e-4,
        cv: Any = None,
        copy_X: bool = True,
        verbose: bool | int = 0,
        n_jobs: int | None = None,
        positive: bool = False,
        random_state: RandomStateLike = None,
        selection: str = "cyclic",
    ) -> None:
        super().__init__(
            eps=eps,
            alphas=alphas,
            fit_intercept=fit_intercept,
            precompute=precompute,
            max_iter=max_iter,
            tol=tol,
            cv=cv,
            copy_X=copy_X,
            verbose=verbose,
            n_jobs=n_jobs,
            positive=positive,
            random_state=random_state,
            selection=selection,
        )
        self.l1_ratio = l1_ratio

    def _ratios(self) -> list[float]:
        found = check_array(np.atleast_1d(np.asarray(self.l1_ratio)), name="l1_ratio", ensure_2d=False)
        if found.ndim != 1 or (found < 0.0).any() or (found > 1.0).any():
            raise ValueError(
                f"l1_ratio={self.l1_ratio!r} is not accepted; give a number from 0 to 1, or a list of them."
            )
        return [float(ratio) for ratio in found]

    def _keep_ratio(self, l1_ratio: float) -> None:
        self.l1_ratio_ = l1_ratio
