"""FeatureUnion."""

import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sklearn.pipeline as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, PolynomialFeatures
from sklearn.utils.estimator_checks import check_set_output_transform_pandas

from scratchml.core import NotFittedError, clone
from scratchml.pipeline import FeatureUnion, Pipeline, make_union
from scratchml.preprocessing import StandardScaler
from tests.naive.pipeline import union as naive
from tests.pipeline.toys import SpyScaler

LISTS = {
    "one": [("scale", StandardScaler())],
    "two": [("scale", StandardScaler()), ("pca", PCA(2))],
    "passthrough": [("raw", "passthrough"), ("scale", StandardScaler())],
    "drop": [("none", "drop"), ("scale", MinMaxScaler()), ("neither", "drop")],
    "all dropped": [("none", "drop")],
    "supervised": [("best", SelectKBest(k=1)), ("poly", PolynomialFeatures(2))],
}


@pytest.fixture
def problem(rng):
    X = rng.normal(size=(30, 3)) + 2
    return X, (X[:, 0] > 2).astype(int)


# ---- by hand


def test_two_points_stand_beside_their_scaled_selves():
    union = FeatureUnion([("scaled", StandardScaler()), ("raw", "passthrough")], transformer_weights={"scaled": 10})
    np.testing.assert_array_equal([[-10, 1], [10, 3]], union.fit_transform([[1.0], [3.0]]))
    assert union.get_feature_names_out().tolist() == ["scaled__x0", "raw__x0"]


# ---- naive twin


@given(n=st.integers(3, 12), d=st.integers(1, 4), weight=st.floats(-3, 3), seed=st.integers(0, 99))
def test_numbers_are_those_of_the_loop(n, d, weight, seed):
    X = np.random.default_rng(seed).normal(size=(n, d))
    parts = [StandardScaler().fit_transform(X), X, PolynomialFeatures(2).fit_transform(X)]
    expected = naive.join([part.tolist() for part in parts], [weight, 1.0, 2.0])
    named = [("scale", StandardScaler()), ("raw", "passthrough"), ("poly", PolynomialFeatures(2))]
    found = FeatureUnion(named, transformer_weights={"scale": weight, "poly": 2.0}).fit_transform(X)
    np.testing.assert_array_equal(expected, found)


# ---- outside reference


@pytest.mark.parametrize("weights", [None, {"scale": 3.0}])
@pytest.mark.parametrize("name", LISTS)
def test_results_and_names_are_scikit_learns(name, weights, problem):
    X, y = problem
    if weights and "scale" not in dict(LISTS[name]):
        weights = {next(iter(dict(LISTS[name]))): 3.0}
    theirs = reference.FeatureUnion([(n, clone(t, safe=False)) for n, t in LISTS[name]], transformer_weights=weights)
    ours = FeatureUnion(LISTS[name], transformer_weights=weights)
    assert theirs.get_params().keys() == ours.get_params().keys()
    np.testing.assert_array_equal(theirs.fit_transform(X, y), ours.fit_transform(X, y))
    np.testing.assert_array_equal(theirs.fit(X, y).transform(X), clone(ours).fit(X, y).transform(X))
    assert hasattr(theirs, "n_features_in_") == hasattr(ours, "n_features_in_") or name in ("drop", "all dropped")
    if name != "all dropped":
        for names in (None, ["p", "q", "r"]):
            np.testing.assert_array_equal(theirs.get_feature_names_out(names), ours.get_feature_names_out(names))
        assert ours.n_features_in_ == 3
    frame = pd.DataFrame(X, columns=list("abc"))
    theirs.fit(frame, y), ours.fit(frame, y)
    np.testing.assert_array_equal(theirs.transform(frame), ours.transform(frame))
    if name not in ("drop", "all dropped"):
        np.testing.assert_array_equal(theirs.get_feature_names_out(), ours.get_feature_names_out())
        np.testing.assert_array_equal(theirs.feature_names_in_, ours.feature_names_in_)


def test_without_prefixes_names_are_scikit_learns_and_must_differ(problem):
    X, _ = problem
    lists = [("pca", PCA(2)), ("scale", StandardScaler())]
    theirs = reference.FeatureUnion(lists, verbose_feature_names_out=False).fit(X)
    ours = FeatureUnion(lists, verbose_feature_names_out=False).fit(X)
    np.testing.assert_array_equal(theirs.get_feature_names_out(), ours.get_feature_names_out())
    twice = FeatureUnion([("a", StandardScaler()), ("b", MinMaxScaler())], verbose_feature_names_out=False).fit(X)
    with pytest.raises(ValueError, match=r"\['x0', 'x1', 'x2'\] are not unique.*verbose_feature_names_out=True"):
        twice.get_feature_names_out()


def test_a_search_over_its_parts_is_scikit_learns(problem):
    X, y = problem
    grid = {"union__pca__n_components": [1, 2], "union__scale": ["drop", StandardScaler()]}
    results = []
    for Union, Pipe in ((reference.FeatureUnion, reference.Pipeline), (FeatureUnion, Pipeline)):
        union = Union([("scale", StandardScaler()), ("pca", PCA())])
        search = GridSearchCV(Pipe([("union", union), ("model", Ridge())]), grid, cv=3).fit(X, y)
        results.append(search.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(*results)


def test_sparse_pieces_are_written_out_where_scikit_learn_stays_sparse(problem):
    X = np.round(problem[0])
    lists = [("hot", OneHotEncoder()), ("raw", "passthrough")]
    theirs = reference.FeatureUnion(lists).fit_transform(X)
    assert scipy.sparse.issparse(theirs)
    np.testing.assert_array_equal(theirs.toarray(), FeatureUnion(lists).fit_transform(X))


def test_it_may_read_texts_if_its_parts_do():
    texts = ["good good", "bad", "good"]
    lists = [("words", CountVectorizer()), ("letters", CountVectorizer(analyzer="char"))]
    expected = reference.FeatureUnion(lists).fit_transform(texts).toarray()
    np.testing.assert_array_equal(expected, FeatureUnion(lists).fit_transform(texts))


def test_pandas_output_passes_scikit_learns_check():
    for example in (FeatureUnion(LISTS["two"]), FeatureUnion(LISTS["passthrough"])):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the check gives arrays to what was fitted to frames, on purpose
            check_set_output_transform_pandas("FeatureUnion", example)
    frame = pd.DataFrame({"a": [1, 2], "b": ["u", "v"]}, index=[5, 7])
    found = FeatureUnion([("raw", "passthrough"), ("none", "drop")]).set_output(transform="pandas").fit_transform(frame)
    pd.testing.assert_frame_equal(frame.add_prefix("raw__"), found)  # a column of numbers stays one
    nothing = FeatureUnion([("none", "drop")]).set_output(transform="pandas").fit_transform(frame)
    assert nothing.shape == (2, 0)


# ---- laws


@given(order=st.permutations(range(3)))
def test_permuting_the_transformers_permutes_the_columns(order):
    X = np.random.default_rng(1).normal(size=(10, 2))
    lists = [("scale", StandardScaler()), ("raw", "passthrough"), ("least", MinMaxScaler())]
    plain = FeatureUnion(lists).fit_transform(X)
    columns = np.concatenate([[2 * j, 2 * j + 1] for j in order])
    np.testing.assert_array_equal(plain[:, columns], FeatureUnion([lists[j] for j in order]).fit_transform(X))


@pytest.mark.parametrize("n_jobs", [1, 2, 5, -1])
def test_the_number_of_threads_changes_nothing(n_jobs, problem):
    X, y = problem
    expected = FeatureUnion(LISTS["supervised"]).fit_transform(X, y)
    np.testing.assert_array_equal(expected, FeatureUnion(LISTS["supervised"], n_jobs=n_jobs).fit_transform(X, y))


# ---- copies, looks


def test_one_part_alone_gives_new_memory(problem):
    X = np.array(problem[0])
    for part in [StandardScaler(), "passthrough", FunctionTransformer()]:  # the last one hands X on
        found = FeatureUnion([("only", part)]).fit_transform(X)
        assert found.flags.writeable
        assert not np.shares_memory(found, X)


def test_x_handed_on_keeps_its_order_of_memory(problem):
    found = FeatureUnion([("only", "passthrough")]).fit_transform(np.asfortranarray(problem[0]))
    assert found.flags.f_contiguous


def test_fit_fits_copies(problem):
    scaler = StandardScaler()
    union = FeatureUnion([("one", scaler), ("two", scaler)]).fit(problem[0])
    assert not hasattr(scaler, "mean_")
    assert union["one"] is union.named_transformers.one is union.transformer_list_[0][1]
    assert union["one"] is not union["two"]
    assert union.transformer_list == [("one", scaler), ("two", scaler)]
    with pytest.raises(KeyError, match="string"):
        union[0]


def test_fit_parameters_go_to_every_part_and_not_to_passthrough(problem):
    X, _ = problem
    w = np.linspace(0, 1, 30)
    union = make_union(StandardScaler(), StandardScaler(with_std=False), "passthrough").fit(X, sample_weight=w)
    for name in ("standardscaler-1", "standardscaler-2"):
        np.testing.assert_allclose(np.average(X, axis=0, weights=w), union[name].mean_, rtol=1e-12)  # order of the sum


def test_fitted_parts_can_be_put_together(problem):
    X, _ = problem
    union = FeatureUnion([("scale", StandardScaler().fit(X)), ("pca", PCA(1).fit(X))])
    assert union.transform(X).shape == (30, 4)
    with pytest.raises(NotFittedError):
        FeatureUnion([("scale", StandardScaler().fit(X)), ("pca", PCA(1))]).transform(X)
    with pytest.raises(NotFittedError):
        FeatureUnion([("raw", "passthrough")]).transform(X)


def test_verbose_shows_a_bar(problem, capsys):
    FeatureUnion(LISTS["two"], verbose=True).fit(*problem)
    assert "2/2" in capsys.readouterr().err


def test_make_union_names_parts_as_scikit_learn_does():
    parts = [StandardScaler(), PCA(), StandardScaler(), "passthrough"]
    theirs = [name for name, _ in reference.make_union(*parts).transformer_list]
    assert theirs == [
        name for name, _ in make_union(*parts, n_jobs=2, verbose_feature_names_out=False).transformer_list
    ]


# ---- edges and errors


class OneDimension(SpyScaler):
    def transform(self, X):
        return np.asarray(X)[:, 0]


@pytest.mark.parametrize(
    ("lists", "weights", "error", "told"),
    [
        ([], None, ValueError, "empty"),
        ([("a", StandardScaler()), ("a", PCA())], None, ValueError, "not unique"),
        ([("n_jobs", StandardScaler())], None, ValueError, "conflict"),
        ([("a", StandardScaler)], None, TypeError, "class"),
        ([("a", Ridge())], None, TypeError, "'a' is Ridge"),
        ([("a", None)], None, TypeError, "'a' is None"),
        ([("a", "keep")], None, TypeError, "'a' is 'keep'"),
        ([("a", StandardScaler(), [0])], None, TypeError, "each entry"),
        ([("a", StandardScaler())], {"b": 2.0}, ValueError, '"b", but it is not present'),
        ([("a", StandardScaler())], [2.0], TypeError, "transformer_weights"),
        ([("a", OneDimension())], None, ValueError, "'a' transformer should be 2D"),
    ],
)
def test_what_cannot_be_is_refused_in_words(lists, weights, error, told, problem):
    with pytest.raises(error, match=told):
        FeatureUnion(lists, transformer_weights=weights).fit_transform(*problem)


def test_a_part_without_names_is_named(problem):
    union = FeatureUnion([("spy", SpyScaler())]).fit(problem[0])
    with pytest.raises(AttributeError, match=r"Transformer spy \(type SpyScaler\) does not provide"):
        union.get_feature_names_out()


def test_a_part_that_looks_at_other_columns_is_an_error_of_that_part(problem):
    union = FeatureUnion([("abs", FunctionTransformer(np.abs)), ("scale", StandardScaler())]).fit(problem[0])
    with pytest.raises(ValueError, match="StandardScaler is expecting 3 features"):
        union.transform(problem[0][:, :2])
    raw = FeatureUnion([("raw", "passthrough")]).fit(problem[0])
    with pytest.raises(ValueError, match="expecting 3 features"):
        raw.transform(problem[0][:, :2])
