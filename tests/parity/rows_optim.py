"""How far the methods of `optim` are from the references'."""

import numpy as np
from scipy import optimize, special
from scipy.sparse.linalg import cg
from sklearn._loss import HalfBinomialLoss, HalfMultinomialLoss, HuberLoss
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import ElasticNet, LogisticRegression, SGDClassifier

from scratchml.core import record
from scratchml.optim import (
    Penalty,
    conjugate_gradient,
    coordinate_descent,
    lbfgs,
    loss_named,
    minimize,
    newton,
    nonlinear_conjugate_gradient,
    saga_linear,
    sigmoid,
    softmax,
    stochastic_gradient,
)
from scratchml.optim.multinomial import add_cross_entropies
from tests.naive.optim import losses as exact
from tests.optim.surfaces import logistic, logistic_hessian
from tests.parity.ledger import Row

STOPS = "the two stop at different points near the same minimum"
ROUNDS = "formulas round differently"


def relative(found, expected):
    """Return the largest difference beside the largest of what is expected."""
    return float(np.max(np.abs(np.asarray(found) - expected)) / np.max(np.abs(expected)))


def minimum_rows() -> list[Row]:
    """Measure where methods end on the breast cancer data: log loss, l2 = 1."""
    X, labels = load_breast_cancer(return_X_y=True)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), 2.0 * labels - 1
    f, hessian, start = logistic(X, y, 1.0), logistic_hessian(X, y, 1.0), np.zeros(X.shape[1])
    exact_end = optimize.minimize(f, start, jac=True, hess=hessian, method="trust-exact", options={"gtol": 1e-11}).x
    their_lbfgs = optimize.minimize(f, start, jac=True, method="L-BFGS-B", options={"gtol": 1e-9, "ftol": 0.0})
    as_few = optimize.minimize(f, start, jac=True, method="L-BFGS-B", options={"gtol": 1e-6, "ftol": 0.0})
    their_cg = optimize.minimize(f, start, jac=True, method="CG", options={"gtol": 1e-6})
    found = minimize(lbfgs(f, start, tol=1e-9))
    what = "weights at the minimum: logistic loss, breast cancer"
    theirs = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-12, max_iter=10**4).fit(X, labels)
    strength = 1.0 / len(X)
    steps = saga_linear(
        X, y, loss_named("log_loss"), fit_intercept=False, penalty=Penalty(l2=strength), max_iter=3000, tol=1e-8,
        random_state=0,
    )  # fmt: skip
    return [
        Row(
            "newton",
            "SciPy trust-exact",
            what,
            relative(minimize(newton(f, start, hessian, tol=1e-10)).w, exact_end),
            1e-9,
        ),
        Row("lbfgs", "SciPy trust-exact", what, relative(found.w, exact_end), 1e-8, STOPS),
        Row(
            "lbfgs",
            "SciPy L-BFGS-B",
            what,
            relative(found.w, their_lbfgs.x),
            2e-7,
            "SciPy's stops where rounding hides the fall of the loss, before its gradient is within the 1e-9 asked for",
        ),
        Row(
            "lbfgs",
            "SciPy L-BFGS-B",
            "evaluations beside theirs, gradient tolerance 1e-6",
            minimize(lbfgs(f, start, tol=1e-6)).n_evaluations / as_few.nfev,
            1.3,
            "another line search",
        ),
        Row(
            "nonlinear_conjugate_gradient",
            "SciPy CG",
            what,
            relative(minimize(nonlinear_conjugate_gradient(f, start, tol=1e-6)).w, their_cg.x),
            1e-5,
            STOPS,
        ),
        Row(
            "saga_linear",
            "scikit-learn LogisticRegression",
            what,
            relative(minimize(steps).w, theirs.coef_),
            1e-4,
            STOPS,
        ),
    ]


def step_rows() -> list[Row]:
    """Measure single steps of methods that take the same ones as the reference."""
    X, y = load_diabetes(return_X_y=True)
    A, b, theirs = X.T @ X, X.T @ y, []
    cg(A, b, rtol=1e-12, maxiter=5, callback=lambda w: theirs.append(w.copy()))
    path = record(conjugate_gradient(lambda v: A @ v, b, max_iter=5))
    apart = max(relative(s.w, w) for s, w in zip(path[1:], theirs))
    alpha, n = 0.5, len(y)
    net = ElasticNet(alpha=alpha, l1_ratio=0.9, fit_intercept=False, tol=1e-14, max_iter=10**5).fit(X, y)
    penalty = Penalty(alpha * 0.9, alpha * (1 - 0.9))
    ours = minimize(coordinate_descent(A / n, b / n, penalty=penalty, tol=1e-12)).w
    cancer, labels = load_breast_cancer(return_X_y=True)
    cancer, labels = (cancer - cancer.mean(axis=0)) / cancer.std(axis=0), 2.0 * labels - 1
    loss, draws = loss_named("hinge"), np.random.RandomState(0)
    sgd = SGDClassifier(
        loss="hinge", penalty=None, shuffle=False, fit_intercept=False, eta0=0.01, learning_rate="constant"
    )
    for _ in range(3):
        order = draws.permutation(len(labels))
        sgd.partial_fit(cancer[order], labels[order], classes=[-1.0, 1.0])

    def mean_over(rows, w):
        z = cancer[rows] @ w
        slopes = loss.slopes(z, labels[rows])
        return float(loss.values(z, labels[rows]).mean()), cancer[rows].T @ slopes / len(rows)

    how = {"step_size": 0.01, "schedule": "constant", "max_iter": 3, "random_state": 0, "tol": 0.0}
    epochs = minimize(stochastic_gradient(mean_over, np.zeros(cancer.shape[1]), len(labels), **how))
    return [
        Row(
            "conjugate_gradient", "SciPy cg", "weights after each of 5 steps: diabetes", apart, 1e-10, "rounding grows"
        ),
        Row(
            "coordinate_descent",
            "scikit-learn ElasticNet",
            "weights at the minimum: diabetes",
            relative(ours, net.coef_),
            1e-6,
            STOPS,
        ),
        Row(
            "stochastic_gradient",
            "scikit-learn SGDClassifier",
            "weights after 3 epochs in the same order: hinge, breast cancer",
            relative(epochs.w, sgd.coef_[0]),
            1e-11,
            "scikit-learn keeps the weights as a number times a vector",
        ),
    ]


def loss_rows() -> list[Row]:
    """Measure losses, their slopes and the functions in them, one by one."""
    z = np.concatenate([np.linspace(-40.0, 40.0, 2001), [-700.0, 700.0]])
    y = np.where(np.arange(len(z)) % 2, 1.0, -1.0)
    two, huber = loss_named("log_loss"), loss_named("huber")
    digits = np.array([exact.value("log_loss", 0.0, a, b) for a, b in zip(z, y)])
    Z, labels = z[:2000].reshape(-1, 4), np.arange(500) % 4
    slope = np.empty_like(Z)
    add_cross_entropies(Z, labels, np.empty(0), slope)
    _, theirs = HalfMultinomialLoss(n_classes=4).loss_gradient(labels.astype(np.float64), np.ascontiguousarray(Z))
    apart = np.max(np.abs(two.values(z, y) / digits - 1))
    return [
        Row(
            "log_loss", "60-digit numbers", "each loss, relative, logits from -700 to 700", float(apart), 1e-15, ROUNDS
        ),
        Row(
            "log_loss",
            "scikit-learn HalfBinomialLoss",
            "losses",
            relative(two.values(z, y), HalfBinomialLoss().loss((y + 1) / 2, z)),
            1e-15,
        ),
        Row(
            "huber",
            "scikit-learn HuberLoss",
            "losses",
            relative(huber.values(z, y), HuberLoss(delta=1.35).loss(y, z)),
            1e-15,
        ),
        Row(
            "multinomial",
            "scikit-learn HalfMultinomialLoss",
            "slopes, four classes",
            relative(slope, theirs),
            1e-15,
            ROUNDS,
        ),
        Row("sigmoid", "SciPy expit", "logits from -700 to 700", relative(sigmoid(z), special.expit(z)), 1e-15, ROUNDS),
        Row(
            "softmax",
            "SciPy softmax",
            "shares, four classes",
            relative(softmax(Z), special.softmax(Z, axis=1)),
            1e-15,
            ROUNDS,
        ),
    ]


def rows() -> list[Row]:
    """Measure the rows of this room."""
    return [*minimum_rows(), *step_rows(), *loss_rows()]
