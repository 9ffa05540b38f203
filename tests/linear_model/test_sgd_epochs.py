"""Several epochs in one call: against one after the other, bit by bit; edges."""

import numpy as np
import pytest

from scratchml.linear_model import Perceptron, SGDClassifier, SGDRegressor, sgd_descent


def problem(rng, n, d, k):
    X = rng.normal(size=(n, d))
    return X, (X @ rng.normal(size=(d, k))).argmax(axis=1) if k > 1 else X @ rng.normal(size=d) + rng.normal(size=n)


def one_by_one(monkeypatch, model, X, y):
    with monkeypatch.context() as patch:
        patch.setattr(sgd_descent, "AT_ONCE", 0)
        return type(model)(**model.get_params()).fit(X, y)


@pytest.mark.parametrize(
    "model",
    [
        SGDClassifier(random_state=0),
        SGDClassifier(random_state=0, shuffle=False, tol=None, max_iter=7),
        SGDClassifier(random_state=1, penalty="elasticnet", average=3),
        SGDClassifier(random_state=2, loss="log_loss", learning_rate="adaptive", eta0=0.1),  # judged in Python
        SGDClassifier(random_state=2, early_stopping=True),  # so is this
        SGDRegressor(random_state=0),
        SGDRegressor(random_state=3, learning_rate="constant", eta0=0.01, penalty=None, loss="huber"),
        SGDRegressor(random_state=4, n_iter_no_change=1, tol=0.1),
        Perceptron(random_state=0, n_iter_no_change=2),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_bits_are_those_of_one_epoch_after_the_other(rng, monkeypatch, model):
    X, y = problem(rng, 70, 6, 1 if isinstance(model, SGDRegressor) else 4)
    expected, found = one_by_one(monkeypatch, model, X, y), model.fit(X, y)
    for name in ("coef_", "intercept_", "n_iter_", "t_"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def test_calls_that_take_part_of_the_epochs_add_up(rng, monkeypatch):
    X, y = problem(rng, 50, 4, 3)
    expected = SGDClassifier(random_state=0, tol=None, max_iter=11).fit(X, y)
    monkeypatch.setattr(sgd_descent, "AT_ONCE", 3 * X.size)  # three epochs, and two in the end
    found = SGDClassifier(random_state=0, tol=None, max_iter=11).fit(X, y)
    np.testing.assert_array_equal(found.coef_, expected.coef_)
    assert found.n_iter_ == 11


def test_the_epoch_of_an_overflow_is_told(rng, monkeypatch):
    X, y = problem(rng, 30, 3, 1)
    X, model = 1e150 * X, SGDRegressor(learning_rate="constant", random_state=0)
    with pytest.raises(ValueError, match="epoch #") as expected:
        one_by_one(monkeypatch, model, X, y)
    with pytest.raises(ValueError, match="epoch #") as found:
        model.fit(X, y)
    assert str(found.value) == str(expected.value)


@pytest.mark.parametrize("early_stopping", [False, True])  # several epochs in a call, and one
def test_kernels_return_plain_tuples(rng, monkeypatch, early_stopping):
    # a named one is made by a call of Python, where Ctrl-C raises, and Numba crashes: measured, a segmentation fault
    kinds = set()

    def spy(kernel):
        def call(*given):
            found = kernel(*given)
            kinds.update(type(part) for part in (found, *found) if isinstance(part, tuple))
            return found

        return call

    for name in ("run_epoch", "run_epochs"):
        monkeypatch.setattr(sgd_descent, name, spy(getattr(sgd_descent, name)))
    SGDClassifier(random_state=0, early_stopping=early_stopping).fit(*problem(rng, 50, 4, 3))
    assert kinds == {tuple}


@pytest.mark.parametrize("loss", ["hinge", "log_loss"])
def test_rows_of_a_class_are_let_go_when_its_epochs_are_over(rng, monkeypatch, loss):
    # of several classes on one thread, one has all its rows' numbers of eight bytes at a time
    X, y = problem(rng, 400, 3, 6)
    held, lengths = {}, []

    class Watched(sgd_descent.Descent):
        def run_on(self, max_iter):
            super().run_on(max_iter)
            held[id(self)] = self
            lengths.append(sum(len(each.order) for each in held.values()))
            assert self.y.dtype == np.float64

    expected = SGDClassifier(loss, random_state=0, n_jobs=1).fit(X, y)
    monkeypatch.setattr("scratchml.linear_model.sgd_classifier.Descent", Watched)
    found = SGDClassifier(loss, random_state=0, n_jobs=1).fit(X, y)
    assert lengths == [400] * len(expected.classes_)
    assert all(len(each.y) == len(each.order) == 0 for each in held.values())
    np.testing.assert_array_equal(found.coef_, expected.coef_)
