"""The estimator base: parameters, clone, names of columns, reprs, mixins, tags and the bridge."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import sklearn.base
import sklearn.exceptions
import sklearn.linear_model
import sklearn.utils

from scratchml.core import (
    BaseEstimator,
    ClassifierMixin,
    NotFittedError,
    RegressorMixin,
    TransformerMixin,
    both,
    class_weights,
    clone,
    get_tags,
    input_feature_names,
    is_classifier,
    is_regressor,
)
from scratchml.core.rules import anything, integer


class Inner(RegressorMixin, BaseEstimator):
    _rules = {"k": integer(1)}  # noqa: RUF012

    def __init__(self, k=1, *, word="a"):
        self.k = k
        self.word = word

    def fit(self, X, y):
        self._check_params()
        X, y = self._check_X_y(X, y)
        self.mean_ = y.mean()
        return self

    def predict(self, X):
        return np.full(len(self._check_X(X)), self.mean_)


class Outer(BaseEstimator):
    _rules = {"inner": anything}  # noqa: RUF012

    def __init__(self, inner=None):
        self.inner = inner


def test_nested_parameters_have_joined_names():
    outer = Outer(Inner(3))
    assert outer.get_params() == {"inner": outer.inner, "inner__k": 3, "inner__word": "a"}
    assert outer.get_params(deep=False) == {"inner": outer.inner}
    assert outer.set_params(inner__k=5, inner__word="b").inner.k == 5


def test_a_new_inner_estimator_and_its_parameter_may_be_set_together():
    outer = Outer(Inner()).set_params(inner__k=9, inner=Inner(word="new"))
    assert (outer.inner.k, outer.inner.word) == (9, "new")


def test_an_unknown_parameter_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"Invalid parameter 'kk' for estimator Inner\(\).*\['k', 'word'\]"):
        Inner().set_params(kk=1)


def test_a_constructor_with_star_arguments_is_refused():
    class Star(BaseEstimator):
        def __init__(self, *args):
            pass

    with pytest.raises(RuntimeError, match=r"may not take \*args"):
        Star().get_params()


def test_clone_is_unfitted_deep_and_leaves_the_original_alone():
    outer = Outer(Inner(4).fit([[1.0], [2.0]], [1, 2]))
    copy = clone(outer)
    assert copy.inner is not outer.inner
    assert copy.inner.k == 4
    assert not hasattr(copy.inner, "mean_")
    assert [type(item) for item in clone([Inner(), Inner()])] == [Inner, Inner]


def test_clone_makes_new_estimators_inside_dicts_too():
    inner = Inner(k=4)
    inner.fitted_ = True
    for found in (clone({"a": inner}), clone({"a": [inner]}, safe=False)):
        copy = found["a"][0] if isinstance(found["a"], list) else found["a"]
        assert copy.k == 4
        assert not hasattr(copy, "fitted_")


def test_setting_a_parameter_of_what_is_no_estimator_says_so():
    with pytest.raises(ValueError, match=r"Invalid parameter k__x .* k=7 is no estimator .* set k itself"):
        Inner(k=7).set_params(k__x=1)


def test_clone_takes_scikit_learns_estimators_and_its_clone_takes_ours():
    assert clone(sklearn.linear_model.Ridge(alpha=3)).alpha == 3
    assert sklearn.base.clone(Inner(k=3)).k == 3


@pytest.mark.parametrize(("thing", "words"), [(Inner, "give an instance"), (3, "no get_params")])
def test_clone_refuses_what_is_no_estimator(thing, words):
    with pytest.raises(TypeError, match=words):
        clone(thing)


def test_clone_finds_a_constructor_that_changes_its_arguments():
    class Changes(BaseEstimator):
        def __init__(self, k=1.0):
            self.k = np.float64(k + 1)

    with pytest.raises(RuntimeError, match="changes or drops parameter 'k'"):
        clone(Changes())


def test_the_repr_shows_what_was_changed_and_can_be_evaluated():
    assert repr(Outer(Inner(2, word="b"))) == "Outer(inner=Inner(k=2, word='b'))"
    assert repr(Inner()) == "Inner()"
    assert eval(repr(Inner(2))).k == 2
    assert "array of shape (50,)" in repr(Outer(np.zeros(50)))


def test_the_notebook_form_escapes_what_it_shows_and_lists_what_was_learned():
    page = Inner(word="<script>").fit([[1.0], [2.0]], [1, 2])._repr_html_()
    assert "<script>" not in page
    assert "mean_" in page
    assert "(fitted)" in page
    assert "(not fitted)" in Outer(Inner())._repr_html_()


def test_columns_are_remembered_and_compared():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]})
    model = Inner().fit(frame, [1, 2])
    assert model.feature_names_in_.tolist() == ["a", "b"]
    assert model.n_features_in_ == 2
    with pytest.raises(ValueError, match="must be in the same order"):
        model.predict(frame[["b", "a"]])
    with pytest.raises(ValueError, match=r"unseen at fit time:\n- c\n.*now missing:\n- b"):
        model.predict(frame.rename(columns={"b": "c"}))
    with pytest.warns(UserWarning, match="X does not have valid feature names, but Inner was fitted with"):
        model.predict(frame.to_numpy())
    model.fit(frame.to_numpy(), [1, 2])
    assert not hasattr(model, "feature_names_in_")
    with pytest.raises(ValueError, match="X has 1 features, but Inner is expecting 2 features"):
        model.predict([[1.0]])
    with pytest.warns(UserWarning, match="X has feature names, but Inner was fitted without"):
        model.predict(frame)


def test_input_feature_names():
    model = Inner().fit(np.ones((2, 3)), [1, 2])
    assert input_feature_names(model).tolist() == ["x0", "x1", "x2"]
    assert input_feature_names(model, ["a", "b", "c"]).tolist() == ["a", "b", "c"]
    with pytest.raises(ValueError, match="should have length equal"):
        input_feature_names(model, ["a"])


@pytest.mark.parametrize("weight", [None, [1, 2, 3, 4]])
def test_scores_are_the_references(weight):
    y = np.array([1.0, 2.0, 3.0, 5.0])
    predicted = np.array([1.1, 1.9, 3.2, 4.0])

    class Fixed(RegressorMixin, BaseEstimator):
        def predict(self, X):
            return predicted

    class Classes(ClassifierMixin, BaseEstimator):
        def predict(self, X):
            return predicted.round()

    expected = sklearn.metrics.r2_score(y, predicted, sample_weight=weight)
    assert Fixed().score(y, y, weight) == pytest.approx(expected, rel=1e-14)  # a few rounded sums
    expected = sklearn.metrics.accuracy_score(y, predicted.round(), sample_weight=weight)
    assert Classes().score(y, y, weight) == pytest.approx(expected, rel=1e-15)  # one rounded division


def test_r2_of_a_constant_and_of_one_row():
    class Fixed(RegressorMixin, BaseEstimator):
        def predict(self, X):
            return np.full(len(X), 2.0)

    assert Fixed().score([[0], [0]], [2, 2]) == 1.0
    assert Fixed().score([[0], [0]], [3, 3]) == 0.0
    with pytest.warns(UserWarning, match="fewer than two"):
        assert np.isnan(Fixed().score([[0]], [2]))


def test_tags_travel_both_ways():
    class Both(ClassifierMixin, TransformerMixin, BaseEstimator):
        def _tags(self):
            tags = super()._tags()
            tags.allow_nan, tags.multi_label, tags.positive_only = True, True, True
            return tags

    theirs = sklearn.utils.get_tags(Both())
    assert theirs.estimator_type == "classifier"
    assert theirs.target_tags.required
    assert theirs.input_tags.allow_nan
    assert theirs.classifier_tags.multi_label
    assert theirs.transformer_tags.preserves_dtype == ["float64"]
    from scratchml.core.sklearn_bridge import from_sklearn_tags

    assert from_sklearn_tags(theirs) == Both()._tags()


def test_scikit_learns_estimators_are_read_by_their_tags():
    assert is_classifier(sklearn.linear_model.LogisticRegression())
    assert is_regressor(sklearn.linear_model.Ridge())
    assert get_tags(sklearn.linear_model.Ridge()).multi_output
    assert not is_classifier(object())


def test_errors_are_also_scikit_learns_where_it_is_loaded():
    assert issubclass(both(NotFittedError), sklearn.exceptions.NotFittedError)
    assert issubclass(both(NotFittedError), NotFittedError)
    assert both(NotFittedError) is both(NotFittedError)


def test_errors_are_ours_alone_where_scikit_learn_is_not_loaded():
    code = (
        "from scratchml.core import BaseEstimator, NotFittedError, check_is_fitted\n"
        "try: check_is_fitted(BaseEstimator())\n"
        "except NotFittedError as error: print(type(error) is NotFittedError)\n"
        "import sys; print('sklearn' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["True", "False"]


def test_class_weights_balanced_equals_the_reference():
    y = np.array([0, 0, 0, 1, 2, 2])
    expected = sklearn.utils.compute_class_weight("balanced", classes=np.arange(3), y=y)
    np.testing.assert_allclose(class_weights("balanced", np.arange(3), y), expected, rtol=1e-15)  # one division
    assert class_weights({1: 5.0}, np.arange(3), y).tolist() == [1, 5, 1]
    assert class_weights(None, np.arange(3), y).tolist() == [1, 1, 1]
    for bad in ("even", {0: -1.0}, {0: float("nan")}):
        with pytest.raises(ValueError, match="class_weight"):
            class_weights(bad, np.arange(3), y)
