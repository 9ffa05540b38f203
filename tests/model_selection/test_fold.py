"""One fold: cutting rows, fitting, scoring, failing."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils import _safe_indexing

from scratchml.core import FitFailedWarning, clone, listen
from scratchml.core.tags import Tags
from scratchml.model_selection.fold import (
    fill_failed_scores,
    fit_and_score,
    report_failures,
    score_table,
    take_fold,
    take_params,
    take_rows,
    takes_sample_weight,
    with_rows,
)
from tests.model_selection.models import FailsOn, Mean, NearestMean

FIRST, LAST = np.array([0, 1, 2, 3]), np.array([4, 5])
X = np.array([[0.0], [1.0], [9.0], [10.0], [0.5], [9.5]])
Y = np.array([0, 0, 1, 1, 0, 1])


def accuracy(estimator, X, y):
    return estimator.score(X, y)


def squares(estimator, X, y):
    return {"plain": estimator.score(X, y), "square": estimator.score(X, y) ** 2}


class Pairwise(NearestMean):
    """Keeps the shapes it was given."""

    def _tags(self):
        tags = super()._tags()
        tags.pairwise = True
        return tags

    def fit(self, X, y):
        self.fitted_shape_ = X.shape
        return super().fit(X, y)

    def score(self, X, y):
        self.scored_shape_ = X.shape
        return 1.0


# ---- by hand


def test_a_fold_is_fitted_on_train_and_scored_on_test():
    # fitted on rows 0 to 3 only, the mean is 5; the test targets are 4 and 6: SS_res = 1 + 1 = SS_tot, so R2 = 0
    y = np.array([2.0, 8.0, 4.0, 6.0, 4.0, 6.0])
    found = fit_and_score(Mean(), X, y, accuracy, FIRST, LAST, return_train_score=True, return_estimator=True)
    assert found["test_scores"] == {"score": 0.0}
    assert found["train_scores"] == {"score": 0.0}
    assert found["estimator"].mean_ == 5.0
    assert found["n_test_samples"] == 2
    assert found["error"] is None
    assert found["fit_time"] >= 0
    assert found["score_time"] >= 0


def test_scores_of_a_dict_of_scorers_and_of_a_scorer_that_returns_a_dict_have_names():
    assert fit_and_score(NearestMean(), X, Y, {"a": accuracy}, FIRST, LAST)["test_scores"] == {"a": 1.0}
    assert fit_and_score(NearestMean(), X, Y, squares, FIRST, LAST)["test_scores"] == {"plain": 1.0, "square": 1.0}


def test_parameters_are_set_on_a_clone():
    model, inner = NearestMean(), [1, 2]
    found = fit_and_score(model, X, Y, accuracy, FIRST, LAST, params={"shift": 100.0}, return_estimator=True)
    assert found["estimator"].shift == 100.0
    assert model.shift == 0.0
    assert not hasattr(model, "means_")
    assert inner == [1, 2]


def test_weights_are_cut_with_the_rows():
    weight = np.array([1.0, 3.0, 1.0, 1.0, 99.0, 99.0])
    found = fit_and_score(
        NearestMean(), X, Y, accuracy, FIRST, LAST, fit_params={"sample_weight": weight}, return_estimator=True
    )
    assert found["estimator"].means_[0, 0] == 0.75


def test_a_pairwise_matrix_is_cut_by_rows_and_columns():
    square = np.abs(X - X.T)
    found = fit_and_score(Pairwise(), square, Y, accuracy, FIRST, LAST, return_estimator=True)
    assert found["estimator"].fitted_shape_ == (4, 4)
    assert found["estimator"].scored_shape_ == (2, 4)
    np.testing.assert_array_equal(square[4:, :4], take_fold(Pairwise(), square, Y, LAST, FIRST)[0])


def test_with_rows_makes_an_array_of_what_only_promises_one():
    class Promise:
        def __array__(self, dtype=None, copy=None):
            return np.arange(3)

    np.testing.assert_array_equal(np.arange(3), with_rows(Promise()))
    for kept in (X, [1, 2], "text", None, pd.DataFrame(X)):
        assert with_rows(kept) is kept


# ---- outside reference


@pytest.mark.parametrize(
    "data",
    [
        np.arange(12).reshape(6, 2),
        np.arange(6),
        np.asfortranarray(np.arange(12.0).reshape(6, 2)),
        list("abcdef"),
        [[i, -i] for i in range(6)],
        pd.DataFrame({"a": range(6), "b": list("uvwxyz")}, index=list("fedcba")),
        pd.Series(range(6), index=[5, 4, 3, 2, 1, 0]),
    ],
    ids=["matrix", "vector", "fortran", "list", "list of lists", "frame", "series"],
)
@pytest.mark.parametrize("rows", [[0, 3], [5, 1, 1], [], [True, False, False, True, False, True]])
def test_rows_are_those_scikit_learn_takes(data, rows):
    rows = np.array(rows, dtype=bool if rows and isinstance(rows[0], bool) else int)
    expected, found = _safe_indexing(data, rows), take_rows(data, rows)
    assert type(expected) is type(found)
    np.testing.assert_array_equal(np.asarray(expected), np.asarray(found))
    if hasattr(expected, "index") and not isinstance(expected, list):
        assert list(expected.index) == list(found.index)


@pytest.mark.parametrize("kind", [scipy.sparse.csr_matrix, scipy.sparse.coo_matrix, scipy.sparse.csc_array])
def test_rows_of_sparse_matrices_are_taken(kind):
    dense = np.eye(4)
    np.testing.assert_array_equal(dense[[2, 0]], take_rows(kind(dense), [2, 0]).toarray())


# ---- laws


@given(rows=st.lists(st.integers(0, 5), max_size=8))
def test_list_array_and_frame_agree(rows):
    found = [take_rows(kind, np.array(rows, dtype=int)) for kind in (X.tolist(), X, pd.DataFrame(X))]
    for one in found[1:]:
        np.testing.assert_array_equal(np.asarray(found[0]).reshape(-1, 1), np.asarray(one))


def test_listeners_of_a_search_do_not_hear_the_fits_of_its_folds():
    heard = []
    with listen(heard.append):
        fit_and_score(NearestMean(), X, Y, accuracy, FIRST, LAST)
        assert heard == []
        NearestMean().fit(X, Y)
        assert heard == ["step"]


# ---- edges and errors


def test_parameters_without_one_value_per_row_are_passed_whole():
    given_ = {"a": None, "b": "abcdef", "c": 3, "d": [1, 2], "e": {"k": 1}, "f": list(range(6)), "g": np.array(3)}
    found = take_params(X, given_, LAST)
    assert found["f"] == [4, 5]
    for name in "abcdeg":
        assert found[name] is given_[name]
    assert take_params(X, given_, None) == given_
    assert take_params(X, None, LAST) == {}


def test_a_failed_fit_gives_the_error_score_and_keeps_the_traceback():
    how = {"error_score": -7.0, "return_train_score": True, "return_estimator": True}
    found = fit_and_score(FailsOn(poison=9.0), X, Y, {"a": accuracy, "b": accuracy}, FIRST, LAST, **how)
    assert found["test_scores"] == found["train_scores"] == {"a": -7.0, "b": -7.0}
    assert "the poison was found" in found["error"]
    assert found["estimator"] is None
    assert found["score_time"] == 0.0
    assert found["n_test_samples"] == 2


def test_error_score_raise_lets_the_error_out():
    with pytest.raises(RuntimeError, match="poison"):
        fit_and_score(FailsOn(poison=9.0), X, Y, accuracy, FIRST, LAST, error_score="raise")


def test_a_failed_scoring_gives_the_error_score_with_a_warning():
    def broken(estimator, X, y):
        raise RuntimeError("no score today")

    with pytest.warns(UserWarning, match=r"(?s)Scoring failed.*no score today"):
        found = fit_and_score(NearestMean(), X, Y, {"a": accuracy, "b": broken}, FIRST, LAST, error_score=-1.0)
    assert found["test_scores"] == {"a": 1.0, "b": -1.0}
    assert found["error"] is None
    with pytest.raises(RuntimeError, match="no score today"):
        fit_and_score(NearestMean(), X, Y, broken, FIRST, LAST, error_score="raise")


@pytest.mark.parametrize("value", [None, "high", np.ones(2), [1.0]])
def test_a_score_that_is_no_number_is_named(value):
    with pytest.raises(ValueError, match="scoring must return a number"):
        fit_and_score(NearestMean(), X, Y, lambda estimator, X, y: value, FIRST, LAST)


def test_a_score_in_an_array_of_one_is_unpacked():
    found = fit_and_score(NearestMean(), X, Y, lambda estimator, X, y: np.array([0.5]), FIRST, LAST)
    assert type(found["test_scores"]["score"]) is float


@pytest.mark.parametrize("error_score", ["ignore", None, True, [0]])
def test_a_wrong_error_score_is_named(error_score):
    with pytest.raises(ValueError, match="error_score"):
        fit_and_score(NearestMean(), X, Y, accuracy, FIRST, LAST, error_score=error_score)


def test_an_unknown_parameter_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'size'.*\['shift'\]"):
        fit_and_score(NearestMean(), X, Y, accuracy, FIRST, LAST, params={"size": 1})


def test_a_pairwise_matrix_that_is_not_square_is_named():
    with pytest.raises(ValueError, match="square"):
        fit_and_score(Pairwise(), X, Y, accuracy, FIRST, LAST)
    with pytest.raises(ValueError, match="array"):
        fit_and_score(Pairwise(), X.tolist(), Y, accuracy, FIRST, LAST)


def test_failures_are_told_with_counts_and_all_of_them_is_an_error():
    good, bad = {"error": None}, {"error": "Traceback: boom"}
    report_failures([good, good], np.nan)
    with pytest.warns(FitFailedWarning, match=r"(?s)2 fits failed out of a total of 3.*2 fits failed with:.*boom"):
        report_failures([good, bad, bad], np.nan)
    with pytest.raises(ValueError, match=r"(?s)All the 2 fits failed.*boom"):
        report_failures([bad, bad], np.nan)


def test_failed_folds_get_the_names_of_those_that_went_well():
    results = [
        {"error": "boom", "test_scores": {"score": -1.0}, "train_scores": {"score": -1.0}},
        {"error": None, "test_scores": {"a": 1.0, "b": 2.0}, "train_scores": {"a": 1.0, "b": 2.0}},
    ]
    fill_failed_scores(results, -1.0)
    assert results[0]["test_scores"] == results[0]["train_scores"] == {"a": -1.0, "b": -1.0}
    np.testing.assert_array_equal([-1.0, 2.0], score_table(results, "test_scores")["b"])


def test_sample_weight_goes_only_to_scorers_that_take_it():
    def weighted(estimator, X, y, sample_weight=None):
        return sample_weight.sum()

    assert takes_sample_weight(weighted)
    assert not takes_sample_weight(accuracy)
    weight = np.arange(6.0)
    found = fit_and_score(
        NearestMean(), X, Y, {"a": accuracy, "w": weighted}, FIRST, LAST, score_params={"sample_weight": weight}
    )
    assert found["test_scores"] == {"a": 1.0, "w": 9.0}


def test_a_clusterer_is_fitted_without_targets():
    class Widths(NearestMean):
        def fit(self, X):
            self.width_ = np.ptp(X)
            return self

        def _tags(self):
            return Tags()

    found = fit_and_score(
        clone(Widths()), X, None, lambda estimator, X: estimator.width_, FIRST, LAST, return_train_score=True
    )
    assert found["test_scores"] == found["train_scores"] == {"score": 10.0}
