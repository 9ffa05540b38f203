"""ColumnTransformer."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.compose as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline as reference_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, TargetEncoder
from sklearn.utils.estimator_checks import check_set_output_transform_pandas

from scratchml.compose import ColumnTransformer, make_column_selector, make_column_transformer
from scratchml.core import NotFittedError, clone, get_tags
from scratchml.pipeline import make_pipeline
from scratchml.preprocessing import StandardScaler
from tests.naive.compose import column_transformer as naive
from tests.pipeline.toys import SpyScaler


@pytest.fixture
def people(rng):
    """Return a data frame of 40 people: numbers, a category, text, missing ages."""
    n = 40
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, size=n).astype(float),
            "income": rng.lognormal(10, 1, size=n),
            "town": rng.choice(["Ulm", "Bonn", "Kiel"], size=n),
            "remark": rng.choice(["late payer", "good", "good client"], size=n),
            "children": rng.integers(0, 4, size=n),
        }
    )
    frame.loc[::7, "age"] = np.nan
    return frame


@pytest.fixture
def bought(people):
    return (people["income"] > people["income"].median()).astype(int).to_numpy()


def same_transformers(theirs, ours):
    """Assert that names and columns of transformers_ agree; scikit-learn puts a FunctionTransformer for passthrough."""
    assert len(theirs) == len(ours)
    for (name, part, columns), (our_name, our_part, our_columns) in zip(theirs, ours):
        assert name == our_name
        assert str(columns) == str(our_columns)
        assert type(part).__name__.replace("FunctionTransformer", "Passthrough") == type(our_part).__name__
        assert not isinstance(part, str) or part == our_part


# ---- by hand


def test_one_column_is_scaled_and_one_is_kept():
    X = [[0.0, 7.0, 1.0], [2.0, 8.0, 1.0]]
    columns = ColumnTransformer([("scale", StandardScaler(), [0]), ("keep", "passthrough", [1])])
    np.testing.assert_array_equal([[-1, 7], [1, 8]], columns.fit_transform(X))
    assert columns.get_feature_names_out().tolist() == ["scale__x0", "keep__x1"]
    assert columns.output_indices_ == {"scale": slice(0, 1), "keep": slice(1, 2), "remainder": slice(0, 0)}
    np.testing.assert_array_equal([[4, 0]], columns.transform([[5.0, 0.0, 9.0]]))


# ---- naive twin


@given(
    choice=st.lists(st.lists(st.integers(0, 3), max_size=3, unique=True), min_size=1, max_size=3),
    remainder=st.sampled_from(["drop", "passthrough"]),
    seed=st.integers(0, 99),
)
def test_numbers_are_those_of_the_loop(choice, remainder, seed):
    rng = np.random.default_rng(seed)
    X, X_new = rng.normal(size=(6, 4)), rng.normal(size=(3, 4))
    parts = [StandardScaler(), "passthrough", "drop"]
    pairs = [(parts[i], columns) for i, columns in enumerate(choice)]
    expected = naive.fit_transform(pairs, remainder, X.tolist(), X_new.tolist())
    named = [(f"part{i}", part, columns) for i, (part, columns) in enumerate(pairs)]
    found = ColumnTransformer(named, remainder=remainder).fit(X).transform(X_new)
    np.testing.assert_array_equal(np.array(expected).reshape(3, -1), found)


# ---- outside reference


ARRAY_LISTS = {
    "positions": [("a", StandardScaler(), [0, 2]), ("b", MinMaxScaler(), [1])],
    "overlap": [("a", StandardScaler(), [0, 1]), ("b", MinMaxScaler(), [1, 0, 1])],
    "negative": [("a", StandardScaler(), [-1])],
    "slice": [("a", StandardScaler(), slice(1, 3))],
    "mask": [("a", StandardScaler(), [True, False, True, False])],
    "full mask": [("a", StandardScaler(), [True] * 4)],
    "array": [("a", StandardScaler(), np.array([2, 0]))],
    "function": [("a", StandardScaler(), lambda X: [0, X.shape[1] - 1])],
    "empty": [("a", StandardScaler(), []), ("b", MinMaxScaler(), [1]), ("c", PCA(1), [False] * 4)],
    "words": [("a", "drop", [0]), ("b", "passthrough", [2, 1]), ("c", StandardScaler(), [3])],
    "nothing": [("a", "drop", [0, 1, 2, 3])],
    "no transformer": [],
    "wide": [("a", PCA(2), [0, 1, 2]), ("b", OneHotEncoder(sparse_output=False), [3])],
}


@pytest.mark.parametrize("remainder", ["drop", "passthrough", MinMaxScaler()], ids=str)
@pytest.mark.parametrize("name", ARRAY_LISTS)
def test_arrays_give_what_scikit_learn_gives(name, remainder, rng):
    X = np.c_[rng.normal(size=(20, 3)), np.arange(20) % 3]
    theirs = reference.ColumnTransformer(ARRAY_LISTS[name], remainder=remainder)
    ours = ColumnTransformer(ARRAY_LISTS[name], remainder=remainder)
    assert theirs.get_params().keys() == ours.get_params().keys()
    # columns lie otherwise in memory than the reference's, so that a product adds them up in another order
    near = {"rtol": 1e-12, "atol": 1e-13 if name == "wide" else 0}
    np.testing.assert_allclose(ours.fit_transform(X), theirs.fit_transform(X), **near)
    np.testing.assert_allclose(ours.transform(X[:5] * [2, 2, 2, 1]), theirs.transform(X[:5] * [2, 2, 2, 1]), **near)
    if theirs.transform(X).shape[1]:  # (scikit-learn forgets these where nothing comes out)
        assert theirs.output_indices_ == ours.output_indices_
        assert ours.sparse_output_ is False
    same_transformers(theirs.transformers_, ours.transformers_)
    for names in (None, ["p", "q", "r", "s"]):
        np.testing.assert_array_equal(theirs.get_feature_names_out(names), ours.get_feature_names_out(names))
    assert theirs.n_features_in_ == ours.n_features_in_


FRAME_LISTS = {
    "names": [("num", StandardScaler(), ["age", "income"]), ("town", OneHotEncoder(sparse_output=False), ["town"])],
    "text": [("words", CountVectorizer(), "remark"), ("num", StandardScaler(), ["income"])],
    "selector": [("num", StandardScaler(), make_column_selector(dtype_include=np.number))],
    "pattern": [("num", StandardScaler(), make_column_selector(pattern="^(age|inc)")), ("t", "drop", ["town"])],
    "slice of names": [("num", StandardScaler(), slice("age", "income")), ("rest", "passthrough", ["town"])],
    "positions": [("num", StandardScaler(), [0, 1]), ("town", "passthrough", [2])],
    "mask": [("num", StandardScaler(), [True, True, False, False, False])],
    "series mask": [("num", StandardScaler(), np.array([False, True, False, False, True]))],
    "order": [("b", "passthrough", ["children", "age"]), ("a", StandardScaler(), ["income"])],
    "impute": [("num", reference_pipeline(SimpleImputer(), StandardScaler()), ["age", "children"])],
    "supervised": [("town", TargetEncoder(cv=KFold(3)), ["town"]), ("num", "passthrough", ["children"])],
}


@pytest.mark.parametrize("remainder", ["drop", "passthrough"])
@pytest.mark.parametrize("name", FRAME_LISTS)
def test_frames_give_what_scikit_learn_gives(name, remainder, people, bought):
    theirs = reference.ColumnTransformer(FRAME_LISTS[name], remainder=remainder, sparse_threshold=0)
    ours = ColumnTransformer(FRAME_LISTS[name], remainder=remainder)
    for found in (people, people[people.columns[::-1]], people.assign(more=1)):
        theirs.fit(people, bought), ours.fit(people, bought)
        expected, found = theirs.transform(found), ours.transform(found)
        assert expected.dtype == found.dtype
        pd.testing.assert_frame_equal(pd.DataFrame(expected), pd.DataFrame(found), check_exact=True)  # NaN equals NaN
    assert theirs.output_indices_ == ours.output_indices_
    same_transformers(theirs.transformers_, ours.transformers_)
    np.testing.assert_array_equal(theirs.get_feature_names_out(), ours.get_feature_names_out())
    np.testing.assert_array_equal(theirs.feature_names_in_, ours.feature_names_in_)


@pytest.mark.parametrize(
    "how", [True, False, "{feature_name}@{transformer_name}", lambda part, column: part[0] + column]
)
def test_names_follow_the_wish_as_scikit_learns_do(how, people):
    lists = [("num", StandardScaler(), ["age", "income"]), ("town", "passthrough", ["town"])]
    theirs = reference.ColumnTransformer(lists, verbose_feature_names_out=how).fit(people)
    ours = ColumnTransformer(lists, verbose_feature_names_out=how).fit(people)
    np.testing.assert_array_equal(theirs.get_feature_names_out(), ours.get_feature_names_out())


def test_weights_are_scikit_learns(people):
    lists = [("num", StandardScaler(), ["income"]), ("child", MinMaxScaler(), ["children"])]
    weights = {"num": 2.5}
    theirs = reference.ColumnTransformer(lists, transformer_weights=weights).fit_transform(people)
    np.testing.assert_array_equal(theirs, ColumnTransformer(lists, transformer_weights=weights).fit_transform(people))


def test_sparse_pieces_are_written_out_where_scikit_learn_stays_sparse(people):
    lists = [("town", OneHotEncoder(), ["town"]), ("words", CountVectorizer(), "remark")]
    theirs = reference.ColumnTransformer(lists, sparse_threshold=1.0).fit_transform(people)
    np.testing.assert_array_equal(theirs.toarray(), ColumnTransformer(lists).fit_transform(people))


def test_cross_fitting_encoders_cross_fit(people, bought):
    lists = [("town", TargetEncoder(cv=KFold(3)), ["town"])]
    theirs = reference.ColumnTransformer(lists).fit_transform(people, bought)
    ours = ColumnTransformer(lists)
    np.testing.assert_array_equal(theirs, ours.fit_transform(people, bought))
    assert (theirs != ours.transform(people)).any()  # what it says of its own training rows is not the full encoding


def test_in_a_pipeline_and_search_the_scores_are_scikit_learns(people, bought):
    X = people.drop(columns="income")
    scores = []
    for kind, pipe in ((reference.ColumnTransformer, reference_pipeline), (ColumnTransformer, make_pipeline)):
        columns = kind(
            [
                ("num", pipe(SimpleImputer(), StandardScaler()), ["age", "children"]),
                ("town", OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["town"]),
            ]
        )
        model = pipe(columns, LogisticRegression())
        grid = {"columntransformer__num__simpleimputer__strategy": ["mean", "median"]}
        grid["columntransformer__town"] = ["drop", OneHotEncoder(handle_unknown="ignore", sparse_output=False)]
        scores.append(GridSearchCV(model, grid, cv=3).fit(X, bought).cv_results_["mean_test_score"])
        scores.append(cross_val_score(model, X, bought, cv=4))
    np.testing.assert_array_equal(scores[0], scores[2])
    np.testing.assert_array_equal(scores[1], scores[3])


def test_pandas_output_passes_scikit_learns_check_and_keeps_each_columns_kind(people):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the check gives arrays to what was fitted to frames, on purpose
        check_set_output_transform_pandas("ct", ColumnTransformer(ARRAY_LISTS["positions"], remainder="passthrough"))
    people = people.set_index(people.index * 3)
    lists = [("num", MinMaxScaler(), ["income"]), ("town", OneHotEncoder(sparse_output=False), ["town"])]
    theirs = reference.ColumnTransformer(lists, remainder="passthrough").set_output(transform="pandas")
    ours = ColumnTransformer(lists, remainder="passthrough").set_output(transform="pandas")
    pd.testing.assert_frame_equal(theirs.fit_transform(people), clone(ours).fit_transform(people))
    pd.testing.assert_frame_equal(theirs.transform(people[:3]), ours.fit(people).transform(people[:3]))


@pytest.mark.parametrize(
    ("lists", "error"),
    [
        ([("a", StandardScaler(), [0]), ("a", StandardScaler(), [1])], ValueError),
        ([("n_jobs", StandardScaler(), [0])], ValueError),
        ([("a__b", StandardScaler(), [0])], ValueError),
        ([("a", StandardScaler, [0])], TypeError),
        ([("a", LogisticRegression(), [0])], TypeError),
        ([("a", StandardScaler(), [9])], ValueError),
        ([("a", StandardScaler(), ["no"])], ValueError),
        ([("a", StandardScaler(), ["age", 0])], ValueError),
        ([("a", StandardScaler(), "age")], ValueError),
        ([("a", FunctionTransformer(lambda X: X.to_numpy()[:, 0]), ["age"])], ValueError),
    ],
)
def test_what_scikit_learn_refuses_is_refused_with_the_same_kind_of_error(lists, error, people):
    for transformer in (reference.ColumnTransformer(lists), ColumnTransformer(lists)):
        with pytest.raises(error):
            transformer.fit(people)


# ---- laws


@given(order=st.permutations(range(3)))
def test_permuting_the_transformers_permutes_the_columns(order):
    X = np.random.default_rng(1).normal(size=(8, 4))
    lists = [("scale", StandardScaler(), [0, 1]), ("raw", "passthrough", [3]), ("least", MinMaxScaler(), [2])]
    width = {0: [0, 1], 1: [2], 2: [3]}
    plain = ColumnTransformer(lists).fit(X)
    found = ColumnTransformer([lists[j] for j in order]).fit(X)
    columns = [c for j in order for c in width[j]]
    np.testing.assert_array_equal(plain.transform(X)[:, columns], found.transform(X))
    np.testing.assert_array_equal(plain.get_feature_names_out()[columns], found.get_feature_names_out())


@given(order=st.permutations(list("abcd")))
def test_the_order_of_a_frames_columns_does_not_matter_once_fitted(order):
    frame = pd.DataFrame(np.random.default_rng(2).normal(size=(6, 4)), columns=list("abcd"))
    columns = ColumnTransformer([("scale", StandardScaler(), [0, 3])], remainder="passthrough").fit(frame)
    np.testing.assert_array_equal(columns.transform(frame), columns.transform(frame[order]))


@pytest.mark.parametrize("n_jobs", [2, 5, -1])
def test_the_number_of_threads_changes_nothing(n_jobs, people):
    lists = FRAME_LISTS["names"] + FRAME_LISTS["text"][:1]
    expected = ColumnTransformer(lists).fit_transform(people)
    found = ColumnTransformer(lists, n_jobs=n_jobs)
    np.testing.assert_array_equal(expected, found.fit_transform(people))
    np.testing.assert_array_equal(expected, found.transform(people))


def test_fit_fits_copies_and_leaves_parameters_and_data_alone(people):
    scaler = StandardScaler()
    lists = [("one", scaler, ["age"]), ("two", scaler, ["income"])]
    before = people.copy()
    columns = ColumnTransformer(lists, remainder=MinMaxScaler().set_output(transform="default"))
    columns.set_params(remainder="drop").fit(people)
    assert not hasattr(scaler, "mean_")
    assert columns.transformers is lists
    pd.testing.assert_frame_equal(before, people)
    assert columns["one"].mean_ != columns["two"].mean_


# ---- frames in


def test_missing_columns_are_named(people):
    columns = ColumnTransformer([("num", StandardScaler(), ["age", "income", "children"])]).fit(people)
    with pytest.raises(ValueError, match=r"columns are missing: \['age', 'children'\]"):
        columns.transform(people[["income", "town"]])
    dropped = ColumnTransformer([("num", StandardScaler(), ["income"]), ("no", "drop", ["age"])]).fit(people)
    assert dropped.transform(people[["income"]]).shape == (40, 1)  # what is dropped need not be there


def test_fitted_to_a_frame_an_array_must_have_as_many_columns(people):
    columns = ColumnTransformer([("num", "passthrough", ["income"])]).fit(people)
    with pytest.raises(ValueError, match="X has 2 features, but ColumnTransformer is expecting 5 features"):
        columns.transform(people[["age", "income"]].to_numpy())


def test_missing_integers_become_nan_and_words_stay_words():
    frame = pd.DataFrame({"a": pd.array([1, None, 3], dtype="Int64"), "b": ["x", "y", "z"]})
    found = ColumnTransformer([("a", "passthrough", ["a"])]).fit_transform(frame)
    np.testing.assert_array_equal([[1.0], [np.nan], [3.0]], found)
    both = ColumnTransformer([("a", "passthrough", ["a", "b"])]).fit_transform(frame)
    assert both[0].tolist() == [1, "x"]
    listed = ColumnTransformer([("n", StandardScaler(), [1])], remainder="passthrough").fit_transform(
        [["u", 1], ["v", 3]]
    )
    assert listed.tolist() == [[-1.0, "u"], [1.0, "v"]]
    words = ColumnTransformer([("w", "passthrough", [0]), ("n", StandardScaler(), [0])])
    assert words.fit_transform(np.array([["1"], ["3"]], dtype=object)).tolist() == [["1", -1.0], ["3", 1.0]]


class PolarsLike:
    """A frame without iloc: named columns, picked by X[:, ...]."""

    def __init__(self, columns, values):
        self.columns, self._values = columns, values
        self.shape = values.shape

    def to_numpy(self):
        return self._values

    def __getitem__(self, where):
        picked = self._values[where]
        return PolarsLike([self.columns[j] for j in where[1]], picked) if picked.ndim == 2 else picked


def test_other_frames_than_pandas_are_taken_by_name_too(rng):
    X = rng.normal(size=(6, 3))
    columns = ColumnTransformer([("scale", StandardScaler(), ["c", "a"])], remainder="passthrough")
    expected = columns.fit_transform(pd.DataFrame(X, columns=list("abc")))
    np.testing.assert_array_equal(expected, columns.fit_transform(PolarsLike(list("abc"), X)))
    np.testing.assert_array_equal(expected, columns.transform(PolarsLike(list("bca"), X[:, [1, 2, 0]])))


def test_duplicate_names_are_taken_by_position_only(rng):
    frame = pd.DataFrame(rng.normal(size=(5, 3)), columns=["a", "a", "b"])
    columns = ColumnTransformer([("scale", StandardScaler(), [0, 2])]).fit(frame)
    assert columns.transform(frame).shape == (5, 2)
    with pytest.raises(ValueError, match="'a' names more than one"):
        columns.transform(frame[["b", "a"]])


# ---- looks


def test_fitted_parts_are_found_by_name(people):
    columns = ColumnTransformer([("num", StandardScaler(), ["income"]), ("no", "drop", ["age"])])
    with pytest.raises(TypeError, match="after it is fitted"):
        columns["num"]
    with pytest.raises(NotFittedError):
        _ = columns.named_transformers_
    columns.fit(people)
    assert columns["num"] is columns.named_transformers_.num is columns.transformers_[0][1]
    assert columns["no"] == "drop"
    with pytest.raises(KeyError, match="'nom' is not a valid transformer name"):
        columns["nom"]
    page = columns._repr_html_()
    assert page.count("<details>") == page.count("</details>") == 2
    assert "num" in page


def test_make_column_transformer_is_scikit_learns(people):
    pairs = [(StandardScaler(), ["income"]), (StandardScaler(), ["age"]), ("drop", ["town"])]
    theirs, ours = reference.make_column_transformer(*pairs), make_column_transformer(*pairs, n_jobs=2)
    assert [name for name, _, _ in theirs.transformers] == [name for name, _, _ in ours.transformers]
    np.testing.assert_array_equal(theirs.fit_transform(people), ours.fit_transform(people))
    with pytest.raises(TypeError, match="pair"):
        make_column_transformer(StandardScaler())


def test_verbose_shows_a_bar(people, capsys):
    ColumnTransformer(FRAME_LISTS["names"], verbose=True, n_jobs=2).fit(people)
    assert "2/2" in capsys.readouterr().err


# ---- edges and errors


def test_a_single_column_for_a_transformer_of_matrices_is_explained(people):
    with pytest.raises(ValueError, match=r"'num' got the single column 'income' as a vector.*\['income'\]"):
        ColumnTransformer([("num", StandardScaler(), "income")]).fit(people)
    with pytest.raises(ValueError, match="single column 0"):
        ColumnTransformer([("num", "passthrough", 0)]).fit(people)


def test_names_that_collide_ask_for_prefixes(people):
    lists = [("a", StandardScaler(), ["age"]), ("b", "passthrough", ["age"])]
    with pytest.raises(ValueError, match=r"\['age'\] are not unique"):
        ColumnTransformer(lists, verbose_feature_names_out=False).fit(people).get_feature_names_out()
    with pytest.raises(AttributeError, match="Transformer spy"):
        ColumnTransformer([("spy", SpyScaler(), ["age"])]).fit(people.fillna(0)).get_feature_names_out()


@pytest.mark.parametrize(
    ("how", "error", "told"),
    [
        ({"remainder": "keep"}, ValueError, "remainder='keep'"),
        ({"remainder": LogisticRegression()}, TypeError, "remainder"),
        ({"sparse_threshold": 2.0}, ValueError, "sparse_threshold"),
        ({"transformer_weights": {"nom": 1.0}}, ValueError, "'nom', which is no transformer"),
        ({"verbose_feature_names_out": 3}, TypeError, "verbose_feature_names_out"),
        ({"n_jobs": 0}, ValueError, "n_jobs"),
    ],
)
def test_wrong_parameters_are_named(how, error, told, people):
    with pytest.raises(error, match=told):
        ColumnTransformer([("num", StandardScaler(), ["income"])], **how).fit(people)


@pytest.mark.parametrize(
    "entry", [3, ("a",), ("a", StandardScaler()), (1, StandardScaler(), [0]), ("a", "keep", [0]), ("a", None, [0])]
)
def test_entries_of_a_wrong_form_are_shown(entry, people):
    transformer = ColumnTransformer([entry])
    with pytest.raises(TypeError):
        transformer.fit(people)
    assert repr(transformer)


def test_fit_takes_no_parameters_for_its_parts(people):
    with pytest.raises(TypeError, match=r"\['sample_weight'\]"):
        ColumnTransformer([("num", StandardScaler(), ["income"])]).fit(people, sample_weight=np.ones(40))


def test_sparse_and_odd_data_are_refused_in_words():
    import scipy.sparse

    columns = ColumnTransformer([("num", StandardScaler(), [0])])
    for X, error, told in (
        (scipy.sparse.eye(3).tocsr(), TypeError, "toarray"),
        (np.ones(3), ValueError, "Reshape your data"),
        (np.ones((0, 3)), ValueError, r"0 sample\(s\)"),
        (pd.DataFrame({"a": []}), ValueError, r"0 sample\(s\)"),
        (pd.DataFrame(index=[0, 1]), ValueError, r"0 feature\(s\)"),
        ([[1.0], [1.0, 2.0]], ValueError, "ragged"),
        ({"a": [1]}, TypeError, "dict"),
    ):
        with pytest.raises(error, match=told):
            columns.fit(X)


def test_tags_come_from_the_parts():
    nan = ColumnTransformer([("a", StandardScaler(), [0])])
    assert get_tags(nan).allow_nan
    assert not get_tags(ColumnTransformer([("a", PCA(), [0])])).allow_nan
    assert get_tags(ColumnTransformer([("a", TargetEncoder(), [0])])).requires_y
    assert get_tags(ColumnTransformer([("a", "passthrough", [0])])).string
