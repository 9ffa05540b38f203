"""linear_model: predictions that are weighted sums of the columns.

| estimators | files, in the order to read them |
| --- | --- |
| `LinearRegression` | `linear_regression.py`, `problem.py` (means and products), `rows_as_they_stand.py` (the same without a copy), `factorisations.py`, `few_rows.py` (fewer rows than columns), `refinement.py` (the last digits), `compensated.py`, `certificate.py`, `nonnegative.py`, `gradient_fit.py`, `stochastic_fit.py`, `recursive.py` (rows that come later) |
| `Ridge`, `RidgeCV`, their classifiers | `ridge.py`, `ridge_factors.py`, `ridge_conjugate.py`, `ridge_cv.py`, `leave_one_out.py`, `ridge_classifier.py` |
| `Lasso`, `ElasticNet`, their paths and CV | `coordinate_passes.py` (the kernels), `lasso.py` (the loop), `columns.py`, `active_columns.py`, `few_signs.py` (few weights, their signs known), `dense_rounds.py` (many weights), `mixed_steps.py` (columns not alike), `no_price.py` (alpha = 0), `lasso_certificate.py`, `elastic_net.py`, `lasso_path.py`, `lasso_folds.py`, `lasso_cv.py`, `elastic_net_cv.py` |
| `LogisticRegression`, its CV | `logistic_problem.py` (loss and gradient), `logistic_solvers.py`, `logistic_coordinates.py` (in which it is about round), `proximal_newton.py` (l1), `logistic_options.py`, `logistic_regression.py`, `logistic_path.py`, `logistic_regression_cv.py` |
| `SGDClassifier`, `SGDRegressor`, `Perceptron` | `sgd_epoch.py` (the kernels), `sgd_epochs.py` (several at once), `sgd_schedule.py`, `sgd_descent.py` (the loop), `sgd_estimator.py`, one file for each estimator |
| all, once they are fitted | `prediction.py`, and of classes `linear_classifier.py` |
"""  # noqa: E501

from .elastic_net import ElasticNet, Lasso
from .elastic_net_cv import ElasticNetCV
from .lasso_cv import LassoCV
from .lasso_path import enet_path, lasso_path
from .linear_regression import LinearRegression
from .logistic_regression import LogisticRegression
from .logistic_regression_cv import LogisticRegressionCV
from .perceptron import Perceptron
from .ridge import Ridge
from .ridge_classifier import RidgeClassifier, RidgeClassifierCV
from .ridge_cv import RidgeCV
from .sgd_classifier import SGDClassifier
from .sgd_regressor import SGDRegressor

__all__ = [
    "ElasticNet",
    "ElasticNetCV",
    "Lasso",
    "LassoCV",
    "LinearRegression",
    "LogisticRegression",
    "LogisticRegressionCV",
    "Perceptron",
    "Ridge",
    "RidgeCV",
    "RidgeClassifier",
    "RidgeClassifierCV",
    "SGDClassifier",
    "SGDRegressor",
    "enet_path",
    "lasso_path",
]


def _warmup() -> None:
    """Compile the kernels that the examples of the room's estimators do not reach: for ``scratchml warmup``."""
    from .elastic_net import warm_up_lasso

    warm_up_lasso()
    X, y = [[float(i)] for i in range(20)], [0, 1] * 10
    Perceptron(early_stopping=True, max_iter=2, tol=None).fit(X, y)  # epoch by epoch, as where there are many rows
